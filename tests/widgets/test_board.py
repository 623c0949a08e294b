"""The board of requirements: each tick proves anew."""

from iamkit.widgets import proof_board

HOLES = {"north": "The north window is open.", "south": "The south window is open."}


def board(asked: list[frozenset[str]] | None = None):
    def prove(done: frozenset[str]) -> dict[str, str]:
        if asked is not None:
            asked.append(done)
        return {
            "no rain comes in": next((hole for key, hole in HOLES.items() if key not in done), ""),
            "somebody can come in": "The door is shut." if "door" in done else "",
        }

    return proof_board(
        "The house", {"north": "Shut the north", "south": "Shut the south", "door": "And the door"}, prove
    )


def test_at_first_nothing_is_done_and_the_first_counterexample_is_shown():
    panel = board()
    assert panel.ticked == frozenset()
    assert repr(panel) == "<The house: 1 of 2 proved.>"
    assert "✗ no rain comes in: The north window is open." in panel.twin_text()


def test_a_requirement_may_need_two_tasks_and_a_task_may_spoil_another():
    panel = board()
    panel.boxes["north"].value = True
    assert panel.faults["no rain comes in"] == "The south window is open."
    panel.boxes["south"].value = True
    assert "2 of 2 proved." in panel.twin_text()
    panel.boxes["door"].value = True
    assert "✗ somebody can come in: The door is shut." in panel.twin_text()


def test_what_was_proved_once_is_not_proved_again():
    asked: list[frozenset[str]] = []
    panel = board(asked)
    panel.boxes["north"].value = True
    panel.boxes["north"].value = False
    assert asked == [frozenset(), frozenset({"north"})]


def test_the_table_has_header_cells_and_escapes_what_it_shows():
    panel = proof_board("x", {"a": "b"}, lambda done: {"1 < 2": "no & never"})
    html = panel.twin_html()
    assert "<th scope='row'" in html and "<th scope='col'" in html
    assert "1 &lt; 2" in html and "no &amp; never" in html
