"""A federation flow as what it is: messages between actors, each with what it carries, and the steps that AWS decides.

The flows themselves are in `iamkit.credentials.flows`. A step that is refused ends its flow.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, TypeVar

from iamkit.credentials.oidcidp import WebToken
from iamkit.credentials.samlidp import SamlResponse
from iamkit.credentials.tokens import Credentials, Refused
from iamkit.decision import Decision

Answer = TypeVar("Answer")


@dataclass(frozen=True, repr=False)
class Message:
    """One step.

    Args:
        sender, receiver: actors; the same twice where somebody decides something for itself.
        what: what is said or done.
        carries: what the message carries, by name: parameters, claims, tokens.
        decided: what was decided in this step: credentials, a refusal, a decision; None where nothing is.
        note: a remark for the reader.
    """

    sender: str
    receiver: str
    what: str
    carries: Mapping[str, Any] = field(default_factory=dict)
    decided: Any = None
    note: str = ""

    @property
    def refused(self) -> bool:
        """Whether the flow ends here with a no."""
        return self.decided is not None and not self.decided

    def explain(self) -> str:
        """The step in words."""
        way = self.sender if self.sender == self.receiver else f"{self.sender} to {self.receiver}"
        decided = self.decided.explain() if isinstance(self.decided, Credentials | Refused) else ""
        if isinstance(self.decided, Decision):
            decided = self.decided.because
        said = self.what if self.what.endswith("?") else f"{self.what}."
        return " ".join(filter(None, [f"{way}: {said}", decided, self.note]))

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        found: dict[str, Any] = {"sender": self.sender, "receiver": self.receiver, "what": self.what}
        found |= {"carries": {name: plain(value) for name, value in self.carries.items()}} if self.carries else {}
        found |= {"decided": plain(self.decided)} if self.decided is not None else {}
        return found | ({"note": self.note} if self.note else {})

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """The step, and what the message carries."""
        carried = {name: readable(value) for name, value in self.carries.items()}
        style = "text-align:left;vertical-align:top"
        rows = "".join(
            f'<tr><th scope="row" style="{style};white-space:nowrap">{escape(name)}</th><td style="{style}">'
            f'<pre style="margin:0;white-space:pre-wrap;overflow-wrap:anywhere">{escape(value)}</pre></td></tr>'
            for name, value in carried.items()
        )
        table = f"<table>{rows}</table>" if rows else ""
        plain_rows = [f"{name}: {value}" for name, value in carried.items()]
        html = f'<div><p style="overflow-wrap:anywhere">{escape(self.explain())}</p>{table}</div>'
        return {"text/plain": "\n".join([self.explain(), *plain_rows]), "text/html": html}

    def __repr__(self) -> str:
        sign = "" if self.decided is None else " ✗" if self.refused else " ✓"
        return f"<Message {self.sender} → {self.receiver}: {self.what}{sign}>"


@dataclass(frozen=True, repr=False)
class Flow:
    """A whole flow.

    Args:
        title: its name.
        actors: who takes part, from left to right.
        messages: the steps, in order.
        source: AWS's page.
    """

    title: str
    actors: tuple[str, ...]
    messages: tuple[Message, ...]
    source: str = ""

    @property
    def result(self) -> Credentials | Refused | None:
        """What came of it: the credentials, or the refusal that ended it."""
        decided = [one.decided for one in self.messages if isinstance(one.decided, Credentials | Refused)]
        return decided[-1] if decided else None

    @property
    def refused_at(self) -> int | None:
        """The number of the step that was refused, counted from 1; None if none was."""
        return next((number for number, one in enumerate(self.messages, 1) if one.refused), None)

    def explain(self) -> str:
        """The steps in words."""
        steps = [f"{number}. {one.explain()}" for number, one in enumerate(self.messages, 1)]
        return "\n".join([self.title, *steps])

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"title": self.title, "actors": list(self.actors), "messages": [one.to_dict() for one in self.messages]}

    def __repr__(self) -> str:
        end = f", refused at step {self.refused_at}" if self.refused_at else ""
        return f"<Flow {self.title!r}: {len(self.messages)} messages{end}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """A sequence diagram; see `iamkit.draw.sequence.sequence`."""
        from iamkit.draw.sequence import sequence

        return sequence(self)._repr_mimebundle_(include, exclude)


class Script:
    """A flow while it happens.

    >>> script = Script("Greeting", ("Ana", "Ben"))
    >>> script.say("Ana", "Ben", "hello")
    >>> script.end()
    <Flow 'Greeting': 1 messages>
    """

    def __init__(self, title: str, actors: Sequence[str], source: str = "") -> None:
        self._title, self._actors, self._source = title, tuple(actors), source
        self._messages: list[Message] = []

    def say(self, sender: str, receiver: str, what: str, carries: Mapping[str, Any] | None = None,
            decided: Answer | None = None, note: str = "") -> Answer | None:  # fmt: skip
        """Add a message, and hand back what was decided."""
        self._messages.append(Message(sender, receiver, what, dict(carries or {}), decided, note))
        return decided

    def end(self) -> Flow:
        """The flow so far; actors who had no part in it are left out."""
        part = {name for one in self._messages for name in (one.sender, one.receiver)}
        actors = tuple(actor for actor in self._actors if actor in part)
        return Flow(self._title, actors, tuple(self._messages), self._source)


def readable(value: Any) -> str:
    """A value of a message for people: texts as they are, the rest as JSON."""
    found = plain(value)
    return found if isinstance(found, str) else json.dumps(found, indent=2, ensure_ascii=False)


def plain(value: Any) -> Any:
    """A value of a message as JSON has it; no signature and no secret is among them."""
    if isinstance(value, WebToken | Credentials | Refused | Decision):
        return value.to_dict()
    if isinstance(value, SamlResponse):
        return value.readable()
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value if isinstance(value, str | int | float | bool | type(None)) else str(value)
