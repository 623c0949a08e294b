"""Coming into a role, with all that STS looks at besides AssumeRole itself.

A session says some things of itself that whoever holds it cannot change: one that AssumeRole opened shows no second
factor. Session tags and a source identity need permissions of their own. And what a session's holder could have chosen
when it was opened, its tags and its source identity, is not followed on a chain: where a no hangs on that, it is
unknown.

Sources: IAM User Guide, id_session-tags, id_credentials_temp_control-access_monitor, reference_policies_condition-keys.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from iamkit.arn import Pattern
from iamkit.identity.identities import Role
from iamkit.prove.answers import Answer, Proof, Unknown, Witness
from iamkit.prove.ask import can
from iamkit.prove.doors import ASSUME, entrance
from iamkit.world import Who, World

TAGS = ("aws:requesttag/", "aws:tagkeys", "sts:transitivetagkeys")
IDENTITY = "sts:sourceidentity"
_ALSO = {"sts:TagSession": TAGS, "sts:SetSourceIdentity": (IDENTITY,)}


def carried(operation: str, provider: str) -> dict[str, Any]:
    """What a role session says of itself, by the operation that opened it; None for a key that it does not have."""
    mfa = {"aws:multifactorauthpresent": "false" if operation == ASSUME else None, "aws:multifactorauthage": None}
    return {**mfa, "aws:federatedprovider": None if operation == ASSUME else provider}


def enter(world: World, who: Who, role: Role, where: Mapping[str, Any], session: Mapping[str, Any]) -> Answer:
    """Can the principal come into the role?

    Args:
        who: the principal.
        where: what the context must be, as for `iamkit.prove.ask.can`.
        session: what the principal's session says of itself (`carried`); empty where nothing is known of it.

    Returns:
        A Witness that STS accepts; a Proof; or Unknown, also where the answer hangs on session tags or on a source
        identity in a way that is not followed.
    """
    action = entrance(world.caller(who)[0])
    answer = true_to(session, world, who, action, role.arn, where)
    if not isinstance(answer, Witness):
        return hanging(answer, world, who)
    sent = {also: _sent(answer, keys) for also, keys in _ALSO.items() if _sent(answer, keys)}
    if not sent:
        return answer
    nothing = dict.fromkeys(key for keys in sent.values() for key in keys)
    plain = true_to(session, world, who, action, role.arn, {**where, **nothing})
    if isinstance(plain, Witness):
        return plain
    if all(world.decide(who, also, role.arn, answer.request.context) for also in sent):
        return answer
    for also, keys in sent.items():
        if isinstance(can(world, who, also, role.arn, where), Proof):
            return enter(world, who, role, {**where, **dict.fromkeys(keys)}, session)
    return Unknown(plain.question, f"{role.arn} opens to session tags or a source identity that may not be sent")


def _sent(answer: Witness, keys: tuple[str, ...]) -> list[str]:
    return [key for key in answer.request.context if key.startswith(keys)]


def true_to(session: Mapping[str, Any], world: World, who: Who, action: str, resource: str,
            where: Mapping[str, Any]) -> Answer:  # fmt: skip
    """An answer whose witness says of the session only what the session says of itself. A key is fixed only where the
    witness has it otherwise, so that witnesses stay short."""
    fixed: dict[str, Any] = {}
    while True:
        answer = can(world, who, action, resource, {**where, **fixed})
        said = answer.request.context if isinstance(answer, Witness) else {}
        wrong = {key: value for key, value in session.items() if key in said and list(said[key]) != [value]}
        if not wrong:
            return answer
        fixed |= wrong


def hanging(answer: Answer, world: World, who: Who) -> Answer:
    """A proof about a role session, unless it hangs on tags or a source identity that its holder could have chosen."""
    entity = world.caller(who)[0].entity
    if not isinstance(answer, Proof) or not isinstance(who, str) or ":role/" not in str(entity):
        return answer
    role = world.identity(str(entity)) if str(entity).split(":")[4] in world.accounts else None
    if not isinstance(role, Role):
        return answer
    for what in chosen_at_the_door(role, answer.keys):
        return Unknown(answer.question, f"it may hang on the {what} with which a session of {role.name} was opened")
    return answer


def chosen_at_the_door(role: Role, keys: Iterable[str]) -> Iterator[str]:
    """What, of all that these keys speak of, somebody who opened a session of the role could choose."""
    found = list(keys)
    if lets(role, "sts:TagSession") and any(key.startswith("aws:principaltag/") for key in found):
        yield "session tags"
    if lets(role, "sts:SetSourceIdentity") and "aws:sourceidentity" in found:
        yield "source identity"


def lets(role: Role, action: str) -> bool:
    """Some Allow of the role's trust policy speaks of the action."""
    allows = (s for s in (role.trust.statements if role.trust else ()) if s.effect == "Allow")
    return any(
        s.action.negated or any(Pattern.glob(value, fold=True).matches(action) for value in s.action.values)
        for s in allows
    )
