"""Arguments that say how a file is to be read, and the lines that say how it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from ...action import Argument
from ...boundary import in_options
from ...errors import BadInput
from ...output import screen

if TYPE_CHECKING:
    from ...numerics.data import Layout, Reading

_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", "space": " ", "\\t": "\t"}

Labels = Annotated[
    str | None,
    Argument(
        "FILE", "Take the targets from this .npy, .npz or .csv file; a symmetric matrix in DATA then is a kernel."
    ),
]
NoTarget = Annotated[bool, Argument("", "Take every column as a feature: the spectrum without the target's power.")]
Delimiter = Annotated[
    str | None,
    Argument("NAME", "What separates cells of text: comma, semicolon, tab, bar or space; found out by default."),
]
Decimal = Annotated[
    str | None, Argument("SIGN", "Decimal sign of a table of text: . or a comma; found out by default.")
]
Header = Annotated[
    bool | None,
    Argument("", "Whether the first row of a table of text holds names; found out by default.", "--header/--no-header"),
]
Drop = Annotated[
    Sequence[Any] | None,
    Argument("COLUMN", "Leave out a column, by name or number from 0; may be given several times.", several=True),
]
Keep = Annotated[
    Sequence[Any] | None,
    Argument("COLUMN", "Take a column as a feature though it numbers the rows like an index.", several=True),
]
Complete = Annotated[bool, Argument("", "Leave out rows with a cell that is not a finite number but should be.")]


@dataclass(frozen=True)
class Form:
    """What the arguments say about the form of a file."""

    labels: str | None = None
    no_target: bool = False
    delimiter: str | None = None
    decimal: str | None = None
    header: bool | None = None
    drop: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    complete: bool = False

    @classmethod
    def read(
        cls, labels: str | None, delimiter: str | None, decimal: str | None, header: bool | None,
        drop: Sequence[str] | None, keep: Sequence[str] | None, complete: bool, no_target: bool = False,
    ) -> Form:  # fmt: skip
        """Read the arguments.

        Raises
        ------
        BadInput
            If there is no such delimiter or decimal sign, or the targets are named and forbidden.
        """
        character = None if delimiter is None else _DELIMITERS.get(delimiter, delimiter)
        if character is not None and character not in _DELIMITERS.values():
            raise BadInput(
                f"--delimiter was given as '{delimiter}', but it must be comma, semicolon, tab, bar or space."
            )
        if decimal not in {None, ".", ","}:
            raise BadInput(f"--decimal was given as '{decimal}', but it must be . or a comma.")
        if labels is not None and no_target:
            raise BadInput("--labels and --no-target were given, which contradict each other; leave one of them out.")
        return cls(labels, no_target, character, decimal, header, tuple(drop or ()), tuple(keep or ()), complete)

    @property
    def layout(self) -> Layout:
        """The same for the reader."""
        from ...numerics.data import Layout

        return Layout(self.delimiter, self.decimal, self.header, self.drop, self.keep, self.complete)


def reading_payload(reading: Reading) -> dict[str, Any]:
    """What was read, for the key ``reading`` of a JSON object."""
    names = (
        "rows", "columns", "names", "target", "targets", "outputs", "form", "left_out", "flags",
    )  # fmt: skip
    flags = [in_options(flag) for flag in reading.flags]
    return {name: getattr(reading, name) for name in names} | {"flags": flags}


_SHOWN = 8


def show_reading(reading: Mapping[str, Any]) -> None:
    """Print what was read, and what is not to be taken on trust."""
    names = reading["names"]
    if reading["columns"] is None:
        inputs = "a kernel matrix"
    else:
        listed = names and [*names[:_SHOWN], *["..."] * (len(names) > _SHOWN)]
        inputs = counted(reading["columns"], "feature") + (f" ({', '.join(listed)})" if listed else "")
    kind = reading["targets"]
    aim = (
        "no targets" if kind is None
        else f"{counted(reading['outputs'], 'class', 'classes')} from {reading['target']}" if kind == "classes"
        else f"regression on {reading['target']}, {counted(reading['outputs'], 'output')}"
    )  # fmt: skip
    screen.print_line(f"Read {counted(reading['rows'], 'row')}, {inputs}, {aim}; {reading['form']}")
    if reading["left_out"]:
        screen.print_line(f"Left out: {'; '.join(reading['left_out'])}")
    for flag in reading["flags"]:
        screen.print_line(f"Flag: {flag}")


def counted(number: int, one: str, many: str | None = None) -> str:
    """Write a number with its noun.

    >>> counted(1, "row"), counted(3, "class", "classes")
    ('1 row', '3 classes')
    """
    return f"{number} {one if number == 1 else many or one + 's'}"
