r"""One-pass training whose coefficients change with time: schedules, momentum, averaging, noise in the labels.

`Training` takes a one-pass model (`PLRF` and its kin: spectrum, d, B, the peak step size gamma and sigma) and what is
done in time: the expected loss of the deterministic equivalent follows by

* `recursion`: the exact recursion on nodes, up to `MAX_STEPS` steps;
* `log_time`: exact steps first and wherever the schedule is not smooth or ends, between them the recursion's smooth
  solution, to any time.

The nodes are those of `nodes.two_rules`; everything is computed with both rules (in log time the second with longer
steps, too), the difference is the estimate of the error.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from ...core.limits import MAX_TIME
from ...core.precision import FLOAT64, Array
from ...errors import PrecisionLost, TauberInputError, UnstableStepSize
from . import recursion
from .lens import support
from .log_time import grid, integrate
from .model import OnePass
from .nodes import Nodes, rough_rule, two_rules
from .optimisers import Momentum, Optimiser, SecondMoments
from .recursion import Rules
from .schedule import Constant, Schedule, WarmUp

MAX_STEPS = 10**7
"""Longest run of the exact recursion."""

_EXACT = 4096  # steps around special times
_APART = 16  # numbers, at least, that double precision has in these
_SHARE, _MEANT, _ORDER = 0.2, 1e-8, 9  # of a step in log time, the error it is for, and its power of the share
_SHORTER = 1.8  # by which steps become shorter where the first are too long: errors fall by a factor of a hundred
_FINEST = 1e-9  # below, the errors of the nodes lead
_HOPELESS = 0.1  # a growth that shorter steps do not catch up with
_FEW, _LONG = 256, 0.5  # the same where nobody asks for the error, which then is about 1e-7
_SOON = 4096  # the same of `_RECURSION_TO`: from here on log time is faster
_RECURSION_TO = 2 * 10**4  # "auto": runs up to here step by step, where they take a tenth of a second
RATES = (0.0, 8.0, 16.0)  # of oscillation, with momentum: tried in turn until the error is small
_TRIES = len(RATES)


@dataclass(frozen=True, eq=False)
class TrainingCurve:
    """Losses at `times`, with relative error estimates.

    Attributes
    ----------
    times : array of shape (n,)
    loss, error : arrays of shape (n,)
        the loss, sigma^2 included, as `Curve` has it
    excess, excess_error : arrays of shape (n,)
        the loss without sigma^2
    solver : "recursion" or "log-time"
    step_size : the peak
    """

    times: Array
    loss: Array
    error: Array
    excess: Array
    excess_error: Array
    solver: str
    step_size: float


def warm_up(model: OnePass, start: float, power: float) -> WarmUp:
    """The step size of `model` rises as (1 + tau)^power from `start` of it, tau the optimisation time gamma B t."""
    return WarmUp(start, power, _unit_of_time(model))


def high_warm_up(model: OnePass, height: float, steps: float, power: float) -> WarmUp:
    """The same, so that gamma B `steps` over the time that they make, over the start, is `height` > 1.

    Raises TauberInputError where these steps do not reach its peak.
    """
    return WarmUp.of_height(height, steps, power, _unit_of_time(model))


def _unit_of_time(model: OnePass) -> float:
    """The steps at the peak that make the time 1."""
    return float(model.step_unit / (model.step_size * model.batch))


@dataclass(frozen=True, eq=False)
class Training:
    """One-pass training of `model` by steps gamma_t = model.step_size * schedule.shape(t).

    Parameters
    ----------
    model : OnePass
        spectrum, d (finite, fewer than the modes), batch, noise, and the peak step size; float64.
    schedule : Schedule
    momentum : Momentum or None
    averaging : k > 0 or None
        the loss is that of the weights averaged with weights k/(t + k); large k forgets the start faster.
    nodes : Nodes or None
        exact eigenvalues in place of the model's deterministic equivalent, such as those of one draw.
    optimiser : Optimiser
        what the steps do, without the schedule (not an argument).

    Raises
    ------
    TauberInputError, UnstableStepSize (momentum that does not contract), PrecisionLost
    """

    model: OnePass
    schedule: Schedule = field(default_factory=Constant, kw_only=True)
    momentum: Momentum | None = field(default=None, kw_only=True)
    averaging: float | None = field(default=None, kw_only=True)
    nodes: Nodes | None = field(default=None, kw_only=True)
    optimiser: Optimiser = field(init=False)

    def __post_init__(self) -> None:
        if self.model.ctx is not FLOAT64:
            raise TauberInputError("Training that changes with time is solved in float64; leave out `precision`.")
        object.__setattr__(self, "optimiser", Optimiser(self.momentum, self.averaging))

    @functools.cached_property
    def _peak(self) -> float:
        return float(self.model.step_size / self.model.step_unit)

    @functools.cached_property
    def _noise_power(self) -> float:
        return float(self.model.noise_power)

    def tau(self, times: object) -> Array:
        """Optimisation time gamma B tau(t) after `times` steps, shape (n,)."""
        return self._peak * float(self.model.batch) * self.schedule.tau(np.asarray(times, dtype=float))

    def curve(self, times: object, solver: str = "auto", *, accuracy: float = FLOAT64.loss_limit) -> TrainingCurve:
        """Losses at `times` >= 0, shape (n,), within the schedule's horizon.

        `solver`: "recursion" (whole times up to `MAX_STEPS`), "log-time" (smooth schedules), or "auto".
        `accuracy`: in log time steps are shortened, twice at most, until all estimates are below; not beyond 1e-9.
        Raises PrecisionLost where the estimate exceeds the limit of the precision.
        """
        t = self._checked(times)
        if solver == "auto":
            solver = "log-time" if self.schedule.smooth and t.max() > _RECURSION_TO else "recursion"
        if solver == "recursion":
            excess, error = self._stepped(t)
        elif solver == "log-time" and self.schedule.smooth:
            excess, error = self._continued(t, min(max(accuracy, _FINEST), FLOAT64.loss_limit))
        else:
            raise TauberInputError(
                f"The solver {solver!r} was asked for; 'recursion' and 'auto' are there for every training, 'log-time' "
                "for smooth schedules; choose one of them (`solver`)."
            )
        loss = excess + self._noise_power
        curve = TrainingCurve(t, loss, error * excess / loss, excess, error, solver, float(self.model.step_size))
        return guarded(curve)

    def approximate(self, times: object, *, doubtful: bool = False) -> Array:
        """The excess at `times` as by `curve`, shape (n,), without an estimate of its error: for searches.

        `doubtful`: an unstable step size, whose growth needs short steps in log time. Where those of `curve` err much,
        PrecisionLost is raised, and no shorter ones are tried.
        """
        t = self._checked(times)
        if self.schedule.smooth and doubtful and t.max() > _RECURSION_TO:
            excess, error = self._continued(t, FLOAT64.loss_limit, _HOPELESS)
            check(t, error)
            return excess
        if self.schedule.smooth and t.max() > (_RECURSION_TO if doubtful else _SOON):
            return self._continue(self._rough_rule(self._rates[0]), t, _FEW, _LONG)
        rules = Rules.of((self._rough_rule(self._rates[-1]),))
        return self._run(rules, self._start(rules), t)[0][0]

    @property
    def _rates(self) -> tuple[float, ...]:
        """Of oscillation, as many as tries."""
        return RATES if self.momentum is not None else (0.0,) * _TRIES

    def _checked(self, times: object) -> Array:
        t = np.atleast_1d(np.asarray(times, dtype=float))
        last = min(self.schedule.horizon, MAX_TIME)
        if t.ndim != 1 or not len(t) or not (np.isfinite(t) & (t >= 0) & (t <= last)).all():
            raise TauberInputError(
                f"The times must be a non-empty list of numbers from 0 to {last:g}, the end of the schedule; change "
                "them (`times`)."
            )
        return t

    @functools.cache  # noqa: B019 - as many entries as rates
    def _rules(self, rate: float = 0.0) -> tuple[Nodes, ...]:
        if self.nodes is not None:
            return (self.nodes,)
        return two_rules(self.model.nodes, float(self.model.d), top=self._top(), rate=rate)

    def _rough_rule(self, rate: float) -> Nodes:
        if self.nodes is not None:
            return self.nodes
        return rough_rule(self.model.nodes, float(self.model.d), top=self._top(), rate=rate)

    def _top(self) -> float:
        """A bound of the x for which what is summed is bounded."""
        if self.momentum is not None:
            return self._momentum_top()
        limit = 2 / (self._peak * float(self.model.pairs))
        edge = support(self.model.nodes, float(self.model.d)).high
        return limit if limit > edge else math.inf

    def _momentum_top(self) -> float:
        """The largest x, up to twice the upper edge, at which the second moments contract; refuses one below the edge.

        They are tested at times 0, 1, 3, 10, ..., with the coefficients of each.
        """
        edge = support(self.model.nodes, float(self.model.d)).high
        x = edge * np.geomspace(1, 2, 24)
        times = np.append(0.0, np.floor(np.geomspace(1, min(self.schedule.horizon, 1e12), 25)))
        A = self._second_moments(times).A[:, :, None]
        grown = A[:, 0] + x[:, None, None] * (A[:, 1] + x[:, None, None] * A[:, 2])
        good = np.array((abs(np.linalg.eigvals(grown)) <= 1 + 1e-9).all(axis=(0, 2)))
        if not good[0] and not self.model.allow_unstable:
            raise UnstableStepSize(
                f"The momentum is unstable with the step size {float(self.model.step_size):.6g}: the largest "
                f"eigenvalue, {edge:.6g}, grows from step to step; lower the step size (`step_size`) or the momentum "
                "(`momentum`).",
                None,
            )
        return math.inf if good.all() or not good[0] else float(x[np.argmin(good)])

    def _second_moments(self, times: Array) -> SecondMoments:
        gamma = self._peak * self.schedule.shape(times)
        return self.optimiser.second_moments(times, gamma, float(self.model.batch), float(self.model.pairs))

    def _start(self, rules: Rules) -> Array:
        return self.optimiser.start()[:, None, None] * rules.power

    def _run(self, rules: Rules, Y: Array, times: Array, begin: int = 0) -> tuple[Array, Array]:
        return recursion.run(
            rules, self._second_moments, Y, times, self._noise_power, begin=begin, reported=self.optimiser.reported
        )

    def _stepped(self, t: Array) -> tuple[Array, Array]:
        if (t != np.floor(t)).any() or t.max() > MAX_STEPS:
            raise TauberInputError(
                f"The recursion needs whole times up to {MAX_STEPS:g}, got {t.max():g}; change them (`times`), or "
                "take a smooth schedule, which 'log-time' solves (`solver`)."
            )
        for rate in dict.fromkeys(self._rates):
            nodes = self._rules(rate)
            rules = Rules.of(nodes)
            both, _ = self._run(rules, self._start(rules), t)
            excess, error = estimated(nodes[0], both[0], both[-1], t)
            if (error <= FLOAT64.loss_limit).all():
                break
        return excess, error

    def _continued(self, t: Array, accuracy: float, hopeless: float = math.inf) -> tuple[Array, Array]:
        share, exact = _SHARE * (accuracy / _MEANT) ** (1 / _ORDER), _EXACT
        for rate in self._rates:  # shorter steps where the first are too long
            rules = self._rules(rate)
            # errors oscillate: the largest of those just before counts
            times = np.concatenate([t, *(np.floor(t * math.exp(-j * share)) for j in range(1, 5))])
            first = self._continue(rules[0], times, exact, share)
            second = self._continue(rules[-1], times, exact // 2, 1.5 * share)
            excess, error = estimated(rules[0], first, second, np.minimum(times, 2 * exact))
            excess, error = excess[: len(t)], error.reshape(5, -1).max(axis=0)
            if (error <= accuracy).all() or not (error <= hopeless).all():
                break
            share, exact = share / _SHORTER, 4 * exact
        return excess, error

    def _continue(self, nodes: Nodes, t: Array, exact: int, share: float) -> Array:
        """Exact steps within `exact` of time 0, of kinks and of the horizon; between them the solution in log time."""
        rules, values = Rules.of((nodes,)), np.empty(len(t))
        Y = self._start(rules)
        for start, end, stepwise in _segments(self.schedule, float(t.max()), exact):
            inside = (t >= start) & (t <= end)
            if not stepwise:
                edges = grid(self.schedule, start, end, share)
                path = integrate(
                    nodes, self._second_moments, Y[:, 0], edges, self._noise_power, reported=self.optimiser.reported
                )
                values[inside], Y = path.at(t[inside]), path.last[:, None]
                continue
            if (t[inside] % 1).any():
                raise TauberInputError(
                    f"Times from {start:g} to {end:g} are solved step by step and must be whole; change them (`times`)."
                )
            found, Y = self._run(rules, Y, np.append(t[inside], end), int(start))
            values[inside] = found[0, :-1]
        return values


def estimated(nodes: Nodes, first: Array, second: Array, steps: Array) -> tuple[Array, Array]:
    """The first with twice the difference of both, what they share and round-off as its relative error."""
    shared = nodes.error + recursion.rounding(steps, len(nodes.x))
    return first, 2 * abs(first / second - 1) + shared


def _segments(schedule: Schedule, last: float, exact: int) -> Iterator[tuple[float, float, bool]]:
    """(start, end, stepwise) from 0 to `last`: stepwise within `exact` of 0, of a kink or of the horizon.

    Raises PrecisionLost where these are so late that double precision hardly has such steps.
    """
    here = 0.0
    for centre in sorted(c for c in (0.0, *schedule.kinks, schedule.horizon) if math.isfinite(c)):
        if _APART * math.ulp(centre) > exact:
            raise PrecisionLost(
                f"Single steps are solved around time {centre:.6g}, where the schedule is not smooth or ends, but "
                "double precision does not tell them apart there; lower it (`schedule`)."
            )
        first, stop = float(math.floor(centre - exact)), min(float(math.ceil(centre + exact)), last)
        if here < first < last:
            yield here, first, False
            here = first
        if here < stop and first < last:
            yield here, stop, True
            here = stop
    if here < last:
        yield here, last, False


def guarded(curve: TrainingCurve) -> TrainingCurve:
    """The curve, if every error is within the limit of the precision; else PrecisionLost."""
    check(curve.times, curve.error)
    return curve


def check(times: Array, error: Array) -> None:
    """PrecisionLost, if an error is above the limit of the precision."""
    bad = ~(error <= FLOAT64.loss_limit)
    if bad.any():
        worst = int(np.argmax(bad))
        raise PrecisionLost(
            f"At time {times[worst]:.6g} the relative error is about {error[worst]:.1e}, above the "
            f"{FLOAT64.loss_limit:.0e} allowed; leave it out (`times`)."
        )
