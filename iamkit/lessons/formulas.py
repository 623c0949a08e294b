"""A policy as a formula, its truth table, and what a proof about it is made of, for lesson 10."""

import re
from dataclasses import replace
from itertools import product

from iamkit.arn import Pattern
from iamkit.evaluate import holds
from iamkit.formula import ACTION, RESOURCE, And, Formula, Not, Or, all_of, like
from iamkit.lessons.company import HANDBOOK, MARCH, PAYROLL, policy, statement
from iamkit.lessons.table import Table
from iamkit.policies import Source
from iamkit.policy.document import Policy
from iamkit.prove.certificate import Certificate
from iamkit.prove.compare import permits
from iamkit.prove.skeleton import Claim, Literal
from iamkit.prove.solver import solve
from iamkit.request import Environment

READ, ACME, FILES = "s3:GetObject", "arn:aws:s3:::acme-*", f"{PAYROLL}/*"
ACME_FILES = statement("Allow", READ, ACME, sid="AcmeFiles")
SALES = policy(ACME_FILES, statement("Deny", READ, f"{PAYROLL}*", sid="NotPayroll"))
"""Whoever holds it may read every file of Acme but the payroll."""


def formula_of(source: Source) -> Formula:
    """What one policy by itself permits, as a formula without any gate that has a single input.

    >>> len(formula_of(SALES).parts)
    2
    """
    return _plain(permits(Policy.parse(source), None))


def _plain(formula: Formula) -> Formula:
    match formula:
        case And((single,)) | Or((single,)):
            return _plain(single)
        case And(parts) | Or(parts):
            return type(formula)(tuple(map(_plain, parts)))
        case Not(part):
            return Not(_plain(part))
    return formula


_TESTS = {"GetObject?": like(ACTION, READ, fold=True), "acme-*?": like(RESOURCE, ACME),
          "acme-payroll*?": like(RESOURCE, f"{PAYROLL}*")}  # fmt: skip
_TRIED = list(product((READ, "s3:PutObject"), (MARCH, f"{HANDBOOK}/welcome.pdf", "arn:aws:s3:::other/song.mp3")))


def truth_table() -> Table:
    """The eight rows of `SALES`; of each the first of six requests that falls into it, decided by the evaluator.

    Of a row into which none of the six falls, the prover says whether any request does.
    """
    formula, rows = formula_of(SALES), list[tuple[str, ...]]()
    tables: list[Environment] = [{ACTION: (action,), RESOURCE: (resource,)} for action, resource in _TRIED]
    for row in product((True, False), repeat=len(_TESTS)):
        inside = [t for t in tables if tuple(holds(test, t) for test in _TESTS.values()) == row]
        answers = [yes_if(answer) for answer in row]
        if inside:
            (action,), (resource,) = inside[0][ACTION], inside[0][RESOURCE]
            request = f"{action.partition(':')[2]} {resource.rpartition('/')[2]}"
            rows.append((*answers, yes_if(holds(formula, inside[0])), request))
        else:
            meant = all_of(test if yes else Not(test) for test, yes in zip(_TESTS.values(), row, strict=True))
            rows.append((*answers, "–", "none tried" if solve(meant) else "no request"))
    return Table("Eight rows for three questions", (*_TESTS, "permitted?", "such as"), tuple(rows))


def yes_if(answer: bool) -> str:
    """``yes`` or ``no``."""
    return "yes" if answer else "no"


def lemmas(certificate: Certificate) -> Table:
    """The lemmas of a certificate, each as what no value can do."""
    rows = tuple((lemma[0][0].key, " and ".join(_claim(claim) for claim in lemma)) for lemma in certificate.lemmas)
    return Table("Lemmas of the certificate", ("of", "no value does all of this"), rows)


def _claim(claim: Claim) -> str:
    literal, positive = claim
    if literal.test is None:
        return "is there" if positive else "is absent"
    return f"{'matches' if positive else 'does not match'} {literal.test}"


def forged(certificate: Certificate) -> Certificate:
    """The certificate with a lemma that is convenient and wrong: that all payroll files begin with ``20``."""
    inside, outside = Pattern.glob(FILES), Pattern.glob(f"{PAYROLL}/20*")
    lie = ((Literal(RESOURCE, 0, inside), True), (Literal(RESOURCE, 0, outside), False))
    return replace(certificate, lemmas=(lie,))


def readable(script: str) -> str:
    """A script of SMT-LIB, with what it asserts broken into lines.

    >>> print(readable('(assert (and (= x "a") (or (= x "b") (not (= x "c")))))'))
    (assert (and
      (= x "a")
      (or
        (= x "b")
        (not (= x "c")))))
    """

    def line(space: re.Match[str]) -> str:
        before = script[: space.start()]
        return "\n" + "  " * (before.count("(") - before.count(")") - 1)

    return re.sub(r"(?<!assert)(?<!not) (?=\((?:not|or|=|str\.prefixof|str\.in_re) )", line, script)
