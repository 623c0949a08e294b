"""Wrong beliefs about which policies must allow, and which of them grant."""

from collections.abc import Callable, Iterable

from iamkit.beliefs.belief import Belief
from iamkit.formula import ACTION, FALSE, TRUE, Formula, Label, Not, all_of, any_of, like
from iamkit.identity.principals import Caller
from iamkit.layers import Layer, Stack
from iamkit.semantics import identity_allows, one_side_suffices, own_limits

_IDENTITY, _DENY = "iamkit.semantics:identity_allows", "iamkit.semantics:any_explicit_deny"
Rule = Callable[[Stack], Formula]
Rules = Callable[[Stack], list[Formula]]


def _no_trust(real: Rule, stack: Stack) -> Formula:
    return TRUE if stack.target.kind == "role" else real(stack)


def _either_side(real: Rule, stack: Stack) -> Formula:
    """Across accounts as inside one."""
    return any_of([stack.granting(), one_side_suffices(stack)])


def _own_allow_too(real: Rule, stack: Stack) -> Formula:
    return all_of([real(stack), identity_allows(stack)])


def _limits_bind_all(real: Rule, stack: Stack) -> Formula:
    return all_of([real(stack), *own_limits(stack)])


def _allow_wins(real: Rule, stack: Stack) -> Formula:
    """A Deny counts only where nothing allows."""
    allowing = any_of(layer.allow() for layer in stack.layers if layer.grants)
    return all_of([real(stack), Not(allowing)])


def _silence_forbids(real: Rule, stack: Stack) -> Formula:
    """What the caller's policies, where there are some, do not list."""
    return real(stack) if stack.identity.missing else any_of([real(stack), Not(identity_allows(stack))])


def _limit_grants(real: Rule, stack: Stack, limit: Layer | None) -> Formula:
    return any_of([real(stack), limit.allow()]) if limit else real(stack)


def _boundary_grants(real: Rule, stack: Stack) -> Formula:
    return _limit_grants(real, stack, stack.boundary)


def _session_grants(real: Rule, stack: Stack) -> Formula:
    return _limit_grants(real, stack, stack.session)


def _scp_grants(real: Rule, stack: Stack) -> Formula:
    allowing = all_of(level.allow() for level in stack.scps)
    return any_of([real(stack), allowing]) if stack.scps else real(stack)


def _one_level(real: Callable[..., list[Formula]], levels: Iterable[Layer]) -> list[Formula]:
    found = real(levels)
    return [any_of(found, Label("rule", "one level of the organization must allow"))] if found else []


def _needs_permission(real: Callable[[Caller], Formula], caller: Caller) -> Formula:
    return any_of([like(ACTION, "sts:GetCallerIdentity", fold=True)]) if caller.account else FALSE


def _same_as_user(real: Callable[[Caller], list[Formula]], caller: Caller) -> list[Formula]:
    return [] if caller.operation == "GetSessionToken" else real(caller)


def _silent_session_policy(real: Rules, stack: Stack) -> list[Formula]:
    """A session policy that is not there limits nothing."""
    if stack.session is None or not stack.session.missing:
        return real(stack)
    return [stack.boundary.allow()] if stack.boundary else []


SIDES: tuple[Belief, ...] = (
    Belief(
        "trust-not-needed",
        "Who is allowed sts:AssumeRole by her own policies can assume the role.",
        "A role's trust policy must let the caller in as well, even inside one account.",
        "IAM User Guide, reference_policies_evaluation-logic_policy-eval-denyallow; id_roles_update-role-trust-policy",
        "iamkit.semantics:resource_must_delegate",
        _no_trust,
    ),
    Belief(
        "one-side-across",
        "One side suffices, across accounts too: the bucket's policy, or my own.",
        "Across accounts both sides must allow: the owner's resource-based policy, and the policies of the caller's "
        "own account.",
        "IAM User Guide, reference_policies_evaluation-logic-cross-account",
        "iamkit.semantics:both_sides_must_agree",
        _either_side,
    ),
    Belief(
        "own-allow-always",
        "What my own policies do not allow is denied, whatever the bucket's policy says.",
        "An implicit deny is no veto. Inside one account a resource-based policy that names the user, the role or the "
        "session can grant without them.",
        "IAM User Guide, reference_policies_evaluation-logic_policy-eval-denyallow",
        "iamkit.semantics:one_side_suffices",
        _own_allow_too,
    ),
    Belief(
        "allow-beats-deny",
        "An Allow somewhere else makes up for a Deny.",
        "An explicit Deny in any policy that has a say wins over every Allow.",
        "IAM User Guide, reference_policies_evaluation-logic_policy-eval-denyallow",
        _DENY,
        _allow_wins,
    ),
    Belief(
        "silence-is-explicit",
        "What my policy does not list is denied explicitly.",
        "Without an Allow the deny is implicit, and a further Allow can lift it. Explicit is only a Deny that is "
        "written down and applies; nothing lifts that.",
        "IAM User Guide, reference_policies_evaluation-logic_AccessPolicyLanguage_Interplay",
        _DENY,
        _silence_forbids,
        told_by="denied",
    ),
    Belief(
        "boundary-grants",
        "A permissions boundary gives the permissions that it lists.",
        "A boundary grants nothing. It is the most that identity-based policies can give.",
        "IAM User Guide, access_policies_boundaries",
        _IDENTITY,
        _boundary_grants,
    ),
    Belief(
        "boundary-limits-all",
        "What a boundary or a session policy does not allow, its bearer cannot do, whoever grants it.",
        "Both limit identity-based policies, and what a resource-based policy grants to a role. Inside one account, a "
        "resource-based policy that names the user or the session itself grants past their silence; not past a Deny.",
        "IAM User Guide, reference_policies_evaluation-logic_policy-eval-denyallow",
        "iamkit.semantics:one_side_suffices",
        _limits_bind_all,
    ),
    Belief(
        "session-policy-grants",
        "A session policy gives the session further permissions.",
        "A session policy grants nothing. It limits what the role's or user's policies give.",
        "IAM User Guide, access_policies (session policies)",
        _IDENTITY,
        _session_grants,
    ),
    Belief(
        "scp-grants",
        "An Allow in a service control policy gives access.",
        "An SCP grants nothing. It is the most that policies in the account can give.",
        "Organizations User Guide, orgs_manage_policies_scps",
        _IDENTITY,
        _scp_grants,
    ),
    Belief(
        "one-scp-level",
        "If one level of the organization allows it, the SCPs are content.",
        "An SCP must allow at every level: at the root, at each unit on the way down, and at the account.",
        "Organizations User Guide, orgs_manage_policies_scps_evaluation",
        "iamkit.semantics:every_level_must_allow",
        _one_level,
    ),
    Belief(
        "session-token-needs-allow",
        "A user needs an Allow for sts:GetSessionToken, as for everything else.",
        "GetSessionToken needs no permission, and no policy can forbid it: a user gets credentials for the permissions "
        "that it has anyway.",
        "IAM User Guide, id_credentials_temp_control-access_getsessiontoken",
        "iamkit.semantics:always_answered",
        _needs_permission,
    ),
    Belief(
        "session-token-is-user",
        "Credentials of GetSessionToken can do all that the user can.",
        "They call IAM only if they were issued with MFA, and of STS only AssumeRole and GetCallerIdentity.",
        "IAM User Guide, id_credentials_sts-comparison",
        "iamkit.semantics:closed_to_issued_by",
        _same_as_user,
    ),
    Belief(
        "federation-token-is-user",
        "Credentials of GetFederationToken can do what the user can, unless a session policy says less.",
        "Without a session policy they have no permissions, save what a resource-based policy grants the federated "
        "user by name. It is the sessions of a role that go without one.",
        "STS API Reference, GetFederationToken",
        "iamkit.semantics:own_limits",
        _silent_session_policy,
    ),
)
