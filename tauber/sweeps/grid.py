"""The points of a sweep: every combination of what each number is to be, or the rows of a table.

A number of an action becomes a dimension where it is given as a range or a list. Its values stay texts, exact as they
are read (`read.numbers`), since only a text says which number is meant; the coordinates of the store are doubles.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from ..errors import BadInput
from ..read import numbers

POINT = "point"
"""The dimension of the rows of a table."""

_FORM = "start:stop:count such as 0.05:1.5:200"
MOST = 10**6
"""Most values along a dimension."""


@dataclass(frozen=True)
class Grid:
    """Named dimensions, first to last, with the texts of what is swept.

    Attributes
    ----------
    axes
        For each number that is swept its texts: all combinations are points, or, for the rows of a table, those that
        stand in one row.
    rows
        Whether they are the rows of a table, along the one dimension `POINT`.
    """

    axes: Mapping[str, tuple[str, ...]]
    rows: bool = False

    @cached_property
    def sizes(self) -> dict[str, int]:
        """The length of each dimension."""
        if self.rows:
            return {POINT: len(next(iter(self.axes.values())))}
        return {name: len(texts) for name, texts in self.axes.items()}

    @property
    def points(self) -> int:
        """How many there are."""
        return math.prod(self.sizes.values())

    def columns(self, block: Sequence[slice]) -> dict[str, list[str]]:
        """The texts at every point of a block, in the order of its raveled shape."""
        if self.rows:
            return {name: list(texts[block[0]]) for name, texts in self.axes.items()}
        found: dict[str, list[str]] = {name: [] for name in self.axes}
        parts = [texts[part] for texts, part in zip(self.axes.values(), block, strict=True)]
        for n, name in enumerate(self.axes):
            inner = math.prod(len(part) for part in parts[n + 1 :])
            outer = math.prod(len(part) for part in parts[:n])
            found[name] = [text for _ in range(outer) for text in parts[n] for _ in range(inner)]
        return found

    def at(self, number: int) -> list[slice]:
        """The block of a single point, by its number in raveled order."""
        place = []
        for size in reversed(self.sizes.values()):
            number, k = divmod(number, size)
            place.append(slice(k, k + 1))
        return place[::-1]


def values(option: str, text: str, *, even: bool, whole: bool) -> tuple[str, ...]:
    """Read what a number is to be: one, a comma list, or ``start:stop:count``.

    Parameters
    ----------
    option, text
        As given.
    even
        Whether a range is evenly spaced, which is exact; else it is log-spaced, as ranges of sizes are everywhere.
    whole
        Whether it is a whole number: what is log-spaced is rounded, duplicates dropped.

    Raises
    ------
    BadInput
        If it is none of these.

    Examples
    --------
    >>> values("--alpha", "0.5:1:3", even=True, whole=False), values("--d", "10:1e3:3", even=False, whole=True)
    (('1/2', '3/4', '1'), ('10', '100', '1000'))
    """
    if ":" not in text:
        return tuple(entry.strip() for entry in text.split(",")) if "," in text else (text,)
    parts = text.split(":")
    if len(parts) != 3:
        raise BadInput(f"{option} was given as '{text}', but it must be a number, a comma list or {_FORM}.")
    start, stop = (numbers.exact(option, part) for part in parts[:2])
    count = numbers.whole(option, parts[2], 1, MOST)
    if stop < start or (count > 1 and stop == start):
        raise BadInput(f"{option} was given as '{text}', but it must be {_FORM}, with start < stop.")
    if count == 1:
        return (str(start),)
    if even:
        step = (stop - start) / (count - 1)
        return tuple(str(start + k * step) for k in range(count))
    if not start > 0:
        raise BadInput(f"{option} was given as '{text}', whose range is log-spaced; start above 0, or give a list.")
    return _log_spaced(start, stop, count, whole)


def _log_spaced(start: Fraction, stop: Fraction, count: int, whole: bool) -> tuple[str, ...]:
    """Between the ends, which are exact."""
    decades = math.log10(stop / start)
    between = [float(start) * 10 ** (decades * k / (count - 1)) for k in range(1, count - 1)]
    if whole:
        return tuple(dict.fromkeys(map(str, (round(start), *map(round, between), round(stop)))))
    return (str(start), *map(repr, between), str(stop))


def table(option: str, path: Path, known: Sequence[str], *, keys: bool = False) -> dict[str, tuple[str, ...]]:
    """Read a table of points: a header with names of arguments, and a row of numbers for each point.

    With ``keys`` the names of keys of a declaration may be among them.

    Raises
    ------
    BadInput
        If it cannot be read so, or a column is no argument that can be swept.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            header, *rows = [row for row in csv.reader(file, skipinitialspace=True) if row] or [[]]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = (getattr(error, "strerror", None) or "it is no text").lower()
        raise BadInput(f"{option} '{path}' cannot be read ({reason}); give a .csv file with a header.") from error
    strange = [name for name in header if name not in known and not (keys and is_key(name))]
    if (
        not header
        or not rows
        or strange
        or len(set(header)) < len(header)
        or {len(row) for row in rows} != {len(header)}
    ):
        raise BadInput(
            f"{option} '{path}' must have a header of different names among {', '.join(known)}, and below it rows with "
            f"a number for each{f', but it has {strange[0]!r}' if strange else ''}."
        )
    return {
        name: tuple(text.strip() for text in column)
        for name, column in zip(header, zip(*rows, strict=True), strict=True)
    }


def is_key(name: str) -> bool:
    """Whether a number is a key of a declaration, such as ``noise.label_noise``, and no argument of an action."""
    return "." in name


def plain(value: Any) -> Any:
    """A table with the numbers of Python's in it as JSON has it, exactly.

    >>> plain({"decay": Fraction(8, 5), "parts": (1, 0.1)})
    {'decay': '8/5', 'parts': [1, 0.1]}
    """
    if isinstance(value, Mapping):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    return str(value) if isinstance(value, Fraction) else value


def coordinate(option: str, text: str) -> float:
    """A text as the double that is its coordinate, inf allowed.

    Raises
    ------
    BadInput
        If it is no number.
    """
    if numbers.is_inf(text):
        return math.inf
    return float(numbers.exact(option, text))
