r"""One-pass SGD on a spectrum, in its deterministic equivalent: what follows from it whatever the model is called.

d features whose Gram matrix has the limiting resolvent of `ridge`, steps of size gamma on the *sum* over B fresh
samples.  The expected loss P, the noise sigma^2 of the labels included, obeys

    P(t) = F(t) + sigma^2 + sum_{u<t} K(t-1-u) P(u),
    F(t) = sum_i c_i^2 g(x_i)^t,   K(r) = gamma^2 B sum_i x_i^2 g(x_i)^r,   g(x) = 1 - 2 gamma B x + gamma^2 B C x^2,

over the eigenvalues x_i of that matrix.  C counts pairs of samples in the square of a step: for Gaussian data exactly
B + 1 (each of the B samples meets the B - 1 others once, and itself twice besides the trace that is the kernel K);
C = B keeps of each sample's square the trace and the mean only, as dynamical mean-field theory does.  `transforms` has
the generating functions, `stability` the limits of gamma; `PLRF` and `dynamical.one_pass` are the models.
"""

from __future__ import annotations

import functools
import math
from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from ...core.limits import MIN_STEP_SIZE
from ...core.precision import Array, Precision, Scalar
from ...core.ridge import edge_root, zero_ridge, zero_ridge_error
from ...core.spectrum import Spectrum
from ...errors import TauberInputError, UnstableStepSize
from ...volterra import Equation, Sequences, Solution, checked_times, contour, guarded, solve
from ...volterra.circle import circle_sequences
from .stability import StabilityLimit, kernel_norm, kernel_ridge, stability_limit
from .transforms import Transforms

AUTO_FRACTION = 0.5
"""`step_size="auto"` is this fraction of the stability limit."""

MAX_HORIZON = 10**6
"""Longest run of the stepwise solvers: their cost grows with time, that of the contour does not."""


@dataclass(frozen=True, eq=False)
class Values:
    """Values at `times` with an error estimate each: relative for a forcing or kernel, absolute for a slope."""

    times: Array
    values: Array
    error: Array


@dataclass(frozen=True, eq=False)
class Curve:
    """A loss curve: the loss at each time and a relative error estimate each, with the solver and step size used."""

    times: Array
    loss: Array
    error: Array
    solver: str
    step_size: Scalar


class OnePass(ABC):
    """The loss of one-pass SGD; a model says on what spectrum, with how many features and with which steps.

    A subclass provides `ctx`, `nodes`, `d` (may be infinite), `batch`, `step_size` and, where they differ from the
    defaults here, the other attributes of this list.

    Attributes
    ----------
    allow_unstable : whether step sizes beyond the limit are accepted
    pairs : C of the module's docstring, None for B + 1
    noise_power : sigma^2
    step_unit : gamma is `step_size`/`step_unit`; 1 for steps on the sum over the batch, B for steps on its mean
    """

    d: Scalar
    batch: Scalar
    step_size: Scalar
    allow_unstable: bool

    @property
    @abstractmethod
    def ctx(self) -> Precision:
        """The number system behind this model."""

    @property
    @abstractmethod
    def nodes(self) -> Spectrum:
        """lambda and omega as nodes and weights."""

    @property
    def pairs(self) -> Scalar:
        """C; B + 1 for Gaussian data."""
        return self.batch + 1

    @property
    def noise_power(self) -> Scalar:
        """sigma^2, the part of the loss that no weights remove."""
        return self.batch * 0

    @property
    def step_unit(self) -> Scalar:
        """How many gamma make one `step_size`."""
        return self.batch * 0 + 1

    @property
    def _gamma(self) -> Scalar:
        return self.step_size / self.step_unit

    @property
    def _way_out(self) -> str:
        """What else an unstable step size may be answered with."""
        return ", or allow an unstable run with `allow_unstable=True`"

    def _settle_step_size(self) -> None:
        """Turn `step_size` into a number of the working precision, "auto" included, and check it."""
        auto = isinstance(self.step_size, str) and self.step_size == "auto"
        real = self.ctx.real
        size = self.stability_limit * AUTO_FRACTION if auto else real(self.step_size)
        object.__setattr__(self, "step_size", size)
        self._check_step_size()

    def _check_step_size(self) -> None:
        gamma = self.step_size
        if not (math.isfinite(gamma) and gamma > 0):
            raise TauberInputError(f"The step size must be a positive number or 'auto', got {gamma}.")
        if gamma < MIN_STEP_SIZE:
            raise TauberInputError(
                f"The step size {float(gamma):.6g} was asked for, at least {MIN_STEP_SIZE:g} is allowed; raise it "
                "(`step_size`), or take 'auto'."
            )
        limit = self.stability_limit
        if gamma >= limit and not self.allow_unstable:
            raise UnstableStepSize(
                f"The step size {float(gamma):.6g} is unstable: the loss stays bounded only below "
                f"{float(limit):.10g} ({self.stability_cause}-limited); lower it (`step_size`){self._way_out}.",
                limit,
            )

    @functools.cached_property
    def _limit(self) -> StabilityLimit:
        return stability_limit(self.nodes, self.d, self.pairs)

    @property
    def stability_limit(self) -> Scalar:
        """The largest step size, not itself stable: step sizes below it are."""
        return self._limit.gamma * self.step_unit

    @property
    def stability_cause(self) -> str:
        """What sets the limit: "noise" (||K|| = 1) or "edge" (a mode stops contracting)."""
        return self._limit.cause

    @property
    def kernel_norm(self) -> Scalar:
        """||K|| = sum_r K(r); infinite where a mode does not contract."""
        return self._kernel_norm[0]

    @property
    def kernel_norm_error(self) -> Scalar:
        """Relative error estimate of `kernel_norm`."""
        return self._kernel_norm[1]

    @functools.cached_property
    def _kernel_norm(self) -> tuple[Scalar, Scalar]:
        if self._sums_kernel is None:
            return math.inf, 0.0
        df1, spread, *_ = self._sums_kernel
        return kernel_norm(self.ctx, self.d, self.pairs, df1, spread)

    @functools.cached_property
    def _sums_kernel(self) -> tuple[Scalar, ...] | None:
        """`Resolvents.sums` at kappa_c."""
        if self._ridge_kernel is None:
            return None
        return tuple(values[0] for values in self.nodes.sums(np.array([self._ridge_kernel])))

    @functools.cached_property
    def _ridge_kernel(self) -> Scalar | None:
        return kernel_ridge(self.nodes, self.d, self.pairs, self._gamma)

    @functools.cached_property
    def _ridge_zero(self) -> Scalar:
        return zero_ridge(self.nodes, self.d) if self.d < self.nodes.size else self.ctx.real(0)

    @functools.cached_property
    def level_forcing(self) -> Scalar:
        """F_0 = kappa_0 T(kappa_0), the limit of the forcing: what d features cannot express."""
        if self._ridge_zero == 0:
            return self._ridge_zero
        _, target, _ = self.nodes.resolvents(np.array([self._ridge_zero]))
        return self._ridge_zero * target[0]

    @property
    def level(self) -> Scalar:
        """P_inf = (F_0 + sigma^2)/(1 - ||K||), the limit of the loss; infinite if the step size is unstable."""
        return (self.level_forcing + self.noise_power) / (1 - self.kernel_norm) if self.stable else math.inf

    @property
    def level_error(self) -> Scalar:
        """Relative error estimate of `level` (and of `level_forcing`): round-off of kappa_0 and of 1 - ||K||."""
        zero = self._ridge_zero
        error = zero_ridge_error(self.nodes, zero) if zero != 0 else 8 * self.ctx.eps
        if self.stable:
            error = error + self.kernel_norm_error * self.kernel_norm / (1 - self.kernel_norm)
        return error

    @property
    def stable(self) -> bool:
        """Whether the step size is below the stability limit."""
        return bool(self.step_size < self.stability_limit and self.kernel_norm < 1)

    @functools.cached_property
    def _transforms(self) -> Transforms:
        return Transforms(
            self.nodes,
            self.d,
            self.batch,
            self._gamma,
            self._ridge_zero,
            self._ridge_kernel,
            self._sums_kernel,
            self.kernel_norm_error,
            self.pairs,
            self.noise_power,
        )

    @functools.cached_property
    def equation(self) -> Equation:
        """The model's Volterra equation, for `volterra.solve`."""
        return Equation(self.ctx, self._transforms.loss if self.stable else None, self._sequences)

    def _sequences(self, horizon: int) -> Sequences:
        if horizon > MAX_HORIZON:
            raise TauberInputError(
                f"A stepwise solver was asked for time {horizon}, the latest allowed is {MAX_HORIZON}; take the solver "
                "'contour' (`solver`) at a stable step size, or an earlier time."
            )
        if not math.isfinite(self.kernel_norm):
            return circle_sequences(self.ctx, self._transforms.plain, self._growth(), horizon)
        times = self.ctx.lift(np.arange(horizon + 1))
        forcing = contour.invert(self.ctx, self._transforms.forcing, times)
        kernel = contour.invert(self.ctx, self._transforms.kernel, times)
        values = forcing.values + self.noise_power
        return Sequences(values, kernel.values[:-1], forcing.error * forcing.values / values, kernel.error[:-1])

    def _growth(self) -> float:
        """max(1, g) at the upper edge of the spectrum: the largest rate of a mode per step."""
        edge = np.array([edge_root(self.nodes, self.d)])
        df1, _ = self.nodes.df1_df2(-edge)
        x = (edge * (1 - df1 / self.d))[0]
        gamma, b = self._gamma, self.batch
        return max(1.0, float(1 - gamma * b * x * (2 - gamma * self.pairs * x)))

    def curve(self, times: object, solver: str = "auto") -> Curve:
        """Loss at `times` >= 0, shape (n,), with a relative error estimate each.

        `solver`: "contour" (any time, also fractional; stable step sizes), "fft", "recursion" (whole times up to
        `MAX_HORIZON`), or "auto".  Raises PrecisionLost where the estimate exceeds the limit of the precision.
        """
        solution = solve(self.equation, times, solver)
        return Curve(solution.times, solution.values, solution.error, solution.solver, self.step_size)

    def excess(self, times: object) -> Values:
        """P(t) - sigma^2 at any `times` of a stable step size, with relative errors.

        No digits are lost to sigma^2, however small the rest is.
        """
        t, found = self._loss_inverse(times, "excess")
        return Values(t, found.values, found.error)

    def point(self, time: Scalar) -> tuple[Scalar, Scalar, Scalar, Scalar]:
        """Loss, its relative error, log-slope and its absolute error at one time, from one contour."""
        _, found = self._loss_inverse([time])
        return found.values[0], found.error[0], found.slope[0], found.slope_error[0]

    def forcing(self, times: object) -> Values:
        """F(t), the loss without noise of gradients or labels, with relative errors.

        F is a part of the loss: where it is known to the limit of the precision times P(t), no more is asked of it, and
        its own relative error, above 1 where not a digit is left, says the rest.
        """
        return self._inverse("forcing", times)

    def kernel(self, times: object) -> Values:
        """K(t), the Volterra kernel, with relative errors; what is asked of K(t) P(0), a part of P(t + 1), as of F."""
        return self._inverse("kernel", times)

    def _inverse(self, name: str, times: object) -> Values:
        if not math.isfinite(self.kernel_norm):
            raise TauberInputError(
                f"The {name} at an unstable step size was asked for, but every mode must contract; lower the step size "
                "(`step_size`)."
            )
        t = checked_times(self.equation, times)
        found = contour.invert(self.ctx, getattr(self._transforms, name), t)
        bad = ~np.asarray(found.error <= self.ctx.loss_limit, dtype=bool)
        if bad.any():  # beside the loss it is added to, which need not be solved where the part is known by itself
            share = abs(self._part_of_loss(name, t[bad], found.values[bad]))
            guarded(Solution(t[bad], found.values[bad], found.error[bad] * share, "contour"), self.equation)
        return Values(t, found.values, found.error)

    def _part_of_loss(self, name: str, t: Array, values: Array) -> Array:
        """F(t)/P(t), or K(t) P(0)/P(t + 1); beside a loss that grows, which only steps can solve, all of it."""
        if not self.stable:
            return t * 0 + 1
        if name == "forcing":
            return values / self.curve(t).loss
        start = self.nodes.target_power + self.noise_power
        return values * start / self.curve(t + 1).loss

    def slope(self, times: object) -> Values:
        """Local exponent d log P/d log t at `times`, an exact derivative, with absolute error estimates."""
        t, found = self._loss_inverse(times)
        return Values(t, found.slope, found.slope_error)

    def _loss_inverse(self, times: object, name: str = "loss") -> tuple[Array, contour.Inverse]:
        t = checked_times(self.equation, times)
        if not self.stable:
            raise TauberInputError(
                "Slopes, or the excess, at an unstable step size were asked for, but need a stable one; lower it "
                "(`step_size`)."
            )
        found = contour.invert(self.ctx, getattr(self._transforms, name), t)
        guarded(Solution(t, found.values, found.error, "contour"), self.equation)
        return t, found
