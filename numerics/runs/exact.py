"""Runs of an exact model: what a fit to measured runs would see if the model were the truth, all else away."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..core.precision import Array
from ..models.one_pass.schedule import Schedule
from ..models.one_pass.training import Training
from ..models.plrf import PLRF
from .curves import Curve, Curves
from .surfaces import SURFACES
from .table import Runs

_MODES = 4
"""Data modes per parameter where infinitely many are no model, 2 alpha <= 1."""
_LEAST = 4  # parameters and samples of a run


def plrf_runs(alpha: float, beta: float, compute: Array, sizes: Array, exponent: float) -> Runs:
    """Losses of the PLRF under one-pass SGD.

    Parameters
    ----------
    compute
        Budgets f = d r, (B,).
    sizes
        Sizes of each budget, over f^exponent, (S,).
    """
    size, data = _around(compute, sizes, exponent)
    loss = np.empty(len(size))
    for d in np.unique(size):
        own = size == d
        times, place = np.unique(data[own], return_inverse=True)
        modes = np.inf if 2 * alpha > 1 else _MODES * d
        loss[own] = np.asarray(PLRF(alpha, beta, float(d), modes).curve(times).loss, dtype=float)[place]
    return Runs(loss, size, data, size * data)


def dynamical_runs(a: float, b: float, compute: Array, sizes: Array, exponent: float) -> Runs:
    """Losses of the dynamical model on data seen once, width N and time t.

    Parameters
    ----------
    compute
        Budgets C = N t, (B,).
    sizes
        Widths of each budget, over C^exponent, (S,).
    """
    size, data = _around(compute, sizes, exponent)
    return surface_runs("dynamical", {"E": 0, "S": 1, "N0": 1, "D0": 1, "a": a, "b": b}, size, data)


def _around(compute: Array, sizes: Array, exponent: float) -> tuple[Array, Array]:
    """Whole sizes and data of the products `compute`, the sizes around compute^exponent; (n,) each."""
    pairs = np.array([(round(f**exponent * s), f) for f in compute for s in sizes], dtype=float)
    size, data = pairs[:, 0], np.rint(pairs[:, 1] / pairs[:, 0])
    kept = (size >= _LEAST) & (data >= _LEAST)
    return size[kept], data[kept]


def surface_runs(
    model: str, law: Mapping[str, float], size: Array, data: Array, noise: float = 0.0, seed: int = 0
) -> Runs:  # fmt: skip
    """Losses E + S P(N/N0, D/D0) of a model, solved for each run and not interpolated.

    Parameters
    ----------
    model
        A name in `SURFACES`.
    law
        E, S, N0, D0 and the exponents of the model by their letters.
    size, data
        Of each run, (n,).
    noise
        Standard deviation of log loss, Gaussian.
    """
    surface = SURFACES[model]
    first, second = (law[letter] for letter in surface.letters)
    loss = np.empty(len(size))
    for n in np.unique(size):
        own = size == n
        loss[own] = surface.solve(first, second, np.array([n / law["N0"]]), data[own] / law["D0"])[0]
    loss = (law["E"] + law["S"] * loss) * np.exp(noise * np.random.default_rng(seed).standard_normal(len(size)))
    return Runs(loss, size, data, size * data)


def plrf_curves(
    model: PLRF, schedules: Mapping[str, Schedule], steps: int, rows: int = 400, noise: float = 0.0, seed: int = 0
) -> Curves:  # fmt: skip
    """Training curves of the PLRF with schedules, by the exact recursion; noise is Gaussian, of log loss.

    Parameters
    ----------
    schedules
        By the names of the runs.
    rows
        Rows of each curve, half of them log-spaced, half evenly.
    """
    spaced = np.concatenate([np.geomspace(1, steps - 1, rows // 2), np.linspace(1, steps - 1, rows // 2)])
    step = np.unique(np.rint(spaced))
    generator = np.random.default_rng(seed)
    runs = []
    for name, schedule in schedules.items():
        loss = Training(model, schedule=schedule).curve(step).loss
        loss = loss * np.exp(noise * generator.standard_normal(len(step)))
        runs.append(Curve(name, step, loss, float(model.step_size) * schedule.shape(step)))
    return Curves(tuple(runs))
