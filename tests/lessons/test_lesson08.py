"""Lesson 8, with right answers, other right ones, and what learners get wrong. The truth is what AWS publishes."""

from collections.abc import Callable, Iterable
from itertools import combinations
from typing import Any

import nbformat
import pytest

from iamkit.credentials.federation import Flow
from iamkit.environment import ROOT
from iamkit.identity.providers import SIGN_IN
from iamkit.lessons import lesson08 as lesson
from iamkit.lessons.company import ANA, policy, statement
from iamkit.lessons.exercise import Exercise
from iamkit.lessons.federating import GITHUB, GITHUB_PROVIDER, MAIN, OFFICE_PROVIDER, READ_HANDBOOK, shop_direct
from iamkit.lessons.predict import Prediction
from iamkit.lessons.vouching import JUMBLE
from iamkit.prove.federated import who_slips_through

PREDICTIONS = {name: value for name, value in vars(lesson).items() if isinstance(value, Prediction)}
LOOSE = lesson.from_github("repo:acme*/payroll-robot:*", "StringLike")
HOUR = 3600

ANSWERS: dict[str, tuple[Callable[[], Any], str]] = {
    # id_roles_providers: the identity provider authenticates; Identity Center has a directory of its own by default.
    "who_says_no": (lesson.owners, "1"),
    # id: federated users assume roles; AssumedRoleUser in the STS API Reference.
    "eva_in_aws": (lambda: lesson.who_is(lesson.office_console()), "session"),
    # troubleshoot_saml: "Error: Response signature invalid (service: AWSSecurityTokenService; status code: 400; error
    # code: InvalidIdentityToken)".
    "changed_name": (lambda: lesson.office_console({"changed"}), "InvalidIdentityToken"),
    # STS API Reference, AssumeRoleWithSAML: whichever is shorter of DurationSeconds and SessionNotOnOrAfter.
    "shorter": (lambda: lesson.office_script(4 * HOUR, 2 * HOUR).result, "2 hours"),
    # id_roles_create_for-idp_oidc: limit the GitHub organization and the branch in the sub claim.
    "outsiders": (lambda: who_slips_through(LOOSE, MAIN), "others"),
    # id_roles_providers_oidc_secure-by-default.
    "left_out": (lambda: lesson.saved(lesson.from_github(None)), "refused"),
    # STS API Reference, GetFederationToken: without a session policy the session has no permissions.
    "vouched": (lesson.vouched_for, "ImplicitlyDenied"),
    # Identity Center User Guide, useraccess: role sessions go on after a user was disabled.
    "still_in": (lambda: lesson.after_disabling()["11:00, the role session reads the payroll"], "Allowed"),
}


def test_no_prediction_is_left_out() -> None:
    assert ANSWERS.keys() == PREDICTIONS.keys()


@pytest.mark.parametrize("name", ANSWERS)
def test_the_kit_answers_what_aws_publishes(name: str) -> None:
    answer, word = ANSWERS[name]
    assert PREDICTIONS[name].reveal(answer(), word)


@pytest.mark.parametrize("name", ANSWERS)
def test_every_wrong_choice_has_its_misconception_and_the_right_one_a_reason(name: str) -> None:
    asked, (_, word) = PREDICTIONS[name], ANSWERS[name]
    assert asked.behind.keys() == asked.choices.keys() - {word}
    assert asked.why
    assert max(map(len, asked.lettered.values())) <= 40
    assert "`" not in asked.question


# Tables


def column(table: Any, number: int) -> list[str]:
    return [row[number] for row in table.rows]


def test_whoever_owns_the_identity_checks_the_password() -> None:
    owners = lesson.owners()
    assert column(owners, 1) == [
        "Directory", "Identity provider", "Directory", "Identity Center", "Active Directory", "Identity provider",
    ]  # fmt: skip
    assert all(":" not in out and out.startswith("assumed-role/") for out in column(owners, 3))


def test_B7_a_session_is_the_shorter_of_two_wishes_and_more_than_the_role_allows_is_refused() -> None:
    assert column(lesson.durations(), 2) == ["1 hour", "4 hours", "4 hours", "2 hours", "refused: ValidationError"]


def test_F3_only_the_token_as_it_was_signed_is_accepted() -> None:
    invalid = "✗ InvalidIdentityToken"
    assert column(lesson.forgeries(), 1) == ["✓ accepted", *[invalid] * 4, "✗ ExpiredTokenException"]


def test_B8_B15_assume_role_against_get_federation_token() -> None:
    rows = [row[1:] for row in lesson.broker_ways().rows]
    assert rows == [("1 hour", "12 hours"), ("yes", "no"), ("yes", "yes"), ("yes", "no"), ("yes", "no")]


def test_B17_disabling_stops_new_sessions_and_ends_none() -> None:
    assert column(lesson.what_goes_on(), 1) == [
        "refused: AccessDenied", "refused: ForbiddenException", "Allowed", "Allowed", "refused: ExpiredToken",
    ]  # fmt: skip


def test_each_trust_policy_names_its_provider_and_its_claims() -> None:
    table = lesson.trusts()
    assert column(table, 2)[:3] == ["sts:AssumeRoleWithSAML", *["sts:AssumeRoleWithWebIdentity"] * 2]
    assert column(table, 3)[0] == "SAML:aud" and f"{GITHUB}:sub" in column(table, 3)[1]
    assert column(table, 1)[2] == "Federated: cognito-identity.amazonaws.com"


# Flows

STEPPERS: dict[str, tuple[Callable[[Iterable[str]], Flow], dict[str, str]]] = {
    "office": (lesson.office_console, lesson.OFFICE_KEYS),
    "github": (lesson.robot_workflow, lesson.GITHUB_KEYS),
    "broker": (lesson.warehouse, lesson.BROKER_KEYS),
    "center": (lesson.portal, lesson.CENTER_KEYS),
    "shop": (lesson.shop, lesson.COGNITO_KEYS),
}
ENDS: list[tuple[str, str, str | None]] = [
    ("office", "", None),
    ("office", "unknown", "AuthenticationFailed"),
    ("office", "changed", "InvalidIdentityToken"),
    ("office", "impostor", "InvalidIdentityToken"),
    ("office", "late", "ExpiredTokenException"),
    ("office", "address", "AccessDenied"),
    ("github", "", None),
    ("github", "branch", "AccessDenied"),
    ("github", "pull", "AccessDenied"),
    ("github", "copy", "AccessDenied"),
    ("github", "audience", "InvalidIdentityToken"),
    ("broker", "", None),
    ("broker", "federation", None),
    ("broker", "longer", None),
    ("broker", "federation longer", "400 Bad Request"),
    ("broker", "late", "400 Bad Request"),
    ("broker", "unknown", "AuthenticationFailed"),
    ("center", "", None),
    ("center", "external", None),
    ("center", "script", None),
    ("center", "set", "ForbiddenException"),
    ("center", "disabled", "AccessDenied"),
    ("shop", "", None),
    ("shop", "basic", None),
    ("shop", "guest basic", "AccessDenied"),
]


@pytest.mark.parametrize(("stepper", "ticked", "error"), ENDS)
def test_where_each_flow_ends(stepper: str, ticked: str, error: str | None) -> None:
    flow = STEPPERS[stepper][0](ticked.split())
    assert (flow.refused_at is None) is (error is None)
    if error:
        assert flow.refused_at == len(flow.messages)
        assert getattr(flow.result, "error", None) == error


def test_a_guest_of_the_enhanced_flow_comes_in_and_may_do_less() -> None:
    flow = lesson.shop({"guest"})
    assert flow.result and flow.result.arn.endswith("assumed-role/shop-guest/CognitoIdentityCredentials")
    assert not flow.messages[-1].decided


def test_google_needs_no_provider_object() -> None:
    """A11."""
    world = lesson.company()
    assert not any("google" in arn for arn in world.accounts["111122223333"].providers)
    assert shop_direct().result


@pytest.mark.parametrize("stepper", STEPPERS)
def test_each_flow_is_the_same_whenever_it_is_played(stepper: str) -> None:
    play, keys = STEPPERS[stepper]
    for ticked in [(), *((key,) for key in keys), *combinations(keys, 2)]:
        assert play(ticked).to_dict() == play(ticked).to_dict()


def test_the_numbers_in_the_text_are_those_of_the_messages() -> None:
    office, github = lesson.office_console().messages, lesson.robot_workflow().messages
    assert office[2].what == "signed SAML response" and 'Recipient="' in office[2].carries["SAMLResponse"].readable()
    assert office[4].what.startswith("which role?") and len(office[4].carries["roles"]) == 2
    assert github[3].what == "fetch the public keys"


def test_a_stranger_with_a_true_token_comes_in_through_a_loose_claim_or_none() -> None:
    found = who_slips_through(LOOSE, MAIN)
    assert lesson.exchange(lesson.robot_token(str(found.subject)), LOOSE)
    mallory = lesson.robot_token("repo:mallory/tool:ref:refs/heads/main")
    assert lesson.exchange(mallory, lesson.from_github(None))
    assert not lesson.exchange(mallory, lesson.from_github())


def test_iam_takes_a_loose_value_since_it_looks_for_the_key() -> None:
    assert not isinstance(lesson.saved(LOOSE), Exception)


def test_a_session_policy_hands_on_what_it_says() -> None:
    assert lesson.vouched_for(READ_HANDBOOK)


def test_iam_identity_center_makes_a_role_that_trusts_its_own_provider() -> None:
    """A12."""
    made = lesson.set_up("external").messages[-1].carries
    assert "/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_PayrollReader_" in made["role"]
    assert "AWSSSO_" in made["trust policy"]["Statement"][0]["Principal"]["Federated"]


def test_nothing_random_is_stored() -> None:
    stored = nbformat.read(ROOT / "notebooks" / "08_federation.ipynb", as_version=4)
    shown = str([cell.outputs for cell in stored.cells if cell.cell_type == "code"])
    assert "SignatureValue" not in shown and "BEGIN CERTIFICATE" not in shown
    assert lesson.robot_token().text.rpartition(".")[2] not in shown


# Exercises


def github(condition: dict[str, Any], action: Any = "sts:AssumeRoleWithWebIdentity", **more: Any) -> dict[str, Any]:
    one = statement("Allow", action, principal={"Federated": GITHUB_PROVIDER, **more}, condition=condition)
    return policy(one)


def office(aud: Any = SIGN_IN, provider: Any = OFFICE_PROVIDER, operator: str = "StringEquals") -> dict[str, Any]:
    return policy(statement("Allow", "sts:AssumeRoleWithSAML", principal={"Federated": provider},
                            condition={operator: {"SAML:aud": aud}}))  # fmt: skip


SUB, AUD = f"{GITHUB}:sub", {f"{GITHUB}:aud": "sts.amazonaws.com"}
RIGHT_WAYS = {"a hospital: its directory speaks SAML 2.0": "SAML", "a factory: its old directory does not": "broker",
              "a law firm: its people are in Active Directory": "center",
              "a start-up: its people are in Okta": "center",
              "a travel app: its users sign in with Google": "Cognito",
              "a workflow at GitLab: it gets a signed token": "OIDC"}  # fmt: skip
DENY_OTHERS = {"Effect": "Deny", "Principal": {"Federated": GITHUB_PROVIDER}, "Action": "sts:*",
               "Condition": {"StringNotEquals": {SUB: MAIN}}}  # fmt: skip
RIGHT: list[tuple[Exercise, Any]] = [
    (lesson.choose, RIGHT_WAYS),
    (lesson.order, "DAGCFBE"),
    (lesson.order, "d, a, g, c, f, b, e"),
    (lesson.only_main, github({"StringEquals": {SUB: MAIN}})),
    (lesson.only_main, github({"StringLike": {SUB: [MAIN]}, "StringEquals": AUD})),
    (lesson.only_main, github({"StringEquals": {SUB: MAIN, f"{GITHUB}:repository": "acme/payroll-robot"}})),
    (lesson.only_main, github({"StringEquals": {SUB: MAIN}, "ForAnyValue:StringEquals": AUD})),
    (lesson.only_main, policy(*LOOSE["Statement"], DENY_OTHERS)),
    (lesson.only_main, github({"StringEqualsIfExists": {SUB: MAIN}})),
    (lesson.mend, office([SIGN_IN])),
    (lesson.mend, office(operator="StringEqualsIfExists")),
    (lesson.mend, office(operator="StringLike")),
]


@pytest.mark.parametrize(("exercise", "answer"), RIGHT, ids=[f"{i}-{e.name}" for i, (e, _) in enumerate(RIGHT)])
def test_another_right_answer_is_right(exercise: Exercise, answer: Any) -> None:
    assert exercise.check(answer)


OVER, UNDER, BOTH = "over-permissive", "under-permissive", "over- and under-permissive"
ANYBODY = policy(*lesson.from_github()["Statement"], statement("Allow", "sts:AssumeRole", principal={"AWS": ANA}))
WRONG: list[tuple[Exercise, Any, str, str]] = [
    (lesson.choose, {"a factory: its old directory does not": "SAML"}, "not yet right", "not by SAML 2.0"),
    (lesson.choose, {"a start-up: its people are in Okta": "SAML"}, "not yet right", "external provider"),
    (lesson.choose, {"a travel app: its users sign in with Google": "OIDC"}, "not yet right", "Amazon Cognito"),
    (lesson.choose, {"a start-up: its people are in Okta": "IAM user"}, "not yet right", "write one of"),
    (lesson.choose, {"a start-up: its people are in Okta": "center"}, "not finished", "1 of 6 right"),
    (lesson.order, ["D", "A"], "not finished", "5 still to come"),
    (lesson.order, list("DG"), "not yet right", "the directory must know who it is"),
    (lesson.order, list("DAC"), "not yet right", "must have signed it"),
    (lesson.order, list("DAGCBFE"), "not yet right", "never hands anything out unchecked"),
    (lesson.order, list("DAGCFEB"), "not yet right", "What does STS answer?"),
    (lesson.order, list("DD"), "malformed", "twice"),
    (lesson.order, ["X"], "malformed", "no message 'X'"),
    (lesson.order, 7, "malformed", "not letters"),
    (lesson.only_main, lesson.from_github("repo:acme/payroll-robot:*", "StringLike"), OVER, "every branch, every tag"),
    (lesson.only_main, github({"StringLike": {SUB: "repo:acme/payroll-robot:*"}}), OVER, "repo:acme/payroll-robot:"),
    (lesson.only_main, LOOSE, OVER, "`repo:acmeexample/payroll-robot:"),
    (lesson.only_main, github({"StringLike": {SUB: f"{MAIN}*"}}), OVER, "refs/heads/main"),
    (lesson.only_main, github({"StringNotEquals": {SUB: "repo:mallory/tool:pull_request"}}), OVER, "slips through"),
    (lesson.only_main, github({"StringEquals": {SUB: "repo:acme/payroll-robot:*"}}), BOTH, "takes `*` for a star"),
    (lesson.only_main, github({"StringEquals": {SUB: "repo:acme/payroll-robot"}}), BOTH, "after the repository"),
    (lesson.only_main, github({"StringEquals": {SUB: "repo:acme/payroll-robot:ref:main"}}), BOTH, "refs/heads/main"),
    (lesson.only_main, github({"StringEquals": {SUB: MAIN, f"{GITHUB}:aud": "acme"}}), UNDER, "come in does not"),
    (lesson.only_main, github({"StringEquals": AUD}), "malformed", "serves many organizations"),
    (lesson.only_main, github({"StringEquals": {f"{GITHUB}:repository": "acme/payroll-robot"}}), "malformed", SUB),
    (lesson.only_main, ANYBODY, OVER, "user/ana"),
    (lesson.only_main, github({"StringEquals": {SUB: MAIN}}, "sts:AssumeRole"), BOTH, "sts:AssumeRole"),
    (lesson.mend, office("urn:amazon:webservices"), BOTH, "its *Recipient*"),
    (lesson.mend, office(provider=f"{OFFICE_PROVIDER}-old"), BOTH, "saml-provider/office-old"),
    (lesson.mend, office(provider=[OFFICE_PROVIDER, f"{OFFICE_PROVIDER}-old"]), OVER, "saml-provider/office-old"),
    (lesson.mend, lesson.from_office(None), OVER, "https://files.acme.example/saml"),
    (lesson.mend, office("https://*", operator="StringLike"), OVER, "https://files.acme.example/saml"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("exercise", "answer", "verdict", "said"), WRONG, ids=[f"{i}-{row[0].name}" for i, row in enumerate(WRONG)]
)
def test_a_typical_wrong_answer_gets_its_verdict_and_a_next_step(
    exercise: Exercise, answer: Any, verdict: str, said: str
) -> None:
    found = exercise.check(answer)
    assert (found.verdict, bool(found)) == (verdict, False)
    assert said in found.text


def test_the_letters_are_not_in_the_order_of_the_messages() -> None:
    assert sorted(JUMBLE) == list("ABCDEFG") and list(JUMBLE) != sorted(JUMBLE)
    assert len(JUMBLE) == len(lesson.office_script().messages)
