r"""Full-batch optimisers: what each does to an eigendirection, and the contour that suits it.

Every optimiser here acts on the residual by a function p_t(K) of the same matrix, with p_t(0) = 1, and leaves the
resolvent side of the theory unchanged (derived here; arXiv:2402.01092 treats gradient flow):

    GradientFlow       p_t(x) = e^{-xt};
    GradientDescent    p_t(x) = (1 - h x)^t for whole t and step h; stable for h x_+ < 2;
    Momentum           mu p'' + p' + x p = 0, p(0) = 1, p'(0) = 0 (heavy ball in continuous time).

So only p_t(-s) in the contour integrals of `contour.py` differs, and the contour that keeps it small:

**Flow**: the hyperbola of `volterra/contour.py`, for times of two decades at once (cost does not grow with t).

**Descent**: with 1 + h s = e^l, p_t(-s) = e^{lt} and the hyperbola in l, from `first_far_time` on.  If h x_+ >= 1 some
1 - h x are negative; a second hyperbola around the negative half axis, z = -e^l, takes them up ((-1)^t e^{lt}).  The
two need arms below Im l = pi instead of 2 pi, hence twice the time.  Earlier times use the ellipse around [-h x_+, 0].

**Heavy ball**: s = r + mu r^2 has two roots r; with the slow one r_+ = 2s/(1 + sqrt(1 + 4 mu s)) and
Delta = sqrt(1 + 4 mu s)/mu,

    p_t(-s) = e^{r_+ t} (1 + r_+ (e^{-Delta t} - 1)/Delta),

entire in s: the ellipse around [-x_+, 0] serves for t < 3 mu D, D = -log(goal).  From then on everything that does not
belong to the slow root within |r| < 1/(2 mu) has decayed to e^{-3D/2}, and the hyperbola in r is used, with
p_t = e^{rt} (1 + mu r)/(1 + 2 mu r) and ds = (1 + 2 mu r) dr.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ...core.precision import Array, Precision, Scalar, goal_exponent
from ...errors import TauberInputError, UnstableStepSize
from ...volterra.contour import Rule, ellipse, first_far_time, hyperbola
from .contour import Quadrature, groups

_SPAN = 100.0  # first to last time of a contour: the pairs of nodes a time are fewest then
MAX_STIFFNESS = 50.0
"""Largest mu x_+ of the heavy ball: the closed contour of its oscillating stage takes 100 sqrt(mu x_+) nodes."""


class Optimiser(ABC):
    """p_t(x) and its contours; `x_+` = `edge` is the upper edge of the spectrum."""

    @abstractmethod
    def check(self, edge: float) -> None:
        """Raise TauberInputError (UnstableStepSize) if this optimiser cannot be used on a spectrum up to `edge`."""

    @abstractmethod
    def quadratures(self, ctx: Precision, edge: float, times: Array) -> list[Quadrature]:
        """Contours that together serve all `times` > 0, shape (n,)."""


@dataclass(frozen=True)
class GradientFlow(Optimiser):
    """dw/dt = -gradient."""

    def check(self, edge: float) -> None:
        """Nothing to check."""

    def quadratures(self, ctx: Precision, edge: float, times: Array) -> list[Quadrature]:
        """A hyperbola for each two decades of times."""
        found = []
        for where in groups(times, _SPAN):
            rule = _hyperbola(ctx, times[where])
            rate = rule.nodes[:, None] * times[where]
            found.append(_quadrature(ctx, where, rule, (rule.nodes, rule.weights, ctx.exp(rate)), rate))
        return found


@dataclass(frozen=True)
class GradientDescent(Optimiser):
    """w <- w - step * gradient, at whole times t = 0, 1, 2, ... (numbers of steps)."""

    step: Scalar

    def __post_init__(self) -> None:
        object.__setattr__(self, "step", _positive("step of gradient descent", self.step, "step"))

    def check(self, edge: float) -> None:
        """Raises UnstableStepSize from step * edge = 2 on."""
        if float(self.step) * edge >= 2:
            raise UnstableStepSize(
                f"Gradient descent with step {float(self.step):.6g} is unstable: the loss stays bounded only below "
                f"{2 / edge:.10g} for this model; lower the step (`step`).",
                2 / edge,
            )

    def quadratures(self, ctx: Precision, edge: float, times: Array) -> list[Quadrature]:
        """The ellipse for early times; later, a hyperbola for each two decades, or two if modes change sign."""
        if any(t != int(t) for t in times):
            raise TauberInputError("Gradient descent takes whole steps; give whole numbers as times (`times`).")
        step, both = ctx.real(self.step), float(self.step) * edge >= 1
        far = np.asarray(times >= first_far_time(ctx) * (2 if both else 1), dtype=bool)
        found = []
        if not far.all():
            where = np.flatnonzero(~far)
            rule = ellipse(ctx, 2 * times[where].max(), float(self.step) * edge)
            powers = [int(t) for t in times[where]]
            growth = np.stack([(1 + rule.nodes) ** power for power in powers], axis=1)
            lost = 0 * abs(growth) + 2 * times[where]
            found.append(_quadrature(ctx, where, rule, (rule.nodes / step, rule.weights / step, growth), lost))
        for part in groups(times[far], _SPAN):
            where = np.flatnonzero(far)[part]
            rule = _hyperbola(ctx, times[where])
            rate, z = rule.nodes[:, None] * times[where], ctx.exp(rule.nodes)
            growth, weights = ctx.exp(rate), rule.weights * z / step
            one = _quadrature(ctx, where, rule, (ctx.expm1(rule.nodes) / step, weights, growth), rate)
            if both:
                sign = np.array([(-1) ** int(t) for t in times[where]])
                turned = np.conj((-1 - z) / step), -np.conj(weights), np.conj(growth) * sign
                one = _joined(one, _quadrature(ctx, where, rule, turned, rate))
            found.append(one)
        return found


@dataclass(frozen=True)
class Momentum(Optimiser):
    """Heavy ball in continuous time, mass w'' + w' = -gradient, started at rest."""

    mass: Scalar

    def __post_init__(self) -> None:
        object.__setattr__(self, "mass", _positive("mass of the heavy ball", self.mass, "mass"))

    def check(self, edge: float) -> None:
        """Raises TauberInputError beyond `MAX_STIFFNESS`."""
        if float(self.mass) * edge > MAX_STIFFNESS:
            raise TauberInputError(
                f"A heavy ball of mass {float(self.mass):.6g} was asked for, at most {MAX_STIFFNESS / edge:.6g} is "
                "allowed for this model; lower the mass (`mass`)."
            )

    def quadratures(self, ctx: Precision, edge: float, times: Array) -> list[Quadrature]:
        """The ellipse while modes oscillate, then a hyperbola for each two decades."""
        mass, scale = ctx.real(self.mass), ctx.real(edge)
        far = np.asarray(times >= 3 * goal_exponent(ctx) * mass, dtype=bool)
        found = []
        for part in groups(times[~far], _SPAN):
            where = np.flatnonzero(~far)[part]
            rule = ellipse(ctx, 2 * times[where].max() * scale, 1.0)
            nodes, weights = rule.nodes * scale, rule.weights * scale
            growth, lost = self._growth(ctx, nodes, times[where])
            found.append(_quadrature(ctx, where, rule, (nodes, weights, growth), lost))
        for part in groups(times[far], _SPAN):
            where = np.flatnonzero(far)[part]
            rule = _hyperbola(ctx, times[where])
            inner = 1 + 2 * mass * rule.nodes
            rate = rule.nodes[:, None] * times[where]
            growth = ctx.exp(rate) * ((1 + mass * rule.nodes) / inner)[:, None]
            nodes = rule.nodes * (1 + mass * rule.nodes)
            found.append(_quadrature(ctx, where, rule, (nodes, rule.weights * inner, growth), rate))
        return found

    def _growth(self, ctx: Precision, s: Array, times: Array) -> tuple[Array, Array]:
        """p_t(-s), shape (k, n), by the formula of the module's docstring, and what its rounding depends on."""
        mass = ctx.real(self.mass)
        root = ctx.sqrt(1 + 4 * mass * s + 0j)
        slow, gap = 2 * s / (1 + root), root / mass
        rate, fast = slow[:, None] * times, -gap[:, None] * times
        second = (slow / gap)[:, None] * ctx.expm1(fast)
        growth = ctx.exp(rate) * (1 + second)
        lost = (1 + abs(second)) / abs(1 + second) * (4 + abs(rate) + abs(fast))
        return growth, lost


def _positive(name: str, value: Scalar, argument: str) -> Scalar:
    """The value, a text as the fraction it is; raises TauberInputError unless it is a positive number."""
    try:
        number = Fraction(value) if isinstance(value, str) else value
        size = float(number)
    except (TypeError, ValueError, ZeroDivisionError):
        size = math.nan
    if not (math.isfinite(size) and size > 0):
        raise TauberInputError(
            f"The {name} must be a positive number, got {value!r}; give one like 0.5 (`{argument}`)."
        )
    return number


def _hyperbola(ctx: Precision, times: Array) -> Rule:
    """For the times and, as p_t^2 is wanted too, their doubles."""
    return hyperbola(ctx, times.min(), 2 * times.max())


def _quadrature(ctx: Precision, where: Array, rule: Rule, parts: tuple[Array, Array, Array], lost: Array) -> Quadrature:
    """A rule with `parts` = (nodes, weights, growth); |lost| is the relative error of the growth in round-offs."""
    nodes, weights, growth = parts
    units = np.asarray(abs(ctx.rounded(lost)), dtype=float)
    coarse = np.arange(len(nodes)) % 2 == 0
    return Quadrature(where, nodes, weights, growth, units, coarse, (len(nodes) - 1,) if rule.open_end else ())


def _joined(one: Quadrature, two: Quadrature) -> Quadrature:
    """Two contours for the same times as one."""
    return Quadrature(
        one.where,
        np.concatenate([one.nodes, two.nodes]),
        np.concatenate([one.weights, two.weights]),
        np.concatenate([one.growth, two.growth]),
        np.concatenate([one.units, two.units]),
        np.concatenate([one.coarse, two.coarse]),
        one.ends + tuple(len(one.nodes) + end for end in two.ends),
    )
