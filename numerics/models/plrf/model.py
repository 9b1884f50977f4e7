r"""The power-law random-features model under one-pass SGD, in its deterministic equivalent.

Data x in R^v with x_j = j^-alpha z_j, z_j ~ N(0, 1); labels <x, b> + sigma eps, b_j = j^-beta, without noise unless
asked; d random features W^T x, W iid N(0, 1/d). theta starts at 0 and is trained on the loss P, the mean of (<W^T x,
theta> - label)^2, by steps of size gamma, each on the *sum* over B fresh samples (Paquette, Paquette, Xiao and
Pennington, arXiv:2405.15074). The expected loss obeys a discrete Volterra equation; averaging over W in the limit of
many features gives the deterministic equivalent solved here. At finite d the typical loss of a drawn W differs from it
by a relative O(1/d) (`simulation` measures it; `GivenDraw` is the loss of one W).
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...core import declared
from ...core.limits import MAX_ALPHA, MAX_BATCH, MAX_BETA, MAX_SIZE, largest_size
from ...core.modes import check_alone, shared_power_law
from ...core.precision import FLOAT64, Array, Precision, Scalar, exact_number, exact_sum, precision_of
from ...core.spectrum import Spectrum
from ...errors import PrecisionLost, TauberInputError
from ...volterra import Equation, checked_times, solve
from ..one_pass.model import AUTO_FRACTION, MAX_HORIZON, Curve, OnePass, Values
from ..one_pass.stability import StabilityLimit
from .balls import Balls, centre, in_balls, losses

__all__ = ["AUTO_FRACTION", "MAX_HORIZON", "PLRF", "Curve", "GivenDraw", "Values"]


@dataclass(frozen=True, eq=False)
class PLRF(OnePass):
    """One model: exponents alpha, beta, d parameters, v modes, batch size B and step size gamma.

    Parameters
    ----------
    alpha, beta : real
        lambda_j = j^(-2 alpha), b_j = j^-beta; 0 < alpha <= 10, beta <= 100 of either sign, alpha + beta > 0, so that
        the power omega_j of the target falls; None with a spectrum.
    d, v : real
        1 <= d < v.  v whole, or any real number from a few dozen on (the sums are continued analytically, so that a
        frontier is smooth), or `math.inf` if 2 alpha > 1 and alpha + beta > 1/2, so that the trace and that power are
        finite.  The largest sizes allowed are those of `limits`.  Arrays as a spectrum say what v is.
    batch : int
        B >= 1.
    noise : real
        sigma >= 0, the standard deviation of noise in the labels; sigma^2 is a part of every loss.
    spectrum : pair of arrays of shape (v,), a declared spectrum, or None
        lambda_j and omega_j = lambda_j b_j^2 (see `core.declared`) instead of alpha and beta.
    step_size : real or "auto"
        gamma; "auto" takes `AUTO_FRACTION` of the stability limit.
    precision : int or None
        decimal digits (mpmath numbers, found in balls where these serve: `balls`), or None for float64.  Numbers are
        taken as given: 0.8 is the double, "0.8" or Fraction(4, 5) the decimal.
    allow_unstable : bool
        accept a step size beyond the limit; the loss then grows and only the stepwise solvers apply.

    Raises
    ------
    TauberInputError, UnstableStepSize (with `.limit`), PrecisionLost
    """

    alpha: Scalar = None
    beta: Scalar = None
    d: Scalar = None
    v: Scalar = math.inf
    batch: Scalar = field(default=1, kw_only=True)
    noise: Scalar = field(default=0, kw_only=True)
    spectrum: Any = field(default=None, kw_only=True)
    step_size: Scalar = field(default="auto", kw_only=True)
    precision: int | None = field(default=None, kw_only=True)
    allow_unstable: bool = field(default=False, kw_only=True)
    as_given: dict[str, Scalar] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        apart = exact_sum((1, self.v), (-1, self.d))
        powers = ("alpha", "beta") if self.spectrum is None else ()
        given = {name: exact_number(getattr(self, name)) for name in (*powers, "noise")}
        object.__setattr__(self, "as_given", given | {"step_size": self.step_size})
        for name in (*powers, "d", "v", "batch", "noise"):
            object.__setattr__(self, name, self.ctx.real(given.get(name, getattr(self, name))))
        if powers:
            self._check_exponents()
        else:
            check_alone(self.alpha, self.beta)
            object.__setattr__(self, "v", declared.checked_count(self.ctx, self.spectrum, self.v, "v"))
        self._check_parameters()
        spare = self.v - self.d
        if apart is not None and abs(self.ctx.real(apart) - spare) > 4 * self.ctx.eps * spare:
            raise PrecisionLost(
                f"The model has v - d = {float(apart):.6g} modes to spare, on which its loss depends, but rounded to "
                f"{self.ctx.digits} digits v and d differ by {float(spare):.6g}; ask for more digits with "
                "`precision`."
            )
        self._settle_step_size()

    def _check_exponents(self) -> None:
        for name in ("alpha", "beta"):
            if not math.isfinite(getattr(self, name)):
                raise TauberInputError(f"The parameter {name} must be a finite number, got {getattr(self, name)}.")
        got = f"got alpha = {float(self.alpha):.6g}, beta = {float(self.beta):.6g}"
        if not 0 < self.alpha <= MAX_ALPHA or not self.beta <= MAX_BETA or not self.alpha + self.beta > 0:
            raise TauberInputError(
                f"The exponents must satisfy 0 < alpha <= {MAX_ALPHA} and -alpha < beta <= {MAX_BETA}, {got}; choose "
                "them in this range."
            )
        if math.isinf(self.v) and not 2 * self.alpha > 1:
            raise TauberInputError(
                f"Infinitely many modes, v = inf, need 2 alpha > 1, got alpha = {float(self.alpha):.6g}; "
                "give a finite v > d (`v`)."
            )
        if math.isinf(self.v) and not self._over[1] > 0:
            raise TauberInputError(
                f"Infinitely many modes, v = inf, have a target of finite power for alpha + beta > 1/2 only, {got}; "
                "give a finite v > d (`v`)."
            )

    def _check_parameters(self) -> None:
        for name in ("d", "batch", "noise"):
            if not math.isfinite(getattr(self, name)):
                raise TauberInputError(f"The parameter {name} must be a finite number, got {getattr(self, name)}.")
        if self.noise < 0:
            raise TauberInputError(
                f"The label noise sigma must be a finite number >= 0, got {float(self.noise):.6g}; change it (`noise`)."
            )
        if not 1 <= self.batch <= MAX_BATCH or self.batch != int(self.batch):
            raise TauberInputError(f"The batch size must be a whole number from 1 to {MAX_BATCH:g}, got {self.batch}.")
        if not 1 <= self.d < self.v:
            raise TauberInputError(
                f"The sizes must satisfy 1 <= d < v, got d = {self.d}, v = {self.v}; lower d (`d`) or raise v (`v`)."
            )
        name, size = ("d", self.d) if math.isinf(self.v) else ("v", self.v)
        own = self.spectrum is not None
        top = declared.largest(self.spectrum) if own else largest_size(self.alpha)
        if size > top:
            where = "for this spectrum" if own else f"at alpha = {float(self.alpha):.6g}"
            raise TauberInputError(
                f"The size {name} = {float(size):.6g} was asked for, at most {top:.3g} is allowed {where} (up to "
                f"{MAX_SIZE:g} where eigenvalues fall more slowly); lower {name} (`{name}`)."
            )

    @functools.cached_property
    def ctx(self) -> Precision:
        """The number system behind this model."""
        return precision_of(self.precision)

    @property
    def noise_power(self) -> Scalar:
        """sigma^2."""
        return self.noise**2

    @functools.cached_property
    def nodes(self) -> Spectrum:
        """lambda and omega as nodes and weights."""
        if self.spectrum is not None:
            return declared.build(self.ctx, self.spectrum, self.v, self.d)
        over = self._over if math.isinf(self.v) else None
        return power_law_of(self.ctx, (self.alpha, self.beta), self.d, self.v, over)

    @functools.cached_property
    def _over(self) -> tuple[Scalar, Scalar]:
        return over_one(self.ctx, (self.as_given["alpha"], self.as_given["beta"]))

    @functools.cached_property
    def balls(self) -> Balls | None:
        """This model in balls, None where they do not serve."""
        return in_balls(self, self.step_size)

    @functools.cached_property
    def _limit(self) -> StabilityLimit:
        balls = in_balls(self)
        limit = centre(self.ctx, balls.stability_limit) if balls else None
        return super()._limit if balls is None or limit is None else StabilityLimit(limit, balls.stability_cause)

    @functools.cached_property
    def _kernel_norm(self) -> tuple[Scalar, Scalar]:
        norm = centre(self.ctx, self.balls.kernel_norm_enclosure) if self.balls else None
        return super()._kernel_norm if norm is None else (norm, 4 * self.ctx.eps)

    @functools.cached_property
    def _level_in_balls(self) -> Scalar | None:
        return centre(self.ctx, self.balls.level) if self.balls and not self.noise else None

    @property
    def level(self) -> Scalar:
        """As `OnePass.level`; with more digits from balls where they serve."""
        return super().level if self._level_in_balls is None else self._level_in_balls

    @property
    def level_error(self) -> Scalar:
        """Relative error estimate of `level`."""
        return super().level_error if self._level_in_balls is None else 4 * self.ctx.eps

    def curve(self, times: object, solver: str = "auto") -> Curve:
        """As `OnePass.curve`; with more digits "auto" takes "balls" where they serve, which is no name of a solver."""
        if solver == "auto" and self.balls:
            t = checked_times(Equation(self.ctx), times)
            found = losses(self.ctx, self.balls, t)
            if found is not None:
                return Curve(t, *found, "balls", self.step_size)
        return super().curve(times, solver)


def modes_of(ctx: Precision, exponents: tuple[object, object], spectrum: Any, d: Scalar, v: Scalar) -> Spectrum:
    """lambda and omega as nodes and weights, for up to d features, of what is given to `PLRF`."""
    if spectrum is not None:
        return declared.build(ctx, spectrum, v, d)
    over = over_one(ctx, exponents) if math.isinf(v) else None
    return power_law_of(ctx, (ctx.real(exponents[0]), ctx.real(exponents[1])), d, v, over)


def power_law_of(
    ctx: Precision, exponents: tuple[Scalar, Scalar], d: Scalar, v: Scalar, over: tuple[Scalar, Scalar] | None
) -> Spectrum:
    """The spectrum of alpha and beta for up to d features; `over` is `over_one` for v = inf."""
    alpha, beta = exponents
    size, power = float(d), -2 * float(alpha)
    floor = min(1e-3 * size**power, 0.1 * (2 * size + 2) ** power)  # below kappa_0: see `zero_ridge`, with C_i >= 2 d
    return shared_power_law(ctx, alpha, beta, v, floor, over)


def over_one(ctx: Precision, exponents: tuple[object, object]) -> tuple[Scalar, Scalar]:
    """2 alpha - 1 and 2 alpha + 2 beta - 1, of the numbers as given: infinite sums are about one over them."""
    alpha, beta = exponents
    trace = exact_sum((2, alpha), (-1, 1))
    exactly = trace, None if trace is None else exact_sum((1, trace), (2, beta))
    first = 2 * ctx.real(alpha) - 1
    rounded = first, first + 2 * ctx.real(beta)
    one, two = (y if x is None else ctx.real(x) for x, y in zip(exactly, rounded, strict=True))
    return one, two


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
        P_inf without the noise of the gradients, |D^(1/2) b|^2 - sum c_i^2, plus that of the labels, sigma^2.
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
