"""The plane of two exponents in which a model lives, seen by `partition` as a positive quadrant.

A plane is what lies above a corner: ``alpha, beta > 0``, or ``a, b > 1``; the second bound may depend on the first
exponent, as in ``alpha > 0, alpha + beta > 1/2``. A *question* about it takes a parameter point and returns a label
with a certificate: rational functions of the parameters such that the label is constant wherever none of them changes
its sign (see `partition`). `Plane.cut` answers it for the whole plane, `Plane.around` at a point.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from sympy import And, Eq, Expr, Integer, Or, Poly, Rational, Symbol, symbols, sympify, true
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from ..algebra.rational import element, shifted
from ..spectra.parameters import rational_above
from .partition import Partition, neighbours, partition, relation, slope_in

At = Mapping[Symbol, Any]
Question = Callable[[At], tuple[Hashable, Iterable[Any]]]

_QUADRANT = symbols("x y", positive=True)


@dataclass(frozen=True)
class Plane:
    """All parameters above a corner: lower bounds, the second of which may be affine in the first parameter."""

    parameters: tuple[Symbol, Symbol]
    corner: tuple[Expr | int, Expr | int]

    @cached_property
    def _steps(self) -> tuple[Expr, Expr]:
        """What is added to each coordinate of the quadrant; the second may depend on the first, in the first letter."""
        first, (low, lower) = self.parameters[0], map(sympify, self.corner)
        return low, lower.subs(first, first + low)

    @cached_property
    def _back(self) -> dict[Symbol, Expr]:
        return {x: s - low for s, low, x in zip(self.parameters, self.corner, self._quadrant, strict=True)}

    @property
    def _quadrant(self) -> tuple[Symbol, Symbol]:
        return _QUADRANT if any(self.corner) else self.parameters

    def _shifted(self, question: Question) -> Question:
        if not any(self.corner):
            return question

        def asked(at: At) -> tuple[Hashable, Iterable[Any]]:
            label, certificate = question(self._parameters_at([at[x] for x in self._quadrant]))
            found = (element(e, self.parameters) for e in certificate)
            return label, [shifted(e, self._steps, self._quadrant) for e in found]

        return asked

    def cut(self, question: Question) -> Partition:
        """The regions of equal answers and the borders between them, in the plane's own parameters."""
        found = partition(self._quadrant, self._shifted(question))
        if not any(self.corner):
            return found
        regions = tuple(
            replace(r, condition=self._condition(r.condition), sample=self._sample(r.sample)) for r in found.regions
        )
        borders = tuple(
            replace(w, equation=self._equation(w.polynomial), polynomial=w.polynomial.xreplace(self._back).expand())
            for w in found.borders
        )
        return Partition(self.parameters, regions, borders)

    def around(self, question: Question, point: tuple[Rational, Rational]) -> list[Hashable]:
        """The answers of all regions whose closure holds a rational point: one inside a region, more on a boundary."""
        at = dict(zip(self.parameters, point, strict=True))
        x, y = (Fraction(int(v.p), int(v.q)) for v in (e.xreplace(at) for e in self._back.values()))
        return neighbours(self._quadrant, self._shifted(question), (x, y))

    def _parameters_at(self, point: Sequence[Any]) -> dict[Symbol, Any]:
        """The parameters at a point of the quadrant."""
        letters = dict(zip(self.parameters, point, strict=True))
        return {s: letters[s] + step.xreplace(letters) for s, step in zip(self.parameters, self._steps, strict=True)}

    def _sample(self, point: tuple[Fraction, Fraction]) -> tuple[Fraction, Fraction]:
        x, y = self._parameters_at([Rational(v.numerator, v.denominator) for v in point]).values()
        return Fraction(int(x.p), int(x.q)), Fraction(int(y.p), int(y.q))

    def _condition(self, condition: Boolean) -> Boolean:
        """A condition on the quadrant in the shape people use: relations between a - 1 and b, such as a - 1 < 2*b."""
        if isinstance(condition, And | Or):
            return condition.func(*(self._condition(part) for part in condition.args))
        if not isinstance(condition, Relational):
            return condition
        difference = condition.lhs - condition.rhs
        left, right, flipped = self._sides(difference)
        larger = (condition.gts - condition.lts) == difference
        return relation(left, right, larger != flipped)

    def _equation(self, polynomial: Expr) -> Eq:
        """The curve where a polynomial in the quadrant's parameters vanishes."""
        return Eq(*self._sides(polynomial)[:2], evaluate=False)

    def _sides(self, difference: Expr) -> tuple[Expr, Expr, bool]:
        """Two sides of ``difference = 0`` in the quadrant, and whether the left is the smaller where it is positive.

        They are ``a - 1`` against the rest where a has a constant coefficient, and a itself where the rest has none.
        """
        first, low = self.parameters[0], self.corner[0]
        shifted = difference.xreplace(self._back)
        poly = Poly(shifted, *self.parameters)
        for symbol in self.parameters:
            if (slope := slope_in(poly, symbol)) is not None:
                value = (symbol - shifted / slope).expand()
                both = value.has(*self.parameters) and symbol == first and value.as_coeff_Add()[0] != 0
                left, right = (symbol - low, value - low) if both else (symbol, value)
                return left, right, bool(slope < 0)
        return poly.as_expr(), Integer(0), False


def inequalities(condition: Boolean) -> tuple[Boolean, ...]:
    """A condition as a list of relations that hold together; none for the whole plane."""
    return () if condition == true else condition.args if isinstance(condition, And) else (condition,)


a, b = symbols("a b", positive=True)
ABOVE_ONE = Plane((a, b), (1, 1))
"""Exponents of sums over all modes: ``a, b > 1``."""


def above_one(name: str, value: Any) -> Rational:
    """A rational exponent above 1.

    Raises:
        AssumptionError: it is not.
    """
    allowed = "a rational number above 1, such as 3/2 or 1.5, for the sums over all modes to be finite"
    return rational_above(1, name, value, allowed)
