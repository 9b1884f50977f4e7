"""What a command shows: one JSON object, tables on a terminal, or plain lines in a pipe.

Results go to standard output; progress bars go to standard error, and only when that is a terminal. In a pipe a table
is one line per row with tabs between the columns, for ``cut`` and ``awk``.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from .pen import written

if TYPE_CHECKING:
    from rich.console import Console

ERROR_DIGITS = 3
"""Digits of an error estimate where values are strings of many digits."""


class Advance(Protocol):
    """Moves a progress bar on by a number of steps, and may say what comes next."""

    def __call__(self, steps: int, coming: str | None = None) -> None:
        """Move on."""


def plain(value: Any, digits: int | None = None) -> Any:
    """Rewrite a value with what JSON has: exact objects as texts, non-finite numbers as ``inf``, ``-inf``, ``nan``.

    Numbers of many digits become strings of ``digits`` digits, or doubles without. What stands under the key
    ``equation`` is written as one, ``left = right``.

    >>> from fractions import Fraction
    >>> plain({"v": float("inf"), "loss": (0.5, 1), "alpha": Fraction(4, 5)})
    {'v': 'inf', 'loss': [0.5, 1], 'alpha': '4/5'}
    """
    if isinstance(value, Mapping):
        return {str(key): _entry(str(key), entry, digits) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(entry, digits) for entry in value]
    if hasattr(value, "tolist"):  # NumPy arrays and scalars, without importing NumPy
        return plain(value.tolist(), digits)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if hasattr(value, "_mpf_"):
        return decimal(value, digits)
    if isinstance(value, Fraction):
        return str(value)
    from ..formulas import text

    return text(value)  # SymPy numbers and expressions


def _entry(key: str, value: Any, digits: int | None) -> Any:
    if key == "equation" and hasattr(value, "args"):
        from ..formulas import equation  # imports SymPy, which not every result needs

        return equation(value)
    return plain(value, digits and ERROR_DIGITS if "error" in key else digits)  # an estimate has no more digits


def decimal(value: Any, digits: int | None) -> float | str | None:
    """Write a number as JSON has it: a double, or a string with as many digits as asked.

    >>> decimal(0.25, None), decimal(0.25, 6)
    (0.25, '0.250000')
    """
    if value is None or digits is None:
        return None if value is None else float(value)
    import mpmath

    return str(mpmath.nstr(mpmath.mpf(value) if isinstance(value, float) else value, digits, strip_zeros=False))


def decimals(values: Iterable[Any], digits: int | None) -> list[float | str | None]:
    """Write several numbers as JSON has them."""
    return [decimal(value, digits) for value in values]


def print_line(text: str = "") -> None:
    """Print one line of text, unstyled."""
    _print(written(text))


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table: on a terminal ruled, or a block for each row where it is too wide; tab-separated in a pipe."""
    _print((written(title), [written(name) for name in columns], [[written(cell) for cell in row] for row in rows]))


Page: TypeAlias = list[Any]
"""What was printed: a text for each line, and title, columns and rows for each table, whatever the terminal."""

_page: ContextVar[Page | None] = ContextVar("page", default=None)


@contextmanager
def recorded() -> Iterator[Page]:
    """Give the page that is filled with what the block prints."""
    page: Page = []
    token = _page.set(page)
    try:
        yield page
    finally:
        _page.reset(token)


def print_again(page: Page) -> None:
    """Print what was recorded."""
    for entry in page:
        _print(entry)


def _print(entry: Any) -> None:
    if (page := _page.get()) is not None:
        page.append(entry)
    if isinstance(entry, str):
        sys.stdout.write(entry + "\n")
    else:
        _print_table(*entry)


def _print_table(title: str, columns: list[str], rows: list[list[str]]) -> None:
    if not sys.stdout.isatty():
        for row in (columns, *rows):
            sys.stdout.write("\t".join(row) + "\n")
        return
    from rich.console import Console

    console = Console(highlight=False)
    show = _ruled if _fits(columns, rows, console.width) else _stacked
    show(console, title, columns, rows)


def _wordy(cells: Sequence[str]) -> bool:
    """Whether a column is prose, which may be broken between words; a formula or a number may not."""
    return any(re.search(r"(\b[a-z]{2,}\b[ ,]*){3,}", cell) for cell in cells)


def _least(cells: Sequence[str]) -> int:
    """The least width of a column: of its longest word if it is prose, else of its longest cell."""
    words = [word for cell in cells for word in cell.split(" ")] if _wordy(cells) else cells
    return max(map(len, words), default=0)


def _fits(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> bool:
    """Whether a ruled table, which pads each column by two, has room without breaking a word, formula or number."""
    cells = list(zip(columns, *rows, strict=True))
    return sum(max(_least(column), 24 if _wordy(column) else 0) + 2 for column in cells) + 2 <= width


def _ruled(console: Console, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, header_style="bold")
    for name, *cells in zip(columns, *rows, strict=True):
        prose = _wordy([name, *cells])
        table.add_column(name, no_wrap=not prose, overflow="fold", min_width=_least([name, *cells]))
    for row in rows:
        table.add_row(*(Text(cell, style=_VERDICT_STYLES.get(cell, "")) for cell in row))
    console.print(Text(title, style="bold"), table)


def _stacked(console: Console, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A block for each row, a line for each cell: for a table that is wider than the screen."""
    from rich.text import Text

    lines = [Text(title, style="bold")]
    for first, *others in rows:
        lines += [Text(), Text(f"  {columns[0]} {first}", style="bold")]
        for name, cell in zip(columns[1:], others, strict=True):
            lines += map(Text, broken(f"    {name}: {cell}", console.width, 6) if cell else ())
    for line in [*lines, Text()]:
        console.print(line, soft_wrap=True)  # what cannot be broken is left to the terminal


def broken(text: str, width: int, indent: int) -> list[str]:
    """Break a line where it may be: after a space, or after the sign of a product; never inside a number.

    >>> broken("value: 12345678 + 2*alpha*beta**2", 16, 2)
    ['value: 12345678', '  + 2*alpha*', '  beta**2']
    """
    lead = text[: len(text) - len(text.lstrip())]
    lines = [lead]
    for piece in re.findall(r"(?:\*\*|[^ *])+(?:[ ]+|\*(?!\*)|$)", text.lstrip()):
        if len(lines[-1]) + len(piece.rstrip()) > width and lines[-1].strip():
            lines.append(" " * indent)
        lines[-1] += piece
    return [line.rstrip() for line in lines]


_VERDICT_STYLES = {"verified": "green", "refuted": "bold red", "undecided": "yellow"}


_shown: ContextVar[bool] = ContextVar("shown", default=False)


@contextmanager
def _drawn(bar: Any) -> Iterator[Any]:
    """A bar on the screen; what is done under it shows none of its own."""
    token = _shown.set(True)
    try:
        with bar:
            yield bar
    finally:
        _shown.reset(token)


@contextmanager
def progress_bar(description: str, total: int) -> Iterator[Advance]:
    """Show a progress bar on standard error while the block runs; give the function that advances it by n.

    Without a terminal, or under another bar, there is none, and the function does nothing.
    """
    if _shown.get() or not sys.stderr.isatty():
        yield lambda steps, coming=None: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with _drawn(Progress(*columns, console=Console(stderr=True), transient=True)) as bar:
        task = bar.add_task(description, total=total)

        def advance(steps: int, coming: str | None = None) -> None:
            bar.update(task, advance=steps, description=f"{description}: {coming}" if coming else description)

        yield advance


def counting(advance: Advance) -> Callable[[int, int], None]:
    """Give the simulators, which count what is done, a bar that moves on by what is new."""
    before = 0

    def progress(done: int, total: int) -> None:
        nonlocal before
        del total  # known beforehand
        advance(done - before)
        before = done

    return progress


@contextmanager
def waiting(description: str) -> Iterator[Callable[[str], None]]:
    """Show on a terminal that work goes on, and for how long it has; give the function that says what it is at."""
    if _shown.get() or not sys.stderr.isatty():
        yield lambda coming: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with _drawn(Progress(*columns, console=Console(stderr=True), transient=True)) as bar:
        task = bar.add_task(description, total=None)
        yield lambda coming: bar.update(task, description=f"{description}: {coming}")


@contextmanager
def no_bar() -> Iterator[Advance]:
    """Stand in for a progress bar where the work is quick."""
    yield lambda steps, coming=None: None
