"""The least value of a sum of monomials under a budget, in closed form from the linear program's multipliers.

For ``L = sum_i c_i u^{m_i}`` (resources u, as many terms as resources) under ``u^beta = f`` the weighted
arithmetic-geometric inequality gives, for any shares w with ``sum w = 1``,

    L >= prod_i (c_i u^{m_i} / w_i)^{w_i} = prod_i (c_i/w_i)^{w_i}  u^{sum w_i m_i},

and if w are the multipliers of the tropical program, ``sum_i w_i m_i = value * beta``: the right side is a constant
times ``f^value``. Equality holds where every term is its share ``w_i L`` of the whole, a linear system for log u.
(R. Duffin, E. Peterson, C. Zener, *Geometric Programming*, 1967, degree of difficulty zero.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sympy import Expr, Integer, Matrix, prod

from ..algebra.powers import raised


@dataclass(frozen=True)
class PowerTerm:
    """``constant * u^exponents``, which is the ``share`` of the whole at the optimum."""

    constant: Expr
    exponents: tuple[Expr, ...]
    share: Expr


def least(terms: Sequence[PowerTerm], budget: Sequence[Expr]) -> tuple[Expr, tuple[Expr, ...]]:
    """Constants of the optimum: ``L* = first f^value``, ``u_k* = second_k f^point_k``.

    >>> from sympy import Rational
    >>> half = Rational(1, 2)
    >>> least([PowerTerm(Integer(3), (Integer(-1), Integer(0)), half),
    ...        PowerTerm(Integer(5), (Integer(0), Integer(-1)), half)], (Integer(1), Integer(1)))
    (2*sqrt(15), (sqrt(15)/5, sqrt(15)/3))
    """
    loss = prod(_power(t.constant / t.share, t.share) for t in terms)
    # log u at f = 1: every row is m_i . log u = log(w_i L / c_i), the budget's beta . log u = 0
    rows = Matrix([[*t.exponents] for t in terms[1:]] + [[*budget]])
    inverse = rows.inv()
    right = [t.share * loss / t.constant for t in terms[1:]] + [Integer(1)]
    sizes = (prod(_power(base, inverse[k, i]) for i, base in enumerate(right)) for k in range(len(budget)))
    return loss, tuple(sizes)


def _power(base: Expr, exponent: Expr) -> Expr:
    """A power that stays short where its exponent is a number; exponents may be formulas, too."""
    return raised(base, exponent) if exponent.is_Rational else base**exponent
