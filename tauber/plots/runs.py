"""Pictures of a fit to training runs: equal compute, residuals, what was foretold, and the phase diagram."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from .palette import BLUE, CYCLE, INK, RED, phase_colours
from .shapes import Shapes
from .style import DASHED, finish, house_style, new_figure, plain_numbers

if TYPE_CHECKING:
    from ..numerics.runs import Fitted, HeldOut
    from ..theory.optimum.diagram import PhaseDiagram
    from .look import Look

_LINES = 8  # of equal compute, at most
_POINTS = 120  # of a line
_AROUND = 1.2  # of the rings' extent: how much of the plane is shown on each side of them


@dataclass(frozen=True, eq=False)
class Landing:
    """Where exponents land in the plane of a phase diagram.

    ``spots`` has, for each phase that may hold them, its name, the point, and rings around it, (n, 2), each with the
    number of errors at which it lies.
    """

    title: str
    diagram: PhaseDiagram
    look: Look
    spots: Sequence[tuple[str, np.ndarray, Sequence[tuple[float, np.ndarray]]]]


def draw_fit(
    payload: Mapping[str, Any], fitted: Fitted, compared: Sequence[HeldOut], landing: Landing | None
) -> Figure:  # fmt: skip
    """Draw a fit in four panels; what the form or the runs do not have is left out.

    Parameters
    ----------
    payload
        The JSON object of ``tauber fit``.
    fitted
        The form at its best parameters.
    compared
        What each form foretells.
    landing
        Where the exponents lie on a phase diagram.
    """
    draw = [lambda axes: _losses(axes, payload, fitted), lambda axes: _residuals(axes, fitted)]
    if any(entry.cuts for entry in compared):
        draw.append(lambda axes: _foretold(axes, fitted, compared))
    if landing is not None:
        draw.append(lambda axes: _landing(axes, landing))
    with house_style():
        figure = new_figure(11.5, 4.4 * ((len(draw) + 1) // 2))
        figure.suptitle(f"{payload['source']}: {payload['runs']} runs, form {payload['form']}", fontsize=11)
        for n, panel in enumerate(draw):
            panel(figure.add_subplot((len(draw) + 1) // 2, 2, n + 1))
    return figure


def _losses(axes: Axes, payload: Mapping[str, Any], fitted: Fitted) -> None:
    """Losses over size at nearly equal compute with the fit, or over the one resource of the form."""
    form, runs = fitted.form, fitted.runs
    if form.resources != ("size", "data") or runs.compute is None or runs.size is None:
        column = getattr(runs, form.resources[0])
        grid = np.geomspace(column.min(), column.max(), _POINTS)
        axes.plot(column, runs.loss, ".", color=BLUE, markersize=4, label="runs")
        axes.plot(grid, fitted.losses(grid), color=INK, label=f"$L$ = {form.formula}")
        axes.set(xscale="log", yscale="log")
        plain_numbers(axes.yaxis)
        finish(axes, "Losses and fit", form.resources[0], "loss")
        return
    log = np.log10(runs.compute)
    edges = np.linspace(log.min(), log.max(), _LINES + 1)
    bins = np.clip(np.digitize(log, edges) - 1, 0, _LINES - 1)
    for n, colour in enumerate(colormaps["viridis"](np.linspace(0, 0.9, _LINES))):
        own = bins == n
        if own.sum() < 2:
            continue
        compute = float(np.exp(np.median(np.log(runs.compute[own]))))
        axes.plot(runs.size[own], runs.loss[own], ".", color=colour, markersize=4)
        size = np.geomspace(runs.size[own].min(), runs.size[own].max(), _POINTS)
        axes.plot(size, fitted.losses(size, _data(payload, size, compute)), color=colour, label=f"{compute:.1e}")
    best = payload["optimum"]
    if best["reason"] is None:
        points = [(at["size"]["value"], at["loss"]["value"]) for at in best["budgets"] if at["inside"]]
        if points:
            axes.plot(*np.array(points).T, "D-", color=INK, markersize=4, linewidth=1, label="best size")
    axes.set(xscale="log", yscale="log")
    plain_numbers(axes.yaxis)
    finish(axes, "Runs by compute, and the fit at the middle of each", "size $N$", "loss")
    axes.legend(fontsize=7.5, title="compute", title_fontsize=8)


def _data(payload: Mapping[str, Any], size: np.ndarray, compute: float) -> np.ndarray:
    """The data that a size can have at a compute."""
    cost = payload["spent"]
    return np.asarray((compute / cost["factor"] / size ** cost["size"]) ** (1 / cost["data"]))


def _residuals(axes: Axes, fitted: Fitted) -> None:
    runs = fitted.runs
    over, name = (runs.compute, "compute") if runs.compute is not None else (runs.loss, "loss")
    off = 100 * np.expm1(fitted.residuals)
    axes.axhline(0, color=INK, linewidth=0.8)
    axes.plot(over, off, ".", color=BLUE, markersize=4, label="measured above fitted")
    axes.set(xscale="log")
    finish(axes, "Residuals", name, "percent of the loss")


def _foretold(axes: Axes, fitted: Fitted, compared: Sequence[HeldOut]) -> None:
    """Errors of the dearer runs foretold from the cheapest half, for the three best forms."""
    runs = fitted.runs
    assert runs.compute is not None
    entries = sorted((e for e in compared if e.cuts), key=lambda e: e.cuts[0].error)[:3]
    axes.axhline(0, color=INK, linewidth=0.8)
    for colour, entry in zip(CYCLE, entries, strict=False):
        cut = entry.cuts[0]
        off = 100 * (runs.loss[cut.runs] / cut.predicted - 1)
        axes.plot(runs.compute[cut.runs], off, ".", color=colour, markersize=4, label=f"{entry.form}: {cut.error:.2%}")
    axes.axvline(entries[0].cuts[0].up_to, color=INK, linestyle=DASHED, linewidth=1)
    axes.set(xscale="log")
    finish(axes, "Fitted to the cheaper half, dearer runs foretold", "compute", "measured above foretold, percent")


def _landing(axes: Axes, landing: Landing) -> None:
    """Phases of a model near the measured exponents, with their rings."""
    everything = np.concatenate([ring for _, _, rings in landing.spots for _, ring in rings])
    low, high = everything.min(axis=0), everything.max(axis=0)
    top = np.maximum(high + _AROUND * (high - low), landing.look.window)
    shapes = Shapes(landing.diagram, landing.look, (float(top[0]), float(top[1])))
    low = np.maximum(low - _AROUND * (high - low), (shapes.left, shapes.bottom))
    high = np.minimum(high + _AROUND * (high - low), (shapes.right, shapes.top))
    colours = phase_colours(landing.diagram)
    for phase in shapes.phases:
        outline = shapes.outline(phase.name)
        axes.add_patch(Polygon(outline, closed=True, facecolor=colours[phase.name], edgecolor="none"))
        middle = _middle(outline, low, high)
        if middle is not None:
            axes.annotate(phase.name, (float(middle[0]), float(middle[1])), ha="center", va="center", fontsize=9)
    for curve in shapes.curves():
        axes.plot(*curve.points.T, color=INK, linewidth=1)
    for n, (name, point, rings) in enumerate(landing.spots):
        for errors, ring in rings:
            closed = np.concatenate([ring, ring[:1]])
            label = f"{errors:g} error{'s' * (errors != 1)}" if n == 0 else None
            axes.plot(*closed.T, color=RED, linewidth=1.4, linestyle="-" if errors == 1 else DASHED, label=label)
        axes.plot(*point, "o", color=RED, markersize=5, label="measured" if n == 0 else None)
        axes.annotate(name, (float(point[0]), float(point[1])), xytext=(6, 6), textcoords="offset points", color=RED)
    axes.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    finish(axes, landing.title, *landing.look.axes)
    axes.grid(visible=False)


def _middle(outline: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray | None:
    """Where an outline has most room inside of a window, None if it is not in it: of a grid the point farthest off."""
    from matplotlib.path import Path

    unit = high - low
    ends = np.roll(outline, -1, axis=0)
    edge = np.concatenate([outline + share * (ends - outline) for share in np.linspace(0, 1, 20, endpoint=False)])
    grid = np.stack(np.meshgrid(*(np.linspace(0.04, 0.96, 24) for _ in range(2))), axis=-1).reshape(-1, 2)
    inside = grid[Path(outline).contains_points(low + grid * unit)]
    if not len(inside):
        return None
    distance = np.linalg.norm(inside[:, None] - ((edge - low) / unit)[None], axis=-1).min(axis=1)
    room = np.minimum(distance, np.minimum(inside, 1 - inside).min(axis=1))
    return np.asarray(low + inside[np.argmax(room)] * unit)
