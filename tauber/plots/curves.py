"""Loss curves: the loss over the steps, and below it the local slope beside the derived exponents."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..errors import BadInput
from ..theory.plrf import derive
from .palette import BLUE, CYCLE, INK, RED, SKY
from .style import house_style, new_figure

if TYPE_CHECKING:
    from ..numerics.plrf import PLRF, Curve
    from ..numerics.simulation import SimulatedCurve


POINTS = 240
"""Of a drawn line; the asked times are marked on it."""


def draw_curve(alpha: Fraction, beta: Fraction, model: PLRF, solved: Curve) -> Figure:
    """Draw a solved loss curve; where the model is stable, its measured local slope beside the derived exponents.

    Parameters
    ----------
    alpha, beta
        Exact exponents of the model.
    model, solved
        The model and the curve it gave.
    """
    times, loss = positive(np.asarray(solved.times, float), np.asarray(solved.loss, float))
    stable = float(solved.step_size) < float(model.stability_limit)
    between = np.geomspace(times[0], times[-1], POINTS) if stable and len(times) > 1 else times
    sloped = stable and len(times) > 1  # a slope needs two times
    with house_style():
        figure = new_figure(6.8, 6.2 if sloped else 4.2)
        panels = figure.subplots(2 if sloped else 1, 1, sharex=True, squeeze=False, height_ratios=[3, 2][: 1 + sloped])[
            :, 0
        ]
        top = panels[0]
        line = model.curve(between).loss if stable else loss
        top.loglog(between, np.asarray(line, float), color=BLUE, label="loss $P(r)$")
        proved = "proved" if solved.solver == "certified" else None
        top.loglog(times, loss, "o", color=BLUE, markersize=3, label=proved)
        if stable:
            top.axhline(float(model.level), color=INK, linewidth=0.9, linestyle=(0, (4, 3)), label=r"level $P(\infty)$")
        if sloped:
            _slopes(panels[1], alpha, beta, model, between)
        top.set_ylabel("loss")
        top.set_title(_parameters(alpha, beta, model), fontsize=10.5)
        top.grid(visible=True)
        top.legend()
        panels[-1].set_xlabel("step $r$")
    return figure


def draw_simulation(alpha: Fraction, beta: Fraction, model: PLRF, solved: Curve, simulated: SimulatedCurve) -> Figure:
    """Draw every simulated loss, their median with its standard error, and the solved curve.

    Parameters
    ----------
    alpha, beta
        Exact exponents of the model.
    model, solved, simulated
        The model, its solved curve, and the simulated ones at the same times.
    """
    times = np.asarray(solved.times, float)
    positive(times, times)
    shown = times > 0
    with house_style():
        figure = new_figure(6.8, 4.6)
        axes = figure.add_subplot()
        axes.loglog(times[shown], simulated.losses[:, shown].T, color=SKY, linewidth=0.6, alpha=0.5, zorder=1)
        axes.plot([], [], color=SKY, linewidth=0.6, label="one random embedding each")
        axes.loglog(times[shown], np.asarray(solved.loss, float)[shown], color=BLUE, label="solved", zorder=2)
        axes.errorbar(times[shown], simulated.median[shown], simulated.median_error[shown], fmt="o", markersize=4,
                      color=RED, capsize=2, label="median of the simulations", zorder=3)  # fmt: skip
        axes.set(xlabel="step $r$", ylabel="loss")
        axes.set_title(_parameters(alpha, beta, model), fontsize=10.5)
        axes.grid(visible=True)
        axes.legend()
    return figure


def positive(times: np.ndarray, loss: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Times above 0, for which alone a logarithmic axis has a place, in order, and the losses there."""
    if not (times > 0).any():
        raise BadInput(
            "A plot of time 0 alone was asked; its axis is logarithmic, so ask for at least one time above 0."
        )
    chosen = np.argsort(times)[(times <= 0).sum() :]
    return times[chosen], loss[chosen]


def _parameters(alpha: Fraction, beta: Fraction, model: PLRF) -> str:
    return rf"$\alpha={float(alpha):g}$,  $\beta={float(beta):g}$,  $d={_power(model.d)}$"


def _slopes(axes: Axes, alpha: Fraction, beta: Fraction, model: PLRF, times: np.ndarray) -> None:
    """Measured local slope, and a line at each derived exponent in r."""
    slope = model.slope(times)
    axes.semilogx(times, slope.values, color=BLUE)
    for colour, term in zip(CYCLE[1:], (term for term in derive(alpha, beta).terms if term.present), strict=False):
        value, (letter, _, index) = float(term.r), term.name.partition("_")
        axes.axhline(value, color=colour, linewidth=1.1, linestyle=(0, (4, 3)))
        label = rf"${letter}_{{{index}}}$: {term.r}"
        axes.annotate(label, (1.0, value), (4, 0), xycoords=axes.get_yaxis_transform(), textcoords="offset points",
                      va="center", color=colour, fontsize=9)  # fmt: skip
    axes.set_ylabel(r"slope  $d\log P/d\log r$")
    axes.grid(visible=True)


def _power(number: float) -> str:
    """A size as a power of ten where it is one."""
    exponent = np.log10(float(number))
    return f"10^{{{round(exponent)}}}" if exponent == round(exponent) else f"{float(number):g}"
