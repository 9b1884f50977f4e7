"""What the usual fits say of runs of an exact model, which lie around its best size and have no noise.

The additive form and parabolas through runs of equal compute (`empirical`) are what runs are fitted by; a model whose
optimum is known shows how far off they are.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..core.precision import Array
from .empirical import isoflop
from .fitting import fit
from .forms import FORMS
from .optimum import optimum
from .table import Cost, Runs

FIRST = 1e8
"""The least budget of the runs."""
SIZES = np.geomspace(0.1, 10, 9)
"""Sizes at a budget, over the best: a decade to each side."""


@dataclass(frozen=True)
class Usual:
    """What the fits say.

    Attributes
    ----------
    a, b : exponents of size and data by the additive form
    best : its exponent of the best size
    parabolas : that by parabolas, NaN without three of them
    floor : E of the additive form over the least loss
    """

    a: float
    b: float
    best: float
    parabolas: float
    floor: float


def usual_fits(around: Callable[[Array], Runs], decades: int) -> Usual:
    """Fit runs over so many decades of compute, two budgets a decade, as `around` makes them of budgets (B,)."""
    compute = np.geomspace(FIRST, FIRST * 10.0**decades, 2 * decades + 1)
    runs = around(compute)
    fitted = fit(FORMS["sum"], runs)
    floor, _, _, a, b = map(float, fitted.natural)
    best = float(optimum(fitted, fitted.theta[None], Cost(1.0), compute).size_exponent[0])
    found = isoflop(fitted, best, 0)
    return Usual(a, b, best, math.nan if found is None else found.exponent, floor / float(runs.loss.min()))
