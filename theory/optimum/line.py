"""A phase diagram, and conditions in its plane, on a line where one of the two exponents is known.

Conditions become intervals of the other exponent, solved exactly; a phase that the line only touches is not on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sympy import (
    And,
    Dummy,
    Expr,
    Intersection,
    Interval,
    Or,
    Rational,
    S,
    Set,
    Symbol,
    Union,
    false,
    oo,
    solve_univariate_inequality,
    true,
)
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from .diagram import PhaseDiagram, tidy
from .plane import inequalities


@dataclass(frozen=True)
class PhaseOnLine:
    """A phase on a line: all ``points``, which ``inequalities`` describe; the rest as in `diagram.Phase`."""

    name: str
    points: Set
    inequalities: tuple[Boolean, ...]
    tradeoff: tuple[str, ...]
    exponents: dict[str, Expr]
    loss_exponent: Expr | None


@dataclass(frozen=True)
class Line:
    """The points of a diagram at which the exponent ``known`` has a ``value``.

    Attributes:
        free: the other exponent.
    """

    diagram: PhaseDiagram
    known: Symbol
    value: Rational

    @cached_property
    def free(self) -> Symbol:
        """The other exponent."""
        (other,) = set(self.diagram.parameters) - {self.known}
        return other

    @cached_property
    def domain(self) -> Set:
        """All points of the line."""
        return Interval.open(dict(zip(self.diagram.parameters, self.diagram.corner, strict=True))[self.free], oo)

    def points(self, condition: Boolean) -> Set:
        """Where a condition on both exponents holds."""
        here = condition.subs(self.known, self.value)
        if here in {true, false}:
            return self.domain if here == true else S.EmptySet
        if isinstance(here, And | Or):
            parts = [self.points(part) for part in here.args]
            return Intersection(*parts) if isinstance(here, And) else Union(*parts)
        assert isinstance(here, Relational)
        real = Dummy(real=True)  # in which SymPy solves; it takes the symbols of the plane for positive ones
        return solve_univariate_inequality(here.subs(self.free, real), real, relational=False, domain=self.domain)

    def condition(self, points: Set) -> Boolean:
        """An open set of points as a condition on the free exponent, true for all of the line."""
        if isinstance(points, Union):
            return Or(*[self.condition(part) for part in points.args])
        if points.is_empty:
            return false
        start = true if points.start == self.domain.start else self.free > points.start
        return And(start, true if points.end == oo else self.free < points.end)

    def formula(self, formula: Expr, points: Interval) -> Expr:
        """A formula of both exponents on the line, its denominator positive in the interval where it is used."""
        start, end = points.start, points.end
        middle = start + 1 if end == oo else (start + end) / 2
        return tidy(formula.subs(self.known, self.value), {self.free: middle})

    @cached_property
    def phases(self) -> tuple[PhaseOnLine, ...]:
        """The phases that the line goes through."""
        found = []
        for phase in self.diagram.phases:
            points = self.points(And(*phase.inequalities))
            for part in points.args if isinstance(points, Union) else (points,):
                if part.measure:
                    exponents = {name: self.formula(e, part) for name, e in phase.exponents.items()}
                    loss = None if phase.loss_exponent is None else self.formula(phase.loss_exponent, part)
                    where = inequalities(self.condition(part))
                    found.append(PhaseOnLine(phase.name, part, where, phase.tradeoff, exponents, loss))
        return tuple(found)

    @cached_property
    def on_boundaries(self) -> Boolean:
        """Where the line runs along boundaries of phases, ends left out."""
        left = self.domain - Union(*[phase.points.closure for phase in self.phases])
        return self.condition(left)
