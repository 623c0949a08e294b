"""The sample worlds: they are as the kit writes them, and what they tell is so."""

import json

import jsonschema
import pytest

from iamkit.errors import WorldError
from iamkit.files.worldfile import sample, save
from iamkit.identity.principals import Session
from tests.files.test_worldfile import ID, SCHEMA, WORLDS, document

SAMPLES = ["acme", "later", "payroll", "start"]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_written_as_the_kit_writes_it(name, tmp_path):
    save(sample(name), tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == (WORLDS / f"{name}.json").read_bytes()


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_fits_the_published_schema(name):
    given = json.loads((WORLDS / f"{name}.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(SCHEMA).validate(given)


def test_every_sample_is_tested_here():
    assert sorted(path.stem for path in WORLDS.glob("*.json") if path.stem != "world.schema") == SAMPLES


def test_an_unknown_sample_lists_those_there_are():
    with pytest.raises(WorldError, match=r"There are: acme, later, payroll, start\."):
        sample("nothing-like-it")


def test_mallory_cannot_read_the_payroll_until_her_boundary_is_widened():
    world = sample("payroll")
    mallory, salaries = f"arn:aws:iam::{ID}:user/mallory", "arn:aws:s3:::acme-payroll/*"
    assert not world.can(mallory, "s3:GetObject", salaries)
    account = world.accounts[ID]
    account.policies.pop("ContractorCeiling")
    account.policy("ContractorCeiling", document(action="s3:*", resource="arn:aws:s3:::acme-*"))
    assert world.can(mallory, "s3:GetObject", salaries)


@pytest.mark.parametrize(
    ("user", "action", "effect"),
    [
        ("payroll/ana", "s3:GetObject", "Allowed"),
        ("payroll/ana", "s3:PutObject", "ImplicitlyDenied"),  # without MFA
        ("payroll/ana", "s3:DeleteObject", "ExplicitlyDenied"),
        ("ben", "s3:GetObject", "ImplicitlyDenied"),
        ("carol", "s3:DeleteObject", "Allowed"),
        ("mallory", "s3:GetObject", "ImplicitlyDenied"),
    ],
)
def test_the_people_of_the_payroll_sample(user, action, effect):
    decision = sample("payroll").decide(f"arn:aws:iam::{ID}:user/{user}", action, "arn:aws:s3:::acme-payroll/may.csv")
    assert decision.effect == effect


def test_the_outside_auditor_needs_the_external_id():
    world = sample("acme")
    oscar, role = "arn:aws:iam::123456789012:user/oscar", f"arn:aws:iam::{ID}:role/outside/audit-reader"
    assert not world.decide(oscar, "sts:AssumeRole", role)
    assert world.decide(oscar, "sts:AssumeRole", role, {"sts:ExternalId": "acme-2026"})


def test_the_auditor_reads_reports_and_nothing_else():
    world = sample("acme")
    session = Session(f"arn:aws:iam::{ID}:role/outside/audit-reader", "oscar")
    assert world.decide(session, "s3:GetObject", "arn:aws:s3:::acme-payroll/reports/may.csv")
    assert not world.decide(session, "s3:GetObject", "arn:aws:s3:::acme-payroll/salaries.csv")


def test_scps_limit_production_and_tooling_and_not_management():
    world = sample("acme")
    tooling = world.accounts["444455556666"]
    tooling.policy("Everything", document(action="*"))
    tooling.user("eve", policies=["Everything"])
    assert not world.decide(tooling.arn("user/eve"), "ec2:RunInstances", "*")
    assert world.decide(tooling.arn("user/eve"), "codebuild:StartBuild", "*")
    maria = "arn:aws:iam::777788889999:user/maria"
    assert world.decide(maria, "organizations:LeaveOrganization", "*")
    production = Session(f"arn:aws:iam::{ID}:role/payroll-admin", "maria")
    assert world.decide(production, "organizations:LeaveOrganization", "*").effect == "ExplicitlyDenied"
