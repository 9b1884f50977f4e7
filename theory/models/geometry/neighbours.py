"""Resolution-limited regression by neighbours on the flat torus T^d with D independent uniform points, exactly.

**Nearest neighbour.** The share ``u = V_d r^d`` of the volume within the nearest of D points is Beta(1, D), so

    E r^p = V_d^{-p/d} Gamma(1 + p/d) Gamma(D + 1)/Gamma(D + 1 + p/d)

(for d >= 2 up to wrapping terms ``(1 - V_d 2^-d)^D``). With the value of the nearest neighbour as prediction, a smooth
target has the squared error ``E|grad f|^2 r^2/d ~ D^{-2/d}`` and the mean error ``~ D^{-1/d}``.

**Linear interpolation** between neighbours, d = 1: on a gap g the error is ``f'' x (g - x)/2``, its square integrates
to ``f''^2 g^5/120``; D gaps are Beta(1, D - 1) each, hence ``E f''^2 D!/(D + 4)! ~ D^{-4}``.
"""

from __future__ import annotations

from functools import cache

from sympy import Expr, Rational, Symbol, beta, gamma, gammasimp, integrate, pi, simplify, sqrt, symbols

from ...spectra.torus import ball

DATA = Symbol("D", positive=True)
_U, _X, _GAP = symbols("u x g", positive=True)


def nearest_distance(power: Expr | int, dim: int) -> Expr:
    """``E r^power`` to the nearest of D points.

    >>> nearest_distance(1, 1)
    1/(2*(D + 1))
    """
    e = Rational(power) / dim
    share = DATA * beta(1 + e, DATA)  # E u^e for the density D (1 - u)^{D-1}
    return gammasimp((ball(dim) ** -e * share).rewrite(gamma))


def squared_error(dim: int) -> Expr:
    """Leading mean squared error of the nearest neighbour's value, per ``E|grad f|^2``."""
    return nearest_distance(2, dim) / dim


def mean_error(dim: int) -> Expr:
    """Leading mean error, per ``E|grad f|``: the mean of a direction's cosine times E r."""
    half = Rational(dim, 2)
    return nearest_distance(1, dim) * gamma(half) / (sqrt(pi) * gamma(half + Rational(1, 2)))


@cache
def interpolation_error() -> Expr:
    """Leading mean squared error of linear interpolation for d = 1, per ``E f''^2``.

    >>> interpolation_error().subs(DATA, 10) * 24024
    1
    """
    inside = integrate((_X * (_GAP - _X) / 2) ** 2, (_X, 0, _GAP))
    order = inside.as_poly(_GAP).degree()
    moment = (DATA - 1) * beta(order + 1, DATA - 1)  # E g^order for the density (D - 1)(1 - g)^{D-2}
    return simplify(gammasimp((DATA * inside.subs(_GAP, 1) * moment).rewrite(gamma)))


def rate(error: Expr) -> Expr:
    """The exponent e with ``error ~ D^-e``, from the growth of its gamma functions."""
    from ...spectra.decay import leading_power

    return leading_power(error, DATA)[1]
