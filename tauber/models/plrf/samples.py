"""What is solved over the plane of the report: losses at three sizes, and the best size at three computes."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

from ...cache import found, keep

if TYPE_CHECKING:
    from ...site.samples import Samples

ALPHAS = tuple(map(Fraction, ("1/10", "1/5", "11/40", "2/5", "3/5", "4/5", "1")))
BETAS = tuple(Fraction(1 + 2 * k, 12) for k in range(7))
"""A grid over the window of the picture that meets none of the boundaries, and has points in every phase."""
SIZES = (100.0, 1000.0, 10000.0)
STEPS = tuple(float(round(10 ** (k / 2))) for k in range(19))
BUDGETS = (1e8, 1e11, 1e14)
RATIO = 10
"""v/d where infinitely many modes have no finite trace, 2 alpha < 1; v is infinite elsewhere."""


def samples() -> Samples:
    """Losses and optima on the grid, from the disk if they are there."""
    asked = ALPHAS, BETAS, SIZES, STEPS, BUDGETS, RATIO
    for rows in found("plrf.samples", *asked, measured=True):
        return _read(rows)
    rows = _solved()
    keep("plrf.samples", rows, *asked, measured=True)
    return _read(rows)


def _solved() -> list[Any]:
    """For each point its curves and its frontier, as plain lists."""
    import numpy as np

    from ...numerics.models.plrf import frontiers, losses

    points = list(product(ALPHAS, BETAS))
    alpha, beta = (np.array([float(p[k]) for p in points]) for k in (0, 1))
    sizes, steps = np.array(SIZES), np.array(STEPS)
    modes = np.where(alpha[:, None] > 0.5, np.inf, RATIO * sizes)
    curves = losses(alpha[:, None, None], beta[:, None, None], sizes[:, None], steps, v=modes[:, :, None])
    best = frontiers(alpha[:, None], beta[:, None], np.array(BUDGETS))
    return [
        [
            [str(x) for x in point],
            [_kept(curves.reason[n, k], *(x[n, k].tolist() for x in (curves.loss, curves.error)))
             for k in range(len(SIZES))],
            [_kept([best.reason[n, k]], *(float(x[n, k]) for x in (best.d, best.d_error, best.loss, best.error)))
             for k in range(len(BUDGETS))],
        ]
        for n, point in enumerate(points)
    ]  # fmt: skip


def _kept(reasons: Any, *values: Any) -> list[Any]:
    """A reason and no values, or no reason and values: what is refused at one step is refused as a whole."""
    reason = next((str(reason) for reason in reasons if reason), "")
    return [reason, *(() if reason else values)]


def _read(rows: list[Any]) -> Samples:
    from ...site.samples import Best, Curve, Sample, Samples

    each = tuple(
        Sample(
            (point[0], point[1]),
            tuple(
                Curve(size, reason, *map(tuple, numbers))
                for size, (reason, *numbers) in zip(SIZES, curves, strict=True)
            ),
            tuple(Best(budget, *numbers) for budget, numbers in zip(BUDGETS, best, strict=True)),
        )
        for point, curves, best in rows
    )
    setting = f"Batch 1, step size 'auto', v/d infinite for 2 alpha > 1 and {RATIO} otherwise, no label noise."
    return Samples("d", "r", "f", "P", STEPS, setting, each)
