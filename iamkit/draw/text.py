"""How wide a line of text is, and where to break it, without asking any machine's fonts.

The widths are those of Helvetica, which Arial and Liberation Sans share, in thousandths of the font size.
"""

import re
import unicodedata

_ASCII = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 "
    "584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 "
    "667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 "
    "278 556 500 722 500 500 500 334 260 334 584"
)
_WIDTHS = {chr(code): int(units) for code, units in enumerate(_ASCII.split(), start=32)}
_OTHER, _WIDE, _BOLD = 667, 1000, 1.08

_PIECE = re.compile(r"[^\s/:.,_@-]*(?:[/:.,_@-]+|\s+|$)")

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(words: str) -> str:
    """``words`` with a U+FFFD for each character that neither XML nor DOT can hold, such as NUL.

    >>> clean("a" + chr(0))
    'a\ufffd'
    """
    return _NOT_XML.sub("\ufffd", words)


def width(line: str, size: float, *, bold: bool = False) -> float:
    """The width of one line in CSS pixels, at a font size of ``size`` pixels.

    >>> width("iam", 10)
    16.11
    """
    units = sum(_units(char) for char in line)
    return units * size * (_BOLD if bold else 1) / 1000


def is_measured(line: str) -> bool:
    """Whether every character is in the table, so that the width is exact in a font of Helvetica's metrics."""
    return bool(line) and all(char in _WIDTHS for char in line)


def wrap(words: str, size: float, limit: float) -> list[str]:
    """Break a label into lines of at most ``limit`` pixels: at line ends, blanks and the separators of an ARN.

    Nothing is left out. A piece that is too long by itself is cut.

    >>> wrap("arn:aws:s3:::payroll/2026/*", 10, 70)
    ['arn:aws:s3:::', 'payroll/2026/*']
    >>> wrap("two words", 10, 30)
    ['two', 'words']
    >>> wrap("AmazonS3ReadOnlyAccess", 10, 100)
    ['AmazonS3ReadOnly', 'Access']
    """
    lines: list[str] = []
    for paragraph in words.splitlines() or [""]:
        current = ""
        for piece in _pieces(paragraph, size, limit):
            if current and width((current + piece).rstrip(), size) > limit:
                lines.append(current.rstrip())
                current = ""
            current += piece
        lines.append(current.rstrip())
    return lines


def wrap_words(words: str, size: float, limit: float) -> list[str]:
    """Break words into lines between words alone, and inside of a word only where it is too wide by itself.

    >>> wrap_words("AWS sign-in at 09:40", 10, 60)
    ['AWS sign-in', 'at 09:40']
    >>> wrap_words("AWS sign-in", 10, 40)
    ['AWS', 'sign-in']
    """
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width(longer, size) > limit:
            lines.append(word)
        else:
            lines[-1] = longer
    return [piece for line in lines for piece in wrap(line, size, limit)]


def _pieces(paragraph: str, size: float, limit: float) -> list[str]:
    """The unbreakable pieces of a paragraph, in order, none wider than ``limit``."""
    pieces: list[str] = []
    for piece in _PIECE.findall(paragraph):
        while width(piece.rstrip(), size) > limit and len(piece) > 1:
            cut = _cut(piece, size, limit)
            pieces.append(piece[:cut])
            piece = piece[cut:]
        pieces.append(piece)
    return pieces


def _cut(piece: str, size: float, limit: float) -> int:
    """Where to cut a piece that is too wide: before the last capital that begins a word, if there is one."""
    fits = next(length for length in range(len(piece), 0, -1) if length == 1 or width(piece[:length], size) <= limit)
    capitals = [at for at in range(2, fits + 1) if piece[at - 1].islower() and piece[at : at + 1].isupper()]
    return capitals[-1] if capitals else fits


def _units(char: str) -> int:
    if char in _WIDTHS:
        return _WIDTHS[char]
    if unicodedata.combining(char):
        return 0
    base = unicodedata.normalize("NFD", char)[0]
    if base in _WIDTHS:
        return _WIDTHS[base]
    return _WIDE if unicodedata.east_asian_width(char) in "WF" or ord(char) > 0xFFFF else _OTHER
