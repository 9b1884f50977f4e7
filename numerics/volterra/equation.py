r"""The discrete Volterra equation P(r) = F(r) + sum_{s<r} K(r-1-s) P(s), r = 0, 1, 2, ..., as a record.

A solver needs one of two descriptions of forcing F >= 0 and kernel K >= 0; an `Equation` carries what is known:

* `transform` of P: q(l) = e^l P~(e^l), P~(w) = sum_r P(r) w^(-r-1) = F~(w)/(1 - K~(w)), with P~ analytic off
  [e^-length, 1] (contour);
* `sequences`: horizon R -> F(0..R), K(0..R-1) with one relative error for each entry (recursion, FFT);
* `modes`: F and K as explicit sums of exponentials (recursion in O(number of modes) per step).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..core.precision import FLOAT64, Array, Precision
from ..errors import TauberInputError
from .contour import Q, Transform


@dataclass(frozen=True, eq=False)
class Sequences:
    """F(0..R), K(0..R-1) and relative errors of the entries.

    `tilt`: what is stored is F(r) e^(-tilt r) and K(r) e^(-tilt (r+1)), so that no growth overflows; the same equation
    then holds for P(r) e^(-tilt r).
    """

    forcing: Array
    kernel: Array
    forcing_error: Array
    kernel_error: Array
    tilt: float = 0.0

    def tilted(self, by: float) -> Sequences:
        """The same sequences with a larger tilt (float64)."""
        flat = np.exp(-by * np.arange(len(self.forcing)))
        kernel = self.kernel * flat[: len(self.kernel)] * math.exp(-by)
        return Sequences(self.forcing * flat, kernel, self.forcing_error, self.kernel_error, self.tilt + by)


@dataclass(frozen=True, eq=False)
class Modes:
    """F(r) = sum_i forcing_i rate_i^r, K(r) = sum_i kernel_i rate_i^r; 1 - rate is kept as `gap` (rates near 1)."""

    gap: Array
    forcing: Array
    kernel: Array


@dataclass(frozen=True, eq=False)
class Equation:
    """What is known about forcing and kernel; build it with one of the class methods."""

    ctx: Precision
    transform: Transform | None = None
    sequences: Callable[[int], Sequences] | None = None
    modes: Modes | None = None

    @classmethod
    def from_transforms(cls, forcing: Q, kernel: Q, length: float, ctx: Precision = FLOAT64) -> Equation:
        """From q_F and q_K (see `contour.Transform`), analytic off [-length, 0]; the kernel must sum to less than 1."""
        if not (math.isfinite(length) and length > 0):
            raise TauberInputError(
                f"The length must be positive and finite, got {length}: log w runs over [-length, 0]."
            )

        def loss(ell: Array) -> tuple[Array, Array, Array]:
            f, f_error, f_drift = forcing(ell)
            k, k_error, k_drift = kernel(ell)
            k, k_drift = k * ctx.exp(-ell), k_drift * ctx.exp(-ell)
            rest = 1 - k
            return f / rest, f_error + abs(k_error * k / rest), (f_drift + f * k_drift / rest) / rest

        return cls(ctx, Transform(loss, length))

    @classmethod
    def from_sequences(cls, forcing: object, kernel: object, ctx: Precision = FLOAT64) -> Equation:
        """From numbers F(0..R) and K(0..R-1) (more are allowed), each non-negative and finite."""
        f, k = (_checked(ctx, name, values) for name, values in (("forcing", forcing), ("kernel", kernel)))

        def sequences(horizon: int) -> Sequences:
            if horizon >= len(f) or horizon > len(k):
                raise TauberInputError(
                    f"Time {horizon} needs F(0..{horizon}) and K(0..{horizon - 1}); "
                    f"given are {len(f)} values of F and {len(k)} of K."
                )
            zero = ctx.lift(np.zeros(horizon + 1))
            return Sequences(f[: horizon + 1], k[:horizon], zero, zero[:-1])

        return cls(ctx, sequences=sequences)

    @classmethod
    def from_modes(cls, gap: object, forcing: object, kernel: object, ctx: Precision = FLOAT64) -> Equation:
        """From F(r) = sum forcing_i (1 - gap_i)^r, K likewise, weights >= 0; contour: 0 <= gap < 1, sum K < 1."""
        g, f, k = ctx.lift(gap), _checked(ctx, "forcing", forcing), _checked(ctx, "kernel", kernel)
        if not (g.ndim == 1 and g.shape == f.shape == k.shape):
            raise TauberInputError(
                f"The lists gap, forcing and kernel must have one length, got {g.shape}, {f.shape}, {k.shape}; "
                "make them equal."
            )
        modes = Modes(g, f, k)
        norm = (k[k > 0] / g[k > 0]).sum() if bool((g[k > 0] > 0).all()) else math.inf
        stable = bool((g >= 0).all() and (g < 1).all()) and norm < 1
        transform = _modes_transform(ctx, modes) if stable else None
        return cls(ctx, transform, lambda horizon: _modes_sequences(ctx, modes, horizon), modes)


def _checked(ctx: Precision, name: str, values: object) -> Array:
    array = ctx.lift(values)
    if array.ndim != 1 or not len(array) or not np.isfinite(ctx.rounded(array)).all() or bool((array < 0).any()):
        raise TauberInputError(f"The {name} must be a non-empty list of finite numbers >= 0.")
    return array


def _modes_transform(ctx: Precision, modes: Modes) -> Transform:
    """P~ of a sum of exponentials: w - rate = expm1(l) + gap, which never cancels for Re w < 1 off the axis."""

    def loss(ell: Array) -> tuple[Array, Array, Array]:
        inverse = 1 / (ctx.expm1(ell)[:, None] + modes.gap)
        f, k = inverse @ modes.forcing, inverse @ modes.kernel
        spread = abs(inverse) @ modes.forcing / abs(f) + abs(inverse) @ modes.kernel / abs(1 - k)
        return ctx.exp(ell) * f / (1 - k), 4 * ctx.eps * (1 + spread), ell * 0

    return Transform(loss, max(math.log(2), -math.log(1 - float(modes.gap.max()))))


def _modes_sequences(ctx: Precision, modes: Modes, horizon: int) -> Sequences:
    power, forcing, kernel = modes.gap * 0 + 1, [], []
    growth = max(1.0, float(abs(1 - modes.gap).max())) if ctx is FLOAT64 else 1  # more digits come without overflow
    for _ in range(horizon + 1):
        forcing.append(modes.forcing @ power)
        kernel.append(modes.kernel @ power / growth)
        power = power * ((1 - modes.gap) / growth)
    steps = ctx.lift(np.arange(horizon + 1)) * (4 * ctx.eps) + 4 * ctx.eps
    return Sequences(np.array(forcing), np.array(kernel[:-1]), steps, steps[:-1], math.log(growth))


def whole_times(times: Array) -> list[int]:
    """Times as Python integers, for solvers that step; refuses fractions."""
    whole = [int(t) for t in times]
    for t, n in zip(times, whole, strict=True):
        if t != n:
            raise TauberInputError(
                f"Time {float(t)} is not a whole number of steps, as this solver needs; round it, or take the solver "
                "'contour' (`solver`)."
            )
    return whole
