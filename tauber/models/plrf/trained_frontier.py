"""The frontier of training with a free step size or that changes with time: the best of all that is free."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

from ...action import Argument, Number
from ...boundary import numerics_errors, theory_errors
from ...errors import BadInput
from ...output import screen
from ...output.frontier import show_table
from ...output.result import Result
from ...read import numbers
from ...read.momentum import refuse_momentum
from .given import Data, StepSize
from .training import Asked

if TYPE_CHECKING:
    from ...numerics.models.plrf.trained_frontier import Declared
    from .given import Point

ScheduleOf = Annotated[
    Number | None,
    Argument(
        "NAME",
        "constant, warmup (rises as (1 + tau)^(p/2), from the best start), cooldown:M (a factor (1 - t/r)^M), or best "
        "(the power 4 alpha - 1).",
    ),
]
MomentumOf = Annotated[
    Number | None,
    Argument("NAME", "Momentum: heavy-ball:D, dana-constant:C (the ratio of the step sizes C/d), or dana-decaying:C."),
]
AveragingOf = Annotated[Number | None, Argument("NUMBER", "Average the weights with the weight K/(t + K).")]

_WORDS = {"d": "d", "gamma": "step_size", "start": "start"}
_LABELS = {"d": ("size", "d"), "gamma": ("step size", r"\gamma"), "start": ("start of the warm-up", r"\gamma_0/\gamma")}


def trained_frontier(
    given: Data, budgets: list[float], modes: float | None, batch: int, noise: Fraction, rate: StepSize,
    options: Mapping[str, str | None], others: list[str],
) -> Result:  # fmt: skip
    """Find the best of all that is free; `others` are options that mean something else.

    Raises
    ------
    BadInput
        If there are any, what is asked is not derived, or a step size is given where the best one is sought.
    """
    words = {name: str(text) for name, text in options.items() if text is not None}
    if others or given.point is None:
        raise BadInput(
            f"{next(iter(f'--{name}' for name in words), '--step-size free')} was given"
            f"{f' with {others[0]}' if others else ''}, which needs --alpha and --beta, double precision and the "
            "compute d*r; leave out what is not."
        )
    point = given.point
    _refuse_momentum(words.get("momentum"), noise)
    free = "momentum" not in words and (noise > 0 or 2 * point.alpha < 1)
    if not (free or words):
        raise BadInput(
            "--step-size free was given without label noise, but for alpha of 1/2 and above the best step size is then "
            "the largest one; give a positive --noise, or leave --step-size out."
        )
    if free and (rate.rate != "auto" or rate.over_trace is not None):
        raise BadInput("--lr was given, but here the best step size is found; leave it out.")
    derived = _derived(point, noise, words, free)
    with numerics_errors(), screen.progress_bar("Minimising", len(budgets)) as advance:
        from ...numerics.models.plrf.trained_frontier import trained_frontier as best

        ratio = math.inf if modes is None else modes
        step = None if free else _step(given, rate, budgets[-1], ratio, batch)
        declared = _declared(point, ratio, batch, noise, step, words)
        found = best(declared, budgets, progress=screen.counting(advance))
    values = given.values | words | {"ratio": modes, "batch": batch, "noise": noise, "flops": budgets}
    if step is not None:
        values["largest_step_size"] = step
    for name, known in found.resources.items():
        slope = {f"{_WORDS[name]}_slope": found.slopes[name], f"{_WORDS[name]}_slope_error": found.slope_errors[name]}
        values |= {_WORDS[name]: known} | slope
    values |= {
        "loss": found.excess, "error": found.error, "loss_slope": -found.slopes["loss"],
        "loss_slope_error": found.slope_errors["loss"], "derived": derived,
    }  # fmt: skip
    return Result(values, _show, lambda result: _figure(given, result))


def _refuse_momentum(text: str | None, noise: Fraction) -> None:
    """Refuse a momentum that is none of those known, and one beside label noise."""
    if text is None:
        return
    name, _, value = text.partition(":")
    if name not in {"heavy-ball", "dana-constant", "dana-decaying"} or not value:
        allowed = "heavy-ball:D, dana-constant:C or dana-decaying:C, with numbers for the letters"
        refuse_momentum("--momentum", text, allowed)
    if noise:
        raise BadInput(
            f"--momentum {text} and --noise were given, but the best use of compute with both is not derived; leave "
            "one of them out."
        )


def _derived(point: Point, noise: Fraction, words: Mapping[str, str], free: bool) -> dict[str, Any]:
    with theory_errors():
        from sympy import Rational

        from ...theory.models.one_pass.phases import optimum

        momentum = words.get("momentum", "none").partition(":")[0]
        asked = Asked(
            label_noise="1" if noise else None,
            step_size="free" if free else None,
            schedule=words.get("schedule"),
            momentum=momentum,
            averaging=words.get("averaging"),
        ).read({"d": Fraction(1), "r": Fraction(1)})
        best = optimum(asked, Rational(point.alpha), Rational(point.beta))
    return {
        "phase": best.phase, "boundary_of": list(best.boundary_of), "d_exponent": best.exponents.get("d"),
        "step_size_exponent": best.exponents.get("gamma") if free else None, "loss_exponent": best.loss_exponent,
    }  # fmt: skip


def _step(given: Data, rate: StepSize, most: float, ratio: float, batch: int) -> float:
    """The largest step size: as given, or stable at every size up to f^(4/5)."""
    size = most**0.8
    step = rate.at(given, size, ratio * size, None)
    return float(given.model(size, ratio * size, batch=batch, step_size=step).step_size)


def _declared(
    point: Point, ratio: float, batch: int, noise: Fraction, step: float | None, words: Mapping[str, str]
) -> Declared:
    from ...numerics.models.plrf.trained_frontier import Declared

    alpha, beta = float(point.alpha), float(point.beta)
    name, _, power = words.get("schedule", "constant").partition(":")
    cooldown = {
        "cooldown": lambda: float(numbers.positive("--schedule cooldown", power)),
        "best": lambda: 4 * alpha - 1,
    }
    momentum, _, value = words.get("momentum", "").partition(":")
    return Declared(
        alpha, beta, ratio, batch, float(noise), step,
        cooldown=cooldown[name]() if name in cooldown else None,
        warmup=(2 * alpha + 2 * beta - 1) / (4 * alpha) if name == "warmup" else None,
        momentum=(momentum, float(numbers.positive("--momentum", value))) if momentum else None,
        averaging=float(numbers.positive("--averaging", words["averaging"])) if "averaging" in words else None,
    )  # fmt: skip


def _figure(given: Data, found: Result) -> Any:
    from ...plots.frontier import Panel, draw_frontier

    derived = found.derived
    panels = [Panel("excess", r"\mathcal{E}", found.loss, found.loss_slope, derived["loss_exponent"], falls=True)]
    for name, word in _WORDS.items():
        if word in found:
            exponent = derived.get(f"{word}_exponent")
            panels.append(Panel(*_LABELS[name], found[word], found[f"{word}_slope"], exponent))
    words = [found[name] for name in ("schedule", "momentum", "averaging") if name in found]
    words += [f"label noise {found.noise}"] if found.noise else []
    return draw_frontier(",  ".join([given.title, *words]), ("f", r"f = d\,r\,B"), found.flops, tuple(panels))


def _show(result: Result, full: bool) -> None:
    del full  # the answer is short
    payload = result.plain()
    derived = payload["derived"]
    where = derived["phase"] or f"on the boundary of {' and '.join(derived['boundary_of'])}"
    words = ", ".join(f"{name} {payload[name]}" for name in ("schedule", "momentum", "averaging") if name in payload)
    step = f", largest step size {payload['largest_step_size']:.6g}" if "largest_step_size" in payload else ""
    screen.print_line(
        f"alpha = {payload['alpha']}, beta = {payload['beta']}, label noise {payload['noise']}, "
        f"{words or 'best step size'}{step}; derived: {where}. The loss is that less sigma^2."
    )
    sizes = {word: derived.get(f"{word}_exponent") for word in _WORDS.values() if word in payload}
    show_table(payload, "flops", sizes, derived["loss_exponent"])
