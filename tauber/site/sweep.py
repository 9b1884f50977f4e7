"""A sweep on its page: the measured map in the derived plane, and at each point measured against derived.

What is shown is what the store of the sweep holds (:mod:`tauber.sweeps.store`): the slopes at the last budget with
their uncertainties, the derived exponents that are their limits, and why a number is refused.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import BadInput
from ..sweeps.question import DISTANCE, Question
from ..sweeps.store import ASKED, opened
from .plane import Plane, optimal

NAME = "sweep"


@dataclass(frozen=True)
class Map:
    """A sweep over the plane of a model, at its last budget.

    Attributes
    ----------
    plane
        The derived plane, as far as the sweep reaches.
    points
        Exact texts of both parameters, in their order along the axes.
    columns
        For each number that has a derived limit: measured, its uncertainty, derived, and their difference, arrays of
        shape (x, y).
    refusals
        For each point why there is no number, "" where there is one.
    about
        What was swept, in a sentence.
    shown
        The number that the colours stand for.
    folder
        Of the store.
    """

    plane: Plane
    points: tuple[list[str], list[str]]
    columns: Mapping[str, tuple[Any, ...]]
    shown: str
    refusals: Any
    about: str
    folder: str


def read(folder: Path) -> Map:
    """Read a sweep over both exponents of a model that has a derived plane.

    Raises
    ------
    BadInput
        If there is no sweep in the folder, or one over other numbers.
    """
    data = opened(folder)
    asked = json.loads((folder / ASKED).read_text(encoding="utf-8"))
    question, points = Question(**asked["question"]), asked["points"]
    known = question.measured
    axes = known.plane
    swept = [name for name in points if name != "rows"]
    if known.diagram is None or axes is None or not known.beside or points["rows"] or {*axes} != {*swept}:
        raise BadInput(
            f"--sweep was given '{folder}', a sweep of {question.action} {question.called} over {', '.join(swept)}, "
            "but a map needs a grid over both exponents of a model with derived phases, as of tauber sweep plrf "
            "--alpha 0.1:1:10 --beta 0.1:1:10 --flops 1e12,1e16."
        )
    budget, values = next(iter(question.inside.items()))
    last = data.isel({budget: -1}).transpose(*axes, ...)
    columns = {
        name: tuple(np.broadcast_to(last[key].values, last["refusal"].shape)
                    for key in (name, f"{name}_error", limit, f"{name}{DISTANCE}"))
        for name, limit in known.beside.items()
    }  # fmt: skip
    if np.isnan(columns[known.picture[0]][0]).all():
        raise BadInput(
            f"--sweep was given '{folder}', which has no number at its last budget; let it go on, or raise it."
        )
    meanings = data["refusal"].attrs.get("refusals", {})
    reason = np.vectorize(lambda code: meanings.get(str(code), "") if code else "", otypes=[object])
    diagram, look = known.diagram(question.fixed)
    window = (_ends(points[axes[0]])[1], _ends(points[axes[1]])[1])
    options = "".join(f" --{name} {text}" for name, text in question.fixed.items())
    about = f"{question.action} {question.model}{options}, measured at {last['refusal'].size} points"
    plane = Plane(
        name=NAME, title=f"{about}, {budget} = {values[-1]:.3g}", diagram=diagram,
        look=replace(look, window=window), laws=optimal(_wording(question.model)),
        command=f"tauber {question.action} {question.model}{options} --{budget} {question.along[budget]}",
        backdrop=lambda: _picture(columns[known.picture[0]][0], points, axes),
    )  # fmt: skip
    return Map(
        plane, (points[axes[0]], points[axes[1]]), columns, known.picture[0], reason(last["refusal"].values), about,
        str(folder),
    )  # fmt: skip


def _wording(model: str) -> Any:
    import importlib

    return importlib.import_module(f"tauber.models.{model}.phases").WORDING


def _picture(measured: Any, points: Mapping[str, list[str]], axes: tuple[str, str]) -> tuple[str, tuple[float, ...]]:
    """A raster of the measured numbers as a PNG in text, and its left, bottom, right and top ends in the parameters."""
    import matplotlib as mpl
    from matplotlib.image import imsave

    low, high = float(np.nanmin(measured)), float(np.nanmax(measured))
    colours = mpl.colormaps["viridis"]((measured - low) / ((high - low) or 1.0))
    colours[np.isnan(measured)] = (0.5, 0.5, 0.5, 0.35)
    file = io.BytesIO()
    imsave(file, np.flipud(colours.transpose(1, 0, 2)), format="png")
    (left, right), (bottom, top) = (_ends(points[name]) for name in axes)
    return base64.b64encode(file.getvalue()).decode("ascii"), (left, bottom, right, top)


def _ends(texts: list[str]) -> tuple[float, float]:
    """Where the cells of evenly spaced points begin and end."""
    first, last = float(Fraction(texts[0])), float(Fraction(texts[-1]))
    half = (last - first) / (2 * max(1, len(texts) - 1))
    return first - half, last + half


def data(found: Map) -> dict[str, Any]:
    """For the page (``sweep.js``): arrays in the order of the points, x first, None where there is no number."""
    sentences = sorted({str(reason) for reason in found.refusals.ravel()})
    return {
        "points": list(found.points),
        "shown": found.shown,
        "columns": {name: [_numbers(array) for array in arrays] for name, arrays in found.columns.items()},
        "sentences": sentences,
        "refused": [sentences.index(str(reason)) for reason in found.refusals.ravel()],
    }


def _numbers(array: Any) -> list[float | None]:
    return [None if np.isnan(x) else float(f"{x:.6g}") for x in np.asarray(array, float).ravel()]


def records(found: Map) -> list[dict[str, Any]]:
    """Every point as a row of a table of data, with all its digits."""
    first, second = (symbol.name for symbol in found.plane.diagram.parameters)
    rows = []
    for (k, n), reason in np.ndenumerate(found.refusals):
        row: dict[str, Any] = {first: found.points[0][k], second: found.points[1][n]}
        for name, arrays in found.columns.items():
            heads = (name, f"{name}_error", f"derived_{name}", f"{name}{DISTANCE}")
            row |= {
                head: "" if np.isnan(array[k, n]) else float(array[k, n])
                for head, array in zip(heads, arrays, strict=True)
            }
        rows.append(row | {"refusal": reason})
    return rows


def scale(found: Map) -> tuple[str, str]:
    """The least and the largest measured number, which the first and the last colour stand for."""
    measured = found.columns[found.shown][0]
    return f"{np.nanmin(measured):.3g}", f"{np.nanmax(measured):.3g}"
