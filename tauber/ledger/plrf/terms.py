"""Claims: the exponents in d and r of each term of the PLRF loss, measured where that term dominates.

The path r = d^s on which a term leads the others by the largest power of d follows from the derived exponents. Along
it the two local slopes of the loss, in d at fixed r and in r at fixed d, tend to the exponents of the term. The level
F_0 is measured at r = infinity, where it is all that remains.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

from ..claim import Comparison, Kind
from ..measure import compare_exponent
from ..papers import LEVEL, SIGN_LEVEL, TERMS, WANG_KERNEL, WANG_LEVEL
from ..source import stated
from ..topic import topic
from .probe import LIMITS_IN_WINDOW, LIMITS_OF_LEVEL, Probe, best_path

if TYPE_CHECKING:
    from ...numerics.models.plrf import PLRF
    from ...theory.models.plrf import Derivation

SIZES = (1e4, 1e6, 1e8, 1e10, 1e12)

# Weights of a first derivative on seven points, order 6, and on five, order 4 (B. Fornberg, Math. Comp. 51, 1988).
_SIXTH = (-1 / 60, 9 / 60, -45 / 60, 0.0, 45 / 60, -9 / 60, 1 / 60)
_FOURTH = (0.0, 1 / 12, -8 / 12, 0.0, 8 / 12, -1 / 12, 0.0)
_STEP = 0.1  # in log d


PROBES = {
    "F_0": (
        Probe(Fraction(3, 2), Fraction(1, 4), math.inf),
        Probe(Fraction(3, 2), Fraction(1), math.inf),
        Probe(Fraction(3, 10), Fraction(7, 20), 10.0),
        Probe(Fraction(2, 5), Fraction(1), 10.0),
    ),
    "F_pp": (
        Probe(Fraction(3, 2), Fraction(1, 4), math.inf),
        Probe(Fraction(3, 2), Fraction(1), math.inf),
        Probe(Fraction(3, 10), Fraction(7, 20), 10.0),
    ),
    "F_ac": (Probe(Fraction(3, 2), Fraction(2), math.inf), Probe(Fraction(2), Fraction(3, 2), math.inf)),
    "K_pp": (
        Probe(Fraction(3, 2), Fraction(3), math.inf),
        Probe(Fraction(2), Fraction(4), math.inf),
        Probe(Fraction(2, 5), Fraction(2), 2.0),
    ),
}


def path(derived: Derivation, name: str) -> tuple[float, float]:
    """Give the s for which a term leads by the largest power of d on r = d^s, and that power.

    It must lead the other terms, and the time t = gamma r itself must be large, so the start of the window counts as
    one more competitor.

    Raises
    ------
    ValueError
        If the term leads nowhere in the window at this point.
    """
    lines = {term.name: (float(term.d), float(term.r)) for term in derived.terms if term.present}
    start, end = window(derived)

    def lead(s: float) -> float:
        own = lines[name][0] + s * lines[name][1]
        return min(s - start, own - max(d + s * r for other, (d, r) in lines.items() if other != name))

    best, by = best_path(start, end - start, lead) if name in lines else (start, 0.0)
    if by <= 0:
        raise ValueError(f"{name} leads nowhere at alpha = {derived.alpha}, beta = {derived.beta}")
    return best, by


def window(derived: Derivation) -> tuple[float, float]:
    """The s between which gamma r runs from 1 to d^(2 alpha) on r = d^s."""
    from ...theory.models.plrf import alpha
    from ...theory.models.plrf.model import expansion

    at = {alpha: derived.alpha}
    step = max(float(limit.subs(at)) for limit in expansion().step_limits)
    return step, step + float(expansion().edge.subs(at))


def _slope_in_d(probe: Probe, d: float, time: float | None) -> tuple[float, float]:
    """D log P/d log d at fixed r (at r = infinity for None), and the disagreement of two stencils."""
    logs = [math.log(_loss(probe.model(d * math.exp(k * _STEP)), time)) for k in range(-3, 4)]
    sixth, fourth = (sum(w * y for w, y in zip(weights, logs, strict=True)) / _STEP for weights in (_SIXTH, _FOURTH))
    return sixth, abs(sixth - fourth)


def _loss(model: PLRF, time: float | None) -> float:
    return float(model.level) if time is None else float(model.curve([time]).loss[0])


def _slopes_on_path(probe: Probe, s: float) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """Slopes in d and in r with their errors, for every size on the path r = d^s."""
    in_d: list[tuple[float, float]] = []
    in_r: list[tuple[float, float]] = []
    for d in SIZES:
        slope = probe.model(d).slope([d**s])
        in_d.append(_slope_in_d(probe, d, d**s))
        in_r.append((float(slope.values[0]), float(slope.error[0])))
    return in_d, in_r


def _compare(what: str, exact: Any, measured: Sequence[tuple[float, float]]) -> Comparison:
    slopes, errors = zip(*measured, strict=True)
    return compare_exponent(what, float(exact), slopes, errors, SIZES, over="d")


def compare_term(probe: Probe, name: str) -> list[Comparison]:
    """Set the derived powers of d and r of a term beside those measured where it leads.

    Raises
    ------
    ValueError
        If the term leads nowhere in the window at this point.
    """
    from ...theory.models.plrf import derive

    derived = derive(probe.alpha, probe.beta)
    term = next(term for term in derived.terms if term.name == name)
    if name == "F_0":
        return [_compare(f"power of d in the level at {probe}", term.d, [_slope_in_d(probe, d, None) for d in SIZES])]
    s, lead = path(derived, name)
    in_d, in_r = _slopes_on_path(probe, s)
    where = f"at {probe}, r = d^{s:.3g}, where it leads by d^{lead:.2g}"
    return [_compare(f"power of d {where}", term.d, in_d), _compare(f"power of r {where}", term.r, in_r)]


def _check(name: str) -> Iterator[Comparison]:
    for probe in PROBES[name]:
        yield from compare_term(probe, name)


def _statement(name: str) -> Any:
    from ...theory.models.plrf import terms

    return next(term.law for term in terms() if term.name == name)


_TITLES = {
    "F_0": "Level at infinity: what d features cannot express",
    "F_pp": "Population bias: gradient flow on infinitely many features",
    "F_ac": "Embedding bias: the spectrum distorted by d features",
    "K_pp": "Noise of SGD",
}
_SOURCES = {
    "F_0": stated(LEVEL, WANG_LEVEL, SIGN_LEVEL),
    "F_pp": stated(TERMS, WANG_LEVEL),
    "F_ac": stated(TERMS, WANG_LEVEL),
    "K_pp": stated(TERMS, WANG_KERNEL),
}
claim = topic(
    "plrf.term",
    kind=Kind.EXPONENT,
    assumptions="where the term dominates; batch and v/d fixed, step size a fixed part of its stability limit",
    derived_by="tauber.theory.models.plrf.terms",
)
for _name, _title in _TITLES.items():
    claim(
        _name,
        f"{_title}: exponents in d and r",
        partial(_statement, _name),
        samples=len(SIZES) * len(PROBES[_name]),
        source=_SOURCES[_name],
        order_of_limits=LIMITS_OF_LEVEL if _name == "F_0" else LIMITS_IN_WINDOW,
        measured_by=f"tauber.numerics.models.plrf.PLRF.{'level' if _name == 'F_0' else 'slope'}",
    )(partial(_check, _name))
