r"""Nearest neighbours and linear interpolation of D uniform points on the flat unit torus T^d: exact, and by chance.

With V_d = pi^(d/2)/Gamma(d/2 + 1), the distance r of a new point to its nearest data point has u = V_d r^d ~ Beta(1, D)
(for d = 1 at all D, for d > 1 up to the wrapped part (1 - V_d 2^-d)^D), hence

    E r^p = V_d^(-p/d) Gamma(1 + p/d) Gamma(D + 1)/Gamma(D + 1 + p/d).

For a plane wave f = sqrt 2 cos(2 pi m x_1 + phase), with unit power:

* one nearest neighbour: E (f(x) - f(x'))^2 = 2 (1 - E Omega_d(2 pi m r)), Omega_d(t) = 0F1(; d/2; -t^2/4), the mean of
  cos(t e_1) over directions e; to leading order (2 pi m)^2 E r^2/d ~ D^(-2/d);
* linear interpolation between neighbours on the circle (d = 1): a new point falls into a gap g with density
  D (D - 1) g (1 - g)^(D - 2), and with t = 2 pi m g the mean loss in such a gap, over phase and place, is

      5/3 + cos(t)/3 - 4 (1 - cos t)/t^2  =  t^4/120 - ...,

  to leading order (2 pi m)^4 D!/(D + 4)!: ~ D^-4.  Random points lose a factor 120 to a regular grid;
* for d = 2, 3 (Delaunay triangulation) no exact loss is known; ~ D^(-4/d).

Derived here; checked by simulation.  Means over draws of linear interpolation are heavy tailed (E g^5 counts).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import integrate, special
from scipy.interpolate import LinearNDInterpolator
from scipy.spatial import cKDTree

from ..core.precision import Array
from ..core.runs import Progress, at_least_two, mean_and_error, one_thread
from ..errors import TauberInputError

_MARGIN_FACTOR = 6.0  # periodic copies reach this many typical distances beyond the cell
_SERIES = 2.0  # t below which the loss in a gap is summed as its series


@dataclass(frozen=True, eq=False)
class Experiment:
    """Losses of independent draws of the data.

    Attributes
    ----------
    data : array of shape (n,), the sizes D
    loss, error : mean squared error and its standard error over the runs, (n,)
    runs : of every run, (runs, n)
    """

    data: Array
    loss: Array
    error: Array
    runs: Array


def neighbour_moment(dim: int, data: object, power: float) -> Array:
    """E r^power to the nearest of D points on the torus, `data` of any shape (real D > 0 allowed)."""
    _check_dim(dim)
    d = np.asarray(data, dtype=float)
    if not (d > 0).all() or not power > -dim:
        raise TauberInputError("The moment of the distance needs D > 0 and a power above -d.")
    ratio = power / dim
    log_volume = dim / 2 * math.log(math.pi) - math.lgamma(dim / 2 + 1)
    logs = math.lgamma(1 + ratio) - ratio * log_volume - _log_gamma_ratio(d, ratio)
    return np.asarray(np.exp(logs))


def plane_wave_neighbour_loss(dim: int, data: object, frequency: int = 1) -> Array:
    """Mean squared error of the nearest neighbour for a plane wave, `data` of any shape; float64 quadrature in u."""
    _check_dim(dim)
    volume = math.pi ** (dim / 2) / math.gamma(dim / 2 + 1)

    def one(size: float) -> float:
        def integrand(
            log_rest: float,
        ) -> float:  # u = 1 - e^(-log_rest/D): D (1 - u)^(D - 1) du = e^-log_rest dlog_rest
            r = (-math.expm1(-log_rest / size) / volume) ** (1 / dim)
            return _one_minus_wave(dim, 2 * math.pi * frequency * r) * math.exp(-log_rest)

        # in log_rest = s^d the integrand is smooth at 0
        value, _ = integrate.quad(
            lambda s: integrand(s**dim) * dim * s ** (dim - 1), 0, 45 ** (1 / dim), epsabs=0, epsrel=1e-11, limit=400
        )
        return 2 * float(value)

    sizes = np.asarray(data, dtype=float)
    if not (sizes > 0).all():
        raise TauberInputError("The number of data must be positive.")
    return np.array([one(float(size)) for size in sizes.ravel()]).reshape(sizes.shape)


def plane_wave_interpolation_loss(data: object, frequency: int = 1) -> Array:
    """Mean squared error of linear interpolation on the circle for a plane wave; `data` >= 2, of any shape."""
    sizes = np.asarray(data, dtype=float)
    if not (sizes >= 2).all():
        raise TauberInputError("Linear interpolation on the circle needs at least 2 points.")

    def one(size: float) -> float:
        def integrand(s: float) -> float:  # g = s/(D - 1): (1 - g)^(D - 2) -> e^-s
            g = s / (size - 1)
            density = size * g * math.exp((size - 2) * math.log1p(-g)) if g < 1 else 0.0
            return density * float(_gap_loss(np.array(2 * math.pi * frequency * g)))

        value, _ = integrate.quad(integrand, 0, min(size - 1, 120.0), epsabs=0, epsrel=1e-11, limit=800)
        return float(value)

    return np.array([one(float(size)) for size in sizes.ravel()]).reshape(sizes.shape)


def nearest_neighbour(
    dim: int,
    data: object,
    *,
    seed: int,
    runs: int = 20,
    tests: int = 2000,
    frequency: int = 1,
    progress: Progress | None = None,
) -> Experiment:
    """Simulated loss of the nearest neighbour for a plane wave on T^dim, `data` whole numbers D >= 1, shape (n,)."""
    _check_dim(dim)
    return _simulated(dim, data, 1, seed, runs, tests, frequency, _by_neighbour, progress)


@one_thread  # thousands of tiny solves, for which BLAS threads contend
def linear_interpolation(
    dim: int,
    data: object,
    *,
    seed: int,
    runs: int = 20,
    tests: int = 2000,
    frequency: int = 1,
    progress: Progress | None = None,
) -> Experiment:
    """Simulated loss of piecewise linear interpolation on T^dim, dim <= 3, for a plane wave; D >= 2 (d > 1: >= 20)."""
    if dim not in (1, 2, 3):
        raise TauberInputError(f"Linear interpolation is offered on tori of dimension 1, 2 and 3, got {dim!r}.")
    method = _on_circle if dim == 1 else _delaunay
    return _simulated(dim, data, 2 if dim == 1 else 20, seed, runs, tests, frequency, method, progress)


def _check_dim(dim: int) -> None:
    if isinstance(dim, bool) or not isinstance(dim, int) or not 1 <= dim <= 20:
        raise TauberInputError(f"The dimension of the torus must be a whole number from 1 to 20, got {dim!r}.")


def _log_gamma_ratio(d: Array, r: float) -> Array:
    """log Gamma(d + 1 + r)/Gamma(d + 1), through the beta function, which keeps its digits for large d."""
    if r == 0:
        return np.zeros_like(d)
    if r > 0:
        return np.asarray(math.lgamma(r) - special.betaln(d + 1, r))
    return np.asarray(special.betaln(d + 1 + r, -r) - math.lgamma(-r))


def _one_minus_wave(dim: int, t: float) -> float:
    """1 - 0F1(; d/2; -t^2/4), without cancellation for small t."""
    y = -t * t / 4
    if abs(y) > dim / 8:
        return 1 - float(special.hyp0f1(dim / 2, y))
    term, total = 1.0, 0.0
    for k in range(30):  # terms fall at least as 4^-k/k!
        term *= y / ((dim / 2 + k) * (k + 1))
        total += term
    return -total


def _gap_loss(t: Array) -> Array:
    """5/3 + cos(t)/3 - 4 (1 - cos t)/t^2 = sum_{k >= 2} (-1)^k t^2k [1/3 - 4/((2k+1)(2k+2))]/(2k)!"""
    small = t < _SERIES
    safe = np.where(small, 1.0, t)
    direct = 5 / 3 + np.cos(safe) / 3 - 8 * np.sin(safe / 2) ** 2 / safe**2
    u = np.where(small, t, 0.0) ** 2
    series = sum((-u) ** k / math.factorial(2 * k) * (1 / 3 - 4 / ((2 * k + 1) * (2 * k + 2))) for k in range(2, 16))
    return np.where(small, series, direct)


def _simulated(
    dim: int,
    data: object,
    least: int,
    seed: int,
    runs: int,
    tests: int,
    frequency: int,
    method: Callable[[Array, Array, Array], Array],
    progress: Progress | None,
) -> Experiment:
    sizes = np.atleast_1d(np.asarray(data))
    if sizes.ndim != 1 or not ((sizes >= least) & (sizes == np.floor(sizes))).all():
        raise TauberInputError(f"The numbers of data must be whole and at least {least}.")
    at_least_two("runs", runs)
    generator = np.random.default_rng(seed)
    losses = np.empty((runs, sizes.size))
    for run in range(runs):
        for i, size in enumerate(sizes):
            points, new = generator.random((int(size), dim)), generator.random((tests, dim))
            phase = 2 * math.pi * generator.random()

            def wave(x: Array, phase: float = phase) -> Array:
                return math.sqrt(2) * np.cos(2 * math.pi * frequency * x[:, 0] + phase)

            losses[run, i] = ((method(points, wave(points), new) - wave(new)) ** 2).mean()
            if progress is not None:
                progress(run * sizes.size + i + 1, runs * sizes.size)
    return Experiment(sizes, *mean_and_error(losses), losses)


def _by_neighbour(points: Array, values: Array, new: Array) -> Array:
    _, index = cKDTree(points, boxsize=1.0).query(new)
    return values[index]


def _on_circle(points: Array, values: Array, new: Array) -> Array:
    return np.interp(new[:, 0], points[:, 0], values, period=1.0)


def _delaunay(points: Array, values: Array, new: Array) -> Array:
    """With periodic copies in a margin so wide that no simplex of the cell is cut (the copies of few points: all)."""
    dim = points.shape[1]
    margin = min(1.0, _MARGIN_FACTOR * len(points) ** (-1 / dim))
    copies, kept = [], []
    for shift in itertools.product((-1, 0, 1), repeat=dim):
        moved = points + np.array(shift)
        inside = ((moved > -margin) & (moved < 1 + margin)).all(axis=1)
        copies.append(moved[inside])
        kept.append(values[inside])
    return np.asarray(LinearNDInterpolator(np.concatenate(copies), np.concatenate(kept))(new))
