"""smallest_change: what it finds opens, nothing smaller does, and the world before stays as it is."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings

import iamkit as ik
from iamkit.prove.edits import REMOVE, Edit, edits
from iamkit.prove.opening import Closed, Opening, smallest_change
from iamkit.semantics import ruling
from iamkit.world import Who
from tests.prove.worlds import READ, one_user, world_of
from tests.short import ANA, AUDITOR, BUCKET, KEY, MALLORY, OBJECT, OTHER, OWN, ROOT, Json, allow, deny, policy, trust
from tests.strategies import CALLERS, Question, questions

GET = "s3:GetObject"
STOP = deny("s3:*", sid="Stop")


def joined(*documents: Json) -> Json:
    """One policy with the statements of all."""
    return policy(*(one for document in documents for one in document["Statement"]))


def told(found: Any) -> list[tuple[str, str]]:
    """The edits, each as its kind and its place."""
    assert isinstance(found, Opening), found
    return [(edit.kind, edit.where) for edit in found.edits]


def opened(world: ik.World, who: Who, action: str, resource: str, **given: Any) -> list[tuple[str, str]]:
    """The edits found, which are held against the evaluator in the changed world."""
    found = smallest_change(world, who, action, resource, **given)
    assert isinstance(found, Opening)
    asked = found.witness.request
    assert found.after.decide(who, asked.action, asked.resource, asked.context).allowed
    assert not world.can(who, action, resource)
    return told(found)


IDENTITY, RESOURCE = "identity-based policy", "resource-based policy"
OWN_POLICIES, BUCKET_POLICY = "the identity-based policies of user ana", f"the resource-based policy of {BUCKET}"


def test_a_yes_needs_no_change() -> None:
    found = smallest_change(one_user(READ), ANA, GET, f"{BUCKET}/*")
    assert isinstance(found, Opening) and found.edits == () and found.witness.request.action == GET
    assert found.explain().startswith(f"Nothing has to change: {ANA} can {GET} on {BUCKET}/*.")
    assert repr(found) == "<Opening: nothing has to change>"


def test_inside_an_account_one_allow_on_either_side_is_enough() -> None:
    """policy-eval-denyallow: in one account, an Allow of the identity side or of the resource side suffices."""
    world = one_user()
    world.accounts[OWN].resource(BUCKET)
    assert opened(world, ANA, GET, f"{BUCKET}/*") == [(IDENTITY, OWN_POLICIES)]
    found = smallest_change(world, ANA, GET, f"{BUCKET}/*")
    assert found.edits[0].statement == {"Sid": "Opening", "Effect": "Allow", "Action": GET, "Resource": f"{BUCKET}/*"}
    assert [[(edit.kind, edit.where) for edit in change] for change in found.others] == [[(RESOURCE, BUCKET_POLICY)]]
    assert found.others[0][0].statement["Principal"] == {"AWS": ANA}


def test_a_deny_has_to_go_whatever_allows() -> None:
    world = one_user(joined(allow("s3:*"), STOP))
    assert opened(world, ANA, GET, OBJECT) == [(REMOVE, "the inline policy inline-1 of user ana")]
    found = smallest_change(world, ANA, GET, OBJECT)
    assert found.edits[0].statement == STOP["Statement"][0] and found.others == ()
    assert "find out first what the Deny is there for" in found.explain()


def test_behind_a_deny_there_may_be_silence() -> None:
    world = one_user(STOP)
    both = [(REMOVE, "the inline policy inline-1 of user ana"), (IDENTITY, OWN_POLICIES)]
    assert opened(world, ANA, GET, OBJECT) == both
    assert "More stands behind that. The smallest change that opens it, 2 edits:" in (
        smallest_change(world, ANA, GET, OBJECT).explain()
    )
    assert not smallest_change(world, ANA, GET, OBJECT, most=1)


def test_of_two_denies_with_the_same_place_in_their_policies_both_go() -> None:
    world = one_user(allow("s3:*"), deny("s3:Get*"), deny("s3:GetObject"))
    both = [(REMOVE, f"the inline policy inline-{number} of user ana") for number in (2, 3)]
    assert opened(world, ANA, GET, OBJECT) == both


def test_a_deny_of_a_group_and_of_a_managed_policy() -> None:
    world = ik.World()
    home = world.account(OWN)
    home.policy("Guard", STOP)
    home.group("staff", policies=["Guard"], inline={"more": deny("s3:Get*", sid="More")})
    home.user("ana", groups=["staff"], policies=[allow("s3:*")])
    both = [(REMOVE, "the inline policy more of group staff"), (REMOVE, "the managed policy Guard")]
    assert opened(world, ANA, GET, OBJECT) == both
    assert world.managed(f"arn:aws:iam::{OWN}:policy/Guard").document.document == STOP


def test_across_accounts_both_sides_must_allow() -> None:
    """policy-eval-cross-account: the resource-based policy and the caller's own policies."""
    world = one_user()
    world.account(OTHER).resource(BUCKET)
    assert opened(world, ANA, GET, f"{BUCKET}/*") == [(IDENTITY, OWN_POLICIES), (RESOURCE, BUCKET_POLICY)]
    mallory = smallest_change(world, f"arn:aws:iam::{OTHER}:root", GET, f"{BUCKET}/*")
    assert told(mallory) == []  # the root user of the bucket's own account


def test_the_boundary_must_allow_too_and_a_bucket_policy_that_names_the_user_goes_around_it() -> None:
    """access_policies_boundaries: a policy that names the user itself is not limited by its boundary's silence."""
    world = ik.World()
    home = world.account(OWN)
    home.policy("limit", allow("ec2:*"))
    home.user("ana", policies=[READ], boundary="limit")
    assert opened(world, ANA, GET, OBJECT) == [("permissions boundary", "the permissions boundary limit of user ana")]
    home.resource(BUCKET)
    found = smallest_change(world, ANA, GET, OBJECT)
    assert told(found) == [(RESOURCE, BUCKET_POLICY)]
    assert found.others[0][0].kind == "permissions boundary"


def organized(**root: Any) -> ik.World:
    world = one_user(allow("s3:*"))
    world.account("999999999999")
    organization = world.organize("o-acme", management="999999999999", **root)
    organization.root.unit("Work", accounts=[OWN])
    return world


def test_every_silent_level_of_scps_needs_an_allow() -> None:
    """orgs_manage_policies_scps_evaluation: an Allow at every level from the root to the account."""
    world = organized(scps=[allow("ec2:*")])
    assert world.organization is not None
    world.organization.root.units[0].scps = [ik.Policy.parse(allow("sqs:*"), "queues")]
    service = "service control policy"
    assert opened(world, ANA, GET, OBJECT) == [(service, "the SCPs at Root"), (service, "the SCPs at Work")]
    assert [one.name for one in world.organization.root.units[0].scps] == ["queues"]


def test_a_deny_of_an_scp_and_of_an_rcp() -> None:
    world = organized(scps=[allow(), STOP], rcps=[deny("s3:*", to="*", sid="Shut")])
    world.accounts[OWN].resource(BUCKET)
    assert opened(world, ANA, GET, OBJECT) == [(REMOVE, "the RCP[0] at Root"), (REMOVE, "the SCP[1] at Root")]


def test_the_reading_that_wants_a_star_in_scps() -> None:
    world = organized(scps=[allow("ec2:*")])
    world.readings = ik.Readings(scp_allow_needs_star_resource=True)
    found = smallest_change(world, ANA, GET, OBJECT)
    assert [edit.statement["Resource"] for edit in found.edits] == ["*"]


def test_a_role_opens_by_its_trust_policy() -> None:
    world = one_user(allow("sts:AssumeRole"))
    world.accounts[OWN].role("auditor", trust=trust(MALLORY))
    assert opened(world, ANA, "sts:AssumeRole", AUDITOR) == [
        ("role trust policy", "the trust policy of role auditor"),
    ]
    added = smallest_change(world, ANA, "sts:AssumeRole", AUDITOR).edits[0].statement
    assert added == {"Sid": "Opening", "Effect": "Allow", "Principal": {"AWS": ANA}, "Action": "sts:AssumeRole"}
    below = f"arn:aws:iam::{OWN}:role/*"
    assert opened(world, ANA, "sts:AssumeRole", below) == [("role trust policy", "the trust policy of role auditor")]


def test_a_question_about_a_pattern_opens_at_one_thing_of_several() -> None:
    """The policy of a queue speaks of that queue: an Allow in it names what it covers of the question."""
    world = one_user(allow("sqs:*"))
    queues = f"arn:aws:sqs:eu-west-1:{OTHER}:jobs-"
    other = world.account(OTHER)
    other.resource(f"{queues}a", policy=deny("sqs:*", to="*", sid="Shut"))
    other.resource(f"{queues}b")
    found = smallest_change(world, ANA, "sqs:SendMessage", f"{queues}*")
    assert told(found) == [(RESOURCE, f"the resource-based policy of {queues}b")] and not found.others
    assert found.edits[0].statement["Resource"] == [f"{queues}b"]
    assert found.witness.request.resource == f"{queues}b"


def test_a_key_opens_by_its_key_policy() -> None:
    """KMS, key-policies: without the key policy, no IAM policy is of use."""
    world = one_user(allow("kms:*"))
    world.accounts[OWN].resource(KEY, policy=allow("kms:*", to=f"arn:aws:iam::{OTHER}:root"))
    assert opened(world, ANA, "kms:Decrypt", KEY) == [(RESOURCE, f"the key policy of {KEY}")]


@pytest.mark.parametrize(
    ("caller", "principal"),
    [
        (ik.ANONYMOUS, "*"),
        ("lambda.amazonaws.com", {"Service": "lambda.amazonaws.com"}),
        ("arn:aws:iam::222222222222:role/guest", {"AWS": "arn:aws:iam::222222222222:role/guest"}),
        (f"arn:aws:iam::{OWN}:saml-provider/office", {"Federated": f"arn:aws:iam::{OWN}:saml-provider/office"}),
    ],
)
def test_a_caller_from_outside_is_named_by_the_bucket_policy(caller: str, principal: Any) -> None:
    world = one_user()
    world.accounts[OWN].resource(BUCKET)
    assert opened(world, caller, GET, f"{BUCKET}/*") == [(RESOURCE, BUCKET_POLICY)]
    assert smallest_change(world, caller, GET, OBJECT).edits[0].statement["Principal"] == principal


def test_what_an_endpoint_policy_keeps_out() -> None:
    world = one_user(allow("s3:*", when={"StringEquals": {"aws:SourceVpce": "vpce-1"}}))
    world.accounts[OWN].endpoint(
        "vpce-1", policy(*deny("s3:*", to="*", sid="Shut")["Statement"], *allow(to="*")["Statement"])
    )
    found = smallest_change(world, ANA, GET, OBJECT)
    assert told(found) == [(REMOVE, "the policy of VPC endpoint vpce-1")]


# What cannot be edited is not among the changes


def test_block_public_access_refuses_a_public_statement() -> None:
    world = one_user()
    world.accounts[OWN].resource(BUCKET, block_public_access=True)
    assert isinstance(smallest_change(world, ik.ANONYMOUS, GET, OBJECT), Closed)


def test_an_aws_managed_policy_is_not_edited() -> None:
    world = ik.World()
    world.managed("arn:aws:iam::aws:policy/Limit", allow("ec2:*"))
    world.account(OWN).user("ana", policies=[READ], boundary="arn:aws:iam::aws:policy/Limit")
    found = smallest_change(world, ANA, GET, OBJECT)
    assert isinstance(found, Closed) and not found
    assert "no Allow in the permissions boundary" in found.blocking
    assert "No change of up to 3 statements opens it" in found.explain()


@pytest.mark.parametrize("path", ["/aws-service-role/x.amazonaws.com/", "/aws-reserved/sso.amazonaws.com/"])
def test_a_role_that_belongs_to_somebody_else_is_not_edited(path: str) -> None:
    world = ik.World()
    role = world.account(OWN).role("theirs", path=path, trust=trust({"Service": "x.amazonaws.com"}))
    assert isinstance(smallest_change(world, role, "ec2:RunInstances", "*"), Closed)


def test_no_statement_opens_what_a_rule_closes() -> None:
    """id_credentials_sts-comparison: the root user cannot call AssumeRole."""
    world = one_user()
    world.accounts[OWN].role("auditor", trust=trust(OWN))
    found = smallest_change(world, ROOT, "sts:AssumeRole", AUDITOR)
    assert isinstance(found, Closed)
    assert "never open to the root user" in found.explain()


# Unknown

MIXED = {"NumericLessThan": {"s3:max-keys": "5"}, "StringLike": {"s3:max-keys": "a?b"}}
"""Whether a value is a number below 5 and like ``a?b`` is not decided: the kit knows no theory of both at once."""


def test_unknown_stays_unknown() -> None:
    found = smallest_change(one_user(allow("s3:*", when=MIXED)), ANA, GET, OBJECT)
    assert isinstance(found, ik.Unknown) and "s3:max-keys" in found.reason


def test_unknown_where_a_smaller_change_is_not_decided() -> None:
    """Without the Deny, nobody knows whether the Allow with the mixed condition can apply; with one Allow more, yes."""
    found = smallest_change(one_user(allow("s3:*", when=MIXED), STOP), ANA, GET, OBJECT)
    assert isinstance(found, ik.Unknown)
    assert "remove the Deny Stop from the inline policy inline-2 of user ana" in found.reason


def test_a_larger_change_that_is_not_decided_does_not_count() -> None:
    world = one_user(joined(allow("s3:*"), STOP), allow("s3:Get*", when=MIXED))
    assert opened(world, ANA, GET, OBJECT) == [(REMOVE, "the inline policy inline-1 of user ana")]


def test_unknown_where_too_much_would_have_to_be_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    world = one_user(STOP)
    assert smallest_change(world, ANA, GET, OBJECT)
    monkeypatch.setattr("iamkit.prove.opening.TRIED", 1)
    found = smallest_change(world, ANA, GET, OBJECT)
    assert isinstance(found, ik.Unknown) and "more than 1 changes" in found.reason


def test_a_bucket_policy_says_nothing_about_another_service() -> None:
    world = one_user()
    for name in "abcdef":
        world.accounts[OWN].resource(f"arn:aws:s3:::{name}-store")
    tables = smallest_change(world, ANA, "dynamodb:GetItem", "*")
    assert told(tables) == [(IDENTITY, OWN_POLICIES)] and not tables.others
    objects = smallest_change(world, ANA, GET, "arn:aws:s3:::*/*")
    assert told(objects) == [(IDENTITY, OWN_POLICIES)] and len(objects.others) == 6
    assert "or one of 3 more." in objects.explain()


# The answer as an object


def test_the_forms_of_the_answer() -> None:
    world = one_user()
    world.accounts[OWN].resource(BUCKET)
    found = smallest_change(world, ANA, GET, f"{BUCKET}/*")
    assert found.to_dict()["edits"][0]["edit"] == "add"
    assert found.to_dict()["others"][0][0]["where"] == BUCKET_POLICY
    bundle = found._repr_mimebundle_()
    assert bundle["text/plain"] == found.explain()
    assert "&quot;Effect&quot;: &quot;Allow&quot;" in bundle["text/html"]
    assert repr(found) == f"<Opening: Add an Allow for {GET} on {BUCKET}/* to {OWN_POLICIES}>"
    closed = smallest_change(one_user(), ik.ANONYMOUS, GET, OBJECT)
    assert closed.to_dict()["edits"] is None and closed._repr_mimebundle_()["text/plain"] == closed.explain()


# Held against trying everything


def every_edit(world: ik.World, who: Who, action: str, resource: str) -> Iterator[Edit]:
    """All edits around the question, whether or not a proof speaks of them."""
    here = world.situation(who, resource)
    layers = ruling(here.caller, here.target, here.policies).layers
    blocking = [f"no Allow in the {layer.name}" for layer in layers]
    blocking += [f"Deny {c.statement.name} in the {layer.name}" for layer in layers for c in layer.clauses]
    return edits(world, who, action, resource, blocking)


@settings(max_examples=60, deadline=None)
@given(questions(tuple(CALLERS)))
def test_it_is_the_smallest_of_all(question: Question) -> None:
    world, who = world_of(question)
    found = smallest_change(world, who, question.action, question.resource, most=2)
    if isinstance(found, ik.Unknown) or (found and not found.edits):
        return
    asked = who, question.action, question.resource
    single = {edit.measure: edit.after for edit in every_edit(world, *asked)}
    opening = [(measure,) for measure, after in single.items() if isinstance(after.can(*asked), ik.Witness)]
    if not opening:
        opening = [tuple(sorted((first, edit.measure))) for first, after in single.items()
                   for edit in every_edit(after, *asked)
                   if edit.measure != first and isinstance(edit.after.can(*asked), ik.Witness)]  # fmt: skip
    expected = sorted(set(opening), key=lambda change: ([m[0] for m in change], [m[1] for m in change]))
    if isinstance(found, Closed):
        assert expected == []
        return
    assert [tuple(edit.measure for edit in change) for change in (found.edits, *found.others)] == expected
