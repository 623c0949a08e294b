"""Who else comes in through an identity provider."""

import pytest

from iamkit.arn import Pattern
from iamkit.errors import PolicyError
from iamkit.prove.answers import Unknown
from iamkit.prove.federated import SHAPES, Slip, who_slips_through
from iamkit.world import World

ACME = "111122223333"
GITHUB = "token.actions.githubusercontent.com"
PROVIDER = f"arn:aws:iam::{ACME}:oidc-provider/{GITHUB}"
MAIN = "repo:acme/payroll:ref:refs/heads/main"


def trust(provider=PROVIDER, **condition):
    statement = {"Effect": "Allow", "Principal": {"Federated": provider}, "Action": "sts:AssumeRoleWithWebIdentity"}
    return {"Version": "2012-10-17", "Statement": statement | ({"Condition": condition} if condition else {})}


def sub(pattern, operator="StringLike"):
    return trust(**{operator: {f"{GITHUB}:sub": pattern}})


@pytest.mark.parametrize(
    ("policy", "wanted", "stranger"),
    [
        (trust(), "repo:acme/*", "repo:?*/?*:?*"),  # without sub, anybody
        (trust(StringEquals={f"{GITHUB}:aud": "sts.amazonaws.com"}), "repo:acme/*", "repo:?*/?*:?*"),
        (sub("repo:acme*"), "repo:acme/*", "repo:acme*/?*:?*"),  # acme-evil
        (sub("repo:acme/payroll*"), "repo:acme/payroll:*", "repo:acme/payroll?*:?*"),  # payroll-fork
        (sub("repo:*/payroll:*"), "repo:acme/payroll:*", "repo:?*/payroll:*"),
        (sub("repo:acme/*"), "repo:acme/payroll:*", "repo:acme/?*:?*"),
        (sub("repo:acme/payroll:*"), MAIN, "repo:acme/payroll:?*"),  # another branch
        (sub(["repo:acme/payroll:*", "repo:mallory/x:*"]), "repo:acme/*", "repo:mallory/x:?*"),
        (sub("repo:acme/payroll:*", "StringLikeIfExists"), MAIN, "repo:acme/payroll:?*"),
        (sub(MAIN, "StringNotEquals"), MAIN, "repo:?*/?*:?*"),
        (sub(MAIN, "StringEqualsIgnoreCase"), MAIN, "repo:*"),  # another spelling
    ],
)
def test_F3_who_slips_through(policy, wanted, stranger):
    found = who_slips_through(policy, wanted)
    assert found
    assert Pattern.glob(stranger, fold=True).matches(found.subject)
    assert not Pattern.glob(wanted).matches(found.subject)


@pytest.mark.parametrize(
    ("policy", "wanted"),
    [
        (sub(MAIN, "StringEquals"), MAIN),
        (sub(MAIN, "StringEquals"), "repo:acme/*"),
        (sub("repo:acme/payroll:*"), "repo:acme/payroll:*"),
        (sub("repo:acme/payroll:*"), "repo:acme/*"),
        (sub(["repo:acme/payroll:*", "repo:acme/web:*"]), ["repo:acme/web:*", "repo:acme/payroll:*"]),
        (trust(StringEquals={f"{GITHUB}:sub": MAIN, f"{GITHUB}:aud": "sts.amazonaws.com"}), MAIN),
        (
            trust(StringLike={f"{GITHUB}:sub": "repo:acme/*"}, StringNotLike={f"{GITHUB}:sub": "*pull_request*"}),
            "repo:acme/*",
        ),
    ],
)
def test_F3_nobody_slips_through(policy, wanted):
    found = who_slips_through(policy, wanted)
    assert not found
    assert found.subject is None
    assert found.answer.check()
    assert "proved for every subject" in found.explain()


def test_F3_the_stranger_is_let_in_by_the_evaluator_too():
    policy = sub("repo:acme*/payroll:*")
    found = who_slips_through(policy, "repo:acme/payroll:*")
    world = World()
    role = world.account(ACME).role("deploy", trust=policy)
    decision = world.decide(PROVIDER, "sts:AssumeRoleWithWebIdentity", role.arn, {f"{GITHUB}:sub": found.subject})
    assert decision.allowed


def test_F3_a_subject_of_github_looks_like_one():
    assert Pattern.glob(SHAPES[GITHUB]).matches(who_slips_through(trust(), "repo:acme/*").subject)


def test_another_provider_has_any_text_as_its_subject():
    provider = f"arn:aws:iam::{ACME}:oidc-provider/oidc.acme.example"
    policy = trust(provider, StringLike={"oidc.acme.example:sub": "ana*"})
    found = who_slips_through(policy, "ana")
    assert found
    assert found.subject.startswith("ana")
    assert not who_slips_through(policy, "ana*")


def test_a_global_provider_is_named_by_its_host():
    policy = trust("accounts.google.com", StringEquals={"accounts.google.com:sub": "1"})
    assert not who_slips_through(policy, "1")
    assert who_slips_through(policy, "2").subject == "1"


def test_the_provider_must_be_clear():
    with pytest.raises(PolicyError, match="names 0 OpenID Connect providers"):
        who_slips_through(
            {"Statement": {"Effect": "Allow", "Principal": {"AWS": ACME}, "Action": "sts:AssumeRole"}}, "x"
        )


def test_what_is_shown():
    found = who_slips_through(sub("repo:acme/*"), "repo:acme/payroll:*")
    assert repr(found) == f"<Slip: {found.subject}>"
    assert found.explain() == f"{found.subject} comes in, and is not repo:acme/payroll:*."
    assert found.to_dict()["slips"] == "yes"
    nobody = who_slips_through(sub(MAIN, "StringEquals"), MAIN)
    assert (repr(nobody), nobody.to_dict()["slips"]) == ("<Slip: nobody>", "no")


def test_an_unknown_slip_is_neither_yes_nor_no() -> None:
    slip = Slip("graph.facebook.com", ("x",), Unknown("somebody can", "it is too hard"))
    with pytest.raises(TypeError, match="unknown"):
        bool(slip)
    assert slip.to_dict()["slips"] == "unknown"
    assert slip._repr_mimebundle_()["text/plain"] == slip.explain() == "Unknown: it is too hard"
