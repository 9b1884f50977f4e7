"""Claims: the two compute-optimal exponents of each phase of the PLRF model.

The frontier is measured at one point in the interior of each phase, for budgets f = 1e12 ... 1e24, and the limits of
its local slopes are compared with the derived exponents. In phase IVb, whose strip is narrow, corrections decay slowly;
its probe takes v/d near 1 and a step size near its limit, where they are small.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from ..claim import Claim, Kind, Verdict, judge
from ..families.optimum import state_powers
from ..measure import compare_exponent
from ..registry import REGISTRY
from .probe import PAPER, Probe

if TYPE_CHECKING:
    from ...numerics.models.plrf.frontier import Frontier

BUDGETS = (1e9, 1e12, 1e15, 1e18, 1e21)


PROBES = {
    "Ia": Probe(Fraction(4, 5), Fraction(1, 5), math.inf),
    "Ib": Probe(Fraction(3, 10), Fraction(7, 20), 10.0),
    "Ic": Probe(Fraction(3, 20), Fraction(1), 10.0),
    "II": Probe(Fraction(11, 10), Fraction(4, 5), math.inf),
    "III": Probe(Fraction(4, 5), Fraction(6, 5), math.inf),
    "IVa": Probe(Fraction(2, 5), Fraction(1), 10.0),
    "IVb": Probe(Fraction(7, 25), Fraction(3, 2), 1.1, 0.9),
}


@cache
def measured_frontier(probe: Probe) -> Frontier:
    """Frontier of a probe at :data:`BUDGETS`; kept, since several claims look at it."""
    from ...numerics.models.plrf.frontier import frontier

    return frontier(probe.alpha, probe.beta, BUDGETS, ratio=probe.ratio, step_size=probe.step_size)


def _check(name: str) -> Verdict:
    from ...theory.models.plrf import derive

    probe = PROBES[name]
    derived = derive(probe.alpha, probe.beta)
    if derived.phase != name or derived.d_exponent is None or derived.loss_exponent is None:
        return judge([], samples=0, precision="exact", note=f"the probe lies in phase {derived.phase}, not {name}")
    found = measured_frontier(probe)
    losses = [-slope for slope in found.loss_slope]
    at = f"{probe}, f up to {BUDGETS[-1]:g}"
    evidence = [
        compare_exponent(f"d* exponent at {at}", derived.d_exponent, found.d_slope, found.d_slope_error),
        compare_exponent(f"P* exponent at {at}", derived.loss_exponent, losses, found.loss_slope_error),
    ]
    return judge(evidence, samples=len(BUDGETS), precision="float64")


def _statement(name: str) -> Any:
    from ...theory.models.plrf import phase_diagram

    phase = phase_diagram()[name]
    assert phase.loss_exponent is not None
    return state_powers("f", {"d": (1, phase.exponents["d"]), "P": (1, -phase.loss_exponent)})


for _name in PROBES:
    REGISTRY.add(
        Claim(
            id=f"plrf.phase.{_name}",
            title=f"Phase {_name}: exponents of the optimal size and of its loss",
            kind=Kind.EXPONENT,
            statement=partial(_statement, _name),
            assumptions=f"inside phase {_name}; batch fixed, step size a fixed part of its stability limit, v/d fixed",
            order_of_limits="f to infinity with d minimised at each f, so d and r grow together; v = (v/d) d",
            source=f"{PAPER}, table of the 4+3 phases",
            derived_by="tauber.theory.models.plrf.derive",
            measured_by="tauber.numerics.models.plrf.frontier",
            check=partial(_check, _name),
        )
    )
