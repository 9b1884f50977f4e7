"""What is solved over the plane of the report: losses at three sizes, and the best size at three computes."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ...site.samples import Best, Curve, Sample, Samples
    from ...workers import Map

ALPHAS = tuple(map(Fraction, ("1/10", "1/5", "11/40", "2/5", "3/5", "4/5", "1")))
BETAS = tuple(Fraction(1 + 2 * k, 12) for k in range(7))
"""A grid over the window of the picture that meets none of the boundaries, and has points in every phase."""
SIZES = (100.0, 1000.0, 10000.0)
BUDGETS = (1e8, 1e11, 1e14)
RATIO = 10
"""v/d where infinitely many modes have no finite trace, 2 alpha < 1; v is infinite elsewhere."""


def samples(mapped: Map) -> Samples:
    """Losses and optima on the grid, from the disk if they are there; of one alpha at once."""
    from ...site.samples import Samples, solved, whole

    points, steps = list(product(ALPHAS, BETAS)), whole(*(k / 2 for k in range(19)))

    def solve() -> Iterator[Sample]:
        for found in mapped(partial(_solved, steps), [list(product((alpha,), BETAS)) for alpha in ALPHAS]):
            yield from found

    each = solved("plrf", points, solve, SIZES, steps, BUDGETS, RATIO)
    setting = f"Batch 1, step size 'auto', v/d infinite for 2 alpha > 1 and {RATIO} otherwise, no label noise."
    return Samples("compute f = d r", "P", steps, setting, each, compute="f", size="d")


def _solved(steps: tuple[float, ...], points: list[tuple[Fraction, Fraction]]) -> list[Sample]:
    """Some points at once, each with its curves and its frontier."""
    import numpy as np

    from ...numerics.models.plrf import frontiers, losses
    from ...site.samples import Best, Curve, Sample

    alpha, beta = (np.array([float(p[k]) for p in points]) for k in (0, 1))
    sizes = np.array(SIZES)
    modes = np.where(alpha[:, None] > 0.5, np.inf, RATIO * sizes)
    curves = losses(alpha[:, None, None], beta[:, None, None], sizes[:, None], np.array(steps), v=modes[:, :, None])
    best = frontiers(alpha[:, None], beta[:, None], np.array(BUDGETS))

    def curve(n: int, k: int) -> Curve:
        # what is refused at one step is refused as a whole
        reason = next((str(words) for words in curves.reason[n, k] if words), "")
        known = () if reason else (tuple(curves.loss[n, k].tolist()), tuple(curves.error[n, k].tolist()))
        return Curve(f"d = {SIZES[k]:.0f}", {"d": SIZES[k]}, "r", SIZES[k], reason, *known)

    def optimum(n: int, k: int) -> Best:
        reason = str(best.reason[n, k] or "")
        numbers: Any = () if reason else (float(x[n, k]) for x in (best.d, best.d_error, best.loss, best.error))
        return Best(BUDGETS[k], reason, *numbers)

    return [
        Sample(
            (str(first), str(second)),
            tuple(curve(n, k) for k in range(len(SIZES))),
            tuple(optimum(n, k) for k in range(len(BUDGETS))),
        )
        for n, (first, second) in enumerate(points)
    ]
