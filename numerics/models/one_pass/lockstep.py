"""Losses of many models at a time each, by the same array operations for all: what one model costs is mostly calls.

Everything is found as for one model (`model.py`) with its parameters in columns, (models, 1): the stability limit, the
roots on the real axis, and contours of one family. What is not served so - step sizes beyond the limit, a contour that
one model alone would widen, digits that are lost - is left to whoever asks, as NaN.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...core.precision import FLOAT64, Array, Scalar
from ...core.ridge import below_zero_ridge, positive_roots, ridges_right, zero_ridges
from ...core.spectrum import Spectrum
from ...core.stack import Stack
from ...core.sums import SMALLEST
from ...errors import PrecisionLost
from ...volterra.contour import invert_at_once
from . import ridge_plane
from .model import AUTO_FRACTION
from .stability import kernel_norm, noise_limits, stability_limit
from .transforms import Transforms

_MODELS, _NODES = 32, 1 << 17  # at most in one piece: each is padded to the largest


@dataclass(frozen=True, eq=False)
class Points:
    """Loss, its relative error, log-slope over time and its absolute error, shape (models,); NaN where not served."""

    loss: Array
    error: Array
    slope: Array
    slope_error: Array


def points(
    spectra: Sequence[Spectrum], d: Array, batch: Scalar, step_size: Array | None, times: Array, pairs: Scalar
) -> Points:
    """At `times` of models with `spectra`, `d` and `step_size`, each of shape (models,); None for "auto"."""
    found = np.full((4, len(d)), math.nan)
    models = max(1, min(_MODELS, _NODES // max(len(spectrum.lam) for spectrum in spectra)))
    late = times >= ridge_plane.EARLIEST
    for kind in (late, ~late):
        rows = np.flatnonzero(kind)
        rows = rows[np.argsort(d[rows], kind="stable")]
        for part in np.split(rows, range(models, len(rows), models)) if len(rows) else []:
            steps = None if step_size is None else step_size[part]
            try:
                found[:, part] = _piece([spectra[i] for i in part], d[part], batch, steps, times[part], pairs)
            except PrecisionLost:  # by one of them, which says so when it is asked alone
                continue
    return Points(*np.where(found[1] <= FLOAT64.loss_limit, found, math.nan))


def _piece(
    spectra: list[Spectrum], d: Array, batch: Scalar, step_size: Array | None, times: Array, pairs: Scalar
) -> Array:
    """The fields of `Points`."""
    stack, d = Stack(tuple(spectra)), d[:, None]
    limit, by_noise = noise_limits(stack, d, pairs, positive_roots(stack, pairs))
    for k in np.flatnonzero(~by_noise):
        limit[k] = stability_limit(spectra[k], d[k, 0], pairs).gamma
    gamma = AUTO_FRACTION * limit if step_size is None else step_size[:, None]
    q, right = ridges_right(stack, d, 2 / (gamma * pairs))
    below = [[below_zero_ridge(spectrum, one)] for spectrum, one in zip(spectra, d[:, 0], strict=True)]
    root = zero_ridges(stack, d, np.array(below))
    served = (right & (gamma < limit) & (root > SMALLEST))[:, 0]
    found = np.full((4, len(d)), math.nan)
    if served.any():
        columns = (column[served] for column in (d, gamma, root, -q, times[:, None]))
        found[:, served] = _values(stack.rows(served), batch, pairs, *columns)
    return found


def _values(
    stack: Stack, batch: Scalar, pairs: Scalar, d: Array, gamma: Array, root: Array, kernel: Array, times: Array
) -> Array:
    sums = stack.sums(kernel)
    norm, error = kernel_norm(FLOAT64, d, pairs, *sums[:2])
    transforms = Transforms(stack, d, batch, gamma, root, kernel, sums, error, pairs, 0.0)
    inverse = invert_at_once(transforms.loss, times)
    found = np.array([inverse.values, inverse.error, inverse.slope, inverse.slope_error])[..., 0]
    return np.where((norm < 1)[:, 0], found, math.nan)
