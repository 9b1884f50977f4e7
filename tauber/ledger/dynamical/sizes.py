"""Claims: what is left for infinite time, and which of width and data is worth more.

With T(kappa_0) = n the loss of n features and infinitely many samples, and the loss of n samples and infinitely many
features, both for infinite time and no noise, are

    L_width = kappa G,        L_data = kappa T G'/T'        (all at kappa_0),        L_data/L_width = (G'/G)/(T'/T).

``-T'/T`` and ``-G'/G`` are averages of 1/(kappa + lambda_k) with the weights lambda_k/(kappa + lambda_k), and with
these times w_k^2 = k^(b-a). By Chebyshev's inequality for sums the second is larger, equal, or smaller as w_k^2 grows,
stays or falls with k: n features leave more loss than n samples exactly where a > b.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..claim import Comparison, Kind, Verdict, judge
from ..measure import FINE, SOLVER, compare_limit, exactly, with_certified
from ..topic import equation, topic
from ..typed import typed
from .exact import random_model
from .probe import DERIVED_HERE, SINGLE, Probe, probe

if TYPE_CHECKING:
    from ...numerics.models.dynamical import Dynamical

DRAWS = 8
LATE = 1e9
SIDES = {
    "falling target": (probe("2", "3/2"), probe("3", "3/2"), probe("5", "2")),
    "flat target": (probe("3/2", "3/2"), probe("2", "2"), probe("3", "3")),
    "growing target": (probe("5/4", "3/2"), probe("3/2", "2"), probe("2", "3")),
}
"""Points with a > b, a = b and a < b."""
COUNTS = (1.0, 3.0, 10.0, 1e3, 1e6)
SHARE_SIZES = (1e3, 1e5, 1e7)

ROUNDING = 1e-12  # of the formula from sums in float64; near N = P its two parts are large


claim = topic(
    "dynamical.level",
    source=DERIVED_HERE,
    derived_by="tauber.theory.models.dynamical.model.levels",
    measured_by="tauber.numerics.models.dynamical.Dynamical.final",
)


def _closed_forms(model: Dynamical) -> float:
    """The loss at infinite time by the formulas of the symbolic wing, from sums over the modes and a bisection."""
    import numpy as np
    from scipy.optimize import brentq

    lam, power = (np.asarray(x) for x in model.spectrum or ())
    width, data, variance = float(model.width), float(model.data), float(model.noise) ** 2

    def capacity(kappa: float) -> float:
        return float((lam / (kappa + lam)).sum())

    least = min(width, data)
    k = math.exp(brentq(lambda x: capacity(math.exp(x)) - least, -60, 60, xtol=1e-15, rtol=1e-15))
    t_slope, g_slope = -(lam / (k + lam) ** 2).sum(), -(power / (k + lam) ** 2).sum()
    rest = k * float((power / (k + lam)).sum()) + variance
    if width < data:
        return rest / (1 - width / data)
    alone = k * data * (g_slope - variance / k**2) / t_slope
    return float(alone if math.isinf(width) else alone + rest * data / (width - data))


def _final_formulas() -> Any:
    from sympy import Function, Piecewise, symbols

    k, n, p, sigma = symbols("kappa_0 N P sigma", positive=True)
    t, g = Function("T")(k), Function("G")(k)
    above = (k * g + sigma**2) / (1 - n / p)
    below = k * p * (g.diff(k) - sigma**2 / k**2) / t.diff(k) + (k * g + sigma**2) * p / (n - p)
    return equation("L", Piecewise((above, n < p), (below, p < n)))


@claim(
    "final",
    "The test loss for infinite time in closed form, on both sides of N = P",
    _final_formulas,
    samples=DRAWS,
    kind=Kind.IDENTITY,
    assumptions=f"any spectrum, target and noise; T(kappa_0) = min(N, P); N or P may be infinite; {SINGLE}",
    order_of_limits="t to infinity at fixed N, P, N not P",
    measured_by="tauber.numerics.models.dynamical.Dynamical.curve and .final",
)
def _check_final(seed: int) -> Iterator[Comparison]:
    """Formula against the contour at a late time, and against the closed form of the numeric wing."""
    import numpy as np

    from ...numerics.models.dynamical import Dynamical

    generator = np.random.default_rng(seed)
    for k in range(DRAWS):
        drawn = random_model(generator)
        sizes = sorted((float(drawn.width), float(drawn.data)), reverse=k % 2 == 1)
        # every third draw has one size infinite
        width, data = (sizes[0], math.inf) if k % 6 == 2 else (math.inf, sizes[1]) if k % 6 == 5 else sizes
        model = Dynamical(width=width, data=data, noise=drawn.noise, spectrum=drawn.spectrum)
        formula, final, curve = _closed_forms(model), model.final(), model.curve([LATE])
        what = f"over the formula for N = {width:.3g}, P = {data:.3g}"
        late, error = float(curve.test[0]) / formula, float(curve.test_error[0])
        closed, closed_error = float(final.test) / formula, float(final.error)
        yield Comparison(f"test loss at t = {LATE:g} {what}", 1.0, late, error + ROUNDING, SOLVER, FINE)
        yield Comparison(f"closed form {what}", 1.0, closed, closed_error + ROUNDING, SOLVER, FINE)


THRESHOLD_TIMES = (1e6, 1e8, 1e10)
THRESHOLD_CASES = ((probe("2", "3/2"), 20.0, 0.0), (probe("3", "3/2"), 50.0, 0.5), (probe("5/4", "2"), 7.5, 1.0))


def _threshold_formula() -> Any:
    from sympy import Function, sqrt, symbols

    from ...theory.models.dynamical.model import threshold_constant

    k, t, sigma = symbols("kappa_0 t sigma", positive=True)
    law = threshold_constant() * (k * Function("G")(k) + sigma**2) * sqrt(k * t)
    return equation("L", law, t)


@claim(
    "threshold",
    "At N = P the loss grows like t^(1/2), with its constant at every size",
    _threshold_formula,
    each=len(THRESHOLD_TIMES),
    kind=Kind.EQUIVALENCE,
    assumptions=f"N = P fixed, less than the number of modes, any noise; remainder t^(-1/2); {SINGLE}",
    order_of_limits="t to infinity at fixed N = P",
    derived_by="tauber.theory.models.dynamical.model.threshold_constant",
    measured_by="tauber.numerics.models.dynamical.Dynamical.curve",
)
def _check_threshold() -> Iterator[Comparison]:
    """N = P fixed, with noise: loss over ``c (kappa_0 G + sigma^2) (kappa_0 t)^(1/2)`` to one like t^(-1/2)."""
    from ...theory.models.dynamical.model import threshold_constant

    constant = float(threshold_constant())
    for point, size, noise in THRESHOLD_CASES:
        # kappa_0 G + sigma^2 is the loss of as many features with infinitely many samples
        rest = point.model(width=size, noise=noise).final()
        curve = point.model(size, size, noise=noise).curve(THRESHOLD_TIMES)
        scale = constant * float(rest.test) * math.sqrt(float(rest.ridge))
        shares = [float(loss) / (scale * math.sqrt(t)) for loss, t in zip(curve.test, THRESHOLD_TIMES, strict=True)]
        what = f"loss over its law at N = P = {size:g}, sigma = {noise:g}, {point}, t = {THRESHOLD_TIMES[-1]:g}"
        yield compare_limit(what, shares, THRESHOLD_TIMES, 0.5, noise=float(max(curve.test_error)))


def data_over_width(point: Probe, size: float) -> tuple[float, float]:
    """L_data/L_width at T(kappa_0) = size, with its error."""
    data, width = point.model(data=size).final(), point.model(width=size).final()
    share = float(data.test / width.test)
    return share, share * float(data.error + width.error)


def _proved_worth() -> list[Comparison]:
    """The sign of L_data - L_width once more, from balls of which none reaches the other."""
    from ...numerics.certified import CertifiedLearningCurve

    wrong = 0
    for side in ("falling target", "growing target"):
        for point in SIDES[side]:
            curve = CertifiedLearningCurve(point.a, point.b)  # t = infinity is ridge regression without ridge
            for size in COUNTS:
                data, width = curve.at(size, math.inf).loss, curve.at(math.inf, size).loss
                larger = data.lower > width.upper if side == "growing target" else data.upper < width.lower
                wrong += not larger
    return [exactly("points and sizes at which the claimed order of the two losses is not proved by balls", wrong)]


@claim(
    "worth",
    "Infinite time: n features leave more loss than n samples exactly where a > b",
    typed(
        "L_width(n) > L_data(n) <=> a > b",
        "L_width(n) = L_data(n) <=> a = b",
        "L_data(n)/L_width(n) -> b - a + 1 where a - 1 < b | 0 where a - 1 > b as n -> oo",
    ),
    kind=Kind.INEQUALITY,
    assumptions=f"a, b > 1, infinitely many modes, no noise, the other size infinite; {SINGLE}",
    order_of_limits="the other size, then t to infinity at fixed n; n to infinity last for the ratio",
)
def _check_worth() -> Verdict:
    """The sign of L_data - L_width at every size, and its limit b - a + 1, or 0, for the ratio."""
    wrong, evidence = 0, []
    for side, points in SIDES.items():
        for point in points:
            for size in COUNTS:
                share, error = data_over_width(point, size)
                if side == "flat target":
                    what = f"L_data/L_width at {point}, n = {size:g}"
                    evidence.append(Comparison(what, 1.0, share, error, SOLVER, FINE))
                elif abs(share - 1) <= error or (share > 1) != (side == "growing target"):
                    wrong += 1
    evidence.insert(0, exactly("points and sizes at which the larger of the two losses is not the claimed one", wrong))
    for point in (SIDES["falling target"][0], *SIDES["growing target"]):
        limit = float(point.b - point.a + 1)
        shares = [data_over_width(point, size)[0] / limit for size in SHARE_SIZES]
        rate = min(1.0, limit)  # b - (a - 1): the power that the level of width has beside its leading one
        what = f"L_data/L_width over b - a + 1 at {point}, n = {SHARE_SIZES[-1]:g}"
        evidence.append(compare_limit(what, shares, SHARE_SIZES, rate, noise=1e-12))
    proved, note = with_certified(_proved_worth)
    samples = len(COUNTS) * sum(map(len, SIDES.values()))
    return judge([*evidence, *proved], samples=samples, precision="float64, and balls for the order", note=note)
