r"""Writing the models, their laws, phases, boundaries, exact constants and phase diagrams as LaTeX.

Every formula that is a result is printed from the SymPy object which the symbolic wing derived; only the sentences
around it, and the definitions of the models, stand here. The fragments need the packages amsmath, booktabs and
pgfplots.
All files are written into a temporary folder first and move to their place together.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from .. import __version__
from ..files import check_fillable, filling
from ..plots import look
from . import diagram, dynamical, exact, explaining, fragments


@dataclass(frozen=True)
class _Document:
    """A document that shows the fragments of a model: its name, its title, and its sections with their text."""

    name: str
    title: str
    sections: tuple[tuple[str, str], ...]


def makers() -> dict[str, Callable[[], str]]:
    """Give what makes the text of every file, by its name; the standalone documents last."""
    from ..theory.dynamical import phase_diagram as dynamical_phases
    from ..theory.explaining import phase_diagram as explaining_phases
    from ..theory.plrf import phase_diagram, terms

    plane = cache(dynamical_phases)
    made: dict[str, Callable[[], str]] = {
        "model.tex": fragments.model,
        "terms.tex": lambda: fragments.term_table(terms()),
        "phases.tex": lambda: fragments.phase_table(phase_diagram(), look.PLRF),
        "boundaries.tex": lambda: fragments.boundary_list(phase_diagram()),
        "constants.tex": exact.constants,
        "crossover.tex": exact.crossover,
        "logarithms.tex": exact.logarithms,
        "diagram.tex": lambda: diagram.tikz(phase_diagram(), look.PLRF),
        "dynamical_model.tex": dynamical.model,
        "dynamical_laws.tex": dynamical.law_table,
        "dynamical_phases.tex": lambda: fragments.phase_table(plane(), look.dynamical("N*t"), "L", "C"),
        "dynamical_boundaries.tex": lambda: fragments.boundary_list(plane()),
        "dynamical_optimum.tex": dynamical.optima,
        "dynamical_diagram.tex": lambda: diagram.tikz(plane(), look.dynamical("N*t")),
        "explaining_model.tex": explaining.model,
        "explaining_laws.tex": explaining.law_table,
        "explaining_phases.tex": lambda: explaining.phase_table(explaining_phases()),
        "explaining_boundaries.tex": lambda: fragments.boundary_list(explaining_phases()),
        "explaining_diagram.tex": lambda: diagram.tikz(explaining_phases(), look.EXPLAINING),
        "geometry.tex": explaining.geometries,
    }
    made |= {document.name: partial(_text, document) for document in _DOCUMENTS}
    return {name: partial(_made, maker) for name, maker in made.items()}


def _made(maker: Callable[[], str]) -> str:
    return _headed(maker())


def write(folder: Path, making: Callable[[str], None] = lambda name: None) -> list[str]:
    """Write every file into a folder; other files in it stay as they are.

    Parameters
    ----------
    folder
        The folder; it is made if its parent exists.
    making
        Called with the name of each file before it is made.

    Returns
    -------
    list of str
        The names of the files.

    Raises
    ------
    BadInput
        If the folder cannot be made or written to. Nothing is left behind then.
    """
    files = makers()
    check_fillable(folder, files)
    with filling(folder) as draft:
        for name, make in files.items():
            making(name)
            (draft / name).write_text(make(), encoding="utf-8")
    return list(files)


def _headed(text: str) -> str:
    """A file with the line that says what wrote it and which packages a document that inputs it needs."""
    needed = [
        package
        for package, needs in (
            ("amsmath", rf"\\({_AMSMATH})(?![a-z])"),
            ("amssymb", r"\\mathbb\b"),
            ("pgfplots", r"tikzpicture"),
        )
        if re.search(needs, text)
    ]
    return f"% Written by tauber {__version__}; packages: {', '.join(needed) or 'none'}.\n{text}"


_AMSMATH = "tfrac|dfrac|binom|operatorname|text|begin\\{(matrix|align|gather|cases)"


_DOCUMENTS = (
    _Document(
        "plrf.tex",
        "Scaling laws of the power-law random-features model",
        (
            ("Model", r"\input{model}"),
            ("Terms of the loss", r"\input{terms}"),
            ("Phases", r"\input{phases}"),
            ("Boundaries", r"\input{boundaries}"),
            ("Exact constants", r"\input{constants}"),
            ("The crossover", r"\input{crossover}"),
            ("Logarithms", r"\input{logarithms}"),
            ("Phase diagram", r"\input{diagram}"),
        ),
    ),
    _Document(
        "dynamical.tex",
        "Scaling laws of the dynamical model",
        (
            ("Model", r"\input{dynamical_model}"),
            ("Laws of time, width and data", r"\input{dynamical_laws}"),
            ("Phases", r"\input{dynamical_phases}"),
            ("Boundaries", r"\input{dynamical_boundaries}"),
            ("Constants of the compute optimum", r"\input{dynamical_optimum}"),
            ("Phase diagram", r"\input{dynamical_diagram}"),
        ),
    ),
    _Document(
        "explaining.tex",
        "Scaling laws of ridge regression on random features",
        (
            ("Model", r"\input{explaining_model}"),
            ("Laws of data and features", r"\input{explaining_laws}"),
            ("Phases", r"\input{explaining_phases}"),
            ("Boundaries", r"\input{explaining_boundaries}"),
            ("Phase diagram", r"\input{explaining_diagram}"),
            ("Spectra from geometry", r"\input{geometry}"),
        ),
    ),
)


def _text(document: _Document) -> str:
    body = "\n\n".join(rf"\section{{{title}}}" + "\n" + text for title, text in document.sections)
    return _PREAMBLE.replace("TITLE", document.title) + body + "\n\n" + r"\end{document}" + "\n"


_PREAMBLE = r"""\documentclass[11pt]{article}
\usepackage[T1]{fontenc}
\usepackage{lmodern}
\usepackage[margin=2.5cm]{geometry}
\usepackage{amsmath,amssymb}
\usepackage{pgfplots}
\pgfplotsset{compat=1.16}
\title{TITLE}
\author{derived by \texttt{tauber}}
\date{}
\begin{document}
\maketitle

"""
