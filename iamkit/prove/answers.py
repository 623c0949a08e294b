"""Answers of the prover: a witness that shows a yes, a proof that there is none, or an honest "unknown"."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any

from iamkit.catalogue import fits
from iamkit.decision import Decision
from iamkit.explain import listed
from iamkit.formula import Formula, any_of
from iamkit.prove.certificate import Certificate, certify, check
from iamkit.prove.core import core
from iamkit.prove.realistic import elementary_tests
from iamkit.prove.settle import settled
from iamkit.prove.smtlib import to_smtlib
from iamkit.request import Facts


@dataclass(frozen=True, eq=False, repr=False)
class Witness:
    """Yes: here is a request that is allowed. True in an ``if``.

    Args:
        decision: the evaluator's decision on that request; the prover's answer was replayed through it.

    >>> from iamkit import sample
    >>> yes = sample("start").can("arn:aws:iam::111122223333:user/ana", "s3:*", "arn:aws:s3:::acme-payroll/*")
    >>> bool(yes), yes.request.action, yes.decision.allowed
    (True, 's3:GetObject', True)
    """

    decision: Decision

    def __bool__(self) -> bool:
        return True

    @property
    def request(self) -> Any:
        """The request."""
        return self.decision.request

    def explain(self) -> str:
        """The request and the statements that allow it, in words."""
        request = self.request
        written = self.decision.ruling.written_keys
        keys = sorted((written.get(key, key), value) for key, value in request.context.items())
        context = "".join(f"\n  with {key} = {listed(list(value), 'and')}" for key, value in keys)
        asked = f"{request.principal}\n  can {request.action}\n  on {request.resource}"
        return f"Yes: {asked}{context}\n{self.decision.because}{self._doubt}"

    @property
    def _doubt(self) -> str:
        """A sentence if AWS's own reference speaks against such a request; see `iamkit.prove.fit`."""
        if fits(self.request.action, self.request.resource) is not False:
            return ""
        return f"\nAWS documents no {self.request.action} on such a resource, so the request may never be made."

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        context = {key: list(value) for key, value in sorted(self.request.context.items())}
        return {"answer": "yes", "context": context, **self.decision.to_dict()}

    def __repr__(self) -> str:
        context = f" with {len(self.request.context)} context keys" if self.request.context else ""
        return f"<Witness: {self.request.principal} can {self.request.action} on {self.request.resource}{context}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return bundle(self.explain(), "✓")


@dataclass(frozen=True, eq=False, repr=False)
class Proof:
    """No: no request is allowed, whatever the context. False in an ``if``.

    Args:
        question: the question in words.
        stacks: the formula of each case of the question, and what is known in it.

    >>> from iamkit import sample
    >>> no = sample("start").can("arn:aws:iam::111122223333:user/mallory", "s3:*", "arn:aws:s3:::acme-payroll/*")
    >>> bool(no), no.check()
    (False, True)
    >>> no.blocking
    ('no Allow in the resource-based policy', 'no Allow in the identity-based policies')
    >>> no.to_smtlib().splitlines()[-1]
    '(check-sat)'
    """

    question: str
    stacks: tuple[tuple[Formula, Facts], ...]

    def __bool__(self) -> bool:
        return False

    @cached_property
    def keys(self) -> frozenset[str]:
        """The condition keys that the stacks look at, in lower case."""
        return frozenset(key for formula, _ in self.stacks for key in elementary_tests(formula))

    @cached_property
    def blocking(self) -> tuple[str, ...]:
        """A smallest set of layers, Deny statements and rules that together rule every request out."""
        return core(list(self.stacks))

    @cached_property
    def certificates(self) -> tuple[Certificate, ...]:
        """One for each case; `check` verifies them again without the search.

        Raises:
            Undecided: if a value is outside of what is decided exactly.
        """
        found = [certify(settled(formula, facts)) for formula, facts in self.stacks]
        assert None not in found
        return tuple(certificate for certificate in found if certificate is not None)

    def to_smtlib(self) -> str:
        """The question as an SMT-LIB script; another solver should answer ``unsat``.

        Raises:
            Undecided: for the few questions that the encoding has no words for; see `iamkit.prove.smtlib`.
        """
        return to_smtlib(any_of(settled(formula, facts) for formula, facts in self.stacks))

    def check(self) -> bool:
        """True if every certificate holds."""
        pairs = zip(self.stacks, self.certificates, strict=True)
        return all(check(settled(formula, facts), certificate) for (formula, facts), certificate in pairs)

    def explain(self) -> str:
        """What blocks every request, in words."""
        blocking = ", and ".join(self.blocking) or "no request fits the question"
        cannot = self.question.replace(" can ", " cannot ", 1)
        return f"No: {cannot}\nNo request does, in any context. What rules it out: {blocking}."

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"answer": "no", "question": self.question, "blocking": list(self.blocking)}

    def __repr__(self) -> str:
        return f"<Proof that nothing allows: {self.question}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return bundle(self.explain(), "✗")


@dataclass(frozen=True, eq=False, repr=False)
class Unknown:
    """Neither yes nor no: the question is outside of what is decided exactly. Using it in an ``if`` is an error.

    >>> bool(Unknown("can Ana", "tests of different types meet on one value"))
    Traceback (most recent call last):
    TypeError: The answer is unknown (tests of different types meet on one value); it is neither yes nor no.
    """

    question: str
    reason: str

    def __bool__(self) -> bool:
        raise TypeError(f"The answer is unknown ({self.reason}); it is neither yes nor no.")

    def explain(self) -> str:
        """Why, in words."""
        return f"Unknown: {self.question}\n{self.reason[:1].upper()}{self.reason[1:]}."

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"answer": "unknown", "question": self.question, "reason": self.reason}

    def __repr__(self) -> str:
        return f"<Unknown: {self.question} ({self.reason})>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return bundle(self.explain(), "?")


Answer = Witness | Proof | Unknown


@dataclass(frozen=True, eq=False, repr=False)
class Answers:
    """One answer for each principal, by ARN. True in an ``if`` when somebody can; an error there if that is unknown.

    >>> Answers("who can do nothing", {}).who
    ()
    """

    question: str
    by_principal: dict[str, Answer]

    def __bool__(self) -> bool:
        if self.unknown and not self.who:
            raise TypeError(f"It is unknown of {', '.join(self.unknown)}; that is neither yes nor no.")
        return bool(self.who)

    def __iter__(self) -> Iterator[str]:
        return iter(self.who)

    def __getitem__(self, principal: str) -> Answer:
        return self.by_principal[principal]

    def __len__(self) -> int:
        return len(self.by_principal)

    @property
    def who(self) -> tuple[str, ...]:
        """The ARNs of those who can, sorted."""
        return tuple(arn for arn, answer in sorted(self.by_principal.items()) if isinstance(answer, Witness))

    @property
    def unknown(self) -> tuple[str, ...]:
        """The ARNs of those of whom it is not known."""
        return tuple(arn for arn, answer in sorted(self.by_principal.items()) if isinstance(answer, Unknown))

    def explain(self) -> str:
        """Who can, and by what, in words."""
        rows = [
            f"{arn}: {answer.decision.because}"
            for arn, answer in sorted(self.by_principal.items())
            if isinstance(answer, Witness)
        ]
        rows += [f"{arn}: unknown" for arn in self.unknown]
        return "\n".join([f"{self.question}: {len(self.who)} of {len(self)}.", *rows])

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "question": self.question,
            "who": list(self.who),
            "answers": {a: v.to_dict() for a, v in sorted(self.by_principal.items())},
        }

    def __repr__(self) -> str:
        return f"<Answers: {self.question}: {', '.join(arn.rpartition(':')[2] for arn in self.who) or 'nobody'}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        def row(arn: str, answer: Answer) -> str:
            word = "yes ✓" if isinstance(answer, Witness) else "no ✗" if isinstance(answer, Proof) else "unknown ?"
            detail = answer.decision.because if isinstance(answer, Witness) else ""
            left = "style='text-align:left;overflow-wrap:anywhere'"
            cells = f"<td>{word}</td><td {left}>{escape(detail)}</td>"
            return f"<tr><th scope='row' {left}>{escape(arn)}</th>{cells}</tr>"

        rows = "".join(row(arn, answer) for arn, answer in sorted(self.by_principal.items()))
        left = "style='text-align:left'"
        head = f"<tr><th scope='col' {left}>Principal</th><th scope='col'>Can?</th><th scope='col' {left}>By</th></tr>"
        title = f"<p style='overflow-wrap:anywhere'><strong>{escape(self.question)}</strong></p>"
        table = f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"
        return {"text/plain": self.explain(), "text/html": title + table}


def bundle(words: str, mark: str) -> dict[str, str]:
    """An answer for a notebook: the words, and the same with the first line set off; long ARNs wrap."""
    first, *rest = words.split("\n")
    wrap = "style='overflow-wrap:anywhere'"
    lines = "<br>".join(escape(line) for line in rest)
    return {"text/plain": words, "text/html": f"<p {wrap}><strong>{mark} {escape(first)}</strong><br>{lines}</p>"}
