"""What AWS advises, held against a world: each finding with the credential or the statement, the reason and the page.

What can be read off the credentials stands here. What is a question about requests ("can a stranger assume this role?")
is proved, in `iamkit.prove.practices`.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Any

from iamkit.credentials.clock import DAY, Clock, When, instant, iso
from iamkit.identity.holdings import AccessKey, Holdings, Password
from iamkit.identity.identities import User
from iamkit.policy.findings import Finding
from iamkit.world import World

SEVERITIES = ("high", "medium", "low")
_GUIDE = "IAM User Guide, "
_ROOT, _BEST, _ID = _GUIDE + "root-user-best-practices", _GUIDE + "best-practices", _GUIDE + "id"
_KEYS, _DEPUTY = _GUIDE + "id_credentials_access-keys", _GUIDE + "confused-deputy"
_OIDC = _GUIDE + "id_roles_create_for-idp_oidc"

CODES: dict[str, tuple[str, str, str]] = {
    # Root
    "root-in-use": ("high", "Give people roles for their tasks, administrative ones too; keep root for the rest.", _ID),
    "root-access-key": ("high", "Delete it; let a role do what it was for, or sign in with aws login.", _ROOT),
    "root-without-mfa": ("high", "Assign an MFA device, better two.", _ROOT),
    # IAM users
    "console-without-mfa": ("high", "Assign an MFA device, and demand MFA in a policy.", _GUIDE + "id_credentials_mfa"),
    "person-with-access-key": ("high", "Delete it; the access portal or AWS STS gives short-term keys.", _BEST),
    "person-as-iam-user": ("medium", "Let people sign in through Identity Center or federation.", _ID),
    "key-where-a-role-would-do": ("medium", "Give the program a role; if it cannot use one, designate the user.", _ID),
    "key-not-updated": ("medium", "Make a second key, change over, deactivate the first, verify, delete it.", _KEYS),
    "key-unused": ("medium", "Deactivate it, see that nothing breaks, and delete it.", _BEST),
    "password-unused": ("low", "Delete the password, or the user.", _BEST),
    "two-active-keys": ("low", "Finish the update: deactivate the old one, verify, and delete it.", _KEYS),
    # Roles and resources
    "open-trust": (
        "high",
        "Name the accounts or roles that may, or test aws:PrincipalOrgID.",
        _GUIDE + "reference_policies_elements_principal",
    ),
    "third-party-without-external-id": (
        "high",
        "Have the third party choose an ExternalId for you alone; test sts:ExternalId with StringEquals.",
        _GUIDE + "id_roles_common-scenarios_third-party",
    ),
    "github-without-sub": ("high", "Test sub with the organization in full: repo:ORG/REPO:ref:...", _OIDC),
    "github-wide-sub": ("high", "Begin the pattern with the organization in full: repo:ORG/...", _OIDC),
    "app-without-audience": ("high", "Test the ID of your own app or pool with StringEquals.", _OIDC),
    "oidc-without-sub": ("medium", "Test sub: only the subjects that are meant.", _OIDC),
    "saml-without-aud": (
        "medium",
        "Test SAML:aud with StringEquals: https://signin.aws.amazon.com/saml.",
        _GUIDE + "id_roles_create_for-idp_saml",
    ),
    "service-access-without-source": ("medium", "Test aws:SourceArn or aws:SourceAccount.", _DEPUTY),
    "service-role-without-source": (
        "low",
        "Test aws:SourceArn or aws:SourceAccount, if the service sends them.",
        _DEPUTY,
    ),
    "pass-any-role": (
        "high",
        "Name the roles in Resource, and test iam:PassedToService.",
        _GUIDE + "id_roles_use_passrole",
    ),
    "undecided": ("low", "Look at it yourself.", "iamkit.prove"),
}
"""For each code its severity, what to do, and the page that says so."""


@dataclass(frozen=True, slots=True)
class Practice(Finding):
    """A finding of `best_practices`.

    Args:
        severity: ``high``, ``medium`` or ``low``.
        answer: the prover's answer behind it, such as a Witness; None where none was needed.
    """

    severity: str = "low"
    answer: Any = field(default=None, compare=False, repr=False)


def practice(code: str, where: str, what: str, answer: Any = None) -> Practice:
    """A finding, with what `CODES` says of its code."""
    severity, remedy, source = CODES[code]
    return Practice(code, where, what, remedy, source, severity, answer)


@dataclass(frozen=True, repr=False)
class Practices:
    """Findings, the gravest first. False in an ``if`` when there is nothing to say."""

    findings: tuple[Practice, ...]

    def __iter__(self) -> Iterator[Practice]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def __getitem__(self, number: int) -> Practice:
        return self.findings[number]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that were found, each once, in order."""
        return tuple(dict.fromkeys(found.code for found in self))

    def about(self, words: str) -> "Practices":
        """Those whose place holds these words, such as the name of a user or a role."""
        return Practices(tuple(found for found in self if words in found.where))

    def explain(self) -> str:
        """All of them in words."""
        lines = [f"{found.severity}: {found} ({found.source})" for found in self]
        return "\n".join([_count(self), *lines])

    def to_dict(self) -> list[dict[str, str]]:
        """Plain values for JSON."""
        names = ("code", "severity", "where", "what", "remedy", "source")
        return [{name: getattr(found, name) for name in names} for found in self]

    def __repr__(self) -> str:
        return f"<Practices: {', '.join(self.codes) or 'nothing found'}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        names = ("Severity", "Where", "What it means", "What to do", "Read")
        head = "".join(f"<th scope='col' {_CELL}>{name}</th>" for name in names)
        rows = "".join(map(_row, self))
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>" if self else ""
        return {"text/plain": self.explain(), "text/html": f"<p><strong>{_count(self)}</strong></p>{table}"}


_CELL = "style='text-align:left;vertical-align:top'"


def _row(found: Practice) -> str:
    """A row of the table. An ARN may be broken after its colons and slashes, the rest between words."""
    where = re.sub(r"[:/_-]+", r"\g<0><wbr>", escape(found.where))
    cells = (where, escape(found.what), escape(found.remedy), escape(found.source).replace("_", "_<wbr>"))
    head = f"<th scope='row' {_CELL}>{found.severity}</th>"
    return f"<tr>{head}{''.join(f'<td {_CELL}>{cell}</td>' for cell in cells)}</tr>"


def _count(found: Practices) -> str:
    return f"{len(found)} finding{'s' * (len(found) != 1)}." if found else "Nothing found."


def best_practices(world: World, now: Clock | When | None = None, *, key_age_days: int = 90, unused_days: int = 90,
                   designated: Collection[str] = (), ours: Iterable[str] = ()) -> Practices:  # fmt: skip
    """What in this world is not as AWS advises.

    Args:
        world: the world.
        now: the present, as a Clock or an instant; None leaves out what depends on time.
        key_age_days: an active access key older than this should be updated.
        unused_days: a key or password that was not used for longer is taken for unused; use of root in this time counts
            as use.
        designated: ARNs of IAM users for whom long-term credentials were decided on. Their passwords and keys are not
            held against them as such; age, disuse and missing MFA still are.
        ours: further accounts that are yours. The organization's are anyway; without one, all of the world.

    Returns:
        The findings, the gravest first; what is undecided is a finding too.

    >>> world = World()
    >>> acme = world.account("111122223333")
    >>> key = acme.user("ana").holdings.add_access_key(created=instant("2026-01-01"), last_used=instant("2026-11-23"))
    >>> best_practices(world, "2026-11-24", designated=["arn:aws:iam::111122223333:user/ana"])
    <Practices: key-not-updated>
    """
    from iamkit.prove.practices import proved_practices

    at = now.now if isinstance(now, Clock) else None if now is None else instant(now)
    rules = _Rules(at, key_age_days * DAY, unused_days * DAY, frozenset(designated))
    found = [one for account in world.accounts.values() for one in rules.of_root(account.root_holdings)]
    found += [one for user in world.users() for one in rules.of_user(user)]
    found += proved_practices(world, ours)
    order = {code: number for number, code in enumerate(CODES)}
    found.sort(key=lambda f: (SEVERITIES.index(f.severity), order[f.code], f.where, f.what))
    return Practices(tuple(found))


@dataclass(frozen=True)
class _Rules:
    """The rules about credentials, and the numbers in them, in seconds."""

    now: int | None
    key_age: int
    unused: int
    designated: frozenset[str]

    def of_root(self, held: Holdings) -> Iterator[Practice]:
        """Findings about a root user; one that holds nothing, as with central root access, is as it should be."""
        root = held.owner
        for key in held.access_keys:
            yield practice("root-access-key", f"{root}, {key.id}", f"The root user has an access key ({key.status}).")
        uses = [held.password.last_used if held.password else None, *(key.last_used for key in held.access_keys)]
        last = max((use for use in uses if use is not None), default=None)
        if last is not None and self.now is not None and self.now - last <= self.unused:
            yield practice("root-in-use", root, f"The root user was last used at {iso(last)}.")
        if (held.password or held.access_keys) and not held.mfa_devices:
            yield practice("root-without-mfa", root, "The root user has no MFA device.")

    def of_user(self, user: User) -> Iterator[Practice]:
        """Findings about an IAM user; a password tells that it is a person."""
        held = user.holdings
        if held.password:
            yield from self._of_person(user, held.password)
        active = [key for key in held.access_keys if key.is_active]
        for key in active:
            yield from self._of_key(key, user.arn, person=held.password is not None)
        if len(active) == 2:
            both = " and ".join(key.id for key in active)
            yield practice("two-active-keys", user.arn, f"The keys {both} are both active.")

    def _of_person(self, user: User, password: Password) -> Iterator[Practice]:
        if not user.holdings.mfa_devices:
            yield practice("console-without-mfa", user.arn, "The user signs in to the console with a password alone.")
        if user.arn not in self.designated:
            what = "A person signs in as an IAM user, with a long-term password."
            yield practice("person-as-iam-user", user.arn, what)
        if self._is_stale(password.changed, password.last_used):
            yield practice("password-unused", user.arn, f"The password {_last(password.last_used)}.")

    def _of_key(self, key: AccessKey, owner: str, *, person: bool) -> Iterator[Practice]:
        where = f"{owner}, {key.id}"
        if owner not in self.designated and person:
            yield practice("person-with-access-key", where, "A person holds a long-term access key.")
        elif owner not in self.designated:
            yield practice("key-where-a-role-would-do", where, "A program holds a long-term access key.")
        if self._is_stale(key.created, key.last_used):
            yield practice("key-unused", where, f"The key {_last(key.last_used)}.")
        elif key.created is not None and self._is_older(key.created, self.key_age):
            yield practice("key-not-updated", where, f"The key was made at {iso(key.created)}.")

    def _is_stale(self, made: int | None, used: int | None) -> bool:
        """Nothing is known of a use in the last time, and it was there all that time."""
        return self._is_older(made if used is None else used, self.unused)

    def _is_older(self, when: int | None, than: int) -> bool:
        return self.now is not None and when is not None and self.now - when > than


def _last(used: int | None) -> str:
    return "was never used, as far as is known" if used is None else f"was last used at {iso(used)}"
