"""What an action measures at a point, as a model declares it for sweeps.

A model says in its own `measured.py` which of its actions return numbers: their names and units, along which of their
own arguments they run (budgets, times), how many points are solved at once where it has a way to, and what is derived
for a point beside. That is all a sweep needs to know: its options are those of the actions (`arguments`), and where a
model has no way to solve many points at once, each is asked of the action itself.
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
    the action's own dimensions, one a point. `keys` are where a result has it, the first of them that is there, by
    default under its name: ``final.test`` is the key ``test`` of the table ``final``, or of each of a list of tables.
    """

    unit: str
    meaning: str
    flags: tuple[str, ...] = ()
    inside: bool = True
    keys: tuple[str, ...] = ()


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
        What the result of the action has, by name.
    of, given
        The action that is asked, where it has another name, and what it is asked with.
    subject
        The argument that stands in the place of the model, where that is a file.
    read
        From the result of the action to its numbers, where `Output.keys` do not say it.
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

    along: Mapping[str, Reader] = field(default_factory=dict)
    outputs: Mapping[str, Output]
    of: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)
    subject: str = ""
    read: Callable[[Any], Mapping[str, Any]] | None = None
    many: Callable[[Columns, Mapping[str, str], Mapping[str, list[float]]], Found] | None = None
    takes: frozenset[str] = frozenset()
    derived: Mapping[str, Output] = field(default_factory=dict)
    derive: Callable[[Columns, Mapping[str, str]], dict[str, Any] | None] | None = None
    beside: Mapping[str, str] = field(default_factory=dict)
    picture: tuple[str, str]
    rate: str | None = None
    diagram: Callable[[Mapping[str, str]], tuple[Any, Any]] | None = None
    plane: tuple[str, str] | None = None
