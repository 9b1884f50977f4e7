r"""Sums over a power law with a power of the logarithm: the powers of the pure law, times powers of a logarithm.

**Spectrum.** ``lambda_j = j^-a U_j^-k`` with ``U_j = 1 + log j``. Its zeta function is not meromorphic (the pole
becomes a branch point), so that the engine of `mellin` does not serve; Karamata's theorem does, and its error term.

**Cut-off.** Let ``lambda(j_*) = kappa`` (or 1/t) and ``L = 1 + log j_*``. In y = j/j_* the eigenvalues are ``kappa y^-a
(1 + log(y)/L)^-k = kappa y^-a (1 - k log(y)/L + O(L^-2))``, so that with q = 1/a, 0 < z < a, p = (a + c - 1)/a > 0

    sum_j j^{z-1} lambda_j/(lambda_j + kappa) = j_*^z (pi q/sin(pi q z)) [1 - (k q/L) (1 - pi q z cot(pi q z)) + ...]
    sum_j j^-c lambda_j e^{-lambda_j t}       = j_*^{1-a-c} L^-k q Gamma(p) [1 - (k q/L) (1 + (p-1) psi(p)) + ...]

up to O(L^-2); the first is by parts, from ``int y^{z-1}/(1 + y^a) dy = (pi q)/sin(pi q z)``.

**In the scale itself.** ``j_*^a L^k = 1/kappa`` (or t) gives ``j_*^{-a s} = (1/kappa)^-s L^{k s}``, and L grows like
``q log(1/kappa)``: leading logarithms are those of the scale, with a relative error like log log/log. In L it is 1/L,
and known; so numbers are best taken at L, and the exponent of the logarithm is the same.

N. Bingham, C. Goldie, J. Teugels, *Regular Variation*, 1987, Thm 1.7.1 (Karamata's Tauberian theorem).
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, Integer, Rational, S, Sum, Symbol, cot, digamma, gamma, log, oo, pi, sin

_j = Symbol("j", integer=True, positive=True)


@dataclass(frozen=True)
class Cutoff:
    """``constant * j_*^power * L^log * (1 + next/L + O(L^-2))``, L = 1 + log j_*."""

    constant: Expr
    power: Expr
    log: Expr
    next: Expr


@dataclass(frozen=True)
class LogPowers:
    """The law, decay a > 0 and k > -a; its target is ``omega_j = lambda_j j^-coefficient``."""

    decay: Rational
    log: Rational
    coefficient: Rational

    @property
    def q(self) -> Rational:
        """1/a."""
        return 1 / self.decay

    def resolvent(self, z: Expr) -> Cutoff:
        """``sum j^{z-1} lambda/(lambda + kappa)`` at the cut-off lambda(j_*) = kappa, for 0 < z < a."""
        angle = pi * self.q * z
        return Cutoff(pi * self.q / sin(angle), z, Integer(0), -self.log * self.q * (1 - angle * cot(angle)))

    def heat(self, c: Expr) -> Cutoff:
        """``sum j^-c lambda e^{-lambda t}`` at the cut-off lambda(j_*) = 1/t, for p > 0."""
        p = (self.decay + c - 1) * self.q
        bracket = 1 + (p - 1) * digamma(p)
        return Cutoff(self.q * gamma(p), 1 - self.decay - c, -self.log, -self.log * self.q * bracket)

    def power_sum(self, s: Expr, c: Expr = S.Zero) -> Expr:
        """``sum_j j^-c lambda_j^s``, a sum as it stands."""
        return Sum(_j ** -(c + self.decay * s) * (1 + log(_j)) ** (-self.log * s), (_j, 1, oo))
