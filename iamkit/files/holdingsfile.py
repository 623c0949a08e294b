"""What users and root users hold, in a world file: written and read.

Times are ISO 8601 texts in UTC. IDs that the reader would make up are not written.
"""

from collections.abc import Callable, Mapping
from typing import Any

from iamkit.credentials.clock import instant, iso
from iamkit.errors import RequestError, WorldError
from iamkit.files.jsonfile import at
from iamkit.identity.holdings import Holdings, made_up_id, made_up_serial

Given = dict[str, Any]

# For each list of credentials that have an ID, how the IDs begin (reference_identifiers).
PREFIXES = {"access_keys": "AKIA", "service_specific": "ACCA", "ssh_keys": "APKA", "certificates": "ASCA"}
TIMES = ("created", "changed", "expires", "last_used")


# Writing


def to_plain(held: Holdings) -> Given:
    """What stands under ``credentials`` of a user, or ``root_credentials`` of an account; empty if nothing is held.

    >>> ana = Holdings("arn:aws:iam::111122223333:user/ana")
    >>> key = ana.add_access_key(1_795_510_800)
    >>> to_plain(ana)
    {'access_keys': [{'created': '2026-11-24T09:00:00Z'}]}
    """
    written: Given = {}
    made = 0
    if held.password is not None:
        written["password"] = _plain(held.password)
    for part, prefix in PREFIXES.items():
        for one in getattr(held, part):
            plain = _plain(one)
            if one.id == made_up_id(prefix, held.owner, made + 1, held.namesakes):
                made += 1
                del plain["id"]
            written.setdefault(part, []).append(plain)
    serials: set[str] = set()
    for device in held.mfa_devices:
        plain = _plain(device)
        if device.serial == _serial(device.kind, held.owner, serials):
            del plain["serial"]
        serials.add(device.serial)
        written.setdefault("mfa_devices", []).append(plain)
    return written | ({"made": held.made} if held.made != made else {})


def _plain(one: object) -> Given:
    """The fields of one credential, without what the reader fills in."""
    kept = {name: value for name, value in vars(one).items() if name != "owner" and value is not None}
    usual = {"status": "Active", "kind": "virtual"}
    return {name: iso(value) if name in TIMES else value for name, value in kept.items() if usual.get(name) != value}


def _serial(kind: str, owner: str, taken: set[str]) -> str:
    """The serial number that the reader would make up."""
    number = 1
    while (serial := made_up_serial(kind, owner, number)) in taken:
        number += 1
    return serial


# Reading


def fill(held: Holdings, given: Mapping[str, Any], path: str, ids: dict[str, str]) -> None:
    """Add what a file says that somebody holds.

    Args:
        held: is filled.
        given: of the shape of the schema's ``credentials``.
        path: where it stands, for errors.
        ids: the IDs of credentials met so far, with the place of each; is added to.

    Raises:
        WorldError: for a date that there is not, more than AWS allows, or an ID that another has.
    """
    if "password" in given:
        password = _times(given["password"], f"{path}.password")
        with at(f"{path}.password"):
            held.add_password(password.get("changed"), password.get("last_used"))
    for part, add in _adders(held).items():
        for index, one in enumerate(given.get(part, [])):
            where = f"{path}.{part}[{index}]"
            plain = _times(one, where)
            with at(where):
                made = add(plain)
            _only_once(made.id, where, ids)
    for index, device in enumerate(given.get("mfa_devices", [])):
        _device(held, device, f"{path}.mfa_devices[{index}]")
    held.made = int(given.get("made", held.made))


def _adders(held: Holdings) -> dict[str, Callable[[Given], Any]]:
    return {
        "access_keys": lambda given: held.add_access_key(**given),
        "service_specific": lambda given: _service_specific(held, given),
        "ssh_keys": lambda given: held.add_ssh_key(**given),
        "certificates": lambda given: held.add_certificate(**given),
    }


def _service_specific(held: Holdings, given: Given) -> Any:
    expires, created = given.pop("expires", None), given.get("created")
    lasts = None if expires is None else expires - (created or 0)
    return held.add_service_specific(**given, lasts=lasts)


def _device(held: Holdings, given: Given, where: str) -> None:
    with at(where):
        made = held.add_mfa(given.get("kind", "virtual"), serial=given.get("serial"))
    if [device.serial for device in held.mfa_devices].count(made.serial) > 1:
        raise WorldError(f"{made.serial} is listed twice.", where=where, remedy="List it once.")


def _times(given: Mapping[str, Any], path: str) -> Given:
    """A copy with instants in place of texts."""
    read = dict(given)
    for name in TIMES:
        if name in given:
            try:
                read[name] = instant(given[name])
            except RequestError as fault:
                raise WorldError(fault.what, where=f"{path}.{name}", remedy=fault.remedy) from None
    return read


def _only_once(id: str, where: str, ids: dict[str, str]) -> None:
    if id in ids:
        remedy = f"{ids[id]} has it; leave it out to have one made."
        raise WorldError(f"The ID {id} is used twice.", where=where, remedy=remedy)
    ids[id] = where
