"""What the report on paper begins with, and its tables: the result in a minute, and what papers state."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..output.book import COLUMNS, SECTIONS, cells, minute, ordered, section
from ..tex.layout import table
from ..tex.words import escaped
from . import evidence

if TYPE_CHECKING:
    from ..ledger import Claim


def words(text: str) -> str:
    """Words with Markdown's code in backticks, which may break after dots and underlines."""
    return re.sub(r"`([^`]*)`", lambda found: rf"\texttt{{{breaking(found[1])}}}", escaped(text.replace("**", "")))


def breaking(name: str) -> str:
    """An id, escaped, which may break after its dots."""
    return name.replace(".", r".\allowbreak{}").replace(r"\_", r"\_\allowbreak{}")


def result(records: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The best use of compute at one point, by every rule that was published for it."""
    found = minute()
    outcomes = {record["id"]: evidence.outcome(record) for record in records}
    rows = [
        [words(who), *(f"${power}$" for power in powers), words(f"{outcomes.get(name, evidence.UNCHECKED)}: `{name}`")]
        for who, *powers, name in found.rows
    ]
    header = [re.sub(r"(\w)\* ~ C\^", r"$x$ of $\1_\\star$", name) for name in found.COLUMNS]
    yield rf"\section{{In a minute: $L_\star \sim C^x$ at $(a, b) = ({found.a}, {found.b})$}}"
    yield rf"The published rule says $x = {found.published}$, and the truth is $x = {found.truth}$.\par"
    yield table(header, rows)
    yield rf"{words(found.paragraph)}\par"


def stated(selected: Sequence[Claim], records: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The table of what papers state, in its sections."""
    yield r"\section{Where the papers agree, differ, and are wrong}"
    pairs = ordered(selected, records)
    for name, about in SECTIONS.items():
        rows = [[*map(words, cells(claim, record))] for claim, record in pairs if section(record) == name]
        if rows:
            yield rf"\subsection{{{name}}} {about}"
            yield table(COLUMNS, rows)
