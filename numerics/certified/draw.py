r"""The expected loss of one given draw of W in balls: finite sums instead of the effective ridge.

With eigenvalues x_i and powers c_i^2 (`GivenDraw`), taken as the exact numbers they are given as,

    F~ = P_inf/y + sum c_i^2/(y + gap_i),   K~ = gamma^2 B sum x_i^2/(y + gap_i),
    gap_i = 1 - g(x_i) = gamma B x_i (2 - gamma (B+1) x_i).

The loss is that of the exact recursion, with no deterministic equivalent in between: the average over the data is
proved, for this W.  What a singular value decomposition in floats makes of W is not covered: the given numbers *define*
the problem.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ..errors import TauberInputError
from ..models.plrf.model import GivenDraw
from .balls import Ball, Box, acb, arb, exact, real, working
from .goal import CertifiedValue
from .one_pass import OnePassProblem, Solver


@dataclass(frozen=True, eq=False)
class CertifiedDraw(OnePassProblem):
    """One W: eigenvalues x_i > 0, powers c_i^2 >= 0, P_inf = `floor` >= 0, all exact; B, and gamma as a rational.

    Raises
    ------
    TauberInputError
        If some mode does not contract, or ||K|| >= 1 (exact comparisons of rationals).
    """

    eigenvalues: tuple[Fraction, ...]
    power: tuple[Fraction, ...]
    floor: Fraction
    batch: int
    step_size: Fraction

    @classmethod
    def of(cls, draw: GivenDraw) -> CertifiedDraw:
        """The problem that the floats of a draw define."""
        modes, power = (tuple(exact(float(x)) for x in values) for values in (draw.eigenvalues, draw.power))
        return cls(modes, power, exact(float(draw.floor)), int(draw.batch), exact(draw.step_size))

    def __post_init__(self) -> None:
        rests = [2 - self.step_size * (self.batch + 1) * x for x in self.eigenvalues]
        if not all(rest > 0 for rest in rests) or min(self.eigenvalues) <= 0:
            raise TauberInputError("A mode of this draw does not contract; lower the step size (`step_size`).")
        with working(128):
            if not self.kernel_norm() < 1:
                raise TauberInputError("The kernel of this draw sums to 1 or more; lower the step size.")

    def curve(self, times: Sequence[int], digits: int = 12) -> list[CertifiedValue]:
        """P at whole times."""
        return Solver(self).values([exact(t) for t in times], digits)

    def recursion(self, last: int, bits: int = 64) -> list[Ball]:
        """P(0..last) step by step: rho_i <- g(x_i) rho_i + gamma^2 B x_i P, positive terms only."""
        with working(bits):
            modes = [
                (real(1 - gap), real(x), real(self._noise * x))
                for x, gap in zip(self.eigenvalues, self._gaps, strict=True)
            ]
            states = [real(c / x) for c, x in zip(self.power, self.eigenvalues, strict=True)]
            floor, found = real(self.floor), []
            for _ in range(last + 1):
                loss = sum((x * rho for (_, x, _), rho in zip(modes, states, strict=True)), floor)
                found.append(loss)
                states = [g * rho + gain * loss for (g, _, gain), rho in zip(modes, states, strict=True)]
        return found

    @property
    def bits(self) -> int:
        """Bits that 1 - ||K|| takes."""
        with working(128):
            return math.ceil(math.log2(1 / float(1 - self.kernel_norm()))) + 8

    def start(self) -> Ball:
        """F(0)."""
        return real(self.floor + sum(self.power))

    def kernel_norm(self) -> Ball:
        """||K||."""
        gamma, pairs = self.step_size, self.batch + 1
        return sum((real(gamma * x / (2 - gamma * pairs * x)) for x in self.eigenvalues), arb(0))

    def prepare(self, points: list[complex]) -> None:
        """Nothing is proposed here."""

    def transforms(self, y: Box) -> tuple[Box, Box]:
        """F~ and K~ at w = 1 + y."""
        forcing, kernel = real(self.floor) / y, acb(0)
        for x, c, gap in zip(self.eigenvalues, self.power, self._gaps, strict=True):
            inverse = 1 / (y + real(gap))
            forcing += real(c) * inverse
            kernel += real(self._noise * x * x) * inverse
        return forcing, kernel

    def rough_loss(self, t: float) -> float:
        """By the float solver; the floor, or what is left of it, where that has lost its digits."""
        modes, power = (np.array([float(v) for v in values]) for values in (self.eigenvalues, self.power))
        draw = GivenDraw(modes, power, float(self.floor), self.batch, float(self.step_size))
        return max(float(draw.curve([t], "contour").loss[0]), 1e-300)

    @property
    def _noise(self) -> Fraction:
        return self.step_size**2 * self.batch

    @functools.cached_property
    def _gaps(self) -> tuple[Fraction, ...]:
        """1 - g(x_i)."""
        gamma, b = self.step_size, self.batch
        return tuple(gamma * b * x * (2 - gamma * (b + 1) * x) for x in self.eigenvalues)
