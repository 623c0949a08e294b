"""Requests and the keys that AWS fills in: facts A6, A13, A14, B25, D14, D15, D18. Pages are of the IAM User Guide."""

from typing import Any

import pytest

import iamkit as ik
from iamkit.errors import RequestError
from iamkit.identity.principals import Caller, Kind
from iamkit.request import Facts, caller_facts, environment, forwarded, owner_of
from tests.short import (
    ALLOWED,
    ANA,
    APP,
    APP_SESSION,
    BUCKET,
    EXPLICIT,
    IMPLICIT,
    OBJECT,
    OTHER,
    OWN,
    QUEUE,
    ROOT,
    VISITOR,
    Json,
    allow,
    decision,
    deny,
    effect,
)

GET = "s3:GetObject"
ABSENT: tuple[str, ...] = ()


def table(principal: Any, context: Json | None = None, world: ik.World | None = None) -> dict[str, tuple[str, ...]]:
    """The keys of one request, without or with a world."""
    if world is None:
        return decision(principal, GET, OBJECT, context).table
    return world.decide(principal, GET, OBJECT, context).table


def people() -> ik.World:
    world = ik.World()
    own = world.account(OWN)
    own.user("ana", path="/payroll/")
    own.role("app", path="/services/", trust=allow("sts:AssumeRole", None, to=OWN))
    return world


USER = f"arn:aws:iam::{OWN}:user/payroll/ana"
ROLE = f"arn:aws:iam::{OWN}:role/services/app"

# A13: keys by kind of principal (reference_policies_variables, "Principal key values"; id_credentials_temp_control-
# access_disable-perms). That page and reference_policies_condition-keys both say of aws:username that anonymous
# requests do not have it.


def key_rows() -> list[Any]:
    world = people()
    user_id, role_id = world.identity(USER).unique_id, world.identity(ROLE).unique_id
    rows = [
        ("root", ROOT, "Account", OWN, None),
        ("user", USER, "User", user_id, "ana"),
        ("federated user", ik.Session(USER, "visitor"), "FederatedUser", f"{OWN}:visitor", None),
        ("role session", ik.Session(ROLE, "morning"), "AssumedRole", f"{role_id}:morning", None),
        ("instance role", ik.Session(ROLE, "i-0abc"), "AssumedRole", f"{role_id}:i-0abc", None),
        ("anonymous", ik.ANONYMOUS, "Anonymous", "anonymous", None),
    ]
    return [pytest.param(*row[1:], id=row[0]) for row in rows]


@pytest.mark.parametrize(("principal", "type_", "userid", "username"), key_rows())
def test_a13_keys_by_principal_type(principal: Any, type_: str, userid: str, username: str | None) -> None:
    found = table(principal, world=people())
    assert found["aws:principaltype"] == (type_,)
    assert found["aws:userid"] == (userid,)
    assert found.get("aws:username") == (None if username is None else (username,))


def test_a13_unique_ids_begin_as_aws_has_them_begin() -> None:
    # reference_identifiers: AIDA user, AROA role.
    world = people()
    assert world.identity(USER).unique_id.startswith("AIDA")
    assert world.identity(ROLE).unique_id.startswith("AROA")


def test_a13_principal_account_of_an_anonymous_request_is_anonymous() -> None:
    # reference_policies_condition-keys, aws:PrincipalAccount.
    assert table(ik.ANONYMOUS)["aws:principalaccount"] == ("anonymous",)
    assert table(ANA)["aws:principalaccount"] == (OWN,)
    assert "aws:principalaccount" not in table("ec2.amazonaws.com")


# A14: aws:PrincipalArn (reference_policies_condition-keys).


@pytest.mark.parametrize(
    ("principal", "arn"),
    [
        (ROOT, ROOT),
        (USER, USER),
        (ik.Session(USER, "visitor"), f"arn:aws:sts::{OWN}:federated-user/visitor"),
        (ik.Session(ROLE, "morning"), ROLE),
        (f"arn:aws:sts::{OWN}:assumed-role/app/morning", ROLE),
    ],
)
def test_a14_principal_arn_of_a_session_is_the_role_with_its_path(principal: Any, arn: str) -> None:
    assert table(principal, world=people())["aws:principalarn"] == (arn,)


def test_a14_anonymous_requests_have_no_principal_arn() -> None:
    assert "aws:principalarn" not in table(ik.ANONYMOUS)


def test_a14_without_a_world_the_context_may_give_the_path() -> None:
    # A session's ARN leaves the path of its role out, so only the caller of the kit knows it.
    assert table(APP_SESSION)["aws:principalarn"] == (APP,)
    assert table(APP_SESSION, {"aws:PrincipalArn": ROLE})["aws:principalarn"] == (ROLE,)
    for wrong in (APP_SESSION, f"arn:aws:iam::{OTHER}:role/app", f"arn:aws:iam::{OWN}:role/services/other"):
        with pytest.raises(RequestError, match="aws:PrincipalArn"):
            table(APP_SESSION, {"aws:PrincipalArn": wrong})
    with pytest.raises(RequestError, match="aws:PrincipalArn"):
        table(f"arn:aws:sts::{OWN}:assumed-role/app/morning", {"aws:PrincipalArn": APP}, people())


def test_b25_the_arn_of_a_federated_user_is_a_switch() -> None:
    # id_credentials_temp_control-access_disable-perms writes it both ways.
    caller = Caller.parse(VISITOR)
    assert caller_facts(caller).of("aws:PrincipalArn") == (VISITOR,)
    iam = ik.Readings(federated_user_arn_is_sts=False)
    assert caller_facts(caller, iam).of("aws:PrincipalArn") == (VISITOR.replace(":sts:", ":iam:"),)
    only = deny(GET, to="*", when={"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:federated-user/*"}})
    stack = {"identity": [allow()], "session": allow(), "resource": only}
    assert effect(VISITOR, GET, OBJECT, **stack) == ALLOWED
    assert effect(VISITOR, GET, OBJECT, **stack, readings=iam) == EXPLICIT


# D15: services (reference_policies_condition-keys, aws:PrincipalIsAWSService and the aws:Source… keys).


def test_d15_principal_is_aws_service() -> None:
    assert table("cloudtrail.amazonaws.com")["aws:principalisawsservice"] == ("true",)
    assert table("cloudtrail.amazonaws.com")["aws:principalservicename"] == ("cloudtrail.amazonaws.com",)
    for caller in (ROOT, ANA, APP_SESSION, VISITOR):
        assert table(caller)["aws:principalisawsservice"] == ("false",)
        assert "aws:principalservicename" not in table(caller)
    # "Anonymous requests do not include this key."
    assert "aws:principalisawsservice" not in table(ik.ANONYMOUS)


@pytest.mark.parametrize(
    "key",
    ["aws:SourceAccount", "aws:SourceArn", "aws:SourceOrgID", "aws:SourceOrgPaths", "aws:PrincipalServiceNamesList"],
)
def test_d15_source_keys_are_there_only_when_a_service_calls(key: str) -> None:
    assert table("sns.amazonaws.com", {key: "x"})[key.lower()] == ("x",)
    for caller in (ANA, ROOT, ik.ANONYMOUS):
        with pytest.raises(RequestError, match="make the service the principal") as fault:
            table(caller, {key: "x"})
        assert fault.value.where == f"context[{key!r}]"


# D14: forward access sessions (access_forward_access_sessions).


def test_d14_via_aws_service_is_always_there() -> None:
    # reference_policies_condition-keys: "This key is always included in the request context."
    direct = deny(GET, when={"Bool": {"aws:ViaAWSService": "false"}})
    assert table(ANA)["aws:viaawsservice"] == ("false",)
    assert effect(ANA, GET, OBJECT, identity=[allow(), direct]) == EXPLICIT
    assert effect(ANA, GET, OBJECT, {"aws:ViaAWSService": True}, identity=[allow(), direct]) == ALLOWED


def test_d14_a_forwarded_call_names_the_chain_of_services() -> None:
    # The example of reference_policies_condition-keys: CloudFormation, then DynamoDB, then KMS.
    first = ik.Request(ANA, "kms:Decrypt", "*", {"aws:SourceIp": "203.0.113.7"})
    second = forwarded(first, "cloudformation.amazonaws.com")
    third = forwarded(second, "dynamodb.amazonaws.com")
    assert second.principal == third.principal == ANA
    found = environment(third, caller_facts(third.caller))
    assert found["aws:viaawsservice"] == ("true",)
    assert found["aws:calledvia"] == ("cloudformation.amazonaws.com", "dynamodb.amazonaws.com")
    assert found["aws:calledviafirst"] == ("cloudformation.amazonaws.com",)
    assert found["aws:calledvialast"] == ("dynamodb.amazonaws.com",)


def test_d14_the_caller_needs_both_permissions() -> None:
    # "The service that receives a subsequent FAS request also checks the permissions of the same IAM principal."
    first = ik.Request(ANA, GET, OBJECT)
    second = forwarded(ik.Request(ANA, "kms:Decrypt", "*"), "s3.amazonaws.com")
    only_s3 = ik.Policies(identity=[allow("s3:*")])
    assert ik.authorize(first, only_s3).effect == ALLOWED
    assert ik.authorize(second, only_s3).effect == IMPLICIT
    assert ik.authorize(second, ik.Policies(identity=[allow(["s3:*", "kms:*"])])).effect == ALLOWED


@pytest.mark.parametrize("key", ["aws:SourceVpc", "aws:SourceVpce", "aws:VpcSourceIp", "aws:SourceVpcArn"])
def test_d14_the_vpc_keys_of_the_first_call_are_lost(key: str) -> None:
    first = ik.Request(ANA, GET, OBJECT, {key: "10.0.0.1"})
    assert key not in forwarded(first, "athena.amazonaws.com").context


def test_d14_whether_the_source_ip_survives_is_a_switch() -> None:
    # access_forward_access_sessions keeps it; reference_policies_elements_condition_operators says it is the service's.
    first = ik.Request(ANA, GET, OBJECT, {"aws:SourceIp": "203.0.113.7"})
    assert forwarded(first, "athena.amazonaws.com").context["aws:SourceIp"] == "203.0.113.7"
    other = ik.Readings(forwarded_keeps_source_ip=False)
    assert "aws:SourceIp" not in forwarded(first, "athena.amazonaws.com", other).context


def test_d14_only_a_service_forwards() -> None:
    with pytest.raises(RequestError, match="not a service") as fault:
        forwarded(ik.Request(ANA, GET, OBJECT), ANA)
    assert fault.value.where == "via"


# What a request is made of.


@pytest.mark.parametrize("action", ["s3:*", "*", "GetObject", "s3:Get?bject", "", "s3:", "s3: GetObject"])
def test_an_action_is_one_action(action: str) -> None:
    with pytest.raises(RequestError, match="not one action") as fault:
        ik.Request(ANA, action, OBJECT)
    assert fault.value.where == "action"


@pytest.mark.parametrize("resource", [f"{BUCKET}/*", f"{BUCKET}?", "payroll", "arn:aws:s3", "arn:nowhere:s3:::a", ""])
def test_a_resource_is_one_arn_or_star(resource: str) -> None:
    with pytest.raises(RequestError) as fault:
        ik.Request(ANA, GET, resource)
    assert fault.value.where == "resource"
    assert fault.value.remedy


@pytest.mark.parametrize(
    "principal",
    [
        f"arn:aws:iam::{OWN}:group/readers",
        f"arn:aws:iam::{OWN}:user/*",
        f"arn:aws:iam::{OWN}:policy/p",
        "ana",
        "*",
        BUCKET,
    ],
)
def test_a_principal_makes_requests(principal: str) -> None:
    # reference_policies_elements_principal: groups are not principals.
    with pytest.raises(RequestError) as fault:
        ik.Request(principal, GET, OBJECT)
    assert fault.value.where == "principal"
    assert fault.value.remedy


def test_the_owner_is_read_from_the_arn_or_given() -> None:
    assert ik.Request(ANA, "sqs:SendMessage", QUEUE).owner == OWN
    assert ik.Request(ANA, GET, OBJECT).owner == OWN
    assert ik.Request(ANA, GET, OBJECT, resource_account=OTHER).owner == OTHER
    assert ik.Request(ik.ANONYMOUS, GET, OBJECT).owner is None
    assert decision(ANA, GET, OBJECT, owner=OTHER).table["aws:resourceaccount"] == (OTHER,)


def test_the_owner_cannot_contradict_the_arn() -> None:
    with pytest.raises(RequestError, match=f"belongs to {OWN}") as fault:
        ik.Request(ANA, "sqs:SendMessage", QUEUE, resource_account=OTHER)
    assert fault.value.where == "resource_account"


def test_d18_only_whole_account_regional_names_tell_an_owner() -> None:
    # S3 User Guide, gpbucketnamespaces: prefix-<account>-<region>-an.
    assert owner_of(f"arn:aws:s3:::a-{OTHER}-eu-west-1-an") == OTHER
    assert owner_of(f"arn:aws:s3:::a-{OTHER}-eu-west-1-an/deep/file") == OTHER
    assert owner_of(f"arn:aws:s3:::a-{OTHER}-eu-west-1-an2") is None
    assert owner_of(f"arn:aws:s3:::a-{OTHER}-eu-west-1") is None


def test_context_values_are_texts() -> None:
    found = table(ANA, {"aws:MultiFactorAuthPresent": True, "aws:MultiFactorAuthAge": 300, "aws:TagKeys": ["a", "b"]})
    assert found["aws:multifactorauthpresent"] == ("true",)
    assert found["aws:multifactorauthage"] == ("300",)
    assert found["aws:tagkeys"] == ("a", "b")
    assert "aws:tagkeys" not in table(ANA, {"aws:TagKeys": []})


@pytest.mark.parametrize(
    "context",
    [
        {"SourceIp": "203.0.113.7"},
        {"aws:SourceIp": None},
        {"aws:SourceIp": {"a": "b"}},
        {"aws:SourceIp": "1.2.3.4", "AWS:sourceip": "1.2.3.4"},
        {"aws:username": "bob"},
        {"aws:PrincipalAccount": OTHER},
        {"aws:PrincipalType": "Account"},
    ],
    ids=str,
)
def test_impossible_contexts(context: Json) -> None:
    with pytest.raises(RequestError) as fault:
        table(ANA, context)
    assert fault.value.where.startswith("context")
    assert fault.value.remedy


def test_a_context_may_repeat_what_aws_says() -> None:
    assert table(ANA, {"aws:username": "ana", "aws:PrincipalAccount": OWN})["aws:username"] == ("ana",)


def test_stateless_requests_may_bring_tags() -> None:
    team = {"StringEquals": {"aws:PrincipalTag/team": "blue", "aws:ResourceTag/team": "blue"}}
    tags = {"aws:PrincipalTag/team": "blue", "aws:ResourceTag/Team": "blue"}
    assert effect(ANA, GET, OBJECT, tags, identity=[allow(GET, when=team)]) == ALLOWED
    for caller in (ROOT, ik.ANONYMOUS, "ec2.amazonaws.com"):
        with pytest.raises(RequestError, match="aws:PrincipalTag/team"):
            table(caller, {"aws:PrincipalTag/team": "blue"})


def test_facts_tell_absent_from_unknown() -> None:
    facts = Facts({"aws:username": ABSENT}) | Facts({"aws:principaltag/team": ("blue",)}, ("aws:principaltag/",))
    assert facts.of("aws:UserName") == ()
    assert facts.of("aws:PrincipalTag/Team") == ("blue",)
    assert facts.of("aws:PrincipalTag/cost") == ()
    assert facts.of("aws:SourceIp") is None


@pytest.mark.parametrize("name", ["ec2.amazonaws.com", "ec2.amazonaws.com.cn", "s3.amazonaws.eu", "ec2.c2s.ic.gov"])
def test_services_of_every_partition_can_ask(name: str) -> None:
    assert Caller.parse(name).kind is Kind.SERVICE


def test_a_web_site_is_no_service() -> None:
    with pytest.raises(RequestError, match="cannot make a request"):
        Caller.parse("www.example.com")
