"""Columns of a file by their names: text tables with a row of names, `.npz` archives, `.npy` with named fields."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..errors import TauberInputError
from .arrays import TEXT, one_array, plain_arrays
from .cells import decimal_sign
from .text import read_cells


def named_columns(path: Path) -> dict[str, list[Any]]:
    """Every column that has a name, as a list: of numbers from arrays, of texts with decimal points from a text table.

    Raises TauberInputError for another kind of file, and for an array whose columns have no names.  Whether what is in
    the columns are numbers is for the reader of these to see: nothing is converted here.
    """
    suffix = path.suffix.lower()
    if suffix == ".npz":
        return {name: array.tolist() for name, array in plain_arrays(path).items() if array.ndim == 1}
    if suffix == ".npy":
        array = one_array(path)
        if array.dtype.names is None or array.ndim != 1:
            raise TauberInputError(
                f"{str(path)!r} holds an array of shape {array.shape} whose columns have no names; save the columns by "
                "name in a .npz file."
            )
        return {name: array[name].tolist() for name in array.dtype.names}
    if suffix not in TEXT:
        raise TauberInputError(f"{str(path)!r} is no table known here; give a .npz, .npy, {', '.join(TEXT)} file.")
    found = read_cells(path, None)
    names, rows = (found.comment, found.cells) if found.comment else (found.cells[0], found.cells[1:])
    decimal = decimal_sign(rows)
    return {str(name): [cell.replace(decimal, ".") for cell in rows[:, j]] for j, name in enumerate(names)}
