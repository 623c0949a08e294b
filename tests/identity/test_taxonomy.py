"""The classification of the IAM User Guide, introduction_identity-management, section "Terms"."""

import pytest

from iamkit.errors import IamkitError
from iamkit.identity import taxonomy

# Copied from the guide's list of terms, not from the code.
GUIDE = {
    "resource": {"user", "group", "role", "policy", "provider"},
    "entity": {"user", "role"},
    "identity": {"user", "group", "role"},
    "principal": {"root", "user", "role"},
}


@pytest.mark.parametrize("set_name", sorted(GUIDE))
def test_each_set_holds_what_the_guide_lists(set_name: str) -> None:
    among_the_guides_own = set(taxonomy.members(set_name)) & set(taxonomy.SEED_KINDS)
    assert among_the_guides_own == GUIDE[set_name]


def test_sessions_and_federated_users_are_principals_and_nothing_else() -> None:
    # "Principals include human users, workloads, federated users and assumed roles."
    assert taxonomy.sets_of("role-session") == {"principal"}
    assert taxonomy.sets_of("federated-user") == {"principal"}


def test_members_and_sets_of_and_is_a_agree() -> None:
    for name in taxonomy.kinds():
        for set_name in taxonomy.SETS:
            assert (name in taxonomy.members(set_name)) == taxonomy.is_a(name, set_name)
            assert taxonomy.is_a(name, set_name) == (set_name in taxonomy.sets_of(name))


def test_every_answer_has_a_reason_of_its_own_in_whole_sentences() -> None:
    for set_name in taxonomy.SETS:
        reasons = [taxonomy.why(name, set_name) for name in taxonomy.SEED_KINDS]
        assert all(reason[0].isupper() and reason.endswith(".") for reason in reasons)
        assert len(set(reasons)) == len(reasons)


def test_every_row_names_its_page() -> None:
    assert all("IAM User Guide" in taxonomy.kind(name).source for name in taxonomy.kinds())


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: taxonomy.members("actor"), "'actor'"),
        (lambda: taxonomy.kind("usr"), "'usr'"),
        (lambda: taxonomy.why("user", "Entity"), "'Entity'"),
        (lambda: taxonomy.is_a("user", "things"), "'things'"),
    ],
)
def test_an_unknown_name_is_refused_with_the_known_ones(call, named: str) -> None:
    with pytest.raises(IamkitError) as fault:
        call()
    assert named in str(fault.value) and "Use one of" in fault.value.remedy
