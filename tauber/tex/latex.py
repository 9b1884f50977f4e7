r"""Writing the models, their laws, phases, boundaries, exact constants and phase diagrams as LaTeX.

What a model exports is declared in the folder of its name, in its ``DOCUMENT``. Every formula that is a result is
printed from the SymPy object which the symbolic wing derived; only the sentences around it, and the definitions of the
models, stand here. In another notation there are the derived formulas and the dictionary of letters, and no more. The
first line of a file names the packages that it needs.
All files are written into a temporary folder first and move to their place together.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from .. import __version__
from ..cache import kept
from ..files import check_fillable, filling
from ..letters import Letters
from ..models import parts
from ..output.pen import Pen
from ..seal import unsealed
from .document import Document, Fragment
from .fragments import letter_table


def makers(notation: str | None = None) -> dict[str, Callable[[], str]]:
    """Give what makes the text of every file, by its name; the standalone documents and the sources last."""
    documents: list[Document] = [part.DOCUMENT for part in parts(__package__)]
    if notation is not None:
        letters = Fragment("letters", "Letters", letter_table)
        documents = [document.lettered(letters) for document in documents]
    made: dict[str, Callable[[], str]] = {
        f"{fragment.name}.tex": partial(_labelled, fragment.name, _written(fragment, document.name, notation))
        for document in documents
        for fragment in document.fragments
    }
    made |= {f"{document.name}.tex": document.text for document in documents}
    return {name: partial(_made, name, maker, notation) for name, maker in made.items()} | {"tauber.bib": _sources}


def left_out() -> list[str]:
    """The fragments that are in the letters of their model alone."""
    return [f"{x.name}.tex" for part in parts(__package__) for x in part.DOCUMENT.fragments if not x.lettered]


def _written(fragment: Fragment, model: str, notation: str | None) -> Callable[[], str]:
    """What makes a fragment in a notation."""
    if notation is None or not fragment.lettered:
        return fragment.make

    def make() -> str:
        with Pen(Letters(model, notation)).writing():
            return unsealed(fragment.make())

    return make


def _sources() -> str:
    """Every paper that the ledger knows, and tauber itself."""
    from ..ledger.bib import PAPERS, bibliography

    return bibliography(PAPERS.values())


def _labelled(name: str, maker: Callable[[], str]) -> str:
    r"""A fragment with its label, for ``\pageref``, or for ``\ref`` to the section that inputs it."""
    return rf"\label{{tauber:{name}}}%" + "\n" + maker()


def _made(name: str, maker: Callable[[], str], notation: str | None) -> str:
    return kept("export", lambda: headed(maker()), name, notation)


def write(folder: Path, making: Callable[[str], None] = lambda name: None, notation: str | None = None) -> list[str]:
    """Write every file into a folder; other files in it stay as they are.

    Parameters
    ----------
    folder
        The folder; it is made if its parent exists.
    making
        Called with the name of each file before it is made.
    notation
        The letters of the formulas, those of their models by default.

    Returns
    -------
    list of str
        The names of the files.

    Raises
    ------
    BadInput
        If the folder cannot be made or written to. Nothing is left behind then.
    """
    files = makers(notation)
    check_fillable(folder, files)
    with filling(folder) as draft:
        for name, make in files.items():
            making(name)
            (draft / name).write_text(make(), encoding="utf-8")
    return list(files)


def headed(text: str) -> str:
    """A text with the line that says what wrote it and which packages a document that inputs it needs."""
    needed = [
        package
        for package, needs in (
            ("amsmath", rf"\\({_AMSMATH})(?![a-z])"),
            ("amssymb", r"\\mathbb\b"),
            ("array", r"\\arraybackslash"),
            ("booktabs", r"\\toprule"),
            ("longtable", r"\\begin\{longtable\}"),
            ("pgfplots", r"tikzpicture"),
        )
        if re.search(needs, text)
    ]
    return f"% Written by tauber {__version__}; packages: {', '.join(needed) or 'none'}.\n{text}"


_AMSMATH = "tfrac|dfrac|binom|operatorname|text|begin\\{(matrix|align|gather|cases)"
