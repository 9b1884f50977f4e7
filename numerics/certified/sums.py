r"""Sums over a power-law spectrum in balls, for any number of modes: Euler-Maclaurin with a proved remainder.

Modes j = 1..v (v may be infinite) have eigenvalues lambda_j = j^-c and target powers v_j = j^-a.  Every sum of the
models has a summand f(x) = x^-b (1 + k x^c)^-m, m = 1 or 2 (`FORMS`).  For any 2 <= N <= v and even n >= 4

    sum_{j=1}^v f = sum_{j<N} f(j) + int_N^v f + (f(N) + f(v))/2
                    + sum_{i=1}^{n/2} (B_{2i}/(2i)) ([t^{2i-1}] f(v+t) - [t^{2i-1}] f(N+t)) + R,
    |R| <= 2 zeta(n) n! (2 pi eta)^-n  N^{1-n-b}/(n+b-1)  E_b  C^m,        0 < eta < 1, n + b > 1,

with E_b = (1-eta)^-b (or (1+eta)^-b for b < 0), and C the least of those that apply of

    1/((1+y) cos(psi/2)),   psi = |arg k| + c asin(eta) < pi,       1/(y-1),   y > 1,       y = |k| ((1-eta) N)^c.

*Proof.*  R = -(1/n!) int_N^v B~_n f^(n), |B~_n| <= |B_n| = 2 zeta(n) n!/(2 pi)^n, and by Cauchy on the disc
|xi - x| <= eta x, |f^(n)(x)| <= n! (eta x)^-n max |f|.  There |arg xi^c| <= c asin(eta) and |k xi^c| >= y, and
|1 + rho e^{i psi}| is at least (1 + rho) cos(psi/2), and at least rho - 1; both grow with rho.

The integrals have the antiderivatives (DLMF 15.6.1, expanded in powers of k x^c or its inverse)

    x^{1-b-mc}/(k^m (b+mc-1)) 2F1(m, p; 1+p; -1/(k x^c))  (minus; p = (b+mc-1)/c > 0, vanishes at infinity),
    x^{1-b}/(1-b) 2F1(m, q; 1+q; -k x^c)                  (q = (1-b)/c > 0, vanishes at 0; finite v only),

the second where b + mc is near or below 1 (the first divides by b + mc - 1).  Where k is real and negative beyond
every pole, both ends lie on the same side of the cut of 2F1, and the difference is real.

N and eta are chosen by the bound, in floats; the bound itself is evaluated in balls.
"""

from __future__ import annotations

import functools
import math
from fractions import Fraction
from typing import Any

import numpy as np

from .balls import Ball, Box, Refused, acb, acb_series, arb, bits_now, magnitude, real

FORMS = {"df1": (0, 0, 1), "df2": (0, 0, 2), "slope": (0, -1, 2), "target": (1, -1, 1), "target_slope": (1, -2, 2)}
"""Name of a sum -> (A, C, m): the summand has b = A a + C c.  In the words of the models

    df1 = sum lambda/(lambda+k),  df2 = sum lambda^2/(lambda+k)^2,  slope = sum lambda/(lambda+k)^2,
    target = sum v/(lambda+k),  target_slope = sum v/(lambda+k)^2.
"""

_DIRECT = 150  # up to this many modes are summed one by one
_MOST_HEAD = 1500
_HEADS = sorted({round(16 * 1.25**i) for i in range(21)} | {_MOST_HEAD})
_ETAS = [Fraction(i, 16) for i in range(3, 16)]


class PowerLaw:
    """The spectrum lambda_j = j^-c, v_j = j^-a, j = 1..`size` (None: infinitely many; then a > 1 and c > 1)."""

    def __init__(self, c: Fraction, a: Fraction, size: int | None) -> None:
        self.c, self.a, self.size = c, a, size
        self.forms = {name: (A * a + C * c, m) for name, (A, C, m) in FORMS.items()}
        self._tables: dict[tuple[object, ...], Any] = {}

    @property
    def trace(self) -> Ball:
        """sum lambda_j."""
        return self._moment(self.c)

    @property
    def target_power(self) -> Ball:
        """sum v_j, the loss of doing nothing."""
        return self._moment(self.a)

    def at(self, k: Box, *names: str) -> list[Box]:
        """The named sums at the ball k, off (-inf, 0] or real and below -1; raises Refused where no bound is found."""
        k = acb(k)
        forms = [self.forms[name] for name in names]
        if self.size is not None and self.size <= _DIRECT:
            return self._head(k, forms, self.size + 1)
        cut, eta = self._choose(k, forms)
        if self.size is not None and cut >= self.size:
            return self._head(k, forms, self.size + 1)
        totals = self._head(k, forms, cut)
        order = _order(bits_now())
        tails = self._tail(k, forms, cut, order)
        ends = [0 * t for t in tails] if self.size is None else self._tail(k, forms, self.size, order, last=True)
        pole_free = [self._integral(k, form, cut) for form in forms]
        return [
            _widened(total + start + middle + end, self._remainder(k, form, cut, eta, order))
            for total, start, middle, end, form in zip(totals, tails, pole_free, ends, forms, strict=True)
        ]

    def _moment(self, s: Fraction) -> Ball:
        """sum_{j <= v} j^-s, from the (Hurwitz) zeta function, continued to s <= 1 for finite v."""
        if self.size is None:
            return real(s).zeta()
        if self.size <= _DIRECT:
            return sum((arb(j) ** real(-s) for j in range(1, self.size + 1)), arb(0))
        if s == 1:
            return arb(self.size + 1).digamma() + arb.const_euler()
        return real(s).zeta() - real(s).zeta(arb(self.size + 1))

    def _head(self, k: Box, forms: list[tuple[Fraction, int]], stop: int) -> list[Box]:
        """sum_{j < stop} f(j) for each form."""
        powers = self._powers(-self.c, stop)
        inverse = [1 / (1 + k * x) for x in powers]
        found = []
        for b, m in forms:
            terms = inverse if m == 1 else [x * x for x in inverse]
            found.append(sum(terms if b == 0 else map(_times, terms, self._powers(b, stop)), acb(0)))
        return found

    def _powers(self, b: Fraction, stop: int) -> list[Ball]:
        """j^-b for 0 < j < stop, kept per precision."""
        kept = self._tables.setdefault((bits_now(), "powers", b), [])
        exponent = real(-b)
        while len(kept) < stop - 1:
            kept.append(arb(len(kept) + 1) ** exponent)
        return kept[: stop - 1]

    def _expanded(self, exponent: Fraction, x: int, order: int) -> acb_series:
        """(x + t)^exponent to t^(order - 1), kept per precision."""
        key = (bits_now(), "series", exponent, x, order)
        if key not in self._tables:
            log = acb_series([x, 1], order).log()
            self._tables[key] = (log * acb(real(exponent))).exp()
        return self._tables[key]

    def _tail(self, k: Box, forms: list[tuple[Fraction, int]], x: int, order: int, last: bool = False) -> list[Box]:
        """f(x)/2 -+ sum_i (B_2i/2i) [t^(2i-1)] f(x+t), plus at the last mode."""
        inverse = 1 / (1 + acb_series([k], order) * self._expanded(self.c, x, order))
        found = []
        for b, m in forms:
            summand = inverse if m == 1 else inverse * inverse
            if b:
                summand = summand * self._expanded(-b, x, order)
            corrections = sum(
                (weight * summand[2 * i + 1] for i, weight in enumerate(_weights(order, bits_now()))), acb(0)
            )
            found.append(summand[0] / 2 + (corrections if last else -corrections))
        return found

    def _integral(self, k: Box, form: tuple[Fraction, int], cut: int) -> Box:
        """int_cut^v f."""
        b, m = form
        excess = b + m * self.c - 1
        if self.size is not None and b < 1 and excess < Fraction(1, 4):
            share = (1 - b) / self.c
            value = self._from_zero(k, b, m, share, self.size) - self._from_zero(k, b, m, share, cut)
        else:
            p = excess / self.c
            value = self._to_infinity(k, b, m, p, cut)
            if self.size is not None:
                value = value - self._to_infinity(k, b, m, p, self.size)
        return acb(value.real) if k.imag.is_zero() else value

    def _to_infinity(self, k: Box, b: Fraction, m: int, p: Fraction, x: int) -> Box:
        y = k * self._power_at(self.c, x)
        scale = self._power_at(1 - b, x) / real(p * self.c)
        value = (-1 / y).hypgeom_2f1(acb(m), acb(real(p)), acb(real(1 + p)), bc=True, abc=True)
        return value * scale / (y if m == 1 else y * y)

    def _from_zero(self, k: Box, b: Fraction, m: int, share: Fraction, x: int) -> Box:
        y = k * self._power_at(self.c, x)
        value = (-y).hypgeom_2f1(acb(m), acb(real(share)), acb(real(1 + share)), bc=True, abc=True)
        return value * self._power_at(1 - b, x) / real(1 - b)

    def _power_at(self, exponent: Fraction, x: int) -> Ball:
        key = (bits_now(), "power", exponent, x)
        if key not in self._tables:
            self._tables[key] = arb(x) ** real(exponent)
        return self._tables[key]

    def _choose(self, k: Box, forms: list[tuple[Fraction, int]]) -> tuple[int, Fraction]:
        """The least N, with its eta, whose remainder is below 2^-bits of the first summand; else the best of all."""
        angle = abs(math.atan2(float(k.imag.mid()), float(k.real.mid())))
        # On a grid, rounded to the safe side, so that the iterates of one root share their choice.
        log_k, turn = math.floor(magnitude(abs(k)) - 0.01), math.ceil(16 * angle)
        key = (bits_now(), "choice", log_k, turn, *forms)
        if key not in self._tables:
            self._tables[key] = self._chosen(log_k, min(turn / 16, math.pi), forms)
        return self._tables[key]

    def _chosen(self, log_k: int, angle: float, forms: list[tuple[Fraction, int]]) -> tuple[int, Fraction]:
        """In floats: log2 of the bound for every N (rows) and eta."""
        bits, c = bits_now(), float(self.c)
        order = _order(bits)
        heads = np.array([n for n in _HEADS if self.size is None or n < self.size], dtype=float)[:, None]
        etas = np.array([float(eta) for eta in _ETAS])
        log_y = np.clip(log_k + c * np.log2((1 - etas) * heads), -900, 900)
        psi = angle + c * np.arcsin(etas)
        with np.errstate(all="ignore"):
            cone = np.where(psi < math.pi - 1e-6, -np.logaddexp2(0, log_y) - np.log2(np.cos(psi / 2)), np.inf)
            pole = np.where(log_y > 1e-6, -log_y - np.log2(-np.expm1(-log_y * math.log(2))), np.inf)
        log_c = np.minimum(cone, pole)
        excess = np.max(
            [self._log_cauchy(b, heads, etas, order) + m * (log_c + max(0, log_k)) for b, m in forms], axis=0
        )
        best = excess.min(axis=1)
        enough = np.flatnonzero(best < -bits)
        row = int(enough[0]) if len(enough) else int(np.argmin(best))
        return int(heads[row, 0]), _ETAS[int(np.argmin(excess[row]))]

    def _log_cauchy(self, b: Fraction, heads: Any, etas: Any, order: int) -> Any:
        """log2 of the part of the bound without C."""
        if order + b <= 1:
            return np.full((len(heads), len(etas)), np.inf)
        power, side = float(b), (1 - etas if b >= 0 else 1 + etas)
        circle = 1 + math.lgamma(order + 1) / math.log(2) - order * np.log2(2 * math.pi * etas)
        return circle + (1 - order - power) * np.log2(heads) - math.log2(order + power - 1) - power * np.log2(side)

    def _remainder(self, k: Box, form: tuple[Fraction, int], cut: int, eta: Fraction, order: int) -> Ball:
        """The upper bound of |R| of the module's docstring."""
        b, m = form
        y = k.abs_lower() * self._power_at(self.c, cut) * self._shrunk(eta)
        bounds = []
        angle = abs(k.arg()) + self._opening(eta)
        if angle < arb.pi():
            bounds.append(1 / ((1 + y) * (angle / 2).cos()))
        if y > 1:
            bounds.append(1 / (y - 1))
        usable = [bound.abs_upper() for bound in bounds if bound.is_finite()]
        if not usable:
            raise Refused(f"the summand is bounded beyond mode {cut} at k = {k.str(6)}", bits_now())
        least = functools.reduce(lambda one, two: one.min(two), usable)
        key = (bits_now(), "remainder", form, cut, eta, order)
        if key not in self._tables:
            self._tables[key] = _cauchy(b, cut, eta, order)
        bound = self._tables[key] * (least if m == 1 else least * least)
        return bound.abs_upper()

    def _shrunk(self, eta: Fraction) -> Ball:
        key = (bits_now(), "shrunk", eta)
        if key not in self._tables:
            self._tables[key] = real(1 - eta) ** real(self.c)
        return self._tables[key]

    def _opening(self, eta: Fraction) -> Ball:
        key = (bits_now(), "opening", eta)
        if key not in self._tables:
            self._tables[key] = real(self.c) * real(eta).asin()
        return self._tables[key]


def _times(x: Box, y: Ball) -> Box:
    return x * y


def _order(bits: int) -> int:
    """n: even, about where one more head term and one more derivative cost the same (measured)."""
    return max(6, 2 * round(bits / 9))


@functools.lru_cache(maxsize=64)
def _weights(order: int, bits: int) -> tuple[Ball, ...]:
    """B_{2i}/(2i) for i = 1..order/2 at the working precision of `bits`."""
    del bits
    return tuple(arb.bernoulli(2 * i) / (2 * i) for i in range(1, order // 2 + 1))


def _cauchy(b: Fraction, cut: int, eta: Fraction, order: int) -> Ball:
    """2 zeta(n) n! (2 pi eta)^-n N^{1-n-b}/(n+b-1) E_b."""
    if not order + b > 1:
        raise Refused(f"the sum converges: n + b > 1 at n = {order}, b = {b}", bits_now())
    side = 1 - eta if b >= 0 else 1 + eta
    circle = (2 * arb.pi() * real(eta)) ** order
    size = 2 * arb(order).zeta() * arb.fac_ui(order) / circle * arb(cut) ** real(1 - order - b)
    return size / real(order + b - 1) * real(side) ** real(-b)


def _widened(value: Box, bound: Ball) -> Box:
    """The ball with `bound` added to its radius; a real value stays real."""
    error = arb(0, bound)
    return value + (acb(error) if value.imag.is_zero() else acb(error, error))
