"""The kit's own file format: one JSON object for a whole world, made to be written by hand.

Its JSON Schema is ``iamkit/worlds/world.schema.json``. Mappings go by name; policies, groups and boundaries are named
by name, or by ARN where they are AWS's own. Every name is looked up when the file is read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from iamkit.errors import PolicyError, WorldError
from iamkit.files import centerfile, holdingsfile
from iamkit.files.jsonfile import Source, at, child, read_json, written
from iamkit.files.worldcheck import check_shape, nearest, unknown_key
from iamkit.files.worlddict import FULL_ACCESS, to_dict
from iamkit.identity.account import Account
from iamkit.identity.identities import Identity, ManagedPolicy
from iamkit.identity.organization import Unit, full_access
from iamkit.policy.document import Policy
from iamkit.policy.places import Place, check_place
from iamkit.readings import DEFAULT, Readings
from iamkit.world import World

__all__ = ["load", "sample", "save", "to_dict"]

Given = dict[str, Any]
_PLACES = {"scps": Place.SCP, "rcps": Place.RCP}


def load(source: Source) -> World:
    """Read a world.

    Args:
        source: the path of a file, a dict, or JSON text.

    Raises:
        WorldError: for a file that is no world, a name that nothing has, an object that cannot exist.
        PolicyError: for a policy document that AWS would reject. Both with the JSON path of the fault.

    >>> load({"iamkit": 1, "accounts": {"111122223333": {"users": {"ana": {"groups": ["hr"]}}}}})
    Traceback (most recent call last):
    iamkit.errors.WorldError: $.accounts.111122223333.users.ana.groups[0]: There is no group 'hr'. There are none yet.
    """
    given = read_json(source, "a world")
    check_shape(given)
    world = World(given.get("description", ""), _readings(given.get("readings", {})))
    world.notes = given.get("notes", [])
    _Loader(world, given).fill()
    return world


def save(world: World, path: str | Path) -> None:
    """Write a world; `load` gives it back, and the same world always gives the same bytes.

    Raises:
        WorldError: if the world could not be loaded again, or the file cannot be written.
    """
    document = to_dict(world)
    load(document)
    try:
        Path(path).write_text(written(document) + "\n", encoding="utf-8", newline="\n")
    except OSError as fault:
        remedy = "Give a path in a folder that exists."
        raise WorldError(f"The file cannot be written: {fault.strerror}.", where=str(path), remedy=remedy) from None


def sample(name: str) -> World:
    """One of the worlds that come with the kit.

    Raises:
        WorldError: if there is none of this name; the error lists the names.

    >>> sample("payroll")
    <World: 1 account, 4 users, 4 roles>
    """
    folder = files("iamkit").joinpath("worlds")
    found = [entry.name.removesuffix(".json") for entry in folder.iterdir() if entry.name.endswith(".json")]
    names = sorted(name for name in found if not name.endswith(".schema"))
    if name not in names:
        listed = f"There are: {', '.join(names)}."
        close = nearest(str(name), names)
        remedy = listed if close == listed else f"{close} {listed}"
        raise WorldError(f"There is no sample world {name!r}.", where="sample", remedy=remedy)
    return load(folder.joinpath(f"{name}.json").read_text(encoding="utf-8"))


def _readings(given: Mapping[str, bool]) -> Readings:
    known = asdict(DEFAULT)
    for name in given:
        if name not in known:
            raise unknown_key(name, known, "iamkit.Readings", "$.readings")
    return replace(DEFAULT, **given)


def document(given: Given | str, place: Place, name: str, path: str, readings: Readings = DEFAULT) -> Policy:
    """A policy that may stand at ``place``; ``path`` is where the document is, for errors."""
    try:
        return check_place(Policy.parse(given, name=name), place, readings)
    except PolicyError as fault:
        raise fault.inside(path) from None


def add_resource(account: Account, arn: str, given: Given, path: str) -> None:
    """Add a resource whose ``policy`` is parsed already; all else is as in a world file."""
    try:
        account.resource(arn, **given)
    except (WorldError, PolicyError) as fault:
        inside = fault.where.removeprefix(f"resource {arn}").strip()
        where = f"{path}.{inside}" if inside else path
        raise type(fault)(fault.what, where=where, remedy=fault.remedy) from None


def add_organization(world: World, given: Given, controls: Mapping[str, Given], path: str = "$.organization") -> None:
    """Add an organization as a world file has it.

    Args:
        world: has the accounts already.
        given: what stands under ``organization``.
        controls: the ``scps`` and ``rcps`` of single accounts, by account ID.
        path: where ``given`` stands, for errors.
    """
    loader = _Loader(world, {})
    loader.organization(given, path)
    for id, attached in controls.items():
        loader.account_controls(world.accounts[id], attached, f"$.accounts.{id}")
    loader.kept_for_later()


def check_tags(keys: Iterable[str], path: str) -> None:
    """IAM tells the tag keys of a user or role apart without regard to case (IAM User Guide, id_tags)."""
    seen: dict[str, str] = {}
    for key in keys:
        if key.lower() in seen:
            remedy = f"{seen[key.lower()]!r} is the same key to IAM: keep one."
            raise WorldError(f"The tag {key!r} is there already.", where=child(path, key), remedy=remedy)
        seen[key.lower()] = key


class _Loader:
    """Fills a world from plain values of the right shape; each method reads one kind of thing at its path."""

    def __init__(self, world: World, given: Given) -> None:
        self.world, self.given = world, given
        self.controls: dict[str, Policy] = {}
        self.in_use: set[str] = set()
        self.unique_ids: dict[str, str] = {}
        self.credential_ids: dict[str, str] = {}
        self.members: dict[str, str] = {}

    def fill(self) -> None:
        for arn, policy in self.given.get("managed_policies", {}).items():
            versions, default = self.versions(policy, arn.rpartition("/")[2], child("$.managed_policies", arn))
            self.world.managed_policies[arn] = ManagedPolicy(arn, versions, default)
        for id, account in self.given["accounts"].items():
            self.account(id, account, f"$.accounts.{id}")
        if "organization" in self.given:
            self.organization(self.given["organization"], "$.organization")
        for id, account in self.given["accounts"].items():
            self.account_controls(self.world.accounts[id], account, f"$.accounts.{id}")
        self.kept_for_later()
        if "identity_center" in self.given:
            centerfile.fill(self.world, self.given["identity_center"], "$.identity_center", self.document)

    def document(self, given: Given, place: Place, name: str, path: str) -> Policy:
        return document(given, place, name, path, self.world.readings)

    def versions(self, given: Given, name: str, path: str) -> tuple[dict[str, Policy], str]:
        """The documents of a managed policy by version, and which of them is in force."""
        if not {"document", "versions", "path", "default"} & set(given):
            return {"v1": self.document(given, Place.IDENTITY, name, path)}, "v1"
        if ("document" in given) == ("versions" in given):
            what = "has both a document and versions" if "document" in given else "has no document"
            raise WorldError(f"The policy {what}.", where=path, remedy='Write either "document" or "versions".')
        if "document" in given:
            if "default" in given:
                remedy = 'Leave it out, or write "versions".'
                raise WorldError("There is one version only.", where=f"{path}.default", remedy=remedy)
            return {"v1": self.document(given["document"], Place.IDENTITY, name, f"{path}.document")}, "v1"
        versions = {
            version: self.document(document, Place.IDENTITY, name, f"{path}.versions.{version}")
            for version, document in given["versions"].items()
        }
        default = given.get("default", max(versions, key=lambda version: int(version[1:])))
        if default not in versions:
            what = f"The policy has no version {default!r}."
            raise WorldError(what, where=f"{path}.default", remedy=nearest(default, versions))
        return versions, default

    # Accounts

    def account(self, id: str, given: Given, path: str) -> None:
        with at(path):
            account = self.world.account(
                id,
                given.get("name", ""),
                partition=given.get("partition", "aws"),
                canonical=given.get("canonical_id"),
            )
        account.gone = given.get("gone", [])
        held = given.get("root_credentials", {})
        holdingsfile.fill(account.root_holdings, held, f"{path}.root_credentials", self.credential_ids)
        self.providers(account, given.get("providers", {}), f"{path}.providers")
        for name, policy in given.get("policies", {}).items():
            where = child(f"{path}.policies", name)
            versions, default = self.versions(policy, name, where)
            with at(where):
                account.policy(name, path=policy.get("path", "/"), versions=versions, default=default)
        for kind in ("groups", "users", "roles"):
            for name, identity in given.get(kind, {}).items():
                self.identity(account, kind, name, identity, child(f"{path}.{kind}", name))
        for name, role in given.get("instance_profiles", {}).items():
            with at(child(f"{path}.instance_profiles", name)):
                account.instance_profile(name, role)
        for arn, resource in given.get("resources", {}).items():
            self.resource(account, arn, resource, child(f"{path}.resources", arn))
        for vpce, policy in given.get("endpoints", {}).items():
            where = child(f"{path}.endpoints", vpce)
            account.endpoint(vpce, self.document(policy, Place.ENDPOINT, f"endpoint {vpce}", where))

    def identity(self, account: Account, kind: str, name: str, given: Given, path: str) -> None:
        """A group, a user or a role."""
        common: dict[str, Any] = {
            "path": given.get("path", "/"),
            "policies": [
                self.managed(account, policy, f"{path}.policies[{index}]")
                for index, policy in enumerate(given.get("policies", []))
            ],
            "inline": {
                title: self.document(document, Place.IDENTITY, title, child(f"{path}.inline", title))
                for title, document in given.get("inline", {}).items()
            },
        }
        if kind != "groups":
            common["tags"] = given.get("tags", {})
            check_tags(common["tags"], f"{path}.tags")
            if "boundary" in given:
                common["boundary"] = self.managed(account, given["boundary"], f"{path}.boundary")
        made = self.add(account, kind, name, given, path, common)
        made.unique_id = given.get("unique_id", made.unique_id)
        if made.unique_id in self.unique_ids:
            remedy = f"{self.unique_ids[made.unique_id]} has it; leave it out to have one made."
            raise WorldError(f"The unique ID {made.unique_id} is used twice.", where=path, remedy=remedy)
        self.unique_ids[made.unique_id] = path

    def add(self, account: Account, kind: str, name: str, given: Given, path: str, common: Given) -> Identity:
        """Add it with what only its kind has."""
        if kind == "groups":
            with at(path):
                return account.group(name, **common)
        if kind == "users":
            groups = given.get("groups", [])
            for index, group in enumerate(groups):
                self.known(group, account.groups, "group", f"{path}.groups[{index}]")
            with at(path):
                user = account.user(name, groups=groups, **common)
            held = given.get("credentials", {})
            holdingsfile.fill(user.holdings, held, f"{path}.credentials", self.credential_ids)
            return user
        trust = self.document(given["trust"], Place.TRUST, f"trust of {name}", f"{path}.trust")
        with at(path):
            return account.role(name, trust=trust, max_session=int(given.get("max_session", 3600)), **common)

    @staticmethod
    def providers(account: Account, given: Given, path: str) -> None:
        for name, saml in given.get("saml", {}).items():
            with at(child(f"{path}.saml", name)):
                account.saml_provider(name, **saml)
        for url, oidc in given.get("oidc", {}).items():
            with at(child(f"{path}.oidc", url)):
                account.oidc_provider(url, **oidc)

    def managed(self, account: Account, given: str, path: str) -> str:
        """The ARN of a managed policy that may be attached in this account, given by name or ARN."""
        owner = given.split(":")[4] if given.startswith("arn:") and given.count(":") >= 5 else ""
        if owner not in ("", "aws", account.id):
            remedy = f"Only policies of {account.id} and of AWS can be attached here: add it to this account."
            raise WorldError(f"{given} belongs to another account.", where=path, remedy=remedy)
        if given in self.world.managed_policies:
            return given
        found = account.policies.get(given.rpartition("/")[2] if owner else given)
        if found is not None and (not owner or found.arn == given):
            return found.arn
        own = [policy.arn if owner else name for name, policy in account.policies.items()]
        remedy = 'Add its document under "managed_policies".' if owner == "aws" else nearest(given, own)
        raise WorldError(f"There is no managed policy {given!r}.", where=path, remedy=remedy)

    def resource(self, account: Account, arn: str, given: Given, path: str) -> None:
        parsed = dict(given)
        if "policy" in given:
            parsed["policy"] = self.document(given["policy"], Place.RESOURCE, f"policy of {arn}", f"{path}.policy")
        add_resource(account, arn, parsed, path)

    @staticmethod
    def known(name: str, known: Mapping[str, object], what: str, path: str) -> None:
        if name not in known:
            raise WorldError(f"There is no {what} {name!r}.", where=path, remedy=nearest(name, known))

    # The organization

    def organization(self, given: Given, path: str) -> None:
        for name, document in given.get("policies", {}).items():
            where = child(f"{path}.policies", name)
            if name in FULL_ACCESS:
                raise WorldError(f"{name} is a policy of AWS.", where=where, remedy="Leave it out: it is always there.")
            try:
                self.controls[name] = Policy.parse(document, name=name)
            except PolicyError as fault:
                raise fault.inside(where) from None
        organization = self.world.organize(given["id"], management=given["management"])
        organization.policies = self.controls
        organization.central_root_access = given.get("central_root_access", False)
        organization.delegated_administrator = given.get("delegated_administrator")
        self.unit(organization.root, given["root"], f"{path}.root")
        management = given["management"]
        if management not in self.world.accounts and management not in self.members:
            remedy = 'List it in the tree, under "accounts" or "other_accounts".'
            raise WorldError(f"There is no account {management}.", where=f"{path}.management", remedy=remedy)
        delegated = organization.delegated_administrator
        if delegated is not None and delegated not in self.members:
            where = f"{path}.delegated_administrator"
            raise WorldError(f"The account {delegated} is no member.", where=where, remedy="Name a member account.")

    def unit(self, unit: Unit, given: Given, path: str) -> None:
        unit.id = given.get("id", unit.id)
        unit.scps, unit.rcps = self.attached(given, "scps", path), self.attached(given, "rcps", path)
        unit.declarative = given.get("declarative", [])
        for key in ("accounts", "other_accounts"):
            for index, id in enumerate(given.get(key, [])):
                self.member(id, key, f"{path}.{key}[{index}]")
                unit.add(id)
        for name, below in given.get("units", {}).items():
            where = child(f"{path}.units", name)
            with at(where):
                made = unit.unit(name)
            self.unit(made, below, where)

    def member(self, id: str, key: str, path: str) -> None:
        if id in self.members:
            remedy = f"It stands at {self.members[id]}; an account is in one unit."
            raise WorldError(f"The account {id} is in the tree twice.", where=path, remedy=remedy)
        if key == "accounts" and id not in self.world.accounts:
            hint = 'Members that this file does not describe stand under "other_accounts".'
            remedy = f"{nearest(id, self.world.accounts)} {hint}"
            raise WorldError(f"There is no account {id}.", where=path, remedy=remedy)
        if key == "other_accounts" and id in self.world.accounts:
            remedy = 'List it under "accounts" of this unit.'
            raise WorldError(f"This world describes the account {id}.", where=path, remedy=remedy)
        self.members[id] = path

    def attached(self, given: Given, kind: str, path: str) -> list[Policy] | None:
        """The SCPs or RCPs of one level, by name; None for AWS's default."""
        if kind not in given:
            return None
        full = "RCPFullAWSAccess" if kind == "rcps" else "FullAWSAccess"
        known = {**self.controls, full: full_access(full)}
        for index, name in enumerate(given[kind]):
            where = f"{path}.{kind}[{index}]"
            self.known(name, known, "control policy", where)
            self.control(known[name], _PLACES[kind], f" It is attached at {where}.")
            self.in_use.add(name)
        return [known[name] for name in given[kind]]

    def control(self, policy: Policy, place: Place, attached: str = "") -> None:
        """Check that the policy can be an SCP, or an RCP."""
        try:
            check_place(policy, place, self.world.readings)
        except PolicyError as fault:
            told = PolicyError(fault.what + attached, where=fault.where, remedy=fault.remedy)
            raise told.inside(child("$.organization.policies", policy.name)) from None

    def kept_for_later(self) -> None:
        """A policy that is attached nowhere yet is an RCP if it has a Principal, and else an SCP."""
        for name, policy in self.controls.items():
            if name not in self.in_use:
                named = any(statement.principal for statement in policy.statements)
                self.control(policy, Place.RCP if named else Place.SCP)

    def account_controls(self, account: Account, given: Given, path: str) -> None:
        for kind in ("scps", "rcps"):
            if kind not in given:
                continue
            if self.world.organization is None or self.world.organization.way(account.id) is None:
                remedy = "Put the account into the organization's tree, or leave this out."
                raise WorldError("The account is in no organization.", where=f"{path}.{kind}", remedy=remedy)
            setattr(account, kind, self.attached(given, kind, path))
