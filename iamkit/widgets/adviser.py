"""The adviser of lesson 9: it asks the questions of the guide one by one, and ends in advice."""

from ipywidgets import HTML, Checkbox, VBox

from iamkit.credentials.advice import QUESTIONS
from iamkit.credentials.tree import Node
from iamkit.draw.tree import decision_tree
from iamkit.widgets.base import Panel, row, tick


class _Asked:
    """One question on the panel, with a checkbox for each answer, of which at most one is ticked."""

    def __init__(self, node: Node, chosen: str | None) -> None:
        self.node = node
        self.boxes: dict[str, Checkbox] = {answer: tick(answer, answer == chosen) for answer in node.answers}
        for answer, box in self.boxes.items():
            box.observe(lambda change, answer=answer: self._keep_only(answer) if change["new"] else None, names="value")
            box.layout.margin = "0 1.2rem 0 0"
        heading = HTML(f"<strong>{node.question}</strong>")
        self.block = VBox([heading, row(*self.boxes.values())])

    def _keep_only(self, answer: str) -> None:
        for other, box in self.boxes.items():
            if other != answer:
                box.value = False

    @property
    def chosen(self) -> str | None:
        """The answer that is ticked."""
        return next((answer for answer, box in self.boxes.items() if box.value), None)


class Adviser(Panel):
    """Question by question. Another answer to an earlier question takes back the later ones."""

    def __init__(self, answers: dict[str, str]) -> None:
        super().__init__("The adviser: who gets which access?")
        self._asked: list[_Asked] = []
        self._blocks = VBox()
        node, _ = QUESTIONS.follow(answers)
        at = QUESTIONS
        while at is not node:
            at = self._ask(at, answers[at.key]).node.step(answers[at.key])
        self.begin([self._blocks])
        *above, picture, reasons = self.children
        self.children = [*above, reasons, picture]  # the tree is long

    @property
    def path(self) -> tuple[str, ...]:
        """The answers given so far."""
        return tuple(asked.chosen for asked in self._asked if asked.chosen is not None)

    def draw(self) -> None:
        node = self._ask_on()
        advice, picture = node.advice, decision_tree(QUESTIONS.along(self.path), self.path)
        if advice is None:
            self.show(f"Asked next: {node.question}", "neutral", picture)
            return
        kind = "Temporary credentials." if advice.temporary else "Long-term credentials: an exception."
        tone = "allow" if advice.temporary else "implicit-deny"
        reasons = advice.explain().partition("\n")[2]
        self.show(f"{advice.method}. {kind}", tone, picture, reasons, advice.table)

    def _ask_on(self) -> Node:
        """Keep the questions that are answered, drop what came after a changed answer, and ask the next one."""
        node, kept = QUESTIONS, list[_Asked]()
        for asked in self._asked:
            if asked.node is not node:
                break
            kept.append(asked)
            if asked.chosen is None:
                break
            node = node.step(asked.chosen)
        self._asked = kept
        if node.answers and not (kept and kept[-1].node is node):
            self._ask(node)
        blocks = tuple(asked.block for asked in self._asked)
        if self._blocks.children != blocks:
            self._blocks.children = blocks
        return node

    def _ask(self, node: Node, chosen: str | None = None) -> _Asked:
        asked = _Asked(node, chosen)
        self._asked.append(asked)
        for box in asked.boxes.values():
            box.observe(self._changed, names="value")
        return asked

    def settings(self) -> list[str]:
        return [f"{asked.node.question} {asked.chosen or ' / '.join(asked.boxes)}" for asked in self._asked]


def access_adviser(**answers: str) -> Adviser:
    """Ask the guide's questions, and show the advice and its reason.

    Args:
        answers: answers that are given already, as `iamkit.credentials.advice.advise` takes them.

    Raises:
        IamkitError: for an answer that is none, or to a question that is not asked on this way.

    >>> access_adviser(who="app user")
    <The adviser: who gets which access?: Asked next: Can the app use Amazon Cognito?>
    >>> access_adviser(who="app user", cognito="yes")
    <The adviser: who gets which access?: Federation for the app, through Amazon Cognito. Temporary credentials.>
    """
    return Adviser(answers)
