r"""What a rising step size adds to the corrections of the least loss (`corrections`).

A warm-up ``gamma min(1, ((1 + t)/tau_c)^{p/2})`` costs time and leaves noise of the start. With ``F ~ t^-p``, the
kernel K^ at ``eta = 1/tau`` and the loss P at the optimum these are, relative to the time and to P,

    delay      tau_c^max(1, p/2)/tau              of int dt/gamma
    noise      tau_c^-min(p - 1, p/2) K^/(tau P)  of int gamma P dt, the mass M of the start

and tau_c is best where both are equal, ``tau_c^p = K^/P``. Four cases.

**It does not help**, K^ <= P: training is as with a constant step size.

**A small delay** is a correction. Its own are ``tau_c^-|1 - p/2|`` of it, from the lower ends of the integrals, and
what is remembered at tau_c.

**The noise leads**, p > 2 and ``tau_c^{p/2} ~ tau``. M, with the step size over that of the start, stems from times of
order one, and after ``tau_c << tau`` the step size is constant: the series of `corrections` holds with M K^/gamma as
one base more. Corrections are

    the upper ends of both integrals, and the time at which gamma is reached    tau_c^{1-p/2}
    when the noise is made, int t gamma P dt over M                             max(1, tau_c^{2-p/2}) eta
    what memory with all of gamma would have added up to tau_c                  its factors, at tau_c
    what the monomials of F add to M up to tau_c                                t^{1+p/2}/tau_c^{p/2} of each, at tau_c

of which the second is a factor of what the start leaves.

**It is late**, p > 2 and ``tau_c^{p/2}`` is more than tau, where leading terms leave the time free (`late`): the same,
and the samples that the peak takes, ``tau/tau_c^{p/2}``.

**The step size rises all the time**, p < 2 and ``tau_c ~ tau``, as where 2 alpha < 1 the kernel, too, is of order one.
With s = t/tau the equation has a limit, in which ``gamma P ~ s^{-p/2}`` is integrable at the start,

    phi(s) = s^-p + level + int_0^s k(s - s') gamma(s') phi(s') ds'

and monomials of F and of the kernel correct it by their size at ``t ~ tau``, analytic or not where noise is remembered,
since the step size is no constant. What the limit leaves out at its lower end, t of order one, is

    tau^{p/2-1}        of int gamma P dt and of int dt/gamma, with corrections at t of order one
    1/tau              of 1 + t beside t
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from ...errors import AssumptionError
from .order import Term

Case = Literal["constant", "delay", "noise", "rising"]


@dataclass(frozen=True)
class WarmUp:
    """The best warm-up at an optimum, by powers of f.

    Attributes:
        descent: p.
        tau: the exponent of the time.
        rise: that of tau_c.
        case: which of the module's.
    """

    descent: Fraction
    tau: Fraction
    rise: Fraction
    case: Case

    @classmethod
    def best(cls, descent: Fraction, tau: Fraction, loss: Fraction, memory: Iterable[Term]) -> WarmUp:
        """The best one where the loss is f^-loss.

        Raises:
            AssumptionError: p = 2 where the noise would lead, with a logarithm.
        """
        rise = max(Fraction(0), (loss - min(m.small for m in memory)) / descent)
        delay = tau - max(Fraction(1), descent / 2) * rise
        if delay < 0:
            raise ArithmeticError(f"a warm-up of f^{rise} is longer than the time f^{tau}")
        if rise and not delay and descent == 2:
            raise AssumptionError("corrections of a warm-up are not derived at p = 2, where they have logarithms")
        case: Case = "constant" if not rise else "delay" if delay else "noise" if descent > 2 else "rising"
        return cls(descent, tau, rise, case)

    @classmethod
    def with_delay(cls, descent: Fraction, tau: Fraction, late: Fraction) -> WarmUp:
        """One that takes f^late > 1 times the time tau: the noise of the start leads, p > 2."""
        return cls(descent, tau, (tau + late) * 2 / descent, "noise")

    @property
    def start(self) -> Fraction:
        """The exponent of the step size at the start, over its peak."""
        return -self.rise * self.descent / 2

    @property
    def late(self) -> Fraction | None:
        """The exponent of the time that it takes beyond tau, over tau; None where it does not help."""
        if self.case == "constant":
            return None
        return max(Fraction(1), self.descent / 2) * self.rise - self.tau

    @property
    def height(self) -> Fraction:
        """The exponent of the peak over the start, times n over those that the peak alone would take."""
        return max(Fraction(0), self.late or Fraction(0)) - self.start

    def of_start(self, memory: Iterable[Term], ridge: Iterable[Term]) -> list[Term]:
        """Where the noise leads, what the start leaves beyond itself in powers of eta; the memory without the short."""
        half, shift = self.descent / 2, Term(self.tau - max(Fraction(0), 2 - self.descent / 2) * self.rise, Fraction(1))
        left = [Term(m.small + half * self.rise, m.power, m.kept) for m in memory]
        left = [one * more for one in left for more in (Term(Fraction(0), Fraction(0)), shift)]
        return beyond_the_start(left, ridge)

    def orders(self, bases: Iterable[Term], ridge: Iterable[Term], memory: Iterable[Term]) -> list[Fraction]:
        """The orders that no series in powers of eta has, relative to the loss; the last of the memory is the short."""
        half, tau, rise = self.descent / 2, self.tau, self.rise
        if self.case == "constant":
            return []
        if self.case == "delay":
            delay = tau - max(Fraction(1), half) * rise
            return [delay, delay + abs(1 - half) * rise, *(delay + m.at(rise, tau) for m in memory)]
        if self.case == "noise":
            in_time = [base for base in (*bases, *(b * m for b in bases for m in ridge)) if not base.analytic]
            return [
                *([self.late] if self.late else []),
                half * rise - rise,
                *(m.at(rise, tau) for m in [*memory][:-1]),
                *(base.at(rise, tau) - half * rise for base in in_time),
            ]
        end = (1 - half) * tau
        early = [
            *(x.at(Fraction(0), tau) for x in (*bases, *ridge)),
            *(m.at(Fraction(0), tau) + half * tau for m in memory),
        ]
        return [tau, end, *(end + x for x in early)]


def beyond_the_start(bases: Iterable[Term], ridge: Iterable[Term]) -> list[Term]:
    """What of the bases lasts: of one that is a number in eta, which is the start, what the ridge makes of it."""
    return [term for base in bases for term in ((base * shift for shift in ridge) if base.analytic else (base,))]
