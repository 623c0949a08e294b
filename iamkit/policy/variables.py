"""Policy variables: ``${aws:username}``, defaults, and the escapes ``${*}``, ``${?}``, ``${$}``."""

import re

from iamkit.arn import Part, Variable, Wild, merge
from iamkit.errors import PolicyError

_WILD = re.compile("[*?]")
_TOKEN = re.compile(r"\$\{(?P<inside>[^{}]*)\}|[*?]")
_INSIDE = re.compile(r"(?P<key>[^\s,'$]+)(,\s*'(?P<default>[^']*)')?")
LATEST = "2012-10-17"


def tokens(text: str, *, version: str = LATEST, wildcards: bool = True, where: str = "") -> tuple[Part, ...]:
    """Cut a policy value into literal text, wildcards and variables.

    Under Version 2008-10-17 ``${...}`` is ordinary text. Without ``wildcards`` so are ``*`` and ``?``.

    Source: IAM User Guide, reference_policies_variables.

    Raises:
        PolicyError: for a ``${`` that is not closed, or that holds no key.

    >>> tokens("home/${aws:username, 'guest'}/*")
    ('home/', Variable(key='aws:username', default='guest'), '/', <Wild.ANY: '*'>)
    >>> tokens("${*}.csv")
    ('*.csv',)
    """
    variables = version == LATEST
    parts: list[Part] = []
    end = 0
    for found in (_TOKEN if variables else _WILD).finditer(text):
        if found[0] not in ("*", "?"):
            part: Part = _variable(found["inside"], where)
        elif wildcards:
            part = Wild(found[0])
        else:
            continue
        parts += [_closed(text[end : found.start()], variables, where), part]
        end = found.end()
    return merge([*parts, _closed(text[end:], variables, where)])


def _closed(literal: str, variables: bool, where: str) -> str:
    """Literal text between two tokens; a ``${`` in it is a variable that was never closed."""
    if variables and "${" in literal:
        raise PolicyError(
            f"The variable in {literal!r} is not closed.",
            where=where,
            remedy="Close it with }, or write ${$} for a dollar sign.",
        )
    return literal


def _variable(inside: str, where: str) -> Part:
    if inside in ("*", "?", "$"):
        return inside
    found = _INSIDE.fullmatch(inside)
    if not found or ":" not in found["key"]:
        raise PolicyError(
            f"'${{{inside}}}' is not a policy variable.",
            where=where,
            remedy="Write ${aws:username} or ${aws:PrincipalTag/team, 'default'}, without other spaces.",
        )
    return Variable(found["key"].lower(), found["default"])
