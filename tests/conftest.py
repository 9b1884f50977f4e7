"""What all tests share.

Hypothesis runs the same examples everywhere, without a clock; more of them with ``HYPOTHESIS_PROFILE=all``. What is
made once is made once: the tests that share a fixture of their module run in one process of several, and tests whose
subject is not the derivation may read it from a folder of the run (`kept_answers`).
"""

import gc
import os
import shlex
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from .sampling import dear_ones

_common = {"derandomize": True, "deadline": None, "suppress_health_check": [HealthCheck.too_slow], "print_blob": True}
settings.register_profile("ci", max_examples=15, **_common)
settings.register_profile("whole", max_examples=40, **_common)  # see `sampling`
settings.register_profile("all", max_examples=400, **_common)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
os.environ["TAUBER_CACHE_DIR"] = ""  # what is tested is derived, and what is timed, too
gc.disable()  # until tests are collected: of what is imported and rewritten for that, hardly anything is garbage

TOGETHER = 4
"""Tests of a file that are handed to a process at once: for each pytest-xdist looks through all that it handed out."""


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Dear tests are a sample; tests that share a fixture of their module go to one process, which makes it once.

    The others go by a few to whichever process is free, after those that take long, so that no process ends late.
    """
    dear = [item for item in items if item.get_closest_marker("dear") and not item.get_closest_marker("slow")]
    chosen = dear_ones(item.nodeid for item in dear)
    for item in dear:
        if item.nodeid not in chosen:
            item.add_marker(pytest.mark.slow)
    free, long = Counter[str](), set[str]()
    for item in items:
        file = item.nodeid.partition("::")[0]
        found = getattr(item, "_fixtureinfo", None)
        defined = [made for several in found.name2fixturedefs.values() for made in several] if found else []
        shared = any(made.scope == "module" and made.baseid.endswith(".py") for made in defined)
        if not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(file if shared else f"{file} {free[file] // TOGETHER}"))
            free[file] += not shared
        if shared or item.nodeid in chosen:
            long.add(_group(item))
    items.sort(key=lambda item: _group(item) not in long)


def _group(item: pytest.Item) -> str:
    """The tests that are in one process with this one."""
    marker = item.get_closest_marker("xdist_group")
    assert marker is not None
    return str(marker.args[0])


def pytest_collection_finish(session: pytest.Session) -> None:
    """Groups that nobody reads cost minutes and say nothing: with pytest 9.2, pytest-xdist 3.8 does not see them."""
    if getattr(session.config.option, "loadgroup", False):
        lost = [item for item in session.items if item.get_closest_marker("xdist_group") and "@" not in item.nodeid]
        if lost:
            raise pytest.UsageError(f"{lost[0].nodeid} is in no group: this pytest-xdist does not know this pytest")
    gc.collect()
    gc.freeze()  # what is imported stays, and is not looked through at each collection of garbage,
    gc.set_threshold(20_000)  # of which SymPy makes much
    gc.enable()


@pytest.fixture(scope="session")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run that all its processes share."""
    mine = tmp_path_factory.getbasetemp()
    return (mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine) / "answers"


@pytest.fixture
def kept_answers(answers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Derivations are kept meanwhile, and made once in a run.

    For tests of what is done with a derivation; not for those that replace a part of it, since their answers would be
    read by others, nor for those that show verdicts, which would be from an earlier check.
    """
    monkeypatch.setenv("TAUBER_CACHE_DIR", str(answers))


@pytest.fixture
def seen(capsys: pytest.CaptureFixture[str]) -> Callable[[str], list[str]]:
    """Run a command line of ``tauber`` on a terminal of 80 columns without colours: the lines that a reader sees."""
    from tauber.cli import main

    def runner(command: str) -> list[str]:
        capsys.readouterr()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("COLUMNS", "80")
            patch.setenv("TERM", "dumb")
            patch.setattr(sys.stdout, "isatty", lambda: True)
            main(shlex.split(command))
        return [line.rstrip() for line in capsys.readouterr().out.splitlines()]

    return runner
