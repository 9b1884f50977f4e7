"""The least of the largest of several powers under a budget, as a linear programme in logs, solved in float64.

Resources x_1, ..., x_n = f^(u_1), ..., f^(u_n) at the budget f = prod x_i^(b_i) > 1, in a window of monomials that stay
<= 1: the loss, the largest of its terms, is f^-y at best, with

    -y = min t      over u and t with    terms u <= t,     window u <= 0,     b u = 1.

This is what a loss says of itself once its exponents are numbers, by HiGHS and without any of the algebra of phases.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..errors import TauberInputError

Rows = Sequence[Sequence[float]]
"""Exponents of monomials in the resources, one row each."""


def least_exponent(terms: Rows, window: Rows, budget: Sequence[float]) -> float:
    """y of the least loss f^-y; see the module.

    Raises
    ------
    TauberInputError
        No resources are allowed, or the loss has no least value.

    Examples
    --------
    >>> round(least_exponent([(-0.5, 0), (0, -0.25)], [(-1, 0), (0, -1)], (1, 1)), 12)
    0.166666666667
    """
    from scipy.optimize import linprog  # here, because importing it takes longer than solving

    known, size = np.asarray(terms, dtype=float), len(budget)
    inside = np.asarray(window, dtype=float).reshape(-1, size)
    above = np.vstack([np.hstack([known, -np.ones((len(known), 1))]), np.hstack([inside, np.zeros((len(inside), 1))])])
    found = linprog(
        np.append(np.zeros(size), 1.0),
        A_ub=above,
        b_ub=np.zeros(len(above)),
        A_eq=[[*map(float, budget), 0.0]],
        b_eq=[1.0],
        bounds=[(None, None)] * (size + 1),
        method="highs",
    )
    if not found.success:
        raise TauberInputError(
            f"The loss has no least value in this window under this budget ({found.message}); change one (`window`)."
        )
    return -float(found.fun)
