r"""The limit t -> infinity in closed form.

The pole of s s' C_0(s, s') at s = s' = 0 is read off at kappa_0 = kappa(0), where T(kappa_0) = min(N, P), or
kappa_0 = 0 if all M modes fit.  With E_N = kappa_0 G(kappa_0) the closed expressions are (derived here)

    N < P, M:   test = (E_N + sigma^2)/(1 - N/P),           train = (E_N + sigma^2)(1 - N/P),
    P < N, M:   test = sigma^2 + s s' C_0 at kappa_0,       train = 0,
    M < N, P:   test = sigma^2/(1 - M/P),                   train = sigma^2 (1 - M/P).

**At a tie** the limit does not exist: for N = P < M both grow without bound (test ~ t^{1/2}), and so do test and
variance for P = M < N with noise; they are reported as infinity.  For P = inf both losses tend to E_N + sigma^2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...core.precision import Scalar
from ...core.ridge import zero_ridge_error
from ...core.sizes import Sizes, rest_ridge
from ...core.spectrum import Spectrum
from .correlation import at_rest
from .response import Response
from .tracked import Tracked


@dataclass(frozen=True, eq=False)
class Final:
    """Losses at t = infinity and the parts of the test loss: test = sigma^2 + bias + features + data + interaction.

    `error`: relative error estimate of the finite ones among these; `ridge`: kappa_0.
    """

    test: Scalar
    train: Scalar
    bias: Scalar
    features: Scalar
    data: Scalar
    interaction: Scalar
    error: Scalar
    ridge: Scalar


def final(spectrum: Spectrum, sizes: Sizes, noise: Scalar) -> Final:
    """The limit for sigma^2 = `noise`."""
    rest = rest_ridge(spectrum, sizes)
    if rest == 0:
        return _all_modes_fit(spectrum, sizes, noise)
    at = _response(spectrum, sizes, rest)
    both = at_rest(at, noise)
    parts = both.separate if sizes.width == sizes.data else both.parts
    values = {name: part.value[0] for name, part in parts.items()}
    relative = max((float(part.error[0] / part.value[0]) for part in parts.values() if part.value[0]), default=0.0)
    trained = at.r_data.value[0] * (rest * at.power.value[0] + noise)  # the residue of Q at s = 0
    anything = noise or spectrum.target_power
    values.setdefault("interaction", spectrum.ctx.real(math.inf if anything else 0))
    return Final(sum(values.values()) + noise, trained, **values, error=relative, ridge=rest)


def _all_modes_fit(spectrum: Spectrum, sizes: Sizes, noise: Scalar) -> Final:
    """kappa_0 = 0: only noise is left, averaged over P - M directions."""
    ctx = spectrum.ctx
    zero, filled = ctx.real(0), spectrum.size * sizes.by_data if sizes.by_data else ctx.real(0)
    data = zero
    if noise:
        data = ctx.real(math.inf) if filled == 1 else noise * filled / (1 - filled)
    return Final(noise + data, noise * (1 - filled), zero, zero, data, zero, 8 * float(ctx.eps), zero)


def _response(spectrum: Spectrum, sizes: Sizes, rest: Scalar) -> Response:
    """The response at s = 0, where the smaller of R_1 and R_3 is exactly 0 and the other 1 - min/max."""
    ctx = spectrum.ctx
    kappa = np.array([rest])
    df1, power, excess = spectrum.resolvents(kappa)
    relative = np.array([float(zero_ridge_error(spectrum, rest))]) + spectrum.compression_error(kappa)
    most = max(sizes.width, sizes.data)
    larger = ctx.real(1) if math.isinf(most) else (most - sizes.least) / most
    width, data = (0, larger) if sizes.width == sizes.least else (larger, 0)
    if sizes.width == sizes.data:
        width = data = 0

    def known(value: Scalar) -> Tracked:
        return Tracked.known(ctx, ctx.lift(np.array([value], dtype=object)), relative)

    shares = known(rest), known(data), known(width)
    return Response(spectrum, sizes, kappa * 0, *shares, known(df1[0]), known(power[0]), known(excess[0]), relative)
