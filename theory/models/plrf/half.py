"""The line 2 alpha = 1, where the trace grows like log v: the pole of the capacity meets a pole of the sine.

With v = R d and gamma = G/trace, trace = log v + Euler's constant, the double pole (`mellin`; the cut at v
supplies the scale of the logarithm) gives

    D(kappa) = log(v kappa)/kappa + ...     for 1/v << kappa << 1,          D/d -> log(1 + k R)/k   at kappa = k/d.

**Level.** ``log(1 + k_0 R) = k_0``, and P(infinity) = kappa_0 T(kappa_0)/(1 - G/2) as elsewhere: no logarithm to
leading order (N is G/2 up to O(1/log^2 v)).

**Window.** ``1 - K^(eta) = 1 - G/2 + (gamma/2) eta D(eta) = 1 - G/2 + (gamma/2) log(v eta)``: the prefactor of
F_pp is a logarithm of time. Under the inverse transform of ``eta^{p-1}`` a slowly varying function of log eta is
taken at its mean, ``log eta -> psi(1-p) - log t``:

    P = F_pp / (1 - G/2 + (gamma/2) [log(v/t) + psi(1 - p)]) (1 + O(1/log^2 v)),     F_pp = Gamma(p) t^-p,  p = 2 beta.

So P is F_pp at t = 1 and F_pp/(1 - G/2) at t = v, and in between the inverse prefactor is linear in log t.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Eq, EulerGamma, Expr, Integer, Rational, S, Symbol, digamma, gamma, log, zeta

from ...errors import AssumptionError
from ..crossover import K, ModeIntegral

T, V = (Symbol(name, positive=True) for name in ("t", "v"))


@dataclass(frozen=True)
class HalfLine:
    """The loss at alpha = 1/2.

    Parameters
    ----------
    beta
        Exact rational, not 1/2 (for the window below 1/2).
    ratio
        R = v/d.
    strength
        G = gamma * trace.

    Raises
    ------
    AssumptionError
        beta = 1/2, where a second pair of poles meets.
    """

    beta: Rational
    ratio: Rational
    strength: Rational

    def __post_init__(self) -> None:
        if self.beta == Rational(1, 2):
            raise AssumptionError("at alpha = beta = 1/2 five phases and two double poles meet: no formula is given")

    @property
    def modes(self) -> ModeIntegral:
        """D/d as a function of k = kappa d."""
        return ModeIntegral(S.One, S.Zero, self.ratio)

    @property
    def zero_ridge(self) -> Eq:
        """The equation of k_0."""
        return Eq(log(1 + K * self.ratio), K)

    @property
    def level(self) -> tuple[Rational, Expr]:
        """(e, c): P(infinity) = c d^e, with ``k`` in c standing for k_0."""
        gap = 1 - self.strength / 2
        if 2 * self.beta > 1:
            return Integer(-1), zeta(2 * self.beta) * K / gap
        return -2 * self.beta, K * ModeIntegral(S.One, 2 * self.beta, self.ratio).expression / gap

    @property
    def window(self) -> Expr:
        """P in the window as a function of t = 2 gamma B r and v, for 2 beta < 1."""
        if 2 * self.beta > 1:
            raise AssumptionError(
                "for 2 beta > 1 the noise term leads in the window on 2 alpha = 1; this formula is for 2 beta < 1"
            )
        p = 2 * self.beta
        step = self.strength / (log(V) + EulerGamma)
        return gamma(p) * T**-p / (1 - self.strength / 2 + step / 2 * (log(V / T) + digamma(1 - p)))
