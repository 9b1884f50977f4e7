"""The functional law fitted to training curves: its errors, schedules that it has not seen, and ends foretold.

**Errors.** Curves are drawn anew: the law at its best parameters with noise whose parts - of each row, remembered by
neighbouring rows, of a whole run - are what the residuals say (`noise`), each fitted again. What they leave open of the
noise is drawn, too. Where a part of the noise cannot be told from the law no errors are given (`Noise.reason`). An
interval is open on the side on which a parameter is at the end of its range in more samples than 95 % leave out there
(`open_ends`); to give none at all in such a case would leave those that chance put too far inside.

**Held out.** Each group of runs (each run, up to eight groups) is left out in turn, the law is fitted to the others,
and foretells the curves left out by their schedules alone.

**Ends.** The law is fitted to the first part of every run, and foretells the last loss of each by its schedule. The
interval is that of drawn runs: how far their last loss, noise and all, is off what their first part foretells.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..core.precision import FLOAT64, Array
from ..core.runs import Map
from ..errors import TauberInputError
from .curves import EARLY, POINTS, Curves, autocorrelation, points
from .fitting import USUAL_HUBER
from .intervals import TWO, spread
from .memory import FunctionalLaw, Sight
from .noise import Noise, Span
from .objective import minimise

SHARES = (0.5,)
"""Parts of each run from which its end is foretold."""
END_SAMPLES = 100
"""Drawn sets of runs behind the interval of an end."""
_GROUPS = 8
_ROUGH = 0.01
_KEPT, _FINAL = 36, 8  # starts that are searched roughly, and to the end
_KEPT_AGAIN, _FINAL_AGAIN = 12, 3  # the same of a part of curves that are known already
_SAME = 1e-4
_FEWEST_SIZES = 3


@dataclass(frozen=True, eq=False)
class FittedCurves:
    """The law at its best parameters.

    Attributes
    ----------
    law, curves, x : what was fitted to which runs, and these as the law sees them
    theta : internal parameters, (p,)
    value, huber : the objective there, and delta of Huber's loss
    starts, agreeing : searches that went to the end, and those that ended at this minimum
    early, most : what was left out and how many blocks a run has (`curves.points`)
    """

    law: FunctionalLaw
    curves: Curves
    x: Sight
    theta: Array
    value: float
    huber: float
    starts: int
    agreeing: int
    early: float
    most: int

    @cached_property
    def residuals(self) -> Array:
        """log loss measured less log loss fitted, of all points, run after run."""
        return self.x.target - self.law.log_loss(self.theta[None], self.x)[0]

    @property
    def natural(self) -> Array:
        """The parameters by their names, in the units of the table."""
        return self.law.natural(self.theta[None], self.x)[0]

    @cached_property
    def correlation(self) -> float:
        """The correlation of neighbouring residuals of a run."""
        return autocorrelation([self.residuals[self.x.owner == i] for i in range(len(self.x.runs))])


@dataclass(frozen=True, eq=False)
class CurveSamples:
    """Fits to drawn curves: internal parameters (R, p), the noise that these have, and which searches ended (R,)."""

    theta: Array
    noise: Noise
    done: Array


@dataclass(frozen=True, eq=False)
class Unseen:
    """A run that was foretold by its schedule alone: root mean square and mean of log(loss/foretold), last losses."""

    name: str
    error: float
    bias: float
    last: float
    foretold: float


@dataclass(frozen=True, eq=False)
class Ends:
    """Last losses (n,) foretold from a share of every run, with one error and the interval of 95 % of each.

    `reason` says why errors are not known, NaN.
    """

    share: float
    names: tuple[str, ...]
    last: Array
    foretold: Array
    error: Array
    low: Array
    high: Array
    reason: str | None


def law_for(curves: Curves) -> FunctionalLaw:
    """The law that these runs can tell.

    Raises
    ------
    TauberInputError
        If there are two sizes: too few for B, b and E.
    """
    sizes = {run.size for run in curves.runs if run.size is not None}
    if 1 < len(sizes) < _FEWEST_SIZES:
        raise TauberInputError(
            f"The runs have {len(sizes)} sizes, which cannot tell B and b from E; give runs of one size, or of "
            f"{_FEWEST_SIZES} and more."
        )
    return FunctionalLaw(curves.scheduled, len(sizes) > 1)


def fit_curves(
    curves: Curves, huber: float = USUAL_HUBER, *, early: float = EARLY, most: int = POINTS, share: float = 1.0,
    law: FunctionalLaw | None = None, near: Array | None = None,
) -> FittedCurves:  # fmt: skip
    """Fit the functional law to training curves.

    Parameters
    ----------
    share
        Only the first part of the steps of each run is fitted.
    near
        Natural parameters (p,) of a fit to curves like these: one search begins there, and fewer elsewhere.

    Raises
    ------
    TauberInputError
        If a run has too few rows, or all runs together too few for the parameters, or one loss.
    """
    law = law or law_for(curves)
    losses = np.concatenate([run.loss for run in curves.runs])
    if np.ptp(losses) == 0:
        raise TauberInputError(
            f"All {len(losses)} rows have the same loss, {losses[0]:g}, from which no law can be told; is its column "
            f"{curves.names.get('loss', 'loss')!r} another one (`columns`)?"
        )
    x = Sight.of([points(run, early, most, share) for run in curves.runs])
    needed = len(law.parameters)
    if len(x.target) <= 2 * needed:
        raise TauberInputError(
            f"The curves have {len(x.target)} points after averaging, too few for the {needed} parameters "
            f"{', '.join(law.parameters)}; give longer curves or more of them."
        )
    weights = np.ones((1, len(x.target)))
    starts = law.starts(x)
    kept, final = (_KEPT, _FINAL) if near is None else (_KEPT_AGAIN, _FINAL_AGAIN)
    with np.errstate(over="ignore", invalid="ignore"):
        first = np.nan_to_num(abs(law.log_loss(starts, x) - x.target).sum(axis=1), nan=np.inf)
    starts = starts[np.argsort(first)[:kept]]
    if near is not None:
        starts = np.concatenate([law.internal(near[None], x), starts])
    rough = minimise(law, x, x.target[None], weights, starts, max(_ROUGH, huber), tolerance=1e-4, most=40)
    best = np.argsort(rough.value)[:final]
    found = minimise(law, x, x.target[None], weights, rough.theta[best], huber, tolerance=1e-9, most=300)
    least = int(np.argmin(found.value))
    agreeing = int((found.value <= found.value[least] * (1 + _SAME)).sum())
    return FittedCurves(
        law, curves, x, found.theta[least], float(found.value[least]), huber, len(best), agreeing, early, most
    )


def noise_of(fitted: FittedCurves) -> Noise:
    """The noise of the curves, from the residuals; parameters at an end of their range do not move."""
    low, high = fitted.law.bounds
    moving = (fitted.theta > low) & (fitted.theta < high)
    slopes = fitted.law.linearised(fitted.theta[None], fitted.x)[1][0, moving]
    return Noise.of(_spans(fitted.x), fitted.residuals, _independent(slopes))


def _independent(slopes: Array) -> Array:
    """A basis of what derivatives (p, n) span, (r, n): where A is 0 no curve moves with q_F or t_F."""
    largest = abs(slopes).max(axis=1, initial=0.0, keepdims=True)
    _, sizes, basis = np.linalg.svd(slopes / np.where(largest > 0, largest, 1.0), full_matrices=False)
    return basis[sizes > sizes.max(initial=0.0) * slopes.shape[1] * FLOAT64.eps]


def _spans(x: Sight) -> list[Span]:
    return [Span(np.cumsum(run.rows) - run.rows, run.rows) for run in x.runs]


def bootstrap_curves(
    fitted: FittedCurves, count: int, seed: int, advance: Callable[[int], Any] | None = None, mapped: Map = map
) -> CurveSamples:  # fmt: skip
    """Fit `count` drawn sets of curves; the samples depend on the seed alone, and not on `mapped`."""
    noise = noise_of(fitted)
    drawn = noise.draw(_spans(fitted.x), count, np.random.default_rng(seed))
    return _refitted(fitted, noise, drawn, advance, mapped)


def _refitted(
    fitted: FittedCurves, noise: Noise, drawn: Array, advance: Callable[[int], Any] | None = None, mapped: Map = map
) -> CurveSamples:  # fmt: skip
    """Fits to the law with noise that was drawn, (R, n)."""
    targets = fitted.x.target - fitted.residuals + drawn
    start = np.repeat(fitted.theta[None], len(drawn), axis=0)
    found = minimise(
        fitted.law, fitted.x, targets, np.ones((1, targets.shape[1])), start, fitted.huber, tolerance=1e-5, most=60,
        advance=advance, mapped=mapped,
    )  # fmt: skip
    return CurveSamples(found.theta, noise, found.done)


def open_ends(fitted: FittedCurves, drawn: CurveSamples) -> dict[str, tuple[bool, bool]]:
    """Of each parameter whether the lower and the upper end of its interval are beyond the end of its range."""
    law, (low, high) = fitted.law, fitted.law.bounds
    at_ends = np.array([drawn.theta <= low, drawn.theta >= high]).mean(axis=1) > (1 - TWO) / 2
    at_ends[0] &= low != 0  # where 0 is the end, there is nothing beyond it
    found = {name: (bool(below), bool(above)) for name, below, above in zip(law.parameters, *at_ends, strict=True)}
    # A value at time 0 grows as the time falls down to which it is followed.
    turned = {name: found[time][::-1] for name, time in law.scale_of.items() if time in found}
    return found | {name: (a or found[name][0], b or found[name][1]) for name, (a, b) in turned.items()}


def held_out_curves(
    fitted: FittedCurves, names: Sequence[str] | None = None, advance: Callable[[int], Any] | None = None
) -> list[Unseen]:  # fmt: skip
    """Foretell runs by their schedules from a fit to the others.

    Parameters
    ----------
    names
        The runs to leave out, together; by default each group in turn, and none if there is one run only.

    Raises
    ------
    TauberInputError
        If there is no run of a name, or none is left to fit.
    """
    runs = fitted.curves.runs
    known = [run.name for run in runs]
    if names is None:
        groups = [] if len(runs) < 2 else np.array_split(np.arange(len(runs)), min(_GROUPS, len(runs)))
    else:
        unknown = [name for name in names if name not in known]
        if unknown or len(set(names)) >= len(runs):
            raise TauberInputError(
                f"The runs to hold out (`hold_out`) were given as {', '.join(names)}; the runs are "
                f"{', '.join(known[:20])}, and at least one must be left to fit."
            )
        groups = [np.array([known.index(name) for name in names])]
    found = []
    for group in groups:
        found += _unseen(fitted, [int(i) for i in group])
        if advance is not None:
            advance(1)
    return found


def _unseen(fitted: FittedCurves, group: list[int]) -> list[Unseen]:
    curves = fitted.curves
    others = curves.only([i for i in range(len(curves)) if i not in group])
    law, near = fitted.law, fitted.natural
    if law.noise and not others.scheduled:
        near = np.delete(near, [law.parameters.index(name) for name in ("K", "q_K", "t_K")])
        law = FunctionalLaw(False, law.sized)  # one schedule left: its noise cannot be told from E
    again = fit_curves(others, fitted.huber, early=fitted.early, most=fitted.most, law=law, near=near)
    found = []
    for i in group:
        seen = again.x.at([fitted.x.runs[i]])
        off = seen.target - again.law.log_loss(again.theta[None], seen)[0]
        last = float(seen.runs[0].loss[-1])
        rms = float(np.sqrt(np.mean(off**2)))
        found.append(Unseen(curves.runs[i].name, rms, float(off.mean()), last, last * float(np.exp(-off[-1]))))
    return found


def ends(fitted: FittedCurves, share: float, count: int, seed: int) -> Ends:
    """Foretell the last loss of every run from the first `share` of its steps.

    Parameters
    ----------
    count, seed
        Of the bootstrap that the intervals come from.
    """
    part = fit_curves(
        fitted.curves,
        fitted.huber,
        early=fitted.early,
        most=fitted.most,
        share=share,
        law=fitted.law,
        near=fitted.natural,
    )
    at = part.x.at(fitted.x.runs)
    last = np.cumsum([len(run.time) for run in at.runs]) - 1
    noise, parts = noise_of(part), _spans(part.x)
    whole = [span.with_row(int(run.rows.sum()) - 1) for span, run in zip(parts, at.runs, strict=True)]
    drawn = noise.draw(whole, count, np.random.default_rng(seed))
    final = np.cumsum([len(span.rows) for span in whole]) - 1
    again = _refitted(part, noise, np.delete(drawn, final, axis=1))
    value = part.law.log_loss(part.theta[None], at)[0, last]
    off = value + drawn[:, final] - part.law.log_loss(again.theta, at)[:, last]
    reason = noise_of(fitted).reason or noise.reason
    error, low, high = spread(off) if reason is None else np.full((3, len(last)), np.nan)
    losses = np.array([run.loss[-1] for run in at.runs])
    foretold = part.x.unit * np.exp(value)
    names = tuple(run.name for run in at.runs)
    return Ends(
        share, names, losses, foretold, foretold * error, foretold * np.exp(low), foretold * np.exp(high), reason
    )
