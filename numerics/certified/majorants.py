r"""Bounds of a transform that need no spectrum, and of the path that closes the contour.

`hyperbola.py` asks for |q(l)| <= M(l) off the cut, and for a bound of (1/2 pi) |int e^{l t} q(l) dl| over a path that
joins the two ends of the hyperbola, s(U)/t_1 =: l_1 and its conjugate, around the far side of the cut.

**Flow.**  q = int dmu(x)/(x + l), x >= 0, mu >= 0 of mass m: M = m/dist(l, (-inf, 0]).  The path runs along the rays
Im l = +-Im l_1 to the left: (1/pi) e^{Re l_1 t} m/(t |Im l_1|).

**One-pass SGD.**  P = F + K * P, F(t) = int tau^t dmu_F, K likewise, with positive measures on [0, 1], the one of K on
[1/(B+1), 1]; q(l) = w Q(w), w = e^l, Q = F~/(1 - K~).  If ||K|| < 1 then with rho = ||K||/(1 - ||K||), y = w - 1

    |Q(w)| <= F(0)/dist(w, [0, 1]) (1 + rho sup_{0<=tau<=1} (1-tau)/|w-tau|),
    sup <= 1 if Re w >= 1;   <= |y|/|Im y| for Re w < 1;   <= 1/dist always.

*Proof.*  |F~| <= F(0)/dist.  K~ is a Stieltjes function with Im K~ < 0 above the axis, K~(w) < ||K|| for w > 1 and
K~ < 0 left of its support: 1 - K~ has no zero off the support, and 1/(1 - K~) = 1 + int dR(tau)/(w - tau), R >= 0 on
[1/(B+1), 1], int dR/(1 - tau) = rho.  With u = 1 - tau, sup u/|y + u| is at most 1 for Re y >= 0 and |y|/|Im y|
otherwise.

The path is the arc |w| = R_0 = |e^{l_1}| <= 1 from the angle theta = Im l_1 < pi/2 through -1 (log = natural):

    (1/pi) F(0) R_0^t [ log cot(theta/2) (1 + rho ((1-R_0)/(R_0 sin theta) + pi/2)) + (pi/2)(1 + rho/R_0) ]

as dist >= R_0 sin(angle) and |w-1|/(R_0 sin(angle)) <= (1-R_0)/(R_0 sin theta) + pi/2 up to pi/2, dist >= R_0 beyond.
For a time that is not whole, w^t has a cut on (-inf, 0] and both its lips are added, the smaller of

    (1/pi) F(0) R_0^{t+1}/(t+1) (B+1)(1 + rho (B+1)),      (1/pi) F(0) (R_0^t/t + rho R_0^{t-1}/(t-1)),

since dist(-x, [1/(B+1), 1]) >= max(x, 1/(B+1)); Q has no cut to the left of 1/(B+1).

**Moments.**  t dP/dt has the factor l t: |l| <= |log R_0| + pi on the arc, and on the lips, with |log x| + pi, an
integration by parts: int_0^R x^p (|log x| + pi) dx = R^{p+1}/(p+1) (|log R| + pi + 1/(p+1)).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from .balls import Ball, Box, Refused, arb, bits_now


class Majorant(ABC):
    """What a contour must know of a transform."""

    @abstractmethod
    def on(self, point: Box) -> Ball:
        """M on a box of l."""

    @abstractmethod
    def check(self, corner: Box, width: Ball) -> None:
        """Refuse a contour with this end in the upper half plane, and |Im l| <= `width` on its whole strip."""

    @abstractmethod
    def closing(self, corner: Box, t: Ball, moment: int) -> Ball:
        """The bound of the closing path at a ball of times, for P (`moment` 0) or t dP/dt (1)."""


@dataclass(frozen=True, eq=False)
class FlowMajorant(Majorant):
    """A Stieltjes function of mass `mass` on the negative axis."""

    mass: Ball

    def on(self, point: Box) -> Ball:
        """m/dist(l, (-inf, 0])."""
        return self.mass / _from_segment(point.real, point.imag)

    def check(self, corner: Box, width: Ball) -> None:
        """Nothing has a period here; the ends must lie left of 0 and off the axis."""
        del width
        _demand(corner.real < 0 and corner.imag > 0, "the hyperbola ends left of the origin")

    def closing(self, corner: Box, t: Ball, moment: int) -> Ball:
        """The two rays; for the moment |l t| <= |x t| + |Im l_1| t under the integral of e^{x t}."""
        ray = (corner.real * t).exp() * self.mass / (arb.pi() * t * corner.imag)
        if not moment:
            return ray
        return ray * (abs(corner.real) * t + 1 + corner.imag * t)


@dataclass(frozen=True, eq=False)
class OnePassMajorant(Majorant):
    """F(0) = `mass`, rho, B = `batch`; `whole`: whether only whole times are asked for."""

    mass: Ball
    rho: Ball
    batch: int
    whole: bool

    def on(self, point: Box) -> Ball:
        """|w| M(w)."""
        y = point.expm1()
        w = 1 + y
        distance = _from_segment(arb(0).max(y.real), y.imag, w.real)
        spread = 1 / distance
        if y.real >= 0:
            spread = spread.min(arb(1))
        elif not y.imag.contains(0):
            spread = spread.min((abs(y) / abs(y.imag)).max(arb(1)))
        return abs(w) * self.mass / distance * (1 + self.rho * spread)

    def check(self, corner: Box, width: Ball) -> None:
        """R_0 <= 1, theta < pi/2, and no copy of the cut inside."""
        _demand(corner.real <= 0, "the hyperbola ends inside the unit circle")
        _demand(0 < corner.imag < arb.pi() / 2, "the hyperbola ends in the right half plane (a time too early for it)")
        _demand(width < 2 * arb.pi(), "the strip of the contour is free of copies of the cut (a time too early for it)")

    def closing(self, corner: Box, t: Ball, moment: int) -> Ball:
        """Arc, and lips where a time may not be whole."""
        total = self.arc(corner, t)
        if moment:
            total = total * t * (abs(corner.real) + arb.pi())
        return total if self.whole else total + self.lips(corner, t, moment)

    def arc(self, corner: Box, t: Ball) -> Ball:
        """The arc through -1."""
        radius, theta = corner.real.exp(), corner.imag
        near = (theta / 2).cot().log() * (1 + self.rho * ((1 - radius) / (radius * theta.sin()) + arb.pi() / 2))
        far = arb.pi() / 2 * (1 + self.rho / radius)
        return (corner.real * t).exp() * self.mass / arb.pi() * (near + far)

    def lips(self, corner: Box, t: Ball, moment: int) -> Ball:
        """Both lips of the cut (-inf, 0] of w^t."""
        log = corner.real

        def piece(p: Ball) -> Ball:
            """int_0^R0 x^p (|log x| + pi)^moment dx."""
            plain = (log * (p + 1)).exp() / (p + 1)
            return plain * (abs(log) + arb.pi() + 1 / (p + 1)) * t if moment else plain

        pairs = arb(self.batch + 1)
        one = piece(t) * pairs * (1 + self.rho * pairs)
        if not t > 1:
            return one * self.mass / arb.pi()
        return one.min(piece(t - 1) + self.rho * piece(t - 2)) * self.mass / arb.pi()


def _from_segment(beyond: Ball, height: Ball, before: Ball | None = None) -> Ball:
    """A lower bound of the distance from a cut: |height|, beside max(`beyond`, -`before`, 0) along it.

    Lower bounds of both parts are squares of exact numbers, so that a box around the cut gives 0.
    """
    along = arb(0).max(beyond)
    if before is not None:
        along = along.max(-before)
    low, high = along.lower().max(arb(0)), abs(height).lower().max(arb(0))
    return (low * low + high * high).sqrt().lower()


def _demand(holds: bool, inequality: str) -> None:
    if not holds:
        raise Refused(inequality, bits_now())
