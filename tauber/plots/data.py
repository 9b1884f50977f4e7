"""What data show: eigenvalues and target power of a pool, and its predicted learning curve beside the measured one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
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


def draw_eigenvalues(title: str, pool: Pool, shown: Mapping[str, Any]) -> Figure:
    """Draw the eigenvalues of a pool without targets, with the power law fitted over its window.

    Parameters
    ----------
    title
        What was read.
    pool
        The pool.
    shown
        The JSON object of ``tauber spectrum --no-target``.
    """
    from ..numerics.data.predict import degrees_of_freedom

    with house_style():
        figure = new_figure(6.0, 4.6)
        axes = figure.subplots()
        rank = np.arange(1, pool.rank + 1)
        axes.loglog(rank, pool.lam[: pool.rank], color=SKY, label="eigenvalues of the pool")
        last = min(pool.size / 2, 0.9 * pool.rank)
        if last > 1:
            n = np.geomspace(1, last, POINTS)
            kappa = pool.sums(degrees_of_freedom(pool, n)).kappa
            axes.loglog(n, kappa, color=BLUE, label=r"population: $\kappa$ at $n$ degrees of freedom")
        if shown["exponents"] is not None:
            n = np.geomspace(shown["window"][0], shown["window"][1], POINTS)
            middle = n[POINTS // 2]
            level = float(pool.sums(degrees_of_freedom(pool, middle)).kappa)
            value, error = (shown["exponents"]["b"][key] for key in ("value", "error"))
            label = f"$k^{{-{value:.3g}}}$, error of the exponent {error:.2g}"
            line = _APART * level * ((n + 0.5) / (middle + 0.5)) ** -value
            axes.loglog(n, line, color=ORANGE, linewidth=1.4, linestyle=_DASHED, label=label)
        axes.set(xlabel="$k$, degrees of freedom", ylabel=r"eigenvalue, ridge $\kappa$")
        axes.grid(visible=True)
        axes.legend(fontsize=8.5)
        figure.suptitle(title, fontsize=10)
    return figure


def draw_prediction(title: str, pool: Pool, shown: Mapping[str, Any]) -> Figure:
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
    found = predict(pool, sizes["data"], features=sizes["features"], ridge=float(shown["ridge"]), errors=False)
    claimed = [row for row in rows if row["trust"] == "trusted"]
    axes.plot([row[axis] for row in claimed], [row["predicted"] for row in claimed], "x", markersize=6, color=colour)
    for first, second in pairwise(sorted(rows, key=lambda row: float(row[axis]))):
        trusts = {first["trust"], second["trust"]}
        if "unclaimed" in trusts:
            continue
        within = (at >= first[axis]) & (at <= second[axis]) & np.isfinite(found.loss)
        style = "-" if trusts == {"trusted"} else _DASHED
        axes.plot(at, np.where(within, found.loss, math.nan), color=colour, linestyle=style)
        if trusts == {"trusted"}:
            known = [first["predicted_error"] / first["predicted"], second["predicted_error"] / second["predicted"]]
            error = found.loss * np.interp(np.log(at), np.log([first[axis], second[axis]]), known)
            below, above = (np.where(within, found.loss + sign * error, math.nan) for sign in (-1, 1))
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
    found = {row["trust"] for row in rows}
    if "trusted" in found:
        axes.plot([], [], color=INK, marker="x", label="predicted, trusted")
    if biased := [f"too {word}" for word in ("low", "high") if word in found]:
        axes.plot([], [], color=INK, linestyle=_DASHED, label=f"predicted, {' or '.join(biased)} at one end or both")
    if any(row["measured"] is not None for row in rows):
        axes.plot([], [], "o", color=INK, markersize=4.5, label="measured on held-out points")
    if any(math.isinf(row["predicted"]) and row["measured"] is not None for row in rows):
        axes.plot([], [], "s", color=INK, markersize=4.5, label="median measured at the peak")
    if any(row["better"] == "leave_one_out" for row in rows):
        axes.plot([], [], "D", color=INK, markersize=5, markerfacecolor="none", label="leave-one-out in the pool")
