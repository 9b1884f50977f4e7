"""Runs of an exact model: what a fit to measured runs would see if the PLRF were the truth, noise and all else away."""

from __future__ import annotations

import numpy as np

from ..core.precision import Array
from ..models.plrf import PLRF
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
    pairs = np.array([(round(f**exponent * s), f) for f in compute for s in sizes], dtype=float)
    size, data = pairs[:, 0], np.rint(pairs[:, 1] / pairs[:, 0])
    kept = (size >= _LEAST) & (data >= _LEAST)
    size, data = size[kept], data[kept]
    loss = np.empty(len(size))
    for d in np.unique(size):
        own = size == d
        times, place = np.unique(data[own], return_inverse=True)
        modes = np.inf if 2 * alpha > 1 else _MODES * d
        loss[own] = np.asarray(PLRF(alpha, beta, float(d), modes).curve(times).loss, dtype=float)[place]
    return Runs(loss, size, data, size * data)
