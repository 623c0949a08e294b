"""Where belief and rule part: the request is real, nothing in its world is superfluous, and other seeds give others."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from functools import cache
from itertools import combinations

import pytest

from iamkit.beliefs import BELIEFS, Belief, Parting, believing, part
from iamkit.beliefs.apart import Asking
from iamkit.beliefs.days import Day
from iamkit.beliefs.parting import apart
from iamkit.beliefs.recipes import RECIPES
from iamkit.beliefs.scene import Piece, Scene
from iamkit.errors import IamkitError

SEEDS = range(4)
NAMES = sorted(BELIEFS)
every_belief = pytest.mark.parametrize("name", NAMES)
cached = cache(part)


def asked(found: Parting) -> Asking:
    assert isinstance(found.case, Asking)
    return found.case


@every_belief
@pytest.mark.parametrize("seed", SEEDS)
def test_the_request_is_real(name: str, seed: int) -> None:
    """The evaluator, which knows no solver, gives one answer by AWS's rules and another by the belief's."""
    found = cached(name, seed)
    if isinstance(found.case, Day):
        truth = found.case.outcome()
        with believing(BELIEFS[name]):
            mistake = found.case.outcome()
    else:
        case = asked(found)
        world, who = case.scene.world()
        truth = world.decide(who, case.action, case.scene.resource, case.context).effect
        with believing(BELIEFS[name]):
            world, who = case.scene.world()
            mistake = world.decide(who, case.action, case.scene.resource, case.context).effect
    assert (truth, mistake) == (found.truth, found.mistake)
    assert truth != mistake
    assert {truth, mistake} <= set(found.case.choices)


def less(scene: Scene) -> Iterator[Scene]:
    """Every scene with one policy, statement or condition less; written anew, so that it does not trust the kit's."""
    for index, piece in enumerate(scene.pieces):
        others = [*scene.pieces[:index], *scene.pieces[index + 1 :]]
        yield replace(scene, pieces=tuple(others))
        for number, statement in enumerate(piece.statements):
            document = deepcopy(piece.document)
            del document["Statement"][number]
            if document["Statement"]:
                yield replace(scene, pieces=(*others, Piece(piece.place, document)))
            for operator in statement.get("Condition", {}):
                document = deepcopy(piece.document)
                del document["Statement"][number]["Condition"][operator]
                yield replace(scene, pieces=(*others, Piece(piece.place, document)))


def differ(belief: Belief, case: Asking) -> bool:
    """What the belief is told by: whether the request is allowed, or whether it is explicitly denied."""
    told = "ExplicitlyDenied" if belief.told_by == "denied" else "Allowed"
    return (case.outcome() == told) != (case.outcome(belief) == told)


@every_belief
@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_superfluous(name: str, seed: int) -> None:
    """With one policy, statement or condition less, no request whatever tells belief and rule apart: the solver's
    word. That of the evaluator is that this request does not."""
    belief, found = BELIEFS[name], cached(name, seed)
    if isinstance(found.case, Day):
        for index in range(len(found.case.steps) - 1):
            steps = found.case.steps[:index] + found.case.steps[index + 1 :]
            shorter = replace(found.case, steps=steps)
            assert shorter.outcome() == shorter.outcome(belief)
        return
    case = asked(found)
    for scene in less(case.scene):
        assert apart(belief, scene) is None
        assert not differ(belief, replace(case, scene=scene))


@every_belief
def test_no_value_of_a_list_and_no_key_of_the_request_is_superfluous(name: str) -> None:
    found = cached(name, 0)
    assert all(apart(BELIEFS[name], smaller) is None for smaller in found.case.smaller())
    always = {"aws:currenttime"}  # Every request carries it.
    for key in set(found.case.context) - always if isinstance(found.case, Asking) else ():
        context = {other: value for other, value in asked(found).context.items() if other != key}
        assert not differ(BELIEFS[name], replace(asked(found), context=context))


def test_the_measure_counts_policies_statements_and_conditions() -> None:
    condition = {
        "Bool": {"aws:MultiFactorAuthPresent": "true"},
        "StringEquals": {"aws:username": "a", "aws:userid": "b"},
    }
    one = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    pieces = (Piece("own", {"Statement": [one, one | {"Condition": condition}]}), Piece("group", {"Statement": [one]}))
    scene = Scene(cached("group-asks", 0).case.scene.asker, "*", pieces=pieces)
    assert scene.measure[:3] == (2, 3, 3)
    assert all(smaller.measure < scene.measure for smaller in scene.smaller() if smaller.asker == scene.asker)
    assert len(list(scene.smaller())) == 2 + 2 + 3


def told(found: Parting) -> str:
    return "\n".join([*found.case.told, found.case.question])


@every_belief
def test_twenty_seeds_give_twenty_questions(name: str) -> None:
    assert len({told(cached(name, seed)) for seed in range(20)}) == 20


def test_the_same_seed_gives_the_same_question() -> None:
    for name in NAMES:
        assert part(name, 3).explain() == part(BELIEFS[name], 3).explain()


def test_no_two_beliefs_have_the_same_question() -> None:
    questions = [told(cached(name, seed)) for name in NAMES for seed in SEEDS]
    assert len(set(questions)) == len(questions)


def test_any_two_beliefs_are_told_apart_by_a_question_of_one_of_them() -> None:
    """A question tells two beliefs apart when they answer it differently."""
    answers = {
        (made_for, seed): {name: cached(made_for, seed).case.outcome(BELIEFS[name]) for name in NAMES}
        for made_for in NAMES
        for seed in SEEDS
    }
    asked_of = {
        pair: [found for (name, _), found in answers.items() if name in pair] for pair in combinations(NAMES, 2)
    }
    same = [pair for pair, found in asked_of.items() if all(given[pair[0]] == given[pair[1]] for given in found)]
    assert same == []


def test_the_draws_of_a_grammar_are_policies_that_may_stand_where_they_do() -> None:
    """But for a role that would ask for itself, every draw makes a world."""
    from iamkit.beliefs.cast import Dice

    bad = 0
    for name, recipe in RECIPES.items():
        for seed in range(10):
            scene = recipe.draw(seed, Dice(name, seed, 0))
            if scene.resource == scene.asker.arn:
                continue
            try:
                scene.world()
            except IamkitError:
                bad += 1
    assert bad == 0


def test_the_words_say_both_answers_the_rule_and_its_page() -> None:
    found = cached("boundary-grants", 0)
    words = found.explain()
    for piece in ("Permissions boundary of", found.belief.says, found.belief.rule, found.belief.source):
        assert piece in words
    assert "answers: Allowed." in words and "AWS answers: Implicitly denied" in words
    assert found.to_dict()["belief"] == "boundary-grants"
    assert repr(found).startswith("<Parting boundary-grants 0: ")


def test_a_key_that_policies_ask_for_and_the_request_lacks_is_told() -> None:
    for seed in SEEDS:
        assert "carries no aws:MultiFactorAuthPresent" in cached("missing-is-false", seed).case.question


def test_a_request_has_what_every_request_has() -> None:
    for seed in range(10):
        assert "no aws:CurrentTime" not in cached("one-condition-is-enough", seed).case.question


def test_the_key_that_gives_the_answer_away_is_not_told() -> None:
    for seed in SEEDS:
        assert "aws:PrincipalArn" not in cached("group-asks", seed).case.question


@pytest.mark.parametrize("seed", [-1, 1.5, True, "one"])
def test_a_seed_is_a_whole_number(seed: object) -> None:
    with pytest.raises(IamkitError, match="seed"):
        part("boundary-grants", seed)  # type: ignore[arg-type]
