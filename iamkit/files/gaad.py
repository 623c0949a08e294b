"""A world from the output of ``aws iam get-account-authorization-details``, of one account or several.

It is AWS's format, not the kit's: fields that the kit has no use for are passed over. What a question depends on must
be there, though: a policy that is attached and has no document in the dump would make every "no" worthless.

Source: IAM API Reference, GetAccountAuthorizationDetails and the types it returns.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from iamkit.arn import Arn
from iamkit.errors import ArnError, WorldError
from iamkit.files.credentialreport import add_reports
from iamkit.files.jsonfile import at, child, read_json
from iamkit.files.worldcheck import check_shape, nearest
from iamkit.files.worldfile import add_resource, check_tags, document
from iamkit.identity.account import Account
from iamkit.identity.identities import ManagedPolicy
from iamkit.policy.document import Policy
from iamkit.policy.places import Place
from iamkit.world import World

SECTIONS = ("Policies", "GroupDetailList", "UserDetailList", "RoleDetailList")
COMMAND = "aws iam get-account-authorization-details"
UNCHANGED = f"Give the output of {COMMAND} as it is."
# Where a JSON path begins when the fault is in the second argument.
BESIDE = "resource_policies"

Entry = dict[str, Any]
Source = str | Path | dict[str, Any]


def from_gaad(
    dump: Source | Iterable[Source], resource_policies: Source | None = None, credential_report: Any = None
) -> World:
    """Read account dumps.

    Args:
        dump: the path of a dump, a dict, JSON text, or a list of these. Dumps of one account that were filtered add up,
            and a dump may hold nothing but ``Policies`` of AWS.
        resource_policies: path, dict or JSON text of ``{arn: policy}``. Where the ARN does not say the owner and there
            are several accounts, ``{arn: {"account": "111122223333", "policy": policy}}``; tags and what else a
            resource has in the kit's own format may stand there too.
        credential_report: the output of ``aws iam get-credential-report``, or a list of them; see
            `iamkit.files.credentialreport`. Without it the world holds no credentials.

    Raises:
        WorldError: for what is no dump, a page of a dump, or a policy, group or boundary that is used and not in it.
        PolicyError: for a policy document that AWS would reject. Both with the JSON path in the dump.

    >>> policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}
    >>> world = from_gaad({"UserDetailList": [{
    ...     "Arn": "arn:aws:iam::111122223333:user/ana", "UserName": "ana", "UserId": "AIDAIOSFODNN7EXAMPLE",
    ...     "UserPolicyList": [{"PolicyName": "Read", "PolicyDocument": policy}]}]})
    >>> world.decide("arn:aws:iam::111122223333:user/ana", "s3:GetObject", "arn:aws:s3:::payroll/march.csv").effect
    'Allowed'
    """
    world = World()
    add_dumps(world, _read(dump))
    if not world.accounts:
        raise WorldError("The dump holds no user, group, role or policy of an account.", where="$", remedy=UNCHANGED)
    if resource_policies is not None:
        add_resources(world, read_json(resource_policies, "a set of resource policies"))
    if credential_report is not None:
        add_reports(world, credential_report)
    return world


def _read(dump: Any) -> list[tuple[str, Any]]:
    """Each dump with the JSON path it begins at."""
    if isinstance(dump, list | tuple):
        return [(f"$[{index}]", read_json(one, "a dump")) for index, one in enumerate(dump)]
    given = read_json(dump, "a dump")
    if isinstance(given, list):
        return [(f"$[{index}]", one) for index, one in enumerate(given)]
    return [("$", given)]


def add_dumps(world: World, dumps: list[tuple[str, Any]]) -> None:
    """Add to a world what is in the dumps: first all policies, then the groups, then users and roles."""
    for path, dump in dumps:
        _check_dump(dump, path)
    adders = (_add_policy, _add_group, _add_user, _add_role)
    for section, add in zip(SECTIONS, adders, strict=True):
        for path, dump in dumps:
            for where, entry in _entries(dump, section, path):
                add(world, entry, where)
    _check_unique_ids(world)


def _check_unique_ids(world: World) -> None:
    owners: dict[str, str] = {}
    for account in world.accounts.values():
        for identity in [*account.users.values(), *account.groups.values(), *account.roles.values()]:
            if owners.setdefault(identity.unique_id, identity.arn) != identity.arn:
                what = f"{owners[identity.unique_id]} and {identity.arn} have one unique ID, {identity.unique_id}."
                raise WorldError(what, where="$", remedy=UNCHANGED)


def _check_dump(dump: Any, path: str) -> None:
    if isinstance(dump, dict) and "iamkit" in dump:
        raise WorldError("This is a world in the kit's own format.", where=path, remedy="Read it with World.load.")
    if not isinstance(dump, dict) or not set(SECTIONS) & set(dump):
        remedy = f"Give the output of {COMMAND}: an object with {', '.join(SECTIONS)}."
        raise WorldError("This is not an account dump.", where=path, remedy=remedy)
    if dump.get("IsTruncated") or dump.get("NextToken"):
        remedy = f"Run {COMMAND} without --no-paginate and --max-items, which gives all pages in one."
        raise WorldError("The dump is one page of several.", where=path, remedy=remedy)


# Reading entries


def _entries(given: Entry, key: str, path: str) -> Iterator[tuple[str, Entry]]:
    """The objects of a list that may be missing, each with its path."""
    listed = given.get(key, [])
    if not isinstance(listed, list):
        raise WorldError(f"{key} is not a list.", where=child(path, key), remedy=UNCHANGED)
    for index, entry in enumerate(listed):
        where = f"{child(path, key)}[{index}]"
        if not isinstance(entry, dict):
            raise WorldError("An object belongs here.", where=where, remedy=UNCHANGED)
        yield where, entry


def _text(entry: Entry, key: str, path: str) -> str:
    if not isinstance(entry.get(key), str):
        what = f"{key} is not a text." if key in entry else f"There is no {key}."
        raise WorldError(what, where=child(path, key), remedy=UNCHANGED)
    return entry[key]


def _arn(entry: Entry, kind: str, path: str) -> Arn:
    """The entry's ARN, which holds its account, its path and its name."""
    try:
        arn = Arn.parse(_text(entry, "Arn", path), f"{path}.Arn")
    except ArnError as fault:
        raise WorldError(fault.what, where=fault.where, remedy=fault.remedy) from None
    if arn.service != "iam" or arn.type != kind or "/" not in arn.resource:
        raise WorldError(f"{arn} is not the ARN of a {kind}.", where=f"{path}.Arn", remedy=UNCHANGED)
    label = f"{kind.capitalize()}Name"
    if entry.get(label, arn.name) != arn.name:
        what = f"{label} is {entry[label]!r}, but the ARN says {arn.name!r}."
        raise WorldError(what, where=f"{path}.{label}", remedy=UNCHANGED)
    return arn


def _path(arn: Arn) -> str:
    """``/a/b/`` of ``user/a/b/ana``."""
    return arn.resource.removeprefix(arn.type).removesuffix(arn.name)


def _document(entry: Entry, key: str, place: Place, name: str, path: str) -> Policy:
    """A policy document, which AWS's tools write as an object, and its API as URL-encoded text (RFC 3986)."""
    given, where = entry.get(key), f"{path}.{key}"
    if not isinstance(given, dict | str):
        what = f"{key} is no policy." if key in entry else f"There is no {key}."
        raise WorldError(what, where=where, remedy=UNCHANGED)
    text = unquote(given) if isinstance(given, str) and given.startswith("%") else given
    return document(text, place, name, where)


def _inline(entry: Entry, key: str, path: str) -> dict[str, Policy]:
    found: dict[str, Policy] = {}
    for where, inline in _entries(entry, key, path):
        name = _text(inline, "PolicyName", where)
        if name in found:
            raise WorldError(f"The inline policy {name!r} is there twice.", where=where, remedy=UNCHANGED)
        found[name] = _document(inline, "PolicyDocument", Place.IDENTITY, name, where)
    return found


def _tags(entry: Entry, path: str) -> dict[str, str]:
    tags = [(_text(tag, "Key", where), _text(tag, "Value", where)) for where, tag in _entries(entry, "Tags", path)]
    check_tags((key for key, _ in tags), f"{path}.Tags")
    return dict(tags)


# Adding to the world


def _account(world: World, arn: Arn, path: str) -> Account:
    if arn.account in world.accounts:
        return world.accounts[arn.account]
    with at(f"{path}.Arn"):
        return world.account(arn.account, partition=arn.partition)


def _add_policy(world: World, entry: Entry, path: str) -> None:
    arn = _arn(entry, "policy", path)
    versions: dict[str, Policy] = {}
    marked = ""
    for where, version in _entries(entry, "PolicyVersionList", path):
        number = _text(version, "VersionId", where)
        if not (number.startswith("v") and number[1:].isdecimal() and number.isascii()):
            raise WorldError(f"{number!r} is not a version ID.", where=f"{where}.VersionId", remedy=UNCHANGED)
        versions[number] = _document(version, "Document", Place.IDENTITY, arn.name, where)
        marked = number if version.get("IsDefaultVersion") is True else marked
    default = _text(entry, "DefaultVersionId", path) if "DefaultVersionId" in entry else marked
    if default not in versions:
        what = f"There is no document of the default version {default!r}." if default else "No version is the default."
        raise WorldError(what, where=f"{path}.PolicyVersionList", remedy=UNCHANGED)
    policy = ManagedPolicy(str(arn), versions, default)
    if arn.account == "aws":
        _add_newer(world, policy)
        return
    account = _account(world, arn, path)
    with at(path):
        account.policy(arn.name, path=_path(arn), versions=versions, default=default)


def _add_newer(world: World, policy: ManagedPolicy) -> None:
    """Dumps of several accounts repeat AWS's policies; of two states the newer one counts."""
    known = world.managed_policies.get(policy.arn)
    if known is None or int(known.default[1:]) < int(policy.default[1:]):
        world.managed_policies[policy.arn] = policy


def _identity(world: World, entry: Entry, kind: str, path: str) -> tuple[Account, str, dict[str, Any]]:
    """The account, the name, and what groups, users and roles have alike."""
    arn = _arn(entry, kind.lower(), path)
    account = _account(world, arn, path)
    attached = [
        _managed(world, account, attachment, "PolicyArn", where)
        for where, attachment in _entries(entry, "AttachedManagedPolicies", path)
    ]
    inline = _inline(entry, f"{kind}PolicyList", path)
    return account, arn.name, {"path": _path(arn), "policies": attached, "inline": inline}


def _boundary(world: World, account: Account, entry: Entry, path: str) -> str | None:
    boundary, where = entry.get("PermissionsBoundary"), f"{path}.PermissionsBoundary"
    if boundary is None:
        return None
    if not isinstance(boundary, dict):
        raise WorldError("An object belongs here.", where=where, remedy=UNCHANGED)
    return _managed(world, account, boundary, "PermissionsBoundaryArn", where)


def _managed(world: World, account: Account, entry: Entry, key: str, path: str) -> str:
    """The ARN of a policy in use, whose document must be there."""
    arn = _text(entry, key, path)
    try:
        found = world.managed(arn)
    except WorldError:
        whose = "AWSManagedPolicy" if ":iam::aws:" in arn else "LocalManagedPolicy"
        remedy = (
            f"Write it again without --filter, or with {whose} in it: {COMMAND} --filter User Group Role "
            'LocalManagedPolicy AWSManagedPolicy. Or give a list of dumps, of which one has it in "Policies".'
        )
        what = f"The dump has no document of {arn}, which is in use."
        raise WorldError(what, where=child(path, key), remedy=remedy) from None
    if found.arn.split(":")[4] not in ("aws", account.id):
        raise WorldError(f"{arn} belongs to another account.", where=child(path, key), remedy=UNCHANGED)
    return arn


def _unique_id(entry: Entry, key: str, made: str, path: str) -> str:
    return _text(entry, key, path) if key in entry else made


def _add_group(world: World, entry: Entry, path: str) -> None:
    account, name, common = _identity(world, entry, "Group", path)
    with at(path):
        group = account.group(name, **common)
    group.unique_id = _unique_id(entry, "GroupId", group.unique_id, path)


def _add_user(world: World, entry: Entry, path: str) -> None:
    account, name, common = _identity(world, entry, "User", path)
    groups = entry.get("GroupList", [])
    if not isinstance(groups, list) or not all(isinstance(group, str) for group in groups):
        raise WorldError("GroupList is not a list of names.", where=f"{path}.GroupList", remedy=UNCHANGED)
    for index, group in enumerate(groups):
        if group not in account.groups:
            remedy = f"{nearest(group, account.groups)} A dump written with --filter needs Group in it."
            raise WorldError(f"There is no group {group!r}.", where=f"{path}.GroupList[{index}]", remedy=remedy)
    boundary, tags = _boundary(world, account, entry, path), _tags(entry, path)
    with at(path):
        user = account.user(name, groups=groups, boundary=boundary, tags=tags, **common)
    user.unique_id = _unique_id(entry, "UserId", user.unique_id, path)


def _add_role(world: World, entry: Entry, path: str) -> None:
    account, name, common = _identity(world, entry, "Role", path)
    trust = _document(entry, "AssumeRolePolicyDocument", Place.TRUST, f"trust of {name}", path)
    boundary, tags = _boundary(world, account, entry, path), _tags(entry, path)
    with at(path):
        role = account.role(name, trust=trust, boundary=boundary, tags=tags, **common)
    role.unique_id = _unique_id(entry, "RoleId", role.unique_id, path)
    for where, profile in _entries(entry, "InstanceProfileList", path):
        title = _text(profile, "InstanceProfileName", where)
        with at(where):
            account.instance_profile(title, role)


# Resource policies


def add_resources(world: World, given: Any) -> None:
    """Add ``{arn: policy}`` or ``{arn: {"account": …, "policy": …}}``."""
    if not isinstance(given, dict):
        remedy = 'Give an object: {"arn:aws:s3:::payroll": {policy}}.'
        raise WorldError("Resource policies are no object.", where=BESIDE, remedy=remedy)
    for arn, one in given.items():
        path = child(BESIDE, arn)
        if isinstance(one, str) or (isinstance(one, dict) and {"Statement", "Version"} & set(one)):
            parsed = {"policy": document(one, Place.RESOURCE, f"policy of {arn}", path)}
            add_resource(_owner(world, arn, None, path), arn, parsed, path)
            continue
        if not isinstance(one, dict):
            remedy = 'Write {"account": "111122223333", "policy": {...}}.'
            raise WorldError("This is neither a policy nor an object with one.", where=path, remedy=remedy)
        details = dict(one)
        account = _owner(world, arn, details.pop("account", None), path)
        policy = details.pop("policy", None)
        check_shape(details, "resource", path)
        if policy is not None:
            details["policy"] = _document(one, "policy", Place.RESOURCE, f"policy of {arn}", path)
        add_resource(account, arn, details, path)


def _owner(world: World, arn: str, given: Any, path: str) -> Account:
    """The account that owns a resource: as its ARN says, as given, or the only one there is."""
    fields = arn.split(":", 5)
    owner = given or (fields[4] if len(fields) == 6 else "")
    if not owner and len(world.accounts) == 1:
        owner = next(iter(world.accounts))
    if not owner:
        remedy = 'Write {"account": "111122223333", "policy": {...}}.'
        raise WorldError("The ARN does not say which account owns it.", where=path, remedy=remedy)
    if not isinstance(owner, str) or owner not in world.accounts:
        remedy = f"{nearest(str(owner), world.accounts)} Add the dump of its account, or leave the resource out."
        raise WorldError(f"There is no account {owner!r}.", where=path, remedy=remedy)
    return world.accounts[owner]
