"""Pictures of a fit to training curves: the curves with the law, and its residuals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from .palette import CYCLE, INK
from .style import finish, house_style, new_figure, plain_numbers

if TYPE_CHECKING:
    from ..numerics.runs import FittedCurves

_NAMED = 10  # runs that have a place in the legend


def draw_curves(payload: Mapping[str, Any], fitted: FittedCurves) -> Figure:
    """Draw each run's points with the law through them, and the residuals below a common axis of intrinsic time.

    Parameters
    ----------
    payload
        The JSON object of ``tauber fit``.
    fitted
        The law at its best parameters.
    """
    with house_style():
        figure = new_figure(11.5, 4.4)
        figure.suptitle(f"{payload['source']}: {payload['runs']} training curves", fontsize=11)
        losses, residuals = figure.add_subplot(1, 2, 1), figure.add_subplot(1, 2, 2)
        residuals.axhline(0, color=INK, linewidth=0.8)
        for n, run in enumerate(fitted.x.runs):
            colour, own = CYCLE[n % len(CYCLE)], fitted.x.owner == n
            off, name = fitted.residuals[own], run.name if n < _NAMED else None
            losses.plot(run.time, run.loss, ".", color=colour, markersize=4)
            losses.plot(run.time, run.loss * np.exp(-off), color=colour, label=name)
            residuals.plot(run.time, 100 * np.expm1(off), ".-", color=colour, markersize=4, linewidth=0.8, label=name)
        losses.set(xscale="log", yscale="log")
        plain_numbers(losses.yaxis)
        residuals.set(xscale="log")
        finish(losses, "Curves and law", "intrinsic time $T$", "loss")
        finish(residuals, "Residuals", "intrinsic time $T$", "percent of the loss")
    return figure
