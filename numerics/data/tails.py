r"""The target's power beyond n degrees of freedom, and what every point of a pool adds to it.

`pool.py` gives the population's T1 + sigma^2 as a function of kappa.  Modes far above kappa are in it with
1 - s = kappa/(lambda + kappa) ~ kappa/lambda, so that a target of few modes still falls as kappa ~ n^-b and hides every
exponent above b.  Differentiating by log kappa sharpens the cut and leaves the noise alone:

    E_1 = T1 + sigma^2 = sum_k v_k (1 - s_k) + sigma^2,     E_{m+1} = E_m - (1/m) dE_m/dlog kappa,
    E_m = sum_k v_k (1 - s_k)^m + sigma^2                                                  (d(1-s)^m = m (1-s)^m s).

E_3 is used: it falls as n^-min(a - 1, 3 b), to which sigma^2 is added.  (A fourth costs more in noise than it gains.)

**Deleting a point.**  All is of the contrasts of the points (`pool.py`): no constant in the target counts.  With
P = V (V^T K V + delta)^-1 V^T, delta = N p, the sums need t = tr P and J = y^T P y only:

    kappa = 1/t,     E_1 = J/t,     n = df1 = N - 1 - delta t,

and the pool without point i has, exactly (block inverse: to leave a point out is to let its target be anything),

    t_i = t - (P^2)_ii/P_ii,     J_i = J - |(P y)_i|^2/P_ii,     N_i = N - 1,

the same holding for all delta, so for the derivatives by delta: they are kept as Taylor series in log delta's place,
delta (1 + e).  At the delta that restores n (to first order) the difference from the whole pool is the point's
influence; the sum over the points of products of influences is the jackknife's covariance of E_3 at several n (Efron
1982).  It knows heavy tails, outputs that go together, and noise that is not Gaussian, and unlike a jackknife over few
parts it needs no Student factor.

**What the jackknife counts more than once.**  It errs high (Efron and Stein 1981: what k points do together counts k
times), in some directions twofold.  By how much can be said for Gaussian points (derived here; compared with draws in
the tests).  J - J_i = h_i^2 P_ii, where h_i = (P y)_i/P_ii is the error, at point i, of the student trained on the
others, and P_ii ~ t/N.  Add the points one by one: Var J is the sum over them of the variance of the expected change
(a martingale), that is of Cov(h^2, g^2), h and g being the errors at the new point of two students that share the
points before it and have others of their own for those to come.  The jackknife takes students that share all of them.
For Gaussian points the covariance is 2 (E h g)^2, also at two ridges and kappas; if the shared part is a fraction f,

    E h g = B + sigma^2 + f x E h g,    B = sum_k v_k (1 - s_k)(1 - s'_k),    x = (1/N) sum_k s_k s'_k,

so that the mean over f of (E h g)^2 is (B + sigma^2)^2/(1 - x), and at f = 1 it is (B + sigma^2)^2/(1 - x)^2: the
jackknife is 1/(1 - x) times too large.  As the pool has it (E h g at f = 1 is N y^T P P' y/(t t'), and
1 - x = t t'/(N tr P P'); the y of several outputs are columns, |.| the root of the sum of squares),

    Cov(J, J') = 2 |y^T P P' y|^2/tr(P P'),     jackknife: 2 N |y^T P P' y|^2/(t t').

t scatters less than J by 1/sqrt(N), so both carry over to E_3, which is linear in J(delta) and its derivatives.  The
difference of the two is subtracted from the jackknife.  It is *only* the Gaussian part: what heavy tails add to the
jackknife is left in, on the safe side.  In no direction is a larger share subtracted than the largest that the
difference has of the Gaussian jackknife: where chance made the jackknife small, nothing would be left.

A small pool, whose jackknife is small in some directions by chance, cannot show that its points scatter less than
Gaussian ones: `cautious`, from which errors are made, is in no direction less than of these (128 points: errors of the
noise become 9 to 16 % larger).  Whether a target is a power law is judged without that, which would hide what is none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import linalg

from ..core.precision import Array
from ..core.runs import one_thread
from .pool import Pool, reflected
from .predict import degrees_of_freedom

ORDER = 3
"""m of E_m."""

Series = list[Array]
"""Coefficients of e^0, e^1, ...: numbers, or one per point."""


@dataclass(frozen=True, eq=False)
class Tails:
    """E_3 at n degrees of freedom.

    Attributes
    ----------
    n : array of shape (n,)
    value : of E_3, the noise included, (n,)
    jackknife : covariance of log E_3 over draws of the pool, as the jackknife has it, (n, n)
    gaussian, excess : that covariance for Gaussian points, and by how much the jackknife exceeds it for them, (n, n)
    """

    n: Array
    value: Array
    jackknife: Array
    gaussian: Array
    excess: Array

    @property
    def covariance(self) -> Array:
        """Of log E_3 over draws of the pool: the jackknife without its excess."""
        expected = self.gaussian + self.excess
        if not (_definite(expected) and _definite(self.jackknife)):
            return self.jackknife  # round-off is above chance: the jackknife, which has both, is safe
        most = linalg.eigvalsh(self.excess, expected)[-1]
        share, back = _along(self.excess, self.jackknife)
        return np.asarray((back.T * (1 - np.clip(share, 0, most))) @ back)

    @property
    def cautious(self) -> Array:
        """The same, but in no direction less than for Gaussian points."""
        if not _definite(self.covariance):
            return self.covariance
        share, back = _along(self.gaussian, self.covariance)
        return np.asarray((back.T * np.maximum(share, 1)) @ back)


def _along(matrix: Array, metric: Array) -> tuple[Array, Array]:
    """Shares s and B with matrix = B^T s B and metric = B^T B."""
    shares, directions = linalg.eigh(matrix, metric)  # directions^T metric directions = 1
    return np.asarray(shares), np.asarray(linalg.inv(directions))


def _definite(matrix: Array) -> bool:
    """Whether a symmetric matrix is positive definite beyond its rounding, which differs between processors."""
    values = linalg.eigvalsh(matrix)
    return bool(values[0] > len(values) * np.finfo(float).eps * values[-1])


@dataclass(frozen=True, eq=False)
class _Level:
    """A pool at one ridge, series in e, the ridge being delta (1 + e).

    `powers` are the eigenvalues of delta P, (ORDER, N - 1); `t` its trace; `weights` those of the coefficients of
    delta y^T P y in E_3; `value` is E_3, and `influence` its change without each of the points.
    """

    powers: Array
    t: Array
    weights: Array
    value: float
    influence: Array


@one_thread
def tails_of(pool: Pool, n: Array) -> Tails:
    """E_3 of a pool at n degrees of freedom, each below its rank.

    The ridges are those of the pool as it is, as for b: a constant that the kernel knows is one of its modes.
    """
    kernel, y = reflected(reflected(pool.kernel).T)[1:, 1:], reflected(pool.targets)[1:]  # V^T K V, V^T y
    values, basis = np.linalg.eigh((kernel + kernel.T) / 2)
    unit = float((y**2).sum()) / pool.size
    lam, turned = np.maximum(values, 0.0), basis.T @ y / np.sqrt(unit)
    basis = reflected(np.vstack([np.zeros(len(lam)), basis]))  # eigenvectors of P, on the points
    square = basis**2
    ridges = pool.size * degrees_of_freedom(pool, np.asarray(n))
    levels = [_level(float(delta), lam, basis, square, turned) for delta in ridges]
    value = np.array([level.value for level in levels])
    influence = np.array([level.influence for level in levels]) / value[:, None]
    influence -= influence.mean(axis=1, keepdims=True)
    gram = (turned @ turned.T) ** 2
    pairs = np.array([[_gaussian(one, other, gram) for other in levels] for one in levels])
    gaussian, jackknife = np.moveaxis(pairs, -1, 0) / np.outer(value, value)
    return Tails(np.asarray(n, dtype=float), unit * value, influence @ influence.T, gaussian, jackknife - gaussian)


def _level(delta: float, lam: Array, basis: Array, square: Array, turned: Array) -> _Level:
    g = delta / (lam + delta)
    powers = [(-1) ** j * g ** (j + 1) for j in range(ORDER + 1)]  # P(delta + d) = sum_j (-d)^j P^(j+1)
    t, diagonal = [p.sum() for p in powers], [square @ p for p in powers]
    energy = [(p @ turned**2).sum() for p in powers]
    solved = [basis @ (p[:, None] * turned) for p in powers]
    squares = [sum((solved[i] * solved[k - i]).sum(axis=1) for i in range(k + 1)) for k in range(ORDER + 1)]
    second = [(j + 1) * (-1) ** j * (square @ g ** (j + 2)) for j in range(ORDER + 1)]
    without_t = [a - b for a, b in zip(t, _quotient(second, diagonal), strict=True)]
    without_energy = [a - b for a, b in zip(energy, _quotient(squares, diagonal), strict=True)]
    whole = float(_sharpened(t, energy)[0])
    rest = _sharpened(without_t, without_energy)
    step = (t[0] - 1 - without_t[0]) / (without_t[0] + without_t[1])  # n = N - (1 + e) t, and N - 1 without a point
    units = np.eye(ORDER + 1)[:ORDER]
    weights = np.array([_sharpened(t, list(unit))[0] for unit in units])
    return _Level(np.array(powers[:ORDER]), np.array(t[:ORDER]), weights, whole, rest[0] + step * rest[1] - whole)


def _gaussian(one: _Level, other: _Level, gram: Array) -> tuple[float, float]:
    """Covariance of E_3 at two levels, and what the jackknife makes of it; gram: |y_k . y_l|^2 in the eigenbasis."""
    products = (one.powers[:, None] * other.powers).reshape(-1, len(gram))
    terms = (products @ gram @ products.T).reshape(4 * (ORDER,))
    squared = np.zeros((ORDER, ORDER))
    for j, k in np.ndindex(ORDER, ORDER):
        squared[j:, k:] += terms[j, k, : ORDER - j, : ORDER - k]
    kinds = (one.powers @ other.powers.T, np.outer(one.t, other.t) / len(gram))
    exact, jackknife = (one.weights @ _double_quotient(2 * squared, kind) @ other.weights for kind in kinds)
    return float(exact), float(jackknife)


def _sharpened(t: Series, energy: Series) -> Series:
    """E_3 and its derivative by e from the series of tr P and y^T P y."""
    slope = [(k + 1) * t[k + 1] for k in range(ORDER)]
    log_kappa = [-a for a in _quotient(slope, t[:ORDER])]  # d log kappa/de
    found = _quotient(energy, t)
    for m in range(1, ORDER):
        rate = [(k + 1) * found[k + 1] for k in range(len(found) - 1)]
        turned = _quotient(rate, log_kappa[: len(rate)])
        found = [a - b / m for a, b in zip(found, turned, strict=False)]
    return found


def _quotient(a: Series, b: Series) -> Series:
    """Of two truncated Taylor series."""
    found: Series = []
    for k in range(len(a)):
        found.append((a[k] - sum(found[i] * b[k - i] for i in range(k))) / b[0])
    return found


def _double_quotient(a: Array, b: Array) -> Array:
    """The same of series in two variables."""
    found = np.zeros_like(a)
    for j, k in np.ndindex(*a.shape):
        found[j, k] = (a[j, k] - (found[: j + 1, : k + 1] * b[j::-1, k::-1]).sum()) / b[0, 0]
    return found
