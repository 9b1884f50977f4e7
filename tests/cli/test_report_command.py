"""The report as a command: what it writes and refuses, and where its planes are solved."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import pytest
from sympy import Rational

from tauber.declared.planes import planes_of as declared_planes
from tauber.site import paper
from tauber.site.pages import is_report, planes_of
from tauber.site.samples import grid

from ..sampling import repeated
from .conftest import Run
from .test_report import DECLARED, MODELS, ROOT, table


def test_the_grid_of_curves_has_points_in_every_phase_and_on_no_boundary() -> None:
    from tauber.models.plrf import samples

    plane, *others = [plane for model in MODELS for plane in planes_of(model)]
    others += [plane for file in DECLARED.values() for plane in declared_planes(str(ROOT / file))]
    points = {plane.name: list(itertools.product(samples.ALPHAS, samples.BETAS))}
    for count, other in itertools.product((1, 3), others):
        points[other.name] = grid(other.diagram, other.look, count)
    for shown in (plane, *others):
        found = [shown.diagram.phase_at(*(Rational(str(x)) for x in point)) for point in points[shown.name]]
        assert {phase.name if phase else "a boundary" for phase in found} == {p.name for p in shown.diagram.phases}


def test_declared_models_are_refused_without_a_plane_or_under_the_name_of_a_page(run: Run, tmp_path: Path) -> None:
    line, out = tmp_path / "line.toml", str(tmp_path / "out")
    line.write_text('resources = ["N"]\nbudget = "N"\n[parameters]\na = 0\n[terms]\nmodel = "N^(-a)"\n')
    claims_file = tmp_path / "claims.toml"
    shutil.copy(ROOT / DECLARED["step_size"], claims_file)

    assert run("report", "--out", out, "--models", str(line)).is_refusal("1 parameters", "phases")
    assert run("report", "--out", out, "--models", str(claims_file)).is_refusal("another page", "rename")
    assert run("report", "--out", out, "--models", "kernel").is_refusal("kernel", ".toml")
    assert not (tmp_path / "out").exists()


def test_without_tex_or_with_bad_tex_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which(paper.ENGINE):
        made, why = paper.compiled("no LaTeX")
        assert made is None
        assert "Missing" in why
    monkeypatch.setattr("shutil.which", lambda _: None)
    made, why = paper.compiled("")
    assert made is None
    assert "TeX Live" in why


def test_the_command(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kept verdict is on the page with its tolerance; a report is replaced, other folders are not.

    In `make test-all` by processes, and with all claims on paper.
    """
    monkeypatch.setenv("TAUBER_CACHE_DIR", str(tmp_path / "cache"))
    target = tmp_path / "pages"
    assert run("verify", "explaining.examples.threshold").code == 0
    if repeated(0, 1) == 0:
        monkeypatch.setattr(paper, "ENGINE", "no engine")
    words = ["--models", "explaining", "--workers", str(repeated(1, 2))]
    shown = run("report", "--out", str(target), *words, "--json").json
    evidence = table(target / "evidence.csv")

    assert sorted(shown["files"]) == sorted(path.name for path in target.iterdir())
    assert ("report.pdf" in shown["files"]) == (shown["no_pdf"] == "") == (shutil.which(paper.ENGINE) is not None)
    assert {row["id"] for row in evidence} == {"explaining.examples.threshold"}
    assert evidence[0]["because"] in (target / "claims.html").read_text(encoding="utf-8").replace("&#39;", "'")
    assert 'class="deviations"' in (target / "claims.html").read_text(encoding="utf-8")
    assert "In a minute" not in (target / "index.html").read_text(encoding="utf-8")
    assert is_report(target)
    (target / "notes.txt").write_text("mine")
    assert run("report", "--out", str(target)).is_refusal("pages", "new folder")
    assert run("report", "--out", str(tmp_path / "x"), "--models", "kernel").is_refusal("kernel", "plrf")
    assert (target / "notes.txt").read_text() == "mine"
