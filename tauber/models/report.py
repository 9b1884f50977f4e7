"""The report: what is derived, and what of it papers state, as a site that needs nothing but a browser."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

from ..action import Argument, action
from ..boundary import theory_errors
from ..errors import BadInput
from ..files import check_renewable, renewing
from ..output import screen
from ..output.result import Result
from . import models_with
from .claims import listed


@action(derives=True)
def report(
    out: Annotated[Any, Argument("FOLDER", "Write the pages into FOLDER, which is new, empty, or an earlier report.")],
    models: Annotated[
        str | None, Argument("LIST", "Models to write about, as in plrf,dynamical; by default all that have phases.")
    ] = None,
) -> Result:
    """Write a site of a few pages: the phase diagrams to click on, and every claim with its evidence.

    Open FOLDER/index.html. Nothing is loaded from elsewhere. On a phase diagram a point, chosen by click, by arrow keys
    or as two numbers, gives its phase, the exact exponents, and the LaTeX to copy. Nothing is checked: verdicts are the
    last ones of tauber verify, as long as they are kept. Tables of data lie beside the pages, as CSV.

    Example: tauber report --out report --models explaining

    Returns
    -------
    Result
        ``out``, the folder; ``models``; ``files``, the name of each file in it; ``claims``, how many are on the page.

    Raises
    ------
    BadInput
        A model that has no phase diagram in the report, or a folder that holds anything else.
    """
    if find_spec("jinja2") is None:
        raise BadInput("A report needs Jinja, which is not installed; run pip install 'tauber[report]' first.")
    from ..ledger import claims
    from ..site.pages import Site, is_report, planes_of

    chosen = _chosen(models)
    target = Path(out)
    check_renewable(target, is_report)
    with screen.progress_bar("Deriving phase diagrams", len(chosen)) as advance, theory_errors():
        planes = {}
        for model in chosen:
            planes[model] = planes_of(model)
            advance(1, model)
    selected = claims(chosen if models else ())
    records = listed(selected)["claims"]
    site = Site(planes, selected, records)
    with screen.progress_bar("Writing", site.steps) as advance, renewing(target, is_report) as draft:
        names = site.write(draft, advance)
    values = {"out": str(target), "models": list(chosen), "files": names, "claims": len(records)}
    return Result(values, _show)


def _chosen(models: str | None) -> Sequence[str]:
    known = models_with("planes")
    chosen = known if models is None else tuple(dict.fromkeys(name.strip() for name in models.split(",")))
    if missing := [name for name in chosen if name not in known]:
        raise BadInput(f"--models was given with '{missing[0]}', but the report has {', '.join(known)}.")
    return chosen


def _show(result: Result, full: bool) -> None:
    del full  # there is one answer
    count = len(result.files)
    screen.print_line(f"Wrote {count} files on {', '.join(result.models)}, with {result.claims} claims.")
    screen.print_line(f"Open {Path(result.out) / 'index.html'}")
