"""A small table that a notebook shows."""

from dataclasses import dataclass
from html import escape
from typing import Any

_LEFT = "style='text-align:left'"


@dataclass(frozen=True, repr=False)
class Table:
    """A table whose first column names the rows.

    Args:
        caption: what the table shows.
        head: the names of the columns.
        rows: the rows, as texts.

    >>> print(Table("Small numbers", ("number", "odd?"), (("1", "yes"), ("2", "no"))).text)
    Small numbers
    number  odd?
    1       yes
    2       no
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def text(self) -> str:
        """The table as plain text."""
        lines = [self.head, *self.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(self.head))]
        padded = ["  ".join(map(str.ljust, line, widths)).rstrip() for line in lines]
        return "\n".join([self.caption, *padded])

    @property
    def html(self) -> str:
        """The table as HTML."""
        head = "".join(f"<th scope='col' {_LEFT}>{escape(name)}</th>" if name else "<td></td>" for name in self.head)
        rows = "".join(
            f"<tr><th scope='row' {_LEFT}>{escape(name)}</th>"
            + "".join(f"<td {_LEFT}>{escape(cell)}</td>" for cell in cells)
            + "</tr>"
            for name, *cells in self.rows
        )
        caption = f"<caption {_LEFT}>{escape(self.caption)}</caption>"
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"

    def __repr__(self) -> str:
        return f"<Table {self.caption!r}: {len(self.rows)} rows>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": self.text, "text/html": self.html}
