"""Exact constants at a point: of the terms, of the corrections to them, and of the compute optimum."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ...errors import BadInput
from ...read import numbers
from .given import Point

if TYPE_CHECKING:
    from ...theory.models.plrf import Derivation
    from ...theory.models.plrf.exact import Amount, ExactLaw
    from ..assumption import Declared

DEFAULT_ORDER, MOST_CORRECTIONS = 4, 40
_GUARD_DIGITS = 5
_LONGEST = 10**1000

# SymPy reads the letters on the left as functions of its own.
_SPOKEN = {"gamma": "lr", "B": "batch", "N": "kernel_norm", "G": "lr_trace"}


@dataclass(frozen=True)
class Training:
    """How the model is trained, as far as it was said; None where it was not."""

    rate: Fraction | None
    trace_rate: Fraction | None
    batch: int | None
    ratio: Fraction | float | None
    order: int | None
    digits: int | None

    @classmethod
    def read(
        cls, lr: str | None, lr_trace: str | None, batch: str | None, ratio: str | None, order: str | None,
        digits: str | None,
    ) -> Training:  # fmt: skip
        """Read the arguments of `derive`."""
        return cls(
            None if lr is None else numbers.positive("--lr", lr),
            None if lr_trace is None else numbers.positive("--lr-trace", lr_trace),
            None if batch is None else numbers.whole("--batch", batch),
            None if ratio is None else read_ratio(ratio),
            None if order is None else numbers.whole("--order", order, 0, MOST_CORRECTIONS),
            None if digits is None else numbers.digits(digits),
        )

    @property
    def given(self) -> bool:
        """Whether anything at all was said."""
        return any(value is not None for value in vars(self).values())


def read_ratio(text: str) -> Fraction | float:
    """Read v/d: a number above 1, or inf."""
    value: Fraction | float = float("inf") if numbers.is_inf(text) else numbers.positive("--ratio", text)
    if value <= 1:
        raise BadInput(
            f"--ratio was given as '{text}', but the model needs more data modes than parameters: choose it above 1."
        )
    return value


def exact_law(point: Point, training: Training, declared: Declared | None = None) -> ExactLaw | None:
    """Build the law at a point or of a spectrum; None where nothing was said and it would be needed (2 alpha <= 1).

    Raises
    ------
    BadInput
        Something was said, but not all that is needed.
    """
    import sympy

    from ...theory.models.plrf.exact import DIGITS, ExactLaw, Setting

    narrow = 2 * point.alpha <= 1
    if narrow and training.rate is None and (training.trace_rate is None or training.ratio is None):
        if not training.given:
            return None
        raise BadInput(
            f"Constants were asked at alpha = {point.alpha}, where 2 alpha <= 1 and they depend on v/d and on the step "
            "size times the trace of the spectrum: give both --ratio 10 and --lr-trace 0.5, or the like."
        )
    if narrow and training.ratio == float("inf"):
        raise BadInput(
            f"--ratio inf was given with --alpha {point.alpha}, but infinitely many modes have a finite trace only for "
            "2 alpha > 1: choose a finite ratio, such as 10."
        )
    alpha, beta, rate, trace_rate, ratio = (
        sympy.Rational(x) if isinstance(x, Fraction) else None
        for x in (point.alpha, point.beta, training.rate, training.trace_rate, training.ratio)
    )
    zeta = None if declared is None else declared.zeta
    setting = Setting(alpha, beta, rate, trace_rate, sympy.Integer(training.batch or 1), ratio, zeta)
    order = DEFAULT_ORDER if training.order is None else training.order
    digits = DIGITS if training.digits is None else training.digits + _GUARD_DIGITS
    return ExactLaw(setting, order, digits)


def add_constants(
    values: dict[str, Any], found: Derivation | None, point: Point, training: Training, declared: Declared | None = None
) -> ExactLaw | None:
    """Add constants to the values of a derivation, to its terms, and six more keys; none of an optimum without it.

    Returns
    -------
    ExactLaw or None
        What the constants are from, if they could be asked for.
    """
    law = exact_law(point, training, declared)
    notes: dict[str, list[str]] = {}
    for term in values["terms"]:
        term |= {"constant": None, "log": 0, "log_of": None, "value": None}
        if law is not None and term["present"]:
            term |= _term(law, term["name"], notes)
    if law is None:
        notes["for 2 alpha <= 1 they need --ratio and --lr-trace"] = ["constants"]
    optimum = None if law is None or found is None else _optimum(law, found, training, notes)
    values |= {
        "corrections": (corrections := [] if law is None else _corrections(law, notes)),
        "remainder": _remainder(law) if law is not None and corrections else None,
        "crowded": _crowded(point),
        "optimum": optimum,
        "definitions": {} if law is None else _definitions(law, optimum),
        "notes": [f"no {', '.join(what)}: {why}" for why, what in notes.items()],
    }
    return law


def _term(law: ExactLaw, name: str, notes: dict[str, list[str]]) -> dict[str, Any]:
    from ...theory.errors import NoConstant

    try:
        amount = law.term(name)
    except NoConstant as why:
        notes.setdefault(str(why), []).append(f"constant of {name}")
        return {}
    shown = amount_payload(amount)
    return {key: shown[key] for key in ("constant", "log", "log_of", "value")}


def _remainder(law: ExactLaw) -> dict[str, Any] | None:
    """The order of the first term left out of the corrections, in the middle of the window."""
    if (place := law.remainder) is None:
        return None
    d, r, log = place
    return {"d": d, "r": r, "log": log}


def _crowded(point: Point) -> list[dict[str, Any]]:
    """Lines so near that exponents crowd, with the gap between exponents and how many terms a row would need."""
    from ...theory.models.plrf.crowding import crowds

    return [
        {"line": crowd.line, "gap": crowd.gap, "of": crowd.of, "terms_needed": crowd.needed}
        for crowd in crowds(point.alpha, point.beta)
    ]


def crowding_sentence(crowd: dict[str, Any]) -> str:
    """Say on the screen what a crowd of exponents means."""
    near, gap, of = f"Crowded: {crowd['line']} is near, and", crowd["gap"], crowd["of"]
    if crowd["terms_needed"] is None:
        return (
            f"{near} pairs of terms whose exponents differ by {gap} nearly cancel: until {of}^({gap}) is far from 1 "
            "they act like one term with a logarithm."
        )
    return (
        f"{near} each correction is smaller than the one before by a factor of about {of}^({gap}) only; it takes "
        f"{crowd['terms_needed']} of them to gain a factor {of}, and until then the leading terms say little."
    )


def _corrections(law: ExactLaw, notes: dict[str, list[str]]) -> list[dict[str, Any]]:
    from ...theory.errors import NoConstant

    if law.order == 0:
        return []
    try:
        return [amount_payload(amount) for amount in law.corrections]
    except NoConstant as why:
        notes.setdefault(str(why), []).append("corrections")
        return []


def amount_payload(amount: Amount) -> dict[str, Any]:
    """A term with its constant by the keys of JSON."""
    return {
        "name": amount.name,
        "constant": spoken(amount.constant),
        "d": amount.d,
        "r": amount.r,
        "log": amount.log,
        "log_of": amount.log_of if amount.log else None,
        "value": amount.value,
    }


def _optimum(
    law: ExactLaw, found: Derivation, training: Training, notes: dict[str, list[str]]
) -> dict[str, Any] | None:
    from ...theory.errors import NoConstant
    from ...theory.models.plrf.optimum import optimal_constants

    try:
        best = optimal_constants(law, minimise=training.given, answer=found)
    except NoConstant as why:
        notes.setdefault(str(why), []).append("optimum")
        return None
    return {
        "d_exponent": best.d_exponent,
        "loss_exponent": best.loss_exponent,
        "d_constant": spoken(best.d_constant),
        "loss_constant": spoken(best.loss_constant),
        "correction_exponent": best.correction_exponent,
        "d_value": best.d_value,
        "loss_value": best.loss_value,
        "x_star": best.x_star,
        "Psi_star": best.psi_star,
    }


def _definitions(law: ExactLaw, optimum: dict[str, Any] | None) -> dict[str, Any]:
    """Exact meaning of every name in the constants: a formula, or a sentence."""
    known = {_SPOKEN.get(name, name): spoken(meaning) for name, meaning in law.definitions.items()}
    if optimum is not None and any(s.name == "x_star" for s in optimum["d_constant"].free_symbols):
        known["x_star"] = f"where x**({optimum['loss_exponent']})*Psi(x) is least"
        known["Psi_star"] = "Psi(x_star)"
        known["Psi"] = f"{law.crossover.contour_integral()} with y = k*(1 - D)"
        known["D"] = spoken(law.crossover.modes.expression)
    return known


def spoken(expression: Any) -> str:
    """Name the symbols so that SymPy reads back what is written: none is one of SymPy's own functions.

    >>> import sympy
    >>> spoken(sympy.Symbol("gamma") / (1 - sympy.Symbol("N")))
    lr/(1 - kernel_norm)
    """
    import sympy

    names = {s: sympy.Symbol(_SPOKEN[s.name]) for s in expression.free_symbols if s.name in _SPOKEN}
    # nobody reads an integer of a thousand digits, and Python does not write one of more than 4300
    long = {n: n.evalf(30) for n in expression.atoms(sympy.Rational) if max(abs(n.p), n.q) > _LONGEST}
    from ...formulas import text

    named = expression.xreplace({**names, **long})
    try:
        text(named)
    except ValueError as error:  # Python's limit of digits, in a number made on the way
        raise BadInput(
            "The constants at this point hold integers of more digits than Python writes; choose exponents not "
            "so near 0, or leave --lr-trace and --ratio out to see the laws without constants."
        ) from error
    return named
