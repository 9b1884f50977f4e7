"""Power laws in results and on the screen: the same for every model that has laws."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from . import screen

if TYPE_CHECKING:
    from ..theory.laws import Law, LawAt, Subject

_DIGITS = 15


def law_payload(subject: Subject, found: LawAt, digits: int | None) -> dict[str, Any]:
    """A law at a point; without a value where its constant is not known or has symbols of its own."""
    return {
        "name": subject.name,
        "variable": subject.variable,
        "exponent": found.exponent,
        "logs": found.logs,
        "correction": found.correction,
        "constant": found.constant,
        "value": value(found.constant, digits),
        "meaning": subject.meaning,
        "order_of_limits": subject.order_of_limits,
    }


def general_payload(law: Law) -> dict[str, Any]:
    """A law in all parts of the plane."""
    cases = [
        {
            "condition": "everywhere" if case.condition == True else case.condition,  # noqa: E712  (SymPy's true)
            "exponent": case.exponent,
            "constant": case.constant,
            "logs": case.logs,
        }
        for case in law.cases
    ]
    names = ("name", "variable", "meaning", "order_of_limits")
    return {name: getattr(law, name) for name in names} | {"cases": cases}


def value(constant: Any, digits: int | None) -> Any:
    """An exact constant as a number of mpmath; None without one."""
    if constant is None or constant.free_symbols:
        return None
    import mpmath

    from ..theory.algebra.number import number

    ctx = mpmath.mp.clone()
    ctx.dps = digits or _DIGITS
    return number(ctx, constant)


def grown(letter: str, power: str, log: str = "0") -> str:
    """A power of a letter and of its logarithm, without what is 1.

    >>> grown("f", "-1/2", "1"), grown("f", "0", "2"), grown("f", "0")
    ('f^(-1/2) log(f)', 'log(f)^(2)', 'f^(0)')
    """
    parts = [f"{letter}^({power})"] if power != "0" or log == "0" else []
    if log != "0":
        parts.append(f"log({letter})" + (f"^({log})" if log != "1" else ""))
    return " ".join(parts)


def log_of(letter: str, power: Any) -> str:
    """A power of a logarithm behind a law in a line; empty where it is 0.

    >>> log_of("D", 1), log_of("D", "-1/2"), log_of("D", 0)
    (' log D', ' log(D)^(-1/2)', '')
    """
    return {"0": "", "1": f" log {letter}"}.get(str(power), f" log({letter})^({power})")


def text(formula: Any) -> str | None:
    """A formula as a string, None as it is."""
    if formula is None:
        return None
    from ..formulas import text as in_normal_form

    return in_normal_form(formula)


def law_tex(constant: Any, variable: str, exponent: Any, logs: int = 0) -> str:
    r"""A law in LaTeX's mathematics; one whose constant is not derived may have logarithms that are not, either.

    >>> from sympy import Rational
    >>> print(law_tex(2, "D", Rational(-1, 2)), law_tex(None, "D", -3))
    2\,D^{- 1 / 2} D^{-3}\ \text{(up to logarithms)}
    """
    from ..formulas import tex

    factors = [] if constant in {None, 1} else [tex(constant)]
    power = rf"{variable}^{{{tex(exponent, fold_short_frac=True)}}}" if exponent else ""
    if logs:
        whole = getattr(logs, "is_integer", True) and logs > 0
        power += (
            rf"\log {variable}"
            if logs == 1
            else rf"\log^{{{logs}}} {variable}"
            if whole
            else (rf"(\log {variable})^{{{tex(logs, fold_short_frac=True)}}}")
        )
    found = r"\,".join([*factors, *([power] if power else [])]) or "1"
    return found if constant is not None or logs else rf"{found}\ \text{{(up to logarithms)}}"


def written(number: Any, digits: int | None = None) -> str:
    """A number of a result in a table."""
    number = screen.plain(number, digits)
    return "" if number is None else number if isinstance(number, str) else f"{number:.10g}"


def show_laws(laws: Sequence[dict[str, Any]]) -> None:
    """Print the table of laws at a point, as JSON has them, and below it what they mean."""
    columns = ("law", "of", "exponent", "log", "value", "constant", "next term")
    screen.print_table("Laws: constant * x^exponent, x as named", columns, [_row(law) for law in laws])
    screen.print_line()
    meanings = [(law["name"], law["meaning"], law["order_of_limits"]) for law in laws]
    screen.print_table("Meaning", ("law", "of what", "order of limits"), meanings)


def show_general(laws: Iterable[dict[str, Any]]) -> None:
    """Print the table of laws in all parts of the plane."""
    rows = [
        (law["name"], law["variable"], case["condition"], case["exponent"], case["constant"], law["meaning"])
        for law in screen.plain(list(laws))
        for case in law["cases"]
    ]
    screen.print_table("Laws: constant * x^exponent", ("law", "of", "where", "exponent", "constant", "meaning"), rows)


def _row(law: dict[str, Any]) -> tuple[str, ...]:
    correction = law["correction"]
    below = (
        "exponentially small"
        if correction is None
        else "1/log"
        if correction == "0"
        else f"{law['variable']}^(-{correction})"
    )
    logs = "" if not law["logs"] else f"^{law['logs']}"
    constant = law["constant"] or "not derived"
    return (law["name"], law["variable"], law["exponent"], logs, written(law["value"]), constant, below)


def missing(loss_exponent: object) -> str:
    """What a table has where a resource has no power: where the loss has one, leading terms leave it free."""
    return "no power law" if loss_exponent is None else "free"
