"""``tauber verify`` and the ledger's machinery: verdicts, exit codes, and a wrong exponent that must not pass."""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import replace

import pytest

from tauber.errors import BadInput
from tauber.ledger import Claim, Comparison, Kind, Outcome, Registry, Verdict, claims, derived_here, judge, runner
from tauber.ledger import run as run_claims
from tauber.ledger.measure import AMPLIFIED, EXTRAPOLATED, compare_exponent, compare_limit, limit_of
from tauber.ledger.plrf.boundaries import CROSSINGS
from tauber.ledger.plrf.exact import PROBES as EXACT_PROBES
from tauber.ledger.plrf.exact import ExactProbe, compare_constant
from tauber.ledger.plrf.phases import PROBES, measured_frontier
from tauber.models.verify import report_payload, verify

from ..sampling import of_each_subject, some

QUICK_PROBES = (2, 5, 7, 8, 12)
"""One at least of each term."""


def claim(outcome: Outcome = Outcome.VERIFIED, **changes: object) -> Claim:
    """Make a claim whose check gives an outcome."""
    record = Claim(
        id="toy.claim.one",
        title="a toy",
        kind=Kind.IDENTITY,
        statement="1 = 1",
        assumptions="none",
        order_of_limits="none",
        source=derived_here("this test"),
        derived_by="hand",
        measured_by="hand",
        check=lambda seed: Verdict(outcome, (), 1, "exact", seed=seed),
    )
    return replace(record, **changes)


def test_the_ledger_has_every_kind_of_claim_of_the_model() -> None:
    ids = [record.id for record in claims()]

    assert len(ids) == len(set(ids))
    assert {f"plrf.phase.{name}" for name in ("Ia", "Ib", "Ic", "II", "III", "IVa", "IVb")} <= set(ids)
    assert {f"plrf.term.{name}" for name in ("F_0", "F_pp", "F_ac", "K_pp")} <= set(ids)
    assert sum(name.startswith("plrf.boundary.") for name in ids) == 10
    assert {"plrf.recursion.simulation", "plrf.equivalent.draws"} <= set(ids)
    assert {f"plrf.constant.{name}" for name in ("F_0", "F_pp", "F_ac", "K_pp")} <= set(ids)
    for subject in ("crossover", "optimum"):
        assert {f"plrf.{subject}.{name}" for name in ("Ia", "Ib", "Ic", "II", "III", "IVa", "IVb")} <= set(ids)
    assert {f"plrf.log.{name}" for name in ("half_beta", "resonance", "quarter", "end", "half_alpha")} <= set(ids)
    assert {"plrf.series.window", "plrf.series.level", "plrf.crossover.series", "plrf.uniform"} <= set(ids)


def test_the_boundaries_of_the_ledger_are_those_of_the_diagram() -> None:
    from tauber.theory.models.plrf import phase_diagram

    assert {frozenset(pair) for pair in CROSSINGS} == {frozenset(b.between) for b in phase_diagram().boundaries}


def test_every_claim_is_a_complete_record() -> None:
    for record in claims():
        for text in (
            record.title,
            record.assumptions,
            record.order_of_limits,
            str(record.source),
            record.derived_by,
            record.measured_by,
        ):
            assert text.strip()


@pytest.mark.dear
def test_claims_have_a_statement() -> None:
    """Of each subject one is derived; all in `make test-all`."""
    chosen = of_each_subject(record.id for record in claims())

    assert all(str(record.formula()).strip() for record in claims(chosen))


def test_a_check_is_at_home_where_it_is_written() -> None:
    """By its home it goes to the process that has the solutions it looks at: those behind a `partial` share none."""
    homes = {runner._home(claim.check) for claim in claims()}
    assert len(homes) > 30
    assert all(home.startswith("tauber.ledger.") for home in homes)


def test_a_repeated_id_is_refused() -> None:
    registry = Registry()
    registry.add(claim())

    with pytest.raises(ValueError, match=r"'toy.claim.one' is taken"):
        registry.add(claim())


@pytest.mark.parametrize("name", ["toy", "Toy.claim", "toy claim.one", "toy..one", ""])
def test_an_ill_formed_id_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="names joined by dots"):
        Registry().add(claim(id=name))


@pytest.mark.parametrize(
    ("measured", "tolerance", "outcome"),
    [
        (1.0, 0.01, Outcome.VERIFIED),
        (1.02, 0.01, Outcome.REFUTED),
        (1.0, 0.2, Outcome.UNDECIDED),
        (1.5, 0.2, Outcome.REFUTED),
        (math.nan, 0.01, Outcome.UNDECIDED),
        (1.0, math.inf, Outcome.UNDECIDED),
    ],
)
def test_the_rule_of_a_comparison(measured: float, tolerance: float, outcome: Outcome) -> None:
    assert Comparison("x", 1.0, measured, tolerance, "a test", 0.1).outcome is outcome


def test_nothing_compared_is_never_verified() -> None:
    good = Comparison("x", 1.0, 1.0, 0.01, "a test", 0.1)

    assert judge([good], samples=1, precision="exact").outcome is Outcome.VERIFIED
    assert judge([good], samples=0, precision="exact").outcome is Outcome.UNDECIDED
    assert judge([], samples=5, precision="exact").outcome is Outcome.UNDECIDED


def test_slopes_that_do_not_settle_decide_nothing() -> None:
    drifting = [0.5 + 0.01 * k for k in range(4)]

    assert math.isinf(limit_of(drifting, [0.0] * 4).next_term)
    assert compare_exponent("x", 0.5, drifting, [0.0] * 4).outcome is Outcome.UNDECIDED


def test_a_tolerance_names_its_larger_part() -> None:
    slopes = [0.5 + 0.1 * 0.4**k for k in range(4)]

    assert limit_of(slopes, [1e-9] * 4).because == EXTRAPOLATED
    assert limit_of(slopes, [2e-3] * 4).because == AMPLIFIED


@pytest.mark.parametrize("name", PROBES)
def test_an_exponent_wrong_by_a_twentieth_is_refuted(name: str) -> None:
    from tauber.theory.models.plrf import derive

    probe = PROBES[name]
    found, derived = measured_frontier(probe), derive(probe.alpha, probe.beta)
    losses = [-slope for slope in found.loss_slope]
    for exact, slopes, errors in (
        (derived.d_exponent, found.d_slope, found.d_slope_error),
        (derived.loss_exponent, losses, found.loss_slope_error),
    ):
        assert compare_exponent("right", float(exact), slopes, errors).outcome is Outcome.VERIFIED
        for wrong in (-0.05, 0.05):
            assert compare_exponent("wrong", float(exact) + wrong, slopes, errors).outcome is Outcome.REFUTED


@pytest.mark.parametrize(
    ("name", "probe"), some([(n, p) for n, probes in EXACT_PROBES.items() for p in probes], quick=QUICK_PROBES), ids=str
)
def test_a_constant_wrong_by_two_percent_is_refuted(name: str, probe: ExactProbe) -> None:
    found = compare_constant(probe, name)

    assert found.outcome is Outcome.VERIFIED
    for wrong in (0.98, 1.02):
        assert replace(found, measured=found.measured * wrong).outcome is Outcome.REFUTED


def test_a_remainder_that_falls_too_slowly_is_refuted() -> None:
    scales = [1e4, 1e6, 1e8]
    right = [1 + 3 * x**-0.5 for x in scales]
    slow = [1 + 3 * x**-0.3 for x in scales]

    assert compare_limit("x", right, scales, 0.5).outcome is Outcome.VERIFIED
    assert compare_limit("x", slow, scales, 0.5).outcome is Outcome.REFUTED
    assert compare_limit("x", [2.0, 1.9, 1.8], scales, 0.1).outcome is Outcome.UNDECIDED


def test_lost_digits_leave_a_claim_undecided_with_the_reason() -> None:
    from tauber.numerics.errors import PrecisionLost

    def lose(seed: int) -> Verdict:
        raise PrecisionLost("ask for more digits.")

    (result,) = run_claims([claim(check=lose)]).results

    assert result.verdict.outcome is Outcome.UNDECIDED
    assert "more digits" in result.verdict.note


def test_the_seed_reaches_the_check() -> None:
    (result,) = run_claims([claim()], seed=7).results

    assert result.verdict.seed == 7


def show(run, monkeypatch: pytest.MonkeyPatch, *records: Claim, words: tuple[str, ...] = ()):
    """Run ``tauber verify`` on made-up claims."""
    monkeypatch.setattr("tauber.ledger.claims", lambda ids: records)
    return run("verify", *words)


def test_exit_codes(run, monkeypatch: pytest.MonkeyPatch) -> None:
    refuted = claim(Outcome.REFUTED)

    assert show(run, monkeypatch, claim()).code == 0
    assert show(run, monkeypatch, refuted).code == 1
    assert show(run, monkeypatch, refuted, words=("--json",)).code == 1
    assert show(run, monkeypatch, claim(Outcome.UNDECIDED)).code == 0
    assert show(run, monkeypatch, replace(refuted, expected=Outcome.REFUTED)).code == 0
    assert show(run, monkeypatch, claim(expected=Outcome.REFUTED)).code == 1


def test_the_summary_line_is_last(run, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = show(run, monkeypatch, claim(), claim(Outcome.UNDECIDED))

    assert shown.out.splitlines()[-1] == "1 verified, 0 refuted, 1 undecided"
    assert shown.err == ""


def test_what_takes_long_is_checked_where_it_is_asked_for(run, monkeypatch: pytest.MonkeyPatch) -> None:
    records = claim(), claim(dear=True)

    shown = show(run, monkeypatch, *records).out
    assert shown.splitlines()[-1] == "1 verified, 0 refuted, 0 undecided"
    assert "1 claims that take long were left out" in shown
    for words in (("--all",), ("toy",)):
        shown = show(run, monkeypatch, *records, words=words).out
        assert shown.splitlines()[-1] == "2 verified, 0 refuted, 0 undecided"
        assert "left out" not in shown


def test_one_claim_as_json(run) -> None:
    found = run("verify", "plrf.term.F_0", "--json").json
    (record,) = found["claims"]

    assert (found["verified"], found["refuted"], found["undecided"], found["passed"]) == (1, 0, 0, True)
    assert record["id"] == "plrf.term.F_0"
    assert record["outcome"] == "verified"
    assert record["at_hand"] == "code"
    assert any("2405.15074" in who for who in record["published_by"])
    assert all(
        set(item) >= {"what", "derived", "measured", "tolerance", "because", "outcome"} for item in record["evidence"]
    )
    assert record["samples"] > 0
    assert set(found["versions"]) == {"tauber", "python", "mpmath", "numpy", "scipy", "sympy", "python-flint"}


def test_a_claim_named_twice_is_checked_once(run) -> None:
    assert run("verify", "plrf.term.F_0", "plrf.term.F_0").out.splitlines()[-1] == "1 verified, 0 refuted, 0 undecided"


def test_an_unknown_claim_is_refused_with_the_nearest(run) -> None:
    assert run("verify", "plrf.phase.Id").is_refusal("plrf.phase.Id", "did you mean", "tauber claims")
    assert run("verify", "plrf.term.F_0", "zzz", "--json").is_refusal("zzz")
    with pytest.raises(BadInput):
        claims(["zzz"])


def test_a_bad_seed_is_refused(run) -> None:
    assert run("verify", "plrf.term.F_0", "--seed", "-1").is_refusal("--seed")
    assert run("verify", "plrf.term.F_0", "--seed", "x").is_refusal("--seed")


def test_listing_checks_and_derives_nothing(run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Claim, "formula", lambda self: pytest.fail(f"{self.id} was derived"))
    found = run("verify", "--list", "--json").json

    assert len(found["claims"]) == len(claims())
    assert all("outcome" not in record for record in found["claims"])
    stated = {claim.id: None if callable(claim.statement) else claim.statement for claim in claims()}
    assert {record["id"]: record["statement"] for record in found["claims"]} == stated
    assert 0 < sum(statement is None for statement in stated.values()) < len(stated)
    listed = run("verify", "--list").out
    assert "plrf.phase.Ia\texponent\tverified\tabstract\t" in listed
    refuted = [claim.id for claim in claims() if claim.expected is Outcome.REFUTED]
    assert refuted
    assert all(any(line.startswith(name) and "\trefuted\t" in line for line in listed.splitlines()) for name in refuted)


def test_evidence_of_a_refuted_claim_is_shown(run, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = Comparison("slope at x", 0.5, 0.6, 0.01, "a test", 0.025)
    record = claim(check=lambda seed: judge([wrong], samples=1, precision="float64"))
    shown = show(run, monkeypatch, record)

    assert "toy.claim.one: slope at x: derived 0.5, measured 0.6, tolerance 0.01" in shown.out
    assert report_payload(run_claims([record]))["claims"][0]["evidence"][0]["outcome"] == "refuted"


def test_claims_are_verified_from_python(monkeypatch: pytest.MonkeyPatch) -> None:
    found = verify("plrf.term.F_0", seed=7)

    assert (found.ok, found.passed, found.verified, found.seed) == (True, True, 1, 7)
    (listed,) = verify(["plrf.term.F_0"], listing=True).claims
    assert listed["statement"] is None
    assert {k: v for k, v in listed.items() if k not in {"last", "statement"}}.items() <= found.claims[0].items()
    assert repr(found).splitlines()[-1] == "1 verified, 0 refuted, 0 undecided"
    with pytest.raises(BadInput, match="seed was given as '-1'"):
        verify(seed=-1)
    monkeypatch.setattr("tauber.ledger.claims", lambda ids: [claim(Outcome.REFUTED)])
    assert not verify().ok


@pytest.mark.dear
def test_the_order_of_the_claims_does_not_depend_on_who_imports_what() -> None:
    """A test or a notebook that imports one module of claims gets the ledger in its order all the same."""
    orders = []
    for first in ("tauber.ledger", "tauber.ledger.dynamical.plrf", "tauber.ledger.plrf.phases"):
        code = f"import {first}; from tauber.ledger import claims; print([c.id for c in claims()])"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        orders.append(done.stdout)
    assert len(set(orders)) == 1
