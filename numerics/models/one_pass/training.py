r"""One-pass training whose coefficients change with time: schedules, momentum, averaging, noise in the labels.

`Training` takes a one-pass model (`PLRF` and its kin: spectrum, d, B, the peak step size gamma and sigma) and what is
done in time: the expected loss of the deterministic equivalent follows by

* `recursion`: the exact recursion on nodes, up to `MAX_STEPS` steps;
* `log_time`: plain SGD with a smooth schedule: exact steps first, then the recursion's continuation, to any time, and
  exact steps again where a schedule ends.

The nodes are those of `nodes.two_rules`; everything is computed with both rules (in log time the second with longer
steps, too), the difference is the estimate of the error.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, field

import numpy as np

from ...core.limits import MAX_TIME
from ...core.precision import FLOAT64, Array
from ...errors import PrecisionLost, TauberInputError, UnstableStepSize
from . import recursion
from .lens import support
from .log_time import SGDSteps, integrate
from .model import OnePass
from .nodes import Nodes, two_rules
from .optimisers import Momentum, Optimiser, SecondMoments
from .recursion import Rules
from .schedule import Constant, Schedule

MAX_STEPS = 10**7
"""Longest run of the exact recursion."""

_EXACT = 4096  # steps before the continuation in log time; its error there is of the order of their inverse square
_SHARE = 0.15  # of a step in log time, see `log_time`
_RECURSION_TO = 2 * 10**4  # "auto": runs up to here step by step, where they take a tenth of a second
_RATE = 6.0  # momentum makes functions oscillate


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

    Raises
    ------
    TauberInputError, UnstableStepSize (momentum that does not contract), PrecisionLost
    """

    model: OnePass
    schedule: Schedule = field(default_factory=Constant, kw_only=True)
    momentum: Momentum | None = field(default=None, kw_only=True)
    averaging: float | None = field(default=None, kw_only=True)
    nodes: Nodes | None = field(default=None, kw_only=True)

    @functools.cached_property
    def optimiser(self) -> Optimiser:
        """What the steps do, without the schedule."""
        return Optimiser(self.momentum, self.averaging)

    @functools.cached_property
    def _peak(self) -> float:
        return float(self.model.step_size / self.model.step_unit)

    @functools.cached_property
    def _noise_power(self) -> float:
        return float(self.model.noise_power)

    def tau(self, times: object) -> Array:
        """Optimisation time gamma B tau(t) after `times` steps, shape (n,)."""
        return self._peak * float(self.model.batch) * self.schedule.tau(np.asarray(times, dtype=float))

    def curve(self, times: object, solver: str = "auto") -> TrainingCurve:
        """Losses at `times` >= 0, shape (n,), within the schedule's horizon.

        `solver`: "recursion" (whole times up to `MAX_STEPS`), "log-time" (plain SGD, smooth schedules), or "auto".
        Raises PrecisionLost where the estimate exceeds the limit of the precision.
        """
        t = self._checked(times)
        smooth = self.schedule.smooth and self.momentum is None and self.averaging is None
        if solver == "auto":
            solver = "log-time" if smooth and t.max() > _RECURSION_TO else "recursion"
        if solver == "recursion":
            excess, error = self._stepped(t)
        elif solver == "log-time" and smooth:
            excess, error = self._continued(t)
        else:
            raise TauberInputError(
                f"The solver {solver!r} was asked for; 'recursion' and 'auto' are there for every training, 'log-time' "
                "for plain SGD with a smooth schedule; choose one of them (`solver`)."
            )
        loss = excess + self._noise_power
        curve = TrainingCurve(
            t, loss, error * excess / loss, excess, error, solver, float(self.model.step_size)
        )
        return _guarded(curve)

    def _checked(self, times: object) -> Array:
        t = np.atleast_1d(np.asarray(times, dtype=float))
        last = min(self.schedule.horizon, MAX_TIME)
        if t.ndim != 1 or not len(t) or not (np.isfinite(t) & (t >= 0) & (t <= last)).all():
            raise TauberInputError(
                f"The times must be a non-empty list of numbers from 0 to {last:g}, the end of the schedule; change "
                "them (`times`)."
            )
        return t

    @functools.cached_property
    def _rules(self) -> tuple[Nodes, ...]:
        if self.nodes is not None:
            return (self.nodes,)
        model = self.model
        if self.momentum is not None:
            return two_rules(model.spectrum, float(model.d), top=self._momentum_top(), rate=_RATE)
        limit = 2 / (self._peak * float(model.pairs))
        edge = support(model.spectrum, float(model.d)).high
        return two_rules(model.spectrum, float(model.d), top=limit if limit > edge else math.inf)

    def _momentum_top(self) -> float:
        """The largest x, up to twice the upper edge, at which the second moments contract; refuses one below the edge.

        They are tested at times 0, 1, 3, 10, ..., with the coefficients of each.
        """
        edge = support(self.model.spectrum, float(self.model.d)).high
        x = edge * np.geomspace(1, 2, 24)
        times = np.append(0.0, np.floor(np.geomspace(1, min(self.schedule.horizon, 1e12), 25)))
        A = self._second_moments(times).A[:, :, None]
        grown = A[:, 0] + x[:, None, None] * (A[:, 1] + x[:, None, None] * A[:, 2])
        good = (abs(np.linalg.eigvals(grown)) <= 1 + 1e-9).all(axis=(0, 2))
        if not good[0] and not self.model.allow_unstable:
            raise UnstableStepSize(
                f"The momentum is unstable with the step size {float(self.model.step_size):.6g}: the largest eigenvalue "
                f"{edge:.6g} grows from step to step; lower the step size (`step_size`) or the momentum (`momentum`).",
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
                f"The recursion needs whole times up to {MAX_STEPS:g}, got {float(t.max()):g}; change them (`times`), or "
                "take plain SGD with a smooth schedule, which 'log-time' solves (`solver`)."
            )
        rules = Rules.of(self._rules)
        excess, _ = self._run(rules, self._start(rules), t)
        return self._estimated(excess[0], excess[-1], t)

    def _continued(self, t: Array) -> tuple[Array, Array]:
        share, exact = _SHARE, _EXACT
        for _ in range(3):  # shorter steps where the first are too long
            rules = self._rules
            first = self._continue(rules[0], t, exact, share)
            second = self._continue(rules[-1], t, exact // 2, 1.5 * share, around=1.0)
            excess, error = self._estimated(first, second, np.minimum(t, 2 * exact))
            if (error <= FLOAT64.loss_limit).all():
                break
            share, exact = share / 2, 4 * exact
        return excess, error

    def _continue(self, nodes: Nodes, t: Array, exact: int, share: float, around: float = 0.5) -> Array:
        """Exact steps up to `exact`, the continuation in log time, and exact steps before the horizon again."""
        horizon, last = self.schedule.horizon, float(t.max())
        close = math.floor(horizon) - exact if math.isfinite(horizon) else math.inf
        if exact >= min(close, last):
            close = exact = math.ceil(last)
        early, late = t <= exact, t > close
        if (t[early | late] % 1).any():
            raise TauberInputError(
                f"Times up to {exact} and from {close:g} on are solved step by step and must be whole; change them "
                "(`times`)."
            )
        rules, values = Rules.of((nodes,)), np.empty(len(t))
        found, Y = self._run(rules, self._start(rules), np.append(t[early], float(exact)))
        values[early] = found[0, :-1]
        if not early.all():
            steps = SGDSteps(nodes, self.schedule, self._peak, float(self.model.batch), float(self.model.pairs))
            path = integrate(steps, Y[0, 0], float(exact), min(last, close), self._noise_power, share, around)
            inside = ~(early | late)
            values[inside] = path.at(t[inside])
            if late.any():
                values[late] = self._run(rules, path.last[None, None], t[late], int(close))[0][0]
        return values

    def _estimated(self, first: Array, second: Array, steps: Array) -> tuple[Array, Array]:
        """The first with twice the difference of both, what they share and round-off as its relative error."""
        nodes = self._rules[0]
        shared = nodes.error + recursion.rounding(steps, len(nodes.x))
        return first, 2 * abs(first / second - 1) + shared


def _guarded(curve: TrainingCurve) -> TrainingCurve:
    bad = ~(curve.error <= FLOAT64.loss_limit)
    if bad.any():
        worst = int(np.argmax(bad))
        raise PrecisionLost(
            f"At time {curve.times[worst]:.6g} the relative error is about {curve.error[worst]:.1e}, above the "
            f"{FLOAT64.loss_limit:.0e} allowed; stop earlier (`times`)."
        )
    return curve
