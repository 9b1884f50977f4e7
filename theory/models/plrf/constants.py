"""The named constants of the expansions: exact definitions, and their values to any number of digits.

`window.Window` and `level.Level` give coefficients as polynomials in

    s0, s1, ...     pole positions of the two zeta functions (q = 1/(2 alpha), 1 - p, ...)
    D0, D1, ...     coefficients of D(kappa) = sum lambda/(lambda+kappa), T0, T1, ... those of T(kappa)
    a = 1/s0 = 2 alpha,  y = gamma (B+1)/2,  b = 1/(B+1),  prefactor = 1/(1 - N),  N = b m_0 the kernel norm at d =
    infinity m_n = sum lambda z^n/(z - lambda)^{n+1},   u_n = sum omega z^n/(z - lambda)^{n+1},   z = z_inf = 1/y

the last two being ``sum_k binomial(k+n-1, n) y^k Z(k)`` and ``sum_k binomial(k+n, n) y^{k+1} Z_omega(k+1)`` by the
geometric series, with Z known at the integers. Values are computed with mpmath in a context of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Any

import mpmath
from sympy import Expr, Integer, Rational, Sum, Symbol, binomial, oo, symbols

from ...algebra.number import number
from ...algebra.scales import Monomial
from ...errors import AssumptionError
from ...spectra.zeta import SpectralAssumption, SpectralZeta

STEP, BATCH = symbols("gamma B", positive=True)


class Constants:
    """Definitions and values for one spectral assumption.

    Args:
        spectrum: the two spectral zeta functions, with rational parameters.
        poles, names: pole positions s0, s1, ... and the named coefficients of the two resolvent sums.
        step, batch: exact step size gamma and batch B, or None to leave them as symbols (no values then).
    """

    def __init__(
        self, spectrum: SpectralAssumption, poles: tuple[Expr, ...], names: Mapping[str, Monomial],
        step: Expr | None = None, batch: Rational | None = None,
    ) -> None:  # fmt: skip
        self.spectrum, self.poles, self.names = spectrum, poles, names
        self.step, self.batch = step, batch

    def definition(self, name: str) -> Expr:
        """The exact expression behind a name, in gamma and B (or their given values)."""
        step, batch = self.step or STEP, self.batch or BATCH
        y = step * (batch + 1) / 2
        if name in self.names:
            return self.names[name].constant
        if name == "y":
            return y
        if name == "b":
            return 1 / (batch + 1)
        if name == "a":
            return 1 / self.poles[0]
        if name == "prefactor":
            return 1 / (1 - Symbol("N"))
        if name == "N":
            return self.definition("m0") / (batch + 1)
        kind, n = name[0], int(name[1:])
        if kind == "s":
            return self.poles[n]
        k = Symbol("k", integer=True, positive=True)
        if kind == "m":
            return Sum(binomial(k + n - 1, n) * y**k * self.spectrum.capacity.value(k), (k, 1, oo))
        return Sum(binomial(k + n - 1, n) * y**k * self.spectrum.target.value(k), (k, 1, oo))

    def value(self, name: str, digits: int) -> Any:
        """The constant's value as an mpmath number with about ``digits`` digits.

        Raises:
            AssumptionError: no step size was given, or it is not stable.
        """
        return self._evaluated(digits)[name]

    def context(self, digits: int) -> Any:
        """The mpmath context of the values of a precision."""
        return self._evaluated(digits).ctx

    def polynomial(self, coefficient: Any, digits: int) -> Any:
        """The value of a polynomial in the named constants."""
        values = self._evaluated(digits)
        ctx = values.ctx
        names = [str(g) for g in coefficient.ring.gens]
        total = ctx.mpf(0)
        for powers, c in coefficient.terms():
            product = ctx.mpf(int(c.numerator)) / int(c.denominator)
            for name, power in zip(names, powers, strict=True):
                if power:
                    product *= values[name] ** power
            total += product
        return total

    def expression(self, coefficient: Any) -> Expr:
        """A polynomial in the named constants with exact expressions for all names but m_n and u_n."""
        names = {str(g): g for g in coefficient.ring.symbols}
        known = {s: self.definition(n) for n, s in names.items() if n[0] not in "mu"}
        return coefficient.as_expr().xreplace(known)

    @cached_property
    def _cache(self) -> dict[int, _Values]:
        return {}

    def _evaluated(self, digits: int) -> _Values:
        if digits not in self._cache:
            self._cache[digits] = _Values(self, digits)
        return self._cache[digits]


class _Values(dict[str, Any]):
    """Values by name, computed when first asked for."""

    def __init__(self, constants: Constants, digits: int) -> None:
        super().__init__()
        self.constants, self.digits = constants, digits + 10
        self.ctx = mpmath.mp.clone()
        self.ctx.dps = self.digits
        self._zeta: dict[tuple[str, int], Any] = {}

    def __missing__(self, name: str) -> Any:
        if name == "prefactor":
            value = 1 / (1 - self["N"])
        elif name == "N":
            value = self["m0"] * self["b"]
        elif name[0] in "mu":
            value = self._moment(name[0], int(name[1:]))
        else:
            value = number(self.ctx, self.constants.definition(name))
        self[name] = value
        return value

    def _moment(self, kind: str, n: int) -> Any:
        if self.constants.step is None or self.constants.batch is None:
            raise AssumptionError("a value was asked without a step size; give one (for example `step=0.1`)")
        y, total, k = self["y"], self.ctx.mpf(0), 1
        rate = y * self._series(kind, 40) ** (self.ctx.one / 40)  # above y lambda_1, by which the terms shrink
        if rate >= 1:
            raise AssumptionError(
                f"the step size {self.constants.step} is not stable: gamma (B+1) lambda_1 must stay below 2"
            )
        while True:
            term = self.ctx.binomial(k + n - 1, n) * y**k * self._series(kind, k)
            total += term
            if abs(term) < abs(total) * self.ctx.eps * (1 - rate) and k > n:
                return total
            k += 1

    def _series(self, kind: str, k: int) -> Any:
        if (kind, k) not in self._zeta:
            zeta = self.constants.spectrum.capacity if kind == "m" else self.constants.spectrum.target
            self._zeta[kind, k] = self.ctx.convert(_value(zeta, k, self.ctx.dps + 5))
        return self._zeta[kind, k]


@lru_cache(maxsize=4096)
def _value(series: SpectralZeta, k: int, digits: int) -> Any:
    """A zeta function at a whole number, which all expansions of a spectrum ask for."""
    ctx = mpmath.mp.clone()
    ctx.dps = digits
    return number(ctx, series.value(Integer(k)))
