"""Training curves as they are fitted: intrinsic time from the schedule, early points left out, the rest averaged.

The intrinsic time of a run is T = sum of lr * batch over its steps, the time of gradient descent; with no batch
T = sum of lr, with no learning rate T counts steps. Steps are taken as on the *sum* over the batch: where they are on
its mean, the learning rate of the sum is lr/batch. Between the rows of a table the learning rate is linear in the
steps, before the first it is that of the first.

What is fitted are means of log loss over blocks of rows: half of the blocks are even in log T, half in T, so that the
end of a schedule is seen as well as the start, and none reaches over a jump of the learning rate, after which they
double. The law of a block is its mean at two times, those that have the mean and the spread of the rows' T: right to
the second order in the block's width. Rows before a share of the run's T are left out, as no law of the bulk holds
there; the schedule of that time still counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..core.precision import Array
from ..errors import TauberInputError

EARLY = 0.02
"""Share of a run's intrinsic time that is left out at its start."""
POINTS = 32
"""Blocks of a run, at most."""
_CELLS = 36  # of the schedule, even in log T, and as many after jumps, beside those of the blocks
_RAMP = 8  # ends of cells in a jump, which is a ramp between two rows
_DECADES = 4  # how far these reach down
_LEAST_POINTS = 4
_JUMP = 0.1  # of the largest learning rate, between two rows
_SETTLING = 24  # blocks that are added after jumps, in all
_HALVINGS = 8  # after each, at most
_MOST_JUMPS = 20  # more are no jumps: the table has too few rows for its schedule


@dataclass(frozen=True, eq=False)
class Curve:
    """A run: steps (n,), increasing, losses, and where known the learning rate, the batch (n,) and the size."""

    name: str
    step: Array
    loss: Array
    lr: Array | None = None
    batch: Array | None = None
    size: float | None = None

    @property
    def rate(self) -> Array:
        """The learning rate at each row; 1 where it is not known."""
        return np.ones_like(self.loss) if self.lr is None else self.lr

    @property
    def time(self) -> Array:
        """The intrinsic time T of each row, (n,)."""
        speed = self.rate * (1.0 if self.batch is None else self.batch)
        between = np.diff(self.step) * (speed[1:] + speed[:-1]) / 2
        return np.asarray(self.step[0] * speed[0] + np.concatenate([[0.0], np.cumsum(between)]))


@dataclass(frozen=True, eq=False)
class Points:
    """What of a run is fitted: T (n,) and loss (n,) of its blocks, and the schedule in cells of T.

    Attributes
    ----------
    edges : ends of the cells, (m + 1,), the first 0
    rate : the learning rate at these, (m + 1,)
    seen : two of the ends for each block, whose mean log loss is that of the block, (n, 2)
    rows : rows of the table in each block, (n,)
    size : None where the table has none
    """

    name: str
    time: Array
    loss: Array
    seen: Array
    edges: Array
    rate: Array
    rows: Array
    size: float | None


@dataclass(frozen=True, eq=False)
class Curves:
    """Runs, and how they were read: `names` of columns, `guessed`, `form`, sentences as in `Runs`."""

    runs: tuple[Curve, ...]
    names: dict[str, str] = field(default_factory=dict)
    guessed: tuple[str, ...] = ()
    form: str = "arrays"
    left_out: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.runs)

    def only(self, numbers: Sequence[int]) -> Curves:
        """Some of the runs."""
        return replace(self, runs=tuple(self.runs[i] for i in numbers))

    @property
    def scheduled(self) -> bool:
        """Whether the learning rate is known and not one number for all rows: else its noise cannot be told from E."""
        known = [run.lr for run in self.runs if run.lr is not None]
        return bool(known) and float(np.ptp(np.concatenate(known))) > 0.01 * float(np.max(np.concatenate(known)))


def points(run: Curve, early: float = EARLY, most: int = POINTS, share: float = 1.0) -> Points:
    """The blocks of a run, of the first `share` of its steps; the schedule is known to the end.

    Raises
    ------
    TauberInputError
        If fewer than four blocks are left.
    """
    time = run.time
    kept = (time >= early * time[-1]) & (run.step <= share * run.step[-1])
    if kept.sum() < _LEAST_POINTS:
        count = int(kept.sum())
        raise TauberInputError(
            f"Run {run.name!r} has {count} row{'s' * (count != 1)} after the start that is left out, and "
            f"{_LEAST_POINTS} are needed; leave out less (`early`), or give more rows."
        )
    at, loss = time[kept], run.loss[kept]
    half = most // 2
    after = _after_jumps(run, time, _SETTLING)
    grids = [np.geomspace(at[0], at[-1], half + 1), np.linspace(at[0], at[-1], half + 1), _jumps(run, time)[1], after]
    cuts = np.unique(np.concatenate(grids))
    cuts = cuts[(cuts >= at[0]) & (cuts <= at[-1])]
    block = np.clip(np.searchsorted(cuts, at, side="right"), 1, len(cuts) - 1)
    block[-1] = len(cuts)  # the last row by itself: the final loss is what is asked for
    _, number = np.unique(block, return_inverse=True)
    weight = np.bincount(number)
    middle = np.bincount(number, at) / weight
    spread = np.sqrt(np.bincount(number, (at - middle[number]) ** 2) / weight)
    first, last = at[np.cumsum(weight) - weight], at[np.cumsum(weight) - 1]
    spread = np.minimum(spread, np.minimum(middle - first, last - middle))
    seen = np.column_stack([middle - spread, middle + spread])
    edges, rate = _cells(run, time, seen)
    mean = np.exp(np.bincount(number, np.log(loss)) / weight)
    return Points(run.name, middle, mean, np.searchsorted(edges, seen), edges, rate, weight, run.size)


def _jumps(run: Curve, time: Array) -> Array:
    """T before and after the jumps of the learning rate, (2, jumps)."""
    rows = np.flatnonzero(abs(np.diff(run.rate)) > _JUMP * run.rate.max())
    return time[np.array([rows, rows + 1])] if len(rows) <= _MOST_JUMPS else np.empty((2, 0))


def _after_jumps(run: Curve, time: Array, most: int) -> Array:
    """T after each jump, halving the way to the next again and again: some `most` numbers in all, (n,)."""
    before, after = _jumps(run, time)
    halves = 0.5 ** np.arange(1, 1 + min(most // max(len(after), 1), _HALVINGS))
    return np.asarray((after[:, None] + (np.append(before[1:], time[-1]) - after)[:, None] * halves).ravel())


def _cells(run: Curve, time: Array, at: Array) -> tuple[Array, Array]:
    """Ends of cells, the times `at` among them, and the learning rate there."""
    before, after = _jumps(run, time)
    ramps = before + (after - before) * np.linspace(0, 1, _RAMP)[:, None]
    regular = np.concatenate([np.geomspace(10.0**-_DECADES, 1, _CELLS) * at.max(), _after_jumps(run, time, _CELLS)])
    fixed = np.concatenate([at.ravel(), ramps.ravel()])
    apart = abs(regular[:, None] - fixed).min(axis=1) > 1e-3 * regular
    edges = np.unique(np.concatenate([[0.0], regular[apart], fixed[fixed <= at.max()]]))
    # Linear in the steps, and so its square in T.
    return edges, np.sqrt(np.interp(edges, time, run.rate**2))


def autocorrelation(residuals: Sequence[Array]) -> float:
    """The correlation of neighbouring residuals, within runs."""
    pairs = np.concatenate([np.array([r[:-1], r[1:]]) for r in residuals], axis=1)
    power: Any = sum(float((r**2).sum()) for r in residuals)
    return float((pairs[0] * pairs[1]).sum() / power) if power > 0 else 0.0
