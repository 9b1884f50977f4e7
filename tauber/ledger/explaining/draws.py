"""Claims: drawn random-feature models beside the theory; all four regimes measured; exact formulas of finite size.

The deterministic equivalent is the limit of many data and features: the mean over draws differs from it in parts of
1/min(D, P), so the tolerance is 3/min(D, P) plus four standard errors. Where the mean over draws is known exactly, four
standard errors are all there is: with D > P + 1, what the features miss of the target is independent of them,

    E L = L_P (D - 1)/(D - P - 1) + sigma^2 P/(D - P - 1)        given the features,

and ordinary least squares, L_P = 0, shows that the theory's error is of first order: exact over theory is
``1 + 1/(D - P - 1)`` there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..claim import Comparison, Kind
from ..families.draws import compare_mean
from ..measure import compare_limit
from ..papers import VARIANCE
from ..source import derived_here
from ..topic import topic
from ..typed import typed
from .probe import DERIVED_HERE, Point, loss_of, point

MODES = 400


@dataclass(frozen=True)
class Drawn:
    """A model that can be drawn."""

    point: Point
    data: float
    features: float
    ridge: float = 0.0
    noise: float = 0.0
    modes: int = MODES
    runs: int = 100

    def __str__(self) -> str:
        return (
            f"{self.point}, D = {self.data:g}, P = {self.features:g}, delta = {self.ridge:g}, sigma = {self.noise:g}, "
            f"{self.modes} modes"
        )

    def theory(self) -> Any:
        """The loss of the deterministic equivalent."""
        return self.point.curve(modes=self.modes, noise=self.noise, ridge=self.ridge).at(self.data, self.features)

    def simulate(self, seed: int) -> Any:
        """Losses of draws."""
        from ...numerics.models.explaining.simulation import simulate

        return simulate(
            float(self.point.a), float(self.point.b), self.data, self.features, seed=seed, runs=self.runs,
            ridges=self.ridge, modes=self.modes, noise=self.noise,
        )  # fmt: skip


RESOLUTION_SIZES = (80, 110, 150)
RESOLUTION_POINT = point("2", "3/2")
VARIANCE_SIZES = (120, 240, 480)
FIXED = 60
VARIANCE_NOISE = 0.5


MODELS = (
    Drawn(point("2", "3/2"), 100, 200, runs=200),
    Drawn(point("3/2", "3/2"), 200, 100, 0.1, 0.3),
    Drawn(point("2", "3/2"), 100, 100, 1.0, 0.3),
    Drawn(point("9/5", "6/5"), 150, math.inf, 0.1, 0.2),
    Drawn(point("2", "3/2"), 600, 80, 0.0, 0.3),
)
RESOLUTION_RUNS = 100
PAIRS = ((60, 20), (40, 12), (20, 60), (30, 45))
OLS = ((40, 10), (60, 20), (100, 50))
OLS_THEORY = (1e2, 1e3, 1e4)
_GAUSSIAN = "Gaussian data and projection; average: over features and data"
_ORDER = derived_here(f"of the paper is the order alone: {VARIANCE}")
claim = topic(
    "explaining",
    kind=Kind.EQUIVALENCE,
    assumptions=_GAUSSIAN,
    order_of_limits="none: at every D and P",
    source=DERIVED_HERE,
    derived_by="tauber.theory.models.explaining.model.loss",
    measured_by="tauber.numerics.models.explaining.simulation.simulate",
)


def compare(what: str, derived: float, found: float, error: float, size: float) -> Comparison:
    """A mean over draws over the theory, beside one."""
    return compare_mean(f"{what}, drawn over derived", derived, found, error, size=size, named="min(D, P)")


@claim(
    "draws.losses",
    "Loss and train loss of drawn models are those of the theory, up to O(1/D, 1/P)",
    typed("mean(L_drawn) = L*(1 + O(1/n, n))", "mean(L_train_drawn) = L_train*(1 + O(1/n, n))", "n = Min(D, P)"),
    samples=sum(model.runs for model in MODELS),
    order_of_limits="D, P to infinity together",
    dear=True,
)
def _check_losses(seed: int) -> Iterator[Comparison]:
    for model in MODELS:
        drawn, solved, size = model.simulate(seed), model.theory(), min(model.data, model.features)
        pairs = [("loss", drawn.loss, drawn.loss_error, solved.loss)]
        if solved.train > 0:
            pairs.append(("train loss", drawn.train, drawn.train_error, solved.train))
        for name, values, errors, derived in pairs:
            yield compare(f"{name}, {model}", float(derived), float(values[0]), float(errors[0]), size)


@claim(
    "draws.resolution",
    "Both resolution-limited regimes on drawn random-feature models",
    typed("mean(L_drawn(D)) = L(D)*(1 + O(1/D, D))", "mean(L_drawn(P)) = L(P)*(1 + O(1/P, P))"),
    each=RESOLUTION_RUNS,
    order_of_limits="the other size to infinity first, then D, or P",
    dear=True,
)
def _check_resolution(seed: int) -> Iterator[Comparison]:
    """Both resolution-limited regimes along growing sizes."""
    for size in RESOLUTION_SIZES:
        for model in (
            Drawn(RESOLUTION_POINT, size, math.inf, runs=RESOLUTION_RUNS),
            Drawn(RESOLUTION_POINT, math.inf, size, runs=RESOLUTION_RUNS),
        ):
            drawn, solved = model.simulate(seed), model.theory()
            found, error = float(drawn.loss[0]), float(drawn.loss_error[0])
            yield compare(f"loss, {model}", float(solved.loss), found, error, size)


def _gap(limit: str, data: int, features: int, seed: int) -> Any:
    from ...numerics.models.explaining.simulation import gap

    a, b = float(RESOLUTION_POINT.a), float(RESOLUTION_POINT.b)
    return gap(a, b, data, features, limit=limit, seed=seed, runs=200, modes=MODES // 2, noise=VARIANCE_NOISE)


@claim(
    "draws.variance_data",
    "Variance-limited in data on drawn random-feature models, exact at every D > P + 1",
    typed("mean(L(D, P) - L_P) = P*(mean(L_P) + sigma^2)/(D - P - 1)"),
    each=200,
    kind=Kind.IDENTITY,
    assumptions=f"no ridge, D > P + 1; {_GAUSSIAN}",
    source=_ORDER,
    measured_by="tauber.numerics.models.explaining.simulation.gap",
)
def _check_variance_data(seed: int) -> Iterator[Comparison]:
    """(D - P - 1) (L - L_P) over P (L_P + sigma^2): exact at every D, L_P that of the same draws."""
    for size in VARIANCE_SIZES:
        found = _gap("data", size, FIXED, seed)
        exact = (found.limit + VARIANCE_NOISE**2) * FIXED / (size - FIXED - 1)
        what = f"L(D, P) - L_P over P (L_P + sigma^2)/(D - P - 1), D = {size}, P = {FIXED}"
        yield compare_mean(what, exact, found.difference, found.error, 0.2)


@claim(
    "draws.variance_features",
    "Variance-limited in features on drawn random-feature models",
    typed("mean(L(D, P) - L_D) = D*(T_1 + sigma^2)/(P - D)*(1 + O(1/D, D))"),
    each=200,
    assumptions=f"no ridge, P > D + 1; {_GAUSSIAN}",
    order_of_limits="D to infinity at fixed P/D",
    source=_ORDER,
    measured_by="tauber.numerics.models.explaining.simulation.gap",
)
def _check_variance_features(seed: int) -> Iterator[Comparison]:
    curve = RESOLUTION_POINT.curve(modes=MODES // 2)
    for size in VARIANCE_SIZES:
        found = _gap("features", FIXED, size, seed)
        derived = (loss_of(curve, math.inf, FIXED)[0] + VARIANCE_NOISE**2) * FIXED / (size - FIXED)
        what = f"L(D, P) - L_D over D (T1 + sigma^2)/(P - D), D = {FIXED}, P = {size}"
        yield compare_mean(what, derived, found.difference, found.error, 0.3, size=FIXED, named="min(D, P)")


@claim(
    "finite.random_features",
    "Random features without ridge, exactly at finite size, on both sides of D = P",
    typed(
        "mean(L) = L_P*(D - 1)/(D - P - 1) + sigma^2*P/(D - P - 1) where D > P + 1 |"
        " s_1 + c*s_2/(P - D - 1) + sigma^2*(q_1 + c*q_2/(P - D - 1)) where D < P - 1"
    ),
    samples=1000 * len(PAIRS),
    kind=Kind.IDENTITY,
    assumptions="no ridge, |D - P| > 1; Gaussian; average: over the data given the features G, or the "
    "reverse, given F, with s_1 = w'RCRw, s_2 = w'Pi w, c = tr(CR), q_1 = tr(C F^+ F^+'), q_2 = tr((FF')^-1)",
    derived_by="tauber.numerics.models.explaining.finite_size",
    measured_by="tauber.numerics.models.explaining.simulation.paired",
)
def _check_finite(seed: int) -> Iterator[Comparison]:
    """Each draw beside its exact conditional mean."""
    from ...numerics.models.explaining.simulation import paired

    for data, features in PAIRS:
        found = paired(2.0, 1.5, data, features, seed=seed, runs=1000, modes=100, noise=0.5)
        given = "the features" if data > features else "the data"
        what = f"loss over its exact mean given {given}, D = {data}, P = {features}"
        yield compare_mean(what, found.exact, found.loss, found.error)


@claim(
    "finite.least_squares",
    "Ordinary least squares exactly; the theory's error is real, 1/(D - P) of the loss",
    typed("mean(L_drawn(D, P)) = sigma^2*P/(D - P - 1)", "L(D, P) = sigma^2*P/(D - P)"),
    samples=2000 * len(OLS) + len(OLS_THEORY),
    assumptions="P modes and P features, no ridge, D > P + 1; Gaussian; average: over data",
    order_of_limits="D to infinity at fixed P",
    derived_by="tauber.numerics.models.explaining.finite_size.ols_excess",
)
def _check_ols(seed: int) -> Iterator[Comparison]:
    """Ordinary least squares: drawn over exact; and (exact/theory - 1) (D - P) to one."""
    from ...numerics.models.explaining import LearningCurve
    from ...numerics.models.explaining.finite_size import ols_excess
    from ...numerics.models.explaining.simulation import simulate

    for data, features in OLS:
        flat = ([1.0] * features, [1.0] * features)
        drawn = simulate(None, None, data, math.inf, seed=seed, runs=2000, noise=0.7, spectrum=flat)
        exact = ols_excess(features, data, 0.7)
        what = f"loss over sigma^2 P/(D - P - 1), D = {data}, P = {features}"
        yield compare_mean(what, exact, drawn.loss[0], drawn.loss_error[0], 0.05)
    curve = LearningCurve(spectrum=([1.0] * 50, [1.0] * 50), noise=0.7)
    shares = []
    for many in OLS_THEORY:
        theory = float(curve.at(many, math.inf).loss)
        shares.append((ols_excess(50, int(many), 0.7) / theory - 1) * (many - 50))
    what = f"relative error of the theory times D - P, P = 50, D = {OLS_THEORY[-1]:g}"
    yield compare_limit(what, shares, OLS_THEORY, 1.0)
