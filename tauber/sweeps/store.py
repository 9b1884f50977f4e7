"""The results of a sweep on disk: arrays in Zarr, and beside them which blocks are whole.

    DIR/data.zarr     the arrays, ``xarray.open_zarr("DIR/data.zarr")``: dimensions are named, attributes say what was
                      asked, of which versions, and what the codes of refusals mean
    DIR/sweep.json    what was asked, exactly, and how the grid is cut into blocks
    DIR/done/N.json   there once the N-th block is whole

A block is a chunk of every array, so no two writers meet in a file. Its marker appears, by a rename, after all of its
arrays: a run that ends on the way, by whatever accident, leaves blocks without one, and these are measured again. The
arrays hold numbers that depend on question and versions alone, so that they are the same, bit by bit, after any
accidents. The folder itself appears whole, by a rename.
"""

from __future__ import annotations

import errno
import json
import math
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from .. import cache
from ..errors import BadInput, CheckFailed
from ..files import check_fillable, replacing
from .grid import Grid, coordinate
from .question import Block, Question

ARRAYS, ASKED, DONE = "data.zarr", "sweep.json", "done"


@dataclass(frozen=True)
class Plan:
    """What is measured, and in which blocks: `blocks` has the length of a block along each dimension of the grid."""

    question: Question
    grid: Grid
    blocks: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many blocks there are."""
        return math.prod(self._along)

    @property
    def _along(self) -> list[int]:
        return [math.ceil(size / part) for size, part in zip(self.grid.sizes.values(), self.blocks, strict=True)]

    def block(self, number: int) -> tuple[slice, ...]:
        """The points of a block."""
        place = []
        for size, part, count in reversed([*zip(self.grid.sizes.values(), self.blocks, self._along, strict=True)]):
            number, k = divmod(number, count)
            place.append(slice(k * part, min((k + 1) * part, size)))
        return tuple(place[::-1])

    def points(self, number: int) -> int:
        """How many points a block has."""
        return math.prod(part.stop - part.start for part in self.block(number))

    @cached_property
    def asked(self) -> dict[str, Any]:
        """What another run must ask, too, to go on with this one; as JSON has it."""
        known = {"question": asdict(self.question), "points": {"rows": self.grid.rows, **self.grid.axes}}
        found: dict[str, Any] = json.loads(json.dumps(known | {"versions": cache.made_by()}))
        return found


def cut(grid: Grid, seconds: float, workers: int) -> tuple[int, ...]:
    """How long a block is along each dimension: of about `_BLOCK` CPU seconds, a few for every worker, not too many."""
    most = max(1, math.ceil(grid.points / (_EACH * workers)))
    wanted = max(1, math.ceil(grid.points / _MOST_BLOCKS), min(most, int(_BLOCK / max(seconds, 1e-9))))
    blocks = []
    for size in reversed(grid.sizes.values()):
        parts = math.ceil(size / wanted)
        blocks.append(math.ceil(size / parts))  # parts as equal as may be
        wanted = max(1, wanted // size)
    return tuple(blocks[::-1])


_BLOCK, _EACH, _MOST_BLOCKS = 15.0, 8, 5000


class Store:
    """The folder of a sweep.

    Parameters
    ----------
    folder
        Made if its parent exists.
    plan
        What is asked. Where the folder holds the same already, its own blocks stay.

    Raises
    ------
    BadInput
        If the folder cannot be made or is another's, or holds what was asked otherwise, or by other versions.
    """

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.folder, self._opened = folder, dict[str, Any]()
        check_fillable(folder)
        if not folder.exists() or not any(folder.iterdir()):
            with writing(folder):
                self._make(plan)
        self.plan = self._same(plan)

    def _make(self, plan: Plan) -> None:
        """An empty store, whole or not at all."""
        draft = self.folder.with_name(f".{self.folder.name}.{os.getpid()}.part")
        try:
            (draft / DONE).mkdir(parents=True)
            _template(plan).to_zarr(draft / ARRAYS, compute=False, zarr_format=2, consolidated=True)
            (draft / ASKED).write_text(json.dumps(plan.asked | {"blocks": plan.blocks}, indent=1), encoding="utf-8")
            if self.folder.exists():
                self.folder.rmdir()
            draft.replace(self.folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def _same(self, plan: Plan) -> Plan:
        """The plan with the blocks that are on disk."""
        try:
            found = json.loads((self.folder / ASKED).read_text(encoding="utf-8"))
            blocks = tuple(found.pop("blocks"))
        except (OSError, ValueError, KeyError) as error:
            raise BadInput(
                f"'{self.folder}' is not empty and holds no sweep; name a folder that is not there yet, or a sweep's."
            ) from error
        different = list(_differences(found, plan.asked))
        if different:
            raise BadInput(
                f"'{self.folder}' holds another sweep: {'; '.join(different[:3])}; name another folder, or ask "
                "the same."
            )
        return Plan(plan.question, plan.grid, blocks)

    @property
    def done(self) -> set[int]:
        """The blocks that are whole."""
        return {int(path.stem) for path in (self.folder / DONE).glob("*.json")}

    @cached_property
    def _group(self) -> Any:
        import zarr

        return zarr.open_group(self.folder / ARRAYS, mode="r+", use_consolidated=False)

    def write(self, number: int, block: Block) -> None:
        """Keep a block.

        Raises
        ------
        CheckFailed
            If the disk is full or the folder has become another's: what was kept before stays.
        """
        place = self.plan.block(number)
        shape = tuple(part.stop - part.start for part in place)
        with writing(self.folder):
            for name, array in block.arrays.items():
                if name not in self._opened:  # which reads its metadata: a third of the time that a block takes here
                    self._opened[name] = self._group[name]
                self._opened[name][place] = array.reshape(*shape, *array.shape[1:])
            refused = {
                code: [sentence, int((block.arrays["refusal"] == code).sum())]
                for code, sentence in block.refusals.items()
            }
            with replacing(self.folder / DONE / f"{number}.json") as part:
                part.write_text(json.dumps({"seconds": block.seconds, "refusals": refused}), encoding="utf-8")

    def told(self) -> tuple[float, dict[int, tuple[str, int]]]:
        """CPU seconds of all whole blocks, and of each code of refusals a sentence and how many values it has."""
        seconds, refusals = 0.0, dict[int, tuple[str, int]]()
        for path in (self.folder / DONE).glob("*.json"):
            kept = json.loads(path.read_text(encoding="utf-8"))
            seconds += kept["seconds"]
            for text, (sentence, count) in kept["refusals"].items():
                first, before = refusals.get(int(text), (sentence, 0))
                refusals[int(text)] = min(first, sentence), before + count
        return seconds, refusals

    def finish(self) -> None:
        """Write into the store what the codes of refusals mean."""
        import zarr

        meanings = {str(code): sentence for code, (sentence, _) in sorted(self.told()[1].items())}
        with writing(self.folder):
            self._group["refusal"].attrs["refusals"] = meanings
            zarr.consolidate_metadata(self.folder / ARRAYS, zarr_format=2)

    def dataset(self) -> Any:
        """The arrays, read when they are used."""
        return opened(self.folder)

    def to_parquet(self, target: Path) -> None:
        """Write a row for each value, block by block.

        Raises
        ------
        BadInput
            If the file cannot be written.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        data, names = self.dataset(), list(self.plan.grid.sizes)
        with replacing(target) as part:
            writer = None
            try:
                for number in sorted(self.done):
                    rows = data.isel(dict(zip(names, self.plan.block(number), strict=True))).to_dataframe()
                    lines = pa.Table.from_pandas(rows.reset_index(), preserve_index=False)
                    writer = writer or pq.ParquetWriter(part, lines.schema)
                    writer.write_table(lines)
            finally:
                if writer is not None:
                    writer.close()


def opened(folder: Path) -> Any:
    """The arrays of a sweep, read when they are used.

    Raises
    ------
    BadInput
        If there is no sweep in the folder.
    """
    import xarray as xr

    if not (folder / ARRAYS).is_dir():
        raise BadInput(f"There is no sweep in '{folder}'; name the folder that was given to --out.")
    return xr.open_zarr(folder / ARRAYS, consolidated=True)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn what the disk refuses into one sentence."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        todo = "make room" if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) else "make it writable"
        raise CheckFailed(
            f"'{folder}' cannot be written ({reason}); whole blocks are kept: {todo}, and run the same command to go "
            "on."
        ) from error


def _template(plan: Plan) -> Any:
    """The dataset without its values."""
    import dask.array as da
    import numpy as np
    import xarray as xr

    question, grid = plan.question, plan.grid
    inner = {name: len(numbers) for name, numbers in question.inside.items()}
    variables = {}
    for name, output in question.outputs.items():
        own = inner if output.inside else {}
        kind = np.int8 if output.flags else np.int32 if name == "refusal" else float
        empty = da.full(
            (*grid.sizes.values(), *own.values()), math.nan if kind is float else 0, dtype=kind,
            chunks=(*plan.blocks, *own.values()),
        )  # fmt: skip
        about: dict[str, Any] = {"long_name": output.meaning, "units": output.unit}
        if output.flags:
            about |= {"flag_values": np.arange(len(output.flags), dtype=np.int8),
                      "flag_meanings": " ".join(output.flags)}  # fmt: skip
        variables[name] = ((*grid.sizes, *own), empty, about)
    swept = {
        name: (("point",) if grid.rows else (name,), [coordinate(f"--{name}", text) for text in texts], {"units": "1"})
        for name, texts in grid.axes.items()
    }
    within = {name: ((name,), numbers, {"units": "1"}) for name, numbers in question.inside.items()}
    return xr.Dataset(variables, coords=swept | within, attrs=_about(plan))


def _about(plan: Plan) -> dict[str, str]:
    question = plan.question
    return {
        "Conventions": "CF-1.11",
        "title": f"tauber sweep of {question.action} {question.called}",
        "arguments": json.dumps({**question.fixed, **question.along}),
        **({"declaration": question.table} if question.table else {}),
        "versions": json.dumps(cache.made_by()),
        "commit": _commit(),
        "seed": str(question.fixed.get("seed", "that of the action, if it draws")),
    }


def _commit() -> str:
    """The commit of the code, where it is a checkout; its hash is in the versions in any case."""
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _differences(kept: Mapping[str, Any], asked: Mapping[str, Any], within: str = "") -> Iterator[str]:
    """What differs between two nestings, in words."""
    for name in dict.fromkeys((*kept, *asked)):
        before, now = kept.get(name), asked.get(name)
        if name == "table":
            before, now = (json.loads(text) if text else {} for text in (before, now))
        if isinstance(before, Mapping) and isinstance(now, Mapping):
            yield from _differences(before, now, name)
        elif before != now:
            yield f"{f'{within} ' if within in _WORTH else ''}{name} was {_short(before)} and is {_short(now)}"


_WORTH = ("versions", "points")


def _short(value: Any) -> str:
    if value is None:
        return "not given"
    if isinstance(value, list) and len(value) > 3:
        return f"{len(value)} values from {value[0]} to {value[-1]}"
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def bytes_of(plan: Plan) -> int:
    """The size of the arrays before compression."""
    inside = math.prod(map(len, plan.question.inside.values()))
    return plan.grid.points * sum(
        (1 if output.flags else 4 if name == "refusal" else 8) * (inside if output.inside else 1)
        for name, output in plan.question.outputs.items()
    )
