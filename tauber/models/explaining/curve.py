"""``tauber curve explaining``: the loss of ridge regression over samples and features."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ...boundary import numerics_errors
from ...cli.plotting import plot_target
from ...read import arguments as options
from ...read import numbers
from ...report import screen
from ..dynamical import given as model_options
from . import given as own
from .given import Problem, Size, described

if TYPE_CHECKING:
    from pathlib import Path

    from ...numerics.explaining import LearningCurve

_QUICK = 200
"""So many losses in double precision need no progress bar."""


def explaining(
    a: model_options.A,
    b: model_options.B,
    data: own.Data = "10:1e4:7",
    features: own.Features = "inf",
    ridge: own.RidgeOrBest = "0",
    noise: model_options.Noise = "0",
    modes: model_options.Modes = "inf",
    digits: options.Digits = None,
    plot: options.Plot = None,
    json: options.Json = False,
) -> None:
    """Solve the loss L(D, P) of ridge regression with P random features on D samples.

    The loss is the excess over the noise floor sigma^2, train the mean square residual on the samples; loss[i][j]
    belongs to the i-th number of samples and the j-th of features. Both are those of the limit of many samples and
    features, from which finite ones differ by a relative 1/min(D, P) or so. Errors are relative estimates. Without
    ridge the loss is infinite at D = P.

    Example: tauber curve explaining --a 1.8 --b 1.5 --data 100,200,400 --features 50 --ridge 0.1
    """
    problem = Problem.read(a, b, ridge, noise, modes)
    datas, widths = numbers.sizes("--data", data), numbers.sizes("--features", features)
    precision = None if digits is None else numbers.digits(digits, numbers.SOLVED_DIGITS)
    target = plot_target(plot)
    with numerics_errors():
        payload = problem.payload | {"data": own.shown(datas), "features": own.shown(widths)}
        payload |= _solved(problem, datas, widths, precision)
        if target is not None:
            from ...plots.save import save
            from ...plots.sizes import draw_curve

            with screen.waiting("Drawing"):
                save(draw_curve(described(payload), losses(problem), payload), target)  # a picture needs no digits
    if json:
        screen.print_json(payload)
    else:
        _show(payload, target)


def losses(problem: Problem) -> Callable[[float, float], float]:
    """The loss as a function of samples and features, for a picture."""
    curve = problem.curve()
    return lambda data, features: float(_at(problem, curve, data, features)[0])


def _solved(problem: Problem, datas: Sequence[Size], widths: Sequence[Size], precision: int | None) -> dict[str, Any]:
    """Tables of losses, shape (samples, features), under a progress bar."""
    curve, few = problem.curve(precision), precision and screen.ERROR_DIGITS
    names = ("loss", "train", "error") + (("best_ridge", "best_ridge_error") if problem.ridge is None else ())
    shortened = {"error": few, "best_ridge_error": few}
    tables: dict[str, list[list[Any]]] = {name: [] for name in names}
    count = len(datas) * len(widths)
    slow = precision is not None or problem.ridge is None or count > _QUICK
    with screen.progress_bar("Solving", count) if slow else screen.no_bar() as advance:
        for size in datas:
            rows: dict[str, list[Any]] = {name: [] for name in names}
            for width in widths:
                numbers_here = dict(zip(names, _at(problem, curve, size, width), strict=True))
                if math.isinf(numbers_here["loss"]):
                    numbers_here["error"] = None  # an infinite loss is exact, and has no relative error
                for name, number in numbers_here.items():
                    rows[name].append(screen.decimal(number, shortened.get(name, precision)))
                advance(1)
            for name, row in rows.items():
                tables[name].append(row)
    return tables


def _at(problem: Problem, curve: LearningCurve, data: Size, features: Size) -> tuple[Any, ...]:
    """Loss, training loss, relative error, and the best ridge with its absolute error if that was asked."""
    if problem.ridge is not None:
        found = curve.at(data, features)
        return found.loss, found.train, found.error
    if math.isinf(data):  # no ridge has an effect
        found, zero = curve.at(data, features), curve.ctx.real(0)
        return found.loss, found.train, found.error, zero, zero
    best = curve.optimal_ridge(data, features)
    train = curve.with_ridge(best.ridge).at(data, features).train
    return best.loss, train, best.error, best.ridge, best.ridge_error


def _show(payload: dict[str, Any], target: Path | None) -> None:
    screen.print_line(described(payload))
    names = [name for name in ("loss", "error", "train", "best_ridge") if name in payload]
    rows = []
    for i, size in enumerate(payload["data"]):
        for j, width in enumerate(payload["features"]):
            cells = [_number(payload[name][i][j], name == "error") for name in names]
            rows.append((f"{size:.10g}", f"{width:.10g}", *cells))
    columns = {"loss": "loss", "error": "relative error", "train": "train loss", "best_ridge": "best ridge"}
    screen.print_table("Excess loss", ("data", "features", *(columns[name] for name in names)), rows)
    if target is not None:
        screen.print_line(f"Wrote {target}")


def _number(value: float | str | None, short: bool) -> str:
    return "" if value is None else value if isinstance(value, str) else f"{value:.1e}" if short else f"{value:.10g}"
