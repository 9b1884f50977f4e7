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

At the last mode few corrections matter; the others are bounded by the same estimate of Cauchy's.

N and eta are chosen by the bound, in floats; the bound itself is evaluated in balls.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from .balls import Ball, Box, Refused, acb, acb_series, arb, bits_now, magnitude, power, real, widened
from .hypergeometric import hypergeometric

FORMS = {"df1": (0, 0, 1), "df2": (0, 0, 2), "slope": (0, -1, 2), "target": (1, -1, 1), "target_slope": (1, -2, 2)}
"""Name of a sum -> (A, C, m): the summand has b = A a + C c.  In the words of the models

    df1 = sum lambda/(lambda+k),  df2 = sum lambda^2/(lambda+k)^2,  slope = sum lambda/(lambda+k)^2,
    target = sum v/(lambda+k),  target_slope = sum v/(lambda+k)^2.
"""

_DIRECT = 150  # up to this many modes are summed one by one
_HEADS = [round(16 * 1.25**i) for i in range(30)]
_ETAS = [Fraction(1, 128), Fraction(1, 64), Fraction(1, 32), *(Fraction(i, 16) for i in range(1, 16))]
_LAST_ETA = _ETAS.index(Fraction(3, 8))  # at the last mode, where there is room
_HEAD_COST, _ORDER_COST = 7.0, 2.4  # microseconds of a term of the head, and of an order of both corners (measured)


@dataclass(frozen=True, eq=False)
class _Form:
    """The summand x^-b (1 + k x^c)^-m of a named sum, and what is asked of its exponents at every k."""

    name: str
    b: Fraction
    m: int
    c: Fraction

    @functools.cached_property
    def p(self) -> Fraction:
        """Of the antiderivative that vanishes at infinity."""
        return (self.b + self.m * self.c - 1) / self.c

    @functools.cached_property
    def flat(self) -> bool:
        """Whether the antiderivative that vanishes at 0 is the better one."""
        return self.b < 1 and self.b + self.m * self.c < Fraction(5, 4)

    @functools.cached_property
    def fall(self) -> float:
        """b - 1, positive where the summand's own power can be summed."""
        return float(self.b - 1)


class PowerLaw:
    """The spectrum lambda_j = j^-c, v_j = j^-a, j = 1..`size` (None: infinitely many; then a > 1 and c > 1)."""

    def __init__(self, c: Fraction, a: Fraction, size: int | None) -> None:
        self.c, self.a, self.size = c, a, size
        self.forms = {name: _Form(name, A * a + C * c, m, c) for name, (A, C, m) in FORMS.items()}
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
        if not k.is_finite():
            raise Refused("a sum over the spectrum is asked for at a finite point", bits_now())
        forms = [self.forms[name] for name in names]
        if self.size is not None and self.size <= _DIRECT:
            return self._head(k, forms, self.size + 1)
        cut, eta, order = self._choose(k, forms)
        if self.size is not None and cut >= self.size:
            return self._head(k, forms, self.size + 1)
        heads = self._head(k, forms, cut)
        rests = {form.name: self._negligible(k, form, cut) for form in forms}
        smooth = [form for form in forms if rests[form.name] is None]
        corners = zip(self._corner(k, smooth, cut, order // 2), self._ends(k, smooth, order), strict=True)
        for form, ((half, corrections), end) in zip(smooth, corners, strict=True):
            rest = half - corrections + self._integral(k, form, cut) + end
            rests[form.name] = widened(rest, self._remainder(k, form, cut, eta, order))
        return [head + rests[form.name] for head, form in zip(heads, forms, strict=True)]

    def _kept(self, make: Callable[[], Any], *key: object) -> Any:
        """What `make` gives, made once per working precision."""
        full = (bits_now(), *key)
        if full not in self._tables:
            self._tables[full] = make()
        return self._tables[full]

    def _moment(self, s: Fraction) -> Ball:
        """sum_{j <= v} j^-s, from the (Hurwitz) zeta function, continued to s <= 1 for finite v."""
        if self.size is None:
            return real(s).zeta()
        if self.size <= _DIRECT:
            return sum((arb(j) ** real(-s) for j in range(1, self.size + 1)), arb(0))
        if s == 1:
            return arb(self.size + 1).digamma() + arb.const_euler()
        return real(s).zeta() - real(s).zeta(arb(self.size + 1))

    def _head(self, k: Box, forms: Sequence[_Form], stop: int) -> list[Box]:
        """sum_{j < stop} f(j) for each form."""
        inverse = [1 / (1 + k * x) for x in self._powers("c", self.c, stop)]
        found = []
        for form in forms:
            terms = inverse if form.m == 1 else [x * x for x in inverse]
            weighted = map(operator.mul, terms, self._powers(form.name, -form.b, stop)) if form.b else terms
            found.append(sum(weighted, acb(0)))
        return found

    def _powers(self, name: str, exponent: Fraction, stop: int) -> list[Ball]:
        """j^exponent for 0 < j < stop."""
        kept = self._kept(list, "powers", name)
        if len(kept) < stop - 1:
            ball = real(exponent)
            kept += [arb(j) ** ball for j in range(len(kept) + 1, stop)]
        return kept[: stop - 1]

    def _expanded(self, name: str, exponent: Fraction, x: int, order: int) -> acb_series:
        """(x + t)^exponent to t^(order - 1)."""

        def make() -> acb_series:
            return (acb_series([x, 1], order).log() * acb(real(exponent))).exp()

        return self._kept(make, "series", name, x, order)

    def _corner(self, k: Box, forms: Sequence[_Form], x: int, terms: int) -> list[tuple[Box, Box]]:
        """f(x)/2 and sum_{i <= terms} (B_2i/2i) [t^(2i-1)] f(x+t) for each form."""
        length = 2 * terms
        inverse = 1 / (1 + acb_series([k], length) * self._expanded("c", self.c, x, length))
        weights = self._kept(lambda: [arb.bernoulli(2 * i) / (2 * i) for i in range(1, terms + 1)], "weights", terms)
        found = []
        for form in forms:
            summand = inverse if form.m == 1 else inverse * inverse
            if form.b:
                summand = summand * self._expanded(form.name, -form.b, x, length)
            corrections = sum(map(operator.mul, weights, summand.coeffs()[1::2]), acb(0))
            found.append((summand[0] / 2, corrections))
        return found

    def _ends(self, k: Box, forms: Sequence[_Form], order: int) -> list[Box]:
        """What the last mode adds: the corrections that matter there, and a bound of the others."""
        if self.size is None:
            return [acb(0)] * len(forms)
        most = order // 2
        few = self._kept(lambda: _terms_at(self.size or 0, order), "terms", order)
        if few < most:
            try:
                bounds = [self._left_out(k, form, few, order) for form in forms]
            except Refused:  # k too close to the negative axis for the wide disc: all corrections then
                few = most
        corners = [half + corrections for half, corrections in self._corner(k, forms, self.size, few)]
        if few == most:
            return corners
        return [widened(corner, bound) for corner, bound in zip(corners, bounds, strict=True)]

    def _integral(self, k: Box, form: _Form, cut: int) -> Box:
        """int_cut^v f."""
        if self.size is not None and form.flat:
            value = self._from_zero(k, form, self.size) - self._from_zero(k, form, cut)
        else:
            value = self._to_infinity(k, form, cut)
            if self.size is not None:
                value = value - self._to_infinity(k, form, self.size)
        return acb(value.real) if k.imag.is_zero() else value

    def _to_infinity(self, k: Box, form: _Form, x: int) -> Box:
        """The antiderivative that vanishes at infinity, negated."""

        def make() -> tuple[Ball, Ball]:
            return arb(x) ** real(self.c), arb(x) ** real(1 - form.b) / real(form.p * self.c)

        grown, scale = self._kept(make, "infinity", form.name, x)
        y = k * grown
        return hypergeometric(form.m, form.p, -1 / y) * scale / (y if form.m == 1 else y * y)

    def _from_zero(self, k: Box, form: _Form, x: int) -> Box:
        """The antiderivative that vanishes at 0."""

        def make() -> tuple[Ball, Ball]:
            return arb(x) ** real(self.c), arb(x) ** real(1 - form.b) / real(1 - form.b)

        grown, scale = self._kept(make, "zero", form.name, x)
        return hypergeometric(form.m, (1 - form.b) / self.c, -k * grown) * scale

    def _negligible(self, k: Box, form: _Form, cut: int) -> Box | None:
        """The ball around 0 that holds sum_{j >= cut} f(j), if a steep target leaves nothing there to be summed.

        The sum is at most cut^-b (1 + cut/(b - 1)) C^m, as |1 + y e^{i psi}| >= |sin psi|, or >= 1 for |psi| <= pi/2.
        """
        if form.fall <= 0 or form.fall * math.log2(cut) < bits_now() + 2 * max(0.0, magnitude(abs(k))) + 8:
            return None
        if k.real >= 0:
            bound = arb(1)
        elif not k.imag.contains(0):
            bound = abs(k) / abs(k.imag)
        else:
            return None
        size = arb(cut) ** real(-form.b) * (1 + cut / real(form.b - 1)) * power(bound, form.m)
        error = arb(0, size.abs_upper())
        return acb(error, arb(0) if k.imag.is_zero() else error)

    def _choose(self, k: Box, forms: Sequence[_Form]) -> tuple[int, int, int]:
        """The cheapest N, place of eta, and n, whose remainder is below 2^-bits of the first summand."""
        angle = abs(math.atan2(float(k.imag.mid()), float(k.real.mid())))
        # On a grid, rounded to the safe side, so that the iterates of one root share their choice; finer where |k| ~ 1
        # decides on which side of k the poles of a flat spectrum lie.
        size = magnitude(abs(k)) - 0.001
        log_k, turn = math.floor(64 * size) / 64 if abs(size) < 1 else math.floor(size), math.ceil(16 * angle)
        names = tuple(form.name for form in forms)
        return self._kept(lambda: self._chosen(log_k, min(turn / 16, math.pi), forms), "choice", log_k, turn, names)

    def _chosen(self, log_k: float, angle: float, forms: Sequence[_Form]) -> tuple[int, int, int]:
        """In floats: log2 of the bound for every N (rows) and eta; the best of all where none is small enough."""
        bits, c = bits_now(), float(self.c)
        heads = np.array([n for n in _HEADS if self.size is None or n < self.size], dtype=float)[:, None]
        etas = np.array([float(eta) for eta in _ETAS])
        log_y = np.clip(log_k + c * np.log2((1 - etas) * heads), -900, 900)
        psi = angle + c * np.arcsin(etas)
        with np.errstate(all="ignore"):
            cone = np.where(psi < math.pi - 1e-6, -np.logaddexp2(0, log_y) - np.log2(np.cos(psi / 2)), np.inf)
            pole = np.where(log_y > 1e-6, -log_y - np.log2(-np.expm1(-log_y * math.log(2))), np.inf)
        log_c = np.minimum(cone, pole)
        found = []
        for order in _orders(bits, min(form.b for form in forms)):
            each = [_log_cauchy(form.b, heads, etas, order) + form.m * (log_c + max(0, log_k)) for form in forms]
            excess = np.max(each, axis=0)
            best = excess.min(axis=1)
            enough = np.flatnonzero(best < -bits)
            row = int(enough[0]) if len(enough) else int(np.argmin(best))
            cost = _HEAD_COST * heads[row, 0] + _ORDER_COST * order**1.5 / 6
            found.append((max(best[row] + bits, 0.0), cost, int(heads[row, 0]), int(np.argmin(excess[row])), order))
        return min(found)[2:]

    def _remainder(self, k: Box, form: _Form, cut: int, eta: int, order: int) -> Ball:
        """The upper bound of |R| of the module's docstring; `eta` is a place in _ETAS."""
        cauchy = self._kept(lambda: _cauchy(form.b, cut, _ETAS[eta], order), "remainder", form.name, cut, eta, order)
        return (cauchy * self._bounded(k, form, cut, eta)).abs_upper()

    def _left_out(self, k: Box, form: _Form, count: int, order: int) -> Ball:
        """A bound of the corrections i > `count` at the last mode."""
        v = self.size or 0

        def make() -> Ball:
            radius = real(_ETAS[_LAST_ETA] * v)
            terms = (
                abs(arb.bernoulli(2 * i)) / (2 * i) / radius ** (2 * i - 1) for i in range(count + 1, order // 2 + 1)
            )
            return sum(terms, arb(0)) * arb(v) ** real(-form.b) * _side(form.b, _ETAS[_LAST_ETA])

        size = self._kept(make, "left out", form.name, count, order)
        return (size * self._bounded(k, form, v, _LAST_ETA)).abs_upper()

    def _bounded(self, k: Box, form: _Form, cut: int, eta: int) -> Ball:
        """C^m."""

        def make() -> tuple[Ball, Ball]:
            share = _ETAS[eta]
            return real((1 - share) * cut) ** real(self.c), real(self.c) * real(share).asin()

        grown, opening = self._kept(make, "bounded", cut, eta)
        y = k.abs_lower() * grown
        bounds = []
        angle = abs(k.arg()) + opening
        if angle < arb.pi():
            bounds.append(1 / ((1 + y) * (angle / 2).cos()))
        if y > 1:
            bounds.append(1 / (y - 1))
        usable = [bound.abs_upper() for bound in bounds if bound.is_finite()]
        if not usable:
            raise Refused(f"the summand is bounded beyond mode {cut} at k = {k.str(6)}", bits_now())
        least = functools.reduce(lambda one, two: one.min(two), usable)
        return least if form.m == 1 else least * least


def _orders(bits: int, least: Fraction) -> list[int]:
    """n to choose from: even, n + b > 1; the first about where one more head term and one more derivative cost alike.

    Steep spectra leave room for small discs only, and higher orders for few summands.
    """
    first = max(6, 2 * round(bits / 9), 2 * math.ceil((4 - least) / 2))
    return [first, 2 * round(0.75 * first), 2 * first, 3 * first]


def _terms_at(x: int, order: int) -> int:
    """How many corrections matter at x: the rest is below 2^-bits by (2i)!/(2 pi eta x)^(2i), in floats."""
    radius = 2 * math.pi * float(_ETAS[_LAST_ETA]) * x
    for terms in range(2, order // 2):
        i = terms + 1
        if math.lgamma(2 * i + 1) - 2 * i * math.log(radius) < -(bits_now() + 8) * math.log(2):
            return terms
    return order // 2


def _side(b: Fraction, eta: Fraction) -> Ball:
    """E_b."""
    return real(1 - eta if b >= 0 else 1 + eta) ** real(-b)


def _cauchy(b: Fraction, cut: int, eta: Fraction, order: int) -> Ball:
    """2 zeta(n) n! (2 pi eta)^-n N^{1-n-b}/(n+b-1) E_b."""
    if not order + b > 1:
        raise Refused(f"the sum converges: n + b > 1 at n = {order}, b = {b}", bits_now())
    circle = (2 * arb.pi() * real(eta)) ** order
    size = 2 * arb(order).zeta() * arb.fac_ui(order) / circle * arb(cut) ** real(1 - order - b)
    return size / real(order + b - 1) * _side(b, eta)


def _log_cauchy(b: Fraction, heads: Any, etas: Any, order: int) -> Any:
    """log2 of `_cauchy` in floats."""
    if order + b <= 1:
        return np.full((len(heads), len(etas)), np.inf)
    power, side = float(b), (1 - etas if b >= 0 else 1 + etas)
    circle = 1 + math.lgamma(order + 1) / math.log(2) - order * np.log2(2 * math.pi * etas)
    return circle + (1 - order - power) * np.log2(heads) - math.log2(order + power - 1) - power * np.log2(side)
