"""What an action measures at a point, as a model declares it for sweeps.

A model says in its own `measured.py` which of its actions return numbers: their names and units, along which of their
own arguments they run (budgets, times), how many points are solved at once where it has a way to, and what is derived
for a point beside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Columns = Mapping[str, list[str]]
"""For each number that is swept its texts, one a point."""

Reader = Callable[[str, str], Any]
"""From an option and its text to the numbers that are meant."""


@dataclass(frozen=True)
class Output:
    """A variable of the store: its unit (CF: "1" where it has none), and what it is.

    `flags` are the meanings of its codes 0, 1, ... where it is no number; `inside` is False for what has no value along
    the action's own dimensions, one a point.
    """

    unit: str
    meaning: str
    flags: tuple[str, ...] = ()
    inside: bool = True


class Found(NamedTuple):
    """Arrays by output, shape (points, *inside), and the reason for each that is missing, "" where there is none."""

    arrays: dict[str, Any]
    reason: Any


@dataclass(frozen=True, kw_only=True)
class Measured:
    """An action as it is swept.

    Attributes
    ----------
    along
        The arguments that take several numbers, in the order of the dimensions, with their readers.
    outputs
        What the result of the action has, by key.
    many
        Solves all points at once: takes the columns, the other arguments as texts, and the numbers of `along`.
    takes
        The arguments with which it does; with others the action is called point by point.
    derived
        What is derived, by name, and the function of the same arguments that gives it; None where it does not apply.
    beside
        For an output the derived number that is its limit, of the same unit: their difference is a variable, too.
    picture
        What a map shows: an output, and what it is in LaTeX.
    rate
        The derived exponent w of the correction that fades like budget^-w, where there is one.
    diagram
        The derived diagram with its look, from the other arguments, and its two parameters among the arguments.
    """

    along: Mapping[str, Reader]
    outputs: Mapping[str, Output]
    many: Callable[[Columns, Mapping[str, str], Mapping[str, list[float]]], Found] | None = None
    takes: frozenset[str] = frozenset()
    derived: Mapping[str, Output] = field(default_factory=dict)
    derive: Callable[[Columns, Mapping[str, str]], dict[str, Any] | None] | None = None
    beside: Mapping[str, str] = field(default_factory=dict)
    picture: tuple[str, str]
    rate: str | None = None
    diagram: Callable[[Mapping[str, str]], tuple[Any, Any]] | None = None
    plane: tuple[str, str] | None = None
