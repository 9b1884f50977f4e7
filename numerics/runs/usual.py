"""What the usual fits say of runs of an exact model, which lie around its best size and have no noise.

The additive form and parabolas through runs of equal compute (`empirical`) are what runs are fitted by; a model whose
optimum is known shows how far off they are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
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


def usual_fits(around: Callable[[Array], Runs], decades: Sequence[int]) -> list[Usual]:
    """Fit runs over each of these numbers of decades of compute, two budgets a decade, as `around` makes them.

    Of budgets (B,) it is asked once, for the most decades: runs over fewer are the first of them.
    """
    compute = FIRST * 10.0 ** (np.arange(2 * max(decades) + 1) / 2)
    runs = around(compute)
    assert runs.compute is not None  # a product of size and data, which are whole: not quite a budget
    return [
        _usual(runs.subset(runs.compute < FIRST * 10.0 ** (count + 1 / 4)), compute[: 2 * count + 1])
        for count in decades
    ]


def _usual(runs: Runs, compute: Array) -> Usual:
    """What the fits say of all these runs, at these budgets."""
    fitted = fit(FORMS["sum"], runs)
    floor, _, _, a, b = map(float, fitted.natural)
    best = float(optimum(fitted, fitted.theta[None], Cost(1.0), compute).size_exponent[0])
    found = isoflop(fitted, best, 0, resampled=0)  # its error is that of noise, of which there is none
    return Usual(a, b, best, math.nan if found is None else found.exponent, floor / float(runs.loss.min()))
