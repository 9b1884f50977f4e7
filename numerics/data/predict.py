r"""Learning curves of a kernel or of random features, predicted from a pool of N points.

Ridge regression on D points, min sum_i |y_i - f(x_i)|^2 + delta |theta|^2, with the kernel itself (P = infinity) or P
random features of it.  The deterministic equivalent for a population (arXiv:2102.06701 in its kernel form; two
bottlenecks derived in the notes) needs four functions of kappa, z = df1, q = df2, T1, T2:

    delta = kappa (D - z)(1 - z/P),
    loss  = pre (T1 + sigma^2 - T2 (P - z)/(P - q)),     pre = 1/(1 - [q (P - 2 z) + z^2]/[D (P - q)]),

loss being the total one, sigma^2 included, and train = (1 - z/D)^2 loss.  `Pool.sums` gives all four without knowing
the population.  For P = infinity, with p = kappa (1 - z/N) and sums over the pool's own spectrum, this is the
*finite-pool equivalent*

    delta (1 - z/N) = p (D - z),     loss = alpha T_0/[(alpha - x)(1 - x) + (x - q)(1 - alpha)],     alpha = D/N,

derived independently as the loss off the training points of a random D of N points with Haar-distributed eigenvectors
(checked in the tests against that); at D = N it is generalised cross-validation on the whole pool.

**What it is worth on real data.**  `error` is the scatter from one pool to another, by the jackknife (on average 1.0 to
1.5 times the scatter of 24 pools: it errs on the safe side, but one estimate varies by a quarter).  Beside it there is
a bias, since eigenvectors are replaced by random ones.  Predicted/measured on held-out points, averaged over 6 pools of
digits and 3 of MNIST and known to a few hundredths (range over laplace, ntk, arccos1 and rbf at scale 1, rbf the worst;
tests/numerics/test_data_real.py):

                                     D <= N/8       N/4            N/2            4N/5
    MNIST, N = 1000    delta = 0     .99 to 1.02    .97 to .99     .89 to .95     .73 to .91
                       delta = 1     .99 to 1.01    .99            .96 to .98     .94 to .98
    digits, N = 600    delta = 0     .96 to 1.02    .91 to .97     .81 to .92     .65 to .86
                       delta = 1     1.00 to 1.02   .98 to 1.01    .96 to 1.00    .95 to .99

with a scatter from pool to pool of 1 to 4 % (MNIST) and 2 to 7 % (digits).  On other data the bias is another one, of
either sign and at any D: in few dimensions, with heavy tails, with repeated points.  Nothing here knows it; `trust.py`
finds it out on the pool at hand.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from ..core.precision import FLOAT64, Array
from ..errors import TauberInputError
from .pool import Pool, jackknife_error

_SMALLEST = sys.float_info.min / FLOAT64.eps**2  # of the target's power: losses of eps^2 of it keep all their digits
_ROOT = 1e-13  # relative width at which the search for p ends


@dataclass(frozen=True, eq=False)
class Predicted:
    """Predicted losses; all arrays have the common shape of `data` and `features`.

    Attributes
    ----------
    data, features : D and P (P = inf: the kernel itself)
    loss : total mean squared error on new points, summed over the outputs; inf at an interpolation peak
    train : mean squared error on the D training points
    error : standard error of `loss` from pool to pool; inf where the smaller pools of the jackknife do not reach
    kappa : effective ridge
    ridge : delta
    """

    data: Array
    features: Array
    loss: Array
    error: Array
    train: Array
    kappa: Array
    ridge: float


def predict(
    pool: Pool, data: object, *, features: object = math.inf, ridge: float = 0.0, errors: bool = True
) -> Predicted:
    """Losses after training on `data` points with `features` random features (inf: the kernel), from a pool.

    `data` and `features` are numbers or arrays that broadcast against each other; either may be infinite (training on
    the whole population: then the ridge must be 0), and fractional.  The smaller of the two must be at most N, and less
    than N without a ridge: a pool knows no more.  `ridge` is delta, not divided by D.

    The first `error` of a pool costs eight more decompositions; errors=False leaves it out (nan).

    Raises TauberInputError for sizes and ridges out of these ranges.
    """
    d, p = np.broadcast_arrays(np.asarray(data, dtype=float), np.asarray(features, dtype=float))
    _check(pool, d, p, ridge)
    found = [_one(pool, float(a), float(b), ridge) for a, b in zip(d.ravel(), p.ravel(), strict=True)]
    loss, train, kappa = (np.array(column).reshape(d.shape) for column in zip(*found, strict=True))
    error = _scatter(pool, d, p, ridge) if errors else np.full(d.shape, math.nan)
    return Predicted(d.copy(), p.copy(), loss, error, train, kappa, float(ridge))


def _scatter(pool: Pool, data: Array, features: Array, ridge: float) -> Array:
    """Jackknife error of the loss; inf where the loss is, or a smaller pool is too small."""
    error = np.full(data.shape, math.inf)
    within = np.minimum(data, features) < min(part.size for part in pool.smaller)
    if within.any():
        values = [
            predict(part, data[within], features=features[within], ridge=ridge, errors=False).loss
            for part in pool.smaller
        ]
        losses = np.stack(values)
        whole = np.isfinite(losses).all(axis=0)
        error[within] = np.where(whole, jackknife_error(np.where(whole, losses, 0.0)), math.inf)
    return error


def _check(pool: Pool, data: Array, features: Array, ridge: float) -> None:
    if not data.size or not ((data > 0).all() and (features > 0).all()):
        raise TauberInputError("The numbers of data and features must be positive.")
    if not (math.isfinite(ridge) and ridge >= 0):
        raise TauberInputError(f"The ridge must be a finite number >= 0, got {ridge!r}.")
    if pool.targets.any() and not _SMALLEST <= pool.power.sum() < math.inf:
        raise TauberInputError(
            f"The squares of the targets, of up to {abs(pool.targets).max():.3g}, leave the range of float64; multiply "
            "or divide the targets by a common factor."
        )
    size = np.minimum(data, features)
    if not (size <= pool.size if ridge > 0 else size < pool.size).all():
        raise TauberInputError(
            f"A pool of {pool.size} points predicts up to {pool.size} data or features, and less than that without a "
            f"ridge; got {size.max():g}."
        )
    if ridge > 0 and np.isinf(data).any():
        raise TauberInputError("Infinitely many data leave nothing of a ridge; take ridge=0 with data=inf.")


def degrees_of_freedom(pool: Pool, n: object) -> Array:
    """p with df1 = n, for n of any shape, 0 < n < rank."""
    sizes = np.asarray(n, dtype=float)
    return np.array([_root(pool, math.inf, float(size), 0.0) for size in sizes.ravel()]).reshape(sizes.shape)


def _one(pool: Pool, data: float, features: float, ridge: float) -> tuple[float, float, float]:
    """Loss, train loss and kappa of one point."""
    size = min(data, features)
    sums = pool.sums(_root(pool, data, features, ridge))
    z, q = float(sums.df1), float(sums.df2)
    if ridge == 0 and (data == features or size == pool.rank):  # the interpolation peak
        return math.inf, 0.0, float(sums.kappa)
    if ridge == 0 and size < pool.rank:
        z = size  # exactly, so that the train loss is exactly 0 where the student interpolates
    if math.isinf(features):
        share, amount = 1.0, q
    else:
        share, amount = (features - z) / (features - q), (q * (features - 2 * z) + z**2) / (features - q)
    loss = (float(sums.target) - float(sums.descent) * share) / (1 - amount / data)
    return loss, (1 - z / data) ** 2 * loss, float(sums.kappa)


def _root(pool: Pool, data: float, features: float, ridge: float) -> float:
    """p >= 0 of the fixed point: the zero of kappa (D - z)(1 - z/P) - delta, which increases with p."""
    size = min(data, features)
    if ridge == 0 and size >= pool.rank:
        return 0.0

    def misfit(log_p: float) -> float:
        sums = pool.sums(math.exp(log_p))
        z = float(sums.df1)
        if ridge == 0:
            return size - z
        return float(sums.kappa) * (data - z) * (1 - z / features) - ridge if z < size else -ridge

    low, high = math.log(pool.lam[pool.rank - 1]), math.log(pool.lam[0])
    while misfit(high) <= 0:
        high += 2.0
    while misfit(low) >= 0:
        low -= 2.0
    return math.exp(brentq(misfit, low, high, xtol=_ROOT))
