r"""A power law with a power of the logarithm, and what lies beyond a mode of an infinite one.

    lambda_j = j^-decay U_j^-log,   omega_j = lambda_j j^-coefficient,   U_j = 1 + log j

**Compression.**  At x = rho e^(i theta) the argument of lambda is ``-(decay theta + log arg(1 + log rho + i theta))``.
For log > 0 the second part turns by at most ``log theta/(1 + log rho)``, so that the singularities, lambda(x) = -kappa,
lie where those of the exponent ``decay + log/(1 + log rho)`` would, at the least rho in use; for log < 0 they lie
further off than those of the exponent decay.  The branch point of U is at x = 1/e.

**Tail.**  With L the half-integer before the tail, U = U_L, f(x) = x^-p U_x^-k and E_k the exponential integral,

    int_L^inf f = f(L) L U e^z E_k(z),   z = (p - 1) U,          f^(n)(L) = f(L) L^-n sum_i a_(n,i) U^-i,

    a_(n+1,i) = -(p + n) a_(n,i) - (k + i - 1) a_(n,i-1),   a_(0,0) = 1,

and the Euler-Maclaurin formula at half-integers (`tails`) makes the sum of these.  E_k comes from mpmath.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import mpmath
import numpy as np

from ..errors import PrecisionLost
from .laws import Law
from .limits import MAX_ALPHA
from .precision import Array, Precision, Scalar, digits_behind
from .tails import midpoint_coefficients, moment_count, zeta_ratio

_GUARD = 10  # digits beyond those of the arithmetic that takes the exponential integrals


@dataclass(frozen=True)
class LogLaw(Law):
    """The numbers of such a law: decay > 0, log > -decay, so that eigenvalues fall from the first one on."""

    log: Scalar = 0

    @property
    def refusal(self) -> str | None:
        """As `Law.refusal`."""
        if not -self.decay < self.log <= 2 * MAX_ALPHA:
            return (
                f"The power of the logarithm must be above -decay and at most {2 * MAX_ALPHA}, got "
                f"{float(self.log):.6g}; choose it so."
            )
        return super().refusal

    @property
    def pure(self) -> bool:
        """As `Law.pure`."""
        return not self.log

    @property
    def decreasing(self) -> bool:
        """As `Law.decreasing`; the slope of log lambda in log j is -(decay + log/U), U >= 1."""
        return bool(self.decay + self.log >= 0)

    def modes(self, j: Array) -> tuple[Array, Array]:
        """As `Law.modes`."""
        lam = self._power(j, self.decay) * self._power(1 + self.ctx.log(j), self.log)
        return lam, lam * self._power(j, self.coefficient)

    def eigenvalue(self, j: float) -> float:
        """As `Law.eigenvalue`."""
        return float(j ** -float(self.decay) * (1 + math.log(j)) ** -float(self.log))

    def steepness(self, angle: float, head: int) -> float:
        """As `Law.steepness`."""
        del angle
        return float(self.decay) + max(0.0, float(self.log)) / (1 + math.log(head / 2))

    def end(self, last: int) -> tuple[Scalar, Array, Array, Scalar]:
        """As `Law.end`."""
        ctx, terms = self.ctx, moment_count(self.ctx)
        start = ctx.real(last)
        (scale,), (head,) = self.modes(np.array([start]))
        mass = [log_zeta_ratio(ctx, self.decay * m, self.log * m, start) for m in range(1, terms + 1)]
        power = [
            log_zeta_ratio(ctx, self.target + self.decay * m, self.log * (m + 1), start) * head for m in range(terms)
        ]
        rest = scale * 0
        if self.regular:
            rest = self._power(start, self.coefficient) * zeta_ratio(ctx, self.coefficient, start)
        return scale, np.array(mass), np.array(power), rest


def log_zeta_ratio(ctx: Precision, p: Scalar, k: Scalar, start: Scalar) -> Scalar:
    """sum_{j >= start} (j/start)^-p (U_j/U_start)^-k, p > 1; see the module."""
    level = start - ctx.real("1/2")
    upper, lower = 1 + ctx.log(start), 1 + ctx.log(level)
    first = ctx.exp(-p * ctx.log(level / start) - k * ctx.log(lower / upper))
    total = first * level * lower * _scaled_integral(ctx, k, (p - 1) * lower)
    row, scale, order = [first], level * 0 + 1, 0  # a_(n,i) f(L), L^-n and n
    for n, coefficient in enumerate(midpoint_coefficients(ctx, 40), start=1):
        while order < 2 * n - 1:
            row, scale, order = _derived(row, p + order, k), scale / level, order + 1
        inner = row[-1]
        for entry in row[-2::-1]:
            inner = inner / lower + entry
        step = inner * scale * coefficient
        total = total - step
        if abs(step) <= ctx.eps * abs(total):
            return total
    raise PrecisionLost("The tail of the infinite spectrum did not converge; build it with a smaller `floor`.")


def _derived(row: list[Scalar], slope: Scalar, k: Scalar) -> list[Scalar]:
    """a_(n+1) from a_n, where slope = p + n."""
    higher = [-(k + i) * entry for i, entry in enumerate(row)]
    return [-slope * row[0], *(h - slope * entry for h, entry in zip(higher, row[1:], strict=False)), higher[-1]]


def _scaled_integral(ctx: Precision, k: Scalar, z: Scalar) -> Scalar:
    """e^z E_k(z), z > 0."""
    context = mpmath.MPContext()
    context.dps = digits_behind(ctx.digits) + _GUARD
    order, at = context.mpf(k), context.mpf(z)
    return ctx.real(context.exp(at) * context.expint(order, at))
