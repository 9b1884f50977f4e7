"""Answers kept on disk: the same verdicts, whenever they are made."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from tauber import cache
from tauber.ledger import Comparison, Outcome, Verdict, claims, runner
from tauber.ledger import run as check

QUICKEST = "explaining.duality.matrices"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without answers."""
    monkeypatch.setenv("TAUBER_CACHE_DIR", str(tmp_path))
    return tmp_path


def test_what_is_measured_depends_on_the_numeric_wing_too() -> None:
    cache.keep("a", 1, "x")
    assert cache.found("a", "x") == (1,)
    assert cache.found("a", "x", measured=True) == cache.found("a", "y") == ()
    cache.keep("a", 2, "x", measured=True)
    assert (cache.found("a", "x"), cache.found("a", "x", measured=True)) == ((1,), (2,))
    assert cache._code(True) != cache._code(False)


def test_what_lasts_outlives_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.keep("a", 1)
    cache.keep("b", 1.5, lasting=True)
    monkeypatch.setattr(cache, "_code", lambda measured: "another")
    assert (cache.found("a"), cache.found("b", lasting=True)) == ((), (1.5,))


def test_every_number_of_a_verdict_is_kept() -> None:
    numbers = Comparison("x", 0.1, math.inf, -math.inf, "why", 1e-300)
    verdict = Verdict(Outcome.UNDECIDED, (numbers,), 3, "float64", "note", 7)
    assert runner._read(runner._written(verdict)) == verdict
    assert math.isnan(
        runner._read(runner._written(replace(verdict, evidence=(replace(numbers, derived=math.nan),))))
        .evidence[0]
        .derived
    )


def test_a_verdict_is_kept_for_its_claim_and_seed() -> None:
    (claim,) = claims([QUICKEST])
    first, again = check([claim], seed=3), check([claim], seed=3)
    assert (first.kept, again.kept) == (0, 1)
    assert first.results == again.results
    assert check([claim], seed=4).kept == 0
    assert check([replace(claim, title="another")], seed=3).kept == 0
    with cache.unused():
        assert check([claim], seed=3).kept == 0


def test_what_was_kept_is_said(run) -> None:
    assert "earlier run" not in run("verify", QUICKEST).out
    again = run("verify", QUICKEST).out
    assert "1 of 1 verdicts are from an earlier run of the same code" in again
    assert again.splitlines()[-1] == "1 verified, 0 refuted, 0 undecided"
    assert run("verify", QUICKEST, "--json").json["kept"] == 1
    assert run("verify", QUICKEST, "--json", "--no-cache").json["kept"] == 0
    assert run("verify", QUICKEST, "--workers", "0").is_refusal("--workers")
