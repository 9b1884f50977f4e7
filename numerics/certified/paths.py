r"""Proposals for the effective ridge where floats have none: kappa is followed along a line of the half plane.

kappa(s) is analytic in the half plane (`ridge.py`), so Newton's iteration from kappa at a point converges at any point
that is closer by some share of the distance to the real axis.  The line s + D tau leads from the nearest point where
kappa is known, or from far above, where kappa ~ s, to s; tau falls by a factor at a time, a smaller one if a step
fails.  Every point on the way is checked by the signs of Omega, at the centres of the balls.  What comes out is a
proposal, which `ridge.py` proves.
"""

from __future__ import annotations

import cmath
from typing import Protocol

from .balls import Ball, Box, Refused, acb, arb, bits_now, magnitude, midpoint
from .sums import PowerLaw

_FACTORS = (0.25, 0.6, 0.85, 0.95)
_NEWTON = 8
_CLOSE = -24  # log2 of a relative step after which the next is at the level of a double
_SHORT = 0.2  # a remaining distance below this share of Im s is one step
_NEAR = 1.0  # |log(s/s_0)| of a point worth starting from


class Followed(Protocol):
    """What is needed of the effective ridge (`ridge.EffectiveRidge`)."""

    @property
    def spectrum(self) -> PowerLaw:
        """The spectrum."""

    def inverse_sizes(self) -> tuple[Ball, Ball]:
        """1/d_1 and 1/d_2."""

    def with_slope(self, kappa: Box) -> tuple[Box, Box]:
        """phi(kappa), and about 1/phi'(kappa)."""


class Paths:
    """The points (s, kappa) known of one ridge, and paths from them."""

    def __init__(self, ridge: Followed) -> None:
        self.ridge = ridge
        self._known: list[tuple[complex, Box, Box]] = []

    def note(self, s: Box, kappa: Box) -> None:
        """Keep a point at which kappa is known."""
        self._known.append((cmath.log(complex(s)), midpoint(s), kappa))

    def followed(self, s: Box) -> Box:
        """kappa near s."""
        goal = midpoint(s)
        point, kappa = self._nearest(goal)
        away, share = point - goal, arb(1)
        reach = _SHORT * abs(goal.imag)
        while share > 0:
            for factor in _FACTORS:
                coming = share * factor if abs(away) * share > reach else arb(0)
                found = self._newton(goal + away * coming, kappa)
                if found is not None and (not coming > 0 or self._in_omega(found)):
                    break
            else:
                raise Refused(f"the effective ridge can be followed to s = {s.str(6)}", bits_now())
            kappa, share = found, coming
        return kappa

    def _nearest(self, s: Box) -> tuple[Box, Box]:
        place = cmath.log(complex(s))
        near = min(self._known, key=lambda each: abs(each[0] - place), default=None)
        if near is not None and abs(near[0] - place) < _NEAR:
            return near[1], near[2]
        trace = self.ridge.spectrum.trace * sum(self.ridge.inverse_sizes())
        height = midpoint(4 * (abs(s) + trace + 1))
        far = midpoint(s + acb(0, height if s.imag > 0 else -height))
        return far, far

    def _newton(self, s: Box, kappa: Box) -> Box | None:
        """kappa(s) from nearby, or None."""
        side = 1 if s.imag > 0 else -1
        for _ in range(_NEWTON):
            image, slope = self.ridge.with_slope(kappa)
            step = midpoint((image - s) * slope)
            kappa = midpoint(kappa - step)
            if not kappa.is_finite() or not kappa.imag * side > 0:
                return None
            if magnitude(abs(step)) <= magnitude(abs(kappa)) + _CLOSE:
                return kappa
        return None

    def _in_omega(self, kappa: Box) -> bool:
        side = 1 if kappa.imag > 0 else -1
        (df1,) = self.ridge.spectrum.at(kappa, "df1")
        shares = [1 - midpoint(df1) * by for by in self.ridge.inverse_sizes()]
        points = [kappa, kappa * shares[0], kappa * shares[1], kappa * shares[0] * shares[1]]
        return all(midpoint(point).imag * side > 0 for point in points)
