"""Numbers, dates, addresses and bytes: one value for each region that the bounds cut."""

import ipaddress
from decimal import Decimal

import pytest

from iamkit.arn import Pattern
from iamkit.evaluate import passes
from iamkit.formula import Bytes, Compare, InNetwork, Is
from iamkit.prove.values import Undecided, witness


def number(relation: str, bound: str) -> Compare:
    return Compare("number", relation, Decimal(bound))


@pytest.mark.parametrize(
    ("passing", "failing", "possible"),
    [
        ([number(">", "1"), number("<", "2")], [], True),  # 1.5: numbers need not be whole
        ([number(">", "1"), number("<", "1")], [], False),
        ([number(">=", "1"), number("<=", "1")], [], True),
        ([number(">=", "1"), number("<=", "1")], [number("==", "1")], False),
        ([number("==", "5"), number("<", "5")], [], False),
        ([], [number("<", "5"), number(">=", "5")], True),  # a text that is no number passes neither
    ],
)
def test_numbers(passing: list, failing: list, possible: bool) -> None:
    found = witness("s3:max-keys", tuple(passing), tuple(failing))
    assert (found is not None) == possible
    if found is not None:
        assert all(passes(Is(test), found, {}) for test in passing)
        assert not any(passes(Is(test), found, {}) for test in failing)


def net(text: str) -> InNetwork:
    return InNetwork(ipaddress.ip_network(text))


@pytest.mark.parametrize(
    ("inside", "outside", "possible"),
    [
        (["10.0.0.0/8"], ["10.0.0.0/9", "10.128.0.0/9"], False),
        (["10.0.0.0/8"], ["10.0.0.0/9", "10.128.0.0/10"], True),
        (["10.0.0.0/8", "11.0.0.0/8"], [], False),
        (["2001:db8::/32"], ["2001:db8::/33"], True),
        (["2001:db8::/32"], ["::/0"], False),
        (["10.0.0.0/8"], ["::/0"], True),
        ([], ["0.0.0.0/0"], True),  # an IPv6 address, or no address at all
    ],
)
def test_networks(inside: list[str], outside: list[str], possible: bool) -> None:
    found = witness("aws:sourceip", tuple(map(net, inside)), tuple(map(net, outside)))
    assert (found is not None) == possible


def test_dates_are_written_as_people_write_them() -> None:
    later = Compare("date", ">", Decimal(1_795_510_800))
    assert witness("aws:currenttime", (later,), ()) == "2026-11-24T09:00:01Z"


def test_bytes() -> None:
    assert witness("k:b", (Bytes(b"a"),), ()) == "YQ=="
    assert witness("k:b", (Bytes(b"a"), Bytes(b"b")), ()) is None
    assert witness("k:b", (), (Bytes(b"a"),)) is not None


def test_witnesses_look_human() -> None:
    assert witness("resource", (Pattern.glob("arn:aws:s3:::payroll/*"),), ()) == "arn:aws:s3:::payroll/example"
    assert witness("action", (Pattern.glob("s3:put*", fold=True),), ()) == "s3:PutObject"


def test_tests_of_two_types_on_one_value_are_not_decided_when_no_candidate_fits() -> None:
    with pytest.raises(Undecided, match="different types"):
        witness("k:x", (number(">", "5"), Pattern.glob("12345*")), (Pattern.glob("123450*"), number("<", "7")))
