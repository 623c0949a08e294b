"""The panels of an open notebook: every control worked by the keyboard, and what is shown held against the twin."""

import ast
from dataclasses import dataclass
from typing import Any

from tests.browser.lab import OpenNotebook

# Marks each panel in the page with the name that the kernel knows it by.
FIND = """() => {
    const view = 'application/vnd.jupyter.widget-view+json', found = [];
    for (const cell of window.jupyterapp.shell.currentWidget.content.widgets) {
        if (cell.model.type !== 'code') continue;
        const names = cell.model.outputs.toJSON().map(output => output.data?.[view]?.model_id).filter(Boolean);
        const panels = [...cell.node.querySelectorAll('.jp-OutputArea-output > .iamkit-panel')];
        panels.forEach((panel, number) => { panel.dataset.panel = names[number]; found.push(names[number]); });
    }
    return found;
}"""

# What reaches beyond the output's right edge, apart from what lies in a part that scrolls by itself.
TOO_WIDE = """output => {
    const scrolls = one => one !== output
        && (['auto', 'scroll'].includes(getComputedStyle(one).overflowX) || scrolls(one.parentElement));
    const edge = output.getBoundingClientRect().right + 1;
    return [...output.querySelectorAll('*')]
        .filter(one => one.getClientRects().length && one.getBoundingClientRect().right > edge)
        .filter(one => !scrolls(one.parentElement))
        .map(one => one.outerHTML.slice(0, 120));
}"""

CONTROLS = (
    "input:not([type=hidden]), select, textarea, button, summary, a[href], [role=slider], [contenteditable=true]"
    ", [contenteditable=plaintext-only]"
)

# Counts, for each control, the events by which the kernel learns of it.
LISTEN = """panel => {
    if (panel.dataset.heard) return;
    panel.dataset.heard = 0;
    for (const kind of ['input', 'change', 'click'])
        panel.addEventListener(kind, event => { panel.dataset.heard++; }, true);
}"""

FOCUSED = """(panel, controls) => {
    const shown = [...panel.querySelectorAll(controls)].filter(one => one.checkVisibility());
    return panel.contains(document.activeElement) ? shown.indexOf(document.activeElement) : null;
}"""

SHOWN = """panel => {
    const words = node => {
        const copy = node.cloneNode(true);
        copy.querySelectorAll('style').forEach(one => one.remove());
        return copy.textContent;
    };
    const pictures = [...panel.querySelectorAll('img')].map(img => [img.alt, img.src]);
    const label = one => one.querySelector('label')?.textContent ?? '';
    const set = [];
    for (const one of panel.querySelectorAll('.widget-checkbox'))
        if (one.querySelector('input').checked) set.push(one.textContent);
    for (const one of panel.querySelectorAll('.widget-slider'))
        set.push(label(one) + ':' + one.querySelector('.widget-readout').textContent);
    for (const one of panel.querySelectorAll('.widget-dropdown'))
        set.push(label(one) + ':' + one.querySelector('select').selectedOptions[0].textContent);
    for (const one of panel.querySelectorAll('.widget-textarea'))
        set.push(label(one), ...(one.querySelector('textarea').value || 'empty').split('\\n'));
    return {
        says: [...panel.querySelectorAll('[role=status]')].map(one => one.textContent),
        parts: [...panel.querySelectorAll('.widget-html-content:not(:has([role=status]))')].map(words),
        pictures, set,
    };
}"""

TWIN = """html => {
    const twin = document.createElement('template');
    twin.innerHTML = html;
    return {
        says: [...twin.content.querySelectorAll('[role=status]')].map(one => one.textContent),
        words: twin.content.textContent,
        pictures: [...twin.content.querySelectorAll('img')].map(img => [img.alt, img.src]),
    };
}"""

# The kernel's own table of widgets.
TWINS = """(lambda panel: (panel.twin_html(), panel.twin_text()))(
    __import__('ipywidgets').widgets.widget._instances[NAME]
)"""

ASK = """async expression => {
    const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const ask = {code: '', silent: true, user_expressions: {answer: expression}};
    const reply = await kernel.requestExecute(ask).done;
    return reply.content.user_expressions.answer;
}"""


@dataclass
class LivePanel:
    """A panel in the page."""

    notebook: OpenNotebook
    name: str

    @property
    def where(self) -> Any:
        """Its place in the page."""
        return self.notebook.page.locator(f'[data-panel="{self.name}"]')

    @property
    def title(self) -> str:
        """Its first words."""
        return self.where.locator(".widget-html-content").first.inner_text()

    @property
    def too_wide(self) -> list[str]:
        """What is wider than the panel has room for."""
        return list(self.where.locator("xpath=..").evaluate(TOO_WIDE))

    @property
    def controls(self) -> Any:
        """What the keyboard reaches, in the order of the page."""
        return self.where.locator(CONTROLS).filter(visible=True)

    def tabbed(self) -> list[int]:
        """Which controls the Tab key visits, by number, from the first one on until it leaves the panel."""
        count, seen = self.controls.count(), list[int]()
        if count:
            self.controls.first.focus()
        for _ in range(2 * count):
            at = self.where.evaluate(FOCUSED, CONTROLS)
            if at is None:
                break
            seen.append(at)
            self.notebook.page.keyboard.press("Tab")
        return [at for at in seen if at >= 0]  # Chromium also stops at a part that scrolls.

    def faults(self) -> list[str]:
        """Where what is shown and set, live, is not what the static twin says; asked until the page has come after."""
        for _ in range(TRIES):
            found = self._faults()
            if not found:
                break
            self.notebook.page.wait_for_timeout(PAUSE_MS)
        return found

    def _faults(self) -> list[str]:
        html, text = self._twin()
        twin = self.notebook.page.evaluate(TWIN, html)
        live, words = self.where.evaluate(SHOWN), squeezed(twin["words"] + text)
        found = [f"not in the twin: {part[:200]}" for part in live["parts"] if squeezed(part) not in words]
        found += [f"not set in the twin: {one}" for one in live["set"] if squeezed(one) not in words]
        found += [f"not in the twin: {alt}" for alt, src in live["pictures"] if [alt, src] not in twin["pictures"]]
        if twin["says"] and live["says"] != twin["says"]:  # The twin of a prediction is the question alone.
            found.append(f"says {live['says']}, the twin {twin['says']}")
        return found

    def _twin(self) -> tuple[str, str]:
        """The static twin as HTML and as text, as the kernel makes it once it has heard of every key."""
        answer = self.notebook.page.evaluate(ASK, TWINS.replace("NAME", repr(self.name)))
        assert answer["status"] == "ok", answer
        html, text = ast.literal_eval(answer["data"]["text/plain"])
        return html, text

    def work(self, number: int) -> bool:
        """Work a control with the key for its kind; whether the page took notice."""
        control = self.controls.nth(number)
        kind, *before = control.evaluate(STATE)
        control.focus()
        for key in KEYS.get(kind, []):
            self.notebook.page.keyboard.press(key)
        if kind == "slider" and control.evaluate(STATE)[1:] == before:
            self.notebook.page.keyboard.press("ArrowLeft")  # It stood at its end.
        return kind not in KEYS or not control.count() or control.evaluate(STATE)[1:] != before


TRIES, PAUSE_MS = 20, 100

# Its kind; how many events the panel has heard of; and for a slider, which sends none, where it stands.
STATE = """one => [
    one.getAttribute('role') || one.type || one.tagName.toLowerCase(),
    one.closest('[data-panel]').dataset.heard,
    one.getAttribute('aria-valuenow'),
]"""

KEYS = {
    "checkbox": ["Space"],
    "submit": ["Enter"],
    "button": ["Enter"],
    "slider": ["ArrowRight"],
    "select-one": ["Space", "ArrowDown", "Enter"],
    "textarea": ["End", "Space"],
    "summary": ["Enter"],
}
"""For each kind of control the keys that work it. Links and the readout of a slider are only visited."""


def squeezed(words: str) -> str:
    """Words without spaces and capitals; ipywidgets puts a space of no width before a label."""
    return "".join(words.replace("\u200b", "").split()).casefold()


def panels(notebook: OpenNotebook) -> list[LivePanel]:
    """The panels that the notebook shows live."""
    found = [LivePanel(notebook, name) for name in notebook.page.evaluate(FIND)]
    for panel in found:
        panel.where.evaluate(LISTEN)
    return found
