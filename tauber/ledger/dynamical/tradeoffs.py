"""Claims: what the phases of the compute optimum say together, and the optimum with data in the budget, too.

The boundary of the two phases of C = N t; on which side of which line the best time outgrows the best width; and the
exponents for C = N t P^(1/2) where three terms balance at the end of the window.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from ..claim import Comparison, Kind, Verdict, judge
from ..measure import exactly, limit_of
from ..topic import topic
from .optimum import (
    BUDGETS,
    LEVEL,
    LIMITS,
    PROBES,
    SINGLE,
    THREE,
    TRANSIENT,
    TWO,
    compare_slopes,
    derived,
    exponents_of,
    measured_frontier,
    phase_of,
    state_phase,
)
from .probe import DERIVED_HERE, Probe, probe

ASYMMETRY_PROBES = (probe("2", "3/2"), probe("11/4", "3/2"), probe("3", "3/2"), probe("5", "3/2"))


THREE_PHASE = "time = width level = data level = width-data level"
claim = topic(
    "dynamical.optimum",
    source=DERIVED_HERE,
    derived_by="tauber.theory.models.dynamical.phase_diagram",
    measured_by="tauber.numerics.models.dynamical.frontier.frontier",
)


def compare_asymmetry(point: Probe, difference: float, resolution: float) -> Comparison:
    """Set the measured exponent of t* less that of N* beside a number."""
    found = measured_frontier(point)
    width, time = found.resources["N"], found.resources["t"]
    slopes = [t - n for n, t in zip(width.slope, time.slope, strict=True)]
    limit = limit_of(slopes, [n + t for n, t in zip(width.slope_error, time.slope_error, strict=True)])
    what = f"exponent of t* minus exponent of N* at {point}"
    return Comparison(what, difference, limit.value, limit.next_term, limit.because, resolution)


def _state_boundary() -> Any:
    from ...theory.models.dynamical import budget, phase_diagram

    (border,) = phase_diagram(budget(dict(TWO))).boundaries
    return border.equation


@claim(
    "boundary",
    "Boundary of the two phases of C = N t",
    _state_boundary,
    samples=3,
    precision="exact; measured in float64",
    kind=Kind.BOUNDARY,
    assumptions=f"a, b > 1; on the curve itself logarithms multiply the powers; {SINGLE}",
    order_of_limits=f"{LIMITS}, at fixed (a, b), then towards the curve",
)
def _check_boundary() -> Iterator[Comparison]:
    """The derived curve, the continuity of the exponents on it, and the frontier of either side against the other."""
    from sympy import simplify

    from ...theory.models.dynamical import a, b, budget, optimum, phase_diagram

    (border,) = phase_diagram(budget(dict(TWO))).boundaries
    below, above = phase_of(LEVEL), phase_of(TRANSIENT)
    on_curve = optimum(*probe("5/2", "3/2").exact, budget(dict(TWO))).boundary_of
    pairs: list[tuple[Any, Any]] = [(below.loss_exponent, above.loss_exponent)]
    pairs += [(below.exponents[x], above.exponents[x]) for x in ("N", "t")]
    jumps = [simplify((one - other).subs(a, b + 1)) for one, other in pairs]
    yield exactly("derived polynomial on the curve a = b + 1", simplify(border.polynomial.subs(a, b + 1)) != 0)
    yield exactly("phases that meet there, beyond the two", len({*border.between, *on_curve} ^ {LEVEL, TRANSIENT}))
    yield exactly("exponents that jump on the curve, as formulas", sum(jump != 0 for jump in jumps))
    for name, own, other in ((LEVEL, below, above), (TRANSIENT, above, below)):
        point = PROBES[name]
        at = dict(zip((a, b), point.exact, strict=True))
        mine, theirs = (float(phase.exponents["N"].subs(at)) for phase in (own, other))
        width = measured_frontier(point).resources["N"]
        limit = limit_of(width.slope, width.slope_error)
        what = f"N* exponent measured at {point} minus the formula of the other phase there"
        resolution = abs(mine - theirs) / 2
        yield Comparison(what, mine - theirs, limit.value - theirs, limit.next_term, limit.because, resolution)


THREE_PROBE = probe("2", "3/2")
THREE_BUDGETS = (1e6, 1e8, 1e10, 1e12)


@claim(
    "three_resources",
    f"Compute optimum for C = N t P^(1/2) where {THREE_PHASE}: exponents",
    partial(state_phase, THREE_PHASE, THREE),
    kind=Kind.EXPONENT,
    assumptions=f"inside the phase a - 1 < b; no noise; {SINGLE}",
    order_of_limits="C to infinity with the loss minimised over N, t and P at each C, so all three grow together",
)
def _check_three() -> Verdict:
    found = derived(THREE_PROBE, THREE).optimum.phase
    if found != THREE_PHASE:
        return judge([], samples=0, precision="exact", note=f"the probe lies in phase {found}, not {THREE_PHASE}")
    evidence = compare_slopes(THREE_PROBE, exponents_of(THREE_PROBE, THREE), THREE, THREE_BUDGETS)
    return judge(evidence, samples=len(THREE_BUDGETS), precision="float64")


@claim(
    "asymmetry",
    "The best time grows faster with compute than the best width exactly where a < 2 b",
    "x_t - x_N = (b - 1)/(b + 1) > 0 for a - 1 < b, (2 b - a)/a for a - 1 > b; "
    "so, with b > 1, x_t > x_N if and only if a < 2 b",
    samples=len(ASYMMETRY_PROBES) * len(BUDGETS),
    precision="exact, and float64",
    kind=Kind.INEQUALITY,
    assumptions=f"a, b > 1, N* ~ C^x_N and t* ~ C^x_t for C = N t; {SINGLE}",
    order_of_limits=LIMITS,
)
def _check_asymmetry() -> Iterator[Comparison]:
    """The two differences as formulas; at each point the measured difference, sharp enough to show its sign."""
    from sympy import simplify

    from ...theory.models.dynamical import a, b

    stated = {LEVEL: (b - 1) / (b + 1), TRANSIENT: (2 * b - a) / a}
    for name, formula in stated.items():
        powers = phase_of(name).exponents
        rest = simplify(powers["t"] - powers["N"] - formula)
        yield exactly(f"derived difference of the exponents minus {formula} in phase {name}", rest != 0)
    for point in ASYMMETRY_PROBES:
        powers = derived(point).optimum.exponents
        difference = float(powers["t"] - powers["N"])
        yield compare_asymmetry(point, difference, abs(difference) / 2 or 0.02)
