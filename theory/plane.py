"""The plane a, b > 1, which `partition` sees as a positive quadrant, and relations on it in the shape people use."""

from __future__ import annotations

from typing import Any

from sympy import And, Eq, Expr, Or, Poly, Rational, symbols, true
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from .parameters import rational_above

a, b = symbols("a b", positive=True)
_X, _Y = symbols("x y", positive=True)
QUADRANT = (_X, _Y)
SHIFT = {a: 1 + _X, b: 1 + _Y}
BACK = {_X: a - 1, _Y: b - 1}


def in_plane(condition: Boolean) -> Boolean:
    """A condition on the quadrant in a and b: relations between a - 1 and b, for example ``a - 1 < 2*b``.

    >>> x, y = QUADRANT
    >>> in_plane(x > y + 1), in_plane(x < 1)
    (a - 1 > b, a < 2)
    """
    if isinstance(condition, And | Or):
        return condition.func(*(in_plane(part) for part in condition.args))
    if not isinstance(condition, Relational):
        return condition
    left, right = _sides((condition.lhs - condition.rhs).subs(BACK))
    larger = (condition.gts - condition.lts) == (condition.lhs - condition.rhs)
    flipped = _sign((condition.lhs - condition.rhs).subs(BACK), left - right)
    return left > right if larger != flipped else left < right


def inequalities(condition: Boolean) -> tuple[Boolean, ...]:
    """The same as a list of relations that hold together; none for the whole plane."""
    found = in_plane(condition)
    return () if found == true else found.args if isinstance(found, And) else (found,)


def equation(polynomial: Expr) -> Eq:
    """The curve where a polynomial in the quadrant's parameters vanishes."""
    return Eq(*_sides(polynomial.subs(BACK)), evaluate=False)


def _sides(difference: Expr) -> tuple[Expr, Expr]:
    """Two sides of ``difference = 0``: ``a - 1`` against the rest where a has a constant coefficient."""
    poly = Poly(difference, a, b)
    for symbol in (a, b):
        if poly.degree(symbol) == 1 and (slope := Poly(difference, symbol).LC()).is_number:
            value = (symbol - difference / slope).expand()
            return (symbol - 1, value - 1) if value.has(a, b) and symbol == a else (symbol, value)
    return poly.as_expr(), Poly(0, a, b).as_expr()


def _sign(original: Expr, sides: Expr) -> bool:
    """Whether the sides are a negative multiple of the original difference."""
    ratio = (original / sides).simplify()
    return bool(ratio < 0)


def above_one(name: str, value: Any) -> Rational:
    """A rational exponent above 1.

    Raises:
        AssumptionError: it is not.
    """
    allowed = "a rational number above 1, such as 3/2 or 1.5, for the sums over all modes to be finite"
    return rational_above(1, name, value, allowed)
