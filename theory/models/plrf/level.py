"""The level of the loss at infinite time, as a series in 1/d with exact constants.

For 2 alpha > 1 and all modes present. With ``D(kappa) = A kappa^{-q} + ...`` and x = (A/d)^{1/q},

    D(kappa_0) = d,  kappa_0 = x (1 + w)       (iterated: 1 + w = (1 - [D(kappa_0) - A kappa_0^{-q}]/d)^{-1/q})
    P(infinity) = kappa_0 T(kappa_0) / (1 - N_d),   N_d = M(zeta)/(B+1),  zeta (1 + M(zeta)/d) = z_inf

all of it a series in 1/d and x; terms are ``c d^{-i} x^e (log x)^k``, that is ``c A^{e/q} d^{-i-e/q} (...)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from ...algebra.series import Series, binomials
from .expansion import Expansion


@dataclass(frozen=True)
class LevelTerm:
    """``coefficient * d^-i * x^e * (log x)^log`` with x = (A/d)^{1/q}; it falls like ``d^-weight``."""

    coefficient: Any
    i: int
    e: Fraction
    log: int
    weight: Fraction


class Level(Expansion):
    """The level series.

    What is left out falls faster than ``d^{-bound/q}`` (``order`` should be ``bound/q`` or more; where the capacity
    zeta function has a second pole s > 0, ``bound/(q - s)``: each factor ``kappa^-s/d`` shrinks only so much).
    """

    @cached_property
    def ridge(self) -> Series:
        """W with kappa_0 = x (1 + w)."""
        rest = {n: m for n, m in self.capacity.items() if n != self.leading}
        w = self.grading.series({})
        for _ in range(self.grading.order + 1):
            shift = self.at_ridge(rest, w, i=1)
            w = (-shift).compose(binomials(-self.gens["a"])) - self.one
        return w

    @cached_property
    def level(self) -> Series:
        """P(infinity)."""
        forcing = self.at_ridge(self.source, self.ridge, e=1) * (self.ridge + self.one)
        rho = self.far_ridge(self.grading.series({}))
        return forcing * self.over_gap(self.moment("m", rho) * (-self.gens["b"]))

    @cached_property
    def terms(self) -> tuple[LevelTerm, ...]:
        """All terms within the cut, the largest first; equal powers are added up."""
        merged: dict[tuple[int, Fraction, int], Any] = {}
        for (i, exponent, k), c in self.level.terms.items():
            key = (i, self.grading.size(exponent), k)
            if not self.within(*key[:2]):
                continue
            merged[key] = merged.get(key, self.ring.zero) + c
        found = [LevelTerm(c, i, e, k, i + e / self.grading.slope) for (i, e, k), c in merged.items() if c]
        return tuple(sorted(found, key=lambda term: (term.weight, -term.log)))
