r"""The compute-optimal frontier of one-pass training: over size, step size, and where a warm-up starts.

At the budget f = d^x (r B)^y, d r B by default, the excess P - sigma^2 after the last step is minimised (`core.least`)
over

    d,     gamma where it is free,     the height of a warm-up.

The height is the peak over the start, times the n that are made over the n that the peak alone would take to the same
time. At a given d and gamma it says where a warm-up starts. Where most of the time is spent at the peak, it is the
peak over the start; where the rise takes it nearly all, a start that is a percent lower would never end, and the height
goes as the n made at the peak.

`Declared` says what is trained. The step size is free with label noise, which costs as much as gamma is large, and
without it for 2 alpha < 1, where the noise of the transient bounds it and the best gamma may be unstable beyond the
horizon; otherwise it is best at its limit, and fixed.

Few steps r need large batches. With gamma B = c held, r steps make the time c r, the longest that is stable up to a
constant, and the samples r B set how much noise is left: the best B at a budget is the critical batch, beyond which
samples are wasted, or, under a budget f = d^x r^y B^z with a price of its own, that at which it costs too much. With a
limit r = f^rho on the steps the batch is what the budget leaves, f/(d r).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from ...core.least import Least, Losses, least, least_losses
from ...core.precision import Array
from ...core.runs import Progress
from ...errors import PrecisionLost, TauberInputError, UnstableStepSize
from ..one_pass.optimisers import Momentum, dana_constant, dana_decaying, heavy_ball
from ..one_pass.schedule import Constant, CoolDown, Decay, Schedule
from ..one_pass.training import Training, high_warm_up
from .model import PLRF

_WHOLE = 1e7  # so many steps are rounded to whole ones; the loss of fewer is interpolated
_FIRST, _SHARE = math.log(20.0), 0.8  # of the search: d from 20 to f^0.8


@dataclass(frozen=True)
class Declared:
    """What is trained; one-pass SGD with a constant step size where nothing is said.

    Attributes
    ----------
    alpha, beta, batch, spectrum : as for `PLRF`; v = `ratio` d
    noise, noise_power : sigma = noise f^noise_power
    cost : (x, y) of the budget f = d^x (r B)^y
    batch_cost : z of the budget f = d^x r^y B^z, beside `parallel`, or None
    step_size : gamma, or None where it is free
    step_law : (c, x, y) of gamma = c d^x n^y, n = r B, in place of one step size, or None
    cooldown : m of (1 - t/n)^m, or None
    decay : C of (1 + t)^-C, or None
    warmup : the power C of (1 + tau)^C, tau = gamma B t, or None; where it starts is free
    momentum : ("heavy-ball", damping), ("dana-constant", c of g_3/g_2 = c/d), ("dana-decaying", c, alpha), or None
    averaging : k, or None
    parallel : c of gamma B = c, or None; the batch then is free, beside a constant step size
    steps : rho of r = f^rho, beside `parallel`, or None; the batch then is what is left
    """

    alpha: float | None
    beta: float | None
    ratio: float = math.inf
    batch: int = 1
    noise: float = 0.0
    step_size: float | None = None
    cooldown: float | None = None
    warmup: float | None = None
    momentum: tuple[str, float] | tuple[str, float, float] | None = None
    averaging: float | None = None
    parallel: float | None = None
    steps: float | None = None
    spectrum: Any = None
    step_law: tuple[float, float, float] | None = None
    decay: float | None = None
    noise_power: float = 0.0
    cost: tuple[float, float] = (1.0, 1.0)
    batch_cost: float | None = None

    @property
    def free(self) -> tuple[str, ...]:
        """Names of the free resources, in order: "d", "gamma", "height"; or "d", "batch"."""
        if self.parallel is not None:
            return ("d", "batch") if self.steps is None else ("d",)
        free_step = self.step_size is None and self.step_law is None
        return ("d", *(["gamma"] if free_step else []), *([] if self.warmup is None else ["height"]))

    def excess(self, x: tuple[float, ...], log_budget: float) -> tuple[float, float]:
        """log of the excess at the logs x of what is free, with an absolute error; infinite where there is none."""
        return self._excess(x, (log_budget,), _curve)[0]

    def quick(self, x: tuple[float, ...], log_budgets: tuple[float, ...]) -> list[float]:
        """The same without the error, which takes most of the time, at some budgets."""
        if (self.parallel, self.step_law, self.noise_power) == (None, None, 0):  # one run, after other numbers of steps
            return [value for value, _ in self._excess(x, log_budgets, _approximate)]
        return [self._excess(x, (log_budget,), _approximate)[0][0] for log_budget in log_budgets]

    def _excess(self, x: tuple[float, ...], log_budgets: tuple[float, ...], solve: _Solve) -> list[tuple[float, float]]:
        """At some budgets: at one alone where what is trained depends on it."""
        named, nothing = dict(zip(self.free, map(math.exp, x), strict=True)), [(math.inf, math.inf)] * len(log_budgets)
        sigma = self.noise * math.exp(self.noise_power * log_budgets[0])
        # d is the first of what is free
        samples = [math.exp((log_budget - self.cost[0] * x[0]) / self.cost[1]) for log_budget in log_budgets]
        if self.parallel is not None:
            return [self._large(named, log_budgets[0], samples[0], sigma)]
        gamma, steps = self._gamma(named, samples[0]), [n / self.batch for n in samples]
        if gamma is None or min(steps) < 1:
            return nothing
        try:
            model = self._model(named["d"], gamma, sigma)
            return self._interpolated(model, named.get("height", 1.0), steps, solve)
        except (UnstableStepSize, PrecisionLost, TauberInputError):
            return nothing

    def _gamma(self, named: dict[str, float], samples: float) -> float | None:
        """The step size, chosen or by its law."""
        if self.step_law is None:
            return named.get("gamma", self.step_size)
        constant, of_size, of_samples = self.step_law
        return float(constant * named["d"] ** of_size * samples**of_samples)

    def _model(self, d: float, gamma: float | None, sigma: float) -> PLRF:
        return PLRF(
            self.alpha, self.beta, d, self.ratio * d, batch=self.batch, noise=sigma, step_size=gamma,
            allow_unstable=True, spectrum=self.spectrum,
        )  # fmt: skip

    def _large(self, named: dict[str, float], log_budget: float, samples: float, sigma: float) -> tuple[float, float]:
        """With gamma B = c, at a batch that need not be whole; `samples` are those of batch 1 at this budget.

        At a given gamma and number of samples B enters as gamma B only, so each unit of B changes the log of the loss
        by a part of gamma, and the cubic through the four nearest whole batches errs by gamma^4 at most.
        """
        assert self.parallel is not None
        share = 1.0 if self.batch_cost is None else self.batch_cost / self.cost[1]  # r^y B^z is (r B^share)^y
        batch = named["batch"] if self.steps is None else (samples / math.exp(self.steps * log_budget)) ** (1 / share)
        samples *= batch ** (1 - share)
        low, gamma = math.floor(batch), self.parallel / batch
        if low < 2 or samples < low + 2:
            return math.inf, math.inf
        whole = range(low - 1, low + 3)
        try:
            values, errors = zip(
                *(self._constant(named["d"], gamma, b, samples / b, sigma) for b in whole), strict=True
            )
        except (UnstableStepSize, PrecisionLost, TauberInputError):
            return math.inf, math.inf
        weights = [math.prod((batch - b) / (a - b) for b in whole if b != a) for a in whole]
        return sum(w * value for w, value in zip(weights, values, strict=True)), max(errors) + gamma**4

    def _constant(self, d: float, gamma: float, batch: int, steps: float, sigma: float) -> tuple[float, float]:
        """log of the excess at a constant step size, with an absolute error."""
        model = PLRF(
            self.alpha, self.beta, d, self.ratio * d, batch=batch, noise=sigma, step_size=gamma,
            spectrum=self.spectrum,
        )  # fmt: skip
        (one,) = _logs(model, [steps])
        return one

    def _interpolated(self, model: PLRF, height: float, steps: list[float], solve: _Solve) -> list[tuple[float, float]]:
        """At numbers of steps that need not be whole: log-linear between whole ones, which errs by 1/steps^2."""
        changing = (self.cooldown, self.warmup, self.decay, self.momentum, self.averaging) != (None,) * 5
        if not changing and model.stable:
            return _logs(model, steps)
        whole = [[round(n)] if n >= _WHOLE else [math.floor(n), math.floor(n) + 1] for n in steps]
        times = sorted({n for around in whole for n in around})
        if (self.cooldown, self.warmup) == (None, None):
            values, error = solve(self._training(model, height, times[-1]), times)
        else:  # each has a schedule of its own
            each = [solve(self._training(model, height, n), [n]) for n in times]
            values, error = [value for (value,), _ in each], max(error for _, error in each)
        known = dict(zip(times, values, strict=True))
        return [_between(n, [(m, known[m]) for m in around], error) for n, around in zip(steps, whole, strict=True)]

    def _training(self, model: PLRF, height: float, steps: int) -> Training:
        schedule: Schedule = Constant()
        if self.cooldown is not None:
            schedule = CoolDown(steps, self.cooldown)
        elif self.decay is not None:
            schedule = Decay(self.decay)
        elif self.warmup is not None:
            schedule = high_warm_up(model, height, steps, self.warmup)
        return Training(model, schedule=schedule, momentum=self._momentum(model), averaging=self.averaging)

    def starts(self, budgets: Sequence[float], found: Least) -> tuple[Array, Array, Array, Array]:
        """Where the best warm-ups start, over their peaks, with errors of the logs; its slope, with errors.

        With L = log gamma n, the delay over the time as late, and over the n of the rise as share,

            d log height + late dL  =  -(1 + late/share) d log start
        """
        assert self.warmup is not None
        starts, lates, shares = [], [], []
        for f, x in zip(budgets, found.x, strict=True):
            named = dict(zip(self.free, np.exp(x).tolist(), strict=True))
            samples = (f / named["d"] ** self.cost[0]) ** (1 / self.cost[1])
            model, steps = self._model(named["d"], self._gamma(named, samples), 0.0), samples / self.batch
            schedule = high_warm_up(model, named["height"], steps, self.warmup)
            starts.append(schedule.start)
            lates.append(schedule.delay / (steps - schedule.delay))
            shares.append(schedule.delay / schedule.peak_time)
        late, share, (x, y) = np.array(lates), np.array(shares), self.cost
        _, of_size, of_samples = self.step_law or (1.0, 0.0, 0.0)
        of_f = late * (1 + of_samples) / y
        of = {"d": late * of_size - x * of_f, "gamma": late, "height": np.ones(len(late))}
        tilt, less = np.array([of[name] for name in self.free]).T, share / (share + late)
        slope = -less * (of_f + (tilt * found.x_slope).sum(axis=1))
        off, slope_error = (less * (abs(tilt) * x).sum(axis=1) for x in (found.x_error, found.x_slope_error))
        return np.array(starts), off, slope, slope_error

    def _momentum(self, model: PLRF) -> Momentum | None:
        if self.momentum is None:
            return None
        name, value, *alpha = self.momentum
        if name == "heavy-ball":
            return heavy_ball(value)
        return dana_decaying(alpha[0], value) if name == "dana-decaying" else dana_constant(value / float(model.d))


_Solve = Callable[[Training, list[int]], tuple[list[float], float]]
"""A training and its times: logs of the excess, and the largest of their absolute errors."""


def _curve(training: Training, times: list[int]) -> tuple[list[float], float]:
    with np.errstate(over="ignore"):  # an unstable size is refused by its error
        found = training.curve(times)
    values, errors = zip(*map(_log, found.excess, found.excess_error * found.excess), strict=True)
    return list(values), max(errors)


def _approximate(training: Training, times: list[int]) -> tuple[list[float], float]:
    with np.errstate(over="ignore", invalid="ignore"):
        found = training.approximate(times, doubtful=not training.model.stable)
    if not (found > 0).all():
        raise PrecisionLost(f"The excess {found.min():.3g} is lost in its error.")
    return [math.log(x) for x in found], 0.0


def _between(steps: float, around: list[tuple[int, float]], error: float) -> tuple[float, float]:
    """The log of the excess after `steps` by those after one or two whole numbers of them, with its error."""
    if len(around) == 1:
        return around[0][1], error + 1 / steps
    (low, first), (_, second) = around
    return first + math.log(steps / low) / math.log1p(1 / low) * (second - first), error + 1 / steps**2


def _logs(model: PLRF, steps: list[float]) -> list[tuple[float, float]]:
    """Logs of the excess with absolute errors, after any numbers of steps of a constant step size."""
    found = model.excess(steps)
    return [_log(float(x), float(x * e)) for x, e in zip(found.values, found.error, strict=True)]


def _log(excess: float, error: float) -> tuple[float, float]:
    """The log of an excess with an absolute error, and its error."""
    if not excess > 10 * error:
        raise PrecisionLost(f"The excess {excess:.3g} is lost in its error, {error:.1g}.")
    return math.log(excess), error / excess


@dataclass(frozen=True, eq=False)
class TrainedFrontier:
    """The optimum at each budget, arrays of shape (n,).

    Attributes
    ----------
    budgets, excess, error : f, P* - sigma^2 and its relative error
    resources, resource_errors : by name ("d", "gamma", "start", "batch"), what is free at its best, and relative errors
    slopes, slope_errors : by name ("loss" and those), d log/d log f with absolute errors
    """

    budgets: Array
    excess: Array
    error: Array
    resources: dict[str, Array]
    resource_errors: dict[str, Array]
    slopes: dict[str, Array]
    slope_errors: dict[str, Array]


def trained_frontier(
    declared: Declared, budgets: Sequence[float], *, progress: Progress | None = None
) -> TrainedFrontier:
    """Find the best of all that is free at increasing budgets f.

    Raises
    ------
    TauberInputError
        Budgets that do not increase, or no interior optimum at the first of them.
    PrecisionLost
        The optimum was lost on the way.
    """
    if len(budgets) < 1 or (np.diff(budgets) <= 0).any():
        raise TauberInputError("The budgets must increase, and there must be one at least (`budgets`).")
    log_first = math.log(budgets[0])
    small = _SHARE * log_first / declared.cost[1]
    reach = {
        "d": (_FIRST, _SHARE * log_first / declared.cost[0]),
        "gamma": (-small, 0.0),
        "height": (0.0, small),
        "batch": (0.0, small),
    }
    low, high = zip(*(reach[name] for name in declared.free), strict=True)
    found = least(declared.excess, declared.quick, budgets, low, high, progress=progress)
    slopes = dict(zip(declared.free, found.x_slope.T, strict=True)) | {"loss": found.loss_slope}
    errors = dict(zip(declared.free, found.x_slope_error.T, strict=True)) | {"loss": found.loss_slope_error}
    resources = dict(zip(declared.free, np.exp(found.x.T), strict=True))
    off = dict(zip(declared.free, found.x_error.T, strict=True))
    if declared.warmup is not None:
        for known, start in zip((resources, off, slopes, errors), declared.starts(budgets, found), strict=True):
            del known["height"]
            known["start"] = start
    return TrainedFrontier(np.array(budgets), found.loss, found.error, resources, off, slopes, errors)


def trained_losses(
    declared: Declared, budgets: Sequence[float], exponents: Mapping[str, float],
    constants: Mapping[str, float] = MappingProxyType({}),
) -> Losses:  # fmt: skip
    """The least excess alone, from where the exponents of what is free lead, with constants that are 1 if not said.

    Raises
    ------
    PrecisionLost
        The optimum was not found from there, or lost on the way.
    """
    slopes = [exponents[name] for name in declared.free]
    start = [exponents[x] * math.log(budgets[0]) + math.log(constants.get(x, 1.0)) for x in declared.free]
    return least_losses(declared.excess, declared.quick, budgets, start, slopes)
