r"""The effective ridge of both bottlenecks, and the sums at it.

With D samples, P features and ridge delta (min sum (y - f)^2 + delta |theta|^2, features scaled by P^{-1/2}) everything
depends on one number kappa,

    delta/D = kappa (1 - z/D) (1 - z/P),      z = sum lambda/(lambda + kappa),

the equation of the dynamical model (arXiv:2402.01092) at the real point s = delta/D: gradient flow and ridge regression
share their bottlenecks.  The root wanted is the largest, where both factors ("shares" of samples and of features left
free) are positive; without ridge z = min(D, P), or kappa = 0 if all modes fit.

**Digits.**  The shares are formed from their product delta/(D kappa) and their difference z (1/P - 1/D), the larger one
first: nothing cancels where z -> min(D, P).  z - q = kappa sum lambda/(lambda + kappa)^2 and T0 = kappa^2 sum
v/(lambda + kappa)^2 are sums of their own.  For tiny ridges delta(kappa) is its parabola at kappa(0) to all digits.
Where all S modes fit, the shares are (D - S + c)/D and (P - S + c)/P with c = S - z = sum kappa/(lambda + kappa), and
log delta grows with log kappa at a slope from 1 to 3: Newton's iteration in the logs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...core.precision import FLOAT64, Scalar
from ...core.ridge import effective_ridge, zero_ridge_error
from ...core.sizes import Sizes, move_from_rest, rest_ridge, start_near_rest
from ...core.spectrum import Spectrum
from ...errors import PrecisionLost

_MAX_STEPS = 200


@dataclass(frozen=True, eq=False)
class RidgePoint:
    """kappa and what the loss is made of, in the curve's number system.

    z = sum lambda/(lambda+kappa), q = sum lambda^2/(lambda+kappa)^2, `gap` = z - q, T1 = sum v kappa/(lambda+kappa),
    T0 = sum v kappa^2/(lambda+kappa)^2 (both with the power on null modes), `free_data` = 1 - z/D,
    `free_features` = 1 - z/P; `error`, a relative error that bounds each of these.
    """

    kappa: Scalar
    z: Scalar
    q: Scalar
    gap: Scalar
    T1: Scalar
    T0: Scalar
    free_data: Scalar
    free_features: Scalar
    error: float


def ridge_point(spectrum: Spectrum, sizes: Sizes, ridge: Scalar, null_power: Scalar) -> RidgePoint:
    """The point for `ridge` >= 0; raises PrecisionLost where kappa cannot be found."""
    eta, rest = ridge * sizes.by_data, rest_ridge(spectrum, sizes)
    if rest == 0:
        return _all_modes_fit(spectrum, sizes, eta, null_power)
    kappa, error = (rest, 0.0) if eta == 0 else _kappa(spectrum, sizes, eta, rest)
    df1, df2 = spectrum.df1_df2(np.array([kappa]))
    if eta == 0:
        df1[0] = sizes.least
        error = float(zero_ridge_error(spectrum, kappa))
    shares = _shares(spectrum, sizes, df1[0], eta / kappa)
    return _point(spectrum, kappa, (df1[0], df2[0]), shares, null_power, error)


def _point(
    spectrum: Spectrum,
    kappa: Scalar,
    freedom: tuple[Scalar, Scalar],
    shares: tuple[Scalar, Scalar],
    null_power: Scalar,
    error: float,
) -> RidgePoint:
    at = np.array([kappa])
    (steep,), (power,) = spectrum.pair_sums(at, kappa)
    t1 = kappa * spectrum.resolvents(at)[1][0] + null_power
    t0 = kappa * kappa * power + null_power
    relative = 4 * (error + spectrum.compression_error(at) + 4 * float(spectrum.ctx.eps))
    return RidgePoint(kappa, *freedom, kappa * steep, t1, t0, *shares, relative)


def _all_modes_fit(spectrum: Spectrum, sizes: Sizes, eta: Scalar, null_power: Scalar) -> RidgePoint:
    """S <= min(D, P): kappa(0) = 0."""
    ctx, size = spectrum.ctx, spectrum.size
    if eta == 0:
        zero = ctx.real(0)
        free_data, free_features = [zero + 1 if math.isinf(n) else (n - size) / n for n in (sizes.data, sizes.width)]
        return RidgePoint(zero, size, size, zero, null_power, null_power, free_data, free_features, 8 * float(ctx.eps))
    kappa = eta + spectrum.trace * (sizes.by_data + sizes.by_width)
    for _ in range(_MAX_STEPS):
        left = (spectrum.weight * (kappa / (spectrum.lam + kappa))).sum()
        slope = (spectrum.weight * (kappa * spectrum.lam / (spectrum.lam + kappa) ** 2)).sum()
        shares = [ctx.real(1) if math.isinf(n) else (n - size + left) / n for n in (sizes.data, sizes.width)]
        steep = 1 + slope * sum(by / share for by, share in zip((sizes.by_data, sizes.by_width), shares, strict=True))
        step = ctx.log(np.array([kappa * shares[0] * shares[1] / eta]))[0] / steep
        kappa = kappa * ctx.exp(np.array([-step]))[0]
        if abs(step) <= 64 * ctx.eps:
            freedom = [found[0] for found in spectrum.df1_df2(np.array([kappa]))]
            return _point(
                spectrum,
                kappa,
                (freedom[0], freedom[1]),
                (shares[0], shares[1]),
                null_power,
                float(abs(step)) + 64 * float(ctx.eps),
            )
    raise PrecisionLost(
        f"The effective ridge was not found in {_MAX_STEPS} steps; ask for more digits with `precision`."
    )


def _kappa(spectrum: Spectrum, sizes: Sizes, eta: Scalar, rest: Scalar) -> tuple[Scalar, float]:
    """kappa > kappa(0) = `rest` for eta > 0, and its relative error."""
    ctx = spectrum.ctx
    points = np.array([eta])
    start = start_near_rest(spectrum, sizes, points)
    move = float(move_from_rest(spectrum, sizes, points)[0])
    if move * move < float(ctx.eps):  # the next term of delta(kappa) changes this move by a share of about itself
        used, spread, free = (values[0] for values in spectrum.freedom(np.array([rest])))
        steep = 1 + float(min(used, free) / spread)
        return start[0], steep * (8 * float(ctx.eps) + 4 * steep * move * move)
    found = effective_ridge(spectrum, sizes.width, points, start, sizes.data, rough=move * move > FLOAT64.eps)
    return found.kappa[0], float(found.error[0])


def _shares(spectrum: Spectrum, sizes: Sizes, z: Scalar, product: Scalar) -> tuple[Scalar, Scalar]:
    """1 - z/D and 1 - z/P, both >= 0, from their product and their difference."""
    ctx = spectrum.ctx
    if math.isinf(sizes.data) or math.isinf(sizes.width):
        return (ctx.real(1), product) if math.isinf(sizes.data) else (product, ctx.real(1))
    difference = z * ((sizes.data - sizes.width) / (sizes.data * sizes.width))
    larger = (abs(difference) + ctx.sqrt(np.array([difference * difference + 4 * product]))[0]) / 2
    smaller = product / larger if product else product
    return (larger, smaller) if sizes.data >= sizes.width else (smaller, larger)
