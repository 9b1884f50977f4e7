"""The loss curve where training changes with time: schedule, momentum, averaging; step by step or in log time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

from ...action import Argument, Number
from ...boundary import numerics_errors
from ...errors import BadInput
from ...output import screen
from ...output.result import Result
from ...read import numbers
from ...read.momentum import refuse_momentum
from ...spectra import asked
from .given import Data
from .like import descent_of, place_of

if TYPE_CHECKING:
    from ...numerics.models.one_pass.optimisers import Momentum
    from ...numerics.models.one_pass.schedule import Schedule
    from ...numerics.models.one_pass.training import Training, TrainingCurve
    from ...numerics.models.plrf import PLRF

ScheduleOf = Annotated[
    Number | None,
    Argument(
        "NAME",
        "Factor of the step size: constant, warmup:S:C (from S up to 1, as (1 + tau)^C, tau the sum of the step sizes "
        "times the batch), cooldown:M (down to 0 at the last time, as (1 - t/n)^M), or power:C (as (1 + t)^-C).",
    ),
]
MomentumOf = Annotated[
    Number | None,
    Argument(
        "NAME", "Momentum: heavy-ball:D with damping D, dana-constant:R with the ratio R of the two step sizes, or "
        "dana-decaying:R.",
    ),
]  # fmt: skip
AveragingOf = Annotated[Number | None, Argument("NUMBER", "Average the weights with the weight K/(t + K).")]

ACCURACY = 1e-8
"""Relative error of the loss less sigma^2 at which the solver in log time stops to shorten its steps."""
_SCHEDULES = "constant, warmup:S:C, cooldown:M or power:C, with numbers for the letters"
_MOMENTA = (
    "heavy-ball:D, dana-constant:R or dana-decaying:R, with numbers for the letters, such as heavy-ball:0.1, "
    "dana-constant:0.001 or dana-decaying:1"
)
_BEST: dict[str, Callable[[Data], str]] = {
    "warmup": lambda given: (
        f"; the best rise here has the power C = {descent_of(given) / 2}, as in "
        f"warmup:1/100:{descent_of(given) / 2}, which begins at a hundredth of the peak"
    ),
    "best": lambda given: f"; of the best end here the power is that of cooldown:{4 * place_of(given).alpha - 1}",
}
"""What to write for the words of `derive` that choose a schedule by the spectrum."""


def solved(
    given: Data, model: PLRF, values: Mapping[str, Any], steps: list[int], options: Mapping[str, str | None]
) -> Result:
    """Solve the loss with what is done in time, by the names of its options.

    Raises
    ------
    BadInput
        A word or number that none of them allows, or times beyond the solver's reach.
    """
    words = {name: text for name, text in options.items() if text is not None}
    with numerics_errors(), screen.waiting("Solving"):
        curve = declared(given, model, max(steps), options).curve(steps, accuracy=ACCURACY)
        limit = model.stability_limit
    found = {
        **values, **words, "times": steps, "loss": curve.loss, "error": curve.error, "excess": curve.excess,
        "excess_error": curve.excess_error, "solver": curve.solver, "step_size": curve.step_size,
        "stability_limit": limit,
    }  # fmt: skip
    return Result(found, _show, lambda _: _figure(given, model, curve, words))


def declared(given: Data, model: PLRF, last: int, options: Mapping[str, str | None]) -> Training:
    """The training of a model that the options ask for, up to a last step, at which a cool-down ends.

    Raises
    ------
    BadInput
        A word or number that none of them allows.
    """
    from ...numerics.models.one_pass.training import Training

    average = options["averaging"]
    return Training(
        model,
        schedule=_schedule(options["schedule"], last, given, model),
        momentum=_momentum(options["momentum"], given),
        averaging=None if average is None else float(numbers.positive("--averaging", average)),
    )


def _schedule(text: str | None, last: int, given: Data, model: PLRF) -> Schedule:
    from ...numerics.models.one_pass import schedule
    from ...numerics.models.one_pass.training import warm_up

    name, *rest = (text or "constant").split(":")
    values = [float(numbers.positive("--schedule", part)) for part in rest]
    known: dict[tuple[str, int], Any] = {
        ("constant", 0): schedule.Constant,
        ("warmup", 2): lambda start, power: warm_up(model, start, power),
        ("cooldown", 1): lambda power: schedule.CoolDown(max(last, 1), power),
        ("power", 1): schedule.Decay,
    }
    if (name, len(values)) not in known:
        best = _BEST[name](given) if name in _BEST and not values else ""
        raise BadInput(f"--schedule was given as '{text}', but it must be {_SCHEDULES}{best}.")
    found: Schedule = known[name, len(values)](*values)
    return found


def _momentum(text: str | None, given: Data) -> Momentum | None:
    from ...numerics.models.one_pass import optimisers

    if text is None:
        return None
    name, _, rest = text.partition(":")
    if name not in {"heavy-ball", "dana-constant", "dana-decaying"} or not rest:
        refuse_momentum("--momentum", text, _MOMENTA)
    value = float(numbers.positive("--momentum", rest))
    if name == "dana-decaying":
        return optimisers.dana_decaying(float(place_of(given).alpha), value)
    return optimisers.heavy_ball(value) if name == "heavy-ball" else optimisers.dana_constant(value)


def _figure(given: Data, model: PLRF, curve: TrainingCurve, words: Mapping[str, str]) -> Any:
    from ...plots.curves import draw_training, titled

    return draw_training(f"{titled(given.title, model)},  {', '.join(words.values())}", curve)


def _show(result: Result, full: bool) -> None:
    del full  # the answer is short
    payload = result.plain()
    words = ", ".join(f"{name} {payload[name]}" for name in ("schedule", "momentum", "averaging") if name in payload)
    screen.print_line(
        f"{asked(payload, 'alpha', 'beta')}, d = {payload['d']}, v = {payload['v']}, batch {payload['batch']}, "
        f"noise {payload['noise']}, {words}, solver {payload['solver']}, largest step size {payload['step_size']:.6g}"
    )
    keys = ("times", "loss", "error", "excess", "excess_error")
    rows = [
        (str(step), f"{loss:.10g}", f"{error:.1e}", f"{excess:.10g}", f"{wrong:.1e}")
        for step, loss, error, excess, wrong in zip(*(payload[key] for key in keys), strict=True)
    ]
    screen.print_table("Loss", ("step", "loss", "relative error", "less sigma^2", "relative error"), rows)
