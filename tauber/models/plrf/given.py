"""From option texts to the parameters of a model, with the checks that need several of them together."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Literal

from ...action import Argument, Number
from ...errors import BadInput
from ...read import numbers
from ...read.spectrum import instead
from ...spectra import Spectrum, proved_powers

if TYPE_CHECKING:
    from ...numerics.models.plrf import PLRF

Cost = Annotated[
    Number, Argument("PRODUCT", "What the compute f is: powers of d and r, as in d^2*r; the batch goes with r.")
]
CostOfBatch = Annotated[
    Number,
    Argument(
        "PRODUCT",
        "What the compute f is: powers of d and r, as in d^2*r; the batch goes with r, or has a power of its own, as "
        "in d*r*batch^(1/2), beside how the model is trained.",
    ),
]
Noise = Annotated[Number, Argument("NUMBER", "Standard deviation sigma of the label noise; sigma^2 is in the loss.")]

Rate = Fraction | Literal["auto"]

LARGEST = 1000
"""No exponent of a spectrum or a target is larger."""


@dataclass(frozen=True)
class Point:
    """Exponents of a power-law model, exact: alpha > 0, beta of either sign; of a size that has exact constants."""

    alpha: Fraction
    beta: Fraction

    def __post_init__(self) -> None:
        """Refuse what would have constants of too many digits to be written."""
        for name, value in (("alpha", self.alpha), ("beta", self.beta)):
            if abs(value) > LARGEST:
                raise BadInput(f"--{name} was given as {float(value):g}, but an exponent is at most {LARGEST} in size.")

    @classmethod
    def read(cls, alpha: str, beta: str) -> Point:
        """Read both exponents.

        Raises
        ------
        BadInput
            If alpha is not positive, or alpha + beta is not, so that the power of the target grows from mode to mode.
        """
        point = cls(numbers.positive("--alpha", alpha), numbers.exact("--beta", beta))
        if point.alpha + point.beta <= 0:
            raise BadInput(
                f"--alpha {point.alpha} and --beta {point.beta} were given, but alpha + beta must be positive; choose "
                f"beta above {-point.alpha}."
            )
        return point

    @property
    def summable(self) -> bool:
        """Whether infinitely many modes have a finite trace, and a target of finite power."""
        return 2 * self.alpha > 1 and 2 * (self.alpha + self.beta) > 1


@dataclass(frozen=True)
class Data:
    """What the data and the target are: exponents, or a spectrum in their place (the exponents then are None)."""

    point: Point | None
    spectrum: Spectrum | None = None

    @classmethod
    def read(cls, alpha: str | None, beta: str | None, spectrum: Any) -> Data:
        """Read ``--alpha`` and ``--beta``, or ``--spectrum``."""
        declared = instead({"--alpha": alpha, "--beta": beta}, spectrum)
        return cls(Point.read(str(alpha), str(beta)) if declared is None else None, declared)

    @property
    def exponents(self) -> tuple[Fraction | None, Fraction | None]:
        """Both, as the solver takes them."""
        return (None, None) if self.point is None else (self.point.alpha, self.point.beta)

    def model(self, d: Any, v: Any, **known: Any) -> PLRF:
        """The model as the solver takes it."""
        from ...numerics.models.plrf import PLRF

        return PLRF(*self.exponents, d, v, spectrum=self.spectrum, **known)

    @property
    def values(self) -> dict[str, Any]:
        """What was asked, as a result has it."""
        if self.spectrum is not None:
            return {"model": "plrf", "spectrum": self.spectrum.table}
        return {"model": "plrf"} | dict(zip(("alpha", "beta"), self.exponents, strict=True))

    @property
    def title(self) -> str:
        """The same for a picture."""
        if self.spectrum is not None:
            return f"${self.spectrum.tex}$" if self.spectrum.tex else self.spectrum.words
        alpha, beta = map(float, self.exponents)  # type: ignore[arg-type]
        return rf"$\alpha={alpha:g}$,  $\beta={beta:g}$"


def size_and_width(data: Data, d_text: str, v_text: str | None) -> tuple[int, int | float]:
    """Read d and v, v = 10 d by default, or as many as a spectrum lists.

    Raises
    ------
    BadInput
        If v < d, or v is infinite where the trace of the spectrum or the power of the target would be, too.
    """
    d = numbers.whole("--d", d_text)
    listed = None if data.spectrum is None else data.spectrum.count
    usual = 10 * d if listed is None else listed
    v: int | float = usual if v_text is None else numbers.whole_or_inf("--v", v_text)
    if v <= d:
        raise BadInput(
            f"--d {d} and --v {v} were given, but the model needs more data modes than parameters: choose v above d."
        )
    if math.isinf(v) and data.point is not None and 2 * data.point.alpha <= 1:
        raise BadInput(
            f"--v inf was given with --alpha {data.point.alpha}, but infinitely many modes have a finite trace only "
            "for 2 alpha > 1: choose a finite v, such as 10 d."
        )
    if math.isinf(v) and data.point is not None and not data.point.summable:
        raise BadInput(
            f"--v inf was given with --alpha {data.point.alpha} and --beta {data.point.beta}, but infinitely many "
            "modes have a target of finite power only for alpha + beta > 1/2: choose a finite v, such as 10 d."
        )
    return d, v


def provable(data: Data) -> Data:
    """The same with exponents, of which alone there are certificates.

    Raises
    ------
    BadInput
        If it is another spectrum than a power law.
    """
    return data if data.spectrum is None else Data(Point(*(power / 2 for power in proved_powers(data.spectrum))))


def rate(text: str) -> Rate:
    """Read a step size: a positive number or ``auto``."""
    if text.strip().lower() == "auto":
        return "auto"
    try:
        numbers.positive_float("--lr", text)  # refuses what no double can hold
        return numbers.positive("--lr", text)
    except BadInput:
        raise BadInput(f"--lr was given as '{text}', but it must be a positive number such as 0.1, or auto.") from None


@dataclass(frozen=True)
class StepSize:
    """A step size, or what it should be times the trace of the spectrum; at any size of the model."""

    rate: Rate
    over_trace: Fraction | None = None

    @classmethod
    def read(cls, lr: str, lr_trace: str | None) -> StepSize:
        """Read ``--lr`` and ``--lr-trace``, of which one may be given."""
        if lr_trace is None:
            return cls(rate(lr))
        if lr.strip().lower() != "auto":
            raise BadInput(f"--lr {lr} and --lr-trace {lr_trace} were given; give one of them.")
        return cls("auto", numbers.positive("--lr-trace", lr_trace))

    def at(self, data: Data, d: Any, v: Any, digits: int | None) -> Any:
        """Give the step size of a model, as the solver takes it."""
        if self.over_trace is None:
            return self.rate
        # A step size no solver will use: only the spectrum of the model is asked for.
        model = data.model(d, v, step_size=Fraction(1, 10**9), allow_unstable=True, precision=digits)
        return model.ctx.real(self.over_trace) / model.nodes.trace


def read_cost(text: str, trained: bool | None = None) -> dict[str, Fraction]:
    """Read ``--cost``: exponents of d and r, both positive, and of the batch if that is another than that of r.

    Parameters
    ----------
    trained
        Whether it is said how the model is trained, so that the batch may be chosen, too; None where it may not.

    Raises
    ------
    BadInput
        If it is no product of powers, or leaves one of them free.
    """
    spent = numbers.cost("--cost", text, ("d", "r") if trained is None else ("d", "r", "batch"))
    if not {"d", "r"} <= set(spent):
        raise BadInput(f"--cost was given as '{text}', but both d and r must cost something, as in d*r or d^2*r.")
    if "batch" in text and "batch" not in spent:
        raise BadInput(
            f"--cost was given as '{text}', but a batch that costs nothing has no best size; give it a positive power, "
            "as in d*r*batch^(1/2)."
        )
    if spent.get("batch") == spent["r"]:  # samples
        del spent["batch"]
    if "batch" in spent and not trained:
        raise BadInput(
            f"--cost was given as '{text}', with a power of the batch of its own; the best batch is found beside the "
            "step size: add --step-size stable or free."
        )
    return spent


def compute(spent: dict[str, Fraction]) -> str:
    """The compute in words: the batch goes with the steps unless it has a power of its own.

    >>> compute({"d": Fraction(1), "r": Fraction(1)}), compute({"d": Fraction(2), "r": Fraction(1, 2)})
    ('d r B', 'd^2 (r B)^1/2')
    >>> compute({"d": Fraction(1), "r": Fraction(1), "batch": Fraction(1, 2)})
    'd r B^1/2'
    """
    d, r = spent["d"], spent["r"]
    if "batch" in spent:
        return " ".join(x if power == 1 else f"{x}^{power}" for x, power in zip("drB", spent.values(), strict=True))
    return ("d" if d == 1 else f"d^{d}") + (" r B" if r == 1 else f" (r B)^{r}")


def compute_tex(cost: str) -> str:
    r"""The same in LaTeX, of a cost as a result has it.

    >>> compute_tex("d*r"), compute_tex("d^2*r^1/2")
    ('d\\,r\\,B', 'd^{2}\\,(r B)^{1/2}')
    >>> compute_tex("d*r*batch^1/2")
    'd\\,r\\,B^{1/2}'
    """
    d, r, *batch = numbers.cost("--cost", cost, ("d", "r", "batch")).values()
    if batch:
        return r"\,".join(
            x if power == 1 else f"{x}^{{{power}}}" for x, power in zip("drB", (d, r, *batch), strict=True)
        )
    return ("d" if d == 1 else f"d^{{{d}}}") + (r"\,r\,B" if r == 1 else rf"\,(r B)^{{{r}}}")
