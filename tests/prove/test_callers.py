"""Whom policies can tell apart: by name, by account, by kind, and by conditions on what AWS says of the caller."""

from typing import Any

import pytest

import iamkit as ik
from iamkit.prove.callers import distinct_callers, mentioned_accounts, mentioned_partitions, stranger
from iamkit.prove.checks import is_public, no_new_access
from iamkit.prove.compare import compare
from tests.short import ANA, APP, BUCKET, MALLORY, OTHER, OWN, allow, deny

NOBODY = deny(to="*")
OAI = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1EXAMPLE"
CANONICAL = "0123456789abcdef" * 4
GONE_USER, GONE_ROLE = "AIDAEXAMPLEEXAMPLE123", "AROAEXAMPLEEXAMPLE123"


def open_when(**block: Any) -> Any:
    return allow("s3:GetObject", f"{BUCKET}/*", to="*", when=block)


@pytest.mark.parametrize(
    ("block", "principal"),
    [
        ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/deploy-*"}}, f"arn:aws:iam::{OWN}:role/deploy-"),
        ({"ArnEquals": {"aws:PrincipalArn": ANA}}, ANA),
        ({"StringEquals": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:root"}}, f"arn:aws:iam::{OWN}:root"),
        ({"StringEquals": {"aws:PrincipalAccount": OTHER}}, f"arn:aws:iam::{OTHER}:"),
        ({"StringEquals": {"aws:username": "zoe"}}, "arn:aws:iam::999999999999:user/zoe"),
        ({"StringLike": {"aws:username": "team-*"}}, "arn:aws:iam::999999999999:user/team-"),
        ({"StringEquals": {"aws:PrincipalType": "Account"}}, "arn:aws:iam::999999999999:root"),
        ({"StringEquals": {"aws:PrincipalType": "User"}}, "arn:aws:iam::999999999999:user/"),
        ({"StringEquals": {"aws:PrincipalType": "AssumedRole"}}, "arn:aws:iam::999999999999:role/"),
        ({"StringEquals": {"aws:PrincipalType": "FederatedUser"}}, "arn:aws:sts::999999999999:federated-user/"),
        ({"StringEquals": {"aws:PrincipalType": "Anonymous"}}, "anonymous"),
        ({"StringEquals": {"aws:PrincipalServiceName": "cloudtrail.amazonaws.com"}}, "cloudtrail.amazonaws.com"),
        ({"Bool": {"aws:PrincipalIsAWSService": "true"}}, "some-service.amazonaws.com"),
        ({"StringEquals": {"aws:SourceAccount": OWN}}, "some-service.amazonaws.com"),
    ],
)
def test_a_condition_tells_principals_apart(block: dict, principal: str) -> None:
    found = compare(open_when(**block), NOBODY)
    assert found.relation == "broader"
    assert found.only_a.principal.startswith(principal)
    assert not no_new_access(NOBODY, open_when(**block))


@pytest.mark.parametrize(
    "block",
    [
        {"StringEquals": {"aws:PrincipalType": "Martian"}},
        {"StringEquals": {"aws:username": "zoe", "aws:PrincipalType": "AssumedRole"}},  # roles have no user name
        {"StringEquals": {"aws:username": "a/b"}},  # nor do names hold a slash
        {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:group/*"}},  # a group makes no requests
    ],
)
def test_what_no_principal_is(block: dict) -> None:
    assert compare(open_when(**block), NOBODY)


def test_a_users_name_is_the_end_of_its_arn() -> None:
    block = {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/team/*"}, "StringEquals": {"aws:username": "zoe"}}
    found = compare(open_when(**block), NOBODY)
    assert found.only_a.principal == "arn:aws:iam::999999999999:user/team/zoe"


@pytest.mark.parametrize(
    "named",
    [
        {"AWS": OAI},
        {"AWS": [ANA, APP, MALLORY]},
        {"AWS": f"arn:aws:sts::{OWN}:assumed-role/app/night"},
        {"AWS": GONE_USER},
        {"AWS": GONE_ROLE},
        {"CanonicalUser": CANONICAL},
        {"Service": "s3.amazonaws.eu"},  # a domain of another partition
        {"Service": ["sns.amazonaws.com", "sqs.amazonaws.com"]},
        {"Federated": "accounts.google.com"},
    ],
)
def test_a_policy_that_names_somebody_is_narrower_than_one_for_all(named: Any) -> None:
    one, everybody = allow("s3:*", to=named), allow("s3:*", to="*")
    assert compare(one, one)
    assert compare(one, everybody).relation == "narrower"
    assert compare(one, NOBODY).relation == "broader"
    assert not is_public(one)


def test_a_named_principal_is_not_among_the_others() -> None:
    for someone in distinct_callers(ik.Policy.parse(allow("s3:*", to={"AWS": [ANA, APP]}))):
        if someone.taken is not None and someone.caller.account == OWN:
            assert someone.caller.arn not in (ANA, APP)
    taken = f"arn:aws:iam::{OWN}:user/someone"
    names = [s.caller.arn for s in distinct_callers(ik.Policy.parse(allow("s3:*", to=taken)))]
    assert len(names) == len(set(names))
    others = {"StringNotEquals": {"aws:PrincipalArn": ANA}, "ArnLike": {"aws:PrincipalArn": f"{ANA[:-1]}?"}}
    assert compare(allow("s3:*", to=ANA), open_when(**others)).only_b.principal.startswith(ANA[:-1])


def test_policies_that_speak_of_whoever_holds_them_have_no_callers() -> None:
    assert list(distinct_callers(ik.Policy.parse(allow()))) == [None]


def test_accounts_and_partitions_that_a_policy_mentions() -> None:
    document = allow("s3:*", "arn:aws-cn:s3:::b", to=ANA, when={"StringEquals": {"aws:SourceAccount": OTHER}})
    parsed = ik.Policy.parse(document)
    assert mentioned_accounts([parsed]) == [OWN, OTHER]
    assert mentioned_partitions([parsed]) == ["aws", "aws-cn"]
    assert mentioned_partitions([ik.Policy.parse(allow())]) == ["aws"]
    assert stranger([]) == "999999999999"
    assert stranger(["999999999999"]) == "999999999998"


QUEUE = f"arn:aws:sqs:eu-west-1:{OWN}:jobs"


@pytest.mark.parametrize(
    ("when", "principal"),
    [
        (None, "anonymous"),
        ({"Null": {"aws:PrincipalArn": "false"}}, "arn:aws:iam::999999999998:"),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/deploy*"}}, "arn:aws:iam::999999999998:role/deploy"),
        ({"StringEquals": {"aws:PrincipalType": "FederatedUser"}}, "arn:aws:sts::999999999998:federated-user/"),
    ],
)
def test_the_outsider_who_is_let_in(when: Any, principal: str) -> None:
    answer = is_public(allow("sqs:*", QUEUE, to="*", when=when))
    assert answer.request.principal.startswith(principal)
    assert answer.request.resource in (QUEUE, "*")
    assert answer.request.caller.account not in (OWN, OTHER)


@pytest.mark.parametrize(
    "when",
    [
        {"StringEquals": {"aws:PrincipalAccount": "${aws:ResourceAccount}"}},
        {"StringLike": {"aws:PrincipalArn": f"arn:aws:iam::{OTHER}:role/*"}},  # one account, named in a condition
        {"StringLike": {"aws:userid": "AROAEXAMPLE:*"}},
    ],
)
def test_a_policy_that_keeps_outsiders_out(when: Any) -> None:
    answer = is_public(allow("sqs:*", QUEUE, to="*", when=when))
    assert not answer
    assert answer.check()
    assert answer.blocking == ("no Allow in the resource-based policy",)


def test_operations_of_a_key_that_are_closed_to_other_accounts_are_not_public() -> None:
    assert not is_public(allow("kms:PutKeyPolicy", to="*", when={"Null": {"aws:PrincipalArn": "false"}}))
    assert is_public(allow("kms:Decrypt", to="*", when={"Null": {"aws:PrincipalArn": "false"}}))
