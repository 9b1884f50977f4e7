"""What the picture of a model's phase diagram says in words, and how far it reaches: all of it that is not derived.

A diagram is algebra and does not know its model: whoever draws it gives the look, which the model declares.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..theory.optimum.diagram import Phase


@dataclass(frozen=True, kw_only=True)
class Look:
    """The words and the extent of a picture.

    Attributes
    ----------
    title
        The model, and what the exponents in the phases are.
    axes
        The two parameters with what they mean, and their letters alone.
    window
        Upper ends of the two parameters: shows every phase with room for its name.
    loss
        Letter of the exponent of the compute-optimal loss; None where the exponents are of one law for each size.
    named
        Whether phases have names of their own, beside the terms that they balance.
    size
        Of the plane in the figure, in inches, for the default window.
    diagonal
        What is to be said of the line on which the two parameters are equal, if anything.
    """

    title: str
    axes: tuple[str, str]
    letters: tuple[str, str]
    window: tuple[float, float]
    loss: str | None
    named: bool
    size: float
    diagonal: str = ""


TWO_POWERS: dict[str, Any] = {
    "axes": (r"$a$   (target powers $\lambda_k w_k^2 = k^{-a}$)", r"$b$   (eigenvalues $\lambda_k = k^{-b}$)"),
    "letters": ("$a$", "$b$"),
    "window": (6.0, 4.0),
    "size": 6.6,
}
"""The plane of the models whose target powers and eigenvalues are given by a and b."""


def tex_name(name: str) -> str:
    r"""Name of a loss term in LaTeX's mathematics: letters with an index, and words.

    >>> print(tex_name("F_pp"), tex_name("data level"), tex_name("K_pp of the end"), tex_name("my_own"))
    F_{pp} \mathrm{data\ level} K_{pp}\ \mathrm{of\ the\ end} \mathrm{my\_own}
    """
    parts = groupby(name.split(" "), lambda word: _INDEXED.fullmatch(word) is not None)
    return r"\ ".join(_part(indexed, words) for indexed, words in parts)


_INDEXED = re.compile(r"([A-Za-z])_([A-Za-z0-9]+)")


def _part(indexed: bool, words: Iterable[str]) -> str:
    """Neighbouring words of one sort."""
    if indexed:
        return r"\ ".join(_INDEXED.sub(r"\1_{\2}", word) for word in words)
    return r"\mathrm{" + r"\ ".join(words).replace("_", r"\_") + "}"


def formulas(phase: Phase, look: Look) -> list[str]:
    """The exponents in the label of a phase, in LaTeX's mathematics."""
    from ..formulas import tex

    if look.loss is not None:
        return [f"{look.loss} = {tex(phase.loss_exponent)}"]
    return [rf"\alpha_{name} = {tex(exponent)}" for name, exponent in phase.exponents.items()]


def facts(phase: Phase, look: Look) -> list[str]:
    """What is said of a phase beside its name and its exponents: its trade-off where that is not the name.

    Terms with an index are set as mathematics.
    """
    if not look.named:
        return []
    if look.loss is None:
        return list(phase.tradeoff)
    return ["$" + " = ".join(map(tex_name, phase.tradeoff)) + "$"]


def mark_of(phase: Phase, number: int) -> str:
    """What stands for a phase where its label has no room: its name if that is short, a number else."""
    return phase.name if len(phase.name) < 5 else str(number)


def key_words(phase: Phase, mark: str, look: Look) -> list[str]:
    """What the key says of a mark, before the exponents."""
    return [*([] if mark == phase.name else [phase.name]), *facts(phase, look)]


def name_lines(phase: Phase) -> list[str]:
    """The name of a phase in lines, broken where it may be: at its commas, equals signs and prepositions."""
    marked = phase.name.replace(", ", ",\n").replace(" = ", "\n= ").replace(" of ", "\nof ")
    return marked.split("\n")
