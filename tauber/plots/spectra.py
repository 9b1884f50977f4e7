"""Eigenvalues and target power of a pool of data, the population's behind them, and the power laws fitted to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .palette import BLUE, GREEN, ORANGE, RED, SKY
from .style import DASHED, finish, house_style, new_figure

if TYPE_CHECKING:
    from ..numerics.data import Pool

POINTS = 80
"""Of a drawn line."""

_APART = 1.2
"""Fitted powers are drawn so much above the lines that they were fitted to."""
_LABELS = (r"eigenvalue, ridge $\kappa$", "target power not learnt")


def draw_spectrum(title: str, pool: Pool, shown: Mapping[str, Any]) -> Figure:
    """Draw eigenvalues and the power of the targets, if any, beyond them, with the power laws fitted over their window.

    Parameters
    ----------
    title
        What was read.
    pool
        The pool.
    shown
        The JSON object of ``tauber spectrum``.
    """
    targeted = pool.targets.shape[1] > 0
    with house_style():
        figure = new_figure(10.0 if targeted else 6.0, 4.6)
        panels: Sequence[Axes] = figure.subplots(1, 1 + targeted, squeeze=False)[0]
        rank = np.arange(1, pool.rank + 1)
        panels[0].loglog(rank, pool.lam[: pool.rank], color=SKY, label="eigenvalues of the pool")
        if targeted:
            tail = pool.power[::-1].cumsum()[::-1]
            panels[1].loglog(rank, tail[: pool.rank], color=SKY, label="target power from mode $k$ on, pool")
        _population(panels, pool)
        if shown["exponents"] is not None:
            _fits(panels, pool, shown)
        for axes, label in zip(panels, _LABELS, strict=False):
            finish(axes, "", "$k$, degrees of freedom", label)
        figure.suptitle(title, fontsize=10)
    return figure


def _population(panels: Sequence[Axes], pool: Pool) -> None:
    """The population's ridge and unlearnt power at n degrees of freedom, as the pool knows them: up to half of it."""
    from ..numerics.data.fit import population

    last = min(pool.size / 2, 0.9 * pool.rank)
    if last <= 1:
        return
    n = np.geomspace(1, last, POINTS)
    kappa, loss, _, _ = population(pool, n)
    panels[0].plot(n, kappa, color=BLUE, label=r"population: $\kappa$ at $n$ degrees of freedom")
    for axes in panels[1:]:
        axes.plot(n, loss, color=BLUE, label="population: loss of $n$ features")
        axes.set_ylim(bottom=loss.min() / 10, top=2 * loss.max())


def _fits(panels: Sequence[Axes], pool: Pool, shown: Mapping[str, Any]) -> None:
    """The fitted powers, drawn over the window where they were fitted, through the middle of the lines."""
    from ..numerics.data.fit import population

    start, stop = shown["window"]
    n, middle = np.geomspace(start, stop, POINTS), POINTS // 2
    kappa, features, data, left = population(pool, n)
    lines = [(panels[0], kappa[middle], "b", "k", ORANGE, 0.0, 0.5)]
    for axes in panels[1:]:
        axes.plot(n, data / left, color=GREEN, label="population: loss of $n$ samples")
        noise = shown["noise"]["value"] if shown["noise"]["seen"] else 0.0
        lines.append((axes, features[middle], "alpha_P", "n", ORANGE, noise, 0.0))
        lines.append((axes, data[middle] / left[middle], "alpha_D", "n", RED, noise / left[middle], 0.0))
    for axes, level, name, letter, colour, floor, shift in lines:
        value, error = (shown["exponents"][name][key] for key in ("value", "error"))
        if value is None:  # noise hides it
            continue
        line = _APART * (floor + (level - floor) * ((n + shift) / (n[middle] + shift)) ** -value)
        label = f"${letter}^{{-{value:.3g}}}$, error of the exponent {error:.2g}"
        axes.plot(n, line, color=colour, linewidth=1.4, linestyle=DASHED, label=label)
