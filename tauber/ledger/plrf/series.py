"""Claims: the window series and the level series reach the loss to their stated remainder, logarithms included.

The series are summed with 20 digits and compared with the solver at 20 digits: along r = d^alpha, in the middle of the
window, for the first, and at r = infinity for the second. What is left out is a power of d that follows from the cut.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

from ..claim import Comparison, Kind
from ..measure import compare_limit
from ..topic import topic
from ..typed import typed
from .exact import DERIVED_HERE, ExactProbe

if TYPE_CHECKING:
    from ...theory.models.plrf.constants import Constants
    from ...theory.models.plrf.level import Level
    from ...theory.models.plrf.window import Window

DIGITS = 20
ORDER, BOUND = 2, Fraction(2)
NOISE = 1e-18

WINDOW_SIZES = (1e5, 1e7, 1e10)
LEVEL_SIZES = (1e3, 1e4, 1e6)

PROBES = (ExactProbe(Fraction(7, 10), Fraction(3, 10)), ExactProbe(Fraction(1), Fraction(4, 5), batch=2))
HALF_BETA = (ExactProbe(Fraction(1), Fraction(1, 2), batch=2),)
RESONANCE = (ExactProbe(Fraction(7, 10), Fraction(6, 5)),)


def _constants(probe: ExactProbe, series: Window | Level) -> Constants:
    from ...theory.models.plrf.constants import Constants

    setting = probe.law().setting
    return Constants(series.spectrum, series.poles, series.names, setting.gamma, setting.batch)


def compare_window(probe: ExactProbe) -> Comparison:
    """Set the loss in the middle of the window beside the window series."""
    from ...theory.algebra.number import number
    from ...theory.models.plrf.window import Window

    window = Window(probe.law().spectrum, ORDER, BOUND)
    constants = _constants(probe, window)
    ctx = constants.context(DIGITS)
    sizes = [(constants.polynomial(term.coefficient, DIGITS) * number(ctx, term.factor), term) for term in window.terms]
    shares = []
    for d in WINDOW_SIZES:
        r = round(d ** float(probe.alpha))
        model = probe.model(d, DIGITS)
        t = 2 * ctx.mpf(str(model.step_size)) * probe.batch * r
        derived = sum(
            c * ctx.mpf(d) ** -term.i * t ** -_real(ctx, term.e + 1) * ctx.log(t) ** term.log for c, term in sizes
        )
        shares.append(ctx.mpf(str(model.curve([r]).loss[0])) / derived)
    least = min(2 * probe.alpha, 2 * probe.alpha + 2 * probe.beta - 1)
    # what is left out, at the two ends of the window; in its middle the geometric mean of both
    rest = min((ORDER + 1 + least) / 2, (BOUND + 1) * probe.alpha)
    rate = float(rest - min(term.weight for term in window.terms))
    what = f"loss over {len(sizes)} terms of the window series at {probe}, d = {WINDOW_SIZES[-1]:g}, r = d^alpha"
    return _compare(what, shares, WINDOW_SIZES, rate, max(term.log for term in window.terms))


def compare_level(probe: ExactProbe) -> Comparison:
    """Set the level at infinity beside the level series."""
    from ...theory.models.plrf.level import Level

    level = Level(probe.law().spectrum, int(BOUND * 2 * probe.alpha), BOUND)
    constants = _constants(probe, level)
    ctx = constants.context(DIGITS)
    shares = []
    for d in LEVEL_SIZES:
        x = (constants.value(level.leading, DIGITS) / ctx.mpf(d)) ** (1 / constants.value("s0", DIGITS))
        derived = sum(
            constants.polynomial(term.coefficient, DIGITS)
            * ctx.mpf(d) ** -term.i
            * x ** _real(ctx, term.e)
            * ctx.log(x) ** term.log
            for term in level.terms
        )
        shares.append(ctx.mpf(str(probe.model(d, DIGITS).level)) / derived)
    rate = float(BOUND * 2 * probe.alpha - level.terms[0].weight)
    what = f"level over {len(level.terms)} terms of its series at {probe}, d = {LEVEL_SIZES[-1]:g}"
    return _compare(what, shares, LEVEL_SIZES, rate, max(term.log for term in level.terms))


def _real(ctx: Any, value: Fraction) -> Any:
    return ctx.mpf(value.numerator) / value.denominator


def _compare(what: str, shares: list[Any], sizes: tuple[float, ...], rate: float, logs: int) -> Comparison:
    """The deviations lie far below float64, so they are set beside zero."""
    return compare_limit(what, [float(share - 1) for share in shares], sizes, rate, noise=NOISE, limit=0.0, logs=logs)


def _check(comparisons: Sequence[Callable[[ExactProbe], Comparison]], probes: Sequence[ExactProbe]) -> list[Comparison]:
    return [compare(probe) for compare in comparisons for probe in probes]


_SERIES = (
    "P(r) = Sum(c(m)*d^-i(m)*t^(-e(m) - 1)*log(t)^k(m), (m, 1, K)) + rest(t, d)",
    f"i(m) <= {ORDER}", f"e(m) + i(m)/(2*alpha) <= {BOUND}",
)  # fmt: skip
_REST = f"; the rest is smaller than d^-{ORDER + 1} at the start of the window, t^-{BOUND + 1} at its end"
_WHERE = "2 alpha > 1, v = infinity, a stable step size; rational exponents"
_BOTH = (compare_window, compare_level)
claim = topic(
    "plrf",
    kind=Kind.EQUIVALENCE,
    assumptions=_WHERE,
    order_of_limits="d to infinity, with r = d^alpha in the window, or r = infinity first for the level",
    source=DERIVED_HERE,
    derived_by="tauber.theory.models.plrf.window.Window, tauber.theory.models.plrf.level.Level",
    measured_by="tauber.numerics.models.plrf.PLRF at 20 digits",
)
for _name, _title, _statement, _comparisons, _probes in (
    (
        "series.window",
        "The loss inside the window is its series, to the stated remainder",
        typed(*_SERIES),
        (compare_window,),
        PROBES,
    ),
    (
        "series.level",
        "The level at infinity is its series, to the stated remainder",
        typed(
            "P_infinity = Sum(c(m)*d^-i(m)*x^e(m)*log(x)^k(m), (m, 1, K)) + rest(x)",
            f"rest(x)/x^{BOUND} -> 0 as x -> 0",
            "x = (A/d)^(2*alpha)",
        ),
        (compare_level,),
        PROBES,
    ),
    (
        "log.half_beta",
        "2 beta = 1: logarithms in the level, the embedding term and the noise",
        typed(*_SERIES, "2*beta = 1"),
        _BOTH,
        HALF_BETA,
    ),
    (
        "log.resonance",
        "2 beta = 1 + 2 alpha n: logarithms in the corrections",
        typed(*_SERIES, "2*beta = 1 + 2*alpha*j"),
        _BOTH,
        RESONANCE,
    ),
):
    _where = _WHERE + _REST * (_comparisons != (compare_level,))
    claim(_name, _title, _statement, each=3, precision=f"{DIGITS} digits", assumptions=_where)(
        partial(_check, _comparisons, _probes)
    )
