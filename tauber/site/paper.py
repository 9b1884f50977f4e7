"""The report on paper: its planes, phases, boundaries and claims as one LaTeX document, compiled where there is TeX.

What moves on the pages - a point, its curves, the map of a sweep - is not on paper. The document stays beside its PDF.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sympy import Rational

from .. import __version__
from ..formulas import tex
from ..tex import diagram, fragments, losses
from ..tex.document import PACKAGES
from ..tex.layout import table
from ..tex.words import escaped
from . import evidence, figures, paper_figures, paper_tables
from .paper_tables import breaking, words

if TYPE_CHECKING:
    from ..ledger import Claim
    from ..theory.optimum.diagram import Phase
    from .plane import Plane
    from .samples import Sample, Samples
    from .statements import Statement

NAME = "report"
ENGINE = "pdflatex"
_SECONDS = 300


def text(
    planes: Mapping[str, Sequence[Plane]], solved: Mapping[str, Samples], selected: Sequence[Claim],
    records: Sequence[Mapping[str, Any]], statements: Sequence[Statement], counts: str,
) -> str:  # fmt: skip
    """The document in LaTeX; `solved`: by the names of planes."""
    parts = [*paper_tables.result(records)] if "dynamical" in planes else []
    parts += [part for shown in planes.values() for plane in shown for part in _plane(plane, solved.get(plane.name))]
    if records:
        parts += paper_tables.stated(selected, records)
        parts += [r"\section{Claims}", words(counts) + r"\par", paper_figures.LEGEND]
        parts += map(_claim, selected, records, statements)
    return "\n\n".join([_HEAD % __version__, *parts, r"\end{document}"]) + "\n"


def compiled(document: str) -> tuple[bytes | None, str]:
    """The PDF of a document; None with the reason where there is none."""
    engine = shutil.which(ENGINE)
    if engine is None:
        return None, f"there is no {ENGINE}; install TeX Live to have one"
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / f"{NAME}.tex").write_text(document, encoding="utf-8")
        command = [engine, "-interaction=nonstopmode", "-halt-on-error", f"{NAME}.tex"]
        try:
            done = subprocess.run(
                command, cwd=folder, capture_output=True, text=True, errors="replace", check=False, timeout=_SECONDS
            )
        except subprocess.TimeoutExpired:
            return None, f"{ENGINE} took longer than {_SECONDS} s"
        if done.returncode:
            complaint = re.search(r"^! (.*)", done.stdout, re.MULTILINE)
            return None, f"{ENGINE} stopped: {complaint[1] if complaint else 'without a reason'}"
        return (folder / f"{NAME}.pdf").read_bytes(), ""


def _plane(plane: Plane, solved: Samples | None) -> Iterator[str]:
    """The picture, the phases and the boundaries."""
    rows = []
    for phase in plane.diagram.phases:
        where = ", ".join(f"${tex(part)}$" for part in phase.inequalities) or "everywhere"
        laws = [rf"${figures.law_tex(law, power)}$" for law, power in figures.laws(plane, phase)]
        beside = escaped(" = ".join(phase.tradeoff)) or "none"
        rows.append([escaped(phase.name), where, beside, ", ".join(laws) or "no power law"])
    yield rf"\section{{{escaped(plane.title)}}}"
    yield diagram.tikz(plane.diagram, plane.look)
    yield table(("phase", "where", plane.beside, "laws"), rows)
    yield fragments.boundary_list(plane.diagram)
    if solved is not None:
        yield from _losses(plane, solved)


def _losses(plane: Plane, samples: Samples) -> Iterator[str]:
    """What was solved at one point of each phase."""
    first: dict[str, tuple[Phase, Sample]] = {}
    for sample in samples.each:
        phase = plane.diagram.phase_at(*map(Rational, sample.point))
        if phase is not None:
            first.setdefault(phase.name, (phase, sample))
    pictures = []
    for phase, sample in first.values():
        at = dict(zip(plane.diagram.parameters, map(Rational, sample.point), strict=True))
        powers = [plane.laws[n].exponent(phase) for n in samples.laws]
        slopes = [None if power is None else float(power.subs(at)) for power in powers]
        where = ", ".join(f"{s} = {value}" for s, value in at.items())
        pictures.append(losses.tikz(samples, sample, slopes, f"{phase.name}: {where}"))
    yield rf"Solved losses, dots the best at a compute, dashed grey the derived slopes. {words(samples.setting)}\par"
    yield r"\noindent " + "\\hfill\n".join(pictures) + r"\hfill\null\par"


def _claim(claim: Claim, record: Mapping[str, Any], statement: Statement) -> str:
    """A claim: its statement, derived, who states it, and its last verdict."""
    fields = {
        "assumptions": record["assumptions"],
        "order of limits": record["order_of_limits"],
        "source": record["source"],
        "expected": record["expected"],
        "last verdict": evidence.outcome(record),
    }
    lines = [rf"\textit{{{name}}}: {words(str(said))}\par" for name, said in fields.items() if said]
    head = rf"\paragraph{{{words(claim.title)}}} (\texttt{{{breaking(escaped(claim.id))}}})\par"
    pictures = paper_figures.of_claim(record["last"]["evidence"]) if record["last"] else ""
    return "\n".join([r"{\sloppy", head, statement.paper, *lines, pictures, "}"])


_HEAD = (
    PACKAGES
    + f"{paper_figures.PREAMBLE}\n"
    + r"""\title{Neural scaling laws, derived and checked}
\author{written by \texttt{tauber report}, version %s}
\date{}
\setlength{\parindent}{0pt}
\begin{document}
\maketitle"""
)
