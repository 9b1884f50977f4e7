r"""Real nodes for the two measures: sums over all eigenvalues as sums over a few hundred points.

What one-pass training asks of the eigenvalues x are sums of functions h like x e^(-2 x t), bounded in the half plane
Re x > 0 but not beyond.  In the variable u = log(x/(top - x)) that half plane becomes the strip |Im u| < pi/2 (for |x -
top/2| < top/2, where one step of stable SGD contracts), in which h is known from its values at equidistant points,

    h(u) = sum_i h(u_i) S(u - u_i),      S(v) = sin(pi v/s)/(pi v/s) e^(-v^2/(2 width^2)),

up to the truncation e^(-reach^2/(2 width^2) + growth reach) and the aliasing e^(-pi^2/(2 s) + (pi/2)^2/(2 width^2)) of
the sinc series (damped by a Gaussian so that it is local: every scale of x keeps its own relative accuracy; `growth`:
how steeply measure and h may change with u, as powers of x).  Hence

    sum_x h(x) = sum_i weight_i h(x_i),      weight_i = sum_x S(u(x) - u_i),

a quadrature with **real nodes and real weights**, exact to the same size for point masses and for densities, whatever
the measure.  S is entire, so the weights come from the lens (`lens.py`); there it has grown by e^(pi angle/s), which is
what the round-off of the weights is magnified by.  Compared with the lens itself: fewer nodes, real arithmetic, and
nothing that grows where momentum makes h oscillate (h then grows off the axis like e^(rate |Im u|), and the spacing s
allows for that `rate`).

Error estimate: the points halfway between make a second rule, whose aliasing has the opposite sign.  What a user of the
nodes computes, he computes with both, and takes the difference; what they have in common, round-off and the lens, is
`error`: its size by design, and what is measured against exact values, Re of kappa-sums at +-i y, whose functions
x^2/(x^2 + y^2) are singular where the strip ends.

A search needs one rule only, and fewer digits of it: `rough_rule` has fewer nodes, and less than half of the lens,
whose step is theirs and whose angle is wider for that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from ...core.precision import FLOAT64, Array, Precision
from ...core.spectrum import Spectrum
from ...errors import TauberInputError
from .lens import Lens, Support, lens, ridge_by_model, support

_DIGITS = 27.5  # truncation and aliasing are e^-this, 1e-12
_ROUGH = 25.0  # the same in searches, where it makes about 1e-9 of a loss
_GROWTH = 3.0  # alpha >= 1/6 in full; steeper measures lose a few digits, which the error estimate sees
_WIDTH = 0.5  # of the Gaussian; 0.4 to 0.7 need about the same number of nodes
_ANGLE = 0.4  # of the lens at least: below it the spectrum's blocks lose digits, far above it the weights do
_EDGE = 1.25  # top over the upper edge, where steps leave room


@dataclass(frozen=True, eq=False)
class Nodes:
    """Eigenvalues, exact or as a quadrature.

    Attributes
    ----------
    x : array of shape (n,)
        eigenvalues, descending or not, all > 0.
    modes : array of shape (n,)
        how many eigenvalues each stands for (of either sign in a quadrature).
    power : array of shape (n,)
        the target's power c^2 on them.
    floor : F_0, the target's power on none of them
    error : relative error estimate of the sums, but for what two rules differ by
    """

    x: Array
    modes: Array
    power: Array
    floor: float
    error: float

    @classmethod
    def from_eigenvalues(cls, eigenvalues: object, power: object, floor: float) -> Nodes:
        """An explicit small spectrum, shapes (n,): every eigenvalue one mode; see `GivenDraw`."""
        x, c = np.asarray(eigenvalues, dtype=float), np.asarray(power, dtype=float)
        good = x.ndim == 1 and x.shape == c.shape and len(x) and bool((x > 0).all() and (c >= 0).all()) and floor >= 0
        if not (good and np.isfinite(x + c).all() and math.isfinite(floor)):
            raise TauberInputError(
                "Eigenvalues > 0, powers >= 0, as many of each, and a floor >= 0 were expected; change them "
                "(`eigenvalues`, `power`, `floor`)."
            )
        return cls(x, np.ones_like(x), c, float(floor), 4 * float(FLOAT64.eps))


def two_rules(spectrum: Spectrum, d: float, *, top: float = math.inf, rate: float = 0.0) -> tuple[Nodes, Nodes]:
    """Two equally good sets of nodes for `d` features (finite, fewer than modes), for a value and its error.

    `top`: a bound beyond which functions are not bounded, 2/(gamma (B+1)) for steps gamma; it must lie right of the
    eigenvalues.  `rate`: how many times faster than x^(+-i) functions oscillate in log x.
    """
    return _rules(spectrum, d, *_placed(spectrum, d, top), rate)


def rough_rule(spectrum: Spectrum, d: float, *, top: float = math.inf, rate: float = 0.0) -> Nodes:
    """As `two_rules`, one set of fewer nodes, which err by about 1e-9; its `error` is only what is by design."""
    return _rough(spectrum, d, *_placed(spectrum, d, top), rate)


def _placed(spectrum: Spectrum, d: float, top: float) -> tuple[Support, float]:
    """The support, and where the lens ends."""
    _check(spectrum.ctx, d, spectrum.size)
    limits = support(spectrum, d)
    if not top > limits.high:
        raise TauberInputError(
            f"The eigenvalues reach to {limits.high:.6g}, but functions only to {top:.6g}; lower the step size "
            "(`step_size`)."
        )
    return limits, min(_EDGE * limits.high, math.sqrt(top * limits.high))


@lru_cache(maxsize=16)
def _rules(spectrum: Spectrum, d: float, limits: Support, top: float, rate: float) -> tuple[Nodes, Nodes]:
    """Kept, because searches come back to a size with other schedules and step sizes, most of which share `top`."""
    rules, error = _sets(spectrum, d, limits, top, rate, _DIGITS, 2)
    error += _exact_difference(spectrum, d, limits, rules)
    even, odd = (replace(rule, error=error) for rule in rules)
    return even, odd


@lru_cache(maxsize=16)
def _rough(spectrum: Spectrum, d: float, limits: Support, top: float, rate: float) -> Nodes:
    (rule,), error = _sets(spectrum, d, limits, top, rate, _ROUGH, 1)
    return replace(rule, error=error)


def _sets(
    spectrum: Spectrum, d: float, limits: Support, top: float, rate: float, digits: float, count: int
) -> tuple[list[Nodes], float]:
    """So many sets of nodes with these digits, between each other, from one lens; its error and what is by design."""
    spacing = math.pi * (math.pi / 2) / (digits + (math.pi / 2 / _WIDTH) ** 2 / 2 + rate * math.pi / 2)
    reach = _WIDTH * (_WIDTH * _GROWTH + math.sqrt(2 * digits + (_WIDTH * _GROWTH) ** 2))
    first = math.log(limits.low / (top - limits.low)) - reach
    last = math.log(limits.high / (top - limits.high)) + reach
    places, step = math.ceil((last - first) / spacing), spacing / count
    side = count * math.ceil(reach / spacing)  # points of the lens beyond the first and the last node
    log = first + step * np.arange(-side, count * (places + 1) + side)
    angle = max(_ANGLE, digits * step / (2 * math.pi))
    arc = lens(spectrum, d, limits.ridge_zero, log, top, angle)
    growth = math.exp(math.pi * angle / spacing + (angle / _WIDTH) ** 2 / 2)
    design = 4 * (math.exp(-digits) + float(FLOAT64.eps) * growth)
    return [_rule(arc, spacing, side, shift, count, top) for shift in range(count)], design + arc.error


def _check(ctx: Precision, d: float, size: float) -> None:
    if ctx is not FLOAT64:
        raise TauberInputError("Training that changes with time is solved in float64; leave out `precision`.")
    if not (math.isfinite(d) and d < size):
        raise TauberInputError(
            f"Finitely many features, fewer than modes, were expected, got d = {d:g}, v = {size:g}; change `d`."
        )


def _rule(arc: Lens, spacing: float, side: int, shift: int, count: int, top: float) -> Nodes:
    """The nodes at every `count`-th point of the lens: weight_i = Re sum_k weight_k S(u_k - u_i)."""
    offset = spacing / count * np.arange(-side, side + 1) + 1j * arc.log[0].imag
    series = np.sinc(offset / spacing) * np.exp(-(offset**2) / (2 * _WIDTH**2))
    every = slice(shift, None, count)
    modes, power = (np.convolve(w, series[::-1], "valid").real[every] for w in (arc.modes, arc.power))
    u = arc.log.real[side : len(arc.log) - side][every]
    return Nodes(top / (1 + np.exp(-u)), modes, power, arc.floor, 0.0)


def _exact_difference(spectrum: Spectrum, d: float, limits: Support, rules: list[Nodes]) -> float:
    """Of the mean of the rules in sum x^2/(x^2 + y^2) = Re D(i y), F_0 + sum c^2 y^2/(x^2 + y^2) = Re kappa T(i y)."""
    y = np.geomspace(limits.low, limits.high, 24)
    found = ridge_by_model(spectrum, d, limits.ridge_zero, 1j * y)
    modes, power = 0 * y, 0 * y + rules[0].floor
    for nodes in rules:
        ratio = y[:, None] / nodes.x
        modes = modes + (1 / (1 + ratio**2)) @ nodes.modes / len(rules)
        power = power + (1 / (1 + ratio**-2)) @ nodes.power / len(rules)
    exact = found.df1.real, (found.kappa * found.target).real
    return float(max(abs(value / known - 1).max() for value, known in zip((modes, power), exact, strict=True)))
