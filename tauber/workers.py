"""Work in several processes: those of this machine, or a Dask cluster that is there. Dask schedules.

What is asked of the processes must depend on its arguments alone, so that answers are the same for any number of them.
Work that is cut into pieces is therefore cut the same way for any number, one included.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager
from typing import Any, TypeVar

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
    from dask.distributed import as_completed

    with client(None, min(count, items)) as known:
        own: dict[str, deque[tuple[Any, ...]]] = {worker: deque() for worker in known.scheduler_info()["workers"]}
        worker_of, tasks = dict[Any, str](), as_completed()

        def give(worker: str) -> None:
            if not own[worker]:
                own[worker] = left.pop(0) if left else max(own.values(), key=len)
            if own[worker]:
                item = own[worker].popleft()
                task = known.submit(function, *item, pure=False, workers=[worker], allow_other_workers=True)
                worker_of[task.key] = worker
                tasks.add(task)

        for worker in [*own, *own]:  # two each, the second of which waits
            give(worker)
        for task in tasks:
            yield answer(task)
            give(worker_of.pop(task.key))
            task.release()


@contextmanager
def mapping(count: int) -> Iterator[Map[Any, Any]]:
    """A map over the pieces of some work, answers in their order: this process's own for one, else by processes.

    They are started at the first use.  What a function carries with it is sent to each of them once.
    """
    if count < 2:
        yield map
        return
    with ExitStack() as until:
        known: list[Any] = []

        def mapped(function: Callable[[Item], Answer], items: Iterable[Item]) -> Iterator[Answer]:
            if not known:
                known.append(until.enter_context(client(None, count)))
            (here,) = known
            sent = here.scatter(function, broadcast=True, hash=False)
            tasks = [here.submit(_called, sent, item, pure=False) for item in items]
            for task in tasks:
                yield answer(task)

        yield mapped


def _called(function: Callable[[Item], Answer], item: Item) -> Answer:
    """In a worker, with BLAS on one thread."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        return function(item)
