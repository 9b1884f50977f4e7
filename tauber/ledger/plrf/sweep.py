"""Claim: the whole plane of exponents, not a probe in each phase.

Outside a strip along the boundaries the measured exponent of the loss is the derived one, up to the derived correction.
A point lies in the strip where a power of the last budget that is zero on a boundary is less than a hundred there,
1e20^(1/10). Two such powers are derived, and which of them is zero depends on what happens on the boundary:

* another term comes up at the best size. Then w is zero, the exponent of the leading correction f^-w to the own law.
* the best size jumps from the end of the window to another corner of the linear program, since the loss between them
  is flat (IVa to IVb). No term comes up, and w says nothing. What is zero is the exponent by which the loss is larger
  at the other corner (`theory.models.plrf.rival`). Inside the window the loss is a sum of two powers, whose minimum is
  known however flat they are; at its end it is a crossover function, of whose two ends either has its own minimum as
  long as the other's is far above it.

That both powers count, and that a hundred is enough, was set after a look at 40 x 40 points, with what is now the first
alone: then all that were refuted outside lay in IVa, beside IVb. `benchmarks/plane.py` judges all points of a sweep by
the same function.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any, NamedTuple

from ..claim import Comparison, Kind, Verdict, judge
from ..measure import EXPONENT_RESOLUTION, MOVED, compare_limit
from ..papers import PHASES
from ..source import derived_here
from ..topic import topic
from ..typed import typed

if TYPE_CHECKING:
    from ...sweeps.question import Question

ALPHA, BETA, FLOPS = "0.05:1.5:200", "0:1.5:200", "1e12,1e16,1e20"
"""The sweep of the plane, as in `tauber sweep plrf`."""

STRIP = Fraction(1, 10)
"""The least power of the budget outside the strip: 1e20^(1/10) is a hundred."""

SAMPLE = 25
"""Points outside the strip that the claim draws of the 40,000; `tests/agreement/test_plrf_plane.py` draws 400."""

WHOLE = (
    "of all 40,000 points (tauber sweep, benchmarks/plane.py) 15,362 lie outside the strip: 15,358 verified, and 4 "
    "refuted, in II, off by 1.3e-5 at most, where two corrections of opposite signs nearly cancel"
)
"""What was found at all points; `docs/sweeps.md` has more of it."""


class Place(StrEnum):
    """Where a point lies."""

    OUTSIDE = "outside the plane"
    BOUNDARY = "on a boundary"
    STRIP = "in the strip"
    CLEAR = "outside the strip"


class Judged(NamedTuple):
    """Where a point lies, and its comparison: None where nothing is derived, or the sweep was refused an answer."""

    place: Place
    comparison: Comparison | None


def place(alpha: Fraction, beta: Fraction, phase: str, rate: float) -> Place:
    """Where a point lies, by what is derived for it: its phase and w."""
    from ...sweeps.phases import BOUNDARY
    from ...theory.models.plrf import rival

    if phase == "none" or min(alpha, beta) <= 0:
        return Place.OUTSIDE
    if phase == BOUNDARY:
        return Place.BOUNDARY
    if rate < STRIP:
        return Place.STRIP
    other = rival(alpha, beta)
    return Place.STRIP if other is not None and other < STRIP else Place.CLEAR


def judged(
    points: Sequence[tuple[Fraction, Fraction]], arrays: Mapping[str, Any], budgets: Sequence[float]
) -> Iterator[Judged]:
    """Judge the points of a sweep of the frontier.

    Parameters
    ----------
    points
        Exact exponents.
    arrays
        What the sweep has for them (`sweeps.question.Question.ask`), the points first.
    budgets
        Those of the sweep.
    """
    names = question().outputs["derived_phase"].flags
    for k, point in enumerate(points):
        phase, rate = names[arrays["derived_phase"][k]], float(arrays["derived_correction_exponent"][k])
        where = place(*point, phase, rate)
        if where in (Place.OUTSIDE, Place.BOUNDARY) or arrays["refusal"][k].any():
            yield Judged(where, None)
            continue
        what = f"P* exponent at alpha = {point[0]}, beta = {point[1]}, phase {phase}, f up to {budgets[-1]:g}"
        slopes, error = arrays["loss_slope"][k].tolist(), float(arrays["loss_slope_error"][k].max())
        exponent = float(arrays["derived_loss_exponent"][k])
        yield Judged(where, compare(what, slopes, budgets, error, exponent, rate))


def compare(
    what: str, measured: Sequence[float], budgets: Sequence[float], error: float, exponent: float, rate: float
) -> Comparison:
    """Set the slope at the last budget beside the derived exponent.

    It may be off by twice what it was off at smaller budgets, shrunk like the derived correction. Where slopes lie on
    both sides of the exponent, two corrections have opposite signs and may cancel: there what the slopes have moved in
    all stands for them. Both are rules of `ledger.measure`.
    """
    first, *others = [slope - exponent for slope in measured]
    if any(other * first < 0 for other in others):
        moved = sum(abs(after - before) for before, after in pairwise(measured))
        return Comparison(what, exponent, measured[-1], moved + error, MOVED, EXPONENT_RESOLUTION)
    found = compare_limit(what, measured, budgets, rate, limit=exponent, noise=error)
    return replace(found, resolution=EXPONENT_RESOLUTION)


def question() -> Question:
    """What the sweep of the plane asks at each point."""
    from ...sweeps.question import Question

    return Question("plrf", "frontier", {}, {"flops": FLOPS})


def drawn(seed: int, count: int) -> Iterator[tuple[str, str]]:
    """Points of the sweep of the plane outside the strip, drawn at random."""
    from ...models.plrf.measured import MEASURED
    from ...sweeps.grid import values

    derive = MEASURED["frontier"].derive
    assert derive is not None, "the frontier has a derivation beside"
    names = question().outputs["derived_phase"].flags
    alphas, betas = (values("", text, even=True, whole=False) for text in (ALPHA, BETA))
    every = list(product(alphas, betas))
    random.Random(seed).shuffle(every)
    while every and count:
        some = [every.pop() for _ in range(min(count, len(every)))]
        known = derive(columns(some), {})
        assert known is not None, "both exponents are given"
        rates = known["derived_correction_exponent"].tolist()
        for (alpha, beta), phase, rate in zip(some, known["derived_phase"], rates, strict=True):
            if place(Fraction(alpha), Fraction(beta), names[phase], rate) is Place.CLEAR:
                yield alpha, beta
                count -= 1


def columns(points: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """The same as a sweep has them."""
    alpha, beta = zip(*points, strict=True)
    return {"alpha": list(alpha), "beta": list(beta)}


def check(seed: int, count: int) -> Verdict:
    """The verdict on so many points, drawn outside the strip."""
    asked = question()
    chosen = list(drawn(seed, count))
    block = asked.ask(columns(chosen))
    exact = [(Fraction(alpha), Fraction(beta)) for alpha, beta in chosen]
    found = [one.comparison for one in judged(exact, block.arrays, asked.inside["flops"])]
    evidence = [comparison for comparison in found if comparison is not None]
    refused = f"{len(found) - len(evidence)} more were refused" if len(found) > len(evidence) else ""
    note = "; ".join(sentence for sentence in (refused, WHOLE) if sentence)
    return judge(evidence, samples=len(evidence), note=note, seed=seed)


@topic(
    "plrf.sweep",
    kind=Kind.EXPONENT,
    order_of_limits="f to infinity with d minimised at each f, so d and r grow together; v = (v/d) d",
    source=derived_here(f"the correction f^-w, and the strip; the exponents as in {PHASES}"),
    derived_by="tauber.theory.models.plrf.phase_diagram",
    measured_by="tauber.numerics.models.plrf.many.frontiers",
)(
    "plane",
    "The exponent of the best loss over the plane, outside a strip around the boundaries",
    typed("f*diff(P(f), f)/P(f) = O(f^-w, f) - y"),
    assumptions="P the best loss, y and w those of the phase; "
    f"alpha in {ALPHA}, beta in {BETA}, not on the border of the plane; w(alpha, beta) >= {STRIP}, and "
    f"where the best size is at the end of the window the loss at the next corner larger by f^{STRIP} at least; batch "
    "and part of the stable step size fixed, v/d = inf or, for 2 alpha <= 1, 10",
)
def _check_plane(seed: int) -> Verdict:
    """At seeded points of the plane."""
    return check(seed, SAMPLE)
