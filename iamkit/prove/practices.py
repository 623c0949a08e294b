"""Best practices that are questions about requests, and so are proved: who can assume which role, and on what ground?

Each question asks for a request that should not be possible. A Witness is the finding, and shows the request; a Proof
means that the practice is kept; what is Unknown is told as such.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from iamkit.credentials.practices import Practice, practice
from iamkit.identity.identities import Role, User
from iamkit.identity.resources import Resource
from iamkit.policy.document import Policy
from iamkit.policy.lint_principals import GITHUB
from iamkit.policy.principals import GLOBAL_PROVIDERS, Form, Named
from iamkit.prove.admin import is_admin
from iamkit.prove.answers import Answer, Unknown, Witness
from iamkit.prove.callers import mentioned_accounts, of_account, stranger
from iamkit.prove.values import Undecided
from iamkit.world import World

ASSUME, BY_SAML, BY_WEB = "sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"
SOMEBODY_ELSE = "somebody-else"
_SIGN_IN = ("https://*signin.aws.amazon.com/saml*", "https://*signin.amazonaws.cn/saml*",
            "https://*signin.amazonaws-us-gov.com/saml*", "urn:amazon:webservices*")  # fmt: skip
_NOT_A_STRANGERS = ("aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:SourceVpc", "aws:SourceVpce")
_APP_KEYS = {provider: f"{provider}:{'app_id' if provider.startswith(('www', 'graph')) else 'aud'}"
             for provider in GLOBAL_PROVIDERS}  # fmt: skip


def proved_practices(world: World, ours: Iterable[str] = ()) -> list[Practice]:
    """The findings of `iamkit.credentials.practices.best_practices` that need a proof.

    Args:
        world: the world.
        ours: further accounts that are yours.

    >>> world = World()
    >>> acme = world.account("111122223333")
    >>> trust = {"Effect": "Allow", "Principal": {"AWS": "444455556666"}, "Action": "sts:AssumeRole"}
    >>> role = acme.role("auditor", trust={"Statement": trust})
    >>> for found in proved_practices(world):
    ...     print(found.code, found.answer.request.principal)
    third-party-without-external-id arn:aws:iam::444455556666:user/someone
    """
    questions = _Questions(world, frozenset(_own_accounts(world) | set(ours)))
    found = [one for role in world.roles() for one in questions.of_role(role)]
    found += [one for resource in world.resources() for one in questions.of_resource(resource)]
    return [*found, *questions.of_passing()]


def _own_accounts(world: World) -> set[str]:
    if world.organization is None:
        return set(world.accounts)
    members = {account for unit in world.organization.root.walk() for account in unit.accounts}
    return members | {world.organization.management}


@dataclass(frozen=True)
class _Questions:
    """The questions, in a world where some accounts are one's own."""

    world: World
    ours: frozenset[str]

    def of_role(self, role: Role) -> Iterator[Practice]:
        """Whom does the trust policy let in who should not be? A service-linked role's cannot be edited."""
        if role.trust is None or role.is_service_linked:
            return
        named = _named(role.trust)
        if any(name.form is Form.ANYONE for name in named):
            yield from self._open(role)
        yield from self._third_parties(role, role.trust, named)
        for name in named:
            if name.form is Form.SERVICE:
                yield from self._service(name.value, ASSUME, role.arn, role.arn)
            elif name.form is Form.FEDERATED and name.value != "*":
                yield from self._provider(role, role.trust, name.value)

    def _provider(self, role: Role, trust: Policy, provider: str) -> Iterator[Practice]:
        if ":saml-provider/" in provider:
            yield from self._saml(role, provider)
        elif provider in _APP_KEYS:
            yield from self._app(role, provider)
        elif provider.endswith(f"/{GITHUB}"):
            yield from self._github(role, trust, provider)
        else:
            yield from self._subject(role, provider)

    def of_resource(self, resource: Resource) -> Iterator[Practice]:
        """Which services can be made to use it for somebody else? Once for the resource or for what is in it."""
        names = {name for document in resource.policies() for name in _named(document)}
        for service in sorted(name.value for name in names if name.form is Form.SERVICE):
            for arn in (resource.arn, f"{resource.arn}/*"):
                found = list(self._service(service, "*", arn, resource.arn))
                yield from found
                if found:
                    break

    def of_passing(self) -> Iterator[Practice]:
        """Who can pass any role of the account, and is no administrator, who may do all of that anyway?"""
        seen = set[tuple[int, str]]()
        everyone: list[User | Role] = [*self.world.users(), *self.world.roles()]
        for who in everyone:
            if isinstance(who, Role) and who.is_service_linked:
                continue
            answer = self.world.can(who, "iam:PassRole", f"{who.arn.rpartition(':')[0]}:role/{SOMEBODY_ELSE}")
            if isinstance(answer, Witness):
                clause = answer.decision.deciding[0][1]
                statement = (id(clause.policy), clause.statement.path)
                if statement in seen or _is_admin(self.world, who):
                    continue
                seen.add(statement)
            yield from _told("pass-any-role", who.arn, answer, "Any role of the account can be passed to a service.")

    def _open(self, role: Role) -> Iterator[Practice]:
        outside = stranger({*self.world.accounts, *mentioned_accounts([role.trust] if role.trust else [])})
        who, where = f"arn:aws:iam::{outside}:user/someone", dict.fromkeys(_NOT_A_STRANGERS)
        answer = self.world.can(who, ASSUME, role.arn, where)
        yield from _told("open-trust", role.arn, answer, "A user of any account at all can assume the role.")

    def _third_parties(self, role: Role, trust: Policy, named: list[Named]) -> Iterator[Practice]:
        """Can an account that is not one's own, with no ExternalId or with one that is not written there?"""
        written = _values(trust, "sts:ExternalId")
        where: dict[str, Any] = {"sts:ExternalId": None}
        if written:
            where = {"StringNotEquals": {"sts:ExternalId": written}}
        for account in mentioned_accounts([trust]):
            if account in self.ours:
                continue
            answers = [self.world.can(who, ASSUME, role.arn, where) for who in self._people(account, named)]
            answer = next((one for kind in (Witness, Unknown) for one in answers if isinstance(one, kind)), answers[0])
            free = isinstance(answer, Witness) and "sts:externalid" in answer.request.context
            how = "with an ExternalId that was not chosen for you" if free else "without an ExternalId"
            what = f"Account {account}, which is not yours, can assume the role {how}."
            yield from _told("third-party-without-external-id", role.arn, answer, what)

    def _people(self, account: str, named: list[Named]) -> list[str]:
        """Principals of an account: those the world knows, or else those that the policy can tell apart."""
        if account in self.world.accounts:
            held = self.world.accounts[account]
            return [one.arn for one in (*held.users.values(), *held.roles.values())] or [held.root]
        told = [n.value for n in named if n.account == account and n.form in (Form.USER, Form.ROLE, Form.SESSION)]
        others = [someone.caller.arn for someone in of_account(account, named)]
        return told + [arn for arn in others if not arn.endswith(":root") and ":federated-user/" not in arn]

    def _saml(self, role: Role, provider: str) -> Iterator[Practice]:
        answer = self.world.can(provider, BY_SAML, role.arn, {"StringNotLike": {"SAML:aud": list(_SIGN_IN)}})
        what = "An assertion for another recipient than AWS's sign-in page is good for the role."
        yield from _told("saml-without-aud", role.arn, answer, what)

    def _app(self, role: Role, provider: str) -> Iterator[Practice]:
        key = _APP_KEYS[provider]
        answer = self.world.can(provider, BY_WEB, role.arn, {key: SOMEBODY_ELSE})
        what = f"Whoever signs in to any app or pool of {provider} can assume the role, whatever {key} is."
        yield from _told("app-without-audience", role.arn, answer, what)

    def _subject(self, role: Role, provider: str) -> Iterator[Practice]:
        key = f"{provider.partition('oidc-provider/')[2]}:sub"
        answer = self.world.can(provider, BY_WEB, role.arn, {key: SOMEBODY_ELSE})
        yield from _told(
            "oidc-without-sub", role.arn, answer, "Whoever has a token of the provider can assume the role."
        )

    def _github(self, role: Role, trust: Policy, provider: str) -> Iterator[Practice]:
        """Can a repository of an organization that the policy does not name in full?"""
        subject, workflow = f"{GITHUB}:sub", f"{GITHUB}:job_workflow_ref"
        own = {subject: _organizations(trust, subject, "repo:"), workflow: _organizations(trust, workflow, "")}
        foreign: dict[str, Any] = {"Null": {subject: "false"}}
        if any(own.values()):
            foreign["StringNotLike"] = {key: patterns for key, patterns in own.items() if patterns}
        answer = self.world.can(provider, BY_WEB, role.arn, foreign)
        if isinstance(self.world.can(provider, BY_WEB, role.arn, {subject: SOMEBODY_ELSE}), Witness):
            code, who = "github-without-sub", "any repository"
        else:
            code, who = "github-wide-sub", "a repository of another organization"
        if isinstance(answer, Witness):
            who += f", such as with the subject {answer.request.context[subject.lower()][0]!r}"
        yield from _told(code, role.arn, answer, f"GitHub lets in {who}.")

    def _service(self, service: str, action: str, arn: str, where: str) -> Iterator[Practice]:
        """Can the service, on behalf of an account that is not one's own? It then sends aws:SourceAccount, and may send
        an ARN and an organization; the ARN of a bucket does not tell whose it is (confused-deputy)."""
        org = self.world.organization
        arns = [f"arn:*:*:*:{account}:*" for account in sorted(self.ours)]
        sent = {"aws:SourceAccount": "false", "aws:SourceOrgPaths": "true"} | (
            {} if org else {"aws:SourceOrgID": "true"}
        )
        others: dict[str, Any] = {"aws:SourceAccount": sorted(self.ours)} | ({"aws:SourceOrgID": org.id} if org else {})
        foreign = {"StringNotEquals": others, "ArnNotLike": {"aws:SourceArn": arns}, "Null": sent}
        code = "service-role-without-source" if action == ASSUME else "service-access-without-source"
        what = f"{service} may come on behalf of another account's resource: nothing tests for whom it acts."
        yield from _told(code, where, self.world.can(service, action, arn, foreign), what)


def _is_admin(world: World, who: User | Role) -> bool:
    try:
        return is_admin(world, who)
    except Undecided:
        return False


def _told(code: str, where: str, answer: Answer, what: str) -> Iterator[Practice]:
    """The finding of a Witness, at the statement that allows it; of an Unknown, that it is unknown."""
    if isinstance(answer, Witness):
        yield practice(code, f"{where}, {_statement(answer)}", what, answer)
    elif isinstance(answer, Unknown):
        yield practice("undecided", where, f"It may be that: {what} Unknown: {answer.reason}.", answer)


def _statement(witness: Witness) -> str:
    """The statement that lets the request through: of the resource's own policy, or else of the principal's."""
    deciding = sorted(witness.decision.deciding, key=lambda pair: pair[0] != "resource-based policy")
    clause = deciding[0][1]
    return f"{clause.policy.name} {clause.statement.path}"


def _named(document: Policy) -> list[Named]:
    """Whom the Allows name, each once, in order."""
    allows = [s.principal for s in document.statements if s.effect == "Allow" and s.principal]
    return list(dict.fromkeys(name for principal in allows if not principal.negated for name in principal.values))


def _values(document: Policy, key: str) -> list[str]:
    """Every value with which the Allows compare a key."""
    allows = [statement for statement in document.statements if statement.effect == "Allow"]
    tests = [test for statement in allows for test in statement.conditions if test.key.lower() == key.lower()]
    return sorted({value for test in tests for value in test.values})


def _organizations(document: Policy, key: str, start: str) -> list[str]:
    """Patterns for the organizations that are written in full in ``repo:ORG/...`` or ``ORG/...``."""
    found = (re.match(rf"{start}[^/*?$]+/", value) for value in _values(document, key))
    return sorted({f"{match[0]}*" for match in found if match})
