r"""The model with a power of the logarithm in its eigenvalues: ``lambda_j = j^{-2 alpha} (1 + log j)^-k``.

Terms, presence, phases and powers are those of the power law with k = 0 (a slowly varying factor changes no comparison
of powers); every term has a power of a logarithm besides, from `spectra.logarithmic`. With a = 2 alpha, q = 1/a, c = 2
beta, p = (a + c - 1)/a, t = 2 gamma B r, and d and t to infinity inside the window:

    F_0    kappa_0 T(kappa_0), D(kappa_0) = d                     (log d)^-k
    F_pp   sum omega e^{-lambda t}                                (q log t)^{k(p-1)}
    F_ac   (T(0)/d) sum lambda e^{-lambda t}                      (q log t)^{-kq}
    K_pp   sum lambda^2 e^{-lambda t}, minus the derivative       (q log t)^{-kq}

as ``kappa_0 ~ d^-a (log d)^-k``, and T is ``kappa^{p-1} (q log(1/kappa))^{k(p-1)}`` for c < 1, a number for c > 1. The
constants are those of the power law, in which the sums over all modes (the kernel norm, u_0) are of this spectrum.
Orders of limits: r and d to infinity together inside the window; for F_0 r first.

**Optimum.** Two terms ``d^x r^y (log d)^m`` that tie under ``f = d r B``: with ``d = f^s (log f)^l`` both logarithms
are log f up to constants, so ``(x_1 - y_1) l + m_1 = (x_2 - y_2) l + m_2``, and either side is the power of log f in
the loss.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, Integer, Rational, S, Sum, Symbol, oo, pi, sin

from ...errors import AssumptionError, NoConstant
from ...spectra.logarithmic import LogPowers
from .constants import BATCH, STEP
from .exact import ExactLaw, Setting
from .phases import Derivation


@dataclass(frozen=True)
class LogAmount:
    """``constant * d^d * r^r * log(z)^log``, z being d or t (``log_of``); constant None where it is not derived.

    ``next`` is the coefficient of 1/L behind it, L being the logarithm at the cut-off, where that is derived.
    """

    name: str
    constant: Expr | None
    d: Rational
    r: Rational
    log: Rational
    log_of: str
    next: Expr | None


class LogLaw:
    """The terms of the loss for one spectrum, exact in gamma and B.

    Args:
        law: the spectrum, with a > 1, c > 0 and c != 1.
        batch: B.

    Raises:
        AssumptionError: another one.
    """

    def __init__(self, law: LogPowers, batch: Rational = S.One) -> None:
        if not law.decay > 1:
            raise AssumptionError(
                f"the decay {law.decay} was asked with a power of the logarithm, for which laws are derived above 1; "
                "let the eigenvalues fall faster than 1/j"
            )
        if not law.coefficient > 0 or law.coefficient == 1:
            raise AssumptionError(
                f"the coefficient {law.coefficient} was asked with a power of the logarithm; the model needs a "
                "positive one, and at 1 (beta = 1/2) another logarithm meets it, which is not derived"
            )
        self.law = law
        self.setting = Setting(law.decay / 2, law.coefficient / 2, batch=batch)
        self.pure = ExactLaw(self.setting, order=0)

    @property
    def p(self) -> Rational:
        """F_pp falls like t^-p."""
        return (self.law.decay + self.law.coefficient - 1) / self.law.decay

    @property
    def terms(self) -> dict[str, LogAmount]:
        """The terms that are present."""
        return {name: self.term(name) for name in self.pure.terms}

    def term(self, name: str) -> LogAmount:
        """One of them.

        Raises:
            NoConstant: the power law itself has a logarithm there.
        """
        amount = self.pure.term(name)
        if amount.log:
            raise NoConstant(f"{name} of the power law has a logarithm of its own here")
        power, q, k = self.logarithm(name), self.law.q, self.law.log
        if name == "F_0":
            return LogAmount(name, amount.constant, amount.d, amount.r, power, "d", self._level_next())
        if name == "K_pp" and self.law.coefficient < 1:
            return LogAmount(name, None, amount.d, amount.r, power, "t", None)
        following = {
            "F_pp": self.law.heat(self.law.coefficient).next,
            "F_ac": self.law.heat(Integer(0)).next,
            # minus the derivative of t^{q-1} L^{-kq} (1 + .../L), d L/d log t = q (1 + O(1/L))
            "K_pp": self.law.heat(Integer(0)).next + k * q * q / (1 - q),
        }[name]
        return LogAmount(name, amount.constant * q**power, amount.d, amount.r, power, "t", following)

    def logarithm(self, name: str) -> Rational:
        """The power of the logarithm in a term."""
        k, q = self.law.log, self.law.q
        return {"F_0": -k, "F_pp": k * (self.p - 1), "F_ac": -k * q, "K_pp": -k * q}[name]

    def _level_next(self) -> Expr:
        """At ``L = 1 + log(d/C)``, C = pi q/sin(pi q): of d = D(kappa_0), solved for j_*, and of T there."""
        a, c = self.law.decay, self.law.coefficient
        ridge = -self.law.resolvent(Integer(1)).next  # j_* = (d/C) (1 + ridge/L)
        if c > 1:
            return -a * ridge
        return -(a + c - 1) * ridge + self.law.resolvent(1 - c).next

    @property
    def crowd(self) -> Expr:
        """C in ``D(kappa) ~ C j_*``."""
        return pi * self.law.q / sin(pi * self.law.q)

    def optimum(self, found: Derivation) -> tuple[Rational, Rational] | None:
        """The powers of log f in d* and P*, where two terms tie; None on boundaries."""
        if found.phase is None or found.d_exponent is None or len(found.tradeoff) != 2:
            return None
        n, m = found.cost
        one, other = (self.pure.term(name) for name in found.tradeoff)
        first, second = (t.d - t.r * n / m for t in (one, other))  # r = (f d^-n)^{1/m}
        size = (self.logarithm(other.name) - self.logarithm(one.name)) / (first - second)
        return size, first * size + self.logarithm(one.name)

    @property
    def definitions(self) -> dict[str, Expr]:
        """Meaning of the names in the constants: the sums over this spectrum."""
        names = {s.name for t in self.terms.values() if t.constant is not None for s in t.constant.free_symbols}
        k, batch = Symbol("k", integer=True, positive=True), self.setting.batch
        y = STEP * (batch + 1) / 2
        sums = {
            "N": Sum(y**k * self.law.power_sum(k), (k, 1, oo)) / (batch + 1),
            "u0": Sum(y**k * self.law.power_sum(k, self.law.coefficient), (k, 1, oo)),
        }
        return {name: sums[name] for name in sorted(names - {STEP.name, BATCH.name})}
