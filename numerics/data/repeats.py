"""Points of a pool that are the same to the kernel: repeated rows, or rows that differ by what the kernel ignores."""

from __future__ import annotations

import numpy as np

from ..core.precision import Array
from .pool import Pool

_SAME = 2e-7
"""Relative difference of kernel rows below which no student tells two points apart: float32, in which kernels are often
computed, and the distance from a point to its double that |x|^2 + |y|^2 - 2 x.y leaves in float64, lie below it."""


def groups(pool: Pool) -> Array:
    """Sizes of the groups of equal points, (number of different points,); all 1 where no point is repeated.

    A random projection of the kernel's rows is sorted, so that equal rows are neighbours (others fall between them with
    a probability of about N times `_SAME`), and neighbours are compared in full.
    """
    k = pool.kernel
    root = np.sqrt(np.diag(k))
    scale = np.where(root > 0, root, 1.0)
    direction = np.random.default_rng(0).standard_normal(len(k))
    projected = k @ (direction / scale)
    order = np.argsort(projected, kind="stable")
    first, second = order[:-1], order[1:]
    width = _SAME * np.maximum(root[first], root[second])
    same = projected[second] - projected[first] <= width * abs(direction).sum()  # else they cannot be
    near = np.flatnonzero(same)
    same[near] = [(abs(k[first[i]] - k[second[i]]) <= width[i] * scale).all() for i in near]
    ends = np.flatnonzero(np.concatenate([[True], ~same, [True]]))
    return np.diff(ends)


def chance_of_repeat(sizes: Array) -> float:
    """Probability that two points of the population are the same, unbiased: the share of equal pairs."""
    count = sizes.sum()
    return float((sizes * (sizes - 1.0)).sum() / (count * (count - 1.0)))
