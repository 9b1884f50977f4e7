"""The report on models of one's own: every shipped example, and planes in which no loss is a power law."""

from __future__ import annotations

import csv
import json
import re
import shutil
from fractions import Fraction
from pathlib import Path

import pytest

import tauber
from tauber.declared import samples
from tauber.declared.planes import planes_of
from tauber.declared.reading import read
from tauber.output.screen import no_bar
from tauber.site import paper
from tauber.site.pages import Site
from tauber.site.samples import grid

from .conftest import Run

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "docs" / "examples").glob("*.toml"))
FLOOR = {
    "spectrum": {"alpha": "4/5", "beta": "3/10"},
    "training": {"step_size": "1/10"},
    "noise": {"label_noise": "1/100"},
}


def written(table: dict, path: Path) -> Path:
    parts = (
        "\n".join([f"[{name}]", *(f"{k} = {json.dumps(v)}" for k, v in part.items())]) for name, part in table.items()
    )
    path.write_text("\n".join(parts) + "\n", encoding="utf-8")
    return path


def reported(file: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The page of a model, solved at one point within short times; its PDF is made where there is TeX."""
    monkeypatch.setattr(samples, "_REACH", dict.fromkeys(samples._REACH, (1, 1, (1e4,))))
    monkeypatch.setattr(samples, "grid", lambda *asked: grid(*asked)[:1])
    folder.mkdir()
    site = Site({"own": planes_of(str(file))}, [], [])
    with no_bar() as advance:
        site.write(folder, advance)
    assert shutil.which(paper.ENGINE) is None or site.without_pdf == ""
    return (folder / "own.html").read_text(encoding="utf-8")


@pytest.mark.dear
@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_every_shipped_example_has_a_report(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = reported(file, tmp_path / "out", monkeypatch)
    found = re.search(r'<script type="application/json" id="planes">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    (plane,) = json.loads(found[1])
    assert plane["phases"]
    assert not [
        curve["reason"]
        for one in plane.get("samples", {}).get("each", ())
        for curve in one["curves"]
        if curve["reason"]
    ]


@pytest.mark.parametrize("file", ["nesterov", "falling_step"])
def test_a_step_size_that_is_given_stays_in_the_curves_of_a_page(file: str) -> None:
    """What a frontier was told is not what it found: the curves are those of the declared step size."""
    declaration = read(ROOT / "docs" / "examples" / f"{file}.toml")
    found = samples._sample(declaration, (0.0, 1.0, 10.0), (1e4,), (Fraction(4, 5), Fraction(3, 10)))
    best = tauber.declare(ROOT / "docs" / "examples" / f"{file}.toml").frontier(flops=[1e4])
    alone = tauber.declare(ROOT / "docs" / "examples" / f"{file}.toml").curve(d="1000", v="inf", times=[0, 1, 10])

    assert found.frontier[0].size == float(best.d[0])
    (curve,) = (curve for curve in found.curves if curve.scale == 1000)
    assert list(curve.loss) == list(alone.excess)


@pytest.mark.parametrize("spectrum", [FLOOR["spectrum"], {"alpha": "2/5", "beta": "1"}, {"file": "modes.csv"}, None])
def test_a_plane_without_a_power_law_is_shown(
    spectrum: dict | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "modes.csv").open("w", newline="") as file:
        csv.writer(file).writerows([(k**-1.6, k**-2.2) for k in range(1, 30)])
    table = {key: part for key, part in FLOOR.items() if key != "spectrum"}
    table = table if spectrum is None else {"spectrum": spectrum, **table}
    page = reported(written(table, tmp_path / "floor.toml"), tmp_path / "out", monkeypatch)
    assert "no power law" in page


def test_a_floor_is_exported_and_is_no_exponent_to_verify(run: Run, tmp_path: Path) -> None:
    file = str(written(FLOOR, tmp_path / "floor.toml"))

    assert run("verify", file).is_refusal("floor", "no exponent", "free")
    assert "optimum" not in run("export", file, "--list").out
    assert tauber.declare(file).derive().latex() in run("export", file, "floor").out


POINT = {"alpha": "4/5", "beta": "3/10"}
SHIFTED = {"kind": "powers", "decay": "8/5", "target": "11/5", "shift": "1/2"}
INDEXED = """resources = ["N_1", "data_2"]
budget = "N_1^(1/2)*data_2"
[parameters]
a_1 = 0
b_long = 0
[terms]
"my_model of_x" = "N_1^(-a_1)"
d_a_b = "data_2^(-b_long)"
x_ = "N_1^(-1/2)*data_2^(-1/2)"
[window]
"at_most (1/2)" = "N_1 <= data_2^4"
"""


@pytest.mark.dear
@pytest.mark.parametrize("spectrum", [POINT, SHIFTED], ids=["powers", "shifted"])
@pytest.mark.parametrize("power", ["1/3", "1/2"])
def test_a_phase_named_by_one_term_is_on_paper(
    spectrum: dict, power: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under a limit on the serial time one term may be a phase, which stands in the picture by its name: F_pp."""
    table = {
        "spectrum": spectrum,
        "training": {"step_size": "free"},
        "noise": {"label_noise": "f^(-1/2)"},
        "budget": {"cost": "d*r*batch^(1/2)", "serial_time": f"f^({power})"},
    }
    reported(written(table, tmp_path / "own.toml"), tmp_path / "out", monkeypatch)
    text = (tmp_path / "out" / "report.tex").read_text(encoding="utf-8")
    assert r"{F\_pp};" in text


def test_names_with_underlines_are_on_paper(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of terms, resources, parameters and lines of the window: the report and what is exported compile."""
    file = tmp_path / "own.toml"
    file.write_text(INDEXED, encoding="utf-8")
    reported(file, tmp_path / "out", monkeypatch)
    exported = run("export", str(file)).out
    point = f"${tauber.declare(file).derive(at='a_1=1,b_long=2').latex()}$"
    border = f"${tauber.declare(file).derive(at='a_1=1,b_long=1').latex()}$"
    assert r"{N_{1}}_\star" in exported
    if shutil.which(paper.ENGINE) is None:
        pytest.skip("no TeX engine here")
    head = r"\documentclass{article}\usepackage{amsmath}\begin{document}"
    made, why = paper.compiled("\n\n".join([head, exported, point, border, r"\end{document}"]))
    assert made is not None, why
