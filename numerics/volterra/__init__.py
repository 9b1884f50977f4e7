"""One entry to the discrete Volterra equation, three solvers behind it: recursion, fft, contour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import PrecisionLost, TauberInputError
from ..precision import Array
from . import contour, fft, recursion
from .equation import Equation, Modes, Sequences, whole_times

__all__ = ["METHODS", "Equation", "Modes", "Sequences", "Solution", "solve"]

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
    ctx = equation.ctx
    t = checked_times(equation, times)
    if method not in METHODS:
        raise TauberInputError(f"solver {method!r} is not known; choose one of {', '.join(METHODS)}.")
    if method == "auto":
        method = _choose(equation, t)
    if method == "contour":
        if equation.transform is None:
            raise TauberInputError(
                "the contour solver needs transforms of a stable equation (sum of the kernel < 1); "
                "use recursion or fft."
            )
        inverse = contour.invert(ctx, equation.transform, t)
        values, error = inverse.values, inverse.error
    else:
        values, error = _stepwise(equation, whole_times(t), method)
    return guarded(Solution(t, values, error, method), equation)


def checked_times(equation: Equation, times: object) -> Array:
    """Times as a non-empty array of finite numbers >= 0 in the equation's precision."""
    t = equation.ctx.lift(np.atleast_1d(np.asarray(times)))
    if t.ndim != 1 or not len(t) or not np.isfinite(equation.ctx.rounded(t)).all() or bool((t < 0).any()):
        raise TauberInputError("times must be a non-empty list of finite numbers >= 0.")
    return t


def guarded(solution: Solution, equation: Equation) -> Solution:
    """The solution, or PrecisionLost where an estimate is above the limit of the precision."""
    limit = equation.ctx.loss_limit
    bad = ~np.asarray(solution.error <= limit, dtype=bool)
    if bad.any():
        worst = int(np.argmax(bad))
        time = float(solution.times[worst])
        if not np.isfinite(equation.ctx.rounded(solution.values[worst : worst + 1]).astype(float))[0]:
            raise PrecisionLost(f"at time {time:.6g} the loss is beyond the range of floating point; stop earlier.")
        raise PrecisionLost(
            f"at time {time:.6g} the relative error is about {float(solution.error[worst]):.1e}, "
            f"above {float(limit):.0e}; ask for more digits (precision=...)."
        )
    return solution


def _choose(equation: Equation, times: Array) -> str:
    if equation.transform is not None:
        return "contour"
    return "recursion" if equation.modes is not None or times.max() < FFT_FROM else "fft"


def _stepwise(equation: Equation, times: list[int], method: str) -> tuple[Array, Array]:
    ctx = equation.ctx
    if method == "recursion" and equation.modes is not None:
        return recursion.solve_modes(ctx, equation.modes, times)
    if equation.sequences is None:
        raise TauberInputError(f"the {method} solver needs the sequences F and K; use the contour solver.")
    given = equation.sequences(max(times))
    solver = recursion.solve_sequences if method == "recursion" else fft.solve_sequences
    with np.errstate(over="ignore", invalid="ignore"):  # a run that blows up is reported by `guarded`
        values, error = solver(ctx, given)
    return values[times], error[times]
