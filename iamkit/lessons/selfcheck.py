"""The check of the installation in lesson 0: a short table, the same on every machine where all is well."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from iamkit.environment import OLDEST_PYTHON
from iamkit.lessons.table import Table

MEND = "Run python3 -m iamkit in the folder of the course; it installs what is missing."


@dataclass(frozen=True, repr=False)
class SelfCheck:
    """What was tried, and what went wrong with it, which is nothing where all is well. True if all went well."""

    rows: tuple[tuple[str, str], ...]

    def __bool__(self) -> bool:
        return not any(fault for _, fault in self.rows)

    @property
    def summary(self) -> str:
        """One sentence."""
        return "All is well: you can begin." if self else f"Something is missing. {MEND}"

    @property
    def table(self) -> Table:
        """What was tried, and how it went."""
        rows = tuple((name, f"✗ {fault}" if fault else "✓ well") for name, fault in self.rows)
        return Table("What the course needs", ("what", "how it went"), rows)

    def __repr__(self) -> str:
        return f"<Self-check: {self.summary}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        html = f"{self.table.html}<p><strong>{self.summary}</strong></p>"
        return {"text/plain": f"{self.table.text}\n{self.summary}", "text/html": html}


def run() -> SelfCheck:
    """Try what the course needs.

    >>> run()
    <Self-check: All is well: you can begin.>
    """
    return SelfCheck(tuple((name, tried(attempt)) for name, attempt in ATTEMPTS.items()))


def tried(attempt: Callable[[], bool]) -> str:
    """What went wrong with an attempt; empty if nothing did."""
    try:
        return "" if attempt() else "the result is not as it should be"
    except Exception as fault:  # Whatever is broken, the table should say so.
        return f"{type(fault).__name__}: {fault}".splitlines()[0]


def _python() -> bool:
    return sys.version_info >= OLDEST_PYTHON


def _widgets() -> bool:
    from ipywidgets import HTML

    return bool(HTML("here").value == "here")


def _picture() -> bool:
    from iamkit.draw.graph import world_graph
    from iamkit.lessons.company import company

    return "mallory" in world_graph(company()).svg


def _decision() -> bool:
    from iamkit.lessons.company import ANA, MARCH, company

    return company().decide(ANA, "s3:GetObject", MARCH).allowed


def _proof() -> bool:
    from iamkit.lessons.company import MALLORY, PAYROLL, company

    return not company().can(MALLORY, "s3:*", f"{PAYROLL}/*")


def _solver() -> bool:
    import z3

    solver, x = z3.Solver(), z3.Bool("x")
    solver.add(x, z3.Not(x))
    return str(solver.check()) == "unsat"


ATTEMPTS = {
    "Python is new enough": _python,
    "Widgets can be made": _widgets,
    "A picture can be drawn": _picture,
    "A request can be decided": _decision,
    "A question can be proved": _proof,
    "The solver z3 answers": _solver,
}
