"""Cells of text as numbers or classes, and never one for the other.

A column is text where more than half of its cells are not numbers; else each cell that is no finite number is an error
with an address.  Classes are plausible where there are at most half as many as points: a class per point is not.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.precision import Array
from ..errors import TauberInputError

_MISSING = {"", "na", "n/a", "nan", "null", "none", "?", "-"}
_NUMBER = {
    sign: re.compile(rf"[+-]?([0-9]+{re.escape(sign)}?[0-9]*|{re.escape(sign)}[0-9]+)([eE][+-]?[0-9]+)?")
    for sign in ".,"
}
_WITH_SIGN = {sign: re.compile(rf"[+-]?[0-9]*{re.escape(sign)}[0-9]+([eE][+-]?[0-9]+)?") for sign in ".,"}
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")  # 1,234: a thousand and more, or one and a bit
_LETTERS = set("0123456789+-eE")
_SHOWN = 40


def is_number(cell: str, decimal: str = ".") -> bool:
    """Whether a cell is a finite number written in ASCII digits; "nan" and "inf" are none."""
    return _NUMBER[decimal].fullmatch(cell) is not None and math.isfinite(_value(cell))


def is_missing(cell: str) -> bool:
    """Whether a cell stands for nothing: empty, NA, nan, null."""
    return cell.lower() in _MISSING


def shown(cell: Any) -> str:
    """A cell for a message, cut if it is long."""
    text = str(cell)
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "...")


def decimal_sign(cells: Array) -> str:
    """The sign in the decimals of a table's cells, "." where none has any.

    Raises TauberInputError where commas may be decimal or those of thousands.
    """
    flat = cells.ravel()
    commas = [cell for cell in flat if "," in cell and _WITH_SIGN[","].fullmatch(cell)]
    if not commas or any("." in cell and _WITH_SIGN["."].fullmatch(cell) for cell in flat):
        return "."
    if all(_GROUPED.fullmatch(cell) for cell in commas):
        raise TauberInputError(
            f"The cell {shown(commas[0])} may have a decimal comma or one of thousands, and no other cell tells; "
            "say which (`decimal=','`), or write the numbers without."
        )
    return ","


def numeric(cells: Array, decimal: str) -> Array:
    """Which cells are finite numbers."""
    if set("".join(cells)) <= _LETTERS | {decimal}:  # then `float` reads no more than `_NUMBER` does
        try:
            return np.isfinite(values(cells))
        except ValueError:
            pass  # one by one
    return np.array([is_number(cell, decimal) for cell in cells], dtype=bool)


def values(cells: Array) -> Array:
    """Cells that are numbers, as float64."""
    return np.array([cell.replace(",", ".") for cell in cells], dtype=object).astype(float)


def _value(cell: str) -> float:
    return float(cell.replace(",", "."))


def mostly_text(known: Array) -> bool:
    """Whether a column is text: more than half of its cells are not numbers (`known`: those that are)."""
    return 2 * int(known.sum()) < len(known)


def bad_cell(
    cells: Array, known: Array, column: str, where: Callable[[int], str], wanted: str = "finite number"
) -> TauberInputError:
    """The refusal for the first cell of a column that is not what is wanted."""
    row = int(np.argmin(known))
    cell = shown(cells[row]) if cells[row] else "nothing"
    return TauberInputError(
        f"In {where(row)}, {column} holds {cell}, which is no {wanted}; mend it, leave out every row with "
        "such a cell (`complete=True`), or leave the column out (`drop`)."
    )


def target_cells(
    cells: Array, decimal: str, classes: bool | None, column: str, where: Callable[[int], str]
) -> Array:  # fmt: skip
    """The target's cells as numbers, or as they are where they are classes; raises TauberInputError."""
    known = numeric(cells, decimal)
    if known.all():
        return values(cells)
    if classes is False or (classes is None and not mostly_text(known)):
        raise bad_cell(cells, known, column, where)
    missing = np.array([is_missing(cell) for cell in cells])
    if missing.any():
        raise bad_cell(cells, ~missing, column, where, "class")
    if classes is None and not plausible(len(np.unique(cells)), len(cells)):
        raise TauberInputError(
            f"The target, {column}, is text with {len(np.unique(cells))} different values for {len(cells)} points, "
            f"such as {shown(cells[0])} in {where(0)}, so they are neither numbers nor classes; mend it, or name "
            "another column (`target`)."
        )
    return cells


def plausible(kinds: int, points: int) -> bool:
    """Whether so many classes can be learnt from so many points: two points per class on average."""
    return 2 * kinds <= points
