"""The frontier of training with a free step size or that changes with time: the best of all that is free."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

from ...action import Argument, Number
from ...boundary import numerics_errors, theory_errors
from ...errors import BadInput
from ...output import screen
from ...output.frontier import show_table
from ...output.result import Result
from ...read import numbers
from ...read.formula import formula, powers
from ...read.momentum import refuse_momentum
from ...spectra import Modes
from ...spectra import asked as where_asked
from . import limited
from .given import Data, StepSize, compute_tex
from .like import descent_of, place_of
from .one_pass import laws, optimum_at, start_of
from .trained_spectra import optimum_of
from .training import Asked

if TYPE_CHECKING:
    from ...numerics.models.plrf.trained_frontier import Declared

ScheduleOf = Annotated[
    Number | None,
    Argument(
        "NAME",
        "constant, warmup (rises as (1 + tau)^(p/2), from the best start), cooldown:M (a factor (1 - t/r)^M), power:C "
        "(a factor (1 + t)^-C), or best (the power 4 alpha - 1 of a cool-down).",
    ),
]
MomentumOf = Annotated[
    Number | None,
    Argument("NAME", "Momentum: heavy-ball:D, dana-constant:C (the ratio of the step sizes C/d), or dana-decaying:C."),
]
AveragingOf = Annotated[Number | None, Argument("NUMBER", "Average the weights with the weight K/(t + K).")]

_WORDS = {"d": "d", "gamma": "step_size", "start": "start", "batch": "batch"}
_LABELS = {
    "d": ("size", "d"), "gamma": ("step size", r"\gamma"), "start": ("start of the warm-up", r"\gamma_0/\gamma"),
    "batch": ("batch", "B"),
}  # fmt: skip


@dataclass(frozen=True)
class NoiseLaw:
    """The standard deviation of the label noise, constant f^power."""

    text: str
    constant: float
    power: Fraction

    @classmethod
    def read(cls, text: str) -> NoiseLaw:
        """Read ``--noise``: a number, or a law that does not rise."""
        if "f" not in text:
            return cls(text, float(numbers.not_negative("--noise", text)), Fraction(0))
        from sympy import Integer

        (power,) = powers("--noise", text, ["f"], {})
        if power > 0:
            raise BadInput(f"--noise was given as '{text}', but as a power of f it must fall or be constant.")
        return cls(text, float(formula("--noise", text, {"f": Integer(1)}, roots=True)), Fraction(str(power)))

    @property
    def variance(self) -> str | None:
        """Its square as `derive` takes it, up to the constant."""
        return None if not self.constant else f"f^({2 * self.power})" if self.power else "1"

    @property
    def value(self) -> Any:
        """As a result has it: a law as it is written."""
        return self.text if self.power else numbers.exact("--noise", self.text)


def trained_frontier(
    given: Data, budgets: list[float], modes: float | None, batch: int, noise: NoiseLaw, rate: StepSize,
    options: Mapping[str, str | None], spent: Mapping[str, Fraction], law: str | None = None,
    serial_time: str | None = None,
) -> Result:  # fmt: skip
    """Find the best of all that is free; `spent` are the powers of d and r in the compute, `law` is of the step size.

    With a limit on the serial time, or a power of the batch in the compute, the step size is what gamma B is held at,
    over the best batch.

    Raises
    ------
    BadInput
        If what is asked is not derived, or a step size is given where the best one is sought.
    """
    words = {name: str(text) for name, text in options.items() if text is not None}
    first = next(iter(f"--{name}" for name in words), "--step-size free")
    if isinstance(given.spectrum, Modes):
        raise BadInput(
            f"{first} was given with single modes, whose number bounds the size; declare a law for all modes, or solve "
            "curve."
        )
    _refuse_momentum(words.get("momentum"), noise)
    narrow = given.point is not None and 2 * given.point.alpha < 1
    any_batch = serial_time is not None or "batch" in spent
    free = law is None and "momentum" not in words and (noise.constant > 0 or narrow or any_batch)
    if not (free or words or law):
        raise BadInput(
            "--step-size free was given without label noise, but for alpha of 1/2 and above the best step size is then "
            "the largest one; give a positive --noise, or leave --step-size out."
        )
    if (free or law) and (rate.rate != "auto" or rate.over_trace is not None):
        here = "the best step size is found" if free else f"--step-size {law} says what the step size is"
        raise BadInput(f"--lr was given, but here {here}; leave it out.")
    asked = _asked(noise, words, free, law, serial_time)
    derived = _derived(given, asked, spent, free)
    rho = None if serial_time is None else limited.steps(serial_time, derived)
    large = rho is not None or ("batch" in spent and limited.grows(f"--cost {numbers.product(dict(spent))}", derived))
    at_limit = free and derived["step_size_exponent"] == 0 and not (derived.get("log_exponents") or {}).get("step_size")
    free = free and not at_limit  # the best step size is O(1), so that the largest one has the same exponents
    with numerics_errors(), screen.progress_bar("Minimising", len(budgets)) as advance:
        from ...numerics.models.plrf.trained_frontier import trained_frontier as best

        ratio = math.inf if modes is None else modes
        step = None if free or law else _step(given, rate, budgets[-1], ratio, batch)
        product = limited.product(given, asked, spent, budgets[-1], ratio) if large else None
        declared = replace(
            _declared(given, ratio, batch, step, words),
            noise=noise.constant,
            noise_power=float(noise.power),
            cost=(float(spent["d"]), float(spent["r"])),
            batch_cost=float(spent["batch"]) if "batch" in spent else None,
            parallel=product,
            steps=rho,
        )
        if law is not None:
            declared = replace(declared, step_law=_law(law))
        found = best(declared, budgets, progress=screen.counting(advance))
    values = (
        given.values
        | words
        | ({} if law is None else {"step_law": law})
        | {"ratio": modes, "batch": batch, "cost": numbers.product(dict(spent)), "noise": noise.value, "flops": budgets}
    )
    if step is not None:
        values["largest_step_size"] = step
    if serial_time is not None:
        values["serial_time"] = serial_time
    for name, known in found.resources.items():
        word = _WORDS[name]
        values |= {
            word: known, f"{word}_error": found.resource_errors[name],
            f"{word}_slope": found.slopes[name], f"{word}_slope_error": found.slope_errors[name],
        }  # fmt: skip
    if rho is not None:
        x, y = declared.cost
        values |= limited.left(found, (x, y, declared.batch_cost or y), rho)
    if product is not None:
        values |= limited.beside(values, product)
    values |= {
        "loss": found.excess, "error": found.error, "loss_slope": -found.slopes["loss"],
        "loss_slope_error": found.slope_errors["loss"], "derived": derived,
    }  # fmt: skip
    return Result(values, _show, lambda result: _figure(given, result))


def _refuse_momentum(text: str | None, noise: NoiseLaw) -> None:
    """Refuse a momentum that is none of those known, and one beside label noise."""
    if text is None:
        return
    name, _, value = text.partition(":")
    if name not in {"heavy-ball", "dana-constant", "dana-decaying"} or not value:
        allowed = "heavy-ball:D, dana-constant:C or dana-decaying:C, with numbers for the letters"
        refuse_momentum("--momentum", text, allowed)
    if noise.constant:
        raise BadInput(
            f"--momentum {text} and --noise were given, but the best use of compute with both is not derived; leave "
            "one of them out."
        )


def _asked(noise: NoiseLaw, words: Mapping[str, str], free: bool, law: str | None, serial_time: str | None) -> Asked:
    """The training as `derive` is asked of it."""
    return Asked(
        label_noise=noise.variance,
        step_size="free" if free else law,
        schedule=words.get("schedule"),
        momentum=words.get("momentum", "none").partition(":")[0],
        averaging=words.get("averaging"),
        serial_time=serial_time,
    )


def _derived(given: Data, asked: Asked, spent: Mapping[str, Fraction], free: bool) -> dict[str, Any]:
    """The exponents at the point or of the spectrum; None, with the reason, where they are not derived."""
    any_batch = asked.serial_time is not None or "batch" in spent
    if given.point is not None:
        with theory_errors():
            best = optimum_at(given.point.alpha, given.point.beta, asked, spent)
            start = start_of(given.point.alpha, given.point.beta, asked, spent)
    else:
        assert given.spectrum is not None
        start = None  # is derived for power laws
        try:
            with theory_errors():
                best = optimum_of(given.spectrum, asked, spent)
        except BadInput as error:
            powers = ("d_exponent", "step_size_exponent", "loss_exponent", "start_exponent", "log_exponents")
            return {"phase": None, "boundary_of": [], "not_derived": str(error), **dict.fromkeys(powers)}
    return {
        "phase": best.phase, "boundary_of": list(best.boundary_of), "d_exponent": best.exponents["d"],
        "step_size_exponent": best.exponents["step_size"] if free else None, "loss_exponent": best.loss_exponent,
        "start_exponent": start,
        **({f"{x}_exponent": best.exponents[x] for x in ("batch", "serial_time")} if any_batch else {}),
    } | ({} if given.spectrum is None else {"log_exponents": best.to_dict().get("log_exponents")})  # fmt: skip


def _step(given: Data, rate: StepSize, most: float, ratio: float, batch: int) -> float:
    """The largest step size: as given, or stable at every size up to f^(4/5)."""
    from ...numerics.core.declared import largest

    size = most**0.8 if given.spectrum is None else min(most**0.8, largest(given.spectrum) / 2)
    step = rate.at(given, size, ratio * size, None)
    return float(given.model(size, ratio * size, batch=batch, step_size=step).step_size)


def _declared(given: Data, ratio: float, batch: int, step: float | None, words: Mapping[str, str]) -> Declared:
    from ...numerics.models.plrf.trained_frontier import Declared

    name, _, power = words.get("schedule", "constant").partition(":")
    schedules: dict[str, Callable[[], dict[str, Any]]] = {
        "constant": dict,
        "warmup": lambda: {"warmup": float(descent_of(given)) / 2},
        "cooldown": lambda: {"cooldown": float(numbers.positive("--schedule cooldown", power))},
        "power": lambda: {"decay": float(numbers.positive("--schedule power", power))},
        "best": lambda: {"cooldown": 4 * float(place_of(given).alpha) - 1},
    }
    alpha, beta = (None if x is None else float(x) for x in given.exponents)
    return Declared(
        alpha, beta, ratio, batch, step_size=step, **schedules[name](),
        momentum=_momentum(given, words["momentum"]) if "momentum" in words else None,
        averaging=float(numbers.positive("--averaging", words["averaging"])) if "averaging" in words else None,
        spectrum=given.spectrum,
    )  # fmt: skip


def _law(text: str) -> tuple[float, float, float]:
    """The constant and the powers of d and n in a law of the step size."""
    from sympy import Integer

    powers_of = powers("--step-size", text, ["d", "n"], {})
    constant = formula("--step-size", text, {"d": Integer(1), "n": Integer(1)}, roots=True)
    return (float(constant), *map(float, powers_of))  # type: ignore[return-value]


def _momentum(given: Data, text: str) -> tuple[str, float] | tuple[str, float, float]:
    name, _, value = text.partition(":")
    size = float(numbers.positive("--momentum", value))
    return (name, size, float(place_of(given).alpha)) if name == "dana-decaying" else (name, size)


def _figure(given: Data, found: Result) -> Any:
    from ...plots.frontier import Panel, draw_frontier

    derived = found.derived
    panels = [Panel("excess", r"\mathcal{E}", found.loss, found.loss_slope, derived["loss_exponent"], falls=True)]
    for name, word in _WORDS.items():
        if f"{word}_slope" in found:
            exponent = derived.get(f"{word}_exponent")
            panels.append(Panel(*_LABELS[name], found[word], found[f"{word}_slope"], exponent))
    words = [found[name] for name in ("schedule", "momentum", "averaging") if name in found]
    words += [f"label noise {found.noise}"] if found.noise else []
    return draw_frontier(
        ",  ".join([given.title, *words]), ("f", f"f = {compute_tex(found.cost)}"), found.flops, tuple(panels)
    )


def _show(result: Result, full: bool) -> None:
    del full  # the answer is short
    payload = result.plain()
    derived = payload["derived"]
    where = derived["phase"] or f"on the boundary of {' and '.join(derived['boundary_of'])}"
    if (why := derived.get("not_derived")) is not None:
        where = f"nothing, as {why[0].lower()}{why[1:].rstrip('.')}"
    called = {"step_law": "step size", "serial_time": "steps"}
    known = [(x, called.get(x, x)) for x in ("step_law", "serial_time", "schedule", "momentum", "averaging")]
    words = ", ".join(f"{word} {payload[name]}" for name, word in known if name in payload)
    held = [("largest step size", "largest_step_size"), ("step size times batch", "step_size_times_batch")]
    step = "".join(f", {word} {payload[key]:.6g}" for word, key in held if key in payload)
    screen.print_line(
        f"{where_asked(payload, 'alpha', 'beta')}, label noise {payload['noise']}, "
        f"{words or 'best step size'}{step}; derived: {where}. The loss is that less sigma^2."
    )
    if logs := derived.get("log_exponents"):
        powers = {x: derived[f"{x}_exponent"] for x in ("loss", "d", "step_size")}
        screen.print_line(f"Derived: {laws(powers, logs)}; the slopes come near the powers of f like 1/log(f)")
    sizes = {word: derived.get(f"{word}_exponent") for word in _WORDS.values() if f"{word}_slope" in payload}
    show_table(payload, "flops", sizes, derived["loss_exponent"])
