"""What a stack of policies means: one formula for one principal and one resource.

Each rule of AWS is one small function, named as the lesson that teaches it. `evaluate` reads the formula for one
request, `prove` for every request; neither knows any rule of its own.

Source of the whole: IAM User Guide, reference_policies_evaluation-logic_policy-eval-denyallow (one account) and
reference_policies_evaluation-logic-cross-account.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from iamkit.formula import ACTION, FALSE, TRUE, And, Formula, Label, Not, all_of, any_of, equals, like
from iamkit.identity.principals import Caller, Kind
from iamkit.layers import Layer, Stack, Target
from iamkit.naming import Naming
from iamkit.policies import Policies
from iamkit.policy.grants import OPEN_ACROSS_ACCOUNTS


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a stack means for one principal and one resource.

    Args:
        denied: some explicit Deny applies.
        allowed: the request is allowed; it implies that ``denied`` is false.
        layers: the layers that have a say, in AWS's order of evaluation.
        notes: rules that took a layer out, in words.
    """

    denied: Formula
    allowed: Formula
    layers: tuple[Layer, ...]
    notes: tuple[str, ...]

    @property
    def written_keys(self) -> dict[str, str]:
        """The condition keys as the policies write them, by their lower-case form."""
        statements = (clause.statement for layer in self.layers for clause in layer.clauses)
        return {c.key.lower(): c.key for statement in statements for c in statement.conditions}


def ruling(caller: Caller, target: Target, policies: Policies) -> Ruling:
    """Turn a stack into its formula."""
    stack = Stack(caller, target, policies)
    answered = always_answered(caller)
    denied = all_of([Not(answered), any_explicit_deny(stack)], Label("decision", "explicitly denied"))
    permitted = all_of(
        [Not(never_open_to(caller)), *map(Not, closed_to_issued_by(caller)), *ceilings(stack), grant(stack)]
    )
    allowed = any_of([forbid_trumps_permit(denied, permitted), answered], Label("decision", "allowed"))
    return Ruling(denied, allowed, stack.layers, tuple(stack.notes))


def forbid_trumps_permit(denied: Formula, permitted: Formula) -> Formula:
    """An explicit Deny anywhere wins over every Allow."""
    return all_of([Not(denied), permitted])


def any_explicit_deny(stack: Stack) -> Formula:
    """A Deny in any layer that has a say."""
    return any_of(layer.deny for layer in stack.layers)


def default_deny(layer: Layer) -> Formula:
    """Without an Allow there is no access: silence denies (an implicit deny)."""
    return layer.allow()


def ceilings(stack: Stack) -> list[Formula]:
    """Organization and endpoint limit everybody they bind, however access was granted.

    An RCP needs no Allow of its own: RCPFullAWSAccess is attached everywhere and cannot be detached.
    """
    return every_level_must_allow(stack.scps) + ([default_deny(stack.endpoint)] if stack.endpoint else [])


def every_level_must_allow(levels: Iterable[Layer]) -> list[Formula]:
    """An SCP Allow is needed at the root, at every OU and at the account (Organizations, scps_evaluation)."""
    return [default_deny(level) for level in levels]


def grant(stack: Stack) -> Formula:
    """Who must say Allow: one side inside an account, both sides across accounts."""
    caller, target = stack.caller, stack.target
    if caller.partition and target.partition and caller.partition != target.partition:
        return any_of([], Label("rule", "partitions cannot be crossed"))
    if caller.account is None:
        return resource_side_alone(stack)
    if target.account in (None, caller.account):
        return one_side_suffices(stack)
    return all_of([*closed_to_other_accounts(stack), both_sides_must_agree(stack)])


def resource_side_alone(stack: Stack) -> Formula:
    """Anonymous callers, services and federated principals have no identity-based policies."""
    label = Label("rule", "only the resource side can let in a caller that belongs to no account")
    return any_of([stack.granting()], label)


def one_side_suffices(stack: Stack) -> Formula:
    """Inside one account: the resource-based policy grants, or the identity side does.

    A grant to the caller itself is enough. A grant to its role stands in for the identity-based Allow only: boundary
    and session policy still limit it. A grant to the account merely delegates.
    """
    alone, instead = [Naming.ITSELF, Naming.ANYONE], [Naming.ENTITY]
    if boundary_limits_user_named_in_trust(stack):
        alone, instead = [Naming.ANYONE], [Naming.ITSELF, Naming.ENTITY]
    identity = all_of([identity_allows(stack), resource_must_delegate(stack)])
    limited = all_of([any_of([identity, stack.granting(*instead)]), *own_limits(stack)])
    return any_of([stack.granting(*alone), limited])


def boundary_limits_user_named_in_trust(stack: Stack) -> bool:
    """A user whom a trust policy names needs its boundary's Allow too (id_roles_update-role-trust-policy)."""
    reading = stack.policies.readings.boundary_limits_user_named_in_trust
    return reading and stack.target.kind == "role" and stack.caller.kind is Kind.USER


def both_sides_must_agree(stack: Stack) -> Formula:
    """Across accounts the owner's resource-based policy AND the caller's own account must allow.

    A KMS grant to the caller stands for both (KMS Developer Guide, key-policy-modifying-external-accounts: "until you
    attach IAM policies that delegate those permissions, or use grants").
    """
    trusted = [identity_allows(stack), *own_limits(stack)]
    both = all_of([stack.granting(), *trusted], Label("rule", "across accounts both sides must allow"))
    if stack.grants is None:
        return both
    return any_of([both, all_of([stack.grants.allow(Naming.ITSELF, Naming.ENTITY), *own_limits(stack)])])


def closed_to_other_accounts(stack: Stack) -> list[Formula]:
    """Some KMS operations work only inside the key's account (KMS, key-policy-modifying-external-accounts)."""
    if stack.target.kind != "key":
        return []
    shared = any_of(like(ACTION, f"kms:{name}", fold=True) for name in OPEN_ACROSS_ACCOUNTS)
    return [Not(all_of([Not(shared)], Label("rule", "this KMS operation is closed to other accounts")))]


def identity_allows(stack: Stack) -> Formula:
    """Identity-based policies allow. The root user needs none: default deny does not apply to it."""
    if str(stack.caller.entity).endswith(":root"):
        return And((), Label("exception", "the root user needs no Allow of its own"))
    return default_deny(stack.identity)


def own_limits(stack: Stack) -> list[Formula]:
    """A boundary and a session policy never grant; where they are, they must allow too."""
    limits = [default_deny(limit) for limit in (stack.boundary, stack.session) if limit]
    if stack.session is None or not stack.session.missing:
        return limits
    return [all_of(limits, Label("rule", "a federated-user session has nothing without a session policy"))]


def resource_must_delegate(stack: Stack) -> Formula:
    """A role's trust policy and a KMS key policy must themselves let the account in; elsewhere nothing is needed.

    Sources: policy-eval-denyallow; KMS Developer Guide, key-policy-default.
    """
    delegated = stack.granting(Naming.ACCOUNT)
    if stack.target.kind == "key":
        return all_of([delegated], Label("rule", "a key policy must itself let the caller in"))
    if stack.target.kind == "role":
        managing = Not(like(ACTION, "sts:*", fold=True))
        return any_of([managing, delegated], Label("rule", "a trust policy must itself let the caller in"))
    return TRUE


def always_answered(caller: Caller) -> Formula:
    """Calls that no policy can forbid: GetCallerIdentity, and for a user or the root user GetSessionToken.

    Source: IAM User Guide, id_credentials_sts-comparison (note 4) and
    id_credentials_temp_control-access_getsessiontoken ("You cannot use policies to control authentication operations").
    """
    if caller.account is None:
        return FALSE
    long_term = caller.kind in (Kind.USER, Kind.ROOT) and not caller.operation
    names = ["GetCallerIdentity"] + ["GetSessionToken"] * long_term
    answered = [like(ACTION, f"sts:{name}", fold=True) for name in names]
    return any_of(answered, Label("exception", "STS answers this call whatever the policies say"))


_WITH_TOKEN = ("AssumeRoleWithSAML", "AssumeRoleWithWebIdentity")
_CLOSED = {
    Kind.ROOT: ("AssumeRole", "AssumeRoot", *_WITH_TOKEN),
    Kind.USER: _WITH_TOKEN,
    Kind.SESSION: ("GetSessionToken", "GetFederationToken", *_WITH_TOKEN),
    Kind.FEDERATED_USER: ("*",),
    Kind.SERVICE: ("AssumeRoot", "GetSessionToken", "GetFederationToken", *_WITH_TOKEN),
    Kind.FEDERATED: ("AssumeRole", "AssumeRoot", "GetSessionToken", "GetFederationToken"),
    Kind.ANONYMOUS: ("*",),
}
_ASSUMING = ("AssumeRole", "TagSession", "SetSourceIdentity", "SetContext")
"""AssumeRole, and the permissions that it needs besides for what is handed in with it."""


def never_open_to(caller: Caller) -> Formula:
    """STS operations closed to a kind of principal, whatever its policies say (id_credentials_sts-comparison).

    Whoever calls with an assertion or a web token acts as the provider's federated principal, not as itself.
    """
    closed = (like(ACTION, f"sts:{name}", fold=True) for name in _CLOSED[caller.kind])
    article = "an" if caller.kind.value[0] in "AaIi" else "the" if caller.kind is Kind.ROOT else "a"
    who = "an anonymous caller" if caller.kind is Kind.ANONYMOUS else f"{article} {caller.kind.value}"
    return any_of(closed, Label("rule", f"this STS operation is never open to {who}"))


def closed_to_issued_by(caller: Caller) -> list[Formula]:
    """What credentials of GetSessionToken and GetFederationToken cannot call (id_credentials_sts-comparison).

    Of STS the former can call AssumeRole and GetCallerIdentity alone, and IAM only if they were issued with MFA. The
    latter call IAM only as a console session. What is no operation of its own, but a permission that a call of another
    needs, is not meant: iam:PassRole, and what AssumeRole needs besides.
    """
    iam = all_of([like(ACTION, "iam:*", fold=True), Not(like(ACTION, "iam:PassRole", fold=True))])
    if caller.operation == "GetFederationToken" and not caller.console:
        return [all_of([iam], Label("rule", "credentials of GetFederationToken call IAM in the console only"))]
    if caller.operation != "GetSessionToken":
        return []
    sts, mfa = like(ACTION, "sts:*", fold=True), equals("aws:MultiFactorAuthPresent", "true")
    assume = any_of(like(ACTION, f"sts:{name}", fold=True) for name in _ASSUMING)
    return [
        all_of([iam, Not(mfa)], Label("rule", "credentials of GetSessionToken call IAM only with MFA")),
        all_of([sts, Not(assume)], Label("rule", "credentials of GetSessionToken call of STS only AssumeRole")),
    ]
