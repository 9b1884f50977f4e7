"""Whether the first row of a table holds names or a point.

Names are text, or whole numbers as pandas writes them for the columns of an array, 0, 1, 2, ....  A first row is names

- if all of its cells are text, or all but an empty first one (the index of pandas);
- if some cell over a column of numbers is a word, and no other is a number with decimals;
- if it counts the columns, where that is no accident: five columns or more, or three of which most have decimals.

It is a point if all of its cells over columns of numbers are numbers that do not count.  All else is refused: a guess
would add or lose a point.
"""

from __future__ import annotations

import re

import numpy as np

from ..core.precision import Array
from ..errors import TauberInputError
from .cells import decimal_sign, is_missing, is_number, mostly_text, numeric, plausible, shown

_WHOLE = re.compile(r"[0-9]+")
_SURE, _LIKELY = 5, 3  # columns from which a count of them is no accident: alone, and over columns with decimals


def has_names(cells: Array, line: int, sign: str | None = None) -> bool:
    """Whether the first row of cells, on that line of its file, holds names; raises TauberInputError."""
    first, rest = cells[0], cells[1:]
    if not len(rest):
        return False
    decimal = sign or decimal_sign(rest)
    columns = [j for j in range(cells.shape[1]) if not mostly_text(numeric(rest[:, j], decimal))]
    texts = [j for j in range(cells.shape[1]) if j not in columns]
    if _all_text(first, decimal) and (columns or _is_new(first, rest, texts)):
        return True
    over = [str(first[j]) for j in columns]
    odd = [j for j in columns if not is_number(first[j], decimal)]
    if odd:
        return _words(first, columns, odd, decimal, line)
    count = _counts(first, columns)
    if count and (_is_new(first, rest, texts) or _no_accident(rest[:, columns], decimal)):
        return True
    if count or (len(over) > _LIKELY and _is_scale(over) and _no_accident(rest[:, columns], decimal)):
        raise _unsure(line, f"its cells {', '.join(over[:4])} count on like names of columns")
    return False


def _all_text(first: Array, decimal: str) -> bool:
    filled = first[1:] if first[0] == "" else first
    return len(filled) > 0 and not any(is_number(cell, decimal) or is_missing(cell) for cell in filled)


def _is_new(first: Array, rest: Array, texts: list[int]) -> bool:
    """Whether a text in the first row never comes again in a column where classes do."""
    return any(
        first[j] not in set(rest[:, j]) and plausible(len(np.unique(rest[:, j])), len(rest)) and first[j] for j in texts
    )


def _words(first: Array, columns: list[int], odd: list[int], decimal: str, line: int) -> bool:
    """A first row with cells that are no numbers over columns that are."""
    others = [first[j] for j in columns if j not in odd]
    words = all(first[j][:1].isalpha() and not is_missing(first[j]) for j in odd if not (j == 0 and first[j] == ""))
    # An empty first cell is pandas' index, above whole numbers that count; elsewhere it is a value that is missing.
    index = odd == [0] and first[0] == "" and not _counts(first, columns[1:])
    if words and not index and all(_WHOLE.fullmatch(cell) for cell in others) and len(set(others)) == len(others):
        return True
    if not words and others:
        return False  # the cell is refused as one that is no number, by its address
    raise _unsure(line, f"it holds {shown(first[odd[0]])} where the rows below have numbers")


def _counts(first: Array, columns: list[int]) -> bool:
    """Whether the cells say which columns they are: two from 0 (behind an index, too), or three from 1."""
    starts = (0, -1, 1)[: len(columns)] if len(columns) >= 2 else ()
    return any(all(first[j] == str(j + start) for j in columns) for start in starts)


def _is_scale(cells: list[str]) -> bool:
    """Whether the cells are whole numbers at equal distances, such as years or wavelengths."""
    if not all(_WHOLE.fullmatch(cell) and len(cell) < 16 for cell in cells):
        return False
    steps = np.diff([int(cell) for cell in cells])
    return bool(steps[0] > 0 and (steps == steps[0]).all())


def _no_accident(rest: Array, decimal: str) -> bool:
    count = rest.shape[1]
    fractions = sum(np.mean([decimal in cell or "e-" in cell.lower() for cell in column]) > 0.5 for column in rest.T)
    return count >= _SURE or (count >= _LIKELY and 2 * fractions > count)


def _unsure(line: int, reason: str) -> TauberInputError:
    return TauberInputError(
        f"Line {line} may hold names or a point: {reason}; say which, `header=True` or `header=False`."
    )
