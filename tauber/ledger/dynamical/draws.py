"""Claims: what is solved is the model. Drawn networks on drawn data against the theory, and the theory's error.

The theory is the limit of many features and data: the mean over draws differs from it in parts of 1/min(N, P). So the
tolerance is 3/min(N, P), plus four standard errors; that the first part is needed, and is no more than a part in N, is
shown where the mean over draws is known exactly. With one mode, lambda = w = 1, and P infinite a network is a number,
its feature vector's |A|^2/N = chi^2_N/N, and

    E L(t) = E e^{-2 t chi^2_N/N} = (1 + 4 t/N)^{-N/2} = e^{-2t} (1 + 4 t^2/N + ...),
    theory                                             = e^{-2t} (1 + 2 t^2/N + ...):

mean-field theory drops half of the first order in 1/N, as only one mode matters.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..claim import Comparison, Kind
from ..families.draws import compare_mean
from ..measure import compare_limit
from ..papers import DYNAMICS
from ..source import stated
from ..topic import topic
from ..typed import typed
from .probe import DERIVED_HERE, Probe, probe

if TYPE_CHECKING:
    from ...numerics.models.dynamical import Dynamical
    from ...numerics.models.dynamical.simulation import Simulation

TIMES = (0.1, 1.0, 10.0, 100.0, 1000.0)


@dataclass(frozen=True)
class Drawn:
    """A model that can be drawn."""

    point: Probe
    width: float
    data: float
    noise: float
    modes: int
    runs: int = 100

    def __str__(self) -> str:
        return f"{self.point}, N = {self.width:g}, P = {self.data:g}, sigma = {self.noise:g}, M = {self.modes}"

    def theory(self) -> Dynamical:
        """The model, solved."""
        return self.point.model(self.width, self.data, noise=self.noise, modes=self.modes)

    def simulate(self, seed: int, *, ensembles: bool = False) -> Simulation:
        """The model, drawn."""
        from ...numerics.models.dynamical.simulation import simulate

        return simulate(
            float(self.point.a), float(self.point.b), self.width, self.data, TIMES,
            seed=seed, runs=self.runs, modes=self.modes, noise=self.noise, ensembles=ensembles,
        )  # fmt: skip

    @property
    def underdetermined(self) -> bool:
        """Whether the train loss goes to zero: then its mean is that of rare draws, and is not compared late."""
        return self.data < self.width


LATE_TRAIN = 10.0
MODE_DRAWN = 4


MODELS = (
    Drawn(probe("3/2", "3/2"), 100, 200, 0.0, 400),
    Drawn(probe("2", "5/4"), 200, 100, 0.3, 400),
    Drawn(probe("3", "3/2"), 80, 160, 0.1, 200, 400),
    Drawn(probe("9/5", "6/5"), math.inf, 150, 0.2, 400),
    Drawn(probe("2", "3/2"), 120, math.inf, 0.1, 400),
)
PARTS = (MODELS[0], Drawn(probe("3/2", "5/4"), 160, 80, 0.2, 400, 160))
MODE_TIMES = (0.5, 2.0)
MODE_WIDTHS = (1e2, 1e3, 1e4)
MODE_RUNS = 4000
claim = topic(
    "dynamical.draws",
    kind=Kind.EQUIVALENCE,
    source=DERIVED_HERE,
    derived_by="tauber.numerics.models.dynamical.Dynamical",
    measured_by="tauber.numerics.models.dynamical.simulation.simulate",
)


def compare(what: str, derived: float, mean: float, error: float, size: float) -> Comparison:
    """A mean over draws over the theory, beside one."""
    return compare_mean(f"{what}, drawn over derived", derived, mean, error, size=size, named="min(N, P)")


@claim(
    "losses",
    "Test and train loss of drawn networks are those of the theory, up to O(1/N, 1/P)",
    typed("mean(L_drawn(t)) = L(t)*(1 + O(1/n, n))", "mean(Lhat_drawn(t)) = Lhat(t)*(1 + O(1/n, n))", "n = Min(N, P)"),
    samples=sum(model.runs for model in MODELS),
    assumptions="Gaussian features and data, gradient flow; no exponentially small train loss; any N, P, sigma",
    order_of_limits="N, P to infinity together at fixed t; average: a single network, over features and data",
    source=stated(DYNAMICS),
    dear=True,
)
def _check_losses(seed: int) -> Iterator[Comparison]:
    for model in MODELS:
        drawn, curve = model.simulate(seed), model.theory().curve(TIMES)
        size = min(model.width, model.data)
        for k, t in enumerate(TIMES):
            test, error = float(drawn.test[k]), float(drawn.test_error[k])
            yield compare(f"test loss at t = {t:g}, {model}", float(curve.test[k]), test, error, size)
            if not math.isinf(model.data) and (t <= LATE_TRAIN or not model.underdetermined):
                train, error = float(drawn.train[k]), float(drawn.train_error[k])
                yield compare(f"train loss at t = {t:g}, {model}", float(curve.train[k]), train, error, size)


@claim(
    "parts",
    "Bias and averages over features or data of drawn networks are those of the theory, up to O(1/N, 1/P)",
    "mean product of the residuals of two networks that share nothing, data, or features = theory (1 + O(1/min(N, P)))",
    samples=sum(model.runs for model in PARTS),
    assumptions="Gaussian features and data, gradient flow; noise floor left out",
    order_of_limits="N, P to infinity together at fixed t; average: over pairs of networks and data sets",
    dear=True,
)
def _check_parts(seed: int) -> Iterator[Comparison]:
    """The loss of pairs of networks with one draw in common, or none."""
    for model in PARTS:
        drawn, solved = model.simulate(seed, ensembles=True), model.theory().ensembles(TIMES)
        assert drawn.components is not None
        assert drawn.components_error is not None
        size = min(model.width, model.data)
        derived = {
            "LB": solved.bias,
            "LA": solved.networks(math.inf) - solved.floor,
            "LD": solved.datasets(math.inf) - solved.floor,
        }
        for name, values in derived.items():
            means, errors = (getattr(table, name) for table in (drawn.components, drawn.components_error))
            for k, t in enumerate(TIMES):
                what = f"{MEANING[name]} at t = {t:g}, {model}"
                yield compare(what, float(values[k]), float(means[k]), float(errors[k]), size)


MEANING = {
    "LB": "bias",
    "LA": "loss of the average over features",
    "LD": "loss of the average over data",
}


@claim(
    "bias",
    "The theory's error is real, of order 1/N: it halves when the width doubles",
    typed("L(t)/mean(L_drawn(t)) = 1 - 2*t^2/N + O(1/N^2, N)", "mean(L_drawn(t)) = (1 + 4*t/N)^(-N/2)"),
    samples=len(MODE_TIMES) * len(MODE_WIDTHS) + MODE_RUNS,
    assumptions="lambda = w = 1, the case of fewest modes; P infinite; gradient flow on the population loss",
    order_of_limits="N to infinity at fixed t; average: a single network, over features",
)
def _check_bias(seed: int) -> Iterator[Comparison]:
    """Theory over the exact mean minus 1, times -N/(2 t^2), tends to one like 1/N; drawn networks have that mean."""
    from ...numerics.models.dynamical import Dynamical
    from ...numerics.models.dynamical.simulation import simulate

    one = ([1.0], [1.0])
    for t in MODE_TIMES:
        shares, noise = [], 0.0
        for width in MODE_WIDTHS:
            curve = Dynamical(width=width, spectrum=one).curve([t])
            exact = math.exp(-width / 2 * math.log1p(4 * t / width))
            shares.append((1 - float(curve.test[0]) / exact) * width / (2 * t**2))
            noise = max(noise, float(curve.test_error[0]) * width / (2 * t**2))
        what = f"relative error of the theory over -2 t^2/N at t = {t:g}, N = {MODE_WIDTHS[-1]:g}, one mode"
        yield compare_limit(what, shares, MODE_WIDTHS, 1.0, noise=noise)
    drawn = simulate(None, None, MODE_DRAWN, math.inf, MODE_TIMES, seed=seed, runs=MODE_RUNS, spectrum=one)
    for k, t in enumerate(MODE_TIMES):
        exact = (1 + 4 * t / MODE_DRAWN) ** (-MODE_DRAWN / 2)
        what = f"mean loss of drawn networks of width {MODE_DRAWN} over the exact one, t = {t:g}, one mode"
        yield compare_mean(what, exact, drawn.test[k], drawn.test_error[k])
