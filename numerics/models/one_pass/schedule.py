r"""Step sizes that change with time, as a shape: gamma_t = peak * shape(t), 0 < shape <= 1 at most of the times.

The *optimisation time*, in units of steps at the peak, is tau(n) = int_0^n shape dt; times gamma B it is the tau of
asymptotics.  Every schedule knows tau and its inverse in closed form:

    constant     shape = 1
    warm-up      shape = min(start (1 + tau/scale)^power, 1)     (best without label noise: power p/2)
    cool-down    shape = (1 - t/steps)^power                     (best with label noise: any power > 2 alpha - 1)
    decay        shape = (1 + t/scale)^-power
    steps        one number per step

In the warm-up d tau/dt = shape(tau) is solved by (1 + tau/scale)^(1-power) = 1 + (1 - power) start t/scale, an
exponential for power 1.  What solvers must know of a schedule besides: `horizon`, after which it is not defined, and
`kinks`, the times where it is not smooth.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, field

import numpy as np

from ...core.precision import Array
from ...errors import TauberInputError


class Schedule(ABC):
    """A shape; `horizon`: how many steps it is defined for; `kinks`: where it is not smooth; `smooth`, or a list."""

    smooth = True

    @property
    def horizon(self) -> float:
        """How many steps there are; infinite unless the schedule says so."""
        return math.inf

    @property
    def kinks(self) -> tuple[float, ...]:
        """Times inside at which the shape is not smooth."""
        return ()

    @abstractmethod
    def shape(self, times: Array) -> Array:
        """gamma_t/peak at `times`, shape (n,)."""

    @abstractmethod
    def tau(self, steps: Array) -> Array:
        """Optimisation time after so many `steps`, in units of steps at the peak."""

    @abstractmethod
    def steps(self, tau: Array) -> Array:
        """The inverse of `tau`."""


def _positive(name: str, value: float, *, zero: bool = False) -> None:
    if not (math.isfinite(value) and (value > 0 or (zero and value == 0))):
        bound = ">= 0" if zero else "> 0"
        raise TauberInputError(f"A schedule's {name} must be a finite number {bound}, got {value:g}; change `{name}`.")


@dataclass(frozen=True)
class Constant(Schedule):
    """shape = 1."""

    def shape(self, times: Array) -> Array:
        """1."""
        return np.ones_like(times)

    def tau(self, steps: Array) -> Array:
        """`steps`."""
        return steps

    def steps(self, tau: Array) -> Array:
        """`tau`."""
        return tau


_NEVER = 1e9  # in place of an infinite log


def _grown(log: Array, power: float) -> Array:
    """``(e^(power log) - 1)/power``, the log itself where power is 0."""
    return log if power == 0 else np.expm1(power * log) / power


@dataclass(frozen=True)
class WarmUp(Schedule):
    """shape = min(start (1 + tau/scale)^power, 1): it rises from `start`, 0 < start <= 1, and stays at the peak."""

    start: float
    power: float
    scale: float = 1.0

    def __post_init__(self) -> None:
        for name in ("start", "power", "scale"):
            _positive(name, getattr(self, name))
        if self.start > 1:
            raise TauberInputError(f"A warm-up starts at most at its peak, 1, got {self.start:g}; lower `start`.")

    @classmethod
    def of_height(cls, height: float, steps: float, power: float, scale: float = 1.0) -> WarmUp:
        """The one of which the peak over the start, times `steps` over the time that they make, is `height` > 1.

        Raises TauberInputError where these steps do not reach its peak.
        """
        from scipy.optimize import brentq  # here, because importing it takes longer than a curve

        def of_width(width: float) -> WarmUp:  # log(1 + tau/scale) at the peak
            return cls(math.exp(-power * width), power, scale)

        def above(width: float) -> float:
            late = of_width(width).delay / steps
            return power * width - math.log1p(-late) - math.log(height) if late < 1 else _NEVER

        if height > 1:
            found = of_width(brentq(above, 0.0, math.log(height) / power, xtol=1e-12))
            if found.peak_time <= steps:
                return found
        raise TauberInputError(f"No warm-up of the height {height:g} has its peak within {steps:g} steps; change it.")

    @property
    def delay(self) -> float:
        """The steps up to the peak beyond those that the peak alone would take to its tau."""
        return self.peak_time - self.peak_tau

    @property
    def peak_tau(self) -> float:
        """tau at which the peak is reached."""
        return self.scale * math.expm1(-math.log(self.start) / self.power)

    @property
    def peak_time(self) -> float:
        """The step at which the peak is reached."""
        return float(self._rising_steps(np.array([self.peak_tau]))[0])

    @property
    def kinks(self) -> tuple[float, ...]:
        """The step at which the peak is reached."""
        return (self.peak_time,) if self.start < 1 else ()

    def _rising_steps(self, tau: Array) -> Array:
        return self.scale / self.start * _grown(np.log1p(tau / self.scale), 1 - self.power)

    def _rising_tau(self, steps: Array) -> Array:
        rest, unit = 1 - self.power, self.start * steps / self.scale
        return self.scale * np.expm1(unit if rest == 0 else np.log1p(rest * unit) / rest)

    def shape(self, times: Array) -> Array:
        """See the class."""
        tau = self._rising_tau(np.minimum(times, self.peak_time))
        return np.minimum(self.start * np.exp(self.power * np.log1p(tau / self.scale)), 1.0)

    def tau(self, steps: Array) -> Array:
        """Rising, then with slope 1."""
        late = np.maximum(steps - self.peak_time, 0.0)
        return np.where(late > 0, self.peak_tau + late, self._rising_tau(np.minimum(steps, self.peak_time)))

    def steps(self, tau: Array) -> Array:
        """The inverse of `tau`."""
        late = np.maximum(tau - self.peak_tau, 0.0)
        return np.where(late > 0, self.peak_time + late, self._rising_steps(np.minimum(tau, self.peak_tau)))


@dataclass(frozen=True)
class CoolDown(Schedule):
    """shape = (1 - t/horizon)^power, to nothing at the last of `length` steps."""

    length: float
    power: float

    def __post_init__(self) -> None:
        _positive("length", self.length)
        _positive("power", self.power)

    @property
    def horizon(self) -> float:
        """`length`."""
        return self.length

    def shape(self, times: Array) -> Array:
        """See the class."""
        return np.maximum((self.length - times) / self.length, 0.0) ** self.power

    def tau(self, steps: Array) -> Array:
        """length/(power + 1) (1 - (1 - steps/length)^(power + 1))."""
        with np.errstate(divide="ignore"):
            return -self.length / (self.power + 1) * np.expm1((self.power + 1) * np.log1p(-steps / self.length))

    def steps(self, tau: Array) -> Array:
        """The inverse of `tau`."""
        with np.errstate(divide="ignore"):
            return -self.length * np.expm1(np.log1p(-(self.power + 1) * tau / self.length) / (self.power + 1))


@dataclass(frozen=True)
class Decay(Schedule):
    """shape = (1 + t/scale)^-power, power >= 0."""

    power: float
    scale: float = 1.0

    def __post_init__(self) -> None:
        _positive("power", self.power, zero=True)
        _positive("scale", self.scale)

    def shape(self, times: Array) -> Array:
        """See the class."""
        return np.exp(-self.power * np.log1p(times / self.scale))

    def tau(self, steps: Array) -> Array:
        """scale ((1 + steps/scale)^(1-power) - 1)/(1 - power)."""
        return self.scale * _grown(np.log1p(steps / self.scale), 1 - self.power)

    def steps(self, tau: Array) -> Array:
        """The inverse of `tau`; infinite where it is never reached (power > 1)."""
        rest, unit = 1 - self.power, tau / self.scale
        if rest == 0:
            return self.scale * np.expm1(unit)
        with np.errstate(divide="ignore"):
            return self.scale * np.expm1(np.log1p(np.maximum(rest * unit, -1.0)) / rest)


@dataclass(frozen=True, eq=False)
class Steps(Schedule):
    """One's own: shape_t for t = 0, 1, ..., len - 1, any numbers >= 0."""

    values: Array
    smooth: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        values = np.asarray(self.values, dtype=float)
        if values.ndim != 1 or not len(values) or not (np.isfinite(values) & (values >= 0)).all():
            raise TauberInputError(
                "A schedule of one's own is a non-empty list of finite numbers >= 0, one per step; change `values`."
            )
        object.__setattr__(self, "values", values)

    @property
    def horizon(self) -> float:
        """As many steps as values."""
        return float(len(self.values))

    def shape(self, times: Array) -> Array:
        """The value of the step that begins at or before each time."""
        return self.values[np.minimum(np.asarray(times, dtype=int), len(self.values) - 1)]

    def tau(self, steps: Array) -> Array:
        """The sum of the values so far, linear within a step."""
        return np.interp(steps, np.arange(len(self.values) + 1.0), np.append(0.0, np.cumsum(self.values)))

    def steps(self, tau: Array) -> Array:
        """The inverse of `tau` (the first time, where values are 0); infinite beyond the total."""
        sums = np.append(0.0, np.cumsum(self.values))
        step = np.clip(np.searchsorted(sums, tau), 1, len(self.values))
        with np.errstate(divide="ignore", invalid="ignore"):  # where nothing is asked, or beyond the total
            found = step - (sums[step] - tau) / self.values[step - 1]
        return np.where(tau > sums[-1], math.inf, np.where(tau <= 0, 0.0, found))
