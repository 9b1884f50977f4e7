"""Claims: the two compute-optimal exponents of each phase of the PLRF model.

The frontier is measured at one point in the interior of each phase, for budgets f = 1e12 ... 1e24, and the limits of
its local slopes are compared with the derived exponents. In phase IVb, whose strip is narrow, corrections decay slowly;
its probe takes v/d near 1 and a step size near its limit, where they are small.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from ..claim import Kind
from ..families.optimum import Optimum, Slopes
from ..papers import PHASES
from ..source import stated
from ..topic import topic
from .probe import Probe

if TYPE_CHECKING:
    from ...numerics.models.plrf.frontier import Frontier
    from ...theory.optimum.diagram import Phase

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


def _slopes(probe: Probe) -> dict[str, Slopes]:
    found = measured_frontier(probe)
    return {"d": (found.d_slope, found.d_slope_error), "loss": (-found.loss_slope, found.loss_slope_error)}


def _derived(probe: Probe) -> tuple[str | None, Mapping[str, Any]]:
    from ...theory.models.plrf import derive

    found = derive(probe.alpha, probe.beta)
    return found.phase, {"d": found.d_exponent, "loss": found.loss_exponent}


def _phase(name: str) -> Phase:
    from ...theory.models.plrf import phase_diagram

    return phase_diagram()[name]


OPTIMUM = Optimum(
    budget="f", loss="P", names=("d", "loss"), budgets=BUDGETS, phase=_phase, derived=_derived, slopes=_slopes
)

claim = topic(
    "plrf.phase",
    kind=Kind.EXPONENT,
    order_of_limits="f to infinity with d minimised at each f, so d and r grow together; v = (v/d) d",
    source=stated(PHASES),
    derived_by="tauber.theory.models.plrf.derive",
    measured_by="tauber.numerics.models.plrf.frontier",
)
for _name, _probe in PROBES.items():
    claim(
        _name,
        f"Phase {_name}: exponents of the optimal size and of its loss",
        partial(OPTIMUM.state, _name),
        assumptions=f"inside phase {_name}; batch fixed, step size a fixed part of its stability limit, v/d fixed",
    )(partial(OPTIMUM.check, _name, _probe))
