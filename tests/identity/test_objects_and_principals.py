"""Who is what, row by row: facts A1 (the four words) and A13 (condition keys by kind of principal).

Sources: IAM User Guide, introduction_identity-management and id ("Terms") for A1; reference_policies_variables
("Principal key values") and id_credentials_temp_control-access_disable-perms for A13.
"""

from typing import Any

import pytest

from iamkit.errors import IamkitError, WorldError
from iamkit.identity import taxonomy
from iamkit.identity.principals import ANONYMOUS, Session
from iamkit.world import World

ID = "111122223333"
BUCKET = "arn:aws:s3:::acme-payroll"
READ = {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{BUCKET}/*"}}
ROOT, ANA = f"arn:aws:iam::{ID}:root", f"arn:aws:iam::{ID}:user/payroll/ana"
AUDITOR, GROUP = f"arn:aws:iam::{ID}:role/audit/auditor", f"arn:aws:iam::{ID}:group/payroll"
POLICY, PROVIDER = f"arn:aws:iam::{ID}:policy/Read", f"arn:aws:iam::{ID}:saml-provider/corp"


def acme(named: Any = None) -> World:
    """An account with one of each; ``named`` is the Principal of the bucket policy."""
    world = World()
    account = world.account(ID, "acme")
    account.policy("Read", READ)
    account.group("payroll")
    account.user("ana", path="/payroll/", groups=["payroll"])
    trust = {"Statement": {"Effect": "Allow", "Principal": {"AWS": ID}, "Action": "sts:AssumeRole"}}
    account.role("auditor", path="/audit/", trust=trust)
    account.saml_provider("corp", entity_id="https://idp.example.com/saml")
    statement = {"Effect": "Allow", "Principal": named, "Action": "s3:GetObject", "Resource": f"{BUCKET}/*"}
    account.resource(BUCKET, **({"policy": {"Statement": statement}} if named else {}))
    return world


def reads(who: Any, named: Any) -> bool:
    return acme(named).decide(who, "s3:GetObject", f"{BUCKET}/may.csv").allowed


def no_principal(arn: str) -> None:
    """No policy names it, and no request comes from it."""
    with pytest.raises(IamkitError, match="cannot be a principal"):
        acme({"AWS": arn})
    with pytest.raises(IamkitError, match="cannot make a request"):
        acme().decide(arn, "s3:GetObject", f"{BUCKET}/may.csv")


# A1


def test_A1_user() -> None:
    assert taxonomy.sets_of("user") == {"resource", "entity", "identity", "principal"}
    assert reads(ANA, {"AWS": ANA})  # an entity: a resource-based policy names it
    world = acme()
    world.accounts[ID].users["ana"].attached.append(POLICY)  # an identity: policies authorize it
    assert world.decide(ANA, "s3:GetObject", f"{BUCKET}/may.csv")  # a principal: it makes the request


def test_A1_role() -> None:
    assert taxonomy.sets_of("role") == {"resource", "entity", "identity", "principal"}
    session = Session(AUDITOR, "monday")
    assert reads(session, {"AWS": AUDITOR})
    world = acme()
    world.accounts[ID].roles["auditor"].attached.append(POLICY)
    assert world.decide(session, "s3:GetObject", f"{BUCKET}/may.csv")  # through its sessions


def test_A1_group() -> None:
    assert taxonomy.sets_of("group") == {"resource", "identity"}
    no_principal(GROUP)
    world = acme()
    world.accounts[ID].groups["payroll"].attached.append(POLICY)  # an identity: its users get the permissions
    assert world.decide(ANA, "s3:GetObject", f"{BUCKET}/may.csv")


def test_A1_permission_policy() -> None:
    assert taxonomy.sets_of("policy") == {"resource"}
    no_principal(POLICY)


def test_A1_identity_provider_object() -> None:
    assert taxonomy.sets_of("provider") == {"resource"}
    with pytest.raises(IamkitError, match="cannot be a principal"):
        acme({"AWS": PROVIDER})
    statement = {"Effect": "Allow", "Principal": {"Federated": PROVIDER}, "Action": "sts:AssumeRoleWithSAML"}
    role = acme().accounts[ID].role("visitor", trust={"Statement": statement})  # but Federated in a trust policy
    assert role.trust is not None


def test_A1_root_user() -> None:
    assert taxonomy.sets_of("root") == {"principal"}
    assert acme().decide(ROOT, "s3:GetObject", f"{BUCKET}/may.csv")
    with pytest.raises(WorldError):
        acme().identity(ROOT)  # no identity of IAM: nothing can be attached to it


# A13


def keys(who: Any) -> tuple[Any, Any, Any]:
    """aws:PrincipalType, aws:userid and aws:username of a request of this principal; None where it has no such key."""
    facts = world.situation(who, f"{BUCKET}/may.csv").facts
    first = [(found or (None,))[0] for found in map(facts.of, ("aws:PrincipalType", "aws:userid", "aws:username"))]
    return first[0], first[1], first[2]


world = acme()
USER_ID = world.accounts[ID].users["ana"].unique_id
ROLE_ID = world.accounts[ID].roles["auditor"].unique_id


def test_A13_root() -> None:
    assert keys(ROOT) == ("Account", ID, None)


def test_A13_iam_user() -> None:
    assert USER_ID.startswith("AIDA")
    assert keys(ANA) == ("User", USER_ID, "ana")


def test_A13_a_GetSessionToken_session_looks_like_its_user() -> None:
    assert keys(Session(ANA, operation="GetSessionToken")) == ("User", USER_ID, "ana")
    assert keys(Session(ROOT, operation="GetSessionToken")) == ("Account", ID, None)


def test_A13_GetFederationToken_session() -> None:
    assert keys(Session(ANA, "visitor", operation="GetFederationToken")) == ("FederatedUser", f"{ID}:visitor", None)


@pytest.mark.parametrize("operation", ["AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"])
def test_A13_role_session(operation: str) -> None:
    assert ROLE_ID.startswith("AROA")
    assert keys(Session(AUDITOR, "monday", operation=operation)) == ("AssumedRole", f"{ROLE_ID}:monday", None)


def test_A13_instance_role() -> None:
    # The session of an EC2 instance has the instance's ID as its name.
    assert keys(Session(AUDITOR, "i-0123456789abcdef0")) == ("AssumedRole", f"{ROLE_ID}:i-0123456789abcdef0", None)


def test_A13_anonymous() -> None:
    # reference_policies_condition-keys: aws:username is not there in anonymous requests.
    assert keys(ANONYMOUS) == ("Anonymous", "anonymous", None)
