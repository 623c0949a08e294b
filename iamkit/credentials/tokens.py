"""What STS answers: temporary credentials, or a refusal.

Source: STS API Reference, Credentials; IAM User Guide, id_credentials_temp. Times are seconds since 1970, UTC.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

from iamkit.credentials.clock import iso, lasting
from iamkit.decision import Decision
from iamkit.identity.holdings import AccessKey
from iamkit.identity.principals import ROLE_OPERATIONS, Session


@dataclass(frozen=True, eq=False, repr=False)
class Credentials:
    """Temporary credentials: an access key ID, a secret, a session token, and an end. True in an ``if``.

    Args:
        session: the session, as the principal of questions: ``world.decide(credentials.session, …)``.
        issued: when.
        expires: the first instant at which they are no longer accepted.
        parent: what it was asked for with: an access key, other credentials, or the ARN or name of who asked.
        entity: the unique ID of its role or user. One of the same name that is made later has another.
        transitive: the session tags that a further role session inherits (id_session-tags).
        mfa_at: when a second factor was shown; None if none was.
    """

    session: Session
    issued: int
    expires: int
    parent: "Credentials | AccessKey | str"
    entity: str = ""
    transitive: Mapping[str, str] = field(default_factory=dict)
    mfa_at: int | None = None

    def __bool__(self) -> bool:
        return True

    @property
    def operation(self) -> str:
        """The STS operation that issued them."""
        return self.session.operation

    @property
    def arn(self) -> str:
        """Who acts with them."""
        return self.session.arn

    @property
    def access_key_id(self) -> str:
        """``ASIA…``, made up from the rest so that it is the same in every run."""
        before = self.parent if isinstance(self.parent, str) else _id_of(self.parent)
        seed = f"{self.arn}#{self.operation}#{self.issued}#{self.expires}#{before}"
        return "ASIA" + base64.b32encode(hashlib.sha256(seed.encode()).digest()).decode()[:16]

    @property
    def lasts(self) -> int:
        """Seconds from issue to end."""
        return self.expires - self.issued

    def is_live(self, now: int) -> bool:
        """Whether they are accepted at an instant, as far as their own life goes."""
        return self.issued <= now < self.expires

    @property
    def is_role_session(self) -> bool:
        """Whether a further AssumeRole with them is role chaining (id_roles, "Role chaining")."""
        return self.operation in ROLE_OPERATIONS

    @property
    def source_identity(self) -> str | None:
        """Who started the chain, as far as it was set; nobody on the way can change it."""
        return self.session.keys.get("aws:SourceIdentity")

    @property
    def lineage(self) -> "tuple[Credentials | AccessKey | str, ...]":
        """What they descend from, the first first, themselves last."""
        before = self.parent.lineage if isinstance(self.parent, Credentials) else (self.parent,)
        return (*before, self)

    def explain(self) -> str:
        """Who, by which operation, from when until when."""
        name = self.arn.rpartition(":")[2]
        return (
            f"{self.operation} issued {name} for {lasting(self.lasts)}: {iso(self.issued)} until {iso(self.expires)}."
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; no secret is among them."""
        return {
            "answer": "issued",
            "operation": self.operation,
            "arn": self.arn,
            "access_key_id": self.access_key_id,
            "issued": iso(self.issued),
            "expires": iso(self.expires),
            "lineage": [_id_of(one) if not isinstance(one, str) else one for one in self.lineage],
        }

    def __repr__(self) -> str:
        return f"<Credentials {self.arn.rpartition(':')[2]} by {self.operation}, until {iso(self.expires)}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        rows = [
            ("Who", self.arn), ("Issued by", self.operation), ("Access key ID", self.access_key_id),
            ("Issued", iso(self.issued)), ("Expires", f"{iso(self.expires)} (after {lasting(self.lasts)})"),
        ]  # fmt: skip
        return {"text/plain": self.explain(), "text/html": answer_html("✓", "Issued", self.explain(), rows)}


def _id_of(given: "Credentials | AccessKey") -> str:
    return given.access_key_id if isinstance(given, Credentials) else given.id


@dataclass(frozen=True, eq=False, repr=False)
class Refused:
    """STS, or a service, refused. False in an ``if``.

    Args:
        operation: what was asked for.
        error: AWS's error code, such as ``AccessDenied``.
        message: why, in AWS's words where they are published.
        decision: the decision, where policies said no.
        remedy: what to do instead; may be empty.
    """

    operation: str
    error: str
    message: str
    decision: Decision | None = None
    remedy: str = ""

    def __bool__(self) -> bool:
        return False

    def explain(self) -> str:
        """The error, the reason and the remedy."""
        reason = [self.decision.because] if self.decision is not None else []
        message = f"{self.operation} refused, {self.error}: {self.message.removesuffix('.')}."
        return " ".join(filter(None, [message, *reason, self.remedy]))

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        why = self.decision.to_dict() if self.decision is not None else None
        return {
            "answer": "refused",
            "operation": self.operation,
            "error": self.error,
            "message": self.message,
            "decision": why,
        }

    def __repr__(self) -> str:
        return f"<Refused {self.operation}: {self.error}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        rows = [("Error", self.error), ("Message", self.message)]
        rows += [("Because", self.decision.because)] if self.decision is not None else []
        rows += [("Instead", self.remedy)] if self.remedy else []
        headline = f"{self.operation} was refused"
        return {"text/plain": self.explain(), "text/html": answer_html("✗", "Refused", headline, rows)}


def answer_html(sign: str, word: str, headline: str, rows: list[tuple[str, str]]) -> str:
    """A heading and a table with header cells; long ARNs wrap."""
    cells = "".join(
        f'<tr><th scope="row" style="text-align:left;white-space:nowrap">{escape(name)}</th>'
        f'<td style="text-align:left;overflow-wrap:anywhere">{escape(value)}</td></tr>'
        for name, value in rows
    )
    return (
        f'<div><p style="overflow-wrap:anywhere"><strong>{sign} {word}.</strong> {escape(headline)}</p>'
        f"<table>{cells}</table></div>"
    )
