"""Which access for whom: the tables of AWS's guide as questions, and the advice that each way through them ends in.

The tree `QUESTIONS` is the only place where the rules stand: `advise` walks it, the widget asks it, a picture shows it.

Source: IAM User Guide, page "IAM identities" (``id``): "Different methods to provide user access", "Federate users from
an existing identity source", "Support programmatic user access"; what goes beyond it is named in the advice.
"""

from iamkit.credentials.methods import (
    ACTIVE_DIRECTORY,
    APP_OIDC,
    ASSERTION,
    BROKER,
    CERTIFICATE,
    COGNITO,
    EXTERNAL,
    IAM_USERS,
    KEYS_ONLY,
    NO_CENTER_NO_PROVIDER,
    NO_ROLE,
    OIDC,
    OWN_CODE,
    OWN_DIRECTORY,
    RESOURCE_POLICY,
    ROLE_ACROSS,
    SAML,
    SERVICE,
    SERVICE_SPECIFIC,
    THIRD_PARTY,
    TOKEN,
)
from iamkit.credentials.tree import Advice as Advice, Node, advice_at


def advise(**answers: str) -> Advice:
    """The access that AWS recommends for a person or a program.

    Args:
        answers: one for each question on the way: ``who`` first, then as asked: ``needs``, ``source``, ``center``,
            ``access``, ``calls``, ``shared``, ``party``, ``cognito``. `QUESTIONS` holds them all.

    Raises:
        IamkitError: if an answer is missing or none of those offered, or if the question is not asked on this way.

    >>> advise(who="workforce", needs="nothing special", source="Okta or Entra", center="yes", access="console")
    <Advice: Single sign-on through IAM Identity Center, connected to the external identity provider>
    >>> advise(who="workload in AWS", needs="it cannot use a role").temporary
    False
    """
    return advice_at(QUESTIONS, answers)


def _if_available(with_center: Node, without: Node) -> Node:
    answers = {"yes": with_center, "no": without}
    return Node("center", "Is IAM Identity Center available for the account?", answers)


def _needs(nothing: Node, *, program: bool) -> Node:
    answers = {"nothing special": nothing, "CodeCommit or Keyspaces": SERVICE_SPECIFIC,
               "a client that takes access keys only": KEYS_ONLY}  # fmt: skip
    if program:
        answers["it cannot use a role"] = NO_ROLE
    return Node("needs", "Does a tool in use demand credentials of its own?", answers)


_SOURCE = Node("source", "Where are these people managed today?", {
    "nowhere yet": _if_available(OWN_DIRECTORY, NO_CENTER_NO_PROVIDER),
    "Identity Center": OWN_DIRECTORY,
    "Okta or Entra": _if_available(EXTERNAL, SAML),
    "Active Directory": _if_available(ACTIVE_DIRECTORY, SAML),
    "another SAML 2.0 directory": SAML,
    "a directory without SAML": BROKER,
    "an OIDC provider": OIDC,
    "IAM users": IAM_USERS,
})  # fmt: skip
_CALLS = Node("calls", "Who makes the calls?", {"our own code": OWN_CODE, "an AWS service, for us": SERVICE})
_PROOF = Node("source", "With what can it prove what it is?", {
    "an OIDC token": TOKEN,
    "a SAML 2.0 assertion": ASSERTION,
    "an X.509 certificate": CERTIFICATE,
})  # fmt: skip
_PARTY = Node("party", "Whose account is it?", {
    "ours as well": ROLE_ACROSS,
    "a third party's": THIRD_PARTY,
})  # fmt: skip
_SHARED = Node("shared", "What is to be shared?", {
    "several things": _PARTY,
    "one resource that takes a policy": RESOURCE_POLICY,
})  # fmt: skip
_APP = Node("cognito", "Can the app use Amazon Cognito?", {
    "yes": COGNITO,
    "no": APP_OIDC,
})  # fmt: skip

QUESTIONS = Node("who", "Who needs access?", {
    "workforce": _needs(_SOURCE, program=False),
    "app user": _APP,
    "other account": _SHARED,
    "workload in AWS": _needs(_CALLS, program=True),
    "workload outside AWS": _needs(_PROOF, program=True),
})  # fmt: skip
"""The first question of the adviser."""
