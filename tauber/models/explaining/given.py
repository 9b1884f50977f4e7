"""Options of ridge regression on random features, and what they mean together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...errors import BadInput
from ...read import numbers
from ..dynamical.given import whole_if_it_is

if TYPE_CHECKING:
    from ...numerics.explaining import LearningCurve

SIZES = "START:STOP:COUNT|LIST"
Data = Annotated[str, typer.Option(metavar=SIZES, help="Training samples D: a comma list, or log-spaced; inf allowed.")]
Features = Annotated[str, typer.Option(metavar=SIZES, help="Random features P, likewise; inf is the kernel itself.")]
Ridge = Annotated[
    str, typer.Option(metavar="NUMBER", help="delta in sum (y - f)^2 + delta |theta|^2, features scaled by P^(-1/2).")
]
RidgeOrBest = Annotated[
    str,
    typer.Option(
        metavar="NUMBER|best",
        help="delta in sum (y - f)^2 + delta |theta|^2, features scaled by P^(-1/2); best: that of the least loss for "
        "each D and P.",
    ),
]

Size = Fraction | float


@dataclass(frozen=True)
class Problem:
    """Everything that defines a learning curve; ``ridge`` is None for the best one."""

    a: Fraction
    b: Fraction
    ridge: Fraction | None
    noise: Fraction
    modes: int | float

    @classmethod
    def read(cls, a: str, b: str, ridge: str, noise: str, modes: str) -> Problem:
        """Read the options of a learning curve.

        Raises
        ------
        BadInput
            If there are infinitely many modes and a or b is not above 1.
        """
        source, decay = numbers.positive("--a", a), numbers.positive("--b", b)
        count = numbers.whole_or_inf("--modes", modes)
        if math.isinf(count) and min(source, decay) <= 1:
            raise BadInput(
                f"--modes inf was given with --a {a} and --b {b}, but infinitely many modes need a > 1 and b > 1: "
                "choose a finite number of modes, such as 1000."
            )
        penalty = None if ridge.strip().lower() == "best" else numbers.not_negative("--ridge", ridge)
        return cls(source, decay, penalty, numbers.not_negative("--noise", noise), count)

    def curve(self, precision: int | None = None) -> LearningCurve:
        """The learning curve as the solver takes it, without ridge if the best one is to be found."""
        from ...numerics.explaining import LearningCurve

        return LearningCurve(
            self.a, self.b, ridge=self.ridge or 0, noise=self.noise, modes=self.modes, precision=precision
        )

    @property
    def payload(self) -> dict[str, Any]:
        """What was asked, for the JSON object of a command: exponents exact, the rest as numbers."""
        found: dict[str, Any] = {"model": "explaining", "a": str(self.a), "b": str(self.b)}
        found["ridge"] = "best" if self.ridge is None else whole_if_it_is(self.ridge)
        return found | {name: whole_if_it_is(getattr(self, name)) for name in ("noise", "modes")}


def shown(sizes: Sequence[Size]) -> list[int | float]:
    """Sizes as JSON has them."""
    return [whole_if_it_is(size) for size in sizes]


def described(payload: dict[str, Any]) -> str:
    """One line that says which model was solved."""
    ridge = payload["ridge"] if payload["ridge"] == "best" else f"{payload['ridge']:.6g}"
    return (
        f"Ridge regression on random features at a = {payload['a']}, b = {payload['b']}: ridge {ridge}, "
        f"noise {payload['noise']:.6g}, modes {payload['modes']:.6g}"
    )
