"""The functional law fitted to training curves: its errors, schedules that it has not seen, and ends foretold.

**Errors.** Neighbouring points of a curve share what the law does not know, so they are not drawn one by one. With ten
runs or more whole runs are drawn anew; with fewer, blocks of neighbouring points of each run, as long as the
correlation of the residuals asks for: with the correlation c of neighbours the sum of a residual's correlations is
(1 + c)/(1 - c), and a block has twice as many points. Fewer than eight blocks say nothing of chance, which is a flag.

**Held out.** Each group of runs (each run, up to eight groups) is left out in turn, the law is fitted to the others,
and foretells the curves left out by their schedules alone.

**Ends.** The law is fitted to the first part of every run, and foretells the last loss of each by its schedule. The
interval holds the error of the law's parameters, and the spread of residuals, times the root of the rows that were
averaged: right for noise that rows do not share, too wide for what the law misses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..core.precision import Array
from ..core.runs import Map
from ..errors import TauberInputError
from .curves import EARLY, POINTS, Curves, autocorrelation, points
from .fitting import USUAL_HUBER
from .intervals import LEAST_CLUSTERS
from .memory import FunctionalLaw, Sight
from .objective import minimise

SHARES = (0.5,)
"""Parts of each run from which its end is foretold."""
LEAST_BLOCKS = 8
"""Units to draw anew from which on they say something of chance."""
END_SAMPLES = 100
"""Bootstrap samples behind the interval of an end."""
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
    """Fits to resampled curves: internal parameters (R, p); what was drawn, "runs" or "blocks", how many, how long."""

    theta: Array
    drawn: str
    count: int
    length: int
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
    """Last losses (n,) foretold from a share of every run, with one error and the interval of 95 % of each."""

    share: float
    names: tuple[str, ...]
    last: Array
    foretold: Array
    error: Array
    low: Array
    high: Array


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
        If a run has too few rows, or all runs together too few for the parameters.
    """
    law = law or law_for(curves)
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
    rough = minimise(law, x, x.target, weights, starts, max(_ROUGH, huber), tolerance=1e-4, most=40)
    best = np.argsort(rough.value)[:final]
    found = minimise(law, x, x.target, weights, rough.theta[best], huber, tolerance=1e-9, most=300)
    least = int(np.argmin(found.value))
    agreeing = int((found.value <= found.value[least] * (1 + _SAME)).sum())
    return FittedCurves(
        law, curves, x, found.theta[least], float(found.value[least]), huber, len(best), agreeing, early, most
    )


def blocks(fitted: FittedCurves) -> tuple[str, Array, int]:
    """What is drawn anew: its name, the number of the unit that each point belongs to, and the length of a block."""
    owner = fitted.x.owner
    if len(fitted.x.runs) >= LEAST_CLUSTERS:
        return "runs", owner, 0
    correlation = min(max(fitted.correlation, 0.0), 0.95)
    length = max(2, round(2 * (1 + correlation) / (1 - correlation)))
    found, last = np.empty(len(owner), dtype=int), 0
    for number in range(len(fitted.x.runs)):
        own = np.flatnonzero(owner == number)
        count = max(1, round(len(own) / length))
        found[own] = last + np.arange(len(own)) * count // len(own)
        last += count
    return "blocks", found, length


def bootstrap_curves(
    fitted: FittedCurves, count: int, seed: int, advance: Callable[[int], Any] | None = None, mapped: Map = map
) -> CurveSamples:  # fmt: skip
    """Fit `count` resampled sets of curves; the samples depend on the seed alone, and not on `mapped`."""
    drawn, unit, length = blocks(fitted)
    units = int(unit.max()) + 1
    weights = np.random.default_rng(seed).multinomial(units, np.full(units, 1 / units), size=count).astype(float)
    start = np.repeat(fitted.theta[None], count, axis=0)
    x = fitted.x
    found = minimise(
        fitted.law, x, x.target, weights[:, unit], start, fitted.huber, tolerance=1e-5, most=60, advance=advance,
        mapped=mapped,
    )  # fmt: skip
    wider = np.sqrt(units / max(units - len(fitted.theta), 1))
    theta = np.clip(fitted.theta + wider * (found.theta - fitted.theta), *fitted.law.bounds)
    return CurveSamples(theta, drawn, units, length, found.done)


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
    drawn = bootstrap_curves(part, count, seed)
    at = part.x.at(fitted.x.runs)
    last = np.cumsum([len(run.time) for run in at.runs]) - 1
    value = part.law.log_loss(part.theta[None], at)[0, last]
    samples = part.law.log_loss(drawn.theta, at)[:, last]
    rows = np.concatenate([run.rows for run in part.x.runs])  # a last loss is one row, the others are means of several
    noise = np.random.default_rng(seed).choice(part.residuals * np.sqrt(rows), samples.shape)
    low, lower, upper, high = np.quantile(samples + noise, (0.025, 0.1587, 0.8413, 0.975), axis=0)
    losses = np.array([run.loss[-1] for run in at.runs])
    unit, central = part.x.unit, np.exp(value)
    return Ends(
        share, tuple(run.name for run in at.runs), losses, unit * central, unit * central * (upper - lower) / 2,
        unit * np.exp(low), unit * np.exp(high),
    )  # fmt: skip
