"""The phase diagram for any budget, derived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...action import action
from ...boundary import theory_errors
from ...cache import kept
from ...output import screen
from ...output.phases import Wording, answer
from ...output.result import Result
from ...read import numbers
from .given import RESOURCES, Cost, LabelNoise, read_cost
from .look import look

if TYPE_CHECKING:
    from fractions import Fraction

    from ...theory.optimum.diagram import PhaseDiagram


def wording(cost: dict[str, Fraction]) -> Wording:
    """How the model speaks of its phases under a budget."""
    return Wording("dynamical model", "C", "L", {name: RESOURCES[name] for name in cost})


@action(draws=True, derives=True, pure=True)
def phases(cost: Cost = "N*t", label_noise: LabelNoise = False) -> Result:
    """Derive the compute-optimal phases of the dynamical model in the plane a, b > 1.

    A resource that is not in the cost is infinite. Each phase comes with its inequalities, its exponents (N* ~ C^x and
    the like, L* ~ C^-y at compute C) and the terms of the loss that are equal at its optimum; each boundary as an
    equation.

    Example: tauber phases dynamical --cost N*t --plot phases.svg

    Returns
    -------
    Result
        ``phases``, each with ``name``, ``inequalities``, ``tradeoff``, ``loss_exponent`` and the exponent of each
        resource in the cost (``width_exponent``, ``time_exponent``, ``data_exponent``); ``boundaries``, each with its
        ``equation`` and the two phases ``between`` which it lies. Formulas are SymPy's.

    Raises
    ------
    BadInput
        A cost that is no product of powers of N, t and P.

    References
    ----------
    Bordelon, Atanasov, Pehlevan, arXiv 2402.01092.
    """
    spent = read_cost(cost)
    with theory_errors(), screen.waiting("Deriving the phases"):
        diagram = derived_diagram(spent, label_noise)
    product = numbers.product(spent)
    asked = {"model": "dynamical", "cost": product, "label_noise": label_noise}
    return answer(asked, diagram, wording(spent), look(product, label_noise))


def derived_diagram(spent: dict[str, Fraction], label_noise: bool) -> PhaseDiagram:
    """The phase diagram for a cost, from the cache if it is there."""

    def made() -> PhaseDiagram:
        from ...theory.models.dynamical import budget, phase_diagram

        return phase_diagram(budget(spent, label_noise))

    return kept("dynamical.phase_diagram", made, spent, label_noise)
