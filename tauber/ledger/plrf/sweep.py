"""Claim: the whole plane of exponents, not a probe in each phase.

Outside a strip along the boundaries the measured exponent of the loss is the derived one, up to the derived correction.
The strip has two parts, both derived: where the exponent w of the correction f^-w, which is zero on a boundary, is so
small that f^-w is above a hundredth at the last budget; and what is nearer than `WIDTH` to another phase, whose terms
still count there at these budgets, so that the law of the own phase has not begun.

How wide the strip is, both numbers, was set after a look at 625 points of the plane; of those outside it all 168 were
verified, inside it 2 of 418, in IVa beside IVb, came out refuted. The points drawn here are others.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from ..claim import Comparison, Kind
from ..measure import EXPONENT_RESOLUTION, MOVED, compare_limit
from ..papers import PHASES
from ..source import derived_here
from ..topic import topic

BUDGETS = (1e12, 1e16, 1e20)
STRIP = Fraction(1, 10)
"""The least w outside the strip: 1e20^-w is a hundredth."""

WIDTH = Fraction(1, 10)
"""Half the side of a square around a point outside the strip, all of it in one phase."""

POINTS = 12
_GRID, _LARGEST = 200, Fraction(3, 2)


def points(seed: int, count: int) -> list[tuple[Fraction, Fraction]]:
    """Points of a grid in the plane, drawn at random from those outside the strip."""
    from ...models.plrf.approach import correction_exponent

    drawn, found = random.Random(seed), list[tuple[Fraction, Fraction]]()
    while len(found) < count:
        alpha, beta = (_LARGEST * drawn.randint(1, _GRID) / _GRID for _ in range(2))
        if alone(alpha, beta) and (correction_exponent(alpha, beta) or 0) >= STRIP:
            found.append((alpha, beta))
    return found


def alone(alpha: Fraction, beta: Fraction) -> bool:
    """Whether the square around a point lies in one phase with a power law: its corners, the middles of its sides."""
    from ...sweeps.phases import BOUNDARY, Phases
    from ...theory.models.plrf import phase_diagram

    steps = (-WIDTH, Fraction(0), WIDTH)
    (first, *others), _ = Phases(phase_diagram()).at([(alpha + x, beta + y) for x in steps for y in steps])
    return first not in ("none", BOUNDARY) and {first} == set(others)


claim = topic(
    "plrf.sweep",
    kind=Kind.EXPONENT,
    order_of_limits="f to infinity with d minimised at each f, so d and r grow together; v = (v/d) d",
    source=derived_here(f"the correction f^-w, and the strip; the exponents as in {PHASES}"),
    derived_by="tauber.theory.models.plrf.derive",
    measured_by="tauber.numerics.models.plrf.many.frontiers",
)


def compare(what: str, slopes: Sequence[float], error: float, exponent: float, rate: float) -> Comparison:
    """Set the slope at the last budget beside the derived exponent.

    It may be off by twice what it was off at smaller budgets, shrunk like the derived correction. Where slopes lie on
    both sides of the exponent, two corrections have opposite signs and may cancel: there what the slopes have moved in
    all stands for them. Both are rules of `ledger.measure`.
    """
    first, *others = [slope - exponent for slope in slopes]
    if any(other * first < 0 for other in others):
        moved = sum(abs(after - before) for before, after in pairwise(slopes))
        return Comparison(what, exponent, slopes[-1], moved + error, MOVED, EXPONENT_RESOLUTION)
    found = compare_limit(what, slopes, BUDGETS, rate, limit=exponent, noise=error)
    return replace(found, resolution=EXPONENT_RESOLUTION)


@claim(
    "plane",
    "The exponent of the best loss over the plane, outside a strip around the boundaries",
    "d log P*/d log f = -y(alpha, beta) + O(f^-w), y and w those of the phase",
    samples=POINTS,
    assumptions=f"0 < alpha, beta <= {_LARGEST}, w(alpha, beta) >= {STRIP}, no other phase nearer than {WIDTH}; batch "
    "and part of the stable step size fixed, v/d = inf or, for 2 alpha <= 1, 10",
)
def _check_plane(seed: int) -> Iterator[Comparison]:
    """At seeded points of the plane."""
    from ...models.plrf.approach import correction_exponent
    from ...numerics.models.plrf import frontiers
    from ...theory.models.plrf import derive

    chosen = points(seed, POINTS)
    alpha, beta = ([[one] for one in column] for column in zip(*chosen, strict=True))
    found = frontiers(alpha, beta, BUDGETS)
    for k, (a, b) in enumerate(chosen):
        answer, rate = derive(a, b), correction_exponent(a, b)
        assert answer.loss_exponent is not None, "the points have a power law"
        assert rate is not None, "and a correction"
        what = f"P* exponent at alpha = {a}, beta = {b}, phase {answer.phase}, f up to {BUDGETS[-1]:g}"
        slopes, error = (-found.loss_slope[k]).tolist(), float(found.loss_slope_error[k].max())
        yield compare(what, slopes, error, float(answer.loss_exponent), float(rate))
