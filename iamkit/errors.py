"""The kit's own errors: each says where the fault is, what it is, and what to do instead."""


class IamkitError(ValueError):
    """A fault in something you gave the kit.

    Args:
        what: the fault, in one sentence.
        where: the place of the fault, such as the JSON path ``$.Statement[0].Effect``; may be empty.
        remedy: what to write or do instead; may be empty.

    >>> print(IamkitError("'Alow' is not an effect.", where="$.Statement[0].Effect", remedy="Write 'Allow'."))
    $.Statement[0].Effect: 'Alow' is not an effect. Write 'Allow'.
    """

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        self.what, self.where, self.remedy = what, where, remedy
        super().__init__(": ".join(part for part in (where, " ".join(filter(None, (what, remedy)))) if part))

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the message, without a screenful of the kit's own code."""
        return [f"{type(self).__name__}: {self}"]

    def inside(self, place: str) -> "IamkitError":
        """The same error, seen from further out: ``place`` is put before ``where``."""
        inner = self.where.removeprefix("$")
        return type(self)(self.what, where=place + inner, remedy=self.remedy)


class ArnError(IamkitError):
    """A text that should be an Amazon Resource Name and is not."""


class PolicyError(IamkitError):
    """A policy document that AWS would reject, or that stands where its type may not stand."""


class WorldError(IamkitError):
    """A world that cannot exist: a group inside a group, a boundary on a group, a name used twice."""


class RequestError(IamkitError):
    """A request that nobody can make: a group as principal, a context key the caller cannot choose."""


class ReplayError(AssertionError):
    """The prover and the evaluator disagree. Always a defect of the kit, never an answer."""
