"""Test and training loss over time, of one network or of an ensemble."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from ...action import Argument, Numbers, action
from ...boundary import numerics_errors
from ...errors import BadInput
from ...output import screen
from ...output.result import Result
from ...read import arguments as common
from ...read import numbers
from . import given
from .given import Problem, described
from .one_pass import solved_once

if TYPE_CHECKING:
    from ...numerics.models.dynamical import Curve, Ensembles, Final

PARTS = ("bias", "features", "data", "interaction")

Ensemble = Annotated[
    Numbers | None,
    Argument(
        "NETWORKS[,SETS]",
        "Also the test loss of the mean output of so many networks with features of their own, trained on each of so "
        "many data sets (one by default); inf is allowed, and inf,inf is the bias.",
    ),
]


@action(draws=True)
def curve(
    a: given.A = None,
    b: given.B = None,
    width: given.Width = "inf",
    data: given.Data = "inf",
    noise: given.Noise = "0",
    modes: given.Modes = "inf",
    times: given.Times = None,
    momentum: given.Momentum = None,
    gd: given.Descent = None,
    one_pass: given.OnePass = None,
    batch: common.Batch = "1",
    ensemble: Ensemble = None,
    components: given.Components = False,
    digits: common.Digits = None,
    spectrum: common.Spectrum = None,
) -> Result:
    """Solve test and training loss of the dynamical model: random features under gradient flow, data reused.

    The test loss is the total one: the noise floor sigma^2 is in it. The losses are those of the limit of many features
    and samples; the mean over networks differs from them by a relative 1/min(width, data) or so. Errors are relative
    estimates; where one reaches 1 the loss is lost in rounding (null in JSON). The limit of infinite time is given.
    Under one-pass SGD no sample returns: there is one loss, and times are steps.

    Example: tauber curve dynamical --a 3 --b 1.5 --width 80 --data 160 --noise 0.1 --modes 400 --times 0.1:1e4:6

    Returns
    -------
    Result
        ``times``, ``test`` (``loss`` is another name of it) and ``train`` with the relative errors ``error`` and
        ``train_error``, each of shape (n,), None for a loss that is lost in rounding; ``final``, the same and more at
        infinite time; if asked, ``components`` (with absolute errors, without noise floor) and ``ensemble``. Under
        one-pass SGD ``loss``, ``error``, ``level`` (the limit) and its ``level_error``, ``step_size`` and
        ``stability_limit``.

    Raises
    ------
    BadInput
        A parameter out of its range, or a step size that is not stable.
    CheckFailed
        Digits were lost.

    References
    ----------
    Bordelon, Atanasov, Pehlevan, arXiv 2402.01092.
    """
    if one_pass is not None:
        given_too = {"--data": data != "inf", "--momentum": momentum is not None, "--gd": gd is not None,
                     "--ensemble": ensemble is not None, "--components": components}  # fmt: skip
        return solved_once(Problem.read(a, b, width, "inf", noise, modes, spectrum=spectrum), one_pass, batch, times,
                           digits, [option for option, present in given_too.items() if present])  # fmt: skip
    if batch != "1":
        raise BadInput(f"--batch {batch} was given without --one-pass, which alone takes batches; leave it out.")
    problem = Problem.read(a, b, width, data, noise, modes, momentum, gd, spectrum)
    moments = problem.times(times, 60)
    precision = None if digits is None else numbers.digits(digits, numbers.SOLVED_DIGITS)
    team = None if ensemble is None else read_ensemble(ensemble)
    with numerics_errors():
        model = problem.model(precision)
        solved = _swept(model.curve, moments, precision, "Solving")
        parts = _swept(model.ensembles, moments, precision, "Splitting") if components or team else None
        with screen.waiting("Taking the limit"):
            final = model.final()
        values = problem.values | {"times": moments} | _losses(solved) | {"final": _limit(final, model.ctx.real)}
        if parts is not None and components:
            values["components"] = {key: getattr(parts, key) for key in (*PARTS, *(f"{name}_error" for name in PARTS))}
        if parts is not None and team is not None:
            values["ensemble"] = _of_many(parts, final, team)
    return Result(values, _show, lambda result: _figure(problem, result.to_dict()), digits=precision)


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


def _swept(solve: Callable[[Any], Solved], moments: Sequence[float], precision: int | None, doing: str) -> Solved:
    """Solve all times; with many digits one after the other, under a progress bar.

    Then a time is the decimal number that is printed, not its nearest double.
    """
    if precision is None:
        return solve(moments)
    from ...numerics.core.sweep import sweep

    with screen.progress_bar(doing, len(moments)) as advance:
        return sweep(solve, [Fraction(repr(moment)) for moment in moments], advance)


def _losses(solved: Curve) -> dict[str, Any]:
    """Losses with their relative errors."""
    test, train = _kept(solved.test, solved.test_error), _kept(solved.train, solved.train_error)
    return {
        "loss": test, "test": test, "train": train, "error": solved.test_error, "train_error": solved.train_error
    }  # fmt: skip


def _kept(values: Any, errors: Any) -> Any:
    """The values; None for one that is smaller than its own error: no digit of it is known."""
    import numpy as np

    lost = np.asarray(errors >= 1, dtype=bool)
    return np.where(lost, None, values) if lost.any() else values


def _limit(final: Final, real: Callable[[Any], Any]) -> dict[str, Any]:
    """The limit of infinite time: losses, parts of the test loss, ridge, and the relative error of the test loss."""
    # An infinite loss is exact, and has no relative error.
    error = None if math.isinf(final.test) else real(final.error)
    return {name: getattr(final, name) for name in ("test", "train", *PARTS, "ridge")} | {"error": error}


def _of_many(parts: Ensembles, final: Final, team: tuple[float, float]) -> dict[str, Any]:
    """The test loss of an ensemble."""
    networks, sets = team
    loss = parts.grid(networks, sets)
    shares = [0 if math.isinf(n) else 1 / n for n in (networks, sets, networks * sets)]
    varying = zip((final.features, final.data, final.interaction), shares, strict=True)
    last = final.bias + parts.floor + sum(part * share for part, share in varying if share)  # part may be infinite
    return {
        "networks": networks,
        "datasets": sets,
        "test": loss,
        # What is absolutely uncertain of one network bounds what is uncertain of many.
        "error": parts.total_error / loss,
        "final": last,
    }


def _figure(problem: Problem, values: Mapping[str, Any]) -> Any:
    from ...plots.curves import draw_losses

    with numerics_errors():
        return draw_losses(described(values), problem.model(), values)  # a picture needs no digits


def _show(result: Result, full: bool) -> None:
    del full  # the answer is short
    screen.print_line(described(result.to_dict()))
    payload = result.plain()
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
