"""What the window and the level share: a ring of named constants, and expansions at the two effective ridges.

Coefficients are polynomials over QQ in named constants (see `constants` for their definitions and values), so that
one derivation serves every spectrum. Exponents are integer vectors over (1, s0, s1, ...), the poles of the two
zeta functions (see `..series`).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any

from sympy import Expr
from sympy.polys.domains import QQ
from sympy.polys.rings import ring

from ...algebra.scales import Monomial
from ...algebra.series import Exponent, Grading, Series
from ...errors import AssumptionError
from ...spectra.likeness import reach
from ...spectra.mellin import resolvent_sum
from ...spectra.zeta import SpectralAssumption


class Expansion:
    """Series in 1/d and a small variable x for a spectral assumption with rational parameters and all modes present.

    Args:
        spectrum: the two spectral zeta functions.
        order: highest power i of 1/d.
        bound: highest ``e + s i`` of the terms ``d^-i x^e``, s being the largest pole of the capacity zeta function.
            All terms up to it come out complete.
        analytic: leave the terms out that stem from a negative power of kappa in T; they crowd where 2 alpha is near 1.

    Raises:
        AssumptionError: the trace of the spectrum diverges, so the modes must be cut at a finite v.
    """

    def __init__(self, spectrum: SpectralAssumption, order: int, bound: Fraction, analytic: bool = False) -> None:
        self.spectrum = spectrum
        regular = max(2, int(bound) + 2 + order)
        self.capacity = {f"D{n}": m for n, m in enumerate(resolvent_sum(spectrum.capacity, regular, 0))}
        far = reach(spectrum.target, regular)
        self.target = {f"T{n}": m for n, m in enumerate(resolvent_sum(spectrum.target, far, 0))}
        self.names = {**self.capacity, **self.target}
        self.leading = max(
            (n for n in self.capacity if self.names[n]["kappa"] < 0), key=lambda n: -self.names[n]["kappa"]
        )
        first = -self.names[self.leading]["kappa"]
        if first >= 1:
            raise AssumptionError("the trace of the spectrum diverges; expand with finitely many modes, v/d fixed")
        rest = {-m["kappa"] for m in self.names.values() if not m["kappa"].is_Integer} - {first}
        self.poles = (first, *sorted(rest, reverse=True))
        self.ring, self.gens = self._ring(regular + order)
        basis = (Fraction(1), *(_number(s) for s in self.poles))
        units = (self.ring.one, *(self.gens[f"s{n}"] for n in range(len(self.poles))))
        self.bound = bound
        # T may begin with a negative power, and carries what is that far beyond the bound back below it
        self.source = {n: m for n, m in self.target.items() if not (analytic and m["kappa"] < 0)}
        lowest = min(Fraction(0), *(_number(m["kappa"]) for m in self.source.values()))
        self.grading = Grading(self.ring, basis, units, order, bound - lowest, basis[1])

    def _ring(self, moments: int) -> tuple[Any, dict[str, Any]]:
        generators = [f"s{n}" for n in range(len(self.poles))] + [*self.names, "y", "b", "prefactor", "a"]
        generators += [f"{kind}{n}" for kind in "mu" for n in range(moments)]
        made, *gens = ring(generators, QQ)
        return made, dict(zip(generators, gens, strict=True))

    def exponent(self, power: Expr) -> Exponent:
        """The exponent vector of a power of kappa in an expansion."""
        if power.is_Integer:
            return (int(power),) + (0,) * len(self.poles)
        return (0, *(-1 if -power == s else 0 for s in self.poles))

    def at_ridge(self, terms: Mapping[str, Monomial], shift: Series, i: int = 0, e: int = 0) -> Series:
        """``d^-i x^e`` times an expansion in kappa at ``kappa = x (1 + shift)``."""
        total = self.grading.series({})
        for name, m in terms.items():
            total = total + shift.scaled_power(self.exponent(m["kappa"]), m.logs, i, e) * self.gens[name]
        return total

    def within(self, i: int, e: Fraction) -> bool:
        """Whether a term ``d^-i x^e`` is among those that are complete."""
        return e + self.grading.slope * i <= self.bound

    def moment(self, kind: str, rho: Series) -> Series:
        """M or U at ``zeta = z_inf (1 + rho)``: ``sum_n (-rho)^n m_n``."""
        return rho.compose(lambda n: self.gens[f"{kind}{n}"] * (-1) ** n)

    def far_ridge(self, start: Series) -> Series:
        """Rho with ``zeta = z_inf (1 + rho)`` and ``zeta (1 + M(zeta)/d) = z_inf (1 + start)``, by iteration in 1/d."""
        rho = start
        for _ in range(self.grading.order):
            rho = start - ((rho + self.one) * self.moment("m", rho)).shifted(i=1)
        return rho

    @cached_property
    def one(self) -> Series:
        """The series 1."""
        return self.grading.constant(1)

    def over_gap(self, kernel: Series) -> Series:
        """``1/(1 - K^)`` for ``1 - K^ = 1 + kernel``, whose value without corrections is ``1 - N = 1/prefactor``."""
        rest = (kernel + self.grading.constant(self.gens["m0"] * self.gens["b"])) * self.gens["prefactor"]
        return rest.compose(lambda n: (-1) ** n) * self.gens["prefactor"]


def _number(value: Expr) -> Fraction:
    """A SymPy number as a fraction."""
    return Fraction(int(value.p), int(value.q))
