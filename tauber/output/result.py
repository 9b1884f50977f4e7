"""The result of an action: exact objects and arrays inside, every output form outside.

A result holds its ``values``: SymPy expressions, fractions, whole numbers, arrays, and nestings of these, by the keys
that JSON shows. They are attributes, too: ``result.loss_exponent``, ``result.times``. How the answer is written on the
screen, and its picture, are functions of the result that the action hands in; everything else is made here.
"""

from __future__ import annotations

import contextlib
import copy
import io
import json
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from ..errors import BadInput
from . import screen
from .pen import Pen


class Result:
    """What an action found: its values are attributes, and entries, by the keys of the JSON object.

    Parameters
    ----------
    values
        Exact objects and arrays by the keys of the JSON object.
    show
        Writes the answer on standard output, short or in full.
    draw
        Makes the Matplotlib figure, or None where the action has no picture.
    formula
        The answer in LaTeX's mathematics, or None.
    digits
        Decimal digits in which numbers of many digits are written; None for doubles.
    axes
        Keys of the sizes along which tables of more than one dimension run, in the order of the dimensions.
    ok
        False where a check failed: the command line then ends with exit code 1, after it has shown the result.
    """

    def __init__(
        self,
        values: Mapping[str, Any],
        show: Callable[[Result, bool], None],
        draw: Callable[[Result], Any] | None = None,
        *,
        formula: Callable[[Result], str] | None = None,
        digits: int | None = None,
        axes: tuple[str, ...] = (),
        ok: bool = True,
    ) -> None:
        # Names with an underscore: any other could be that of a key.
        self._own, self._show, self._draw, self._formula = values, show, draw, formula
        self._digits, self._axes, self._ok, self._pen = digits, axes, ok, Pen()

    def written(self, pen: Pen, **more: Any) -> Self:
        """The same result in other letters or for another caller, with ``more`` values."""
        found = copy.copy(self)
        found.__dict__.pop("_values", None)
        found._own, found._pen = self._own if pen.letters is None else pen.within(self._own) | more, pen
        return found

    @cached_property
    def _values(self) -> Mapping[str, Any]:
        """The values as they are read."""
        return self._own if self._pen == Pen() else dict(self._pen.values(self._own))

    @property
    def _unwritten(self) -> Self:
        """The result in the letters of its model, of which the action's own functions know."""
        found = copy.copy(self)
        found.__dict__["_values"] = self._own
        return found

    def __getattr__(self, name: str) -> Any:
        """A value by its key."""
        if name.startswith("_"):  # no key, and there may be no values yet while a copy is made
            raise AttributeError(name)
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(f"this result has no {name!r}; it has {', '.join(self._values)}") from None

    @property
    def ok(self) -> bool:
        """Whether every check passed."""
        return self._ok

    def __dir__(self) -> list[str]:
        """The methods and the keys."""
        return sorted([*super().__dir__(), *self._values])

    def __getitem__(self, key: str) -> Any:
        """A value by its key."""
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        """The keys."""
        return iter(self._values)

    def to_dict(self) -> dict[str, Any]:
        """The exact objects and arrays by their keys."""
        return dict(self._values)

    def plain(self) -> dict[str, Any]:
        """The same as JSON has it: numbers, texts, and nestings of these."""
        found: dict[str, Any] = screen.plain(self._values, self._digits)
        return found

    def to_json(self) -> str:
        """The one JSON object of the command line's ``--json``."""
        return json.dumps(self.plain(), indent=2, allow_nan=False)

    def latex(self) -> str:
        """The answer in LaTeX's mathematics.

        Raises
        ------
        BadInput
            If the action has none.
        """
        if self._formula is None:
            raise BadInput("This result has no formula of its own; export writes those of the models.")
        with self._pen.writing():
            return self._pen.tex(self._formula(self._unwritten))

    def plot(self) -> Any:
        """The Matplotlib figure of the result.

        Raises
        ------
        BadInput
            If the action has no picture.
        """
        from ..plots.style import rewrite

        if self._draw is None:
            raise BadInput("This result has no picture.")
        with self._pen.writing():
            figure = self._draw(self._unwritten)
            if self._pen.letters is not None:
                rewrite(figure)
        return figure

    def save(self, target: Path) -> None:
        """Draw the picture into a file."""
        from ..plots.save import save

        save(self.plot(), target)

    def to_frame(self) -> Any:
        """The result as a pandas data frame: its one list of records, or all sequences of the longest length.

        Tables over several sizes, `axes`, become a row for each combination of these.

        Raises
        ------
        BadInput
            If pandas is not installed, or the result has no arrays.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise BadInput("A data frame needs pandas; run pip install 'tauber[data]' first.") from error
        if self._axes:
            sizes = [self._values[axis] for axis in self._axes]
            rows, shape = pd.MultiIndex.from_product(sizes, names=self._axes), tuple(map(len, sizes))
            tables = {k: v.ravel() for k, v in self._values.items() if getattr(v, "shape", None) == shape}
            return pd.DataFrame(tables, index=rows).reset_index()
        values = list(self._values.values())
        records = [v for v in values if isinstance(v, list) and v and isinstance(v[0], Mapping)]
        if len(records) == 1 and not any(hasattr(v, "dtype") for v in values):
            return pd.DataFrame(records[0])
        columns = {k: v for k, v in self._values.items() if not isinstance(v, str | Mapping) and hasattr(v, "__len__")}
        length = max(map(len, columns.values()), default=0)
        if not length:
            raise BadInput("This result has no arrays to make a data frame of.")
        return pd.DataFrame({k: list(v) for k, v in columns.items() if len(v) == length})

    def show(self, full: bool = False) -> None:
        """Write the answer on standard output, short or in full."""
        with self._pen.writing():
            self._show(self._unwritten, full)

    def text(self, full: bool = False) -> str:
        """What the screen shows, as in a pipe."""
        page = io.StringIO()
        with contextlib.redirect_stdout(page):
            self.show(full)
        return page.getvalue()

    def __repr__(self) -> str:
        """What the screen shows."""
        return self.text().rstrip()

    def _repr_latex_(self) -> str | None:
        """The formula, for a notebook."""
        return None if self._formula is None else f"$\\displaystyle {self.latex()}$"
