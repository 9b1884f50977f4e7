"""The commands of the README answer as they did before they were made from functions (see tests/golden/record.py).

`make test` compares a sample that takes about 20 seconds, and all help pages; the slow tests compare everything.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from typing import Any

import pytest

from tauber.cli import main

from ..golden import record

RECORDS, PAGES = record.recorded(), record.pages()
DECIDED = tomllib.loads((record.HERE / "decided.toml").read_text(encoding="utf-8"))["decided"]
SAMPLE = record.sampled()


def _undecided(command: str, differences: Iterable[str]) -> list[str]:
    """The differences that nobody decided, and the decisions that made none."""
    found = list(differences)
    made = [entry for entry in DECIDED if command.startswith(entry["commands"])]
    left = [line for line in found if not any(re.search(entry["differences"], line) for entry in made)]
    unused = [e["differences"] for e in made if not any(re.search(e["differences"], line) for line in found)]
    return left + [f"decided, but there is no such difference: {pattern}" for pattern in unused]


@pytest.mark.parametrize(
    "command",
    [command if command in SAMPLE else pytest.param(command, marks=pytest.mark.slow) for command in RECORDS],
)
def test_a_command_answers_as_it_did(command: str) -> None:
    found = record.observe(main, command)

    assert _undecided(command, record.differences(RECORDS[command], found)) == []


@pytest.mark.parametrize("words", PAGES)
def test_a_help_page_says_what_it_did(words: str) -> None:
    found = record.help_page(main, words)
    differences = [f"gone: {line}" for line in PAGES[words] if line not in found]
    differences += [f"new: {line}" for line in found if line not in PAGES[words]]

    assert _undecided(f"help {words}", differences) == []


def test_the_record_is_small_and_holds_every_model() -> None:
    assert sum(path.stat().st_size for path in record.HERE.rglob("*") if path.is_file()) < 300_000
    assert {words.split()[-1] for words in PAGES} >= {"plrf", "dynamical", "explaining", "geometry", "kernel"}
    assert {command.split()[0] for command in RECORDS} | {"export"} == {words.split()[0] for words in PAGES}


def test_every_decision_has_a_reason_and_commands() -> None:
    for entry in DECIDED:
        assert set(entry) == {"commands", "differences", "reason"}
        assert any(c.startswith(entry["commands"]) for c in [*RECORDS, *(f"help {words}" for words in PAGES)])


@pytest.mark.parametrize(
    ("old", "new", "differ"),
    [
        ({"json": {"loss": 0.5}}, {"json": {"loss": 0.5 * (1 + 1e-10)}}, False),
        ({"json": {"loss": 0.5}}, {"json": {"loss": 0.5 * (1 + 1e-8)}}, True),
        ({"json": {"loss": 0.5}}, {"json": {"loss": "0.5"}}, True),
        ({"json": {"loss": 0.5}}, {"json": {}}, True),
        ({"json": {"error": 2e-14}}, {"json": {"error": 3e-14}}, False),
        ({"json": {"error": 2e-14}}, {"json": {"error": 2e-13}}, True),
        ({"json": {"ok": True}}, {"json": {"ok": 1}}, True),
        ({"json": {"loss": [1, 2]}}, {"json": {"loss": [1, 2, 3]}}, True),
        ({"json": {"y": "6/13"}}, {"json": {"y": "5/13"}}, True),
        ({"text": ["loss 0.123456"]}, {"text": ["loss 0.123457"]}, False),
        ({"text": ["loss 0.123456"]}, {"text": ["loss 0.123458"]}, True),
        ({"text": ["10 losses"]}, {"text": ["11 losses"]}, True),
        ({"text": ["checked in 1.2 s"]}, {"text": ["checked in 1.9 s"]}, False),
        ({"seconds": 1.0}, {"seconds": 2.0}, False),
    ],
)
def test_the_comparison_sees_what_it_should(old: Any, new: Any, differ: bool) -> None:
    assert bool(list(record.differences(old, new))) == differ


def test_long_lists_keep_their_ends() -> None:
    assert record.shortened({"x": list(range(20))}, 2) == {"x": [0, 1, "... of 20 ...", 18, 19]}
    assert record.shortened([1, 2, 3], 2) == [1, 2, 3]


def test_the_commands_of_a_readme_are_found() -> None:
    readme = (
        "    $ tauber verify\n    $ tauber verify a.b --json\n\n`tauber curve kernel x.npz` and `tauber simulate`\n"
    )

    assert record.of_readme(readme) == ["verify a.b", "curve kernel x.npz"]
