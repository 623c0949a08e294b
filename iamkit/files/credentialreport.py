"""Who holds which credentials, read from the output of ``aws iam get-credential-report``.

The report says of each user, and of the root user, whether there is a password and an MFA device, and which access
keys and certificates there are, with their times. It does not give the IDs of keys, nor the number and kind of MFA
devices: the kit makes IDs up, and takes one virtual device. Service-specific credentials and SSH keys are not in it.

Source: IAM User Guide, id_credentials_getting-report.
"""

import base64
import binascii
import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from iamkit.credentials.clock import instant
from iamkit.errors import RequestError, WorldError
from iamkit.files.jsonfile import read_json, read_text
from iamkit.identity.account import Account
from iamkit.identity.holdings import Holdings, Status
from iamkit.identity.identities import User
from iamkit.world import World

COMMAND = "aws iam get-credential-report"
ROOT = "<root_account>"
NAME = "credential_report"
UNCHANGED = f"Give the output of {COMMAND} as it is."
NO_TIME = ("N/A", "no_information", "not_supported", "")
NEEDED = (
    "user", "arn", "password_enabled", "password_last_used", "password_last_changed", "mfa_active",
    "access_key_1_active", "access_key_1_last_rotated", "access_key_1_last_used_date",
    "access_key_2_active", "access_key_2_last_rotated", "access_key_2_last_used_date",
    "cert_1_active", "cert_1_last_rotated", "cert_2_active", "cert_2_last_rotated",
)  # fmt: skip
# Tells of keys and certificates beyond the second.
FURTHER = "additional_credentials_info"

Source = str | bytes | Path | Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """One line of the report.

    Args:
        line: its number in the CSV text; the header is line 1.
        cells: values by column.
    """

    line: int
    cells: Mapping[str, str]

    def fault(self, column: str, what: str, remedy: str = UNCHANGED) -> WorldError:
        return WorldError(what, where=f"{NAME}, line {self.line}, {column}", remedy=remedy)

    def flag(self, column: str, unsupported: bool = False) -> bool:
        """``TRUE`` or ``FALSE``; ``not_supported``, which only the root user has, counts as ``unsupported``."""
        given = self.cells[column].lower()
        if given in ("true", "false"):
            return given == "true"
        if given == "not_supported" and self.cells["user"] == ROOT:
            return unsupported
        raise self.fault(column, f"{self.cells[column]!r} is neither TRUE nor FALSE.")

    def time(self, column: str) -> int | None:
        """Seconds since 1970, or None where the report has no time."""
        given = self.cells[column]
        if given in NO_TIME:
            return None
        try:
            return instant(given)
        except RequestError as fault:
            raise self.fault(
                column, fault.what, f"It is an ISO 8601 time or one of {', '.join(NO_TIME[:3])}."
            ) from None


def add_reports(world: World, report: Source | Iterable[Source]) -> None:
    """Add what a report, or a list of reports of several accounts, says to the holdings of a world's users.

    What does not fit together, because users came or went between dump and report, is noted in ``World.notes``.

    Args:
        world: has the accounts and users already.
        report: the path of a file, CSV text, the CLI's JSON with the text in base64, or boto3's answer.

    Raises:
        WorldError: with line and column, for what is no report, a value that AWS does not write, or another account.

    >>> world = World()
    >>> ana = world.account("111122223333").user("ana")
    >>> add_reports(world, ",".join(NEEDED) + '''
    ... ana,arn:aws:iam::111122223333:user/ana,TRUE,no_information,2026-11-24T09:00:00+00:00,FALSE,\\
    ... TRUE,2026-11-24T09:00:00+00:00,N/A,FALSE,N/A,N/A,FALSE,N/A,FALSE,N/A''')
    >>> ana.holdings.access_keys
    [<AccessKey AKIASFSNJ5JMX5TRTCGR of user/ana, Active>]
    """
    several = report if isinstance(report, list | tuple) else [report]
    found, notes = _Found(world), []
    for one in several:
        for row in _rows(_content(one)):
            notes += found.add(row)
    # Only now, so that a fault leaves nothing half done.
    for owner, held in found.held:
        if isinstance(owner, Account):
            owner.root_holdings = held
        else:
            owner.holdings = held
    world.notes += notes + found.unknown()


# Reading


def _content(report: Any) -> str:
    """The CSV text."""
    if isinstance(report, bytes):
        return _decoded(report)
    if isinstance(report, Path) or (isinstance(report, str) and "\n" not in report and report.lstrip()[:1] != "{"):
        report = read_text(Path(report), "a credential report")
    if isinstance(report, str) and not report.lstrip().startswith("{"):
        return report
    given = report if isinstance(report, Mapping) else read_json(report, "a credential report")
    content = given.get("Content") if isinstance(given, Mapping) else None
    if isinstance(content, bytes):
        return _decoded(content)
    if not isinstance(content, str):
        remedy = f"Give the output of {COMMAND}: CSV text, or an object with the text in Content."
        raise WorldError("This is no credential report.", where=NAME, remedy=remedy)
    try:
        return _decoded(base64.b64decode(content, validate=True))
    except binascii.Error:
        raise WorldError("Content is no base64.", where=f"{NAME}.Content", remedy=UNCHANGED) from None


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WorldError("The report is not UTF-8 text.", where=NAME, remedy=UNCHANGED) from None


def _rows(text: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        header = next(reader, [])
        missing = [column for column in NEEDED if column not in header]
        if missing:
            what = f"There is no column {missing[0]}."
            raise WorldError(what, where=f"{NAME}, line 1", remedy=UNCHANGED)
        for cells in reader:
            if not cells:
                continue
            if len(cells) != len(header):
                what = f"There are {len(cells)} values for {len(header)} columns."
                raise WorldError(what, where=f"{NAME}, line {reader.line_num}", remedy=UNCHANGED)
            yield Row(reader.line_num, dict(zip(header, cells, strict=True)))
    except csv.Error as fault:
        where = f"{NAME}, line {reader.line_num}"
        raise WorldError(f"This is no CSV: {fault}.", where=where, remedy=UNCHANGED) from None


# What it says


class _Found:
    """What the lines say, by owner, before it is put into the world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.held: list[tuple[Account | User, Holdings]] = []
        self.lines: dict[str, int] = {}

    def add(self, row: Row) -> list[str]:
        """Read one line; returns what has to be noted."""
        arn, where = row.cells["arn"], f"{NAME}, line {row.line}"
        if arn in self.lines:
            raise row.fault("arn", f"{arn} stands at line {self.lines[arn]} already.")
        owner = self.owner(row, arn)
        self.lines[arn] = row.line
        if owner is None:
            return [f"{where}: {arn} is not in the dump"]
        before = owner.root_holdings if isinstance(owner, Account) else owner.holdings
        self.held.append((owner, _holdings(row, Holdings(arn, namesakes=before.namesakes))))
        more = row.cells.get(FURTHER, "") not in NO_TIME
        return [f"{where}: {arn} has credentials that are not in it"] if more else []

    def owner(self, row: Row, arn: str) -> Account | User | None:
        """The user of a line, or the account for its root user; None for a user that the world does not have."""
        fields = arn.split(":", 5)
        if len(fields) != 6 or fields[2] != "iam" or not (fields[5] == "root" or fields[5].startswith("user/")):
            raise row.fault("arn", f"{arn!r} is not the ARN of a user or root user.")
        account = self.world.accounts.get(fields[4])
        if account is None:
            remedy = "Give the dump of this account too, or leave its report out."
            raise row.fault("arn", f"The world has no account {fields[4]}.", remedy)
        name = ROOT if arn == account.root else arn.rpartition("/")[2]
        if row.cells["user"] != name:
            raise row.fault("user", f"{row.cells['user']!r} is not the name of {arn}.")
        if name == ROOT:
            return account
        user = account.users.get(name)
        return user if user and user.arn == arn else None

    def unknown(self) -> list[str]:
        """Users of the same accounts of whom no line tells."""
        told = {arn.split(":")[4] for arn in self.lines}
        users = [user.arn for user in self.world.users() if user.account in told and user.arn not in self.lines]
        return [f"{NAME}: {arn} is not in it; its credentials are not known" for arn in users]


def _holdings(row: Row, held: Holdings) -> Holdings:
    """What one line says that its owner holds."""
    if row.flag("password_enabled", unsupported=True):
        held.add_password(row.time("password_last_changed"), row.time("password_last_used"))
    for key in ("access_key_1", "access_key_2"):
        _access_key(held, row, key)
    for certificate in ("cert_1", "cert_2"):
        _certificate(held, row, certificate)
    if row.flag("mfa_active"):
        held.add_mfa()
    return held


def _access_key(held: Holdings, row: Row, key: str) -> None:
    """A key that is inactive still has the time at which it was made."""
    active, created = row.flag(f"{key}_active"), row.time(f"{key}_last_rotated")
    if active or created is not None:
        held.add_access_key(created, status=_status(active), last_used=row.time(f"{key}_last_used_date"))


def _certificate(held: Holdings, row: Row, certificate: str) -> None:
    active, uploaded = row.flag(f"{certificate}_active"), row.time(f"{certificate}_last_rotated")
    if active or uploaded is not None:
        held.add_certificate(status=_status(active))


def _status(active: bool) -> Status:
    return "Active" if active else "Inactive"
