"""What data show: eigenvalues and target power of a pool, and its predicted learning curve beside the measured one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .explaining import around_the_peak, mark_sizes
from .palette import BLUE, CYCLE, GREEN, INK, ORANGE, RED, SKY
from .style import house_style, new_figure

if TYPE_CHECKING:
    from ..numerics.data import Pool

POINTS = 80
"""Of a drawn line."""

_DASHED = (0, (4, 3))
_APART = 1.2
"""Fitted powers are drawn so much above the lines that they were fitted to."""


def draw_spectrum(title: str, pool: Pool, shown: Mapping[str, Any]) -> Figure:
    """Draw eigenvalues and the target's power beyond them, with the power laws fitted over their window.

    Parameters
    ----------
    title
        What was read.
    pool
        The pool.
    shown
        The JSON object of ``tauber spectrum``.
    """
    with house_style():
        figure = new_figure(10.0, 4.6)
        left, right = figure.subplots(1, 2)
        rank = np.arange(1, pool.rank + 1)
        left.loglog(rank, pool.lam[: pool.rank], color=SKY, label="eigenvalues of the pool")
        tail = pool.power[::-1].cumsum()[::-1]
        right.loglog(rank, tail[: pool.rank], color=SKY, label="target power from mode $k$ on, pool")
        _population(left, right, pool)
        if shown["exponents"] is not None:
            _fits(left, right, pool, shown)
        left.set(xlabel="$k$, degrees of freedom", ylabel=r"eigenvalue, ridge $\kappa$")
        right.set(xlabel="$k$, degrees of freedom", ylabel="target power not learnt")
        for axes in (left, right):
            axes.grid(visible=True)
            axes.legend(fontsize=8.5)
        figure.suptitle(title, fontsize=10)
    return figure


def _population(left: Axes, right: Axes, pool: Pool) -> None:
    """The population's ridge and unlearnt power at n degrees of freedom, as the pool knows them: up to half of it."""
    from ..numerics.data.predict import degrees_of_freedom

    last = min(pool.size / 2, 0.9 * pool.rank)
    if last <= 1:
        return
    n = np.geomspace(1, last, POINTS)
    sums = pool.sums(degrees_of_freedom(pool, n))
    left.loglog(n, sums.kappa, color=BLUE, label=r"population: $\kappa$ at $n$ degrees of freedom")
    right.loglog(n, sums.target, color=BLUE, label="population: loss of $n$ features")
    right.set_ylim(bottom=sums.target.min() / 10, top=2 * sums.target.max())


def _fits(left: Axes, right: Axes, pool: Pool, shown: Mapping[str, Any]) -> None:
    """The fitted powers, drawn over the window where they were fitted, through the middle of the lines."""
    from ..numerics.data.predict import degrees_of_freedom, predict

    start, stop = shown["window"]
    n = np.geomspace(start, stop, POINTS)
    middle = n[POINTS // 2 : POINTS // 2 + 1]
    sums = pool.sums(degrees_of_freedom(pool, middle))
    loss = predict(pool, n, errors=False).loss
    right.loglog(n, loss, color=GREEN, label="population: loss of $n$ samples")
    fits = shown["exponents"]
    noise = shown["noise"]["value"] if shown["noise"]["seen"] else 0.0
    floors = {"b": 0.0, "alpha_P": noise, "alpha_D": noise / (1 - sums.df2[0] / middle[0])}
    lines = (
        (left, sums.kappa[0], "b", "k", ORANGE),
        (right, sums.target[0], "alpha_P", "n", ORANGE),
        (right, loss[POINTS // 2], "alpha_D", "n", RED),
    )
    for axes, level, name, letter, colour in lines:
        value, error = fits[name]["value"], fits[name]["error"]
        if value is None:  # noise hides it
            continue
        shift = 0.5 if name == "b" else 0.0
        line = _APART * (floors[name] + (level - floors[name]) * ((n + shift) / (middle[0] + shift)) ** -value)
        label = f"${letter}^{{-{value:.3g}}}$, error of the exponent {error:.2g}"
        axes.loglog(n, line, color=colour, linewidth=1.4, linestyle=_DASHED, label=label)


def draw_prediction(title: str, pool: Pool, shown: Mapping[str, Any]) -> Figure:
    """Draw the predicted loss where it is claimed, what was measured, and leave-one-out.

    Over the samples, a line for each number of features; over features if there is one number of samples only. Lines
    are solid where they are trusted, dashed where they are too low, and end where nothing is claimed.

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
    with house_style():
        figure = new_figure(7.2, 4.8)
        axes = figure.add_subplot()
        for colour, value in zip(CYCLE * len(fixed), fixed, strict=False):
            chosen = [row for row in rows if row[other] == value and math.isfinite(row[axis])]
            _predicted(axes, pool, shown, chosen, axis, colour)
            _measured(axes, chosen, axis, colour)
            name = r"\infty" if math.isinf(value) else f"{value}"
            axes.plot([], [], color=colour, label=f"${_LETTERS[other]} = {name}$")
        _styles(axes, rows)
        axes.set(xscale="log", yscale="log", xlabel=_NAMES[axis], ylabel="mean square error on new points")
        if axis == "data":
            _ends_of_trust(axes, shown["pool"])
        mark_sizes(axes, [row[axis] for row in rows])
        axes.set_title(title, fontsize=10)
        axes.grid(visible=True)
        axes.legend(fontsize=8)
    return figure


_LETTERS = {"data": "D", "features": "P"}
_NAMES = {"data": "samples $D$", "features": "random features $P$"}


def _predicted(
    axes: Axes, pool: Pool, shown: Mapping[str, Any], rows: list[Mapping[str, Any]], axis: str, colour: str
) -> None:
    """The predicted line between the least and the largest size, by how far it is to be trusted."""
    from ..numerics.data import predict

    asked = [row[axis] for row in rows]
    if not asked:
        return
    fixed = float(rows[0]["features" if axis == "data" else "data"])
    end = max(asked) if math.isfinite(fixed) else min(max(asked), 0.999 * pool.size)
    at = around_the_peak(np.geomspace(min(asked), end, POINTS), fixed)
    sizes = {"data": at, "features": fixed} if axis == "data" else {"data": fixed, "features": at}
    found = predict(pool, sizes["data"], features=sizes["features"], ridge=float(shown["ridge"]))
    for trust, style in (("trusted", "-"), ("low", _DASHED)):
        claimed = (found.trust == trust) & np.isfinite(found.loss)
        axes.plot(at, np.where(claimed, found.loss, math.nan), color=colour, linestyle=style)
        known = claimed & np.isfinite(found.error) if trust == "trusted" else np.zeros_like(claimed)
        below, above = (np.where(known, found.loss + sign * found.error, math.nan) for sign in (-1, 1))
        axes.fill_between(at, below, above, color=colour, alpha=0.18, linewidth=0)


def _measured(axes: Axes, rows: list[Mapping[str, Any]], axis: str, colour: str) -> None:
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


def _styles(axes: Axes, rows: list[Mapping[str, Any]]) -> None:
    """Legend of the marks."""
    axes.plot([], [], color=INK, label="predicted, trusted")
    if any(row["trust"] == "low" for row in rows):
        axes.plot([], [], color=INK, linestyle=_DASHED, label="predicted, too low")
    if any(row["measured"] is not None for row in rows):
        axes.plot([], [], "o", color=INK, markersize=4.5, label="measured on held-out points")
    if any(math.isinf(row["predicted"]) and row["measured"] is not None for row in rows):
        axes.plot([], [], "s", color=INK, markersize=4.5, label="median measured at the peak")
    if any(row["better"] == "leave_one_out" for row in rows):
        axes.plot([], [], "D", color=INK, markersize=5, markerfacecolor="none", label="leave-one-out in the pool")


def _ends_of_trust(axes: Axes, pool: int) -> None:
    """Where predictions stop being trusted, and being claimed."""
    for share, name in ((0.25, "1/4 of the pool"), (0.5, "1/2 of the pool")):
        axes.axvline(share * pool, color=INK, linewidth=0.6, linestyle=":")
        axes.annotate(name, (share * pool, 1.0), (-4, -4), xycoords=axes.get_xaxis_transform(),
                      textcoords="offset points", rotation=90, ha="right", va="top", fontsize=8)  # fmt: skip
