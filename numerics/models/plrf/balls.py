r"""Many digits of one model in ball arithmetic, where python-flint is installed and the question is one it serves.

The certified wing solves the same equations by other formulas (Euler-Maclaurin instead of Gauss rules, the residual
instead of Newton's last step, a proved quadrature), five to thirty times as fast as mpmath's numbers.  Here it is asked
for centres of balls at the parameters as they were given, and the radius is given as the error estimate.  What it does
not serve (a spectrum of one's own, sizes that are not whole, early times that are not whole, a growing loss, whatever
it refuses) is answered by the algorithms of this wing, which remain its witness.

This wing's models do not know the certified wing, which is built on them: the package that holds both offers it here.
python-flint keeps its precision in one global: ask for many digits in one thread at a time.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from ...core.precision import FLOAT64, Array, Precision, Scalar, exact_number
from ...errors import MissingLibrary, PrecisionLost, TauberInputError

Balls = Any
"""A `certified.CertifiedPLRF`."""

_offered: list[Callable[[], tuple[Callable[..., Balls], Callable[[int], int]]]] = []


def offer(load: Callable[[], tuple[Callable[..., Balls], Callable[[int], int]]]) -> None:
    """Say how to import `CertifiedPLRF` and `certified.one_pass.earliest`; MissingLibrary without python-flint."""
    _offered[:] = [load]


def in_balls(model: Any, step: Scalar | None = None) -> Balls | None:
    """A `PLRF` in balls at a step size, by default at a stable one; None where balls do not serve."""
    if model.ctx is FLOAT64 or model.spectrum is not None or not _offered:
        return None
    if model.d != int(model.d) or (math.isfinite(model.v) and model.v != int(model.v)):
        return None
    alpha, beta, noise = (_as_given(model, name) for name in ("alpha", "beta", "noise"))
    gamma = None if step is None else _as_given(model, "step_size")
    modes = int(model.v) if math.isfinite(model.v) else math.inf
    try:
        certified, _ = _offered[0]()
        return certified(
            alpha, beta, int(model.d), modes, batch=int(model.batch), noise=noise, step_size=gamma or "auto"
        )
    except (MissingLibrary, PrecisionLost, TauberInputError):  # an unstable step size is bad input
        return None


def centre(ctx: Precision, enclosed: Callable[[int], Any]) -> Scalar | None:
    """A quantity to all digits of the working precision, None where it is refused; `enclosed` takes their number."""
    try:
        return ctx.real(enclosed(math.ceil(-math.log10(float(ctx.eps)))).mid)
    except PrecisionLost:
        return None


def losses(ctx: Precision, balls: Balls, times: Array) -> tuple[Array, Array] | None:
    """P at `times` and the relative radius of each, shape (n,), None where one is refused."""
    _, earliest = _offered[0]()
    moments = [_fraction(t) for t in times]
    if any(t.denominator != 1 and t < earliest(ctx.digits) for t in moments):
        return None
    try:
        found = balls.curve(moments, ctx.digits)
    except PrecisionLost:
        return None
    values = [ctx.real(value.ball.mid) for value in found]
    return np.array(values, dtype=object), ctx.lift([value.ball.relative for value in found]) + 4 * ctx.eps


def _as_given(model: Any, name: str) -> Fraction:
    """A parameter as it was given where that was a rational, not as it is rounded; beside a resonance all is slow."""
    given = model.as_given[name]
    number = exact_number(given) if given != "auto" else None
    return Fraction(number) if isinstance(number, (int, float, Fraction)) else _fraction(getattr(model, name))


def _fraction(number: Any) -> Fraction:
    """A finite mpmath number, exactly."""
    sign, mantissa, exponent, _ = number._mpf_
    size = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    return -size if sign else size
