"""The account's password policy: which passwords IAM users may choose, and when a password ends.

It binds IAM users alone, never the root user, and passwords alone: with an expired password a user's access keys go on
working.

Source: IAM User Guide, id_credentials_passwords_account-policy; reference_iam-quotas (a password has 1 to 128
characters).
"""

import string
from collections.abc import Iterable
from dataclasses import dataclass

from iamkit.errors import WorldError
from iamkit.identity.holdings import DAY, Holdings

LONGEST = 128
CLASSES = {
    "uppercase": string.ascii_uppercase,
    "lowercase": string.ascii_lowercase,
    "numbers": string.digits,
    "symbols": "!@#$%^&*()_+-=[]{}|'",
}
"""The four classes of characters."""


@dataclass(frozen=True)
class PasswordPolicy:
    """A password policy. Without arguments it is the one that AWS applies where an account has none of its own.

    Args:
        shortest: least number of characters, 6 to 128.
        classes: how many of the four classes must occur.
        required: classes that must occur, names of ``CLASSES``.
        expires_after: days, 1 to 1,095; None for never.
        remembers: how many earlier passwords may not come back, 1 to 24; 0 for none.

    Raises:
        WorldError: for what AWS does not allow in a policy.

    >>> PasswordPolicy().faults("payroll-may")
    ('It has 2 of the 4 classes of characters; 3 are needed.',)
    """

    shortest: int = 8
    classes: int = 3
    required: tuple[str, ...] = ()
    expires_after: int | None = None
    remembers: int = 0

    def __post_init__(self) -> None:
        unknown = [name for name in self.required if name not in CLASSES]
        checks = (
            (6 <= self.shortest <= LONGEST, "shortest", "Write 6 to 128 characters."),
            (0 <= self.classes <= len(CLASSES), "classes", "Write 0 to 4."),
            (not unknown, "required", f"The classes are {', '.join(CLASSES)}."),
            (self.expires_after is None or 1 <= self.expires_after <= 1095, "expires_after", "Write 1 to 1095 days."),
            (0 <= self.remembers <= 24, "remembers", "Write 1 to 24 passwords, or 0."),
        )
        for good, name, remedy in checks:
            if not good:
                what = f"{getattr(self, name)!r} is not allowed."
                raise WorldError(what, where=f"password policy, {name}", remedy=remedy)

    def faults(self, password: str, before: Iterable[str] = ()) -> tuple[str, ...]:
        """Why an IAM user may not choose a password; empty if they may.

        Args:
            password: the new password.
            before: the earlier ones, newest first.
        """
        found = {name for name, characters in CLASSES.items() if set(password) & set(characters)}
        lacking = [name for name in self.required if name not in found]
        earlier = list(before)[: self.remembers]
        told = (
            (len(password) < self.shortest, f"It has {len(password)} characters; {self.shortest} are needed."),
            (len(password) > LONGEST, f"It has {len(password)} characters; {LONGEST} are the most."),
            (len(found) < self.classes,
             f"It has {len(found)} of the {len(CLASSES)} classes of characters; {self.classes} are needed."),
            (bool(lacking), f"It has no {', no '.join(lacking)}."),
            (password in earlier, f"It is one of the last {self.remembers}."),
        )  # fmt: skip
        return tuple(text for wrong, text in told if wrong)

    def end_of(self, held: Holdings) -> int | None:
        """When a password expires, in seconds since 1970; None for never: without one, without a date, or for root.

        >>> ana = Holdings("arn:aws:iam::111122223333:user/ana")
        >>> password = ana.add_password(changed=0)
        >>> PasswordPolicy(expires_after=90).end_of(ana) == 90 * DAY
        True
        """
        password = held.password
        if self.expires_after is None or password is None or password.changed is None or held.owner.endswith(":root"):
            return None
        return password.changed + self.expires_after * DAY
