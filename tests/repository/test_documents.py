"""README, documents and notebooks do what they say: every command runs, every number is asserted."""

from __future__ import annotations

import ast
import doctest
import importlib.util
import os
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import nbformat
import pytest

from tauber.cli import main
from tauber.models import ACTIONS, MODELS

from ..golden import record

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
README, *DOCUMENTS = [path.read_text(encoding="utf-8") for path in PAGES]
TEXT = "\n".join([README, *DOCUMENTS])
COMMANDS = [*dict.fromkeys(re.findall(r"^ {4}\$ tauber (.+)$", TEXT, re.MULTILINE))]
SHOWN = sorted(set(re.findall(r"^ {4}\$ tauber (.+)\n((?:\n* {4}(?!\$).+\n)+)", TEXT, re.MULTILINE)))
SLOW = {x for x in COMMANDS if x.startswith(("report", "verify", "fit runs.csv", "predict"))} | record.sampled()
"""Those that take long, and those that `make test` runs, and compares what they print, in tests/cli/test_golden.py."""
DEAR = ("fit docs", "sweep", "simulate")
"""Of the others, those of a second and more."""
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
QUICK = "exact_asymptotics"
"""The notebook that `make test` executes, the quickest."""


@pytest.fixture(scope="module")
def executor() -> ModuleType:
    spec = importlib.util.spec_from_file_location("execute", ROOT / "notebooks" / "execute.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_show_every_command() -> None:
    assert {command.split()[0] for command in COMMANDS} == {
        "derive", "phases", "curve", "frontier", "simulate", "certify", "spectrum", "predict", "fit", "sweep", "verify",
        "claims", "report", "export", "cite",
    }  # fmt: skip


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(c, marks=[pytest.mark.slow] * (c in SLOW) + [pytest.mark.dear] * c.startswith(DEAR))
        for c in COMMANDS
    ],
    ids=lambda text: text[:40],
)
@pytest.mark.usefixtures("kept_answers")
def test_a_command_of_a_page_runs(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in (tmp_path, tmp_path / "docs" / "examples"):
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "docs" / "examples" / "runs.csv", folder)

    assert main(shlex.split(command)) == 0


@pytest.mark.parametrize(("command", "block"), SHOWN, ids=[command[:40] for command, _ in SHOWN])
def test_the_output_on_a_page_is_what_is_printed(command: str, block: str, seen: Callable[[str], list[str]]) -> None:
    assert [line.removeprefix("    ") for line in block.rstrip().split("\n")] == _trimmed(seen(command))


def _trimmed(lines: list[str]) -> list[str]:
    """Lines without the empty ones at the end."""
    return lines if not lines or lines[-1] else _trimmed(lines[:-1])


def test_the_pages_show_an_output_for_each_model() -> None:
    assert {" ".join(command.split()[:2]) for command, _ in SHOWN} >= {
        "derive plrf", "derive dynamical", "derive explaining", "derive geometry",
    }  # fmt: skip


@pytest.mark.parametrize(
    "path",
    [pytest.param(p, marks=pytest.mark.dear) if p.stem in ("own_runs", "sweeps") else p for p in PAGES],
    ids=lambda path: path.name,
)
def test_the_examples_of_the_documents_are_sound(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = path.read_text(encoding="utf-8")
    for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        if not code.startswith(">>>"):
            ast.parse(code)  # it may need PyTorch, which is not here, but must be Python
    failed, tried = doctest.testfile(str(path), module_relative=False)
    assert (failed, tried) == (0, len(re.findall(r"^ *>>> ", text, re.MULTILINE)))
    for command in re.findall(r"^tauber (.+)$", text, re.MULTILINE):
        words = shlex.split(command)
        declared = words[0] in ACTIONS and words[1].endswith(".toml")
        model = [str(ROOT / words[1])] if declared else [words[1]] if words[1] in MODELS else []
        assert main([words[0], *model, "--help"]) == 0
        options = {word for word in words if word.startswith("--")}
        assert options <= set(re.findall(r"--[a-z][a-z-]*", capsys.readouterr().out)), command


def test_links_of_the_readme_lead_somewhere() -> None:
    for target in re.findall(r"\]\((?!https)([^)]+)\)", README):
        assert (ROOT / target).exists(), target


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_committed_with_its_outputs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]

    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert not any(
        output.output_type == "error" or output.get("name") == "stderr" for c in cells for output in c.outputs
    )
    assert sum("image/png" in output.get("data", {}) for cell in cells for output in cell.outputs) >= 3
    assert "assert " in cells[-1].source


@pytest.mark.parametrize(
    "path",
    [path if path.stem == QUICK else pytest.param(path, marks=pytest.mark.slow) for path in NOTEBOOKS],
    ids=lambda path: path.stem,
)
@pytest.mark.filterwarnings("default::DeprecationWarning")  # of the Jupyter libraries, not of ours
@pytest.mark.usefixtures("kept_answers")
def test_a_notebook_runs_from_an_empty_kernel(
    path: Path, executor: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    monkeypatch.setenv("PYTHONWARNINGS", os.environ.get("PYTHONWARNINGS", ""))
    executed = executor.execute(path)

    code = [cell for cell in executed.cells if cell.cell_type == "code"]
    assert not any(output.output_type == "error" for cell in code for output in cell.outputs)
