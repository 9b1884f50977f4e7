"""The phase and the exponents at many points, from the formulas of a diagram that is derived once.

A phase is where its inequalities hold. Floats decide that, except where a side is so near to the other that they might
err: there it is decided exactly. What lies in no phase lies on a boundary, or outside the plane.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..theory.optimum.diagram import PhaseDiagram

BOUNDARY = "boundary"

_NEAR = 1e-9
"""Differences of sides above it have the sign that doubles say: the sides are of order one, with errors near 1e-15."""


class Phases:
    """The formulas of a diagram, ready for many points."""

    def __init__(self, diagram: PhaseDiagram) -> None:
        self.diagram = diagram
        inside = [x - low for x, low in zip(diagram.parameters, diagram.corner, strict=True)]
        self._tests = {
            phase.name: [
                self._positive(difference)
                for difference in (*inside, *(relation.gts - relation.lts for relation in phase.inequalities))
            ]
            for phase in diagram.phases
        }

    def at(self, points: Sequence[tuple[Fraction, Fraction]]) -> tuple[list[str], dict[str, Any]]:
        """Names of phases, `BOUNDARY` outside all, and exponents of each resource and of the ``loss``, NaN for none."""
        import numpy as np

        x = np.array([[float(value) for value in point] for point in points]).T
        holds = {name: np.all([test(x, points) for test in tests], axis=0) for name, tests in self._tests.items()}
        names = [next((name for name in holds if holds[name][k]), BOUNDARY) for k in range(len(points))]
        wanted = {"loss", *(name for phase in self.diagram.phases for name in phase.exponents)}
        powers = {name: np.full(len(points), np.nan) for name in wanted}
        for phase in self.diagram.phases:
            where = holds[phase.name]
            formulas = {**phase.exponents, "loss": phase.loss_exponent}
            for name, formula in formulas.items():
                if formula is not None and where.any():
                    powers[name][where] = self._function(formula)(*x[:, where])
        return names, powers

    def _function(self, formula: Any) -> Callable[..., Any]:
        return _compiled(self.diagram.parameters, formula)

    def _positive(self, difference: Any) -> Callable[[Any, Sequence[tuple[Fraction, Fraction]]], Any]:
        """The test whether an expression is positive, at points as doubles and as they are."""
        from sympy import Rational

        rough = self._function(difference)

        def test(x: Any, points: Sequence[tuple[Fraction, Fraction]]) -> Any:
            import numpy as np

            values = np.broadcast_to(rough(*x), x.shape[1:])
            signs = values > 0
            for k in np.flatnonzero(abs(values) < _NEAR).tolist():
                exact = (Rational(value.numerator, value.denominator) for value in points[k])
                signs[k] = bool(difference.subs(dict(zip(self.diagram.parameters, exact, strict=True))) > 0)
            return signs

        return test


@cache
def _compiled(parameters: tuple[Any, ...], formula: Any) -> Callable[..., Any]:
    """A formula for arrays; kept, since compiling takes a hundred times longer than a value."""
    from sympy import lambdify

    found: Callable[..., Any] = lambdify(parameters, formula, "numpy")
    return found
