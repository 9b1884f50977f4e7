r"""About how wide LaTeX is, in em: what a column of a table needs.

A formula is read as TeX sets it: a fraction is as wide as the wider of its parts, a script three quarters of itself,
and TeX breaks a formula after a relation or a binary sign that stands outside of braces, ``\left`` and ``\right``. The
widths of letters are those of Computer Modern, rounded up; a test that compiles every table without an overfull box
holds them to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\S")
_RELATIONS = {
    "=",
    "<",
    ">",
    r"\sim",
    r"\le",
    r"\ge",
    r"\leq",
    r"\geq",
    r"\to",
    r"\in",
    r"\ni",
    r"\ll",
    r"\gg",
    r"\approx",
}
_RELATIONS |= {r"\rightarrow", r"\vee", r"\wedge"}
_BINARY = {"+", "-", r"\cdot", r"\times"}
_NOTHING = {r"\displaystyle", r"\textstyle", r"\limits", r"\nolimits", r"\par", "&"}
_SPACES = {r"\quad": 1.0, r"\qquad": 2.0, r"\,": 0.17, r"\;": 0.28, r"\ ": 0.33, "~": 0.33}
_SIGNS = {r"\infty": 1.0, r"\int": 1.0, r"\sum": 1.45, "(": 0.4, ")": 0.4, "[": 0.3, "]": 0.3, ",": 0.45, ".": 0.3}
_WORDS = {r"\text", r"\mathrm", r"\operatorname", r"\textbf", r"\mathsf"}
_LETTER, _CAPITAL, _DIGIT, _GREEK, _DELIMITER, _SCRIPT, _WORD = 0.62, 0.85, 0.5, 0.7, 0.6, 0.8, 0.52


@dataclass
class _Line:
    """What stands in a row: its width, and the width of its widest piece that does not break."""

    total: float = 0.0
    piece: float = 0.0
    widest: float = 0.0

    def add(self, width: float) -> None:
        self.total += width
        self.piece += width
        self.widest = max(self.widest, self.piece)

    def may_break(self) -> None:
        self.piece = 0.0


def width(text: str) -> tuple[float, float]:
    r"""The width of a text with LaTeX's mathematics between dollars, and that of its widest piece that does not break.

    >>> width("$a = b$") > width("$ab$")
    True
    >>> wide, piece = width(r"$\frac{a + b}{2} + \frac{c}{2}$")
    >>> piece < wide
    True
    """
    line = _Line()
    for n, part in enumerate(re.split(r"\$(.*?)\$", text)):
        if n % 2:
            _Mathematics(_TOKEN.findall(part)).onto(line)
            continue
        for word in re.split(r"(\s+)", part):
            if word.isspace():
                line.add(0.33)
                line.may_break()
            else:
                line.add(_WORD * len(re.sub(r"\\[A-Za-z]+|[{}]", "", word)))
    return line.total, line.widest


@dataclass
class _Mathematics:
    """A reader of tokens."""

    tokens: list[str]
    place: int = 0
    closed: int = field(default=0)  # how many \left are open

    def onto(self, line: _Line) -> None:
        """Set all tokens to the end, or to the brace that closes the group."""
        while self.place < len(self.tokens) and self.tokens[self.place] != "}":
            before = self.tokens[self.place]
            line.add(self._atom())
            if before in _RELATIONS | _BINARY and not self.closed:
                line.may_break()

    def _group(self) -> float:
        """What a command or a script takes: a group in braces, or one atom."""
        if self.tokens[self.place] != "{":
            return self._atom()
        self.place += 1
        inside, self.closed = _Line(), self.closed + 1
        self.onto(inside)
        self.place, self.closed = self.place + 1, self.closed - 1
        return inside.total

    def _atom(self) -> float:
        token = self.tokens[self.place]
        if token == "{":
            return self._group()
        self.place += 1
        if token in ("^", "_"):
            return _SCRIPT * self._group() + 0.05
        if token in (r"\frac", r"\tfrac", r"\dfrac"):
            return max(self._group(), self._group()) + 0.25
        if token == r"\sqrt":
            return 1.0 + self._index() + self._group()
        if token in (r"\left", r"\right", r"\middle"):
            self.closed += {r"\left": 1, r"\right": -1, r"\middle": 0}[token]
            self.place += 1
            return _DELIMITER
        if token in _WORDS:
            return _WORD / _LETTER * self._group()
        if token in (r"\begin", r"\end"):
            self._group()
            return 0.5  # of a matrix, of which the rows are added up: too much rather than too little
        return _of_sign(token)

    def _index(self) -> float:
        """The index of a root."""
        if self.tokens[self.place] != "[":
            return 0.0
        end = self.tokens.index("]", self.place)
        found, self.place = 0.4 * (end - self.place - 1), end + 1
        return found


def _of_sign(token: str) -> float:
    if token in _RELATIONS:
        return 0.78 + 0.56
    if token in _BINARY:
        return 0.78 + 0.45
    if token in _NOTHING or token == r"\\":
        return 0.0
    if token in _SPACES:
        return _SPACES[token]
    if token in _SIGNS:
        return _SIGNS[token]
    if token.isdigit():
        return _DIGIT
    if token in (r"\log", r"\exp", r"\max", r"\min", r"\operatorname"):
        return _WORD * len(token)
    if token.startswith("\\"):
        return _GREEK
    return _CAPITAL if token.isupper() else _LETTER


def columns(cells: list[list[str]], room: float, between: float) -> list[float] | None:
    """Widths of the columns of a table, in em; None where it does not fit.

    Parameters
    ----------
    cells
        The rows, that of the heads among them.
    room, between
        The width of the page, and what each column takes beside its text.
    """
    found = [[width(cell) for cell in column] for column in zip(*cells, strict=True)]
    whole, least = ([max(x[n] for x in column) for column in found] for n in (0, 1))
    left = room - between * len(found) - sum(least)
    if left < 0:
        return None
    wanted = sum(whole) - sum(least)
    share = 1.0 if wanted <= left else left / wanted
    return [low + share * (high - low) for low, high in zip(least, whole, strict=True)]
