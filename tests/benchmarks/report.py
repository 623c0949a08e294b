"""Measure the prover, and print the tables that CONTRIBUTING.md shows.

``python -m tests.benchmarks.report managed``: pairs of AWS managed policies, the kit against z3 (on the direct encoding
and on the exported SMT-LIB) and cvc5 (on the exported SMT-LIB), 10 s each; some 20 minutes. A number after it: so many
pairs alone. ``python -m tests.benchmarks.report accounts``: questions about accounts of growing size, each in a process
of its own. ``python -m tests.benchmarks.report chains``: chains of roles of growing length.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from iamkit.prove.compare import difference
from iamkit.prove.reach import blast_radius, reach, who_can_become
from iamkit.prove.smtlib import to_smtlib
from iamkit.prove.values import Undecided
from tests.benchmarks import direct_encoding
from tests.benchmarks.accounts import BUCKET, ELSEWHERE, OWN, SIZES, SOURCE, account, chain_of
from tests.benchmarks.managed import pairs, question

MILLISECONDS = 10_000
LENGTHS = (5, 20, 100)


@dataclass
class Run:
    """The times and answers of one solver."""

    name: str
    seconds: list[float] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    def time(self, ask: Callable[[], str]) -> None:
        start = time.perf_counter()
        self.answers.append(ask())
        self.seconds.append(time.perf_counter() - start)

    def row(self, fastest: float) -> str:
        median, whole = 1000 * statistics.median(self.seconds), sum(self.seconds)
        unknown = sum(answer == "unknown" for answer in self.answers)
        return f"| {self.name} | {median:.1f} | {whole:.1f} | {unknown} | {whole / fastest:.0f} |"


def kit_says(a, b) -> str:  # type: ignore[no-untyped-def]
    """The kit's own answer. A witness that the evaluator does not confirm raises `iamkit.errors.ReplayError`."""
    try:
        return "unsat" if difference(b, a) is None else "sat"
    except Undecided:
        return "unknown"


def z3_says(script: str, milliseconds: int = MILLISECONDS) -> str:
    """z3 on a script."""
    import z3

    solver = z3.Solver()
    solver.set("timeout", milliseconds)
    solver.from_string(script)
    return str(solver.check())


def cvc5_says(script: str, milliseconds: int = MILLISECONDS) -> str:
    """cvc5 on a script."""
    import cvc5

    solver = cvc5.Solver(cvc5.TermManager())
    solver.setOption("strings-exp", "true")
    solver.setOption("tlimit-per", str(milliseconds))
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, script, "question")
    said = ""
    while not (command := parser.nextCommand()).isNull():
        said += command.invoke(solver, parser.getSymbolManager())
    return said.split()[0]  # "unknown (TIMEOUT)"


def managed(count: int, milliseconds: int = MILLISECONDS) -> list[Run]:
    """All solvers on the same pairs, with so much time for each.

    Raises:
        AssertionError: if two of them contradict each other.
    """
    kit, direct = Run("iamkit"), Run("z3, direct encoding")
    z3, cvc5 = Run("z3, exported SMT-LIB"), Run("cvc5, exported SMT-LIB")
    runs = [kit, direct, z3, cvc5]
    for a, b in pairs()[:count]:
        kit.time(lambda a=a, b=b: kit_says(a, b))
        direct.time(lambda a=a, b=b: direct_encoding.decide(question(a, b), milliseconds))
        z3.time(lambda a=a, b=b: z3_says(to_smtlib(question(a, b)), milliseconds))
        cvc5.time(lambda a=a, b=b: cvc5_says(to_smtlib(question(a, b)), milliseconds))
        said = {run.answers[-1] for run in runs} - {"unknown"}
        assert len(said) == 1, (a.name, b.name, said)
    return runs


def measured(size: int) -> dict[str, float]:
    """Seconds for each question about an account of this size, and the peak memory in MB (not on Windows)."""
    import resource

    world, found = account(size), {}

    def clock(name: str, ask: Callable[[], object]) -> None:
        start = time.perf_counter()
        ask()
        found[name] = time.perf_counter() - start

    clock("who_can, cold", lambda: world.who_can("s3:GetObject", f"{BUCKET}/*"))
    clock("who_can, warm", lambda: world.who_can("s3:GetObject", f"{BUCKET}/*"))
    seconds = []
    for number in range(100):
        who, bucket = number % (size // 2), number % (size // 10)
        start = time.perf_counter()
        world.can(f"arn:aws:iam::{OWN}:user/u{who}", "s3:GetObject", f"arn:aws:s3:::b{bucket}/*")
        seconds.append(time.perf_counter() - start)
    found["can, median"] = statistics.median(seconds)
    clock("what_can, one user", lambda: world.what_can(SOURCE))
    clock("reach, to what nobody can", lambda: reach(world, SOURCE, ("sqs:SendMessage", ELSEWHERE)))
    clock("blast_radius", lambda: blast_radius(world, SOURCE))
    clock("who_can_become", lambda: who_can_become(world, f"arn:aws:iam::{OWN}:role/r1"))
    return found | {"memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def table(columns: list[str], rows: list[str]) -> str:
    """A table in Markdown."""
    return "\n".join([f"| {' | '.join(columns)} |", "|---" * len(columns) + "|", *rows])


def main(what: str, number: str = "") -> None:
    if what == "account":
        print(json.dumps(measured(int(number))))
    else:
        print({"managed": managed_table, "accounts": accounts_table, "chains": chains_table}[what](*number.split()))


def managed_table(count: str = "150") -> str:
    """How the solvers compare, and what the kit answered."""
    runs = managed(int(count))
    rows = [run.row(sum(runs[0].seconds)) for run in runs]
    answers = {word: runs[0].answers.count(word) for word in ("sat", "unsat", "unknown")}
    return table(["solver", "median ms", "total s", "unknown", "ratio"], rows) + f"\n\nThe kit's answers: {answers}."


def accounts_table() -> str:
    """Questions about accounts of each size."""
    command = [sys.executable, "-m", "tests.benchmarks.report", "account"]
    sizes = [json.loads(subprocess.run([*command, str(size)], check=True, capture_output=True, text=True).stdout)
             for size in SIZES]  # fmt: skip
    rows = [f"| {name} | {' | '.join(_written(name, found[name]) for found in sizes)} |" for name in sizes[0]]
    return table(["question", *(f"{size} principals" for size in SIZES)], rows)


def chains_table() -> str:
    """`reach` over chains of each length."""
    cells = []
    for length in LENGTHS:
        world, first, last = chain_of(length)
        start = time.perf_counter()
        assert len(reach(world, first, last).steps) == length  # type: ignore[union-attr]
        cells.append(_written("", time.perf_counter() - start))
    return table(["chain", *(f"{length} roles" for length in LENGTHS)], [f"| reach its end | {' | '.join(cells)} |"])


def _written(name: str, value: float) -> str:
    return f"{value:.0f} MB" if name == "memory" else f"{value:.2f} s" if value >= 0.1 else f"{1000 * value:.1f} ms"


if __name__ == "__main__":
    main(*(sys.argv[1:] or ["accounts"]))
