"""What a model exports: fragments, each a file and a section of the one document that shows them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Fragment:
    """A file, the title of its section, and what makes its text.

    A `lettered` one holds derived formulas alone, which can be written in another notation. A definition cannot, since
    its letters are those of the model, nor can numbers at a point, nor a picture over the exponents.
    """

    name: str
    title: str
    make: Callable[[], str]
    lettered: bool = False


@dataclass(frozen=True)
class Document:
    """The document of a model: its name, its title, and what it shows."""

    name: str
    title: str
    fragments: tuple[Fragment, ...]

    def lettered(self, letters: Fragment) -> Document:
        """The same in another notation: what can be written in it, after the fragment of its letters."""
        title = f"{self.title}, in other letters"
        return Document(self.name, title, (letters, *(part for part in self.fragments if part.lettered)))

    def text(self) -> str:
        """The document in LaTeX."""
        sections = (rf"\section{{{part.title}}}" + "\n" + rf"\input{{{part.name}}}" for part in self.fragments)
        return _PREAMBLE.replace("TITLE", self.title) + "\n\n".join(sections) + "\n\n" + r"\end{document}" + "\n"


PACKAGES = r"""\documentclass[11pt]{article}
\usepackage[T1]{fontenc}
\usepackage{lmodern}
\usepackage[margin=2.5cm]{geometry}
\usepackage{amsmath,amssymb}
\usepackage{array,booktabs,longtable}
\usepackage{pgfplots}
\pgfplotsset{compat=1.16}
"""
"""What a document of one column begins with."""

_PREAMBLE = (
    PACKAGES
    + r"""\title{TITLE}
\author{derived by \texttt{tauber}}
\date{}
\begin{document}
\maketitle

"""
)
