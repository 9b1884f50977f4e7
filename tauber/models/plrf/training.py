"""How a model is trained, beside its spectrum: step size, label noise, schedule, momentum, averaging, serial time."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

from ...action import Argument, Number
from ...errors import BadInput
from ...read import numbers
from ...read.formula import powers
from ...read.momentum import refuse_momentum
from .trained import AveragingOf as Averaging

__all__ = ["Asked", "Averaging", "LabelNoise", "Momentum", "Schedule", "SerialTime", "Step"]

if TYPE_CHECKING:
    from ...theory.models.one_pass.training import Training

LabelNoise = Annotated[
    Number | None,
    Argument("0|1|LAW", "Label noise, its variance: 0 none, 1 constant, or a power of the compute as in f^(-1/2)."),
]
Step = Annotated[
    Number | None,
    Argument("stable|free|LAW", "Step size: the largest that is always stable, the best one at each compute, or a "
             "power of d and of the samples n, as in n^(-1/2)."),
]  # fmt: skip
Schedule = Annotated[
    Number | None,
    Argument(
        "NAME",
        "constant, warmup (the best rise), cooldown:M (a factor (1 - t/n)^M), power:C (a factor "
        "t^-C), or best (the best end).",
    ),
]
Momentum = Annotated[
    str,
    Argument("NAME", "Momentum: none, heavy-ball, dana-constant or dana-decaying."),
]
_MOMENTA = ("none", "heavy-ball", "dana-constant", "dana-decaying")
SerialTime = Annotated[Number | None, Argument("LAW", "A limit on the serial time, a power of the compute: f^(1/2).")]


@dataclass(frozen=True)
class Asked:
    """The options of training as they are written; none of them is None if nothing is asked."""

    label_noise: str | None = None
    step_size: str | None = None
    schedule: str | None = None
    momentum: str = "none"
    averaging: str | None = None
    serial_time: str | None = None

    def __post_init__(self) -> None:
        """Label noise of the variance 0 is none."""
        object.__setattr__(self, "label_noise", some_noise(self.label_noise))

    @property
    def anything(self) -> bool:
        """Whether training differs from SGD with a stable constant step and without noise."""
        return self != Asked()

    @property
    def words(self) -> dict[str, Any]:
        """What was asked, by option."""
        return {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != f.default}

    @property
    def options(self) -> list[str]:
        """The options that were asked."""
        return [f"--{name.replace('_', '-')}" for name in self.words]

    def read(self, spent: Mapping[str, Fraction]) -> Training:
        """The declaration for the symbolic wing.

        Raises
        ------
        BadInput
            A law is no power, a schedule has no such name, or two options do not go together.
        """
        from ...theory.models.one_pass.training import Training

        if self.momentum not in _MOMENTA:
            refuse_momentum("--momentum", self.momentum, f"one of {', '.join(_MOMENTA)}")
        step = self._step()
        warmup, cooldown, power = self._schedule()
        if "batch" in spent and (power or self.momentum.startswith("dana")):
            first = f"--schedule {self.schedule}" if power else f"--momentum {self.momentum}"
            raise BadInput(
                f"--cost {numbers.product(spent)} and {first} were given, but the best batch is derived for a step "
                "size that does not fall from the start, without momentum; leave one of them out."
            )
        if self.momentum.startswith("dana"):
            self._refuse_beside_momentum()
        elif (warmup or cooldown or power or self.averaging) and self.step_size is None:
            step = "free"  # the peak of a schedule is free unless a law is given
        return Training(
            step, self._noise(), cooldown, warmup, self._past() is not None,
            self.momentum if self.momentum.startswith("dana") else "none",  # type: ignore[arg-type]
            (_exact(spent["d"]), _exact(spent["r"])), self._serial(), _exact(power),
            _exact(spent["batch"]) if "batch" in spent else None,
        )  # fmt: skip

    def _refuse_beside_momentum(self) -> None:
        rest = Asked(momentum=self.momentum, serial_time=self.serial_time)
        if self != rest:
            other = next(option for option in self.options if option not in rest.options)
            raise BadInput(
                f"--momentum {self.momentum} and {other} were given, but exponents with this momentum are derived for "
                "its own constant step size without label noise; leave one of them out."
            )

    def _step(self) -> Any:
        text = self.step_size or "stable"
        if text in {"stable", "free"}:
            return text
        found = tuple(powers("--step-size", text, ["d", "n"], {}))
        if max(found) > 0 or found[1] <= -1:
            raise BadInput(
                f"--step-size was given as '{text}', but a stable step size does not grow with d or n, and falls more "
                "slowly than 1/n: give stable, free, or a law such as n^(-1/2)."
            )
        return found

    def _noise(self) -> Any:
        return None if self.label_noise is None else -_power("--label-noise", self.label_noise, most=0)

    def _serial(self) -> Any:
        return None if self.serial_time is None else _power("--serial-time", self.serial_time, least=0)

    def _past(self) -> Fraction | None:
        return None if self.averaging is None else numbers.positive("--averaging", self.averaging)

    def forgets(self, descent: Any) -> Any:
        """Whether an average forgets its start, like ``tau^(-2 K)``, faster than the descent falls; None without one.

        Parameters
        ----------
        descent
            p in the term ``tau^-p`` of gradient descent.
        """
        past = self._past()
        return None if past is None else descent < 2 * _exact(past)

    def _schedule(self) -> tuple[bool, Any, Fraction]:
        """Whether it warms up, its cool-down, and the power with which it falls from the start."""
        from sympy import Rational

        text = self.schedule or "constant"
        name, colon, value = text.partition(":")
        if text in {"constant", "warmup", "best"}:
            return text == "warmup", "best" if text == "best" else None, Fraction(0)
        if name == "cooldown" and colon:
            power = numbers.positive("--schedule cooldown", value)
            return False, Rational(power.numerator, power.denominator), Fraction(0)
        if name == "power" and colon and 0 < (power := numbers.positive("--schedule power", value)) < 1:
            return False, None, power
        raise BadInput(
            f"--schedule was given as '{text}', but it must be constant, warmup, cooldown:M with a positive M, power:C "
            "with C between 0 and 1, or best."
        )


def some_noise(variance: str | None) -> str | None:
    """The variance of label noise as it is written; None if it is 0, which is the same as no noise.

    >>> some_noise("0.0"), some_noise("1/4"), some_noise("f^(-1/2)")
    (None, '1/4', 'f^(-1/2)')
    """
    with suppress(BadInput):  # a law is read by whoever uses it
        if variance is not None and numbers.exact("--label-noise", variance) == 0:
            return None
    return variance


def _power(option: str, text: str, least: int | None = None, most: int | None = None) -> Any:
    """The exponent of a power of the compute f."""
    (found,) = powers(option, text, ["f"], {})
    if (least is not None and found < least) or (most is not None and found > most):
        way = "rise" if least is not None else "fall"
        raise BadInput(f"{option} was given as '{text}', but as a power of f it must {way} or be constant.")
    return found


def _exact(value: Fraction) -> Any:
    from sympy import Rational

    return Rational(value.numerator, value.denominator)
