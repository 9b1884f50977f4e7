"""Learning curves: losses over samples or features, solved, simulated, or predicted from data and measured."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..errors import BadInput
from .palette import CYCLE, INK
from .style import DASHED, drawing

if TYPE_CHECKING:
    from ..numerics.data import Pool

POINTS = 160
"""Of a drawn line; the asked sizes are marked on it."""

_FEW = 8
_GAPS = ("-", (0, (6, 2)), (0, (3, 2)), (0, (1, 1.5)))  # a line under another one is seen through its gaps
_LETTERS = {"data": "D", "features": "P"}
_NAMES = {"data": "samples $D$", "features": "random features $P$"}
_EXCESS = r"excess loss $L - \sigma^2$"

Losses = Callable[[float, float], float]
Row = Mapping[str, Any]


def draw_curve(title: str, loss: Losses, shown: Row) -> Figure:
    """Draw the loss over samples, a line for each number of features, or over features if only these vary.

    Parameters
    ----------
    title
        What was solved.
    loss
        The loss at given samples and features, for the lines between the asked sizes.
    shown
        The JSON object of ``tauber curve explaining``.
    """
    axis, other = _axes_of(shown)
    with drawing(title, _NAMES[axis], _EXCESS) as (figure, axes):
        for colour, j in _lines(axes, loss, shown, axis, other):
            sizes, values = _row(shown, "loss", axis, j)
            axes.plot(sizes, values, "o", markersize=3.5, color=colour)
        _mark(axes, shown[axis])
    return figure


def draw_simulation(title: str, loss: Losses, shown: Row) -> Figure:
    """Draw simulated means with standard errors and medians beside the solved lines.

    Parameters
    ----------
    title, loss
        As of :func:`draw_curve`.
    shown
        The JSON object of ``tauber simulate explaining``.
    """
    axis, other = _axes_of(shown)
    with drawing(title, _NAMES[axis], _EXCESS) as (figure, axes):
        for colour, j in _lines(axes, loss, shown, axis, other):
            sizes, values = _row(shown, "loss", axis, j)
            axes.errorbar(sizes, values, _row(shown, "loss_error", axis, j)[1], fmt="o", markersize=4, capsize=2,
                          color=colour, zorder=3)  # fmt: skip
            axes.plot(*_row(shown, "median", axis, j), "D", markersize=4.5, markerfacecolor="none", color=colour)
        axes.plot([], [], "o", color=INK, markersize=4, label="mean of the simulations")
        axes.plot([], [], "D", color=INK, markersize=4.5, markerfacecolor="none", label="their median")
        _mark(axes, shown[axis])
    return figure


def draw_prediction(title: str, pool: Pool, shown: Row) -> Figure:
    """Draw the predicted loss where it is claimed, what was measured, and leave-one-out.

    Over the samples, a line for each number of features; over features if there is one number of samples only. Trust is
    known at the sizes asked for: lines are solid between two that are trusted, with their errors as a band, end where
    nothing is claimed, and are dashed elsewhere.

    Parameters
    ----------
    title
        What was read.
    pool
        The pool.
    shown
        The JSON object of ``tauber predict``.
    """
    rows = shown["curve"]
    widths = list(dict.fromkeys(row["features"] for row in rows))
    sizes = list(dict.fromkeys(row["data"] for row in rows))
    over_features = len(sizes) == 1 and sum(map(math.isfinite, widths)) > 1
    axis, other, fixed = ("features", "data", sizes) if over_features else ("data", "features", widths)
    with drawing(title, _NAMES[axis], "mean square error on new points", 7.2, 4.8) as (figure, axes):
        for colour, value in zip(CYCLE * len(fixed), fixed, strict=False):
            chosen = [row for row in rows if row[other] == value and math.isfinite(row[axis])]
            _predicted(axes, pool, shown, chosen, axis, colour)
            _measured(axes, chosen, axis, colour)
            name = r"\infty" if math.isinf(value) else f"{value}"
            axes.plot([], [], color=colour, label=f"${_LETTERS[other]} = {name}$")
        _styles(axes, rows)
        _mark(axes, [row[axis] for row in rows])
    return figure


def _axes_of(shown: Row) -> tuple[str, str]:
    """Which size is on the axis, and which one tells the lines apart."""
    finite = {name: len({size for size in shown[name] if np.isfinite(size)}) for name in _LETTERS}
    if not any(finite.values()):
        raise BadInput(
            "A plot of infinite sizes alone was asked; its axis is logarithmic, so ask for finite ones, too."
        )
    return ("data", "features") if finite["data"] > 1 or finite["features"] == 0 else ("features", "data")


def _lines(axes: Axes, loss: Losses, shown: Row, axis: str, other: str) -> Sequence[tuple[str, int]]:
    """Draw the solved lines; give the colour and the index of each."""
    asked = [size for size in shown[axis] if np.isfinite(size)]
    between = np.geomspace(min(asked), max(asked), POINTS if len(set(asked)) > 1 else 1)
    found = []
    for j, fixed in enumerate(shown[other]):
        colour = CYCLE[j % len(CYCLE)]
        at = _around_the_peak(between, fixed)
        values = [loss(*(pair if axis == "data" else pair[::-1])) for pair in ((float(n), float(fixed)) for n in at)]
        name = rf"{fixed:.6g}" if np.isfinite(fixed) else r"\infty"
        axes.plot(at, values, color=colour, label=f"solved, ${_LETTERS[other]} = {name}$", zorder=2,
                  linestyle=_GAPS[j % len(_GAPS)])  # fmt: skip
        found.append((colour, j))
    return found


def _around_the_peak(sizes: np.ndarray, at: float) -> np.ndarray:
    """More points where a loss without ridge diverges, but none where it is infinite."""
    if not sizes[0] < at < sizes[-1]:
        return sizes[sizes != at] if len(sizes) > 1 else sizes
    near = at * np.exp(np.outer([-1, 1], np.geomspace(2e-3, 0.3, 30)).ravel())
    every = np.unique([*sizes, *near[(near > sizes[0]) & (near < sizes[-1])]])
    return every[abs(np.log(every / at)) > 1e-3]


def _row(shown: Row, key: str, axis: str, j: int) -> tuple[np.ndarray, np.ndarray]:
    """Sizes on the axis and values of one line, infinite sizes left out."""
    table = np.array([[float(value) for value in row] for row in shown[key]])
    values = table[:, j] if axis == "data" else table[j]
    sizes = np.asarray(shown[axis], float)
    kept = np.isfinite(sizes) & np.isfinite(values)
    return sizes[kept], values[kept]


def _mark(axes: Axes, sizes: Sequence[float]) -> None:
    """Write few sizes that are close to each other below the axis, in place of powers of ten."""
    known = sorted({size for size in sizes if np.isfinite(size)})
    if 1 < len(known) <= _FEW and known[-1] < 100 * known[0]:
        axes.set_xticks(known, [f"{size:.4g}" for size in known])
        axes.set_xticks([], minor=True)


def _predicted(axes: Axes, pool: Pool, shown: Row, rows: Sequence[Row], axis: str, colour: str) -> None:
    """The predicted line between the least and the largest size, by how far it is to be trusted."""
    from ..numerics.data import predict

    asked = [row[axis] for row in rows]
    if not asked:
        return
    fixed = float(rows[0]["features" if axis == "data" else "data"])
    end = max(asked) if math.isfinite(fixed) else min(max(asked), 0.999 * pool.size)
    at = _around_the_peak(np.geomspace(min(asked), end, POINTS // 2), fixed)
    sizes = {"data": at, "features": fixed} if axis == "data" else {"data": fixed, "features": at}
    found = predict(pool, sizes["data"], features=sizes["features"], ridge=float(shown["ridge"]), errors=False)
    claimed = [row for row in rows if row["trust"] == "trusted"]
    axes.plot([row[axis] for row in claimed], [row["predicted"] for row in claimed], "x", markersize=6, color=colour)
    for first, second in pairwise(sorted(rows, key=lambda row: float(row[axis]))):
        trusts = {first["trust"], second["trust"]}
        if "unclaimed" in trusts:
            continue
        within = (at >= first[axis]) & (at <= second[axis]) & np.isfinite(found.loss)
        style = "-" if trusts == {"trusted"} else DASHED
        axes.plot(at, np.where(within, found.loss, math.nan), color=colour, linestyle=style)
        if trusts == {"trusted"}:
            known = [first["predicted_error"] / first["predicted"], second["predicted_error"] / second["predicted"]]
            error = found.loss * np.interp(np.log(at), np.log([first[axis], second[axis]]), known)
            below, above = (np.where(within, found.loss + sign * error, math.nan) for sign in (-1, 1))
            axes.fill_between(at, below, above, color=colour, alpha=0.18, linewidth=0)


def _measured(axes: Axes, rows: Sequence[Row], axis: str, colour: str) -> None:
    for row in rows:
        if row["measured"] is not None:
            # Both count for a statement about the population: other splits, and other points.
            error = math.hypot(row["measured_error"], row["points_error"])
            if math.isinf(row["predicted"]):  # no mean is to be expected there
                axes.plot(row[axis], row["measured_median"], "s", markersize=4.5, color=colour)
            else:
                axes.errorbar(row[axis], row["measured"], error, fmt="o", markersize=4.5, capsize=2, color=colour)
        if row["better"] == "leave_one_out":
            axes.errorbar(row[axis], row["leave_one_out"], row["leave_one_out_error"], fmt="D", markersize=5,
                          markerfacecolor="none", capsize=2, color=colour)  # fmt: skip


def _styles(axes: Axes, rows: Sequence[Row]) -> None:
    """Legend of the marks."""
    found = {row["trust"] for row in rows}
    if "trusted" in found:
        axes.plot([], [], color=INK, marker="x", label="predicted, trusted")
    if biased := [f"too {word}" for word in ("low", "high") if word in found]:
        axes.plot([], [], color=INK, linestyle=DASHED, label=f"predicted, {' or '.join(biased)} at one end or both")
    if any(row["measured"] is not None for row in rows):
        axes.plot([], [], "o", color=INK, markersize=4.5, label="measured on held-out points")
    if any(math.isinf(row["predicted"]) and row["measured"] is not None for row in rows):
        axes.plot([], [], "s", color=INK, markersize=4.5, label="median measured at the peak")
    if any(row["better"] == "leave_one_out" for row in rows):
        axes.plot([], [], "D", color=INK, markersize=5, markerfacecolor="none", label="leave-one-out in the pool")
