"""docs/claims.md: what papers state and how it came out, in the words of the ledger and with its verdicts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tauber.ledger import Claim, claims, run
from tauber.models.claims import claim_payload, verdict_payload
from tauber.output import book
from tauber.tex import formulas

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "claims.md").read_text(encoding="utf-8")
CELL = re.compile(r"(?<!\\)\|")
SHOWN = [c for c in claims() if c.source.published_by or c.expected.value == "refuted"]
CHEAP = ("explaining.published.tail", "explaining.examples.flow", "dynamical.published.early_window")
NUMBER = r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?"


def _rows(text: str) -> dict[str, list[str]]:
    """The cells of the rows about claims, by the id that the first names."""
    found = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in CELL.split(line)[1:-1]]
        if len(cells) == len(book.COLUMNS) and (name := re.search(r"\(`([\w.-]+)`\)$", cells[0])):
            found[name[1]] = cells
    return found


def _made(selected: Iterable[Claim], *, checked: bool = False) -> str:
    """The page of some claims, with verdicts made now or without any."""
    chosen = list(selected)
    last = [verdict_payload(r.verdict) for r in run(chosen, workers=1).results] if checked else [None] * len(chosen)
    records = [claim_payload(c, "") | {"last": verdict} for c, verdict in zip(chosen, last, strict=True)]
    return book.page(chosen, records)


def test_the_page_has_every_statement_of_a_paper_and_every_refuted_claim() -> None:
    assert set(_rows(PAGE)) == {claim.id for claim in SHOWN}


def test_every_verdict_on_the_page_is_the_one_on_record() -> None:
    expected = {claim.id: claim.expected.value for claim in SHOWN}

    assert {name: re.findall(r"\*\*(\w+)\*\*", cells[-1]) for name, cells in _rows(PAGE).items()} == {
        name: [word] for name, word in expected.items()
    }


def _same(selected: list[Claim]) -> None:
    made, found = _rows(_made(selected)), _rows(PAGE)
    assert {name: found[name][:5] for name in made} == {name: cells[:5] for name, cells in made.items()}


def test_the_rows_are_those_of_the_ledger() -> None:
    _same([claim for claim in SHOWN if isinstance(claim.statement, str)])


@pytest.mark.slow
def test_the_rows_with_derived_statements_are_those_of_the_ledger() -> None:
    _same([claim for claim in SHOWN if not isinstance(claim.statement, str)])


def test_what_stands_above_the_tables_is_derived() -> None:
    head = _made([]).partition("## Whose letters")[0]

    assert PAGE.startswith(head)
    assert "at (a, b) = (3, 3/2)" in head
    assert "The published rule says x = -4/5, and the truth is **x = -2/3**" in head
    assert "at (a, b) = (2, 3/2) it says\nx = -2/5, and so it is" in head


@pytest.mark.parametrize("name", CHEAP)
def test_the_numbers_on_the_page_are_those_of_the_check(name: str) -> None:
    (made,) = _rows(_made(claims([name]), checked=True)).values()
    found = _rows(PAGE)[name]

    assert found[5] == made[5]
    (measured, tolerance), (one, _) = (map(float, re.findall(NUMBER, cells[6])) for cells in (found, made))
    assert one == pytest.approx(measured, rel=1e-3, abs=tolerance)


def test_the_readme_leads_to_the_page() -> None:
    first_screen = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:40]

    assert any("docs/claims.md" in line for line in first_screen)


def test_the_readme_has_the_result_that_is_derived() -> None:
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    found = book.minute()

    (phase,) = formulas.find(["dynamical.phase.width_transient"]).values()
    law = phase.lines[0].removeprefix(r"$\displaystyle ").removesuffix("$")

    assert f"at (a, b) = ({found.a}, {found.b})?" in readme
    assert f"eq. (17)) says {found.published} there, and the truth is {found.truth}: so published in" in readme
    assert f"The LaTeX of what holds, `{law}`" in readme
    for command in ("claims dynamical.published.optimum", "export dynamical.phase.width_transient"):
        assert f"$ tauber {command}" in readme


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 105
