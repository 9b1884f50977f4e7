"""Tables of training runs: which column is what, what the runs cost, and what of it is not to be taken on trust.

A run has a loss and at least one of size, data and compute.  The cost is a product such as 6 N D: of the three it gives
the one that is missing; where all are there it is the *product test*, which finds tokens in billions beside compute in
flops.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..core.precision import Array
from ..data.arrays import TEXT
from ..data.cells import decimal_sign, numeric, shown, values
from ..data.header import has_names
from ..data.reading import Layout
from ..data.text import SEPARATORS, read_cells
from ..errors import TauberInputError

ROLES = ("size", "data", "compute", "loss")
RESOURCES = {
    "size": re.compile(r"param|model ?size|^size$|^n$"),
    "data": re.compile(r"token|sample|example|data ?set ?size|data ?size|^data$|^d$|^steps?$|iteration|num steps"),
    "compute": re.compile(r"flop|compute|pf ?days|^c$"),
}
"""Names of columns, by what they are taken for."""
_PATTERNS = RESOURCES | {"loss": re.compile(r"loss|\bnll\b|cross ?entropy|^l$")}
_NO_RESOURCE = re.compile(r"\bper\b|ratio|/")
_OFF = 3.0  # factor from which on the product test says that something is wrong
_SEED = 1e-9  # relative differences below it are those of writing and reading a number


@dataclass(frozen=True)
class Cost:
    """What a run costs: factor * size^size_power * data^data_power."""

    factor: float = 6.0
    size_power: float = 1.0
    data_power: float = 1.0

    def of(self, size: Array, data: Array) -> Array:
        """The compute of runs."""
        return np.asarray(self.factor * size**self.size_power * data**self.data_power)

    def size(self, data: Array, compute: Array) -> Array:
        """The size of runs."""
        return np.asarray((compute / (self.factor * data**self.data_power)) ** (1 / self.size_power))

    def data(self, size: Array, compute: Array) -> Array:
        """The data of runs."""
        return np.asarray((compute / (self.factor * size**self.size_power)) ** (1 / self.data_power))

    def __str__(self) -> str:
        powers = {"size": self.size_power, "data": self.data_power}
        words = [name if p == 1 else f"{name}^{p:g}" for name, p in powers.items() if p]
        return "*".join([*([f"{self.factor:g}"] if self.factor != 1 or not words else []), *words])


@dataclass(frozen=True, eq=False)
class Runs:
    """Training runs: positive arrays of one length, None where the table has no such column.

    `where` puts a run into words, such as "row 4 (line 5)"; `names` are the columns by what they were taken for,
    `guessed` those that nobody named, `form` the format; `left_out` and `flags` are sentences.
    """

    loss: Array
    size: Array | None = None
    data: Array | None = None
    compute: Array | None = None
    names: dict[str, str] = field(default_factory=dict)
    guessed: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    form: str = "arrays"
    left_out: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.loss)

    def called(self, run: int) -> str:
        """A run in words."""
        return self.where[run] if self.where else f"row {run + 1}"

    def subset(self, chosen: Array) -> Runs:
        """Some of the runs, by number or by truth values."""
        numbers = np.arange(len(self.loss))[chosen]
        arrays: dict[str, Any] = {r: None if (c := getattr(self, r)) is None else c[numbers] for r in ROLES}
        return replace(self, **arrays, where=tuple(self.called(int(i)) for i in numbers))

    def without_largest(self, count: int) -> Runs:
        """Without the runs of the largest losses.

        Raises
        ------
        TauberInputError
            If none would be left.
        """
        if count == 0:
            return self
        if count >= len(self):
            raise TauberInputError(f"{count} of {len(self)} runs were to be left out (`leave_out`), which leaves none.")
        worst = np.argsort(-self.loss, kind="stable")[:count]
        kept = np.setdiff1d(np.arange(len(self)), worst)
        least = self.loss[worst].min()
        words = f"the {count} largest losses, {least:.4g} and more, as asked"
        return replace(self.subset(kept), left_out=(*self.left_out, words))


def read_runs(
    source: Any, columns: Mapping[str, str] | None = None, layout: Layout | None = None, cost: Cost | None = None
) -> Runs:  # fmt: skip
    """Read a table of runs.

    Parameters
    ----------
    source
        Path of a text table or `.parquet`; or columns by name, as a mapping or a pandas data frame.
    columns
        Names of columns by `ROLES`, where these are not to be guessed.
    cost
        6*size*data by default.

    Raises
    ------
    TauberInputError
        If the table cannot be read, a column is missing or may be two, or a cell is no positive number.
    """
    layout, cost = layout or Layout(), cost or Cost()
    table = open_table(source, layout)
    chosen, guessed = _roles(table, dict(columns or {}))
    found: dict[str, Any] = {}
    good = np.ones(len(table.where), dtype=bool)
    for role, name in chosen.items():
        found[role], known = table.column(name)
        bad = np.flatnonzero(~known)
        if len(bad) and not layout.complete:
            cell = table.cell(name, int(bad[0]))
            raise TauberInputError(
                f"In {table.where[bad[0]]}, column {name!r}, taken as the {role}, holds {cell}, which is no positive "
                "number; mend it, leave out every row with such a cell (`complete=True`), or name another column "
                f"(`columns='{role}=NAME'`)."
            )
        good &= known
    left_out = []
    if not good.all():
        count = int((~good).sum())
        left_out.append(f"{count} row{'s' * (count != 1)} with a cell that is no positive number, as asked")
    if not good.any():
        raise TauberInputError("No row has a positive number in each of its columns.")
    where = tuple(w for w, g in zip(table.where, good, strict=True) if g)
    runs = Runs(
        **{role: column[good] for role, column in found.items()},
        names=chosen, guessed=guessed, where=where, form=table.form, left_out=tuple(left_out),
    )  # fmt: skip
    return completed(runs, cost)


def open_table(source: Any, layout: Layout) -> Table:
    """The columns of a file, a mapping or a data frame."""
    return _from_file(Path(source), layout) if isinstance(source, str | Path) else _from_columns(source)


def completed(runs: Runs, cost: Cost) -> Runs:
    """The runs with what the cost says of size, data or compute, and the flags that the columns raise.

    Raises
    ------
    TauberInputError
        If that lies beyond float64.
    """
    flags = list(runs.flags)
    size, data, compute = runs.size, runs.data, runs.compute
    names = dict(runs.names)
    with np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore"):  # refused below
        if size is not None and data is None and compute is not None and cost.data_power:
            data = _held(cost.data(size, compute), "data", runs, cost)
            names["data"] = f"from compute by {cost}"
        elif size is None and data is not None and compute is not None and cost.size_power:
            size = _held(cost.size(data, compute), "size", runs, cost)
            names["size"] = f"from compute by {cost}"
        elif (
            compute is None and (size is not None or not cost.size_power) and (data is not None or not cost.data_power)
        ):
            one = np.ones_like(runs.loss)
            compute = _held(
                cost.of(one if size is None else size, one if data is None else data), "compute", runs, cost
            )
            names["compute"] = str(cost)
        elif size is not None and data is not None and compute is not None:
            _held(cost.of(size, data), "compute", runs, cost)
            flags += _product_test(runs, cost)
    flags += _directions(runs) + _ranges(runs)
    flags += _repeated(runs) + ([] if flags else _exchanged(runs))
    return replace(runs, size=size, data=data, compute=compute, names=names, flags=tuple(flags))


def _held(found: Array, role: str, runs: Runs, cost: Cost) -> Array:
    """What the cost says, if float64 has it."""
    bad = np.flatnonzero(~(np.isfinite(found) & (found > 0)))
    if len(bad):
        row = int(bad[0])
        cells = [f"{other} = {column[row]:.3g}" for other in ("size", "data", "compute")
                 if (column := getattr(runs, other)) is not None]  # fmt: skip
        raise TauberInputError(
            f"In {runs.called(row)} the {role} by the cost {cost} is {found[row]:g}, beyond what a number holds, with "
            f"{', '.join(cells)}; mend the row, or give the columns in other units."
        )
    return found


def _product_test(runs: Runs, cost: Cost) -> list[str]:
    assert runs.size is not None
    assert runs.data is not None
    assert runs.compute is not None
    ratio = runs.compute / cost.of(runs.size, runs.data)
    middle = float(np.median(ratio))
    size, data, compute = (repr(runs.names.get(role, role)) for role in ("size", "data", "compute"))
    found = []
    if not 1 / _OFF < middle < _OFF:
        found.append(
            f"The compute in column {compute} is {middle:.3g} times {cost} of columns {size} and {data}: one of the "
            "three may be in other units, such as billions; or say what a run costs (`cost`)."
        )
    odd = np.flatnonzero((ratio / middle > _OFF) | (ratio / middle < 1 / _OFF))
    if len(odd):
        row = int(odd[0])
        more = f" and {len(odd) - 1} more" if len(odd) > 1 else ""
        found.append(
            f"In {runs.called(row)}{more} the compute in column {compute} is {ratio[row]:.3g} times {cost}, and "
            f"{middle:.3g} times in the middle of all runs: units may be mixed in {size}, {data} or {compute}."
        )
    return found


def _exchanged(runs: Runs) -> list[str]:
    """A flag for data that are fewer than the size in most runs, both of which the table names.

    Of language models few are trained on fewer tokens than they have parameters.  Nothing else says that the two are
    exchanged: the usual forms and costs are the same for both.
    """
    size, data, names = runs.size, runs.data, runs.names
    if size is None or data is None or "size" not in names or "data" not in names:
        return []
    fewer = int((data < size).sum())
    if 2 * fewer <= len(runs):
        return []
    row = int(np.argmin(data / size))
    flag = (
        f"In {fewer} of {len(runs)} runs the data, column {names['data']!r}, are fewer than the size, column "
        f"{names['size']!r} ({runs.called(row)}: {data[row]:.3g} and {size[row]:.3g}): were the two exchanged "
        "(`columns`), or are their units not the same? The losses cannot say."
    )
    return [flag]


def _repeated(runs: Runs) -> list[str]:
    given = np.array([np.log(c) for r in ROLES if (c := getattr(runs, r)) is not None])
    order = np.lexsort(given)
    same = (abs(np.diff(given[:, order], axis=1)) <= _SEED).all(axis=0)
    if not same.any():
        return []
    pair = min(sorted((int(i), int(j))) for i, j in zip(order[:-1][same], order[1:][same], strict=True))
    count = int(same.sum())
    flag = (
        f"{count} row{'s' * (count != 1)} repeat{'s' * (count == 1)} another, as {runs.called(pair[1])} does "
        f"{runs.called(pair[0])}: a run that counts twice makes errors too small."
    )
    return [flag]


def _directions(runs: Runs) -> list[str]:
    """Flags for a loss that grows with every resource: some column is not what it was taken for."""
    ranks = {}
    for role in ("size", "data", "compute"):
        column = getattr(runs, role)
        if column is not None and np.ptp(column) > 0 and np.ptp(runs.loss) > 0:
            ranks[role] = float(np.corrcoef(_ranks(column), _ranks(runs.loss))[0, 1])
    if not ranks or min(ranks.values()) <= 0:
        return []
    role = max(ranks, key=lambda r: ranks[r])
    flag = (
        f"The loss, column {runs.names.get('loss', 'loss')!r}, grows with {role}, column "
        f"{runs.names.get(role, role)!r} (rank correlation {ranks[role]:.2f}): is one of them something else "
        "(`columns`)?"
    )
    return [flag]


def _ranks(values: Array) -> Array:
    """The rank of each value; of equal ones, the mean of theirs."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[places]


def _ranges(runs: Runs) -> list[str]:
    """Flags for a loss that is larger than a resource in every run and spans more, as tokens taken for it do."""
    found = []
    span = float(np.ptp(np.log10(runs.loss)))
    for role in ("size", "data", "compute"):
        column = getattr(runs, role)
        if column is None or role not in runs.names or (column >= runs.loss).any():
            continue
        own = float(np.ptp(np.log10(column)))
        if span > own:
            found.append(
                f"The loss, column {runs.names.get('loss', 'loss')!r}, is larger than the {role}, column "
                f"{runs.names[role]!r}, in every run, and spans {span:.1f} decades, that {own:.1f}: were the two "
                "exchanged (`columns`)?"
            )
    return found


@dataclass(frozen=True, eq=False)
class Table:
    """Columns by name, and the rows in words; `column` gives numbers and which of them are positive and finite."""

    names: tuple[str, ...]
    column: Callable[[str], tuple[Array, Array]]
    texts: Callable[[str], list[str]]
    cell: Callable[[str, int], str]
    where: tuple[str, ...]
    form: str


def _from_file(path: Path, layout: Layout) -> Table:
    suffix = path.suffix.lower()
    if not path.is_file():
        raise TauberInputError(f"There is no file {str(path)!r}; give a table of runs, .csv, .tsv, .txt or .parquet.")
    if suffix == ".parquet":
        return _from_columns(_parquet(path), f"Parquet, {path.name}")
    if suffix not in TEXT:
        raise TauberInputError(
            f"{str(path)!r} is no table of runs known here; give a .csv, .tsv, .txt, .dat or .parquet file."
        )
    found = read_cells(path, layout.delimiter)
    cells, lines = found.cells, found.lines
    headed = has_names(cells, int(lines[0]), layout.decimal) if layout.header is None else layout.header
    headed = headed or (len(cells) == 1 and not numeric(cells[0], layout.decimal or decimal_sign(cells)).any())
    names = tuple(str(n) for n in cells[0]) if headed else found.comment or tuple(map(str, range(cells.shape[1])))
    if headed:
        cells, lines = cells[1:], lines[1:]
    if not len(cells):
        raise TauberInputError(f"{str(path)!r} has names of columns and no runs.")
    decimal = layout.decimal or decimal_sign(cells)

    def column(name: str) -> tuple[Array, Array]:
        own = cells[:, names.index(name)]
        known = numeric(own, decimal)
        numbers = np.full(len(own), np.nan)
        numbers[known] = values(own[known])
        return numbers, numbers > 0

    comma = ", decimal comma" if decimal == "," else ""
    form = f"{found.encoding}, {SEPARATORS[found.separator]} between cells{comma}"
    where = tuple(f"row {i + 1} (line {line})" for i, line in enumerate(lines))

    def cell(name: str, row: int) -> str:
        text = cells[row, names.index(name)]
        return shown(text) if text else "nothing"

    def texts(name: str) -> list[str]:
        return [str(text) for text in cells[:, names.index(name)]]

    return Table(names, column, texts, cell, where, form)


def _parquet(path: Path) -> Any:
    try:
        import pandas
        import pyarrow  # noqa: F401  (pandas reads with it)
    except ImportError as error:
        raise TauberInputError(
            f"Parquet is read with pandas and pyarrow, of which {error.name} is not installed; run "
            "pip install 'tauber[data,parquet]', or save the table as .csv."
        ) from error
    try:
        return pandas.read_parquet(path)
    except (OSError, ValueError) as error:  # pyarrow's own errors are of these kinds
        raise TauberInputError(f"The file {str(path)!r} cannot be read as Parquet: {error}.") from error


def _from_columns(table: Any, form: str = "columns in memory") -> Table:
    """A mapping or a data frame."""
    if not hasattr(table, "keys"):
        raise TauberInputError(
            f"A table of runs is a file, a data frame or a mapping of columns by name, not a {type(table).__name__}."
        )
    columns = {str(name): np.asarray(table[name]).ravel() for name in table.keys()}  # noqa: SIM118  (a data frame's)
    lengths = {len(column) for column in columns.values()}
    if lengths <= {0}:
        raise TauberInputError(f"The table has {'names of columns and' if columns else 'no columns and'} no runs.")
    if len(lengths) != 1:
        raise TauberInputError(f"The columns of a table have one length; these have {sorted(lengths)}.")

    def column(name: str) -> tuple[Array, Array]:
        numbers = np.array([_number(value) for value in columns[name]])
        return numbers, numbers > 0

    where = tuple(f"row {i + 1}" for i in range(lengths.pop()))

    def texts(name: str) -> list[str]:
        return [str(value) for value in columns[name]]

    return Table(tuple(columns), column, texts, lambda name, row: shown(columns[name][row]), where, form)


def _number(value: Any) -> float:
    if isinstance(value, bool | np.bool_ | np.datetime64 | np.timedelta64):  # `float` would make numbers of them
        return np.nan
    try:
        found = float(value)
    except (TypeError, ValueError):
        return np.nan
    return found if np.isfinite(found) else np.nan


def _roles(table: Table, given: dict[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """The column of each role, and which of them were guessed."""
    names = table.names
    for role, name in given.items():
        if role not in ROLES:
            raise TauberInputError(f"There is no {role!r} in a table of runs; name columns for {', '.join(ROLES)}.")
        if names.count(name) != 1:
            count = "no column" if name not in names else f"{names.count(name)} columns"
            raise TauberInputError(
                f"There {'is' if name not in names else 'are'} {count} {name!r}; the columns are {', '.join(names)}."
            )
    resources = [n for n in names if not _NO_RESOURCE.search(plain(n))]
    chosen, guessed = guess({role: _PATTERNS[role] for role in ROLES}, resources, given, initials=True)
    if "loss" not in chosen or len(chosen) == 1:
        missing = "loss" if "loss" not in chosen else "size, data or compute"
        raise TauberInputError(
            f"No column looks like the {missing}; the columns are {', '.join(names)}; say which "
            f"(`columns='{'loss' if missing == 'loss' else 'size'}=NAME'`)."
        )
    return {role: chosen[role] for role in ROLES if role in chosen}, tuple(guessed)


def guess(
    patterns: Mapping[str, re.Pattern[str]], names: Sequence[str], given: Mapping[str, str], *, initials: bool = False
) -> tuple[dict[str, str], list[str]]:
    """The column of each role, as given or as its name says, and the roles that were guessed, in the patterns' order.

    Of several columns that fit, the one called as the role is, or by its first letter with `initials`, is taken.

    Raises
    ------
    TauberInputError
        If several columns fit a role.
    """
    chosen, guessed = dict(given), list[str]()
    for role, name in given.items():
        others = [other for other in given if given[other] == name and other != role]
        if others:
            raise TauberInputError(
                f"The column {name!r} was named as the {role} and as the {others[0]} (`columns`); name one for each."
            )
    for role, pattern in patterns.items():
        if role in chosen:
            continue
        fits = [n for n in names if n not in chosen.values() and pattern.search(plain(n))]
        exact = [n for n in fits if plain(n) == role or (initials and plain(n) == role[0])]
        if len(fits) > 1 and len(exact) != 1:
            raise TauberInputError(
                f"The {role} may be in columns {', '.join(map(repr, fits))}; say in which "
                f"(`columns='{role}={fits[0]}'`)."
            )
        if fits:
            chosen[role] = exact[0] if exact else fits[0]
            guessed.append(role)
    return chosen, guessed


def plain(name: str) -> str:
    """A name of a column in small letters, its signs as spaces."""
    return re.sub(r"[_\-.\s]+", " ", name.strip().lower())
