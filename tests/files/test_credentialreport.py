"""Credential reports. Source of columns and values: IAM User Guide, id_credentials_getting-report."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from iamkit.errors import WorldError
from iamkit.files.credentialreport import add_reports
from iamkit.files.gaad import from_gaad
from iamkit.files.worldfile import load, to_dict
from iamkit.world import World

ID = "111122223333"
NINE = 1_795_510_800  # 2026-11-24T09:00:00Z
HEADER = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,"
    "mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,"
    "access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,"
    "access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,"
    "cert_1_last_rotated,cert_2_active,cert_2_last_rotated"
)
COLUMNS = HEADER.split(",")
DUMP = {"UserDetailList": [{"Arn": f"arn:aws:iam::{ID}:user/{name}"} for name in ("ana", "payroll/ben")]}


def line(user: str, **given: str) -> str:
    """A line of somebody who holds nothing, with what is given."""
    arn = f"arn:aws:iam::{ID}:root" if user == "<root_account>" else f"arn:aws:iam::{ID}:user/{user}"
    cells = dict.fromkeys(COLUMNS, "N/A") | {
        "user": user.rpartition("/")[2],
        "arn": arn,
        "user_creation_time": "2026-01-01T00:00:00+00:00",
        **{column: "FALSE" for column in COLUMNS if column.endswith(("_active", "_enabled"))},
    }
    return ",".join((cells | given).values())


ROOT = line("<root_account>", password_enabled="not_supported", password_last_used="2026-11-24T09:00:00+00:00",
            password_last_changed="not_supported", password_next_rotation="not_supported",
            mfa_active="TRUE")  # fmt: skip
ANA = line("ana", password_enabled="TRUE", password_last_used="no_information",
           password_last_changed="2026-11-24T09:00:00+00:00", mfa_active="TRUE", access_key_1_active="TRUE",
           access_key_1_last_rotated="2026-11-24T09:00:00+00:00",
           access_key_1_last_used_date="2026-11-24T10:00:00+00:00", access_key_1_last_used_region="eu-west-1",
           access_key_1_last_used_service="s3", access_key_2_last_rotated="2026-11-24T08:00:00+00:00",
           cert_1_active="TRUE", cert_1_last_rotated="2026-11-24T09:00:00+00:00")  # fmt: skip
BEN = line("payroll/ben")


def report(*lines: str, header: str = HEADER) -> str:
    return "\n".join((header, *lines)) + "\n"


WHOLE = report(ROOT, ANA, BEN)


def read(text: Any) -> World:
    return from_gaad(DUMP, credential_report=text)


def test_what_each_user_holds() -> None:
    account = read(WHOLE).accounts[ID]
    ana, ben = account.users["ana"].holdings, account.users["ben"].holdings
    assert ana.password is not None
    assert (ana.password.changed, ana.password.last_used) == (NINE, None)
    first, second = ana.access_keys
    assert (first.status, first.created, first.last_used) == ("Active", NINE, NINE + 3600)
    # A key that is not active and has a date is there, and inactive.
    assert (second.status, second.created, second.last_used) == ("Inactive", NINE - 3600, None)
    assert [one.status for one in ana.certificates] == ["Active"]
    assert len(ana.mfa_devices) == 1
    assert not ben


def test_the_root_user_always_had_a_password_where_the_report_does_not_say() -> None:
    root = read(WHOLE).accounts[ID].root_holdings
    assert root.password is not None
    assert (root.password.changed, root.password.last_used) == (None, NINE)
    assert len(root.mfa_devices) == 1
    assert root.access_keys == []
    # Member accounts may have no root credentials at all (id_root-user).
    without = read(report(line("<root_account>"), ANA, BEN)).accounts[ID].root_holdings
    assert without.password is None


def test_without_a_report_nothing_is_held() -> None:
    account = from_gaad(DUMP).accounts[ID]
    assert not account.root_holdings
    assert not account.users["ana"].holdings


def test_the_cli_boto3_files_and_text_are_read_alike(tmp_path: Any) -> None:
    answer = {"Content": base64.b64encode(WHOLE.encode()).decode(), "ReportFormat": "text/csv",
              "GeneratedTime": "2026-11-24T09:00:00+00:00"}  # fmt: skip
    (tmp_path / "report.json").write_text(json.dumps(answer), encoding="utf-8")
    (tmp_path / "report.csv").write_bytes(b"\xef\xbb\xbf" + WHOLE.replace("\n", "\r\n").encode())
    wanted = to_dict(read(WHOLE))
    for source in (answer, json.dumps(answer), {"Content": WHOLE.encode()}, WHOLE.encode(), tmp_path / "report.json",
                   str(tmp_path / "report.csv"), [WHOLE]):  # fmt: skip
        assert to_dict(read(source)) == wanted


def test_the_order_of_columns_and_new_ones_do_not_matter() -> None:
    cells = [dict(zip(COLUMNS, one.split(","), strict=True)) for one in (ROOT, ANA, BEN)]
    header = ["new", *reversed(COLUMNS)]
    lines = [",".join(["", *(row[column] for column in header[1:])]) for row in cells]
    assert to_dict(read(report(*lines, header=",".join(header)))) == to_dict(read(WHOLE))


def test_a_world_with_credentials_is_saved_and_loaded() -> None:
    world = read(WHOLE)
    assert to_dict(load(to_dict(world))) == to_dict(world)
    credentials = to_dict(world)["accounts"][ID]["users"]["ana"]["credentials"]
    assert credentials["access_keys"][1] == {"created": "2026-11-24T08:00:00Z", "status": "Inactive"}


def test_users_who_came_or_went_between_dump_and_report_are_noted() -> None:
    world = read(report(ROOT, ANA, line("gone")))
    assert world.notes == [
        f"credential_report, line 4: arn:aws:iam::{ID}:user/gone is not in the dump",
        f"credential_report: arn:aws:iam::{ID}:user/payroll/ben is not in it; its credentials are not known",
    ]


def test_credentials_beyond_what_the_report_shows_are_noted() -> None:
    header, more = f"{HEADER},additional_credentials_info", f"{ANA},1 additional certificate"
    world = read(report(f"{ROOT},N/A", more, f"{BEN},", header=header))
    assert world.notes == [
        f"credential_report, line 3: arn:aws:iam::{ID}:user/ana has credentials that are not in it"]  # fmt: skip


def test_reports_of_several_accounts() -> None:
    other = "444455556666"
    dumps = [DUMP, {"UserDetailList": [{"Arn": f"arn:aws:iam::{other}:user/eve"}]}]
    second = report(ROOT, line("eve", access_key_1_active="TRUE")).replace(ID, other)
    world = from_gaad(dumps, credential_report=[WHOLE, second])
    assert [key.is_active for key in world.accounts[other].users["eve"].holdings.access_keys] == [True]
    assert world.notes == []


FAULTS: dict[str, tuple[Any, str, str, str]] = {
    "a date that is none": (report(ANA.replace("2026-11-24T10:00:00+00:00", "yesterday")),
                            "credential_report, line 2, access_key_1_last_used_date", "yesterday", "N/A"),
    "neither true nor false": (report(ROOT, line("ana", mfa_active="yes")), "credential_report, line 3, mfa_active",
                               "'yes' is neither TRUE nor FALSE", "get-credential-report"),
    "a user's password not supported": (report(line("ana", password_enabled="not_supported")),
                                        "credential_report, line 2, password_enabled", "neither TRUE nor FALSE", ""),
    "another account": (report(ANA.replace(ID, "444455556666")), "credential_report, line 2, arn",
                        "no account 444455556666", "Give the dump"),
    "a role": (report(ANA.replace(":user/", ":role/")), "credential_report, line 2, arn", "not the ARN of a user", ""),
    "a user twice": (report(ANA, BEN, ANA), "credential_report, line 4, arn", "at line 2 already", ""),
    "another name": (report(ANA.replace("ana,", "eve,", 1)), "credential_report, line 2, user", "'eve' is not", ""),
    "a user named as root": (report(ANA.replace("ana,", "<root_account>,", 1)), "credential_report, line 2, user",
                             "is not the name", ""),
    "a cut line": (report(ROOT, ANA.rpartition(",")[0]), "credential_report, line 3", "21 values for 22 columns", ""),
    "an open quote": (report(ROOT, '"' + ANA), "credential_report, line 3", "no CSV", ""),
    "a missing column": (WHOLE.replace("mfa_active,", "mfa,", 1), "credential_report, line 1", "no column mfa_active",
                         ""),
    "a spreadsheet": (b"\xff\xfe\x00", "credential_report", "not UTF-8", ""),
    "no report": ({"UserDetailList": []}, "credential_report", "no credential report", "CSV text"),
    "broken base64": ({"Content": "user,arn"}, "credential_report.Content", "no base64", ""),
    "a file that is not there": ("no/such/report.csv", "no/such/report.csv", "no such file", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_with_line_and_column(name: str) -> None:
    text, where, what, remedy = FAULTS[name]
    with pytest.raises(WorldError) as caught:
        read(text)
    assert caught.value.where == where
    assert what in caught.value.what
    assert remedy in caught.value.remedy
    assert caught.value.remedy


def test_a_fault_leaves_nothing_half_done() -> None:
    world = from_gaad(DUMP)
    with pytest.raises(WorldError):
        add_reports(world, report(ROOT, ANA, line("payroll/ben", mfa_active="yes")))
    assert not world.accounts[ID].users["ana"].holdings
    assert not world.accounts[ID].root_holdings
    assert world.notes == []


ODD = st.sampled_from(["", "N/A", "TRUE", "maybe", "2026-11-24T09:00:00+00:00", "2026-13-01", "arn:aws:iam::1:user/x",
                       "<root_account>", "\"", "a,b", "\u2028", "\x00"]) | st.text(max_size=8)  # fmt: skip


@given(st.integers(0, 3), st.integers(0, len(COLUMNS) - 1), ODD)
def test_anything_in_a_report_is_taken_or_told(number: int, column: int, odd: str) -> None:
    lines = [one.split(",") for one in (HEADER, ROOT, ANA, BEN)]
    lines[number][column] = odd
    try:
        world = read("\n".join(",".join(cells) for cells in lines))
    except WorldError as fault:
        assert fault.where.startswith("credential_report") and fault.remedy
    else:
        assert to_dict(load(to_dict(world))) == to_dict(world)


@pytest.mark.parametrize("wrong", [7, 7.5, ["x"], {}])
def test_what_is_no_report_at_all_is_told(wrong: Any) -> None:
    with pytest.raises(WorldError):
        read(wrong)
