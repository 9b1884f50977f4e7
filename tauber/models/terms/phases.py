"""The phases of a loss that is given as a list of power laws."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ...action import action
from ...boundary import theory_errors
from ...output import screen
from ...output.phases import Wording, answer
from ...output.result import Result
from ...plots.look import Look
from .given import At, Given, read, values_of

if TYPE_CHECKING:
    from ...theory.optimum.declared import Declared


@action(draws=True)
def phases(file: Given, at: At = None) -> Result:
    """Derive the phases of a loss that is given as a list of power laws, over the plane or line of its parameters.

    The file says what is chosen (resources), what it costs (budget), which exponents are parameters, the terms of the
    loss, and the window. Each phase comes with its inequalities, its exponents, and the terms that are equal at the
    optimum; each boundary as an equation. Of three parameters and more give all but one or two a value.

    Example: tauber phases terms chinchilla.toml

    Returns
    -------
    Result
        ``phases``, each with ``name``, ``inequalities``, ``tradeoff``, an exponent for each resource and
        ``loss_exponent``; ``boundaries``, each with its ``equation`` and the two phases ``between`` which it lies.

    Raises
    ------
    BadInput
        The file is no declaration, has not one or two parameters without a value, or its loss has no least value.
    """
    declared = read(file)
    values = values_of(at, [symbol.name for symbol, _ in declared.parameters])
    with theory_errors(), screen.waiting("Deriving the phases"):
        declared = declared.holding(values)
        diagram = declared.phase_diagram()

    wording = Wording("loss as it was given", "C", "loss", {name: name for name in declared.resources})
    asked: dict[str, Any] = {"model": "terms", "resources": list(declared.resources)} | (
        {"at": values} if values else {}
    )
    return answer(asked, diagram, wording, look_of(declared, values) if len(declared.parameters) == 2 else None)


def look_of(declared: Declared, values: Mapping[str, Fraction] = MappingProxyType({})) -> Look:
    """How the plane of two parameters is drawn."""
    from sympy import Symbol

    from ...formulas import tex

    first, second = (f"${tex(symbol)}$" for symbol, _ in declared.parameters)
    held = "".join(f", ${tex(Symbol(name))} = {value}$" for name, value in values.items())
    return Look(title=rf"Phases: loss $\sim C^{{-y}}${held}", axes=(first, second), letters=(first, second),
                window=(2.0, 2.0), loss="y", named=False, size=5.0)  # fmt: skip
