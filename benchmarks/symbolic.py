"""Rows of the table of promises (`table.py`): the symbolic commands at the prompt.

A row is a whole command in a process of its own, start-up included: processor seconds, the median of `RUNS` (or one run
of `LONG` seconds), first without the cache of derivations, then from it, in a folder of the row's own. "same" compares
the answer from the cache with the one without, and both with the record in tests/golden where the
command is recorded. Goals and old figures are those of issue 13.
"""

from __future__ import annotations

import atexit
import os
import resource
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "golden"))
import record  # type: ignore[import-not-found]

RUNS, LONG = 3, 2.0


@dataclass(frozen=True)
class Row:
    """A command without the program's name, its goal first time and from the cache, and what it took before."""

    command: str
    goal: str
    before: str


ROWS = (
    Row("derive plrf --alpha 4/5 --beta 3/10", "0.8", "2.0"),
    Row("derive dynamical", "1; 0.6", "5.6"),
    Row("derive dynamical --a 3 --b 3/2", "1; 0.6", "5.6"),
    Row("phases dynamical --cost N*P", "1; 0.6", "5"),
    Row("phases dynamical --cost N*t*P", "3; 0.6", "13"),
    Row("phases plrf", "1", "4.0"),
    Row("phases explaining", "1", "3.2"),
    Row("export --out {out}", "6; 1.5", "33"),
    Row("verify --list --json", "1", "47"),
    Row("--help", "", ""),
)


@cache
def compiled() -> str:
    """A folder where Python keeps what it has compiled, as it does on a user's machine, whatever is set here."""
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder)
    return folder


def run(words: list[str], kept: str = "") -> tuple[float, str]:
    """Processor seconds of a process, and what it printed."""
    begin = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, *words],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"TAUBER_CACHE_DIR": kept, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": compiled()},
    )
    end = resource.getrusage(resource.RUSAGE_CHILDREN)
    return end.ru_utime + end.ru_stime - begin.ru_utime - begin.ru_stime, done.stdout


def timed(words: list[str], kept: str = "") -> tuple[float, str]:
    """The median of some runs, and the last answer, after one that compiles."""
    run(words, kept)
    runs = [run(words, kept)]
    while len(runs) < RUNS and runs[0][0] < LONG:
        runs.append(run(words, kept))
    return statistics.median(seconds for seconds, _ in runs), runs[-1][1]


def contents(folder: Path) -> dict[str, str]:
    """Texts of the files in a folder, by name."""
    return {file.name: file.read_text() for file in folder.glob("*")}


def measured(row: Row) -> tuple[float, float, bool]:
    """Seconds of the first answer and of the one from the cache, and whether they are the same."""
    with tempfile.TemporaryDirectory() as place:
        out, folder = Path(place) / "out", str(Path(place) / "cache")
        words = ["-m", "tauber.cli", *shlex.split(row.command.format(out=out))]
        first, answer = timed(words)
        files = contents(out)
        again, kept = timed(words, folder)
        same = kept == answer and contents(out) == files
    if (recorded := record.recorded().get(row.command)) is not None:
        lines = record.shortened(answer.splitlines(), record.LINES)
        same = same and not list(record.differences(recorded["text"], lines, ".text"))
    return first, again, same
