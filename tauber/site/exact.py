"""Formulas as data, for a page that evaluates them without rounding: rational numbers and the two parameters.

A formula is a text, which is a rational number ``p/q`` or the place ``x`` or ``y`` of a parameter, or a list: ``+`` or
``*`` and what it joins, or ``^``, a base and a whole power. The page (``plane.js``) evaluates it in fractions of whole
numbers of any length.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sympy import Expr, Rational, Symbol
from sympy.core.relational import Relational

Tree = str | list[Any]

DIGITS = 60
"""Digits of an irrational number in an inequality. A quadratic number is further than about 1/q^2 from every fraction
with the denominator q, so that the sign at a point with denominators up to 1e25 is that of the inequality."""


def tree(formula: Expr, places: Mapping[Symbol, str]) -> Tree:
    """A rational function of the parameters.

    >>> from sympy.abc import a, b
    >>> tree((a - 1) / (2 * b), {a: "x", b: "y"})
    ['*', '1/2', ['^', 'y', -1], ['+', '-1', 'x']]

    Raises
    ------
    ValueError
        Of a formula that is no rational function of the parameters with rational numbers.
    """
    if isinstance(formula, Rational):
        return str(formula)
    if formula in places:
        return places[formula]
    if formula.is_Add or formula.is_Mul:
        return ["+" if formula.is_Add else "*", *(tree(part, places) for part in formula.args)]
    if formula.is_Pow and formula.exp.is_Integer:
        return ["^", tree(formula.base, places), int(formula.exp)]
    raise ValueError(f"{formula} is no rational function of {', '.join(map(str, places))}")


def positive(condition: Relational, places: Mapping[Symbol, str]) -> Tree:
    """What is positive where an inequality holds strictly; irrational numbers to `DIGITS` digits."""
    difference = condition.gts - condition.lts
    irrational = {x for x in difference.atoms(Expr) if x.is_number and not x.is_Rational}
    near = {x: Rational(str(x.evalf(DIGITS))) for x in irrational}
    return tree(difference.xreplace(near), places)
