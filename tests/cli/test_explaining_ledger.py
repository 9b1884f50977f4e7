"""The ledger's claims about L(D, P) and spectra from geometry: records, verdicts, and wrong laws that must not pass."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

from tauber.ledger import Outcome, Result, claims, run
from tauber.ledger.claim import Claim, Comparison
from tauber.ledger.explaining.digits import compare_pools, setup
from tauber.ledger.explaining.draws import MODELS, compare
from tauber.ledger.explaining.duality import compare_exponents, ratio
from tauber.ledger.explaining.exact import bayes_slope, by_formula, random_curve, random_sizes
from tauber.ledger.explaining.laws import (
    HEAD,
    HEAD_FEATURES,
    ISOTROPIC,
    POINTS,
    SUBJECTS,
    TAIL,
    compare_constant,
    compare_power,
)
from tauber.ledger.explaining.peak import peak_constant, rises
from tauber.ledger.explaining.probe import Point, measured, point
from tauber.ledger.explaining.spectrum import compare_alpha
from tauber.ledger.geometry.neighbours import FAR, derived
from tauber.ledger.geometry.ranks import compare_sphere, lattice_points
from tauber.ledger.geometry.regression import curve_of, eigenvalues, equivalent
from tauber.ledger.geometry.spectra import SPHERES, by_quadrature, sphere

from ..sampling import of_each_subject

KNOWN_FAILURES = {
    "explaining.spectrum.any_target",
    "explaining.duality.exponents_smooth",
    "explaining.duality.losses",
    "explaining.duality.noise",
    "explaining.duality.ridge",
    "explaining.digits.any_size",
    "geometry.regression.amplitude",
    "explaining.published.tail_sum",
    "explaining.published.tail",
    "explaining.examples.published_threshold",
}
RECORDS = [record for record in claims() if record.id.split(".")[0] in ("explaining", "geometry")]
NEED_DATA = find_spec("sklearn") is None
DRAWN = ("explaining.draws.", "explaining.digits.", "geometry.regression.")
"""Claims that simulate, or measure on images: a few seconds each."""


@pytest.fixture(scope="module")
def results() -> dict[str, Result]:
    """Quick claims checked once: of each subject one, and what is on record as refuted; all in `make test-all`."""
    quick = [record for record in RECORDS if not record.id.startswith(DRAWN)]
    chosen = of_each_subject(record.id for record in quick) | KNOWN_FAILURES
    quick = [record for record in quick if record.id in chosen]
    return {result.claim.id: result for result in run(quick, workers=1).results}


def test_the_ledger_has_every_subject() -> None:
    ids = {record.id for record in RECORDS}

    assert {f"explaining.constant.{name}" for name in SUBJECTS} <= ids
    assert {f"explaining.exponent.{name}" for name in SUBJECTS if name != "noise"} <= ids
    assert {f"explaining.duality.{name}" for name in ("identity", "matrices", "exponents", "ratio")} <= ids
    assert {f"explaining.peak.{name}" for name in ("pole", "ridge", "cured")} <= ids
    regimes = ("data", "features", "variance_data", "variance_features")
    assert {f"explaining.digits.{name}" for name in (*regimes, "held_out")} <= ids
    assert {f"geometry.alpha_K.{name}" for name in (*SPHERES, "matern")} <= ids
    assert {f"geometry.neighbours.{name}" for name in ("mean", "squared", "linear", "plane")} <= ids
    assert ids >= KNOWN_FAILURES


def test_the_laws_of_the_ledger_are_those_of_the_theory() -> None:
    from tauber.theory.models.explaining import laws

    assert {law.name: law.order_of_limits for law in laws()} == {
        name: subject.order_of_limits for name, subject in SUBJECTS.items()
    }


def test_every_claim_names_what_is_averaged_and_has_a_formula() -> None:
    assert [r.id for r in RECORDS if "average" not in r.assumptions] == []
    assert all(str(record.formula()) for record in RECORDS)


def test_known_failures_are_read_beyond_an_assumption_or_published() -> None:
    refuted = {record for record in RECORDS if record.expected is Outcome.REFUTED}

    assert {record.id for record in refuted} == KNOWN_FAILURES
    assert all(record.title.startswith("Read beyond its") or record.source.published_by for record in refuted)


def test_quick_claims_come_out_as_on_record(results: dict[str, Result]) -> None:
    assert {name: result.verdict.outcome for name, result in results.items() if result.alarming} == {}
    found = {name for name, r in results.items() if r.verdict.outcome is Outcome.REFUTED}
    assert found == {name for name in KNOWN_FAILURES if not name.startswith(DRAWN)}
    assert all(result.verdict.outcome is not Outcome.UNDECIDED for result in results.values())
    assert all(result.verdict.evidence and result.verdict.samples for result in results.values())


@pytest.mark.slow
@pytest.mark.parametrize("record", [r for r in RECORDS if r.id.startswith(DRAWN)], ids=lambda record: record.id)
def test_a_drawn_claim_comes_out_as_on_record(record: Claim) -> None:
    if NEED_DATA and ".digits." in record.id:
        pytest.skip("the extra `data` is not installed")
    (result,) = run([record]).results

    assert result.verdict.outcome is record.expected


def test_images_that_are_not_installed_leave_claims_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tauber.ledger.explaining.digits.find_spec", lambda name: None)
    (result,) = run(claims(["explaining.digits.data"])).results

    assert result.verdict.outcome is Outcome.UNDECIDED
    assert "tauber[data]" in result.verdict.note


@pytest.mark.parametrize("name", [name for name in SUBJECTS if name not in ("noise", "optimal_ridge")])
@pytest.mark.parametrize("where", POINTS, ids=str)
@pytest.mark.parametrize("wrong", [-0.05, 0.05])
def test_an_exponent_wrong_by_a_twentieth_is_refuted(name: str, where: Point, wrong: float) -> None:
    exponent = float(where.law(name).exponent)

    assert compare_power(name, where, exponent).outcome is Outcome.VERIFIED
    assert compare_power(name, where, exponent + wrong).outcome is Outcome.REFUTED


@pytest.mark.parametrize("name", SUBJECTS)
def test_a_constant_wrong_by_two_percent_is_refuted(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    law = TAIL.law(name)
    assert law.constant is not None
    wrong = law.constant * Fraction(51, 50)
    monkeypatch.setattr(Point, "law", lambda self, asked: replace(law, constant=wrong))

    assert compare_constant(name, TAIL).outcome is Outcome.REFUTED


def test_a_next_term_that_is_said_to_be_smaller_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    law = TAIL.law("features")  # its next term is n^(-1/2), that of the data n^-1
    monkeypatch.setattr(Point, "law", lambda self, asked: replace(law, correction=1))

    assert compare_constant("features", TAIL).outcome is Outcome.REFUTED


def test_the_optimal_ridge_wrong_by_a_twentieth_is_refuted() -> None:
    exponent = float(TAIL.law("optimal_ridge").exponent)

    assert compare_power("optimal_ridge", TAIL, exponent + 0.05).outcome is Outcome.REFUTED


def test_exponents_agree_up_to_the_line_and_not_beyond() -> None:
    assert compare_exponents(TAIL).outcome is Outcome.VERIFIED
    assert compare_exponents(HEAD_FEATURES).outcome is Outcome.REFUTED
    assert compare_alpha("data", ISOTROPIC, "D").outcome is Outcome.VERIFIED
    assert compare_alpha("data", HEAD, "D").outcome is Outcome.REFUTED


def test_losses_agree_at_a_equal_b_only() -> None:
    assert ratio(point("2", "2").curve(ridge=0.3), 20, 55)[0] == pytest.approx(1, abs=1e-11)
    assert ratio(point("21/10", "2").curve(ridge=0.3), 20, 55)[0] < 0.99
    assert ratio(point("19/10", "2").curve(ridge=0.3), 20, 55)[0] > 1.01


def test_the_formula_is_not_that_of_another_size() -> None:
    generator = np.random.default_rng(3)
    curve, (data, features) = random_curve(generator), random_sizes(generator)

    assert float(curve.at(data, features).loss) == pytest.approx(by_formula(curve, data, features), rel=1e-11)
    assert float(curve.at(features, data).loss) != pytest.approx(by_formula(curve, data, features), rel=1e-3)


def test_the_derivative_at_the_best_ridge_and_the_peak_are_as_claimed() -> None:
    from sympy import cancel

    from tauber.theory.models.explaining import model

    assert bayes_slope() == 0
    assert cancel(peak_constant() - (model.T1 + model.SIGMA**2) / 2) == 0
    assert rises([3.0, float("inf"), 2.0, 2.0]) == 2


@pytest.mark.dear
@pytest.mark.parametrize("where", POINTS, ids=str)
def test_errors_of_the_variance_are_honest(where: Point) -> None:
    """The gap to the limit, in float64, against one with 40 digits."""
    from tauber.numerics.models.explaining import LearningCurve

    (value,), (error,) = measured("variance_data", where, (1e7,))
    fine = LearningCurve(where.a, where.b, noise="1/2", precision=40)
    exact = float(fine.at(10**7, 20).loss - fine.at(float("inf"), 20).loss)

    assert abs(value - exact) <= error
    assert error < 1e-3 * value


@pytest.mark.dear
def test_a_theory_for_other_sizes_does_not_pass_as_the_drawn_one() -> None:
    model = MODELS[0]
    other = replace(model, data=2 * model.data)
    drawn = model.simulate(1)
    arguments: tuple[Any, ...] = (float(drawn.loss[0]), float(drawn.loss_error[0]), min(model.data, model.features))

    assert compare("x", float(model.theory().loss), *arguments).outcome is Outcome.VERIFIED
    assert compare("x", float(other.theory().loss), *arguments).outcome is Outcome.REFUTED


@pytest.mark.dear
@pytest.mark.skipif(NEED_DATA, reason="the extra `data` is not installed")
def test_a_prediction_for_twice_the_data_does_not_pass_on_images() -> None:
    def pair(case: Any, seed: int) -> Any:
        return case.predict([80]), case.by_kernel([40], 0.0, seed)

    assert compare_pools(["x"], pair, "laplace", 1)[0].outcome is Outcome.REFUTED
    assert setup("laplace", 1).pool.size == 600


@pytest.mark.parametrize("kernel", SPHERES)
def test_an_alpha_wrong_by_a_twentieth_is_refuted(kernel: str) -> None:
    alpha = float(sphere(kernel, 2).alpha_K)

    assert compare_sphere(kernel, 2).outcome is Outcome.VERIFIED
    assert compare_sphere(kernel, 2, alpha + 0.05).outcome is Outcome.REFUTED


def test_quadrature_knows_the_first_eigenvalues() -> None:
    assert by_quadrature("arccos0", 2, 0) == pytest.approx(0.5, abs=1e-14)
    assert by_quadrature("arccos1", 3, 1) == pytest.approx(float(sphere("arccos1", 3).eigenvalue(1)), abs=1e-14)


def test_lattice_points_of_the_line() -> None:
    assert lattice_points(1) == [2 * radius for radius in (8, 32, 128, 512)]


@pytest.mark.parametrize(("kernel", "dim"), [("laplace", 2), ("ntk", 2), ("arccos0", 3)])
def test_modes_of_a_sphere_add_up_and_continue_their_law(kernel: str, dim: int) -> None:
    lam = eigenvalues(kernel, dim, 40_000)
    rest = (2.0 if kernel == "ntk" else 1.0) - lam.sum()
    tail = lam[-1] * len(lam) / float(sphere(kernel, dim).alpha_K)

    assert (lam > 0).all()
    assert rest == pytest.approx(tail, rel=0.1)
    assert float(curve_of(kernel, dim, count=40_000).at(50, float("inf")).train) == 0


def test_the_equivalent_on_the_circle_is_half_of_its_slope_over_the_data() -> None:
    import math

    slope = math.tanh(1 / 0.6) / 0.3
    assert equivalent(10) == pytest.approx(slope / 20, rel=1e-12)


@pytest.mark.parametrize("dim", [1, 3])
def test_derived_neighbour_errors_fall_at_their_rate(dim: int) -> None:
    one, two = (derived("squared", dim, size) for size in (FAR[-2], FAR[-1]))

    assert two / one == pytest.approx((FAR[-1] / FAR[-2]) ** (-2 / dim), rel=1e-5)


def test_a_comparison_that_is_too_coarse_decides_nothing() -> None:
    assert Comparison("x", 1.0, 1.0, 0.3, "4 standard errors", 0.25).outcome is Outcome.UNDECIDED
