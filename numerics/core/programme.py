"""The least of the largest of several powers under a budget, as a linear programme in logs, solved in float64.

Resources x_1, ..., x_n = f^(u_1), ..., f^(u_n) at the budget f = prod x_i^(b_i) > 1, in a window of monomials that stay
<= 1: the loss, the largest of its terms, is f^-y at best, with

    -y = min t      over u and t with    terms u <= t,     window u <= 0,     b u = 1.

This is what a loss says of itself once its exponents are numbers, by HiGHS and without any of the algebra of phases.
Many losses are one programme, the sum of their t: they share nothing, so that each is least.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import TauberInputError
from .precision import Array

Rows = Sequence[Sequence[float]]
"""Exponents of monomials in the resources, one row each."""


@dataclass(frozen=True)
class Powers:
    """The exponents of a loss's terms, of its window and of its budget, each a row over the resources."""

    terms: Rows
    window: Rows
    budget: Sequence[float]

    @property
    def above(self) -> Array:
        """What multiplies (u, t) in the rows that must be <= 0."""
        terms, window = np.asarray(self.terms, dtype=float), np.asarray(self.window, dtype=float)
        window = window.reshape(-1, len(self.budget))
        return np.hstack([np.vstack([terms, window]), np.repeat([[-1.0], [0.0]], [len(terms), len(window)], axis=0)])


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
    return float(least_exponents([Powers(terms, window, budget)])[0])


def least_exponents(losses: Sequence[Powers]) -> Array:
    """The same for n losses, shape (n,); it is refused if one has no least value."""
    from scipy.optimize import linprog  # here, because importing it takes longer than solving
    from scipy.sparse import block_diag

    ends = np.cumsum([len(loss.budget) + 1 for loss in losses]) - 1  # where each t is
    goal = np.zeros(ends[-1] + 1)
    goal[ends] = 1
    above = block_diag([loss.above for loss in losses], format="csc")
    found = linprog(
        goal,
        A_ub=above,
        b_ub=np.zeros(above.shape[0]),
        A_eq=block_diag([[[*map(float, loss.budget), 0.0]] for loss in losses], format="csc"),
        b_eq=np.ones(len(losses)),
        bounds=(None, None),
        method="highs-ds",
    )
    if not found.success:
        raise TauberInputError(
            f"The loss has no least value in this window under this budget ({found.message}); change one (`window`)."
        )
    return -np.asarray(found.x)[ends]
