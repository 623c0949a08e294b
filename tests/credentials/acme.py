"""A small world with identity providers, for the tests of federation."""

from iamkit.credentials.clock import HOUR, Clock
from iamkit.credentials.oidcidp import OidcIdp
from iamkit.credentials.portal import get_role_credentials, sign_in
from iamkit.credentials.samlidp import SamlIdp
from iamkit.credentials.sts import Sts
from iamkit.identity.center import IdentityCenter
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


class Broker:
    """A broker with an access key, and two roles of which the second trusts the first."""

    def __init__(self, max_session=12 * HOUR):
        self.world = World()
        acme = self.world.account(ACME)
        may = {
            "Statement": {"Effect": "Allow", "Action": ["sts:AssumeRole", "sts:GetFederationToken"], "Resource": "*"}
        }
        self.user = acme.user("broker", policies=[may, READ])
        self.key = self.user.holdings.add_access_key()

        def trusting(arn):
            return {"Statement": {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "sts:AssumeRole"}}

        self.role = acme.role("staff", trust=trusting(self.user.arn), max_session=max_session, policies=[may])
        self.second = acme.role("second", trust=trusting(self.role.arn), max_session=max_session)
        self.sts = Sts(self.world, Clock(NOW))

    def assumed(self, **given):
        return self.sts.assume_role(self.key, self.role, "ana", **given)


class Company:
    """Acme with Identity Center; Ana may read payroll."""

    def __init__(self, duration=HOUR, **given):
        self.world = World()
        self.acme = self.world.account(ACME)
        self.world.organize("o-acme", management=ACME)
        self.center = IdentityCenter(self.world.accounts, self.world.organization, "eu-west-1", **given)
        self.world.center = self.center
        if self.center.source == "directory":
            self.center.user("ana")
        else:
            self.center.sync({"ana": []})
        self.center.permission_set("Payroll", duration=duration, inline=READ)
        self.role = self.center.assign("Payroll", self.acme, user="ana")
        self.sts = Sts(self.world, Clock(NOW))

    def sign_in(self, user="ana"):
        return sign_in(self.world, self.sts.clock, user)

    def credentials(self, portal, permission_set="Payroll"):
        return get_role_credentials(self.sts, portal, ACME, permission_set)
