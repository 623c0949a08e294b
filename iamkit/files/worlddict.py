"""A world as plain values: what `iamkit.files.worldfile` writes and reads, without what the reader would fill in."""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import asdict
from typing import Any

from iamkit.files import centerfile
from iamkit.files.holdingsfile import to_plain
from iamkit.identity.account import Account
from iamkit.identity.center import IdentityCenter
from iamkit.identity.identities import Group, Identity, ManagedPolicy, Role, User, unique_id
from iamkit.identity.organization import Unit, full_access
from iamkit.identity.providers import SamlProvider
from iamkit.identity.public import SWITCHES
from iamkit.identity.resources import Resource
from iamkit.policy.document import Policy
from iamkit.readings import DEFAULT, Readings
from iamkit.world import World

FULL_ACCESS = ("FullAWSAccess", "RCPFullAWSAccess")
_PREFIXES = {Group: "AGPA", User: "AIDA", Role: "AROA"}


def to_dict(world: World) -> dict[str, Any]:
    """The world in the kit's own format, sorted by name; lists keep their order.

    >>> world = World("one user")
    >>> world.account("111122223333").user("ana")
    <User arn:aws:iam::111122223333:user/ana>
    >>> to_dict(world)
    {'iamkit': 1, 'description': 'one user', 'accounts': {'111122223333': {'users': {'ana': {}}}}}
    """
    names = _control_names(world)
    accounts = {id: _account(account, names, world.center) for id, account in sorted(world.accounts.items())}
    about = _filled(description=world.description, notes=list(world.notes), readings=_readings(world.readings))
    shared = _filled(
        organization=_organization(world, names),
        identity_center=centerfile.to_plain(world.center),
        managed_policies={arn: _managed(policy) for arn, policy in sorted(world.managed_policies.items())},
    )
    return {"iamkit": 1, **about, "accounts": accounts, **shared}


def _filled(**values: Any) -> dict[str, Any]:
    """Without what is empty."""
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}


def _readings(readings: Readings) -> dict[str, bool]:
    """The switches that differ from their default."""
    default = asdict(DEFAULT)
    return {name: value for name, value in asdict(readings).items() if value != default[name]}


def _account(account: Account, names: dict[int, str], center: IdentityCenter | None) -> dict[str, Any]:
    roles = {name: role for name, role in account.roles.items() if not centerfile.is_made(center, account, name)}
    written = _filled(
        name=account.name,
        partition=account.partition if account.partition != "aws" else None,
        canonical_id=account.canonical,
        root_credentials=to_plain(account.root_holdings),
        providers=_providers(account, center),
        policies={name: _managed(policy, policy.path) for name, policy in sorted(account.policies.items())},
        groups=_identities(account, account.groups),
        users=_identities(account, account.users),
        roles=_identities(account, roles),
        instance_profiles=dict(sorted(account.instance_profiles.items())),
        resources={arn: _resource(resource) for arn, resource in sorted(account.resources.items())},
        endpoints={vpce: deepcopy(policy.document) for vpce, policy in sorted(account.endpoints.items())},
    )
    return written | _controls(account, names) | _filled(gone=sorted(account.gone))


def _providers(account: Account, center: IdentityCenter | None) -> dict[str, Any]:
    saml: dict[str, Any] = {}
    oidc: dict[str, Any] = {}
    for _, provider in sorted(account.providers.items()):
        if centerfile.makes_provider(center, account, provider):
            continue
        if isinstance(provider, SamlProvider):
            saml[provider.name] = {"entity_id": provider.entity_id} | _filled(
                certificates=list(provider.certificates), sign_in=list(provider.sign_in)
            )
        else:
            oidc[provider.url] = _filled(client_ids=list(provider.client_ids), thumbprints=list(provider.thumbprints))
    return _filled(saml=saml, oidc=oidc)


def _managed(policy: ManagedPolicy, path: str = "/") -> dict[str, Any]:
    """The document alone where there is nothing else to say."""
    versions = {name: deepcopy(one.document) for name, one in sorted(policy.versions.items(), key=_number)}
    if list(versions) == ["v1"]:
        return versions["v1"] if path == "/" else {"path": path, "document": versions["v1"]}
    newest = list(versions)[-1]
    default = policy.default if policy.default != newest else None
    return _filled(path=path if path != "/" else None, default=default, versions=versions)


def _number(version: tuple[str, Policy]) -> int:
    return int(version[0].lstrip("v"))


def _identities(account: Account, known: dict[str, Any]) -> dict[str, Any]:
    return {name: _identity(account, identity) for name, identity in sorted(known.items())}


def _identity(account: Account, identity: Identity) -> dict[str, Any]:
    made = unique_id(_PREFIXES[type(identity)], identity.arn, account.gone.count(identity.arn))
    boundary = getattr(identity, "boundary", None)
    max_session = getattr(identity, "max_session", 3600)
    trust = identity.trust if isinstance(identity, Role) else None
    return _filled(
        path=identity.path if identity.path != "/" else None,
        unique_id=identity.unique_id if identity.unique_id != made else None,
        trust=deepcopy(trust.document) if trust else None,
        max_session=max_session if max_session != 3600 else None,
        groups=list(identity.groups) if isinstance(identity, User) else None,
        policies=[_reference(account, arn) for arn in identity.attached],
        inline={name: deepcopy(policy.document) for name, policy in identity.inline.items()},
        boundary=_reference(account, boundary) if boundary else None,
        tags=dict(sorted(getattr(identity, "tags", {}).items())),
        credentials=to_plain(identity.holdings) if isinstance(identity, User) else None,
    )


def _reference(account: Account, arn: str) -> str:
    """A policy of the account by its name, any other by its ARN."""
    name = arn.rpartition("/")[2]
    return name if name in account.policies and account.policies[name].arn == arn else arn


def _resource(resource: Resource) -> dict[str, Any]:
    switches = {name: True for name, value in resource.block_public_access.items() if value}
    return _filled(
        policy=deepcopy(resource.policy.document) if resource.policy else None,
        tags=dict(sorted(resource.tags.items())),
        acl=[grant.to_dict() for grant in resource.acl],
        block_public_access=True if len(switches) == len(SWITCHES) else switches,
        # As JSON has it: the AWS SDK gives dates as objects of their own.
        grants=json.loads(json.dumps(resource.grants, default=str)),
        aws_managed=resource.aws_managed or None,
    )


# The organization


def _organization(world: World, names: dict[int, str]) -> dict[str, Any] | None:
    organization = world.organization
    if organization is None:
        return None
    documents = {names[id(policy)]: policy.document for _, policy in _control_policies(world)}
    return _filled(
        id=organization.id,
        management=organization.management,
        central_root_access=organization.central_root_access or None,
        delegated_administrator=organization.delegated_administrator,
        policies={name: deepcopy(documents[name]) for name in sorted(documents) if name not in FULL_ACCESS},
    ) | {"root": _unit(organization.root, world, names, f"r-{organization.id.removeprefix('o-')[:4]}")}


def _unit(unit: Unit, world: World, names: dict[int, str], made: str) -> dict[str, Any]:
    """``made`` is the ID that the reader would make."""
    stem = unit.id.removeprefix("r-").removeprefix("ou-")
    written = _filled(id=unit.id if unit.id != made else None) | _controls(unit, names)
    return written | _filled(
        accounts=[id for id in unit.accounts if id in world.accounts],
        other_accounts=[id for id in unit.accounts if id not in world.accounts],
        declarative=list(unit.declarative),
        units={
            below.name: _unit(below, world, names, f"ou-{stem}-{index}")
            for index, below in enumerate(unit.units, start=1)
        },
    )


def _controls(level: Unit | Account, names: dict[int, str]) -> dict[str, list[str]]:
    """An empty list of SCPs is not AWS's default, so it is written; RCPFullAWSAccess is there without being listed."""
    given = {"scps": level.scps, "rcps": level.rcps or None}
    return {kind: [names[id(policy)] for policy in found] for kind, found in given.items() if found is not None}


def _control_policies(world: World) -> Iterator[tuple[str, Policy]]:
    """Every SCP and RCP, attached or not, with the name it goes by."""
    organization = world.organization
    if organization is not None:
        yield from organization.policies.items()
    levels: list[Unit | Account] = list(organization.root.walk()) if organization else []
    for level in [*levels, *(account for _, account in sorted(world.accounts.items()))]:
        yield from ((policy.name, policy) for policy in [*(level.scps or []), *(level.rcps or [])])


def _control_names(world: World) -> dict[int, str]:
    """The name of each control policy by its identity. Two documents never share a name: the second gets a number."""
    taken = {name: full_access(name).document for name in FULL_ACCESS}
    names: dict[int, str] = {}
    for wanted, policy in _control_policies(world):
        name, count = names.get(id(policy), wanted), 1
        while taken.setdefault(name, policy.document) != policy.document:
            count += 1
            name = f"{wanted} {count}"
        names[id(policy)] = name
    return names
