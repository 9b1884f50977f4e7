"""The public API: what `help(tauber)` shows, all of it documented, and nothing loaded before it is used."""

from __future__ import annotations

import ast
import importlib
import inspect
import pydoc
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

import tauber
from tauber import models

ROOT = Path(tauber.__file__).parent
NAMES = sorted(tauber.__all__)
NOTEBOOKS = sorted((ROOT.parent / "notebooks").glob("*.ipynb"))


def test_the_public_names_are_the_models_the_general_actions_solvers_and_exceptions() -> None:
    exceptions = {
        name for name in NAMES if isinstance(found := getattr(tauber, name), type) and issubclass(found, Exception)
    }

    assert set(models.MODELS) | set(models.GENERAL) < set(NAMES)
    assert exceptions >= {"BadInput", "CheckFailed", "AssumptionError", "TauberInputError", "PrecisionLost"}
    assert dir(tauber) == NAMES
    with pytest.raises(AttributeError, match="it has plrf, dynamical"):
        _ = tauber.derive


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_is_documented(name: str) -> None:
    found = getattr(tauber, name)
    assert (inspect.getdoc(found) or "").strip()
    inside = found.__all__ if inspect.ismodule(found) else vars(found) if inspect.isclass(found) else ()
    for member in inside:
        public = not member.startswith("_") and callable(getattr(found, member))
        assert not public or (inspect.getdoc(getattr(found, member)) or "").strip(), member


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_is_no_module_of_the_package(name: str) -> None:
    """Else importing that module would put it in the place of the public name."""
    assert not (ROOT / name).exists()
    assert not (ROOT / f"{name}.py").exists()


def test_help_shows_the_public_names_and_nothing_else() -> None:
    page = pydoc.plain(pydoc.render_doc(tauber))
    sections = dict(re.findall(r"^([A-Z]+(?: [A-Z]+)?)\n((?:(?: .*)?\n)+)", page, re.MULTILINE))
    functions = set(re.findall(r"^    (\w+)(?:\(| = )", sections["FUNCTIONS"], re.MULTILINE))
    classes = set(re.findall(r"^    class (\w+)", sections["CLASSES"], re.MULTILINE))

    assert functions | classes | set(models.MODELS) == set(NAMES)
    assert set(models.MODELS) <= set(sections["DESCRIPTION"].replace("`", " ").replace(",", " ").split())
    assert "DATA" not in sections  # PACKAGE CONTENTS, the rooms of the house, pydoc writes for every package


def test_a_star_import_has_all_names() -> None:
    namespace: dict[str, object] = {}
    exec("from tauber import *", namespace)

    assert set(NAMES) <= set(namespace)


@pytest.mark.parametrize("module", ["tauber", *(f"tauber.models.{name}" for name in (*models.MODELS, "data"))])
def test_importing_is_light(module: str) -> None:
    heavy = "{'sympy', 'numpy', 'matplotlib', 'scipy', 'typer'}"
    code = f"import sys, {module}; print(*{heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT.parent)

    assert done.stdout.strip() == ""


def test_the_classes_are_those_of_the_wings() -> None:
    for name in ("PLRF", "Dynamical", "LearningCurve"):
        home = importlib.import_module(getattr(tauber, name).__module__)
        assert getattr(home, name) is getattr(tauber, name)
        assert home.__name__.startswith("tauber.numerics")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_takes_of_the_package_only_public_names(path: Path) -> None:
    cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    code = re.sub(r"^%.*$", "", "\n".join(cells), flags=re.MULTILINE)
    taken = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            taken |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            taken |= {f"{node.module}.{name.name}" for name in node.names}
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "tauber":
            taken.add(f"tauber.{node.attr}")

    assert "tauber" in taken
    assert {name for name in taken if name.startswith("tauber")} <= {"tauber", *(f"tauber.{name}" for name in NAMES)}
