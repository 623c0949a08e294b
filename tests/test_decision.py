"""Decisions as a reader sees them: effect, reason, trace, pictures."""

import json
import re
from html.parser import HTMLParser

import pytest

import iamkit as ik
from iamkit.errors import RequestError
from tests.short import (
    ALLOWED,
    ANA,
    APP,
    APP_SESSION,
    AUDITOR,
    BUCKET,
    EXPLICIT,
    IMPLICIT,
    KEY,
    MALLORY,
    OBJECT,
    OTHER,
    OWN,
    ROOT,
    Json,
    allow,
    decision,
    deny,
    effect,
    policy,
    trust,
)

GET = "s3:GetObject"
SILENT = allow("ec2:*")


# The three effects.


def test_a_decision_is_true_only_when_allowed() -> None:
    allowed = decision(ANA, GET, OBJECT, identity=[allow()])
    implicit = decision(ANA, GET, OBJECT)
    explicit = decision(ANA, GET, OBJECT, identity=[deny()])
    assert [found.effect for found in (allowed, implicit, explicit)] == [ALLOWED, IMPLICIT, EXPLICIT]
    assert [bool(found) for found in (allowed, implicit, explicit)] == [True, False, False]
    assert [found.allowed for found in (allowed, implicit, explicit)] == [True, False, False]


# deciding and blocking: the same for programs.


def test_deciding_statements() -> None:
    stack = {"identity": [SILENT, allow(GET, sid="Read")], "boundary": allow("s3:*", sid="Limit")}
    found = decision(ANA, GET, OBJECT, **stack).deciding
    assert [(layer, clause.policy.name, clause.statement.sid) for layer, clause in found] == [
        ("identity-based policies", "identity[1]", "Read"),
        ("permissions boundary", "boundary", "Limit"),
    ]


def test_of_several_allows_one_is_named() -> None:
    found = decision(ANA, GET, OBJECT, identity=[allow(sid="First"), allow(sid="Second")]).deciding
    assert [clause.statement.sid for _, clause in found] == ["First"]


def test_of_an_implicit_deny_no_statement_decides() -> None:
    assert decision(ANA, GET, OBJECT, identity=[SILENT]).deciding == ()


def test_only_denies_that_apply_decide() -> None:
    both = policy(*deny("ec2:*", sid="Other")["Statement"], *deny(GET, sid="This")["Statement"])
    named = policy(*deny(GET, to=APP, sid="NotMe")["Statement"], *deny(GET, to=ANA, sid="Me")["Statement"])
    found = decision(ANA, GET, OBJECT, identity=[both], resource=named).deciding
    assert [clause.statement.sid for _, clause in found] == ["Me", "This"]


def test_blocking_layers() -> None:
    assert decision(ANA, GET, OBJECT, identity=[allow()], boundary=SILENT).blocking == ("permissions boundary",)
    assert decision(MALLORY, GET, OBJECT, owner=OWN).blocking == ("resource-based policy", "identity-based policies")
    assert decision(ANA, GET, OBJECT, identity=[allow()]).blocking == ()
    assert decision(ANA, GET, OBJECT, identity=[deny()]).blocking == ()


def test_what_blocks_really_blocks() -> None:
    # With an Allow in every blocking layer the request is allowed.
    stack: Json = {"identity": [SILENT], "boundary": SILENT, "scps": [[SILENT]], "session": SILENT}
    found = decision(APP_SESSION, GET, OBJECT, **stack)
    assert found.blocking == ("SCP at scps[0]", "identity-based policies", "permissions boundary", "session policy")
    opened: Json = {"identity": [allow()], "boundary": allow(), "scps": [[allow()]], "session": allow()}
    for closed in stack:
        assert effect(APP_SESSION, GET, OBJECT, **{**opened, closed: stack[closed]}) == IMPLICIT
    assert effect(APP_SESSION, GET, OBJECT, **opened) == ALLOWED


# The trace.


def test_the_trace_has_every_layer_in_the_order_of_evaluation() -> None:
    # policy-eval-denyallow: Deny, RCPs, SCPs, resource-based, identity-based, boundary, session.
    stack = {
        "session": allow(), "boundary": allow(), "identity": [allow()], "resource": allow(to=OWN),
        "scps": {"Root": [allow()], "Prod": [allow()]}, "rcps": {"Root": []}, "endpoint": allow(to="*"),
    }  # fmt: skip
    names = [layer.name for layer in decision(APP_SESSION, GET, OBJECT, **stack).trace]
    assert names == [
        "RCP at Root", "SCP at Root", "SCP at Prod", "VPC endpoint policy", "resource-based policy",
        "identity-based policies", "permissions boundary", "session policy",
    ]  # fmt: skip


def test_the_trace_says_what_matched_and_what_did_not() -> None:
    narrow = policy(
        *allow("s3:Put*", sid="Write")["Statement"],
        *allow("s3:*", "arn:aws:s3:::reports/*", sid="Reports")["Statement"],
        *allow(when={"Bool": {"aws:MultiFactorAuthPresent": "true"}}, sid="Mfa")["Statement"],
        *allow(when={"StringEquals": {"aws:PrincipalTag/Team": ["red", "blue"]}}, sid="Team")["Statement"],
        {"Sid": "NotS3", "Effect": "Allow", "NotAction": "s3:*", "NotResource": OBJECT},
        *allow(GET, OBJECT, when={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, sid="Yes")["Statement"],
    )
    context = {"aws:PrincipalTag/Team": "green", "aws:SourceIp": "10.1.1.1"}
    found = decision(ANA, GET, OBJECT, context, identity=[narrow])
    assert str(found.trace).splitlines() == [
        "· resource-based policy is not there",
        "✓ identity-based policies allow",
        "    ○ Allow identity[0] / Write: Action s3:Put* does not match s3:GetObject",
        "    ○ Allow identity[0] / Reports: Resource arn:aws:s3:::reports/* does not match " + OBJECT,
        "    ○ Allow identity[0] / Mfa: Condition Bool aws:MultiFactorAuthPresent 'true' does not hold: "
        "the request has no aws:MultiFactorAuthPresent",
        "    ○ Allow identity[0] / Team: Condition StringEquals aws:PrincipalTag/Team 'red' or 'blue' does not hold: "
        "the request has 'green'",
        "    ○ Allow identity[0] / NotS3: NotAction s3:* excludes s3:GetObject",
        "    ● Allow identity[0] / Yes: it applies; met: Condition IpAddress aws:SourceIp",
    ]


def test_the_trace_says_whom_a_principal_names() -> None:
    named = policy(
        *allow(GET, to={"AWS": [APP, OTHER], "Service": "ec2.amazonaws.com"}, sid="Others")["Statement"],
        *allow(GET, to=OWN, sid="Account")["Statement"],
        {"Sid": "Spared", "Effect": "Deny", "NotPrincipal": {"AWS": [OWN, ANA]}, "Action": "*", "Resource": "*"},
    )
    layer = next(iter(decision(ANA, GET, OBJECT, resource=named).trace))
    assert [clause.reason for clause in layer.clauses] == [
        f"the Principal names role {APP}, account {OTHER} or service ec2.amazonaws.com, not the caller",
        "it applies; it names the account, which only delegates",
        "NotPrincipal lists the caller",
    ]
    assert [clause.applies for clause in layer.clauses] == [False, True, False]


def test_layers_agree_with_their_verbs() -> None:
    grant = {"GranteePrincipal": ANA, "Operations": ["Encrypt"]}
    found = decision(ANA, "kms:Decrypt", KEY, identity=[deny()], resource=allow(to=ROOT), grants=[grant])
    lines = [line for line in str(found.trace).splitlines() if not line.startswith(" ")]
    assert lines == ["✓ key policy allows", "– KMS grants are silent", "✗ identity-based policies deny"]


def test_notes_say_who_is_exempt() -> None:
    linked = f"arn:aws:sts::{OWN}:assumed-role/AWSServiceRoleForELB/x"
    found = decision(linked, GET, OBJECT, identity=[allow()], scps=[[SILENT]], rcps=[[deny("s3:*", to="*")]])
    assert found.effect == ALLOWED
    assert str(found.trace).splitlines()[-2:] == [
        "· RCPs do not bind a service-linked role.",
        "· SCPs do not bind a service-linked role.",
    ]


def test_no_name_from_inside_the_code_reaches_a_reader() -> None:
    texts = [
        decision(ANA, "sqs:SendMessage", f"arn:aws-cn:sqs:cn-north-1:{OTHER}:jobs").explain(),
        decision(ROOT, "sts:AssumeRole", AUDITOR, resource=trust(OWN)).explain(),
        decision(ANA, "lambda:InvokeFunction", f"arn:aws:lambda:eu-west-1:{OWN}:function:f",
                 rcps=[[deny("s3:*", to="*")]]).explain(),
        decision(MALLORY, "kms:PutKeyPolicy", KEY, resource=allow(to=OTHER), identity=[allow()]).explain(),
    ]  # fmt: skip
    assert not re.findall(r"\b[a-z]+_[a-z_]+\b|0x[0-9a-f]+|Naming|Kind\.", "\n".join(texts))


# Other forms of the answer.


def test_explain_is_the_reason_and_the_trace() -> None:
    found = decision(ANA, GET, OBJECT, identity=[allow()])
    assert found.explain() == f"{found.because}\n{found.trace}"


def test_repr_is_short_and_stable() -> None:
    assert repr(decision(ANA, GET, OBJECT, identity=[allow()])) == (
        "<Decision Allowed: Allowed by Statement[0] of 'identity[0]' (identity-based policies).>"
    )


def test_to_dict_is_json() -> None:
    found = decision(ANA, GET, OBJECT, identity=[allow(GET, sid="Read")], boundary=SILENT).to_dict()
    assert json.loads(json.dumps(found)) == found
    assert found == {
        "principal": ANA,
        "action": GET,
        "resource": OBJECT,
        "effect": IMPLICIT,
        "because": "Implicitly denied: no Allow for s3:GetObject in the permissions boundary.",
        "deciding": [],
        "blocking": ["permissions boundary"],
        "layers": [
            {"name": "resource-based policy", "says": "is not there", "statements": []},
            {
                "name": "identity-based policies",
                "says": "allows",
                "statements": ["● Allow identity[0] / Read: it applies"],
            },
            {
                "name": "permissions boundary",
                "says": "is silent",
                "statements": ["○ Allow boundary / Statement[0]: Action ec2:* does not match s3:GetObject"],
            },
        ],
        "notes": [],
    }


def test_to_dict_points_at_the_deciding_statement() -> None:
    found = decision(ANA, GET, OBJECT, identity=[policy(*SILENT["Statement"], *allow(GET, sid="Read")["Statement"])])
    assert found.to_dict()["deciding"] == [
        {
            "layer": "identity-based policies",
            "policy": "identity[0]",
            "statement": "Read",
            "path": "$.Statement[1]",
        }
    ]


class Cells(HTMLParser):
    """The tags of a page, with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.opened: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.opened.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_table_carries_header_cells() -> None:
    found = decision(ANA, GET, OBJECT, identity=[allow(GET, sid="Read")], boundary=allow())
    bundle = found._repr_mimebundle_()
    assert bundle["text/plain"] == found.explain()
    cells = Cells(bundle["text/html"])
    headers = [attrs["scope"] for tag, attrs in cells.opened if tag == "th"]
    assert headers == ["col"] * 3 + ["row"] * 3
    assert [tag for tag, _ in cells.opened].count("tr") == 4
    assert f"{ANA} asks for {GET} on {OBJECT}" in cells.text
    for layer in found.trace:
        assert f"{layer.mark} {layer.name}" in cells.text
        assert all(str(clause) in cells.text for clause in layer.clauses)


def test_the_table_escapes_what_policies_say() -> None:
    evil = ik.Policy.parse(allow(sid="x"), name="<script>alert(1)</script>")
    page = decision(ANA, GET, OBJECT, identity=[evil])._repr_mimebundle_()["text/html"]
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


# Stacks that cannot be.


@pytest.mark.parametrize("caller", [ROOT, ik.ANONYMOUS, "ec2.amazonaws.com", "accounts.google.com"])
@pytest.mark.parametrize("layer", ["identity", "boundary", "session"])
def test_policies_that_a_principal_cannot_have_are_not_dropped_in_silence(caller: str, layer: str) -> None:
    with pytest.raises(RequestError, match="can be attached") as fault:
        decision(caller, GET, OBJECT, **{layer: [deny()]})
    assert fault.value.where == layer
    assert fault.value.remedy


def test_trust_policies_belong_to_roles_and_other_policies_do_not() -> None:
    with pytest.raises(RequestError, match="no role"):
        decision(ANA, GET, OBJECT, resource=trust(ANA))
    with pytest.raises(RequestError, match="trust policy"):
        decision(ANA, "sts:AssumeRole", AUDITOR, resource=allow("sts:*", BUCKET, to=ANA))
