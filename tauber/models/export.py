"""``tauber export``: the derived formulas as LaTeX."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..boundary import theory_errors
from ..errors import BadInput
from ..read import arguments as options
from ..report import screen


def export(
    out: Annotated[str, typer.Option(metavar="DIR", help="Folder to write into; made if its parent exists.")],
    json: options.Json = False,
) -> None:
    r"""Write the models, their laws, phases, boundaries, exact constants and phase diagrams as LaTeX.

    Each is a fragment for \input, whose first line names its packages; plrf.tex, dynamical.tex and explaining.tex
    are documents that show them all. Other files in the folder stay as they are.

    Example: tauber export --out paper/
    """
    if not out.strip():
        raise BadInput("--out was given as ''; name a folder to write into, such as paper/.")
    from ..export.latex import makers, write

    with theory_errors(), screen.progress_bar("Deriving", len(makers())) as advance:
        begun = iter(range(len(makers())))
        names = write(Path(out), lambda name: advance(1 if next(begun) else 0, name))
    if json:
        screen.print_json({"out": out, "files": names})
        return
    for name in names:
        screen.print_line(f"Wrote {Path(out) / name}")
