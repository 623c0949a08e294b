"""Policy variables: ``${aws:username}``, defaults, and the escapes ``${*}``, ``${?}``, ``${$}``."""

import re

from iamkit.arn import Part, Variable, Wild, merge
from iamkit.errors import PolicyError

_TOKEN = re.compile(r"\$\{(?P<inside>[^}]*)\}|(?P<wild>[*?])")
_INSIDE = re.compile(r"\s*(?P<key>[^\s,'{}$]+:[^,'{}]*?)\s*(,\s*'(?P<default>[^']*)')?\s*")
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
    for found in _TOKEN.finditer(text):
        if found["wild"] and wildcards:
            part: Part = Wild(found["wild"])
        elif found["inside"] is not None and variables:
            part = _variable(found["inside"], where)
        else:
            continue
        parts += [text[end : found.start()], part]
        end = found.end()
    rest = text[end:]
    if variables and "${" in rest:
        raise PolicyError(
            f"The variable in {text!r} is not closed.",
            where=where,
            remedy="Close it with }, or write ${$} for a dollar sign.",
        )
    return merge([*parts, rest])


def _variable(inside: str, where: str) -> Part:
    if inside in ("*", "?", "$"):
        return inside
    found = _INSIDE.fullmatch(inside)
    if not found:
        raise PolicyError(
            f"'${{{inside}}}' is not a policy variable.",
            where=where,
            remedy="Write ${aws:username} or ${aws:PrincipalTag/team, 'default'}.",
        )
    return Variable(found["key"].lower(), found["default"])
