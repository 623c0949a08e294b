"""What STS checks before and after the policies: parameters, durations, session policies, tags.

Sources: STS API Reference, AssumeRole, GetSessionToken, GetFederationToken, AssumeRoot; IAM User Guide, id_roles ("Role
chaining"), id_session-tags, reference_iam-quotas. Durations are in seconds.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from iamkit.credentials.clock import HOUR, MINUTE, lasting
from iamkit.decision import Decision
from iamkit.errors import PolicyError, RequestError
from iamkit.identity.identities import ManagedPolicy
from iamkit.policies import Source
from iamkit.policy.document import Policy
from iamkit.policy.places import Place, check_place

VALIDATION, DENIED = "ValidationError", "AccessDenied"


class Refusal(Exception):
    """Why STS refuses; `iamkit.credentials.sts.Sts` turns it into a `Refused`."""

    def __init__(self, error: str, message: str, remedy: str = "", decision: Decision | None = None) -> None:
        self.error, self.message, self.remedy, self.decision = error, message, remedy, decision
        super().__init__(message)


@dataclass(frozen=True)
class Duration:
    """How long the credentials of one operation last: from ``least`` to ``most``, and ``default`` if nobody says."""

    least: int
    most: int
    default: int

    def check(self, asked: int | None) -> int:
        """The duration asked for, or the default.

        Raises:
            Refusal: if it is outside of the range.
            RequestError: if it is no whole number.
        """
        if asked is None:
            return self.default
        if not isinstance(asked, int) or isinstance(asked, bool):
            remedy = "Write a whole number of seconds."
            raise RequestError(f"{asked!r} is not a duration.", where="duration", remedy=remedy)
        if not self.least <= asked <= self.most:
            bound = _bound(asked, self.least, self.most)
            message = f"Value {asked} at 'durationSeconds' failed to satisfy constraint: Member must have value {bound}"
            raise Refusal(VALIDATION, message, f"Ask for {self.least} to {self.most} seconds.")
        return asked


ROLE = Duration(15 * MINUTE, 12 * HOUR, HOUR)
USER = Duration(15 * MINUTE, 36 * HOUR, 12 * HOUR)
ASSUME_ROOT = Duration(0, 15 * MINUTE, 15 * MINUTE)
CHAINED = HOUR
ROOT_USER = HOUR


def role_duration(asked: int | None, longest: int | None, chained: bool) -> int:
    """How long a role session lasts.

    Args:
        asked: DurationSeconds, or None.
        longest: the role's maximum session duration; None for a service, which it does not bind (reference_iam-quotas).
        chained: whether a role session asks. Then an hour is the most, and asking for more fails instead of being cut.

    >>> role_duration(None, 43_200, chained=False), role_duration(43_200, 43_200, chained=False)
    (3600, 43200)
    """
    duration = ROLE.check(asked)
    if chained and duration > CHAINED:
        message = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
        raise Refusal(
            VALIDATION, message, "Ask for 3600 seconds at most, or assume the role with long-term credentials."
        )
    if longest is not None and duration > longest:
        message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        raise Refusal(VALIDATION, message, f"The role allows {lasting(longest)}.")
    return duration


def user_duration(asked: int | None, is_root: bool) -> int:
    """How long the credentials of GetSessionToken and GetFederationToken last; the root user's are cut to an hour.

    >>> user_duration(None, is_root=False), user_duration(43_200, is_root=True)
    (43200, 3600)
    """
    duration = USER.check(asked)
    return min(duration, ROOT_USER) if is_root else duration


def mfa_key(operation: str, shown: bool = False) -> dict[str, str]:
    """``aws:MultiFactorAuthPresent`` as a session carries it: of federated identities AWS sends no such key.

    Source: reference_policies_condition-keys, aws:MultiFactorAuthPresent ("not present for federated identities").

    >>> mfa_key("GetSessionToken", shown=True), mfa_key("AssumeRoleWithSAML")
    ({'aws:MultiFactorAuthPresent': 'true'}, {})
    """
    if operation in ("AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "GetFederationToken"):
        return {}
    return {"aws:MultiFactorAuthPresent": str(shown).lower()}


def _bound(value: int, least: int, most: int) -> str:
    return f"greater than or equal to {least}" if value < least else f"less than or equal to {most}"


_NAME = re.compile(r"[\w+=,.@-]+", re.ASCII)
_EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]+", re.ASCII)


def check_text(text: str, parameter: str, least: int, most: int, pattern: re.Pattern = _NAME) -> None:
    """Refuse a name that does not fit.

    Raises:
        Refusal: if it is too short or too long, or holds other characters.
        RequestError: if it is no text.
    """
    if not isinstance(text, str):
        raise RequestError(f"{text!r} is not a text.", where=parameter, remedy="Put it in quotes.")
    if not least <= len(text) <= most:
        bound = _bound(len(text), least, most)
        message = f"Value at '{parameter}' failed to satisfy constraint: Member must have length {bound}"
        raise Refusal(VALIDATION, message, f"Use {least} to {most} characters.")
    if not pattern.fullmatch(text):
        message = f"Value at '{parameter}' failed to satisfy constraint: Member must satisfy regular expression pattern"
        raise Refusal(VALIDATION, message, "Use letters, digits and =,.@-_.")


def check_external_id(text: str) -> None:
    """2 to 1224 characters."""
    check_text(text, "externalId", 2, 1224, _EXTERNAL_ID)


def check_source_identity(text: str, before: str | None) -> None:
    """2 to 64 characters, not ``aws:``; and once it is set, nobody on the chain changes it.

    Source: IAM User Guide, id_credentials_temp_control-access_monitor.
    """
    if before is not None and text != before:
        raise Refusal(DENIED, "The source identity is already set for this assume role session.", f"It is {before!r}.")
    if str(text).lower().startswith("aws:"):
        raise Refusal(VALIDATION, "A source identity cannot begin with aws:.", "Name the person or the application.")
    check_text(text, "sourceIdentity", 2, 64)


def check_tags(tags: Mapping[str, str], transitive: Iterable[str], inherited: Mapping[str, str]) -> None:
    """At most 50 tags; transitive keys are among them; a key that was inherited cannot be sent again."""
    if len(tags) > 50:
        raise Refusal(VALIDATION, f"{len(tags)} session tags are more than 50.", "Send fewer.")
    keys = [key.lower() for key in tags]
    for key, value in tags.items():
        _check_tag(key, value)
    if len(set(keys)) < len(keys):
        raise Refusal("InvalidParameterValue", "Duplicate tag keys found.", "Tag keys compare without case.")
    if clash := sorted(set(keys) & {key.lower() for key in inherited}):
        message = ("One of the specified transitive tag keys can't be set because it conflicts with a transitive tag "
                   "key from the calling session.")  # fmt: skip
        raise Refusal("InvalidParameterValue", message, f"Leave out {', '.join(clash)}: it is inherited.")
    if missing := sorted({key.lower() for key in transitive} - set(keys)):
        message = f"The transitive tag keys {', '.join(missing)} are not among the tags."
        raise Refusal("InvalidParameterValue", message, "Send the tags too.")


_TAG = re.compile(r"[\w\s.:/=+@-]*")


def _check_tag(key: str, value: str) -> None:
    """Session tags follow the rules of IAM's tags (id_session-tags; id_tags, "Rules for tagging")."""
    if not (isinstance(key, str) and isinstance(value, str)):
        what = f"The session tag {key!r} is not a pair of texts."
        raise RequestError(what, where="tags", remedy='Write {"team": "payroll"}.')
    fits = 1 <= len(key) <= 128 and len(value) <= 256 and _TAG.fullmatch(key) and _TAG.fullmatch(value)
    if not fits or key != key.strip() or key.lower().startswith("aws:"):
        remedy = "Use letters, digits, spaces and _.:/=+-@; a key has 1 to 128, not beginning with aws:, a value 256."
        raise Refusal(VALIDATION, f"The session tag {key!r} is not valid.", remedy)


def session_policies(given: Source | None, managed: Iterable[ManagedPolicy], account: str) -> list[Policy] | None:
    """The inline session policy and the managed ones; None if there is none of either.

    Of managed ones the request carries the ARNs, so these count against the 2,048 characters, and not the documents.
    The limit of their packed form (PackedPolicySize) is not modeled: how AWS packs them is not published.

    Args:
        given: the inline session policy.
        managed: the managed ones.
        account: of the role or user; its own policies and AWS's can be named.

    Raises:
        Refusal: for more than ten managed ones, one of another account, more than 2,048 characters in all, or a
            document that is no policy.
    """
    try:
        own = [check_place(Policy.parse(given, name="session policy"), Place.SESSION)] if given is not None else []
    except PolicyError as fault:
        raise Refusal("MalformedPolicyDocument", str(fault)) from None
    attached = list(managed)
    if foreign := [policy.arn for policy in attached if policy.arn.split(":")[4] not in (account, "aws")]:
        message = f"The policy {foreign[0]} is not in the account {account}."
        raise Refusal(VALIDATION, message, "Name managed policies of that account, or of AWS.")
    if len(attached) > 10:
        raise Refusal(VALIDATION, f"{len(attached)} managed session policies are more than 10.", "Name fewer.")
    size = (_characters(given) if own else 0) + sum(len(policy.arn) for policy in attached)
    if size > 2048:
        message = f"The session policies have {size} characters; 2048 is the most."
        raise Refusal(VALIDATION, message, "Shorten them.")
    return [*own, *(policy.document for policy in attached)] or None


def _characters(given: Source | None) -> int:
    """How many a policy has as it is sent: a text as it is, another without white space between its parts."""
    if isinstance(given, str):
        return len(given)
    return len(json.dumps(given.document if isinstance(given, Policy) else given, separators=(",", ":")))
