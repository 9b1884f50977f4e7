"""General formulas on a line of the plane, one of its two exponents given: the same for every model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from . import screen

if TYPE_CHECKING:
    from ..theory.laws import Law
    from ..theory.optimum.diagram import PhaseDiagram
    from ..theory.optimum.line import Line


def known_of(given: Mapping[str, str | None], read: Callable[[str, str], Fraction]) -> dict[str, Fraction]:
    """The exponents that are given, by name, as their reader takes them."""
    return {name: read(f"--{name}", text) for name, text in given.items() if text is not None}


def line_of(diagram: PhaseDiagram, known: Mapping[str, Fraction]) -> Line | None:
    """The line of the one exponent that is known; None if neither is."""
    from sympy import Rational

    from ..theory.optimum.line import Line

    for symbol in diagram.parameters:
        if (value := known.get(symbol.name)) is not None:
            return Line(diagram, symbol, Rational(value.numerator, value.denominator))
    return None


def domain(line: Line | None, plane: str) -> str:
    """Which points the formulas are of."""
    if line is None:
        return plane
    return f"{line.known.name} = {line.value}, {line.free.name} > {line.domain.start}"


def notes(line: Line | None) -> list[str]:
    """A note where the line runs along boundaries."""
    if line is None or line.on_boundaries == False:  # noqa: E712  (SymPy's false)
        return []
    along = line.on_boundaries
    here = f"{line.known.name} = {line.value}" + ("" if along == True else f", {screen.plain(along)}")  # noqa: E712
    return [f"{here} is on the boundary of phases: give --{line.free.name}, too, for what meets there"]


def on_line(law: Law, line: Line) -> Law:
    """A law in the parts of the line."""
    from dataclasses import replace

    at, found = {line.known: line.value}, []
    for case in law.cases:
        points = line.points(case.condition)
        if points.measure:
            found.append(
                replace(
                    case,
                    condition=line.condition(points),
                    exponent=case.exponent.subs(at),
                    constant=case.constant.subs(at),
                )
            )
    return replace(law, cases=tuple(found))
