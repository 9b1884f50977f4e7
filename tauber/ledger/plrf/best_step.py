"""Claims: the constants of the optimum with the best step size for 2 alpha < 1, with and without label noise.

The least loss is measured at budgets to f = 1e40. Over its law f^-y it tends to the derived constant like sums of f^-w
with derived w, which are taken out of its logs (`measure.compare_by_rates`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

from ..claim import Comparison, Kind
from ..measure import CONSTANT_RESOLUTION, compare_by_rates
from ..topic import equation, topic
from .drawn import PARTS, best_at, declared, leading, rates
from .exact import DERIVED_HERE

if TYPE_CHECKING:
    from ...theory.models.one_pass.constants import BestConstants

RATIO = 4


@dataclass(frozen=True)
class Tied:
    """A point, with the phase of `drawn` that it is in."""

    diagram: str
    phase: str
    alpha: Fraction
    beta: Fraction

    @property
    def at(self) -> tuple[Fraction, Fraction]:
        """The point."""
        return self.alpha, self.beta

    def constants(self) -> BestConstants:
        """The derived ones, exact."""
        from sympy import Rational

        from ...theory.models.one_pass.constants import best_constants
        from .diagrams import DIAGRAMS, training_of

        return best_constants(training_of(DIAGRAMS[self.diagram][2]), Rational(self.alpha), Rational(self.beta))

    def compare(self) -> Iterator[Comparison]:
        """The log of the loss over its law, beside that of the constant."""
        import numpy as np
        from sympy import Integer, log

        from ...numerics.models.plrf.trained_frontier import trained_losses

        part, powers = PARTS[self.diagram][self.phase], leading(self.diagram, self.at)
        told = declared(part, self.at)
        found = trained_losses(told, part.budgets, powers)
        logs = np.log(part.budgets)
        loss, _, _ = self.constants().values(Integer(round(told.noise)), Integer(RATIO))
        known = [float(w) for w in rates(self.diagram, self.at, len(logs) - 1)]
        where = f"alpha = {self.alpha}, beta = {self.beta}, {part.phase}, f up to {part.budgets[-1]:.3g}"
        yield compare_by_rates(
            f"log of loss over f^({powers['loss']:.5g}) at {where}",
            float(log(loss)),
            (found.loss - powers["loss"] * logs).tolist(),
            found.error.tolist(),
            part.budgets[1] / part.budgets[0],
            known,
            resolution=CONSTANT_RESOLUTION,
        )

    def statement(self) -> Any:
        """The law of the loss, in R = v/d and sigma."""
        from sympy import Symbol

        best = best_at(self.diagram, self.at)
        assert best.loss_exponent is not None  # the point lies inside a phase
        return equation("excess", self.constants().loss * Symbol("f", positive=True) ** -best.loss_exponent)


POINTS = {
    "head_modes": Tied("free_step", "IV", Fraction(7, 20), Fraction(11, 10)),
    "plateau": Tied("free_step", "Ic", Fraction(1, 5), Fraction(1)),
    "label_noise.memory": Tied("label_noise", "heads_memory", Fraction(7, 20), Fraction(1)),
    "label_noise.plateau": Tied("label_noise", "heads_plateau", Fraction(1, 5), Fraction(4, 5)),
}

claim = topic(
    "plrf.best_step",
    kind=Kind.EQUIVALENCE,
    order_of_limits="f to infinity, d and the step size minimised at each f; v/d fixed",
    source=DERIVED_HERE,
    derived_by="tauber.theory.models.one_pass.constants.best_constants",
    measured_by="tauber.numerics.models.plrf.trained_frontier.trained_losses",
)
for _name, _point in POINTS.items():
    claim(
        _name,
        f"The constant of the least loss with the best step size, {PARTS[_point.diagram][_point.phase].phase}",
        _point.statement,
        each=len(PARTS[_point.diagram][_point.phase].budgets),
        assumptions=f"2 alpha < 1, beta > 1/2, batch 1, v = {RATIO} d; with label noise sigma = 1",
    )(partial(_point.compare))
