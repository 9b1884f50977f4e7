"""Claims: each boundary of the PLRF phase diagram."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ..claim import Comparison, Kind
from ..families.boundaries import Crossing, compare_across, exponents, segment
from ..measure import SOLVER
from ..papers import PLANE
from ..source import stated
from ..topic import topic
from .phases import BUDGETS, OPTIMUM, PROBES
from .probe import Probe

if TYPE_CHECKING:
    from ...theory.optimum.diagram import Phase, PhaseDiagram

NO_LAW = "none"

# For each pair of neighbours a segment from the first phase to the second that crosses no other boundary.
CROSSINGS = {
    ("Ia", "Ib"): segment("3/5", "1/4", "2/5", "1/4"),
    ("Ia", "II"): segment("4/5", "2/5", "4/5", "3/5"),
    ("Ib", "Ic"): segment("1/5", "2/5", "1/5", "3/5"),
    ("Ib", "IVa"): segment("2/5", "2/5", "2/5", "3/5"),
    ("Ib", "IVb"): segment("7/25", "2/5", "7/25", "3/5"),
    ("Ib", "none"): segment("3/10", "3/10", "1/5", "1/5"),
    ("Ic", "IVb"): segment("1/5", "1", "7/25", "1"),
    ("II", "III"): segment("1", "3/4", "3/4", "1"),
    ("III", "IVa"): segment("3/5", "1", "2/5", "1"),
    ("IVa", "IVb"): segment("2/5", "1", "27/100", "1"),
}
_WITHOUT_LAW = Probe(Fraction(1, 5), Fraction(1, 5), 10.0)


def _diagram() -> PhaseDiagram:
    from ...theory.models.plrf import phase_diagram

    return phase_diagram()


def _derive(alpha: Any, beta: Any) -> Any:
    from ...theory.models.plrf import derive

    return derive(alpha, beta)


def _across(own: Phase, other: Phase) -> Comparison:
    """The exponent of d* or of P*, whichever tells the two formulas best apart."""
    from ...theory.models.plrf import alpha, beta

    probe, mine, theirs = PROBES[own.name], exponents(own), exponents(other)
    at = {alpha: probe.alpha, beta: probe.beta}
    jumps = {name: float((mine[name] - theirs[name]).subs(at)) for name in ("loss", "d") if name in theirs}
    name = max(jumps, key=lambda name: abs(jumps[name]))
    letter = "P" if name == "loss" else name
    what = f"{letter}* exponent measured in {own.name} ({probe}) minus the formula of {other.name} there"
    return compare_across(what, jumps[name], float(theirs[name].subs(at)), OPTIMUM.slopes(probe)[name])


def _without_law() -> Comparison:
    """Exponent with which the least loss over all sizes falls where no power law is derived."""
    losses, errors = [], []
    for budget in (BUDGETS[0], BUDGETS[-1]):
        sizes = sorted({round(10 ** (k / 3)) for k in range(int(3 * math.log10(budget)))})
        curves = [_WITHOUT_LAW.model(size).curve([budget / size]) for size in sizes]
        best = min(curves, key=lambda curve: float(curve.loss[0]))
        losses.append(float(best.loss[0]))
        errors.append(float(best.error[0]))
    span = math.log(BUDGETS[-1] / BUDGETS[0])
    what = f"fall of the least loss without a power law ({_WITHOUT_LAW})"
    return Comparison(what, 0.0, math.log(losses[0] / losses[1]) / span, sum(errors) / span, SOLVER, 1e-6)


def _measured(first: Phase, second: Phase) -> list[Comparison]:
    return [_across(first, second), _without_law() if second.name == NO_LAW else _across(second, first)]


claim = topic(
    "plrf.boundary",
    kind=Kind.BOUNDARY,
    assumptions="alpha, beta > 0; logarithms may multiply the powers on the curve itself",
    order_of_limits="f to infinity at fixed (alpha, beta), then towards the curve",
    source=stated(PLANE),
    derived_by="tauber.theory.models.plrf.phase_diagram",
    measured_by="tauber.numerics.models.plrf.frontier",
)
for _pair, _ends in CROSSINGS.items():
    _crossing = Crossing(
        pair=_pair, segment=_ends, diagram=_diagram, derive=_derive, resource="d", loss="P", measured=_measured
    )
    _other = "the region without a power law" if _pair[1] == NO_LAW else f"phase {_pair[1]}"
    claim("-".join(_pair), f"Boundary between phase {_pair[0]} and {_other}", _crossing.state)(_crossing.check)
