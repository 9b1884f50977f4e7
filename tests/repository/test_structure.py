"""The house rules that a machine can check: import directions, sizes, links, packages, docstrings."""

from __future__ import annotations

import ast
import graphlib
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CODE = sorted(
    path
    for folder in ("theory", "numerics", "tauber", "tests", "benchmarks", "docs")
    for path in (ROOT / folder).rglob("*.py")
    # The links lead to the wings, which are listed already.
    if not any(path.is_relative_to(ROOT / "tauber" / wing) for wing in ("theory", "numerics"))
)
PUBLIC = [path for path in CODE if path.relative_to(ROOT).parts[0] in {"theory", "numerics", "tauber"}]


def tracked_files() -> list[Path]:
    """Files that belong to the project: what git knows or would add."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: which files belong to the project is not known here")
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [ROOT / name for name in listed.split("\0") if name]
    return [path for path in paths if path.is_file() and not path.is_symlink()]


def test_import_contracts_hold() -> None:
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
        "--no-cache",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Contracts: 4 kept, 0 broken" in done.stdout


@pytest.mark.parametrize("wing", ["theory", "numerics"])
def test_a_wing_imports_nothing_of_the_house_but_itself(wing: str) -> None:
    for path in sorted((ROOT / wing).rglob("*.py")):
        depth = len(path.relative_to(ROOT / wing).parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert node.level <= depth, f"{path} leaves its wing"
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not {name.split(".")[0] for name in names} & {"tauber", "theory", "numerics"}, path


def test_the_statistics_of_scipy_are_not_imported() -> None:
    """They take half a second of each process that fits; SciPy's special functions have the same quantiles."""
    pattern = re.compile(r"scipy\.stats|from scipy import .*\bstats\b")
    assert [path.name for path in PUBLIC if pattern.search(path.read_text(encoding="utf-8"))] == []


def test_no_two_modules_import_each_other() -> None:
    """Imports for types, and those inside functions, count."""
    imports = grimp.build_graph("tauber", cache_dir=None)
    try:
        graphlib.TopologicalSorter({x: imports.find_modules_directly_imported_by(x) for x in imports.modules}).prepare()
    except graphlib.CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_links_to_the_wings() -> None:
    for wing in ("theory", "numerics"):
        link = ROOT / "tauber" / wing
        assert link.is_symlink()
        assert os.readlink(link) == f"../{wing}"


def test_every_folder_of_code_is_a_package() -> None:
    """A folder without `__init__.py` imports from a clone and is missing in the wheel."""
    assert not {path.parent for path in PUBLIC} - {path.parent for path in PUBLIC if path.name == "__init__.py"}


def test_dependencies_are_pinned_without_an_index() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = {line.split("==")[0].lower().replace("_", "-") for line in lines if line and not line.startswith("#")}

    assert all(
        re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line) for line in lines if line and not line.startswith("#")
    )
    extras = PROJECT["project"]["optional-dependencies"]
    wanted = [*PROJECT["project"]["dependencies"], *(name for extra in extras.values() for name in extra)]
    names = {re.split(r"[><=\[]", text)[0].strip() for text in wanted} - {"tauber"}
    assert names <= pins


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_are_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < 500


@pytest.mark.parametrize("path", PUBLIC, ids=lambda path: str(path.relative_to(ROOT)))
def test_public_names_are_documented(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "the module"
    for node in _public_definitions(tree.body):
        assert ast.get_docstring(node), f"{node.name} in line {node.lineno}"


def _public_definitions(body: list[ast.stmt]) -> list[ast.ClassDef | ast.FunctionDef]:
    found = []
    for node in body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and not node.name.startswith("_"):
            found.append(node)
            if isinstance(node, ast.ClassDef):
                found += _public_definitions(node.body)
    return found


def test_no_file_names_a_machine_or_a_package_index() -> None:
    # Written in pieces, so that this file does not contain what it looks for.
    index = re.compile("|".join(["py" + r"pi\.org", "index-" + "url", "pythonhosted" + r"\.org", "find-" + "links"]))
    machine = re.compile(
        "|".join([r"(?<![\w.])/" + "work/", r"(?<![\w.])/" + r"home/\w", r"(?<![\w.])/" + "root/", "/" + "Users/"])
    )
    for path in tracked_files():
        if path.suffix in {".png", ".pdf"}:
            continue
        text = path.read_text(encoding="utf-8")
        assert not index.search(text), path
        assert not machine.search(text), path


def test_ci_calls_what_the_readme_names() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    called = re.findall(r"^make (\S+)$", script, re.MULTILINE)

    assert called == ["setup", "lint", "test"]
    assert all(f"make {target}" in readme for target in called)


def test_every_make_target_of_the_readme_exists() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))

    named = set(re.findall(r"`make ([a-z-]+)`|^make ([a-z-]+)", readme, re.MULTILINE))
    assert {first or second for first, second in named} <= targets


def test_version_is_the_same_everywhere() -> None:
    import tauber

    assert f"version: {tauber.__version__}" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"## {tauber.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
