"""The compute-optimal frontier: loss and resources over the budget, local slopes beside the derived exponents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .palette import BLUE, INK, RED
from .style import fitted, house_style, new_figure


@dataclass(frozen=True)
class Panel:
    """One quantity at the optimum.

    Attributes
    ----------
    name, symbol
        In words, and in LaTeX.
    values, slopes
        Measured at each budget; the slope is that of the law, d log / d log budget, or minus that for a loss.
    exponent
        The derived one (anything that is exact), None without a power law.
    falls
        Whether it is a loss, ``~ budget^-exponent``.
    """

    name: str
    symbol: str
    values: Any
    slopes: Any
    exponent: Any
    falls: bool = False


def draw_frontier(title: str, budget: tuple[str, str], budgets: Any, panels: Sequence[Panel]) -> Figure:
    """Draw a frontier: a column for each quantity, its values above, its local slope below.

    Parameters
    ----------
    title
        The model.
    budget
        Letter of the budget, and what it is (LaTeX).
    budgets, panels
        The budgets, and what was measured at them.
    """
    letter, meaning = budget
    x = np.asarray(budgets, float)
    with house_style():
        sloped = any(np.isfinite(np.asarray(panel.slopes, float)).any() for panel in panels)
        figure = new_figure(min(4.3, 13 / len(panels)) * len(panels), 5.6 if sloped else 3.6)
        rows = figure.subplots(1 + sloped, len(panels), sharex=True, squeeze=False, height_ratios=[3, 2][: 1 + sloped])
        for n, panel in enumerate(panels):
            _values(rows[0, n], x, panel)
            if sloped:
                _slopes(rows[1, n], x, panel, letter)
            rows[-1, n].set_xlabel(f"compute ${meaning}$")
        figure.suptitle(fitted(title, figure.get_size_inches()[0]), fontsize=10.5)
    return figure


def _values(axes: Axes, budgets: np.ndarray, panel: Panel) -> None:
    """Measured values, and the derived power law through the last of them."""
    values = np.asarray(panel.values, float)
    axes.loglog(budgets, values, "o", markersize=4.5, color=BLUE, label="measured")
    if panel.exponent is not None:
        exponent = -float(panel.exponent) if panel.falls else float(panel.exponent)
        line = values[-1] * (budgets / budgets[-1]) ** exponent
        axes.loglog(budgets, line, color=RED, linewidth=1.2, label="derived exponent")
    axes.set_ylabel(rf"{panel.name} ${panel.symbol}_\star$")
    axes.grid(visible=True)
    axes.legend()


def _slopes(axes: Axes, budgets: np.ndarray, panel: Panel, letter: str) -> None:
    axes.semilogx(budgets, np.asarray(panel.slopes, float), "o-", markersize=4, color=BLUE)
    if panel.exponent is not None:
        value = float(panel.exponent)
        axes.axhline(value, color=RED, linewidth=1.2)
        axes.annotate(f"{panel.exponent}", (1.0, value), (4, 0), xycoords=axes.get_yaxis_transform(),
                      textcoords="offset points", va="center", color=RED)  # fmt: skip
    sign = "-" if panel.falls else ""
    axes.set_ylabel(rf"${sign}\mathrm{{d}}\log {panel.symbol}_\star/\mathrm{{d}}\log {letter}$")
    axes.grid(visible=True)
    axes.tick_params(colors=INK)
