"""``tauber phases dynamical``: the phase diagram of the dynamical model for any budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...boundary import theory_errors
from ...cli.plotting import plot_target
from ...read import arguments as options
from ...read import numbers
from ...report import screen
from ..plrf.phases import Wording, answer, diagram_payload
from .given import RESOURCES, Cost, LabelNoise, read_cost

if TYPE_CHECKING:
    from fractions import Fraction


def wording(cost: dict[str, Fraction]) -> Wording:
    """How the model speaks of its phases under a budget."""
    return Wording("dynamical model", "C", "L", {name: RESOURCES[name] for name in cost})


def dynamical(
    cost: Cost = "N*t", label_noise: LabelNoise = False, plot: options.Plot = None, json: options.Json = False
) -> None:
    """Derive the compute-optimal phases of the dynamical model in the plane a, b > 1.

    A resource that is not in the cost is infinite. Each phase comes with its inequalities, its exponents (N* ~ C^x and
    the like, L* ~ C^-y at compute C) and the terms of the loss that are equal at its optimum; each boundary as an
    equation. Three resources take half a minute.

    Example: tauber phases dynamical --cost N*t --plot phases.svg
    """
    target, spent = plot_target(plot), read_cost(cost)
    with theory_errors(), screen.waiting("Deriving the phases"):
        from ...theory.dynamical import budget, phase_diagram

        diagram = phase_diagram(budget(spent, label_noise))
    if target is not None:
        from ...plots.phases import draw_phases
        from ...plots.save import save
        from .look import look

        save(draw_phases(diagram, look(numbers.product(spent), label_noise)), target)
    words = wording(spent)
    payload = {"model": "dynamical", "cost": numbers.product(spent), "label_noise": label_noise}
    answer(payload | diagram_payload(diagram, words), words, target, json)
