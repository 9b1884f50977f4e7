"""What was read from a source, and what the caller may say about a table where a guess would not be safe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..core.precision import Array

Column = str | int


@dataclass(frozen=True)
class Layout:
    """How a table is to be read; None where it is to be found out.

    Attributes
    ----------
    delimiter : what separates the cells; " " stands for any white space
    decimal : "." or ","
    header : whether the first row holds names
    drop : columns to leave out, by name or number from 0
    keep : columns that are features though they look like an index
    complete : leave out rows with a cell that is not a finite number, where there should be one
    """

    delimiter: str | None = None
    decimal: str | None = None
    header: bool | None = None
    drop: tuple[Column, ...] = ()
    keep: tuple[Column, ...] = ()
    complete: bool = False


@dataclass(frozen=True)
class Reading:
    """What was read, in words for whoever gave the source.

    Attributes
    ----------
    rows : points read (`size` may take some of them)
    columns : number of features; None for a kernel matrix
    names : names of the features' columns, or None without names
    target : what the targets were called, or None without targets
    targets : "regression", "classes", or None without targets
    outputs : number of outputs, for classes one each
    form : the format in words
    left_out : columns and rows that were not used, with the reason
    flags : sentences on what is not to be taken on trust
    """

    rows: int
    columns: int | None
    names: tuple[str, ...] | None
    target: str | None
    targets: str | None
    outputs: int
    form: str
    left_out: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


def _numbered(row: int) -> str:
    return f"row {row + 1}"


@dataclass
class Raw:
    """Inputs and labels as a source holds them, not yet centred or sorted into classes.

    Attributes
    ----------
    inputs : features, (N, p), or a kernel in any of its shapes
    is_kernel
    labels : numbers, (N,) or (N, outputs), or text, (N,); None without targets
    form, names, target : for `Reading`
    target_named : whether the caller chose the target
    left_out, flags : grow as the source is read
    where : words for a row, such as "row 4 (line 5)"
    """

    inputs: Array
    is_kernel: bool
    labels: Any
    form: str
    names: tuple[str, ...] | None = None
    target: str | None = None
    target_named: bool = True
    left_out: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    where: Callable[[int], str] = _numbered
