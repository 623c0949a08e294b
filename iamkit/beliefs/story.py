"""A scene and its request in words, as a learner reads them before the prediction."""

import json
from collections.abc import Iterable
from html import escape

from iamkit.beliefs.scene import BOUNDARY, FIRMS, GROUP, OWN, PERSON, RESOURCE, SESSION, TRUST, Scene
from iamkit.explain import listed


def told(scene: Scene) -> list[str]:
    """Who there is, and the policies. A line that holds JSON has several lines of text."""
    asker = scene.asker
    lines = [f"Account {scene.asker.account} is {FIRMS[asker.account]}."]
    if scene.owner != asker.account:
        lines.append(f"Account {scene.owner} is {FIRMS[scene.owner]}.")
    if asker.group:
        lines.append(f"The user {asker.name} is in the group {asker.group}.")
    if any(piece.place.startswith("SCP") for piece in scene.pieces):
        lines.append(
            "The account is in the unit Offices of an organization. Where no SCP is written here, FullAWSAccess stands."
        )
    for piece in scene.pieces:
        lines.append(f"{title(scene, piece.place)}:\n{json.dumps(piece.document, indent=2)}")
    if ":role/" in scene.resource and not scene.at(TRUST):
        lines.append(f"{title(scene, TRUST)}: lets in lambda.amazonaws.com and nobody else.")
    lines.append("There is no other policy that has a say." if scene.pieces else "Nobody has written any policy.")
    if scene.remade:
        lines.append(
            f"After that the role {asker.name} was deleted, and made again with the same name and the same policies. "
            "The policies that name it were not touched."
        )
    return lines


def title(scene: Scene, place: str) -> str:
    """What a policy in this place is called."""
    asker = scene.asker
    owner = f"the role {asker.name}" if asker.kind == "session" else f"the user {asker.name}"
    return {
        OWN: f"Policy of {owner}",
        GROUP: f"Policy of the group {asker.group}",
        PERSON: f"Policy of the user {asker.label}, who opened the session",
        BOUNDARY: f"Permissions boundary of {owner}",
        SESSION: "Session policy",
        RESOURCE: f"Policy of the bucket {scene.resource.rpartition(':')[2].partition('/')[0]}",
        TRUST: f"Trust policy of the role {scene.resource.rpartition('/')[2]}",
    }.get(place, f"Service control policy at {place.removeprefix('SCP at ')}")


def asks(scene: Scene, action: str, given: dict[str, list[str]], absent: list[str]) -> str:
    """The request in a sentence."""
    carries = [f"{key} = {listed(values, 'and')}" for key, values in given.items()]
    carries += [f"no {key}" for key in absent]
    on = f" on {scene.resource}" if scene.resource != "*" else ""
    with_keys = f" The request carries {listed(carries, 'and')}." if carries else ""
    return f"{_capital(str(scene.asker))} asks for {action}{on}.{with_keys}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def as_html(lines: Iterable[str]) -> str:
    """Lines as HTML. What follows the first line of one is a policy."""
    parts = []
    for line in lines:
        head, _, document = line.partition("\n")
        code = f"<pre style='white-space:pre-wrap'>{escape(document)}</pre>" if document else ""
        parts.append(f"<p>{escape(head)}</p>{code}")
    return "".join(parts)
