"""Assuming a role as a door with two locks: the role's trust policy, and the caller's own policies.

What the locks show is read off a decision; nothing of IAM is decided here.
"""

from dataclasses import dataclass

from iamkit.arn import Arn
from iamkit.decision import Decision
from iamkit.draw.picture import Picture
from iamkit.draw.style import GREY, INK, WHITE, NodeStyle, node_style, shade, tint
from iamkit.draw.svg import document, element, text
from iamkit.draw.text import wrap
from iamkit.errors import ArnError
from iamkit.evaluate import holds
from iamkit.layers import Clause, Layer
from iamkit.naming import Naming

_WIDE, _COLUMN, _TOP, _FOOT = 320.0, 156.0, 26.0, 58.0
_BODY, _SIZE, _LINE = 62.0, 13.0, 17.0
OPEN, SHUT, SPARE, BOLTED = "open", "shut", "not needed", "bolted"


@dataclass(frozen=True)
class Lock:
    """One of the two locks.

    Args:
        name: whose policies it stands for.
        state: ``open``, ``shut``, ``not needed`` (the door is open without it) or ``bolted`` (a Deny).
        why: what the policies say, in a few words.
    """

    name: str
    state: str
    why: str

    def __str__(self) -> str:
        return f"{self.name}: {self.state}, {self.why}."


def lock_picture(decision: Decision) -> Picture:
    """Draw the decision on an AssumeRole as a door with two locks.

    Args:
        decision: the decision on ``sts:AssumeRole`` for a role.

    >>> import iamkit as ik
    >>> world = ik.World()
    >>> acme = world.account("111122223333")
    >>> ana = acme.user("ana")
    >>> role = acme.role("auditor", trust={"Statement": {
    ...     "Effect": "Allow", "Principal": {"AWS": ana.arn}, "Action": "sts:AssumeRole"}})
    >>> print(lock_picture(world.decide(ana, "sts:AssumeRole", role.arn)).text)
    A door with two locks. The door opens.
    Trust policy of auditor: open, it names ana.
    Own policies of ana: not needed, they say nothing.
    """
    locks = locks_of(decision)
    verdict = "The door opens." if decision else "The door stays shut."
    alt = f"A door with two locks. {verdict}"
    words = "\n".join([alt, *map(str, locks)])
    return Picture(_paint(locks, bool(decision), f"{alt} {locks[0]} {locks[1]}"), f"{alt} {locks[0]} {locks[1]}", words)


def locks_of(decision: Decision) -> tuple[Lock, Lock]:
    """Both locks: the trust policy, and the caller's own policies."""
    who, role = _name(decision.request.principal), _name(decision.request.resource)
    layers = {layer.name: layer for layer in decision.ruling.layers}
    return _trust(decision, layers["role trust policy"], who, role), _own(decision, layers, who)


def _trust(decision: Decision, layer: Layer, who: str, role: str) -> Lock:
    name = f"Trust policy of {role}"
    if _applying(decision, layer, "Deny"):
        return Lock(name, BOLTED, f"it denies {who}")
    named = max((clause.naming.value for clause in _applying(decision, layer, "Allow")), default=0)
    if not named:
        return Lock(name, SHUT, f"it does not let {who} in")
    account = named == Naming.ACCOUNT.value
    return Lock(name, OPEN, "it names the account" if account else f"it names {who}")


def _own(decision: Decision, layers: dict[str, Layer], who: str) -> Lock:
    name, layer = f"Own policies of {who}", layers.get("identity-based policies")
    if layer is None:
        return Lock(name, SPARE, f"{who} has none")
    if _applying(decision, layer, "Deny"):
        return Lock(name, BOLTED, "they deny it")
    if _applying(decision, layer, "Allow"):
        return Lock(name, OPEN, "they allow it")
    return Lock(name, SPARE if decision else SHUT, "they say nothing")


def _applying(decision: Decision, layer: Layer, effect: str) -> list[Clause]:
    """The statements of a layer that apply to the request."""
    return [
        clause
        for clause in layer.clauses
        if clause.statement.effect == effect
        and clause.naming is not Naming.NOT
        and holds(clause.applies, decision.table)
    ]


def _name(principal: str) -> str:
    try:
        return Arn.parse(principal).name
    except ArnError:
        return principal


# Drawing


def _paint(locks: tuple[Lock, Lock], opens: bool, alt: str) -> str:
    body, high = list[str](), 0.0
    for place, lock in enumerate(locks):
        middle = _WIDE / 4 + place * _WIDE / 2
        body += _padlock(lock, middle)
        lines, y = _words(lock, middle)
        body, high = [*body, *lines], max(high, y)
    body.append(_verdict(opens, high + 14))
    return document(_WIDE, high + 14 + _FOOT, body, title="A door with two locks", alt=alt)


def _look(lock: Lock) -> NodeStyle:
    kind = {OPEN: "allow", SHUT: "implicit-deny", SPARE: "neutral", BOLTED: "deny"}[lock.state]
    return node_style(kind)


def _padlock(lock: Lock, middle: float) -> list[str]:
    """The shackle is up when the lock is open, and both are dotted when it is not needed."""
    look, spare = _look(lock), lock.state == SPARE
    line, dash = (GREY, "3 4") if spare else (INK, None)
    left, top = middle - _BODY / 2, _TOP + 40
    lift = 16.0 if lock.state == OPEN else 0.0
    ends = top + 2, top - lift - 8 if lift else top + 2  # An open shackle holds on one side only.
    bow = f"M{left + 12},{ends[0]} V{top - 18 - lift} a19,19 0 0 1 38,0 V{ends[1]}"
    parts = [
        element("path", d=bow, fill="none", stroke=line, stroke_width=6, stroke_dasharray=dash),
        element("rect", x=left, y=top, width=_BODY, height=46, rx=7, fill=look.fill, stroke=line,
                stroke_width=2.5, stroke_dasharray=dash),
        element("circle", cx=middle, cy=top + 19, r=6, fill=line),
        element("path", d=f"M{middle - 3},{top + 21} h6 l2,13 h-10 z", fill=line),
    ]  # fmt: skip
    if lock.state == BOLTED:
        parts.append(element("rect", x=left - 16, y=top + 15, width=_BODY + 32, height=13, rx=3,
                             fill=shade("vermillion"), stroke=WHITE, stroke_width=1.5))  # fmt: skip
    if lock.state == OPEN:
        parts.append(_key(middle, top + 24))
    return parts


def _key(x: float, y: float) -> str:
    """A key that sticks in the keyhole and points up."""
    blade = f"M{x - 3},{y - 6} h6 v30 h-6 z M{x + 3},{y} h6 v5 h-6 z"
    parts = [
        element("path", d=blade, fill=tint("yellow"), stroke=INK, stroke_width=1.8),
        element("circle", cx=x, cy=y + 34, r=10, fill=tint("yellow"), stroke=INK, stroke_width=1.8),
        element("circle", cx=x, cy=y + 34, r=3.5, fill=INK),
    ]
    return "".join(parts)


def _words(lock: Lock, middle: float) -> tuple[list[str], float]:
    """All words, which stand below the lock, and where they end."""
    y = _TOP + 40 + 46 + 46
    parts = [text(lock.state.upper(), middle, y, 14, bold=True)]
    for words, bold in ((lock.name.replace(" of ", " of\n", 1), True), (lock.why, False)):
        for line in wrap(words, _SIZE, _COLUMN - 12):
            y += _LINE
            parts.append(text(line, middle, y, _SIZE, bold=bold))
    return parts, y


def _verdict(opens: bool, top: float) -> str:
    look = node_style("allow" if opens else "implicit-deny")
    words = "✓ The door opens" if opens else "✗ The door stays shut"
    box = element("rect", x=45, y=top, width=_WIDE - 90, height=36, rx=8, fill=look.fill, stroke=look.line,
                  stroke_width=2.5, stroke_dasharray=look.dash or None)  # fmt: skip
    return box + text(words, _WIDE / 2, top + 23, 14, bold=True)
