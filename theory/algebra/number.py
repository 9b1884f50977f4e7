"""Exact expressions as numbers of an mpmath context: the one place where a formula becomes digits."""

from __future__ import annotations

from typing import Any

from sympy import Expr, N, sympify


def number(ctx: Any, expression: Expr | int) -> Any:
    """An exact real expression as a number of an mpmath context.

    >>> import mpmath
    >>> from sympy import zeta
    >>> number(mpmath.mp, zeta(2))
    mpf('1.6449340668482264')
    """
    exact = sympify(expression)
    return ctx.convert(N(exact, ctx.dps + 5)) if exact != 0 else ctx.mpf(0)
