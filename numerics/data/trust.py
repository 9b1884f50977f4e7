r"""Whether a predicted loss may be trusted: what the pool itself can show against it.

`predict` replaces the pool's eigenvectors by random ones and the population by the pool.  Whether that is allowed is
a question about the data, not about D/N.  Each check below has a value, a threshold with its reason, and a verdict; a
prediction is *trusted* where all of them pass.

    splits          train on D random points of the pool, test on its other N - D, as often as it takes to have every
                    point in training about twice: an unbiased measurement of the same loss on the same pool, which
                    shares its scatter.  b = predicted - measured, known to s, the standard error over the splits.
    leave_one_out   the same from D + 1 points, each left out once; it uses no point beyond them
    repeats         of how many of the D known points a new one is the double, on average (its residual is no new one)
    tails           the largest share of one point in the mean of K(x, x), of |y|^2, of the squared residuals at D
    rank            least squares (D beyond the rank of K, without ridge) needs a rank, not an end set by round-off
    error           the error stated must be a number that says something

**The error.**  scatter^2 + max(b, s)^2, as a root: `Predicted.error`, the scatter from pool to pool by the jackknife,
and what the splits find beside it or cannot decide.  A bias b below the scatter, or below 2 s, cannot be told from
chance, and is inside the error.  Above both it is a bias: the prediction is *low* or *high* by its sign.  Where another
check fails, nothing is known of the direction, and it is *unclaimed*.

The better estimate is the prediction where it is trusted, else leave-one-out, if no points repeat (a point whose double
stays is not left out).  None is where it exceeds the mean of |y|^2, the loss of predicting 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy import special

from ..core.precision import FLOAT64, Array
from ..core.runs import Map, Progress, one_thread
from ..errors import TauberInputError
from .measure import Features, LeaveOneOut, Measured, held_out, held_out_features, leave_one_out
from .pool import Pool
from .predict import Predicted
from .repeats import chance_of_repeat, groups

TRUSTED, LOW, HIGH, UNCLAIMED = "trusted", "low", "high", "unclaimed"

_TIMES = 2  # how often every point of the pool is trained on
_MOST_SPLITS = 64
_RARE = 1e-3  # chance that a Gaussian pool fails the check of tails
_UNDERSTATED = 1.25
"""Factor within which a jackknife over eight groups is known: a point with m doubles on average counts for 1 + m, and
the scatter is too small by the root of that."""
_GAP = 100.0  # a finite rank's last eigenvalue over round-off
_NOTHING = FLOAT64.eps  # of the target's power: residuals are then sqrt(eps), what systems are solved to
_LEAST = 16  # points from which a leave-one-out error over points means something


@dataclass(frozen=True)
class Check:
    """One check: passed where value <= threshold.

    Attributes
    ----------
    name : see the module's docstring
    value, threshold : what was found, and how much is allowed
    reason : why that much
    passed : bool
    says : a sentence on what was found
    """

    name: str
    value: float
    threshold: float
    reason: str
    passed: bool
    says: str


@dataclass(frozen=True)
class Judgement:
    """What the pool says of one predicted loss.

    Attributes
    ----------
    trust : "trusted", "low", "high" or "unclaimed"
    error : standard error of the predicted loss, scatter between pools and bias
    inside, inside_error : loss of splits inside the pool and its standard error over them; nan where there are none
    leave_one_out : of the first D + 1 points of the pool; None for random features, or D >= N
    better : "predicted", "leave_one_out" or None
    checks : all that were made
    """

    trust: str
    error: float
    inside: float
    inside_error: float
    leave_one_out: LeaveOneOut | None
    better: str | None
    checks: tuple[Check, ...]

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that did not pass."""
        return tuple(check for check in self.checks if not check.passed)


def judge(
    pool: Pool,
    predicted: Predicted,
    *,
    seed: int,
    splits: int = 16,
    draw: Features | None = None,
    progress: Progress | None = None,
    mapped: Map = map,
) -> tuple[Judgement, ...]:
    """A judgement of every loss in `predicted`, in the order of its ravelled arrays.

    Parameters
    ----------
    pool, predicted : `predicted = predict(pool, ...)`, with errors
    seed, splits : of the splits inside the pool; where D is small there are more of them, up to 64
    draw : random features of the pool's points, as for `held_out_features`; needed where `predicted` has any
    progress : called with (losses judged, losses)
    mapped : judges one loss after the other: the builtin, or another that does the same in several processes

    Raises TauberInputError where random features were predicted and `draw` is missing.
    """
    columns = (predicted.data, predicted.features, predicted.loss, predicted.error)
    points = [_Point(*map(float, row)) for row in zip(*(column.ravel() for column in columns), strict=True)]
    if draw is None and any(math.isfinite(point.features) for point in points):
        raise TauberInputError("Predictions for random features are judged by drawing some; give draw=....")
    sizes, found = groups(pool), []
    for i, judged in enumerate(mapped(partial(_one, pool, sizes, predicted, splits, seed, draw), points)):
        found.append(judged)
        if progress is not None:
            progress(i + 1, len(points))
    return tuple(found)


@dataclass(frozen=True)
class _Point:
    """One predicted loss with its scatter from pool to pool."""

    data: float
    features: float
    loss: float
    scatter: float


@one_thread
def _one(
    pool: Pool, sizes: Array, predicted: Predicted, splits: int, seed: int, draw: Features | None, point: _Point
) -> Judgement:  # fmt: skip
    return _judged(pool, point, sizes, _inside(pool, point, predicted.ridge, splits, seed, draw), predicted)


def _judged(pool: Pool, point: _Point, sizes: Array, inside: Measured | None, predicted: Predicted) -> Judgement:
    power, ridge = float(pool.power.sum()), predicted.ridge
    mean, spread = (math.nan, math.nan) if inside is None else (float(inside.loss[0]), float(inside.error[0]))
    floor = _NOTHING * power
    apart = math.inf if inside is None else max(abs(point.loss - mean), spread)
    error = math.hypot(point.scatter, apart)
    left_out = None
    if math.isinf(point.features) and point.data + 1 <= pool.size and point.data == math.floor(point.data):
        part = slice(int(point.data) + 1)
        left_out = leave_one_out(pool.kernel[part, part], pool.targets[part], ridge=ridge)
    checks = [_error(point, error, floor), _repeats(point, sizes, floor), _tails(pool, inside, floor)]
    if ridge == 0 and min(point.data, point.features) >= pool.rank:
        checks.append(_rank(pool))
    blind = not all(check.passed for check in checks)
    if inside is not None:
        checks.append(_splits(point, inside, floor))
    if left_out is not None and inside is not None and point.data >= _LEAST:
        checks.append(_left_out(point, left_out, float(inside.runs[:, 0].std(ddof=1)), floor))
    failed = not all(check.passed for check in checks)
    trust = TRUSTED if not failed else UNCLAIMED if blind else LOW if point.loss < mean else HIGH
    if trust == TRUSTED:
        better = "predicted" if point.loss <= power else None
    else:
        usable = left_out is not None and left_out.loss <= power and (sizes == 1).all()
        better = "leave_one_out" if usable else None
    return Judgement(trust, error, mean, spread, left_out, better, tuple(checks))


def _inside(pool: Pool, point: _Point, ridge: float, splits: int, seed: int, draw: Features | None) -> Measured | None:
    """Losses of splits of the pool; None where none is left to test on, or D is no number of points."""
    data = point.data
    if not (1 <= data <= pool.size - 2 and data == math.floor(data) and math.isfinite(point.loss)):
        return None
    count = max(splits, min(_MOST_SPLITS, math.ceil(_TIMES * pool.size / data)))
    known = {"ridge": ridge, "splits": count, "seed": seed}
    if math.isinf(point.features):
        return held_out(pool.kernel, pool.targets, [int(data)], **known)
    if draw is None or point.features != math.floor(point.features):
        return None
    return held_out_features(draw, pool.targets, [int(data)], [int(point.features)], **known)


def _splits(point: _Point, inside: Measured, floor: float) -> Check:
    reason = (
        "the scatter from pool to pool, or the standard error over the splits times Student's t at 95 %: less is not "
        "told from chance"
    )
    mean, spread = float(inside.loss[0]), float(inside.error[0])
    likely = -float(special.stdtrit(len(inside.runs) - 1, 0.025))
    value, threshold = abs(point.loss - mean), max(point.scatter, likely * spread, floor)
    word = "below" if point.loss < mean else "above"
    says = f"Predicted {point.loss:.3g} is {word} the {mean:.3g} +- {spread:.1g} of splits inside the pool"
    passed = value <= threshold
    tail = ", within chance." if passed else f" by {value:.2g}; chance is {threshold:.2g}."
    return Check("splits", value, threshold, reason, passed, says + tail)


def _left_out(point: _Point, found: LeaveOneOut, draws: float, floor: float) -> Check:
    """Against leave-one-out, whose own error takes the points as given: another draw of them is `draws` off."""
    value = abs(point.loss - found.loss)
    threshold = max(3 * math.sqrt(point.scatter**2 + found.error**2 + draws**2), floor)
    reason = "three standard errors: of the prediction, over the points left out, and of one draw of D points"
    says = f"Predicted {point.loss:.3g}, leave-one-out {found.loss:.3g} +- {found.error:.1g}."
    return Check("leave_one_out", value, threshold, reason, value <= threshold, says)


def _repeats(point: _Point, sizes: Array, floor: float) -> Check:
    value = chance_of_repeat(sizes) * point.data
    count = float(sizes.sum())
    relative = point.scatter / point.loss if floor < point.loss < math.inf else 0.0
    threshold = min(relative, (_UNDERSTATED**2 - 1) * point.data / count)
    reason = (
        "the relative scatter of the prediction, since the loss on repeated points is another one by as much; and "
        f"D/N times {_UNDERSTATED**2 - 1:.2g}, beyond which that scatter is understated by a factor {_UNDERSTATED}"
    )
    says = f"Only {len(sizes)} of the {count:.0f} points in the pool are different."
    if len(sizes) == count:
        says = "No points are repeated."
    return Check("repeats", value, threshold, reason, value <= threshold, says)


def _tails(pool: Pool, inside: Measured | None, floor: float) -> Check:
    size = pool.size
    shares = {"K(x, x)": np.diag(pool.kernel), "the target's square": (pool.targets**2).sum(axis=1)}
    if inside is not None and float(inside.loss[0]) > floor:
        shares["the squared residuals"] = inside.points[:, 0]
    found = {name: float(np.nanmax(values) / np.nansum(values)) for name, values in shares.items() if values.any()}
    worst = max(found, key=found.__getitem__)
    threshold = float(special.chdtri(1, _RARE / size)) / size
    reason = (
        "of N chi-square variables with one degree of freedom, the squares of Gaussian ones, the largest has more "
        f"once in {1 / _RARE:.0f} pools"
    )
    says = f"One of {size} points has {found[worst]:.2g} of the sum of {worst}."
    return Check("tails", found[worst], threshold, reason, found[worst] <= threshold, says)


def _rank(pool: Pool) -> Check:
    cut = 16 * FLOAT64.eps * pool.size
    value = cut * pool.lam[0] / pool.lam[pool.rank - 1] if pool.rank < pool.size else 0.0
    reason = "eigenvalues that run into round-off have no gap above it; a finite rank leaves one of two decades"
    above = 1 / value if value else math.inf
    says = f"D reaches the rank {pool.rank} of K, whose last eigenvalue is {above:.2g} times round-off."
    return Check("rank", float(value), 1 / _GAP, reason, bool(value <= 1 / _GAP), says)


def _error(point: _Point, error: float, floor: float) -> Check:
    value = error / point.loss if point.loss > floor else error / floor if floor else math.inf
    if math.isinf(point.loss):
        value, says = math.inf, "This is an interpolation peak, where no mean is predicted."
    elif math.isfinite(value):
        says = f"The error is {value:.2g} of the predicted loss."
    else:
        says = "The error cannot be told: smaller pools, or splits of the pool, have too few points."
    return Check("error", value, 0.5, "two errors below the prediction must not be 0", value <= 0.5, says)
