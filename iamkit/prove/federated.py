"""Who else comes in through an identity provider: a proof over every subject that it may ever name.

Source: IAM User Guide, id_roles_create_for-idp_oidc ("Configuring a role for GitHub OIDC identity provider").
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from iamkit.errors import PolicyError
from iamkit.policies import Source
from iamkit.policy.document import Policy
from iamkit.policy.places import Place, check_place
from iamkit.policy.principals import Form
from iamkit.prove.answers import Answer, Unknown, Witness, bundle
from iamkit.prove.ask import can
from iamkit.world import World

SHAPES = {
    "token.actions.githubusercontent.com": "repo:?*/?*:?*",
    "gitlab.com": "project_path:?*/?*:?*",
    "app.terraform.io": "organization:?*:project:?*",
}
"""What a subject of these providers looks like; another provider's may be any text."""


@dataclass(frozen=True, repr=False)
class Slip:
    """Whether a trust policy lets in anybody but those who are wanted. True in an ``if`` when it does; an error there
    if that is unknown.

    Args:
        provider: through which provider.
        wanted: patterns of the subjects that are to come in.
        answer: the prover's answer: a Witness, a Proof, or Unknown.
    """

    provider: str
    wanted: tuple[str, ...]
    answer: Answer

    def __bool__(self) -> bool:
        return bool(self.answer)

    @property
    def subject(self) -> str | None:
        """The subject of a stranger who comes in; None if there is none, or it is not known."""
        if not isinstance(self.answer, Witness):
            return None
        key = subject_key(self.provider).lower()
        context = {name.lower(): found for name, found in self.answer.request.context.items()}
        return str(context[key][0])

    def explain(self) -> str:
        """The answer in words."""
        wanted = " or ".join(self.wanted)
        if isinstance(self.answer, Unknown):
            return f"Unknown: {self.answer.reason}"
        if self:
            return f"{self.subject} comes in, and is not {wanted}."
        return f"Whoever comes in is {wanted}: proved for every subject."

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        answer = "unknown" if isinstance(self.answer, Unknown) else "yes" if self else "no"
        return {"provider": self.provider, "wanted": list(self.wanted), "slips": answer, "subject": self.subject}

    def __repr__(self) -> str:
        if isinstance(self.answer, Unknown):
            return f"<Slip: unknown, {self.answer.reason}>"
        return f"<Slip: {self.subject}>" if self else "<Slip: nobody>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        sign = "?" if isinstance(self.answer, Unknown) else "✗" if self else "✓"
        return bundle(self.explain(), sign)


def who_slips_through(trust: Source, wanted: str | Iterable[str], provider: str | None = None) -> Slip:
    """Does a trust policy let in a subject that is not wanted, whatever else its token says?

    Args:
        trust: the trust policy of a role.
        wanted: the subjects that are to come in, with ``*`` and ``?``: ``repo:acme/payroll:*``.
        provider: the provider; the only one that the policy names if left out.

    Returns:
        A Slip, with the subject of a stranger, or the proof that there is none.

    Raises:
        PolicyError: if the policy is malformed, or does not name one OpenID Connect provider.

    >>> github = "token.actions.githubusercontent.com"
    >>> trust = {"Version": "2012-10-17", "Statement": {
    ...     "Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
    ...     "Principal": {"Federated": f"arn:aws:iam::111122223333:oidc-provider/{github}"},
    ...     "Condition": {"StringLike": {f"{github}:sub": "repo:acme*/payroll:*"}}}}
    >>> who_slips_through(trust, "repo:acme/payroll:*")
    <Slip: repo:acmeexample/payroll:example>
    >>> trust["Statement"]["Condition"]["StringLike"][f"{github}:sub"] = "repo:acme/payroll:*"
    >>> who_slips_through(trust, "repo:acme/payroll:*")
    <Slip: nobody>
    """
    policy = check_place(Policy.parse(trust, name="trust policy"), Place.TRUST)
    found = provider or _only_provider(policy)
    patterns = (wanted,) if isinstance(wanted, str) else tuple(wanted)
    world = World()
    account = world.account(found.split(":")[4] if found.startswith("arn:") else "111122223333")
    role = account.role("role", trust=policy)
    key = subject_key(found)
    shape = SHAPES.get(key.rpartition(":")[0], "?*")
    where = {"StringLike": {key: shape}, "StringNotLike": {key: list(patterns)}}
    return Slip(found, patterns, can(world, found, "sts:AssumeRoleWithWebIdentity", role.arn, where))


def subject_key(provider: str) -> str:
    """The condition key of a provider's subject.

    >>> subject_key("arn:aws:iam::111122223333:oidc-provider/oidc.acme.example"), subject_key("accounts.google.com")
    ('oidc.acme.example:sub', 'accounts.google.com:sub')
    """
    return (provider.partition(":oidc-provider/")[2] or provider) + ":sub"


def _only_provider(policy: Policy) -> str:
    named = {
        one.value
        for statement in policy.statements
        if statement.principal
        for one in statement.principal.values
        if one.form is Form.FEDERATED and ":saml-provider/" not in one.value
    }
    if len(named) != 1 or "*" in named:
        remedy = "Say which provider is meant."
        raise PolicyError(
            f"The policy names {len(named)} OpenID Connect providers.", where="$.Statement", remedy=remedy
        )
    return named.pop()
