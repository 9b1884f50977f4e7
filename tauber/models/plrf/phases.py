"""The complete phase diagram, derived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...action import action
from ...boundary import theory_errors
from ...cache import kept
from ...output import screen
from ...output.phases import Wording, answer
from ...output.result import Result
from ...read import arguments as common
from ...read import numbers
from ...read.spectrum import spectrum as read_spectrum
from . import training
from .given import CostOfBatch, compute, read_cost
from .like import point_of
from .log_plane import of_spectrum
from .look import look
from .one_pass import plane

if TYPE_CHECKING:
    from fractions import Fraction

    from ...theory.optimum.diagram import PhaseDiagram

WORDING = Wording("power-law random-features model", "f", "P", {"d": "d"})


@action(draws=True, derives=True, pure=True)
def phases(
    cost: CostOfBatch = "d*r",
    label_noise: training.LabelNoise = None,
    step_size: training.Step = None,
    schedule: training.Schedule = None,
    momentum: training.Momentum = "none",
    averaging: training.Averaging = None,
    serial_time: training.SerialTime = None,
    spectrum: common.Spectrum = None,
) -> Result:
    """Derive the phases of the power-law random-features model, for alpha, beta > 0.

    Each phase comes with its inequalities, its exponents (d* ~ f^x, P* ~ f^-y at compute f = d r B) and the two terms
    of the loss that its optimum balances; each boundary as an equation.

    The compute may be another product of powers of d and r; the batch is fixed, or has a power of its own and is
    chosen, too, where it is said how the model is trained. There the plane is alpha > 0, alpha + beta > 1/2.

    With label noise, a free step size, a schedule, momentum, averaging or a limit on the serial time the best of every
    free resource is derived, over the plane alpha > 0, alpha + beta > 1/2 with beta of either sign.

    A declared spectrum has the phases of the power laws; one with a power of the logarithm has powers of log f besides,
    phase by phase.

    Example: tauber phases plrf --plot phases.svg

    Returns
    -------
    Result
        ``phases``, each with ``name``, ``inequalities``, ``tradeoff``, ``d_exponent`` and ``loss_exponent``;
        ``boundaries``, each with its ``equation`` and the two phases ``between`` which it lies. Formulas are SymPy's.
        With a logarithm in the ``spectrum`` each phase has ``log_exponents``, the powers of log f behind those of f,
        None where they are not derived.

    Raises
    ------
    BadInput
        The cost is no product of powers of d and r, or leaves one of them free; a spectrum that is like no power law.

    References
    ----------
    Paquette, Paquette, Xiao, Pennington, arXiv 2405.15074.
    """
    record = None if spectrum is None else read_spectrum(spectrum)
    trained = training.Asked(label_noise, step_size, schedule, momentum, averaging, serial_time)
    spent = read_cost(cost, trained.anything)
    with theory_errors(), screen.waiting("Deriving the phases"):
        if record is not None:
            point_of(record)  # one that is like no power law is not in the plane
        if trained.anything:
            return plane(trained, spent, record)
        diagram = derived_diagram(spent)
        more, logs = of_spectrum(record, diagram, trained.read(spent), WORDING.resources)
    asked = {"model": "plrf", "cost": numbers.product(spent), **more}
    return answer(asked, diagram, WORDING, look(compute(spent)), logs)


def derived_diagram(spent: dict[str, Fraction]) -> PhaseDiagram:
    """The phase diagram for a cost, from the cache if it is there."""

    def made() -> PhaseDiagram:
        from ...theory.models.plrf import cost_of, phase_diagram

        return phase_diagram(cost_of(spent))

    return kept("plrf.phase_diagram", made, spent)
