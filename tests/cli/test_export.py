"""``tauber phases`` and ``tauber export``: JSON, pictures, LaTeX that compiles."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import sympy

from ..sampling import some

FRAGMENTS = [
    "model.tex", "terms.tex", "phases.tex", "boundaries.tex", "constants.tex", "crossover.tex", "logarithms.tex",
    "noise.tex", "diagram.tex", "dynamical_model.tex", "dynamical_laws.tex", "dynamical_phases.tex",
    "dynamical_boundaries.tex", "dynamical_optimum.tex", "dynamical_diagram.tex", "explaining_model.tex",
    "explaining_laws.tex", "explaining_phases.tex", "explaining_boundaries.tex", "explaining_diagram.tex",
    "geometry.tex",
]  # fmt: skip
DOCUMENTS = ["plrf.tex", "dynamical.tex", "explaining.tex"]
FILES = [*FRAGMENTS, *DOCUMENTS, "tauber.bib"]
SIGNATURES = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}


def test_phases_json(run) -> None:
    found = run("phases", "plrf", "--json").json
    names = [phase["name"] for phase in found["phases"]]

    assert sorted(names) == ["II", "III", "IVa", "IVb", "Ia", "Ib", "Ic", "none"]
    assert all(set(phase) >= {"name", "inequalities", "d_exponent", "loss_exponent"} for phase in found["phases"])
    equations = {boundary["equation"] for boundary in found["boundaries"]}
    assert equations == {
        "alpha = 1/2", "beta = 1/2", "beta = alpha", "alpha = 1/4", "alpha + beta = 1/2", "alpha = 1 - sqrt(2)/2",
    }  # fmt: skip
    assert all(len(boundary["between"]) == 2 for boundary in found["boundaries"])


def test_phases_table(run) -> None:
    lines = run("phases", "plrf").out.splitlines()

    assert any(line.startswith("III\t") for line in lines)
    assert "alpha = 1 - sqrt(2)/2\tIVa | IVb" in lines


@pytest.mark.dear
@pytest.mark.parametrize("suffix", ["svg", "png", "pdf"])
def test_phases_plot(run, tmp_path: Path, suffix: str) -> None:
    target = tmp_path / f"phases.{suffix}"
    shown = run("phases", "plrf", "--plot", str(target), "--json")

    assert shown.json["phases"]
    assert target.read_bytes().startswith(SIGNATURES[suffix])
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


@pytest.mark.dear
def test_the_same_picture_is_the_same_file(run, tmp_path: Path) -> None:
    for name in ("one.svg", "two.svg"):
        run("phases", "plrf", "--plot", str(tmp_path / name))

    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


@pytest.mark.parametrize("name", ["phases.gif", "phases", "missing/phases.svg", ".svg"])
def test_bad_plot_targets_are_refused(run, tmp_path: Path, name: str) -> None:
    assert run("phases", "plrf", "--plot", str(tmp_path / name)).is_refusal(name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("kept_answers")
def test_export_writes_every_fragment(run, tmp_path: Path) -> None:
    found = run("export", "--out", str(tmp_path / "paper"), "--json").json

    assert found["files"] == FILES
    assert sorted(path.name for path in (tmp_path / "paper").iterdir()) == sorted(found["files"])
    assert [path.name for path in tmp_path.iterdir()] == ["paper"]
    assert r"\resizebox" not in "".join(path.read_text() for path in (tmp_path / "paper").iterdir())
    for name in FRAGMENTS:
        label = rf"\label{{tauber:{name.removesuffix('.tex')}}}"
        assert (tmp_path / "paper" / name).read_text().count(label) == 1
    assert r"1 - \frac{\sqrt{2}}{2}" in (tmp_path / "paper" / "boundaries.tex").read_text()


@pytest.mark.usefixtures("kept_answers")
def test_export_says_what_it_wrote(run, tmp_path: Path) -> None:
    out = tmp_path / "paper"

    assert run("export", "--out", str(out)).out.splitlines() == [f"Wrote {out / name}" for name in FILES]


@pytest.mark.usefixtures("kept_answers")
def test_export_from_python(tmp_path: Path) -> None:
    from tauber.models.export import export

    found = export(out=tmp_path / "paper")

    assert found.files == FILES
    assert str(found).splitlines()[0] == f"Wrote {tmp_path / 'paper' / FRAGMENTS[0]}"


def test_export_refuses_a_folder_that_cannot_be_made(run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert run("export", "--out", str(tmp_path / "file" / "paper")).is_refusal("cannot be filled")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory, answers: Path) -> Path:
    from tauber.tex.latex import write

    folder = tmp_path_factory.mktemp("paper")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TAUBER_CACHE_DIR", str(answers))
        write(folder)
    return folder


def test_another_notation_has_the_derived_formulas_in_its_letters(run, tmp_path: Path) -> None:
    from tauber.formulas import in_latex
    from tauber.notation import rewritten
    from tauber.theory.models.plrf import phase_diagram

    out = tmp_path / "paper"
    found = run("export", "--out", str(out), "--notation", "bordelon", "--json").json
    text = {name: (out / name).read_text() for name in found["files"]}
    derived = [phase.loss_exponent for phase in phase_diagram().phases if phase.exponents]

    assert {"letters.tex", "phases.tex", "terms.tex", "dynamical_laws.tex", *DOCUMENTS} <= set(text)
    assert set(text) == (set(FILES) | {"letters.tex"}) - set(found["left_out"])
    assert {"model.tex", "constants.tex", "diagram.tex"} <= set(found["left_out"])
    assert "\ue000" not in "".join(text.values())
    assert not any(re.search(r"\\(alpha|beta)\b|_\\star \\sim f", text[n]) for n in ("phases.tex", "terms.tex"))
    rows = re.findall(r"C\^\{-y\}\$\}\{\$\\displaystyle (.*?)\$\}", text["phases.tex"])
    assert len(rows) == len(derived) == 7
    for row, exponent in zip(rows, derived, strict=True):
        a, b = (sympy.Symbol(x, positive=True) for x in "ab")
        written = eval(_python(row), {"a": a, "b": b, "S": sympy.S})
        assert sympy.simplify(written - rewritten(exponent, "plrf", "bordelon")) == 0, (row, in_latex(exponent))
    assert run("export", "--out", str(out), "--notation", "kaplan").is_refusal("kaplan", "bordelon")
    assert run("export", "--list", "--notation", "bordelon").is_refusal("--list", "--notation")


def _python(row: str) -> str:
    """A rational function in LaTeX as Python has it."""
    row = re.sub(r"\\left|\\right|\s", "", re.sub(r"\^\{(\d)\}", r"**\1", row))
    row = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"S(\1)/(\2)", row)
    return re.sub(r"(?<=[\dab)])(?=[ab(])", "*", row)


def test_a_table_breaks_over_pages_with_its_head_on_each(tmp_path: Path) -> None:
    """A narrow table and one with a line for each cell, alone and in two columns."""
    from tauber.tex.latex import headed
    from tauber.tex.layout import table

    narrow = table(("$n$", "square"), [[f"${n}$", f"${n * n}$"] for n in range(150)])
    long = [f"$\\displaystyle \\frac{{1}}{{{'a + ' * 30}{k}}}$" for k in range(3)]
    wide = table(("name", "first", "second", "third"), [["one", *long]])
    text = headed(f"{narrow}\n\\twocolumn\n{narrow}")
    packages = re.match(r"% Written by tauber .*; packages: (.*)\.\n", text)
    assert packages is not None
    assert r"\tauberhead" in wide
    assert r"\tauberrow" in narrow
    (tmp_path / "long.tex").write_text(
        f"\\documentclass{{article}}\n\\usepackage{{{packages[1].replace(', ', ',')}}}\n\\begin{{document}}\n"
        f"\\onecolumn\n{text}\\end{{document}}\n"
    )
    log = _compiled(tmp_path, "long.tex")

    assert not re.findall(_COMPLAINTS, log)
    pages = re.search(r"Output written on long.pdf \((\d+) pages", log)
    assert pages is not None
    assert int(pages[1]) > 4


@pytest.mark.dear
@pytest.mark.parametrize(
    "notation", ["bahri", *(pytest.param(n, marks=pytest.mark.slow) for n in ("paquette", "bordelon"))]
)
def test_another_notation_compiles_alone_and_in_two_columns(tmp_path: Path, notation: str) -> None:
    from tauber.tex.latex import write

    names = [n for n in write(tmp_path, notation=notation) if n.endswith(".tex") and n not in DOCUMENTS]
    inputs = "\n".join(rf"\input{{{name}}}" for name in names)
    (tmp_path / "all.tex").write_text(
        "\\documentclass{article}\n\\usepackage{amsmath,array,booktabs,longtable}\n\\begin{document}\n"
        f"{inputs}\n\\twocolumn\\renewcommand{{\\label}}[1]{{}}\n{inputs}\n\\end{{document}}\n"
    )

    assert not re.findall(_COMPLAINTS, _compiled(tmp_path, "all.tex"))


def _compiled(folder: Path, document: str) -> str:
    """The log of a document that compiled."""
    engine = shutil.which("pdflatex")
    if engine is None:
        pytest.skip("no TeX engine here: install pdflatex with pgfplots to compile the exported LaTeX")
    command = [engine, "-interaction=nonstopmode", "-halt-on-error", document]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    assert (folder / document).with_suffix(".pdf").read_bytes().startswith(SIGNATURES["pdf"])
    return (folder / document).with_suffix(".log").read_text(errors="replace")


_COMPLAINTS = r"LaTeX Warning: (?:Reference|Citation).*|Overfull \\[hv]box.*(?:\n.*){3}|Missing character.*"


@pytest.mark.parametrize("document", some(DOCUMENTS, quick=(1,)))
def test_a_document_compiles_without_complaint(exported: Path, document: str) -> None:
    assert not re.findall(_COMPLAINTS, _compiled(exported, document))


@pytest.mark.slow
@pytest.mark.parametrize("columns", ["onecolumn", "twocolumn"])
@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_a_fragment_compiles_alone_with_the_packages_it_names(exported: Path, fragment: str, columns: str) -> None:
    named = re.match(r"% Written by tauber .*; packages: (.*)\.\n", (exported / fragment).read_text())
    assert named is not None
    packages = [f"\\usepackage{{{name}}}" for name in named[1].split(", ") if name != "none"]
    document = f"{columns}_{fragment}"
    (exported / document).write_text(
        "\n".join([f"\\documentclass[{columns}]{{article}}", *packages, "\\begin{document}",
                   f"\\input{{{fragment}}}", "\\end{document}"])
    )  # fmt: skip

    assert not re.findall(_COMPLAINTS, _compiled(exported, document))


def test_an_empty_folder_name_is_refused(run) -> None:
    assert run("export", "--out", "").is_refusal("--out", "folder")


@pytest.mark.parametrize("out", ["file", "file/paper", "missing/paper", "paper", ""])
def test_the_folder_is_refused_before_anything_is_derived(run, monkeypatch, tmp_path: Path, out: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "paper" / "terms.tex").mkdir(parents=True)
    monkeypatch.setattr("tauber.tex.latex.makers", lambda notation: {"terms.tex": lambda: pytest.fail("derived first")})

    assert run("export", "--out", str(tmp_path / out) if out else out).is_refusal(out)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "paper"]
