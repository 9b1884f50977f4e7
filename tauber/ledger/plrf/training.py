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
from ..measure import compare_exponent, compare_limit, slopes_of
from ..topic import equation, topic
from .exact import DERIVED_HERE

if TYPE_CHECKING:
    from ...numerics.models.plrf.trained_frontier import TrainedFrontier
    from ...theory.models.one_pass.constants import BestConstants
    from ...theory.optimum.problem import OptimumAt


@dataclass(frozen=True)
class Noisy:
    """A point and the standard deviation of the noise."""

    alpha: Fraction
    beta: Fraction
    sigma: float

    def __str__(self) -> str:
        return f"alpha = {self.alpha}, beta = {self.beta}, sigma = {self.sigma:g}"


BUDGETS = (1e12, 1e15, 1e18, 1e21)
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
            slopes = found.slopes[name], found.slope_errors[name], BUDGETS
            yield compare_exponent(what, float(exponent), *slopes, over="f")


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


@claim(
    "label_noise.constants",
    "Label noise, best step size: the constants of the least loss, the best size and the best step size",
    lambda: _constants_statement(FEATURES[0]),
    kind=Kind.EQUIVALENCE,
    each=len(BUDGETS),
    assumptions="2 alpha > 1, beta not 1/2; left out, after a look, as too slow to be told to two percent at these "
    "budgets: the step size for beta < 1/2, the size for beta > 1/2",
    order_of_limits=_FREE,
    derived_by="tauber.theory.models.one_pass.constants.best_constants",
)
def _constants() -> Iterator[Comparison]:
    from sympy import Rational

    for point, names in ((TAIL[0], ("loss", "d")), (FEATURES[0], ("loss", "gamma"))):
        best, found, constants = _derived(point), _measured(point), _best(point)
        values = dict(zip(("loss", "d", "gamma"), constants.values(Rational(str(point.sigma))), strict=True))
        assert best.loss_exponent is not None  # each point lies inside a phase
        assert constants.correction is not None  # as for every power law
        powers = {"loss": -best.loss_exponent, "d": best.exponents["d"], "gamma": best.exponents["gamma"]}
        for name in names:
            measured = found.excess if name == "loss" else found.resources[name]
            laws = (float(values[name]) * f ** float(powers[name]) for f in BUDGETS)
            shares = [float(x) / law for x, law in zip(measured, laws, strict=True)]
            what = f"{name} over its law at {point}, f = {BUDGETS[-1]:g}"
            yield compare_limit(what, shares, BUDGETS, float(constants.correction), noise=1e-6)


def _best(point: Noisy) -> BestConstants:
    from sympy import Rational

    from ...theory.models.one_pass.constants import best_constants
    from ...theory.models.one_pass.training import Training

    return best_constants(Training("free", Rational(0)), Rational(point.alpha), Rational(point.beta))


def _constants_statement(point: Noisy) -> Any:
    from sympy import Symbol

    best, constants, f = _derived(point), _best(point), Symbol("f", positive=True)
    assert best.loss_exponent is not None  # the point lies inside a phase
    return equation("excess", constants.loss * f**-best.loss_exponent)


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
    for power in POWERS:
        values, errors = _noise_left(power, None, LENGTHS)
        slopes = slopes_of(values, errors, LENGTHS)
        yield compare_exponent(f"exponent of n, alpha = {COOLED}, m = {power}", float(_cooled(power)), *slopes)


def _noise_left(power: Fraction, step: float | None, lengths: Sequence[float]) -> tuple[list[float], list[float]]:
    """The excess of a model without a target at the end of runs of these lengths, and its errors."""
    from ...numerics.models.one_pass.nodes import Nodes, two_rules
    from ...numerics.models.one_pass.schedule import CoolDown
    from ...numerics.models.one_pass.training import Training
    from ...numerics.models.plrf import PLRF

    model = PLRF(COOLED, Fraction(1, 2), 1e9, math.inf, noise=1, step_size="auto" if step is None else step)
    rule = two_rules(model.nodes, float(model.d), top=1 / float(model.step_size))[0]
    alone = Nodes(rule.x, rule.modes, 0 * rule.power, 0.0, rule.error)  # no target: of the loss the noise is left
    runs = [Training(model, schedule=CoolDown(n, float(power)), nodes=alone).curve([n]) for n in lengths]
    return [float(run.excess[0]) for run in runs], [float(run.excess_error[0] * run.excess[0]) for run in runs]


SMALL = 1e-4
"""A step size so small that what is of second order in it counts little: at most gamma ((B+1) lambda_1 + trace)."""
SHORT, LONG = Fraction(1, 2), Fraction(20)
"""A cool-down whose end decides, and one of which the whole does, at alpha = 3/2."""


@claim(
    "cooldown.constant",
    "What a cool-down (1 - t/n)^m leaves of the label noise, with its constant",
    lambda: tuple(equation(f"P_noise(m = {m})", _noise_law(m)[0]) for m in (SHORT, LONG)),
    kind=Kind.EQUIVALENCE,
    each=len(LENGTHS),
    assumptions="2 alpha > 1; P_noise times gamma tau^-nu, tau = gamma n/(m+1), nu = min(m/(m+1), 1 - 1/(2 alpha)), "
    "for a small step size gamma; shown at alpha = 3/2",
    order_of_limits="d to infinity first, the step size to 0, then tau to infinity",
    derived_by="tauber.theory.models.one_pass.constants.noise_left",
    measured_by="tauber.numerics.models.one_pass.training.Training.curve",
)
def _cooldown_constant() -> Iterator[Comparison]:
    """The next part is relative tau^-|mu - (1 - q)|; beside it stands what is of second order in the step."""
    q, lengths = 1 / (2 * float(COOLED)), [n / SMALL for n in LENGTHS[:4]]
    for power in (SHORT, LONG):
        constant, fall = (float(x) for x in _noise_law(power))
        taus = [SMALL * n / (float(power) + 1) for n in lengths]
        values, errors = _noise_left(power, SMALL, lengths)
        laws = [SMALL * tau**-fall * constant for tau in taus]
        shares = [value / law for value, law in zip(values, laws, strict=True)]
        noise = max(error / law for error, law in zip(errors, laws, strict=True)) + 4 * SMALL
        rate = abs(float(power / (power + 1)) - (1 - q))
        yield compare_limit(f"noise over its law, m = {power}, tau = {taus[-1]:g}", shares, taus, rate, noise=noise)


def _noise_law(power: Fraction) -> tuple[Any, Any]:
    """Constant, at sigma = 1, and power of tau."""
    from sympy import Rational

    from ...theory.models.one_pass.constants import noise_left
    from ...theory.models.plrf.noise import SIGMA

    constant, fall = noise_left(Rational(COOLED), Rational(power))
    return constant.subs(SIGMA, 1), fall
