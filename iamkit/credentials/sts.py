"""STS: each operation issues temporary credentials, or refuses with the error that AWS names.

Who may is decided by the same rules as every other request (`iamkit.semantics`); what else STS looks at is in
`iamkit.credentials.limits`. No z3 here.

Sources: STS API Reference; IAM User Guide, id_credentials_sts-comparison, id_credentials_temp_request, id_session-tags.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec

from iamkit.credentials import limits
from iamkit.credentials.bearer import Bearer, By, bearer
from iamkit.credentials.clock import Clock, iso
from iamkit.credentials.limits import DENIED, Refusal
from iamkit.credentials.tokens import Credentials, Refused
from iamkit.decision import Decision
from iamkit.errors import RequestError, WorldError
from iamkit.identity.identities import Role
from iamkit.identity.principals import Kind, Session
from iamkit.policies import Source
from iamkit.policy.document import Policy
from iamkit.world import World

Arguments = ParamSpec("Arguments")
_PARAMETERS = ("aws:requesttag/", "aws:tagkeys", "sts:externalid", "sts:rolesessionname", "sts:sourceidentity",
               "sts:taskpolicyarn", "sts:transitivetagkeys")  # fmt: skip


def answered(operation: Callable[Arguments, Credentials]) -> Callable[Arguments, Credentials | Refused]:
    """Make a refusal inside an operation its answer."""
    title = "".join(word.capitalize() for word in operation.__name__.split("_"))

    @wraps(operation)
    def answer(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Credentials | Refused:
        try:
            return operation(*args, **kwargs)
        except Refusal as refusal:
            return Refused(title, refusal.error, refusal.message, refusal.decision, refusal.remedy)

    return answer


@dataclass(frozen=True)
class CallerIdentity:
    """What GetCallerIdentity answers. ``user_id`` is None where the world does not know it."""

    account: str | None
    arn: str
    user_id: str | None


class Sts:
    """STS for a world, at the time of a clock.

    >>> world = World()
    >>> acme = world.account("111122223333")
    >>> ana = acme.user("ana")
    >>> auditor = acme.role("auditor", trust={"Statement": {
    ...     "Effect": "Allow", "Principal": {"AWS": ana.arn}, "Action": "sts:AssumeRole"}})
    >>> sts = Sts(world, Clock("2026-11-24T09:00:00Z"))
    >>> sts.assume_role(ana, auditor, "ana")
    <Credentials assumed-role/auditor/ana by AssumeRole, until 2026-11-24T10:00:00Z>
    >>> print(sts.assume_role(ana, auditor, "ana", duration=7200).message)
    The requested DurationSeconds exceeds the MaxSessionDuration set for this role.
    """

    def __init__(self, world: World, clock: Clock) -> None:
        self.world, self.clock = world, clock

    # Roles

    @answered
    def assume_role(self, by: By, role: str | Role, session_name: str, *, duration: int | None = None,
                    policy: Source | None = None, policy_arns: Iterable[str] = (),
                    tags: Mapping[str, str] | None = None, transitive: Iterable[str] = (),
                    external_id: str | None = None, source_identity: str | None = None, mfa: str | None = None,
                    context: Mapping[str, Any] | None = None) -> Credentials:  # fmt: skip
        """AssumeRole.

        Args:
            by: who asks: an `AccessKey`, `Credentials`, a user, a role, a `Session`, an ARN, or a service's name.
            role: the role, or its ARN.
            session_name: 2 to 64 characters.
            duration: seconds, 900 to the role's longest session; an hour if left out, and at most if a role session
                asks (role chaining).
            policy, policy_arns: session policies: one document, and managed policies of the role's account.
            tags: session tags; they need ``sts:TagSession``, in the trust policy too.
            transitive: keys of tags that further sessions of the chain inherit.
            external_id: what a third party was given (``sts:ExternalId``).
            source_identity: who starts the chain; needs ``sts:SetSourceIdentity``.
            mfa: the serial number of the caller's MFA device, whose code is taken to be right.
            context: further condition keys of the call, such as ``aws:SourceIp``.

        Returns:
            `Credentials`, or `Refused` with AWS's error.

        Raises:
            WorldError: if the role does not exist in the world.
        """
        asker, wanted, tags = self._bearer(by), self._role(role), dict(tags or {})
        limits.check_text(session_name, "roleSessionName", 2, 64)
        if external_id is not None:
            limits.check_external_id(external_id)
        asker.show_mfa(mfa, self.world)
        request = self._request(asker, context) | {"sts:RoleSessionName": session_name}
        request |= {"sts:ExternalId": external_id} if external_id is not None else {}
        limits.ROLE.check(duration)
        return self.role_session(
            wanted, "AssumeRole", session_name, asker, request, duration=duration,
            longest=None if asker.is_service else wanted.max_session, tags=tags, transitive=transitive,
            source_identity=source_identity, policies=self._session_policies(policy, policy_arns, wanted.account),
        )  # fmt: skip

    def role_session(self, role: Role, operation: str, name: str, asker: Bearer, request: dict[str, Any], *,
                     duration: int | None, longest: int | None, tags: Mapping[str, str], transitive: Iterable[str],
                     source_identity: str | None, policies: list[Policy] | None,
                     keys: Mapping[str, Any] | None = None) -> Credentials:  # fmt: skip
        """What all three operations that open a role session have in common.

        Args:
            request: the context of the call.
            longest: the longest session in seconds, or None for no bound.
            keys: further condition keys that the session carries.

        Raises:
            Refusal: whatever the reason.
        """
        inherited, transitive = asker.transitive, _listed(transitive)
        limits.check_tags(tags, transitive, inherited)
        if source_identity is not None:
            limits.check_source_identity(source_identity, asker.source_identity)
        passed = {**inherited, **tags}
        request = dict(request) | _tag_context(passed, [*inherited, *transitive])
        source = source_identity or asker.source_identity
        request |= {"sts:SourceIdentity": source} if source else {}
        actions = [f"sts:{operation}", *["sts:TagSession"] * bool(passed), *["sts:SetSourceIdentity"] * bool(source)]
        for action in actions:
            self._must_allow(asker, action, role.arn, request)
        lasts = limits.role_duration(duration, longest, asker.is_chaining)
        handed_on = {key.lower() for key in [*inherited, *transitive]}
        carried = {**limits.mfa_key(operation), **(keys or {})}
        carried |= {"aws:SourceIdentity": source} if source else {}
        session = Session(role.arn, name, policies, passed, operation, self._stamped(carried))
        onward = {key: value for key, value in passed.items() if key.lower() in handed_on}
        return self._issue(session, lasts, asker, role.unique_id, transitive=onward)

    def assume_role_with_saml(self, role: str | Role, provider: str, response: Any,
                              **limited: Any) -> Credentials | Refused:  # fmt: skip
        """AssumeRoleWithSAML; see `iamkit.credentials.saml.assume_role_with_saml`, also for what may be ``limited``."""
        from iamkit.credentials.saml import assume_role_with_saml

        return assume_role_with_saml(self, role, provider, response, **limited)

    def assume_role_with_web_identity(self, role: str | Role, session_name: str, token: Any, *, idps: Iterable[Any],
                                      **limited: Any) -> Credentials | Refused:  # fmt: skip
        """AssumeRoleWithWebIdentity; see `iamkit.credentials.web.assume_role_with_web_identity`."""
        from iamkit.credentials.web import assume_role_with_web_identity

        return assume_role_with_web_identity(self, role, session_name, token, idps=idps, **limited)

    # Users

    @answered
    def get_session_token(self, by: By, *, duration: int | None = None, mfa: str | None = None) -> Credentials:
        """GetSessionToken: temporary credentials of the user's own, of use to show a second factor.

        Args:
            by: a user or the root user, with long-term credentials.
            duration: seconds, 900 to 129,600; 12 hours if left out. Those of the root user are cut to one hour.
            mfa: the serial number of its MFA device.
        """
        asker = self._long_term(by, "GetSessionToken")
        asker.show_mfa(mfa, self.world)
        keys = self._stamped(limits.mfa_key("GetSessionToken", mfa is not None))
        session = Session(asker.arn, operation="GetSessionToken", keys=keys)
        lasts = limits.user_duration(duration, asker.is_root)
        return self._issue(session, lasts, asker, asker.entity, mfa_at=None if mfa is None else self.clock.now)

    @answered
    def get_federation_token(self, by: By, name: str, *, duration: int | None = None, policy: Source | None = None,
                             policy_arns: Iterable[str] = (), tags: Mapping[str, str] | None = None,
                             context: Mapping[str, Any] | None = None) -> Credentials:  # fmt: skip
        """GetFederationToken: credentials for somebody whom the caller vouches for. Without a session policy they have
        no permissions, save what a resource-based policy grants the federated user by name.

        Args:
            by: a user or the root user, with long-term credentials.
            name: 2 to 32 characters.
            duration: as for `get_session_token`.
            policy, policy_arns, tags: as for `assume_role`; these tags cannot be transitive.
            context: further condition keys of the call.
        """
        asker, tags = self._long_term(by, "GetFederationToken"), dict(tags or {})
        limits.check_text(name, "name", 2, 32)
        limits.check_tags(tags, (), {})
        policies = self._session_policies(policy, policy_arns, str(asker.account))
        request = self._request(asker, context) | _tag_context(tags, ())
        session = Session(asker.arn, name, policies, tags, "GetFederationToken", self._stamped({}))
        for action in ["sts:GetFederationToken", *["sts:TagSession"] * bool(tags)]:
            self._must_allow(asker, action, session.arn, request)
        return self._issue(session, limits.user_duration(duration, asker.is_root), asker, asker.entity)

    @answered
    def assume_root(self, by: By, account: str, task: str, *, duration: int | None = None,
                    context: Mapping[str, Any] | None = None) -> Credentials:  # fmt: skip
        """AssumeRoot: one root task in a member account, by somebody of the management account or of a delegated
        administrator for IAM.

        Args:
            by: a user or role of such an account, never the root user.
            account: the member account's ID.
            task: the name or ARN of one of the five task policies (`root_tasks`).
            duration: seconds, 0 to 900; 900 if left out.

        Source: IAM User Guide, id_root-user-privileged-task.
        """
        from iamkit.credentials.roottasks import decide_assume_root, task_policies

        asker = self._bearer(by)
        arn, policies = task_policies(task)
        lasts = limits.ASSUME_ROOT.check(duration)
        request = self._request(asker, context) | {"sts:TaskPolicyArn": arn}
        _refuse_unless(decide_assume_root(self.world, asker, account, request), asker, "sts:AssumeRoot")
        keys = self._stamped({"aws:AssumedRoot": "true", **limits.mfa_key("AssumeRoot")})
        root = self.world.accounts[account].root
        return self._issue(Session(root, policy=policies, operation="AssumeRoot", keys=keys), lasts, asker, "")

    # Using credentials

    def get_caller_identity(self, by: By) -> CallerIdentity | Refused:
        """GetCallerIdentity: whose credentials are these? No permission is needed, and no Deny stops it."""
        try:
            asker = self._bearer(by)
        except Refusal as refusal:
            return Refused("GetCallerIdentity", refusal.error, refusal.message, remedy=refusal.remedy)
        if asker.caller.kind in (Kind.ANONYMOUS, Kind.FEDERATED):
            return Refused("GetCallerIdentity", "MissingAuthenticationToken", "Request is missing Authentication Token")
        facts = self.world.situation(asker.principal, "*").facts
        return CallerIdentity(asker.account, asker.arn, next(iter(facts.of("aws:userid") or ()), None))

    def call(self, by: By, action: str, resource: str, context: Mapping[str, Any] | None = None) -> Decision | Refused:
        """A request to any service with these credentials, now.

        Args:
            by: as for `assume_role`.
            action: ``service:Name``.
            resource: an ARN or ``*``.
            context: condition keys that the caller or the network sets.

        Returns:
            The `Decision`; or `Refused` if the credentials are no longer, or not, accepted.
        """
        try:
            asker = self._bearer(by)
        except Refusal as refusal:
            return Refused(action, refusal.error, refusal.message, remedy=refusal.remedy)
        return self.world.decide(asker.principal, action, resource, asker.context(context, self.clock.now))

    # Parts

    def _bearer(self, by: By) -> Bearer:
        return bearer(self.world, by, self.clock.now)

    def _request(self, asker: Bearer, context: Mapping[str, Any] | None) -> dict[str, Any]:
        """The context of a call of STS itself, which fills in what the parameters say."""
        for key in context or {}:
            if isinstance(key, str) and key.lower().startswith(_PARAMETERS):
                remedy = "Give the parameter instead: external_id, session_name, source_identity, tags, transitive."
                raise RequestError(f"{key} is set from a parameter.", where=f"context[{key!r}]", remedy=remedy)
        return asker.context(context, self.clock.now)

    def _long_term(self, by: By, operation: str) -> Bearer:
        asker = self._bearer(by)
        if asker.is_temporary:
            remedy = "Ask with the access key of an IAM user."
            raise Refusal(DENIED, f"Cannot call {operation} with session credentials", remedy)
        if asker.caller.kind not in (Kind.USER, Kind.ROOT):
            message = f"{operation} is for IAM users and the root user, not for {asker.caller.kind.value} callers."
            raise Refusal(DENIED, message, "Ask with the access key of an IAM user.")
        return asker

    def _role(self, role: str | Role) -> Role:
        found = self.world.identity(role if isinstance(role, str) else role.arn)
        if not isinstance(found, Role):
            raise WorldError(f"{found.arn} is no role.", where="role", remedy="Nobody becomes a user: name a role.")
        return found

    def _session_policies(self, policy: Source | None, arns: Iterable[str], account: str) -> list[Policy] | None:
        return limits.session_policies(policy, [self.world.managed(arn) for arn in _listed(arns)], account)

    def _must_allow(self, asker: Bearer, action: str, resource: str, request: Mapping[str, Any]) -> None:
        _refuse_unless(self.world.decide(asker.principal, action, resource, request), asker, action)

    def _stamped(self, keys: Mapping[str, Any]) -> dict[str, Any]:
        return {"aws:TokenIssueTime": iso(self.clock.now), **keys}

    def _issue(self, session: Session, lasts: int, asker: Bearer, entity: str, **more: Any) -> Credentials:
        now = self.clock.now
        return Credentials(session, now, now + lasts, asker.parent, entity, **more)


def _listed(keys: Iterable[str]) -> tuple[str, ...]:
    """A single key may be written without brackets."""
    return (keys,) if isinstance(keys, str) else tuple(keys)


def _tag_context(tags: Mapping[str, str], transitive: Iterable[str]) -> dict[str, Any]:
    """The keys of a request that carries session tags (id_session-tags)."""
    if not tags:
        return {}
    context: dict[str, Any] = {f"aws:RequestTag/{key}": value for key, value in tags.items()}
    context["aws:TagKeys"] = list(tags)
    return context | ({"sts:TransitiveTagKeys": list(transitive)} if transitive else {})


def _refuse_unless(decision: Decision, asker: Bearer, action: str) -> None:
    if not decision.allowed:
        message = f"User: {asker.arn} is not authorized to perform: {action} on resource: {decision.request.resource}"
        if asker.is_root and action == "sts:AssumeRole":
            message = "Roles may not be assumed by root accounts."
        raise Refusal(DENIED, message, decision=decision)
