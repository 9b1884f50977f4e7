"""Claims: the crossover function is the limit of the solver at t = x d^(2 alpha); its series is the contour integral.

The first is measured in every phase, at three places x and at growing d; the distance falls like d^-w with the derived
w. The second compares two derived forms with each other: a convergent series, logarithms included, and an integral.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from typing import Any

from ..claim import Comparison, Kind
from ..measure import compare_limit
from ..topic import equation, topic
from ..typed import typed
from .exact import DERIVED_HERE, ExactProbe

SIZES = (1e8, 1e11, 1e14)
PLACES = (0.05, 1.0, 8.0)

SERIES_PLACES = ("1e-3", "1e-5")
SERIES_BOUND = Fraction(3, 2)
SERIES_DIGITS = 20


def _narrow(alpha: str, beta: str, strength: str, ratio: int) -> ExactProbe:
    return ExactProbe(Fraction(alpha), Fraction(beta), strength=Fraction(strength), ratio=Fraction(ratio))


PROBES = {
    "Ia": ExactProbe(Fraction(81, 100), Fraction(29, 100)),
    "II": ExactProbe(Fraction(83, 100), Fraction(71, 100), batch=2),
    "III": ExactProbe(Fraction(71, 100), Fraction(113, 100), ratio=Fraction(4)),
    "Ib": _narrow("3/10", "7/20", "1/2", 10),
    "Ic": _narrow("3/20", "9/10", "1/2", 4),
    "IVa": _narrow("2/5", "1", "1/2", 10),
    "IVb": _narrow("27/100", "9/10", "1/2", 4),
}
LOGARITHMS = {
    "quarter": (_narrow("1/4", "9/10", "1/2", 4), "alpha = 1/4: a logarithm in the kernel"),
    "end": (_narrow("3/10", "1/5", "1/2", 4), "alpha + beta = 1/2: the loss falls like a logarithm"),
}


def compare_crossover(probe: ExactProbe, x: float) -> Comparison:
    """Set the loss at t = x d^(2 alpha) beside the crossover function."""
    law = probe.law()
    scale = float(law.crossover.value(x)) * float(law.evaluate(law.crossover_amplitude))
    shares = []
    for d in SIZES:
        model = probe.model(d)
        time = x * d ** (2 * float(probe.alpha)) / (2 * float(model.step_size) * probe.batch)
        shares.append(float(model.curve([time]).loss[0]) / (scale * d ** float(law.crossover.d_exponent)))
    what = f"loss over crossover function at x = {x:g}, {probe}, d = {SIZES[-1]:g}"
    return compare_limit(what, shares, SIZES, probe.gap())


def compare_series(probe: ExactProbe) -> Comparison:
    """Set the contour integral beside the series at small x."""
    from ...theory.models.plrf.crossover_series import SmallTime

    crossover = probe.law().crossover
    series = SmallTime(crossover, SERIES_BOUND)
    shares = [float(crossover.value(x, SERIES_DIGITS) / series.value(x, SERIES_DIGITS) - 1) for x in SERIES_PLACES]
    scales = [1 / float(x) for x in SERIES_PLACES]
    # relative to the largest power at the start
    rate = float(SERIES_BOUND - min(term[0] for term in series.terms))
    what = f"contour integral over {len(series.terms)} terms of the series minus 1, x = {SERIES_PLACES[-1]}, {probe}"
    return compare_limit(what, shares, scales, rate, noise=1e-17, limit=0.0)


def _integral(probe: ExactProbe) -> Any:
    from sympy import Symbol

    crossover = probe.law().crossover
    ridge = equation("y", Symbol("k") * (1 - crossover.modes.expression))
    return equation("Psi", crossover.contour_integral(), Symbol("x")), ridge


claim = topic(
    "plrf",
    kind=Kind.EQUIVALENCE,
    source=DERIVED_HERE,
    derived_by="tauber.theory.models.plrf.crossover_series.SmallTime",
    measured_by="tauber.theory.models.crossover.Crossover.value",
)


def _check(probe: ExactProbe) -> Iterator[Comparison]:
    return (compare_crossover(probe, x) for x in PLACES)


for _name, _probe in PROBES.items():
    claim(
        f"crossover.{_name}",
        f"Phase {_name}: the loss at t ~ d^(2 alpha) is the crossover function",
        partial(_integral, _probe),
        each=len(SIZES),
        assumptions="the scaling function of the loss at one rational point; remainder d^-w, w the least of "
        "|1 - 2 beta|, |1 - 2 alpha|, 1, 2 alpha",
        order_of_limits="d to infinity at fixed x = t d^(-2 alpha), v/d and step size (times trace) fixed",
        derived_by="tauber.theory.models.crossover.Crossover",
        measured_by="tauber.numerics.models.plrf.PLRF.curve",
    )(partial(_check, _probe))


@claim(
    "crossover.series",
    "The series of the crossover function is its contour integral",
    typed("Psi(x) = Sum(c(m)*x^e(m)*log(x)^k(m), (m, 1, oo))"),
    each=len(SERIES_PLACES),
    precision=f"{SERIES_DIGITS} digits",
    kind=Kind.IDENTITY,
    assumptions="rational exponents off 2 alpha = 1 and 2 beta = 1; convergent for every x > 0; the sum to x^3/2 is "
    "compared at small x",
    order_of_limits="none: both sides are functions of x alone",
)
def _check_series() -> Iterator[Comparison]:
    return (compare_series(PROBES[name]) for name in ("Ia", "Ib", "Ic", "IVa", "IVb"))


def _leading_series(probe: ExactProbe) -> Any:
    """The terms of the series up to x^0."""
    from sympy import Add, Order, Rational, Symbol, log

    from ...theory.models.plrf.crossover_series import SmallTime

    x = Symbol("x", positive=True)
    exact = SmallTime(probe.law().crossover, Fraction(1)).exact()
    terms = [(e, c * x ** Rational(e) * log(x) ** power) for e, power, c in exact]
    rest = min(e for e, _, _ in exact if e > 0)
    largest = max(power for e, power, _ in exact if e == rest)
    size = x ** Rational(rest)
    shown = Add(*(term for e, term in terms if e <= 0))
    return equation("Psi", shown + Order(size * log(x) ** largest, x), x)


def _check_logarithm(probe: ExactProbe) -> Iterator[Comparison]:
    """The series with its logarithm against the contour, and the contour against the solver."""
    yield compare_series(probe)
    yield from _check(probe)


for _name, (_probe, _title) in LOGARITHMS.items():
    claim(
        f"log.{_name}",
        _title,
        partial(_leading_series, _probe),
        samples=len(SERIES_PLACES) + len(SIZES) * len(PLACES),
        precision=f"{SERIES_DIGITS} digits, and float64",
        assumptions="the crossover function at one rational point on the line",
        order_of_limits="d to infinity at fixed x = t d^(-2 alpha), then x to 0",
        measured_by="tauber.theory.models.crossover.Crossover.value, tauber.numerics.models.plrf.PLRF.curve",
    )(partial(_check_logarithm, _probe))
