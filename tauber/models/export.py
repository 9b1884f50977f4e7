"""The derived formulas: single ones on standard output in any form, or everything as LaTeX in files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from ..action import Argument, action
from ..boundary import theory_errors
from ..cache import kept
from ..errors import BadInput
from ..output import screen
from ..output.result import Result
from ..read.toml import is_toml

if TYPE_CHECKING:
    from ..tex.formulas import Formula


@action(derives=True)
def export(
    ids: Annotated[
        Sequence[str] | None,
        Argument(
            "ID",
            "Formulas to print, such as plrf.phase.IVb, or claims that state one; --list shows them all. Or the file "
            "of a declared model, and ids of its formulas.",
            positional=True,
            several=True,
        ),
    ] = None,
    out: Annotated[Any, Argument("DIR", "Folder to write everything into; made if its parent exists.")] = None,
    listing: Annotated[bool, Argument("", "List the ids of the formulas.", "--list")] = False,
    notation: Annotated[
        str | None,
        Argument("NAME", "Write the formulas in the letters of paquette, bordelon or bahri; by default as derived."),
    ] = None,
    form: Annotated[
        Literal["latex", "sympy", "mathml", "text"],
        Argument("FORM", "How formulas are printed: latex, sympy (code, and srepr), mathml or text.", "--format"),
    ] = "latex",
) -> Result:
    r"""Write the models, their laws, phases, boundaries, exact constants and phase diagrams as LaTeX.

    With --out each is a fragment for \input, whose first line names its packages; plrf.tex, dynamical.tex and
    explaining.tex are documents that show them all, tauber.bib has the sources. Other files in the folder stay as they
    are. Tables break over pages; in two columns they are blocks of lines. With --notation these are the derived laws,
    terms, phases and boundaries, and letters.tex, the dictionary; definitions, numbers and pictures are in the letters
    of their model alone, and left out. With ids, these formulas alone are printed: in LaTeX each is an equation with
    its label, tauber:ID. A claim of the ledger that states a formula is one. In JSON each formula is there in every
    form.

    Example: tauber export plrf.phase.IVb --notation bordelon

    Returns
    -------
    Result
        ``formulas``, SymPy objects by id, ``notation``, and ``forms``: by id, the text of each as ``latex``,
        ``sympy`` (its srepr), ``python``, ``mathml`` and ``text``; `latex` is that of all. With ``out``: the folder,
        ``files``, the names of what was written there, ``notation``, and ``left_out``, what it does not have. With
        ``listing``: ``ids``, each with its meaning.

    Raises
    ------
    BadInput
        An id or a notation that does not exist, a formula that a notation does not cover, or a folder that cannot be
        made or filled.
    """
    if ids and is_toml(ids[0]):
        if out is not None or notation is not None:
            raise BadInput(f"{ids[0]} was given with --out or --notation, but its formulas are printed as they are "
                           "derived; leave them out.")  # fmt: skip
        return export_declared(ids[0], ids[1:], listing=listing, form=form)
    if sum((bool(ids), out is not None, listing)) != 1:
        raise BadInput(
            "Exactly one of ids, --out and --list is needed; give ids such as plrf.phase.IVb, --out with a folder, or "
            "--list, and run 'tauber export --help' to see more."
        )
    if notation is not None and listing:
        raise BadInput(
            "--notation was given with --list, whose ids have no letters; name some, or give --out a folder."
        )
    if form != "latex" and not ids:
        raise BadInput(f"--format was given as '{form}' without an id; only single formulas have it, so name some.")
    if ids:
        return _formulas(ids, notation, form)
    return _list() if listing else _folder(out, notation)


def export_declared(
    declaration: Any, ids: Sequence[str] | None = None, listing: bool = False, form: str = "latex"
) -> Result:
    """Formulas of a declared model: a file, a table, or what is read of it; all of them if no id is named."""
    from ..declared.formulas import formulas_of
    from ..declared.reading import read

    with screen.waiting("Deriving"):
        found = formulas_of(read(declaration), ids)
    if listing:
        rows = [(name, formula.meaning) for name, formula in found.items()]
        records = [{"id": name, "meaning": meaning} for name, meaning in rows]
        return Result({"ids": records}, lambda *_: screen.print_table("Formulas", ("id", "meaning"), rows))
    return _written(found, None, form)


class _Formulas(Result):
    """A result whose LaTeX is whole equations, which a notebook does not take for a formula."""

    def _repr_latex_(self) -> None:
        """Nothing: these are no formula in a notebook's mathematics."""


def _formulas(ids: Sequence[str], notation: str | None, form: str) -> Result:
    from ..tex import formulas

    with theory_errors():
        found = formulas.find(ids, notation)
    return _written(found, notation, form)


def _written(found: Mapping[str, Formula], notation: str | None, form: str) -> Result:
    from ..tex import forms, formulas

    def show(*_: object) -> None:
        if form == "latex":
            print(formulas.text(found), end="")
        else:
            print("\n".join(forms.printed(name, formula, form) for name, formula in found.items()), end="")

    values = {
        "formulas": {name: formula.value for name, formula in found.items()},
        "notation": notation,
        "forms": {name: forms.forms(name, formula) for name, formula in found.items()},
    }
    return _Formulas(values, show, formula=lambda _: formulas.text(found).rstrip("\n"))


def _list() -> Result:
    def made() -> list[tuple[str, str]]:
        from ..tex import formulas

        return list(formulas.listed().items())

    with theory_errors():
        rows = kept("export.list", made)
    records = [{"id": name, "meaning": meaning} for name, meaning in rows]
    return Result({"ids": records}, lambda *_: screen.print_table("Formulas", ("id", "meaning"), rows))


def _folder(out: str, notation: str | None) -> Result:
    if not out.strip():
        raise BadInput("--out was given as ''; name a folder to write into, such as paper/.")
    from ..tex.formulas import known_notation
    from ..tex.latex import left_out, makers, write

    known_notation(notation)
    with theory_errors(), screen.progress_bar("Deriving", len(makers(notation))) as advance:
        begun = iter(range(len(makers(notation))))
        names = write(Path(out), lambda name: advance(1 if next(begun) else 0, name), notation)
    omitted = [] if notation is None else left_out()
    return Result({"out": out, "files": names, "notation": notation, "left_out": omitted}, _show)


def _show(result: Result, full: bool) -> None:
    del full  # there is one answer
    for name in result["files"]:
        screen.print_line(f"Wrote {Path(result['out']) / name}")
    if result["left_out"]:
        screen.print_line(f"Left out, in the letters of its model alone: {', '.join(result['left_out'])}")
