"""Sweeps after accidents: whole blocks, the same bits, one sentence for whatever fails, and nothing half-written."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dask.distributed import Client, LocalCluster

import tauber
from tauber import workers
from tauber.errors import BadInput, CheckFailed
from tauber.models import sweep as face
from tauber.sweeps import engine, store

from .conftest import Run
from .sweeping import CURVE, bits, cluster, hearing, swept

__all__ = ["cluster", "swept"]  # fixtures


@pytest.mark.dear
def test_a_run_that_is_interrupted_goes_on(swept: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = swept("whole")

    def once(*_: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(face.screen, "progress_bar", hearing(once))
        with pytest.raises(KeyboardInterrupt):
            swept()
    begun = store.opened(Path(whole.folder).with_name("out"))
    assert 0 < int(np.isfinite(begun.loss).sum()) < begun.loss.size
    assert bits(swept()) == bits(whole)
    assert bits(swept()) == bits(whole)  # nothing is left to do


def test_blocks_without_a_marker_are_measured_again(swept: Any) -> None:
    found = swept("whole")
    before, folder = bits(found), Path(found.folder)
    import zarr

    zarr.open_group(folder / store.ARRAYS, mode="r+", use_consolidated=False)["loss"][0] = -1.0  # half-written
    for path in (folder / store.DONE).glob("*.json"):
        path.unlink()
    assert bits(found) != before
    assert bits(swept("whole")) == before


@pytest.mark.dear
def test_a_killed_worker_costs_nothing(swept: Any, cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, killed = swept("whole"), list[int]()
    with Client(cluster) as client:
        pids = sorted(client.run(os.getpid).values())

    def kill(_: int) -> None:
        if not killed:
            killed.append(pids[1])
            os.kill(pids[1], signal.SIGKILL)

    monkeypatch.setattr(face.screen, "progress_bar", hearing(kill))
    found = swept()
    assert killed
    assert found.measured == found.points
    assert bits(found) == bits(whole)


@pytest.mark.slow
def test_a_killed_scheduler_is_one_sentence_and_the_run_goes_on(
    swept: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = swept("whole")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    cli, port = [sys.executable, "-m"], address.rpartition(":")[2]
    with (
        subprocess.Popen([*cli, "distributed.cli.dask_scheduler", "--port", port, "--no-dashboard"], **quiet) as lost,
        subprocess.Popen([*cli, "distributed.cli.dask_worker", address, "--no-nanny"], **quiet) as worker,
    ):
        try:
            with monkeypatch.context() as patch:
                patch.setattr(workers, "_WAIT", 60)
                patch.setattr(face.screen, "progress_bar", hearing(lambda _: lost.kill()))
                with pytest.raises(CheckFailed, match="scheduler of the cluster has gone"):
                    tauber.sweep("plrf", **CURVE, out=tmp_path / "out", scheduler=address)
        finally:
            worker.kill()
            lost.kill()
    assert bits(swept()) == bits(whole)


@pytest.mark.slow
def test_a_sweep_whose_workers_are_all_dead_waits_for_new_ones(
    swept: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, notes, started = swept("whole"), list[str](), list[Any]()
    monkeypatch.setattr(workers, "_WAIT", 60)
    monkeypatch.setattr(engine, "_LOOK", 0.5)
    with LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0") as empty:
        command = [sys.executable, "-m", "distributed.cli.dask_worker", empty.scheduler_address, "--no-nanny"]

        def start() -> None:
            started.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

        def note(sentence: str) -> None:
            notes.append(sentence)
            start()

        def kill(_: int) -> None:
            if len(started) == 1:
                started[0].kill()

        monkeypatch.setattr(face, "_note", note)
        monkeypatch.setattr(face.screen, "progress_bar", hearing(kill))
        start()
        try:
            found = tauber.sweep("plrf", **CURVE, out=tmp_path / "out", scheduler=empty.scheduler_address)
        finally:
            for process in started:
                process.kill()
                process.wait()
    assert notes == ["no worker is left; the sweep waits for new ones. Ctrl-C ends it, and the same command goes on."]
    assert bits(found) == bits(whole)


def test_a_full_disk_is_one_sentence_and_the_run_goes_on(swept: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, write = swept("whole"), store.Store.write

    class Full:
        def __getitem__(self, name: str) -> Any:
            return self

        def __setitem__(self, place: Any, values: Any) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def filled(self: store.Store, number: int, block: Any) -> None:
        if len(self.done) == 2:
            self.__dict__["_group"] = Full()
            self._opened.clear()
        write(self, number, block)

    with monkeypatch.context() as patch:
        patch.setattr(store.Store, "write", filled)
        patch.setattr(store.Store, "finish", lambda self: None)
        with pytest.raises(CheckFailed, match=r"no space left on device.*make room, and run the same command"):
            swept()
    assert bits(swept()) == bits(whole)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 200 kB."""
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", place], capture_output=True).returncode:
        pytest.skip("only root mounts a file system")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_disk_that_is_really_full_and_one_that_is_only_read(swept: Any, small_disk: Path) -> None:
    with pytest.raises(CheckFailed, match=r"disk/out' cannot be written \(no space left on device\); whole blocks"):
        swept("disk/out")
    assert not list(small_disk.glob("**/*part*"))
    for path in small_disk.glob("**/*.z*"):
        if path.is_file():
            json.loads(path.read_text(encoding="utf-8"))
    kept = len(list((small_disk / "out" / store.DONE).iterdir()))
    subprocess.run(["mount", "-o", "remount,size=20m", small_disk], check=True)
    found = swept("disk/out")
    assert found.measured == found.points == 24
    assert bits(found) == bits(swept("whole"))
    assert kept < len(list((small_disk / "out" / store.DONE).iterdir()))
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with pytest.raises(BadInput, match=r"disk/new' cannot be filled \(read-only file system\)"):
        swept("disk/new")


def test_a_folder_that_cannot_be_made(run: Run, tmp_path: Path) -> None:
    words = ["sweep", "plrf", "--action", "curve", "--alpha", "0.6,0.8", "--beta", "0.3"]
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert run(*words, "--out", str(tmp_path / "file")).is_refusal("it is a file")
    assert run(*words, "--out", str(tmp_path / "no" / "where")).is_refusal("cannot be filled")
    assert run(*words).is_refusal("--out", "--dry-run")


def test_there_is_no_cluster(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_WAIT", 1)
    words = ["sweep", "plrf", "--action", "curve", "--alpha", "0.6,0.8", "--beta", "0.3", "--out", str(tmp_path / "o")]
    assert run(*words, "--scheduler", "tcp://127.0.0.1:9").is_refusal("--scheduler", "no Dask scheduler answers")
    assert run(*words, "--scheduler", "nonsense://x").is_refusal("--scheduler", "no Dask scheduler answers")
    assert not list(tmp_path.iterdir())
    with LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0") as empty:
        assert run(*words, "--scheduler", empty.scheduler_address).is_refusal("has no workers")


@pytest.fixture
def stranger(tmp_path: Path) -> Iterator[str]:
    """A cluster whose worker has another version of this package: a copy of it, with another number."""
    home = tmp_path / "other"
    shutil.copytree(Path(tauber.__file__).parent, home / "tauber", ignore=shutil.ignore_patterns("__pycache__"))
    first = home / "tauber" / "__init__.py"
    own, other = f'__version__ = "{tauber.__version__}"', '__version__ = "99.1"'
    first.write_text(first.read_text(encoding="utf-8").replace(own, other), encoding="utf-8")
    with LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0") as cluster:
        address = cluster.scheduler_address
        command = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--no-nanny", "--nthreads", "1"]
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(home)}, cwd=home, **quiet) as worker:
            try:
                with Client(cluster) as client:
                    client.wait_for_workers(1, timeout=60)
                yield address
            finally:
                worker.kill()


@pytest.mark.dear
def test_workers_of_other_versions_are_refused(stranger: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before they are asked, and, where one comes later, with the block that it brings, which is not kept."""
    words = (
        rf"A worker of the cluster has tauber 99\.1, and this process {tauber.__version__}; install the same in both"
    )
    place: dict[str, Any] = {"out": tmp_path / "out", "scheduler": stranger}
    with pytest.raises(CheckFailed, match=words):
        tauber.sweep("plrf", **CURVE, **place)
    monkeypatch.setattr(engine, "_check_workers", lambda client: None)
    with pytest.raises(CheckFailed, match=words):
        tauber.sweep("plrf", **CURVE, **place)
    assert not list((tmp_path / "out" / store.DONE).iterdir())
    assert np.isnan(store.opened(tmp_path / "out").loss).all()
