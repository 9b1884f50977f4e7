"""What the picture of a model's phase diagram says in words, and how far it reaches: all of it that is not derived."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..theory.diagram import Phase, PhaseDiagram


@dataclass(frozen=True)
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
    size
        Of the figure, in inches.
    """

    title: str
    axes: tuple[str, str]
    letters: tuple[str, str]
    window: tuple[float, float]
    size: tuple[float, float]


PLRF = Look(
    "Compute-optimal phases of the power-law random-features model\n"
    r"loss $P_\star\sim f^{\,-y}$ at compute $f$, and the two terms it balances",
    (r"$\alpha$   (eigenvalues $j^{-2\alpha}$)", r"$\beta$   (target coefficients $j^{-\beta}$)"),
    (r"$\alpha$", r"$\beta$"),
    (1.1, 1.25),
    (6.6, 7.4),
)
DYNAMICAL = Look(
    "Compute-optimal phases of the dynamical model\n"
    r"loss $L_\star\sim C^{\,-y}$ at compute $C$, and the terms it balances",
    (r"$a$   (target powers $\lambda_k w_k^2 = k^{-a}$)", r"$b$   (eigenvalues $\lambda_k = k^{-b}$)"),
    ("$a$", "$b$"),
    (6.0, 4.0),
    (8.4, 5.8),
)
_LOOKS = {("alpha", "beta"): PLRF, ("a", "b"): DYNAMICAL}


def look_of(diagram: PhaseDiagram) -> Look:
    """The look of a diagram, told by the names of its parameters."""
    return _LOOKS[diagram.parameters[0].name, diagram.parameters[1].name]


def tex_name(name: str) -> str:
    r"""Name of a loss term in LaTeX's mathematics: a letter with an index, or words.

    >>> print(tex_name("F_pp"), tex_name("data level"))
    F_{pp} \mathrm{data\ level}
    """
    letter, underscore, index = name.partition("_")
    return f"{letter}_{{{index}}}" if underscore else rf"\mathrm{{{name.replace(' ', chr(92) + ' ')}}}"


def named_by_tradeoff(phase: Phase) -> bool:
    """Whether the name of a phase is its trade-off, in words."""
    return phase.name == " = ".join(phase.tradeoff)


def lines(phase: Phase) -> list[str]:
    """The name of such a phase, a line for each of its terms, and one for what is said of a term."""
    words = [part for name in phase.tradeoff for part in f"= {name}".replace(" of ", "\nof ").split("\n")]
    return [words[0].removeprefix("= "), *words[1:]]
