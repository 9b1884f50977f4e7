"""Claims: the constants of compute-optimal size and loss in each phase, and how fast the frontier reaches them.

The frontier is measured at f = 1e16, 1e20, 1e24; loss over derived loss tends to one like f^-w with the derived w. In
phase IVb w is so small that no budget in reach shows the limit. There the chain has two links: the measured frontier
against the least value over d of the two leading terms, one of them with its full crossover function; and this least
value, at budgets only a formula can reach, against the closed constant.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from ..claim import Comparison, Kind
from ..families.laws import compare_leading
from ..families.optimum import state_powers
from ..measure import compare_limit
from ..topic import topic
from .exact import DERIVED_HERE, ExactProbe

if TYPE_CHECKING:
    from ...numerics.models.plrf.frontier import Frontier
    from ...theory.models.plrf.optimum import OptimalConstants

BUDGETS = (1e16, 1e20, 1e24)
FORMULA_BUDGETS = (200, 400, 800)  # decimal logarithms
SERIES_BOUND = Fraction(2)


def _narrow(alpha: str, beta: str, ratio: int) -> ExactProbe:
    return ExactProbe(Fraction(alpha), Fraction(beta), strength=Fraction(1, 2), ratio=Fraction(ratio))


PROBES = {
    "Ia": ExactProbe(Fraction(81, 100), Fraction(29, 100), Fraction(3, 20)),
    "Ib": _narrow("2/5", "3/10", 10),
    "Ic": _narrow("3/20", "9/10", 4),
    "II": ExactProbe(Fraction(113, 100), Fraction(81, 100), batch=2),
    "III": ExactProbe(Fraction(71, 100), Fraction(113, 100)),
    "IVa": _narrow("2/5", "1", 10),
    "IVb": _narrow("27/100", "9/10", 4),
}


@cache
def derived_optimum(probe: ExactProbe) -> OptimalConstants:
    """Derived constants of a probe; kept, since the minimum over the crossover function takes a second."""
    from ...theory.models.plrf.optimum import optimal_constants

    return optimal_constants(probe.law())


def measured_frontier(probe: ExactProbe, budgets: tuple[float, ...] = BUDGETS) -> Frontier:
    """Frontier of a probe."""
    from ...numerics.models.plrf.frontier import frontier

    step = probe.step_size if probe.narrow else probe.step
    return frontier(probe.alpha, probe.beta, budgets, ratio=probe.ratio, batch=probe.batch, step_size=step)


def compare_optimum(probe: ExactProbe) -> Comparison:
    """Set the least loss beside its derived law."""
    best, found = derived_optimum(probe), measured_frontier(probe)
    term, rate = (float(best.loss_value), -best.loss_exponent), float(best.correction_exponent)
    return compare_leading("least loss", probe, term, found.loss, BUDGETS, rate, letter="f")


@cache
def _series(probe: ExactProbe) -> list[tuple[float, int, float]]:
    """The crossover function at small x as a sum of ``c x^e log(x)^k``: entries e, k, c."""
    from ...theory.models.plrf.crossover_series import SmallTime

    law = probe.law()
    return [(float(e), k, float(law.evaluate(c))) for e, k, c in SmallTime(law.crossover, SERIES_BOUND).exact()]


def least_of_formula(probe: ExactProbe, log10_budget: float) -> float:
    """Least value over d of F_pp plus the crossover function, as the logarithm of P*.

    The crossover function is summed at small x, where the optimum lies in phase IVb.
    """
    from scipy.optimize import minimize_scalar

    law, best = probe.law(), derived_optimum(probe)
    bias, (rho, n) = law.terms["F_pp"], law.scaled_time
    log_f = log10_budget * math.log(10)
    late = math.log(float(law.evaluate(law.crossover_amplitude)))

    def log_loss(log_d: float) -> float:
        log_r = log_f - log_d - math.log(probe.batch)
        log_x = math.log(float(rho)) + log_f - float(n) * log_d
        psi = sum(c * math.exp(e * log_x) * log_x**k for e, k, c in _series(probe))
        first = math.log(float(bias.value)) + float(bias.d) * log_d + float(bias.r) * log_r
        second = late + float(law.crossover.d_exponent) * log_d + math.log(psi)
        return max(first, second) + math.log1p(math.exp(-abs(first - second)))

    guess = float(best.d_exponent) * log_f + math.log(float(best.d_value))
    found = minimize_scalar(log_loss, bounds=(guess - 3, guess + 3), method="bounded", options={"xatol": 1e-6})
    return float(found.fun)


def _compare_in_two_links(probe: ExactProbe) -> Iterator[Comparison]:
    best, found = derived_optimum(probe), measured_frontier(probe)
    by_formula = [math.exp(least_of_formula(probe, math.log10(f))) for f in BUDGETS]
    measured = [float(loss) / value for loss, value in zip(found.loss, by_formula, strict=True)]
    yield compare_limit(f"least loss over least formula at {probe}, f = {BUDGETS[-1]:g}", measured, BUDGETS, 0.0)
    reached = []
    for log10_f in FORMULA_BUDGETS:
        law = math.log(float(best.loss_value)) - float(best.loss_exponent) * log10_f * math.log(10)
        reached.append(math.exp(least_of_formula(probe, log10_f) - law))
    scales = [10.0 ** (log10_f / 8) for log10_f in FORMULA_BUDGETS]  # a double holds no larger budget
    law_at = f"{float(best.loss_value):.8g} f^-({best.loss_exponent}) at {probe}, f = 1e{FORMULA_BUDGETS[-1]}"
    rate = 8 * float(best.correction_exponent)
    yield compare_limit(f"least formula over {law_at}", reached, scales, rate, noise=1e-6)


def _check(name: str) -> Iterator[Comparison]:
    if name == SLOW:
        yield from _compare_in_two_links(PROBES[name])
    else:
        yield compare_optimum(PROBES[name])


def _statement(name: str) -> Any:
    from ...theory.models.plrf.optimum import optimal_constants

    best = optimal_constants(PROBES[name].law(), minimise=False)  # the formula needs no number
    powers = {"d": (best.d_constant, best.d_exponent), "P": (best.loss_constant, -best.loss_exponent)}
    return state_powers("f", powers, best.correction_exponent)


SLOW = "IVb"
_TWO_LINKS = "no budget in reach shows the limit: measured to the formula, and this to its limit"
claim = topic(
    "plrf.optimum",
    kind=Kind.EQUIVALENCE,
    order_of_limits="f to infinity with d minimised at each f, so d and r grow together; v = (v/d) d",
    source=DERIVED_HERE,
    derived_by="tauber.theory.models.plrf.optimum.optimal_constants",
    measured_by="tauber.numerics.models.plrf.frontier",
)
for _name in PROBES:
    claim(
        _name,
        f"Phase {_name}: exact constants of the optimal size and of its loss",
        partial(_statement, _name),
        samples=len(BUDGETS),
        note=_TWO_LINKS if _name == SLOW else "",
        assumptions=f"inside phase {_name}, at one rational point; batch, v/d and step size (times trace) fixed",
    )(partial(_check, _name))
