"""Claims: the exponent alpha_K that smoothness and dimension give.

In order of size, degeneracies counted, eigenvalues fall like ``j^-(1 + alpha_K)``. On spheres the slopes of log
eigenvalue against log rank, at degrees in equal ratios, are extrapolated like any other. On tori a rank is a number
of lattice points in a ball, which differs from the ball's volume by a relative O(R^(-4/3)) without any regularity
(Sierpinski): the eigenvalues over their law, constant included, are to tend to one at that rate.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial

from ..claim import Comparison, Kind
from ..measure import compare_exponent, compare_limit, slopes_of
from ..papers import SPECTRUM
from ..source import derived_here
from ..topic import topic
from ..typed import typed
from .spectra import SPHERES, alive, sphere, torus

SHELLS = {"laplace": (12, 24, 48, 96, 192)}
FAR_SHELLS = (75, 150, 300, 600, 1200)
"""Degrees; the eigenvalues of the Laplace kernel are sums that take longer."""
RADII = {1: (8, 32, 128, 512), 2: (8, 32, 128, 512), 3: (5, 10, 20, 40, 80)}
SMOOTHNESS = ("1/2", "3/2")
LATTICE = 4 / 3


@cache
def _harmonics(dim: int, degree: int) -> int:
    """N(d, l); kept, since three kernels count the same ones."""
    from ...theory.spectra.sphere import degeneracy

    return int(degeneracy(dim, degree))


def ranked_sphere(kernel: str, dim: int) -> tuple[list[float], list[float]]:
    """Eigenvalues at degrees in equal ratios, and their rank: all larger ones and half of their own."""
    geometry = sphere(kernel, dim)
    values, ranks = [], []
    for stop in SHELLS.get(kernel, FAR_SHELLS):
        degree = alive(geometry, stop)
        below = range(degree % 2 if geometry.decay.step == 2 else 0, degree, geometry.decay.step)
        low = {n for n in range(3) if n not in below and geometry.value(n, 17) > 0}
        count = sum(_harmonics(dim, n) for n in (*below, *low))
        values.append(float(geometry.value(degree, 17)))
        ranks.append(count + _harmonics(dim, degree) / 2)
    return values, ranks


def lattice_points(dim: int) -> list[float]:
    """Points of Z^dim within the radii, half of those on the sphere itself."""
    import numpy as np

    line = np.arange(-RADII[dim][-1], RADII[dim][-1] + 1, dtype=np.int32) ** 2
    squares = line
    for _ in range(dim - 1):
        squares = np.add.outer(squares, line)
    return [float((squares < r**2).sum() + (squares == r**2).sum() / 2) for r in RADII[dim]]


def compare_sphere(kernel: str, dim: int, alpha: float | None = None) -> Comparison:
    """Slopes of log eigenvalue against log rank beside -(1 + alpha_K), or another alpha."""
    values, ranks = ranked_sphere(kernel, dim)
    derived = float(sphere(kernel, dim).alpha_K) if alpha is None else alpha
    what = f"slope of eigenvalues against rank, {kernel} on S^{dim}, to rank {ranks[-1]:g}"
    return compare_exponent(what, -(1 + derived), *slopes_of(values, [0.0] * len(values), ranks))


def compare_torus(dim: int, nu: str) -> Comparison:
    """Eigenvalues over (2 pi h)^-(2 nu + d) (V_d/j)^(1 + alpha_K) at rank j."""
    from ...theory.spectra.torus import ball

    geometry = torus(dim, nu)
    size, volume, alpha = float(geometry.decay.constant), float(ball(dim)), float(geometry.alpha_K)
    shares = [
        float(geometry.value(radius**2, 17)) / (size * (volume / rank) ** (1 + alpha))
        for radius, rank in zip(RADII[dim], lattice_points(dim), strict=True)
    ]
    what = f"eigenvalue over its law in the rank, matern, nu = {nu}, on T^{dim}, R = {RADII[dim][-1]}"
    return compare_limit(what, shares, RADII[dim], LATTICE)


SMOOTH = {"laplace": "1/d", "arccos0": "1/d", "arccos1": "3/d", "ntk": "1/d", "matern": "2 nu/d"}
claim = topic(
    "geometry.alpha_K",
    kind=Kind.EXPONENT,
    order_of_limits="rank to infinity",
    source=derived_here(f"of the paper is the bound alone: {SPECTRUM}"),
    derived_by="tauber.theory.models.geometry.Sphere.alpha_K, Torus.alpha_K",
    measured_by="tauber.theory.models.geometry.Sphere.value, Torus.value",
)


def _check(kernel: str) -> Iterator[Comparison]:
    if kernel in SPHERES:
        return (compare_sphere(kernel, dim) for dim in (1, 2, 3))
    return (compare_torus(dim, nu) for dim in RADII for nu in SMOOTHNESS)


for _kernel, _exponent in SMOOTH.items():
    _where, _scales = ("unit sphere S^d", FAR_SHELLS) if _kernel in SPHERES else ("flat unit torus T^d", RADII[1])
    claim(
        _kernel,
        f"alpha_K from smoothness and dimension: {_exponent} for {_kernel}",
        typed("lambda_(j) ~ j^-(1 + alpha_K)", f"alpha_K = {_exponent.replace(' ', '*')}"),
        each=len(_scales),
        assumptions=f"{_where}, d = 1, 2, 3, uniform probability; no average: a statement about the kernel",
    )(partial(_check, _kernel))
