"""Measuring the blocks of a sweep with Dask: processes of this machine, or a cluster that is there.

Dask schedules. Here blocks are handed in, not more at a time than keep every worker busy, so that memory does not grow
with the sweep; results come back to this process, which alone writes. A worker that dies is Dask's affair: its blocks
are given to others. A block brings the versions by which it was measured, and those of another code are refused.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from itertools import islice
from typing import Any

from .. import cache
from ..errors import BadInput, CheckFailed
from .grid import Grid
from .measured import Columns
from .question import Block, Question
from .store import Store

Advance = Callable[[int, int], None]
"""Hears of every block: its points, and how many of its values are refused."""

_WAIT = 10
"""Seconds for a cluster to answer."""

_AHEAD = 3
"""Blocks for each thread of the workers that are handed in at a time."""


def run(store: Store, scheduler: str | None, workers: int, advance: Advance) -> None:
    """Measure the blocks that are not there yet, and keep each as soon as it is measured.

    Parameters
    ----------
    store
        Where they are kept.
    scheduler
        Address of an existing cluster; None starts processes here.
    workers
        How many.
    advance
        Called for each block.

    Raises
    ------
    BadInput
        If there is no cluster at that address.
    CheckFailed
        If a worker has other versions than this process, a block cannot be measured, or nothing can be written.
    """
    from dask.distributed import as_completed

    plan, done = store.plan, store.done
    todo = iter(sorted(set(range(plan.count)) - done))
    with _client(scheduler, workers) as client:
        try:
            _check_versions(client.run(versions))
        except (ImportError, AttributeError) as error:
            raise CheckFailed(
                f"A worker of the cluster cannot measure ({error}); install tauber there as it is here, and run the "
                "same command to go on."
            ) from error

        def begin(number: int) -> Any:
            columns = plan.grid.columns(plan.block(number))
            task = client.submit(ask, plan.question, columns, key=f"tauber-{os.getpid()}-{number}", pure=False)
            numbers[task.key] = number
            return task

        numbers: dict[str, int] = {}
        threads = max(1, sum(client.nthreads().values()))
        tasks = as_completed([begin(number) for number in islice(todo, _AHEAD * threads + 1)])
        for task in tasks:
            block, number = _result(task), numbers.pop(task.key)
            _check_versions({task.key: block.made_by})
            store.write(number, block)
            task.release()
            for following in islice(todo, 1):
                tasks.add(begin(following))
            advance(plan.points(number), int((block.arrays["refusal"] != 0).sum()))


def versions() -> dict[str, str]:
    """By what the process measures that this is called in."""
    return cache.made_by()


def ask(question: Question, columns: Columns) -> Block:
    """Measure a block, in whichever process this is, with BLAS on one thread."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        return question.ask(columns)


def _result(task: Any) -> Block:
    """The block of a task that is done."""
    from dask.distributed import KilledWorker
    from distributed.comm.core import CommClosedError

    try:
        found: Block = task.result()
    except (CancelledError, CommClosedError) as error:
        raise CheckFailed(
            "The scheduler of the cluster has gone; start it again, and run the same command to go on."
        ) from error
    except (KilledWorker, MemoryError) as error:
        raise CheckFailed(
            "A block of points ended several workers, one after the other, most likely for want of memory; run the "
            "same command with fewer --workers, or in a cluster with more memory, to go on."
        ) from error
    return found


def _check_versions(found: dict[str, dict[str, str]]) -> None:
    """Refuse workers that measure by another code."""
    own = cache.made_by()
    for theirs in found.values():
        names = [name for name in own if theirs.get(name) != own[name]]
        if names:
            name = names[0]
            raise CheckFailed(
                f"A worker of the cluster has {name} {theirs.get(name)}, and this process {own[name]}; install the "
                "same in both, and run the same command to go on."
            )


@contextmanager
def _client(scheduler: str | None, workers: int) -> Iterator[Any]:
    """A client of the cluster, or of processes that end with the block."""
    from dask.distributed import Client, LocalCluster

    if scheduler is None:
        with (
            LocalCluster(
                n_workers=workers, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0",
                silence_logs=logging.CRITICAL,
            ) as cluster,
            Client(cluster) as client,
        ):  # fmt: skip
            yield client
        return
    try:
        client = Client(scheduler, timeout=_WAIT)
    except (OSError, ValueError) as error:
        raise BadInput(
            f"--scheduler was given as '{scheduler}', but no Dask scheduler answers there; start one with 'dask "
            "scheduler', or leave it out to use the cores of this machine."
        ) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=_WAIT)
        except TimeoutError as error:
            raise BadInput(
                f"--scheduler was given as '{scheduler}', which has no workers; start some with 'dask worker "
                f"{scheduler}'."
            ) from error
        yield client


def pilot(question: Question, grid: Grid) -> float:
    """CPU seconds of a point: the mean of some that are spread over the grid, the first of which only warms up.

    Raises
    ------
    BadInput
        If all of them are refused in the same words: what is asked is then refused, and not the points.
    """
    spread = sorted({(2 * k + 1) * grid.points // (2 * _PILOTS) for k in range(_PILOTS)})
    blocks = [question.ask(grid.columns(grid.at(number))) for number in (spread[0], *spread)]
    sentences = [tuple(block.refusals.values()) for block in blocks]
    if all((block.arrays["refusal"] != 0).all() for block in blocks) and len(set(sentences)) == 1:
        raise BadInput(sentences[0][0])
    return sum(block.seconds for block in blocks[1:]) / len(spread)


_PILOTS = 4
