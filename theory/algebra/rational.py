"""Rational functions of the exponents of a spectral assumption, as elements of the field QQ(x, y, ...).

In the field arithmetic, normal form and equality cost microseconds, and the value at a rational point is a `Fraction`;
SymPy's `cancel` and `subs` on expressions do the same in milliseconds. Expressions are turned into elements and back
once each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

from sympy import Expr, Integer, Poly, Symbol, cancel, fraction, sympify
from sympy.polys.domains import QQ
from sympy.polys.fields import FracElement, FracField
from sympy.polys.orderings import lex

from ..errors import AssumptionError

Point = tuple[Fraction, ...]
"""A value for each parameter, in the order of the field."""


@cache
def field(parameters: tuple[Symbol, ...]) -> Any:
    """The field of rational functions of some parameters, as a domain of SymPy."""
    return FracField(parameters, QQ, lex).to_domain()


def element(formula: Any, parameters: tuple[Symbol, ...]) -> Any:
    """A rational function as an element of the field; an element is given back as it is."""
    return formula if isinstance(formula, FracElement) else _element(sympify(formula), parameters)


@cache
def _element(formula: Expr, parameters: tuple[Symbol, ...]) -> Any:
    return field(parameters).from_sympy(formula)


@cache
def factored(found: Any) -> Expr:
    """An element as an expression in factors."""
    return found.as_expr().factor()


@cache
def shifted(found: Any, steps: tuple[Expr, ...], parameters: tuple[Symbol, ...]) -> Any:
    """The element with ``x + step`` for each parameter x, a step being a polynomial, in the field of other letters."""
    target = field(parameters).field
    moves = [(x, x + found.numer.ring.from_expr(step)) for x, step in zip(found.numer.ring.gens, steps, strict=True)]
    return target.new(*(target.ring.from_dict(dict(part.compose(moves))) for part in (found.numer, found.denom)))


def point_of(at: Mapping[Symbol, Any]) -> Point:
    """The values of a point, exactly.

    Raises:
        AssumptionError: one of them is not rational.
    """
    return tuple(_fraction(s, sympify(v)) for s, v in at.items())


def _fraction(symbol: Symbol, value: Expr) -> Fraction:
    if not value.is_Rational:
        raise AssumptionError(f"{symbol} = {value} is not rational: give rational parameters")
    return Fraction(int(value.p), int(value.q))


def value(found: Any, point: Sequence[Fraction]) -> Fraction:
    """The value of an element at a point."""
    return polynomial_value(found.numer, point) / polynomial_value(found.denom, point)


def polynomial_value(polynomial: Any, point: Sequence[Fraction]) -> Fraction:
    """The value of a polynomial at a point."""
    total = Fraction(0)
    for powers, c in _terms(polynomial):
        for x, n in zip(point, powers, strict=True):
            if n:
                c *= x**n
        total += c
    return total


@cache
def _terms(polynomial: Any) -> tuple[tuple[tuple[int, ...], Fraction], ...]:
    return tuple((m, Fraction(int(c.numerator), int(c.denominator))) for m, c in polynomial.terms())


def reduced(formula: Expr) -> Expr:
    """What SymPy's `cancel` gives: a quotient of polynomials with whole coefficients and without common factors."""
    return formula if formula.is_Rational else _reduced(formula)


@cache
def _reduced(formula: Expr) -> Expr:
    symbols = tuple(sorted(formula.free_symbols, key=str))
    return element(formula, symbols).as_expr() if formula.is_rational_function(*symbols) else cancel(formula)


def root(line: Expr, variable: Symbol) -> Expr:
    """Where a linear function vanishes.

    >>> from sympy.abc import a, b
    >>> root(2 * a + 2 * b - 1, a)
    1/2 - b
    """
    number, slope = line.diff(variable).as_coeff_Mul()
    if slope.has(variable) or not number:
        raise ValueError(f"{line} is not linear in {variable}")
    return (-line.subs(variable, 0) / number).expand() / slope


def at_infinity(formula: Expr, variable: Symbol) -> Expr:
    """The limit of a rational function where a positive variable tends to infinity, if it is finite.

    >>> from sympy.abc import x, y
    >>> at_infinity((x * y + 1) / (2 * x - y), x)
    y/2
    """
    above, below = (Poly(part, variable) for part in fraction(cancel(formula)))
    if above.degree() > below.degree():
        raise ValueError(f"{formula} grows with {variable}")
    return cancel(above.LC() / below.LC()) if above.degree() == below.degree() else Integer(0)
