"""A request on which a belief and the rule differ: the solver finds it, the evaluator replays it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from iamkit.beliefs import story
from iamkit.beliefs.belief import Belief, believing
from iamkit.beliefs.scene import Measure, Scene
from iamkit.decision import ALLOWED, EXPLICIT, IMPLICIT, Decision
from iamkit.errors import PolicyError, RequestError, WorldError
from iamkit.formula import ACTION, RESOURCE, Formula, Not, all_of, any_of
from iamkit.policy.keys import ALWAYS_PRESENT
from iamkit.prove.cases import fixed
from iamkit.prove.settle import settle, settled
from iamkit.prove.solver import solve
from iamkit.prove.values import Undecided
from iamkit.request import Environment, Facts
from iamkit.semantics import ruling


@dataclass(frozen=True)
class Asking:
    """One request in a scene.

    Args:
        scene: the world and who asks.
        action: the action.
        context: the condition keys that the request carries, by lower-case key.
    """

    scene: Scene
    action: str
    context: dict[str, list[str]]

    def decide(self) -> Decision:
        """The decision, in a world made afresh."""
        world, who = self.scene.world()
        return world.decide(who, self.action, self.scene.resource, self.context)

    def outcome(self, belief: Belief | None = None) -> str:
        """``Allowed``, ``ImplicitlyDenied`` or ``ExplicitlyDenied``, by AWS's rules or by a belief."""
        with believing(belief):
            return self.decide().effect

    @property
    def measure(self) -> Measure:
        """That of its scene."""
        return self.scene.measure

    def smaller(self) -> Iterator[Scene]:
        """The scenes with one thing less. Which request tells the belief apart there, if one does, is asked anew."""
        return self.scene.smaller()

    # In words

    @property
    def told(self) -> list[str]:
        """The world, as a learner reads it."""
        return story.told(self.scene)

    @property
    def question(self) -> str:
        """The request in a sentence. It says of the policies' condition keys what nobody can know otherwise."""
        written = self.decide().ruling.written_keys
        world, who = self.scene.world()
        facts = world.situation(who, self.scene.resource).facts
        given = {written.get(key, key): values for key, values in self.context.items()}
        absent = [name for key, name in sorted(written.items()) if key not in self.context and not facts.of(key)]
        return story.asks(self.scene, self.action, given, absent)

    @property
    def choices(self) -> dict[str, str]:
        """The answers to choose from, by outcome."""
        return {
            ALLOWED: "Allowed",
            IMPLICIT: "Implicitly denied: an Allow is missing",
            EXPLICIT: "Explicitly denied: a Deny applies",
        }

    def explain(self) -> str:
        """The decision and its trace."""
        return self.decide().explain()


def request_apart(belief: Belief, scene: Scene) -> Asking | None:
    """A request in the scene on which belief and rule differ; None if there is none, if that is not decided exactly, or
    if a policy of the scene may not stand where it does."""
    try:
        told, facts = _formula(belief, scene, None)
        believed, other = _formula(belief, scene, belief)
        if told == believed:
            return None
        differ = any_of([all_of([told, Not(believed)]), all_of([believed, Not(told)])])
        table = solve(settled(differ, _shared(facts, other)), _known(scene))
        return None if table is None else _asking(belief, scene, table, facts)
    except (PolicyError, RequestError, WorldError, Undecided):
        return None


def _formula(belief: Belief, scene: Scene, rules: Belief | None) -> tuple[Formula, Facts]:
    """What decides in the scene by some rules, with all put in that is known; and what is known."""
    with believing(rules):
        world, who = scene.world()
        here = world.situation(who, scene.resource)
        meaning = ruling(here.caller, here.target, here.policies)
        facts = fixed(here.facts, scene.action or "*", scene.resource)
        formula = meaning.denied if belief.told_by == "denied" else meaning.allowed
        return settle(formula, facts), facts


def _shared(one: Facts, other: Facts) -> Facts:
    """What both know. Where a belief is about a fact, that is put into its formula already."""
    return Facts({key: found for key, found in one.values.items() if other.of(key) == found}, one.closed)


def _known(scene: Scene) -> Environment:
    given: Environment = {ACTION: (scene.action,)} if scene.action else {}
    return given if scene.resource == "*" else {**given, RESOURCE: (scene.resource,)}


def _asking(belief: Belief, scene: Scene, table: Environment, facts: Facts) -> Asking | None:
    """The request that was found, without the keys that do not matter; None where the evaluator sees no difference."""
    context = {
        key: list(found) for key, found in table.items() if key not in (ACTION, RESOURCE) and facts.of(key) is None
    }
    asking = Asking(scene, scene.action or table[ACTION][0], context)
    for key in sorted(set(context) - set(ALWAYS_PRESENT)):
        less = replace(asking, context={name: kept for name, kept in asking.context.items() if name != key})
        asking = less if _differs(belief, less) else asking
    return asking if _differs(belief, asking) else None


def _differs(belief: Belief, asking: Asking) -> bool:
    """One allows the request and the other does not; or, for a belief about that, one denies it explicitly."""
    told = EXPLICIT if belief.told_by == "denied" else ALLOWED
    return (asking.outcome() == told) != (asking.outcome(belief) == told)
