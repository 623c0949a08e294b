"""Who asks, and with which credential: is it accepted, and what does AWS know because of it?

Source: IAM User Guide, id_credentials_temp, id_credentials_access-keys, reference_policies_condition-keys.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from iamkit.credentials import clock
from iamkit.credentials.clock import iso
from iamkit.credentials.limits import DENIED, Refusal
from iamkit.credentials.tokens import Credentials
from iamkit.errors import RequestError, WorldError
from iamkit.identity.holdings import AccessKey, Holdings
from iamkit.identity.identities import Identity, User
from iamkit.identity.principals import Caller, Kind, Session
from iamkit.request import check_context, values
from iamkit.world import Who, World

By = Who | AccessKey | Credentials
"""An `AccessKey`, `Credentials`, or a principal as questions take it, of whose credential nothing is looked at."""

_INVALID = "InvalidClientTokenId"
_NOT_ACCEPTED = "The security token included in the request is invalid."


@dataclass
class Bearer:
    """Somebody who shows a credential that is accepted.

    Args:
        principal: who, as questions take it.
        caller: the same, as the rules see it.
        parent: the credential, or the ARN or name.
        mfa_at: when a second factor was shown, or None.
        shown: condition keys that an MFA code in this very call adds.
        counts_token: the reading ``session_token_counts_as_chaining``.
    """

    principal: Who
    caller: Caller
    parent: Credentials | AccessKey | str
    mfa_at: int | None = None
    shown: dict[str, Any] = field(default_factory=dict)
    counts_token: bool = False

    @property
    def arn(self) -> str:
        return self.caller.arn

    @property
    def account(self) -> str | None:
        return self.caller.account

    @property
    def entity(self) -> str:
        """The unique ID of its user or role, where known."""
        return self.caller.unique_id or ""

    @property
    def is_root(self) -> bool:
        return self.caller.kind is Kind.ROOT

    @property
    def is_service(self) -> bool:
        return self.caller.kind is Kind.SERVICE

    @property
    def is_temporary(self) -> bool:
        """Whether it shows temporary credentials. A user's bare name stands for its long-term ones."""
        return bool(self.caller.operation) or self.caller.kind in (Kind.SESSION, Kind.FEDERATED_USER)

    @property
    def is_chaining(self) -> bool:
        """Whether AssumeRole by it is role chaining: a role is used to assume another (id_roles)."""
        return self.caller.kind is Kind.SESSION or (self.counts_token and self.caller.operation == "GetSessionToken")

    @property
    def transitive(self) -> Mapping[str, str]:
        """The session tags that a further session inherits."""
        return self.parent.transitive if isinstance(self.parent, Credentials) else {}

    @property
    def source_identity(self) -> str | None:
        """The source identity that a further session inherits."""
        carried = self.principal.keys if isinstance(self.principal, Session) else {}
        return next((given for key, given in carried.items() if key.lower() == "aws:sourceidentity"), None)

    def show_mfa(self, serial: str | None, world: World) -> None:
        """Take an MFA device's code, which is taken to be right.

        Raises:
            Refusal: if the caller has no such device, or it is a passkey, which has no codes
                (id_credentials_mfa_configure-api-require).
        """
        if serial is None:
            return
        known = holdings(world, self.caller)
        device = next((one for one in known.mfa_devices if one.serial == serial), None) if known else None
        if device is None or device.kind == "passkey":
            message = ("MultiFactorAuthentication failed, unable to validate MFA code. Please verify your MFA serial "
                       "number is valid and associated with this user.")  # fmt: skip
            remedy = "A passkey has no codes: use a virtual or hardware device." if device else ""
            raise Refusal(DENIED, message, remedy)
        self.shown = {"aws:MultiFactorAuthPresent": "true", "aws:MultiFactorAuthAge": "0"}
        if isinstance(self.principal, Session):
            self.principal = replace(self.principal, keys={**self.principal.keys, "aws:MultiFactorAuthPresent": "true"})

    def context(self, given: Mapping[str, Any] | None, now: int) -> dict[str, Any]:
        """The condition keys of a call by it, at an instant.

        Raises:
            RequestError: if ``given`` says otherwise of what the clock or the credential says.
        """
        known = {**clock.now(now), **self.shown}
        if self.mfa_at is not None and not self.shown:
            known["aws:MultiFactorAuthAge"] = str(now - self.mfa_at)
        said = dict.fromkeys(self._settled(), ()) | {key.lower(): (value,) for key, value in known.items()}
        free, given = {}, given or {}
        check_context(given)
        for key, value in given.items():
            if key.lower() not in said:
                free[key] = value
            elif values(value, key) != said[key.lower()]:
                remedy = "Leave it out: the clock and the credential say it."
                raise RequestError(f"The caller cannot choose {key}.", where=f"context[{key!r}]", remedy=remedy)
        return {**known, **free}

    def _settled(self) -> tuple[str, ...]:
        """Keys that are absent unless something is known of them. Of sessions their facts say more; where nothing was
        looked at but a name, they stay open."""
        if isinstance(self.parent, AccessKey):
            return ("aws:tokenissuetime", "aws:multifactorauthpresent", "aws:multifactorauthage")
        return ("aws:multifactorauthage",) if isinstance(self.parent, Credentials) else ()


def bearer(world: World, by: By, now: int) -> Bearer:
    """Look at a credential.

    Raises:
        Refusal: if it is not accepted: expired, deactivated, deleted, or its user or role is gone.
        WorldError: if a principal was named that the world does not hold.
    """
    if isinstance(by, AccessKey):
        check_key(world, by)
        return Bearer(by.owner, world.caller(by.owner)[0], by)
    if isinstance(by, Credentials):
        check_credentials(world, by, now)
        counts = world.readings.session_token_counts_as_chaining
        return Bearer(by.session, world.caller(by.session)[0], by, by.mfa_at, counts_token=counts)
    name = by if isinstance(by, str) else by.arn
    return Bearer(name if isinstance(by, Identity) else by, world.caller(by)[0], name)


def holdings(world: World, caller: Caller) -> Holdings | None:
    """What the user or root user behind a caller holds; None for others, and where the world does not know it."""
    account = world.accounts.get(caller.account or "")
    if account is None or caller.kind not in (Kind.USER, Kind.ROOT):
        return None
    if caller.kind is Kind.ROOT:
        return account.root_holdings
    found = world.identity(str(caller.entity))
    return found.holdings if isinstance(found, User) else None


def key_of(world: World, key: AccessKey) -> AccessKey | None:
    """The key as this world has it now; None if it was deleted, or its user was."""
    try:
        known = holdings(world, world.caller(key.owner)[0])
    except WorldError:
        return None
    return next((one for one in known.access_keys if one.id == key.id), None) if known else None


def check_key(world: World, key: AccessKey) -> None:
    """Refuse a key that is inactive or deleted."""
    found = key_of(world, key)
    if found is None or not found.is_active:
        remedy = "It was deleted." if found is None else "It is inactive."
        raise Refusal(_INVALID, _NOT_ACCEPTED, remedy)


def check_credentials(world: World, given: Credentials, now: int) -> None:
    """Refuse temporary credentials that have expired, or whose user or role was deleted.

    A role that was made again under the same name does not bring its old sessions back: its unique ID is another.
    What becomes of the credentials when the key is deactivated that they were asked for with, or the user is deleted,
    AWS does not say plainly: see `iamkit.readings`.
    """
    if now >= given.expires:
        raise Refusal("ExpiredToken", "The security token included in the request is expired", "Ask STS for new ones.")
    if now < given.issued:
        raise Refusal(_INVALID, _NOT_ACCEPTED, f"They are issued at {iso(given.issued)} only.")
    account = given.session.of.split(":")[4]
    if given.session.operation == "AssumeRoot" or account not in world.accounts:
        return
    first = given.lineage[0]
    if world.readings.deactivated_key_ends_sessions and isinstance(first, AccessKey):
        check_key(world, first)
    if given.session.of.endswith(":root"):
        return
    role = ":role/" in given.session.of
    if not role and not world.readings.deleted_user_ends_sessions:
        return
    try:
        there = world.identity(given.session.of).unique_id
    except WorldError:
        there = None
    if there is None or (given.entity and there != given.entity):
        raise Refusal(_INVALID, _NOT_ACCEPTED, f"The {'role' if role else 'user'} was deleted.")
