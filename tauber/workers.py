"""Work in several processes: those of this machine, or a Dask cluster.

What is asked of the processes must depend on its arguments alone, so that answers are the same for any number of them.
Work that is cut into pieces is therefore cut the same way for any number, one included.

`as_they_come` and `mapping` have an answer for each piece, or an error: Python's own pool, each of whose processes
works in its main thread. A task in a worker of Dask is in another one, beside the worker's own affairs, for a third
more time; what it is for, `client`, is a sweep, that may go on in a cluster, and when workers die.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, nullcontext
from functools import lru_cache
from multiprocessing import active_children, get_context, parent_process
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any, TypeVar

from . import cache
from .errors import BadInput, CheckFailed

Item = TypeVar("Item")
Answer = TypeVar("Answer")
Map = Callable[[Callable[[Item], Answer], Iterable[Item]], Iterable[Answer]]
"""Like the builtin of that name."""

_KEPT = {"MALLOC_TRIM_THRESHOLD_": 2**27, "MALLOC_MMAP_THRESHOLD_": 2**25}
"""Bytes that a process keeps of what it has freed, and below which an array comes from there (glibc, at most).

Memory given back so soon is faulted in again, a fifth of the time of `verify`: Dask sets the first to 64 kB, and where
it is set the second, which otherwise grows, stays at 128 kB.
"""

_ENVIRONMENT = {name: str(value) for name, value in _KEPT.items()} | dict.fromkeys(
    ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"
)
"""Of the processes of a pool."""

_WAIT = 10
"""Seconds for a cluster to answer."""


def cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def client(scheduler: str | None, count: int) -> Iterator[Any]:
    """A client of the cluster at an address, or of so many processes that end with the block.

    Raises
    ------
    BadInput
        If there is no cluster at that address, or it has no workers.
    """
    from dask.distributed import Client

    if scheduler is None:
        with (
            _quiet(),
            _alone(),
            _processes(count) as cluster,
            Client(cluster, set_as_default=False) as found,
            found.as_current(),
        ):
            yield found
        return
    with _quiet(), _there(scheduler) as found, found.as_current():  # for what is asked here, and nothing else
        yield found


def _there(scheduler: str) -> Any:
    """A client of a cluster with workers."""
    from dask.distributed import Client

    try:
        found = Client(scheduler, timeout=_WAIT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise BadInput(
            f"--scheduler was given as '{scheduler}', but no Dask scheduler answers there; start one with 'dask "
            "scheduler', or leave it out to use the cores of this machine."
        ) from error
    try:
        found.wait_for_workers(1, timeout=_WAIT)
    except TimeoutError as error:
        found.close()
        raise BadInput(
            f"--scheduler was given as '{scheduler}', which has no workers; start some with 'dask worker {scheduler}'."
        ) from error
    return found


@contextmanager
def _quiet() -> Iterator[None]:
    """What Dask logs of an accident is said in one sentence here."""
    before = {log: log.level for log in map(logging.getLogger, ("distributed", "distributed.client"))}
    try:
        for log in before:
            log.setLevel(logging.CRITICAL)
        yield
    finally:
        for log, level in before.items():
            log.setLevel(level)


def _processes(count: int) -> Any:
    """Processes of one thread each that do not hear of Ctrl-C: this process does, and ends them."""
    import dask
    from dask.distributed import LocalCluster
    from distributed.gc import disable_gc_diagnosis

    with (
        _deaf(),
        dask.config.set({f"distributed.nanny.pre-spawn-environ.{name}": size for name, size in _KEPT.items()}),
    ):
        cluster = LocalCluster(
            n_workers=count, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0",
            silence_logs=logging.CRITICAL,
        )  # fmt: skip
        disable_gc_diagnosis(force=True)  # whose callback would swallow a Ctrl-C that comes while it runs
    return cluster


@contextmanager
def _deaf() -> Iterator[None]:
    """Threads and processes that are started meanwhile do not hear of Ctrl-C, and this one hears of it afterwards."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # which lets Ctrl-C through when it starts
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _alone() -> Iterator[None]:
    """Processes that are started meanwhile do not run the caller's script: all that they do is in this package.

    Those of Python's own do, and end in a traceback where it comes from a pipe, or calls without a look at `__name__`.
    """
    main = vars(sys.modules["__main__"])
    kept: dict[str, Any] = {name: main.pop(name) for name in ("__file__", "__spec__") if name in main}
    try:
        main["__spec__"] = None
        yield
    finally:
        main.pop("__spec__")
        main.update(kept)


def answer(task: Any, timeout: float | None = None) -> Any:
    """What a task that is done has found.

    Raises
    ------
    CheckFailed
        If the cluster has lost it.
    TimeoutError
        If it does not come in so many seconds: with its worker the answer dies, and is found again.
    """
    from dask.distributed import KilledWorker
    from distributed.comm.core import CommClosedError

    try:
        return task.result(timeout=timeout)
    except (CancelledError, CommClosedError) as error:
        raise CheckFailed(
            "The scheduler of the cluster has gone; start it again, and run the same command to go on."
        ) from error
    except (KilledWorker, MemoryError) as error:
        raise CheckFailed(
            "A piece of the work ended several workers, one after the other, most likely for want of memory; run the "
            "same command with fewer --workers, or in a cluster with more memory, to go on."
        ) from error


@contextmanager
def _pools(sizes: Sequence[int]) -> Iterator[list[ProcessPoolExecutor]]:
    """Pools of so many processes each, which end with the block, whatever they are at."""
    before, spawn = set(active_children()), get_context("spawn")
    pools = [ProcessPoolExecutor(size, spawn, initializer=_stay_with_parent) for size in sizes]
    try:
        yield pools
    finally:
        for process in set(active_children()) - before:
            process.terminate()
        for pool in pools:
            pool.shutdown(cancel_futures=True)


def _stay_with_parent() -> None:
    """In a process of a pool: end when the parent has, even if it was killed."""

    def watch() -> None:
        parent = parent_process()
        assert parent is not None
        parent.join()
        os._exit(1)

    Thread(target=watch, daemon=True).start()


@contextmanager
def _starting() -> Iterator[None]:
    """What is handed to a pool meanwhile may start its processes: with one thread of BLAS, and memory that they keep.

    They do not hear of Ctrl-C: this process does, and ends them.
    """
    before = {name: os.environ.get(name) for name in _ENVIRONMENT}
    os.environ.update(_ENVIRONMENT)
    try:
        with _deaf(), _alone():
            yield
    finally:
        for name, text in before.items():
            if text is None:
                del os.environ[name]
            else:
                os.environ[name] = text


def _result(task: Future[Answer]) -> Answer:
    """What a task of a pool has found.

    Raises
    ------
    CheckFailed
        If its process was ended, or had not memory enough.
    """
    try:
        return task.result()
    except (BrokenProcessPool, MemoryError) as error:
        raise CheckFailed(
            "A process that had a piece of the work was ended, most likely for want of memory; run the same command "
            "with fewer --workers."
        ) from error


def as_they_come(
    function: Callable[..., Answer], groups: Iterable[Iterable[tuple[Any, ...]]], count: int
) -> Iterator[Answer]:  # fmt: skip
    """``function(*item)`` for each item of each group, whichever is done first; of one process in order.

    What a process has made for one item it has for the others of a group: it goes on with a group that it has begun,
    the first of them first, and helps with another one where no group is left.
    """
    left = [deque(group) for group in groups]
    items = sum(map(len, left))
    if count < 2 or items < 2:
        yield from (function(*item) for group in left for item in group)
        return
    with _pools([1] * min(count, items)) as pools:
        own: list[deque[tuple[Any, ...]]] = [deque() for _ in pools]
        pool_of = dict[Future[Answer], int]()

        def give(n: int) -> None:
            if not own[n]:
                own[n] = left.pop(0) if left else max(own, key=len)
            if own[n]:
                with _starting():
                    pool_of[pools[n].submit(function, *own[n].popleft())] = n

        for n in [*range(len(pools))] * 2:  # two each, the second of which waits
            give(n)
        while pool_of:
            for task in wait(pool_of, return_when=FIRST_COMPLETED).done:
                yield _result(task)
                give(pool_of.pop(task))


@contextmanager
def mapping(count: int) -> Iterator[Map[Any, Any]]:
    """A map over the pieces of some work, answers in their order: this process's own for one, else by processes.

    They are started at the first use. What a function carries with it each of them reads once, from a file.
    """
    if count < 2:
        yield map
        return
    import cloudpickle

    with TemporaryDirectory() as folder, _pools([count]) as (pool,):
        functions = 0

        def mapped(function: Callable[[Item], Answer], items: Iterable[Item]) -> Iterator[Answer]:
            nonlocal functions
            functions += 1
            place = Path(folder, str(functions))
            place.write_bytes(cloudpickle.dumps(function))
            with _starting():
                tasks = deque(pool.submit(_called, place, item, cache.wanted()) for item in items)
            while tasks:
                yield _result(tasks.popleft())

        yield mapped


def _called(place: Path, item: Any, kept: bool) -> Any:
    """In a process of a pool, with BLAS on one thread; `kept`: derivations are kept."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1), nullcontext() if kept else cache.unused():
        return _function(place)(item)


@lru_cache(maxsize=1)
def _function(place: Path) -> Callable[[Any], Any]:
    """The function that was written there."""
    import cloudpickle

    found: Callable[[Any], Any] = cloudpickle.loads(place.read_bytes())
    return found
