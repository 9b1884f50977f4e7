"""Answers kept on disk, and claims in several processes: the same verdicts, whoever makes them and when."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tauber import cache
from tauber.ledger import claims
from tauber.ledger import run as check

QUICKEST = "explaining.duality.matrices"
QUICK = ["explaining.identity.loss", "explaining.identity.dynamical", "explaining.identity.train", QUICKEST]


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without answers."""
    monkeypatch.setenv("TAUBER_CACHE_DIR", str(tmp_path))
    return tmp_path


def entries(place: Path) -> list[Path]:
    return sorted(place.glob("code-*/*.pickle"))


def test_an_answer_is_worked_out_once() -> None:
    asked = []

    def answer() -> str:
        asked.append(1)
        return "found"

    assert [cache.remembered(("a", 1), answer) for _ in range(3)] == ["found"] * 3
    assert len(asked) == 1
    cache.remembered(("a", 2), answer)
    with cache.off():
        cache.remembered(("a", 1), answer)
        cache.remembered(("a", 3), answer)
    assert len(asked) == 4
    assert cache.recall(("a", 3)) is None


@pytest.mark.parametrize("broken", [b"", b"short", bytes(100)])
def test_a_spoilt_entry_is_no_answer(place: Path, broken: bytes) -> None:
    cache.keep(("a",), "found")
    (entry,) = entries(place)
    entry.write_bytes(broken)
    assert cache.recall(("a",)) is None
    entry.write_bytes(b"")
    assert cache.remembered(("a",), lambda: "again") == cache.recall(("a",)) == "again"


def test_a_folder_that_cannot_be_used_is_passed_over(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "file").write_text("")
    monkeypatch.setenv("TAUBER_CACHE_DIR", str(place / "file"))
    assert cache.remembered(("a",), lambda: 1) == 1
    assert cache.recall(("a",)) is None


def test_answers_of_other_code_are_not_taken_and_go(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "mine").mkdir()
    for generation in range(6):
        monkeypatch.setattr(cache, "code", lambda generation=generation: f"{generation}" * 64)
        assert cache.recall(("a",)) is None
        cache.keep(("a",), generation)
        assert cache.recall(("a",)) == generation
    assert len(list(place.glob("code-*"))) == 4
    assert (place / "mine").exists()


def test_the_code_is_the_sources_of_all_three_parts() -> None:
    here = Path(cache.__file__).parent
    assert all(list((here / part).resolve().rglob("*.py")) for part in (".", "theory", "numerics"))
    assert cache.code() == cache.code.__wrapped__()


def test_verdicts_do_not_depend_on_the_processes() -> None:
    seen: list[str] = []
    with cache.off():
        alone = check(claims(QUICK), jobs=1)
        several = check(claims(QUICK), jobs=2, done=lambda claim: seen.append(claim.id))
    assert [(r.claim, r.statement, r.verdict) for r in several.results] == [
        (r.claim, r.statement, r.verdict) for r in alone.results
    ]
    assert sorted(seen) == sorted(claim.id for claim in claims(QUICK))
    assert alone.kept == several.kept == 0


def test_a_verdict_is_kept_for_its_claim_and_seed() -> None:
    (claim,) = claims([QUICKEST])
    first, again = check([claim], seed=3), check([claim], seed=3)
    assert (first.kept, again.kept) == (0, 1)
    assert first.results == again.results
    assert check([claim], seed=4).kept == 0
    assert check([replace(claim, title="another")], seed=3).kept == 0
    with cache.off():
        assert check([claim], seed=3).kept == 0


def test_what_was_kept_is_said(run) -> None:
    assert "earlier run" not in run("verify", QUICKEST).out
    again = run("verify", QUICKEST).out
    assert "1 of 1 verdicts are from an earlier run of the same code" in again
    assert again.splitlines()[-1] == "1 verified, 0 refuted, 0 undecided"
    assert run("verify", QUICKEST, "--json").json["kept"] == 1
    assert run("verify", QUICKEST, "--json", "--no-cache").json["kept"] == 0
    assert run("verify", QUICKEST, "--jobs", "0").is_refusal("--jobs")
