"""The compute-optimal frontier: best size and its loss over the budget, local slopes beside the derived exponents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .palette import BLUE, INK, RED
from .style import house_style, new_figure

if TYPE_CHECKING:
    from ..theory.plrf import Derivation


def draw_frontier(derived: Derivation, found: Any) -> Figure:
    """Draw a frontier.

    Parameters
    ----------
    derived
        The derivation at the same point.
    found
        A ``tauber.numerics.frontier.Frontier``.
    """
    x = None if derived.d_exponent is None else float(derived.d_exponent)
    y = None if derived.loss_exponent is None else float(derived.loss_exponent)
    flops = np.asarray(found.budgets, float)
    with house_style():
        figure = new_figure(8.6, 5.6)
        (loss, size), (loss_slope, size_slope) = figure.subplots(2, 2, sharex=True, height_ratios=[3, 2])
        _panel(loss, flops, np.asarray(found.loss, float), r"loss $P_\star$", None if y is None else -y)
        _panel(size, flops, np.asarray(found.d, float), r"size $d_\star$", x)
        _slopes(loss_slope, flops, -np.asarray(found.loss_slope), r"$-d\log P_\star/d\log f$", y, derived.loss_exponent)
        _slopes(size_slope, flops, np.asarray(found.d_slope), r"$d\log d_\star/d\log f$", x, derived.d_exponent)
        phase = f"phase {derived.phase}" if derived.phase not in {None, "none"} else "no single power law"
        figure.suptitle(
            rf"$\alpha={float(derived.alpha):g}$,  $\beta={float(derived.beta):g}$:  {phase}", fontsize=10.5
        )
    return figure


def _panel(axes: Axes, flops: np.ndarray, values: np.ndarray, label: str, exponent: float | None) -> None:
    """Measured values, and the derived power law through the last of them."""
    axes.loglog(flops, values, "o", markersize=4.5, color=BLUE, label="measured")
    if exponent is not None:
        line = values[-1] * (flops / flops[-1]) ** exponent
        axes.loglog(flops, line, color=RED, linewidth=1.2, label="derived exponent")
    axes.set_ylabel(label)
    axes.grid(visible=True)
    axes.legend()


def _slopes(axes: Axes, flops: np.ndarray, slopes: np.ndarray, label: str, value: float | None, exact: Any) -> None:
    axes.semilogx(flops, slopes, "o-", markersize=4, color=BLUE)
    if value is not None:
        axes.axhline(value, color=RED, linewidth=1.2)
        axes.annotate(f"{exact}", (1.0, value), (4, 0), xycoords=axes.get_yaxis_transform(), textcoords="offset points",
                      va="center", color=RED)  # fmt: skip
    axes.set(xlabel="compute $f = d\\,r\\,B$", ylabel=label)
    axes.grid(visible=True)
    axes.tick_params(colors=INK)
