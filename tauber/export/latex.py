r"""Writing the PLRF model, its loss terms, phases, boundaries, exact constants and phase diagram as LaTeX.

Every formula that is a result is printed from the SymPy object which the symbolic wing derived; only the sentences
around it, and the definition of the model, stand here. The fragments need the packages amsmath, booktabs and pgfplots.
All files are written into a temporary folder first and move to their place together.
"""

from __future__ import annotations

from pathlib import Path

from .. import __version__
from ..files import filling
from . import diagram, exact, fragments

DOCUMENT = "plrf.tex"


def render() -> dict[str, str]:
    """Give the text of every file by its name, the standalone document last."""
    from ..theory.plrf import phase_diagram, terms

    phases = phase_diagram()
    made = {
        "model.tex": fragments.model(),
        "terms.tex": fragments.term_table(terms()),
        "phases.tex": fragments.phase_table(phases),
        "boundaries.tex": fragments.boundary_list(phases),
        "constants.tex": exact.constants(),
        "crossover.tex": exact.crossover(),
        "logarithms.tex": exact.logarithms(),
        "diagram.tex": diagram.tikz(phases),
    }
    return {name: _HEADER + text for name, text in made.items()} | {DOCUMENT: _HEADER + _document()}


def write(folder: Path) -> list[str]:
    """Write every file into a folder; other files in it stay as they are.

    Returns
    -------
    list of str
        The names of the files.

    Raises
    ------
    BadInput
        If the folder cannot be made or written to. Nothing is left behind then.
    """
    with filling(folder) as draft:
        files = render()
        for name, text in files.items():
            (draft / name).write_text(text, encoding="utf-8")
    return list(files)


_HEADER = f"% Written by tauber {__version__}; packages: amsmath, booktabs, pgfplots.\n"


def _document() -> str:
    sections = (
        ("Model", r"\input{model}"),
        ("Terms of the loss", r"\begin{center}\input{terms}\end{center}"),
        ("Phases", r"\begin{center}\resizebox{\textwidth}{!}{\input{phases}}\end{center}"),
        ("Boundaries", r"\input{boundaries}"),
        ("Exact constants", r"\input{constants}"),
        ("The crossover", r"\input{crossover}"),
        ("Logarithms", r"\begin{center}\resizebox{\textwidth}{!}{\input{logarithms}}\end{center}"),
        ("Phase diagram", r"\begin{center}\input{diagram}\end{center}"),
    )
    body = "\n\n".join(rf"\section{{{title}}}" + "\n" + text for title, text in sections)
    return _PREAMBLE + body + "\n\n" + r"\end{document}" + "\n"


_PREAMBLE = r"""\documentclass[11pt]{article}
\usepackage[T1]{fontenc}
\usepackage{lmodern}
\usepackage[margin=2.5cm]{geometry}
\usepackage{amsmath,amssymb}
\usepackage{booktabs}
\usepackage{graphicx}
\usepackage{pgfplots}
\pgfplotsset{compat=1.16}
\title{Scaling laws of the power-law random-features model}
\author{derived by \texttt{tauber}}
\date{}
\begin{document}
\maketitle

"""
