"""The company with a sales team, for lesson 10: who may read what, from which network."""

from typing import Any

from iamkit.lessons.company import ACCOUNT, MALLORY, PAYROLL, larger_company, policy, statement
from iamkit.lessons.formulas import ACME, ACME_FILES, FILES, READ
from iamkit.policies import Source
from iamkit.policy.document import Policy
from iamkit.prove.answers import Answer
from iamkit.world import World

MFA, ADDRESS = "aws:MultiFactorAuthPresent", "aws:SourceIp"
OFFICE, VPN = "203.0.113.0/24", "198.51.100.0/24"
BY_YEAR = policy(ACME_FILES, statement("Deny", READ, f"{PAYROLL}/20*", sid="NotPayroll"))


def sales(source: Source) -> World:
    """The company, where Mallory is in a group ``sales`` with this policy."""
    world = larger_company()
    acme = world.accounts[ACCOUNT]
    acme.group("sales", inline={"SalesFiles": source})
    acme.users["mallory"].groups.append("sales")
    return world


def steps() -> list[tuple[str, World]]:
    """The steps of the slider: a Deny that grows, and at last has a condition."""

    def step(resource: str, condition: dict[str, Any] | None = None) -> World:
        deny = statement("Deny", READ, f"{PAYROLL}{resource}", sid="NotPayroll", condition=condition)
        return sales(policy(ACME_FILES, deny))

    return [
        ("no Deny at all", sales(policy(ACME_FILES))),
        ("Deny acme-payroll", step("")),
        ("Deny acme-payroll/20*", step("/20*")),
        ("Deny acme-payroll/*", step("/*")),
        ("Deny acme-payroll/*, without MFA", step("/*", {"BoolIfExists": {MFA: "false"}})),
    ]


_KEEP = statement("Deny", "s3:DeleteObject*", FILES, sid="KeepRecords", principal="*")
_BY_VPN = statement("Deny", "s3:*", FILES, sid="OnlyByVpn", principal="*", condition={"NotIpAddress": {ADDRESS: VPN}})
_WITH_MFA = statement("Deny", "s3:*", FILES, sid="OnlyWithMfa", principal="*",
                      condition={"BoolIfExists": {MFA: "false"}})  # fmt: skip


def two_networks(mallory: Source | None = None, without: str = "") -> World:
    """The company, where sales read from the office only, and the payroll bucket lets in the VPN only.

    Args:
        mallory: one more policy for Mallory.
        without: the Sid of a statement of the bucket's policy to leave out.
    """
    office = statement("Allow", READ, ACME, sid="OfficeFiles", condition={"IpAddress": {ADDRESS: OFFICE}})
    world = sales(policy(office))
    if mallory is not None:
        world.accounts[ACCOUNT].users["mallory"].inline["Extra"] = Policy.parse(mallory, name="Extra")
    return with_bucket_policy(world, policy(*(s for s in (_KEEP, _BY_VPN) if s["Sid"] != without)))


def with_bucket_policy(world: World, source: Source) -> World:
    """The same world, with this policy on the payroll bucket."""
    acme = world.accounts[ACCOUNT]
    del acme.resources[PAYROLL]
    acme.resource(PAYROLL, policy=source)
    return world


def own_policies() -> World:
    """The company, where Mallory may write policies for herself."""
    world = larger_company()
    own = policy(statement("Allow", "iam:PutUserPolicy", MALLORY, sid="OwnPolicies"))
    world.accounts[ACCOUNT].users["mallory"].inline["Own"] = Policy.parse(own, name="Own")
    return world


def reasons(*away: str) -> Answer:
    """Can Mallory, who is allowed all of S3, delete payroll files without MFA? Some Denies of the bucket are away."""
    kept = [s for s in (_KEEP, _BY_VPN, _WITH_MFA) if s["Sid"] not in away]
    everything = policy(statement("Allow", "s3:*", "*", sid="AllOfS3"))
    world = with_bucket_policy(sales(everything), policy(*kept))
    return world.can(MALLORY, "s3:DeleteObject", FILES, where={MFA: None})
