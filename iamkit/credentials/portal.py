"""The access portal of IAM Identity Center: one sign-in, then role sessions in accounts.

The two have ends of their own. Who is disabled opens no new session of either kind; role sessions that are out go on.

Sources: IAM Identity Center User Guide, authconcept, configure-user-session, howtosessionduration, useraccess; Identity
Center Portal API Reference, GetRoleCredentials.
"""

from dataclasses import dataclass

from iamkit.credentials.claims import Claims, open_session
from iamkit.credentials.clock import Clock, iso
from iamkit.credentials.limits import Refusal
from iamkit.credentials.saml import OPERATION, name_qualifier
from iamkit.credentials.sts import Sts
from iamkit.credentials.tokens import Credentials, Refused
from iamkit.errors import WorldError
from iamkit.identity.center import IdentityCenter
from iamkit.identity.providers import SIGN_IN, SamlProvider
from iamkit.world import World


@dataclass(frozen=True)
class PortalSession:
    """Somebody is signed in at the access portal.

    Args:
        user: their name.
        started, ends: seconds since 1970.
    """

    user: str
    started: int
    ends: int

    def is_live(self, now: int) -> bool:
        """Whether it still opens role sessions, as far as its own life goes."""
        return self.started <= now < self.ends

    def __repr__(self) -> str:
        return f"<PortalSession {self.user}, until {iso(self.ends)}>"


def center_of(world: World) -> IdentityCenter:
    """The world's Identity Center.

    Raises:
        WorldError: if it has none.
    """
    if world.center is None:
        remedy = "Write world.center = IdentityCenter(world.accounts, world.organization, region)."
        raise WorldError("The world has no Identity Center.", where="Identity Center", remedy=remedy)
    return world.center


def sign_in(world: World, clock: Clock, user: str) -> PortalSession | Refused:
    """Sign in at the portal; that the user is who they say was seen to by the identity source."""
    center = center_of(world)
    person = center.users.get(user)
    if person is None or not person.enabled:
        remedy = "They are disabled." if person else "The identity source has not sent them."
        return Refused("SignIn", "AccessDenied", f"{user} cannot sign in.", remedy=remedy)
    return PortalSession(user, clock.now, clock.now + center.portal_session)


def get_role_credentials(sts: Sts, portal: PortalSession, account: str, permission_set: str) -> Credentials | Refused:
    """GetRoleCredentials: a session of the role of a permission set in an account, for as long as the set says."""
    center = center_of(sts.world)
    person = center.users.get(portal.user)
    if not portal.is_live(sts.clock.now):
        return Refused("GetRoleCredentials", "UnauthorizedException", "Session token not found or invalid",
                       remedy="Sign in at the portal again.")  # fmt: skip
    if person is None or not person.enabled or (account, permission_set) not in center.offers(person):
        remedy = "Nothing is assigned to them there." if person and person.enabled else "They can no longer sign in."
        return Refused("GetRoleCredentials", "ForbiddenException", "No access", remedy=remedy)
    role = center.role(permission_set, account)
    provider = center.provider(sts.world.accounts[account])
    duration = center.permission_sets[permission_set].duration
    try:
        return open_session(sts, OPERATION, role, person.name, _claims(provider, person.name), duration=duration)
    except Refusal as refusal:
        return Refused(OPERATION, refusal.error, refusal.message, refusal.decision, refusal.remedy)


def _claims(provider: SamlProvider, user: str) -> Claims:
    document = f"{provider.account}/{provider.name}"
    kept = {
        "saml:sub": user,
        "saml:sub_type": "persistent",
        "saml:namequalifier": name_qualifier(provider.entity_id, document),
    }
    keys = {"saml:aud": SIGN_IN, "saml:iss": provider.entity_id, "saml:doc": document, **kept}
    return Claims(provider.arn, keys, kept)
