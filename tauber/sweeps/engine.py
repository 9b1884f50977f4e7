"""Measuring the blocks of a sweep with Dask: processes of this machine, or a cluster that is there.

Dask schedules. Here blocks are handed in, not more at a time than keep every worker busy, so that memory does not grow
with the sweep; results come back to this process, which alone writes. A worker that dies is Dask's affair: its blocks
are given to others, and where none is left, the sweep waits for new ones, and says so. A block brings the versions by
which it was measured, and those of another code are refused.
"""

from __future__ import annotations

import math
import os
import random
from collections.abc import Callable
from concurrent.futures import CancelledError
from itertools import islice
from statistics import stdev
from typing import Any

from .. import cache
from ..errors import BadInput, CheckFailed
from ..workers import answer
from .grid import Grid
from .measured import Columns
from .question import Block, Question
from .store import Store

Advance = Callable[[int, int], None]
"""Hears of every block: its points, and how many of its values are refused."""

_LOOK = 5
"""Seconds without a block after which the workers are counted; and for a block to come from its worker."""

_AHEAD = 3
"""Blocks for each thread of the workers that are handed in at a time."""


def run(store: Store, client: Any, advance: Advance, say: Callable[[str], None]) -> None:
    """Measure the blocks that are not there yet, and keep each as soon as it is measured.

    Parameters
    ----------
    store
        Where they are kept.
    client
        A Dask client, as by `workers.client`.
    advance
        Called for each block.
    say
        Called with a sentence while there is nobody to measure.

    Raises
    ------
    CheckFailed
        If a worker has other versions than this process, a block cannot be measured, or nothing can be written.
    """
    plan, done = store.plan, store.done
    todo = iter(sorted(set(range(plan.count)) - done))
    _check_workers(client)

    def begin(number: int) -> Any:
        columns = plan.grid.columns(plan.block(number))
        task = client.submit(ask, plan.question, columns, key=f"tauber-{os.getpid()}-{number}", pure=False)
        numbers[task.key] = number
        return task

    numbers: dict[str, int] = {}
    threads = max(1, sum(client.nthreads().values()))
    flying = {begin(number) for number in islice(todo, _AHEAD * threads + 1)}
    while flying:
        landed = _landed(client, flying, say)
        flying -= landed
        for task in landed:
            try:
                block, number = answer(task, _LOOK), numbers.pop(task.key)
            except TimeoutError:
                flying.add(task)  # its worker has died meanwhile: it is measured again
                continue
            _check_versions({task.key: block.made_by})
            store.write(number, block)
            task.release()
            flying |= {begin(following) for following in islice(todo, 1)}
            advance(plan.points(number), int((block.arrays["refusal"] != 0).sum()))


def _landed(client: Any, flying: set[Any], say: Callable[[str], None]) -> set[Any]:
    """Those that are done, one at least."""
    from dask.distributed import wait

    said = False
    while True:
        try:
            return set(wait(flying, timeout=_LOOK, return_when="FIRST_COMPLETED").done)
        except TimeoutError:
            if not (said or client.nthreads()):
                said = True
                say("no worker is left; the sweep waits for new ones. Ctrl-C ends it, and the same command goes on.")
        except CancelledError:
            return {task for task in flying if task.done()}  # what is wrong with them they say themselves


def versions() -> dict[str, str]:
    """By what the process measures that this is called in."""
    return cache.made_by()


def ask(question: Question, columns: Columns) -> Block:
    """Measure a block, in whichever process this is, with BLAS on one thread."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        return question.ask(columns)


def _check_workers(client: Any) -> None:
    try:
        _check_versions(client.run(versions))
    except (ImportError, AttributeError) as error:
        raise CheckFailed(
            f"A worker of the cluster cannot measure ({error}); install tauber there as it is here, and run the "
            "same command to go on."
        ) from error


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


def pilot(question: Question, grid: Grid) -> tuple[float, float]:
    """CPU seconds of a point and their standard error, from some that are drawn from the grid, a few solved at a time.

    One is asked alone before: it warms up, and tells how many are drawn.

    Raises
    ------
    BadInput
        If all of them are refused in the same words: what is asked is then refused, and not the points.
    """
    drawn = random.Random(grid.points)
    first = question.ask(grid.columns(grid.at(drawn.randrange(grid.points))))
    count = min(grid.points, max(_GROUPS, min(_PILOTS, int(_PILOT_SECONDS / max(first.seconds, 1e-9)))))
    points = [grid.columns(grid.at(place)) for place in drawn.sample(range(grid.points), count)]
    groups = [points[k::_GROUPS] for k in range(min(_GROUPS, count))]
    blocks = [question.ask({n: [point[n][0] for point in group] for n in grid.axes}) for group in groups]
    if all((block.arrays["refusal"] != 0).all() for block in (first, *blocks)):
        found = {tuple(question.ask(group[0]).refusals.values()) for group in groups}  # each in its own words
        if found == {tuple(first.refusals.values())}:
            raise BadInput(found.pop()[0])
    each = [block.seconds / len(group) for block, group in zip(blocks, groups, strict=True)]
    mean = sum(block.seconds for block in blocks) / count
    return mean, stdev(each) / math.sqrt(len(each)) if len(each) > 1 else mean


_GROUPS, _PILOTS, _PILOT_SECONDS = 4, 16, 5.0
"""Groups of points, the most points, and the CPU seconds for them."""
