"""The pages of the site, written into a folder from templates (``parts/``)."""

from __future__ import annotations

import csv
import importlib
import inspect
import re
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup
from sympy import Rational, Symbol, sympify

from .. import __version__
from ..models import MODELS, function
from ..output.book import COLUMNS, letters, minute
from ..workers import Map
from . import evidence, figures, paper, samples, series, statements, sweep
from .drawing import draw

if TYPE_CHECKING:
    from ..ledger import Claim
    from ..output.screen import Advance
    from .plane import Plane

CLAIMS, INDEX, MANIFEST = "claims.html", "index.html", "manifest.txt"
_PARTS = files(__package__) / "parts"


def is_report(folder: Path) -> bool:
    """Whether a folder holds a report and nothing else: its manifest names every file."""
    manifest = folder / MANIFEST
    return manifest.is_file() and {path.name for path in folder.iterdir()} <= {
        MANIFEST,
        *manifest.read_text(encoding="utf-8").splitlines(),
    }


class Site:
    """The pages of some models, with their claims."""

    def __init__(
        self,
        planes: Mapping[str, Sequence[Plane]],
        selected: Sequence[Claim],
        records: Sequence[Mapping[str, Any]],
        measured: sweep.Map | None = None,
        mapped: Map = map,
    ) -> None:
        self.planes, self.selected, self.records, self.measured = planes, selected, records, measured
        self._mapped, self._solved = mapped, dict[str, samples.Samples]()  # by the names of planes
        self.counts = evidence.counts(records)
        self.without_pdf = ""  # why there is no PDF, once it was tried
        models = [(f"{model}.html", model) for model in planes]
        swept = [] if measured is None else [(f"{sweep.NAME}.html", "Sweep")]
        loader = jinja2.FunctionLoader(_part)
        self._templates = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
        self._templates.globals |= {
            "pages": [(INDEX, "Start"), *models, *swept, (CLAIMS, "Claims")],
            "version": __version__,
            "style": Markup(_part("style.css")),
        }

    @property
    def steps(self) -> int:
        """Of `write`."""
        return len(self.planes) + 3 + (self.measured is not None)

    def write(self, folder: Path, advance: Advance) -> list[str]:
        """Write every page and every table of data; give their names."""
        for model, planes in self.planes.items():
            self._model(folder, model, planes)
            advance(1, model)
        if self.measured is not None:
            _write_table(folder / f"{sweep.NAME}.csv", sweep.records(self.measured))
            self._model(folder, sweep.NAME, [self.measured.plane])
            advance(1, "sweep")
        stated = statements.written(self.selected, self._mapped)
        document = paper.text(self.planes, self._solved, self.selected, self.records, stated, self.counts)
        with ThreadPoolExecutor(1) as beside:  # TeX takes as long as the claims, on a core of its own
            compiled = beside.submit(paper.compiled, document)
            self._claims(folder, stated)
            advance(1, "claims")
            self._paper(folder, document, *compiled.result())
        advance(1, "PDF")
        self._index(folder)
        advance(1, "index")
        names = sorted(path.name for path in folder.iterdir())
        (folder / MANIFEST).write_text("\n".join(names) + "\n", encoding="utf-8")
        return [*names, MANIFEST]

    def _page(self, folder: Path, name: str, template: str, **values: Any) -> None:
        text = self._templates.get_template(template).render(here=name, **values)
        (folder / name).write_text(text, encoding="utf-8")

    def _model(self, folder: Path, model: str, planes: Sequence[Plane]) -> None:
        shown, found = [], []
        for plane in planes:
            picture = draw(plane)
            solved = None if plane.samples is None else plane.samples(self._mapped)
            beside = {} if solved is None else {"samples": samples.data(solved)}
            if model == sweep.NAME and self.measured is not None:
                beside["measured"] = sweep.data(self.measured)
            found.append(figures.data(plane, picture) | beside)
            if solved is not None:
                self._solved[plane.name] = solved
                _write_table(folder / f"curves-{plane.name}.csv", samples.curve_records(plane.names, solved))
                if solved.compute:
                    _write_table(folder / f"frontier-{plane.name}.csv", samples.frontier_records(plane.names, solved))
            table = f"phases-{plane.name}.csv"
            _write_table(folder / table, list(figures.phase_records(plane)))
            shown.append(
                {
                    "name": plane.name, "title": plane.title, "svg": Markup(picture.svg), "csv": table,
                    "columns": figures.columns(plane), "rows": list(figures.phase_rows(plane, picture)),
                    "boundaries": list(figures.boundary_rows(plane)), "samples": solved,
                }
            )  # fmt: skip
        parameters = [
            {"word": symbol.name, "sign": figures.formula(symbol), "value": value}
            for symbol, value in zip(planes[0].diagram.parameters, found[0]["frame"]["start"], strict=True)
        ]
        self._page(
            folder, f"{model}.html", "model.html", model=model, about=_about(model), parameters=parameters,
            planes=shown, data=figures.in_script(found), sweep=self._swept() if model == sweep.NAME else None,
            scripts=[Markup(_part(name)) for name in ("samples.js", "sweep.js", "plane.js")],
        )  # fmt: skip

    def _paper(self, folder: Path, document: str, made: bytes | None, reason: str) -> None:
        """The report as LaTeX, and as PDF where there is TeX."""
        self.without_pdf = reason
        (folder / f"{paper.NAME}.tex").write_text(document, encoding="utf-8")
        if made is not None:
            (folder / f"{paper.NAME}.pdf").write_bytes(made)

    def _swept(self) -> dict[str, str] | None:
        """The words of the page of a sweep."""
        if self.measured is None:
            return None
        low, high = sweep.scale(self.measured)
        return {"shown": self.measured.shown, "low": low, "high": high, "folder": self.measured.folder}

    def _claims(self, folder: Path, stated: Sequence[statements.Statement]) -> None:
        _write_table(folder / "claims.csv", list(evidence.claim_records(self.records)))
        _write_table(folder / "evidence.csv", list(evidence.evidence_records(self.records)))
        _write_table(folder / "series.csv", series.records(self.records))
        self._page(
            folder, CLAIMS, "claims.html", counts=self.counts, letters=_named(letters()), columns=COLUMNS,
            sections=list(evidence.stated(self.selected, self.records)),
            claims=list(evidence.shown(self.selected, self.records, [text.page for text in stated])),
        )  # fmt: skip

    def _index(self, folder: Path) -> None:
        models = [
            (
                Markup('<a href="{0}.html">{0}</a>').format(model),
                _about(model),
                Markup("<br>").join(plane.title for plane in planes),
            )
            for model, planes in self.planes.items()
        ]
        self._page(
            folder, INDEX, "index.html", counts=self.counts, models=models, minute=self._minute(),
            without_pdf=self.without_pdf,
        )  # fmt: skip

    def _minute(self) -> dict[str, Any] | None:
        """The one point of the front page; None without its model."""
        if "dynamical" not in self.planes:
            return None
        found = minute()
        outcomes = {record["id"]: evidence.outcome(record) for record in self.records}
        law = self.planes["dynamical"][0].laws[0]
        return {
            "law": figures.law_math(law, Symbol("x")),
            "point": f"(a, b) = ({found.a}, {found.b})",
            "published": figures.law_math(law, Rational(found.published)),
            "truth": figures.law_math(law, Rational(found.truth)),
            "columns": found.COLUMNS,
            "rows": [
                (*row, figures.code(f"{outcomes.get(name, evidence.UNCHECKED)}: `{name}`", outcomes))
                for *row, name in found.rows
            ],
            "paragraphs": [figures.code(found.paragraph, outcomes)],
            "tex": function("dynamical", "derive")(a=found.a, b=found.b).latex(),
            "page": f"dynamical.html#{found.a},{found.b}",
            "command": f"tauber derive dynamical --a {found.a} --b {found.b} --latex",
        }


def planes_of(model: str) -> list[Plane]:
    """The phase diagrams that a model has for the report."""
    return list(importlib.import_module(f"tauber.models.{model}.planes").planes())


def _about(model: str) -> str:
    """The first line of what a model's package says of itself; a declared model has none."""
    if model == sweep.NAME:
        return "A sweep: measured exponents in the derived plane"
    if model not in MODELS:
        return f"A declared model: {model}"
    words = inspect.getdoc(importlib.import_module(f"tauber.models.{model}")) or model
    return words.splitlines()[0].removesuffix(".")


def _named(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """The table of letters with a name for its first column, for those who hear it read, and letters as formulas."""
    (_, *papers), *rest = rows
    return [["letter of", *papers], *([what, *map(_lettered, letters)] for what, *letters in rest)]


def _lettered(text: str) -> str:
    """A formula of the dictionary; its names are all symbols, S and N among them."""
    names = {name: Symbol(name, positive=True) for name in re.findall(r"[A-Za-z_]+", text)}
    return figures.formula(sympify(text.replace("^", "**"), names, evaluate=False))


def _part(name: str) -> str:
    return (_PARTS / name).read_text(encoding="utf-8")


def _write_table(path: Path, rows: Sequence[Mapping[str, Any]] | Iterable[Mapping[str, Any]]) -> None:
    """A table of data; without rows, an empty file."""
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        if rows:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
