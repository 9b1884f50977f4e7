"""From option texts to the parameters of a model, with the checks that need several of them together."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any, Literal

from ...action import Argument, Number
from ...errors import BadInput
from ...read import numbers

Cost = Annotated[
    Number, Argument("PRODUCT", "What the compute f is: powers of d and r, as in d^2*r; the batch goes with r.")
]
Noise = Annotated[Number, Argument("NUMBER", "Standard deviation sigma of the label noise; sigma^2 is in the loss.")]

Rate = Fraction | Literal["auto"]


@dataclass(frozen=True)
class Point:
    """Exponents of a power-law model, exact."""

    alpha: Fraction
    beta: Fraction

    @classmethod
    def read(cls, alpha: str, beta: str) -> Point:
        """Read both exponents; each must be positive."""
        return cls(numbers.positive("--alpha", alpha), numbers.positive("--beta", beta))


def size_and_width(point: Point, d_text: str, v_text: str | None) -> tuple[int, int | float]:
    """Read d and v, v = 10 d by default.

    Raises
    ------
    BadInput
        If v < d, or v is infinite where the trace of the spectrum would be, too.
    """
    d = numbers.whole("--d", d_text)
    v: int | float = 10 * d if v_text is None else numbers.whole_or_inf("--v", v_text)
    if v <= d:
        raise BadInput(
            f"--d {d} and --v {v} were given, but the model needs more data modes than parameters: choose v above d."
        )
    if math.isinf(v) and 2 * point.alpha <= 1:
        raise BadInput(
            f"--v inf was given with --alpha {point.alpha}, but infinitely many modes have a finite trace only for "
            "2 alpha > 1: choose a finite v, such as 10 d."
        )
    return d, v


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

    def at(self, point: Point, d: Any, v: Any, digits: int | None) -> Any:
        """Give the step size of a model, as the solver takes it."""
        if self.over_trace is None:
            return self.rate
        from ...numerics.models.plrf import PLRF

        # A step size no solver will use: only the spectrum of the model is asked for.
        model = PLRF(point.alpha, point.beta, d, v, step_size=Fraction(1, 10**9), allow_unstable=True, precision=digits)
        return model.ctx.real(self.over_trace) / model.nodes.trace


def read_cost(text: str) -> dict[str, Fraction]:
    """Read ``--cost``: exponents of d and r, both positive.

    Raises
    ------
    BadInput
        If it is no product of powers, or leaves one of the two free.
    """
    spent = numbers.cost("--cost", text, ("d", "r"))
    if len(spent) < 2:
        raise BadInput(f"--cost was given as '{text}', but both d and r must cost something, as in d*r or d^2*r.")
    return spent


def compute(spent: dict[str, Fraction]) -> str:
    """The compute in words: the batch goes with the steps.

    >>> compute({"d": Fraction(1), "r": Fraction(1)}), compute({"d": Fraction(2), "r": Fraction(1, 2)})
    ('d r B', 'd^2 (r B)^1/2')
    """
    d, r = spent["d"], spent["r"]
    return ("d" if d == 1 else f"d^{d}") + (" r B" if r == 1 else f" (r B)^{r}")
