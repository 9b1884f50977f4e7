r"""The definition as an algorithm: step by step.

For modes, the convolution is carried by one state per mode, u_i(r+1) = rate_i (u_i(r) + ...), in O(n) per step; for
given sequences each step is an inner product, O(R^2) in all.  Nothing needs to be stable or bounded.

Error: everything is non-negative, so perturbations dF, dK and a relative rounding e of each step change P by at most
the solution of the same equation with the forcing dF + dK * P + e P.  That second equation is solved alongside.
"""

from __future__ import annotations

import math

import numpy as np

from ..core.precision import FLOAT64, Array, Precision
from ..errors import overflow_at
from .equation import Modes, Sequences


def solve_modes(ctx: Precision, modes: Modes, times: list[int]) -> tuple[Array, Array]:
    """P and its relative error at whole `times` (any order), by one state per mode."""
    rate = 1 - modes.gap
    unit = len(rate) ** 0.5 + 4
    forced, state, spread = modes.forcing, rate * 0, rate * 0
    wanted, found = set(times), {}
    for r in range(max(times) + 1):
        with np.errstate(over="ignore", invalid="ignore"):
            p = forced.sum() + state.sum()
        if ctx is FLOAT64 and not math.isfinite(p):
            raise overflow_at(r)
        bound = ctx.eps * p + spread.sum()  # the same recursion with a rounding of P as its forcing
        if r in wanted:
            found[r] = (p, bound / p * (2 * r + unit))
        with np.errstate(over="ignore", invalid="ignore"):  # what overflows here is reported at the next step
            forced = rate * forced
            state = rate * state + modes.kernel * p
            spread = rate * spread + modes.kernel * bound
    return np.array([found[t][0] for t in times]), np.array([found[t][1] for t in times])


def solve_sequences(ctx: Precision, given: Sequences) -> tuple[Array, Array]:
    """P(0..R) and relative errors by direct summation."""
    steps = len(given.forcing)
    p, bound = given.forcing * 0, given.forcing * 0
    kernel, doubt = given.kernel[::-1], (given.kernel * given.kernel_error)[::-1]
    rounding = ctx.eps * (4 + steps**0.5)
    for r in range(steps):
        tail = slice(steps - 1 - r, None)
        p[r] = given.forcing[r] + (kernel[tail] @ p[:r] if r else 0)
        own = given.forcing_error[r] * given.forcing[r] + rounding * p[r]
        bound[r] = own + (doubt[tail] @ p[:r] + kernel[tail] @ bound[:r] if r else 0)
    return p, bound / p
