"""One request, and the context keys that AWS itself fills in.

Source: IAM User Guide, reference_policies_condition-keys; reference_policies_variables ("Request keys by principal").
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from iamkit.arn import Arn
from iamkit.errors import ArnError, RequestError
from iamkit.formula import ACTION, RESOURCE
from iamkit.identity.principals import Caller, Kind
from iamkit.policy.conditions import as_text
from iamkit.readings import DEFAULT, Readings

Value = str | bool | int | float
Environment = dict[str, tuple[str, ...]]

SERVICE_ONLY = (
    "aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths", "aws:principalservicenameslist",
)  # fmt: skip
ENDPOINT_KEYS = (
    "aws:sourcevpc", "aws:sourcevpcarn", "aws:sourcevpce", "aws:vpcsourceip", "aws:vpceaccount", "aws:vpceorgid",
    "aws:vpceorgpaths",
)  # fmt: skip
FORWARD_KEYS = ("aws:viaawsservice", "aws:calledvia", "aws:calledviafirst", "aws:calledvialast")


@dataclass(frozen=True, slots=True)
class Facts:
    """What AWS itself says of a request: keys that its maker cannot choose.

    Args:
        values: by lower-case key; an empty tuple if AWS sends no such key.
        closed: prefixes of which every key is known: what is not in ``values`` is absent, such as tags.

    >>> facts = Facts({"aws:principaltag/team": ("blue",)}, ("aws:principaltag/",))
    >>> facts.of("aws:PrincipalTag/team"), facts.of("aws:PrincipalTag/cost"), facts.of("aws:SourceIp")
    (('blue',), (), None)
    """

    values: Mapping[str, tuple[str, ...]]
    closed: tuple[str, ...] = ()

    def of(self, key: str) -> tuple[str, ...] | None:
        """The values of the key; an empty tuple if it is absent; None if whoever makes the request chooses it."""
        key = key.lower()
        absent = () if key.startswith(self.closed) and self.closed else None
        return self.values.get(key, absent)

    def __or__(self, other: "Facts") -> "Facts":
        """Both; what ``other`` says of a key wins."""
        return Facts({**self.values, **other.values}, self.closed + other.closed)


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks for which action on what.

    Args:
        principal: an ARN, a service name such as ``ec2.amazonaws.com``, or ``ik.ANONYMOUS``.
        action: ``service:Name``.
        resource: an ARN, or ``*`` for an action without resource.
        context: condition keys as AWS writes them, each with one value or a list.
        resource_account: the owner's account ID, where the ARN does not say it (S3); by default the principal's.

    Raises:
        RequestError: for a principal that makes no requests, for wildcards in the action or resource, or for a
            malformed context.

    >>> Request("arn:aws:iam::111122223333:user/ana", "s3:GetObject", "arn:aws:s3:::payroll/a").caller.kind.value
    'IAM user'
    """

    principal: str
    action: str
    resource: str
    context: Mapping[str, Value | Iterable[Value]] = field(default_factory=dict)
    resource_account: str | None = None
    caller: Caller = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "caller", Caller.parse(self.principal))
        check_action(self.action)
        check_resource(self.resource)
        check_context(self.context)
        account, named = self.resource_account, owner_of(self.resource)
        if account is not None and not (isinstance(account, str) and re.fullmatch(r"\d{12}", account, re.ASCII)):
            raise RequestError(
                f"{account!r} is not an account ID.",
                where="resource_account",
                remedy="Write its 12 digits as a text.",
            )
        if account is not None and named not in (None, account):
            what = f"The resource belongs to {named}, not to {account}."
            raise RequestError(what, where="resource_account", remedy="Leave it out: the ARN says it.")

    @property
    def owner(self) -> str | None:
        """The account that owns the resource."""
        return self.resource_account or owner_of(self.resource) or self.caller.account


def check_action(action: str) -> None:
    """Raise RequestError unless ``action`` is one concrete action."""
    if not isinstance(action, str) or not re.fullmatch(r"[A-Za-z0-9-]+:[A-Za-z0-9_-]+", action):
        raise RequestError(
            f"{action!r} is not one action.",
            where="action",
            remedy="Write service:Name; can() takes wildcards.",
        )


def check_resource(resource: str) -> None:
    """Raise RequestError unless ``resource`` is one ARN or ``*``."""
    if resource == "*":
        return
    if not isinstance(resource, str) or "*" in resource or "?" in resource:
        raise RequestError(
            f"{resource!r} is not one resource.",
            where="resource",
            remedy="Name one ARN; can() takes wildcards.",
        )
    try:
        Arn.parse(resource)
    except ArnError as fault:
        raise RequestError(fault.what, where="resource", remedy=fault.remedy) from None


def check_context(context: Any) -> None:
    """Raise RequestError unless ``context`` maps condition keys to values; keys compare without case."""
    if not isinstance(context, Mapping):
        raise RequestError(
            f"A {type(context).__name__} is not a context.",
            where="context",
            remedy='Give a dict such as {"aws:SourceIp": "203.0.113.7"}.',
        )
    seen: set[str] = set()
    for key in context:
        if not isinstance(key, str) or not re.fullmatch(r"[^:\s]+:\S(.*\S)?", key):
            raise RequestError(
                f"{key!r} is not a condition key.",
                where="context",
                remedy="Write prefix:name, such as aws:SourceIp.",
            )
        if key.lower() in seen:
            raise RequestError(
                f"{key!r} is given twice; keys compare without case.", where="context", remedy="Give it once."
            )
        seen.add(key.lower())
        values(context[key], key)


_REGIONAL_BUCKET = re.compile(r"arn:[^:]+:s3:::[^/]*-(\d{12})-[a-z0-9-]+-an(/.*)?")


def owner_of(resource: str) -> str | None:
    """The account that a resource ARN names; of an S3 bucket only an account-regional name tells it
    (S3 User Guide, gpbucketnamespaces: ``prefix-<account>-<region>-an``).

    >>> owner_of("arn:aws:sqs:eu-west-1:111122223333:jobs"), owner_of("arn:aws:s3:::payroll")
    ('111122223333', None)
    """
    fields = resource.split(":", 5)
    if len(fields) == 6 and fields[4]:
        return fields[4]
    found = _REGIONAL_BUCKET.fullmatch(resource)
    return found[1] if found else None


def caller_facts(caller: Caller, readings: Readings = DEFAULT) -> Facts:
    """The keys that AWS derives from the principal alone."""
    service, unsigned = caller.kind is Kind.SERVICE, caller.kind in (Kind.ANONYMOUS, Kind.FEDERATED)
    facts: dict[str, tuple[str, ...]] = {} if service else dict.fromkeys(SERVICE_ONLY, ())
    facts["aws:principalisawsservice"] = () if unsigned else (str(service).lower(),)
    facts["aws:principalservicename"] = (caller.arn,) if service else ()
    facts["aws:principaltype"] = _PRINCIPAL_TYPES.get(caller.kind, ())
    facts["aws:principalaccount"] = _principal_account(caller)
    facts["aws:principalarn"] = _principal_arn(caller, readings)
    facts["aws:username"] = (caller.arn.rpartition("/")[2],) if caller.kind is Kind.USER else ()
    userid = _userid(caller)
    if userid is not None:
        facts["aws:userid"] = userid
    # Only users and roles carry tags.
    tagged = caller.kind in (Kind.USER, Kind.SESSION, Kind.FEDERATED_USER)
    return Facts(facts, () if tagged else ("aws:principaltag/",))


_PRINCIPAL_TYPES = {
    Kind.ROOT: ("Account",),
    Kind.USER: ("User",),
    Kind.SESSION: ("AssumedRole",),
    Kind.FEDERATED_USER: ("FederatedUser",),
    Kind.ANONYMOUS: ("Anonymous",),
}


def _principal_arn(caller: Caller, readings: Readings) -> tuple[str, ...]:
    """For a role session the ARN of the role, never of the session (reference_policies_condition-keys)."""
    if caller.kind is Kind.FEDERATED_USER and not readings.federated_user_arn_is_sts:
        return (caller.arn.replace(":sts:", ":iam:", 1),)
    if caller.account is None:
        return ()
    return (str(caller.entity) if caller.kind is Kind.SESSION else caller.arn,)


def _principal_account(caller: Caller) -> tuple[str, ...]:
    """Of an anonymous caller AWS says ``anonymous`` (reference_policies_condition-keys)."""
    if caller.kind is Kind.ANONYMOUS:
        return ("anonymous",)
    return (caller.account,) if caller.account else ()


def _userid(caller: Caller) -> tuple[str, ...] | None:
    """None where the unique ID is not known: then the context may say it."""
    name = caller.arn.rpartition("/")[2]
    match caller.kind:
        case Kind.ROOT:
            return (str(caller.account),)
        case Kind.ANONYMOUS:
            return ("anonymous",)
        case Kind.FEDERATED_USER:
            return (f"{caller.account}:{name}",)
        case Kind.USER if caller.unique_id:
            return (caller.unique_id,)
        case Kind.SESSION if caller.unique_id and caller.names_a_session:
            return (f"{caller.unique_id}:{name}",)
        case Kind.SERVICE | Kind.FEDERATED:
            return ()
    return None


def values(given: Any, key: str) -> tuple[str, ...]:
    """A context value as a tuple of texts.

    Raises:
        RequestError: for anything but texts, finite numbers, Booleans, or a list, tuple or set of them.
    """
    listed = given if isinstance(given, list | tuple | set | frozenset) else [given]
    found = tuple(_text(value, key) for value in listed)
    return tuple(sorted(found)) if isinstance(listed, set | frozenset) else found


def _text(value: Any, key: str) -> str:
    """One context value as text."""
    text = as_text(value)
    if text is not None:
        return text
    raise RequestError(
        f"{value if isinstance(value, float) else f'A {type(value).__name__}'} cannot be a context value.",
        where=f"context[{key!r}]",
        remedy="Give a text, a finite number or true/false, or a list of them.",
    )


def environment(request: Request, facts: Facts) -> Environment:
    """The table a formula is read against: the caller's context, and what AWS fills in.

    A key with an empty list counts as missing. A call is direct unless the context says that it came through a service:
    ``aws:ViaAWSService`` is always there.

    Raises:
        RequestError: if the context contradicts a key that AWS fills in.
    """
    table: Environment = {ACTION: (request.action,), RESOURCE: (request.resource,)}
    for key, given in request.context.items():
        lower, found, fact = key.lower(), values(given, key), facts.of(key)
        if fact is not None and found != fact and not _same_role(lower, found, fact):
            raise _set_by_aws(key, fact)
        if found:
            table[lower] = found
    for key, fact in facts.values.items():
        if fact:
            table.setdefault(key, fact)
    table.setdefault("aws:viaawsservice", ("true" if "aws:calledvia" in table else "false",))
    return table


def _same_role(key: str, given: tuple[str, ...], fact: tuple[str, ...]) -> bool:
    """A session's ARN lacks its role's path; the caller of the kit may supply it in aws:PrincipalArn."""
    if key != "aws:principalarn" or len(given) != 1 or not fact or ":role/" not in fact[0]:
        return False
    prefix, _, name = fact[0].partition(":role/")
    return "/" not in name and given[0].startswith(f"{prefix}:role/") and given[0].rpartition("/")[2] == name


def _set_by_aws(key: str, fact: tuple[str, ...]) -> RequestError:
    if key.lower() in SERVICE_ONLY:
        remedy = "AWS sends it only when a service calls: make the service the principal."
    elif not fact:
        remedy = "AWS sends no such key for this principal and resource: leave it out."
    else:
        remedy = f"AWS sets it to {', '.join(fact)}: leave it out, or change the principal or the world."
    return RequestError(f"The caller cannot choose {key}.", where=f"context[{key!r}]", remedy=remedy)


def forwarded(request: Request, service: str, readings: Readings = DEFAULT) -> Request:
    """The request that a service makes on the caller's behalf (a forward access session).

    The principal stays the same, so it needs permission for both calls. The VPC keys of the first call are lost.

    Args:
        request: the call that the service makes, with the context of the caller's own call.
        service: the calling service, such as ``cloudformation.amazonaws.com``.

    Source: IAM User Guide, access_forward_access_sessions.

    >>> first = Request("arn:aws:iam::111122223333:user/ana", "s3:GetObject", "*", {"aws:SourceVpc": "vpc-1"})
    >>> dict(forwarded(first, "athena.amazonaws.com").context)["aws:CalledVia"]
    ['athena.amazonaws.com']
    """
    context = forwarded_context(request.context, service, readings)
    return Request(request.principal, request.action, request.resource, context, request.resource_account)


def forwarded_context(context: Mapping[str, Any], service: str, readings: Readings = DEFAULT) -> dict[str, Any]:
    """The context of a forwarded call, from that of the call before; see `forwarded`.

    Raises:
        RequestError: if ``service`` is not the name of a service.
    """
    if Caller.parse(service).kind is not Kind.SERVICE:
        remedy = "Write its name, such as cloudformation.amazonaws.com."
        raise RequestError(f"{service!r} is not a service.", where="via", remedy=remedy)
    lost = ENDPOINT_KEYS if readings.forwarded_keeps_source_ip else (*ENDPOINT_KEYS, "aws:sourceip")
    before = next((values(found, key) for key, found in context.items() if key.lower() == "aws:calledvia"), ())
    kept = {key: found for key, found in context.items() if key.lower() not in (*lost, *FORWARD_KEYS)}
    chain = [*before, service]
    return {
        **kept,
        "aws:ViaAWSService": "true",
        "aws:CalledVia": chain,
        "aws:CalledViaFirst": chain[0],
        "aws:CalledViaLast": chain[-1],
    }
