"""Text tables as people have them: bytes to rows of cells, every cell still text.

Encodings are UTF-8 and UTF-16, with or without a mark, else Windows-1252; the separator is a comma, semicolon, tab, bar
or white space.  Blank lines are left out, and lines that start with # or % (a last one with as many cells as the table
has columns holds its names, as NumPy writes them).  pandas does the parsing: quotes, doubled quotes, quoted separators.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..core.precision import Array
from ..errors import TauberInputError
from .cells import is_number

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "white space"}
_COMMENTS = ("#", "%")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_TOLD = re.compile(r'"?sep=([,;\t|])"?', re.IGNORECASE)
_SAMPLE = 1000  # lines that the separator is read off


@dataclass(frozen=True, eq=False)
class Cells:
    """Rows of cells: text, (rows, columns); `lines` are those of the file where each row starts, from 1.

    `comment` holds the cells of a last comment line above the table if there are as many as columns, else None; `trail`
    says whether a separator at the end of every line was left out.
    """

    cells: Array
    lines: Array
    separator: str
    encoding: str
    comment: tuple[str, ...] | None
    trail: bool


def read_cells(path: Path, delimiter: str | None) -> Cells:
    """All cells of a text file; raises TauberInputError."""
    text, encoding = _decoded(path)
    kept: list[tuple[int, str]] = []
    comments: list[str] = []
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        if line.lstrip().startswith(_COMMENTS):
            comments += [line] if not kept else []
        elif line.strip():
            kept.append((number, line.strip(" ")))
    if not kept:
        raise TauberInputError(f"The file {str(path)!r} holds no table: there is no line with cells in it.")
    if told := _TOLD.fullmatch(kept[0][1]):  # as Excel writes and reads it
        delimiter, kept = delimiter or told[1], kept[1:] or kept
    separator = _separator([line for _, line in kept[:_SAMPLE]], delimiter)
    found = _parsed(path, [line for _, line in kept], separator)
    breaks = np.array(
        [sum(str(cell).count("\n") for cell in row) for row in found] if '"' in text else [0] * len(found)
    )
    starts = np.arange(len(found)) + np.concatenate([[0], breaks.cumsum()[:-1]])
    lines = np.array([kept[min(int(start), len(kept) - 1)][0] for start in starts])
    table = _rectangle(path, found, lines, separator, encoding)
    named = next((tuple(names) for line in comments[-1:] if (names := _names(line, separator))), None)
    return replace(table, comment=named if named and len(named) == table.cells.shape[1] else None)


def _decoded(path: Path) -> tuple[str, str]:
    content = path.read_bytes()
    for mark, codec, name in _MARKS:
        if content.startswith(mark):
            return _strictly(path, content, codec, name), name
    if content[:2].count(0) == 1 and len(content) > 1:  # UTF-16 of ASCII without its mark
        codec = "utf-16-be" if content[0] == 0 else "utf-16-le"
        return _strictly(path, content, codec, "UTF-16"), "UTF-16"
    try:
        return _without_controls(path, content.decode("utf-8"), "UTF-8"), "UTF-8"
    except UnicodeDecodeError:
        return _strictly(path, content, "cp1252", "Windows-1252"), "Windows-1252"


def _strictly(path: Path, content: bytes, codec: str, name: str) -> str:
    try:
        return _without_controls(path, content.decode(codec), name)
    except UnicodeDecodeError as error:
        raise TauberInputError(
            f"The file {str(path)!r} is no text in UTF-8, UTF-16 or Windows-1252 (tried last: {name}, {error.reason} "
            f"at byte {error.start}); save it as UTF-8."
        ) from error


def _without_controls(path: Path, text: str, name: str) -> str:
    control = next((letter for letter in text if (letter < " " and letter not in "\t\n\r") or letter == "\x7f"), "")
    if control:
        line = text[: text.index(control)].count("\n") + 1
        raise TauberInputError(
            f"The file {str(path)!r} is no table of text: read as {name}, line {line} holds the control character "
            f"{control!r}; save it as .csv in UTF-8."
        )
    return text


def _split(line: str, separator: str) -> list[str]:
    if separator == " ":
        return line.split()
    return line.split(separator) if '"' not in line else next(csv.reader([line], delimiter=separator), [])


def _names(line: str, separator: str) -> list[str]:
    return [cell.strip().strip('"') for cell in _split(line.lstrip("".join(_COMMENTS) + " "), separator)]


def _separator(lines: list[str], given: str | None) -> str:
    """The separator that gives as many cells on every line, and most numbers."""
    if given is not None:
        if given not in SEPARATORS:
            raise TauberInputError(
                f"The delimiter must be one of {', '.join(SEPARATORS.values())}, as a character, got {given!r}."
            )
        return given
    return max(SEPARATORS, key=lambda separator: _score(lines, separator))


def _score(lines: list[str], separator: str) -> tuple[float, float, int]:
    rows = [_split(line, separator) for line in lines]
    counts = Counter(len(row) - (not row[-1].strip()) if row else 0 for row in rows)
    usual, times = counts.most_common(1)[0]
    if usual < 2:
        return (0.0, 0.0, -list(SEPARATORS).index(separator))
    cells = [cell.strip() for row in rows for cell in row]
    numbers = sum(is_number(cell) or is_number(cell, ",") for cell in cells)
    # The first line may have another number of cells, as R writes it; that is told later, by its number.
    return (round(times / len(rows), 1), numbers / len(cells), -list(SEPARATORS).index(separator))


def _pandas() -> Any:
    try:
        import pandas
    except ImportError as error:
        raise TauberInputError(
            "Text tables are read with pandas, which is not installed; install the extra data, "
            "pip install 'tauber[data]', or save the arrays as .npz."
        ) from error
    return pandas


def _parsed(path: Path, lines: list[str], separator: str) -> Array:
    """Cells as pandas reads them, None where a row ends early."""
    pandas = _pandas()
    width = max(len(line.split() if separator == " " else line.split(separator)) for line in lines)
    try:
        frame = pandas.read_csv(
            io.StringIO("\n".join(lines) + "\n"), sep=r"\s+" if separator == " " else separator, header=None,
            names=range(width), index_col=False, dtype=object, keep_default_na=False, na_values=[],
            skip_blank_lines=False, skipinitialspace=True, engine="c" if separator == " " else "python",
        )  # fmt: skip
    except (pandas.errors.ParserError, pandas.errors.EmptyDataError, ValueError) as error:
        reason = str(error).strip().splitlines()[-1].rstrip(".")
        raise TauberInputError(
            f"The file {str(path)!r} is no table with {SEPARATORS.get(separator, repr(separator))} between the cells: "
            f"{reason}; check its quotes, or say the separator (`delimiter`)."
        ) from error
    found = frame.to_numpy(dtype=object, copy=True)
    # The Python engine tells a row that ends early from one with empty cells; white space has no empty cells.
    found[(found == "") if separator == " " else pandas.isna(found)] = None
    return np.asarray(found)


def _rectangle(path: Path, found: Array, lines: Array, separator: str, encoding: str) -> Cells:
    """Without trailing separators and empty rows; raises TauberInputError for rows of other lengths."""
    lengths = np.array([sum(cell is not None for cell in row) for row in found])
    text = np.array([["" if cell is None else cell.strip() for cell in row] for row in found], dtype=object)
    filled = (text != "").any(axis=1)
    text, lines, lengths = text[filled], lines[filled], lengths[filled]
    if not len(text):
        raise TauberInputError(f"The file {str(path)!r} holds no table: all of its cells are empty.")
    width = int(np.flatnonzero((text != "").any(axis=0))[-1]) + 1
    full = np.minimum(lengths, width)
    usual = Counter(full.tolist()).most_common(1)[0][0]
    if (full != usual).any():
        odd = int(np.argmax(full != usual))
        cells = f"{full[odd]} cell" + "s" * int(full[odd] != 1)
        raise TauberInputError(
            f"Line {lines[odd]} of {str(path)!r} has {cells} and the other lines have {usual}, with "
            f"{SEPARATORS.get(separator, repr(separator))} between them; mend it, or say the separator (`delimiter`)."
        )
    return Cells(text[:, :width], lines, separator, encoding, None, bool((lengths > width).any()))
