"""The scaling function of the crossover as a convergent series in small x.

With X = 1/y and ``1/k = X (1 + w)`` the ridge equation ``y = k (1 - D(k))`` reads ``w = -D(k)``, and for large k
(the poles and cuts of `mellin.resolvent_sum`, with v replaced by R)

    int_0^R u^-power du/(1 + k u^c) = A k^-q + sum_{m>=1} (-1)^{m-1} R^{1-power-cm}/(1-power-cm) k^-m,      q = (1
    - power)/c,

``A = (pi/c)/sin(pi q)``. If q is an integer m, the two terms in k^-m diverge and their sum is ``(-1)^{m-1} k^-m
(log k + c log R)/c``: a logarithm. The integrand of `crossover` is then a series in X and X^q, inverted term by
term, ``X^e -> x^{e-1}/Gamma(e)``. Since the series in X converges for large y, that of Psi converges for all x > 0.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from operator import add
from typing import Any

import mpmath
from sympy import Expr, Integer, Rational, log, oo, pi, sin
from sympy.polys.domains import QQ
from sympy.polys.rings import ring

from ...algebra.number import number
from ...algebra.powers import raised
from ...algebra.scales import inverse_factors
from ...algebra.series import Exponent, Grading, Series
from ..crossover import Crossover, ModeIntegral

Named = tuple[str, Expr, Rational, int]
"""A term of a large-k expansion: name, exact constant, power of 1/k, power of log k."""


def large_ridge(integral: ModeIntegral, letter: str, cuts: int) -> list[Named]:
    """The expansion of a mode integral in the module's introduction, up to ``k^-cuts``."""
    q, found = integral.order, []
    resonant = q.is_Integer and q >= 1
    if not resonant:
        found.append((f"{letter}0", pi / integral.c / sin(pi * q), q, 0))
    if integral.ratio is oo:
        return found
    for m in range(1, cuts + 1):
        first = 1 - integral.power - integral.c * m
        if first == 0:
            found.append((f"{letter}log", Rational((-1) ** (m - 1)) / integral.c, Integer(m), 1))
            found.append((f"{letter}{m}", Rational((-1) ** (m - 1)) * log(integral.ratio), Integer(m), 0))
        else:
            found.append((f"{letter}{m}", (-1) ** (m - 1) * raised(integral.ratio, first) / first, Integer(m), 0))
    return found


class SmallTime:
    """The series of Psi up to ``x^bound``.

    Parameters
    ----------
    crossover
        The scaling function.
    bound
        Largest power of x.
    """

    def __init__(self, crossover: Crossover, bound: Fraction) -> None:
        self.crossover, cuts = crossover, int(bound) + 2
        self.modes = large_ridge(crossover.modes, "A", cuts)
        self.target = large_ridge(crossover.target, "C", cuts) if crossover.target else []
        irrational = dict.fromkeys(e for _, _, e, _ in (*self.modes, *self.target) if not e.is_Integer)
        self.powers = tuple(irrational)
        generators = (
            [f"s{n}" for n in range(len(self.powers))] + [n for n, *_ in (*self.modes, *self.target)] + ["G", "V"]
        )
        made, *gens = ring(generators, QQ)
        self.ring, self.gens = made, dict(zip(generators, gens, strict=True))
        basis = (Fraction(1), *(Fraction(int(e.p), int(e.q)) for e in self.powers))
        units = (made.one, *gens[: len(self.powers)])
        self.bound = bound
        # the integrand is a multiple of the target's first power, which would let the rest crowd below it: left out
        first = min((e for _, _, e, _ in self.target), default=Integer(0))
        self.first = self._exponent(first)
        # one more than bound: inversion lowers powers by one
        self.grading = Grading(made, basis, units, 0, bound + 1 - Fraction(int(first.p), int(first.q)), Fraction(1))

    def _exponent(self, power: Rational) -> Exponent:
        if power.is_Integer:
            return (int(power),) + (0,) * len(self.powers)
        return (0, *(1 if power == e else 0 for e in self.powers))

    def _at(self, terms: list[Named], w: Series, e: Exponent | int = 0) -> Series:
        """``X^e`` times an expansion in 1/k at ``1/k = X (1 + w)``; log k = -log(1/k)."""
        total = self.grading.series({})
        for name, _, power, logs in terms:
            total = total + w.scaled_power(self._exponent(power), logs, e=e) * (self.gens[name] * (-1) ** logs)
        return total

    @cached_property
    def transform(self) -> Series:
        """The integrand without ``e^{xy}`` and without ``X^first``, as a series in X = 1/y and logarithms of X."""
        w = self.grading.series({})
        while (better := self._at(self.modes, w) * -1).terms != w.terms:
            w = better
        total = w.compose(lambda n: (-1) ** n)
        if self.target:
            total = total * self._at(self.target, w, tuple(-n for n in self.first))
        if self.crossover.noisy:
            # 1 - K = 1 + (G/2) (y D/tau_0 - 1) with y = 1/X; G and V stand for the strength and for 1/tau_0
            over = self._at(self.modes, w, e=-1) * self.gens["V"]
            rest = (over - self.grading.constant(1)) * (self.gens["G"] * Fraction(1, 2))
            # tau_0 is the constant A1 of k^-1, so A1 V = 1 and the constant term cancels
            rest = Series(self.grading, {k: c for k, c in rest.terms.items() if self.grading.size(k[1]) > 0 or k[2]})
            total = total * rest.compose(lambda n: (-1) ** n)
        return total

    @cached_property
    def terms(self) -> list[tuple[Fraction, int, Any, Expr]]:
        """``(e, l, coefficient, factor)``: Psi = sum factor * coefficient * x^e (log x)^l, smallest power first."""
        merged: dict[tuple[Fraction, int, Expr], Any] = {}
        for (_, exponent, k), c in self.transform.terms.items():
            e = self.grading.size(tuple(map(add, exponent, self.first)))
            for power, factor in enumerate(inverse_factors(-e, k)):
                if factor != 0:
                    key = (e - 1, power, factor)
                    merged[key] = merged.get(key, self.ring.zero) + c * (-1) ** k
        found = sorted(merged.items(), key=lambda item: item[0][:2])
        return [(e, power, c, f) for (e, power, f), c in found if c and e <= self.bound]

    @cached_property
    def constants(self) -> dict[str, Expr]:
        """Exact expressions behind the names."""
        known: dict[str, Expr] = {name: constant for name, constant, _, _ in (*self.modes, *self.target)}
        known |= {f"s{n}": e for n, e in enumerate(self.powers)}
        if self.crossover.noisy:
            known |= {"G": self.crossover.strength, "V": 1 / self.crossover.weight}
        return known

    def exact(self) -> list[tuple[Fraction, int, Expr]]:
        """``(e, l, c)`` with exact c: Psi = sum c x^e (log x)^l."""
        return [(e, power, f * c.as_expr().subs(self.constants)) for e, power, c, f in self.terms]

    def value(self, x: Any, digits: int = 15) -> Any:
        """The sum of the terms kept, with enough digits against cancellation."""
        ctx = mpmath.mp.clone()
        ctx.dps = 2 * digits + 20
        x = ctx.mpf(x)
        known = {name: number(ctx, value) for name, value in self.constants.items()}
        total = ctx.mpf(0)
        for e, power, c, f in self.terms:
            size = ctx.mpf(0)
            for powers, rational in c.terms():
                product = ctx.mpf(int(rational.numerator)) / int(rational.denominator)
                for g, n in zip(c.ring.gens, powers, strict=True):
                    if n:
                        product *= known[str(g)] ** n
                size += product
            total += size * number(ctx, f) * x ** (ctx.mpf(e.numerator) / e.denominator) * ctx.log(x) ** power
        return total
