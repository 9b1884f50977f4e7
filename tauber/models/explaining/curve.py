"""The loss of ridge regression over samples and features."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ...action import action
from ...boundary import numerics_errors
from ...output import screen
from ...output.result import Result
from ...read import arguments as common
from ...read import numbers
from ..dynamical.given import A, B, Modes, Noise
from .given import AXES, Data, Features, Problem, RidgeOrBest, Size, described, pictured, shown


@action(draws=True)
def curve(
    a: A = None,
    b: B = None,
    data: Data = "10:1e4:7",
    features: Features = "inf",
    ridge: RidgeOrBest = "0",
    noise: Noise = "0",
    modes: Modes = "inf",
    digits: common.Digits = None,
    spectrum: common.Spectrum = None,
) -> Result:
    """Solve the loss L(D, P) of ridge regression with P random features on D samples.

    The loss is the excess over the noise floor sigma^2, train the mean square residual on the samples; loss[i][j]
    belongs to the i-th number of samples and the j-th of features. Both are those of the limit of many samples and
    features, from which finite ones differ by a relative 1/min(D, P) or so. Errors are relative estimates. Without
    ridge the loss is infinite at D = P.

    Example: tauber curve explaining --a 1.8 --b 1.5 --data 100,200,400 --features 50 --ridge 0.1

    Returns
    -------
    Result
        ``loss``, ``train`` and ``error`` (relative; None where the loss is infinite), each of shape (data, features);
        with ``ridge="best"`` also ``best_ridge`` and the absolute ``best_ridge_error``.

    Raises
    ------
    BadInput
        A parameter out of its range.
    CheckFailed
        Digits were lost.

    References
    ----------
    Bahri, Dyer, Kaplan, Lee, Sharma, arXiv 2102.06701.
    """
    problem = Problem.read(a, b, ridge, noise, modes, spectrum)
    datas, widths = numbers.sizes("--data", data), numbers.sizes("--features", features)
    precision = None if digits is None else numbers.digits(digits, numbers.SOLVED_DIGITS)
    with numerics_errors():
        values = problem.values | shown(datas, widths) | _solved(problem, datas, widths, precision)

    def figure(_: Result) -> Any:
        from ...plots.sizes import draw_curve

        return pictured(problem, draw_curve, values)

    return Result(values, _show, figure, digits=precision, axes=AXES)


def _solved(problem: Problem, datas: Sequence[Size], widths: Sequence[Size], precision: int | None) -> dict[str, Any]:
    """Tables of losses, shape (samples, features); what takes long under a progress bar."""
    import numpy as np

    curve = problem.curve(precision)
    names: tuple[str, ...] = ("loss", "train", "error")
    if problem.ridge is not None and precision is None:
        grid = curve.grid(datas, widths)
        found = {name: getattr(grid, name) for name in names}
    else:
        names += ("best_ridge", "best_ridge_error") if problem.ridge is None else ()
        rows = []
        with screen.progress_bar("Solving", len(datas) * len(widths)) as advance:
            for size in datas:
                for width in widths:
                    rows.append(problem.at(curve, size, width))
                    advance(1)
        columns = zip(names, zip(*rows, strict=True), strict=True)
        found = {name: np.array(column).reshape(len(datas), len(widths)) for name, column in columns}
    known = [
        None if math.isinf(x) else curve.ctx.real(e)
        for x, e in zip(found["loss"].flat, found["error"].flat, strict=True)
    ]
    found["error"] = np.array(known).reshape(found["loss"].shape)  # an infinite loss is exact, and has none
    return found


def _show(result: Result, full: bool) -> None:
    del full  # the answer is short
    screen.print_line(described(result.to_dict()))
    payload = result.plain()
    columns = {"loss": "loss", "error": "relative error", "train": "train loss", "best_ridge": "best ridge"}
    names = [name for name in columns if name in payload]
    rows = []
    for i, size in enumerate(result.data):
        for j, width in enumerate(result.features):
            cells = [_number(payload[name][i][j], name == "error") for name in names]
            rows.append((f"{size:.10g}", f"{width:.10g}", *cells))
    screen.print_table("Excess loss", ("data", "features", *(columns[name] for name in names)), rows)


def _number(value: float | str | None, short: bool) -> str:
    return "" if value is None else value if isinstance(value, str) else f"{value:.1e}" if short else f"{value:.10g}"
