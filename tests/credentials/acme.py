"""A small world with identity providers, for the tests of federation."""

from iamkit.credentials.clock import Clock
from iamkit.credentials.oidcidp import OidcIdp
from iamkit.credentials.samlidp import SamlIdp
from iamkit.credentials.sts import Sts
from iamkit.world import World

ACME = "111122223333"
NOW = "2026-11-24T09:00:00Z"
PAYROLL = "arn:aws:s3:::acme-payroll"
READ = {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{PAYROLL}/*"}}
GITHUB = "token.actions.githubusercontent.com"
SIGN_IN = "https://signin.aws.amazon.com/saml"


def allow(action, provider, **condition):
    """A trust policy for one provider."""
    statement = {"Effect": "Allow", "Principal": {"Federated": provider}, "Action": action}
    return {"Version": "2012-10-17", "Statement": statement | ({"Condition": condition} if condition else {})}


class Web:
    """Acme's app, its identity provider, and a role for it."""

    def __init__(self, algorithm="ES256"):
        self.world = World()
        self.acme = self.world.account(ACME)
        self.idp = OidcIdp("https://oidc.acme.example", algorithm)
        self.provider = self.acme.oidc_provider(self.idp.url, client_ids=["payroll-app"])
        self.sts = Sts(self.world, Clock(NOW))

    def role(self, name="app", action="sts:AssumeRoleWithWebIdentity", max_session=3600, **condition):
        return self.acme.role(name, trust=allow(action, self.provider.arn, **condition), policies=[READ],
                              max_session=max_session)  # fmt: skip

    def token(self, sub="ana", aud="payroll-app", **given):
        return self.idp.token(sub, aud, self.sts.clock, **given)


class Saml:
    """Acme's directory with a SAML identity provider, and a role for it."""

    def __init__(self, idp=None):
        self.world = World()
        self.acme = self.world.account(ACME)
        self.idp = idp or SamlIdp("https://idp.acme.example/saml")
        self.provider = self.idp.register(self.acme, "AcmeIdP")
        self.sts = Sts(self.world, Clock(NOW))

    def role(self, name="payroll", action="sts:AssumeRoleWithSAML", max_session=3600, **condition):
        condition = condition or {"StringEquals": {"SAML:aud": SIGN_IN}}
        return self.acme.role(name, trust=allow(action, self.provider.arn, **condition), policies=[READ],
                              max_session=max_session)  # fmt: skip

    def response(self, *roles, **given):
        pairs = [(role, self.provider.arn) for role in roles]
        return self.idp.response("ana", self.sts.clock, **{"roles": pairs, **given})
