"""A loss that is given as a list of power laws, with its window and its budget: the phases without a model.

Whoever has the exponents of a loss already - from a paper, a fit, a calculation of their own - has a tropical
polynomial; everything from there on is `problem`. Parameters are exponents above a bound each, resources what is
chosen. With two parameters there is a plane of phases, with one a line, which is a plane whose second parameter nothing
depends on; at a point there may be any number of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from sympy import Expr, Integer, Rational, Symbol, sympify

from ..errors import AssumptionError
from .diagram import PhaseDiagram
from .pieces import Piece, Pieces
from .plane import At, Plane
from .problem import Named, OptimumAt, Problem
from .tropical import Optimum, Power

_UNUSED = Symbol("unused", positive=True)


@dataclass(frozen=True)
class Declared:
    """Terms, window and budget as they are given.

    Attributes:
        parameters: each with its lower bound, of which the second may depend on the first.
        resources: what is chosen, in the order of the exponents.
        terms: the loss is the largest of them, up to constants.
        window: monomials that stay ``<= 1``.
        budget: exponents of the monomial that is spent.
    """

    parameters: tuple[tuple[Symbol, Expr], ...]
    resources: tuple[str, ...]
    terms: tuple[Power, ...]
    window: tuple[Power, ...]
    budget: tuple[Expr, ...]

    def phase_diagram(self) -> PhaseDiagram:
        """All phases and boundaries, of a line or a plane.

        Raises:
            AssumptionError: there are no parameters, or more than two.
        """
        if not self.parameters:
            raise AssumptionError("a phase diagram was asked without a free parameter; derive the optimum at the point")
        if len(self.parameters) > 2:
            raise AssumptionError(
                f"a phase diagram was asked with {len(self.parameters)} parameters; it has one or two: give the others "
                "values (`at`)"
            )
        return self._problem.phase_diagram()

    def at(self, values: Mapping[Symbol, Rational]) -> OptimumAt:
        """The optimum at a point.

        Raises:
            AssumptionError: a parameter has no value or one below its bound, or the loss has no least value.
        """
        missing = [s.name for s, _ in self.parameters if s not in values]
        if missing:
            raise AssumptionError(f"no value was given for {', '.join(missing)}; give one for each (`at`)")
        self._check_bounds(values)
        here = self if len(self.parameters) <= 2 else self.with_values(dict(list(values.items())[2:]))
        point = [values[s] for s, _ in here.parameters]
        x, y = [*point, *[Integer(1)] * (2 - len(point))]
        return here._problem.at((x, y))

    def _check_bounds(self, values: Mapping[Symbol, Rational]) -> None:
        """Refuse a value that is not above its bound, or whose bound depends on a parameter without one."""
        for symbol, low in self.parameters:
            if symbol not in values:
                continue
            least = sympify(low).subs(values)
            if not least.is_number:
                raise AssumptionError(
                    f"a value was given for {symbol}, whose bound is {least}; give one for {least.free_symbols.pop()}, "
                    "too (`at`)"
                )
            if not values[symbol] > least:
                raise AssumptionError(
                    f"the value {values[symbol]} was given for {symbol}; it must lie above {least} (`at`)"
                )

    def holding(self, values: Mapping[str, Fraction]) -> Declared:
        """The same with values for some of the parameters, by their names.

        Raises:
            AssumptionError: one is below its bound, or has a bound that is not known.
        """
        held = {s: Rational(values[s.name]) for s, _ in self.parameters if s.name in values}
        self._check_bounds(held)
        return self.with_values(held)

    def with_values(self, values: Mapping[Symbol, Rational]) -> Declared:
        """The same with numbers for some of the parameters."""

        def fixed(powers: tuple[Power, ...]) -> tuple[Power, ...]:
            return tuple(replace(p, exponents=tuple(sympify(e).subs(values) for e in p.exponents)) for p in powers)

        return Declared(
            tuple((s, low.subs(values)) for s, low in self.parameters if s not in values),
            self.resources,
            fixed(self.terms),
            fixed(self.window),
            tuple(e.subs(values) for e in self.budget),
        )

    @cached_property
    def _problem(self) -> Problem:
        padded = [*self.parameters, *[(_UNUSED, Integer(0)), (Symbol("unused_too", positive=True), Integer(0))]][:2]
        (first, low), (second, lower) = padded
        piece = Piece("window", self.terms, ())
        pieces = Pieces((first, second), self.resources, (piece,), self.window, self.budget)
        return Problem(
            Plane((first, second), (low, lower)), self.resources, lambda at: (pieces, ()), self._named, "no power law"
        )

    def _named(self, best: Optimum, at: At) -> Named:
        """What ties; where fewer terms tie than there are resources, what bounds them, too."""
        del at
        terms = tuple(t.name for t in self.terms if t.name in best.active)
        bounds = tuple(w.name for w in self.window if w.name in best.binding)
        tradeoff = terms if len(terms) >= len(self.resources) else (*terms, *bounds)
        return Named(" = ".join(terms) + (f" at {', '.join(bounds)}" if tradeoff != terms else ""), tradeoff)
