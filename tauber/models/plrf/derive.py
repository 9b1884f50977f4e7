"""Exponents of the loss and of compute-optimal training, derived exactly, at a point or in general."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

from ...action import Argument, Number, action
from ...boundary import theory_errors
from ...cache import kept
from ...errors import BadInput
from ...output import screen
from ...output.laws import written
from ...output.line import domain, known_of, line_of, notes
from ...output.phases import optimum_tex, phases_payload, phases_tex, show_phases
from ...output.result import Result
from ...output.tradeoff import show_tradeoffs
from ...read import arguments as common
from ...read import numbers
from ...read.spectrum import instead
from ...spectra import Exponential, LogPowers, Spectrum
from ..assumption import Declared, where
from .beyond import of_spectrum
from .constants import Training, add_constants, crowding_sentence
from .given import CostOfBatch, Noise, Point, read_cost
from .like import like
from .noise import noisy, noisy_in_general
from .phases import WORDING, derived_diagram
from .terms import TERMS, best_exponents
from .training import Asked, Averaging, LabelNoise, Momentum, Schedule, SerialTime, Step

if TYPE_CHECKING:
    from ...theory.models.plrf import Derivation, ExactLaw, Term
    from ...theory.optimum.line import Line

_OPTIONAL_NUMBER = "Exact: 4/5 or 0.8; leave it out for general formulas."


@action(latex=True, full=True, derives=True, pure=True)
def derive(
    alpha: Annotated[Number | None, Argument("NUMBER", f"Spectral exponent. {_OPTIONAL_NUMBER}")] = None,
    beta: Annotated[Number | None, Argument("NUMBER", f"Target exponent. {_OPTIONAL_NUMBER}")] = None,
    lr: Annotated[Number | None, Argument("NUMBER", "Step size, for 2 alpha > 1.")] = None,
    lr_trace: common.TraceRate = None,
    batch: Annotated[Number | None, Argument("WHOLE", "Samples per step; 1 by default.")] = None,
    ratio: Annotated[
        Number | None, Argument("NUMBER|inf", "Data modes per parameter, v/d; needed for 2 alpha <= 1.")
    ] = None,
    order: Annotated[
        Number | None, Argument("WHOLE", "How many corrections to the leading terms; 4 by default.")
    ] = None,
    cost: CostOfBatch = "d*r",
    noise: Noise = "0",
    digits: common.Digits = None,
    spectrum: common.Spectrum = None,
    label_noise: LabelNoise = None,
    step_size: Step = None,
    schedule: Schedule = None,
    momentum: Momentum = "none",
    averaging: Averaging = None,
    serial_time: SerialTime = None,
) -> Result:
    """Derive phase, trade-off, compute-optimal exponents and loss terms of the power-law random-features model.

    With f = d r B the compute, the optimal size is d* ~ f^x (x: d_exponent), its loss P* ~ f^-y (y: loss_exponent),
    and each term of the loss is a power of d times a power of r times an exact constant, whose decimal value is given
    where the step size is. For another cost of d and r there are exponents; the constants of the optimum are for d*r.
    With noise (a standard deviation) at a fixed step size there is no power law: the loss falls to a floor.
    A declared spectrum has the phase and exponents of the power law that it is like, and constants of its own; one with
    a power of the logarithm has powers of logarithms besides, an exponential one laws of its own.

    With label noise, a free step size, a schedule, momentum, averaging or a limit on the serial time the best of every
    free resource is derived: d, the step size gamma, and the serial time tau; batches up to 1/gamma cost nothing. beta
    may be negative then, with alpha + beta > 1/2.

    With a power of the batch in the cost, d^x r^y batch^z, the best batch is derived, too.

    Example: tauber derive plrf --alpha 4/5 --beta 3/10 --lr 0.1

    Returns
    -------
    Result
        At a point: ``phase``, ``tradeoff``, ``compute_optimal`` (exponents of loss and d), ``terms``, ``corrections``
        and ``optimum`` with their constants, ``definitions`` of the names in these; on a boundary ``phase`` is None,
        and ``boundary_of`` and ``limits`` say what meets there. With one exponent or none: ``terms`` and ``phases`` as
        formulas of what is free, with their conditions. Exponents, constants and conditions are SymPy's.
        With noise no phase and no optimum, but ``floor``, its ``floor_value``, and ``transient``, a term like others.
        For a ``spectrum`` that is asked, ``alpha`` and ``beta`` are those of the power law with the same largest poles;
        ``log_exponents`` are the powers of log f behind those of f where it has a logarithm or is exponential.

    Raises
    ------
    BadInput
        A parameter out of its range, an unstable step size, constants asked without a point, or a spectrum for which
        this is not derived.

    References
    ----------
    Paquette, Paquette, Xiao, Pennington, arXiv 2405.15074.
    """
    training = Training.read(lr, lr_trace, batch, ratio, order, digits)
    asked = Asked(label_noise, step_size, schedule, momentum, averaging, serial_time)
    spent = read_cost(cost, asked.anything)
    if asked.anything:
        record = None if spectrum is None else instead({"--alpha": alpha, "--beta": beta}, spectrum)
        return _trained(alpha, beta, record, asked, spent, training.given or noise != "0")
    sigma = numbers.not_negative("--noise", noise)
    if sigma and set(spent.values()) != {1}:
        raise BadInput(
            f"--cost {numbers.product(spent)} and --noise {sigma} were given, but with label noise and a fixed step "
            "size there is no optimum for a cost to enter; leave one of them out."
        )
    if spectrum is not None:
        record = instead({"--alpha": alpha, "--beta": beta}, spectrum)
        if isinstance(record, LogPowers | Exponential):
            with theory_errors(), screen.waiting("Deriving"):
                return of_spectrum(record, training, spent, sigma)
        with theory_errors(), screen.waiting("Deriving"):
            declared = Declared.read({"--alpha": alpha, "--beta": beta}, record)
            return _at_point(_like(declared), training, spent, sigma, declared)
    if alpha is None or beta is None:
        if training.given:
            raise BadInput("Constants were asked without a point; give both --alpha and --beta with them.")
        with theory_errors(), screen.waiting("Deriving"):
            return _general({"alpha": alpha, "beta": beta}, spent, sigma)
    with theory_errors(), screen.waiting("Deriving"):
        return _at_point(_positive(alpha, beta), training, spent, sigma)


def _positive(alpha: str, beta: str) -> Point:
    """A point at which terms and constants are derived."""
    allowed = "a positive number such as 0.8 or 4/5"
    point = Point(numbers.positive("--alpha", alpha), numbers.exact("--beta", beta, allowed))
    if point.beta <= 0:
        raise BadInput(
            f"--beta was given as '{beta}', but terms and constants are derived for a positive number; for the best "
            "use of compute alone, beta of either sign, add --step-size stable."
        )
    return point


def _like(declared: Declared) -> Point:
    """The point of the power law that a spectrum is like."""
    point = like(declared)
    if point.beta <= 0:
        raise BadInput(
            f"--spectrum {declared.record.kind} is like beta = {point.beta}, but terms and constants are derived for a "
            "positive beta; for the best use of compute alone, beta of either sign, add --step-size stable."
        )
    return point


def _at_point(
    point: Point, training: Training, spent: dict[str, Fraction], sigma: Fraction, declared: Declared | None = None
) -> Result:
    """The answer at a point, or for a spectrum that is like the power law at this point."""

    def made() -> tuple[dict[str, Any], ExactLaw | None]:
        from ...theory.models.plrf import cost_of
        from ...theory.models.plrf import derive as derived

        found = derived(point.alpha, point.beta, cost_of(spent))
        values = point_payload(found, spent)
        if declared is not None:
            values = {"model": "plrf"} | declared.asked | values
        return values, add_constants(values, None if sigma else found, point, training, declared)

    if sigma:
        return noisy(*made(), sigma, _show_tables, training.digits)
    values = made()[0] if declared else kept("plrf.derive", lambda: made()[0], point, training, spent)
    return Result(values, _show_point, formula=_headline, digits=training.digits)


def _trained(
    alpha: str | None, beta: str | None, record: Spectrum | None, asked: Asked, spent: dict[str, Fraction],
    constants: bool,
) -> Result:  # fmt: skip
    """The optimum where training is declared, at a point or for a spectrum."""
    from .one_pass import optimum_at
    from .trained_spectra import optimum_of

    if record is None and (alpha is None or beta is None):
        raise BadInput(
            "The optimum of this training is derived at a point; give --alpha and --beta, or run phases for the plane."
        )
    if constants:
        raise BadInput(
            "Constants of the terms were asked for beside " + ", ".join(asked.options) + ", but they are derived for "
            "a constant step size only; leave out --lr, --lr-trace, --batch, --ratio, --order, --digits and --noise."
        )
    with theory_errors(), screen.waiting("Deriving"):
        if record is not None:
            return optimum_of(record, asked, spent)
        point = Point(numbers.positive("--alpha", str(alpha)), numbers.exact("--beta", str(beta)))
        return optimum_at(point.alpha, point.beta, asked, spent)


def point_payload(found: Derivation, spent: dict[str, Fraction]) -> dict[str, Any]:
    """What is derived at one point."""
    return {
        "model": "plrf",
        "alpha": found.alpha,
        "beta": found.beta,
        "cost": numbers.product(spent),
        **best_exponents(found),
        "limits": {name: list(powers) for name, powers in found.limits.items()},
        "terms": [_term(term) | {"present": term.present} for term in found.terms],
    }


def _term(term: Term) -> dict[str, Any]:
    return {"name": term.name, "d": term.d, "r": term.r, "condition": term.condition}


def _general(given: dict[str, str | None], spent: dict[str, Fraction], sigma: Fraction) -> Result:
    """The formulas in the exponents that are not given, of which there is one at least."""
    known = known_of(given, numbers.positive)
    line = line_of(derived_diagram(spent), known)
    if sigma:
        at = {} if line is None else {line.known: line.value}
        return noisy_in_general({"model": "plrf", **known, "terms": _terms(line)}, sigma, at)
    values = kept("plrf.derive", lambda: _formulas(line, spent, known), known, spent)
    return _of_phases(values, domain(line, "alpha, beta > 0"))


def _terms(line: Line | None) -> list[dict[str, Any]]:
    """The terms of the loss, in general or on a line."""
    from ...theory.models.plrf import terms

    if line is None:
        return list(map(_term, terms()))
    return [
        _term(term)
        | {x: getattr(term, x).subs(line.known, line.value) for x in ("d", "r")}
        | {"condition": line.condition(line.points(term.condition))}
        for term in terms()
    ]


def _formulas(line: Line | None, spent: dict[str, Fraction], known: dict[str, Fraction]) -> dict[str, Any]:
    """Terms and phases in general or on a line, with a note where it runs along boundaries."""
    values: dict[str, Any] = {"model": "plrf", "cost": numbers.product(spent), **known, "terms": _terms(line)}
    if line is None:
        return values | {"phases": phases_payload(derived_diagram(spent).phases, WORDING)}
    return values | {"phases": phases_payload(line.phases, WORDING), "notes": notes(line)}


def _of_phases(values: dict[str, Any], points: str) -> Result:
    def show(result: Result, full: bool) -> None:
        screen.print_line(f"Power-law random-features model, general formulas ({points})")
        rows = [
            (t["name"], t["d"], t["r"], _WHEN.get(t["condition"], t["condition"])) for t in screen.plain(result.terms)
        ]
        screen.print_table("Terms of the loss", _GENERAL_COLUMNS, rows)
        if result.phases:
            show_phases(result.phases, WORDING)
        if full:
            show_tradeoffs([phase["tradeoff"] for phase in result.phases], TERMS)
        for note in result.to_dict().get("notes", ()):
            screen.print_line(f"Note: {note}")

    return Result(values, show, formula=_phases)


_GENERAL_COLUMNS = ("term", "power of d", "power of r", "present")
_WHEN = {"True": "always", "False": "never"}


def _phases(result: Result) -> str:
    """The phases in lines; a line of the plane that runs along boundaries has none."""
    return phases_tex(result.phases, WORDING) if result.phases else r"\text{on boundaries of phases}"


def _headline(result: Result) -> str:
    """The answer at a point; on a boundary what is on each side of it."""
    sides = result.limits or {result.phase: (result.d_exponent, result.loss_exponent)}
    return optimum_tex({name: {"d": x, "loss": y} for name, (x, y) in sides.items()}, WORDING)


def _show_point(result: Result, full: bool) -> None:
    """Print the answer in some lines; its tables in full only."""
    payload = result.plain()
    screen.print_line(f"Power-law random-features model {where(payload, 'alpha', 'beta')}")
    if payload["phase"] is None:
        screen.print_line(
            f"On the boundary of the phases {' and '.join(payload['boundary_of'])}; logarithms may appear."
        )
        for name, (x, y) in payload["limits"].items():
            law = "no power law" if y is None else f"d* ~ f^({x}), P* ~ f^(-{y})"
            screen.print_line(f"Limit from {name}: {law}")
    elif payload["phase"] == "none":
        screen.print_line("No power law: the loss does not fall as a power of the compute here.")
    else:
        screen.print_line(f"Phase {payload['phase']}, trade-off {' = '.join(payload['tradeoff'])}")
    if payload["loss_exponent"] is not None:
        screen.print_line(f"d* ~ f^({payload['d_exponent']}), P* ~ f^(-{payload['loss_exponent']})")
    if payload["optimum"] is not None and (full or payload["optimum"]["d_value"] is not None):
        _show_optimum(payload["optimum"])
    if full:
        _show_tables(payload)
        show_tradeoffs([payload["tradeoff"]], TERMS)
    for note in payload["notes"]:
        screen.print_line(f"Note: {note}")


def _show_tables(payload: dict[str, Any]) -> None:
    rows = [(*_term_row(term), _when(term)) for term in payload["terms"]]
    screen.print_table("Terms of the loss", (*_TERM_COLUMNS, "present"), rows)
    if payload["corrections"]:
        corrections = [_term_row(term)[1:] for term in payload["corrections"]]
        screen.print_line()
        screen.print_table("Corrections, largest in the middle of the window first", _TERM_COLUMNS[1:], corrections)
        if (left := payload["remainder"]) is not None:
            screen.print_line(
                f"The next term, left out, is of order d^({left['d']}) r^({left['r']}) log(t)^{left['log']}"
            )
    for crowd in payload["crowded"]:
        screen.print_line(crowding_sentence(crowd))
    shown = _mentioned(payload)
    if shown:
        screen.print_line()
        screen.print_table("Where", ("name", "meaning"), shown)


_TERM_COLUMNS = ("term", "power of d", "power of r", "log", "value", "constant")


def _term_row(term: dict[str, Any]) -> tuple[str, ...]:
    logs = "" if not term["log"] else f"log({term['log_of']})" + (f"^{term['log']}" if term["log"] > 1 else "")
    return (term["name"], term["d"], term["r"], logs, written(term["value"]), term["constant"] or "")


def _show_optimum(optimum: dict[str, Any]) -> None:
    """The two laws with their constants: numbers where the step size is known, else exact."""
    known = optimum["d_value"] is not None
    size, loss = (written(optimum[k]) if known else optimum[k.replace("value", "constant")] for k in _OPTIMAL)
    screen.print_line(
        f"d* = ({size}) f^({optimum['d_exponent']}), P* = ({loss}) f^(-{optimum['loss_exponent']}) "
        f"(1 + O(f^(-{optimum['correction_exponent']})))"
    )
    if optimum["x_star"] is not None:
        screen.print_line(f"x_star = {written(optimum['x_star'])}, Psi_star = {written(optimum['Psi_star'])}")


_OPTIMAL = ("d_value", "loss_value")


def _mentioned(payload: dict[str, Any]) -> list[tuple[str, str]]:
    """The definitions, with the time wherever a logarithm is of it."""
    logs = {term["log_of"] for term in (*payload["terms"], *payload["corrections"]) if term["log"]}
    times = {"t": "2*lr*batch*r", "x": f"2*lr*batch*r/d^({Fraction(payload['alpha']) * 2})"}
    return [*payload["definitions"].items(), *((name, text) for name, text in times.items() if name in logs)]


def _when(term: dict[str, Any]) -> str:
    return "yes" if term["present"] else f"no, needs {term['condition']}"
