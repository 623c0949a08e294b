"""What a world knows of a request: the condition keys that AWS fills in from principal, resource and endpoint.

Source: IAM User Guide, reference_policies_condition-keys and id_session-tags.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from iamkit.identity.identities import Role, User
from iamkit.identity.principals import Caller, Session
from iamkit.identity.resources import Resource
from iamkit.request import Facts, caller_facts, values

if TYPE_CHECKING:
    from iamkit.world import World


def principal_facts(world: "World", caller: Caller, session: Session | None) -> Facts:
    """Keys from the principal, its tags, and its account's place in the organization.

    A session's tags win over those of its role or user, whatever the case of their keys (id_session-tags).
    """
    facts = caller_facts(caller, world.readings) | organization_facts(world, "principal", caller.account)
    facts |= session_facts(session) if session else Facts({})
    if caller.account not in world.accounts:
        return facts
    tags = dict(session.tags) if session else {}
    if caller.entity and not caller.entity.endswith(":root"):
        tags = {**world.identity(caller.entity).tags, **tags}
    return facts | tag_facts(("aws:principaltag/",), tags)


SESSION_KEYS = ("aws:tokenissuetime", "aws:multifactorauthpresent", "aws:sourceidentity", "aws:federatedprovider",
                "aws:assumedroot")  # fmt: skip
"""What STS writes into a session and its requests cannot change (reference_policies_condition-keys)."""
PROVIDER_KEYS = ("saml:", "accounts.google.com:", "cognito-identity.amazonaws.com:", "graph.facebook.com:",
                 "www.amazon.com:")  # fmt: skip


def session_facts(session: Session) -> Facts:
    """The keys that a session carries. Where the operation that issued it is known, it carries no others of their kind.
    How long ago a second factor was shown, its requests say, if one was.

    Source: reference_policies_condition-keys ("Properties of the role session"), reference_policies_iam-condition-keys,
    id_credentials_mfa_configure-api-require ("not present if MFA was not used").
    """
    carried = {key.lower(): values(given, key) for key, given in session.keys.items()}
    if not session.operation:
        return Facts(carried)
    shown = carried.get("aws:multifactorauthpresent") == ("true",)
    absent = SESSION_KEYS if shown else (*SESSION_KEYS, "aws:multifactorauthage")
    return Facts({**dict.fromkeys(absent, ()), **carried}, PROVIDER_KEYS)


def resource_facts(world: "World", resource: str, owner: str | None, holder: Resource | Role | None) -> Facts:
    """Keys from the resource: its owner, the owner's place in the organization, and its tags if the world holds it."""
    facts = Facts({})
    if owner:
        facts |= Facts({"aws:resourceaccount": (owner,)}) | organization_facts(world, "resource", owner)
    held: Resource | Role | User | None = holder or _user(world, resource)
    if held is None:
        return facts
    prefixes = ("aws:resourcetag/",) if isinstance(held, Resource) else ("aws:resourcetag/", "iam:resourcetag/")
    return facts | tag_facts(prefixes, held.tags)


def _user(world: "World", resource: str) -> User | None:
    fields = resource.split(":", 5)
    account = world.accounts.get(fields[4]) if len(fields) == 6 else None
    user = account.users.get(fields[5].rpartition("/")[2]) if account else None
    return user if user and user.arn == resource else None


def organization_facts(world: "World", whose: str, account: str | None) -> Facts:
    """``aws:PrincipalOrgID`` and ``aws:PrincipalOrgPaths``, or the same of the resource or the endpoint."""
    organization = world.organization
    paths = organization.paths(account) if organization and account else ()
    identifier = (organization.id,) if organization and paths else ()
    return Facts({f"aws:{whose}orgid": identifier, f"aws:{whose}orgpaths": paths})


def tag_facts(prefixes: tuple[str, ...], tags: Mapping[str, str]) -> Facts:
    """One key for each tag; a tag that is not listed is absent."""
    return Facts({f"{prefix}{key.lower()}": (value,) for prefix in prefixes for key, value in tags.items()}, prefixes)


@cache
def vpce_services() -> dict[str, frozenset[str]]:
    """For each key about the endpoint's owner the services that send it, from the data file."""
    data = json.loads(files("iamkit").joinpath("data/vpce_keys.json").read_text())
    return {key: frozenset(services) for key, services in data.items() if key.startswith("aws:")}


def endpoint_facts(world: "World", endpoint: str | None, resource: str) -> Facts:
    """``aws:VpceAccount``, ``aws:VpceOrgID`` and ``aws:VpceOrgPaths`` of a request through an endpoint of this world.

    Only some services send them. The service is read from the resource's ARN; where that says too little (``*``, or an
    IAM resource: STS calls roles too, and iam:PassRole sends no such key) the keys are left to the context.
    """
    owner = next((account.id for account in world.accounts.values() if endpoint in account.endpoints), None)
    fields = resource.split(":", 5)
    if owner is None or len(fields) < 6 or fields[2] == "iam" or set("*?") & set(fields[2]):
        return Facts({})
    sent = {"aws:vpceaccount": (owner,), **organization_facts(world, "vpce", owner).values}
    return Facts({key: value if fields[2] in vpce_services()[key] else () for key, value in sent.items()})
