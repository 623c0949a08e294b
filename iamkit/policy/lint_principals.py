"""Lint of the Principal and NotPrincipal elements."""

from collections.abc import Iterator

from iamkit.policy.conditions import Condition
from iamkit.policy.document import Selector, Statement
from iamkit.policy.findings import Finding, finding
from iamkit.policy.places import Place
from iamkit.policy.principals import Form, Named
from iamkit.policy.variables import tokens

GITHUB = "token.actions.githubusercontent.com"
_SOURCE_KEYS = ("aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths")


def lint_principals(statement: Statement, place: Place) -> Iterator[Finding]:
    """Findings about whom the statement names. Endpoint policies and RCPs name everyone by design."""
    yield from _github_host(statement)
    if statement.principal is None:
        return
    if statement.principal.negated:
        yield finding(
            "notprincipal",
            statement.principal.path,
            "The Deny spares only callers listed whole, with account, role and session, and nobody with a boundary.",
            'Write "Principal": "*" and ArnNotEquals on aws:PrincipalArn.',
        )
    elif place in (Place.RESOURCE, Place.TRUST):
        yield from _named(statement, statement.principal, place)


def _named(statement: Statement, principal: Selector, place: Place) -> Iterator[Finding]:
    allow, forms = statement.effect == "Allow", {named.form for named in principal.values}
    if allow and Form.ANYONE in forms and not statement.conditions:
        yield finding(
            "open-to-everyone",
            principal.path,
            "The statement lets everyone in, from any account and without credentials.",
            "Name accounts or roles, or add a condition such as StringEquals on aws:PrincipalOrgID.",
        )
    for named in principal.values:
        yield from _one_name(named, principal.path)
    keys = {condition.key.lower() for condition in statement.conditions}
    if place is Place.RESOURCE and allow and Form.SERVICE in forms and keys.isdisjoint(_SOURCE_KEYS):
        yield finding(
            "service-without-source",
            principal.path,
            "The service may use this for anyone's resources, not only for yours.",
            "Add a condition on aws:SourceArn or aws:SourceAccount.",
        )
    if allow and any(named.value.endswith(f"oidc-provider/{GITHUB}") for named in principal.values):
        yield from _github_sub(statement, principal)


def _one_name(named: Named, where: str) -> Iterator[Finding]:
    if named.form is Form.ACCOUNT and named.value.endswith(":root"):
        yield finding(
            "root-means-account",
            where,
            f"{named.value} means every identity of the account that its own policies allow, not the root user.",
            "Leave it if the account is meant; for the root user alone test aws:PrincipalArn.",
        )
    if named.form is Form.DELETED:
        yield finding(
            "deleted-principal",
            where,
            f"{named.value} is the ID of a user or role; AWS shows it when that user or role was deleted.",
            "Write the ARN anew if a user or role of the same name is meant.",
        )


def _github_host(statement: Statement) -> Iterator[Finding]:
    places = [condition.path for condition in statement.conditions if _typo(condition.key)]
    if statement.principal and any(_typo(named.value.rpartition("/")[2]) for named in statement.principal.values):
        places.insert(0, statement.principal.path)
    for place in places:
        yield finding(
            "github-host-typo",
            place,
            "tokens.actions.githubusercontent.com is not GitHub's host; a sample in AWS's guide has it wrong.",
            f"Write {GITHUB}.",
        )


def _typo(text: str) -> bool:
    return text.lower().startswith("tokens.actions.githubusercontent.com")


def _github_sub(statement: Statement, principal: Selector) -> Iterator[Finding]:
    tests = [c for c in statement.conditions if c.key.lower() in (f"{GITHUB}:sub", f"{GITHUB}:job_workflow_ref")]
    if not any(_restricts(condition) for condition in tests):
        yield finding(
            "github-without-sub",
            principal.path,
            "Any GitHub repository, of anybody, can assume the role.",
            f'Add "StringEquals": {{"{GITHUB}:sub": "repo:ORG/REPO:ref:refs/heads/main"}}.',
        )
    for condition in tests:
        if any(_wide(condition, value, statement.version) for value in condition.values):
            yield finding(
                "github-wide-sub",
                condition.path,
                "The pattern also fits repositories of other organizations.",
                "Begin it with the organization in full: repo:ORG/...",
            )


def _restricts(condition: Condition) -> bool:
    """The condition fails when the claim is missing or is another one."""
    positive = condition.operator.kind == "string" and not condition.operator.negated
    return positive and not condition.if_exists and condition.quantifier != "ForAllValues"


def _wide(condition: Condition, value: str, version: str) -> bool:
    """A wildcard stands before the slash that ends the organization's name."""
    if not condition.operator.wildcards or condition.operator.negated:
        return False
    parts = tokens(value, version=version)
    fixed = parts[0] if parts and isinstance(parts[0], str) else ""
    exact = len(parts) == 1 and bool(fixed)
    return bool(parts) and not exact and "/" not in fixed
