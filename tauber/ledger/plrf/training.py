"""Claims: the best step size with label noise, and what a cool-down leaves of that noise.

The frontier over size *and* step size minimises the exact loss; the limits of its local slopes stand beside the
exponents that the linear programme derives from the functional equation. The noise is constant in the compute; its size
is chosen so that the slopes settle before rounding hides the excess. Under a cool-down two corrections of both signs
(at alpha = 4/5, m = 1/4) can pass for one that decays, so the claim is measured where one is by far the longest.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from ..claim import Comparison, Kind
from ..families.optimum import state_powers
from ..measure import compare_exponent, slopes_of
from ..topic import equation, topic
from .exact import DERIVED_HERE

if TYPE_CHECKING:
    from ...numerics.models.plrf.trained_frontier import TrainedFrontier
    from ...theory.optimum.problem import OptimumAt


@dataclass(frozen=True)
class Noisy:
    """A point and the standard deviation of the noise."""

    alpha: Fraction
    beta: Fraction
    sigma: float

    def __str__(self) -> str:
        return f"alpha = {self.alpha}, beta = {self.beta}, sigma = {self.sigma:g}"


BUDGETS = (1e9, 1e12, 1e15, 1e18)  # beyond, the rounding of sigma^2 beside the excess is all of the slopes' errors
TAIL = (Noisy(Fraction(4, 5), Fraction(3, 10), 0.1),)
FEATURES = (Noisy(Fraction(9, 10), Fraction(7, 10), 0.1), Noisy(Fraction(3, 4), Fraction(6, 5), 0.01))
LENGTHS = (1e4, 1e6, 1e8, 1e10, 1e12)
COOLED, POWERS = Fraction(3, 2), (Fraction(1, 2), Fraction(1), Fraction(4))


def _derived(point: Noisy) -> OptimumAt:
    from sympy import Rational

    from ...theory.models.one_pass.phases import optimum
    from ...theory.models.one_pass.training import Training

    return optimum(Training("free", Rational(0)), Rational(point.alpha), Rational(point.beta))


@cache
def _measured(point: Noisy) -> TrainedFrontier:
    from ...numerics.models.plrf.trained_frontier import Declared, trained_frontier

    return trained_frontier(Declared(float(point.alpha), float(point.beta), noise=point.sigma), BUDGETS)


def _compare(points: Sequence[Noisy]) -> Iterator[Comparison]:
    for point in points:
        best, found = _derived(point), _measured(point)
        assert best.loss_exponent is not None  # each point lies inside a phase
        powers = {"loss": -best.loss_exponent, "d": best.exponents["d"], "gamma": best.exponents["gamma"]}
        for name, exponent in powers.items():
            what = f"exponent of {name} at {point}, f up to {BUDGETS[-1]:g}"
            yield compare_exponent(what, float(exponent), found.slopes[name], found.slope_errors[name])


def _statement(point: Noisy) -> Any:
    """The phase that the point lies in, as formulas."""
    from sympy import Rational

    from ...theory.models.one_pass.phases import problem
    from ...theory.models.one_pass.terms import alpha, beta
    from ...theory.models.one_pass.training import Training

    at = {alpha: Rational(point.alpha), beta: Rational(point.beta)}
    label, _ = problem(Training("free", Rational(0))).label(at)
    assert label.loss_exponent is not None  # each point lies inside a phase
    powers = {name: (1, power) for name, power in label.exponents if name != "tau"}
    return state_powers("f", {"excess": (1, -label.loss_exponent), **powers})


claim = topic(
    "plrf.training",
    kind=Kind.EXPONENT,
    source=DERIVED_HERE,
    derived_by="tauber.theory.models.one_pass.phases.optimum",
    measured_by="tauber.numerics.models.plrf.trained_frontier.trained_frontier",
)
_FREE = "f to infinity, d and the step size minimised at each f; the variance of the label noise fixed, v = infinity"


@claim(
    "label_noise.tail",
    "Label noise, best step size: the level of the tail, descent and noise of one order",
    lambda: _statement(TAIL[0]),
    samples=len(BUDGETS),
    assumptions="2 alpha > 1, beta < 1/2, batch fixed; the excess is P - sigma^2",
    order_of_limits=_FREE,
)
def _tail() -> Iterable[Comparison]:
    return _compare(TAIL)


@claim(
    "label_noise.features",
    "Label noise, best step size: descent, distortion by the features and noise of one order",
    lambda: _statement(FEATURES[0]),
    samples=len(FEATURES) * len(BUDGETS),
    assumptions="2 alpha > 1, beta > 1/2, batch fixed; the excess is P - sigma^2; no boundary at alpha = beta",
    order_of_limits=_FREE,
)
def _features() -> Iterable[Comparison]:
    return _compare(FEATURES)


def _cooled(power: Fraction) -> Any:
    """The exponent of tau in what a cool-down leaves of the noise, at the point: the largest of its terms."""
    from sympy import Rational

    from ...theory.models.one_pass.terms import label_noise
    from ...theory.models.plrf.model import alpha

    end = Rational(power / (power + 1))
    terms = [part.monomial for part in label_noise(end) if part.monomial["d"] == 0]
    return max(m["tau"].subs(alpha, Rational(COOLED)) for m in terms)


@claim(
    "cooldown",
    "What a cool-down (1 - t/n)^m leaves of the label noise",
    lambda: tuple(equation(f"exponent(m = {m})", _cooled(m)) for m in POWERS),
    each=len(LENGTHS),
    assumptions="2 alpha > 1, m different from 2 alpha - 1, where a logarithm comes in; shown at alpha = 3/2",
    order_of_limits="d to infinity first, then the length n to infinity at a fixed largest step size",
    derived_by="tauber.theory.models.one_pass.terms.label_noise",
    measured_by="tauber.numerics.models.one_pass.training.Training.curve",
)
def _cooldown() -> Iterator[Comparison]:
    from ...numerics.models.one_pass.nodes import Nodes, two_rules
    from ...numerics.models.one_pass.schedule import CoolDown
    from ...numerics.models.one_pass.training import Training
    from ...numerics.models.plrf import PLRF

    model = PLRF(COOLED, Fraction(1, 2), 1e9, math.inf, noise=1)
    rule = two_rules(model.nodes, float(model.d), top=1 / float(model.step_size))[0]
    alone = Nodes(rule.x, rule.modes, 0 * rule.power, 0.0, rule.error)  # no target: of the loss the noise is left
    for power in POWERS:
        runs = [Training(model, schedule=CoolDown(n, float(power)), nodes=alone).curve([n]) for n in LENGTHS]
        values = [float(run.excess[0]) for run in runs]
        errors = [float(run.excess_error[0] * run.excess[0]) for run in runs]
        slopes = slopes_of(values, errors, LENGTHS)
        yield compare_exponent(f"exponent of n, alpha = {COOLED}, m = {power}", float(_cooled(power)), *slopes)
