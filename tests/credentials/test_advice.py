"""The adviser says what AWS's guide says: a test for each row of its tables, by what is recommended and what is not.

The wording is that of the IAM User Guide, page "IAM identities" (``id``).
"""

from collections.abc import Iterator

import pytest

from iamkit.credentials.advice import QUESTIONS, advise
from iamkit.credentials.tree import Advice, Node
from iamkit.errors import IamkitError

PERSON = {"who": "workforce", "needs": "nothing special"}
LONG_TERM = "A designated IAM user with long-term credentials"
LEAVES = list(QUESTIONS.leaves())


def person(source: str, access: str = "console", center: str | None = None) -> Advice:
    """The advice for people of the workforce."""
    asked = {"center": center} if center else {}
    return advise(**PERSON, source=source, **asked, access=access)


def program(who: str, needs: str = "nothing special", **more: str) -> Advice:
    return advise(who=who, needs=needs, **more)


def says(advice: Advice, *words: str) -> None:
    text = advice.explain().lower()
    for word in words:
        assert word.lower() in text, f"{word!r} is not in:\n{advice.explain()}"


# "Different methods to provide user access"


@pytest.mark.parametrize(("source", "center"), [("nowhere yet", "yes"), ("Identity Center", None)])
def test_single_sign_on_for_people_using_identity_center(source, center):
    """An identity store within Identity Center; a central place; an easier sign-in; control from a single system; MFA;
    limited credentials."""
    found = person(source, center=center)
    assert "Single sign-on through IAM Identity Center" in found.method
    says(found, "identity center directory", "central place", "easier sign-in", "single system", "MFA", "additional "
         "security", "as few permissions as they need", "by default")  # fmt: skip
    assert found.temporary


def test_federated_access_for_human_users_using_iam_identity_providers():
    """IdPs compatible with OIDC or SAML 2.0; after the provider, one or more roles that are dynamically assigned."""
    for source, named in (("an OIDC provider", "OpenID Connect (OIDC)"), ("another SAML 2.0 directory", "SAML 2.0")):
        found = person(source)
        assert "IAM identity provider" in found.method and named in found.method
        says(found, "after you create an IAM identity provider, create one or more roles")
        assert found.temporary


def test_cross_account_access_by_a_role_is_the_primary_way():
    found = advise(who="other account", shared="several things", party="ours as well")
    says(found, "a role that the other account may assume", "roles are the primary way to grant")
    assert found.temporary


def test_cross_account_access_by_a_resource_based_policy_instead_of_a_role_as_a_proxy():
    found = advise(who="other account", shared="one resource that takes a policy")
    says(found, "resource-based policy", "attach a policy directly to a resource, instead of using a role as a proxy")
    says(found, "keeps the permissions of the own account")  # access_policies-cross-account-resource-access


def test_a_third_party_gets_a_role_with_an_external_id():
    """id_roles_common-scenarios_third-party: chosen by the third party, unique, tested by the trust."""
    found = advise(who="other account", shared="several things", party="a third party's")
    says(found, "ExternalId", "third party choose an ExternalId for you alone", "confused deputy")
    assert "sts:ExternalId" in " ".join(found.not_recommended)


def test_service_linked_roles_are_pointed_to():
    found = program("workload in AWS", calls="an AWS service, for us")
    says(found, "service-linked role", "AWS services that work with IAM", "create-service-linked-role")


@pytest.mark.parametrize("who", ["workload in AWS", "workload outside AWS"])
def test_long_term_credentials_for_workloads_that_cannot_use_iam_roles(who):
    found = program(who, "it cannot use a role")
    assert (found.method, found.temporary) == (LONG_TERM, False)
    says(found, "cannot use IAM roles", "primary use of IAM users", "update access keys when needed", "least privilege")


@pytest.mark.parametrize("who", ["workforce", "workload in AWS", "workload outside AWS"])
def test_long_term_credentials_for_third_party_clients_that_require_access_keys(who):
    found = program(who, "a client that takes access keys only")
    assert (found.method, found.temporary) == (LONG_TERM, False)
    says(found, "third-party AWS client requires programmatic access through access keys", "access keys when needed")


@pytest.mark.parametrize("who", ["workforce", "workload in AWS", "workload outside AWS"])
def test_service_specific_credentials_for_codecommit_or_keyspaces(who):
    found = program(who, "CodeCommit or Keyspaces")
    assert (found.method, found.temporary) == (LONG_TERM, False)
    says(found, "service-specific credentials", "AWS CodeCommit and Amazon Keyspaces", "two may exist for each service")


@pytest.mark.parametrize("access", ["console", "programmatic", "both"])
def test_long_term_credentials_where_identity_center_is_not_available_and_there_is_no_provider(access):
    found = person("nowhere yet", access, center="no")
    assert "Designated IAM users with long-term credentials" in found.method
    assert not found.temporary
    says(found, "Identity Center is not available for the account, and there is no other identity provider")
    assert ("access keys" in found.credentials) == (access != "console")
    assert ("Update access keys" in " ".join(found.steps)) == (access != "console")


def test_those_are_all_the_uses_of_long_term_credentials():
    """Apart from people who are IAM users already, and keep the password with which they sign in."""
    lasting = {path for path, advice in LEAVES if not advice.temporary}
    exceptions = {"it cannot use a role", "a client that takes access keys only", "CodeCommit or Keyspaces", "no"}
    assert {path for path in lasting if not exceptions & set(path)} == {
        ("workforce", "nothing special", "IAM users", access) for access in ("console", "both")
    }


# "Federation is useful in these cases"


def test_F7_a_directory_compatible_with_saml_gets_single_sign_on_to_the_console():
    found = person("another SAML 2.0 directory")
    says(found, "SAML 2.0", "by single sign-on to the console", "authenticated already", "assume a role")
    assert any("separate IAM users" in line for line in found.not_recommended)


def test_F7_a_directory_that_is_not_compatible_with_saml_gets_an_identity_broker():
    found = person("a directory without SAML")
    says(found, "identity broker", "does not speak SAML 2.0", "by single sign-on to the console")
    says(found, "AssumeRole; GetFederationToken works too, but needs the long-term keys of an IAM user")


def test_F7_active_directory_is_connected_through_identity_center():
    found = person("Active Directory", center="yes")
    assert "Identity Center, connected to Active Directory" in found.method
    says(found, "self-managed directory", "AWS Directory Service", "establishes trust between")


def test_F7_an_external_provider_is_connected_through_identity_center():
    found = person("Okta or Entra", center="yes")
    assert "Identity Center, connected to the external identity provider" in found.method
    says(found, "establishes trust between", "SCIM")


@pytest.mark.parametrize("source", ["Okta or Entra", "Active Directory"])
def test_without_identity_center_another_identity_provider_is_still_not_a_case_for_iam_users(source):
    """The guide's exception has two parts: no Identity Center *and* no other identity provider."""
    found = person(source, "both", center="no")
    assert "SAML 2.0" in found.method and found.temporary


def test_F7_users_with_internet_identities_get_federation_preferably_through_cognito():
    recommended = advise(who="app user", cognito="yes")
    says(recommended, "AWS recommends Amazon Cognito")
    other = advise(who="app user", cognito="no")
    says(other, "Login with Amazon, Facebook, Google", "compatible with OIDC", "To do without Cognito where it fits")
    assert recommended.temporary and other.temporary


# "Support programmatic user access"


@pytest.mark.parametrize(
    ("source", "center"), [("nowhere yet", "yes"), ("Identity Center", None), ("Okta or Entra", "yes")]
)
def test_workforce_identities_sign_with_short_term_credentials(source, center):
    """Identity Center: the APIs require a profile, the CLI a profile or an environment variable."""
    found = person(source, "programmatic", center)
    says(found, "short-term credentials, to sign requests to the AWS CLI or the AWS APIs")
    says(found, "for the AWS APIs configure a profile; for the AWS CLI a profile or an environment variable")
    says(found, "howtogetcredentials", "AWS SDKs and Tools Reference Guide")
    assert any("long-term access keys" in line for line in found.not_recommended)


def test_iam_users_sign_with_short_term_credentials():
    found = person("IAM users", "programmatic")
    says(found, "an access key ID, a secret access key, and a session token that tells when they end", "AWS STS")
    assert found.temporary


def test_iam_users_who_sign_with_long_term_credentials_are_not_recommended():
    for found in (person("IAM users", "programmatic"), person("nowhere yet", "programmatic", center="no")):
        assert any("long-term" in line.lower() and "not recommended" in line for line in found.not_recommended)


@pytest.mark.parametrize(
    ("source", "operation"),
    [("another SAML 2.0 directory", "AssumeRoleWithSAML"), ("an OIDC provider", "AssumeRoleWithWebIdentity"),
     ("a directory without SAML", "AssumeRole")],
)  # fmt: skip
def test_federated_users_get_a_session_from_an_sts_operation(source, operation):
    found = person(source, "programmatic")
    says(found, "an access key pair and a session token from an AWS STS operation", operation)
    assert "id_credentials_temp_request" in " ".join(found.source)


# What the page says beside its tables


def test_the_root_user_is_never_for_everyday_tasks():
    for path, advice in LEAVES:
        if path[:2] == ("workforce", "nothing special"):
            assert (
                "Do not use the root user for everyday tasks, even the administrative ones." in advice.not_recommended
            )


def test_identity_center_users_enter_a_role_automatically_and_iam_users_must_choose_to_switch():
    says(person("Identity Center"), "a role that is assumed automatically")
    says(person("IAM users"), "must be allowed to assume the role", "must explicitly choose to switch to it")


def test_workloads_use_temporary_credentials():
    found = program("workload in AWS", calls="our own code")
    assert found.temporary and "role" in found.method
    assert any("access key in the code" in line for line in found.not_recommended)


def test_workloads_outside_aws_use_a_token_an_assertion_or_a_certificate():
    """best-practices: AssumeRoleWithWebIdentity, AssumeRoleWithSAML, IAM Roles Anywhere."""
    token = program("workload outside AWS", source="an OIDC token")
    says(token, "AssumeRoleWithWebIdentity", "does not test sub")
    certificate = program("workload outside AWS", source="an X.509 certificate")
    says(certificate, "IAM Roles Anywhere", "X.509")
    assertion = program("workload outside AWS", source="a SAML 2.0 assertion")
    says(assertion, "AssumeRoleWithSAML", "saml:aud")
    assert token.temporary and certificate.temporary and assertion.temporary


def test_codecommit_and_keyspaces_have_a_way_with_temporary_credentials_too():
    """best-practices, "Update access keys when needed": git-remote-codecommit; SigV4 plugin."""
    found = program("workload in AWS", "CodeCommit or Keyspaces")
    assert any("git-remote-codecommit" in line and "SigV4" in line for line in found.not_recommended)


# The tree


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for below in node.answers.values():
        yield from nodes(below)


def test_every_node_is_a_question_or_a_leaf():
    for node in nodes(QUESTIONS):
        assert bool(node.answers) == bool(node.question) == bool(node.key) != bool(node.advice)
        assert not node.question or node.question.endswith("?")


def test_every_leaf_is_reached_by_advise_with_its_answers():
    for path, advice in LEAVES:
        node, answers = QUESTIONS, {}
        for answer in path:
            answers[node.key] = answer
            node = node.answers[answer]
        assert advise(**answers) is advice


def test_every_advice_says_why_and_what_not_and_where_it_stands():
    for _, advice in LEAVES:
        assert advice.why.endswith(".") and advice.credentials and advice.steps and advice.not_recommended
        assert any("IAM User Guide" in page for page in advice.source)
        assert all(line.endswith(".") for line in (*advice.steps, *advice.not_recommended))


def test_no_way_asks_the_same_twice_and_answers_fit_a_narrow_screen():
    for node in nodes(QUESTIONS):
        for below in node.answers.values():
            assert below.key != node.key
        assert all(len(answer) <= 37 for answer in node.answers)


@pytest.mark.parametrize(
    ("answers", "fault"),
    [
        ({}, "'who' is still open"),
        ({"who": "workforce"}, "'needs' is still open"),
        ({"who": "a robot"}, "'a robot' is no answer"),
        ({"who": "app user", "cognito": "yes", "access": "console"}, "access is not asked about here"),
        ({"access": "console"}, "'who' comes first"),
    ],
)
def test_what_is_missing_or_wrong_is_said_with_the_answers_to_choose_from(answers, fault):
    with pytest.raises(IamkitError, match=fault) as told:
        advise(**answers)
    assert told.value.remedy


def test_the_order_of_the_answers_does_not_matter():
    given = {
        "access": "both",
        "source": "Okta or Entra",
        "center": "yes",
        "needs": "nothing special",
        "who": "workforce",
    }
    assert advise(**given) is person("Okta or Entra", "both", "yes")


def test_the_part_of_the_tree_along_a_way_keeps_the_questions_of_the_way_and_their_answers():
    cut = QUESTIONS.along(["workforce", "nothing special"])
    assert list(cut.answers) == list(QUESTIONS.answers)
    assert not cut.answers["app user"].answers
    sources = cut.step("workforce").step("nothing special")
    assert list(sources.answers) == list(QUESTIONS.step("workforce").step("nothing special").answers)
    assert not any(node.answers for node in sources.answers.values())
    with pytest.raises(IamkitError, match="is no answer"):
        QUESTIONS.along(["nobody"])


def test_advice_shows_itself_as_a_table_and_in_words():
    found = person("nowhere yet", "both", center="no")
    bundle = found._repr_mimebundle_()
    assert bundle["text/plain"] == found.explain()
    assert bundle["text/html"].count("<th scope='row'") == 5
    assert found.to_dict()["temporary"] is False
    assert repr(found) == "<Advice: Designated IAM users with long-term credentials>"
