"""Test and training loss of the dynamical model over time, solved, simulated, or predicted from a training set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .curves import POINTS, positive
from .palette import BLUE, GREEN, INK, ORANGE, PURPLE, RED, SKY, YELLOW
from .style import house_style, new_figure

if TYPE_CHECKING:
    from ..numerics.dynamical import Dynamical
    from ..numerics.dynamical.simulation import Simulation

_LOSSES = (("test", BLUE), ("train", ORANGE))
_PARTS = {"bias": SKY, "features": GREEN, "data": RED, "interaction": YELLOW}
_DASHES = {"test": "-", "train": (0, (3, 2))}  # a loss under the other one is seen through its gaps


def draw_curve(title: str, model: Dynamical, shown: Mapping[str, Any]) -> Figure:
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
    with house_style():
        figure = new_figure(6.8, 4.6)
        axes = figure.add_subplot()
        _lines(axes, model, shown["times"])
        for key, colour in _LOSSES:
            times, loss = positive(np.asarray(shown["times"], float), np.asarray(shown[key], float))
            known = _resolved(loss, positive(np.asarray(shown["times"], float), _errors(shown, key))[1])
            axes.plot(times[known], loss[known], "o", markersize=3.5, color=colour)
        if "components" in shown:
            _parts(axes, model, shown["times"])
        if "ensemble" in shown:
            _ensemble(axes, model, shown["times"], shown["ensemble"])
        if np.isfinite(last := float(shown["final"]["test"])):
            axes.axhline(last, color=INK, linewidth=0.9, linestyle=(0, (4, 3)), label=r"test loss at $t = \infty$")
        _finish(axes, title)
    return figure


def draw_simulation(title: str, model: Dynamical, simulated: Simulation) -> Figure:
    """Draw the loss of every run, their means with standard errors, and the solved curves.

    Parameters
    ----------
    title, model
        What was simulated.
    simulated
        The runs.
    """
    times = np.asarray(simulated.times, float)
    positive(times, times)  # refuses time 0 alone
    at = times > 0
    with house_style():
        figure = new_figure(6.8, 4.6)
        axes = figure.add_subplot()
        axes.plot(times[at], simulated.test_runs[:, at].T, color=SKY, linewidth=0.6, alpha=0.5, zorder=1)
        axes.plot([], [], color=SKY, linewidth=0.6, label="test loss of one network each")
        _lines(axes, model, simulated.times.tolist())
        for key, colour in _LOSSES:
            mean, error = getattr(simulated, key)[at], getattr(simulated, f"{key}_error")[at]
            axes.errorbar(times[at], mean, error, fmt="o", markersize=4, color=colour, capsize=2,
                          label=f"mean of the {key} losses simulated", zorder=3)  # fmt: skip
        _finish(axes, title)
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
    times, test = positive(np.asarray(shown["times"], float), np.asarray(shown["test"], float))
    error, train = (
        positive(np.asarray(shown["times"], float), np.asarray(shown[k], float))[1] for k in ("standard_error", "train")
    )
    with house_style():
        figure = new_figure(6.8, 4.6)
        axes = figure.add_subplot()
        axes.plot(times, test, "o-", markersize=3.5, color=BLUE, label="test loss predicted")
        axes.fill_between(
            times, test - error, test + error, color=BLUE, alpha=0.2, linewidth=0, label="its standard error"
        )
        shown_train = train > 0
        label = "training loss" if shown_train.any() else "training loss (0 throughout)"
        axes.plot(times[shown_train], train[shown_train], "o--", markersize=3.5, color=ORANGE, label=label)
        _finish(axes, title)
    return figure


def _lines(axes: Axes, model: Dynamical, times: Sequence[float]) -> None:
    """Solve and draw both losses between the first and the last positive time."""
    between = _between(model, times)
    solved = model.curve(between)
    for key, colour in _LOSSES:
        loss, error = (np.asarray(getattr(solved, name), float) for name in (key, f"{key}_error"))
        known = _resolved(loss, error)
        same = key == "train" and _looks_the_same(loss, np.asarray(solved.test, float))
        label = f"{key} loss, solved{' (here the same)' if same else ''}"
        axes.plot(between[known], loss[known], color=colour, label=label, zorder=2, linestyle=_DASHES[key])


def _looks_the_same(loss: np.ndarray, other: np.ndarray) -> bool:
    """Whether two lines cannot be told apart: on a logarithmic axis of a few hundred points a thousandth is unseen."""
    return bool(np.allclose(loss, other, rtol=1e-3, atol=0))


def _parts(axes: Axes, model: Dynamical, times: Sequence[float]) -> None:
    """The parts of the test loss; one that is nowhere more than its uncertainty is named in the legend only."""
    between = _between(model, times)
    solved = model.ensembles(between)
    for name, colour in _PARTS.items():
        part, error = (np.asarray(getattr(solved, key), float) for key in (name, f"{name}_error"))
        known = part > np.maximum(error, 0)
        label = f"part of the test loss: {name}{'' if known.any() else ' (none)'}"
        axes.plot(between[known], part[known], color=colour, linewidth=1.3, linestyle=(0, (5, 1, 1, 1)), label=label,
                  marker="o" if len(between) == 1 else None, markersize=3.5)  # fmt: skip


def _ensemble(axes: Axes, model: Dynamical, times: Sequence[float], team: Mapping[str, Any]) -> None:
    """The test loss of an ensemble: solved between the asked times, and marked at these."""
    between, count = _between(model, times), (team["networks"], team["datasets"])
    asked, loss = positive(np.asarray(times, float), np.asarray(team["test"], float))
    label = f"test loss, mean of {count[0]} networks on {count[1]} data sets each"
    axes.plot(between, model.ensembles(between).grid(*count), color=PURPLE, label=label)
    axes.plot(asked, loss, "s", markersize=3.5, color=PURPLE)


def _between(model: Dynamical, times: Sequence[float]) -> np.ndarray:
    """Many times from the first positive one to the last: whole steps of gradient descent."""
    from ..numerics.dynamical import GradientDescent

    asked = positive(np.asarray(times, float), np.asarray(times, float))[0]
    between = np.geomspace(asked[0], asked[-1], POINTS) if len(asked) > 1 else asked
    return np.unique(np.round(between)) if isinstance(model.optimiser, GradientDescent) else between


def _resolved(loss: np.ndarray, error: np.ndarray) -> np.ndarray:
    """Which values are more than their uncertainty: the others have no place on a logarithmic axis."""
    return (loss > 0) & (error < 1)


def _errors(shown: Mapping[str, Any], key: str) -> np.ndarray:
    return np.asarray(shown["error" if key == "test" else f"{key}_error"], float)


def _finish(axes: Axes, title: str) -> None:
    axes.set(xscale="log", yscale="log", xlabel="time $t$", ylabel="loss")
    axes.set_title(title.replace(": ", ":\n"), fontsize=9.5)
    axes.grid(visible=True)
    axes.legend(fontsize=8.5)
