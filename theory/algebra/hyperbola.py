"""Inverse Laplace transforms of functions of the effective ridge, to any number of digits.

The midpoint rule on the hyperbola ``eta = mu (1 + sin(i u - a))`` with the constants of Weideman and Trefethen
(Math. Comp. 76, 2007) has an error of about 10^-count. On it the ridge equation ``eta = kappa (1 -
fraction(kappa))`` is solved by Newton's method from node to node, beginning far out, where kappa = eta; the sign of
Im kappa tells the right branch from wrong ones. Nodes are equally spaced in u, so that each step begins where the
differences of the nodes before lead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import comb
from typing import Any

Fraction = Callable[[Any], tuple[Any, Any]]
"""The value at kappa, and its derivative times kappa."""

_BEFORE = 6
"""As many nodes lead to the next."""


def nodes(
    ctx: Any, count: int, time: Any, fraction: Fraction, far: Callable[[Any], Any]
) -> Iterator[tuple[Any, Any, Any]]:
    """Nodes eta, their ridges kappa, and weights: ``(1/2 pi i) int e^{eta time} q d eta = Re sum weight q``.

    ``far`` is what decides whether a point is far out: the part of ``fraction`` that vanishes at infinity.
    """
    mu, h, a = ctx.mpf(count) * ctx.mpf("4.4921") / time, ctx.mpf("1.0818") / count, ctx.mpf("1.1721")
    before: list[Any] = []
    for n in reversed(range(count)):
        u = (n + ctx.mpf(1) / 2) * h
        eta = mu * (1 + ctx.sin(ctx.mpc(-a, u)))
        kappa = _ridge(ctx, fraction, eta, _ahead(before)) if before else _from_afar(ctx, fraction, far, eta)
        before = [kappa, *before][:_BEFORE]
        yield eta, kappa, ctx.exp(eta * time) * mu * ctx.cos(ctx.mpc(-a, u)) * h / ctx.pi


def _ahead(before: list[Any]) -> Any:
    """The next value of a polynomial through equally spaced values, the latest first."""
    n = len(before)
    return sum((-1) ** j * comb(n, j + 1) * value for j, value in enumerate(before))


def _from_afar(ctx: Any, fraction: Fraction, far: Callable[[Any], Any], eta: Any) -> Any:
    size = ctx.mpf(1)
    while abs(far(size * eta)) > ctx.mpf("0.05"):
        size *= 4
    kappa = size * eta
    while size > 1:
        kappa = _ridge(ctx, fraction, size * eta, kappa)
        size = max(size * ctx.mpf("0.6"), ctx.mpf(1))
    return _ridge(ctx, fraction, eta, kappa)


def _ridge(ctx: Any, fraction: Fraction, eta: Any, kappa: Any) -> Any:
    tolerance, last = ctx.mpf(10) ** (6 - ctx.dps), ctx.inf
    for _ in range(60):
        value, slope = fraction(kappa)
        move = (kappa * (1 - value) - eta) / (1 - value - slope)
        kappa -= move
        moved = abs(move) / abs(kappa)
        # of moves e and e' the next is e' (e'/e)^2, if each is a constant times the square of the one before
        if moved < tolerance or (moved * (moved / last) ** 2 < tolerance / 10**4 and last < 1):
            break
        last = moved
    else:
        raise ArithmeticError(f"the effective ridge did not converge at eta = {ctx.nstr(eta, 5)}")
    if kappa.imag * eta.imag < 0:
        raise ArithmeticError(f"the effective ridge left its branch at eta = {ctx.nstr(eta, 5)}")
    return kappa
