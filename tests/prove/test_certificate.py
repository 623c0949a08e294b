"""Certificates: good ones are accepted, anything else is refused."""

from dataclasses import replace

import pytest

from iamkit.formula import Formula, Not, all_of, any_of, equals, like
from iamkit.prove.certificate import Certificate, certify, check
from iamkit.prove.skeleton import Literal
from tests.prove.worlds import one_user
from tests.short import ANA, allow

GET_AND_NOT = all_of([like("action", "s3:Get*"), Not(like("action", "s3:*"))])
ONE_OF_TWO = all_of([
    any_of([equals("aws:username", "ana"), equals("aws:username", "bob")]),
    any_of([equals("aws:username", "cem"), equals("aws:username", "dora")]),
])  # fmt: skip


def certified(formula: Formula) -> Certificate:
    found = certify(formula)
    assert found is not None
    return found


@pytest.mark.parametrize("formula", [any_of([]), GET_AND_NOT, ONE_OF_TWO])
def test_what_is_impossible_has_a_certificate_that_holds(formula: Formula) -> None:
    assert check(formula, certified(formula))


@pytest.mark.parametrize("formula", [all_of([]), like("action", "s3:*"), Not(GET_AND_NOT)])
def test_what_is_possible_has_none(formula: Formula) -> None:
    assert certify(formula) is None


def test_a_certificate_of_another_formula_is_refused() -> None:
    certificate = certified(GET_AND_NOT)
    assert not check(like("action", "s3:Get*"), certificate)
    assert not check(Not(GET_AND_NOT), certificate)
    assert not check(ONE_OF_TWO, certificate)


def test_a_false_lemma_is_refused() -> None:
    get, put = (Literal("action", 0, like("action", glob).test.test) for glob in ("s3:Get*", "s3:*t"))
    assert not check(like("action", "s3:Get*"), Certificate((((get, True), (put, True)),), ((),)))
    claims_of_one_value = ((get, True),)
    assert not check(like("action", "s3:Get*"), Certificate((claims_of_one_value,), ((),)))


def test_a_lemma_about_two_values_is_refused() -> None:
    one, other = Literal("aws:tagkeys", 0), Literal("aws:tagkeys", 1)
    assert not check(GET_AND_NOT, replace(certified(GET_AND_NOT), lemmas=(((one, True), (other, True)),)))
    assert not check(GET_AND_NOT, replace(certified(GET_AND_NOT), lemmas=((),)))


def test_without_its_lemmas_or_its_last_step_it_is_refused() -> None:
    certificate = certified(ONE_OF_TWO)
    assert certificate.lemmas
    assert not check(ONE_OF_TWO, replace(certificate, lemmas=()))
    assert not check(ONE_OF_TWO, replace(certificate, steps=certificate.steps[:-1]))
    assert not check(ONE_OF_TWO, replace(certificate, steps=()))


def test_every_lemma_of_a_small_certificate_is_needed() -> None:
    certificate = certified(GET_AND_NOT)
    assert repr(certificate) == "<Certificate: 1 lemmas, 1 steps>"
    assert not check(GET_AND_NOT, replace(certificate, lemmas=()))


def test_a_step_that_does_not_follow_is_refused() -> None:
    possible = any_of([equals("aws:username", "ana"), equals("aws:username", "bob")])
    for number in (1, 2, 3, -1, -2, -3, 99):
        assert not check(possible, Certificate((), ((number,), (-number,), ())))
    assert not check(possible, Certificate((), ((),)))


def test_every_case_of_a_proof_has_one() -> None:
    proof = one_user(allow("s3:Get*")).can(ANA, "s3:Put*", "*")
    assert len(proof.certificates) == len(proof.stacks)
    assert proof.check()
