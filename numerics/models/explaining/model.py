r"""The loss L(D, P) of ridge regression on P random features from D samples (arXiv:2102.06701).

Target sum_k w_k sqrt(lambda_k) psi_k, power v_k = lambda_k w_k^2; features P^{-1/2} G Lambda^{1/2} psi, G iid N(0, 1);
training minimises sum_i (y_i - f(x_i))^2 + delta |theta|^2, y = f* + sigma eps.  The loss is the population's mean
square error beyond sigma^2.  Power laws lambda_k = k^-b, v_k = k^-a.  P = inf is kernel ridge regression, D = inf the
projection on the features.

With kappa and the sums of `point.py`, the deterministic equivalent (Simon et al., arXiv:2311.14646, Atanasov et al.,
arXiv:2405.00592; derived afresh for this library)

    L + sigma^2 = pre (T1 - T2 (P-z)/(P-q) + sigma^2),    pre = 1/(1 - [q (P-2z) + z^2]/[D (P-q)]),

has, with f_D = 1 - z/D, f_P = 1 - z/P, g = z - q, the form without a single difference (derived here)

    L = { f_P T0 + (g/P) T1 + sigma^2 [(q/D)(f_P + g/P) + g^2/(D P)] } / { f_D f_P + f_D g/P + f_P g/D },
    train = f_D^2 (L + sigma^2)                       (the mean square residual on the training set).

Power on null modes (lambda = 0) is added to T0 and T1: it acts like more label noise that is part of the loss.

**Where limits end.**  Without ridge the loss is infinite at D = P < S modes (double descent), and at D = S <= P if
there is noise or null power; without those a square system is solved exactly, and the loss is 0 (with D = P = S the
limit of small ridges is not: the equivalent is a limit of large matrices first).  With D and P both infinite only the
null modes are left.  With D infinite, noise and ridge have no effect.

**Duality.**  For a = b and sigma = 0, L(D, P) at ridge delta is L(P, D) at ridge delta P/D.

**Errors** are relative estimates: that of kappa and of the sums at it, propagated; all terms being positive they only
grow by the number of factors.  Above 1e-6 (or a unit of the digits asked for) PrecisionLost is raised.  They do not
include the distance of the equivalent to a finite system, a relative O(1/min(D, P)): see `simulation`.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from ...core import declared
from ...core.modes import check_alone, check_noise, check_size, exponents, power_laws, smallest_ridge
from ...core.optimum import slope_of
from ...core.precision import FLOAT64, Array, Precision, Scalar, precision_of
from ...core.sizes import Sizes
from ...core.spectrum import Spectrum
from ...errors import PrecisionLost, TauberInputError
from .optimal import OptimalRidge, optimal_ridge
from .point import RidgePoint, ridge_points

RIDGES = (1e-100, 1e100)
"""Smallest positive and largest ridge."""

_FACTORS = 8
"""Numerator and denominator of the loss are sums of products of at most three numbers each, and train has two more."""


@dataclass(frozen=True, eq=False)
class Loss:
    """The loss without sigma^2, the mean square residual on the training set, and a relative error of both."""

    loss: Scalar
    train: Scalar
    error: Scalar


@dataclass(frozen=True, eq=False)
class Grid:
    """`Loss` at D = data[i], P = features[j]: loss, train and error are arrays of shape (nD, nP)."""

    data: Array
    features: Array
    loss: Array
    train: Array
    error: Array


@dataclass(frozen=True, eq=False)
class Slope:
    """A local exponent, d log L/d log D or d log L/d log P, and its absolute uncertainty."""

    value: Scalar
    error: Scalar


@dataclass(frozen=True, eq=False)
class LearningCurve:
    """The loss as a function of D and P.

    Parameters
    ----------
    a, b : real
        lambda_k = k^-b, v_k = lambda_k w_k^2 = k^-a, k = 1..modes; 0 < b <= 20, 0 < a <= 200 + b; infinitely many modes
        need a > 1 and b > 1.  The isotropic teacher is a = b; alpha_K = b - 1.
    ridge : real
        delta, not divided by D: 0, or from 1e-100 to 1e100.
    noise : real
        sigma >= 0, the standard deviation of the label noise.
    modes : int, real or `math.inf`
        S; a real number is allowed from a few dozen on.
    spectrum : pair of arrays of shape (S,), a declared spectrum, or None
        lambda_k > 0 and v_k >= 0 (see `core.declared`) instead of a and b; arrays say how many modes there are.
    null_power : real
        power >= 0 of the target on modes with lambda = 0.
    precision : int or None
        decimal digits (mpmath), or None for float64.  Numbers are taken as given: 0.8 is the double, "0.8" or
        Fraction(4, 5) the decimal.

    Raises
    ------
    TauberInputError, PrecisionLost
    """

    a: Scalar = None
    b: Scalar = None
    ridge: Scalar = field(default=0.0, kw_only=True)
    noise: Scalar = field(default=0.0, kw_only=True)
    modes: Scalar = field(default=math.inf, kw_only=True)
    spectrum: Any = field(default=None, kw_only=True)
    null_power: Scalar = field(default=0.0, kw_only=True)
    precision: int | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        for name in ("ridge", "noise", "null_power"):
            object.__setattr__(self, name, self.ctx.real(getattr(self, name)))
        check_noise(self.noise)
        low, high = RIDGES
        if not (self.ridge == 0 or low <= self.ridge <= high):
            raise TauberInputError(
                f"The ridge must be 0 or a number from {low:g} to {high:g}, got {float(self.ridge):.6g}; change it "
                "(`ridge`)."
            )
        if not (math.isfinite(self.null_power) and self.null_power >= 0):
            raise TauberInputError(
                f"The power on null modes must be a finite number >= 0, got {float(self.null_power):.6g}."
            )
        if self.spectrum is not None:
            check_alone(self.a, self.b)
            object.__setattr__(self, "modes", declared.checked_count(self.ctx, self.spectrum, self.modes))
            return
        checked = exponents(self.ctx, (self.a, self.b, self.modes))
        for name, value in zip(("a", "b", "modes"), checked, strict=True):
            object.__setattr__(self, name, value)

    @functools.cached_property
    def ctx(self) -> Precision:
        """The number system of the parameters."""
        return precision_of(self.precision)

    def at(self, data: object, features: object) -> Loss:
        """The loss for D = `data` samples and P = `features`; real numbers from 1e-6 to 1e24, or inf."""
        sizes = self._sizes(data, features)
        (loss,), (train,), (error,) = self._losses(np.array([sizes.data]), np.array([sizes.width]))
        return Loss(loss, train, float(error))

    def grid(self, datas: object, featuress: object) -> Grid:
        """`at` for every pair of D from `datas`, shape (nD,), and P from `featuress`, shape (nP,), solved together."""
        data, features = (self.ctx.lift(np.atleast_1d(np.asarray(x, dtype=object))) for x in (datas, featuress))
        if data.ndim != 1 or features.ndim != 1 or not (len(data) and len(features)):
            raise TauberInputError("The sizes must be non-empty lists of numbers; give `data` and `features`.")
        for size in data:
            check_size("data", "D", size)
        for size in features:
            check_size("features", "P", size)
        shape = len(data), len(features)
        tables = self._losses(np.repeat(data, shape[1]), np.tile(features, shape[0]))
        return Grid(data, features, *(table.reshape(shape) for table in tables))

    def _losses(self, data: Array, features: Array) -> tuple[Array, Array, Array]:
        """Losses, residuals and relative errors of pairs of sizes, shape (n,) each; raises PrecisionLost."""
        point, noise = self._points(data, features), self.noise**2
        sizes = Sizes(width=features, data=data)
        biased = np.asarray(point.kappa != 0, dtype=bool)
        steep_data, steep_features = point.gap * sizes.by_data, point.gap * sizes.by_width
        floor = point.free_data * (point.free_features + steep_features) + point.free_features * steep_data
        spread = (
            np.where(biased, point.q, 0) * sizes.by_data * (point.free_features + steep_features)
            + steep_data * steep_features
        )
        top = point.free_features * point.T0 + steep_features * point.T1 + noise * spread
        open_ = np.asarray(floor != 0, dtype=bool)
        value = np.where(open_, top / np.where(open_, floor, 1), self.ctx.real(math.inf))
        value = np.where(biased, value, self._without_bias(point, sizes, noise))
        endless = np.asarray(value == math.inf, dtype=bool)
        train = np.where(endless, self.ctx.real(0), point.free_data**2 * (np.where(endless, 0, value) + noise))
        error = _FACTORS * point.error
        lost = error > max(self.ctx.loss_limit, 1e2 * float(self.ctx.eps))
        if lost.any():
            worst = int(np.argmax(lost))
            raise PrecisionLost(
                f"The loss at D = {float(data[worst]):.6g}, P = {float(features[worst]):.6g} is known to a relative "
                f"{error[worst]:.1g} only; ask for more digits with `precision`."
            )
        return value, train, error

    def _without_bias(self, point: RidgePoint, sizes: Sizes, noise: Scalar) -> Array:
        """kappa = 0: the noise, and the null modes as noise, averaged over D - S directions."""
        full = np.asarray(point.free_data == 0, dtype=bool)
        finite = np.asarray(sizes.by_data != 0, dtype=bool)
        filled = self.null_power + noise * (np.where(finite, point.z, 0) * sizes.by_data)
        return np.where(
            full, self.ctx.real(math.inf if noise + self.null_power else 0), filled / np.where(full, 1, point.free_data)
        )

    def ridge_point(self, data: object, features: object) -> RidgePoint:
        """kappa, z, q and the sums at it; see `RidgePoint`."""
        sizes = self._sizes(data, features)
        found = self._points(np.array([sizes.data]), np.array([sizes.width]))
        return RidgePoint(*(getattr(found, each.name)[0] for each in fields(RidgePoint)))

    def slope(self, data: object, features: object, *, by: str = "data") -> Slope:
        """The local exponent in D (`by` = "data") or P ("features"), at fixed ridge.

        Raises TauberInputError where there is none: an infinite size, a loss that is 0 or infinite.
        """
        names = ("data", "features")
        if by not in names:
            raise TauberInputError(f'A slope is taken by "data" or "features", got {by!r}.')
        sizes = self._sizes(data, features)
        pair = [sizes.data, sizes.width]
        moved, ctx = names.index(by), self.ctx
        if math.isinf(pair[moved]):
            raise TauberInputError(f"The {by} are infinite; a slope needs a finite number of them.")
        step = ctx.real(0.02 if ctx is FLOAT64 else 10.0 ** (-ctx.digits / 8))
        kinks = [] if self.ridge else [pair[1 - moved], self._nodes.size]  # where the ridgeless loss is not smooth
        for kink in kinks:
            if not math.isinf(kink):
                step = min(step, abs(ctx.log(np.array([pair[moved] / kink]))[0]) / 12)
        found = []
        for size in pair[moved] * ctx.exp(step * ctx.lift(np.arange(-3, 4))):
            pair[moved] = size
            found.append(self.at(*pair))
        values = np.array([each.loss for each in found])
        if not step or not (np.isfinite(ctx.rounded(values)).all() and bool((values > 0).all())):
            raise TauberInputError(
                f"The loss at D = {float(sizes.data):.6g}, P = {float(sizes.width):.6g} has no slope (it is 0, or "
                "infinite, or has a kink there); move to other sizes or add a ridge (`ridge`)."
            )
        return Slope(*slope_of(ctx.log(values), step, max(each.error for each in found)))

    def optimal_ridge(self, data: object, features: object = math.inf) -> OptimalRidge:
        """The ridge with the least loss (the curve's own is not used); d log L/d log D there is `slope` at this ridge.

        Raises TauberInputError for infinite data, where no ridge has an effect.
        """
        sizes = self._sizes(data, features)
        if not sizes.by_data:
            raise TauberInputError("With infinite data no ridge has an effect; give a finite number of data (`data`).")
        return optimal_ridge(self, sizes.data, sizes.width)

    def with_ridge(self, ridge: Scalar) -> LearningCurve:
        """The same curve at another ridge."""
        return replace(self, ridge=ridge)

    def in_float64(self) -> LearningCurve:
        """The same curve in double precision."""
        return replace(self, precision=None)

    def _sizes(self, data: object, features: object) -> Sizes:
        sizes = Sizes(width=self.ctx.real(features), data=self.ctx.real(data))
        check_size("data", "D", sizes.data)
        check_size("features", "P", sizes.width)
        return sizes

    def _points(self, data: Array, features: Array) -> RidgePoint:
        """The points of pairs of sizes, shape (n,), together where they share a spectrum."""
        groups: dict[Spectrum, list[int]] = {}
        for place, pair in enumerate(zip(data, features, strict=True)):
            groups.setdefault(self.modes_at(*pair), []).append(place)
        names = [each.name for each in fields(RidgePoint)]
        columns = {name: np.empty(len(data), dtype=float if name == "error" else data.dtype) for name in names}
        for spectrum, places in groups.items():
            sizes = Sizes(width=features[places], data=data[places])
            found = ridge_points(spectrum, sizes, self.ridge, self.null_power)
            for name in names:
                columns[name][places] = getattr(found, name)
        return RidgePoint(**columns)

    def modes_at(self, data: Scalar, features: Scalar) -> Spectrum:
        """The spectrum, resolved down to kappa(0) for these sizes."""
        least = min(data, features)
        if not math.isinf(self.modes):
            return self._nodes
        if self.spectrum is not None:
            floor = 1e-3 if math.isinf(least) else None
            return declared.build(self.ctx, self.spectrum, self.modes, least, floor)
        floor = 1e-3 if math.isinf(least) else smallest_ridge(least, self.b)
        return power_laws(self.ctx, self.a, self.b, self.modes, floor)

    @functools.cached_property
    def _nodes(self) -> Spectrum:
        """The spectrum for moderate kappa (any kappa if it is finite)."""
        if self.spectrum is not None:
            return declared.build(self.ctx, self.spectrum, self.modes, 1, 1e-3)
        return power_laws(self.ctx, self.a, self.b, self.modes, 1e-3)
