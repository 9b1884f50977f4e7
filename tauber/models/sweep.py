"""One action at every point of a grid: on all cores or a cluster, kept as it goes, to be resumed at any time."""

from __future__ import annotations

import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from ..action import Argument, Number, action
from ..boundary import numerics_errors
from ..errors import BadInput
from ..files import check_fillable, check_writable
from ..output import screen
from ..output.result import Result
from ..read import numbers
from ..sweeps.arguments import taking
from ..sweeps.asking import ask
from ..workers import cores

if TYPE_CHECKING:
    from ..sweeps.grid import Grid
    from ..sweeps.question import Question
    from ..sweeps.store import Store

_NEEDED = ("xarray", "zarr")
_ABOUT = "What is measured at each point: frontier, curve, level, simulate, certify, derive, predict or spectrum."


@action(draws=True)
@taking("workers", "json", "plot")
def sweep(
    model: Annotated[
        Any,
        Argument(
            "MODEL",
            "plrf, dynamical, explaining, geometry, a FILE.toml that declares one; of predict and spectrum the DATA.",
            positional=True,
            as_is=True,
        ),
    ],
    action: Annotated[str, Argument("ACTION", _ABOUT)] = "frontier",
    out: Annotated[
        Any, Argument("DIR", "Folder of the sweep; made if its parent exists, gone on with if it is there.")
    ] = None,
    keys: Annotated[
        Any,
        Argument(
            "KEY=RANGE|LIST",
            "A key of the declaration, as in noise.label_noise=0:1:5; evenly spaced.",
            option="--set",
            several=True,
        ),
    ] = None,
    points: Annotated[
        Any | None,
        Argument("FILE", "A .csv table of points in place of a grid: a header of arguments, rows of numbers."),
    ] = None,
    workers: Annotated[
        Number | None, Argument("WHOLE", "Processes of this machine. Default: as many as there are cores.")
    ] = None,
    scheduler: Annotated[
        str | None, Argument("ADDRESS", "A Dask cluster that is there, such as tcp://host:8786, in place of processes.")
    ] = None,
    dry_run: Annotated[bool, Argument("", "Say what it would take, and measure nothing.")] = False,
    parquet: Annotated[Any | None, Argument("FILE", "Also write a table with a row for each value.")] = None,
    **given: Any,
) -> Result:
    """Measure an action at every combination of numbers that are given as ranges or lists.

    All arguments are those of the action, and all that it has are taken, also those that are not listed here. A number
    with several values is a dimension of the answer: 0.05:1.5:200 is a range of an exponent, evenly spaced and exact;
    other ranges are log-spaced. Of a declared model the keys of its file can be swept, too, by --set. The answer is a
    Zarr store,
    DIR/data.zarr: numbers with their error estimates, what is derived for each point, the distance to it, and a code
    for each refusal. A run that ends early, by Ctrl-C or any accident, is gone on with by the same command and loses at
    most the blocks in flight. The picture shows the last budget over two numbers that are swept.

    Example: tauber sweep plrf --alpha 0.6:1.2:2 --beta 0.3,0.9 --flops 1e8,1e10 --workers 1 --out plane

    Returns
    -------
    Result
        ``dimensions``, ``points``, ``measured`` (points that are kept), ``values`` and ``refused`` (how many of them),
        ``refusals`` (sentences), ``folder``; `dataset` is the store, read when it is used. With ``dry_run``:
        ``points``, ``blocks``, and as estimates ``cpu_seconds`` with the standard error ``cpu_seconds_error``, and
        ``bytes``.

    Raises
    ------
    BadInput
        An argument that the action does not have, a folder of another sweep, no cluster at the address, or an extra
        that is missing.
    CheckFailed
        A disk that is full, or workers of other versions.
    """
    if missing := [name for name in _NEEDED if find_spec(name) is None]:
        raise BadInput(f"Sweeps need {', '.join(missing)}, not installed; run pip install 'tauber[sweep]' first.")
    question, grid = ask(model, action, given, keys, points)
    processes = numbers.whole("--workers", workers, 1) if workers is not None else cores()
    table = None if parquet is None else _parquet(parquet)
    if dry_run:
        return _estimate(question, grid, processes)
    if out is None:
        raise BadInput("A sweep needs a folder for its answer: add --out with one, or --dry-run to see what it takes.")
    store = _run(question, grid, Path(out), scheduler, processes)
    if table is not None:
        store.to_parquet(table)
    return _answer(store)


def _parquet(text: Any) -> Path:
    if find_spec("pyarrow") is None:
        raise BadInput("--parquet needs pyarrow, which is not installed; run pip install 'tauber[sweep]' first.")
    target = Path(text)
    check_writable(target)
    return target


def _estimate(question: Question, grid: Grid, workers: int) -> Result:
    from ..sweeps.engine import pilot
    from ..sweeps.store import Plan, bytes_of, cut

    with screen.waiting("Measuring some points"), numerics_errors():
        seconds, error = pilot(question, grid)
    plan = Plan(question, grid, cut(grid, seconds, workers))
    values = {
        "dimensions": dict(grid.sizes), "points": grid.points, "blocks": plan.count,
        "cpu_seconds": float(f"{seconds * grid.points:.2g}"),
        "cpu_seconds_error": float(f"{error * grid.points:.2g}"), "bytes": bytes_of(plan),
    }  # fmt: skip

    def show(result: Result, full: bool) -> None:
        del full  # there is one answer
        screen.print_line(
            f"{result.points} points in {result.blocks} blocks; about {_time(result.cpu_seconds)} of CPU time "
            f"(standard error {_time(result.cpu_seconds_error)}), {_time(result.cpu_seconds / workers)} with {workers} "
            f"workers; {result.bytes / 1e6:.3g} MB"
        )

    return Result(values, show)


def _time(seconds: float) -> str:
    """A time in words.

    >>> _time(12), _time(7100), _time(9000)
    ('12 s', '120 min', '2.5 h')
    """
    unit, name = next((u, n) for u, n in ((3600, "h"), (60, "min"), (1, "s")) if seconds >= 2 * u or u == 1)
    return f"{float(f'{seconds / unit:.2g}'):g} {name}"


def _run(question: Question, grid: Grid, folder: Path, scheduler: str | None, workers: int) -> Store:
    """Measure what is not there yet."""
    from ..sweeps import engine
    from ..sweeps.store import ASKED, Plan, Store, cut
    from ..workers import client

    check_fillable(folder)
    if (folder / ASKED).exists():
        store = Store(folder, Plan(question, grid, tuple(1 for _ in grid.sizes)))  # the blocks on disk count
        if len(store.done) == store.plan.count:
            return store
        with client(scheduler, workers) as known:
            _measure(store, known)
        return store
    with screen.waiting("Measuring some points"), numerics_errors():
        blocks = cut(grid, engine.pilot(question, grid)[0], workers)
    with client(scheduler, workers) as known:  # nothing is made before it is there
        store = Store(folder, Plan(question, grid, blocks))
        _measure(store, known)
    return store


def _measure(store: Store, known: Any) -> None:
    """Measure what is not there yet, under a progress bar."""
    from ..sweeps import engine

    done, begun, measured, refused = sum(map(store.plan.points, store.done)), time.monotonic(), 0, 0
    with screen.progress_bar("Sweeping", store.plan.grid.points) as advance:
        advance(done)

        def heard(points: int, values: int) -> None:
            nonlocal measured, refused
            measured, refused = measured + points, refused + values
            rate = measured / (time.monotonic() - begun)
            advance(points, f"{rate:.3g} points/s, {refused} values refused")

        try:
            engine.run(store, known, heard, _note)
        except KeyboardInterrupt:
            _note(f"'{store.folder}' keeps what was measured; the same command goes on.")
            raise
        finally:
            store.finish()


def _note(sentence: str) -> None:
    sys.stderr.write(f"Note: {sentence}\n")


class Sweep(Result):
    """What a sweep found, with its store."""

    @property
    def dataset(self) -> Any:
        """The store as an xarray dataset, read when it is used."""
        from ..sweeps.store import opened

        return opened(Path(self["folder"]))

    def to_frame(self) -> Any:
        """A row for each value, all in memory."""
        return self.dataset.to_dataframe().reset_index()


def _answer(store: Store) -> Result:
    from ..sweeps import maps

    _, refusals = store.told()
    plan = store.plan
    values = {
        "model": plan.question.called, "action": plan.question.action, "folder": str(store.folder),
        "dimensions": dict(plan.grid.sizes) | {name: len(x) for name, x in plan.question.inside.items()},
        "points": plan.grid.points, "measured": sum(map(plan.points, store.done)),
        "values": plan.grid.points * plan.question.values, "refused": sum(count for _, count in refusals.values()),
        "refusals": [
            {"code": code, "values": count, "sentence": words} for code, (words, count) in sorted(refusals.items())
        ],
    }  # fmt: skip
    return Sweep(values, _show, lambda _: maps.figure(store.folder))


def _show(result: Result, full: bool) -> None:
    del full  # there is one answer
    sizes = " x ".join(f"{size} {name}" for name, size in result["dimensions"].items())
    screen.print_line(f"Swept {result['action']} {result['model']}: {sizes}")
    screen.print_line(f"{result['measured']} of {result['points']} points measured; of {result['values']} values "
                      f"{result['refused']} refused")  # fmt: skip
    for refusal in sorted(result["refusals"], key=lambda found: -found["values"]):
        screen.print_line(f"{refusal['values']} refused, such as: {refusal['sentence']}")
    screen.print_line(f"Read it with xarray.open_zarr('{result['folder']}/data.zarr')")
