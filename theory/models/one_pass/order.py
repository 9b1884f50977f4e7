"""A power of the compute and of eta: what the series of the loss are made of."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, order=True)
class Term:
    """f^-small in size at eta = 1/tau; eta^power before inversion; `kept` if it is none that inversion may cancel.

    `tilt` is how much `small` grows along a line of sizes.
    """

    small: Fraction
    power: Fraction
    kept: bool = False
    tilt: Fraction = Fraction(0)

    def __mul__(self, other: Term) -> Term:
        kept, tilt = self.kept or other.kept, self.tilt + other.tilt
        return Term(self.small + other.small, self.power + other.power, kept, tilt)

    @property
    def analytic(self) -> bool:
        """Whether nothing is left of it in time."""
        return not self.kept and self.power.denominator == 1 and self.power >= 0

    def at(self, time: Fraction, tau: Fraction) -> Fraction:
        """Its size at the time f^time, where that of the optimum is f^tau."""
        return self.small + self.power * (time - tau)
