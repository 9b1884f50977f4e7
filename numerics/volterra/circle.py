r"""Forcing and kernel without stability: coefficients from a circle around everything.

Some modes may grow, with rates up to G > 1.  On a circle |w| = R > G the transforms are still analytic, and with N
equally spaced nodes w_k on it

    (1/N) sum_k w_k^(r+1) Q(w_k) = sum_{m>=0} (-1)^m Q_(r+mN) R^(-mN),         w_k = R e^(2 pi i (k + 1/2)/N),

returns every coefficient Q_r, r < N, up to aliases of relative size (G/R)^N for a sequence that grows like G^r; all r
come from one FFT, and stay divided by R^(r+1), which may overflow (`Sequences.tilt`).  Round-off is eps R^(r+1) max
|Q|.  R = G e^(2/horizon) keeps it within e^2 of the growth, and N = D horizon/2, D = -log(goal), makes the aliases
vanish: the cost grows with the horizon, as it must for a run that blows up.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ..core.precision import FLOAT64, Array, Precision, goal_exponent
from ..errors import TauberInputError
from .equation import Sequences

MAX_HORIZON = 10_000
_GROWTH = 2.0  # log of R^horizon/G^horizon

Pair = Callable[[Array], tuple[Array, Array, Array]]
"""w, shape (k,), Im w > 0 -> F~(w), K~(w), relative error."""


def circle_sequences(ctx: Precision, transforms: Pair, growth: float, horizon: int) -> Sequences:
    """F(0..horizon) and K(0..horizon-1) for rates up to `growth` >= 1."""
    if ctx is not FLOAT64:
        raise TauberInputError(
            "A model whose modes grow (step size beyond the edge limit) is solved in float64 only; "
            "leave out `precision`."
        )
    if horizon > MAX_HORIZON:
        raise TauberInputError(
            f"Time {horizon} was asked of a model whose modes grow (step size beyond the edge limit), the latest "
            f"allowed is {MAX_HORIZON}; stop earlier (`times`) or lower the step size (`step_size`)."
        )
    span = max(horizon, 8)
    radius = growth * math.exp(_GROWTH / span)
    half = math.ceil(goal_exponent(ctx) * span / _GROWTH / 2)
    angle = math.pi * (np.arange(half) + 0.5) / half
    forcing, kernel, error = transforms(radius * np.exp(1j * angle))
    f, f_error = _coefficients(forcing, error, horizon + 1)
    k, k_error = _coefficients(kernel, error, horizon + 1)
    return Sequences(radius * f, k[:-1], f_error, k_error[:-1], math.log(radius))


def _coefficients(values: Array, error: Array, count: int) -> tuple[Array, Array]:
    """Coefficients r < count over R^(r+1) and their relative errors from values on the upper half circle."""
    full = np.concatenate([values, values[::-1].conj()])
    power = np.arange(1, count + 1)
    found = (np.fft.ifft(full)[power] * np.exp(1j * math.pi * power / len(full))).real
    rounding = float(np.mean(abs(values) * (error + 8 * FLOAT64.eps)))
    return found, rounding / abs(found)
