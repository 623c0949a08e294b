"""A wrong belief, as the semantics that it would make: one rule of the kit, replaced for a while."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from iamkit import layers

_MEMORY: Any = layers
"""Where the rules look up `statement_applies`, which remembers what it said."""


@dataclass(frozen=True, eq=False, repr=False)
class Belief:
    """One wrong belief about IAM: a mutant of the kit's semantics.

    Args:
        name: a word for it.
        says: the belief, as a learner would say it.
        rule: what is right, in a sentence or two.
        source: AWS's page that says so.
        home: the one function that is replaced, where it is looked up: ``module:function`` or ``module:Class.method``.
        believed: what takes its place. It gets the real function first, and then what that one gets.
        told_by: what the belief changes: whether a request is ``allowed``, or whether it is explicitly ``denied``.
    """

    name: str
    says: str
    rule: str
    source: str
    home: str
    believed: Callable[..., Any]
    told_by: str = "allowed"

    @property
    def place(self) -> tuple[Any, str]:
        """The module or class that holds the replaced function, and the function's name there."""
        module, _, path = self.home.partition(":")
        holder: Any = import_module(module)
        *classes, name = path.split(".")
        for inner in classes:
            holder = getattr(holder, inner)
        return holder, name

    def __repr__(self) -> str:
        return f"<Belief {self.name}: {self.says}>"


@contextmanager
def believing(belief: Belief | None) -> Iterator[None]:
    """Inside the block the kit decides, proves and issues as the belief says; behind it, as AWS does.

    The kit's only memory of what a rule said is that of `iamkit.statements.statement_applies`. Inside the block it is
    neither read nor written. What is worked out only when it is asked for, such as the trace of a `Decision`, has to be
    asked for inside. Other threads see the belief too.

    Args:
        belief: the belief; None for AWS's own rules, so that both can be written in one way.

    >>> from iamkit import World
    >>> from iamkit.beliefs import BELIEFS
    >>> world = World()
    >>> acme = world.account("111122223333")
    >>> ceiling = acme.policy("ceiling", {"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}})
    >>> ana = acme.user("ana", boundary="ceiling")
    >>> with believing(BELIEFS["boundary-grants"]):
    ...     world.decide(ana, "s3:GetObject", "arn:aws:s3:::payroll/march.csv").allowed
    True
    >>> world.decide(ana, "s3:GetObject", "arn:aws:s3:::payroll/march.csv").allowed
    False
    """
    if belief is None:
        yield
        return
    remembering = _MEMORY.statement_applies
    holder, name = belief.place
    # The memory is set aside first: the belief may be about the very function that has it.
    _MEMORY.statement_applies = getattr(remembering, "__wrapped__", remembering)
    real = getattr(holder, name)

    def replacement(*args: Any, **named: Any) -> Any:
        return belief.believed(real, *args, **named)

    setattr(holder, name, replacement)
    try:
        yield
    finally:
        setattr(holder, name, real)
        _MEMORY.statement_applies = remembering
