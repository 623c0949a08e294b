"""The answers of STS: what they say of themselves."""

import json

from iamkit.credentials.tokens import Credentials, Refused
from tests.credentials.desk import NINE, Desk, issued
from tests.short import ANA, APP, OWN, deny

SESSION = f"arn:aws:sts::{OWN}:assumed-role/app/morning"


def test_credentials_are_true_and_a_refusal_is_false() -> None:
    desk = Desk()
    assert desk.open() and not desk.refuse(name="m")
    assert isinstance(desk.open(), Credentials) and isinstance(desk.refuse(name="m"), Refused)


def test_credentials_in_words_and_as_plain_values() -> None:
    session = Desk().open()
    assert repr(session) == "<Credentials assumed-role/app/morning by AssumeRole, until 2026-11-24T10:00:00Z>"
    assert session.explain() == (
        "AssumeRole issued assumed-role/app/morning for 1 hour: 2026-11-24T09:00:00Z until 2026-11-24T10:00:00Z."
    )
    plain = json.loads(json.dumps(session.to_dict()))
    assert plain["arn"] == SESSION and plain["issued"] == NINE and plain["expires"] == "2026-11-24T10:00:00Z"
    assert plain["lineage"][-1] == session.access_key_id
    assert "secret" not in str(plain).lower()


def test_B6_ids_begin_as_awss_do_and_are_the_same_in_every_run() -> None:
    # reference_identifiers: ASIA for temporary keys, AKIA for long-term ones.
    first, second = Desk().open(), Desk().open()
    assert first.access_key_id == second.access_key_id
    assert first.access_key_id.startswith("ASIA") and len(first.access_key_id) == 20
    assert first.lineage[0].id.startswith("AKIA")  # type: ignore[union-attr]
    desk = Desk()
    others = [desk.open(name="evening"), desk.open(duration=900), desk.open(ANA), desk.open(desk.open())]
    assert len({first.access_key_id, *(other.access_key_id for other in others)}) == 5


def test_live_from_issue_until_just_before_the_end() -> None:
    session = Desk().open()
    asked = (session.issued - 1, session.issued, session.expires - 1, session.expires)
    assert [session.is_live(now) for now in asked] == [False, True, True, False]
    assert session.lasts == 3600


def test_lineage_and_what_is_a_role_session() -> None:
    desk = Desk()
    token = issued(desk.sts.get_session_token(desk.key))
    session = desk.open(desk.open(token))
    assert [getattr(one, "operation", "key") for one in session.lineage] == [
        "key",
        "GetSessionToken",
        "AssumeRole",
        "AssumeRole",
    ]
    assert session.is_role_session and not token.is_role_session


def test_a_refusal_says_error_reason_and_remedy() -> None:
    desk = Desk()
    wrong = desk.refuse(duration=7200)
    assert repr(wrong) == "<Refused AssumeRole: ValidationError>"
    assert wrong.explain() == (
        "AssumeRole refused, ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for "
        "this role. The role allows 1 hour."
    )
    assert wrong.to_dict()["decision"] is None
    desk.app.trust = None
    denied = desk.refuse()
    assert denied.decision is not None and denied.decision.because in denied.explain()
    plain = json.loads(json.dumps(denied.to_dict()))
    assert plain["error"] == "AccessDenied" and plain["decision"]["resource"] == APP


def test_pages_are_tables_with_header_cells_and_no_markup_of_strangers() -> None:
    desk = Desk()
    desk.app.inline["no"] = desk.app.inline["inline-1"].parse(deny(sid="x"), name="<b>no</b>")
    found = desk.sts.call(desk.open(), "s3:GetObject", "*")
    for answer in (desk.open(), desk.refuse(duration=1), desk.refuse(mfa="<i>none</i>"), found):
        bundle = answer._repr_mimebundle_()
        assert bundle["text/plain"] == answer.explain()
        assert "scope=" in bundle["text/html"]
        assert "<i>" not in bundle["text/html"] and "<b>" not in bundle["text/html"]


def test_B14_no_session_token_is_made_up_whose_size_somebody_could_rely_on() -> None:
    # Its size is not fixed, and no maximum may be assumed (STS API Reference), so the kit shows none.
    assert not any("token" in name for name in Desk().open().to_dict())
