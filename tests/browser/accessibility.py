"""The rules of accessibility, as axe-core knows them, held against what the kit shows in an open notebook."""

from tests.browser.lab import WIDE, OpenNotebook

# What the kit shows and the course says. Tool bars, menus and editors are JupyterLab's own.
OURS = {"include": [".jp-Notebook .jp-OutputArea-output", ".jp-Notebook .jp-RenderedMarkdown"]}
# JupyterLab's style sheet tells a link in a text by its color alone.
NOT_OURS = ["link-in-text-block"]
SERIOUS = {"serious", "critical"}

# Axe takes what is scrolled out of sight, and what lies in JupyterLab's body, which is 0 pixels high, as invisible.
HIGH = """() => {
    document.body.style.height = '100vh';
    return document.querySelector('.jp-WindowedPanel-outer').scrollHeight + 400;
}"""


def faults(notebook: OpenNotebook) -> list[str]:
    """The serious and critical violations, each with the element and what to do about it."""
    from axe_playwright_python.sync_playwright import Axe

    notebook.resize(WIDE, notebook.page.evaluate(HIGH))
    options = {"rules": {rule: {"enabled": False} for rule in NOT_OURS}}
    found = Axe().run(notebook.page, OURS, options).response
    notebook.resize(WIDE)
    looked_at = {rule["id"] for rule in found["passes"]}
    assert "color-contrast" in looked_at, "axe saw no text"
    return [
        f"{rule['id']} ({rule['impact']}): {node['html'][:300]}: {node['failureSummary']}"
        for rule in found["violations"] if rule["impact"] in SERIOUS
        for node in rule["nodes"]
    ]  # fmt: skip
