"""The report: what is derived, and what of it papers state, as a site that needs nothing but a browser."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

from ..action import Argument, Number, action
from ..boundary import theory_errors
from ..errors import BadInput
from ..files import check_renewable, renewing
from ..output import screen
from ..output.result import Result
from ..read import numbers
from ..read.toml import is_toml
from ..workers import cores, mapping
from . import models_with
from .claims import listed


@action(derives=True)
def report(
    out: Annotated[Any, Argument("FOLDER", "Write the pages into FOLDER, which is new, empty, or an earlier report.")],
    models: Annotated[
        str | None,
        Argument(
            "LIST",
            "Models to write about, and files that declare one, as in plrf,FILE.toml; by default all that have phases.",
        ),
    ] = None,
    sweep: Annotated[Any, Argument("DIR", "A sweep over both exponents, whose measured map gets a page.")] = None,
    workers: Annotated[
        Number | None, Argument("WHOLE", "Processes that solve the models. Default: as many as there are cores.")
    ] = None,
) -> Result:
    """Write a site of a few pages: the phase diagrams to click on, and every claim with its evidence.

    Open FOLDER/index.html. Nothing is loaded from elsewhere. On a phase diagram a point, chosen by click, by arrow keys
    or as two numbers, gives its phase, the exact exponents, and the LaTeX to copy; also losses, and the best size at
    some computes, at a point near by that is solved for the page: estimates with their errors. A file in --models, as
    for tauber.declare, gets the plane of its model. With --sweep a page has the measured map of a sweep, and at each
    point measured against derived. Nothing is checked: verdicts are the last ones of tauber verify, as long as they are
    kept. Tables of data lie beside the pages, as CSV, and the same on paper as report.tex, and report.pdf where there
    is pdflatex.

    Example: tauber report --out report --models explaining

    Returns
    -------
    Result
        ``out``, the folder; ``models``; ``files``, the name of each file in it; ``claims``, how many are on the page;
        ``no_pdf``, why there is no PDF, "" if there is one.

    Raises
    ------
    BadInput
        A model that has no phase diagram in the report, a sweep without a plane, or a folder that holds anything else.
    """
    if find_spec("jinja2") is None:
        raise BadInput("A report needs Jinja, which is not installed; run pip install 'tauber[report]' first.")
    from ..declared.planes import planes_of as declared_planes
    from ..ledger import claims
    from ..site.pages import Site, is_report, planes_of

    chosen = _chosen(models)
    processes = cores() if workers is None else numbers.whole("--workers", workers, 1)
    measured = None if sweep is None else _measured(Path(sweep))
    target = Path(out)
    check_renewable(target, is_report)
    with screen.progress_bar("Deriving phase diagrams", len(chosen)) as advance, theory_errors():
        planes = {}
        for model in chosen:
            found = declared_planes(model) if is_toml(model) else planes_of(model)
            planes[found[0].name if is_toml(model) else model] = found
            advance(1, model)
    if len(planes) < len(chosen) or {*planes} & {"index", "claims", "sweep"}:
        raise BadInput("--models was given files whose pages would have the name of another page; rename them.")
    built_in = [model for model in chosen if not is_toml(model)]
    selected = claims(built_in if models else ()) if built_in else ()
    records = listed(selected)["claims"]
    with mapping(processes) as mapped, renewing(target, is_report) as draft:
        site = Site(planes, selected, records, measured, mapped)
        with screen.progress_bar("Writing", site.steps) as advance:
            names = site.write(draft, advance)
    values = {
        "out": str(target),
        "models": list(chosen),
        "files": names,
        "claims": len(records),
        "no_pdf": site.without_pdf,
    }
    return Result(values, _show)


def _measured(folder: Path) -> Any:
    """The map of a sweep."""
    if find_spec("xarray") is None or find_spec("zarr") is None:
        raise BadInput("A map of a sweep needs xarray and Zarr; run pip install 'tauber[sweep]' first.")
    from ..site.sweep import read

    with theory_errors():
        return read(folder)


def _chosen(models: str | None) -> Sequence[str]:
    known = models_with("planes")
    chosen = known if models is None else tuple(dict.fromkeys(name.strip() for name in models.split(",")))
    if missing := [name for name in chosen if name not in known and not is_toml(name)]:
        raise BadInput(
            f"--models was given with '{missing[0]}', but the report has {', '.join(known)}, and files that declare a "
            "model, which end in .toml."
        )
    return chosen


def _show(result: Result, full: bool) -> None:
    del full  # there is one answer
    count = len(result.files)
    screen.print_line(f"Wrote {count} files on {', '.join(result.models)}, with {result.claims} claims.")
    if result.no_pdf:
        screen.print_line(f"No PDF: {result.no_pdf.rstrip('.')}. The LaTeX is there.")
    screen.print_line(f"Open {Path(result.out) / 'index.html'}")
