"""Inverse Laplace transforms in two times, taken at equal times.

The transform of a function f(t + t') of the sum of two times is the divided difference of the transform f^ of f,

    int int e^{-s t - s' t'} f(t + t') dt dt' = [f^(s') - f^(s)] / (s - s'),

and a factor h^(s), or h^(s'), convolves in one of the times. At t = t' both give ``int_0^t h(t - x) f(t + x) dx``, for
powers ``h = c x^m`` and ``f = c' x^n``

    c c' t^{m+n+1} int_0^1 (1 - u)^m (1 + u)^n du = c c' t^{m+n+1} 2F1(1, -n; m + 2; -1) / (m + 1).
"""

from __future__ import annotations

from sympy import Expr, Integer, hyper, hyperexpand

from ...algebra.rational import reduced
from ...algebra.scales import Monomial, power


def convolved(factor: Monomial, function: Monomial) -> Monomial:
    """``int_0^t h(t - x) f(t + x) dx`` for monomials h and f in t; of a logarithm in f the leading power is kept.

    h must be integrable at 0.
    """
    m, n = factor["t"], function["t"]
    return factor * function * power("t", 1, beta_integral(m, n))


def beta_integral(m: Expr, n: Expr) -> Expr:
    """``int_0^1 (1 - u)^m (1 + u)^n du``, in closed form.

    >>> from sympy import Rational
    >>> beta_integral(Rational(1, 2), Integer(0)), beta_integral(Integer(0), Integer(2))
    (2/3, 7/3)
    """
    if n == 0:
        return 1 / reduced(m + 1)
    found = hyper([Integer(1), reduced(-n)], [reduced(m + 2)], -1) / reduced(m + 1)
    elementary = (m.is_Integer and n.is_Integer) or reduced(m + 2 + n) == 0  # the last is (1 - (-1))^-1
    return hyperexpand(found) if elementary else found
