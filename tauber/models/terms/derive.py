"""The optimum of a loss that is given as a list of power laws, at a point of its parameters."""

from __future__ import annotations

from ...action import action
from ...boundary import theory_errors
from ...output import screen
from ...output.laws import missing
from ...output.phases import Wording, optimum_tex
from ...output.result import Result
from .given import At, Given, read, values_of


@action(latex=True)
def derive(file: Given, at: At = None) -> Result:
    """Derive the best resources and the least loss of a loss that is given as a list of power laws.

    Example: tauber derive terms chinchilla.toml --at a=0.35,b=0.37

    Returns
    -------
    Result
        ``loss_exponent`` and ``exponents`` by resource: loss* ~ C^-y, resource* ~ C^x; ``phase`` and ``active``, the
        terms that are equal at the optimum; on a boundary ``boundary_of`` and ``limits``.

    Raises
    ------
    BadInput
        The file is no declaration, a parameter has no value, or the loss has no least value.
    """
    declared = read(file)
    values = values_of(at, [symbol.name for symbol, _ in declared.parameters])
    with theory_errors(), screen.waiting("Deriving the optimum"):
        from sympy import Rational

        found = declared.at({s: Rational(values[s.name]) for s, _ in declared.parameters if s.name in values})
    payload = {
        "model": "terms",
        "at": values,
        "phase": found.phase,
        "boundary_of": list(found.boundary_of),
        "active": list(found.tradeoff),
        "exponents": dict(found.exponents),
        "loss_exponent": found.loss_exponent,
        "limits": {name: dict(powers) for name, powers in found.limits.items()},
    }
    words = Wording("loss", "C", "L", {name: name for name in declared.resources})

    def formula(result: Result) -> str:
        sides = result.limits or {result.phase: {**result.exponents, "loss": result.loss_exponent}}
        return optimum_tex(sides, words)

    return Result(payload, _show, formula=formula)


def _show(result: Result, full: bool) -> None:
    """Print the answer; on a boundary what is on each side of it."""
    del full  # the answer is all there is
    payload = result.plain()
    if payload["phase"] is None:
        screen.print_line(f"On the boundary of {' and '.join(payload['boundary_of'])}; logarithms may appear.")
    elif payload["loss_exponent"] is None:
        screen.print_line("No power law: the least loss does not fall as a power of the budget here.")
        return
    else:
        screen.print_line(f"Phase {payload['phase']}")
    sides = payload["limits"] or {"": {**payload["exponents"], "loss": payload["loss_exponent"]}}
    for name, powers in sides.items():
        laws = [
            f"{x}* {missing(powers['loss'])}" if power is None else f"{x}* ~ C^({power})"
            for x, power in powers.items()
            if x != "loss"
        ]
        loss = "no power law" if powers["loss"] is None else ", ".join([f"L* ~ C^(-{powers['loss']})", *laws])
        screen.print_line(f"Limit from {name}: {loss}" if name else loss)
