"""Wrong beliefs about how long credentials last."""

from collections.abc import Callable

from iamkit.beliefs.belief import Belief
from iamkit.credentials.bearer import check_key
from iamkit.credentials.limits import CHAINED
from iamkit.credentials.tokens import Credentials
from iamkit.identity.holdings import AccessKey
from iamkit.world import World

_DURATION = "iamkit.credentials.limits:role_duration"
Lasts = Callable[[int | None, int | None, bool], int]


def _cut(real: Lasts, asked: int | None, longest: int | None, chained: bool) -> int:
    lasts = real(asked, longest, False)
    return min(lasts, CHAINED) if chained else lasts


def _as_long_as_the_role(real: Lasts, asked: int | None, longest: int | None, chained: bool) -> int:
    return real(asked, longest, False)


def _key_too(real: Callable[[World, Credentials, int], None], world: World, given: Credentials, now: int) -> None:
    real(world, given, now)
    if isinstance(first := given.lineage[0], AccessKey):
        check_key(world, first)


LIFETIMES: tuple[Belief, ...] = (
    Belief(
        "chaining-is-cut",
        "Role chaining lasts an hour: if I ask for more, I get an hour.",
        "Role chaining lasts an hour at most, and asking for more fails: STS refuses, and there is no session.",
        "STS API Reference, AssumeRole (DurationSeconds); IAM User Guide, id_roles (role chaining)",
        _DURATION,
        _cut,
    ),
    Belief(
        "chaining-is-free",
        "A session that was opened from another role's session lasts as long as the role allows.",
        "Whatever the role's longest session is, a session that a role session opens lasts an hour at most.",
        "IAM User Guide, id_roles (role chaining)",
        _DURATION,
        _as_long_as_the_role,
    ),
    Belief(
        "key-ends-sessions",
        "Deactivating an access key ends the sessions that it opened.",
        "Temporary credentials live until they expire; no page of AWS's says that deactivating the key ends them. To "
        "stop them, take the permissions away: policies are read anew for every request.",
        "IAM User Guide, id_credentials_temp_control-access_disable-perms",
        "iamkit.credentials.bearer:check_credentials",
        _key_too,
    ),
)
