r"""How long a step is best, where a batch has a price of its own below that of steps.

**Budget.** With the length ``c = gamma B`` of a step along an eigenvalue 1, ``f = d^x r^y B^z``, z < y, is

    f c^{y-z} = d^x tau^y gamma^{-z},         r = tau/c,   B = c/gamma

so that longer steps are as a larger budget. A mode is what is left of it, ``(1 - c lambda)^{2r} = e^{-2 lambda tau (1 +
c lambda/2 + ...)}``: at late times, lambda ~ 1/tau, c changes the transient and the memory by a relative 1/tau only.

**Noise of large modes** changes by a number. One that is kicked at each step keeps ``c sum_t (1 - c lambda)^{2t} =
1/(lambda (2 - c lambda))`` where short steps keep ``1/(2 lambda)``; so that

    label noise, constant step size     sigma^2 gamma Z(c)        Z = sum lambda/(2 - c lambda)
    noise of the start                  gamma k(tau) Z(c)         Z = sum omega/(lambda (2 - c lambda)),  int P dtau

both are ``sum_k (c/2)^k V_k/2`` with values V_k of a spectral zeta function at whole numbers, infinite at the limit of
stability c = 2/lambda_1, where the first mode forgets no more.

**Best length.** If only the noise depends on gamma, as ``gamma Z``, the optimum is that of Z = 1 at the budget ``f
c^{y-z} Z^-z``, which is largest where ``c^{-(y-z)/z} Z(c)`` is least. As Z is a power series with positive
coefficients, log Z is convex in log c: there is one such place, below the limit.

Where the noise is that of modes of 1/tau (the memory and the plateau, 2 alpha < 1) or of short last steps (a
cool-down), no power of c but the budget's is left: the best length comes to the limit as f grows. With a constant step
size the first mode, ``gamma/(2 - c lambda_1)`` of noise, keeps it from there by the square root of what ``gamma`` is
of the noise.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any

import mpmath
from sympy import Expr, Integer, Rational, Symbol

from ...algebra.number import number
from ...optimum.problem import OptimumAt
from ...spectra.zeta import SpectralAssumption, SpectralZeta
from .training import Training

LENGTH, NOISE = Symbol("c_star", positive=True), Symbol("Z_star", positive=True)
"""The best length of a step, and Z there."""
_GUARD = 10


@dataclass(frozen=True)
class Length:
    """Where ``c^-weight Z(c)`` is least, or the limit where Z is 1.

    Attributes:
        eigenvalues: the zeta function ``sum lambda^s``, of which the limit is seen.
        weight: ``(y - z)/z``.
        noise: the zeta function that has ``V_k`` at ``first + k``; None where the noise does not depend on c.
        first: see there.
    """

    eigenvalues: SpectralZeta
    weight: Rational
    noise: SpectralZeta | None = None
    first: int = 0

    @property
    def short(self) -> Expr:
        """Z at c = 0, that of short steps; 1 where the noise does not depend on c."""
        return Integer(1) if self.noise is None else self.noise.value(self.first) / 2

    def values(self, digits: int) -> tuple[Any, Any]:
        """The best length, and Z there, as numbers.

        >>> from sympy import Rational
        >>> from ...spectra.zeta import PowerSum, s
        >>> alone = PowerSum(100 * s)  # all modes but the first count for nothing: c^-w/(2 - c) is least at 2 w/(1 + w)
        >>> [str(x) for x in Length(alone, Rational(1), alone, 1).values(10)]
        ['1.0', '1.0']
        """
        ctx = mpmath.mp.clone()
        ctx.dps = digits + _GUARD
        if self.noise is None:
            _, last = _coefficients(self.eigenvalues, 1, ctx.dps)
            return 1 / last, ctx.mpf(1)
        known, last = _coefficients(self.noise, self.first, ctx.dps)
        weight = number(ctx, self.weight)
        place = ctx.findroot(lambda c: _risen(known, last, weight, c), (ctx.mpf(0), 1 / last), solver="anderson")
        return place, _sum(known, last, place)


def best_length(training: Training, found: OptimumAt, spectrum: SpectralAssumption) -> Length | None:
    """That of the optimum of a training; None where the batch has no price of its own, or does not grow.

    >>> from sympy import Rational
    >>> from ..plrf.model import assumption_at
    >>> from .phases import optimum
    >>> training, point = Training("free", Rational(0), batch=Rational(1, 2)), (Rational(4, 5), Rational(3, 10))
    >>> float(best_length(training, optimum(training, *point), assumption_at(*point)).values(15)[0])
    1.2013253863943198
    """
    training = training.of_samples
    if training.batch is None or not found.exponents.get("B"):
        return None
    weight = training.cost[1] / training.batch - 1
    if "noise" in found.tradeoff and training.end == 0:
        return Length(spectrum.capacity, weight, spectrum.capacity, 1)
    if {"K_pp", "K_pp of the plateau"} & set(found.tradeoff):
        return Length(spectrum.capacity, weight, spectrum.target, 0)
    return Length(spectrum.capacity, weight)


@cache
def _coefficients(series: SpectralZeta, first: int, digits: int) -> tuple[tuple[Any, ...], Any]:
    """``V_k/2^{k+1}`` up to where the first mode alone is left, to so many digits, and the ratio of all that follow."""
    ctx = mpmath.mp.clone()
    ctx.dps = digits
    found: list[Any] = []
    ratios: list[Any] = []
    for k in count():
        found.append(number(ctx, series.value(Integer(first + k))) / 2 ** (k + 1))
        if k:
            ratios.append(found[-1] / found[-2])
        if k > 1 and abs(ratios[-1] / ratios[-2] - 1) < ctx.mpf(10) ** (2 - digits):
            return tuple(found), ratios[-1]
    raise AssertionError("a count has no end")


def _sum(known: tuple[Any, ...], last: Any, c: Any) -> Any:
    """Z(c)."""
    head = sum(a * c**k for k, a in enumerate(known[:-1]))
    return head + known[-1] * c ** (len(known) - 1) / (1 - last * c)


def _risen(known: tuple[Any, ...], last: Any, weight: Any, c: Any) -> Any:
    """``c Z'(c) - weight Z(c)`` times ``(1 - c/limit)^2``, which is finite up to the limit."""
    share, n = 1 - last * c, len(known) - 1
    head = sum((k - weight) * a * c**k for k, a in enumerate(known[:-1]))
    return head * share**2 + known[-1] * c**n * ((n - weight) * share + last * c)
