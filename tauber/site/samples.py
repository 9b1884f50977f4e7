"""What is solved over a plane for its page: loss curves and the best use of a compute at the points of a coarse grid.

A page cannot solve a model; it shows what was solved when it was made, at the point of the grid that is nearest, with
the estimate of every error, or the reason where a number is refused. A model declares its samples beside its plane.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import nan
from typing import Any


@dataclass(frozen=True)
class Curve:
    """Losses of one size at the steps of the samples, relative errors, and the reason where there are none."""

    size: float
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
    frontier: tuple[Best, ...]


@dataclass(frozen=True)
class Samples:
    """All of a plane: letters of size, steps, compute and loss, the steps of every curve, and what is held fixed."""

    size: str
    step: str
    compute: str
    loss: str
    steps: tuple[float, ...]
    setting: str
    each: tuple[Sample, ...]


def data(samples: Samples) -> dict[str, Any]:
    """For the page (``samples.js``), numbers with the digits that a picture and a table show."""
    return {
        "letters": {"size": samples.size, "step": samples.step, "compute": samples.compute, "loss": samples.loss},
        "setting": samples.setting,
        "steps": list(samples.steps),
        "each": [
            {
                "point": list(sample.point),
                "curves": [
                    {
                        "size": curve.size,
                        "loss": list(map(_short, curve.loss)),
                        "error": _short(max(curve.error, default=0.0)),
                        "reason": curve.reason,
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
    """Every loss as a row of a table of data, with all its digits; `parameters` names those of the points."""
    for sample in samples.each:
        for curve in sample.curves:
            row = {**dict(zip(parameters, sample.point, strict=True)), samples.size: curve.size}
            if curve.reason:
                yield row | {samples.step: "", samples.loss: "", "relative_error": "", "reason": curve.reason}
            for step, loss, error in zip(samples.steps, curve.loss, curve.error, strict=not curve.reason):
                yield row | {samples.step: step, samples.loss: loss, "relative_error": error, "reason": ""}


def frontier_records(parameters: Sequence[str], samples: Samples) -> Iterator[dict[str, Any]]:
    """Every optimum as a row of a table of data."""
    for sample in samples.each:
        for best in sample.frontier:
            numbers: Sequence[Any] = (best.size, best.size_error, best.loss, best.error)
            names = (f"{samples.size}_star", "size_relative_error", f"{samples.loss}_star", "loss_relative_error")
            found = dict(zip(names, ("",) * 4 if best.reason else numbers, strict=True))
            yield {
                **dict(zip(parameters, sample.point, strict=True)),
                samples.compute: best.budget,
                **found,
                "reason": best.reason,
            }
