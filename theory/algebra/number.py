"""Exact expressions as numbers of an mpmath context: the one place where a formula becomes digits."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import mpmath
from sympy import Add, Expr, N, pi, sympify, zeta

_GUARD = 10
"""Digits beyond those of the context at which a sum is added up, before it is seen how many its terms cancel."""


def number(ctx: Any, expression: Expr | int) -> Any:
    """An exact real expression as a number of an mpmath context.

    >>> import mpmath
    >>> from sympy import zeta
    >>> number(mpmath.mp, zeta(2))
    mpf('1.6449340668482264')
    """
    exact = sympify(expression)
    if exact == 0:
        return ctx.mpf(0)
    if exact.is_Add and all(_is_zeta(term.as_coeff_Mul()[1]) for term in exact.args):
        return ctx.convert(_sum_of_zeta(exact, ctx.dps + 5))
    return ctx.convert(N(exact, ctx.dps + 5))


def _is_zeta(value: Expr) -> bool:
    """Whether a number is ``zeta(s)`` with rational s > 1, or the power of pi that it is at even s, or 1."""
    base, power = value.as_base_exp()
    if value == 1 or (base == pi and power.is_Integer):
        return True
    return bool(isinstance(value, zeta) and len(value.args) == 1 and value.args[0].is_Rational and value.args[0] > 1)


def _sum_of_zeta(exact: Add, digits: int) -> Any:
    """``sum c zeta(s)`` with rational c, with all its digits.

    SymPy's own evaluation makes a `Float` of each value; those near 1 share a hash, and its caches search among them.
    """
    terms = [term.as_coeff_Mul() for term in exact.args]
    guard = _GUARD
    while True:
        ctx = _context(digits + guard)
        parts = [ctx.mpf(int(c.p)) / int(c.q) * _zeta(value, ctx.dps) for c, value in terms]
        total = ctx.fsum(parts)
        lost = int(ctx.log10(ctx.fsum(parts, absolute=True) / abs(total))) + 1 if total else guard
        if lost < guard:
            return total
        guard += max(lost, guard)


@lru_cache(maxsize=4096)
def _zeta(value: Expr, digits: int) -> Any:
    """A value that sums at many places share."""
    ctx = _context(digits)
    if isinstance(value, zeta):
        (at,) = value.args
        return ctx.zeta(ctx.mpf(int(at.p)) / int(at.q))
    return ctx.pi ** int(value.as_base_exp()[1]) if value != 1 else ctx.one


@lru_cache(maxsize=16)
def _context(digits: int) -> Any:
    made = mpmath.mp.clone()
    made.dps = digits
    return made
