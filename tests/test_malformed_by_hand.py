"""Faults by hand, with the exact place and words of the error: policies, and requests that nobody can make."""

import math
from typing import Any

import pytest

from iamkit.errors import IamkitError, PolicyError, RequestError
from iamkit.identity.principals import ANONYMOUS
from iamkit.policies import Policies
from iamkit.policy.document import Policy
from iamkit.policy.places import Place, check_place
from iamkit.request import Request

ANA = "arn:aws:iam::111122223333:user/ana"
PAYSLIP = "arn:aws:s3:::payroll/march.csv"
HUGE = 10**5000  # More digits than Python turns into text.


def fault(source: Any, place: Place) -> PolicyError:
    """The error that a policy gives; anything but a PolicyError, or none, fails the test."""
    with pytest.raises(PolicyError) as caught:
        check_place(Policy.parse(source, name="p"), place)
    assert caught.value.remedy
    return caught.value


def one(**elements: Any) -> dict[str, Any]:
    """A policy of one good statement with these elements changed; None drops one, Condition is for StringEquals."""
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"} | elements
    return {"Version": "2012-10-17", "Statement": [{k: v for k, v in statement.items() if v is not None}]}


def cond(operator: str, value: Any, key: str = "aws:x") -> dict[str, Any]:
    return one(Condition={operator: {key: value}})


S, C = "$.Statement[0]", "$.Statement[0].Condition"
IDENTITY, RESOURCE, TRUST = Place.IDENTITY, Place.RESOURCE, Place.TRUST
AWS = f"{S}.Principal.AWS"
BY_HAND: list[tuple[Any, Place, str, str]] = [
    ([], IDENTITY, "$", "A policy is a JSON object"),
    ("", IDENTITY, "$ (line 1, column 1)", "This is not JSON: Expecting value"),
    ('{"Statement": [1 2]}', IDENTITY, "$ (line 1, column 18)", "This is not JSON"),
    ("{'Statement': []}", IDENTITY, "$ (line 1, column 2)", "This is not JSON"),
    ('{"Statement": NaN}', IDENTITY, "$", "NaN is not JSON"),
    ('{"Id": "a", "Id": "b"}', IDENTITY, "$", "The key 'Id' stands twice"),
    ({"Version": "2012-10-17"}, IDENTITY, "$", "The policy has no Statement"),
    (one() | {"version": "2012-10-17"}, IDENTITY, "$.version", "'version' is not a policy element"),
    (one() | {"Statements": []}, IDENTITY, "$.Statements", "'Statements' is not a policy element"),
    (one() | {"Version": "2012-10-18"}, IDENTITY, "$.Version", "'2012-10-18' is not a policy language version"),
    (one() | {"Version": None}, IDENTITY, "$.Version", "null is not a policy language version"),
    (one() | {"Id": 7}, IDENTITY, "$.Id", "7 is not a text"),
    ({"Statement": []}, IDENTITY, "$.Statement", "The list is empty"),
    ({"Statement": "x"}, IDENTITY, "$.Statement", "A statement is a JSON object"),
    ({"Statement": [one()["Statement"][0], 7]}, IDENTITY, "$.Statement[1]", "A statement is a JSON object"),
    (one(Effect=None), IDENTITY, f"{S}.Effect", "The statement has no Effect"),
    (one(Effect="allow"), IDENTITY, f"{S}.Effect", "'allow' is not an effect"),
    (one(Action=None), IDENTITY, S, "neither Action nor NotAction"),
    (one(NotAction="iam:*"), IDENTITY, f"{S}.NotAction", "Action and NotAction stand together"),
    (one(NotResource="*"), IDENTITY, f"{S}.NotResource", "Resource and NotResource stand together"),
    (one(Actions="s3:*"), IDENTITY, f"{S}.Actions", "'Actions' is not a policy element"),
    (one(Sid=7), IDENTITY, f"{S}.Sid", "7 is not a text"),
    (one(Sid="Read it"), IDENTITY, f"{S}.Sid", "'Read it' is not a Sid"),
    (one(Action=[]), IDENTITY, f"{S}.Action", "The list is empty"),
    (one(Action=["s3:GetObject", "GetObject"]), IDENTITY, f"{S}.Action[1]", "'GetObject' is not an action"),
    (one(Action=["s3:GetObject", None]), IDENTITY, f"{S}.Action[1]", "null is not a text"),
    (one(Action={"s3": "GetObject"}), IDENTITY, f"{S}.Action", "is not a text"),
    (one(Resource="payroll"), IDENTITY, f"{S}.Resource", "'payroll' is not a resource"),
    (one(Resource=["*", "arn:aws:s3:::${aws:username"]), IDENTITY, f"{S}.Resource[1]", "is not closed"),
    (one(Resource=None), IDENTITY, S, "neither Resource nor NotResource"),
    (one(Resource="arn:aws:s3"), Place.SESSION, f"{S}.Resource", "'arn:aws:s3' is a short ARN"),
    (one(Principal="*"), IDENTITY, f"{S}.Principal", "There can be no Principal here"),
    (one(), RESOURCE, S, "The statement has no Principal"),
    (one(Principal=["*"]), RESOURCE, f"{S}.Principal", "Principal is a list"),
    (one(Principal="111122223333"), RESOURCE, f"{S}.Principal", "'111122223333' is not a principal"),
    (one(Principal={}), RESOURCE, f"{S}.Principal", "{} is not a principal"),
    (one(Principal={"User": ANA}), RESOURCE, f"{S}.Principal.User", "'User' is not a policy element"),
    (one(Principal={"aws": ANA}), RESOURCE, f"{S}.Principal.aws", "'aws' is not a policy element"),
    (one(Principal={"AWS": ["*", 7]}), RESOURCE, f"{AWS}[1]", "7 is not a text"),
    (one(Principal={"AWS": "arn:aws:iam::111122223333:group/staff"}), RESOURCE, AWS, "The group 'staff' cannot be"),
    (one(Principal={"AWS": "arn:aws:iam::111122223333:role/*"}), RESOURCE, AWS, "A wildcard cannot be part"),
    (one(Principal={"AWS": "arn:aws:sts::111122223333:assumed-role/x"}), RESOURCE, AWS, "is not a role session"),
    (one(Principal={"AWS": "sns.amazonaws.com"}), RESOURCE, AWS, "'sns.amazonaws.com' is a service"),
    (one(Principal={"Service": "*"}), RESOURCE, f"{S}.Principal.Service", "is not a service principal"),
    (one(Principal={"Federated": "idp"}), TRUST, f"{S}.Principal.Federated", "is not an identity provider"),
    (one(Principal={"CanonicalUser": "x"}), RESOURCE, f"{S}.Principal.CanonicalUser", "not a canonical user ID"),
    (one(NotPrincipal={"AWS": ANA}), RESOURCE, f"{S}.NotPrincipal", "NotPrincipal works only with Deny"),
    (one(Principal={"AWS": ANA}, Action="sts:AssumeRole"), TRUST, f"{S}.Resource", "A trust policy has no Resource"),
    (one(Condition=[]), IDENTITY, C, "Condition is a JSON object"),
    (cond("StringEqual", "x"), IDENTITY, f"{C}.StringEqual", "'StringEqual' is not a condition operator"),
    (cond("stringequals", "x"), IDENTITY, f"{C}.stringequals", "'stringequals' is not a condition operator"),
    (cond("ForEach:StringEquals", "x"), IDENTITY, f"{C}.ForEach:StringEquals", "'ForEach' is not a set operator"),
    (cond("NullIfExists", "true"), IDENTITY, f"{C}.NullIfExists", "'NullIfExists' does not exist"),
    (one(Condition={"Bool": "true"}), IDENTITY, f"{C}.Bool", "Bool needs keys"),
    (cond("StringEquals", "x", "aws:"), IDENTITY, f"{C}.StringEquals.aws:", "'aws:' is not a condition key"),
    (cond("StringEquals", ["a", None]), IDENTITY, f"{C}.StringEquals.aws:x[1]", "null cannot be a condition value"),
    (cond("StringEquals", {"a": 1}), IDENTITY, f"{C}.StringEquals.aws:x", "cannot be a condition value"),
    (cond("NumericEquals", "ten"), IDENTITY, f"{C}.NumericEquals.aws:x", "NumericEquals cannot compare with 'ten'"),
    (cond("DateLessThan", ["2026-01-01", "soon"]), IDENTITY, f"{C}.DateLessThan.aws:x[1]", "compare with 'soon'"),
    (cond("IpAddress", "10.0.0.0/33"), IDENTITY, f"{C}.IpAddress.aws:x", "not an IP address or CIDR range"),
    (cond("BinaryEquals", "?"), IDENTITY, f"{C}.BinaryEquals.aws:x", "not base64"),
    (cond("Bool", "yes"), IDENTITY, f"{C}.Bool.aws:x", "'yes' is neither true nor false"),
    (cond("Null", "${aws:username}"), IDENTITY, f"{C}.Null.aws:x", "is neither true nor false"),
    (cond("StringLike", "${username}"), IDENTITY, f"{C}.StringLike.aws:x", "is not a policy variable"),
    (one(Effect="Allow", Principal="*", Action="s3:*"), Place.RCP, f"{S}.Effect", "can only Deny"),
]


@pytest.mark.parametrize(
    ("source", "place", "where", "what"),
    [pytest.param(*row, id=f"{n}-{row[3]}") for n, row in enumerate(BY_HAND)],
)
def test_faults_by_hand_name_the_place_and_the_fault(source: Any, place: Place, where: str, what: str) -> None:
    error = fault(source, place)
    assert error.where == where
    assert what in error.what


def test_the_remedy_names_what_was_meant() -> None:
    assert fault(one(action="s3:*"), IDENTITY).remedy == "Did you mean 'Action'? Case matters."
    assert fault(cond("StringEqual", "x"), IDENTITY).remedy == "Did you mean 'StringEquals'? Names are case-sensitive."
    assert "Known here: Version, Id, Statement" in fault(one() | {"Owner": "ana"}, IDENTITY).remedy


def test_in_a_stack_the_error_names_the_policy() -> None:
    with pytest.raises(PolicyError) as caught:
        Policies(identity=[one(), one(Effect="allow")])
    assert caught.value.where == "identity[1].Statement[0].Effect"


def test_a_deny_never_vanishes_with_an_unknown_operator() -> None:
    with pytest.raises(PolicyError):
        Policies(identity=[one(Effect="Deny", Condition={"StringEqualss": {"aws:username": "ana"}})])


REQUESTS: list[tuple[dict[str, Any], str, str]] = [
    ({"principal": ""}, "principal", "cannot make a request"),
    ({"principal": None}, "principal", "cannot make a request"),
    ({"principal": 7}, "principal", "cannot make a request"),
    ({"principal": "ana"}, "principal", "cannot make a request"),
    ({"principal": "*"}, "principal", "cannot make a request"),
    ({"principal": "111122223333"}, "principal", "cannot make a request"),
    ({"principal": "arn:aws:iam::111122223333:group/staff"}, "principal", "cannot make a request"),
    ({"principal": "arn:aws:iam::111122223333:policy/p"}, "principal", "cannot make a request"),
    ({"principal": "arn:aws:iam::111122223333:user/*"}, "principal", "cannot make a request"),
    ({"principal": "arn:aws:iam::1111:user/ana"}, "principal", "cannot make a request"),
    ({"principal": "arn:amazon:iam::111122223333:user/ana"}, "principal", "is not a partition"),
    ({"principal": "arn:aws:sts::111122223333:assumed-role/auditor"}, "principal", "is not a role session"),
    ({"action": ""}, "action", "is not one action"),
    ({"action": None}, "action", "is not one action"),
    ({"action": "GetObject"}, "action", "is not one action"),
    ({"action": "s3:*"}, "action", "is not one action"),
    ({"action": "s3:Get?bject"}, "action", "is not one action"),
    ({"action": ["s3:GetObject"]}, "action", "is not one action"),
    ({"resource": ""}, "resource", "is not an ARN"),
    ({"resource": "payroll"}, "resource", "is not an ARN"),
    ({"resource": "arn:aws:s3:::payroll/*"}, "resource", "is not one resource"),
    ({"resource": "arn:aws:s3"}, "resource", "is not an ARN"),
    ({"resource": None}, "resource", "is not one resource"),
    ({"context": None}, "context", "A NoneType is not a context"),
    ({"context": ["aws:SourceIp"]}, "context", "A list is not a context"),
    ({"context": {"SourceIp": "203.0.113.7"}}, "context", "'SourceIp' is not a condition key"),
    ({"context": {"": "x"}}, "context", "'' is not a condition key"),
    ({"context": {7: "x"}}, "context", "7 is not a condition key"),
    ({"context": {"aws:SourceIp": None}}, "context['aws:SourceIp']", "A NoneType cannot be a context value"),
    ({"context": {"aws:SourceIp": {"a": 1}}}, "context['aws:SourceIp']", "A dict cannot be a context value"),
    ({"context": {"aws:SourceIp": b"x"}}, "context['aws:SourceIp']", "A bytes cannot be a context value"),
    ({"context": {"aws:TagKeys": ["a", None]}}, "context['aws:TagKeys']", "A NoneType cannot be a context value"),
    ({"context": {"aws:TagKeys": [["a"]]}}, "context['aws:TagKeys']", "A list cannot be a context value"),
    ({"context": {"aws:x": math.nan}}, "context['aws:x']", "nan cannot be a context value"),
    ({"context": {"aws:x": HUGE}}, "context['aws:x']", "A int cannot be a context value"),
    ({"context": {"aws:x": "1", "AWS:X": "2"}}, "context", "'AWS:X' is given twice"),
    ({"resource_account": "1111"}, "resource_account", "'1111' is not an account ID"),
    ({"resource_account": 111122223333}, "resource_account", "111122223333 is not an account ID"),
]


@pytest.mark.parametrize(("change", "where", "what"), REQUESTS, ids=range(len(REQUESTS)))
def test_requests_that_nobody_can_make(change: dict[str, Any], where: str, what: str) -> None:
    good = {"principal": ANA, "action": "s3:GetObject", "resource": PAYSLIP, "context": {"aws:SourceIp": "203.0.113.7"}}
    Request(**good)
    with pytest.raises(RequestError) as caught:
        Request(**(good | change))
    assert caught.value.where == where
    assert what in caught.value.what
    assert caught.value.remedy


def test_a_fault_of_the_kit_is_an_iamkit_error() -> None:
    for kind in (PolicyError, RequestError):
        assert issubclass(kind, IamkitError)
    assert Request(ANONYMOUS, "s3:GetObject", PAYSLIP).caller.account is None


def test_there_are_enough_of_them() -> None:
    assert len(BY_HAND) >= 50
