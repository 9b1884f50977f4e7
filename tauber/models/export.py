"""The derived formulas as LaTeX, in files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from ..action import Argument, action
from ..boundary import theory_errors
from ..errors import BadInput
from ..report import screen
from ..report.result import Result


@action()
def export(out: Annotated[Any, Argument("DIR", "Folder to write into; made if its parent exists.")]) -> Result:
    r"""Write the models, their laws, phases, boundaries, exact constants and phase diagrams as LaTeX.

    Each is a fragment for \input, whose first line names its packages; plrf.tex, dynamical.tex and explaining.tex
    are documents that show them all. Other files in the folder stay as they are.

    Example: tauber export --out paper/

    Returns
    -------
    Result
        ``out``, the folder, and ``files``, the names of what was written there.

    Raises
    ------
    BadInput
        A folder that cannot be made or filled.
    """
    if not out.strip():
        raise BadInput("--out was given as ''; name a folder to write into, such as paper/.")
    from ..tex.latex import makers, write

    with theory_errors(), screen.progress_bar("Deriving", len(makers())) as advance:
        begun = iter(range(len(makers())))
        names = write(Path(out), lambda name: advance(1 if next(begun) else 0, name))
    return Result({"out": out, "files": names}, _show)


def _show(result: Result, full: bool) -> None:
    del full  # there is one answer
    for name in result["files"]:
        screen.print_line(f"Wrote {Path(result['out']) / name}")
