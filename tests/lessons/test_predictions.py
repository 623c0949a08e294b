"""Every prediction of every lesson: what the kit answers is what AWS publishes, and each wrong choice is explained."""

from collections.abc import Callable
from typing import Any

import pytest

from iamkit import Policy, Readings, Session, compare, no_new_access
from iamkit.credentials.advice import advise
from iamkit.errors import RequestError
from iamkit.evaluate import holds
from iamkit.formula import all_of, like
from iamkit.identity import taxonomy
from iamkit.lessons import lesson00, lesson01, lesson03, lesson09, lesson10
from iamkit.lessons.company import (
    ANA,
    AUDITOR,
    BUILDS,
    HANDBOOK,
    IAM,
    MALLORY,
    MARCH,
    PAYROLL,
    PAYROLL_TEAM,
    company,
    larger_company,
    policy,
    statement,
)
from iamkit.lessons.predict import Prediction
from iamkit.prove.certificate import certify, check
from iamkit.prove.compare import permits

FILES, ROOT = f"{PAYROLL}/*", f"{IAM}root"
READ, DELETE = "s3:GetObject", "s3:DeleteObject"
GENEROUS = {"mallory": lesson03.EVERYTHING, "ana": lesson03.EVERYTHING}
LESSONS = (lesson00, lesson01, lesson03, lesson09, lesson10)
PREDICTIONS = {
    f"{lesson.__name__[-2:]}-{name}": value
    for lesson in LESSONS
    for name, value in vars(lesson).items()
    if isinstance(value, Prediction)
}


def group_asks() -> Any:
    try:
        return larger_company().decide(PAYROLL_TEAM, READ, MARCH)
    except RequestError as error:
        return error


def newcomers() -> list[str]:
    named = policy(statement("Allow", READ, FILES, principal={"AWS": ROOT}))
    after = lesson01.with_bucket_policy(named).who_can(READ, MARCH)
    return sorted(set(after.who) - set(larger_company().who_can(READ, MARCH).who))


def two_orders() -> Any:
    allow, deny = statement("Allow", "s3:*", FILES), statement("Deny", DELETE, FILES)
    return compare(policy(deny, allow), policy(allow, deny))


def tagless() -> Any:
    not_sales = {"StringNotEquals": {"aws:PrincipalTag/team": "sales"}}
    document = policy(statement("Allow", READ, FILES, condition=not_sales))
    return lesson03.deciding_company({"mallory": document}).decide(MALLORY, READ, MARCH)


def z3_alone() -> str:
    import z3

    solver, (payroll, acme) = z3.Solver(), z3.Bools("P A")
    solver.add(payroll, z3.Not(acme))
    return str(solver.check())


def asked_of(source: Any) -> Any:
    return all_of([like("resource", FILES), lesson10.formula_of(source)])


def forged() -> bool:
    certificate = certify(asked_of(lesson10.SALES))
    assert certificate is not None
    return check(asked_of(lesson10.BY_YEAR), lesson10.forged(certificate))


def active_directory() -> Any:
    known = {"who": "workforce", "needs": "nothing special", "source": "Active Directory"}
    return advise(**known, center="no", access="console")


def tidied() -> str:
    old = policy(statement("Allow", READ, [f"{HANDBOOK}/*", f"{BUILDS}/*"]))
    return no_new_access(old, lesson10.SALES).explain()


ANSWERS: dict[str, tuple[Callable[[], Any], str]] = {
    # policy-eval-denyallow: requests are implicitly denied unless an Allow is found.
    "00-mallory_reads": (lambda: company().decide(MALLORY, READ, MARCH), "ImplicitlyDenied"),
    "00-mallory_ever": (lambda: company().can(MALLORY, "s3:*", FILES), "no"),
    # reference_policies_elements_resource: * stands for any combination of characters.
    "00-mallory_step": (lesson00.first_step_that_lets_in, "3"),
    # introduction_identity-management and id, "Terms".
    "01-in_all_four": (lambda: [kind for kind in taxonomy.SEED_KINDS if len(taxonomy.sets_of(kind)) == 4], "2"),
    # reference_policies_elements_principal: a group is no authenticated entity.
    "01-group_asks": (group_asks, "impossible"),
    # id: a role is not uniquely associated with one person.
    "01-two_auditors": (
        lambda: [larger_company().decide(Session(AUDITOR, name), READ, MARCH) for name in ("lena", "omar")],
        "same",
    ),
    # reference_policies_elements_principal: an account as principal delegates to the account.
    "01-means_root": (newcomers, "nobody"),
    # access_policies: no identity-based policy can be attached to root.
    "01-deny_for_root": (lambda: taxonomy.is_a("root", "identity"), "no"),
    # policy-eval-denyallow: an explicit deny overrides any allow.
    "03-which_no": (
        lambda: [
            lesson03.deciding_company(GENEROUS).decide(MALLORY, READ, MARCH),
            lesson03.deciding_company(GENEROUS).decide(ANA, DELETE, MARCH),
        ],
        "mallory",
    ),
    "03-bucket_says": (lambda: lesson03.deciding_company().decide(ANA, READ, MARCH), "is silent"),
    "03-any_allow": (lambda: lesson03.deciding_company(GENEROUS).can(ANA, f"{DELETE}*", FILES), "no"),
    "03-order": (two_orders, "equivalent"),
    "03-while_away": (
        lambda: [lesson03.on_leave().decide(ANA, READ, file) for file in (MARCH, lesson03.WELCOME)],
        "handbook",
    ),
    # condition_operators: a missing key fails a plain operator, and fulfills a negated one.
    "03-stolen_key": (
        lambda: lesson03.deciding_company({"ana": lesson03.guard("Bool")}).decide(ANA, READ, MARCH),
        "Allowed",
    ),
    "03-no_tag": (tagless, "Allowed"),
    # reference_policies_elements_action: names of actions compare without regard to case.
    "03-capitals": (
        lambda: compare(
            policy(statement("Allow", READ.upper(), FILES)),
            policy(statement("Allow", READ, FILES)),
        ),
        "equivalent",
    ),
    # id_root-user-privileged-task against id; the kit takes the first.
    "03-root_deletes": (lambda: lesson03.deciding_company().decide(ROOT, DELETE, MARCH), "ExplicitlyDenied"),
    # id, "Different methods to provide user access": long-term credentials for a client that takes access keys only.
    "09-how_many_users": (lesson09.advised, "1"),
    # id, "Support programmatic user access": federated users get temporary credentials from an STS operation.
    "09-command_line": (lambda: advise(**lesson09.CASES["Ana and her colleagues"]), "short"),
    # id: IAM users only where Identity Center is not available *and* there is no other identity provider.
    "09-no_center": (active_directory, "federation"),
    # id: update access keys when needed; IAM users are for workloads that cannot use roles.
    "09-robot_key": (lambda: lesson09.review(lesson09.today()).about("ci-robot"), "both"),
    # id_roles_common-scenarios_third-party: the ExternalId must be the one that was agreed on.
    "09-any_id": (lambda: lesson09.review(lesson09.today(lesson09.auditors("StringLike", "*"))), "there"),
    # Counted by hand: of the eight rows, the two with acme-payroll* and without acme-* contradict themselves.
    "10-rows_with_requests": (lesson10.truth_table, "6"),
    "10-sixty": (lambda: "36,559 years", "ages"),  # 2 ** 60 microseconds
    # reference_policies_elements_resource: a pattern matches names, and the Deny leaves out those without 20.
    "10-by_year": (lambda: lesson10.sales(lesson10.BY_YEAR).can(MALLORY, "s3:*", FILES), "yes"),
    "10-z3_alone": (z3_alone, "sat"),
    # condition_operators: IpAddress and NotIpAddress over two networks that share no address.
    "10-both_doors": (lambda: lesson10.two_networks().can(MALLORY, "s3:*", FILES), "no"),
    "10-forgery": (forged, "no"),
    "10-tidied": (tidied, "no"),
    "10-before_and_after": (lambda: lesson10.own_policies().can(MALLORY, READ, FILES), "no"),
}


def test_no_prediction_is_left_out():
    assert ANSWERS.keys() == PREDICTIONS.keys()


@pytest.mark.parametrize("name", ANSWERS)
def test_the_kit_answers_what_aws_publishes(name):
    answer, word = ANSWERS[name]
    assert PREDICTIONS[name].reveal(answer(), word)


@pytest.mark.parametrize("name", PREDICTIONS)
def test_every_wrong_choice_has_its_misconception_and_the_right_one_a_reason(name):
    asked, (_, word) = PREDICTIONS[name], ANSWERS[name]
    assert asked.behind.keys() == asked.choices.keys() - {word}
    assert asked.why


@pytest.mark.parametrize("name", PREDICTIONS)
def test_the_choices_fit_a_narrow_screen(name):
    assert max(map(len, PREDICTIONS[name].lettered.values())) <= 37


def test_the_other_reading_of_root_gives_the_other_answer():
    world = lesson03.deciding_company(readings=Readings(resource_deny_binds_root=False))
    assert world.decide(ROOT, DELETE, MARCH).effect == "Allowed"


def test_the_mended_guard_stops_the_stolen_key():
    world = lesson03.deciding_company({"ana": lesson03.guard("BoolIfExists")})
    assert world.decide(ANA, READ, MARCH).effect == "ExplicitlyDenied"
    assert not world.can(ANA, "s3:*", FILES, where={"aws:MultiFactorAuthPresent": None})
    assert world.can(ANA, READ, FILES, where={"aws:MultiFactorAuthPresent": True})


def test_the_table_of_missing_keys_is_that_of_the_guide():
    found = {row[0]: row[1:] for row in lesson03.missing_keys().rows}
    assert found == {
        "StringEquals sales": ("yes", "no", "no"),
        "StringNotEquals sales": ("no", "yes", "yes"),
        "StringEqualsIfExists sales": ("yes", "no", "yes"),
        "StringNotEqualsIfExists sales": ("no", "yes", "yes"),
        "Null true": ("no", "no", "yes"),
    }


def test_the_truth_table_of_lesson_10_is_the_one_worked_out_by_hand():
    rows = {row[:3]: row[3] for row in lesson10.truth_table().rows}
    assert {row for row, permitted in rows.items() if permitted == "yes"} == {("yes", "yes", "no")}
    assert {row for row, permitted in rows.items() if permitted == "–"} == {("yes", "no", "yes"), ("no", "no", "yes")}
    assert len(rows) == 8


def test_the_short_formula_of_lesson_10_decides_as_the_policy_does():
    document = Policy.parse(lesson10.BY_YEAR)
    for resource in (MARCH, f"{PAYROLL}/2027/q1.csv", f"{HANDBOOK}/welcome.pdf", "arn:aws:s3:::other/notes.txt"):
        for action in (READ, DELETE):
            table = {"action": (action,), "resource": (resource,)}
            assert holds(lesson10.formula_of(document), table) == holds(permits(document, None), table)


def test_a_certificate_of_lesson_10_holds_for_its_own_question_only():
    certificate = certify(asked_of(lesson10.SALES))
    assert check(asked_of(lesson10.SALES), certificate)
    assert not check(asked_of(lesson10.BY_YEAR), certificate)
    assert lesson10.lemmas(certificate).rows == (
        ("resource", f"matches {FILES} and does not match {PAYROLL}*"),
    )  # fmt: skip


def test_each_part_of_the_core_counts_and_the_rest_does_not():
    assert not lesson10.two_networks(without="KeepRecords").can(MALLORY, "s3:*", FILES)
    office = lesson10.two_networks(without="OnlyByVpn").can(MALLORY, "s3:*", FILES)
    assert office.request.context["aws:sourceip"][0].startswith("203.0.113.")
    more = policy(statement("Allow", READ, FILES))
    vpn = lesson10.two_networks(mallory=more).can(MALLORY, "s3:*", FILES)
    assert vpn.request.context["aws:sourceip"][0].startswith("198.51.100.")


def test_mallory_can_write_the_policy_that_lets_her_read():
    world = lesson10.own_policies()
    assert world.decide(MALLORY, "iam:PutUserPolicy", MALLORY)
    assert not world.can(MALLORY, "iam:PutUserPolicy", ANA)


def test_the_review_of_lesson_9_finds_what_the_lesson_tells_and_an_agreed_external_id_mends_it():
    found = lesson09.review(lesson09.today())
    assert found.codes == (
        "root-in-use", "console-without-mfa", "third-party-without-external-id", "person-as-iam-user",
        "key-where-a-role-would-do", "key-not-updated", "service-role-without-source",
    )  # fmt: skip
    agreed = lesson09.today(lesson09.auditors("StringEquals", "acme-2026"))
    assert not lesson09.review(agreed).about("auditor")
    assert agreed.can("arn:aws:iam::444455556666:user/lena", "sts:AssumeRole", AUDITOR)
