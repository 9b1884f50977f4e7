"""Optimum and phases where training is declared: a step size, noise, a schedule, momentum of one's own."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ...cache import kept
from ...errors import BadInput
from ...output import screen
from ...output.laws import grown
from ...output.phases import Wording, answer, optimum_tex
from ...output.result import Result
from ...read import numbers
from ...spectra import LogPowers, Spectrum, Sphere, Torus
from ..assumption import assumption, exact, where
from .given import compute
from .log_plane import of_spectrum
from .look import trained

if TYPE_CHECKING:
    from ...theory.models.one_pass.lengths import Length
    from ...theory.models.one_pass.training import Training
    from ...theory.optimum.diagram import PhaseDiagram
    from ...theory.optimum.problem import OptimumAt
    from .training import Asked

LETTERS = Wording("power-law random-features model", "f", "P", {"d": "d", "gamma": "step_size", "tau": "serial_time"})
_STEPS = replace(LETTERS, resources={"d": "d", "gamma": "step_size", "r": "serial_time", "B": "batch"})


def letters(cost: Container[str]) -> Wording:
    """The letters of a plane, under a cost that may have a power of the batch of its own."""
    return _STEPS if "batch" in cost else LETTERS


def optimum_at(
    alpha: Fraction, beta: Fraction, asked: Asked, spent: Mapping[str, Fraction], record: Spectrum | None = None
) -> Result:
    """The best resources at a point: P* ~ f^-y, and a power of f for d, the step size, the serial time, the batch.

    A spectrum that is like the power law at the point is named, and has constants of its own, which are not derived;
    one with a power of the logarithm has powers of log f besides.
    """
    from ...theory.models.one_pass.phases import optimum

    a, b = exact(alpha), exact(beta)
    if asked.forgets((2 * a + 2 * b - 1) / (2 * a)) == False:  # noqa: E712  (SymPy's false)
        raise BadInput(
            f"--averaging {asked.averaging} was given, with which the start is forgotten like "
            f"tau^(-2*{asked.averaging}), no faster than the loss falls; choose it "
            f"above {(2 * a + 2 * b - 1) / (4 * a)}."
        )
    found = optimum(asked.read(spent), a, b)
    exponents, notes = _settled(asked.read(spent), a, b, found, record)
    values = {
        "model": "plrf",
        **({} if record is None else {"spectrum": record.table}),
        "alpha": a,
        "beta": b,
        "cost": numbers.product(spent),
        **asked.words,
        "phase": found.phase,
        "boundary_of": list(found.boundary_of),
        "tradeoff": list(found.tradeoff),
        "active": list(found.tradeoff),
        "d_exponent": exponents.get("d"),
        "exponents": exponents_of(exponents),
        "compute_optimal": {"loss": found.loss_exponent} | exponents_of(exponents),
        "loss_exponent": found.loss_exponent,
        "limits": {name: exponents_of(powers) | {"loss": powers["loss"]} for name, powers in found.limits.items()},
    }
    values |= _constants(asked.read(spent), a, b, record)
    values["notes"] = [*values["notes"], *notes]
    if isinstance(record, LogPowers):
        values |= _logarithms(asked.read(spent), a, b, record, values["notes"])
    return Result(values, _show, formula=_formula)


def _settled(
    training: Training, alpha: Any, beta: Any, found: OptimumAt, record: Spectrum | None
) -> tuple[Mapping[str, Any], list[str]]:
    """Powers of f where leading terms leave more than one place of the least loss: at the best of them.

    The corrections that decide it are derived under a limit on the serial time, of a constant step size, and of the
    best warm-up, for a power law; elsewhere what differs between these places has no power, and a note says so.
    """
    from ...theory.models.one_pass.corrections import chooses, on_a_line, settled

    point = alpha, beta
    if found.phase is None or found.loss_exponent is None or not on_a_line(training, point):
        return found.exponents, []
    if record is None and chooses(training):
        return settled(training, point, found.exponents, bool(2 * alpha < 1)), []
    note = "what is not named here, leading terms leave free: corrections to them decide it"
    return found.exponents, [note]


def start_of(alpha: Fraction, beta: Fraction, asked: Asked, spent: Mapping[str, Fraction]) -> Any:
    """The power of f in the start of the best warm-up, over its peak; None without one, and where it is not derived."""
    from ...theory.errors import AssumptionError
    from ...theory.models.one_pass.corrections import best_warm_up

    training = asked.read(spent)
    if not training.warmup:
        return None
    try:
        warm = best_warm_up(training, exact(alpha), exact(beta), finite_modes=bool(2 * alpha < 1))
    except AssumptionError:  # on boundaries and beside other options, where a start is found and has no law
        return None
    return None if warm is None else exact(warm.start)


def _logarithms(training: Training, alpha: Any, beta: Any, record: LogPowers, notes: list[str]) -> dict[str, Any]:
    """Powers of log f behind those of f, and why where there are none."""
    from ...theory.errors import NoConstant
    from ...theory.models.one_pass.logarithms import of_logarithmic

    try:
        found = of_logarithmic(training, alpha, beta, exact(record.log))
    except NoConstant as why:
        return {"log_exponents": None, "notes": [*notes, str(why)]}
    logs = {"loss": found.log} | exponents_of(found.logs)
    slow = "the laws of the optimum are reached like log(log(f))/log(f)"
    return {"log_exponents": logs, "notes": [*notes, slow]}


def _constants(training: Training, alpha: Any, beta: Any, record: Spectrum | None) -> dict[str, Any]:
    """Exact constants of the optimum where they are derived; the reason where they are not."""
    from ...theory.errors import AssumptionError, NoConstant
    from ...theory.models.one_pass.constants import best_constants

    try:
        if isinstance(record, LogPowers | Sphere | Torus):
            raise NoConstant(
                "constants of the optimum are derived where the zeta functions are known beside their largest pole: of "
                f"powers, two-powers and unions of them, not of {record.kind}"
            )
        found = best_constants(training, alpha, beta, spectrum=None if record is None else assumption(record))
    except (NoConstant, AssumptionError) as why:  # the latter of what is not known of parts of a union
        return {"optimum": None, "definitions": {}, "notes": [str(why)]}
    optimum = {"loss_constant": found.loss, "d_constant": found.d, "step_size_constant": found.step}
    if found.length is not None:
        optimum |= {"batch_constant": found.batch, "serial_time_constant": found.steps}
    optimum["correction_exponent"] = found.correction
    meaning = {} if training.label_noise is None else {"sigma": "the square root of label_noise"}
    if 2 * alpha < 1:
        meaning["R"] = "v/d"
    if found.law is not None and found.weight is not None:
        meaning["x_star"] = f"where x**({found.weight})*Psi(x) is least"
        meaning["Psi_star"] = "Psi(x_star)"
        meaning["Psi"] = f"{found.law.crossover.contour_integral()} with y = k*(1 - D)"
        meaning["D"] = str(found.law.crossover.modes.expression)
    if found.length is not None:
        known = dict(zip(("c_star", "Z_star"), found.length.values(found.digits), strict=True))
        meaning |= (words := _of_length(found.length))
        optimum |= {name: value for name, value in known.items() if name in words}
    return {"optimum": optimum, "definitions": meaning, "notes": []}


def _of_length(length: Length) -> dict[str, str]:
    """What the length of a step is, in words."""
    if length.noise is None:
        return {"c_star": "step_size*batch, which comes to the limit of stability, 2 over the largest eigenvalue"}
    size = "lambda/(2 - c*lambda)" if length.noise is length.eigenvalues else "omega/(lambda*(2 - c*lambda))"
    return {
        "c_star": f"step_size*batch, where c**({-length.weight})*Z(c) is least",
        "Z_star": "Z(c_star)",
        "Z": f"the sum of {size} over all modes",
    }


def exponents_of(powers: Mapping[str, Any]) -> dict[str, Any]:
    """Powers of f by the words of the resources.

    A batch up to 1/gamma costs nothing, so the critical one is that, unless the budget has a power of its own for it.
    """
    found = {"d": powers.get("d"), "serial_time": powers.get("r" if "B" in powers else "tau")}
    if "gamma" in powers:
        gamma = powers["gamma"]
        found |= {"step_size": gamma, "batch": None if gamma is None else -gamma}
    return found | ({"batch": powers["B"]} if "B" in powers else {})


def plane(asked: Asked, spent: Mapping[str, Fraction], record: Spectrum | None = None) -> Result:
    """The phases of the plane alpha > 0, alpha + beta > 1/2, beta of either sign; of a spectrum with its logarithms."""
    from sympy import And

    from ...theory.models.one_pass.stability import from_alpha
    from ...theory.models.one_pass.terms import alpha, beta

    diagram = derived_plane(asked, spent)
    known = letters(spent).resources.items()
    named = {x: word for x, word in known if any(x in p.exponents for p in diagram.phases)}
    shared = {"model": "plrf", "cost": numbers.product(spent), **asked.words}
    if (where := asked.forgets((2 * alpha + 2 * beta - 1) / (2 * alpha))) is not None:
        shared["assumption"] = where
    if (least := from_alpha(asked.read(spent))) != 0:
        shared["assumption"] = And(shared.get("assumption", True), alpha > least)  # else the law is unstable
    more, logs = of_spectrum(record, diagram, asked.read(spent), named)
    if loose := _on_lines(diagram, asked.read(spent)):
        more = {**more, "notes": [*more.get("notes", ()), loose]}
    look = trained(compute(dict(spent)), asked.words)
    return answer(shared | more, diagram, replace(LETTERS, resources=named), look, logs)


def _on_lines(diagram: PhaseDiagram, training: Training) -> str:
    """In which phases sizes are left among which nothing is chosen, in words; nothing where in none."""
    from ...theory.models.one_pass.corrections import chooses, on_a_line

    if chooses(training):
        return ""
    names = [p.name for p in diagram.phases if p.loss_exponent is not None and on_a_line(training, p.sample)]
    if not names:
        return ""
    return (
        f"In {'; '.join(names)} leading terms leave more than one place with the least loss; corrections to them, "
        "which are not derived there, decide what is free"
    )


def derived_plane(asked: Asked, spent: Mapping[str, Fraction]) -> PhaseDiagram:
    """The phase diagram of a training, from the cache if it is there."""

    def made() -> PhaseDiagram:
        from ...theory.models.one_pass.settled import phase_diagram

        return phase_diagram(asked.read(spent))

    return kept("plrf.one_pass.phase_diagram", made, asked, dict(spent))


def _formula(result: Result) -> str:
    sides = result.limits or {result.phase: {**result.exponents, "loss": result.loss_exponent}}
    named = [{word for word, power in powers.items() if power is not None} for powers in sides.values()]
    known = {x: word for x, word in letters(result.cost).resources.items() if all(word in words for words in named)}
    return optimum_tex(sides, replace(LETTERS, resources=known), logs=result.to_dict().get("log_exponents"))


_SYMBOLS = {"d": "d*", "step_size": "gamma*", "serial_time": "tau*", "batch": "batch*"}


def _show(result: Result, full: bool) -> None:
    """Print the answer; on a boundary what is on each side of it."""
    payload = result.plain()
    screen.print_line(f"Power-law random-features model {where(payload, 'alpha', 'beta')}")
    if payload["phase"] is None:
        screen.print_line(f"On the boundary of {' and '.join(payload['boundary_of'])}; logarithms may appear.")
    elif payload["loss_exponent"] is None:
        screen.print_line("No power law: the loss does not fall as a power of the compute here.")
    else:
        screen.print_line(f"Trade-off {payload['phase']}")
    sides = payload["limits"] or {"": {**payload["exponents"], "loss": payload["loss_exponent"]}}
    for name, powers in sides.items():
        if powers["loss"] is not None:
            line = laws(powers, payload.get("log_exponents") or {}, payload["cost"])
            screen.print_line(f"Limit from {name}: {line}" if name else line)
    if full:
        _show_constants(payload)


def laws(powers: Mapping[str, str | None], logs: Mapping[str, str | None], cost: str = "d*r") -> str:
    """The laws of the loss and the resources, powers of f with those of log f where they are known.

    Where the batch has a power of its own in the cost, the serial time is that of the steps r.

    >>> laws({"loss": "1/3", "d": "0", "serial_time": None}, {"loss": "1/3", "d": "1"})
    'P* ~ f^(-1/3) log(f)^(1/3), d* ~ log(f)'
    """
    signed = {**powers, "loss": str(-Fraction(str(powers["loss"])))}
    words = {"loss": "P*", **_SYMBOLS} | ({"serial_time": "r*"} if "batch" in cost else {})
    return ", ".join(
        f"{words[x]} ~ {grown('f', power, logs.get(x) or '0')}"
        for x, power in (("loss", signed["loss"]), *((x, p) for x, p in powers.items() if x != "loss"))
        if power is not None
    )


def _show_constants(payload: dict[str, Any]) -> None:
    if (optimum := payload["optimum"]) is not None:
        rows = [(x, optimum[f"{word}_constant"]) for x, word in _CONSTANTS.items() if f"{word}_constant" in optimum]
        screen.print_table("Constants of these laws", ("of", "constant"), rows)
        if optimum["correction_exponent"] is not None:
            screen.print_line(f"P* has a relative correction of the order f^(-{optimum['correction_exponent']})")
        screen.print_table("Where", ("name", "meaning"), list(payload["definitions"].items()))
    for note in payload["notes"]:
        screen.print_line(f"Note: {note}")


_CONSTANTS = {"P*": "loss", "d*": "d", "gamma*": "step_size", "batch*": "batch", "r*": "serial_time"}
