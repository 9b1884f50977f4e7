"""Work in processes: the same numbers for any number of them, whatever script asks for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest

from tauber import cache, errors, workers
from tauber.errors import CheckFailed
from tauber.ledger import claims
from tauber.ledger import run as check
from tauber.numerics import errors as numerics_errors
from tauber.theory import errors as theory_errors

from ..sampling import repeated, some
from .conftest import Run

QUICK = [
    "explaining.identity.loss", "explaining.identity.dynamical", "explaining.identity.train",
    "explaining.duality.matrices",
]  # fmt: skip


def _square(number: int) -> int:
    return number**2


def _runs(folder: Path) -> Path:
    drawn = np.random.default_rng(1)
    size, data = 10 ** drawn.uniform(7, 9, 60), 10 ** drawn.uniform(8, 10, 60)
    loss = (1.7 + 400 * size**-0.34 + 410 * data**-0.28) * np.exp(0.01 * drawn.normal(size=60))
    rows = "\n".join(f"{n:.6g},{d:.6g},{x:.6g}" for n, d, x in zip(size, data, loss, strict=True))
    path = folder / "runs.csv"
    path.write_text(f"size,data,loss\n{rows}\n", encoding="utf-8")
    return path


@pytest.mark.dear
def test_a_map_has_its_answers_in_order() -> None:
    with workers.mapping(1) as alone, workers.mapping(2) as several:
        assert list(alone(_square, range(5))) == list(several(_square, range(5))) == [0, 1, 4, 9, 16]
        assert list(several(lambda x: -x, [1, 2])) == [-1, -2]


@pytest.mark.dear
@pytest.mark.parametrize("unused", [False, True])
def test_processes_keep_nothing_where_the_caller_does_not(unused: bool) -> None:
    with cache.unused() if unused else nullcontext(), workers.mapping(2) as mapped:
        assert list(mapped(lambda _: cache.wanted(), [0])) == [not unused]


def _told(group: int, item: int) -> tuple[int, int, int, str]:
    time.sleep(0.02)
    return group, item, os.getpid(), os.environ["MALLOC_MMAP_THRESHOLD_"]


@pytest.mark.dear
def test_a_process_goes_on_with_its_group_and_keeps_its_memory() -> None:
    sizes = (2, 3, 4, 20)
    groups = [[(group, item) for item in range(size)] for group, size in enumerate(sizes)]
    found = list(workers.as_they_come(_told, groups, 2))
    assert sorted(told[:2] for told in found) == sorted(item for group in groups for item in group)
    processes = [{pid for group, _, pid, _ in found if group == n} for n in range(len(sizes))]
    assert [len(of) for of in processes] == [1, 1, 1, 2]  # the last, which nothing is left beside, is shared
    assert {int(kept) for *_, kept in found} == {2**25}
    assert list(workers.as_they_come(divmod, [[(7, 2)], [(9, 4), (1, 1)]], 1)) == [(3, 1), (2, 1), (1, 0)]


@pytest.mark.dear
def test_the_errors_of_a_fit_do_not_depend_on_the_processes(run: Run, tmp_path: Path) -> None:
    words = ["fit", str(_runs(tmp_path)), "--bootstrap", str(repeated(100, 200)), "--json"]
    assert run(*words, "--workers", "2").json == run(*words).json
    assert run(*words, "--workers", "0").is_refusal("--workers")


@pytest.mark.dear
def test_predictions_and_their_splits_do_not_depend_on_the_processes(run: Run) -> None:
    words = ["predict", "digits", "--kernel", "rbf", "--data", "20,60", "--features", "40,inf", "--ridge", "0.1",
             "--size", str(repeated(120, 240)), "--splits", str(repeated(2, 3)), "--json"]  # fmt: skip
    assert run(*words, "--workers", "2").json == run(*words).json
    assert run(*words, "--workers", "x").is_refusal("--workers")


@pytest.mark.dear
def test_verdicts_do_not_depend_on_the_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAUBER_CACHE_DIR", str(tmp_path))
    seen: list[str] = []
    with cache.unused():
        alone = check(claims(QUICK), workers=1)
        several = check(claims(QUICK), workers=2, done=lambda claim: seen.append(claim.id))
    assert [(r.claim, r.statement, r.verdict) for r in several.results] == [
        (r.claim, r.statement, r.verdict) for r in alone.results
    ]
    assert sorted(seen) == sorted(claim.id for claim in claims(QUICK))
    assert alone.kept == several.kept == 0


@pytest.mark.dear
@pytest.mark.parametrize("name", some(["-", "script.py"], (0,)))
def test_the_script_of_the_caller_is_not_run_again(tmp_path: Path, name: str) -> None:
    """From a pipe, and without a look at `__name__`: processes of Python's own run the script, or find none."""
    text = (
        "from tauber import workers\nprint('once')\n"
        "with workers.mapping(2) as mapped:\n    print(list(mapped(abs, [-1, 2, -3])))\nprint(__spec__)\n"
    )
    (tmp_path / "script.py").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, name], input=text, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.splitlines() == ["once", "[1, 2, 3]", "None"]
    assert done.stderr == ""


@pytest.mark.dear
@pytest.mark.skipif(not hasattr(os, "killpg"), reason="groups of processes are of POSIX")
def test_ctrl_c_is_heard_by_the_caller_alone(tmp_path: Path) -> None:
    """A terminal sends it to all processes; those of a pool must end without a word, and the caller as it likes."""
    text = (  # what a shell starts in its background, with all that this starts, is deaf to it
        "import signal, time\nfrom tauber import workers\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "with workers.mapping(2) as mapped:\n    try:\n        print(*mapped(abs, [-1]), flush=True)\n"
        "        print(*mapped(time.sleep, [60, 60]))\n    except KeyboardInterrupt:\n        print('heard')\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", text], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as asked:
        assert asked.stdout is not None
        assert asked.stdout.readline() == "1\n"
        os.killpg(asked.pid, signal.SIGINT)
        out, words = asked.communicate(timeout=60)
    assert (out, words, asked.returncode) == ("heard\n", "", 0)


def _killed(_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.dear
@pytest.mark.skipif(not hasattr(os, "killpg"), reason="SIGKILL is of POSIX")
def test_a_killed_process_is_an_error() -> None:
    with workers.mapping(2) as mapped, pytest.raises(CheckFailed, match="--workers"):
        list(mapped(_killed, [0]))
    with pytest.raises(CheckFailed, match="--workers"):
        list(workers.as_they_come(_killed, [[(0,)], [(1,)]], 2))


@pytest.mark.dear
@pytest.mark.skipif(not hasattr(os, "killpg"), reason="SIGKILL is of POSIX")
def test_processes_end_with_a_caller_that_is_killed() -> None:
    text = (
        "import os, time\nfrom tauber import workers\n"
        "with workers.mapping(2) as mapped:\n    print(*mapped(lambda _: os.getpid(), [0]), flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE, text=True) as asked:
        assert asked.stdout is not None
        worker = int(asked.stdout.readline())
        os.kill(worker, 0)  # it is there
        asked.kill()
    for _ in range(100):
        try:
            os.kill(worker, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("it outlives its caller")


_ERRORS = [
    found
    for module in (errors, theory_errors, numerics_errors)
    for found in vars(module).values()
    if isinstance(found, type) and issubclass(found, Exception)
]


def _raising(error: Exception) -> None:
    raise error


@pytest.mark.dear
def test_an_error_comes_back_as_it_is() -> None:
    """One that cannot be sent would look like a process that was killed."""
    assert len(_ERRORS) >= 8
    limited = numerics_errors.UnstableStepSize
    given = [found("why", 1) if issubclass(found, limited) else found("why") for found in _ERRORS]
    with workers.mapping(2) as mapped:
        for error in given:
            with pytest.raises(type(error)) as raised:
                list(mapped(_raising, [error]))
            assert type(raised.value) is type(error)
            assert (str(raised.value), vars(raised.value)) == ("why", vars(error))
