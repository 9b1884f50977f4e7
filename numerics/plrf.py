r"""The power-law random-features model under one-pass SGD, in its deterministic equivalent.

Data x in R^v with x_j = j^-alpha z_j, z_j ~ N(0, 1); target <x, b>, b_j = j^-beta; d random features W^T x, W iid N(0,
1/d). theta starts at 0 and is trained on the loss P = E (<W^T x, theta> - <x, b>)^2 by steps of size gamma, each on
the *sum* over B fresh samples (Paquette, Paquette, Xiao and Pennington, arXiv:2405.15074).  The expected loss obeys a
discrete Volterra equation; averaging over W in the limit of many features gives the deterministic equivalent solved
here.  At finite d the typical loss of a drawn W differs from it by a relative O(1/d) (`simulation` measures it;
`GivenDraw` is the loss of one W).
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from .errors import TauberInputError, UnstableStepSize
from .limits import MAX_ALPHA, MAX_BATCH, MAX_BETA, MAX_SIZE, MIN_STEP_SIZE, largest_size
from .precision import FLOAT64, Array, Precision, Scalar, precision_of
from .ridge import edge_root, zero_ridge
from .spectrum import Spectrum, power_law
from .stability import StabilityLimit, kernel_norm, kernel_ridge, stability_limit
from .transforms import Transforms
from .volterra import Equation, Sequences, Solution, checked_times, contour, guarded, solve
from .volterra.circle import circle_sequences

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


@dataclass(frozen=True, eq=False)
class PLRF:
    """One model: exponents alpha, beta, d parameters, v modes, batch size B and step size gamma.

    Parameters
    ----------
    alpha, beta : real
        lambda_j = j^(-2 alpha), b_j = j^-beta; 0 < alpha <= 10, 0 <= beta <= 100.
    d, v : real
        1 <= d < v.  v whole, or any real number from a few dozen on (the sums are continued analytically, so that a
        frontier is smooth), or `math.inf` if 2 alpha > 1.  The largest sizes allowed are those of `limits`.
    batch : int
        B >= 1.
    step_size : real or "auto"
        gamma; "auto" takes `AUTO_FRACTION` of the stability limit.
    precision : int or None
        decimal digits (mpmath), or None for float64.  Numbers are taken as given: 0.8 is the double, "0.8" or
        Fraction(4, 5) the decimal.
    allow_unstable : bool
        accept a step size beyond the limit; the loss then grows and only the stepwise solvers apply.

    Raises
    ------
    TauberInputError, UnstableStepSize (with `.limit`), PrecisionLost
    """

    alpha: Scalar
    beta: Scalar
    d: Scalar
    v: Scalar
    batch: Scalar = field(default=1, kw_only=True)
    step_size: Scalar = field(default="auto", kw_only=True)
    precision: int | None = field(default=None, kw_only=True)
    allow_unstable: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        for name in ("alpha", "beta", "d", "v", "batch"):
            object.__setattr__(self, name, self.ctx.real(getattr(self, name)))
        self._check_parameters()
        auto = isinstance(self.step_size, str) and self.step_size == "auto"
        gamma = self._limit.gamma * self.ctx.real(Fraction(AUTO_FRACTION)) if auto else self.ctx.real(self.step_size)
        object.__setattr__(self, "step_size", gamma)
        self._check_step_size()

    def _check_parameters(self) -> None:
        for name in ("alpha", "beta", "d", "batch"):
            if not math.isfinite(getattr(self, name)):
                raise TauberInputError(f"The parameter {name} must be a finite number, got {getattr(self, name)}.")
        if not 0 < self.alpha <= MAX_ALPHA or not 0 <= self.beta <= MAX_BETA:
            raise TauberInputError(
                f"The exponents must satisfy 0 < alpha <= {MAX_ALPHA} and 0 <= beta <= {MAX_BETA}, "
                f"got alpha = {float(self.alpha):.6g}, beta = {float(self.beta):.6g}; choose them in this range."
            )
        if not 1 <= self.batch <= MAX_BATCH or self.batch != int(self.batch):
            raise TauberInputError(f"The batch size must be a whole number from 1 to {MAX_BATCH:g}, got {self.batch}.")
        if math.isinf(self.v) and not 2 * self.alpha > 1:
            raise TauberInputError(
                f"Infinitely many modes, v = inf, need 2 alpha > 1, got alpha = {float(self.alpha):.6g}; "
                "give a finite v > d (--v)."
            )
        if not 1 <= self.d < self.v:
            raise TauberInputError(
                f"The sizes must satisfy 1 <= d < v, got d = {self.d}, v = {self.v}; lower d (--d) or raise v (--v)."
            )
        name, size = ("d", self.d) if math.isinf(self.v) else ("v", self.v)
        if size > largest_size(self.alpha):
            raise TauberInputError(
                f"The size {name} = {float(size):.6g} was asked for, at most {largest_size(self.alpha):.3g} is allowed "
                f"at alpha = {float(self.alpha):.6g} (up to {MAX_SIZE:g} for smaller alpha); lower {name} (--{name})."
            )

    def _check_step_size(self) -> None:
        gamma = self.step_size
        if not (math.isfinite(gamma) and gamma > 0):
            raise TauberInputError(f"The step size must be a positive number or 'auto', got {gamma}.")
        if gamma < MIN_STEP_SIZE:
            raise TauberInputError(
                f"The step size {float(gamma):.6g} was asked for, at least {MIN_STEP_SIZE:g} is allowed; raise it "
                "(step_size, --lr), or take 'auto'."
            )
        limit = self._limit
        if gamma >= limit.gamma and not self.allow_unstable:
            raise UnstableStepSize(
                f"The step size {float(gamma):.6g} is unstable: the loss stays bounded only below "
                f"{float(limit.gamma):.10g} ({limit.cause}-limited); lower it (step_size, --lr), or allow an "
                "unstable run with allow_unstable=True (--allow-unstable).",
                limit.gamma,
            )

    @functools.cached_property
    def ctx(self) -> Precision:
        """The number system behind this model."""
        return precision_of(self.precision)

    @functools.cached_property
    def spectrum(self) -> Spectrum:
        """lambda and omega as nodes and weights."""
        d, power = float(self.d), -2 * float(self.alpha)
        floor = min(1e-3 * d**power, 0.1 * (2 * d + 2) ** power)  # below kappa_0: see `zero_ridge`, with C_i >= 2 d
        return power_law(self.ctx, self.alpha, self.beta, self.v, floor)

    @functools.cached_property
    def _limit(self) -> StabilityLimit:
        return stability_limit(self.spectrum, self.d, self.batch)

    @property
    def stability_limit(self) -> Scalar:
        """gamma_max: step sizes below it are stable."""
        return self._limit.gamma

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
        ridge = self._ridge_kernel
        return (math.inf, 0.0) if ridge is None else kernel_norm(self.spectrum, self.d, self.batch, ridge)

    @functools.cached_property
    def _ridge_kernel(self) -> Scalar | None:
        return kernel_ridge(self.spectrum, self.d, self.batch, self.step_size)

    @functools.cached_property
    def _ridge_zero(self) -> Scalar:
        return zero_ridge(self.spectrum, self.d)

    @functools.cached_property
    def level_forcing(self) -> Scalar:
        """F_0 = kappa_0 T(kappa_0), the limit of the forcing: what d features cannot express."""
        _, target, _ = self.spectrum.resolvents(np.array([self._ridge_zero]))
        return self._ridge_zero * target[0]

    @property
    def level(self) -> Scalar:
        """P_inf = F_0/(1 - ||K||), the limit of the loss; infinite if the step size is unstable."""
        return self.level_forcing / (1 - self.kernel_norm) if self.stable else math.inf

    @property
    def level_error(self) -> Scalar:
        """Relative error estimate of `level` (and of `level_forcing`): round-off of kappa_0 and of 1 - ||K||."""
        kappa = np.array([self._ridge_zero])
        df1, df2 = self.spectrum.df1_df2(kappa)
        error = 8 * self.ctx.eps * (1 + df1[0] / (df1[0] - df2[0]))  # times d log kappa_0 per d log df1
        if self.stable:
            error = error + self.kernel_norm_error * self.kernel_norm / (1 - self.kernel_norm)
        return error

    @property
    def stable(self) -> bool:
        """Whether the step size is below the stability limit."""
        return bool(self.step_size < self._limit.gamma and self.kernel_norm < 1)

    @functools.cached_property
    def _transforms(self) -> Transforms:
        return Transforms(
            self.spectrum,
            self.d,
            self.batch,
            self.step_size,
            self._ridge_zero,
            self._ridge_kernel,
            self.kernel_norm_error,
        )

    @functools.cached_property
    def equation(self) -> Equation:
        """The model's Volterra equation, for `volterra.solve`."""
        return Equation(self.ctx, self._transforms.loss if self.stable else None, self._sequences)

    def _sequences(self, horizon: int) -> Sequences:
        if horizon > MAX_HORIZON:
            raise TauberInputError(
                f"A stepwise solver was asked for time {horizon}, the latest allowed is {MAX_HORIZON}; take the solver "
                "'contour' (--solver contour) at a stable step size, or an earlier time."
            )
        if not math.isfinite(self.kernel_norm):
            return circle_sequences(self.ctx, self._transforms.plain, self._growth(), horizon)
        times = self.ctx.lift(np.arange(horizon + 1))
        forcing = contour.invert(self.ctx, self._transforms.forcing, times)
        kernel = contour.invert(self.ctx, self._transforms.kernel, times)
        return Sequences(forcing.values, kernel.values[:-1], forcing.error, kernel.error[:-1])

    def _growth(self) -> float:
        """max(1, g) at the upper edge of the spectrum: the largest rate of a mode per step."""
        edge = np.array([edge_root(self.spectrum, self.d)])
        df1, _ = self.spectrum.df1_df2(-edge)
        x = (edge * (1 - df1 / self.d))[0]
        gamma, b = self.step_size, self.batch
        return max(1.0, float(1 - gamma * b * x * (2 - gamma * (b + 1) * x)))

    def curve(self, times: object, solver: str = "auto") -> Curve:
        """Loss at `times` >= 0, shape (n,), with a relative error estimate each.

        `solver`: "contour" (any time, also fractional; stable step sizes), "fft", "recursion" (whole times up to
        `MAX_HORIZON`), or "auto".  Raises PrecisionLost where the estimate exceeds the limit of the precision.
        """
        solution = solve(self.equation, times, solver)
        return Curve(solution.times, solution.values, solution.error, solution.solver, self.step_size)

    def point(self, time: Scalar) -> tuple[Scalar, Scalar, Scalar, Scalar]:
        """Loss, its relative error, log-slope and its absolute error at one time, from one contour."""
        _, found = self._loss_inverse([time])
        return found.values[0], found.error[0], found.slope[0], found.slope_error[0]

    def forcing(self, times: object) -> Values:
        """F(t), the loss without gradient noise, with relative errors."""
        return self._inverse("forcing", times)

    def kernel(self, times: object) -> Values:
        """K(t), the Volterra kernel, with relative errors."""
        return self._inverse("kernel", times)

    def _inverse(self, name: str, times: object) -> Values:
        if not math.isfinite(self.kernel_norm):
            raise TauberInputError(
                f"The {name} at an unstable step size was asked for, but every mode must contract; lower the step size "
                "(step_size, --lr)."
            )
        t = checked_times(self.equation, times)
        found = contour.invert(self.ctx, getattr(self._transforms, name), t)
        solution = guarded(Solution(t, found.values, found.error, "contour"), self.equation)
        return Values(solution.times, solution.values, solution.error)

    def slope(self, times: object) -> Values:
        """Local exponent d log P/d log t at `times`, an exact derivative, with absolute error estimates."""
        t, found = self._loss_inverse(times)
        return Values(t, found.slope, found.slope_error)

    def _loss_inverse(self, times: object) -> tuple[Array, contour.Inverse]:
        t = checked_times(self.equation, times)
        if not self.stable:
            raise TauberInputError(
                "Slopes at an unstable step size were asked for, but need a stable one; lower it (step_size, --lr)."
            )
        found = contour.invert(self.ctx, self._transforms.loss, t)
        guarded(Solution(t, found.values, found.error, "contour"), self.equation)
        return t, found


@dataclass(frozen=True, eq=False)
class GivenDraw:
    """The exact expected loss of one drawn W (averaged over the data), through its eigenvalues.

    Attributes
    ----------
    eigenvalues : array of shape (d,)
        lam_i > 0 of D^(1/2) W W^T D^(1/2).
    power : array of shape (d,)
        c_i^2, c = coefficients of D^(1/2) b on the eigenvectors.
    floor : real
        P_inf without noise, |D^(1/2) b|^2 - sum c_i^2.
    batch, step_size : B and gamma.
    """

    eigenvalues: Array
    power: Array
    floor: Scalar
    batch: int
    step_size: Scalar
    ctx: Precision = FLOAT64

    @functools.cached_property
    def kernel_norm(self) -> Scalar:
        """||K|| = sum_i gamma lam_i/(2 - gamma (B+1) lam_i), infinite where a mode does not contract."""
        rest = 2 - self.step_size * (self.batch + 1) * self.eigenvalues
        return (self.step_size * self.eigenvalues / rest).sum() if bool((rest > 0).all()) else math.inf

    @functools.cached_property
    def equation(self) -> Equation:
        """The Volterra equation as sums of exponentials: rates g(lam_i), and 1 for the floor."""
        gamma, b, lam = self.step_size, self.batch, self.eigenvalues
        gap = gamma * b * lam * (2 - gamma * (b + 1) * lam)
        zero = gap[:1] * 0
        return Equation.from_modes(
            np.concatenate([zero, gap]),
            np.concatenate([zero + self.floor, self.power]),
            np.concatenate([zero, gamma**2 * b * lam**2]),
            self.ctx,
        )

    def curve(self, times: object, solver: str = "recursion") -> Curve:
        """Expected loss at `times`, by the exact recursion, or by the contour for late times of a stable draw."""
        solution = solve(self.equation, times, solver)
        return Curve(solution.times, solution.values, solution.error, solution.solver, self.step_size)
