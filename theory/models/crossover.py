"""The crossover at t ~ d^{2 alpha}: the scaled effective ridge, and the scaling function of the loss.

It is that of the power-law random-features model and, for 2 alpha > 1 without the prefactor of its gradient noise, that
of the dynamical model with unlimited data (b = 2 alpha, a = 2 alpha + 2 beta, N = d).

**Scaling.** At ``kappa = d^{-2 alpha} k`` the sums over modes become integrals over u = j/d. What is left of the
Mellin expansions are the poles and the cuts (the regular powers of kappa are corrections of relative size 1/d and
d^{-|1 - 2 beta|}):

    D/d -> D(k) = int_0^R du / (1 + k u^{2 alpha}),       T -> zeta(2 beta) + d^{1 - 2 beta} tau(k),
    tau(k) = int_0^R u^{-2 beta} du / (1 + k u^{2 alpha})  (finite part),         R = v/d,

closed as Gauss hypergeometric functions, or, for R = infinity, as the powers ``A k^-q`` and ``C k^{p-1}``. With
eta = d^{-2 alpha} y, x = t d^{-2 alpha},

    y = k (1 - D(k)),      Psi(x) = (1/2 pi i) int e^{x y} S(k) / ((1 - D(k)) (1 - K(y))) dy

and S = tau for 2 beta < 1, S = 1 for 2 beta > 1. The kernel is concentrated elsewhere for 2 alpha > 1 (1 - K = 1 -
N, taken out as a prefactor), and for 2 alpha < 1, with G = gamma * trace, ``1 - K = 1 - (G/2) (1 - y
D(k)/tau_0)``, ``tau_0 = R^{1-2 alpha}/(1 - 2 alpha)``. So

    P ~ d^{1 - 2 alpha - 2 beta} Psi  (2 beta < 1),        P ~ zeta(2 beta) d^{-2 alpha} Psi  (2 beta > 1).

**Limits.** The pole at y = 0 (D(k_0) = 1) is the plateau ``Psi(inf) = k_0 S(k_0) / (1 - K(0))``. For small x the
integrand is expanded in 1/y and y^-q (`series.Series` again), which converges for large y, so the series of Psi
converges for every x > 0.

**Values** by the hyperbola of Weideman and Trefethen (Math. Comp. 76, 2007) in y, to any number of digits; k(y) by
Newton's method along the contour, coming from large y where k = y.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import mpmath
from sympy import Expr, Integer, Integral, Rational, Symbol, exp, hyper, oo, pi, sin, sympify

from ..algebra.hyperbola import nodes
from ..algebra.integral import mode_integral
from ..algebra.number import number
from ..algebra.powers import raised
from ..errors import AssumptionError, NoConstant

K, Y, X = (Symbol(name) for name in ("k", "y", "x"))


@dataclass(frozen=True)
class ModeIntegral:
    """``int_0^R u^-power du / (1 + k u^c)``, the finite part where it diverges at 0.

    c and power are exact rationals; R may be infinite.

    Raises
    ------
    AssumptionError
        It diverges at infinity, or logarithmically at 0.
    """

    c: Rational
    power: Rational
    ratio: Expr

    def __post_init__(self) -> None:
        if self.order.is_Integer and self.order <= 0:
            raise AssumptionError(
                f"the mode integral has a logarithm at its lower end (2 beta = 1 + 2 alpha n, n = {-self.order}): "
                "no scaling function of one variable"
            )
        if self.ratio is oo and not self.order < 1:
            raise AssumptionError("v = infinity needs 2 alpha > 1, and alpha + beta > 1/2; give a finite ratio v/d")

    @property
    def order(self) -> Rational:
        """``(1 - power)/c``: the integral is ``k^-order`` times a constant where the upper limit does not matter."""
        return (1 - self.power) / self.c

    @property
    def expression(self) -> Expr:
        """Closed form in the symbol ``k``."""
        if self.ratio is oo:
            return pi / self.c / sin(pi * self.order) * K**-self.order
        return self.scale * hyper([1, self.order], [1 + self.order], -K * raised(self.ratio, self.c))

    @property
    def scale(self) -> Expr:
        """The value at k = 0 for a finite upper limit."""
        return raised(self.ratio, 1 - self.power) / (1 - self.power)

    def at(self, ctx: Any) -> Any:
        """The function ``k -> value`` in an mpmath context."""
        order = number(ctx, self.order)
        if self.ratio is oo:
            constant = number(ctx, pi / self.c / sin(pi * self.order))
            return lambda k: constant * k**-order
        scale, edge = number(ctx, self.scale), number(ctx, raised(self.ratio, self.c))
        integral = mode_integral(ctx, order)
        return lambda k: scale * integral(k * edge)

    def with_slope(self, ctx: Any) -> Any:
        """The function ``k -> (value, k times its derivative)`` in an mpmath context.

        By parts, from ``u (d/du) 1/(1 + k u^c) = c k (d/dk) 1/(1 + k u^c)``: the derivative is the end at R less order
        times the value.
        """
        order, value = number(ctx, self.order), self.at(ctx)
        scale, edge = (0, 0) if self.ratio is oo else (number(ctx, self.scale), number(ctx, raised(self.ratio, self.c)))

        def both(k: Any) -> tuple[Any, Any]:
            here = value(k)
            return here, order * ((scale / (1 + k * edge) if scale else 0) - here)

        return both


class Crossover:
    """The scaling function Psi of the loss for exact rational parameters.

    Parameters
    ----------
    alpha, beta
        Exponents, off the lines 2 alpha = 1 and 2 beta = 1.
    ratio
        v/d, rational, or ``oo`` (2 alpha > 1 only).
    strength
        G = gamma * trace, used for 2 alpha < 1 only.

    Raises
    ------
    AssumptionError
        The parameters have no scaling function of this form.
    """

    def __init__(self, alpha: Rational, beta: Rational, ratio: Expr = oo, strength: Rational | None = None) -> None:
        if alpha == Rational(1, 2):
            raise NoConstant("2 alpha = 1 has logarithms in the kernel: no scaling function of one variable")
        self.alpha, self.beta, self.ratio = alpha, beta, sympify(ratio)
        self.modes = ModeIntegral(2 * alpha, Integer(0), self.ratio)
        self.target = ModeIntegral(2 * alpha, 2 * beta, self.ratio) if 2 * beta < 1 else None
        self.noisy = bool(2 * alpha < 1)
        if self.noisy and strength is None:
            raise AssumptionError(
                "for 2 alpha < 1 the crossover depends on the step size times the trace; give it (`strength`)"
            )
        self.strength = strength if self.noisy else None

    @property
    def d_exponent(self) -> Rational:
        """The loss is ``d^d_exponent Psi(x)``, times zeta(2 beta) for 2 beta > 1, times 1/(1 - N) for 2 alpha > 1."""
        return -2 * self.alpha if self.target is None else 1 - 2 * self.alpha - 2 * self.beta

    @property
    def weight(self) -> Expr:
        """tau_0, the trace in scaled units: ``int_0^R u^{-2 alpha} du``."""
        return raised(self.ratio, 1 - 2 * self.alpha) / (1 - 2 * self.alpha)

    @property
    def source(self) -> Expr:
        """S(k)."""
        return Integer(1) if self.target is None else self.target.expression

    @property
    def gap(self) -> Expr:
        """``1 - K`` in k and y."""
        if self.strength is None:
            return Integer(1)
        return 1 - self.strength / 2 * (1 - Y * self.modes.expression / self.weight)

    def contour_integral(self) -> Expr:
        """Psi(x) as an integral over y, to be read with ``y = k (1 - D(k))``."""
        return Integral(exp(X * Y) * self.source / ((1 - self.modes.expression) * self.gap), Y) / (
            2 * pi * sympify("I")
        )

    def value(self, x: Any, digits: int = 15) -> Any:
        """Psi(x) for x > 0 as an mpmath number with ``digits`` digits."""
        return self.moments(x, digits)[0]

    def moments(self, x: Any, digits: int = 15) -> tuple[Any, Any, Any]:
        """Psi(x), Psi'(x) and Psi''(x) for x > 0."""
        size = mpmath.mpf(x)
        if not size > 0:
            raise AssumptionError(f"x = {x} was asked; the scaling function lives on x > 0")
        # subtracting the integrand's limit at infinity leaves D(1/x) ~ x^order of it, or 1/x
        guard = 5 * max(0, -int(mpmath.floor(mpmath.log10(size) * max(1, number(mpmath.mp, self.modes.order)) / 5)))
        return self._contour(digits, guard).moments(x)

    def plateau(self, digits: int = 15) -> Any:
        """Psi(infinity) = k_0 S(k_0) / (1 - K(0)), with D(k_0) = 1."""
        contour = self._contour(digits)
        k = contour.zero_ridge()
        return k * contour.source(k) / contour.gap(k, contour.ctx.mpf(0))

    def zero_ridge(self, digits: int = 15) -> Any:
        """k_0 with D(k_0) = 1."""
        return self._contour(digits).zero_ridge()

    @cached_property
    def _contours(self) -> dict[tuple[int, int], _Contour]:
        return {}

    def _contour(self, digits: int, guard: int = 0) -> _Contour:
        if (digits, guard) not in self._contours:
            self._contours[digits, guard] = _Contour(self, digits, guard)
        return self._contours[digits, guard]


class _Contour:
    """The inversion at one precision, with digits more against cancellation."""

    def __init__(self, crossover: Crossover, digits: int, guard: int) -> None:
        self.ctx = mpmath.mp.clone()
        self.nodes = digits + 4
        self.ctx.dps = digits + guard + 8 + self.nodes // 5  # the hyperbola amplifies round-off by e^{0.35 nodes}
        self.modes, self.with_slope = crossover.modes.at(self.ctx), crossover.modes.with_slope(self.ctx)
        target, strength = crossover.target, crossover.strength
        # a constant integrates to zero, but its quadrature only to 10^-digits/x, which would drown Psi at small x
        self.limit = 0 if target else 1
        self.source = target.at(self.ctx) if target else lambda k: self.ctx.mpf(1)
        self.half = number(self.ctx, strength / 2) if strength is not None else self.ctx.mpf(0)
        self.weight = number(self.ctx, crossover.weight) if strength is not None else self.ctx.mpf(1)

    def gap(self, k: Any, y: Any) -> Any:
        """``1 - K``."""
        return 1 - self.half * (1 - y * self.modes(k) / self.weight) if self.half else self.ctx.mpf(1)

    def zero_ridge(self) -> Any:
        """k_0: the decreasing D passes 1."""
        low = high = self.ctx.mpf(1)
        while self.modes(low) < 1:
            low /= 4
        while self.modes(high) > 1:
            high *= 4
        return self.ctx.findroot(lambda k: self.modes(k) - 1, (low, high), solver="anderson", verify=False)

    def moments(self, x: Any) -> tuple[Any, Any, Any]:
        """Psi, Psi' and Psi''."""
        found = [self.ctx.mpf(0)] * 3
        for y, k, weight in nodes(self.ctx, self.nodes, self.ctx.mpf(x), self.with_slope, self.modes):
            term = weight * (self.source(k) * (k / y) / self.gap(k, y) - self.limit)
            for n in range(3):
                found[n] += term.real
                term *= y
        return found[0], found[1], found[2]


def scaled_minimum(crossover: Crossover, a: Any, digits: int) -> tuple[Any, Any]:
    """Where ``x^a Psi(x)`` is least, and Psi there: bracketed on a logarithmic grid, then the zero of its slope.

    The slope is ``a + x Psi'/Psi``, with the derivative ``x (Psi' + x Psi'')/Psi - (x Psi'/Psi)^2`` by log x, so that
    Newton's method finds the zero.
    """
    ctx = a.context

    def at(log_x: Any, digits: int) -> tuple[Any, Any, Any]:
        """The slope, its derivative, and Psi."""
        place = ctx.exp(log_x)
        psi, first, second = (ctx.convert(v) for v in crossover.moments(place, digits))
        ratio = place * first / psi
        return a + ratio, ratio + place**2 * second / psi - ratio**2, psi

    grid = [max(1, number(ctx, crossover.alpha)) * n for n in range(-20, 5)]
    signs = [at(point, 6)[0] for point in grid]
    brackets = [(p, q) for p, q, low, high in zip(grid, grid[1:], signs, signs[1:], strict=False) if low < 0 <= high]
    if not brackets:
        places = [ctx.nstr(ctx.exp(grid[n]), 2) for n in (0, -1)]
        raise NoConstant(f"the scaled loss has no minimum at the end of the window for x from {' to '.join(places)}")
    found = []
    for bracket in brackets:
        # few digits find most of the way; each step then doubles them, until the noise of the inversion
        rough = ctx.findroot(lambda z: at(z, 8)[0], bracket, solver="anderson", tol=ctx.mpf("1e-6"), verify=False)
        found.append(_refined(ctx, lambda z: at(z, digits), rough, a, digits))
    return min(found, key=lambda pair: pair[0] ** a * pair[1])


def _refined(ctx: Any, at: Callable[[Any], tuple[Any, Any, Any]], log_x: Any, a: Any, digits: int) -> tuple[Any, Any]:
    """The x near a place where the slope vanishes, and Psi there.

    After a move of half the digits the error is of all of them, and Psi is moved by its derivative.
    """
    for _ in range(20):
        slope, bend, psi = at(log_x)
        move = slope / bend
        log_x -= move
        if abs(move) < ctx.mpf(10) ** (-digits / 2 - 1):
            return ctx.exp(log_x), psi * (1 - (slope - a) * move)
    raise ArithmeticError(f"the least value of the scaled loss did not converge at log x = {ctx.nstr(log_x, 5)}")
