"""Targets as numbers, one column for each output, and whether they are classes."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from ..core.precision import Array
from ..errors import TauberInputError
from .cells import numeric, plausible, shown, target_cells, values
from .problem import matrix, numbers
from .reading import Raw

_BEGINS_AS_NUMBER = re.compile(r"\W*[0-9]")
MAX_CLASSES = 50
"""Whole-numbered targets with more values than this are taken as numbers."""


def outputs(raw: Raw, source: str, classes: bool | None) -> tuple[Array, str | None]:
    """Targets, (N, outputs), one-hot for classes and with no output at all without targets; and which they are.

    Classes are text, and whole numbers of at most 50 values that are at most half as many as the points, unless
    `classes` says otherwise.  Raises TauberInputError for what is neither, and for targets that are all the same.
    """
    if raw.labels is None:
        return np.empty((len(raw.inputs), 0)), None
    given = _plain(raw, classes)
    if given.ndim != 1 and (given.ndim != 2 or classes):
        raise TauberInputError(
            f"The targets must be a list{'' if classes else ' or a matrix'}, got the shape {given.shape}."
        )
    if not given.size:
        raise TauberInputError("There are no targets.")
    if (given == given[0]).all():
        raise TauberInputError(
            f"All {len(given)} targets in {source!r} are the same, {_first(given)}: there is nothing to learn; name "
            "others."
        )
    if given.ndim == 2 or not (plain_classes(given) if classes is None else classes):
        return matrix(given, "targets"), "regression"
    kinds, which = np.unique(given, return_inverse=True)
    if not plausible(len(kinds), len(given)):
        raise TauberInputError(
            f"There would be {len(kinds)} classes for {len(given)} targets, hardly two points of each; take the "
            "targets as numbers (`classes=False`), or name others."
        )
    like_numbers = [str(cell) for cell in kinds if given.dtype.kind in "UO" and _BEGINS_AS_NUMBER.match(str(cell))]
    if 2 * len(like_numbers) > len(kinds):
        raw.flags.append(
            f"The targets are text that looks like numbers, such as {shown(like_numbers[0])}, and were taken as "
            "classes; write the numbers alone if they are numbers."
        )
    if given.dtype.kind == "f" and classes is None:
        raw.flags.append(
            f"The targets are {len(kinds)} different whole numbers and were taken as classes (`classes=False` if they "
            "are numbers)."
        )
    return np.eye(len(kinds))[which], "classes"


def _plain(raw: Raw, classes: bool | None) -> Array:
    """Labels as float64 or text, one list where there is one output."""
    given = np.asarray(raw.labels)
    if given.ndim == 2 and given.shape[1] == 1:
        given = given[:, 0]
    if given.dtype.kind == "S":
        given = np.char.decode(given, "latin-1")
    if given.dtype.kind in "UO" and given.ndim == 1:
        text = np.array([str(cell).strip() for cell in given], dtype=object)
        name = f"the array {raw.target}" if raw.target else "the list of targets"
        return target_cells(text, ".", classes, name, raw.where)
    if given.dtype.kind in "UO":
        flat = np.array([str(cell).strip() for cell in given.ravel()], dtype=object)
        return values(flat).reshape(given.shape) if numeric(flat, ".").all() else numbers(given, "targets")
    known = numbers(given, "targets")
    return matrix(known, "targets").reshape(known.shape) if known.ndim in {1, 2} and known.size else known


def _first(given: Array) -> Any:
    first = given.flat[0]
    return repr(str(first)) if given.dtype.kind in "UO" else f"{first:.6g}"


def plain_classes(given: Array) -> bool:
    """Whether targets are classes if nobody says: text, or few whole numbers."""
    if given.dtype.kind in "UO":
        return True
    kinds = len(np.unique(given))
    return bool((given == np.round(given)).all()) and kinds <= MAX_CLASSES and plausible(kinds, len(given))
