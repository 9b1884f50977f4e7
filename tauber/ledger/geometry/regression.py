"""Claims: kernel regression on spheres and tori beside the law of its spectrum, and where Gaussian universality fails.

The target is drawn from the kernel (isotropic), the loss is exact for every draw of the points, nothing is fitted. The
deterministic equivalent is a statement about Gaussian features. With a ridge it holds on spheres and tori too; without,
on a domain of low dimension, the exponent holds and the amplitude does not. On the circle the kernel ``e^(-r/h)`` is
Markov: between two neighbours at distance g it leaves a bridge, ``K(0) - K(g) ~ s g``, of mean variance s g/3, and

    random points    s/3 D E g^2 = 2 s/(3 (D + 1))          noise  E[u^2 + (1 - u)^2] = 2/3
    a regular grid   s/(3 D)                                 2/3
    equivalent       s/(2 D)                                 b - 1 = 1

with s = tanh(1/(2h))/h for the periodic kernel, K(0) = 1.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..claim import Comparison, Kind, Outcome
from ..explaining.probe import DERIVED_HERE
from ..families.draws import ERRORS, FINITE_SIZE, STANDARD_ERRORS, compare_mean
from ..measure import EXPONENT_RESOLUTION, compare_limit, slopes_of
from ..papers import KERNEL
from ..source import derived_here, stated
from ..topic import equation, topic
from ..typed import typed
from .spectra import AT_ONE, sphere, torus

if TYPE_CHECKING:
    from ...numerics.core.precision import Array
    from ...numerics.models.explaining import LearningCurve

EXACT_DEGREES = 100
MODES = 150_000
"""Eigenvalues beyond the exact degrees follow their power law in l + (d - 1)/2, to a relative l^-2; the power of those
beyond these modes is put on null modes."""
LAWS = (("laplace", 2), ("ntk", 2), ("arccos1", 2), ("arccos0", 3))
SIZES = (100.0, 500.0, 2500.0)

ENDS = {100: 120, 800: 12}
"""Sizes between which the slope is taken, with the number of draws: few points scatter more, and cost less."""
RIDGED = (100, 200)
CIRCLE = (100, 200)
SCALE = "3/10"
GRID = (50, 100, 200)


_OWN = (
    "points uniform and independent, target a Gaussian process with the kernel itself; average: over targets and points"
)
claim = topic(
    "geometry.regression",
    kind=Kind.EQUIVALENCE,
    order_of_limits="P infinite, D to infinity",
    source=DERIVED_HERE,
    derived_by="tauber.theory.models.geometry.learning_law",
    measured_by="tauber.numerics.data.kernel_regression",
)


@lru_cache(maxsize=4)
def eigenvalues(kernel: str, dim: int, count: int = MODES) -> Array:
    """The largest modes of a sphere, degeneracies counted."""
    import numpy as np

    geometry = sphere(kernel, dim)
    size, gamma = float(geometry.decay.constant), float(geometry.decay.exponent)
    values: list[float] = []
    ranks: list[int] = []
    degree = 0
    while sum(ranks) < count:
        if degree < EXACT_DEGREES:
            values.append(float(geometry.value(degree, 17)))
        else:  # zero where the degree of the same parity before was
            law = size * (degree + (dim - 1) / 2) ** -gamma
            values.append(law if values[degree - 2] > 0 else 0.0)
        ranks.append(int(geometry.degeneracy(degree)) if values[degree] > 0 else 0)
        degree += 1
    return np.repeat(values, ranks)


def curve_of(kernel: str, dim: int, *, count: int = MODES, **options: Any) -> LearningCurve:
    """The deterministic equivalent for the kernel's own target on S^dim."""
    from ...numerics.models.explaining import LearningCurve

    lam = eigenvalues(kernel, dim, count)
    return LearningCurve(spectrum=(lam, lam), null_power=AT_ONE[kernel] - float(lam.sum()), **options)


def _law_statement() -> Any:
    from sympy import Symbol

    from ...theory.models.geometry import learning_law

    n, law = Symbol("n", positive=True), learning_law(sphere("laplace", 2))
    return equation("L", law.constant * n**-law.alpha_K, n)


@claim(
    "law",
    "From the zeta function of a geometry to its learning curve: exponent and constant (shown for laplace on S^2)",
    _law_statement,
    samples=len(LAWS) * len(SIZES),
    assumptions="kernel on the sphere, its own target, no ridge; average: over features and data, by the deterministic "
    "equivalent",
    order_of_limits="P, then n = D to infinity (the same for D, then P)",
    measured_by="tauber.numerics.models.explaining.LearningCurve.at",
)
def _check_law() -> Iterator[Comparison]:
    """L(n) of the explicit spectrum over ``constant n^-alpha_K``, to one like n^-min(1, 2/d)."""
    from ...theory.models.geometry import learning_law

    for kernel, dim in LAWS:
        law = learning_law(sphere(kernel, dim))
        constant, alpha = float(law.constant), float(law.alpha_K)
        shares = [
            [float(curve_of(kernel, dim, count=count).at(n, math.inf).loss) / constant * n**alpha for n in sizes]
            for count, sizes in ((MODES, SIZES), (MODES // 2, SIZES[-1:]))
        ]
        # what the modes left out change falls at least like 1/modes: the second half changed as much, or more
        cut = abs(shares[0][-1] - shares[1][0])
        what = f"L(n) over {constant:.6g} n^-{alpha:.4g}, {kernel} on S^{dim}, n = {SIZES[-1]:g}"
        yield compare_limit(what, shares[0], SIZES, min(1.0, 2 / dim), noise=cut)


def _regression(dim: int, sizes: tuple[int, ...], seed: int, **options: Any) -> Any:
    from ...numerics.data import Kernel, kernel_regression

    return kernel_regression("sphere", dim, Kernel("laplace"), sizes, seed=seed, **options)


@claim(
    "exponent",
    "Kernel regression on spheres, without ridge: the loss falls like D^-alpha_K, alpha_K = 1/d for laplace",
    typed("L(D) ~ D^(-1/d)"),
    samples=2 * sum(ENDS.values()),
    kind=Kind.EXPONENT,
    assumptions=f"laplace on S^2 and S^3, no ridge, no noise; {_OWN}",
    source=stated(KERNEL),
    dear=True,
)
def _check_exponent(seed: int) -> Iterator[Comparison]:
    """Slope of the measured loss beside -alpha_K; how far the equivalent's own slope is from it is tolerated."""
    for dim in (2, 3):
        alpha = float(sphere("laplace", dim).alpha_K)
        found = [_regression(dim, (size,), seed + size, runs=runs) for size, runs in ENDS.items()]
        losses, sizes = [float(each.loss[0]) for each in found], list(ENDS)
        (slope,), *_ = slopes_of(losses, [0.0, 0.0], sizes)
        spread = math.hypot(*(float(each.error[0] / each.loss[0]) for each in found))  # independent draws
        error = STANDARD_ERRORS * spread / math.log(sizes[1] / sizes[0])
        curve = curve_of("laplace", dim)
        (near,), *_ = slopes_of([float(curve.at(n, math.inf).loss) for n in sizes], [0.0, 0.0], sizes)
        tolerance = error + abs(near + alpha)
        because = f"{ERRORS}, and the distance of the equivalent's slope at these sizes"
        what = f"slope of the loss, laplace on S^{dim}, D = {sizes[0]} to {sizes[1]}"
        yield Comparison(what, -alpha, slope, tolerance, because, EXPONENT_RESOLUTION)


def _against(dim: int, seed: int, runs: int, **options: Any) -> list[Comparison]:
    found, curve = _regression(dim, RIDGED, seed, runs=runs, **options), curve_of("laplace", dim, **options)
    evidence = []
    for k, size in enumerate(RIDGED):
        derived = float(curve.at(size, math.inf).loss)
        what = f"loss over the equivalent's, laplace on S^{dim}, D = {size}, {options or 'no ridge'}"
        evidence.append(compare_mean(what, derived, found.loss[k], found.error[k], 0.06, size=size, named="D"))
    return evidence


@claim(
    "ridge",
    "Kernel regression on spheres, with a ridge: the loss is that of the equivalent, with and without noise",
    typed("mean(L_drawn(D, delta)) = L(D, delta)*(1 + O(1/D, D))"),
    each=20,
    assumptions=f"laplace on S^2 and S^3, delta = 1 = K(1), sigma = 0 and 1; {_OWN}",
    derived_by="tauber.theory.models.explaining.model.many_features",
)
def _check_ridge(seed: int) -> Iterator[Comparison]:
    yield from (
        item for dim in (2, 3) for noise in (0.0, 1.0) for item in _against(dim, seed, 20, ridge=1.0, noise=noise)
    )


def _slope() -> float:
    """s of the module's docstring."""
    h = float(torus(1, "1/2", SCALE).scale)
    return math.tanh(1 / (2 * h)) / h


@lru_cache(maxsize=2)
def _circle(seed: int) -> tuple[Any, Any]:
    """Losses without noise, and what noise of variance one adds, for the same points: means and standard errors."""
    from ...numerics.core.runs import mean_and_error
    from ...numerics.data import Kernel, kernel_regression

    kernel = Kernel("matern", float(torus(1, "1/2", SCALE).scale), 0.5)
    quiet, loud = (
        kernel_regression("torus", 1, kernel, CIRCLE, seed=seed, runs=100, tests=300, noise=noise)
        for noise in (0.0, 1.0)
    )
    return (quiet.loss, quiet.error), mean_and_error(loud.runs - quiet.runs)


def equivalent(size: float) -> float:
    """The loss of the deterministic equivalent on the circle, K(0) = 1, from the symbolic wing."""
    from ...theory.models.geometry import learning_law

    geometry = torus(1, "1/2", SCALE)
    h = float(geometry.scale)
    at_zero = 1 / (2 * h * math.tanh(1 / (2 * h)))  # the sum of all eigenvalues, by which K(0) = 1 divides
    return float(learning_law(geometry).constant) / at_zero / size


@claim(
    "circle",
    "Kernel regression on the circle without ridge, exactly: random points 4/3 of the equivalent, a grid 2/3",
    typed(
        "L_random(D) = 2*s/(3*(D + 1)) + 2*sigma^2/3",
        "L_grid(D) = s/(3*D)",
        "L(D) = s/(2*D) + sigma^2",
    ),
    samples=200 * len(CIRCLE) + len(GRID),
    assumptions=f"matern, nu = 1/2, on T^1, s = -K'(0+), no ridge; the grid without noise; L: the equivalent; {_OWN}",
    dear=True,
)
def _check_circle(seed: int) -> Iterator[Comparison]:
    """Random points and a grid: bias and noise."""
    import numpy as np

    from ...numerics.data import Kernel

    (loss, error), (added, added_error) = _circle(seed)
    s = _slope()
    for k, size in enumerate(CIRCLE):
        exact = 2 * s / 3 / (size + 1)
        what = f"loss over 2 s/(3 (D + 1)), random points on the circle, D = {size}"
        yield compare_mean(what, exact, loss[k], error[k], 0.1, size=size, named="D")
        tolerance = 2 / 3 * FINITE_SIZE / size + STANDARD_ERRORS * float(added_error[k])
        what = f"what noise adds, over sigma^2, random points on the circle, D = {size}"
        because = f"{FINITE_SIZE}/D of it plus {ERRORS}"
        yield Comparison(what, 2 / 3, float(added[k]), tolerance, because, 0.06)
    kernel = Kernel("matern", float(torus(1, "1/2", SCALE).scale), 0.5)
    shares = []
    for size in GRID:
        points = (np.arange(size) / size)[:, None]
        nodes, weights = np.polynomial.legendre.leggauss(20)
        new = ((nodes + 1) / 2 / size)[:, None]
        between = kernel(points, new)
        rest = 1 - (between * np.linalg.solve(kernel(points), between)).sum(axis=0)
        shares.append(float((rest * weights).sum() / 2) / (s / 3 / size))
    yield compare_limit(f"loss over s/(3 D), a grid on the circle, D = {GRID[-1]}", shares, GRID, 2.0)
    share = equivalent(CIRCLE[-1]) / (s / 2 / CIRCLE[-1])
    yield Comparison("the equivalent's loss over s/(2 D)", 1.0, share, 1e-12, "round-off", 1e-9)


@claim(
    "amplitude",
    "Read beyond its assumption: without ridge the equivalent gives the loss on low-dimensional domains, amplitude too",
    typed("mean(L_drawn(D)) = L(D)*(1 + O(1/D, D))"),
    samples=200,
    note="what holds: geometry.regression.circle",
    assumptions=f"matern, nu = 1/2, on T^1, no ridge, no noise; {_OWN}",
    source=derived_here("Gaussian universality without its condition; not a statement of the paper"),
    expected=Outcome.REFUTED,
)
def _check_amplitude(seed: int) -> Iterator[Comparison]:
    """Measured over the equivalent on the circle and on S^2."""
    (loss, error), _ = _circle(seed)
    for k, size in enumerate(CIRCLE):
        derived = equivalent(size)
        what = f"loss over the equivalent's, random points on the circle, no ridge, D = {size}"
        yield compare_mean(what, derived, loss[k], error[k], 0.1, size=size, named="D")
