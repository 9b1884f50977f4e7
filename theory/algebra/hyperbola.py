"""Inverse Laplace transforms of functions of the effective ridge, to any number of digits.

The midpoint rule on the hyperbola ``eta = mu (1 + sin(i u - a))`` with the constants of Weideman and Trefethen
(Math. Comp. 76, 2007) has an error of about 10^-count. On it the ridge equation ``eta = kappa (1 -
fraction(kappa))`` is solved by secant steps from node to node, beginning far out, where kappa = eta; the sign of
Im kappa tells the right branch from wrong ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Fraction = Callable[[Any], Any]


def nodes(ctx: Any, count: int, time: Any, fraction: Fraction, far: Fraction) -> Iterator[tuple[Any, Any, Any]]:
    """Nodes eta, their ridges kappa, and weights: ``(1/2 pi i) int e^{eta time} q d eta = Re sum weight q``.

    ``far`` is what decides whether a point is far out: the part of ``fraction`` that vanishes at infinity.
    """
    mu, h, a = ctx.mpf(count) * ctx.mpf("4.4921") / time, ctx.mpf("1.0818") / count, ctx.mpf("1.1721")
    kappa = None
    for n in reversed(range(count)):
        u = (n + ctx.mpf(1) / 2) * h
        eta = mu * (1 + ctx.sin(ctx.mpc(-a, u)))
        kappa = _from_afar(ctx, fraction, far, eta) if kappa is None else _ridge(ctx, fraction, eta, kappa)
        yield eta, kappa, ctx.exp(eta * time) * mu * ctx.cos(ctx.mpc(-a, u)) * h / ctx.pi


def _from_afar(ctx: Any, fraction: Fraction, far: Fraction, eta: Any) -> Any:
    size = ctx.mpf(1)
    while abs(far(size * eta)) > ctx.mpf("0.05"):
        size *= 4
    kappa = size * eta
    while size > 1:
        kappa = _ridge(ctx, fraction, size * eta, kappa)
        size = max(size * ctx.mpf("0.6"), ctx.mpf(1))
    return _ridge(ctx, fraction, eta, kappa)


def _ridge(ctx: Any, fraction: Fraction, eta: Any, kappa: Any) -> Any:
    step = ctx.mpf(10) ** -(ctx.dps // 3)
    for _ in range(60):
        value = kappa * (1 - fraction(kappa)) - eta
        ahead = kappa * (1 + step)
        move = value * kappa * step / (ahead * (1 - fraction(ahead)) - eta - value)
        kappa -= move
        if abs(move) < abs(kappa) * ctx.mpf(10) ** (6 - ctx.dps):
            break
    else:
        raise ArithmeticError(f"the effective ridge did not converge at eta = {ctx.nstr(eta, 5)}")
    if kappa.imag * eta.imag < 0:
        raise ArithmeticError(f"the effective ridge left its branch at eta = {ctx.nstr(eta, 5)}")
    return kappa
