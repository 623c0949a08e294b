"""Answers to "until when?": the last instant and the chain that reaches it, or a proof that there is none."""

from dataclasses import dataclass
from typing import Any

from iamkit.credentials.clock import iso, lasting
from iamkit.credentials.tokens import Credentials
from iamkit.prove.answers import Witness, bundle
from iamkit.prove.instants import Bounds, Hop


@dataclass(frozen=True, eq=False, repr=False)
class Latest:
    """Yes, until this instant. True in an ``if``.

    Args:
        question: in words.
        instant: the last second (since 1970, UTC) at which it can be done; None if there is no end.
        hops: what the chain starts from and each session that comes of it, issued as late and for as long as can be.
        used: the request that is made in the end.
        bounds: the proof that there is nothing later.
        credentials: what STS issued when the chain was replayed.
    """

    question: str
    instant: int | None
    hops: tuple[Hop, ...]
    used: Witness
    bounds: Bounds
    credentials: tuple[Credentials, ...] = ()

    def __bool__(self) -> bool:
        return True

    @property
    def steps(self) -> tuple[Hop, ...]:
        """The sessions, without what the chain starts from."""
        return self.hops[1:]

    def check(self) -> bool:
        """Whether the proof that nothing is later holds; see `iamkit.prove.instants.Bounds`."""
        return self.bounds.check()

    def explain(self) -> str:
        """The chain with its times, in words."""
        until = f"until {iso(self.instant)}, and not a second longer" if self.instant is not None else "for ever"
        lines = [f"Yes: {self.question}, {until}."]
        lines += [f"{number}. {text}" for number, text in enumerate(self._steps(), 1)]
        if self.instant is None:
            lines.append("Each step can be taken again and again, so it never ends.")
            return "\n".join(lines)
        request = self.used.request
        return "\n".join([*lines, f"{iso(self.instant)}: {request.action} on {request.resource} is allowed."])

    def _steps(self) -> list[str]:
        def told(hop: Hop) -> str:
            what = f"{hop.holding.operation}, {hop.holding}"
            if self.instant is None:
                return f"{what}."
            return f"{iso(hop.issued)}: {what}, for {lasting(hop.lasts)}, until {iso(hop.expires)}."

        return [told(hop) for hop in self.steps]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        timed = self.instant is not None
        return {
            "answer": "yes",
            "question": self.question,
            "until": iso(self.instant) if self.instant is not None else None,
            "steps": [
                {"operation": hop.holding.operation, "of": hop.holding.of, "name": hop.holding.name}
                | ({"issued": iso(hop.issued), "expires": iso(hop.expires)} if timed else {})
                for hop in self.steps
            ],
            "request": self.used.to_dict(),
        }

    def __repr__(self) -> str:
        until = iso(self.instant) if self.instant is not None else "no end"
        return f"<Latest: {until}, in {len(self.steps)} step{'s' * (len(self.steps) != 1)}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return bundle(self.explain(), "✓")


@dataclass(frozen=True, eq=False, repr=False)
class NoneAfter:
    """No: it cannot be done, or not after the instant that was asked about. False in an ``if``.

    Args:
        question: in words.
        after: the instant that was asked about, or None.
        last: the last instant at which it can be done; None if at none.
        bounds: the proof.
    """

    question: str
    after: int | None
    last: int | None
    bounds: Bounds

    def __bool__(self) -> bool:
        return False

    def check(self) -> bool:
        """Whether the proof holds; see `iamkit.prove.instants.Bounds`."""
        return self.bounds.check()

    def explain(self) -> str:
        """The answer in words."""
        when = f" after {iso(self.after)}" if self.after is not None else ""
        last = f"The last instant is {iso(self.last)}." if self.last is not None else "There is no instant at all."
        return f"No: nobody can{when}. ({self.question})\n{last} No chain of sessions, however long, leads further."

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        times = {"after": self.after, "last": self.last}
        return {
            "answer": "no",
            "question": self.question,
            **{name: None if at is None else iso(at) for name, at in times.items()},
        }

    def __repr__(self) -> str:
        when = f" after {iso(self.after)}" if self.after is not None else ""
        return f"<NoneAfter: nobody can{when}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return bundle(self.explain(), "✗")
