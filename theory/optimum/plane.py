"""The plane of two exponents in which a model lives, seen by `partition` as a positive quadrant.

A plane is what lies above a corner: ``alpha, beta > 0``, or ``a, b > 1``; the second bound may depend on the first
exponent, as in ``alpha > 0, alpha + beta > 1/2``. A *question* about it takes a parameter
point and returns a label with a certificate: expressions in the parameters such that the label is constant wherever
none of them changes its sign (see `partition`). `Plane.cut` answers it for the whole plane, `Plane.around` at a point.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from sympy import And, Eq, Expr, Or, Poly, Rational, Symbol, cancel, symbols, sympify, true
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from ..spectra.parameters import rational_above
from .partition import Partition, neighbours, partition

At = Mapping[Symbol, Any]
Question = Callable[[At], tuple[Hashable, Iterable[Expr]]]

_QUADRANT = symbols("x y", positive=True)


@dataclass(frozen=True)
class Plane:
    """All parameters above a corner: lower bounds, the second of which may be affine in the first parameter."""

    parameters: tuple[Symbol, Symbol]
    corner: tuple[int, Expr | int]

    @cached_property
    def _shift(self) -> dict[Symbol, Expr]:
        """The parameters by the quadrant's coordinates."""
        (first, second), (x, y) = self.parameters, self._quadrant
        here = self.corner[0] + x
        return {first: here, second: sympify(self.corner[1]).subs(first, here) + y}

    @cached_property
    def _back(self) -> dict[Symbol, Expr]:
        return {x: s - low for s, low, x in zip(self.parameters, self.corner, self._quadrant, strict=True)}

    @property
    def _quadrant(self) -> tuple[Symbol, Symbol]:
        return _QUADRANT if any(self.corner) else self.parameters

    def _shifted(self, question: Question) -> Question:
        if not any(self.corner):
            return question

        def asked(at: At) -> tuple[Hashable, Iterable[Expr]]:
            label, certificate = question({s: e.subs(at) for s, e in self._shift.items()})
            return label, [cancel(e.subs(self._shift)) for e in certificate]

        return asked

    def cut(self, question: Question) -> Partition:
        """The regions of equal answers and the borders between them, in the plane's own parameters."""
        found = partition(self._quadrant, self._shifted(question))
        if not any(self.corner):
            return found
        regions = tuple(
            replace(r, condition=self._condition(r.condition), sample=self._from_quadrant(r.sample))
            for r in found.regions
        )
        borders = tuple(
            replace(w, equation=self._equation(w.polynomial), polynomial=w.polynomial.subs(self._back).expand())
            for w in found.borders
        )
        return Partition(self.parameters, regions, borders)

    def around(self, question: Question, point: tuple[Rational, Rational]) -> list[Hashable]:
        """The answers of all regions whose closure holds a rational point: one inside a region, more on a boundary."""
        low = sympify(self.corner[1]).subs(self.parameters[0], point[0])
        x, y = (Fraction(int(value.p), int(value.q)) for value in (point[0] - self.corner[0], point[1] - low))
        return neighbours(self._quadrant, self._shifted(question), (x, y))

    def _from_quadrant(self, point: tuple[Fraction, Fraction]) -> tuple[Fraction, Fraction]:
        at = {c: Rational(v.numerator, v.denominator) for c, v in zip(self._quadrant, point, strict=True)}
        x, y = (e.subs(at) for e in self._shift.values())
        return Fraction(int(x.p), int(x.q)), Fraction(int(y.p), int(y.q))

    def _condition(self, condition: Boolean) -> Boolean:
        """A condition on the quadrant in the shape people use: relations between a - 1 and b, such as a - 1 < 2*b."""
        if isinstance(condition, And | Or):
            return condition.func(*(self._condition(part) for part in condition.args))
        if not isinstance(condition, Relational):
            return condition
        difference = (condition.lhs - condition.rhs).subs(self._back)
        left, right = self._sides(difference)
        larger = (condition.gts - condition.lts) == (condition.lhs - condition.rhs)
        flipped = bool((difference / (left - right)).simplify() < 0)
        return left > right if larger != flipped else left < right

    def _equation(self, polynomial: Expr) -> Eq:
        """The curve where a polynomial in the quadrant's parameters vanishes."""
        return Eq(*self._sides(polynomial.subs(self._back)), evaluate=False)

    def _sides(self, difference: Expr) -> tuple[Expr, Expr]:
        """Two sides of ``difference = 0``: ``a - 1`` against the rest where a has a constant coefficient."""
        first, low = self.parameters[0], self.corner[0]
        poly = Poly(difference, *self.parameters)
        for symbol in self.parameters:
            if poly.degree(symbol) == 1 and (slope := Poly(difference, symbol).LC()).is_number:
                value = (symbol - difference / slope).expand()
                both = value.has(*self.parameters) and symbol == first
                return (symbol - low, value - low) if both else (symbol, value)
        return poly.as_expr(), Poly(0, *self.parameters).as_expr()


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
