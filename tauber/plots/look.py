"""What the picture of a model's phase diagram says in words, and how far it reaches: all of it that is not derived."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sympy import latex

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
EXPLAINING = Look(
    "Ridge regression with $P$ random features on $D$ samples: the excess loss falls\n"
    r"like $D^{-\alpha_D}$ for many features, like $P^{-\alpha_P}$ for many samples",
    DYNAMICAL.axes,
    DYNAMICAL.letters,
    (6.0, 4.0),
    DYNAMICAL.size,
)
_LOOKS = {("alpha", "beta"): PLRF, ("a", "b"): DYNAMICAL}


def look_of(diagram: PhaseDiagram) -> Look:
    """The look of a diagram, told by the names of its parameters, and by whether it is about an optimum."""
    if not about_an_optimum(diagram):
        return EXPLAINING
    return _LOOKS[diagram.parameters[0].name, diagram.parameters[1].name]


def about_an_optimum(diagram: PhaseDiagram) -> bool:
    """Whether the phases are those of a compute-optimal loss; if not, they are of one law for each size."""
    return any(phase.loss_exponent is not None for phase in diagram.phases)


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


def in_words(phase: Phase) -> bool:
    """Whether the label of a phase is of words: it is named by its trade-off, or is no phase of an optimum."""
    return named_by_tradeoff(phase) or (bool(phase.exponents) and phase.loss_exponent is None)


def formulas(phase: Phase) -> list[str]:
    """The exponents in the label of a phase, in LaTeX's mathematics."""
    if phase.loss_exponent is not None:
        return [f"y = {latex(phase.loss_exponent)}"]
    return [rf"\alpha_{name} = {latex(exponent)}" for name, exponent in phase.exponents.items()]


def lines(phase: Phase) -> list[str]:
    """The name of such a phase, a line for each of its terms, and one for what is said of a term."""
    if phase.loss_exponent is None:
        return [*phase.name.replace(", ", ",\n").split("\n"), *phase.tradeoff]
    words = [part for name in phase.tradeoff for part in f"= {name}".replace(" of ", "\nof ").split("\n")]
    return [words[0].removeprefix("= "), *words[1:]]
