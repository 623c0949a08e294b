"""Identity providers that many organizations share: their issuer does not say whose users they are, a claim does.

Since 2025 IAM refuses to create or update a role that trusts one of them and does not test that claim. Roles that are
there already go on as they are, until somebody edits their trust policy.

Source: IAM User Guide, id_roles_providers_oidc_secure-by-default; for GitHub also id_roles_create_for-idp_oidc
("Configuring a role for GitHub OIDC identity provider").
"""

from collections.abc import Iterator

from iamkit.errors import PolicyError
from iamkit.policies import Source
from iamkit.policy.document import Policy, Statement
from iamkit.policy.places import Place, check_place
from iamkit.policy.principals import Form

_TURBONOMIC = (
    "rh-oidc.s3.us-east-1.amazonaws.com/22ejnvnnturfmt6km08idd0nt4hekbn7",
    "rh-oidc.s3.us-east-1.amazonaws.com/23e3sd27sju1hoou6ohfs68vbno607tr",
    "rh-oidc.s3.us-east-1.amazonaws.com/23ne21h005qjl3n33d8dui5dlrmv2tmg",
    "rh-oidc.s3.us-east-1.amazonaws.com/24jrf12m5dj7ljlfb4ta2frhrcoadm26",
    "oidc.op1.openshiftapps.com/2f785sojlpb85i7402pk3qogugim5nfb",
    "oidc.op1.openshiftapps.com/2c51blsaqa9gkjt0o9rt11mle8mmropu",
)
_BY_SUB = (
    "agent.buildkite.com", "app.terraform.io", "gitlab.com", "oidc-configuration.audit-log.githubusercontent.com",
    "oidc.codefresh.io", "proidc.upbound.io", "scalr.io", "studio.datachain.ai/api", "tokens.cloud.shisho.dev",
    "vstoken.actions.githubusercontent.com", *_TURBONOMIC,
)  # fmt: skip
_BY_AUD = ("api.pulumi.com/oidc", "cognito-identity.amazonaws.com", "oidc.vercel.com", "sandboxes.cloud")
GITHUB = "token.actions.githubusercontent.com"

TENANT_KEYS: dict[str, tuple[str, ...]] = {
    **{host: (f"{host}:sub",) for host in _BY_SUB},
    **{host: (f"{host}:aud",) for host in _BY_AUD},
    # Of reusable workflows the second says as much (since May 2026).
    GITHUB: (f"{GITHUB}:sub", f"{GITHUB}:job_workflow_ref"),
    "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d": ("sts:RoleSessionName",),
}
"""For each shared provider the condition keys of which a trust policy must test one (read in November 2026)."""


def check_shared_provider(trust: Source) -> None:
    """Raise unless IAM takes this trust policy for a new role, as far as shared identity providers go.

    IAM looks for the key alone, and for GitHub that its value is more than a wildcard. Whether the value keeps
    strangers out is another question: `iamkit.prove.federated.who_slips_through` answers it.

    Raises:
        PolicyError: as IAM answers MalformedPolicyDocument, with the key to test.

    >>> check_shared_provider({"Version": "2012-10-17", "Statement": {
    ...     "Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
    ...     "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/gitlab.com"},
    ...     "Condition": {"StringEquals": {"gitlab.com:sub": "project_path:acme/payroll:ref_type:branch:ref:main"}}}})
    """
    policy = check_place(Policy.parse(trust, name="trust policy"), Place.TRUST)
    for statement in policy.statements:
        for host in _shared(statement):
            keys = TENANT_KEYS[host]
            if not any(_tests(statement, key, host) for key in keys):
                what = f"{host} serves many organizations, and nothing says whose users are meant."
                raise PolicyError(what, where=statement.path, remedy=f"Test {' or '.join(keys)} in a Condition.")


def _shared(statement: Statement) -> Iterator[str]:
    """The shared providers that a statement lets in."""
    if statement.effect != "Allow" or statement.principal is None:
        return
    for named in statement.principal.values:
        host = named.value.partition(":oidc-provider/")[2] or named.value
        if named.form is Form.FEDERATED and host in TENANT_KEYS:
            yield host


def _tests(statement: Statement, key: str, host: str) -> bool:
    """The statement has a condition on the key; for GitHub one whose values are not wildcards alone."""
    found = [condition for condition in statement.conditions if condition.key.lower() == key.lower()]
    if host != GITHUB:
        return bool(found)
    return any(
        condition.operator.name != "Null" and all(value.strip("*?") for value in condition.values)
        for condition in found
    )
