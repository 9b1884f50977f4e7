"""From a declared recursion to what the numeric wing takes, at one size."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

from ...action import Argument
from ...boundary import numerics_errors
from ...declared.reading import Declaration, read
from ...declared.recursion import Recursion
from ...errors import BadInput
from ...read import numbers
from ...read.formula import formula
from ...read.spectrum import spectrum as read_spectrum
from ..plrf.given import Data, Point, size_and_width

if TYPE_CHECKING:
    from ...numerics.models.one_pass.matrices import MatrixTraining
    from ...numerics.models.plrf import PLRF

Given = Annotated[
    Any,
    Argument("FILE", "A TOML file with [spectrum], [training], [noise] and [recursion].", positional=True, as_is=True),
]
_LARGE = 10**6  # features, of which stability is asked where terms are said to hold as they grow
_SAID = ("schedule", "momentum", "averaging")


@dataclass(frozen=True)
class OwnRecursion:
    """A declared recursion: data, batch, variance of the noise, and the matrices in letters."""

    declaration: Declaration
    recursion: Recursion
    data: Data
    batch: int
    variance: Fraction

    @classmethod
    def read(cls, file: Any) -> OwnRecursion:
        """Read a declaration of this kind.

        Raises
        ------
        BadInput
            It is of another kind, has no spectrum, or says in words what its matrices say.
        """
        declaration = read(file)
        if declaration.recursion is None:
            raise BadInput(f"{declaration.called} has no matrices; declare them in a table [recursion].")
        for key in _SAID:
            if key in declaration.training:
                raise BadInput(f"{key} was given beside a recursion, whose matrices say it; leave it out.")
        noise = declaration.label_noise or "0"
        variance = numbers.not_negative("The variance label_noise", noise)
        batch = numbers.whole("The batch", declaration.training.get("batch", "1"))
        return cls(declaration, declaration.recursion, _data(declaration), batch, variance)

    def letters(self, size: float) -> dict[str, Any]:
        """Numbers for the letters at a size: B, gamma, d and the exponents, exact."""
        from sympy import Float, Integer, Rational, oo

        d = oo if math.isinf(size) else Integer(size) if size == int(size) else Float(size)
        found: dict[str, Any] = {"B": Integer(self.batch), "d": d}
        if self.data.point is not None:
            found |= {"alpha": Rational(self.data.point.alpha), "beta": Rational(self.data.point.beta)}
        text = self.declaration.training.get("step_size")
        if text in {"stable", "free"}:
            raise BadInput(f"step_size was given as '{text}', but a recursion needs a number, or a law in d.")
        if text is not None:
            found["gamma"] = formula("step_size", text, found, roots=True)
            if not found["gamma"].is_positive:
                raise BadInput(f"step_size was given as '{text}', but it must be positive.")
        return found

    def model(self, d: Any, v: Any) -> PLRF:
        """The data at one size, as the numeric wing has them: their spectrum, and what is drawn of them."""
        sigma = float(self.variance) ** 0.5
        known = {"batch": self.batch, "noise": sigma, "step_size": Fraction(1, 10**9), "allow_unstable": True}
        return self.data.model(d, v, **known)  # its step size is not used: the matrices have their own

    def training(self, d: Any, v: Any) -> MatrixTraining:
        """The training at one size; with all features, d infinite, on the modes of the data themselves."""
        from ...numerics.core.declared import every_mode
        from ...numerics.models.one_pass.matrices import MatrixTraining
        from ...numerics.models.one_pass.nodes import Nodes

        nodes = None
        if math.isinf(d):
            nodes = Nodes.from_eigenvalues(*_modes(self.data, v, every_mode), 0.0)
            d = v - 1  # of the model behind it, whose spectrum is not used
        model = self.model(d, v)
        return MatrixTraining(
            self.recursion.matrices(self.letters(math.inf if nodes is not None else d)),
            model.nodes, float(model.d), float(self.variance), nodes,
        )  # fmt: skip

    @property
    def values(self) -> dict[str, Any]:
        """What was asked, as a result has it."""
        text = self.declaration.training.get("step_size")
        step = {} if text is None else {"step_size": text}
        own = {str(k): str(x) for k, x in self.recursion.parameters.items()}
        return {**self.data.values, "model": "recursion", "batch": self.batch, "label_noise": self.variance, **step} | (
            {"parameters": own} if own else {}
        )


def refuse_unstable(declaration: Declaration) -> None:
    """Refuse a recursion that is unstable at a large size: of it no terms can hold.

    Without a spectrum, or without a number for the step size, nothing is known of it, and a list of modes has no large
    size.
    """
    if declaration.spectrum is None or declaration.training.get("step_size") in {"stable", "free"}:
        return
    given = OwnRecursion.read(declaration)
    if given.data.spectrum is not None and given.data.spectrum.count is not None:
        return
    infinite = given.data.point is not None and given.data.point.summable
    size, width = size_and_width(given.data, str(_LARGE), "inf" if infinite else None)
    with numerics_errors():
        given.training(size, width).check()


def sizes(data: Data, d: str, v: str | None) -> tuple[int | float, int | float]:
    """Read d and v; d infinite means all features, on finitely many modes."""
    if not numbers.is_inf(d):
        return size_and_width(data, d, v)
    listed = None if data.spectrum is None else data.spectrum.count
    if v is None and listed is None:
        raise BadInput("--d inf was given, all features, without --v: give a finite number of modes with it.")
    return math.inf, numbers.whole("--v", v, 2, 10**6) if v is not None else int(listed or 0)


def _data(declaration: Declaration) -> Data:
    if declaration.spectrum is None:
        raise BadInput(f"{declaration.called} has no spectrum, but a recursion is solved at one; declare it.")
    exponents = declaration.exponents
    if not exponents:
        with numerics_errors():
            return Data(None, read_spectrum(declaration.spectrum))
    if len(exponents) < 2:
        raise BadInput("[spectrum] needs both alpha and beta for a recursion; give both.")
    return Data(Point.read(exponents["alpha"], exponents["beta"]))


def _modes(data: Data, v: Any, every_mode: Any) -> tuple[Any, Any]:
    """All eigenvalues and target powers of the data."""
    import numpy as np

    if data.spectrum is not None:
        return every_mode(data.spectrum, v)
    assert data.point is not None  # exponents or a spectrum
    j = np.arange(1, int(v) + 1, dtype=float)
    alpha, beta = float(data.point.alpha), float(data.point.beta)
    return j ** (-2 * alpha), j ** (-2 * alpha - 2 * beta)
