"""The model where the eigenvalues have a power of the logarithm: powers of sizes, and of their logarithms.

As in `..dynamical.logarithmic`, whose expansion it shares: monomials carry the scale ``slow``, a factor of the
eigenvalues at a cut-off. At the best ridge bias and noise are monomials in D and kappa, and so is the least ridge that
there is; what ties there ties in powers of the logarithm, too (`optimum.logarithms`).
"""

from __future__ import annotations

from sympy import Integer, Rational

from ...algebra.scales import merged
from ...laws import LawAt
from ...optimum.logarithms import with_logarithms
from ...optimum.plane import above_one
from ...optimum.tropical import Power, Program
from ...spectra.logarithmic import LogPowers
from ..dynamical.logarithmic import SLOW, expansion_at, law_with_log
from . import regimes
from .derivation import Derivation, derivation_of
from .model import T0, Q, sums


def derive_logarithmic(spectrum: LogPowers) -> Derivation:
    """The derivation for eigenvalues with a power of the logarithm, without constants of the sizes.

    Raises
    ------
    AssumptionError
        An exponent that is not above 1, or a resonance.
    NoConstant
        Two powers meet, or the leading one vanishes.

    >>> found = derive_logarithmic(LogPowers(Rational(3, 2), Integer(1), Rational(1, 4))).laws
    >>> [(found[n].exponent, found[n].logs) for n in ("data", "optimal_ridge")]
    [(-3/4, -1), (-3/7, -4/7)]
    """
    b = above_one("b", spectrum.decay)
    a = above_one("a", spectrum.decay + spectrum.coefficient)
    laws = {
        name: law_with_log(regimes.quantity(name), regimes.law(name), spectrum)
        for name in ("data", "features", "noise")
    }
    laws |= {name: regimes.variance_law(name) for name in regimes.VARIANCE}
    laws["optimal_ridge"] = _optimal_ridge(spectrum, a, b)
    ordered = {name: laws[name] for name in regimes.names()}
    return derivation_of(a, b, ordered, spectrum.coefficient == 0)


def _optimal_ridge(spectrum: LogPowers, a: Rational, b: Rational) -> LawAt:
    """Over D and u = 1/kappa, as `regimes` has it for the power law."""
    logs = {}

    def row(name: str, size: Rational, inverse: Rational, slow: Rational) -> Power:
        logs[name] = -spectrum.log * slow
        return Power(name, (size, inverse))

    rows = []
    for name, part, size in (("bias", T0, Integer(0)), ("noise", Q, Integer(-1))):
        found = merged(expansion_at(a, b).resolvent(sums()[part].doit()))
        rows += [row(f"{name} {n}", size, -m["kappa"], m[SLOW]) for n, m in enumerate(found) if m.constant != 0]
    window = (
        row("kappa <= 1", Integer(0), Integer(-1), Integer(0)), row("no ridge", -b, Integer(1), Integer(1))
    )  # fmt: skip
    best = with_logarithms(Program((), ("D", "u"), tuple(rows), window, (Integer(1), Integer(0))), logs)
    return LawAt(best.value, None, best.log, Integer(0))
