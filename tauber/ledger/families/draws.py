"""Claims about draws: a mean over random models beside its derived value, which holds for many features and data.

A theory of the limit of large sizes differs from the mean over draws in parts of one over the smallest size, so the
tolerance is 3/size plus four standard errors. Where the mean over draws is known exactly, four standard errors are all.
"""

from __future__ import annotations

import math

from ..claim import Comparison

STANDARD_ERRORS = 4
FINITE_SIZE = 3
RESOLUTION = 0.12

ERRORS = f"{STANDARD_ERRORS} standard errors"


def compare_mean(
    what: str, derived: float, mean: float, error: float, resolution: float = RESOLUTION,
    *, size: float = math.inf, named: str = "size",
) -> Comparison:  # fmt: skip
    """Set a mean over its derived value beside one.

    Parameters
    ----------
    what
        The quantity.
    derived, mean, error
        Its derived value; its mean over draws, with the standard error.
    resolution
        The coarsest tolerance that is evidence.
    size, named
        The smallest size and its name; infinite where the derived mean is exact.

    Examples
    --------
    >>> compare_mean("loss", 0.5, 0.52, 0.005, size=100).outcome.value
    'verified'
    >>> compare_mean("loss", 0.5, 0.52, 0.001).outcome.value
    'refuted'
    """
    tolerance = FINITE_SIZE / size + STANDARD_ERRORS * float(error) / float(derived)
    because = ERRORS if math.isinf(size) else f"{FINITE_SIZE}/{named} of it plus {ERRORS}"
    return Comparison(what, 1.0, float(mean) / float(derived), tolerance, because, resolution)
