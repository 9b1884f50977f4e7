"""Arguments of ridge regression on random features, and what they mean together."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

from ...action import Argument, Number, Numbers
from ...boundary import numerics_errors
from ...output import screen
from ...read import numbers
from ...spectra import Spectrum, at
from ..dynamical.given import modes_asked, read_modes

if TYPE_CHECKING:
    from ...numerics.models.explaining import LearningCurve

_SIZES = "START:STOP:COUNT|LIST"
_RIDGE = "delta in sum (y - f)^2 + delta |theta|^2, features scaled by P^(-1/2)"
AXES = ("data", "features")
"""Tables of losses have a row for each number of samples, a column for each of features."""
Data = Annotated[Numbers, Argument(_SIZES, "Training samples D: a comma list, or log-spaced; inf allowed.")]
Features = Annotated[Numbers, Argument(_SIZES, "Random features P, likewise; inf is the kernel itself.")]
Ridge = Annotated[Number, Argument("NUMBER", f"{_RIDGE}.")]
RidgeOrBest = Annotated[Number, Argument("NUMBER|best", f"{_RIDGE}; best: that of the least loss for each D and P.")]

Size = Fraction | float


@dataclass(frozen=True)
class Problem:
    """Everything that defines a learning curve; ``ridge`` is None for the best one."""

    a: Fraction | None
    b: Fraction | None
    ridge: Fraction | None
    noise: Fraction
    modes: int | float
    spectrum: Spectrum | None = None

    @classmethod
    def read(cls, a: str | None, b: str | None, ridge: str, noise: str, modes: str, spectrum: Any = None) -> Problem:
        """Read the arguments of a learning curve.

        Raises
        ------
        BadInput
            If there are infinitely many modes and a or b is not above 1.
        """
        source, decay, count, declared = read_modes(a, b, modes, spectrum)
        penalty = None if ridge.strip().lower() == "best" else numbers.not_negative("--ridge", ridge)
        return cls(source, decay, penalty, numbers.not_negative("--noise", noise), count, declared)

    def curve(self, precision: int | None = None) -> LearningCurve:
        """The learning curve as the solver takes it, without ridge if the best one is to be found."""
        from ...numerics.models.explaining import LearningCurve

        return LearningCurve(
            self.a, self.b, ridge=self.ridge or 0, noise=self.noise, modes=self.modes, spectrum=self.spectrum,
            precision=precision,
        )  # fmt: skip

    def at(self, curve: LearningCurve, data: Size, features: Size) -> tuple[Any, ...]:
        """Loss, training loss, relative error, and the best ridge with its absolute error if that was asked."""
        if self.ridge is not None:
            found = curve.at(data, features)
            return found.loss, found.train, found.error
        if math.isinf(data):  # no ridge has an effect
            found, zero = curve.at(data, features), curve.ctx.real(0)
            return found.loss, found.train, found.error, zero, zero
        best = curve.optimal_ridge(data, features)
        train = curve.with_ridge(best.ridge).at(data, features).train
        return best.loss, train, best.error, best.ridge, best.ridge_error

    @property
    def values(self) -> dict[str, Any]:
        """What was asked: exponents exact, the rest as JSON's numbers."""
        found: dict[str, Any] = {"model": "explaining"} | modes_asked(self.a, self.b, self.spectrum)
        found["ridge"] = "best" if self.ridge is None else numbers.whole_if_it_is(self.ridge)
        return found | {name: numbers.whole_if_it_is(getattr(self, name)) for name in ("noise", "modes")}


def shown(datas: Sequence[Size], widths: Sequence[Size]) -> dict[str, list[int | float]]:
    """Sizes as JSON has them."""
    return {name: [numbers.whole_if_it_is(size) for size in x] for name, x in zip(AXES, (datas, widths), strict=True)}


def described(values: Mapping[str, Any]) -> str:
    """One line that says which model was solved."""
    ridge = values["ridge"] if values["ridge"] == "best" else f"{values['ridge']:.6g}"
    return (
        f"Ridge regression on random features {at(values, 'a', 'b')}: ridge {ridge}, "
        f"noise {values['noise']:.6g}, modes {values['modes']:.6g}"
    )


Picture = Callable[[str, Callable[[float, float], float], Mapping[str, Any]], Any]


def pictured(problem: Problem, draw: Picture, values: Mapping[str, Any]) -> Any:
    """Draw a result, with the solved loss between its sizes; a picture needs no digits."""
    curve = problem.curve()
    with numerics_errors(), screen.waiting("Drawing"):
        return draw(described(values), lambda data, features: float(problem.at(curve, data, features)[0]), values)
