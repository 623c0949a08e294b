"""The tables of lesson 8, each row of which the kit has played or proved; and the checks of its trust policies."""

from collections.abc import Callable, Sequence
from typing import Any

from iamkit.credentials.clock import HOUR, MINUTE, Clock, iso, lasting
from iamkit.credentials.federation import Flow
from iamkit.credentials.flows.center import STS
from iamkit.credentials.flows.oidc import GITHUB_URL
from iamkit.credentials.oidcidp import OidcIdp, WebToken
from iamkit.credentials.portal import PortalSession, get_role_credentials, sign_in
from iamkit.credentials.signin import get_signin_token
from iamkit.credentials.sts import Sts
from iamkit.credentials.tokens import Credentials, Refused
from iamkit.decision import Decision
from iamkit.errors import IamkitError, PolicyError
from iamkit.identity.principals import Session
from iamkit.identity.sharedidp import check_shared_provider
from iamkit.lessons.checks import Check, Slip, request_text
from iamkit.lessons.company import ACCOUNT, IAM, MARCH
from iamkit.lessons.exercise import BOTH, NOT_YET, OVER, RIGHT, UNDER, UNFINISHED, Result, result
from iamkit.lessons.federating import (
    FIVE_TO_TEN,
    GITHUB_PROVIDER,
    MAIN,
    NINE,
    READ,
    READ_HANDBOOK,
    REPOSITORY,
    TEN,
    WELCOME,
    company,
    exchange,
    from_github,
    office_console,
    office_script,
    portal,
    robot_token,
    shop_direct,
    warehouse,
    with_center,
)
from iamkit.lessons.table import Table
from iamkit.policies import Source
from iamkit.policy.document import Policy
from iamkit.policy.places import Place, check_place
from iamkit.policy.principals import Form
from iamkit.prove.answers import Unknown
from iamkit.prove.compare import Equivalent, compare, difference
from iamkit.prove.federated import who_slips_through
from iamkit.prove.values import Undecided

OWNERS: dict[str, Callable[[bool], Flow]] = {
    "SAML 2.0": lambda known: office_console(() if known else ("unknown",)),
    "OpenID Connect": lambda known: shop_direct(known),
    "identity broker": lambda known: warehouse(() if known else ("unknown",)),
    "Identity Center, own directory": lambda known: portal((), "directory", known),
    "Identity Center, Active Directory": lambda known: portal((), "Active Directory", known),
    "Identity Center, Okta or Entra": lambda known: portal((), "external", known),
}


def owners() -> Table:
    """Six ways in: who says no to a wrong password, what STS is asked, and what somebody is in the account."""
    rows = []
    for way, play in OWNERS.items():
        no, good = play(False).messages[-1], play(True)
        asked = next(one.what for one in good.messages if one.receiver == STS)
        issued = good.result
        assert no.refused and isinstance(issued, Credentials)
        rows.append((way, no.receiver, asked, issued.arn.split(":", 5)[-1]))
    head = ("way", "who checks the password", "what STS is asked", "what comes out")
    return Table("Six ways in", head, tuple(rows))


def durations() -> Table:
    """How long the session of Eva's script lasts. The role payroll-desk allows 8 hours."""
    cases = ((None, None), (4, None), (4, 6), (4, 2), (12, 2))
    rows = []
    for asked, ends in cases:
        flow = office_script(*(None if hours is None else hours * HOUR for hours in (asked, ends)))
        words = ("nothing" if hours is None else lasting(hours * HOUR) for hours in (asked, ends))
        rows.append((*words, _lasts(flow.result)))
    head = ("the script asks for", "the directory says", "it lasts")
    return Table("How long a session lasts, where the role allows 8 hours", head, tuple(rows))


def _lasts(answer: Credentials | Refused | None) -> str:
    assert answer is not None
    return lasting(answer.lasts) if isinstance(answer, Credentials) else f"refused: {answer.error}"


def forgeries() -> Table:
    """What STS says to a good token, and to five that are not."""
    good, mallory = robot_token(), OidcIdp(GITHUB_URL, "RS256")
    other = OidcIdp("https://token.mallory.example", "ES256")
    tokens: dict[str, tuple[WebToken, int]] = {
        "as GitHub issued it": (good, 0),
        "another sub under the old signature": (good.tampered(sub="repo:mallory/tool:ref:refs/heads/main"), 0),
        "no signature, algorithm none": (good.unsigned(), 0),
        "signed by Mallory in GitHub's name": (mallory.token(MAIN, "sts.amazonaws.com", Clock(NINE)), 0),
        "signed by Mallory in her own name": (other.token(MAIN, "sts.amazonaws.com", Clock(NINE)), 0),
        "as issued, but six minutes later": (good, 6 * MINUTE),
    }
    rows = []
    for name, (token, later) in tokens.items():
        answer = exchange(token, later=later)
        if isinstance(answer, Refused):
            rows.append((name, f"✗ {answer.error}", answer.message))
        else:
            rows.append((name, "✓ accepted", f"credentials until {iso(answer.expires)}"))
    return Table("A good token, and five others", ("the token", "STS says", "why"), tuple(rows))


def loosened() -> list[tuple[str, dict[str, Any]]]:
    """Trust policies for GitHub, from the tightest to the loosest, for the claim slider."""
    return [
        ("One branch of one repository", from_github()),
        ("Any branch, tag or pull request of it", from_github(f"repo:{REPOSITORY}:*", "StringLike")),
        ("Any repository of acme", from_github("repo:acme/*", "StringLike")),
        ("Any owner whose name begins with acme", from_github("repo:acme*/payroll-robot:*", "StringLike")),
        ("Any owner", from_github("repo:*/payroll-robot:*", "StringLike")),
        ("No test of sub at all", from_github(None)),
    ]


def saved(trust: Source) -> PolicyError | Policy:
    """What IAM says to a new role with this trust policy: the policy, or why it does not take it."""
    try:
        check_shared_provider(trust)
    except PolicyError as refused:
        return refused
    return Policy.parse(trust)


_ELEMENTS = {Form.FEDERATED: "Federated", Form.SERVICE: "Service"}


def trusts() -> Table:
    """What the trust policies of the company say: whom they name, for which action, and which claims they test."""
    world = with_center("external")
    assert world.center is not None
    acme = world.accounts[ACCOUNT]
    roles = {
        "payroll-desk": acme.roles["payroll-desk"],
        "robot": acme.roles["robot"],
        "shop-customer": acme.roles["shop-customer"],
        "the set PayrollReader": world.center.role("PayrollReader", ACCOUNT),
        "warehouse": acme.roles["warehouse"],
    }
    rows = []
    for name, role in roles.items():
        assert role.trust is not None
        said = role.trust.statements[0]
        named = said.principal.values if said.principal else ()
        who = ", ".join(f"{_ELEMENTS.get(one.form, 'AWS')}: {one.value.split(':', 5)[-1]}" for one in named)
        tested = ", ".join(condition.key for condition in said.conditions) or "none"
        rows.append((name, who, ", ".join(said.action.values), tested))
    return Table("Who may assume it", ("role", "Principal", "Action", "claims that are tested"), tuple(rows))


def broker_ways() -> Table:
    """AssumeRole against GetFederationToken, for the warehouse's broker."""
    world, clock = company(), Clock(NINE)
    sts, acme = Sts(world, clock), world.accounts[ACCOUNT]
    user, role = acme.users["broker"], acme.roles["warehouse"]
    keyless = Session(f"{IAM}role/broker-app", "i-0acme")
    ways: list[tuple[Credentials | Refused, ...]] = [
        tuple(sts.assume_role(by, role, "tom", policy=inside)
              for by, inside in ((user, None), (user, READ_HANDBOOK), (keyless, READ_HANDBOOK))),
        tuple(sts.get_federation_token(by, "tom", policy=inside)
              for by, inside in ((user, None), (user, READ_HANDBOOK), (keyless, READ_HANDBOOK))),
    ]  # fmt: skip

    def reads(by: Credentials | Refused) -> str:
        return "yes" if sts.call(_live(by), READ, WELCOME) else "no"

    rows = [
        ("by default the credentials last", *(lasting(_live(bare).lasts) for bare, _, _ in ways)),
        ("without a session policy, Tom reads the handbook", *(reads(bare) for bare, _, _ in ways)),
        ("with a session policy that allows it", *(reads(full) for _, full, _ in ways)),
        ("the console session may have a length of its own",
         *("yes" if get_signin_token(sts, _live(full), 8 * HOUR) else "no" for _, full, _ in ways)),
        ("a broker that is a role, without a key of its own, may ask",
         *("yes" if other else "no" for _, _, other in ways)),
    ]  # fmt: skip
    return Table("Two ways for a broker", ("", "AssumeRole", "GetFederationToken"), tuple(rows))


def _live(answer: Credentials | Refused) -> Credentials:
    assert isinstance(answer, Credentials), answer
    return answer


def after_disabling() -> dict[str, Any]:
    """Eva signed in at 9:00, opened a role session at 9:55, and is disabled at 10:00. What is answered, and when."""
    world, clock = with_center(), Clock(NINE)
    assert world.center is not None
    sts, before = Sts(world, clock), sign_in(world, clock, "eva")
    assert isinstance(before, PortalSession)
    clock.set(FIVE_TO_TEN)
    session = _live(get_role_credentials(sts, before, ACCOUNT, "PayrollReader"))
    clock.set(TEN)
    world.center.disable("eva")
    found: dict[str, Any] = {
        "10:00, she signs in again": sign_in(world, clock, "eva"),
        "10:00, the open portal gives her new credentials": get_role_credentials(sts, before, ACCOUNT, "PayrollReader"),
    }
    for hour in ("11:00", "13:54", "13:55"):
        clock.set(f"2026-11-24T{hour}:00Z")
        found[f"{hour}, the role session reads the payroll"] = sts.call(session, READ, MARCH)
    return found


def what_goes_on() -> Table:
    """The same as a table."""
    rows = tuple((when, _word(answer)) for when, answer in after_disabling().items())
    return Table("Eva is disabled at 10:00", ("when and what", "answer"), rows)


def _word(answer: Any) -> str:
    if isinstance(answer, Refused):
        return f"refused: {answer.error}"
    return answer.effect if isinstance(answer, Decision) else "allowed"


# Checks


def trust_check(upper: Source, stranger: Callable[[Policy], str], comes_in: Callable[[Policy], Flow],
                slips: Sequence[Slip], advice: str) -> Check:  # fmt: skip
    """Judge a trust policy: the flow must come to its end with it, and nobody must get in beyond what is wanted.

    Args:
        upper: the widest policy that is right.
        stranger: names somebody who slips through, in a sentence; empty if nobody does.
        comes_in: plays the flow that must work.
        slips: common mistakes.
        advice: the next step for any other.
    """
    aim = Policy.parse(upper, name="the wanted policy")

    def check(answer: Any) -> Result:
        mine = check_place(Policy.parse(answer, name="your policy"), Place.TRUST)
        check_shared_provider(mine)
        beyond = difference(mine, aim)
        over = stranger(mine) if beyond is not None else ""
        if beyond is not None and not over:
            over = f"It permits this request, and should not: {request_text(beyond, mine, aim)}."
        flow = comes_in(mine)
        under = "" if flow.refused_at is None else f"Who should come in does not. {_why_not(flow)}"
        if not over and not under:
            return result(RIGHT, f"{flow.title}: it comes in, and nobody else does. Proved for every token.")
        same = (slip.misconception for slip in slips if isinstance(compare(mine, slip.policy), Equivalent))
        return result(BOTH if over and under else OVER if over else UNDER, over, under,
                      next(same, f"Next step: {advice}"))  # fmt: skip

    return check


def _why_not(flow: Flow) -> str:
    """The refusal, and the element of the trust policy behind it."""
    refused = flow.result
    assert isinstance(refused, Refused)
    if refused.decision is None:
        return refused.explain()
    clauses = [clause for layer in refused.decision.trace for clause in layer.clauses]
    if not clauses:
        return "No statement of the trust policy speaks of this."
    return f"AccessDenied: {'; '.join(clause.reason for clause in clauses)}."


def repository_slips_through(mine: Policy) -> str:
    """The subject of a stranger, in a sentence; empty if the policy lets in none, or names no provider to ask about."""
    try:
        slip = who_slips_through(mine, MAIN, GITHUB_PROVIDER)
    except PolicyError:
        return ""
    if isinstance(slip.answer, Unknown):
        raise Undecided(slip.answer.reason)
    return f"Somebody slips through: `{slip.subject}`." if slip else ""


# Putting messages in order

JUMBLE = "DAGCFBE"
"""The letter of each message of `office_script`, in the order in which they are sent."""


def jumbled() -> Table:
    """The messages of the flow, under letters, in the order of the letters."""
    named = dict(zip(JUMBLE, office_script().messages, strict=True))
    rows = tuple((letter, one.sender, one.receiver, one.what) for letter, one in sorted(named.items()))
    return Table("Seven messages, out of order", ("", "from", "to", "what"), rows)


_NEEDS = (
    "It begins with the user's own sign-in.",
    "Nobody has been vouched for yet: first the directory must know who it is.",
    "Before anything can be shown to AWS, the identity provider must have signed it.",
    "Now the client holds something signed. What does it do with it?",
    "STS never hands anything out unchecked.",
    "The check is done. What does STS answer?",
    "Only with keys can a request to a service be signed.",
)


def order_check(answer: Any) -> Result:
    """Are the letters in the order in which the messages are sent?"""
    letters = answer.replace(",", " ").split() if isinstance(answer, str) else answer
    if isinstance(letters, list | tuple) and len(letters) == 1 and len(str(letters[0])) > 1:
        letters = list(str(letters[0]))
    if not isinstance(letters, list | tuple) or not all(isinstance(one, str) or one in (None, ...) for one in letters):
        raise IamkitError("These are not letters.", where="answer", remedy='Write ["A", "B", ...].')
    given = [one.strip().upper() for one in letters if isinstance(one, str) and one.strip() not in ("", "...")]
    unknown = sorted(set(given) - set(JUMBLE))
    if unknown or len(set(given)) < len(given):
        what = f"There is no message {unknown[0]!r}." if unknown else "A letter is there twice."
        raise IamkitError(what, where="answer", remedy=f"Use each of {', '.join(sorted(JUMBLE))} once.")
    right = next((n for n, pair in enumerate(zip(given, JUMBLE, strict=False)) if pair[0] != pair[1]), len(given))
    if right < len(given):
        return result(NOT_YET, f"{right} right so far. `{given[right]}` cannot be next. {_NEEDS[right]}")
    if len(given) < len(JUMBLE):
        return result(UNFINISHED, f"{right} right so far, and {len(JUMBLE) - right} still to come.")
    return result(RIGHT, office_script().explain().partition("\n")[0] + ": so it goes, message by message.")
