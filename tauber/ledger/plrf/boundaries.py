"""Claims: each boundary of the PLRF phase diagram.

Exact part, on a segment that crosses the boundary: a hair before and behind it the derivation names the two phases, on
it (where that point is rational) it names both; the two answers differ in trade-off or formula, and on the curve their
loss exponents are equal (those of d* need not be: on IVa-IVb the loss is flat in d, and d* jumps). Measured part:
inside each of the two phases the frontier misses the formula of the other one, continued across the boundary, by just
the distance between the formulas. So the boundary is really crossed.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

from ..claim import Claim, Comparison, Kind, Verdict, judge
from ..measure import exactly, limit_of
from ..registry import REGISTRY
from .phases import BUDGETS, PROBES, measured_frontier
from .probe import PAPER, Probe

if TYPE_CHECKING:
    from ...theory.optimum.diagram import Boundary, Phase

Point = tuple[Fraction, Fraction]
NO_LAW = "none"


def _segment(alpha: str, beta: str, to_alpha: str, to_beta: str) -> tuple[Point, Point]:
    return (Fraction(alpha), Fraction(beta)), (Fraction(to_alpha), Fraction(to_beta))


# For each pair of neighbours a segment from the first phase to the second that crosses no other boundary.
CROSSINGS = {
    ("Ia", "Ib"): _segment("3/5", "1/4", "2/5", "1/4"),
    ("Ia", "II"): _segment("4/5", "2/5", "4/5", "3/5"),
    ("Ib", "Ic"): _segment("1/5", "2/5", "1/5", "3/5"),
    ("Ib", "IVa"): _segment("2/5", "2/5", "2/5", "3/5"),
    ("Ib", "IVb"): _segment("7/25", "2/5", "7/25", "3/5"),
    ("Ib", "none"): _segment("3/10", "3/10", "1/5", "1/5"),
    ("Ic", "IVb"): _segment("1/5", "1", "7/25", "1"),
    ("II", "III"): _segment("1", "3/4", "3/4", "1"),
    ("III", "IVa"): _segment("3/5", "1", "2/5", "1"),
    ("IVa", "IVb"): _segment("2/5", "1", "27/100", "1"),
}
HAIR = Fraction(1, 10**6)  # in parts of the segment
_WITHOUT_LAW = Probe(Fraction(1, 5), Fraction(1, 5), 10.0)


def _boundary(pair: tuple[str, str]) -> Boundary:
    from ...theory.models.plrf import phase_diagram

    return next(found for found in phase_diagram().boundaries if set(found.between) == set(pair))


def _phases(pair: tuple[str, str]) -> tuple[Phase, Phase]:
    from ...theory.models.plrf import phase_diagram

    diagram = phase_diagram()
    return diagram[pair[0]], diagram[pair[1]]


def _crossing(pair: tuple[str, str]) -> Any:
    """Where the segment meets the boundary, as an exact number between 0 and 1."""
    import sympy

    from ...theory.models.plrf import alpha, beta

    share = sympy.Symbol("share")
    polynomial = _boundary(pair).polynomial.subs(dict(zip((alpha, beta), _at(pair, share), strict=True)))
    (place,) = (root for root in sympy.real_roots(polynomial, share) if 0 < root < 1)
    return place


def _at(pair: tuple[str, str], share: Any) -> tuple[Any, Any]:
    """Point of the segment at a share of its length, exact."""
    import sympy

    (a, b), (to_a, to_b) = (tuple(sympy.Rational(x.numerator, x.denominator) for x in end) for end in CROSSINGS[pair])
    return a + share * (to_a - a), b + share * (to_b - b)


def _derived_beside(pair: tuple[str, str]) -> tuple[int, int]:
    """How many derivations were made around the crossing, and how many of them named other phases than the claim."""
    import sympy

    from ...theory.models.plrf import derive

    place = _crossing(pair)
    middle = sympy.Rational(sympy.floor(place / HAIR)) * sympy.Rational(1, HAIR.denominator)
    hair = sympy.Rational(HAIR.numerator, HAIR.denominator)
    named = [derive(*_at(pair, share)).phase for share in (0, middle - hair, middle + 2 * hair, 1)]
    wrong = sum(name != wanted for name, wanted in zip(named, (pair[0], pair[0], pair[1], pair[1]), strict=True))
    if not place.is_rational:
        return 4, wrong
    return 5, wrong + (set(derive(*_at(pair, place)).boundary_of) != set(pair))


def _gaps_on(pair: tuple[str, str]) -> tuple[Any, Any]:
    """Differences of the P* and of the d* exponents of the two phases on the curve, as formulas.

    No power law counts as the loss exponent 0, and has no d*.
    """
    import sympy

    equation = _boundary(pair).equation
    on_curve = {equation.lhs: equation.rhs} if equation.lhs.is_Symbol else sympy.solve(equation, dict=True)[0]
    (d_first, loss_first), (d_second, loss_second) = (_exponents(phase) for phase in _phases(pair))
    d_gap = 0 if NO_LAW in pair else d_first - d_second
    return tuple(
        sympy.factor(sympy.simplify(sympy.sympify(gap).subs(on_curve))) for gap in (loss_first - loss_second, d_gap)
    )


def _exponents(phase: Phase) -> tuple[Any, Any]:
    """Exponents of d* and of P*; without a power law P* has the exponent 0 and d* none."""
    import sympy

    return phase.exponents.get("d"), sympy.Integer(0) if phase.loss_exponent is None else phase.loss_exponent


def _measured(own: Phase, other: Phase) -> Comparison:
    """How far the frontier inside one phase lies from the formula of the other, beside the distance of the formulas."""
    from ...theory.models.plrf import alpha, beta

    probe = PROBES[own.name]
    found = measured_frontier(probe)
    at = {alpha: probe.alpha, beta: probe.beta}
    (own_d, own_loss), (other_d, other_loss) = _exponents(own), _exponents(other)
    choices: list[tuple[str, Any, Any, Any, Any]] = [
        ("P*", own_loss, other_loss, -found.loss_slope, found.loss_slope_error)
    ]
    if other_d is not None:
        choices.append(("d*", own_d, other_d, found.d_slope, found.d_slope_error))
    jumps = [(float((a - b).subs(at)), name, float(b.subs(at)), s, e) for name, a, b, s, e in choices]
    jump, name, theirs, slopes, errors = max(jumps, key=lambda entry: abs(entry[0]))
    limit = limit_of(slopes, errors)
    what = f"{name} exponent measured in {own.name} ({probe}) minus the formula of {other.name} there"
    return Comparison(what, jump, limit.value - theirs, limit.next_term, limit.because, abs(jump) / 2)


def _measured_without_law() -> Comparison:
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
    return Comparison(
        what, 0.0, math.log(losses[0] / losses[1]) / span, sum(errors) / span, "errors of the solver", 1e-6
    )


def _check(pair: tuple[str, str]) -> Verdict:
    points, wrong = _derived_beside(pair)
    first, second = _phases(pair)
    same = (first.tradeoff, _exponents(first)) == (second.tradeoff, _exponents(second))
    loss_gap, d_gap = _gaps_on(pair)
    evidence = [
        exactly("derivations around the crossing that name other phases", wrong),
        exactly("answers of the two phases that are one and the same", float(same)),
        exactly("points of the curve where the two P* exponents differ, as formulas", float(loss_gap != 0)),
        _measured(first, second),
        _measured_without_law() if second.name == NO_LAW else _measured(second, first),
    ]
    note = (
        ""
        if d_gap == 0
        else f"the d* exponent jumps on the curve, by {d_gap}: every size between the two is optimal there"
    )
    return judge(evidence, samples=points + 2, precision="exact; measured in float64", note=note)


def _statement(pair: tuple[str, str]) -> Any:
    return _boundary(pair).equation


for _pair in CROSSINGS:
    _names = f"phase {_pair[0]} and " + (
        "the region without a power law" if _pair[1] == NO_LAW else f"phase {_pair[1]}"
    )
    REGISTRY.add(
        Claim(
            id=f"plrf.boundary.{_pair[0]}-{_pair[1]}",
            title=f"Boundary between {_names}",
            kind=Kind.BOUNDARY,
            statement=partial(_statement, _pair),
            assumptions="alpha, beta > 0; logarithms may multiply the powers on the curve itself",
            order_of_limits="f to infinity at fixed (alpha, beta), then towards the curve",
            source=f"{PAPER}, phase diagram",
            derived_by="tauber.theory.models.plrf.phase_diagram",
            measured_by="tauber.numerics.models.plrf.frontier",
            check=partial(_check, _pair),
        )
    )
