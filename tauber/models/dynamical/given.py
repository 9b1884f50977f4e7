"""Arguments of the dynamical model, and what they mean together."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

from ...action import Argument, Number, Numbers
from ...errors import BadInput
from ...read import numbers
from ...read.spectrum import instead
from ...spectra import Spectrum, at, proved_powers

if TYPE_CHECKING:
    from ...numerics.models.dynamical import Dynamical, Optimiser

A = Annotated[Number, Argument("NUMBER", "Target exponent: lambda_k w_k^2 = k^-a. E.g. 2 or 5/2.")]
B = Annotated[Number, Argument("NUMBER", "Spectral exponent: the eigenvalues are lambda_k = k^-b.")]
Width = Annotated[Number, Argument("NUMBER|inf", "Features N.")]
Data = Annotated[Number, Argument("NUMBER|inf", "Training samples P.")]
Noise = Annotated[Number, Argument("NUMBER", "Standard deviation sigma of the label noise.")]
Modes = Annotated[Number, Argument("WHOLE|inf", "Modes M; inf needs a > 1 and b > 1. A file of modes says how many.")]
Times = Annotated[
    Numbers | None,
    Argument(
        "START:STOP:COUNT|LIST",
        "Times: log-spaced (0.1:1e4:60; a start of 0 adds time 0 to times from 1 on), or a comma list; with --gd whole "
        "steps. Default: from 0.1 or from step 1 on, to 1e4.",
    ),
]
Momentum = Annotated[
    Number | None, Argument("MASS", "Heavy ball of this mass, in continuous time, in place of gradient flow.")
]
Descent = Annotated[Number | None, Argument("STEP", "Gradient descent with this step size, in place of gradient flow.")]
OnePass = Annotated[
    Number | None,
    Argument(
        "STEP|auto",
        "One-pass SGD, new samples at each step of this size on the mean over a batch; auto is half of "
        "the stability limit.",
    ),
]
Components = Annotated[
    bool,
    Argument(
        "", "Also split the test loss: squared bias, variance over features, over data sets, and their interaction."
    ),
]
Cost = Annotated[Number, Argument("PRODUCT", "What the compute is: powers of N, t and P, such as N*t or N*t*P^1/2.")]
LabelNoise = Annotated[bool, Argument("", "The labels have noise, which P samples average out only slowly.")]

RESOURCES = {"N": "width", "t": "time", "P": "data"}


def read_cost(text: str) -> dict[str, Fraction]:
    """Read ``--cost``."""
    return numbers.cost("--cost", text, tuple(RESOURCES))


@dataclass(frozen=True)
class Exponents:
    """Both exponents, exact, for statements about infinitely many modes."""

    a: Fraction
    b: Fraction

    @classmethod
    def read(cls, a: str, b: str) -> Exponents:
        """Read both; each must be above 1."""
        return cls(numbers.above_one("--a", a), numbers.above_one("--b", b))


def read_modes(
    a: str | None, b: str | None, modes: str, spectrum: Any
) -> tuple[Fraction | None, Fraction | None, int | float, Spectrum | None]:
    """Read both exponents and the number of modes, or a spectrum in their place, which may list its modes.

    Raises
    ------
    BadInput
        If there are infinitely many modes and a or b is not above 1.
    """
    declared, count = instead({"--a": a, "--b": b}, spectrum), numbers.whole_or_inf("--modes", modes)
    if declared is not None:
        return None, None, count if declared.count is None else declared.count, declared
    source, decay = numbers.positive("--a", str(a)), numbers.positive("--b", str(b))
    if math.isinf(count) and min(source, decay) <= 1:
        raise BadInput(
            f"--modes inf was given with --a {a} and --b {b}, but infinitely many modes need a > 1 and b > 1: "
            "choose a finite number of modes, such as 1000."
        )
    return source, decay, count, None


def modes_asked(a: Fraction | None, b: Fraction | None, spectrum: Spectrum | None) -> dict[str, Any]:
    """Exponents or spectrum as a result has them."""
    return {"a": a, "b": b} if spectrum is None else {"spectrum": spectrum.table}


def proved_modes(a: Fraction | None, b: Fraction | None, spectrum: Spectrum | None) -> tuple[Fraction, Fraction]:
    """a and b, of which alone there are certificates.

    Raises
    ------
    BadInput
        If the spectrum is not a power law.
    """
    if spectrum is not None:
        decay, coefficient = proved_powers(spectrum)
        return decay + coefficient, decay
    assert a is not None  # or there is a spectrum
    assert b is not None
    return a, b


@dataclass(frozen=True)
class Problem:
    """Everything that defines a model but how it is solved."""

    a: Fraction | None
    b: Fraction | None
    width: Fraction | float
    data: Fraction | float
    noise: Fraction
    modes: int | float
    momentum: Fraction | None = None
    step: Fraction | None = None
    spectrum: Spectrum | None = None

    @classmethod
    def read(
        cls, a: str | None, b: str | None, width: str, data: str, noise: str, modes: str,
        momentum: str | None = None, step: str | None = None, spectrum: Any = None,
    ) -> Problem:  # fmt: skip
        """Read the arguments of a model.

        Raises
        ------
        BadInput
            If there are infinitely many modes and a or b is not above 1, or two optimisers.
        """
        source, decay, count, declared = read_modes(a, b, modes, spectrum)
        if momentum is not None and step is not None:
            raise BadInput(f"--momentum {momentum} and --gd {step} were given; give one of them.")
        return cls(
            source, decay,
            numbers.positive_or_inf("--width", width), numbers.positive_or_inf("--data", data),
            numbers.not_negative("--noise", noise), count,
            None if momentum is None else numbers.positive("--momentum", momentum),
            None if step is None else numbers.positive("--gd", step),
            declared,
        )  # fmt: skip

    def times(self, text: str | None, count: int) -> list[int] | list[float]:
        """Read ``--times``: whole steps of gradient descent, times of a flow otherwise; so many by default."""
        if self.step is None:
            return numbers.moments("--times", f"0.1:1e4:{count}" if text is None else text)
        return numbers.times("--times", f"1:1e4:{count}" if text is None else text)

    @property
    def optimiser(self) -> Optimiser:
        """The optimiser as the solver takes it."""
        from ...numerics.models.dynamical import GradientDescent, GradientFlow, Momentum

        if self.step is not None:
            return GradientDescent(self.step)
        return GradientFlow() if self.momentum is None else Momentum(self.momentum)

    def model(self, precision: int | None = None) -> Dynamical:
        """The model as the solver takes it."""
        from ...numerics.models.dynamical import Dynamical

        return Dynamical(
            self.a, self.b, self.width, self.data,
            noise=self.noise, modes=self.modes, spectrum=self.spectrum, optimiser=self.optimiser, precision=precision,
        )  # fmt: skip

    @property
    def values(self) -> dict[str, Any]:
        """What was asked, as a result has it: exponents exact, the rest as numbers."""
        found: dict[str, Any] = {"model": "dynamical"} | modes_asked(self.a, self.b, self.spectrum)
        found |= {name: numbers.whole_if_it_is(getattr(self, name)) for name in ("width", "data", "noise", "modes")}
        found["optimiser"] = "gradient flow"
        if self.step is not None:
            found |= {"optimiser": "gradient descent", "step_size": float(self.step)}
        if self.momentum is not None:
            found |= {"optimiser": "heavy ball", "mass": float(self.momentum)}
        return found


def described(values: Mapping[str, Any]) -> str:
    """One line that says which model was solved."""
    how = values["optimiser"]
    if "step_size" in values:
        how += f" with step {values['step_size']:.6g}"
    if "mass" in values:
        how += f" of mass {values['mass']:.6g}"
    sizes = ", ".join(f"{name} {values[name]:.6g}" for name in ("width", "data", "noise", "modes"))
    return f"Dynamical model {at(values, 'a', 'b')}: {sizes}; {how}"
