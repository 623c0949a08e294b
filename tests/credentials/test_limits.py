"""What STS checks besides policies: facts B.2, B6 and B11, both sides of every boundary (STS API Reference)."""

from typing import Any

import pytest

from iamkit.credentials import limits
from iamkit.credentials.limits import Refusal
from iamkit.errors import RequestError, WorldError
from tests.credentials.desk import Desk, issued, refused
from tests.short import OTHER, OWN, allow, trust

READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def error_of(check: Any, *given: Any, **more: Any) -> str:
    with pytest.raises(Refusal) as found:
        check(*given, **more)
    return found.value.error


# B.2 and B6: durations.


@pytest.mark.parametrize("longest", [3600, 7200, 43_200])
def test_B2_a_role_session_lasts_from_900_seconds_to_the_roles_maximum(longest: int) -> None:
    assert limits.role_duration(900, longest, chained=False) == 900
    assert limits.role_duration(longest, longest, chained=False) == longest
    assert error_of(limits.role_duration, 899, longest, chained=False) == "ValidationError"
    assert error_of(limits.role_duration, longest + 1, longest, chained=False) == "ValidationError"


def test_B2_a_role_session_lasts_an_hour_unless_somebody_says_otherwise() -> None:
    assert limits.role_duration(None, 43_200, chained=False) == 3600


def test_B6_a_chained_session_is_refused_beyond_an_hour_and_not_cut() -> None:
    assert limits.role_duration(3600, 43_200, chained=True) == 3600
    assert limits.role_duration(None, 43_200, chained=True) == 3600
    assert error_of(limits.role_duration, 3601, 43_200, chained=True) == "ValidationError"


def test_B6_a_service_is_not_bound_by_the_roles_maximum() -> None:
    assert limits.role_duration(43_200, None, chained=False) == 43_200
    assert error_of(limits.role_duration, 43_201, None, chained=False) == "ValidationError"


def test_B6_a_roles_maximum_is_between_one_hour_and_twelve() -> None:
    own = Desk()
    assert [own.role(f"r{n}", max_session=n).max_session for n in (3600, 43_200)] == [3600, 43_200]
    for wrong in (3599, 43_201):
        with pytest.raises(WorldError, match="not allowed"):
            own.role("wrong", max_session=wrong)


def test_B2_user_tokens_last_from_900_to_129600_seconds_and_12_hours_by_default() -> None:
    assert [limits.user_duration(n, is_root=False) for n in (900, 129_600, None)] == [900, 129_600, 43_200]
    assert error_of(limits.user_duration, 899, is_root=False) == "ValidationError"
    assert error_of(limits.user_duration, 129_601, is_root=False) == "ValidationError"


def test_B6_the_root_users_tokens_are_cut_to_an_hour() -> None:
    asked = (900, 3600, 3601, 129_600, None)
    assert [limits.user_duration(n, is_root=True) for n in asked] == [900, 3600, 3600, 3600, 3600]
    assert error_of(limits.user_duration, 899, is_root=True) == "ValidationError"


def test_B2_assume_root_lasts_at_most_900_seconds() -> None:
    assert [limits.ASSUME_ROOT.check(n) for n in (0, 900, None)] == [0, 900, 900]
    assert error_of(limits.ASSUME_ROOT.check, -1) == error_of(limits.ASSUME_ROOT.check, 901) == "ValidationError"


@pytest.mark.parametrize("wrong", ["3600", 3600.0, True])
def test_a_duration_is_a_whole_number(wrong: Any) -> None:
    with pytest.raises(RequestError, match="is not a duration"):
        limits.ROLE.check(wrong)


# B11: parameters.


@pytest.mark.parametrize(
    "parameter, least, most",
    [("name", 2, 64), ("external_id", 2, 1224), ("source_identity", 2, 64)],
)
def test_B11_lengths_of_assume_roles_parameters(parameter: str, least: int, most: int) -> None:
    desk = Desk()
    for length in (least, most):
        desk.open(**{parameter: "a" * length})
    for length in (0, least - 1, most + 1):
        assert desk.refuse(**{parameter: "a" * length}).error == "ValidationError"


def test_B11_the_name_of_a_federated_user_has_2_to_32_characters() -> None:
    desk = Desk()
    for length in (2, 32):
        assert desk.sts.get_federation_token(desk.key, "a" * length)
    for length in (1, 33):
        assert refused(desk.sts.get_federation_token(desk.key, "a" * length)).error == "ValidationError"


@pytest.mark.parametrize("name", ["two words", "a/b", "a:b", "año", "a\n", "a*"])
def test_B11_characters_of_a_session_name(name: str) -> None:
    assert Desk().refuse(name=name).error == "ValidationError"


def test_B11_an_external_id_may_hold_colons_and_slashes() -> None:
    desk = Desk()
    desk.open(external_id="acme:audit/2026+a=b,c.d@e-f_g")
    assert desk.refuse(external_id="acme audit").error == "ValidationError"


@pytest.mark.parametrize("wrong", ["aws:ana", "AWS:ana"])
def test_B11_a_source_identity_does_not_begin_with_aws(wrong: str) -> None:
    assert Desk().refuse(source_identity=wrong).error == "ValidationError"


@pytest.mark.parametrize("parameter", ["name", "external_id", "source_identity"])
def test_a_parameter_that_is_no_text(parameter: str) -> None:
    with pytest.raises(RequestError, match="is not a text"):
        Desk().refuse(**{parameter: 17})


# B11 and B12: session tags.


def test_B11_at_most_50_session_tags() -> None:
    desk = Desk()
    desk.open(tags={f"k{n}": "v" for n in range(50)})
    assert desk.refuse(tags={f"k{n}": "v" for n in range(51)}).error == "ValidationError"


@pytest.mark.parametrize(
    "tag, fits",
    [
        ({"k" * 128: "v"}, True), ({"k" * 129: "v"}, False), ({"": "v"}, False),
        ({"k": "v" * 256}, True), ({"k": "v" * 257}, False), ({"k": ""}, True),
        ({"aws:k": "v"}, False), ({"AWS:k": "v"}, False), ({"cost center": "a b"}, True), ({"k": "a*"}, False),
    ],
)  # fmt: skip
def test_B11_keys_and_values_of_session_tags(tag: dict[str, str], fits: bool) -> None:
    # id_session-tags; "Session tags must follow the rules for naming tags in IAM and AWS STS".
    desk = Desk()
    answer = desk.sts.assume_role(desk.key, desk.app, "morning", tags=tag)
    assert bool(answer) is fits
    assert fits or refused(answer).error == "ValidationError"


def test_B12_keys_of_tags_compare_without_case() -> None:
    assert Desk().refuse(tags={"Team": "a", "team": "b"}).error == "InvalidParameterValue"


def test_B12_a_transitive_key_is_among_the_tags() -> None:
    desk = Desk()
    assert desk.refuse(tags={"team": "a"}, transitive=["cost"]).error == "InvalidParameterValue"
    assert desk.open(tags={"team": "a"}, transitive=["TEAM"]).transitive == {"team": "a"}
    assert desk.open(tags={"team": "a"}, transitive="team").transitive == {"team": "a"}
    assert desk.open(tags={"team": "a"}, transitive=(key for key in ["team"])).transitive == {"team": "a"}


def test_tags_are_pairs_of_texts() -> None:
    with pytest.raises(RequestError, match="pair of texts"):
        Desk().refuse(tags={"team": 7})


# B11: session policies.


def test_B11_at_most_2048_characters_of_session_policies() -> None:
    desk = Desk()
    short = '{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*","Sid":"%s"}}'
    fill = 2048 - len(short % "")
    desk.open(policy=short % ("a" * fill))
    assert desk.refuse(policy=short % ("a" * (fill + 1))).error == "ValidationError"


def test_B11_of_a_managed_session_policy_the_arn_is_sent_and_counted() -> None:
    desk = Desk()
    long = allow([f"s3:Get{n:04}*" for n in range(300)])
    arns = [desk.own.policy(f"{'p' * 120}{n}", long).arn for n in range(11)]
    desk.open(policy_arns=arns[:10])
    assert desk.refuse(policy_arns=arns).error == "ValidationError"
    assert desk.refuse(policy=allow([f"s3:{'x' * 600}"]), policy_arns=arns[:10]).error == "ValidationError"


def test_B11_managed_session_policies_are_of_the_roles_account_or_awss() -> None:
    desk = Desk()
    desk.world.managed(READ_ONLY, allow("s3:Get*"))
    other = desk.world.account(OTHER).policy("reading", allow("s3:Get*"))
    desk.open(policy_arns=[READ_ONLY])
    answer = desk.refuse(policy_arns=[other.arn])
    assert answer.error == "ValidationError" and OWN in answer.message
    away = desk.world.accounts[OTHER].role("away", trust=trust(OWN, "sts:*"))
    assert desk.sts.assume_role(desk.key, away, "morning", policy_arns=[other.arn])


@pytest.mark.parametrize(
    "wrong",
    ["{", '{"Statement": []', {"Statement": {"Effect": "Maybe", "Action": "*", "Resource": "*"}},
     allow("*", to="*"), allow("s3:*", "arn:aws:s3:payroll")],
)  # fmt: skip
def test_C7_a_malformed_session_policy(wrong: Any) -> None:
    # STS API Reference: MalformedPolicyDocument. Short ARNs too: reference-arns.
    assert Desk().refuse(policy=wrong).error == "MalformedPolicyDocument"


def test_several_session_policies_allow_what_any_of_them_allows() -> None:
    desk = Desk()
    desk.world.managed(READ_ONLY, allow("s3:Get*"))
    session = issued(desk.sts.assume_role(desk.key, desk.app, "morning", policy=allow("sqs:*"), policy_arns=READ_ONLY))
    asked = ("s3:GetObject", "sqs:SendMessage", "s3:PutObject")
    assert [desk.may(session, action) for action in asked] == [True, True, False]
