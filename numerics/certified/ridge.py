r"""The effective ridge in balls: the residual is the certificate.

With one or two finite sizes d_1, d_2 (features, samples; 1/d = 0 for an infinite one) the ridge kappa(s) solves

    s = phi(kappa) = kappa m_1 m_2,        m_i = 1 - df1(kappa)/d_i,

(arXiv:2405.15074 with s = -z and one size, arXiv:2402.01092 with two).  Write b_i = (1/d_i) sum lambda^2/|lambda +
kappa|^2 and Omega = {Im kappa > 0, b_1 < 1, b_2 < 1, Im phi > 0}; as Im(kappa m_i) = Im kappa (1 - b_i), membership is
a matter of signs.

**One root.**  For kappa, kappa' with phi = s, s' the divided difference is (s - s')/(kappa - kappa') = (1 - be/d_1)(1 -
be/d_2) - kappa kappa' al^2/(d_1 d_2) with be, al = sum lambda^2, sum lambda over (kappa + lambda)(kappa' + lambda).  At
kappa' = conj kappa it says (1 - b_1)(1 - b_2) - |kappa|^2 a^2/(d_1 d_2) = Im s/Im kappa > 0 in Omega, a = sum lambda/
|kappa + lambda|^2.  For two points of Omega, Cauchy-Schwarz gives |be|/d_i <= (b_i b_i')^(1/2), hence |1 - be/d_i| >=
((1 - b_i)(1 - b_i'))^(1/2), and |al|^2 <= a a': the difference is not 0, phi is injective on Omega.  It is open and
proper onto the upper half plane (kappa -> inf: s -> inf; where b_i -> 1 or at the real axis Im s <= 0 or -> 0; kappa ->
0 needs as many modes as the smaller size to fit, and then s -> 0), so kappa = phi^{-1} is analytic there, and
1/kappa(s) = int dnu/(x + s) with a probability measure nu on x >= 0, since it falls (Im < 0) and is ~ 1/s.  (The proof
for two sizes is new here; for one size the condition b_1 < 1 follows from the signs of Im kappa and Im s.)

**Certificate.**  Let kt be any number, from floats; st = phi(kt) in balls, delta = st - s.  If kt is in Omega for every
value of the ball st, then kt = kappa(st) exactly, and

    |1/kappa(s) - 1/kt| <= |delta| a/(1 - |delta|/dist),    a = -Im(1/kt)/Im st,  dist = distance of st from (-inf, 0],

if |delta| < dist.  *Proof.*  a = int dnu/|x + st|^2, |x + s| >= |x + st| (1 - |delta|/dist).  So a wrong branch is
refused by signs, and never accepted for its small residual.

**Sums at the root** are known at kt, and kappa is at most `away` from it.  For S = sum w/(lambda + kappa), w >= 0,

    |S(kappa) - S(kt)| <= away a_S/(1 - away/gap),    a_S = sum w/|lambda + kt|^2 = -Im S(kt)/Im kt <= sum w/gap^2,

gap = distance of kt from [-1, 0], as |lambda + kappa| >= |lambda + kt| (1 - away/gap): no other sum is needed.

**Proposals.**  A float is refined; where there is none, or the signs refuse it, kappa is followed along a line in the
half plane, from the nearest point at which it is known or from far above, where kappa ~ s.

**Real points.**  df1 falls and phi rises on kappa > kappa(0); to the right of the spectrum, at z = psi(q) = q (1 +
(1/d) sum lambda/(q - lambda)), q = -kappa > lambda_1, psi is convex with its minimum at q_e, sum lambda^2/(q_e -
lambda)^2 = d.  Each root lies between bounds known beforehand, with d the level, n the modes and tr = sum lambda,

    lambda_i (i/d - 1) <= kappa(0) <= tr/d  for every i,      1 + 1/d <= q <= 1 + tr/d  at df1(-q) = -d,
    1 + d^(-1/2) <= q <= 1 + (tr/d)^(1/2)  at df2(-q) = d,    q_e <= q <= z  at psi(q) = z,

and is enclosed by two points at which the signs are certain.  (df1 >= i lambda_i/(lambda_i + kappa); lambda <= 1.)
"""

from __future__ import annotations

import cmath
import functools
import math
from fractions import Fraction
from typing import TypeVar

from .balls import Ball, Box, Refused, acb, arb, bits_now, magnitude, midpoint, real, working
from .paths import Paths
from .roots import enclosed_root
from .sums import PowerLaw

Size = Fraction | None
"""A finite number of features or samples, or None for infinitely many."""

_Point = TypeVar("_Point", Ball, Box)

_MAX_STEPS = 40
_FIRST = 112  # bits of the first step: twice those of the proposal, and some that the residual loses


class EffectiveRidge:
    """kappa(s) for a spectrum and sizes d_1, d_2."""

    def __init__(self, spectrum: PowerLaw, first: Size, second: Size = None) -> None:
        self.spectrum, self.sizes = spectrum, (first, second)
        self._inverses: dict[int, tuple[Ball, Ball]] = {}

    @functools.cached_property
    def paths(self) -> Paths:
        """Points at which kappa is known, to follow it from."""
        return Paths(self)

    def inverse_sizes(self) -> tuple[Ball, Ball]:
        """1/d_1 and 1/d_2."""
        bits = bits_now()
        if bits not in self._inverses:
            one, two = (real(0 if size is None else 1 / Fraction(size)) for size in self.sizes)
            self._inverses[bits] = one, two
        return self._inverses[bits]

    def at(self, s: Box, start: complex | None) -> tuple[Box, Box, Box]:
        """kappa(s), df1 and `target` there, at a ball s off the real axis, from a proposal.

        Raises Refused unless the certificate holds.
        """
        if self.sizes == (None, None):
            return (s, *self.spectrum.at(s, "df1", "target"))
        first = min(bits_now(), _FIRST)
        if start is not None and cmath.isfinite(start):
            try:
                return self.proved(s, acb(start), first)
            except Refused:
                pass
        try:
            with working(first):
                near = self.paths.followed(s)
            return self.proved(s, near, first)
        except Refused:
            return self.proved(s, self.paths.followed(s), bits_now())

    def proved(self, s: Box, start: Box, bits: int) -> tuple[Box, Box, Box]:
        """The same from one start, refined from this many bits on; raises Refused at a root of another branch."""
        candidate, residual, image, df1, target = self._refined(s, start, bits)
        shares = [candidate * (1 - df1 * by) for by in self.inverse_sizes()]
        kappa = self._certified(s, candidate, residual, image, shares)
        self.paths.note(s, candidate)
        away = arb(abs(kappa - candidate).abs_upper())
        powers = self.spectrum.trace, self.spectrum.target_power
        errors = [_moved(total, power, candidate, away) for total, power in zip((df1, target), powers, strict=True)]
        return kappa, df1 + errors[0], target + errors[1]

    def _refined(self, s: Box, candidate: Box, bits: int) -> tuple[Box, Box, Box, Box, Box]:
        """A candidate whose residual is at the level of rounding; residual, phi, df1 and `target` at it.

        Newton's iteration; the precision doubles with the digits that are right, from those of a float.
        """
        full = bits_now()
        last, slope = math.inf, None
        for _ in range(_MAX_STEPS):
            with working(bits):
                if bits < full or slope is None:
                    image, slope = self.with_slope(candidate)
                    target = None
                elif last == math.inf:
                    image, target = self._image(candidate, self.spectrum.at(candidate, "df1")[0]), None
                else:
                    df1, target = self.spectrum.at(candidate, "df1", "target")
                    image = self._image(candidate, df1)
                residual = image - s
            size = magnitude(abs(midpoint(residual)))
            if target is not None and (size <= magnitude(residual.rad()) + 1 or size >= last - 1):
                return candidate, residual, image, df1, target
            last = size if bits == full else math.inf
            with working(full):
                candidate = midpoint(candidate - midpoint(residual) * slope)
            bits = min(full, 2 * bits)
        raise Refused(f"Newton's iteration for the effective ridge ends at s = {s.str(6)}", full)

    def _image(self, kappa: _Point, df1: _Point) -> _Point:
        """phi."""
        by_first, by_second = self.inverse_sizes()
        return kappa * (1 - df1 * by_first) * (1 - df1 * by_second)

    def with_slope(self, kappa: Box) -> tuple[Box, Box]:
        """phi, and 1/phi' as a proposal."""
        df1, steep = self.spectrum.at(kappa, "df1", "slope")
        by_first, by_second = self.inverse_sizes()
        m_1, m_2 = 1 - df1 * by_first, 1 - df1 * by_second
        slope = 1 / (m_1 * m_2 + kappa * steep * (m_1 * by_second + m_2 * by_first))
        return kappa * m_1 * m_2, midpoint(slope)

    def _certified(self, s: Box, candidate: Box, residual: Box, image: Box, shares: list[Box]) -> Box:
        bits = bits_now()
        for part in (candidate.imag, shares[0].imag, shares[1].imag):
            if not part * image.imag > 0:
                raise Refused(f"the effective ridge at s = {s.str(6)} lies on the right branch", bits)
        away = image.abs_lower() if image.real > 0 else abs(image.imag).abs_lower()
        delta = arb(abs(residual).abs_upper())
        share = 1 - delta / arb(away)
        if not share > 0:
            raise Refused(f"the residual of the effective ridge at s = {s.str(6)} is below its distance to 0", bits)
        inverse = 1 / candidate
        error = arb(0, (delta * abs(inverse.imag / image.imag) / share).abs_upper())
        return 1 / (inverse + acb(error, error))

    def rest(self, level: Fraction) -> Ball:
        """kappa(0) > 0, df1(kappa(0)) = `level` < number of modes."""
        size = self.spectrum.size
        i = max(math.ceil(2 * level), 2) if size is None else min(max(math.ceil(2 * level), 2), size)
        least = arb(i) ** real(-self.spectrum.c) * real(i / level - 1)
        return enclosed_root(
            lambda x: (real(level) / _real(self.spectrum.at(acb(x), "df1")[0])).log(),
            (least, self.spectrum.trace / real(level)),
            arb(0),
            "kappa(0)",
        )

    def at_positive(self, s: Ball) -> Ball:
        """kappa(s) > kappa(0) at a real ball s > 0: s <= kappa <= s + tr/d_1 + tr/d_2."""

        def rise(x: Ball) -> Ball:
            (df1,) = self.spectrum.at(acb(x), "df1")
            image = _real(self._image(acb(x), df1))
            # Left of kappa(0) phi may be positive again; there the answer is "below" as well.
            inside = all(1 - _real(df1) * by > 0 for by in self.inverse_sizes())
            return (image if inside else -abs(image)) - s

        most = s + self.spectrum.trace * sum(self.inverse_sizes())
        return enclosed_root(rise, (s, most), arb(0), "kappa at a positive ridge")

    def beyond(self, level: Fraction, form: str = "df1") -> Ball:
        """q > lambda_1 with sum lambda/(q - lambda) = `level` ("df1"), or its square version ("df2")."""
        target, least, most = real(level), 1 / real(level), self.spectrum.trace / real(level)
        if form == "df2":
            least, most = least.sqrt(), most.sqrt()

        def rise(x: Ball) -> Ball:
            return (target / abs(_real(self.spectrum.at(acb(-x), form)[0]))).log()

        return enclosed_root(rise, (1 + least, 1 + most), arb(1), f"q, {form}(-q) = {level}")

    def psi(self, q: Ball) -> Ball:
        """psi(q) = q (1 + (1/d) sum lambda/(q - lambda)), q > lambda_1, one finite size."""
        (df1,) = self.spectrum.at(acb(-q), "df1")
        return q * (1 - _real(df1) * self.inverse_sizes()[0])

    def right_of_spectrum(self, z: Ball, edge: Ball) -> Ball:
        """q = -kappa(z) > `edge` = q_e at a real z > psi(q_e)."""

        def rise(x: Ball) -> Ball:
            return (self.psi(x) / z).log() if x > edge else arb(-1)

        return enclosed_root(rise, (arb(edge.upper()), z), arb(1), "q at z_c")


def _moved(total: Box, power: Ball, candidate: Box, away: Ball) -> Box:
    """The ball around 0 that holds S(kappa) - S(candidate), |kappa - candidate| <= away, S = `total`, sum w = `power`.

    Raises Refused where the move may reach the spectrum.
    """
    beside = candidate.real.max(-1 - candidate.real).max(arb(0))
    gap = (beside * beside + candidate.imag * candidate.imag).sqrt()
    share = 1 - away / gap
    if not share > 0:
        raise Refused(f"the effective ridge near {candidate.str(6)} is off the spectrum", bits_now())
    steepness = abs(total.imag / candidate.imag).min(power / (gap * gap))
    error = arb(0, (away * steepness / share).abs_upper())
    return acb(error, error)


def _real(value: Box) -> Ball:
    return value.real
