"""What a page says of a plane: its tables, and the formulas as data for the point that is chosen."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape
from sympy import Basic, Symbol, fraction, sympify

from ..formulas import equation, mathml, starred, tex, text
from .drawing import Picture
from .exact import positive, tree

if TYPE_CHECKING:
    from ..theory.optimum.diagram import Phase
    from .plane import Law, Plane


def math(*parts: str) -> Markup:
    """MathML of pieces in a row; a minus is no hyphen."""
    return Markup(f"<math><mrow>{''.join(parts)}</mrow></math>".replace("<mo>-</mo>", "<mo>−</mo>"))


def formula(value: Basic) -> Markup:
    """A formula, an inequality or an equation."""
    return math(mathml(value))


def quantity(law: Law) -> str:
    """What falls or grows, as MathML: with a star at the best use of a budget."""
    letter = mathml(Symbol(law.letter))
    return f"<msub>{letter}<mo>⋆</mo></msub>" if law.starred else letter


def law_math(law: Law, exponent: Any) -> Markup:
    """A power law as MathML."""
    variable = mathml(Symbol(law.variable))
    power = variable if exponent == 1 else f"<msup>{variable}{_power(exponent)}</msup>"
    return math(quantity(law), "<mo>∼</mo>", power)


def _power(exponent: Any) -> str:
    """An exponent; a fraction is on the line, where it can be read."""
    above, below = fraction(exponent)
    if below == 1:
        return mathml(exponent)
    sign = "<mo>−</mo>" if above.is_Rational and above < 0 else ""
    return f"<mrow>{sign}{_factor(abs(above) if above.is_Rational else above)}<mo>/</mo>{_factor(below)}</mrow>"


def _factor(value: Any) -> str:
    """A formula that stands beside a slash."""
    return f"<mo>(</mo>{mathml(value)}<mo>)</mo>" if value.is_Add or value.is_Mul else mathml(value)


def law_tex(law: Law, exponent: Any) -> str:
    """A power law as LaTeX."""
    variable = tex(Symbol(law.variable))
    power = variable if exponent == 1 else f"{variable}^{{{tex(exponent)}}}"
    return rf"{_letter_tex(law)} \sim {power}"


def columns(plane: Plane) -> tuple[str, ...]:
    """Heads of the table of phases."""
    return "phase", "where", plane.beside, "laws"


def phase_rows(plane: Plane, picture: Picture) -> Iterator[tuple[Any, ...]]:
    """The table of phases: name and label in the picture, inequalities, trade-off, laws."""
    for phase in plane.diagram.phases:
        mark = picture.marks.get(phase.name)
        name = phase.name if mark in (None, phase.name) else f"{mark}: {phase.name}"
        where = Markup(", ").join(map(formula, phase.inequalities)) or "everywhere"
        written = [law_math(law, power) for law, power in laws(plane, phase)]
        yield name, where, " = ".join(phase.tradeoff), Markup("<br>").join(written) or "no power law"


def boundary_rows(plane: Plane) -> Iterator[tuple[Any, ...]]:
    """The table of boundaries."""
    for boundary in plane.diagram.boundaries:
        yield formula(boundary.equation), " | ".join(boundary.between)


def phase_records(plane: Plane) -> Iterator[dict[str, str]]:
    """The phases as rows of a table of data, formulas as SymPy reads them."""
    for phase in plane.diagram.phases:
        powers = {f"{law.letter} ~ {law.variable}^": text(power) for law, power in laws(plane, phase)}
        every = {f"{law.letter} ~ {law.variable}^": "" for law in plane.laws}
        yield {
            "phase": phase.name,
            "where": ", ".join(map(text, phase.inequalities)),
            "tradeoff": " = ".join(phase.tradeoff),
            **every,
            **powers,
        }


def data(plane: Plane, picture: Picture) -> dict[str, Any]:
    """All that the page evaluates (``plane.js``): exact formulas and conditions, and LaTeX in which numbers are put."""
    x, y = plane.diagram.parameters
    places = {x: "x", y: "y"}
    lowest = [tree(sympify(low), places) for low in plane.diagram.corner]
    return {
        "name": plane.name,
        "frame": picture.frame,
        "parameters": [x.name, y.name],
        "options": list(plane.options),
        "command": plane.command,
        "corner": lowest,
        "beside": plane.beside.capitalize(),
        "laws": [
            {
                "text": f"{law.letter}{'*' * law.starred} ~ {law.variable}",
                "tex": _letter_tex(law),
                "math": quantity(law),
                "variableTex": tex(Symbol(law.variable)),
                "variableMath": mathml(Symbol(law.variable)),
            }
            for law in plane.laws
        ],
        "phases": [_phase(plane, phase, places) for phase in plane.diagram.phases],
        "boundaries": [
            {
                "equation": equation(boundary.equation),
                "polynomial": tree(boundary.polynomial, places),
                "between": list(boundary.between),
            }
            for boundary in plane.diagram.boundaries
        ],
    }


def in_script(found: Iterable[Mapping[str, Any]]) -> Markup:
    """Data as JSON inside an element ``script``, which no text of theirs can end."""
    return Markup(json.dumps(list(found), ensure_ascii=False).replace("<", "\\u003c"))


def code(words: str, claims: Container[str] = ()) -> Markup:
    """A text with Markdown's code in backticks; the id of one of these claims leads to it."""

    def written(piece: str) -> Markup:
        found = Markup("<code>{}</code>").format(breaking(piece))
        return Markup('<a href="claims.html#{}">{}</a>').format(piece, found) if piece in claims else found

    pieces = words.replace("**", "").split("`")
    return Markup("").join(written(piece) if n % 2 else escape(piece) for n, piece in enumerate(pieces))


def breaking(name: str) -> Markup:
    """An id, which may break after its dots and underscores alone."""
    return Markup("").join(piece + Markup("<wbr>") * (piece in {".", "_"}) for piece in re.split(r"([._])", name))


def laws(plane: Plane, phase: Phase) -> list[tuple[Law, Any]]:
    """The laws that a phase has, with their powers."""
    powers = ((law, law.exponent(phase)) for law in plane.laws)
    return [(law, power) for law, power in powers if power is not None]


def _phase(plane: Plane, phase: Phase, places: Mapping[Symbol, str]) -> dict[str, Any]:
    powers = [law.exponent(phase) for law in plane.laws]
    return {
        "name": phase.name,
        "tradeoff": list(phase.tradeoff),
        "where": [positive(condition, places) for condition in phase.inequalities],
        "laws": [None if power is None else tree(power, places) for power in powers],
        "tex": r",\quad ".join(law_tex(law, power) for law, power in laws(plane, phase)),
    }


def _letter_tex(law: Law) -> str:
    return starred(law.letter) if law.starred else tex(Symbol(law.letter))
