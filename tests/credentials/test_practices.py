"""Best practices: a world that breaks one gets exactly that finding, and the mended world gets none.

The practices are AWS's; the page of each stands in `CODES`. Those that are proved are tested in tests/prove.
"""

from collections.abc import Callable
from typing import Any

import pytest

import iamkit as ik
from iamkit.credentials.clock import DAY, Clock, instant
from iamkit.credentials.practices import CODES, Practices, best_practices
from iamkit.identity.account import Account
from tests.short import OTHER, OWN, allow, trust

NOW = instant("2026-11-24T09:00:00Z")
ANA, ROBOT = f"arn:aws:iam::{OWN}:user/ana", f"arn:aws:iam::{OWN}:user/robot"
SAML = f"arn:aws:iam::{OWN}:saml-provider/office"
LAMBDA = {"Service": "lambda.amazonaws.com"}
SIGN_IN = "https://signin.aws.amazon.com/saml"
Fill = Callable[[Account], object]


def review(fill: Fill, **given: Any) -> Practices:
    """The findings about a company whose account is filled so."""
    world = ik.World()
    fill(world.account(OWN, "acme"))
    return best_practices(world, NOW, **given)


def ago(days: float) -> int:
    return NOW - int(days * DAY)


# Credentials


def root(password: bool = True, mfa: bool = True, keys: int = 0, used: int | None = None) -> Fill:
    def fill(acme: Account) -> None:
        held = acme.root_holdings
        if password:
            held.add_password(last_used=used)
        if mfa:
            held.add_mfa("hardware")
        for _ in range(keys):
            held.add_access_key(ago(1), status="Inactive")

    return fill


def person(*, password: bool = True, mfa: bool = True, used: float | None = 1, **key: Any) -> Fill:
    """Ana, with a password if so, and a key if anything is said of one."""

    def fill(acme: Account) -> None:
        held = acme.user("ana").holdings
        if password:
            held.add_password(ago(200), last_used=None if used is None else ago(used))
        if mfa:
            held.add_mfa()
        if key:
            held.add_access_key(**key)

    return fill


def robot(*keys: dict[str, Any]) -> Fill:
    def fill(acme: Account) -> None:
        for key in keys:
            (acme.users.get("robot") or acme.user("robot")).holdings.add_access_key(**key)

    return fill


def key(made: float, used: float | None = 1, status: str = "Active") -> dict[str, Any]:
    """A key made so many days ago, and last used so many days ago."""
    return {"created": ago(made), "last_used": None if used is None else ago(used), "status": status}


CREDENTIALS: list[tuple[Fill, list[str]]] = [
    (root(), []),
    (root(password=False, mfa=False), []),  # central root access: no credentials at all
    (root(used=ago(1)), ["root-in-use"]),
    (root(used=ago(90)), ["root-in-use"]),
    (root(used=ago(90) - 1), []),
    (root(mfa=False), ["root-without-mfa"]),
    (root(keys=1), ["root-access-key"]),
    (root(keys=1, password=False, mfa=False), ["root-access-key", "root-without-mfa"]),
    (person(), []),
    (person(mfa=False), ["console-without-mfa"]),
    (person(password=False, mfa=False), []),
    (person(used=90), []),
    (person(used=91), ["password-unused"]),
    (person(used=None), ["password-unused"]),
    (robot(key(30)), []),
    (robot(key(90)), []),
    (robot(key(90.1)), ["key-not-updated"]),
    (robot(key(91, status="Inactive")), []),
    (robot(key(200, used=90)), ["key-not-updated"]),
    (robot(key(200, used=91)), ["key-unused"]),
    (robot(key(91, used=None)), ["key-unused"]),
    (robot(key(10, used=None)), []),
    (robot({}), []),  # nothing is known of its age
    (robot(key(30), key(10)), ["two-active-keys"]),
    (robot(key(30, status="Inactive"), key(10)), []),
]


@pytest.mark.parametrize(("fill", "codes"), CREDENTIALS)
def test_what_credentials_show_on_both_sides_of_each_limit(fill, codes):
    assert list(review(fill, designated=[ANA, ROBOT]).codes) == codes


def test_people_come_through_identity_center_or_federation_and_programs_as_roles():
    """id: the primary use of IAM users is for workloads that cannot use roles; people assume roles."""
    assert review(person()).codes == ("person-as-iam-user",)
    assert review(person(**key(10))).codes == ("person-with-access-key", "person-as-iam-user")
    assert review(robot(key(10))).codes == ("key-where-a-role-would-do",)


def test_a_designated_user_may_hold_long_term_credentials_and_must_still_care_for_them():
    assert not review(person(**key(10)), designated=[ANA])
    assert review(person(mfa=False, **key(100)), designated=[ANA]).codes == ("console-without-mfa", "key-not-updated")


def test_days_are_a_matter_of_choice():
    assert not review(robot(key(100)), designated=[ROBOT], key_age_days=180)
    assert review(robot(key(100, used=20)), designated=[ROBOT], unused_days=10).codes == ("key-unused",)


def test_without_a_clock_nothing_is_said_of_time():
    world = ik.World()
    acme = world.account(OWN)
    root(used=ago(1))(acme)
    robot(key(500, used=400))(acme)
    assert not best_practices(world, designated=[ROBOT])
    assert best_practices(world, Clock(NOW), designated=[ROBOT]).codes == ("root-in-use", "key-unused")


def test_a_finding_about_a_key_names_it_with_its_owner_and_its_date():
    found = review(robot({**key(100), "id": "AKIAEXAMPLE"}), designated=[ROBOT])[0]
    assert found.where == f"{ROBOT}, AKIAEXAMPLE"
    assert "2026-08-16T09:00:00Z" in found.what
    assert (found.severity, found.source) == ("medium", "IAM User Guide, id_credentials_access-keys")


# All of it


def test_a_company_that_does_as_it_is_advised_hears_nothing():
    ours = {"StringEquals": {"aws:SourceAccount": OWN}}
    agreed, recipient = {"StringEquals": {"sts:ExternalId": "acme-17"}}, {"StringEquals": {"SAML:aud": SIGN_IN}}

    def fill(acme: Account) -> None:
        root(used=ago(400))(acme)
        robot(key(20))(acme)
        acme.role("app", trust=trust(LAMBDA, when=ours), policies=[allow("s3:Get*")])
        acme.role("auditor", trust=trust(OTHER, when=agreed))
        acme.role("office", trust=trust({"Federated": SAML}, "sts:AssumeRoleWithSAML", recipient))
        logs = allow("s3:PutObject", "arn:aws:s3:::acme-logs/*", {"Service": "cloudtrail.amazonaws.com"}, ours)
        acme.resource("arn:aws:s3:::acme-logs", policy=logs)

    found = review(fill, designated=[ROBOT])
    assert not found
    assert (found.explain(), repr(found), found.to_dict()) == ("Nothing found.", "<Practices: nothing found>", [])
    assert "<table>" not in found._repr_mimebundle_()["text/html"]


def test_findings_come_gravest_first_and_show_as_a_table():
    def fill(acme: Account) -> None:
        acme.role("app", trust=trust(LAMBDA))
        acme.role("auditor", trust=trust(OTHER))
        person(mfa=False, **key(10))(acme)

    found = review(fill)
    assert [one.severity for one in found] == ["high", "high", "high", "medium", "low"]
    bundle = found._repr_mimebundle_()
    assert bundle["text/html"].count("<th scope='col'") == 5 and bundle["text/html"].count("<th scope='row'") == 5
    assert bundle["text/plain"].splitlines()[0] == "5 findings."
    assert found.about("user/ana").codes == ("console-without-mfa", "person-with-access-key", "person-as-iam-user")
    assert found.to_dict()[-1]["code"] == "service-role-without-source"


def test_every_code_has_a_severity_a_remedy_and_a_page():
    for severity, remedy, page in CODES.values():
        assert severity in ("high", "medium", "low") and remedy.endswith((".", "...")) and page


def test_every_code_about_credentials_is_found_above():
    found = {code for _, codes in CREDENTIALS for code in codes}
    others = {"person-as-iam-user", "person-with-access-key", "key-where-a-role-would-do"}
    assert found | others == set(list(CODES)[: list(CODES).index("open-trust")])
