"""The ledger's claims about the dynamical model: records, verdicts, and wrong laws that must not pass."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from tauber.ledger import Outcome, Result, claims, run
from tauber.ledger.dynamical.draws import MODELS, Drawn
from tauber.ledger.dynamical.early import first_order, published
from tauber.ledger.dynamical.exact import random_model
from tauber.ledger.dynamical.laws import HEAD_WIDTH, PROBES, SUBJECTS, TAIL, compare_constant, compare_power
from tauber.ledger.dynamical.optimum import LEVEL, TRANSIENT, compare_slopes, exponents_of
from tauber.ledger.dynamical.probe import Probe, measured, probe
from tauber.ledger.dynamical.published import published_optimum, published_width
from tauber.ledger.dynamical.reuse import SIZES as STOPPED_SIZES
from tauber.ledger.dynamical.reuse import STOPPED, loss_from_train, stopped
from tauber.ledger.dynamical.sizes import data_over_width
from tauber.ledger.measure import compare_exponent, slopes_of

from ..sampling import of_each_subject

KNOWN_FAILURES = {
    "dynamical.published.width",
    "dynamical.published.optimum",
    "dynamical.published.additive",
    "dynamical.published.asymmetry",
    "dynamical.published.early_window",
    "dynamical.published.line",
}
SLOW = {"dynamical.optimum.three_resources"}
RECORDS = [record for record in claims() if record.id.startswith("dynamical.")]


@pytest.fixture(scope="module")
def results() -> dict[str, Result]:
    """Quick claims checked once: of each subject one, and what is on record as refuted; all in `make test-all`."""
    chosen = of_each_subject(record.id for record in RECORDS if record.id not in SLOW) | KNOWN_FAILURES
    quick = [record for record in RECORDS if record.id in chosen]
    return {result.claim.id: result for result in run(quick, workers=1).results}


def test_the_ledger_has_every_subject_of_the_model() -> None:
    ids = {record.id for record in RECORDS}

    assert {f"dynamical.constant.{name}" for name in SUBJECTS} <= ids
    assert {f"dynamical.exponent.{name}" for name in SUBJECTS if name != "noise_level"} <= ids
    assert {f"dynamical.identity.{name}" for name in ("correlation", "exchange")} <= ids
    assert {f"dynamical.level.{name}" for name in ("final", "threshold", "worth")} <= ids
    assert {f"dynamical.ensemble.{name}" for name in ("equal_cost", "level", "threshold")} <= ids
    assert {f"dynamical.plrf.{name}" for name in ("phase_II", "phase_Ia", "F_0", "F_pp", "F_ac", "descent")} <= ids
    assert {f"dynamical.draws.{name}" for name in ("losses", "parts", "bias")} <= ids
    assert ids >= KNOWN_FAILURES | SLOW


def test_the_laws_of_the_ledger_are_those_of_the_theory() -> None:
    from tauber.theory.models.dynamical import laws

    found = {law.name: law.order_of_limits for law in laws()}

    assert {name: subject.order_of_limits for name, subject in SUBJECTS.items()} == found


def test_every_claim_names_what_is_averaged() -> None:
    assert [r.id for r in RECORDS if "average" not in f"{r.assumptions} {r.order_of_limits}"] == []


def test_published_claims_say_what_was_at_hand() -> None:
    published = [record for record in RECORDS if record.id.startswith("dynamical.published.")]

    assert {record.id for record in published if record.expected is Outcome.REFUTED} == KNOWN_FAILURES
    for record in published:
        assert record.source.at_hand.value != "none" or record.source.note


def test_quick_claims_come_out_as_on_record(results: dict[str, Result]) -> None:
    wrong = {name: result.verdict.outcome for name, result in results.items() if result.alarming}

    assert wrong == {}
    assert {name for name, r in results.items() if r.verdict.outcome is Outcome.REFUTED} == KNOWN_FAILURES
    assert all(result.verdict.outcome is not Outcome.UNDECIDED for result in results.values())
    assert all(result.verdict.evidence and result.verdict.samples for result in results.values())


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(SLOW))
def test_a_slow_claim_comes_out_as_on_record(name: str) -> None:
    (result,) = run(claims([name])).results

    assert result.verdict.outcome is result.claim.expected


@pytest.mark.parametrize("name", [name for name in SUBJECTS if name != "noise_level"])
@pytest.mark.parametrize("wrong", [-0.05, 0.05])
def test_an_exponent_wrong_by_a_twentieth_is_refuted(name: str, wrong: float) -> None:
    exponent = float(TAIL.law(name).exponent)

    assert compare_power(name, TAIL, exponent).outcome is Outcome.VERIFIED
    assert compare_power(name, TAIL, exponent + wrong).outcome is Outcome.REFUTED


@pytest.mark.parametrize("name", SUBJECTS)
def test_a_constant_wrong_by_two_percent_is_refuted(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    law = TAIL.law(name)
    monkeypatch.setattr(Probe, "law", lambda self, asked: replace(law, constant=law.constant * Fraction(51, 50)))

    assert compare_constant(name, TAIL).outcome is Outcome.REFUTED


@pytest.mark.parametrize("name", ["gap_time", "noise_gap_time"])
def test_a_next_term_that_is_said_to_be_absent_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    law = TAIL.law(name)
    monkeypatch.setattr(Probe, "law", lambda self, asked: replace(law, correction=None))

    assert compare_constant(name, TAIL).outcome is Outcome.REFUTED


@pytest.mark.parametrize("point", [TAIL, HEAD_WIDTH])
def test_an_optimum_wrong_by_a_twentieth_is_refuted(point: Probe) -> None:
    exponents = exponents_of(point)

    assert all(item.outcome is Outcome.VERIFIED for item in compare_slopes(point, exponents))
    for wrong in (Fraction(-1, 20), Fraction(1, 20)):
        moved = {name: exponent + wrong for name, exponent in exponents.items()}
        assert all(item.outcome is Outcome.REFUTED for item in compare_slopes(point, moved))


def test_the_two_phases_are_where_the_probes_are() -> None:
    from tauber.theory.models.dynamical import budget, phase_diagram

    assert {phase.name for phase in phase_diagram(budget()).phases} == {LEVEL, TRANSIENT}


def test_published_exponents_agree_with_the_derived_ones_where_both_hold() -> None:
    derived = exponents_of(TAIL)

    assert published_width(TAIL) == -TAIL.law("width").exponent
    assert {name: str(value) for name, value in published_optimum(TAIL, published_width(TAIL)).items()} == {
        name: str(value) for name, value in derived.items()
    }


@pytest.mark.parametrize("point", PROBES)
def test_errors_of_the_measured_laws_are_honest(point: Probe) -> None:
    """The limit over N taken from other widths moves by less than the two stated errors."""
    (value,), (error,) = measured("early_width_time", point, (1e5,))
    beside, beside_error = _from_other_widths(point, 1e5)

    assert abs(beside - value) <= error + beside_error


def _from_other_widths(point: Probe, time: float) -> tuple[float, float]:
    width = 3e4 * time ** (1 / float(point.b))
    rest = float(point.model().curve([time]).test[0])
    one, two = (n * (float(point.model(width=n).curve([time]).test[0]) - rest) for n in (width, 2 * width))
    return 2 * two - one, abs(two - one) * 1e-3 + 1e-12 * rest * width


def test_sizes_are_worth_the_same_at_a_equal_b_only() -> None:
    assert data_over_width(probe("2", "2"), 37.0)[0] == pytest.approx(1, abs=1e-11)
    assert data_over_width(probe("21/10", "2"), 37.0)[0] < 0.99
    assert data_over_width(probe("19/10", "2"), 37.0)[0] > 1.01


def test_the_seed_draws_the_same_models_again() -> None:
    import numpy as np

    one, two = (random_model(np.random.default_rng(5)) for _ in range(2))

    assert one.width == two.width
    assert (one.spectrum[0] == two.spectrum[0]).all()


def test_a_theory_for_other_sizes_does_not_pass_as_the_drawn_one() -> None:
    """Twice the width is told apart by the comparison that the claim makes."""
    from tauber.ledger.dynamical.draws import TIMES, compare

    model = MODELS[0]
    other = Drawn(model.point, 2 * model.width, model.data, model.noise, model.modes)
    drawn, curve = model.simulate(1), other.theory().curve(TIMES)
    compared = [
        compare("x", float(curve.test[k]), float(drawn.test[k]), float(drawn.test_error[k]), model.width)
        for k in range(len(TIMES))
    ]

    assert any(item.outcome is Outcome.REFUTED for item in compared)


def test_a_wrong_exponent_of_early_stopping_is_refuted() -> None:
    point = STOPPED[1]
    losses = [stopped(point, size)[0] for size in STOPPED_SIZES]
    slopes = slopes_of(losses, [1e-9 * loss for loss in losses], STOPPED_SIZES)
    right = -float((point.a - 1) / point.a)

    assert compare_exponent("right", right, *slopes).outcome is Outcome.VERIFIED
    for wrong in (-0.05, 0.05, right + float((point.a - 1) / point.b)):
        assert compare_exponent("wrong", right + wrong, *slopes).outcome is Outcome.REFUTED


def test_the_early_form_is_right_at_short_times_and_quadratic_there() -> None:
    (value, error), form = first_order(1, 1e-3), published(1, 1e-3)

    assert abs(value / form - 1) < 1e-3
    assert error / form < 1e-4
    assert published(1, 1e-3) / published(1, 2e-3) == pytest.approx(1 / 4, rel=1e-2)


def test_the_early_form_has_its_digits_at_every_time() -> None:
    """The series for short times and the closed form meet."""
    below, above = (published(1, x) / x**2 for x in (1e-3 * (1 - 1e-9), 1e-3))

    assert below == pytest.approx(above, rel=1e-8)


def test_the_test_loss_does_not_follow_from_a_train_loss_of_other_data() -> None:
    import numpy as np

    model = random_model(np.random.default_rng(5))
    other = replace(model, data=2 * model.data)
    test = float(model.curve([2.0]).test[0])

    assert loss_from_train(model, 2.0, 48) == pytest.approx(test, rel=1e-9)
    assert abs(loss_from_train(other, 2.0, 48) / test - 1) > 1e-3
