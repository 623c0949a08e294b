"""Wrong beliefs about who asks, and whom a policy names."""

from collections.abc import Callable

from iamkit.beliefs.belief import Belief
from iamkit.formula import FALSE, Formula
from iamkit.identity.identities import User
from iamkit.identity.principals import Caller, Kind, Session
from iamkit.naming import Naming
from iamkit.policy.document import Policy, Statement
from iamkit.policy.principals import Form, Named
from iamkit.readings import Readings
from iamkit.request import Facts
from iamkit.world import World

_NAMES = "iamkit.naming:names"


def _group_asks(real: Callable[..., Facts], world: World, caller: Caller, session: Session | None) -> Facts:
    """The groups are in ``aws:PrincipalArn`` beside their member."""
    facts = real(world, caller, session)
    if caller.kind is not Kind.USER or caller.account not in world.accounts or not caller.entity:
        return facts
    user, groups = world.identity(caller.entity), world.accounts[caller.account].groups
    arns = tuple(groups[name].arn for name in user.groups) if isinstance(user, User) else ()
    return facts | Facts({"aws:principalarn": (*(facts.of("aws:principalarn") or ()), *arns)})


def _keeps_own(real: Callable[..., list[Policy]], world: World, caller: Caller) -> list[Policy]:
    """A role session has the policies of the role, and of the user that it is named for."""
    found, account = real(world, caller), world.accounts.get(caller.account or "")
    user = account.users.get(caller.arn.rpartition("/")[2]) if account and caller.names_a_session else None
    return [*found, *world.documents(user)] if user else found


def _person_is_user(real: Callable[..., Naming], named: Named, caller: Caller) -> Naming:
    """The session ``…/ana`` is the user ``ana``."""
    person = caller.arn.rpartition("/")[2] if caller.names_a_session else ""
    same = named.form is Form.USER and named.value.rpartition("/")[2] == person and named.account == caller.account
    return Naming.ITSELF if same else real(named, caller)


def _root_user_only(real: Callable[..., Naming], named: Named, caller: Caller) -> Naming:
    is_root = named.form is Form.ACCOUNT and named.value.endswith(":root")
    return Naming.NOT if is_root and caller.kind is not Kind.ROOT else real(named, caller)


def _everybody(real: Callable[..., Naming], named: Named, caller: Caller) -> Naming:
    found = real(named, caller)
    return Naming.ITSELF if found is Naming.ACCOUNT else found


def _password(real: Callable[..., Naming], statement: Statement, caller: Caller, readings: Readings) -> Naming:
    """Where an external ID is asked for, nobody looks at the Principal."""
    asked = any(c.key.lower() == "sts:externalid" for c in statement.conditions)
    return Naming.ITSELF if asked else real(statement, caller, readings)


def _by_name(real: Callable[..., Policy], policy: Policy, arn: str, unique_id: str) -> Policy:
    """The policy goes on naming whoever has the name."""
    return policy


def _any_provider(real: Callable[..., Naming], named: Named, caller: Caller) -> Naming:
    federated = named.form is Form.FEDERATED and caller.kind is Kind.FEDERATED
    return Naming.ITSELF if federated else real(named, caller)


def _open_to_all(real: Callable[..., Formula], caller: Caller) -> Formula:
    return FALSE if caller.kind is Kind.FEDERATED else real(caller)


CALLERS: tuple[Belief, ...] = (
    Belief(
        "group-asks",
        "A group is a principal: a policy that names the group means everybody in it.",
        "A group never makes a request. Its user does, and aws:PrincipalArn is the ARN of that user.",
        "IAM User Guide, id_groups; reference_policies_condition-keys (aws:PrincipalArn)",
        "iamkit.world:principal_facts",
        _group_asks,
    ),
    Belief(
        "wearer-keeps-own",
        "A role is a hat: whoever puts it on keeps the permissions that she has anyway.",
        "Permissions of a user and of a role do not add up. A role session has those of the role alone.",
        "IAM User Guide, id_roles_use_switch-role-console",
        "iamkit.world:World._identity_documents",
        _keeps_own,
    ),
    Belief(
        "person-is-user",
        "Ana is Ana: a policy that names user/ana means her too when she comes through Identity Center or a role.",
        "Who comes through Identity Center or a role is a role session. Only a policy that names the session, its role "
        "or its account speaks of it; the name of a session is just a label.",
        "IAM User Guide, reference_policies_elements_principal (role session principals)",
        _NAMES,
        _person_is_user,
    ),
    Belief(
        "root-is-root-user",
        "A Principal that ends in :root means the root user and nobody else.",
        "In a Principal, :root stands for the whole account, as its bare ID does. The account then decides with its "
        "own policies who of it gets in.",
        "IAM User Guide, reference_policies_elements_principal (AWS account principals)",
        _NAMES,
        _root_user_only,
    ),
    Belief(
        "account-is-everybody",
        "A policy that names the account lets everybody in the account in.",
        "Naming the account only delegates: identity-based policies there must allow the request too.",
        "IAM User Guide, reference_policies_elements_principal (AWS account principals)",
        _NAMES,
        _everybody,
    ),
    Belief(
        "external-id-is-password",
        "The external ID is the role's password: whoever knows it gets in.",
        "The Principal decides who may come at all. An external ID is no secret: it tells a third party apart that "
        "acts for several customers.",
        "IAM User Guide, id_roles_common-scenarios_third-party",
        "iamkit.layers:naming",
        _password,
    ),
    Belief(
        "same-name-same-role",
        "A role that is deleted and made again under the same name is the same role.",
        "When a policy names a role, AWS keeps its unique ID. A role made later has another ID, so the policy does not "
        "mean it until the policy is saved anew.",
        "IAM User Guide, reference_policies_elements_principal (IAM role principals)",
        "iamkit.world:without_name",
        _by_name,
    ),
    Belief(
        "any-provider-will-do",
        "SAML or OIDC, it is all federation: a role that trusts one identity provider lets in people from any.",
        "A trust policy names one provider. Only who shows an assertion or token of that provider is meant.",
        "IAM User Guide, reference_policies_elements_principal (SAML and OIDC session principals)",
        _NAMES,
        _any_provider,
    ),
    Belief(
        "token-opens-assume-role",
        "A federated person calls AssumeRole like anybody else.",
        "Who has no AWS credentials yet cannot call AssumeRole. A SAML assertion goes to AssumeRoleWithSAML, an OIDC "
        "token to AssumeRoleWithWebIdentity, and the trust policy must allow that action.",
        "IAM User Guide, id_credentials_sts-comparison",
        "iamkit.semantics:never_open_to",
        _open_to_all,
    ),
)
