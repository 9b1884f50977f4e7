"""Claims: what the phases of the compute optimum say together, and the optimum with data in the budget, too.

The boundary of the two phases of C = N t; on which side of which line the best time outgrows the best width; and the
exponents for C = N t P^(1/2) where three terms balance at the end of the window.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from ..claim import Comparison, Kind
from ..families.boundaries import compare_across
from ..measure import exactly, limit_of
from ..topic import topic
from ..typed import typed
from .optimum import LEVEL, LIMITS, OPTIMUM, PROBES, THREE, TRANSIENT, TWO, exponents_of
from .probe import DERIVED_HERE, SINGLE, Probe, probe

if TYPE_CHECKING:
    from ...theory.optimum.diagram import Boundary

ASYMMETRY_PROBES = (probe("2", "3/2"), probe("11/4", "3/2"), probe("3", "3/2"), probe("5", "3/2"))

claim = topic(
    "dynamical.optimum",
    source=DERIVED_HERE,
    derived_by="tauber.theory.models.dynamical.phase_diagram",
    measured_by="tauber.numerics.models.dynamical.frontier.frontier",
)


def compare_asymmetry(point: Probe, difference: float, resolution: float) -> Comparison:
    """Set the measured exponent of t* less that of N* beside a number."""
    (width, width_error), (time, time_error) = (OPTIMUM.slopes(point)[name] for name in ("N", "t"))
    slopes = [t - n for n, t in zip(width, time, strict=True)]
    limit = limit_of(slopes, [n + t for n, t in zip(width_error, time_error, strict=True)])
    what = f"exponent of t* minus exponent of N* at {point}"
    return Comparison(what, difference, limit.value, limit.next_term, limit.because, resolution)


def _boundary() -> Boundary:
    (border,) = TWO.diagram().boundaries
    return border


@claim(
    "boundary",
    "Boundary of the two phases of C = N t",
    lambda: _boundary().equation,
    samples=3,
    precision="exact; measured in float64",
    kind=Kind.BOUNDARY,
    assumptions=f"a, b > 1; on the curve itself logarithms multiply the powers; {SINGLE}",
    order_of_limits=f"{LIMITS}, at fixed (a, b), then towards the curve",
)
def _check_boundary() -> Iterator[Comparison]:
    """The derived curve, the continuity of the exponents on it, and the frontier of either side against the other."""
    from sympy import simplify

    from ...theory.models.dynamical import a, b

    border, below, above = _boundary(), TWO.phase(LEVEL), TWO.phase(TRANSIENT)
    on_curve = TWO.derived(probe("5/2", "3/2")).optimum.boundary_of
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
        what = f"N* exponent measured at {point} minus the formula of the other phase there"
        yield compare_across(what, mine - theirs, theirs, OPTIMUM.slopes(point)["N"])


THREE_PHASE = "time = width level = data level = width-data level"
claim(
    "three_resources",
    f"Compute optimum for C = N t P^(1/2) where {THREE_PHASE}: exponents",
    partial(THREE.optimum().state, THREE_PHASE),
    kind=Kind.EXPONENT,
    assumptions=f"inside the phase a - 1 < b; no noise; {SINGLE}",
    order_of_limits="C to infinity with the loss minimised over N, t and P at each C, so all three grow together",
    dear=True,
)(partial(THREE.optimum().check, THREE_PHASE, probe("2", "3/2")))


def _differences() -> dict[str, Any]:
    """x_t - x_N in the two phases, as stated."""
    from ...theory.models.dynamical import a, b

    return {LEVEL: (b - 1) / (b + 1), TRANSIENT: (2 * b - a) / a}


@claim(
    "asymmetry",
    "The best time grows faster with compute than the best width exactly where a < 2 b",
    typed(
        "x_t - x_N = below where a - 1 < b | above where a - 1 > b",
        "x_t > x_N <=> a < 2*b",
        below=lambda: _differences()[LEVEL],
        above=lambda: _differences()[TRANSIENT],
    ),
    samples=len(ASYMMETRY_PROBES) * len(TWO.values),
    precision="exact, and float64",
    kind=Kind.INEQUALITY,
    assumptions=f"a, b > 1, N* ~ C^x_N and t* ~ C^x_t for C = N t; {SINGLE}",
    order_of_limits=LIMITS,
)
def _check_asymmetry() -> Iterator[Comparison]:
    """The two differences as formulas; at each point the measured difference, sharp enough to show its sign."""
    from sympy import simplify

    for name, formula in _differences().items():
        powers = TWO.phase(name).exponents
        rest = simplify(powers["t"] - powers["N"] - formula)
        yield exactly(f"derived difference of the exponents minus {formula} in phase {name}", rest != 0)
    for point in ASYMMETRY_PROBES:
        powers = exponents_of(point)
        difference = float(powers["t"] - powers["N"])
        yield compare_asymmetry(point, difference, abs(difference) / 2 or 0.02)
