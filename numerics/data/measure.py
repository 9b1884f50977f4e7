r"""Measured learning curves: train on a part of the data, test on the rest, many times; and leave-one-out.

    f = k(x)^T (K_DD + delta)^-1 y,     or  f = phi(x)^T theta,  theta = argmin |y - Phi theta|^2 + delta |theta|^2,

delta = 0 meaning the limit (the interpolant, or the least squares solution, of least norm).  Losses are summed over the
outputs, without a factor 1/2; label noise, if there is any, is in them.

**Leave-one-out.**  With A = (K + delta)^-1 the residual on point i of the student trained without it is (A y)_i/A_ii,
exactly.  Where K is singular and delta = 0, A is P/delta + K^+ for delta -> 0, P projecting on the null space: P stands
for A where P_ii > 0, and the pseudo-inverse K^+ where P_ii = 0, which says that the other points do not determine point
i (it has no double, say, while others have).  The mean square is almost unbiased for the loss at D - 1 points
(generalised cross-validation, with tr A/D for A_ii, is not on real data: it was up to 2.2 times too low on digits).

**Errors.**  `error` is over the splits: what another seed would change.  All splits share one data set; what another
data set would change is of the order of `points_error`, the scatter of the loss from point to point over the root of
the number of points, and both count for a statement about the population.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.linalg import lapack

from ..core.precision import FLOAT64, Array
from ..core.runs import Map, Progress, at_least_two, mean_and_error, one_thread
from ..errors import TauberInputError

_ROUND_OFF = 16 * FLOAT64.eps

Features = Callable[[int, np.random.Generator], Array]
"""(P, generator) -> matrix of P random features of all points, (N, P), scaled by P^-1/2."""


@dataclass(frozen=True, eq=False)
class Measured:
    """Losses over repeated splits.

    Attributes
    ----------
    data, features : arrays of shape (n,); features is inf for a kernel
    loss, error : mean test loss and its standard error over the splits, (n,)
    median : of the splits, (n,); near an interpolation peak means need not exist
    points_error : standard error over the points tested, (n,)
    train, train_error : the same for the loss on the training points
    runs : test loss of every split, (splits, n)
    points : squared error on each point, mean over the splits that tested it, (N, n); nan where none did
    """

    data: Array
    features: Array
    loss: Array
    error: Array
    median: Array
    points_error: Array
    train: Array
    train_error: Array
    runs: Array
    points: Array


@dataclass(frozen=True)
class LeaveOneOut:
    """The leave-one-out loss and its standard error over the points (as if these were independent)."""

    loss: float
    error: float


@one_thread
def held_out(
    kernel_matrix: object,
    targets: object,
    data: object,
    *,
    ridge: float = 0.0,
    splits: int = 8,
    seed: int,
    progress: Progress | None = None,
    mapped: Map = map,
) -> Measured:
    """Kernel ridge regression on random `data` of the N points, tested on all the others.

    Parameters
    ----------
    kernel_matrix, targets : (N, N); (N,) or (N, outputs)
    data : whole numbers D, shape (n,), 1 <= D < N
    ridge : delta >= 0, not divided by D
    splits : whole number >= 2
    progress : called with (trainings done, trainings)
    mapped : makes the splits: the builtin, or another that does the same in several processes

    Raises TauberInputError for numbers out of these ranges.
    """
    k = np.asarray(kernel_matrix, dtype=float)
    y = checked_targets(targets)
    if k.shape != (len(y), len(y)):
        raise TauberInputError(f"The kernel matrix must be N x N for N = {len(y)} targets, got the shape {k.shape}.")

    def residuals(size: int, width: float, train: Array, test: Array, generator: np.random.Generator) -> _Pair:
        weights, left = fitted(k[np.ix_(train, train)], y[train], ridge)
        return y[test] - k[np.ix_(test, train)] @ weights, left

    return _repeated(y, data, math.inf, ridge, splits, seed, residuals, progress, mapped)


@one_thread
def held_out_features(
    draw: Features,
    targets: object,
    data: object,
    features: object,
    *,
    ridge: float = 0.0,
    splits: int = 8,
    seed: int,
    progress: Progress | None = None,
    mapped: Map = map,
) -> Measured:
    """The same for random features, drawn afresh for every split; `data` and `features` broadcast to shape (n,).

    `draw` makes them, for example `lambda P, generator: kernel.random_features(points, P, generator)`.
    """
    y = checked_targets(targets)

    def residuals(size: int, width: float, train: Array, test: Array, generator: np.random.Generator) -> _Pair:
        phi = np.asarray(draw(int(width), generator), dtype=float)
        if ridge == 0:
            theta = np.linalg.lstsq(phi[train], y[train], rcond=_ROUND_OFF * max(phi.shape))[0]
            return y[test] - phi[test] @ theta, y[train] - phi[train] @ theta
        weights, left = fitted(phi[train] @ phi[train].T, y[train], ridge)
        return y[test] - phi[test] @ (phi[train].T @ weights), left

    return _repeated(y, data, features, ridge, splits, seed, residuals, progress, mapped)


@one_thread
def leave_one_out(kernel_matrix: object, targets: object, *, ridge: float = 0.0) -> LeaveOneOut:
    """Leave-one-out loss of kernel ridge regression on all points given, (N, N) and (N,) or (N, outputs)."""
    k, y = np.asarray(kernel_matrix, dtype=float), checked_targets(targets)
    _check_ridge(ridge)
    if k.shape != (len(y), len(y)):
        raise TauberInputError(f"The kernel matrix must be N x N for N = {len(y)} targets, got the shape {k.shape}.")
    residual = _left_out(k, y, ridge)
    square = (residual**2).sum(axis=1)
    mean, error = mean_and_error(square[:, None])
    return LeaveOneOut(float(mean[0]), float(error[0]))


def _left_out(k: Array, y: Array, ridge: float) -> Array:
    """The residuals (A y)_i/A_ii of the module's docstring, (N, outputs)."""
    values, basis = np.linalg.eigh(k + ridge * np.eye(len(k)))
    empty = values <= _ROUND_OFF * len(k) * values[-1]
    inverse = np.where(empty, 0.0, 1 / np.where(empty, 1.0, values))
    own = (basis**2) @ inverse
    # own = 0: a point on the null space alone, which is below.
    residual = (basis @ (inverse[:, None] * (basis.T @ y))) / np.where(own > 0, own, 1.0)[:, None]
    if not empty.any():
        return np.asarray(residual)
    null = basis[:, empty]
    share = (null**2).sum(axis=1)
    # Computed null vectors are off by round-off over the gap to the least eigenvalue kept; P_ii is that squared.
    off = FLOAT64.eps * len(k) * values[-1] / values[~empty].min() if (~empty).any() else 0.0
    doubled = share > max(FLOAT64.eps * len(k), off**2)
    projected = null @ (null.T @ y)
    return np.where(doubled[:, None], projected / np.where(doubled, share, 1.0)[:, None], residual)


_Pair = tuple[Array, Array]
_Residuals = Callable[[int, float, Array, Array, np.random.Generator], _Pair]


def checked_targets(targets: object) -> Array:
    """As a matrix (N, outputs) of finite numbers."""
    y = np.asarray(targets, dtype=float)
    y = y[:, None] if y.ndim == 1 else y
    if y.ndim != 2 or len(y) < 2 or not np.isfinite(y).all():
        raise TauberInputError(f"The targets must be a matrix of finite numbers, N x outputs, got the shape {y.shape}.")
    return y


def fitted(k: Array, y: Array, ridge: float) -> _Pair:
    """(K + ridge)^-1 y and the residuals on the training points, y - K (K + ridge)^-1 y.

    By Cholesky's method where the matrix is safely regular, else by eigenvectors, null space left out.
    """
    factor, failed = lapack.dpotrf(k + ridge * np.eye(len(k)), lower=1)
    if not failed:
        conditioning, _ = lapack.dpocon(factor, abs(k).sum(axis=0).max() + ridge, uplo="L")
        if conditioning > _ROUND_OFF * len(k):
            weights, _ = lapack.dpotrs(factor, y, lower=1)
            return weights, ridge * weights
    values, basis = np.linalg.eigh(k)
    kept = values > _ROUND_OFF * len(k) * values[-1]
    known = basis[:, kept].T @ y
    weights = basis[:, kept] @ (known / (values[kept] + ridge)[:, None])
    return weights, y - basis[:, kept] @ (known * (values[kept] / (values[kept] + ridge))[:, None])


def _repeated(
    y: Array,
    data: object,
    features: object,
    ridge: float,
    splits: int,
    seed: int,
    residuals: _Residuals,
    progress: Progress | None,
    mapped: Map,
) -> Measured:
    _check_ridge(ridge)
    at_least_two("splits", splits)
    sizes, widths = np.broadcast_arrays(np.atleast_1d(np.asarray(data)), np.atleast_1d(np.asarray(features, float)))
    if sizes.ndim != 1 or not sizes.size or not ((sizes >= 1) & (sizes < len(y)) & (sizes == np.floor(sizes))).all():
        raise TauberInputError(
            f"The numbers of data must be whole and from 1 to {len(y) - 1}, one less than there are."
        )
    if not ((widths >= 1) & ((widths == np.floor(widths)) | np.isinf(widths))).all():
        raise TauberInputError("The numbers of features must be whole and at least 1.")
    generator = np.random.default_rng(seed)
    orders = [generator.permutation(len(y)) for _ in range(splits)]
    pairs = [(int(size), float(width)) for size, width in zip(sizes, widths, strict=True)]
    test, train = np.empty((splits, sizes.size)), np.empty((splits, sizes.size))
    total, count = np.zeros((len(y), sizes.size)), np.zeros((len(y), sizes.size))
    pieces = zip(orders, generator.spawn(splits), strict=True)  # each with random numbers of its own
    for split, found in enumerate(mapped(partial(_split, residuals, pairs), pieces)):
        for i, (square, left) in enumerate(found):
            outside = orders[split][pairs[i][0] :]
            test[split, i], train[split, i] = square.mean(), left
            total[outside, i] += square
            count[outside, i] += 1
            if progress is not None:
                progress(split * sizes.size + i + 1, splits * sizes.size)
    loss, error = mean_and_error(test)
    train_mean, train_error = mean_and_error(train)
    points = np.where(count > 0, total / np.maximum(count, 1), math.nan)
    scatter = np.array([_over_points(column[~np.isnan(column)]) for column in points.T])
    median = np.median(test, axis=0)
    return Measured(sizes.copy(), widths.copy(), loss, error, median, scatter, train_mean, train_error, test, points)


def _split(
    residuals: _Residuals, pairs: list[tuple[int, float]], piece: tuple[Array, np.random.Generator]
) -> list[tuple[Array, float]]:
    """For each pair of data and features the squared errors on the other points, and the mean square on the data."""
    order, generator = piece
    found = []
    for size, width in pairs:
        missed, left = residuals(size, width, order[:size], order[size:], generator)
        found.append(((missed**2).sum(axis=1), float((left**2).sum(axis=1).mean())))
    return found


def _over_points(mean: Array) -> float:
    return float(mean.std(ddof=1) / math.sqrt(len(mean))) if len(mean) > 1 else math.inf


def _check_ridge(ridge: float) -> None:
    if not (math.isfinite(ridge) and ridge >= 0):
        raise TauberInputError(f"The ridge must be a finite number >= 0, got {ridge!r}.")
