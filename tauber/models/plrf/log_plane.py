"""Powers of log f in the phases of the plane, for a spectrum with a power of the logarithm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...boundary import theory_errors
from ...output.phases import Logs
from ...spectra import LogPowers, Spectrum
from ..assumption import exact

if TYPE_CHECKING:
    from ...theory.models.one_pass.log_phases import LogPhase
    from ...theory.models.one_pass.training import Training
    from ...theory.optimum.diagram import Phase, PhaseDiagram

NOTES = (
    "powers of log(f) are those for a decay above 1 and a coefficient other than 1",
    "the laws of the optimum are reached like log(log(f))/log(f)",
)


def of_spectrum(
    record: Spectrum | None, diagram: PhaseDiagram, training: Training, words: Mapping[str, str]
) -> tuple[dict[str, Any], Logs | None]:
    """What a spectrum adds to the phases of power laws: its name, and with a logarithm the powers of log f by phase.

    They are those of the loss and, by their `words`, of the resources; None for a phase where none are derived.
    """
    if record is None:
        return {}, None
    if not isinstance(record, LogPowers):
        return {"spectrum": record.table}, None
    return {"spectrum": record.table, "notes": list(NOTES)}, logs_of(record, diagram, training, words)


def logs_of(record: LogPowers, diagram: PhaseDiagram, training: Training, words: Mapping[str, str]) -> Logs:
    """The powers of log f by phase, in the letters of the diagram."""
    from ...theory.models.one_pass.log_phases import log_phases
    from ...theory.models.one_pass.terms import alpha, beta

    with theory_errors():
        found = log_phases(training, exact(record.log))
    letters = dict(zip((alpha, beta), diagram.parameters, strict=True))  # beta > 0 is another symbol
    return {phase.name: _logs(phase, found, words, letters) for phase in diagram.phases}


def _logs(
    phase: Phase, found: tuple[LogPhase, ...], words: Mapping[str, str], letters: Mapping[Any, Any]
) -> dict[str, Any] | None:
    """Those of the part of the plane with the same powers of f, if it is one."""
    parts = [part for part in found if _same(phase, part, letters)]
    if len(parts) != 1 or not parts[0].logs:
        return None
    return {word: parts[0].logs[x].xreplace(letters) for x, word in [*words.items(), ("loss", "loss")]}


def _same(phase: Phase, part: LogPhase, letters: Mapping[Any, Any]) -> bool:
    """Whether all powers of f are the same rational functions."""
    from sympy import cancel

    if phase.loss_exponent is None or part.loss_exponent is None:
        return False
    pairs = [(phase.loss_exponent, part.loss_exponent)]
    pairs += [(power, part.exponents[name]) for name, power in phase.exponents.items()]
    return all(cancel(one - other.xreplace(letters)) == 0 for one, other in pairs)
