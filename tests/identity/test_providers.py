"""Provider objects: their ARNs, their limits, and the four providers that need none."""

import pytest

from iamkit.errors import WorldError
from iamkit.identity.account import Account
from iamkit.policy.principals import GLOBAL_PROVIDERS

ACME = "111122223333"


def test_A11_a_saml_provider_has_the_arn_of_its_name():
    provider = Account(ACME).saml_provider("AcmeIdP", entity_id="https://idp.acme.example/saml")
    assert provider.arn == "arn:aws:iam::111122223333:saml-provider/AcmeIdP"
    assert (provider.name, provider.account) == ("AcmeIdP", ACME)


def test_A11_an_oidc_provider_has_the_arn_of_its_host_and_path():
    provider = Account(ACME).oidc_provider("https://oidc.example.com/tenants/acme", client_ids=["app"])
    assert provider.arn == "arn:aws:iam::111122223333:oidc-provider/oidc.example.com/tenants/acme"
    assert provider.host == "oidc.example.com/tenants/acme"


@pytest.mark.parametrize("host", GLOBAL_PROVIDERS)
def test_A11_four_oidc_providers_need_no_object(host):
    with pytest.raises(WorldError, match="needs no object") as told:
        Account(ACME).oidc_provider(f"https://{host}")
    assert host in told.value.remedy


def test_A11_the_four_are_cognito_amazon_facebook_and_google():
    assert sorted(GLOBAL_PROVIDERS) == [
        "accounts.google.com", "cognito-identity.amazonaws.com", "graph.facebook.com", "www.amazon.com",
    ]  # fmt: skip


def test_a_provider_is_kept_in_its_account_by_arn_and_only_once():
    acme = Account(ACME)
    provider = acme.oidc_provider("https://oidc.example.com")
    assert acme.providers == {provider.arn: provider}
    with pytest.raises(WorldError, match="there already"):
        acme.oidc_provider("https://oidc.example.com/")


@pytest.mark.parametrize(("count", "fits"), [(100, True), (101, False)])
def test_F3_at_most_100_client_ids(count, fits):
    clients = [f"client-{n}" for n in range(count)]
    if fits:
        assert len(Account(ACME).oidc_provider("https://oidc.example.com", client_ids=clients).client_ids) == 100
    else:
        with pytest.raises(WorldError, match="101 client IDs are too many") as told:
            Account(ACME).oidc_provider("https://oidc.example.com", client_ids=clients)
        assert told.value.remedy


@pytest.mark.parametrize(("count", "fits"), [(5, True), (6, False)])
def test_F3_at_most_5_thumbprints(count, fits):
    prints = [f"{n:040x}" for n in range(count)]
    if fits:
        assert len(Account(ACME).oidc_provider("https://oidc.example.com", thumbprints=prints).thumbprints) == 5
    else:
        with pytest.raises(WorldError, match="6 thumbprints are too many"):
            Account(ACME).oidc_provider("https://oidc.example.com", thumbprints=prints)


@pytest.mark.parametrize(
    "url", ["http://oidc.example.com", "oidc.example.com", "https://oidc.example.com?a=b", "", "https://"]
)
def test_an_issuer_is_an_https_address_without_query(url):
    with pytest.raises(WorldError, match="not an issuer"):
        Account(ACME).oidc_provider(url)


@pytest.mark.parametrize(("length", "fits"), [(255, True), (256, False)])
def test_an_issuer_has_at_most_255_characters(length, fits):
    url = "https://oidc.example.com/" + "x" * (length - 25)
    if fits:
        assert Account(ACME).oidc_provider(url).url == url
    else:
        with pytest.raises(WorldError, match="not an issuer"):
            Account(ACME).oidc_provider(url)


@pytest.mark.parametrize("thumbprint", ["ab", "g" * 40, "a" * 41])
def test_a_thumbprint_has_40_hexadecimal_digits(thumbprint):
    with pytest.raises(WorldError, match="not a thumbprint"):
        Account(ACME).oidc_provider("https://oidc.example.com", thumbprints=[thumbprint])


@pytest.mark.parametrize("client", ["", "x" * 256])
def test_a_client_id_has_1_to_255_characters(client):
    with pytest.raises(WorldError, match="not a client ID"):
        Account(ACME).oidc_provider("https://oidc.example.com", client_ids=[client])


@pytest.mark.parametrize(("name", "fits"), [("x" * 128, True), ("x" * 129, False), ("Acme IdP", False), ("", False)])
def test_a_saml_provider_name_has_1_to_128_characters(name, fits):
    if fits:
        assert Account(ACME).saml_provider(name, entity_id="https://idp.example").name == name
    else:
        with pytest.raises(WorldError, match="not a provider's name"):
            Account(ACME).saml_provider(name, entity_id="https://idp.example")


def test_a_saml_provider_needs_an_issuer():
    with pytest.raises(WorldError, match="no issuer"):
        Account(ACME).saml_provider("AcmeIdP", entity_id="")


def test_no_certificate_and_no_address_in_memory_is_shown():
    provider = Account(ACME).saml_provider("AcmeIdP", entity_id="https://idp.example", certificates=["-----BEGIN"])
    assert repr(provider) == "<SamlProvider arn:aws:iam::111122223333:saml-provider/AcmeIdP>"
