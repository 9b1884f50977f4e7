r"""What a pool of N points shows of the population behind it.

    K/N = sum_k lam_k u_k u_k^T,     v_k = sum_c (u_k . y_c)^2/N            (c: the outputs; sum_k v_k = mean |y|^2)

are the empirical spectrum and the target's power on it.  They are *not* the population's: N points contain the whole
target, and the smallest eigenvalues flatten.  But sums over them are, at another ridge (derived here; for Gaussian
features it is the deterministic equivalent read backwards).  With

    p > 0,  x = (1/N) sum lam/(lam + p),  q = (1/N) sum (lam/(lam + p))^2,  T_1 = sum v p/(lam + p),
    T_2 = sum v p lam/(lam + p)^2,

the population's resolvent sums at kappa = p/(1 - x) are (z = df1, the target's noise sigma^2 comes along)

    df1 = N x,     df2 = N x - N (x - q)(1 - x)/(1 - 2 x + q),
    T1 + sigma^2 = T_1/(1 - x),     T2 = [T_2 - T_1 (x - q)/(1 - x)]/(1 - 2 x + q)

(df1 and T1: 1/kappa = (1/N) tr (K/N + p)^-1 is the companion Stieltjes transform, and p y^T (K/N + p)^-1 y/N = T_1;
df2 and T2 are df1 + kappa df1' and kappa T1', with d log kappa/d log p = (1 - 2 x + q)/(1 - x)),
for all kappa from kappa_0 = lim_{p -> 0} p/(1 - x), where df1 = N, upwards: N points know N degrees of freedom.  The
factor 1/(1 - x) is what a naive use of the pool's spectrum lacks; everything in `predict.py` and `fit.py` is built on
these four functions.

**A constant in the target.**  The students have no bias, and a kernel need not know constant functions.  To it the mean
d ~ |y|/sqrt(N) of a sample, which centring takes off, is label noise: it adds d^2 to T1 + sigma^2 at every kappa, for a
steep target many errors of the noise.  With V orthonormal and V^T 1 = 0, 1 = (1, ..., 1), the N - 1 *contrasts* of the
points, V^T K V and V^T y, hold no constant, whatever was taken off; of Gaussian points they are N - 1 others.  With
R = (K + N p)^-1 their resolvent is, on the points (restricted maximum likelihood),

    P = V (V^T K V + N p)^-1 V^T = R - R 1 1^T R/(1^T R 1),     P y = R (y - beta 1),     beta = 1^T R y/(1^T R 1),

and from it come T1 + sigma^2 = y^T P y/tr P and T1 - T2 + sigma^2 = y^T P^2 y/tr P^2 (the formulas above, for R).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from ..core.precision import FLOAT64, Array
from ..core.runs import one_thread
from ..errors import TauberInputError
from .problem import MAX_POINTS

_ROUND_OFF = 16 * FLOAT64.eps  # of computed eigenvalues over the largest (measured in dynamical/training_data.py)
_GROUPS = 8


@dataclass(frozen=True, eq=False)
class Sums:
    """The population's resolvent sums at `kappa`, as the pool knows them; arrays of the shape of p.

    `target` is T1 + sigma^2, `descent` is T2; see the module's docstring.
    """

    kappa: Array
    df1: Array
    df2: Array
    target: Array
    descent: Array


@dataclass(frozen=True, eq=False)
class Pool:
    """The spectrum of a pool of N points and the target's power on it.

    Attributes
    ----------
    lam : array of shape (N,), descending
        eigenvalues of K/N; zero where they are below 16 eps N of the largest.
    turned : array of shape (N, outputs)
        the targets in the basis of the eigenvectors.
    ones : array of shape (N,)
        the vector (1, ..., 1) in it.
    kernel, targets : what it was made of, (N, N) and (N, outputs)
    """

    lam: Array
    turned: Array = field(repr=False)
    ones: Array = field(repr=False)
    kernel: Array = field(repr=False)
    targets: Array = field(repr=False)

    @property
    def size(self) -> int:
        """N."""
        return len(self.lam)

    @cached_property
    def power(self) -> Array:
        """v_k, summed over the outputs, (N,)."""
        return np.asarray((self.turned**2).sum(axis=1)) / self.size

    @property
    def rank(self) -> int:
        """How many eigenvalues are not zero."""
        return int((self.lam > 0).sum())

    @property
    def null_power(self) -> float:
        """Power of the target on modes with eigenvalue zero: what no amount of training learns on this pool."""
        return float(self.power[self.lam == 0].sum())

    @property
    def constant(self) -> bool:
        """Whether the targets are the same on all points, up to their round-off."""
        apart = reflected(self.targets)[1:]
        return bool((abs(apart) <= _ROUND_OFF * abs(self.targets).max(axis=0)).all())

    @property
    def scale(self) -> float:
        """Mean of K(x, x) over the pool, the unit in which a ridge is large or small."""
        return float(np.trace(self.kernel)) / self.size

    @cached_property
    def smaller(self) -> tuple[Pool, ...]:
        """Pools without one of 8 random groups of the points each, for `jackknife_error`."""
        groups = np.array_split(np.random.default_rng(0).permutation(self.size), min(_GROUPS, self.size // 2))
        rest = [np.setdiff1d(np.arange(self.size), group) for group in groups]
        return tuple(pool_of(self.kernel[np.ix_(kept, kept)], self.targets[kept]) for kept in rest if len(kept) >= 2)

    def sums(self, p: object) -> Sums:
        """The population's sums at kappa = p/(1 - x), for p >= 0 of any shape (p = 0: needs rank < N)."""
        given = np.asarray(p, dtype=float)
        if not (given >= 0).all() or (self.rank == self.size and not (given > 0).all()):
            raise TauberInputError("The ridge p must be positive (or 0, if the kernel matrix is singular).")
        flat = given.ravel()[:, None]
        learned = np.where(self.lam > 0, self.lam, 0.0) / np.where(self.lam > 0, self.lam + flat, 1.0)
        left = np.where(self.lam > 0, flat / np.where(self.lam > 0, self.lam + flat, 1.0), 1.0)
        x, one_minus_x, x_minus_q = learned.mean(axis=1), left.mean(axis=1), (learned * left).mean(axis=1)
        steep = (left**2).mean(axis=1)  # 1 - 2x + q
        first, second = left @ self.power, (left * learned) @ self.power
        df1 = self.size * x
        df2 = df1 - self.size * x_minus_q * one_minus_x / steep
        descent = (second - first * x_minus_q / one_minus_x) / steep
        values = (flat[:, 0] / one_minus_x, df1, df2, first / one_minus_x, descent)
        return Sums(*(value.reshape(given.shape) for value in values))

    def losses(self, p: Array) -> tuple[Array, Array]:
        """T1 + sigma^2 and T1 - T2 + sigma^2 by the contrasts of the points, for p > 0 of shape (n,)."""
        left = p[:, None] / (self.lam + p[:, None])  # eigenvalues of N p R
        share = left * self.ones**2 / (left @ self.ones**2)[:, None]
        constants = [(line * self.ones) @ self.turned / (line @ self.ones**2) for line in left]
        square = np.array([((self.turned - np.outer(self.ones, c)) ** 2).sum(axis=1) for c in constants])
        first, second = (left * share).sum(axis=1), (left**2 * share).sum(axis=1)
        return (
            (left * square).sum(axis=1) / (left.sum(axis=1) - first),
            (left**2 * square).sum(axis=1) / ((left**2).sum(axis=1) - 2 * second + first**2),
        )


def jackknife_error(values: Array) -> Array:
    """Standard error of a quantity from its values on `Pool.smaller`, over the first axis: drawing another pool.

    Delete-a-group jackknife: sqrt(G - 1) times the standard deviation (divisor G) of the G values.
    """
    return np.asarray(np.sqrt(len(values) - 1) * values.std(axis=0))


def reflected(columns: Array) -> Array:
    """H times these columns, H the Householder reflection of (1, ..., 1) to the first axis; V is its other columns."""
    normal = np.full(len(columns), 1 / np.sqrt(len(columns)))
    normal[0] += 1.0  # |normal|^2 = 2 normal[0]
    return np.asarray(columns - np.outer(normal, normal @ columns) / normal[0])


@one_thread
def pool_of(kernel_matrix: object, targets: object) -> Pool:
    """The pool with this kernel matrix, (N, N), and targets, (N,) or (N, outputs).

    Targets should be centred: the students have no bias.  Raises TauberInputError for a matrix that is zero, or not
    finite, symmetric and positive semidefinite, or of another size than the targets.
    """
    k, y = np.asarray(kernel_matrix, dtype=float), np.asarray(targets, dtype=float)
    y = y[:, None] if y.ndim == 1 else y
    if k.ndim != 2 or k.shape[0] != k.shape[1] or y.ndim != 2 or len(y) != len(k) or not 2 <= len(k) <= MAX_POINTS:
        raise TauberInputError(
            f"The kernel matrix must be N x N and the targets N x outputs, 2 <= N <= {MAX_POINTS}, got shapes "
            f"{k.shape} and {y.shape}."
        )
    if not (np.isfinite(k).all() and np.isfinite(y).all()):
        raise TauberInputError("The kernel matrix and the targets must be finite.")
    if not k.any():
        raise TauberInputError(
            f"The kernel matrix is zero on all {len(k)} points, and so is every student; check how it was computed."
        )
    if abs(k - k.T).max() > _ROUND_OFF * len(k) * abs(k).max():
        raise TauberInputError("The kernel matrix must be symmetric; take (K + K^T)/2 if it is so up to rounding.")
    values, basis = np.linalg.eigh((k + k.T) / 2)
    top = abs(values).max()
    if values[0] < -_ROUND_OFF * len(k) * top:
        raise TauberInputError(
            f"The kernel matrix must be positive semidefinite, its smallest eigenvalue is {values[0]:.3g} (largest: "
            f"{values[-1]:.3g}); check how it was computed."
        )
    lam = np.where(values > _ROUND_OFF * len(k) * top, values, 0.0)[::-1] / len(k)
    return Pool(lam, (basis.T @ y)[::-1], basis.sum(axis=0)[::-1], k, y)
