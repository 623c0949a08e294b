"""The command line: what it prints, and its exit status."""

import json
from pathlib import Path

import pytest

from iamkit.cli import main

ANA, MALLORY = "arn:aws:iam::111122223333:user/payroll/ana", "arn:aws:iam::111122223333:user/mallory"
MARCH = "arn:aws:s3:::acme-payroll/march.csv"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(arguments)
    out, err = capsys.readouterr()
    return status, out, err


def test_an_allowed_request_exits_with_0_and_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(
        capsys, "decide", "payroll", "--principal", ANA, "--action", "s3:GetObject", "--resource", MARCH
    )
    assert status == 0
    assert out.startswith("Allowed by statement Read of 'ReadPayroll'")


def test_a_denied_request_exits_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("--action", "s3:GetObject", "--resource", MARCH)
    status, out, _ = run(capsys, "decide", "payroll", "--principal", MALLORY, *asked)
    assert status == 1
    assert out.startswith("Implicitly denied") and "permissions boundary" in out
    plain_http = ("--context", "aws:SecureTransport=false")
    status, out, _ = run(capsys, "decide", "payroll", "--principal", ANA, *asked, *plain_http)
    assert status == 1
    assert out.startswith("Explicitly denied by statement OnlyOverTls")


def test_json_is_for_scripts(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("--principal", ANA, "--action", "s3:GetObject", "--resource", MARCH, "--json")
    status, out, _ = run(capsys, "decide", "payroll", *asked)
    assert (status, json.loads(out)["effect"]) == (0, "Allowed")


def test_asking_for_one_principal_answers_yes_or_no(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("--action", "s3:Get*", "--resource", "arn:aws:s3:::acme-payroll/*")
    status, out, _ = run(capsys, "ask", "payroll", "--principal", ANA, *asked)
    assert (status, out.startswith("Yes: ")) == (0, True)
    status, out, _ = run(capsys, "ask", "payroll", "--principal", MALLORY, *asked)
    assert (status, out.startswith("No: ")) == (1, True)
    only_plain_http = ("--where", "aws:SecureTransport=false")
    status, out, _ = run(capsys, "ask", "payroll", "--principal", ANA, *asked, *only_plain_http, "--json")
    assert (status, json.loads(out)["answer"]) == (1, "no")


def test_asking_without_principal_lists_who_can(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("--action", "s3:GetObject", "--resource", "arn:aws:s3:::acme-payroll/*", "--json")
    status, out, _ = run(capsys, "ask", "payroll", *asked)
    assert status == 0
    assert ANA in json.loads(out)["who"] and MALLORY not in json.loads(out)["who"]
    nobody = ("--action", "s3:GetObject", "--resource", "arn:aws:s3:::acme-payroll/*")
    assert run(capsys, "ask", "payroll", *nobody, "--where", "aws:SecureTransport=false")[0] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere", "--principal", ANA), "There is no sample world 'nowhere'"),
        (("nowhere.json", "--principal", ANA), "There is no such file"),
        (("payroll", "--principal", "arn:aws:iam::111122223333:group/payroll"), "A group never makes a request"),
        (("payroll", "--principal", "arn:aws:iam::111122223333:user/malory"), "Did you mean"),
    ],
)
def test_faults_exit_with_2_and_one_line(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    status, out, err = run(capsys, "decide", *arguments, "--action", "s3:GetObject", "--resource", MARCH)
    assert (status, out) == (2, "")
    assert err.startswith("iamkit: ") and said in err and err.count("\n") == 1


def test_a_context_without_equals_sign_is_a_usage_fault(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(
            ["decide", "payroll", "--principal", ANA, "--action", "a:b", "--resource", "*", "--context", "aws:SourceIp"]
        )
    assert stop.value.code == 2
    assert "KEY=VALUE" in capsys.readouterr().err


def test_an_account_dump_is_told_from_a_world_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    user = {
        "Path": "/",
        "UserName": "eve",
        "UserId": "AIDAEXAMPLE12345678",
        "Arn": "arn:aws:iam::111122223333:user/eve",
    }
    read = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}
    user["UserPolicyList"] = [{"PolicyName": "read", "PolicyDocument": read}]  # type: ignore[assignment]
    dump = {"UserDetailList": [user], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
    path = tmp_path / "dump.json"
    path.write_text(json.dumps(dump))
    asked = ("--principal", user["Arn"], "--action", "s3:GetObject", "--resource", MARCH)
    assert run(capsys, "decide", str(path), *asked)[0] == 0


def test_draw_writes_a_picture_and_says_what_it_shows(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    target = tmp_path / "world.svg"
    status, out, _ = run(capsys, "draw", "payroll", "--output", str(target))
    assert status == 0 and out.strip()
    assert target.read_text().startswith("<svg") and "mallory" in target.read_text()
