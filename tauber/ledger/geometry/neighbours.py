"""Claims: what resolution alone allows on a manifold of dimension d: the rates 1/d, 2/d and 4/d, with their constants.

D independent uniform points on the flat torus T^d. The nearest of them is at a distance with known moments, all else is
Taylor's formula: the mean error of the nearest neighbour's value falls like D^(-1/d), the mean squared one like
D^(-2/d), that of linear interpolation like D^(-4/d). The paper states these as upper bounds for smooth targets; for a
plane wave they are attained. For d = 1 and the nearest neighbour the losses are exact at every D; for linear
interpolation with d = 2 only the slope is measured.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from typing import Any

from ..claim import Comparison, Kind
from ..families.draws import ERRORS, STANDARD_ERRORS, compare_mean
from ..measure import compare_exponent, compare_limit, slopes_of
from ..papers import MANIFOLD
from ..source import derived_here
from ..topic import equation, topic
from ..typed import typed

DIMENSIONS = (1, 2, 3, 4)
FAR = (1e3, 1e4, 1e5, 1e6, 1e7)
DRAWN = (300, 1000)
DELAUNAY = (400, 1600, 6400)
PLANE_RUNS = 12
RUNS = 60
_FINE = 1e-9
ROUNDING = 1e-11  # of gamma functions at large arguments


claim = topic(
    "geometry.neighbours",
    kind=Kind.EXPONENT,
    assumptions="flat unit torus, uniform independent points, plane wave; average: over points and phase",
    order_of_limits="infinitely many parameters (the rule interpolates), D to infinity",
    source=derived_here(f"of the paper are orders and bounds alone: {MANIFOLD}"),
    derived_by="tauber.theory.models.geometry.neighbours",
    measured_by="tauber.numerics.data.nearest_neighbour",
)


def gradient(power: int) -> float:
    """E |grad f|^power of f = sqrt2 cos(2 pi x_1 + phase), for power 1 or 2."""
    return (2 * math.pi) ** 2 if power == 2 else 2 * math.pi * math.sqrt(2) * 2 / math.pi


def derived(name: str, dim: int, size: float) -> float:
    """A derived leading error of the symbolic wing at D = size, for the plane wave."""
    from sympy import Float

    from ...theory.models.geometry import neighbours

    formula = {"mean": neighbours.mean_error, "squared": neighbours.squared_error}[name](dim)
    return float(formula.subs(neighbours.DATA, Float(size, 30))) * gradient(1 if name == "mean" else 2)


def _state(name: str, left: str, *of: int) -> Any:
    """A formula of the symbolic wing by its name, at a power or a dimension."""
    from ...theory.models.geometry import neighbours

    return equation(left, getattr(neighbours, name)(*of))


@claim(
    "distance",
    "Moments of the distance to the nearest of D points, exactly (shown for d = 3)",
    partial(_state, "nearest_distance", "mean squared distance", 2, 3),
    each=2 * RUNS,
    kind=Kind.IDENTITY,
    assumptions="flat unit torus, uniform independent points; average: over points",
    order_of_limits="none: at every D (d > 1: up to terms (1 - V_d 2^-d)^D)",
    source=derived_here(),
    measured_by="tauber.numerics.data.neighbour_moment",
)
def _check_distance(seed: int) -> Iterator[Comparison]:
    """Moments of the nearest distance: the two wings, and drawn points."""
    import numpy as np
    from scipy.spatial import cKDTree

    from ...numerics.core.runs import mean_and_error
    from ...numerics.data import neighbour_moment
    from ...theory.models.geometry import neighbours

    generator = np.random.default_rng(seed)
    for dim in DIMENSIONS:
        for power in (1, 2):
            exact = float(neighbours.nearest_distance(power, dim).subs(neighbours.DATA, 500).evalf(20))
            share = float(neighbour_moment(dim, 500, power)) / exact
            what = f"E r^{power} of the numeric wing over the derived one, d = {dim}, D = 500"
            yield Comparison(what, 1.0, share, ROUNDING, "round-off", _FINE)
            runs = []
            for _ in range(2 * RUNS):
                points, new = generator.random((500, dim)), generator.random((500, dim))
                runs.append((cKDTree(points, boxsize=1.0).query(new)[0] ** power).mean())
            mean, error = mean_and_error(np.array(runs)[:, None])
            what = f"E r^{power} drawn over derived, d = {dim}, D = 500"
            yield compare_mean(what, exact, mean[0], error[0], 0.1)


@claim(
    "mean",
    "Resolution-limited, 1/d: mean error of the nearest neighbour's value, with its constant (shown for d = 3)",
    partial(_state, "mean_error", "error", 3),
    samples=3 * RUNS * len(DIMENSIONS),
    measured_by="tauber.ledger.geometry.neighbours",
    dear=True,
)
def _check_mean(seed: int) -> Iterator[Comparison]:
    """The exponent of the derived error; drawn mean errors over it, with the next term of the cosine."""
    import numpy as np
    from scipy.spatial import cKDTree

    from ...numerics.core.runs import mean_and_error

    generator = np.random.default_rng(seed)
    for dim in DIMENSIONS:
        values = [derived("mean", dim, size) for size in FAR]
        slopes = slopes_of(values, [ROUNDING * v for v in values], FAR)
        yield compare_exponent(f"slope of the derived mean error, d = {dim}", -1 / dim, *slopes)
        shares, errors, sizes = [], [], (250, 1000, 4000)
        for size in sizes:
            runs = []
            for _ in range(RUNS):
                points, new = generator.random((size, dim)), generator.random((2000, dim))
                index = cKDTree(points, boxsize=1.0).query(new)[1]
                phase = 2 * math.pi * generator.random()
                one, two = (np.cos(2 * math.pi * x[:, 0] + phase) for x in (points[index], new))
                runs.append(math.sqrt(2) * float(abs(one - two).mean()))
            mean, error = mean_and_error(np.array(runs)[:, None])
            shares.append(float(mean[0]) / derived("mean", dim, size))
            errors.append(float(error[0]) / derived("mean", dim, size))
        what = f"drawn mean error over the leading one, d = {dim}, D = {sizes[-1]}"
        found = compare_limit(what, shares, sizes, 2 / dim, noise=2 * STANDARD_ERRORS * max(errors))
        yield Comparison(what, 1.0, found.measured, found.tolerance, found.because, 0.25)


@claim(
    "squared",
    "Resolution-limited, 2/d: mean squared error of the nearest neighbour's value, with its constant (shown for d = 3)",
    partial(_state, "squared_error", "error", 3),
    samples=RUNS * len(DRAWN) * len(DIMENSIONS),
)
def _check_squared(seed: int) -> Iterator[Comparison]:
    """Exact over leading loss to one like D^(-2/d); slopes; and drawn over exact."""
    from ...numerics.data import nearest_neighbour, plane_wave_neighbour_loss

    for dim in DIMENSIONS:
        losses = [float(x) for x in plane_wave_neighbour_loss(dim, FAR)]
        slopes = slopes_of(losses, [1e-10 * loss for loss in losses], FAR)
        yield compare_exponent(f"slope of the exact squared error, d = {dim}", -2 / dim, *slopes)
        shares = [loss / derived("squared", dim, size) for loss, size in zip(losses, FAR, strict=True)]
        what = f"exact squared error over the leading one, d = {dim}, D = {FAR[-1]:g}"
        yield compare_limit(what, shares, FAR, 2 / dim)
        drawn, exact = nearest_neighbour(dim, DRAWN, seed=seed, runs=RUNS), plane_wave_neighbour_loss(dim, DRAWN)
        for k, size in enumerate(DRAWN):
            what = f"drawn squared error over the exact one, d = {dim}, D = {size}"
            yield compare_mean(what, exact[k], drawn.loss[k], drawn.error[k], 0.16)


@claim(
    "linear",
    "Resolution-limited, 4/d, d = 1: mean squared error of linear interpolation, with its constant",
    partial(_state, "interpolation_error", "error"),
    samples=5 * RUNS * len(DRAWN),
    measured_by="tauber.numerics.data.linear_interpolation",
)
def _check_linear(seed: int) -> Iterator[Comparison]:
    """d = 1: exact over leading loss to one like D^-2, and drawn over exact."""
    from ...numerics.data import linear_interpolation, plane_wave_interpolation_loss
    from ...theory.models.geometry import neighbours

    sizes = (100.0, 300.0, 900.0, 2700.0, 8100.0)
    losses = [float(x) for x in plane_wave_interpolation_loss(sizes)]
    leading = [(2 * math.pi) ** 4 * float(neighbours.interpolation_error().subs(neighbours.DATA, n)) for n in sizes]
    shares = [x / y for x, y in zip(losses, leading, strict=True)]
    yield compare_exponent(
        "slope of the exact loss, d = 1", -4.0, *slopes_of(losses, [1e-10 * x for x in losses], sizes)
    )
    yield compare_limit(f"exact loss over (2 pi)^4 D!/(D + 4)!, d = 1, D = {sizes[-1]:g}", shares, sizes, 2.0)
    drawn, exact = linear_interpolation(1, DRAWN, seed=seed, runs=5 * RUNS), plane_wave_interpolation_loss(DRAWN)
    for k, size in enumerate(DRAWN):
        what = f"drawn over exact loss, d = 1, D = {size}"
        yield compare_mean(what, exact[k], drawn.loss[k], drawn.error[k], 0.5)


@claim(
    "plane",
    "Resolution-limited, 4/d, d = 2: mean squared error of linear interpolation on triangles",
    typed("L(D) ~ D^-2"),
    samples=PLANE_RUNS * len(DELAUNAY),
    derived_by="Taylor's formula; no constant",
    measured_by="tauber.numerics.data.linear_interpolation",
)
def _check_plane(seed: int) -> Iterator[Comparison]:
    """d = 2, Delaunay: slopes between neighbouring sizes; the change from one to the next is the next term."""
    from ...numerics.data import linear_interpolation

    drawn = linear_interpolation(2, DELAUNAY, seed=seed, runs=PLANE_RUNS, tests=4000)
    slopes, errors, _ = slopes_of(list(drawn.loss), list(STANDARD_ERRORS * drawn.error), DELAUNAY)
    tolerance = abs(slopes[1] - slopes[0]) + errors[1]
    because = f"{ERRORS}, and the change of the slope from the sizes before"
    what = f"slope of the drawn loss, d = 2, D = {DELAUNAY[1]} to {DELAUNAY[2]}"
    yield Comparison(what, -2.0, slopes[1], tolerance, because, 0.5)
