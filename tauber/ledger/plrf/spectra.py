"""Claims: declared spectra, which the symbolic wing knows by poles of zeta functions, and the numeric wing by modes.

A spectrum of two powers has the terms of the power law that it is like, and then a term that no power law has: that of
the second pole of the target. In a union the eigenvalues of one part make the capacity, the powers of the other one the
target, so that the level has an exponent that neither part has alone.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from ...spectra import Powers, Spectrum, TwoPowers, Union
from ..claim import Claim, Kind, Verdict, judge
from ..measure import compare_limit
from ..registry import REGISTRY
from .exact import DERIVED_HERE

if TYPE_CHECKING:
    from ...numerics.models.plrf import PLRF
    from ...theory.models.plrf.exact import Amount, ExactLaw

STEP = Fraction(1, 10)
SIZES = (1e8, 1e11, 1e14)
TWO_POWERS = (TwoPowers(3, "3/5", "1/2", "1/2"), TwoPowers(3, "3/5", "-1/2", "1/2"))
UNIONS = (Union((Powers(2, 5), Powers(4, 4))), Union((Powers("5/2", 6, "1/2"), Powers(5, "9/2"))))


@cache
def law_of(record: Spectrum) -> ExactLaw:
    """Derived constants of a spectrum; kept, since a statement and a check ask."""
    from sympy import Rational

    from ...models.assumption import assumption
    from ...theory.models.plrf.exact import ExactLaw, Setting

    return ExactLaw(Setting.of(assumption(record), step=Rational(STEP.numerator, STEP.denominator)), order=2)


def model_of(record: Spectrum, d: float) -> PLRF:
    """The solver's model of the same."""
    from ...numerics.models.plrf import PLRF

    return PLRF(None, None, d, math.inf, spectrum=record, step_size=STEP)


def second_pole(law: ExactLaw) -> Amount:
    """The first correction, which at these parameters is that of the second pole of the target."""
    return law.corrections[0]


def _on_diagonal(term: Amount) -> float:
    """The power of d of a term at r = d."""
    return float(term.d + term.r)


def _check_two_powers() -> Verdict:
    evidence = []
    for record in TWO_POWERS:
        law = law_of(record)
        second, named = second_pole(law), [t for t in law.terms.values() if t.name != "F_0"]
        known = [t for t in named if _on_diagonal(t) > _on_diagonal(second)]
        others = [t for t in (*named, *law.corrections[1:]) if t not in known]
        left = law.remainder
        following = max(*map(_on_diagonal, others), float(left[0] + left[1]) if left else -math.inf)
        shares, noise = [], 0.0
        for d in SIZES:
            curve = model_of(record, d).curve([d])
            size = float(second.value) * d ** _on_diagonal(second)
            loss = float(curve.loss[0])
            shares.append((loss - sum(float(t.value) * d ** _on_diagonal(t) for t in known)) / size)
            noise = max(noise, float(curve.error[0]) * loss / abs(size))
        what = f"loss less the larger terms, over the term of the second pole, {record.words}, r = d = {SIZES[-1]:g}"
        rate = _on_diagonal(second) - following
        evidence.append(compare_limit(what, shares, SIZES, rate, noise=noise))
    return judge(evidence, samples=len(SIZES) * len(evidence), precision="float64")


def _check_unions() -> Verdict:
    evidence = []
    for record in UNIONS:
        law = law_of(record)
        level, rate = law.term("F_0"), gap(law)
        shares = [float(model_of(record, d).level) / (float(level.value) * d ** float(level.d)) for d in SIZES]
        what = f"level over its constant times d^({level.d}), {record.words}, d = {SIZES[-1]:g}"
        evidence.append(compare_limit(what, shares, SIZES, rate))
    return judge(evidence, samples=len(SIZES) * len(evidence), precision="float64")


def gap(law: ExactLaw) -> float:
    """Exponent w of the relative correction d^-w to the level: that of the crossover function's end."""
    from ...theory.models.plrf import alpha, beta
    from ...theory.models.plrf.optimum import crossover_gap

    setting = law.setting
    return float(crossover_gap({alpha: setting.alpha, beta: setting.beta}, setting.likeness))


def _two_powers_statement() -> Any:
    from sympy import Eq, Symbol

    second = second_pole(law_of(TWO_POWERS[0]))
    return Eq(Symbol("P_2"), second.constant * Symbol("r", positive=True) ** second.r, evaluate=False)


def _union_statement() -> Any:
    from sympy import Eq, Symbol

    level = law_of(UNIONS[0]).term("F_0")
    return Eq(Symbol("P_infinity"), level.constant * Symbol("d", positive=True) ** level.d, evaluate=False)


REGISTRY.add(
    Claim(
        id="plrf.spectrum.two_powers",
        title="A second power in the spectrum adds its own term to the loss, with its constant",
        kind=Kind.EQUIVALENCE,
        statement=_two_powers_statement,
        assumptions="P_2 is the loss less its larger terms; written for " + TWO_POWERS[0].words,
        order_of_limits="d to infinity with r = d, inside the window; v = infinity",
        source=DERIVED_HERE,
        derived_by="tauber.theory.models.plrf.ExactLaw, tauber.theory.spectra.zeta.TwoPowers",
        measured_by="tauber.numerics.models.plrf.PLRF.curve",
        check=_check_two_powers,
    )
)
REGISTRY.add(
    Claim(
        id="plrf.spectrum.union",
        title="In a union one part makes the capacity and another the target: the level has the exponents of both",
        kind=Kind.EQUIVALENCE,
        statement=_union_statement,
        assumptions="written for " + UNIONS[0].words,
        order_of_limits="r, then d to infinity; v = infinity",
        source=DERIVED_HERE,
        derived_by="tauber.theory.models.plrf.ExactLaw, tauber.theory.spectra.zeta.Union",
        measured_by="tauber.numerics.models.plrf.PLRF.level",
        check=_check_unions,
    )
)
