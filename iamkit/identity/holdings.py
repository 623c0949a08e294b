"""What a user or the root user holds: its long-term credentials, and how many of each it may have.

Source: IAM User Guide, id_credentials_access-keys, reference_iam-quotas, id_credentials_mfa,
id_credentials_service-specific-creds, reference_identifiers. All times are seconds since 1970, UTC.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from iamkit.errors import WorldError

Status = Literal["Active", "Inactive", "Expired"]

ACCESS_KEYS, PER_SERVICE, SSH_KEYS, CERTIFICATES, MFA_DEVICES = 2, 2, 5, 2, 8
"""At most so many: access keys; service-specific credentials of one service; SSH public keys; signing certificates; MFA
devices (reference_iam-quotas, id_credentials_mfa)."""

DAY = 86_400
LONGEST_EXPIRY = 36_600 * DAY

WITHOUT_EXPIRY = ("codecommit.amazonaws.com", "cassandra.amazonaws.com")
"""Services whose credentials cannot be given an end: only long-term API keys can (CreateServiceSpecificCredential)."""


def made_up_id(prefix: str, owner: str, number: int, namesakes: int = 0) -> str:
    """An ID such as ``AKIA…``, made from the owner's ARN so that the same world always has the same IDs.

    Args:
        prefix: its first four letters.
        owner: the ARN of the user, or of the root user.
        number: 1 for the first ID of this owner, and so on.
        namesakes: how many users with the same ARN were there before and are deleted.

    >>> made_up_id("AKIA", "arn:aws:iam::111122223333:user/ana", 1)
    'AKIASFSNJ5JMX5TRTCGR'
    """
    seed = f"{owner}#{prefix}#{number}" + (f"#{namesakes}" if namesakes else "")
    return prefix + base64.b32encode(hashlib.sha256(seed.encode()).digest()).decode()[:16]


def made_up_serial(kind: str, owner: str, number: int) -> str:
    """The serial number of an MFA device: an ARN, or for a hardware token a number (id_credentials_mfa).

    >>> made_up_serial("virtual", "arn:aws:iam::111122223333:user/payroll/ana", 1)
    'arn:aws:iam::111122223333:mfa/ana'
    >>> made_up_serial("passkey", "arn:aws:iam::111122223333:root", 2)
    'arn:aws:iam::111122223333:u2f/root/passkey-2'
    """
    account, _, resource = owner.rpartition(":")
    name = resource.rpartition("/")[2]
    if kind == "hardware":
        digest = hashlib.sha256(f"{owner}#{number}".encode()).hexdigest()
        return f"GAHT{int(digest, 16) % 10**8:08}"
    if kind == "passkey":
        return f"{account}:u2f/{'root' if resource == 'root' else f'user/{name}'}/passkey-{number}"
    return f"{account}:mfa/{name}{f'-{number}' if number > 1 else ''}"


@dataclass(eq=False)
class AccessKey:
    """A long-term access key. Its secret is shown once, when it is made, so the kit keeps none.

    Args:
        id: ``AKIA…``.
        owner: ARN of the user, or of the root user.
        created: when it was made, or None where that is not known.
        status: ``Active`` or ``Inactive``.
        last_used: when it was last used; None if never, or not known.
    """

    id: str
    owner: str
    created: int | None = None
    status: Status = "Active"
    last_used: int | None = None

    @property
    def is_active(self) -> bool:
        """An inactive key signs nothing; it can be made active again."""
        return self.status == "Active"

    def __repr__(self) -> str:
        return f"<AccessKey {self.id} of {self.owner.rpartition(':')[2]}, {self.status}>"


@dataclass(eq=False)
class Password:
    """A password for the console; a user without it cannot sign in there.

    Args:
        changed: when it was last set.
        last_used: when it was last used; None if never, or not known.
    """

    changed: int | None = None
    last_used: int | None = None


@dataclass(eq=False)
class ServiceSpecificCredential:
    """A user name and password, or an API key, that one service alone accepts.

    Args:
        id: ``ACCA…``.
        service: such as ``codecommit.amazonaws.com``, ``cassandra.amazonaws.com`` (Keyspaces) or
            ``bedrock.amazonaws.com``.
        created, status: as for an access key.
        expires: when it ends; None if never.
    """

    id: str
    service: str
    created: int | None = None
    status: Status = "Active"
    expires: int | None = None


@dataclass(eq=False)
class SshKey:
    """An SSH public key, for CodeCommit (``APKA…``)."""

    id: str
    status: Status = "Active"


@dataclass(eq=False)
class SigningCertificate:
    """An X.509 certificate for the old SOAP calls of some services."""

    id: str
    status: Status = "Active"


@dataclass(eq=False)
class MfaDevice:
    """A second factor.

    Args:
        serial: its ARN, or the number on a hardware token.
        kind: ``virtual``, ``hardware`` or ``passkey``. A passkey cannot answer the MFA parameter of an STS call
            (id_credentials_mfa_configure-api-require).
    """

    serial: str
    kind: Literal["virtual", "hardware", "passkey"] = "virtual"


@dataclass(eq=False)
class Holdings:
    """All that one user, or the root user of an account, holds.

    Args:
        owner: its ARN.
        made: how many IDs were made up for it, those of deleted credentials included.
        namesakes: how many users with the same ARN were there before and are deleted.

    >>> ana = Holdings("arn:aws:iam::111122223333:user/ana")
    >>> ana.add_access_key()
    <AccessKey AKIASFSNJ5JMX5TRTCGR of user/ana, Active>
    """

    owner: str
    password: Password | None = None
    access_keys: list[AccessKey] = field(default_factory=list)
    service_specific: list[ServiceSpecificCredential] = field(default_factory=list)
    ssh_keys: list[SshKey] = field(default_factory=list)
    certificates: list[SigningCertificate] = field(default_factory=list)
    mfa_devices: list[MfaDevice] = field(default_factory=list)
    made: int = 0
    namesakes: int = 0

    def __bool__(self) -> bool:
        """Whether it holds anything."""
        return bool(
            self.password or self.access_keys or self.service_specific or self.ssh_keys or self.certificates
            or self.mfa_devices
        )  # fmt: skip

    def add_password(self, changed: int | None = None, last_used: int | None = None) -> Password:
        """Give it a password for the console; there is one at most (reference_iam-quotas, login profiles)."""
        if self.password is not None:
            raise self._full("a password", 1, "Change the one that is there.")
        self.password = Password(changed, last_used)
        return self.password

    def add_access_key(self, created: int | None = None, *, status: Status = "Active", last_used: int | None = None,
                       id: str | None = None) -> AccessKey:  # fmt: skip
        """Make an access key.

        Raises:
            WorldError: for a third one, or a status that an access key never has.
        """
        if status == "Expired":
            remedy = "Deactivate it; only a service-specific credential expires."
            raise WorldError("An access key has no end.", where=self.owner, remedy=remedy)
        self._room(self.access_keys, ACCESS_KEYS, "access keys", "Delete the one that is no longer used first.")
        key = AccessKey(id or self._id("AKIA"), self.owner, created, status, last_used)
        self.access_keys.append(key)
        return key

    def access_key(self, id: str) -> AccessKey:
        """The access key with this ID.

        Raises:
            WorldError: if it holds none.
        """
        for key in self.access_keys:
            if key.id == id:
                return key
        held = ", ".join(key.id for key in self.access_keys) or "none"
        raise WorldError(f"There is no access key {id}.", where=self.owner, remedy=f"It holds {held}.")

    def add_service_specific(
        self,
        service: str,
        created: int | None = None,
        *,
        lasts: int | None = None,
        status: Status = "Active",
        id: str | None = None,
    ) -> ServiceSpecificCredential:
        """Make a credential for one service.

        Args:
            service: the service's name.
            created: when; needed with ``lasts``.
            lasts: seconds until it expires: 1 to 36,600 days (CreateServiceSpecificCredential); None for ever.

        Raises:
            WorldError: for a third one of this service, a lifetime that AWS refuses, or the root user.
        """
        self._of_a_user("service-specific credentials")
        same = [held for held in self.service_specific if held.service == service]
        self._room(same, PER_SERVICE, f"credentials for {service}", "Delete one first.")
        if lasts is not None and service in WITHOUT_EXPIRY:
            remedy = "Leave the lifetime out; only long-term API keys, such as Amazon Bedrock's, take one."
            raise WorldError(f"Credentials for {service} have no end.", where=self.owner, remedy=remedy)
        if lasts is not None and (created is None or not DAY <= lasts <= LONGEST_EXPIRY):
            remedy = f"Say when it is made, and write {DAY} to {LONGEST_EXPIRY} seconds (1 to 36,600 days)."
            raise WorldError(f"A lifetime of {lasts} s is not allowed.", where=self.owner, remedy=remedy)
        expires = None if lasts is None or created is None else created + lasts
        made = ServiceSpecificCredential(id or self._id("ACCA"), service, created, status, expires)
        self.service_specific.append(made)
        return made

    def add_ssh_key(self, *, status: Status = "Active", id: str | None = None) -> SshKey:
        """Upload an SSH public key, for CodeCommit."""
        self._of_a_user("SSH public keys")
        self._room(self.ssh_keys, SSH_KEYS, "SSH public keys", "Delete one first.")
        self.ssh_keys.append(SshKey(id or self._id("APKA"), status))
        return self.ssh_keys[-1]

    def add_certificate(self, *, status: Status = "Active", id: str | None = None) -> SigningCertificate:
        """Upload a signing certificate."""
        self._room(self.certificates, CERTIFICATES, "signing certificates", "Delete one first.")
        self.certificates.append(SigningCertificate(id or self._id("ASCA"), status))
        return self.certificates[-1]

    def add_mfa(self, kind: Literal["virtual", "hardware", "passkey"] = "virtual", *,
                serial: str | None = None) -> MfaDevice:  # fmt: skip
        """Assign an MFA device."""
        self._room(self.mfa_devices, MFA_DEVICES, "MFA devices", "Deactivate one first.")
        self.mfa_devices.append(MfaDevice(serial or self._serial(kind), kind))
        return self.mfa_devices[-1]

    def _serial(self, kind: str) -> str:
        """A made-up serial number that no device of this owner has."""
        number = 1
        while (serial := made_up_serial(kind, self.owner, number)) in {device.serial for device in self.mfa_devices}:
            number += 1
        return serial

    def _id(self, prefix: str) -> str:
        """A made-up ID, the same in every run; no two of one owner are the same, deleted ones included."""
        self.made += 1
        return made_up_id(prefix, self.owner, self.made, self.namesakes)

    def _room(self, held: Sequence[object], most: int, what: str, remedy: str) -> None:
        if len(held) >= most:
            raise self._full(what, most, remedy)

    def _full(self, what: str, most: int, remedy: str) -> WorldError:
        return WorldError(f"It has {what} already; {most} is the most.", where=self.owner, remedy=remedy)

    def _of_a_user(self, what: str) -> None:
        if self.owner.endswith(":root"):
            raise WorldError(f"The root user has no {what}.", where=self.owner, remedy="Give them to an IAM user.")
