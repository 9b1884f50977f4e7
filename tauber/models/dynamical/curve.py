"""``tauber curve dynamical``: test and training loss over time, of one network or of an ensemble."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from ...boundary import numerics_errors
from ...cli.plotting import plot_target
from ...errors import BadInput
from ...read import arguments as options
from ...read import numbers
from ...report import screen
from . import given as model_options
from .given import Problem, described

if TYPE_CHECKING:
    from ...numerics.dynamical import Curve, Ensembles, Final

PARTS = ("bias", "features", "data", "interaction")

Ensemble = Annotated[
    str | None,
    typer.Option(
        metavar="NETWORKS[,SETS]",
        help="Also the test loss of the mean output of so many networks with features of their own, trained on each of "
        "so many data sets (one by default); inf is allowed, and inf,inf is the bias.",
    ),
]


def dynamical(
    a: model_options.A,
    b: model_options.B,
    width: model_options.Width = "inf",
    data: model_options.Data = "inf",
    noise: model_options.Noise = "0",
    modes: model_options.Modes = "inf",
    times: model_options.Times = None,
    momentum: model_options.Momentum = None,
    gd: model_options.Descent = None,
    ensemble: Ensemble = None,
    components: model_options.Components = False,
    digits: options.Digits = None,
    plot: options.Plot = None,
    json: options.Json = False,
) -> None:
    """Solve test and training loss of the dynamical model: random features under gradient flow, data reused.

    The test loss is the total one: the noise floor sigma^2 is in it. The losses are those of the limit of many features
    and samples; the mean over networks differs from them by a relative 1/min(width, data) or so. Errors are relative
    estimates; where one reaches 1 the loss is lost in rounding (null in JSON). The limit of infinite time is given.

    Example: tauber curve dynamical --a 3 --b 1.5 --width 80 --data 160 --noise 0.1 --modes 400 --times 0.1:1e4:6
    """
    problem = Problem.read(a, b, width, data, noise, modes, momentum, gd)
    moments, precision = (
        problem.times(times, 60),
        None if digits is None else numbers.digits(digits, numbers.SOLVED_DIGITS),
    )
    team = None if ensemble is None else read_ensemble(ensemble)
    target = plot_target(plot)
    with numerics_errors():
        model = problem.model(precision)
        solved = _joined(model.curve, moments, precision, "Solving")
        parts = _joined(model.ensembles, moments, precision, "Splitting") if components or team else None
        with screen.waiting("Taking the limit"):
            final = model.final()
        payload = (
            problem.payload | curve_payload(moments, solved, precision) | {"final": final_payload(final, precision)}
        )
        if parts is not None and components:
            payload["components"] = components_payload(parts, precision)
        if parts is not None and team is not None:
            payload["ensemble"] = _ensemble_payload(parts, final, team, precision)
        if target is not None:
            from ...plots.curves import draw_losses
            from ...plots.save import save

            save(draw_losses(described(payload), problem.model(), payload), target)  # a picture needs no digits
    if json:
        screen.print_json(payload)
        return
    _show(payload)
    if target is not None:
        screen.print_line(f"Wrote {target}")


def read_ensemble(text: str) -> tuple[float, float]:
    """Read ``--ensemble``: how many networks, and how many data sets."""
    parts = text.split(",")
    try:
        if len(parts) > 2:
            raise BadInput(text)
        networks, sets = (numbers.whole_or_inf("--ensemble", part) for part in (*parts, "1")[:2])
    except BadInput:
        raise BadInput(
            f"--ensemble was given as '{text}', but it must be how many networks, and how many data sets after a "
            "comma, each whole or inf, such as 10 or 10,5."
        ) from None
    return networks, sets


Solved = TypeVar("Solved", "Curve", "Ensembles")


def _joined(solve: Callable[[Any], Solved], moments: Sequence[float], precision: int | None, doing: str) -> Solved:
    """Solve all times; with many digits one after the other, under a progress bar.

    Then a time is the decimal number that is printed, not its nearest double.
    """
    if precision is None:
        return solve(moments)
    import dataclasses

    import numpy as np

    with screen.progress_bar(doing, len(moments)) as advance:
        pieces = []
        for moment in moments:
            pieces.append(solve([Fraction(repr(moment))]))
            advance(1)
    fields = [field.name for field in dataclasses.fields(pieces[0]) if field.name != "floor"]
    joined: dict[str, Any] = {name: np.concatenate([getattr(piece, name) for piece in pieces]) for name in fields}
    return dataclasses.replace(pieces[0], **joined)


def curve_payload(moments: Sequence[float], solved: Curve, precision: int | None) -> dict[str, Any]:
    """Times and losses with their relative errors."""
    return {
        "times": list(moments),
        "test": _kept(solved.test, solved.test_error, precision),
        "train": _kept(solved.train, solved.train_error, precision),
        "error": screen.decimals(solved.test_error, precision and screen.ERROR_DIGITS),
        "train_error": screen.decimals(solved.train_error, precision and screen.ERROR_DIGITS),
    }


def _kept(values: Any, errors: Any, precision: int | None) -> list[Any]:
    """The values; None for one that is smaller than its own error: no digit of it is known."""
    shown = screen.decimals(values, precision)
    return [None if error >= 1 else value for value, error in zip(shown, errors, strict=True)]


def final_payload(final: Final, precision: int | None) -> dict[str, Any]:
    """The limit of infinite time: losses, parts of the test loss, ridge, and the relative error of the test loss."""
    names = ("test", "train", *PARTS, "ridge")
    error = None if math.isinf(final.test) else final.error  # an infinite loss is exact, and has no relative error
    return {name: screen.decimal(getattr(final, name), precision) for name in names} | {
        "error": screen.decimal(error, precision and screen.ERROR_DIGITS)
    }


def components_payload(parts: Ensembles, precision: int | None) -> dict[str, Any]:
    """Parts of the test loss without the noise floor, and their absolute errors."""
    values = {name: screen.decimals(getattr(parts, name), precision) for name in PARTS}
    few = precision and screen.ERROR_DIGITS
    return values | {f"{name}_error": screen.decimals(getattr(parts, f"{name}_error"), few) for name in PARTS}


def _ensemble_payload(
    parts: Ensembles, final: Final, team: tuple[float, float], precision: int | None
) -> dict[str, Any]:
    networks, sets = team
    loss = parts.grid(networks, sets)
    # What is absolutely uncertain of one network bounds what is uncertain of many.
    error = [float(one / value) for one, value in zip(parts.total_error, loss, strict=True)]
    shares = [0 if math.isinf(n) else 1 / n for n in (networks, sets, networks * sets)]
    varying = zip((final.features, final.data, final.interaction), shares, strict=True)
    last = final.bias + parts.floor + sum(part * share for part, share in varying if share)  # part may be infinite
    return {
        "networks": networks,
        "datasets": sets,
        "test": screen.decimals(loss, precision),
        "error": screen.decimals(error, precision and screen.ERROR_DIGITS),
        "final": screen.decimal(last, precision),
    }


def _show(payload: dict[str, Any]) -> None:
    screen.print_line(described(payload))
    table = {name: [_number(value, "error" in name) for value in payload[key]] for name, key in _COLUMNS.items()}
    last = payload["final"]
    error = "" if last["error"] is None else _number(last["error"], True)
    ends = ["inf", _number(last["test"]), error, _number(last["train"]), ""]
    screen.print_table("Loss", list(table), [*zip(*table.values(), strict=True), ends])
    more = {"time": table["time"]}
    ends = ["inf"]
    for name in PARTS if "components" in payload else ():
        more[name] = [_number(value) for value in payload["components"][name]]
        ends.append(_number(last[name]))
    if "ensemble" in payload:
        team = payload["ensemble"]
        more[f"test loss of {team['networks']} x {team['datasets']}"] = [_number(value) for value in team["test"]]
        ends.append(_number(team["final"]))
    if len(more) > 1:
        screen.print_line()
        title = "Parts of the test loss, and the test loss of networks x data sets"
        screen.print_table(title, list(more), [*zip(*more.values(), strict=True), ends])


_COLUMNS = {
    "time": "times",
    "test loss": "test",
    "relative error": "error",
    "train loss": "train",
    "its relative error": "train_error",
}


def _number(value: float | str | None, short: bool = False) -> str:
    if value is None:
        return "lost in rounding"
    return value if isinstance(value, str) else f"{value:.1e}" if short else f"{value:.10g}"
