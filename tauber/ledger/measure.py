"""From local slopes at growing scales to an exponent, with a tolerance that is the size of the next term.

A loss ``c X^-y (1 + c' X^-w + ...)`` has the local slope ``-y - c' w X^-w + ...``: at scales X in equal ratios the
slopes approach the exponent geometrically. Three of them give the limit by Aitken's formula,

    s = s_2 - (s_2 - s_1)^2 / (s_2 - 2 s_1 + s_0),        rate = (s_2 - s_1) / (s_1 - s_0),

without knowing w, and ``|s_k - s|`` is what the next term of the expansion contributes at scale k. The tolerance has
two parts: the size of the next term at the last scale but one (at the last one two corrections may cancel by accident),
and the change of the limit against the one from the scales before, which is what the term after the next contributes.

Where the rate shows no decay (not below 0.9 in size), the scales were not asymptotic and there is no tolerance:
undecided. A negative rate means corrections of both signs; nothing is extrapolated then, and what the slopes have moved
in all stands for the size of the next term. Errors of the slopes are added as Aitken's formula amplifies them; the
larger part of the tolerance is the one that is named.

Slopes may turn: where two corrections of opposite signs decay at different rates three slopes can look settled at a
wrong limit. Where the w are derived, nothing is asked of the slopes but to be a constant and these corrections,

    s_k = -y + a_1 X_k^-w_1 + a_2 X_k^-w_2 + ...,        X_{k+1} = R X_k,     w_1 < w_2 < ... derived, a_i not,

and Richardson's ``s -> (s_{k+1} - R^-w s_k)/(1 - R^-w)``, once for each w, leaves the exponent (`compare_by_rates`). An
exponent that is wrong is wrong by the same amount after each step. The tolerance is what the last two steps change,
the corrections before the first that is left, so that none counts as small by an accident of its sign; what the limit
before the last step still moves from scale to scale; and the errors of the slopes as the steps amplify them. As for
other limits, too large a tolerance decides nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .claim import Comparison, Series

# Exponents 0.05 apart must be told apart, so a tolerance above half of that decides nothing.
EXPONENT_RESOLUTION = 0.025
SLOWEST_RATE = 0.9

CERTIFIED = "balls"
"""Arithmetic of certified evidence."""

# A constant is told from one that is two percent off.
CONSTANT_RESOLUTION = 0.02

EXTRAPOLATED = "size of the next two terms of the expansion, from the decay of the slopes"
AMPLIFIED = "errors of the slopes, as the extrapolation amplifies them: the next two terms of the expansion are smaller"
MOVED = "total change of the slopes over the scales: corrections of both signs"
SETTLED = "errors of the solver: the slopes have stopped moving"
UNSETTLED = "none: the slopes do not settle at these scales"


@dataclass(frozen=True)
class Limit:
    """Limit of local slopes, the size of the next term, and how that was found."""

    value: float
    next_term: float
    because: str


def limit_of(slopes: Iterable[float], errors: Iterable[float]) -> Limit:
    """Extrapolate the last four of several slopes at scales in equal ratios.

    Parameters
    ----------
    slopes, errors
        At least four slopes with their absolute errors, at increasing scales.

    Examples
    --------
    >>> found = limit_of([0.5 + 0.1 * 0.4**k for k in range(4)], [0.0] * 4)
    >>> round(found.value, 12), round(found.next_term, 12)
    (0.5, 0.016)
    """
    *before, first, second, third = [float(slope) for slope in slopes]
    noise = max([float(error) for error in errors][-4:])
    previous = _aitken(before[-1], first, second)
    moved = abs(second - first) + abs(third - second)
    rate = _rate(first, second, third)
    if moved <= 4 * noise:
        return Limit(third, 4 * noise, SETTLED)
    if not abs(rate) < SLOWEST_RATE:
        return Limit(third, math.inf, UNSETTLED)
    if rate <= 0:
        return Limit(third, moved + abs(third - previous) + noise, MOVED)
    value = _aitken(first, second, third)
    size, amplified = abs(second - value) + abs(value - previous), 4 * noise / (1 - rate) ** 2
    return Limit(value, size + amplified, EXTRAPOLATED if size >= amplified else AMPLIFIED)


def _rate(first: float, second: float, third: float) -> float:
    return (third - second) / (second - first) if second != first else math.inf


def _aitken(first: float, second: float, third: float) -> float:
    """Limit of three slopes; the last of them where they do not decay geometrically."""
    rate = _rate(first, second, third)
    return third + (third - second) * rate / (1 - rate) if 0 < rate < SLOWEST_RATE else third


SCALE = "scale"
"""Of a series: what its scales are, where its claim has no letter for it."""


def compare_exponent(
    what: str, derived: float, slopes: Iterable[float], errors: Iterable[float], scales: Iterable[float] = (),
    *, over: str = SCALE,
) -> Comparison:  # fmt: skip
    """Set a derived exponent beside the limit of measured slopes; with their `scales`, they are its series.

    >>> slopes = [0.5 + 0.1 * 0.4**k for k in range(4)]
    >>> compare_exponent("slope", 0.5, slopes, [1e-9] * 4).outcome.value
    'verified'
    >>> compare_exponent("slope", 0.55, slopes, [1e-9] * 4).outcome.value
    'refuted'
    """
    values, at = tuple(map(float, slopes)), tuple(map(float, scales))
    limit = limit_of(values, errors)
    series = Series(over, at, values, float(derived), (limit.next_term,) * len(at)) if at else None
    return Comparison(what, float(derived), limit.value, limit.next_term, limit.because, EXPONENT_RESOLUTION, series)


DERIVED = "what taking out the last two derived corrections changes and the scales still move; errors, amplified"


def compare_by_rates(
    what: str, derived: float, values: Sequence[float], errors: Sequence[float], ratio: float, rates: Sequence[float],
    *, resolution: float = EXPONENT_RESOLUTION,
) -> Comparison:  # fmt: skip
    """Set a derived limit beside values from which corrections of derived rates are taken out, one after the other.

    Parameters
    ----------
    values, errors
        Slopes, or logs of what tends to a constant, with their absolute errors, at scales in the same ratio, one more
        than rates at least.
    ratio
        Of neighbouring scales.
    rates
        The w of two corrections ``scale^-w`` or more, the least first.
    resolution
        The tolerance above which nothing is decided.

    Examples
    --------
    >>> slopes = [0.5 + 0.2 * 0.5**k - 0.3 * 0.3**k for k in range(1, 5)]  # turns: .51, .523, .5169, .51007
    >>> rates = [-math.log(x) / math.log(1e3) for x in (0.5, 0.3, 0.2)]
    >>> compare_by_rates("slope", 0.5, slopes, [1e-9] * 4, 1e3, rates).outcome.value
    'verified'
    >>> compare_by_rates("slope", 0.51, slopes, [1e-9] * 4, 1e3, rates).outcome.value
    'refuted'
    """
    rows, noise = [[float(x) for x in values]], [float(x) for x in errors]
    for rate in rates:
        share = ratio**-rate
        rows.append([(after - share * before) / (1 - share) for before, after in pairwise(rows[-1])])
        noise = [(after + share * before) / (1 - share) for before, after in pairwise(noise)]
    *_, third, second, last = rows
    changed = abs(last[-1] - second[-1]) + abs(second[-1] - third[-1]) + abs(second[-1] - second[-2])
    return Comparison(what, float(derived), last[-1], changed + noise[-1], DERIVED, resolution)


SOLVER = "errors of the solver"
FINE = 1e-6
"""The coarsest relative error at which an identity is still tested."""

EXACT = "none: no exception is allowed"


def exactly(what: str, found: float) -> Comparison:
    """A count of exceptions, or an exact difference, which must be zero."""
    return Comparison(what, 0.0, float(found), 0.0, EXACT, 0.0)


def slopes_of(
    values: Sequence[float], errors: Sequence[float], scales: Sequence[float]
) -> tuple[list[float], list[float], list[float]]:
    """Slopes of log |value| against log x between neighbouring scales, their absolute errors, and where each ends.

    >>> slopes_of([1.0, 1.0], [0.0, 0.0], [1.0, 100.0])
    ([0.0], [0.0], [100.0])
    """
    found, uncertain = [], []
    for k in range(1, len(scales)):
        span = math.log(scales[k] / scales[k - 1])
        found.append(math.log(values[k] / values[k - 1]) / span)
        uncertain.append((abs(errors[k] / values[k]) + abs(errors[k - 1] / values[k - 1])) / span)
    return found, uncertain, [float(x) for x in scales[1:]]


REMAINDER = "largest deviation from 1 at the scales before, shrunk like the stated remainder; twice that"


def compare_limit(
    what: str, shares: Sequence[float], scales: Sequence[float], rate: float,
    *, noise: float = 1e-9, limit: float = 1.0, logs: int = 0, over: str = SCALE,
) -> Comparison:  # fmt: skip
    """Set measured numbers over derived ones beside one, which they reach like ``scale^-rate (log scale)^logs``.

    Where they are so close to one that float64 cannot tell, give them minus one, and ``limit=0``.

    Parameters
    ----------
    what
        The quantity at the last scale.
    shares, scales
        Measured over derived, at increasing scales.
    rate, logs
        Exponents of the stated remainder.
    noise
        Error of the numbers themselves.
    limit
        What the shares tend to.
    over
        What the scales are of.

    Examples
    --------
    >>> compare_limit("x", [1.1, 1.01, 1.001], [1e2, 1e4, 1e6], 0.5).outcome.value
    'verified'
    >>> compare_limit("x", [1.1, 1.02, 1.011], [1e2, 1e4, 1e6], 0.5).outcome.value
    'refuted'
    """
    shrunk = [(scales[-1] / x) ** -rate * (math.log(scales[-1]) / math.log(x)) ** logs for x in scales[:-1]] + [1.0]
    next_term = 2 * max(abs(x - limit) * part for x, part in zip(shares[:-1], shrunk, strict=False))
    band = tuple(float(next_term / part + noise) for part in shrunk)
    series = Series(over, tuple(map(float, scales)), tuple(map(float, shares)), limit, band)
    return Comparison(what, limit, float(shares[-1]), band[-1], REMAINDER, CONSTANT_RESOLUTION, series)


def with_certified(make: Callable[[], list[Comparison]]) -> tuple[list[Comparison], str]:
    """Certified evidence beside other evidence, and a note where it is left out for want of its library."""
    from ..numerics.errors import MissingLibrary

    try:
        return make(), "the certified comparisons are proved"
    except MissingLibrary as error:
        return [], f"certified evidence is left out: {error}"
