"""The loss of a network that sees every sample once: the curve of the dynamical model under one-pass SGD."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...boundary import numerics_errors
from ...errors import BadInput
from ...output import screen
from ...output.result import Result
from ...read import numbers
from ...spectra import at
from .given import Problem

if TYPE_CHECKING:
    from ...numerics.models.one_pass.model import Curve, OnePass


def solved_once(
    problem: Problem, step: str, batch: str, times: str | None, digits: str | None, others: list[str]
) -> Result:
    """Solve the loss over steps; `others` are options given beside it that mean something else.

    Raises
    ------
    BadInput
        If there are any, or the step size is no positive number and not ``auto``.
    """
    if others:
        raise BadInput(
            f"{others[0]} was given with --one-pass, under which samples are new at every step and one network is "
            "trained: leave out one of the two."
        )
    steps = numbers.times("--times", "1:1e4:60" if times is None else times)
    size = "auto" if step.strip().lower() == "auto" else numbers.positive("--one-pass", step)
    samples = numbers.whole("--batch", batch)
    precision = None if digits is None else numbers.digits(digits, numbers.SOLVED_DIGITS)
    with numerics_errors():
        from ...numerics.models.dynamical.one_pass import OnePassSGD

        model = OnePassSGD(problem.model(precision), batch=samples, step_size=size)
        curve = _solve(model, steps, precision)
        level, uncertain, limit = model.level, model.level_error, model.stability_limit
    values = problem.values | {"optimiser": "one-pass SGD", "batch": samples, "step_size": curve.step_size}
    values |= {"stability_limit": limit, "times": steps, "loss": curve.loss, "error": curve.error, "level": level}
    values |= {"level_error": uncertain}

    def figure(_: Result) -> Any:
        from ...plots.curves import draw_curve

        with numerics_errors():
            return draw_curve(_described(values), model, curve, {})

    return Result(values, _show, figure, digits=precision)


def _solve(model: OnePass, steps: list[int], precision: int | None) -> Curve:
    """Solve the curve; with many digits one time after the other, under a progress bar."""
    if precision is None:
        return model.curve(steps)
    from ...numerics.core.sweep import sweep

    with screen.progress_bar("Solving", len(steps)) as advance:
        return sweep(model.curve, steps, advance)


def _described(values: dict[str, Any]) -> str:
    """One line that says which model was solved."""
    sizes = ", ".join(f"{name} {values[name]:.6g}" for name in ("width", "noise", "modes", "batch"))
    return f"Dynamical model {at(values, 'a', 'b')}: {sizes}; one-pass SGD with step {float(values['step_size']):.6g}"


def _show(result: Result, full: bool) -> None:
    del full  # the answer is short
    payload = result.plain()
    screen.print_line(f"{_described(result.to_dict())} (stable below {float(payload['stability_limit']):.6g})")
    losses, errors = ([_number(x, form) for x in payload[key]] for key, form in (("loss", ".10g"), ("error", ".1e")))
    rows = [
        *zip(map(str, payload["times"]), losses, errors, strict=True),
        ("inf", _number(payload["level"], ".10g"), ""),
    ]
    screen.print_table("Loss", ("step", "loss", "relative error"), rows)


def _number(value: float | str, form: str) -> str:
    return value if isinstance(value, str) else format(value, form)
