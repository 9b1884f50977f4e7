r"""The model where the eigenvalues have a power of the logarithm: ``lambda_j = j^-b U_j^-k``, ``U_j = 1 + log j``.

The target is ``omega_j = lambda_j j^-c``, a = b + c. To leading order the factor ``s = L^-k`` is a constant at a
cut-off, where the pole of T or G comes from, while regular powers are sums over the first modes, which it does not
reach. With ``lambda -> s lambda`` at the cut-off

    a pole kappa^e of T or G  ->  (kappa/s)^e          a regular power of kappa stays          kappa_0  ->  s kappa_0

where kappa_0 is ``T(kappa_0) = N``, so that every monomial of a law carries a power of s, its scale ``slow``; L is the
logarithm of N or P, or of t, up to a constant. Powers of sizes and times are those of k = 0 (a slowly varying factor
changes no comparison of powers), wherever the coefficient of the power law is not 0: where it is, terms that are
smaller by a power of the logarithm alone take its place, which are not derived.

The compute optimum has the powers of log C of `optimum.logarithms`, modes that the time resolves being ``(t s)^{1/b}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from sympy import Integer, Rational, S

from ...algebra.scales import Monomial, power
from ...errors import AssumptionError, NoConstant
from ...laws import Law, LawAt, Quantity
from ...optimum.logarithms import LogOptimum, with_logarithms
from ...optimum.plane import a as A  # noqa: N812 - the symbols, beside the numbers of a point
from ...optimum.plane import above_one
from ...optimum.plane import b as B  # noqa: N812
from ...optimum.tropical import Power, Program
from ...spectra.logarithmic import LogPowers
from . import model, phases, power_laws
from .derivation import Derivation
from .model import Expansion, Sum

SLOW = "slow"


class SlowExpansion(Expansion):
    """The expansion of a power law whose poles carry the scale ``slow``."""

    def __init__(self, source: Rational, decay: Rational) -> None:
        super().__init__(model.assumption(source, decay))
        self.capacity, self.target = _at_cutoff(self.capacity), _at_cutoff(self.target)
        self.pole = self.capacity[0]
        self._functions = dict(zip(self._functions, (self.capacity, self.target), strict=True))

    def ridge(self, size: str) -> Monomial:
        """kappa_0, proportional to the eigenvalues at the cut-off."""
        return super().ridge(size) * power(SLOW)


def _at_cutoff(terms: Sum) -> Sum:
    return tuple(m * power(SLOW, -m["kappa"]) if m.origin == ("pole",) else m for m in terms)


@cache
def expansion_at(source: Rational, decay: Rational) -> SlowExpansion:
    """The expansion of a law at rational exponents.

    Raises
    ------
    AssumptionError
        A resonance: the power law has a logarithm of its own there.
    """
    if source - 1 == decay or (source - 1) / decay in {Integer(n) for n in range(1, 5)}:
        raise AssumptionError(
            f"a = {source}, b = {decay} were asked with a power of the logarithm, but where (a - 1)/b is a whole "
            "number another logarithm meets it, which is not derived; choose another coefficient"
        )
    return SlowExpansion(source, decay)


def law_with_log(quantity: Quantity, law: Law, spectrum: LogPowers) -> LawAt:
    """A law with its power of the logarithm: that of its leading monomials, which all must have the same.

    Raises
    ------
    NoConstant
        The coefficient of the power law vanishes there, or two powers meet.
    """
    source, decay = spectrum.decay + spectrum.coefficient, spectrum.decay
    at = {A: source, B: decay}
    exponents = [case.exponent.subs(at) for case in law.cases if bool(case.condition.subs(at))]
    slow = {
        m[SLOW] for m in quantity.sum(expansion_at(source, decay)) if exponents and m[quantity.variable] == exponents[0]
    }
    if len(exponents) != 1 or len(slow) != 1:
        raise NoConstant(f"the law {law.name} has another leading term at a = {source}, b = {decay}")
    log = -spectrum.log * slow.pop()
    return LawAt(exponents[0], None, int(log) if log.is_Integer else log, Integer(0))


def derive_logarithmic(spectrum: LogPowers, cost: Mapping[str, Any] | None = None, noise: bool = False) -> Derivation:
    """The derivation for eigenvalues with a power of the logarithm, without constants.

    Raises
    ------
    AssumptionError
        An exponent that is not above 1, or a resonance. A law that is not derived at a point is left out.

    >>> found = derive_logarithmic(LogPowers(Rational(3, 2), Integer(1), Rational(1, 2)))
    >>> found.laws["width"].exponent, found.laws["width"].logs, found.optimum.loss_exponent, found.logs["loss"]
    (-1, -1, 2/5, -3/5)
    """
    b = above_one("b", spectrum.decay)
    a = above_one("a", spectrum.decay + spectrum.coefficient)
    spent = phases.budget(cost, noise)
    laws, missing = {}, []
    for name in power_laws.names():
        try:
            laws[name] = law_with_log(power_laws.quantity(name), power_laws.law(name), spectrum)
        except NoConstant:
            missing.append(name)
    best = phases.optimum(a, b, spent)
    logs = None if best.phase is None or best.loss_exponent is None else _logs(spent, spectrum, a, b)
    why = "with a power of the logarithm in the spectrum they are not derived"
    if missing:
        why += f"; nor are the laws {', '.join(missing)} here, where two powers meet or the leading one vanishes"
    return Derivation(a, b, model.assumption(a, b), laws, spent, best, None, why, logs)


def _logs(spent: phases.Budget, spectrum: LogPowers, a: Rational, b: Rational) -> dict[str, Rational | None] | None:
    """Powers of log C in the loss and the resources; None where a resource does not grow with C."""
    at = {A: a, B: b}
    shown, _ = phases.shown_terms(spent, at)
    table = phases.loss_terms(spent, expansion_at(a, b))
    found = [_best_on(least, table[least], shown, spent, spectrum, at) for least in table]
    best = min((o for o in found if o is not None), key=lambda o: (o.value, o.log))
    if not all(power > 0 for power in best.point.values()):
        return None
    return {"loss": best.log, **best.logs}


def _best_on(
    least: str,
    terms: Mapping[str, Monomial],
    shown: tuple[tuple[str, str], ...],
    spent: phases.Budget,
    spectrum: LogPowers,
    at: Mapping[Any, Any],
) -> LogOptimum | None:
    """The optimum on one piece; None where it holds nowhere."""
    names, logs = spent.resources, {}

    def row(name: str, m: Monomial) -> Power:
        logs[name] = -spectrum.log * S(m[SLOW]).subs(at)
        return Power(name, tuple(S(m[x]).subs(at) for x in names))

    rows = tuple(row(name, terms[name]) for piece, name in shown if piece == least)
    resolved: dict[str, Monomial] = {x: power(x) for x in phases.RESOURCES}
    resolved["t"] = power("t", 1 / B) * power(SLOW, 1 / B)
    region = [row(f"{least} before {x}", resolved[least] * _over(resolved[x])) for x in names if x != least]
    window = [row(f"{x} >= 1", power(x, -1)) for x in names]
    budget = tuple(p for _, p in spent.powers)
    return with_logarithms(Program((), names, rows, (*region, *window), budget), logs)


def _over(m: Monomial) -> Monomial:
    return replace(m, exponents={x: -e for x, e in m.exponents.items()})
