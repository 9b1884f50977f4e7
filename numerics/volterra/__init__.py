"""One entry to the discrete Volterra equation, three solvers behind it: recursion, fft, contour."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..core.limits import MAX_TIME
from ..core.precision import FLOAT64, Array, Precision, Scalar
from ..errors import PrecisionLost, TauberInputError, overflow_at
from . import contour, fft, recursion
from .equation import Equation, Modes, Sequences, whole_times

__all__ = ["METHODS", "Equation", "Modes", "Sequences", "Solution", "attempt", "refusal", "solve"]

METHODS = ("auto", "contour", "fft", "recursion")
FFT_FROM = 2000
"""Without a transform, `auto` takes the recursion for shorter horizons and the FFT from here on (about where they
cross)."""


@dataclass(frozen=True, eq=False)
class Solution:
    """P at the asked times, relative error estimates, and the solver used."""

    times: Array
    values: Array
    error: Array
    solver: str


def solve(equation: Equation, times: object, method: str = "auto") -> Solution:
    """P at `times` >= 0, shape (n,), by one of `METHODS`.

    Raises TauberInputError if the method needs a description of the equation that is not there (see `Equation`), and
    PrecisionLost if an estimate exceeds the precision's `loss_limit`: never a wrong number.
    """
    return guarded(attempt(equation, times, method), equation)


def attempt(equation: Equation, times: object, method: str = "auto") -> Solution:
    """What `solve` finds, whatever its estimates say; see `refusal`."""
    ctx = equation.ctx
    t = checked_times(equation, times)
    if method not in METHODS:
        raise TauberInputError(f"Solver {method!r} is not known; choose one of {', '.join(METHODS)}.")
    if method == "auto":
        method = _choose(equation, t)
    if method == "contour":
        if equation.transform is None:
            raise TauberInputError(
                "The solver 'contour' needs the transforms of a stable equation (sum of the kernel < 1), which are not "
                "there; take the solver 'recursion' or 'fft' (`solver`), or a stable step size."
            )
        inverse = contour.invert(ctx, equation.transform, t)
        values, error = inverse.values, inverse.error
    else:
        values, error = _stepwise(equation, whole_times(t), method)
    return Solution(t, values, error, method)


def checked_times(equation: Equation, times: object) -> Array:
    """Times as a non-empty array of finite numbers >= 0 in the equation's precision."""
    t = equation.ctx.lift(np.atleast_1d(np.asarray(times)))
    if t.ndim != 1 or not len(t) or not np.isfinite(equation.ctx.rounded(t)).all() or bool((t < 0).any()):
        raise TauberInputError("The times must be a non-empty list of finite numbers >= 0.")
    if t.max() > MAX_TIME:
        raise TauberInputError(
            f"Time {float(t.max()):.6g} was asked for, the latest allowed is {MAX_TIME:g}; stop earlier."
        )
    return t


def guarded(solution: Solution, equation: Equation) -> Solution:
    """The solution, or PrecisionLost where an estimate is above the limit of the precision."""
    limit = equation.ctx.loss_limit
    bad = ~np.asarray(solution.error <= limit, dtype=bool)
    if bad.any():
        worst = int(np.argmax(bad))
        raise refusal(equation.ctx, solution.times[worst], solution.error[worst])
    return solution


def refusal(ctx: Precision, time: Scalar, error: Scalar) -> PrecisionLost:
    """What to raise where an estimate is above the limit of the precision."""
    return PrecisionLost(
        f"At time {float(time):.6g} the relative error is about {float(error):.1e}, above the "
        f"{float(ctx.loss_limit):.0e} allowed; ask for more digits with `precision`."
    )


def _choose(equation: Equation, times: Array) -> str:
    if equation.transform is not None:
        return "contour"
    return "recursion" if equation.modes is not None or times.max() < FFT_FROM else "fft"


def _stepwise(equation: Equation, times: list[int], method: str) -> tuple[Array, Array]:
    ctx = equation.ctx
    if method == "recursion" and equation.modes is not None:
        return recursion.solve_modes(ctx, equation.modes, times)
    if equation.sequences is None:
        raise TauberInputError(
            f"The solver '{method}' needs the sequences F and K, which are not there; take the solver 'contour'."
        )
    given = equation.sequences(max(times))
    if ctx is FLOAT64:
        given = given.tilted(_growth(given.kernel))
    values, error = (recursion if method == "recursion" else fft).solve_sequences(ctx, given)
    if given.tilt:
        values, error = _untilted(values, error, given.tilt)
    return values[times], error[times]


def _growth(kernel: Array) -> float:
    """The rate s >= 0 at which the loss grows: sum_r K(r) e^(-s (r+1)) = 1, or 0 where the kernel sums to less."""
    steps = np.arange(1, len(kernel) + 1)
    low, high = 0.0, math.log(max(1.0, float(kernel.sum())))  # e^(-s (r+1)) <= e^-s
    for _ in range(60 if high else 0):
        middle = (low + high) / 2
        low, high = (middle, high) if kernel @ np.exp(-middle * steps) > 1 else (low, middle)
    return high


def _untilted(values: Array, error: Array, tilt: float) -> tuple[Array, Array]:
    """The loss itself; raises PrecisionLost at the first step that float64 cannot hold."""
    power = tilt * np.arange(len(values))
    with np.errstate(over="ignore"):
        root = np.exp(power / 2)
        grown = values * root * root  # e^power itself overflows earlier than the loss where that is small
    beyond = np.flatnonzero(~np.isfinite(grown))
    if len(beyond):
        raise overflow_at(int(beyond[0]))
    return grown, error + 4 * FLOAT64.eps * power
