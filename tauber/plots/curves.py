"""Losses over steps or time: solved, simulated, or predicted from a training set.

Of what is solved a line is drawn through many times, and the asked ones are marked on it. Where the derived exponents
are those of a loss itself, its local slope stands below it beside them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..errors import BadInput
from .palette import BLUE, CYCLE, GREEN, INK, ORANGE, PURPLE, RED, SKY, YELLOW
from .style import DASHED, drawing, finish, house_style, new_figure

if TYPE_CHECKING:
    from ..numerics.models.dynamical import Dynamical
    from ..numerics.models.dynamical.simulation import Simulation
    from ..numerics.models.one_pass.model import Curve, OnePass
    from ..numerics.models.one_pass.training import TrainingCurve
    from ..numerics.models.plrf import PLRF, SimulatedCurve

POINTS = 240
"""Of a drawn line."""

_STEP, _TIME, _LOSS = "step $r$", "time $t$", "loss"
_LOSSES = (("test", BLUE), ("train", ORANGE))
_PARTS = {"bias": SKY, "features": GREEN, "data": RED, "interaction": YELLOW}
_GAPS = {"test": "-", "train": (0, (3, 2))}  # a loss under the other one is seen through its gaps


def draw_curve(title: str, model: OnePass, solved: Curve, slopes: Mapping[str, Any]) -> Figure:
    """Draw a solved loss curve; where the model is stable, its measured local slope beside the derived exponents.

    Parameters
    ----------
    title
        What was solved.
    model, solved
        The model and the curve it gave.
    slopes
        Derived exponents of the step by the name of their term (LaTeX); none where nothing is derived.
    """
    times, loss = positive(solved.times, solved.loss)
    stable = float(solved.step_size) < float(model.stability_limit)
    sloped = stable and len(times) > 1  # a slope needs two times
    between = _between(times) if stable else times
    with house_style():
        figure = new_figure(6.8, 6.2 if sloped else 4.2)
        rows = 1 + sloped
        panels = figure.subplots(rows, 1, sharex=True, squeeze=False, height_ratios=[3, 2][:rows])[:, 0]
        line = model.curve(between).loss if stable else loss
        panels[0].loglog(between, np.asarray(line, float), color=BLUE, label="loss $P(r)$")
        proved = "proved" if solved.solver == "certified" else None
        panels[0].plot(times, loss, "o", color=BLUE, markersize=3, label=proved)
        if stable:
            _level(panels[0], float(model.level), r"level $P(\infty)$")
        if sloped:
            _slopes(panels[1], slopes, model, between)
        finish(panels[0], title, "" if sloped else _STEP, _LOSS)
        panels[-1].set_xlabel(_STEP)
    return figure


def draw_training(title: str, solved: TrainingCurve) -> Figure:
    """Draw the loss of a training that changes with time, and the loss less the noise of the labels where there is any.

    Parameters
    ----------
    title
        What was solved.
    solved
        Its curve.
    """
    with drawing(title, _STEP, _LOSS) as (figure, axes):
        for values, colour, label in ((solved.loss, BLUE, "loss $P(r)$"), (solved.excess, ORANGE, r"less $\sigma^2$")):
            if label.startswith("loss") or (solved.loss != solved.excess).any():
                times, loss = positive(solved.times, values)
                axes.plot(times, loss, "o-", color=colour, markersize=3, label=label)
    return figure


def draw_simulation(title: str, solved: Curve | TrainingCurve, simulated: SimulatedCurve) -> Figure:
    """Draw every simulated loss, their median with its standard error, and the solved curve.

    Parameters
    ----------
    title
        The model.
    solved, simulated
        The solved curve, and the simulated ones at the same times.
    """
    times = np.asarray(solved.times, float)
    with drawing(title, _STEP, _LOSS) as (figure, axes):
        at = _runs(axes, times, simulated.losses, "one random embedding each")
        axes.plot(times[at], np.asarray(solved.loss, float)[at], color=BLUE, label="solved", zorder=2)
        median, error = simulated.median[at], simulated.median_error[at]
        _means(axes, times[at], median, error, RED, "median of the simulations")
    return figure


def draw_losses(title: str, model: Dynamical, shown: Mapping[str, Any]) -> Figure:
    """Draw a solved test and training loss with the limit of the former.

    Parameters
    ----------
    title
        What was solved.
    model
        The model; the lines between the asked times are solved, too.
    shown
        The JSON object of ``tauber curve dynamical``.
    """
    with drawing(title, _TIME, _LOSS) as (figure, axes):
        _solved(axes, model, shown["times"])
        for key, colour in _LOSSES:
            times, loss = positive(shown["times"], shown[key])
            known = _resolved(loss, positive(shown["times"], shown["error" if key == "test" else f"{key}_error"])[1])
            axes.plot(times[known], loss[known], "o", markersize=3.5, color=colour)
        if "components" in shown:
            _parts(axes, model, shown["times"])
        if "ensemble" in shown:
            _ensemble(axes, model, shown["times"], shown["ensemble"])
        if np.isfinite(last := float(shown["final"]["test"])):
            _level(axes, last, r"test loss at $t = \infty$")
    return figure


def draw_simulated_losses(title: str, model: Dynamical, simulated: Simulation) -> Figure:
    """Draw the loss of every run, their means with standard errors, and the solved curves.

    Parameters
    ----------
    title, model
        What was simulated.
    simulated
        The runs.
    """
    times = np.asarray(simulated.times, float)
    with drawing(title, _TIME, _LOSS) as (figure, axes):
        at = _runs(axes, times, simulated.test_runs, "test loss of one network each")
        _solved(axes, model, times)
        for key, colour in _LOSSES:
            mean, error = getattr(simulated, key)[at], getattr(simulated, f"{key}_error")[at]
            _means(axes, times[at], mean, error, colour, f"mean of the {key} losses simulated")
    return figure


def draw_prediction(title: str, shown: Mapping[str, Any]) -> Figure:
    """Draw a test loss predicted from a training set, with its standard error, and the training loss.

    Parameters
    ----------
    title
        The training set.
    shown
        The JSON object of ``tauber curve kernel``.
    """
    times, test = positive(shown["times"], shown["test"])
    error, train = (positive(shown["times"], shown[key])[1] for key in ("standard_error", "train"))
    with drawing(title, _TIME, _LOSS) as (figure, axes):
        axes.plot(times, test, "o-", markersize=3.5, color=BLUE, label="test loss predicted")
        axes.fill_between(
            times, test - error, test + error, color=BLUE, alpha=0.2, linewidth=0, label="its standard error"
        )
        shown_train = train > 0
        label = "training loss" if shown_train.any() else "training loss (0 throughout)"
        axes.plot(times[shown_train], train[shown_train], "o--", markersize=3.5, color=ORANGE, label=label)
    return figure


def titled(words: str, model: PLRF) -> str:
    """A title: what the data are, and the size and noise of a model."""
    exponent = np.log10(size := float(model.d))
    power = f"10^{{{round(exponent)}}}" if exponent == round(exponent) else f"{size:g}"
    noise = rf",  $\sigma={float(model.noise):g}$" if model.noise else ""
    return f"{words},  $d={power}${noise}"


def positive(times: Any, values: Any) -> tuple[np.ndarray, np.ndarray]:
    """Times above 0, for which alone a logarithmic axis has a place, in order, and the values there."""
    moments = np.asarray(times, float)
    if not (moments > 0).any():
        raise BadInput(
            "A plot of time 0 alone was asked; its axis is logarithmic, so ask for at least one time above 0."
        )
    chosen = np.argsort(moments)[(moments <= 0).sum() :]
    return moments[chosen], np.asarray(values, float)[chosen]


def _between(times: np.ndarray) -> np.ndarray:
    """Many times from the first to the last."""
    return np.geomspace(times[0], times[-1], POINTS) if len(times) > 1 else times


def _level(axes: Axes, value: float, label: str) -> None:
    """What a loss tends to."""
    axes.axhline(value, color=INK, linewidth=0.9, linestyle=DASHED, label=label)


def _runs(axes: Axes, times: np.ndarray, losses: np.ndarray, label: str) -> np.ndarray:
    """Draw every run; give which of the times have a place on the axis."""
    positive(times, times)  # refuses time 0 alone
    at = times > 0
    axes.plot(times[at], losses[:, at].T, color=SKY, linewidth=0.6, alpha=0.5, zorder=1)
    axes.plot([], [], color=SKY, linewidth=0.6, label=label)
    return at


def _means(axes: Axes, times: np.ndarray, mean: np.ndarray, error: np.ndarray, colour: str, label: str) -> None:
    axes.errorbar(times, mean, error, fmt="o", markersize=4, color=colour, capsize=2, label=label, zorder=3)


def _slopes(axes: Axes, derived: Mapping[str, Any], model: OnePass, times: np.ndarray) -> None:
    """Measured local slope, and a line at each derived exponent in r."""
    slope = model.slope(times)
    axes.semilogx(times, slope.values, color=BLUE)
    for colour, (name, exponent) in zip(CYCLE[1:], derived.items(), strict=False):
        value = float(exponent)
        axes.axhline(value, color=colour, linewidth=1.1, linestyle=DASHED)
        annotated = re.sub(r"^(\w)_(\w+)$", r"$\1_{\2}$", name)
        axes.annotate(f"{annotated}: {exponent}", (1.0, value), (4, 0), xycoords=axes.get_yaxis_transform(),
                      textcoords="offset points", va="center", color=colour, fontsize=9)  # fmt: skip
    axes.set_ylabel(r"slope  $\mathrm{d}\log P/\mathrm{d}\log r$")
    axes.grid(visible=True)


def _solved(axes: Axes, model: Dynamical, times: Any) -> None:
    """Solve and draw both losses between the first and the last positive time."""
    between = _moments(model, times)
    solved = model.curve(between)
    for key, colour in _LOSSES:
        loss, error = (np.asarray(getattr(solved, name), float) for name in (key, f"{key}_error"))
        known = _resolved(loss, error)
        # On a logarithmic axis of a few hundred points a thousandth is unseen.
        same = key == "train" and np.allclose(loss, np.asarray(solved.test, float), rtol=1e-3, atol=0)
        label = f"{key} loss, solved{' (here the same)' if same else ''}"
        axes.plot(between[known], loss[known], color=colour, label=label, zorder=2, linestyle=_GAPS[key])


def _parts(axes: Axes, model: Dynamical, times: Sequence[float]) -> None:
    """The parts of the test loss; one that is nowhere more than its uncertainty is named in the legend only."""
    between = _moments(model, times)
    solved = model.ensembles(between)
    for name, colour in _PARTS.items():
        part, error = (np.asarray(getattr(solved, key), float) for key in (name, f"{name}_error"))
        known = part > np.maximum(error, 0)
        label = f"part of the test loss: {name}{'' if known.any() else ' (none)'}"
        axes.plot(between[known], part[known], color=colour, linewidth=1.3, linestyle=(0, (5, 1, 1, 1)), label=label,
                  marker="o" if len(between) == 1 else None, markersize=3.5)  # fmt: skip


def _ensemble(axes: Axes, model: Dynamical, times: Sequence[float], team: Mapping[str, Any]) -> None:
    """The test loss of an ensemble: solved between the asked times, and marked at these."""
    between, count = _moments(model, times), (team["networks"], team["datasets"])
    label = f"test loss, mean of {count[0]} networks on {count[1]} data sets each"
    axes.plot(between, model.ensembles(between).grid(*count), color=PURPLE, label=label)
    axes.plot(*positive(times, team["test"]), "s", markersize=3.5, color=PURPLE)


def _moments(model: Dynamical, times: Any) -> np.ndarray:
    """Many times from the first positive one to the last: whole steps of gradient descent."""
    from ..numerics.models.dynamical import GradientDescent

    between = _between(positive(times, times)[0])
    return np.unique(np.round(between)) if isinstance(model.optimiser, GradientDescent) else between


def _resolved(loss: np.ndarray, error: np.ndarray) -> np.ndarray:
    """Which values are more than their uncertainty: the others have no place on a logarithmic axis."""
    return (loss > 0) & (error < 1)
