"""What is solved over a plane for its page: loss curves, and the best use of a compute, at the points of a coarse grid.

A page cannot solve a model; it shows what was solved when it was made, at a point of the grid near the one chosen, with
the estimate of every error, or the reason where a number is refused. A model declares its samples beside its plane.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from fractions import Fraction
from math import nan
from typing import TYPE_CHECKING, Any

import numpy as np
from sympy import Rational

from ..cache import found, keep
from ..plots.shapes import Shapes

if TYPE_CHECKING:
    from ..plots.look import Look
    from ..theory.optimum.diagram import PhaseDiagram

Point = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Curve:
    """Losses along one letter while the others are held.

    Attributes
    ----------
    name
        What stands at its end.
    held
        The letters that are held, with their values.
    along
        The letter that takes the steps of the samples.
    scale
        Where the curve stands over its axis: the steps times this.
    reason
        Why there are no losses, "" where there are.
    loss, error
        At each step, with relative errors.
    """

    name: str
    held: Mapping[str, float]
    along: str
    scale: float
    reason: str
    loss: tuple[float, ...] = ()
    error: tuple[float, ...] = ()


@dataclass(frozen=True)
class Best:
    """The best size at a compute and its loss, with relative errors, and the reason where there is none."""

    budget: float
    reason: str
    size: float = nan
    size_error: float = nan
    loss: float = nan
    error: float = nan


@dataclass(frozen=True)
class Sample:
    """What was solved at a point, exact fractions of the two parameters."""

    point: tuple[str, str]
    curves: tuple[Curve, ...]
    frontier: tuple[Best, ...] = ()


@dataclass(frozen=True)
class Samples:
    """All of a plane.

    Attributes
    ----------
    axis
        What the curves are over, in words.
    loss
        The letter of the loss.
    steps
        Of every curve.
    setting
        What is held fixed, in a sentence.
    each
        The points.
    laws
        Which laws of the plane are slopes in the picture: of the best losses, or, without those, of each of the first
        curves, in their order.
    compute, size
        The letters of the compute and of what is best at it, "" where there is no frontier.
    """

    axis: str
    loss: str
    steps: tuple[float, ...]
    setting: str
    each: tuple[Sample, ...]
    laws: tuple[int, ...] = (0,)
    compute: str = ""
    size: str = ""


def solved(
    name: str, points: Sequence[Point], solve: Callable[[], Iterable[Sample]], *asked: Any
) -> tuple[Sample, ...]:
    """The samples at some points, from the disk if they are there; `asked` is all else that they depend on."""
    key = (tuple(points), *asked)
    for rows in found(f"{name}.samples", *key, measured=True):
        return tuple(_read(row) for row in rows)
    each = tuple(solve())
    keep(f"{name}.samples", [_row(sample) for sample in each], *key, measured=True)
    return each


def _row(sample: Sample) -> tuple[Any, ...]:
    """Plain values; without the numbers that a refused optimum has not."""
    best = [(best.budget, best.reason) if best.reason else astuple(best) for best in sample.frontier]
    return sample.point, [astuple(curve) for curve in sample.curves], best


def _read(row: tuple[Any, ...]) -> Sample:
    point, curves, frontier = row
    return Sample(point, tuple(Curve(*curve) for curve in curves), tuple(Best(*best) for best in frontier))


def grid(diagram: PhaseDiagram, look: Look, count: int) -> list[Point]:
    """A grid over the window of a plane that meets no boundary, and a point in every phase that it misses."""
    shapes, unit = Shapes(diagram, look), Fraction(1, 20)

    def exact(x: float, y: float) -> Point:
        return unit * round(x / float(unit)), unit * round(y / float(unit))

    middles = [(k + 0.5) / count for k in range(count)]
    even = [exact(shapes.left + u * shapes.width, shapes.bottom + v * shapes.height) for u in middles for v in middles]
    found: dict[str, list[Point]] = {phase.name: [] for phase in shapes.phases}
    for point in even:
        phase = diagram.phase_at(*map(Rational, point))
        if phase is not None:
            found[phase.name].append(point)
    return sorted(point for name, there in found.items() for point in there or [diagram[name].sample])


def data(samples: Samples) -> dict[str, Any]:
    """For the page (``samples.js``), numbers with the digits that a picture and a table show."""
    return {
        "axis": samples.axis, "loss": samples.loss, "compute": samples.compute, "size": samples.size,
        "laws": list(samples.laws), "setting": samples.setting, "steps": list(samples.steps),
        "each": [
            {
                "point": list(sample.point),
                "curves": [
                    {
                        "name": curve.name, "scale": curve.scale, "loss": list(map(_short, curve.loss)),
                        "error": _short(max(curve.error, default=0.0)), "reason": curve.reason,
                    }
                    for curve in sample.curves
                ],
                "frontier": [
                    {
                        "budget": best.budget, "reason": best.reason,
                        **({} if best.reason else {
                            "size": _short(best.size), "sizeError": _short(best.size_error),
                            "loss": _short(best.loss), "error": _short(best.error),
                        }),
                    }
                    for best in sample.frontier
                ],
            }
            for sample in samples.each
        ],
    }  # fmt: skip


def _short(number: float) -> float:
    return float(f"{number:.5g}")


def curve_records(parameters: Sequence[str], samples: Samples) -> Iterator[dict[str, Any]]:
    """Every loss as a row of a table of data, with all its digits; `parameters` names those of the points.

    What only some curves hold is empty for the others.
    """
    held = dict.fromkeys([key for sample in samples.each for curve in sample.curves for key in curve.held], "")
    for sample in samples.each:
        for curve in sample.curves:
            row = {**dict(zip(parameters, sample.point, strict=True)), **held, **curve.held}
            if curve.reason:
                yield row | {curve.along: "", samples.loss: "", "relative_error": "", "reason": curve.reason}
            for step, loss, error in zip(samples.steps, curve.loss, curve.error, strict=not curve.reason):
                yield row | {curve.along: step, samples.loss: loss, "relative_error": error, "reason": ""}


def frontier_records(parameters: Sequence[str], samples: Samples) -> Iterator[dict[str, Any]]:
    """Every optimum as a row of a table of data."""
    for sample in samples.each:
        for best in sample.frontier:
            numbers: Sequence[Any] = (best.size, best.size_error, best.loss, best.error)
            names = (f"{samples.size}_star", "size_relative_error", f"{samples.loss}_star", "loss_relative_error")
            values = dict(zip(names, ("",) * 4 if best.reason else numbers, strict=True))
            yield {
                **dict(zip(parameters, sample.point, strict=True)),
                samples.compute: best.budget,
                **values,
                "reason": best.reason,
            }


def whole(*exponents: float) -> tuple[float, ...]:
    """The whole numbers nearest to powers of ten.

    >>> whole(0, 0.5, 1)
    (1.0, 3.0, 10.0)
    """
    return tuple(float(x) for x in np.rint(10.0 ** np.array(exponents)))
