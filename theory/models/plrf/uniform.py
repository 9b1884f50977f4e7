"""One formula for the loss from the window through the crossover to the plateau, on both sides of 2 alpha = 1.

**Formula.** The window series and the crossover function are the two ends of the same integral,

    P(t) = (1/2 pi i) int e^{eta t} [kappa T(kappa)/eta + U] / (1 - N + (gamma/2) eta D(kappa)) d eta,
    eta = kappa (1 - D(kappa)/d),

with D and T replaced by the few terms of their expansions that matter for kappa << 1: the scaled mode integrals of
`crossover` (poles and cuts, at kappa = d^{-2 alpha} k), the first regular powers, and half the last mode of a finite
spectrum,

    D = d D(k) + E + sum_n (-kappa)^n zeta(-2 alpha n),                         E = 1/2 / (1 + k R^{2 alpha}),
    T = d^{1-2 beta} tau(k) + v^{-2 beta} E + sum_n (-kappa)^n zeta(2 beta - 2 alpha n),     n = 0 ... regular - 1.

N is the kernel norm at this d, ``N = N_inf(gamma (1 + (B+1) N/d))``, and U = sum omega/(z_inf - lambda). Neglected
are the next regular powers, of relative order kappa^regular at kappa = 1/t + kappa_0, and discrete time, of order 1/r.

It is the window series where t << d^{2 alpha}, the crossover function where the regular powers may be dropped, and
kappa_0 T(kappa_0)/(1 - N) for t -> infinity.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import mpmath
from sympy import Rational, oo

from ...algebra.hyperbola import nodes
from ...algebra.number import number
from ...errors import AssumptionError
from ..crossover import ModeIntegral
from .exact import Setting

_NODES = 24


class Uniform:
    """The uniform formula at a setting and a size.

    Parameters
    ----------
    setting
        Exponents, step size (or its product with the trace), batch, v/d; off the lines 2 alpha = 1 and 2 beta = 1.
    d
        Number of features.
    regular
        How many regular powers of kappa to keep.

    Raises
    ------
    AssumptionError
        The step size is left open or not stable, or a parameter lies on one of the lines.
    """

    def __init__(self, setting: Setting, d: int, regular: int = 3) -> None:
        if setting.step is None and setting.strength is None:
            raise AssumptionError("the uniform formula is a number: give a step size, or its product with the trace")
        if setting.alpha == Rational(1, 2):
            raise AssumptionError("on 2 alpha = 1 the expansions have logarithms; see HalfLine")
        self.ctx = ctx = mpmath.mp.clone()
        ctx.dps = 34
        self.d, self.ratio = ctx.mpf(d), setting.modes_per_feature
        self.a, self.b, self.batch = (number(ctx, x) for x in (2 * setting.alpha, 2 * setting.beta, setting.batch))
        self.modes = ModeIntegral(2 * setting.alpha, Rational(0), self.ratio).with_slope(ctx)
        self.target = ModeIntegral(2 * setting.alpha, 2 * setting.beta, self.ratio).at(ctx)
        self.regular_capacity = [(-1) ** n * ctx.zeta(-self.a * n) for n in range(regular)]
        self.regular_target = [(-1) ** n * ctx.zeta(self.b - self.a * n) for n in range(regular)]
        self.v = None if self.ratio is oo else number(ctx, self.ratio) * self.d
        self.scale = self.d**self.a
        self.edge = None if self.ratio is oo else number(ctx, self.ratio) ** self.a
        given = setting.step if setting.step is not None else setting.strength
        self.step = number(ctx, given) if setting.step is not None else number(ctx, given) / self._power_sum(self.a)

    def _power_sum(self, w: Any) -> Any:
        """``sum_{j<=v} j^-w``: its value at infinity, and the first two powers of v beyond."""
        if w not in self._power_sums:
            beyond = self.v ** (1 - w) / (1 - w) + self.v**-w / 2 if self.v is not None else 0
            self._power_sums[w] = self.ctx.zeta(w) + beyond
        return self._power_sums[w]

    @cached_property
    def _power_sums(self) -> dict[Any, Any]:
        """Sums found: each step towards the kernel norm asks for the same ones."""
        return {}

    def _geometric(self, y: Any, offset: Any) -> Any:
        """``sum_{k>=1} y^k sum_j j^-(a k + offset)``, that is ``sum_j j^-offset lambda/(1/y - lambda)``."""
        if y >= 1:
            raise AssumptionError(
                f"the step size {self.ctx.nstr(self.step, 5)} is not stable: gamma (B+1) must stay below 2"
            )
        total, k = self.ctx.mpf(0), 1
        while True:
            term = y**k * self._power_sum(self.a * k + offset)
            total, k = total + term, k + 1
            if abs(term) < self.ctx.eps * abs(total) * (1 - y):
                return total

    @cached_property
    def kernel_norm(self) -> Any:
        """N at this d."""
        y, norm = self.step * (self.batch + 1) / 2, self.ctx.mpf(0)
        for _ in range(200):
            better = self._geometric(y * (1 + (self.batch + 1) * norm / self.d), 0) / (self.batch + 1)
            if abs(better - norm) < 64 * self.ctx.eps:
                return better
            norm = better
        raise AssumptionError(f"the step size {self.ctx.nstr(self.step, 5)} is not stable: the kernel norm exceeds 1")

    @cached_property
    def far_target(self) -> Any:
        """U = sum omega/(z_inf - lambda)."""
        return self._geometric(self.step * (self.batch + 1) / 2, self.b)

    def capacity_at(self, kappa: Any) -> Any:
        """D(kappa), and kappa D'(kappa)."""
        k = kappa * self.scale
        value, slope = self.modes(k)
        regular, falling = self.ctx.polyval(self.regular_capacity[::-1], kappa, derivative=1)
        last = self._last(k)
        return self.d * value + last + regular, self.d * slope - last * (1 - 2 * last) + kappa * falling

    def target_at(self, kappa: Any) -> Any:
        """T(kappa)."""
        k = kappa * self.scale
        last = self.v**-self.b * self._last(k) if self.v is not None else 0
        regular = self.ctx.polyval(self.regular_target[::-1], kappa)
        return regular + self.d ** (1 - self.b) * self.target(k) + last

    def _last(self, k: Any) -> Any:
        return 0 if self.v is None else 1 / (2 * (1 + k * self.edge))

    def loss(self, r: Any) -> Any:
        """P(r) for r >> 1 steps, as an mpmath number."""
        time, total = 2 * self.step * self.batch * self.ctx.mpf(r), self.ctx.mpf(0)
        for eta, kappa, weight in nodes(self.ctx, _NODES, time, self._fraction, self._far):
            gap = 1 - self.kernel_norm + self.step / 2 * eta * self.capacity_at(kappa)[0]
            total += (weight * (kappa * self.target_at(kappa) / eta + self.far_target) / gap).real
        return total

    def _fraction(self, kappa: Any) -> Any:
        value, slope = self.capacity_at(kappa)
        return value / self.d, slope / self.d

    def _far(self, kappa: Any) -> Any:
        return self.modes(kappa * self.scale)[0]
