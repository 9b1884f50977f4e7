"""Tables, from a text file or a matrix, as features and a target: which columns are what.

A column that counts the rows is an index and no feature: it is left out where its name says so too, with a flag, and
refused elsewhere.  A table of training runs (parameters, tokens, loss) is no set of points, nor is a kernel matrix.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ..core.precision import FLOAT64, Array
from ..errors import TauberInputError
from .cells import bad_cell, decimal_sign, is_missing, mostly_text, numeric, target_cells, values
from .header import has_names
from .reading import Column, Layout, Raw
from .text import SEPARATORS, read_cells

_INDEX = re.compile(r"(unnamed: [0-9]+|index|idx|id|row|rows|row_?id|rownames|level_0|nr|no|#|)", re.IGNORECASE)
_ROLES = {
    "size": re.compile(r"param|model.?size"),
    "data": re.compile(r"token|data(set)?.?size|samples.?seen"),
    "compute": re.compile(r"flop|compute|pf.?days"),
    "loss": re.compile(r"loss|perplexity|\bppl\b|\bnll\b|cross.?entropy"),
}
_LETTERS = ({"n", "d", "l"}, {"n", "d", "loss"}, {"c", "l"}, {"c", "loss"})
_LEAST_FEW = 3  # rows from which a count of them is no accident


def read_table(path: Path, layout: Layout, target: Column | None, supervised: bool, classes: bool | None) -> Raw:
    """A text table; without `supervised` all of its columns are features.  Raises TauberInputError."""
    found = read_cells(path, layout.delimiter)
    cells, lines = found.cells, found.lines
    headed = layout.header
    if headed is None:
        headed = has_names(cells, int(lines[0]), layout.decimal)
    count = cells.shape[1]
    names = [str(name) for name in cells[0]] if headed else list(found.comment or map(str, range(count)))
    if headed:
        cells, lines = cells[1:], lines[1:]
    if len(cells) < 2:
        raise TauberInputError(
            f"{str(path)!r} has only {len(cells)} row{'s' * (len(cells) != 1)} of points, which is too few."
        )
    decimal = layout.decimal or decimal_sign(cells)
    if decimal not in ".,":
        raise TauberInputError(f"The decimal sign must be '.' or ',', got {decimal!r}.")
    form = _form(found.encoding, found.separator, decimal, headed)
    raw = Raw(np.empty((0, 0)), False, None, form, tuple(names), target_named=target is not None)
    if found.trail:
        raw.left_out.append("the separator at the end of each line")
    if headed and all(name.isdigit() for name in names if name):
        raw.flags.append(
            f"The first row, {', '.join(names[:4])}, ..., was taken as names (`header=False` if it is a point)."
        )
    refuse_training_runs(str(path), names, _largest(cells, decimal))
    columns = Columns(names, headed or found.comment is not None, layout)
    aim = columns.target(target, supervised)
    cells, lines = _complete(cells, lines, columns, aim, decimal, layout, raw)

    def where(row: int) -> str:
        return f"row {row + 1} (line {lines[row]})"

    raw.where = where
    table = np.column_stack(
        [_feature(cells[:, j], decimal, columns, j, where) for j in columns.features] or [np.empty((len(cells), 0))]
    )
    if aim is not None:
        raw.labels = target_cells(cells[:, aim], decimal, classes, columns.called(aim), where)
    return columns.fill(raw, table, aim, str(path))


def read_matrix(
    name: str, table: Array, layout: Layout, target: Column | None, supervised: bool, form: str
) -> Raw:  # fmt: skip
    """A table of numbers; raises TauberInputError."""
    columns = Columns([str(j) for j in range(table.shape[1])], False, layout)
    aim = columns.target(target, supervised)
    raw = Raw(np.empty((0, 0)), False, None, form, target_named=target is not None)
    bad = ~np.isfinite(table[:, [*columns.features, *([] if aim is None else [aim])]]).all(axis=1)
    if layout.complete and bad.any():
        raw.left_out.append(_rows_left_out(bad))
        table = table[~bad]
    if aim is not None:
        raw.labels = table[:, aim]
    return columns.fill(raw, table[:, columns.features], aim, name)


class Columns:
    """The columns of a table, and which of them are features (`features`: numbers of columns)."""

    def __init__(self, names: list[str], named: bool, layout: Layout) -> None:
        self.names, self.named = names, named
        self.dropped = {self.find(column) for column in layout.drop}
        self.kept = {self.find(column) for column in layout.keep}
        self.features = [j for j in range(len(names)) if j not in self.dropped]

    def called(self, j: int) -> str:
        """A column in words."""
        return f"column {self.names[j]!r}" if self.named and self.names[j] else f"column {j} (from 0)"

    def _written(self, j: int) -> str:
        """A column as one would write it in a call."""
        return repr(self.names[j]) if self.named and self.names[j] else str(j)

    def find(self, wanted: Column) -> int:
        """The number of a column by its name, or else by its number; raises TauberInputError."""
        if isinstance(wanted, str):
            at = [j for j, name in enumerate(self.names) if name == wanted]
            if len(at) > 1:
                raise TauberInputError(
                    f"There are {len(at)} columns {wanted!r}, number {', '.join(map(str, at))} from 0; rename them."
                )
            if at:
                return at[0]
        count = len(self.names)
        if isinstance(wanted, int) or re.fullmatch(r"-?[0-9]{1,9}", wanted):
            number = int(wanted)
            if -count <= number < count:
                return number % count
        shown = self.names if count <= 20 else [*self.names[:19], f"... ({count} in all)"]
        raise TauberInputError(f"There is no column {wanted!r}; the columns are {', '.join(shown)}.")

    def target(self, wanted: Column | None, supervised: bool) -> int | None:
        """The target's column, which is then no feature; raises TauberInputError."""
        if not supervised:
            return None
        if wanted is None and not self.features:
            raise TauberInputError("No column is left; leave fewer of them out (`drop`).")
        aim = self.features[-1] if wanted is None else self.find(wanted)
        if aim in self.dropped:
            raise TauberInputError(f"The target, {self.called(aim)}, was to be left out, too; name another one.")
        self.features.remove(aim)
        return aim

    def fill(self, raw: Raw, table: Array, aim: int | None, source: str) -> Raw:
        """Put features without an index into what was read; raises TauberInputError."""
        raw.left_out += [f"{self.called(j)}, as asked" for j in sorted(self.dropped)]
        if aim is not None:
            raw.target = self.called(aim)
            self._not_an_index(raw, aim)
        used = [i for i in range(table.shape[1]) if not self._is_index(raw, table, i)]
        if aim is not None and raw.labels.dtype.kind == "f":
            before = sum(self.features[i] < aim for i in used)
            refuse_kernel(np.insert(table[:, used], before, raw.labels, axis=1), source)
        if not used:
            raise TauberInputError(f"No column of {source!r} is left for the features; name another target (`target`).")
        raw.inputs = table[:, used]
        raw.names = tuple(self.names[self.features[i]] for i in used) if self.named else None
        return raw

    def _is_index(self, raw: Raw, table: Array, i: int) -> bool:
        """Whether a column of features is to be left out as an index; raises TauberInputError where that is open."""
        j = self.features[i]
        if j in self.kept or table.shape[1] == 1 or not counts_rows(table[:, i], self._says_index(j)):
            if table.shape[1] == 1 and j not in self.kept and counts_rows(table[:, i], False):
                raw.flags.append(f"The only feature, {self.called(j)}, counts the rows.")
            return False
        if not self._says_index(j):
            raise TauberInputError(
                f"The {self.called(j)} counts the rows, so it may be an index and no feature; leave it out "
                f"(`drop={self._written(j)}`), or say that it is a feature (`keep={self._written(j)}`)."
            )
        raw.left_out.append(f"{self.called(j)}, an index")
        raw.flags.append(
            f"The {self.called(j)} numbers the rows and was left out (`keep={self._written(j)}` if it is a feature)."
        )
        return True

    def _says_index(self, j: int) -> bool:
        return self.named and _INDEX.fullmatch(self.names[j].strip()) is not None

    def _not_an_index(self, raw: Raw, aim: int) -> None:
        if raw.labels.dtype.kind == "f" and counts_rows(raw.labels, self._says_index(aim)):
            if not raw.target_named:
                raise TauberInputError(
                    f"The target would be the last column, {self.called(aim)}, which counts the rows; name the "
                    "target's column (`target`), or leave this one out (`drop`)."
                )
            raw.flags.append(f"The target, {self.called(aim)}, counts the rows.")


def counts_rows(column: Array, named: bool) -> bool:
    """Whether a column numbers the rows: whole numbers without gap, in any order; with gaps if its name says index."""
    if len(column) < _LEAST_FEW or not (np.isfinite(column).all() and (column == np.round(column)).all()):
        return False
    ordered = np.sort(column)
    steps = np.diff(ordered)
    return bool((steps > 0).all() and (named or (steps == 1).all()))


def refuse_kernel(table: Array, source: str) -> None:
    """Refuse a symmetric matrix as features: it is a kernel, or distances; raises TauberInputError."""
    if is_symmetric(table):
        raise TauberInputError(
            f"{source!r} holds a symmetric {len(table)} x {len(table)} matrix, which is a kernel rather than points; "
            "give its targets in another file (`labels`), or save it as .npz with kernel and targets."
        )


def is_symmetric(table: Any) -> bool:
    """Whether this is a square matrix, 3 x 3 or more, that is symmetric up to the round-off of its dtype."""
    if table.ndim != 2 or table.shape[0] != table.shape[1] or len(table) < _LEAST_FEW or table.dtype.kind not in "fiu":
        return False
    eps = max(FLOAT64.eps, float(np.finfo(table.dtype).eps) if table.dtype.kind == "f" else 0.0)
    wide = table.astype(float)
    return bool(np.isfinite(wide).all() and abs(wide - wide.T).max() <= eps * len(wide) * abs(wide).max())


def refuse_training_runs(source: str, names: list[str], largest: Array | None = None) -> None:
    """Refuse a table whose names are those of training runs; raises TauberInputError.

    Single letters are names of runs only over numbers of 1e5 and more (`largest`, by column).
    """
    plain = [name.strip().lower().replace("_", " ") for name in names]
    found = {
        role: next((n for n, p in zip(names, plain, strict=True) if r.search(p)), None) for role, r in _ROLES.items()
    }
    loss = found.pop("loss")
    others = [name for name in found.values() if name is not None and name != loss]
    if largest is not None and any(letters <= set(plain) for letters in _LETTERS):
        large = [n for n, p, top in zip(names, plain, largest, strict=True) if p in {"n", "d", "c"} and top >= 1e5]
        loss = loss or names[next(j for j, p in enumerate(plain) if p in {"l", "loss"})]
        others += large
    if loss is None or not others:
        return
    listed = ", ".join(repr(name) for name in dict.fromkeys(others))
    raise TauberInputError(
        f"{source!r} looks like training runs (columns {listed} and {loss!r}), not like points with a target; give "
        "the points that were learnt, or rename the columns if they are features."
    )


def _largest(cells: Array, decimal: str) -> Array:
    known = [numeric(column, decimal) for column in cells.T]
    return np.array([values(c[k]).max() if k.any() else 0.0 for c, k in zip(cells.T, known, strict=True)])


def _form(encoding: str, separator: str, decimal: str, headed: bool) -> str:
    comma = ", decimal comma" if decimal == "," else ""
    return f"{encoding}, {SEPARATORS[separator]} between cells{comma}, {'a' if headed else 'no'} row of names"


def _feature(cells: Array, decimal: str, columns: Columns, j: int, where: Callable[[int], str]) -> Array:
    known = numeric(cells, decimal)
    if not known.all():
        raise bad_cell(cells, known, columns.called(j), where)
    return values(cells)


def _complete(
    cells: Array, lines: Array, columns: Columns, aim: int | None, decimal: str, layout: Layout, raw: Raw
) -> tuple[Array, Array]:  # fmt: skip
    """The rows without a bad cell, if only those were asked for."""
    if not layout.complete:
        return cells, lines
    bad = np.zeros(len(cells), dtype=bool)
    for j in [*columns.features, *([] if aim is None else [aim])]:
        known = numeric(cells[:, j], decimal)
        if mostly_text(known):
            known = np.array([not is_missing(cell) for cell in cells[:, j]])
        bad |= ~known
    if bad.any():
        raw.left_out.append(_rows_left_out(bad))
    if (~bad).sum() < 2:
        raise TauberInputError(
            f"{bad.sum()} of {len(bad)} rows have a cell that is not a finite number; too few are left."
        )
    return cells[~bad], lines[~bad]


def _rows_left_out(bad: Any) -> str:
    count = int(bad.sum())
    return f"{count} row{'s' * (count != 1)} with a cell that is not a finite number, as asked"
