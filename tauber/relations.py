"""Conditions and equations as people write them, after they were rewritten."""

from __future__ import annotations

from typing import Any

from sympy import Add, And, Basic, Expr, Gt, S, expand, factor
from sympy.core.relational import Relational


def tidied(value: Any) -> Any:
    """A rewritten formula with its rational parts reduced, and its relations with the symbols on the left."""
    if isinstance(value, Relational):
        return _sides(value)
    if isinstance(value, Expr) and value.is_rational_function(*value.free_symbols):
        return factor(value)
    return value.func(*map(tidied, value.args)) if value.args else value


def without_implied(where: Basic) -> Basic:
    """A condition without the lower bounds that a larger one of the same expression implies."""
    bounds = [part for part in And.make_args(where) if isinstance(part, Gt)]
    implied = [low for low in bounds for high in bounds if low.lhs == high.lhs and (high.rhs - low.rhs).is_positive]
    return And(*(part for part in And.make_args(where) if part not in implied))


def _sides(relation: Relational) -> Any:
    """A relation of polynomials without common factors: what is positive and no number on the left.

    >>> from sympy import sqrt
    >>> from sympy.abc import a, b
    >>> _sides((a - b) / 2 < b / 2), _sides(1 - a / 2 > sqrt(2))
    (a < 2*b, a < 2 - 2*sqrt(2))
    """
    content, plain = expand(relation.lhs - relation.rhs).as_content_primitive()
    assert content.is_positive  # a relation stays itself when it is divided by it
    left = [t for t in Add.make_args(plain) if t.free_symbols and not t.could_extract_minus_sign()]
    if not left:
        return _sides(relation.reversed.func(-relation.lhs, -relation.rhs, evaluate=False))
    number = left[0].as_coeff_Mul()[0] if len(left) == 1 else S.One
    return relation.func(Add(*left) / number, expand((Add(*left) - plain) / number))
