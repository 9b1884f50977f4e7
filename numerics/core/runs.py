"""What all simulators share: counting runs, summarising them, one thread."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from ..errors import TauberInputError
from .precision import Array

Map = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
"""Like the builtin: answers of a function for each piece of some work, in their order."""

Progress = Callable[[int, int], None]
"""Called with (done, in total), steps or runs."""

MAX_ENTRIES = 1 << 25
"""Entries of the largest matrix a simulator draws."""

# BLAS threads cost more than matrices of this size give (measured: up to 30 times on a busy machine)
one_thread = threadpool_limits.wrap(limits=1, user_api="blas")


def at_least_two(name: str, count: int) -> None:
    """Refuse a number of runs that allows no standard error."""
    if isinstance(count, bool) or not isinstance(count, int) or count < 2:
        raise TauberInputError(
            f"The number of {name} must be a whole number >= 2 (a standard error needs two), got {count!r}."
        )


def mean_and_error(losses: Array) -> tuple[Array, Array]:
    """Mean and standard error over the first axis; both infinite where a loss is."""
    whole = np.isfinite(losses).all(axis=0)
    unit = np.where(whole, abs(losses).max(axis=0), 1.0)  # the squares of large losses would overflow
    scaled = np.where(whole, losses, 1.0) / np.where(unit > 0, unit, 1.0)
    mean = np.where(whole, unit * scaled.mean(axis=0), math.inf)
    return mean, np.where(whole, unit * scaled.std(axis=0, ddof=1) / math.sqrt(len(losses)), math.inf)
