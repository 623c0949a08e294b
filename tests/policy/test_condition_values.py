"""The values that conditions compare: numbers, dates, addresses, bytes, truth values.

Source: IAM User Guide, reference_policies_elements_condition_operators.
"""

from typing import Any

import pytest

from iamkit.policy.conditions import binary, instant, network, number
from iamkit.readings import Readings
from tests.policy.meets import met

KEY = "aws:test"


class TestNumbers:
    @pytest.mark.parametrize("text", ["10", "10.0", "10.", "1e1", "+10", "010"])
    def test_one_number_has_many_spellings(self, text: str) -> None:
        assert met({"NumericEquals": {KEY: "10"}}, {KEY: text})

    def test_decimals_are_exact(self) -> None:
        assert met({"NumericEquals": {KEY: "0.3"}}, {KEY: "0.30"})
        assert met({"NumericGreaterThan": {KEY: "9007199254740992"}}, {KEY: "9007199254740993"})

    def test_json_numbers_may_drop_their_quotes(self) -> None:
        assert met({"NumericLessThanEquals": {"s3:max-keys": 10}}, {"s3:max-keys": "10"})

    @pytest.mark.parametrize(("operator", "expected"), [("NumericEquals", False), ("NumericNotEquals", True)])
    def test_a_word_is_no_number(self, operator: str, expected: bool) -> None:
        assert met({operator: {KEY: "10"}}, {KEY: "ten"}) is expected

    @pytest.mark.parametrize(
        "text", ["", "ten", "1,5", "1_000", "0x10", "nan", "inf", "1e9999", "１２", "²", " 1", "--1"]
    )
    def test_what_is_no_number(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"not a number\."):
            number(text)


class TestDates:
    @pytest.mark.parametrize(
        "text",
        [
            # W3C, NOTE-datetime: year, month, day, minute, second, fraction; and epoch seconds.
            "2026",
            "2026-01",
            "2026-01-01",
            "2026-01-01T00:00Z",
            "2026-01-01T00:00:00Z",
            "2026-01-01T00:00:00.000Z",
            "2026-01-01T01:00:00+01:00",
            "2025-12-31T19:00:00-05:00",
            "2026-01-01T00:00:00",
            "1767225600",
            "1767225600.0",
        ],
    )
    def test_one_instant_has_many_spellings(self, text: str) -> None:
        assert instant(text) == 1767225600

    def test_seconds_before_1970_are_negative(self) -> None:
        assert instant("1969-12-31T23:59:00Z") == -60
        assert instant("-86400") == instant("1969-12-31")

    def test_fractions_count(self) -> None:
        assert met({"DateLessThan": {KEY: "2026-01-01T00:00:00.5Z"}}, {KEY: "2026-01-01T00:00:00.499Z"})

    def test_an_hour_of_another_zone_is_another_instant(self) -> None:
        assert not met({"DateEquals": {KEY: "2026-01-01T00:00:00Z"}}, {KEY: "2026-01-01T00:00:00+01:00"})

    @pytest.mark.parametrize(("operator", "expected"), [("DateEquals", False), ("DateNotEquals", True)])
    def test_a_word_is_no_date(self, operator: str, expected: bool) -> None:
        assert met({operator: {KEY: "2026-01-01"}}, {KEY: "yesterday"}) is expected

    @pytest.mark.parametrize("text", ["", "yesterday", "2026-13", "2026-02-30", "26-01-01", "12:00", "²²²²²", "1e9"])
    def test_what_is_no_date(self, text: str) -> None:
        with pytest.raises(ValueError, match="not an ISO 8601 date"):
            instant(text)


class TestAddresses:
    @pytest.mark.parametrize(
        ("listed", "value", "expected"),
        [
            ("203.0.113.0/24", "203.0.113.0", True),
            ("203.0.113.0/24", "203.0.113.255", True),
            ("203.0.113.0/24", "203.0.114.0", False),
            ("203.0.113.7", "203.0.113.7", True),
            ("203.0.113.7", "203.0.113.8", False),
            ("203.0.113.7/24", "203.0.113.99", True),
            ("0.0.0.0/0", "8.8.8.8", True),
            ("0.0.0.0/0", "2001:db8::1", False),
            ("2001:DB8:1234:5678::/64", "2001:db8:1234:5678:ffff::1", True),
            ("2001:DB8:1234:5678::/64", "2001:db8:1234:5679::1", False),
            ("2001:db8::1", "2001:0db8:0:0:0:0:0:1", True),
            ("2001:db8::1", "2001:db8::2", False),
            ("::/0", "203.0.113.7", False),
        ],
    )
    def test_ipv4_and_ipv6_ranges(self, listed: str, value: str, expected: bool) -> None:
        assert met({"IpAddress": {"aws:SourceIp": listed}}, {"aws:SourceIp": value}) is expected
        assert met({"NotIpAddress": {"aws:SourceIp": listed}}, {"aws:SourceIp": value}) is not expected

    def test_both_versions_in_one_list(self) -> None:
        listed = ["203.0.113.0/24", "2001:DB8:1234:5678::/64"]
        for value in ("203.0.113.9", "2001:db8:1234:5678::9"):
            assert met({"IpAddress": {"aws:SourceIp": listed}}, {"aws:SourceIp": value})
            assert not met({"NotIpAddress": {"aws:SourceIp": listed}}, {"aws:SourceIp": value})

    def test_a_name_is_no_address(self) -> None:
        assert not met({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}, {"aws:SourceIp": "localhost"})

    @pytest.mark.parametrize(
        "text",
        ["", "localhost", "203.0.113", "203.0.113.256", "203.0.113.0/33", "2001:db8::/129", "10.0.0.0/255.0.0.0",
         "fe80::1%eth0", "203.0.113.0/", "*", " 203.0.113.7"],
    )  # fmt: skip
    def test_what_is_no_address(self, text: str) -> None:
        with pytest.raises(ValueError, match="not an IP address"):
            network(text)


class TestBinary:
    def test_bytes_are_compared_not_letters(self) -> None:
        # The guide's table: the same base64 matches, an access key ID does not.
        listed = "QmluYXJ5VmFsdWVJbkJhc2U2NA=="
        assert met({"BinaryEquals": {KEY: listed}}, {KEY: listed})
        assert not met({"BinaryEquals": {KEY: listed}}, {KEY: "ASIAIOSFODNN7EXAMPLE"})
        assert not met({"BinaryEquals": {KEY: listed}}, {KEY: "no base64!"})

    @pytest.mark.parametrize("text", ["a", "abc", "a b=", "ä", "QmluYXJ5*"])
    def test_what_is_no_base64(self, text: str) -> None:
        with pytest.raises(ValueError, match="not base64"):
            binary(text)


class TestBool:
    @pytest.mark.parametrize(("listed", "value"), [("true", "true"), (True, "True"), ("FALSE", False)])
    def test_case_does_not_matter_and_json_booleans_do(self, listed: Any, value: Any) -> None:
        context = str(value).lower() if isinstance(value, bool) else value
        assert met({"Bool": {KEY: listed}}, {KEY: context})

    def test_variables_in_bool_are_text_or_variables(self) -> None:
        # condition_operators lists them as supported; reference_policies_variables does not.
        condition = {"Bool": {"aws:a": "${aws:b}"}}
        context = {"aws:a": "true", "aws:b": "true"}
        assert not met(condition, context)
        assert met(condition, context, Readings(bool_takes_variables=True))
        assert not met(condition, {**context, "aws:b": "false"}, Readings(bool_takes_variables=True))
        assert not met(condition, context, Readings(bool_takes_variables=True), version="2008-10-17")


class TestEmptyLists:
    @pytest.mark.parametrize(
        ("written", "missing", "present"),
        [
            # access-analyzer-reference-policy-checks, "Empty array condition ...": ForAnyValue never matches;
            # ForAllValues and IfExists match only if the key is missing.
            ("StringEquals", False, False),
            ("StringEqualsIfExists", True, False),
            ("ForAllValues:StringEquals", True, False),
            ("ForAnyValue:StringEquals", False, False),
        ],
    )
    def test_no_value_matches_an_empty_list(self, written: str, missing: bool, present: bool) -> None:
        assert met({written: {KEY: []}}, {}) is missing
        assert met({written: {KEY: []}}, {KEY: "x"}) is present
