"""The package as a stranger gets it: a wheel built from the source distribution, imported from an empty folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_PROBE = """
import tauber, tauber.theory.models.plrf, tauber.numerics, tauber.ledger, tauber.cli
from pathlib import Path
assert Path(tauber.__file__).is_relative_to({site!r}), tauber.__file__
assert Path(tauber.theory.__file__).is_relative_to({site!r}), tauber.theory.__file__
try:
    import theory
except ModuleNotFoundError:
    pass
else:
    raise AssertionError("the wheel installs a top-level package named theory")
print(tauber.plrf.derive(alpha="4/5", beta="3/10").phase)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("source") / "tauber"
    shutil.copytree(
        ROOT,
        source,
        symlinks=True,
        ignore=shutil.ignore_patterns(".venv", ".git", "*.egg-info", "build", "dist", "demo", ".*_cache"),
    )
    out = tmp_path_factory.mktemp("dist")
    # The default of build: the source distribution first, and the wheel from what is in it.
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = out.glob("*.whl")
    return built


def test_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.split("/")[0] for name in names}

    assert {top for top in tops if not top.endswith(".dist-info")} == {"tauber"}
    code = {path.relative_to(ROOT) for folder in ("theory", "numerics") for path in (ROOT / folder).rglob("*.py")}
    assert {f"tauber/{path.as_posix()}" for path in code} <= set(names)
    assert "tauber/py.typed" in names
    assert {path.relative_to(ROOT).as_posix() for path in (ROOT / "tauber" / "site" / "parts").iterdir()} <= set(names)


def test_wheel_imports_from_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    site, empty = tmp_path / "site", tmp_path / "empty"
    empty.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    environment = os.environ | {"PYTHONPATH": str(site)}
    done = subprocess.run(
        [sys.executable, "-c", _PROBE.format(site=str(site))],
        cwd=empty,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "Ia"
