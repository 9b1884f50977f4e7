r"""Exponents measured on curves, with an uncertainty each.

For the model's own curves `PLRF.slope` and `frontier` return exact derivatives.  Here are the tools for any positive
curve, simulated or measured, and for sequences of exponents:

* `local_slopes`: d log y/d log x by central differences on arbitrary spacing;
* `straight_window`: the longest stretch where the local slope stays within a tolerance, and the line through it;
* `extrapolate`: the limit of exponents measured at sizes in geometric progression, e_k = e + C rho^k + ..., by
  Aitken's Delta^2 process; refused where the differences do not shrink steadily, since then nothing supports the form.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..errors import TauberInputError
from .precision import Array

_STEADY = (0.0, 0.95)  # range of rho = ratio of successive differences in which an extrapolation is sound


@dataclass(frozen=True, eq=False)
class Slopes:
    """Local slopes at the inner points of a curve, absolute uncertainties."""

    x: Array
    values: Array
    error: Array


@dataclass(frozen=True)
class Window:
    """A straight stretch: y ~ x^exponent for start <= x <= stop (`points` of them).

    `error` adds the statistical error of the line to the half range of the local slopes inside.
    """

    exponent: float
    error: float
    start: float
    stop: float
    points: int


@dataclass(frozen=True)
class Limit:
    """An extrapolated exponent, its uncertainty, and the ratio rho of the correction from one size to the next."""

    value: float
    error: float
    ratio: float


def local_slopes(x: object, y: object, error: object = 0.0) -> Slopes:
    """Slopes of log y over log x at the inner points; x increasing, y > 0, shape (n,), n >= 3; `error` relative, of y.

    Three-point formula on unequal spacing (exact for parabolas).  The uncertainty is the propagated error of y plus
    the distance to the chord over both neighbours, a bound for the truncation wherever the curvature changes little
    between points.
    """
    log_x, log_y, sigma = _logs(x, y, error)
    left, right = np.diff(log_x)[:-1], np.diff(log_x)[1:]
    before, after = np.diff(log_y)[:-1] / left, np.diff(log_y)[1:] / right
    weight = right / (left + right)  # of the left chord
    slope = weight * before + (1 - weight) * after
    chord = (log_y[2:] - log_y[:-2]) / (log_x[2:] - log_x[:-2])
    ends = np.hypot(sigma[2:] * (1 - weight) / right, sigma[:-2] * weight / left)
    middle = sigma[1:-1] * abs((1 - weight) / right - weight / left)
    return Slopes(np.exp(log_x[1:-1]), slope, np.hypot(ends, middle) + abs(slope - chord))


def straight_window(x: object, y: object, error: object = 0.0, *, tolerance: float = 0.02) -> Window:
    """The longest stretch in log x whose local slopes agree within `tolerance`, and its weighted least squares line.

    Raises TauberInputError if no three neighbouring slopes agree so well: then there is no power law to report.
    """
    if not (math.isfinite(tolerance) and tolerance > 0):
        raise TauberInputError(f"The tolerance must be positive, got {tolerance}.")
    log_x, log_y, sigma = _logs(x, y, error)
    slopes = local_slopes(x, y, error)
    first, last = _longest(np.log(slopes.x), slopes.values, tolerance)
    if last - first < 2:
        raise TauberInputError(
            f"no three neighbouring local slopes agree within {tolerance}; "
            "allow a larger tolerance or take a longer curve."
        )
    inside = slice(first, last + 3)  # slope i belongs to point i + 1, and leans on both neighbours
    exponent, scatter = _line(log_x[inside], log_y[inside], sigma[inside])
    spread = np.ptp(slopes.values[first : last + 1]) / 2
    start, stop = np.exp(log_x[[first, last + 2]])
    return Window(exponent, float(scatter + spread), float(start), float(stop), last + 3 - first)


def extrapolate(exponents: object, error: object = 0.0) -> Limit:
    """The limit of exponents measured at >= 3 sizes in geometric progression (Aitken), absolute `error` of each.

    The uncertainty is the propagated error plus the distance to the previous extrapolation, or to the last exponent if
    there are only three.  Raises TauberInputError where the differences do not shrink steadily with one sign.
    """
    e = np.atleast_1d(np.asarray(exponents, dtype=float))
    sigma = np.broadcast_to(np.asarray(error, dtype=float), e.shape)
    if e.ndim != 1 or len(e) < 3 or not np.isfinite(e).all():
        raise TauberInputError("An extrapolation needs at least three finite exponents.")
    steps = np.diff(e)[-3:]
    if (steps == 0).any():
        raise TauberInputError("Equal neighbouring exponents leave nothing to extrapolate; take the last one.")
    ratios = steps[1:] / steps[:-1]
    if not ((ratios > _STEADY[0]) & (ratios < _STEADY[1])).all():
        raise TauberInputError(
            f"the differences of the exponents change by factors {np.round(ratios, 3).tolist()}, not steadily between "
            f"{_STEADY[0]} and {_STEADY[1]}; go to larger sizes before extrapolating."
        )
    factors = ratios / (1 - ratios)
    limits = e[-len(ratios) :] + steps[1:] * factors
    other = limits[-2] if len(limits) > 1 else e[-1]
    # derivative of the limit e2 + s1^2/(s0 - s1) with respect to e0, e1, e2, bounded by (1 + factor)^2 each
    amplified = 2 * (1 + factors[-1]) ** 2 * float(np.linalg.norm(sigma[-3:]))
    return Limit(float(limits[-1]), float(abs(limits[-1] - other) + amplified), float(ratios[-1]))


def _logs(x: object, y: object, error: object) -> tuple[Array, Array, Array]:
    a, b = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if (
        a.ndim != 1
        or a.shape != b.shape
        or len(a) < 3
        or not (np.isfinite(a) & np.isfinite(b) & (a > 0) & (b > 0)).all()
    ):
        raise TauberInputError("Slopes need at least three points with finite x > 0 and y > 0.")
    if not (np.diff(a) > 0).all():
        raise TauberInputError("Slopes need x in increasing order, each once.")
    return np.log(a), np.log(b), np.broadcast_to(np.asarray(error, dtype=float), a.shape)


def _longest(position: Array, values: Array, tolerance: float) -> tuple[int, int]:
    """First and last index of the longest run (in `position`) with max - min <= tolerance, by two pointers."""
    best, first = (0, 0), 0
    for last in range(len(values)):
        while np.ptp(values[first : last + 1]) > tolerance:
            first += 1
        if position[last] - position[first] > position[best[1]] - position[best[0]]:
            best = (first, last)
    return best


def _line(x: Array, y: Array, sigma: Array) -> tuple[float, float]:
    """Slope and its standard error; weights 1/sigma^2 if every sigma > 0, else equal, and the residuals' scatter."""
    known = bool((sigma > 0).all())
    weight = 1 / sigma**2 if known else np.ones(len(x))
    centred = x - np.average(x, weights=weight)
    spread = float((weight * centred**2).sum())
    slope = float((weight * centred * y).sum()) / spread
    if known:
        return slope, spread**-0.5
    rest = y - np.average(y) - slope * centred
    return slope, math.sqrt(float((rest**2).sum()) / max(1, len(x) - 2) / spread)
