"""Kernel matrices as files hold them: outputs reduced, symmetry and sign judged by the precision of the numbers.

A tangent kernel with its outputs, (N, N, k, k) or (N, k, N, k), or with their diagonal only, (N, N, k), becomes its
mean over the outputs, K_ij = (1/k) sum_c K_ij,cc, the kernel of independent outputs; what links different outputs is
left out.  (Nk, Nk) does not say whether points or outputs come first, and is refused.

Round-off is eps N times the largest, eps being that of the numbers' dtype, or of float32 where float64 holds what
float32 computed (every entry is one of float32, and not all are whole).  Within it a matrix is symmetrised, and its
negative eigenvalues become 0; beyond, it is refused.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.precision import FLOAT64, Array
from ..errors import TauberInputError
from .problem import MAX_POINTS, matrix, numbers

_SINGLE = float(np.finfo(np.float32).eps)


def without_outputs(values: Any, flags: list[str]) -> Array:
    """The kernel over points only, in its dtype; raises TauberInputError for a shape that is not known."""
    array = np.asarray(values)
    shape = array.shape
    if array.ndim == 2 and shape[0] == shape[1]:
        return array
    pattern = None
    if array.ndim == 2:
        raise TauberInputError(f"A kernel must be N x N, but has not as many columns as points: the shape is {shape}.")
    if array.ndim == 4 and shape[0] == shape[1] and shape[2] == shape[3]:
        pattern, outputs = "nmcc->nm", shape[2]
    elif array.ndim == 4 and shape[0] == shape[2] and shape[1] == shape[3]:
        pattern, outputs = "ncmc->nm", shape[1]
    elif array.ndim == 3 and shape[0] == shape[1]:
        pattern, outputs = "nmc->nm", shape[2]
    if pattern is None or not array.size:
        raise TauberInputError(
            f"A kernel must be N x N, or with k outputs (N, N, k, k), (N, N, k) or (N, k, N, k), got the shape {shape}."
        )
    numbers(array[:1, :1], "kernel")
    reduced = np.einsum(pattern, array) / outputs
    linked = "" if array.ndim == 3 else "; what it has between different outputs was left out"
    flags.append(f"The kernel of shape {shape} was reduced to its mean over the {outputs} outputs{linked}.")
    return np.asarray(reduced, dtype=array.dtype if array.dtype.kind == "f" else float)


def check_count(kernel: Array, count: int) -> None:
    """Refuse a kernel over another number of points than there are targets; raises TauberInputError."""
    size = len(kernel)
    if size == count:
        return
    if count > 1 and size % count == 0:
        k = size // count
        raise TauberInputError(
            f"The kernel is {size} x {size} for {count} targets, as if it held {k} outputs of each point; give it as "
            f"(N, N, k, k): reshape({count}, {k}, {count}, {k}).transpose(0, 2, 1, 3) if the outputs of a point are "
            f"together, reshape({k}, {count}, {k}, {count}).transpose(1, 3, 0, 2) if the points of an output are."
        )
    raise TauberInputError(
        f"There are {count} targets, but not as many points: the shape of the kernel is {kernel.shape}."
    )


def checked_gram(kernel: Any, flags: list[str]) -> tuple[Array, float]:
    """A symmetric, positive semidefinite kernel in float64, and eps of its numbers; what was mended goes to `flags`.

    Raises TauberInputError for one that is neither within round-off.
    """
    given = np.asarray(kernel)
    k = matrix(given, "kernel")
    if len(k) > MAX_POINTS:
        raise TauberInputError(f"A kernel may have {MAX_POINTS} points at most, got {len(k)}; take a part (`size`).")
    if given.dtype.kind == "f" and given.dtype.itemsize < 4:
        raise TauberInputError(
            f"The kernel is {given.dtype}, whose round-off hides all but its largest eigenvalues; compute and save it "
            "as float32 or float64."
        )
    eps, kind = _precision(given, k)
    k = _symmetrised(k, eps, kind, flags)
    return _without_negative(k, eps, kind, flags), eps


def shaken(kernel: Array, eps: float) -> Array:
    """Another kernel within the round-off of the same numbers: every entry moved by up to eps/2 of it, at random."""
    moves = np.random.default_rng(0).uniform(-eps / 2, eps / 2, kernel.shape)
    return checked_gram((kernel * (1 + np.tril(moves) + np.tril(moves, -1).T)).astype(np.float32), [])[0]


def _precision(given: Array, k: Array) -> tuple[float, str]:
    """eps of the numbers, and what they are."""
    if given.dtype == np.float32:
        return _SINGLE, "float32"
    with np.errstate(over="ignore", under="ignore"):
        single = given.dtype.kind == "f" and bool((k.astype(np.float32) == k).all()) and bool((k != np.round(k)).any())
    return (_SINGLE, "float32 in float64") if single else (FLOAT64.eps, str(given.dtype))


def _symmetrised(k: Array, eps: float, kind: str, flags: list[str]) -> Array:
    apart = abs(k - k.T)
    worst, top = float(apart.max()), float(abs(k).max())
    if worst > eps * len(k) * top:
        i, j = (int(at) for at in np.unravel_index(int(apart.argmax()), k.shape))
        raise TauberInputError(
            f"The kernel matrix must be symmetric: [{i}, {j}] is {k[i, j]:.6g} and [{j}, {i}] is {k[j, i]:.6g}; take "
            "(K + K^T)/2 if it is so up to errors of yours."
        )
    if worst > FLOAT64.eps * len(k) * top:
        flags.append(
            f"The kernel was symmetrised: its entries differ by up to {worst:.2g}, within the round-off of {kind}."
        )
    return (k + k.T) / 2


def _without_negative(k: Array, eps: float, kind: str, flags: list[str]) -> Array:
    """With negative eigenvalues set to 0, if they are within round-off."""
    shift = 8 * FLOAT64.eps * len(k) * max(float(k.diagonal().max()), 0.0)
    try:
        lifted = k.copy()
        np.fill_diagonal(lifted, k.diagonal() + shift)
        np.linalg.cholesky(lifted)  # then no eigenvalue is below what every later step allows
        return k
    except np.linalg.LinAlgError:
        lam, basis = np.linalg.eigh(k)
    top = float(abs(lam).max())
    allowed = eps * len(k) * top
    if lam[0] < -allowed:
        raise TauberInputError(
            f"The kernel matrix must be positive semidefinite, its smallest eigenvalue is {lam[0]:.3g} (largest: "
            f"{lam[-1]:.3g}), beyond the round-off of {kind}, {allowed:.2g}; check how it was computed, and that it "
            "does not hold distances."
        )
    negative = int((lam < 0).sum())
    if negative:
        flags.append(
            f"The kernel is {kind}: {negative} of its {len(k)} eigenvalues are negative, down to {lam[0]:.2g} "
            f"(largest: {top:.3g}), within its round-off of {allowed:.2g}; they were set to 0."
        )
    mended = (basis * np.maximum(lam, 0.0)) @ basis.T
    return np.asarray((mended + mended.T) / 2)
