"""Claims about boundaries: two phases meet on a derived curve, and on each side the other's formula is missed.

Exact part, on a segment that crosses the boundary: a hair before and behind it the derivation names the two phases, on
it (where that point is rational) it names both; the two answers differ in trade-off or formula, and on the curve their
loss exponents are equal (those of a resource need not be: where the loss is flat in it, it jumps). Measured part:
inside each of the two phases the frontier misses the formula of the other one, continued across the boundary, by just
the distance between the formulas. So the boundary is really crossed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ..claim import Comparison, Verdict, judge
from ..measure import exactly, limit_of
from .optimum import Slopes

if TYPE_CHECKING:
    from ...theory.optimum.diagram import Boundary, Phase, PhaseDiagram

Point = tuple[Fraction, Fraction]
HAIR = Fraction(1, 10**6)  # in parts of the segment


def segment(x: str, y: str, to_x: str, to_y: str) -> tuple[Point, Point]:
    """Two points of the plane, exactly."""
    return (Fraction(x), Fraction(y)), (Fraction(to_x), Fraction(to_y))


def compare_across(what: str, jump: float, other: float, slopes: Slopes) -> Comparison:
    """How far a measured exponent lies from another phase's formula, beside the ``jump`` to its own from the other."""
    limit = limit_of(*slopes)
    return Comparison(what, jump, limit.value - other, limit.next_term, limit.because, abs(jump) / 2)


@dataclass(frozen=True, kw_only=True)
class Crossing:
    """A boundary of a phase diagram, and a segment from its first phase to its second that crosses no other one.

    Attributes
    ----------
    pair
        Names of the two phases.
    segment
        The two ends, exact.
    diagram
        Gives the derived diagram.
    derive
        The derivation at a point: ``phase``, and ``boundary_of`` where phases meet.
    resource, loss
        The letters of the resource whose exponent may jump, and of the loss.
    measured
        The comparisons inside the first phase with the second, and the reverse.
    """

    pair: tuple[str, str]
    segment: tuple[Point, Point]
    diagram: Callable[[], PhaseDiagram]
    derive: Callable[[Any, Any], Any]
    resource: str
    loss: str
    measured: Callable[[Phase, Phase], list[Comparison]]

    @property
    def boundary(self) -> Boundary:
        """The derived curve."""
        return next(found for found in self.diagram().boundaries if set(found.between) == set(self.pair))

    def state(self) -> Any:
        """Its equation."""
        return self.boundary.equation

    def _at(self, share: Any) -> tuple[Any, Any]:
        """Point of the segment at a share of its length, exact."""
        import sympy

        (a, b), (to_a, to_b) = (map(sympy.Rational, end) for end in self.segment)
        return a + share * (to_a - a), b + share * (to_b - b)

    def _place(self) -> Any:
        """Where the segment meets the boundary, as an exact number between 0 and 1."""
        import sympy

        share = sympy.Symbol("share")
        at = dict(zip(self.diagram().parameters, self._at(share), strict=True))
        (place,) = (root for root in sympy.real_roots(self.boundary.polynomial.subs(at), share) if 0 < root < 1)
        return place

    def _derived_beside(self) -> tuple[int, int]:
        """How many derivations were made around the crossing, and how many of them named other phases."""
        import sympy

        place, (first, second) = self._place(), self.pair
        hair = sympy.Rational(HAIR)
        middle = sympy.floor(place / hair) * hair
        sides = ((0, first), (middle - hair, first), (middle + 2 * hair, second), (1, second))
        wrong = sum(self.derive(*self._at(share)).phase != wanted for share, wanted in sides)
        if not place.is_rational:
            return 4, wrong
        return 5, wrong + (set(self.derive(*self._at(place)).boundary_of) != set(self.pair))

    def _gaps(self, first: Phase, second: Phase) -> tuple[Any, Any]:
        """Differences of the loss exponents and of those of the resource on the curve, as formulas.

        No power law counts as the loss exponent 0, and has no optimal resource.
        """
        import sympy

        equation, one, two = self.state(), exponents(first), exponents(second)
        on_curve = {equation.lhs: equation.rhs} if equation.lhs.is_Symbol else sympy.solve(equation, dict=True)[0]
        names = [name for name in ("loss", self.resource) if name in one and name in two]
        gaps = {name: sympy.factor(sympy.simplify((one[name] - two[name]).subs(on_curve))) for name in names}
        return gaps["loss"], gaps.get(self.resource, 0)

    def check(self) -> Verdict:
        """Check the boundary, exactly and by measurement."""
        points, wrong = self._derived_beside()
        first, second = (self.diagram()[name] for name in self.pair)
        same = (first.tradeoff, exponents(first)) == (second.tradeoff, exponents(second))
        loss_gap, gap = self._gaps(first, second)
        differ = f"points of the curve where the two {self.loss}* exponents differ, as formulas"
        evidence = [
            exactly("derivations around the crossing that name other phases", wrong),
            exactly("answers of the two phases that are one and the same", float(same)),
            exactly(differ, float(loss_gap != 0)),
            *self.measured(first, second),
        ]
        jump = (
            f"the {self.resource}* exponent jumps on the curve, by {gap}: every size between the two is optimal there"
        )
        note = "" if gap == 0 else jump
        return judge(evidence, samples=points + 2, precision="exact; measured in float64", note=note)


def exponents(phase: Phase) -> dict[str, Any]:
    """Exponents of the resources and of the loss; without a power law the loss has the exponent 0, and is alone."""
    from sympy import Integer

    return {**phase.exponents, "loss": Integer(0) if phase.loss_exponent is None else phase.loss_exponent}
