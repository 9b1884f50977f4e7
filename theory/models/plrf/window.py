"""The loss inside the window 1 << t << d^{1/q}, term by term, with exact constants.

For 2 alpha > 1 and all modes present (v = infinity). Notation: t = 2 gamma B r, q = 1/(2 alpha), y = gamma (B+1)/2
= 1/z_inf, b = 1/(B+1).

**Equations** (arXiv 2405.15074, with z = -eta, and z_2 = z_inf + eta the second root of g(z) = w):

    eta = kappa (1 - D(kappa)/d)                               small ridge; D, T by `mellin.resolvent_sum`
    z_2 = zeta (1 + M(zeta)/d)                                 large ridge, right of the spectrum: kappa_2 = -zeta
    M(zeta) = sum lambda/(zeta - lambda),   U(zeta) = sum omega/(zeta - lambda)
    F^ = (kappa/eta) T(kappa) + U(zeta)/(1 + M(zeta)/d)
    1 - K^ = 1 + (eta D(kappa) - z_2 M(zeta)) / ((B+1)(z_2 + eta))
    P(r) = (1/2 pi i) int e^{t s} F^/(1 - K^) d eta,   1 + 2 gamma B eta + gamma^2 B (B+1) eta^2 = e^{2 gamma B s}

**Algorithm.** All of it is a series in 1/d and s (`series.Series`): iterate the ridge in 1/d, expand, divide, and
invert term by term, ``s^e (log s)^k -> (d/de)^k [t^{-e-1} / Gamma(-e)]``, where analytic terms vanish. Where a
pole of the target's zeta function meets one of 1/sin (2 beta = 1 + 2 alpha n) the residue is that of a double
pole, and a logarithm appears; this is decided exactly.

The window series has no constant term. The level at infinity is what it sums to beyond the window: do not add the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from sympy import Expr

from ...algebra.scales import inverse_factors
from ...algebra.series import Series
from .expansion import Expansion


@dataclass(frozen=True)
class WindowTerm:
    """``coefficient * factor * d^-i * t^{-e-1} * (log t)^log``, from the inverse transform of one term of the series.

    ``coefficient`` is an element of the window's ring, ``factor`` the exact value that inversion brings
    (1/Gamma(-e), or a derivative of it), ``e`` the numeric exponent. ``weight`` is the size ``d^-weight`` in the
    middle of the window.
    """

    coefficient: Any
    factor: Expr
    i: int
    e: Fraction
    log: int
    weight: Fraction


class Window(Expansion):
    """The window series; x is the Laplace variable, eta or s.

    What is left out is smaller than ``d^-order`` at the beginning, or ``t^{-bound-1}`` at the end ``d ~
    t^{1/slope}`` of the window.
    """

    @cached_property
    def ridge(self) -> Series:
        """W with kappa = eta (1 + w), by iteration in 1/d."""
        w = self.grading.series({})
        for _ in range(self.grading.order):
            w = (w + self.one) * self.at_ridge(self.capacity, w, i=1)
        return w

    @cached_property
    def forcing(self) -> Series:
        """F^ as a series in eta."""
        w, rho = self.ridge, self.far_ridge(self.grading.monomial(e=1) * self.gens["y"])
        forcing = (w + self.one) * self.at_ridge(self.source, w)
        return forcing + self.moment("u", rho) * self.moment("m", rho).shifted(i=1).compose(lambda n: (-1) ** n)

    @cached_property
    def transform(self) -> Series:
        """P^ = F^ / (1 - K^) as a series in eta."""
        y, b, eta = self.gens["y"], self.gens["b"], self.grading.monomial(e=1)
        far, near = self.moment("m", self.far_ridge(eta * y)), self.at_ridge(self.capacity, self.ridge, e=1)
        kernel = (near * y - (self.one + eta * y) * far) * (eta * (2 * y)).compose(lambda n: (-1) ** n) * b
        return self.forcing * self.over_gap(kernel)

    @cached_property
    def discrete_time(self) -> Series:
        """H with ``eta = s (1 + h)``: v = y eta solves ``v + v^2 = sum_{n>=1} (4 (1-b))^{n-1} (y s)^n / n!``."""
        y, rate = self.gens["y"], 4 * (1 - self.gens["b"])
        v, factorial = [self.ring.zero], Fraction(1)

        def coefficient(n: int) -> Any:
            nonlocal factorial
            while len(v) <= n + 1:
                m = len(v)
                factorial *= m
                v.append(y**m * rate ** (m - 1) * (1 / factorial) - sum(v[k] * v[m - k] for k in range(1, m)))
            return v[n + 1].exquo(y) if n else 0

        return self.grading.monomial(e=1).compose(coefficient)

    @cached_property
    def in_time(self) -> Series:
        """``P^ d eta/d s`` as a series in s, the variable conjugate to t."""
        grading, h = self.grading, self.discrete_time
        total = grading.series({})
        for (i, e, k), c in self.transform.terms.items():
            total = total + h.scaled_power(e, k, i) * c
        slope = {(i, e, k): c * (e[0] + 1) for (i, e, k), c in h.terms.items()}
        return total * (grading.series(slope) + grading.constant(1))

    @cached_property
    def terms(self) -> tuple[WindowTerm, ...]:
        """All terms within the cut, the largest in the middle of the window first; equal powers are added up."""
        merged: dict[tuple[int, Fraction, int, Expr], Any] = {}
        for (i, exponent, k), c in self.in_time.terms.items():
            e = self.grading.size(exponent)
            if not self.within(i, e):
                continue
            for log, factor in enumerate(inverse_factors(e, k)):
                if factor != 0:
                    key = (i, e, log, factor)
                    merged[key] = merged.get(key, self.ring.zero) + c
        half = 1 / (2 * self.grading.slope)
        found = [WindowTerm(c, f, i, e, log, i + (e + 1) * half) for (i, e, log, f), c in merged.items() if c]
        return tuple(sorted(found, key=lambda term: (term.weight, -term.log)))
