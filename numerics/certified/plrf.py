r"""The power-law random-features model in balls: level, kernel norm, stability limit, loss at any time.

What is enclosed is the deterministic equivalent of `models.plrf` (arXiv:2405.15074), at exact rational parameters.
With z_c = 2/(gamma (B+1)), kappa_c = kappa(z_c) = -q_c and z_1, z_2 the roots of g(z) = w,

    F~ = (S(z_1) - S(z_2))/(c_2 (z_2 - z_1)),   S(z) = -kappa T/z,        c_2 = gamma^2 B (B+1),
    K~ = -(z_1 A(kappa_1) - z_2 A(kappa_2))/((B+1)(z_1 - z_2)),           A = df1,
    ||K|| = -A(kappa_c)/(B+1),      F_0 = kappa_0 T(kappa_0),      P(inf) = F_0/(1 - ||K||),      df1(kappa_0) = d.

Both are symmetric in z_1, z_2: no branch has to be named.

**Label noise.**  Noise of variance sigma^2 is a part of the loss at every step, its own and those before it,

    P(t) = F(t) + sigma^2 + sum_{u<t} K(t-1-u) P(u):

the same equation with the forcing F + sigma^2, whose transform is F~ + sigma^2/(w - 1).  The measure of F, positive and
on [0, 1], gets the mass sigma^2 at 1 and stays so.  All that `majorants.py` and the circle of `one_pass.py` use of the
forcing is such a measure and its mass, so both hold word for word with F(0) + sigma^2 in the place of F(0); K is what
it was.  P(inf) = (F_0 + sigma^2)/(1 - ||K||).  (The same apart: 1/(1 - K~) = 1 + int dR(tau)/(w - tau), R >= 0 and
int dR/(1-tau) = rho = ||K||/(1 - ||K||), times sigma^2/(w - 1) is in time sigma^2 (1 + rho - T(t)) with
T(t) = int tau^t dR/(1-tau), which falls from rho to 0: noise adds at least sigma^2, and never more than
sigma^2/(1 - ||K||).)

**Stability.**  z_c is right of the spectrum iff z_c > psi(q_e) (`ridge.py`); then the loss is bounded iff ||K|| < 1.
The limit of gamma is *noise-limited*, ||K|| = 1 at q*, A(-q*) = -(B+1), gamma_max = 2/((B+1) q* (1 + (B+1)/d)), if
df2(-q*) < d; otherwise *edge-limited*, gamma_max = 2/((B+1) psi(q_e)), and ||K|| < 1 there (common at small d or large
B).  Both comparisons are certain or refused; "unstable" is said only of a certain z_c < psi(q_e) or ||K|| >= 1.

Not enclosed: the distance to the loss of a model of finite size, and the mean over W, which is infinite at late times.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from ..core.precision import Scalar
from ..core.ridge import effective_ridge, zero_ridge
from ..errors import PrecisionLost, TauberInputError, UnstableStepSize
from ..models.plrf.model import AUTO_FRACTION, PLRF
from .balls import Ball, Box, Enclosure, Refused, acb, bits_now, exact, real, working
from .goal import CertifiedValue, check_digits, to_goal
from .one_pass import OnePassProblem, Solver, earliest
from .ridge import EffectiveRidge
from .slopes import SLOPE_DIGITS, SlopeRange, slope_range
from .sums import PowerLaw

_LOWER = "lower the step size (`step_size`)"
_LONG = 20  # a fraction with as many characters is printed as a decimal


@dataclass(frozen=True, eq=False)
class CertifiedPLRF(OnePassProblem):
    """One model at exact parameters.

    Parameters
    ----------
    alpha, beta : exact rational
        lambda_j = j^(-2 alpha), b_j = j^-beta; ranges as in `PLRF`.  A float means that very double.
    d, v : int; v may be `math.inf` if 2 alpha > 1
    batch : int
    noise : exact rational
        sigma >= 0, the standard deviation of noise in the labels; sigma^2 is a part of every loss.
    step_size : exact rational or "auto"
        gamma; "auto" is half of the stability limit, rounded down to three digits.

    Raises
    ------
    TauberInputError
        For parameters out of range, or python-flint missing.
    UnstableStepSize
        If the step size is proved to be at or beyond the limit.
    Refused
        If stability cannot be decided.
    """

    alpha: Scalar
    beta: Scalar
    d: int
    v: int | float
    batch: int = field(default=1, kw_only=True)
    noise: Scalar = field(default=0, kw_only=True)
    step_size: Scalar = field(default="auto", kw_only=True)
    gamma: Fraction = field(init=False)
    rough: PLRF = field(init=False)
    _starts: dict[complex, tuple[complex, complex]] = field(init=False, default_factory=dict)
    _roots: dict[tuple[str, Fraction, int], Ball] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("alpha", "beta", "noise"):
            object.__setattr__(self, name, exact(getattr(self, name)))
        for name in ("d", "v", "batch"):
            size = getattr(self, name)
            if not (name == "v" and isinstance(size, float) and math.isinf(size)):
                object.__setattr__(self, name, _whole(name, size))
        auto = isinstance(self.step_size, str) and self.step_size == "auto"
        # The float model checks the ranges, and proposes what is certified here, as far as its digits reach.
        self._set_step(Fraction(1) if auto else exact(self.step_size))
        if auto:
            share = self.stability_limit(6).lower * Fraction(AUTO_FRACTION)
            unit = Fraction(10) ** (math.floor(math.log10(share)) - 2)
            self._set_step(share // unit * unit)
        self._demand_stability()

    def _set_step(self, step: Fraction) -> None:
        rough = PLRF(
            self.alpha, self.beta, self.d, self.v, batch=self.batch, noise=self.noise, step_size=step,
            allow_unstable=True,
        )  # fmt: skip
        for name, value in (("step_size", step), ("gamma", step), ("rough", rough)):
            object.__setattr__(self, name, value)

    @functools.cached_property
    def spectrum(self) -> PowerLaw:
        """The spectrum in balls."""
        size = None if math.isinf(self.v) else int(self.v)
        return PowerLaw(2 * self.alpha, 2 * self.alpha + 2 * self.beta, size)

    @functools.cached_property
    def ridge(self) -> EffectiveRidge:
        """The effective ridge in balls."""
        return EffectiveRidge(self.spectrum, Fraction(self.d))

    def curve(self, times: Sequence[object], digits: int = 12) -> list[CertifiedValue]:
        """P at each of `times` >= 0: whole ones, or any real ones from `earliest(digits)` on.

        Raises Refused unless every relative radius is at most 10^-digits.
        """
        check_digits(digits)
        exact_times = [exact(t) for t in times]
        for t in exact_times:
            if t < 0 or t > 10**100:
                raise TauberInputError(f"Time {t} was asked for, but times lie between 0 and 1e100.")
            if t.denominator != 1 and t < earliest(digits):
                raise TauberInputError(
                    f"Time {float(t):.6g} was asked for, but before {earliest(digits)} (for {digits} digits) a "
                    "certified time must be whole; round it."
                )
        return Solver(self).values(exact_times, digits)

    def slope(self, first: object, last: object) -> SlopeRange:
        """d log P/d log t for every real t in [first, last]; `first` at least `earliest(12)`."""
        ends = exact(first), exact(last)
        if not earliest(SLOPE_DIGITS) <= ends[0] < ends[1] <= 10**100:
            raise TauberInputError(
                f"A slope over {first}:{last} was asked for, but the range must rise and start at "
                f"{earliest(SLOPE_DIGITS)} or later."
            )
        return slope_range(Solver(self), *ends)

    def kernel_norm_enclosure(self, digits: int = 12) -> Enclosure:
        """||K||."""
        return to_goal(self.kernel_norm, digits)

    def level(self, digits: int = 12) -> Enclosure:
        """P(inf)."""
        return to_goal(lambda: (self.level_forcing() + self._noise_power) / (1 - self.kernel_norm()), digits)

    def stability_limit(self, digits: int = 12) -> Enclosure:
        """gamma_max, the least unstable step size."""
        return to_goal(lambda: self._limit()[0], digits)

    @property
    def stability_cause(self) -> str:
        """What sets the limit, "noise" or "edge"; certain, or Refused."""
        causes = []

        def limit() -> Ball:
            value, cause = self._limit()
            causes.append(cause)
            return value

        to_goal(limit, 6)
        return causes[-1]

    @functools.cached_property
    def bits(self) -> int:
        """kappa_0 against the smallest |z| is seen to by doubling; here what 1 - ||K|| and d take."""
        rest = to_goal(lambda: 1 - self.kernel_norm(), 1)
        return max(0, math.ceil(-math.log2(rest.lower))) + 8

    def start(self) -> Ball:
        """F(0) + sigma^2, F(0) = sum omega."""
        return self.spectrum.target_power + self._noise_power

    @property
    def _noise_power(self) -> Ball:
        """sigma^2."""
        return real(self.noise * self.noise)

    def kernel_norm(self) -> Ball:
        """||K|| at the working precision, certainly below 1."""
        norm = self._norm()
        if not norm < 1:
            raise Refused("the kernel norm ||K|| is below 1", bits_now(), _LOWER)
        return norm

    def level_forcing(self) -> Ball:
        """F_0 = kappa_0 T(kappa_0)."""

        def found() -> Ball:
            rest = self.ridge.rest(Fraction(self.d))
            (target,) = self.spectrum.at(acb(rest), "target")
            return rest * target.real

        return self._kept("level", found)

    def rough_loss(self, t: float) -> float:
        """About P(t) >= F_0 + sigma^2, F(t), K(t) F(0).

        The modes j beyond 2 gamma B t lambda_j = 1, of the first d, are left.  Sums over them are taken as integrals;
        to choose by, not to prove.
        """
        c, a, rate = float(self.spectrum.c), float(self.spectrum.a), 2 * float(self.gamma) * self.batch
        first = math.log(max(rate * t, 1.0)) / c  # log j
        span = math.log(self.d) - first
        if span <= 0:
            return self._least
        forcing, noise = (_power_integral(first, span, s) for s in (a, 2 * c))
        kernel = float(self.gamma) ** 2 * self.batch * noise
        return max(self._least, math.exp(-2) * max(forcing, kernel * self._begin))

    @functools.cached_property
    def _least(self) -> float:
        """About F_0 + sigma^2."""
        return max(float(to_goal(lambda: self.level_forcing() + self._noise_power, 1)), 1e-300)

    @functools.cached_property
    def _begin(self) -> float:
        """About F(0) + sigma^2."""
        return float(to_goal(self.start, 1))

    def prepare(self, points: list[complex]) -> None:
        """Propose the ridge at both roots of every point, in floats, or nothing where they fail."""
        y = np.array(points)
        gamma, b = float(self.rough.step_size), self.batch
        s = np.sqrt(1 + (b + 1) * y / b)
        eta, z2 = y / (gamma * b * (1 + s)), (1 + s) / (gamma * (b + 1))
        spectrum, d = self.rough.nodes, self.rough.d
        self._starts.clear()
        try:
            small = effective_ridge(spectrum, d, eta, eta + zero_ridge(spectrum, d))
            large = effective_ridge(spectrum, d, -z2, -z2)
        except PrecisionLost:
            return  # `ridge.at` finds its own proposals
        self._starts.update(zip(points, zip(small.kappa.tolist(), large.kappa.tolist(), strict=True), strict=True))

    def transforms(self, y: Box) -> tuple[Box, Box]:
        """F~ + sigma^2/y and K~ at w = 1 + y; y among the prepared points."""
        near_1, near_2 = self._starts.get(complex(y), (None, None))
        gamma, b = real(self.gamma), self.batch
        s = (1 + (b + 1) * y / b).sqrt()
        z_1, z_2 = -y / (gamma * b * (1 + s)), (1 + s) / (gamma * (b + 1))
        kappa_1, df1_1, target_1 = self.ridge.at(-z_1, near_1)
        kappa_2, df1_2, target_2 = self.ridge.at(-z_2, near_2)
        c_2 = gamma * gamma * b * (b + 1)
        forcing = (kappa_2 * target_2 / z_2 - kappa_1 * target_1 / z_1) / (c_2 * (z_2 - z_1)) + self._noise_power / y
        kernel = -(z_1 * df1_1 - z_2 * df1_2) / ((b + 1) * (z_1 - z_2))
        return forcing, kernel

    def _demand_stability(self) -> None:
        """Decide z_c > psi(q_e) and ||K|| < 1 with as many bits as it takes, or refuse."""
        bits = 64
        while True:
            try:
                with working(bits):
                    stable = self._stable()
                break
            except Refused:
                bits *= 2
                if bits > 600:
                    raise
        if not stable:
            distance = (self.gamma - self.stability_limit(10).lower) / self.gamma
            digits = max(10, math.ceil(-math.log10(distance)) + 3)  # enough to tell the limit from the step size
            limit = self.stability_limit(digits)
            step = str(self.gamma) if len(str(self.gamma)) < _LONG else Enclosure(self.gamma, Fraction(0)).text(digits)
            raise UnstableStepSize(
                f"The step size {step} is unstable: the loss stays bounded only below {limit.text(digits)} "
                f"({self.stability_cause}-limited); lower it (`step_size`).",
                limit,
            )

    def _stable(self) -> bool:
        edge = self._edge()
        z_c, least = self._z_c(), self.ridge.psi(edge)
        if z_c < least:
            return False
        if not z_c > least:
            raise Refused("2/(gamma (B+1)) lies right of the spectrum", bits_now(), _LOWER)
        norm = self._norm()
        if norm >= 1:
            return False
        if not norm < 1:
            raise Refused("the kernel norm ||K|| is below 1", bits_now(), _LOWER)
        return True

    def _z_c(self) -> Ball:
        return real(2 / (self.gamma * (self.batch + 1)))

    def _edge(self) -> Ball:
        """q_e."""
        return self._kept("edge", lambda: self.ridge.beyond(Fraction(self.d), "df2"))

    def _norm(self) -> Ball:
        def found() -> Ball:
            q = self.ridge.right_of_spectrum(self._z_c(), self._edge())
            return -self.spectrum.at(acb(-q), "df1")[0].real / (self.batch + 1)

        return self._kept("norm", found)

    def _kept(self, name: str, find: Callable[[], Ball]) -> Ball:
        """A root, found once per step size and working precision."""
        key = name, self.gamma, bits_now()
        if key not in self._roots:
            self._roots[key] = find()
        return self._roots[key]

    def _limit(self) -> tuple[Ball, str]:
        pairs = self.batch + 1
        q = self.ridge.beyond(Fraction(pairs))
        spread = self.spectrum.at(acb(-q), "df2")[0].real
        if spread < self.d:
            return 2 / (pairs * q * (1 + real(Fraction(pairs, self.d)))), "noise"
        if spread > self.d:
            return 2 / (pairs * self.ridge.psi(self._edge())), "edge"
        raise Refused("the step size is limited by noise and not by the edge of the spectrum", bits_now())


def _power_integral(first: float, span: float, s: float) -> float:
    """int x^-s dx over first <= log x <= first + span, in floats."""
    return span if s == 1 else math.exp((1 - s) * first) * -math.expm1((1 - s) * span) / (s - 1)


def _whole(name: str, value: object) -> int:
    number = exact(value)
    if number.denominator != 1:
        raise TauberInputError(f"A certified model needs a whole {name}, got {value!r}; round it.")
    return int(number)
