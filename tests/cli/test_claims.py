"""``tauber claims``: the ledger read, with nothing checked; and what its records say of their sources."""

from __future__ import annotations

from pathlib import Path

import pytest

import tauber
from tauber.errors import BadInput
from tauber.ledger import AtHand, Outcome, claims, papers
from tauber.ledger import run as check
from tauber.ledger.source import Paper, Stated
from tauber.models.claims import claims as show

RECORDS = claims()
PAPERS = {value for value in vars(papers).values() if isinstance(value, Paper)}
ID = "explaining.published.tail_sum"


def _quoted() -> list[Stated]:
    return [s for record in RECORDS for s in (*record.source.stated, *record.source.instead)]


def test_every_source_is_a_known_paper_with_a_place() -> None:
    assert {stated.paper for stated in _quoted()} <= PAPERS
    assert all(stated.place.strip() for stated in _quoted())
    assert all(stated.at_hand is not AtHand.NONE for stated in _quoted())


def test_what_no_paper_states_carries_no_label_of_one() -> None:
    for record in RECORDS:
        assert (record.source.at_hand is AtHand.NONE) == (not record.source.published_by), record.id
        if not record.source.published_by:
            assert str(record.source).startswith("derived here")


def test_a_title_that_says_as_published_has_a_paper() -> None:
    said = [r for r in RECORDS if r.title.startswith(("As published", "As the authors", "Measured by the authors"))]

    assert len(said) > 10
    assert [record.id for record in said if not record.source.published_by] == []


def test_a_refuted_statement_of_a_paper_has_its_words_of_scope_or_a_note() -> None:
    refuted = [r for r in RECORDS if r.expected is Outcome.REFUTED and r.source.published_by]

    assert len(refuted) >= 8
    for record in refuted:
        assert any(s.words for s in record.source.stated) or record.source.note, record.id


def test_what_was_read_beyond_a_paper_is_not_put_into_its_mouth() -> None:
    beyond = [r for r in RECORDS if r.title.startswith("Read beyond")]

    assert len(beyond) >= 7
    assert [record.id for record in beyond if record.source.published_by] == []


def test_who_published_what_holds_is_named_beside_what_fails() -> None:
    by_id = {record.id: record.source for record in RECORDS}

    assert any("2405.15074" in who for who in by_id["dynamical.published.width"].instead_by)
    assert any("2409.17858" in who for who in by_id["dynamical.published.optimum"].instead_by)
    assert "2405.15074" in by_id["dynamical.published.width_corrected"].published_by[0]


def test_the_list_says_what_was_at_hand(run) -> None:
    shown = run("claims").out.splitlines()

    assert len(shown) >= len(RECORDS)
    assert any(line.startswith("dynamical.published.width\texponent\trefuted\ttext\t") for line in shown)
    assert any(line.startswith("plrf.term.F_0\texponent\tverified\tcode\t") for line in shown)


def test_one_claim_is_shown_whole(run) -> None:
    shown = run("claims", "dynamical.published.asymmetry").out

    for field in ("statement", "order of limits", "source", "at hand", "derived by", "measured by", "last verdict"):
        assert f"\n  {field}: " in shown
    assert "eq. (17)" in shown


def test_several_are_a_list_and_whole_with_full(run) -> None:
    assert "at hand:" not in run("claims", "explaining.examples").out
    assert run("claims", "explaining.examples", "--full").out.count("  at hand: ") == 4


def test_a_record_in_json_has_its_last_verdict_while_it_is_kept(
    run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TAUBER_CACHE_DIR", str(tmp_path))
    (before,) = run("claims", ID, "--json").json["claims"]
    check(claims([ID]), workers=1)
    (after,) = run("claims", ID, "--json").json["claims"]

    assert before["last"] is None
    assert after["last"]["outcome"] == "refuted"
    assert after["last"]["evidence"]
    assert (after["at_hand"], after["published_by"]) == ("text", [f"{papers.TAIL}"])
    assert "derived 1, measured" in run("claims", ID).out
    assert f"tauber verify {ID}" not in run("claims", ID).out


def test_nothing_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tauber.ledger.runner._check", lambda *_: pytest.fail("a claim was checked"))

    assert tauber.claims("explaining.examples").claims


def test_the_list_of_verify_is_the_same(run) -> None:
    assert run("verify", "--list", "explaining.examples").out == run("claims", "explaining.examples").out


def test_statements_as_latex() -> None:
    written = show(
        ["explaining.examples.two_steps", "explaining.published.tail_sum", "plrf.stated.second_moments"]
    ).latex()

    assert r"\Gamma\left(\alpha + \frac{1}{2}\right)" in written
    assert r"\sum_{i=D + 1}^{\infty} i^{- \alpha_{K} - 1}" in written
    assert r"\text{rho, sigma, chi of one mode under y $<$- (1-D) y + g1 G" in written
    assert written.count(r"\[") == 4


def test_a_page_of_some_claims_is_written(run, tmp_path: Path) -> None:
    target = tmp_path / "page.md"
    shown = run("claims", "explaining.examples", "--out", str(target))

    assert shown.out == f"Wrote {target}\n"
    text = target.read_text(encoding="utf-8")
    assert "`explaining.examples.flow`" in text
    assert "## Stated, and not so" in text
    assert run("claims", "--out", str(tmp_path / "no" / "page.md")).is_refusal("page.md")


def test_an_unknown_claim_is_refused(run) -> None:
    assert run("claims", "plrf.phase.Id").is_refusal("plrf.phase.Id", "did you mean", "tauber claims")
    with pytest.raises(BadInput):
        tauber.claims(["zzz"])
