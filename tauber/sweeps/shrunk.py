"""How far measured exponents are from derived ones, in units of the derived correction.

With P* = c f^-y (1 + c' f^-w + ...) the local slope is off y by a multiple of f^-w. What it is off at a smaller budget
g, shrunk like the derived correction, is what it may be off at f: the largest |s(g) - y| (f/g)^-w over the budgets g
below f. This is the rule of `ledger.measure.compare_limit`, which allows twice that.
"""

from __future__ import annotations

from typing import Any


def shares(distance: Any, rate: Any, budgets: Any) -> Any:
    """|measured - derived| at the last budget over the derived correction there.

    Parameters
    ----------
    distance : array, shape (..., n)
        Measured less derived exponents at n budgets, two at least.
    rate : array, shape (...)
        w of the correction f^-w.
    budgets : array, shape (n,)

    Returns
    -------
    array, shape (...)
        NaN where a number is missing.

    Examples
    --------
    >>> import numpy as np
    >>> float(shares(np.array([0.1, 0.01]), np.array(0.5), np.array([1e4, 1e6])).round(12))
    1.0
    """
    import numpy as np

    gap = abs(np.asarray(distance, float))
    shrinking = (budgets[-1] / budgets[:-1]) ** -np.asarray(rate, float)[..., None]
    return gap[..., -1] / (gap[..., :-1] * shrinking).max(axis=-1)
