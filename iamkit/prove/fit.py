"""Requests that AWS makes: a known action with a resource of a kind that it works on.

No request for ``s3:GetObject`` names a bucket, and none for ``s3:ListAllMyBuckets`` names anything but ``*``. So where
several requests answer a question, one that AWS makes is preferred. It is a preference and no more: whether there is a
request at all is decided over all texts, because the catalogue may lack an action or a resource type. A "no" never
rests on it; a "yes" may, where policies allow nothing else, name a request that AWS never makes, and says so.
"""

from iamkit import catalogue
from iamkit.arn import Pattern
from iamkit.catalogue import Kind
from iamkit.formula import ACTION, RESOURCE, Test
from iamkit.prove.actions import WELL_KNOWN, known_actions
from iamkit.prove.values import Undecided, witness
from iamkit.request import Environment

Tests = tuple[tuple[Test, ...], tuple[Test, ...]]
"""What a value must pass, and what it must fail."""

BEST, MADE, NOT_MADE = range(3)
"""Ranks of a request: of a well-known action, of another known one, of none that AWS makes."""


def rank(request: Environment, fixed: Environment) -> int:
    """How much a request is to be preferred, `BEST` first. What the question fixes counts as well-known, and an action
    that the catalogue does not know is taken to fit every resource.

    Args:
        request: what was found.
        fixed: the action and the resource, if the question fixes them.

    >>> rank({"resource": ("arn:aws:s3:::payroll",)}, {"action": ("s3:ListBucket",)})
    0
    """
    whole = {**fixed, **request}
    if ACTION not in whole or len(fixed) == 2:
        return BEST
    action = whole[ACTION][0]
    known = catalogue.known(action)
    if known and (RESOURCE not in whole or catalogue.fits(action, whole[RESOURCE][0])):
        return BEST if ACTION in fixed or action in WELL_KNOWN else MADE
    return BEST if ACTION in fixed and not known else NOT_MADE


def pair(action: Tests, resource: Tests) -> tuple[str, str] | None:
    """The first known action and a resource of one of its kinds that pass and fail these tests; None if none does.

    >>> pair(((Pattern.glob("s3:*"),), ()), ((Pattern.glob("arn:aws:s3:::payroll"),), ()))
    ('s3:ListBucket', 'arn:aws:s3:::payroll')
    """
    if not all(isinstance(test, Pattern) for test in (*action[0], *action[1])):
        return None
    tried: set[Kind] = set()
    for name in known_actions(*action):  # type: ignore[arg-type]
        for kind in catalogue.kinds(name):
            found = None if kind in tried else _of_kind(kind, resource)
            tried.add(kind)
            if found is not None:
                return name, found
    return None


def _of_kind(kind: Kind, resource: Tests) -> str | None:
    passing, failing = resource
    if not all(_same_service(kind.arn, test) for test in passing):
        return None
    try:
        return witness(RESOURCE, (*passing, kind.arn), (*failing, *kind.narrower))
    except Undecided:
        return None


def _same_service(kind: Pattern, test: Test) -> bool:
    """False if two ARN patterns name different services: the quick way to rule most kinds out."""
    named = [str(pattern).split(":", 3)[2:3] for pattern in (kind, test) if isinstance(pattern, Pattern)]
    return len(named) < 2 or [] in named or named[0] == named[1] or any(set("*?$") & set(name[0]) for name in named)
