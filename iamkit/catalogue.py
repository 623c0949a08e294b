"""The actions of AWS's services, the resources they work on, and the types of condition keys.

What AWS publishes in its Service Authorization Reference, read from ``iamkit/data/actions.txt``; that file says where
it comes from and how it is made again. A service or action that is not in it may still exist: AWS adds some every
week. So nothing here answers "no" for good: unknown is None, and callers then go by the text alone.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache, cached_property, lru_cache
from importlib.resources import files

from iamkit.arn import Pattern, arn_pattern

LEVELS = {"L": "List", "R": "Read", "W": "Write", "T": "Tagging", "P": "Permissions management"}
ANYTHING = Pattern.glob("*")


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """One way in which a resource of a type is written.

    Args:
        type: the resource type; empty for the ``*`` of an action that works on no resource.
        arn: the ARNs of such resources; each part that AWS leaves open holds at least one character.
        narrower: ARNs among them that belong to a narrower type: those of objects among those of a bucket.
    """

    type: str
    arn: Pattern
    narrower: tuple[Pattern, ...] = ()

    def holds(self, resource: str) -> bool:
        """True if the resource is of this kind."""
        return self.arn.matches(resource) and not any(pattern.matches(resource) for pattern in self.narrower)


NO_RESOURCE = Kind("", Pattern.literal("*"))


@dataclass(frozen=True)
class Service:
    """What the catalogue has on one service prefix.

    Args:
        prefix: ``s3``.
        actions: by name in lower case: its name, access level and the codes of its resource types, ``*`` among them if
            it also works on no resource in particular.
        types: by code, a resource type's name and its ARNs with wildcards.
        keys: by condition key in lower case, without the prefix, its type.
    """

    prefix: str
    actions: dict[str, tuple[str, str, tuple[str, ...]]] = field(default_factory=dict)
    types: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """All actions as ``s3:GetObject``, in order of their lower-case names."""
        return tuple(f"{self.prefix}:{self.actions[name][0]}" for name in sorted(self.actions))

    @cached_property
    def lowered(self) -> list[str]:
        """The same in lower case."""
        return [name.lower() for name in self.names]


@cache
def _sections() -> dict[str, str]:
    text = files("iamkit").joinpath("data/actions.txt").read_text(encoding="utf-8")
    return dict(section.split("]\n", 1) for section in f"\n{text}".split("\n[")[1:])


@cache
def service(prefix: str) -> Service:
    """What is known of a service prefix; nothing, if the catalogue does not have it."""
    found, verb, level = Service(prefix.lower()), "", ""
    for line in _sections().get(prefix.lower(), "").splitlines():
        mark, _, rest = line.partition(" ")
        if mark == "=":
            code, arns, name = rest.split(" ", 2)
            found.types[code] = name, tuple(f"arn:*:{arn}" for arn in arns.split(","))
        elif mark == ":":
            verb, level = rest.removeprefix("-").split(" ")
        elif mark == "@":
            name, _, kind = rest.partition(" ")
            found.keys[name.lower()] = kind or "String"
        else:
            name = verb + mark.rstrip("?").rstrip(".")
            codes = rest.split()
            found.actions[name.lower()] = name, level, (*codes, *["*"] * (mark.endswith("?") or not codes))
    return found


def services() -> tuple[str, ...]:
    """The prefixes of all services that have actions, sorted.

    >>> "s3" in services()
    True
    """
    return tuple(prefix for prefix in sorted(_sections()) if service(prefix).actions)


def actions(pattern: str = "*") -> tuple[str, ...]:
    """All actions that a policy's action pattern matches, sorted; case does not matter.

    >>> actions("s3:GetBucketPolicy*")
    ('s3:GetBucketPolicy', 's3:GetBucketPolicyStatus')
    >>> actions("no-such-service:*")
    ()
    """
    return tuple(matching([Pattern.glob(pattern, fold=True)]))


def known(action: str) -> bool:
    """True if the catalogue has this one action; case does not matter.

    >>> known("s3:getobject"), known("s3:GetObjects")
    (True, False)
    """
    prefix, _, name = action.partition(":")
    return name.lower() in service(prefix).actions


def nearest(action: str) -> str | None:
    """The known action whose name is most like this text, of the same service where that is known.

    >>> nearest("s3:GetObjcet"), nearest("s4:GetObject")
    ('s3:GetObject', 's3:GetObject')
    """
    prefix, _, name = action.partition(":")
    if not service(prefix).actions:
        close = get_close_matches(prefix.lower(), services(), 5, 0.5)
        prefix = next((other for other in close if name.lower() in service(other).actions), "")
    found = service(prefix)
    close = get_close_matches(name.lower(), found.actions, 1)
    return f"{found.prefix}:{found.actions[close[0]][0]}" if close else None


def access_level(action: str) -> str | None:
    """``List``, ``Read``, ``Write``, ``Tagging`` or ``Permissions management``; None for an unknown action.

    >>> access_level("iam:PassRole")
    'Write'
    """
    prefix, _, name = action.partition(":")
    found = service(prefix).actions.get(name.lower())
    return LEVELS[found[1]] if found else None


def kinds(action: str) -> tuple[Kind, ...]:
    """The kinds of resource that requests for an action name, those that its name speaks of first; none if the
    action is unknown.

    >>> [kind.type for kind in kinds("s3:GetBucketPolicyStatus")]
    ['bucket']
    >>> [kind.arn.text for kind in kinds("s3:ListAllMyBuckets")]
    ['*']
    """
    prefix, _, name = action.partition(":")
    found = service(prefix)
    name = name.lower()
    codes = found.actions.get(name, ("", "", ()))[2]
    ordered = sorted(codes, key=lambda code: code == "*" or found.types[code][0].replace("-", "") not in name)
    return tuple(kind for code in ordered for kind in _kinds(found.prefix, code))


@cache
def _kinds(prefix: str, code: str) -> tuple[Kind, ...]:
    """Where one ARN lies inside another, as that of an object inside that of a bucket, it is of the narrower type."""
    if code == "*":
        return (NO_RESOURCE,)
    types = service(prefix).types
    all_arns = sorted({arn for _, arns in types.values() for arn in arns})
    name, arns = types[code]
    return tuple(Kind(name, _arn(arn), tuple(_arn(p) for p in all_arns if _inside(p, arn))) for arn in arns)


def _inside(arn: str, wider: str) -> bool:
    return _arn(wider).matches(arn) and not _arn(arn).matches(wider)


@cache
def _arn(text: str) -> Pattern:
    return arn_pattern(Pattern.glob(text.replace("*", "?*")).parts)


def fits(action: str, resource: str) -> bool | None:
    """True if AWS makes requests for this action on such a resource; None if the catalogue does not know the action.

    >>> fits("s3:GetObject", "arn:aws:s3:::payroll/march.csv"), fits("s3:GetObject", "arn:aws:s3:::payroll")
    (True, False)
    """
    found = kinds(action)
    return any(kind.holds(resource) for kind in found) if found else None


def key_type(key: str) -> str | None:
    """The type of a service's condition key: ``String``, ``Bool``, ``Numeric``, ``Date``, ``ARN``, ``IPAddress``, or
    ``ArrayOf`` one of them; None for global keys and for unknown ones.

    >>> key_type("dynamodb:LeadingKeys"), key_type("kms:EncryptionContext:purpose"), key_type("aws:SourceIp")
    ('ArrayOfString', 'String', None)
    """
    prefix, _, name = key.lower().partition(":")
    return _type(prefix, name) if prefix != "aws" else None


@lru_cache(maxsize=4096)
def _type(prefix: str, name: str) -> str | None:
    listed = service(prefix).keys
    return listed.get(name) or next((listed[k] for k in listed if "*" in k and Pattern.glob(k).matches(name)), None)


def condition_keys(prefix: str) -> dict[str, str]:
    """The condition keys of a service in lower case, each with its type; ``*`` where a name of one's own stands.

    >>> condition_keys("kms")["kms:encryptioncontext:*"]
    'String'
    """
    return {f"{prefix.lower()}:{name}": kind for name, kind in service(prefix).keys.items()}


def matching(passing: Iterable[Pattern], failing: Iterable[Pattern] = ()) -> Iterator[str]:
    """Every known action that matches all of these patterns and none of those, in a fixed order."""
    passing, failing = tuple(passing), tuple(failing)
    named = {prefix for prefix in map(_prefix, passing) if prefix is not None}
    for prefix in sorted(named or _sections()) if len(named) < 2 else ():
        found = service(prefix)
        left = (1 << len(found.names)) - 1
        for pattern in passing:
            left &= _mask(prefix, pattern)
        for pattern in failing:
            left &= ~_mask(prefix, pattern)
        while left:
            yield found.names[(left & -left).bit_length() - 1]
            left &= left - 1


def _prefix(pattern: Pattern) -> str | None:
    """The one service that a pattern speaks of, if it is written out."""
    first = pattern.parts[0] if pattern.parts else None
    return first.partition(":")[0].lower() if isinstance(first, str) and ":" in first else None


@lru_cache(maxsize=65536)
def _mask(prefix: str, pattern: Pattern) -> int:
    """The actions of a service that a pattern matches, as the bits of a number, so that patterns combine quickly."""
    names = service(prefix).names
    if pattern == ANYTHING or pattern.parts == ANYTHING.parts:
        return (1 << len(names)) - 1
    if _prefix(pattern) not in (None, prefix):
        return 0
    if not pattern.fold:
        return sum(1 << place for place, name in enumerate(names) if pattern.matches(name))
    return _folded(prefix, pattern)


def _folded(prefix: str, pattern: Pattern) -> int:
    """Where case does not matter, the names that begin as the pattern does stand side by side."""
    lowered = service(prefix).lowered
    start = pattern.parts[0].lower() if pattern.parts and isinstance(pattern.parts[0], str) else ""
    first, last = bisect_left(lowered, start), bisect_left(lowered, f"{start}\U0010ffff")
    if pattern.text is not None:
        return 1 << first if lowered[first:last][:1] == [pattern.text.lower()] else 0
    if len(pattern.parts) == 2 and pattern.parts[1:] == ANYTHING.parts:
        return (1 << last) - (1 << first)
    return sum(1 << place for place in range(first, last) if pattern.matches(lowered[place]))
