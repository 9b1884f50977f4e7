r"""The ridge with the least loss, at given D and P.

log L as a function of x = log delta is smooth; it is scanned from ridges without any effect up to those beyond which
the loss only grows, then refined and polished by the engine of `core.optimum`; more digits start from the result in
float64 where that is sound.  Losses are taken relative to a common unit, so that a shallow minimum keeps its digits.

Where the loss at the minimum cannot be told from the loss without ridge (no noise and a target no smoother than the
kernel, or a noise far below the loss) the ridge is not determined: the best of the scan is given, 0 included, with an
error that covers all ridges that are as good.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Protocol, Self

import numpy as np

from ...core.optimum import Asked, Scan, one_by_one, polish, refine, scan
from ...core.precision import FLOAT64, Array, Precision, Scalar
from ...core.spectrum import Spectrum
from ...errors import PrecisionLost, TauberInputError

_SHALLOW = 1e5
"""A minimum less deep than this many errors of the loss does not determine its place: a second derivative by stencil
with step 0.02 amplifies them by 1.5e4."""


class Ridged(Protocol):
    """What is needed of a learning curve: see `model.LearningCurve`, which is one."""

    @property
    def ctx(self) -> Precision:
        """Its number system."""

    @property
    def noise(self) -> Scalar:
        """sigma."""

    @property
    def null_power(self) -> Scalar:
        """The power of the target on modes with lambda = 0."""

    def with_ridge(self, ridge: Scalar) -> Self:
        """The same curve at another ridge."""

    def in_float64(self) -> Self:
        """The same curve in double precision."""

    def at(self, data: object, features: object) -> Any:
        """The loss at two sizes, and its relative error: attributes `loss` and `error`."""

    def ridge_point(self, data: object, features: object) -> Any:
        """The attribute `kappa` is the effective ridge."""

    def modes_at(self, data: Scalar, features: Scalar) -> Spectrum:
        """The spectrum, resolved down to kappa(0) for these sizes."""


@dataclass(frozen=True, eq=False)
class OptimalRidge:
    """The best ridge, its loss with a relative error, and the absolute error of the ridge."""

    ridge: Scalar
    loss: Scalar
    error: Scalar
    ridge_error: Scalar


@dataclass(frozen=True, eq=False)
class _Line:
    """log of the loss over `unit` against x = log delta: the `Surface` of one free resource, the budget idle."""

    curve: Ridged
    data: Scalar
    features: Scalar
    unit: Scalar

    @property
    def ctx(self) -> Precision:
        """The curve's number system."""
        return self.curve.ctx

    def log_loss(self, x: tuple[float, ...]) -> float:
        """For the search."""
        return float(self.point((self.ctx.real(x[0]),))[0])

    def points(self, x: Asked) -> Array:
        """phi and phi_F with their errors."""
        return one_by_one(self.point, x)

    def point(self, x: tuple[Scalar, ...]) -> tuple[Scalar, Scalar, Scalar, Scalar]:
        """The value and its absolute error; nothing depends on a budget."""
        found = self.curve.with_ridge(_exp(self.ctx, x[0])).at(self.data, self.features)
        ratio = self.ctx.log(np.array([found.loss / self.unit]))[0]
        return ratio, self.ctx.real(found.error), self.ctx.real(0), self.ctx.real(0)


def optimal_ridge(curve: Ridged, data: Scalar, features: Scalar) -> OptimalRidge:
    """The minimum over delta >= 0; the ridge of `curve` itself plays no part."""
    without = curve.with_ridge(0).at(data, features)
    if without.loss == 0:
        return OptimalRidge(without.loss, without.loss, without.error, without.loss)
    spectrum = curve.modes_at(data, features)
    unit = without.loss if math.isfinite(without.loss) else spectrum.target_power + curve.null_power
    line = _Line(curve, data, features, unit)
    rough = _in_float64(curve, data, features)
    if rough is not None:
        return _polished(line, rough)
    low, high = _range(curve, data, features)
    best = scan(line, (low,), (high,))
    if best.sides == (1,):
        raise TauberInputError(
            "No finite ridge is best: the more ridge, the smaller the loss, since the target has (nearly) no power on "
            "the modes; give a target with power on them."
        )
    depth = -best.value if math.isfinite(without.loss) else math.inf
    if depth <= _SHALLOW * without.error:
        return _undetermined(line, without.error, (low, high), best)
    return _polished(line, refine(line, best))


def _polished(line: _Line, rough: tuple[float, ...]) -> OptimalRidge:
    found = polish(line, rough)
    ridge = _exp(line.ctx, found.x[0])
    return OptimalRidge(ridge, line.unit * found.loss, found.error, ridge * found.x_error[0])


def _in_float64(curve: Ridged, data: Scalar, features: Scalar) -> tuple[float] | None:
    """Where to start with more digits: log of the best ridge in float64, if that is determined there."""
    if curve.ctx is FLOAT64:
        return None
    try:
        found = optimal_ridge(curve.in_float64(), FLOAT64.real(data), FLOAT64.real(features))
    except PrecisionLost:
        return None
    return (math.log(found.ridge),) if found.ridge_error < 1e-3 * found.ridge else None


def _undetermined(line: _Line, error: Scalar, ends: tuple[float, float], best: Scan) -> OptimalRidge:
    """No ridge, or the best of the scan if it is better; the error reaches up to the last ridge that is as good."""
    ctx, better = line.ctx, best.value < -2 * float(error)
    last = best.best[0] if better else ends[0]
    while last < ends[1] and line.log_loss((last,)) <= min(best.value, 0.0) + 2 * float(error):
        last += best.spacing[0] / 4
    ridge = _exp(ctx, ctx.real(best.best[0])) if better else ctx.real(0)
    found = line.curve.with_ridge(ridge).at(line.data, line.features)
    return OptimalRidge(ridge, found.loss, found.error + abs(best.value), _exp(ctx, ctx.real(last)))


def _range(curve: Ridged, data: Scalar, features: Scalar) -> tuple[float, float]:
    """log of ridges far below and far above anything of interest.

    Below, kappa moves by less than round-off.  Above, L = sum v - 2 sum v lambda/kappa + O(kappa^-2) grows: kappa
    exceeds the trace and what balances the next terms, such as (s2 + power) (sum lambda^2 + tr^2/P)/(D kappa^2).
    """
    spectrum, ctx = curve.modes_at(data, features), curve.ctx
    still = curve.with_ridge(0).ridge_point(data, features)
    smallest = still.kappa if still.kappa else spectrum.lam[-1]
    low = smallest * data * ctx.real(10) ** -ctx.digits
    power = spectrum.target_power + curve.null_power + curve.noise**2
    covered = (spectrum.weight * spectrum.lam * spectrum.target).sum()
    spread = spectrum.square_trace + spectrum.trace**2 / features
    ratio = power * spread / covered if covered else ctx.real(0)
    high = 100 * (data * spectrum.trace + ratio + spectrum.lam[0])
    return tuple(float(x) for x in ctx.log(np.array([low, high])))  # type: ignore[return-value]


def _exp(ctx: Precision, x: Scalar) -> Scalar:
    value: Array = ctx.exp(np.array([x]))
    return value[0]
