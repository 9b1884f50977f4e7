"""Spectral assumptions, known through the poles of two zeta functions.

**Definitions.** A problem has modes j = 1, 2, ... with eigenvalues lambda_j and powers omega_j of the target. All that
asymptotics needs to know of them are two Dirichlet series,

    Z(s) = sum_j lambda_j^s                      (capacity),
    Z_omega(s) = sum_j omega_j lambda_j^{s-1}    (target, or source),

continued to meromorphic functions: the places, residues and finite parts of their poles, their values elsewhere,
and, when only the first v modes exist, the size of what is cut off.

**Spectra.** `PowerSum` is ``sum_j (j + shift)^{-w(s)}`` with w affine: a Hurwitz zeta function (Riemann's for
shift 0), with its one pole where w(s) = 1. `Union` joins the modes of several spectra. `TwoPowers` is ``sum_j
j^{-w_0} (j^{-a} + c j^{-a'})^s``, whose binomial series has a ladder of poles. `Moved` is the target whose powers are a
power of the eigenvalues. Whatever offers the same three
methods is a spectrum to the engine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import count, takewhile
from math import comb, prod
from typing import Protocol

from sympy import (
    Add,
    Expr,
    Integer,
    Mul,
    Rational,
    S,
    Sum,
    Symbol,
    expand,
    factorial,
    ff,
    oo,
    polygamma,
    sympify,
    zeta,
)

from ..algebra.rational import root
from ..errors import AssumptionError

s = Symbol("s")
_LARGEST_EVEN = (
    30  # zeta(w) at a larger even w is a power of pi times a Bernoulli number of tens of digits, or thousands
)


@dataclass(frozen=True)
class Pole:
    """A simple pole: ``residue/(s - at) + finite + ...``."""

    at: Expr
    residue: Expr
    finite: Expr


class SpectralZeta(Protocol):
    """What the engine asks of a spectral zeta function; what it has found is kept by it."""

    def __hash__(self) -> int:
        """Equal for equal functions."""

    def poles(self, floor: Expr | int) -> tuple[Pole, ...]:
        """All poles right of ``floor`` (which only spectra with infinitely many poles need to look at)."""

    def value(self, at: Expr | int) -> Expr:
        """The continued sum over all modes, away from the poles."""

    def tail(self, at: Expr | int) -> tuple[Expr, Expr]:
        """Coefficient and exponent of the leading power of v in the continued sum over the modes beyond v."""


@dataclass(frozen=True)
class PowerSum:
    """``sum_j (j + shift)^{-w(s)}`` with an affine ``exponent`` w in the module's symbol ``s``; ``shift > -1``."""

    exponent: Expr
    shift: Expr = S.Zero

    def poles(self, floor: Expr | int = 0) -> tuple[Pole, ...]:
        """Where w = 1: ``zeta(1 + w' h, 1 + shift) = 1/(w' h) - psi(1 + shift) + ...``."""
        return (Pole(root(self.exponent - 1, s), 1 / self.exponent.diff(s), -polygamma(0, 1 + self.shift)),)

    def value(self, at: Expr | int) -> Expr:
        """The Hurwitz zeta function ``zeta(w, 1 + shift)``, in powers of pi where that is short."""
        w = self.exponent.subs(s, at)
        if self.shift == 0 and w.is_Integer and w > _LARGEST_EVEN:
            return zeta(w, evaluate=False)
        return zeta(w, 1 + self.shift)

    def tail(self, at: Expr | int) -> tuple[Expr, Expr]:
        """``v^{1-w} / (w - 1)``, continued to w < 1."""
        w = self.exponent.subs(s, at)
        return 1 / (w - 1), 1 - w


@dataclass(frozen=True)
class Union:
    """All modes of several spectra together."""

    parts: tuple[SpectralZeta, ...]

    def poles(self, floor: Expr | int = 0) -> tuple[Pole, ...]:
        """The poles of the parts; where some coincide their residues add."""
        places = dict.fromkeys(p.at for part in self.parts for p in part.poles(floor))
        return tuple(self._pole(place, floor) for place in places)

    def _pole(self, place: Expr, floor: Expr | int) -> Pole:
        residue = finite = Integer(0)
        for part in self.parts:
            here = [p for p in part.poles(floor) if p.at == place]
            residue += sum(p.residue for p in here)
            finite += sum(p.finite for p in here) if here else part.value(place)
        return Pole(place, residue, finite)

    def value(self, at: Expr | int) -> Expr:
        """The sum of the parts."""
        return sum((part.value(at) for part in self.parts), Integer(0))

    def tail(self, at: Expr | int) -> tuple[Expr, Expr]:
        """Not offered: a cut acts on each part at its own number of modes."""
        raise AssumptionError("a union of spectra cannot be cut at one number of modes; cut its parts")


@dataclass(frozen=True)
class TwoPowers:
    """``sum_j j^{-offset} (j^{-a} + c j^{-(a + gap)})^s = sum_m binom(s, m) c^m sum_j j^{-(offset + a s + gap m)}``.

    It converges for ``|c| < 2^gap``, the first mode being summed in closed form; ``decay`` is a.
    """

    decay: Expr
    gap: Expr
    c: Expr
    offset: Expr = S.Zero

    def poles(self, floor: Expr | int = 0) -> tuple[Pole, ...]:
        """One pole for each m, at ``(1 - offset - gap m)/decay``, unless binom(s, m) vanishes there."""
        ladder = takewhile(lambda m: self._place(m) > floor, count())
        return tuple(pole for m in ladder if (pole := self._pole(m)) is not None)

    def _place(self, m: int) -> Expr:
        return (1 - self.offset - self.gap * m) / self.decay

    @cache  # noqa: B019 - kept by the spectrum: each expansion asks for all poles again
    def _pole(self, m: int) -> Pole | None:
        place = self._place(m)
        here, slope = ff(place, m) / factorial(m), _slope(place, m)
        if here == 0:
            return None
        residue = here * self.c**m / self.decay
        finite = (here * -polygamma(0, 1) + slope / self.decay) * self.c**m + self._sum(place, skip=m)
        return Pole(place, residue, finite)

    def value(self, at: Expr | int) -> Expr:
        """The binomial series of zeta values, the first mode summed in closed form to make it converge.

        Raises:
            AssumptionError: a term of the series has its pole here (a resonance), and its weight does not vanish.
        """
        return self._sum(sympify(at), skip=None)

    @cache  # noqa: B019 - the same
    def _sum(self, at: Expr, skip: int | None) -> Expr:
        index = (1 - self.offset - self.decay * at) / self.gap
        resonant = index.is_Integer and index >= 0
        if resonant and int(index) != skip and ff(at, index) != 0:
            raise AssumptionError(f"the spectrum resonates: a term of its zeta function has a pole at s = {at}")
        m, first = Symbol("m", integer=True, nonnegative=True), (1 + self.c) ** at
        length = int(at) + 1 if at.is_Integer and at >= 0 else None
        w = self.offset + self.decay * at
        weight = lambda k: ff(at, k) / factorial(k) * self.c**k  # noqa: E731 - one formula, used for one term and for all
        left_out = {skip} if skip is not None else {int(index)} if resonant else set()
        limit = self._met_zero(at, index) if resonant and int(index) != skip else Integer(0)
        if length is not None:  # a finite sum, in which the first mode need not be taken apart
            kept = (k for k in range(length) if k not in left_out)
            return Add(limit, *(comb(length - 1, k) * self.c**k * zeta(w + self.gap * k) for k in kept))
        edge = max(left_out, default=-1) + 1
        return Add(
            first,
            limit,
            *(weight(k) * (zeta(w + self.gap * k) - 1) for k in range(edge) if k not in left_out),
            *(-weight(k) for k in left_out),
            Sum(weight(m) * (zeta(w + self.gap * m) - 1), (m, edge, oo)),
        )

    def _met_zero(self, at: Expr, m: Expr) -> Expr:
        """The limit of a term whose pole is met by a zero of its binomial coefficient."""
        return _slope(at, int(m)) * self.c**m / self.decay

    def tail(self, at: Expr | int) -> tuple[Expr, Expr]:
        """The leading power law's tail."""
        w = self.offset + self.decay * at
        return 1 / (w - 1), 1 - w


def _slope(at: Expr, m: int) -> Expr:
    """The derivative by s of ``binom(s, m)``."""
    return sum((prod(at - k for k in range(m) if k != left_out) for left_out in range(m)), Integer(0)) / factorial(m)


@dataclass(frozen=True)
class Moved:
    """``Z(s - by)`` for a zeta function Z: for ``omega_j = lambda_j^source`` the target's, with ``by = 1 - source``."""

    series: SpectralZeta
    by: Expr

    def poles(self, floor: Expr | int = 0) -> tuple[Pole, ...]:
        """The poles of Z, moved."""
        return tuple(Pole(p.at + self.by, p.residue, p.finite) for p in self.series.poles(floor - self.by))

    def value(self, at: Expr | int) -> Expr:
        """Z at ``at - by``."""
        return self.series.value(at - self.by)

    def tail(self, at: Expr | int) -> tuple[Expr, Expr]:
        """That of Z at ``at - by``."""
        return self.series.tail(at - self.by)


@dataclass(frozen=True)
class SpectralAssumption:
    """The two spectral zeta functions of a problem: ``capacity`` Z and ``target`` Z_omega."""

    capacity: SpectralZeta
    target: SpectralZeta


def spectral_assumption(
    eigenvalue: Callable[[Expr], Expr], target_power: Callable[[Expr], Expr], mode: Symbol, shift: Rational | int = 0
) -> SpectralAssumption:
    """Both zeta functions of a power-law spectrum.

    Args:
        eigenvalue: ``lambda_j`` as a power of the mode ``j``, for example ``lambda j: j**(-2*alpha)``.
        target_power: ``omega_j``, the power of the target on the mode, likewise.
        mode: a positive symbol for ``j``.
        shift: read ``j + shift`` for ``j``.

    >>> from sympy import symbols
    >>> j, alpha, beta = symbols("j alpha beta", positive=True)
    >>> plrf = spectral_assumption(lambda j: j**(-2*alpha), lambda j: j**(-2*alpha - 2*beta), j)
    >>> [(pole.at, pole.residue) for z in (plrf.capacity, plrf.target) for pole in z.poles()]
    [(1/(2*alpha), 1/(2*alpha)), ((1/2 - beta)/alpha, 1/(2*alpha))]
    """
    decay, power = (-_exponent(f(mode), mode) for f in (eigenvalue, target_power))
    capacity, target = expand(decay * s), expand(decay * (s - 1) + power)
    return SpectralAssumption(PowerSum(capacity, sympify(shift)), PowerSum(target, sympify(shift)))


def _exponent(formula: Expr, mode: Symbol) -> Expr:
    """The e of ``mode^e``; `diff` and `as_powers_dict` would import SymPy's tensors."""
    bases, exponents = zip(*(factor.as_base_exp() for factor in Mul.make_args(formula)), strict=True)
    if set(bases) != {mode}:
        raise AssumptionError(f"{formula} is no power of {mode}")
    return expand(sum(exponents))
