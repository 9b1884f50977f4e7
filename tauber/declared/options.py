"""What a declared one-pass training is in the options of the actions of `plrf`: the one place that knows both.

The actions that derive take laws, those that solve take numbers at one size; a declaration has one word for both, and
what it says too little or too much of for an action is refused here.

| key | derive, phases | curve, simulate, certify | frontier |
|---|---|---|---|
| `label_noise` | as it is; beside a number as step size its root, `noise` | its root, `noise` | also of a law |
| `step_size` | as it is; a number alone is `lr` | `lr`: a number, a law at that d, auto if stable | that, or as it is |
| `schedule` | without the number of `warmup:S` | with the best power after `warmup:S` | without, best start |
| `momentum` | without its number | with its number, `dana-constant:c/d` at that d | with its number, c of c/d |
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import isqrt
from typing import Any

from ..action import Action
from ..boundary import numerics_errors
from ..errors import BadInput
from ..models import plrf
from ..models.plrf.given import Data
from ..models.plrf.like import descent_of
from ..read import numbers
from ..read.formula import formula, powers
from ..spectra import Exponential, LogPowers, Modes
from .reading import Declaration

DERIVING = ("derive", "phases")
_CHANGING = ("schedule", "momentum", "averaging")


def decided(declaration: Declaration, name: str) -> set[str]:
    """The arguments of an action of `plrf` that the declaration decides, so that nobody else does."""
    found = {"label_noise", "noise", "step_size", "batch", "cost", "serial_time", *_CHANGING}
    if declaration.spectrum is not None:
        found |= {"alpha", "beta", "spectrum"}
    if _step_is_said(declaration):
        found |= {"lr", "lr_trace"}
    return found & set(getattr(plrf, name).action.arguments)


def arguments(declaration: Declaration, name: str, run: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of an action of `plrf` that the declaration gives, beside those of one run.

    Raises
    ------
    BadInput
        Something that is declared has no meaning for the action, or none at this size.
    """
    described: Action = getattr(plrf, name).action
    known, asked = described.arguments, described.signature.parameters
    size = run.get("d", asked["d"].default if "d" in asked else None)
    found = _spectrum(declaration, known)
    found |= _derived(declaration, name) if name in DERIVING else _solved(declaration, name, str(size))
    for key in found:
        if key not in known:
            raise BadInput(
                f"{name} was asked of a training with --{key.replace('_', '-')} {found[key]}, but it is there for a "
                "training without; leave it out, or solve a curve."
            )
    return found


def _spectrum(declaration: Declaration, known: Mapping[str, Any]) -> dict[str, Any]:
    """Exponents or a spectrum, for the actions that are at a point; a plane has the logarithms of a spectrum."""
    given = dict(declaration.exponents) or ({} if declaration.spectrum is None else {"spectrum": declaration.spectrum})
    return {name: value for name, value in given.items() if name in known}


def _derived(declaration: Declaration, name: str) -> dict[str, Any]:
    """Laws: what is derived holds as the compute grows."""
    given, budget = dict(declaration.training), declaration.budget
    found: dict[str, Any] = {key: budget[key] for key in ("cost", "serial_time") if key in budget}
    step, noise = given.get("step_size"), declaration.label_noise
    samples = given.pop("batch", None)
    if name == "derive" and not set(given) - {"step_size"} and "serial_time" not in found and _is_number(step):
        found |= {} if samples is None else {"batch": samples}
        place = placed(declaration)
        if place is not None and isinstance(place.spectrum, LogPowers | Exponential):
            return found | _at_any_step(place.spectrum, step, noise)
        found["lr"] = step
        return found | ({} if noise is None else {"noise": _deviation(noise)})
    constant = given.get("momentum", "none").startswith("dana") and (step == "stable" or _is_number(step))
    if step is not None and not constant:  # exponents of DANA are those of a constant step size
        found["step_size"] = step
    if noise is not None:
        found["label_noise"] = noise
    if "schedule" in given:
        found["schedule"] = _law_of_schedule(given["schedule"])
    if "momentum" in given:
        found["momentum"] = _law_of_momentum(given["momentum"])
    if "averaging" in given:
        found["averaging"] = given["averaging"]
    return found


def _at_any_step(record: LogPowers | Exponential, step: str | None, noise: str | None) -> dict[str, Any]:
    """Nothing more: terms of these spectra are derived with constants exact in the step size, without noise."""
    if noise is not None:
        raise BadInput(
            f"--label-noise {noise} and --step-size {step} were given with a spectrum {record.kind}, but at a fixed "
            "step size the loss falls to a floor with label noise, so that there is no power law; give free or a "
            "law that falls."
        )
    return {}


def _law_of_schedule(text: str) -> str:
    """The same without the number of a warm-up, which does not depend on the compute."""
    name, *rest = text.split(":")
    if name == "warmup" and len(rest) > 1:
        raise BadInput(
            f"--schedule was given as '{text}', but exponents are derived for the best rise: write warmup:{rest[0]}."
        )
    if name == "warmup" and rest:
        numbers.positive("--schedule warmup", rest[0])
    return "warmup" if name == "warmup" else text


def _law_of_momentum(text: str) -> str:
    """The same without its number: heavy ball and DANA have their exponents for any of them."""
    name, colon, rest = text.partition(":")
    if name == "dana-constant" and colon and tuple(powers("--momentum dana-constant", rest, ["d"], {})) != (-1,):
        raise BadInput(
            f"--momentum was given as '{text}', a ratio for one size; exponents are derived for c/d, as in "
            "dana-constant:1/d."
        )
    if colon and name in {"heavy-ball", "dana-decaying"}:
        value = numbers.positive("--momentum", rest)
        if name == "heavy-ball":
            _refuse_damping(float(value))
    return name if name in {"heavy-ball", "dana-constant", "dana-decaying"} else text


def _refuse_damping(value: float) -> None:
    """Exponents hold for every damping of heavy ball that is one."""
    from ..numerics.models.one_pass.optimisers import heavy_ball

    with numerics_errors():
        heavy_ball(value)


def _solved(declaration: Declaration, name: str, size: str) -> dict[str, Any]:
    """Numbers, at one size or at each size of a frontier."""
    given = declaration.training
    found: dict[str, Any] = {key: given[key] for key in ("batch", "averaging") if key in given}
    if declaration.label_noise is not None:
        deviation = _deviation_law if name == "frontier" else _deviation
        found["noise"] = deviation(declaration.label_noise)
    if name == "frontier":
        found |= declaration.budget
        if given.get("step_size") == "free":  # without noise, for 2 alpha > 1, the best step size is the largest one
            others = {"noise", "serial_time"} & set(found) or "batch" in found.get("cost", "")
            others = others or _is_narrow(declaration) or set(given) & set(_CHANGING)
            found |= {"step_size": "free"} if others else {}
        elif _is_law(given.get("step_size")):
            found["step_size"] = given["step_size"]
    if _step_is_said(declaration) and "step_size" not in found:
        found["lr"] = _rate(given["step_size"], None if name == "frontier" else size)
    if given.get("schedule", "constant") != "constant":
        text = given["schedule"]
        found["schedule"] = _law_of_schedule(text) if name == "frontier" else _schedule(text, declaration)
    if given.get("momentum", "none") != "none":
        found["momentum"] = _momentum(given["momentum"], "1" if name == "frontier" else size)
    return found


def _is_narrow(declaration: Declaration) -> bool:
    """Whether the eigenvalues have an infinite trace, 2 alpha < 1: the best step size falls without noise, too."""
    alpha = declaration.exponents.get("alpha")
    return alpha is not None and 2 * numbers.exact("--alpha", alpha) < 1


def _step_is_said(declaration: Declaration) -> bool:
    """Whether the step size is known at each size: it is not where the best is taken, or it depends on the samples."""
    text = declaration.training.get("step_size")
    if text is None or text == "free":
        return False
    return text == "stable" or powers("--step-size", text, ["d", "n"], {})[1] == 0


def _is_number(text: str | None) -> bool:
    return text not in {None, "stable", "free"} and not _is_law(text)


def _is_law(text: str | None) -> bool:
    """Whether a step size changes with d or n."""
    return text not in {None, "stable", "free"} and any(powers("--step-size", text, ["d", "n"], {}))


def _rate(text: str, size: str | None) -> str:
    if text == "stable":
        return "auto"
    return _at_size("--step-size", text, size)


def _at_size(option: str, text: str, size: str | None) -> str:
    """A number, or a law in d at one d: exact where it is a rational number, else the nearest double."""
    from sympy import Integer

    known = {} if size is None else {"d": Integer(numbers.whole("--d", size))}
    value = formula(option, text, known, roots=True)
    return str(value) if value.is_Rational else repr(float(value))


def _deviation(variance: str) -> str:
    """The standard deviation of a noise with this variance, exact where it is a rational number."""
    if any(powers("--label-noise", variance, ["f"], {})):
        raise BadInput(
            f"--label-noise was given as '{variance}', a law of the compute, but a curve has the noise of one number; "
            "give its variance, such as 1/4."
        )
    value = Fraction(str(formula("--label-noise", variance, {}, roots=True)))
    root = Fraction(isqrt(value.numerator), isqrt(value.denominator))
    return str(root) if root**2 == value else repr(float(value) ** 0.5)


def _deviation_law(variance: str) -> str:
    """The same for a frontier, where it may be a law of the compute."""
    power = powers("--label-noise", variance, ["f"], {})[0]
    if not power:
        return _deviation(variance)
    from sympy import Integer

    constant = formula("--label-noise", variance, {"f": Integer(1)}, roots=True)
    return f"{_deviation(str(constant))}*f^({power / 2})"


def _schedule(text: str, declaration: Declaration) -> str:
    """With numbers: of the best rise its power is ``s/(4 alpha)``, half of the decay of the loss that it meets."""
    name, *rest = text.split(":")
    if text == "best":
        raise BadInput(
            "--schedule was given as 'best', which is a law of the time to go; for a curve give cooldown:M with M "
            "above 2 alpha - 1, whose exponent is the same."
        )
    if name != "warmup" or len(rest) > 1:
        return text
    if not rest:
        raise BadInput("--schedule was given as 'warmup', but a curve needs where it starts: write warmup:S, as in "
                       "warmup:1/100.")  # fmt: skip
    if (place := placed(declaration)) is None or isinstance(place.spectrum, Modes):
        raise BadInput(
            f"--schedule was given as '{text}', but its best power needs alpha and beta or a law of the spectrum: "
            "write warmup:S:C."
        )
    return f"{text}:{descent_of(place) / 2}"


def placed(declaration: Declaration) -> Data | None:
    """The point or the spectrum of a declaration; None for the whole plane.

    Raises
    ------
    BadInput
        One of the exponents, or a spectrum that cannot be read.
    """
    if declaration.spectrum is None or 0 < len(declaration.exponents) < 2:
        return None
    known = declaration.exponents
    return Data.read(known.get("alpha"), known.get("beta"), None if known else declaration.spectrum)


def _momentum(text: str, size: str | None) -> str:
    """With numbers, by default those of the paper with the constant 1; a frontier has c of c/d, that of d = 1."""
    name, colon, rest = text.partition(":")
    if name == "dana-constant":
        return f"{name}:{_at_size('--momentum dana-constant', rest if colon else '1/d', size)}"
    return f"{name}:1" if name == "dana-decaying" and not colon else text
