r"""The model with eigenvalues that fall exponentially: ``lambda_j = e^{-c (j-1)}``, ``omega_j = lambda_j^sigma``.

**Zeta functions.** ``Z(s) = 1/(1 - e^{-cs})`` and ``Z_omega(s) = Z(s - 1 + sigma)`` have simple poles at ``s_m = 2 pi i
m/c`` (moved by 1 - sigma), m whole, all of the residue 1/c. It is the limit q -> 0 of the power law: by the formula of
`mellin` the pole in the middle, m = 0, gives powers and logarithms, all others oscillations, of period c in log t,

    D(kappa) = (1/c) log(1/kappa) + 1/2 + oscillation
    T(kappa) = (pi/(c sin pi sigma)) kappa^{sigma-1} (1 + oscillation) for sigma < 1
    T(0)     = Z_omega(0) = 1/(1 - e^{-c(sigma-1)})                    for sigma > 1
    sum_j lambda_j^s e^{-lambda_j t} = (Gamma(s)/c) t^-s (1 + w(t))
                                       |w| <= sum_{m != 0} |Gamma(s + 2 pi i m/c)|/Gamma(s), of the order e^{-pi^2/c}

**Crowding.** D grows like a logarithm, so that ``kappa = eta/(1 - D/d)`` is no power of eta times a constant: with ``u
= 1 - log(t)/(c d)`` between 0 and 1, the share of the features that is not in use, slowly varying factors pass through
the Laplace transform (Karamata), and inside the window ``1 << t << e^{cd}``, t = 2 gamma B r, the transforms
``(kappa/eta) T(kappa)`` give

    F_pp  = (Gamma(sigma)/c) (t u)^-sigma          F_ac = T(0)/(c d t u^2), for sigma > 1
    F_0   = e^{-c min(1, sigma) (d - 1/2)} times pi/(c sin pi sigma), or T(0) for sigma > 1
    K_pp  = (gamma/2) (T(0) + u_0)/c t^-2, for sigma > 1

each over 1 - N (K_pp over its square). Order of limits: c d and log t to infinity at a fixed u; for F_0 t first.

**Optimum,** ``f = d r B``. For sigma < 1, F_pp alone: ``(d/u)^sigma`` is least at ``c d = 2 log t``, where half of the
features are in use, so that ``d* ~ (2/c) log f``. For sigma > 1 F_ac is ``f^-1 T(0)/(2 gamma c)`` whatever d is, but
for u: it asks for more features, with a relative ``2 log(t)/(c d)``, until F_pp or the noise of SGD, relative ``d^sigma
f^{1-sigma}`` and ``d^2/f``, are as large: ``d* ~ f^x (log f)^l``, with ``x = (sigma-1)/(sigma+1)``, ``l = 1/(sigma+1)``
up to sigma = 2, and 1/3, 1/3 beyond.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import mpmath
from sympy import Expr, Integer, Min, Rational, Sum, Symbol, exp, gamma, log, oo, pi, sin

from ...errors import AssumptionError
from .constants import BATCH, STEP

NORM = Symbol("N")
SIZE, STEPS = Symbol("d", positive=True), Symbol("r", positive=True)


@dataclass(frozen=True)
class ExponentialTerm:
    """A term of the loss as a formula in d, r, gamma, B and the kernel norm N.

    ``oscillation`` bounds the relative size of what is periodic in log t beside it; None where it is not derived.
    """

    name: str
    law: Expr
    oscillation: Any
    present: bool = True


@dataclass(frozen=True)
class ExponentialOptimum:
    """``d* ~ d_constant f^d_exponent (log f)^d_log``, ``P* ~ loss_constant f^-loss_exponent (log f)^loss_log``.

    ``d_constant`` is None where it is not derived, for sigma > 1.
    """

    d_exponent: Rational
    d_log: Rational
    loss_exponent: Rational
    loss_log: Rational
    loss_constant: Expr
    d_constant: Expr | None = None


@dataclass(frozen=True)
class ExponentialLaw:
    """The terms for a rate c > 0 and a source sigma > 0, sigma != 1.

    Raises:
        AssumptionError: another one.
    """

    rate: Rational
    source: Rational

    def __post_init__(self) -> None:
        if not (self.rate > 0 and self.source > 0):
            raise AssumptionError(
                f"the rate {self.rate} and the source {self.source} were asked of an exponential spectrum, which needs "
                "both positive"
            )
        if self.source == 1:
            raise AssumptionError(
                "the source 1 was asked of an exponential spectrum, where two terms have the same power and a "
                "logarithm appears, which is not derived; choose another one"
            )

    @property
    def easy(self) -> bool:
        """Whether T(0) is finite."""
        return bool(self.source > 1)

    @property
    def _learned(self) -> Expr:
        """T(0)."""
        return 1 / (1 - exp(-self.rate * (self.source - 1)))

    @cached_property
    def terms(self) -> tuple[ExponentialTerm, ...]:
        """The four terms; where T(0) is infinite those that stem from it are absent."""
        c, s, t = self.rate, self.source, 2 * STEP * BATCH * STEPS
        gap, unused = 1 - NORM, 1 - log(t) / (c * SIZE)
        least = exp(-c * Min(1, s) * (SIZE - Rational(1, 2)))
        level = self._learned if self.easy else pi / (c * sin(pi * s))
        found = [
            ExponentialTerm("F_0", level * least / gap, None),
            ExponentialTerm("F_pp", gamma(s) / c * (t * unused) ** -s / gap, self.oscillation(s)),
        ]
        if self.easy:
            mass = STEP / 2 * (self._learned + Symbol("u0"))
            found += [
                ExponentialTerm("F_ac", self._learned / (c * SIZE * t * unused**2) / gap, self.oscillation(Integer(1))),
                ExponentialTerm("K_pp", mass / c * t**-2 / gap**2, self.oscillation(Integer(2))),
            ]
        else:
            found += [ExponentialTerm(name, Integer(0), None, False) for name in ("F_ac", "K_pp")]
        return tuple(found)

    def oscillation(self, s: Expr, digits: int = 15) -> Any:
        """A bound of ``|w|``: the sum over all poles off the real axis.

        ``|Gamma(s + iy)|`` falls like ``e^{-pi |y|/2} |y|^{s-1/2}``: terms are added up to the first below the last
        digit, which is counted twice.
        """
        ctx = mpmath.mp.clone()
        ctx.dps = digits + 5
        at, c = ctx.mpf(s.p) / s.q, ctx.mpf(self.rate.p) / self.rate.q
        total, m = ctx.mpf(0), 1
        while True:
            term = 2 * abs(ctx.gamma(at + 2j * ctx.pi * m / c)) / ctx.gamma(at)
            total += term
            if term <= total * ctx.mpf(10) ** -digits:
                return total + term
            m += 1

    @property
    def optimum(self) -> ExponentialOptimum:
        """The best use of compute ``f = d r B``."""
        c, s = self.rate, self.source
        if self.easy:
            x, power = min(((s - 1) / (s + 1), 1 / (s + 1)), (Rational(1, 3), Rational(1, 3)))
            return ExponentialOptimum(x, power, Integer(1), Integer(0), self._learned / (2 * STEP * c * (1 - NORM)))
        constant = gamma(s) / c * (2 / (c * STEP)) ** s / (1 - NORM)
        return ExponentialOptimum(Integer(0), Integer(1), s, s, constant, 2 / c)

    @property
    def definitions(self) -> dict[str, Expr]:
        """The kernel norm N and u_0, as sums."""
        k = Symbol("k", integer=True, positive=True)
        y = STEP * (BATCH + 1) / 2
        norm = Sum(y**k / (1 - exp(-self.rate * k)), (k, 1, oo)) / (BATCH + 1)
        found = {"N": norm}
        if self.easy:
            found["u0"] = Sum(y**k / (1 - exp(-self.rate * (k - 1 + self.source))), (k, 1, oo))
        return found
