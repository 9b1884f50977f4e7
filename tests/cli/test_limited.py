"""A limit on the serial time: the frontier at the batch that is left, beside the best place on a line of sizes."""

from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from sympy import Rational

import tauber
from tauber import BadInput, plrf
from tauber.declared import claims
from tauber.ledger.claim import Outcome
from tauber.output.result import Result
from tauber.theory.models.one_pass.phases import problem
from tauber.theory.models.one_pass.terms import alpha, beta
from tauber.theory.models.one_pass.training import Training
from tauber.theory.optimum.tropical import vertices

POINT = {"alpha": "4/5", "beta": "3/10"}
NOISY = POINT | {"noise": "1", "step_size": "free", "serial_time": "f^(1/4)"}


@pytest.mark.dear
def test_the_frontier_takes_all_steps_and_spends_the_compute() -> None:
    found = plrf.frontier(**NOISY, flops="1e12,1e16", cost="d^2*r")

    for f, d, gamma, batch in zip(found.flops, found.d, found.step_size, found.batch, strict=True):
        assert d**2 * f**0.25 * batch == pytest.approx(f, rel=1e-12)
        assert gamma * batch == pytest.approx(found.step_size_times_batch, rel=1e-12)
    balance = [2 * d + 0.25 + batch for d, batch in zip(found.d_slope, found.batch_slope, strict=True)]
    assert balance == pytest.approx([1, 1], abs=1e-12)


@pytest.mark.dear
@pytest.mark.parametrize(
    ("asked", "run"),
    [({"label_noise": 1}, {"noise": "1"}), ({}, {})],
)
def test_corrections_choose_the_size_on_the_line(asked: dict, run: dict) -> None:
    """Measured slopes are at the derived power, ten times as near as either end of what leading terms allow."""
    limit = {"step_size": "free", "serial_time": "f^(1/4)"}
    best = plrf.derive(**POINT, **asked, **limit)
    found = plrf.frontier(**POINT, **run, **limit, flops="1e12,1e18")
    training = Training("free", Rational(0) if asked else None, serial_time=Rational(1, 4))
    at = {alpha: Rational(4, 5), beta: Rational(3, 10)}
    (program,) = problem(training).pieces(at)[0].programs
    ends = [float(place[0]) for place in vertices(program, at)]

    assert best.active == ["F_pp"]  # no second term fixes the size
    assert len(ends) == 2
    for name in ("d", "step_size", "batch"):
        power = best.exponents[name]
        assert found.derived[f"{name}_exponent"] == power
        for slope, error in zip(found[f"{name}_slope"], found[f"{name}_slope_error"], strict=True):
            assert abs(slope - float(power)) + error < min(abs(float(best.d_exponent) - end) for end in ends) / 10
    early, late = (abs(slope - float(best.loss_exponent)) for slope in found.loss_slope)
    assert late < early


def test_where_corrections_are_not_derived_nothing_is_named() -> None:
    best = plrf.derive(**POINT, label_noise=1, schedule="cooldown:2", serial_time="f^(1/4)")

    assert best.exponents["d"] is best.exponents["step_size"] is best.exponents["batch"] is None
    assert (best.exponents["serial_time"], best.loss_exponent) == (Fraction(1, 4), Fraction(3, 16))
    assert any("leading terms leave free" in note for note in best.notes)
    assert "gamma" not in str(best)
    assert r"\gamma" not in best.latex()


@pytest.mark.dear
def test_a_declaration_is_the_options() -> None:
    model = tauber.declare(
        spectrum=POINT, training={"step_size": "free"}, label_noise=1, resources={"serial_time": "f^(1/4)"}
    )
    assert model.frontier(flops="1e12").plain() == plrf.frontier(**NOISY, flops="1e12").plain()
    quiet = tauber.declare(spectrum=POINT, training={"step_size": "free"}, resources={"serial_time": "f^(1/4)"})
    assert quiet.frontier(flops="1e12").noise == 0


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"step_size": "given"}, "give step_size free"),
        ({"step_size": "n^(-1/2)"}, "give step_size free"),
        ({"schedule": "cooldown:2"}, "give step_size free, and leave out schedule"),
        ({"batch": 2}, "batch 2 were given"),
        ({"serial_time": "f^(9/10)"}, r"does not bind: the steps number f\^\(8/19\)"),
        ({"serial_time": "1/f"}, "must rise or be constant"),
        ({"noise": "0", "serial_time": "f"}, "the best batch does not grow"),
        ({"lr": "0.1"}, "lr was given"),
    ],
)
def test_what_cannot_be_measured_is_refused(asked: dict, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        plrf.frontier(**(NOISY | asked), flops="1e12")


@pytest.mark.dear
def test_phases_have_what_corrections_choose_as_derive_has_it_at_a_point() -> None:
    given = {"label_noise": 1, "step_size": "free", "serial_time": "f^(1/4)"}
    found = plrf.phases(**given)
    assert "notes" not in found
    here = {"alpha": Rational(4, 5), "beta": Rational(3, 10)}
    (phase,) = [p for p in found.phases if all(x.subs(_letters(x, here)) for x in p["inequalities"])]
    assert phase["name"] == "F_pp, then F_pp changed by the ridge = noise"
    best = plrf.derive(**POINT, **given)
    for name in ("d", "step_size", "loss"):
        power = phase[f"{name}_exponent"]
        assert power.subs(_letters(power, here)) == (best.loss_exponent if name == "loss" else best.exponents[name])


def _letters(expression: Any, values: dict[str, Any]) -> dict[Any, Any]:
    return {s: values[s.name] for s in expression.free_symbols}


@pytest.mark.dear
def test_phases_say_where_a_line_of_sizes_is_left() -> None:
    (note,) = plrf.phases(label_noise=1, schedule="cooldown:2", serial_time="f^(1/4)").notes
    assert note.startswith("In F_pp")
    assert "leading terms leave more than one place with the least loss" in note
    assert "notes" not in plrf.phases(label_noise=1, step_size="free")


def _verified(point: dict[str, str], limit: str) -> dict[str, Any]:
    model = tauber.declare(
        spectrum=point, training={"step_size": "free"}, label_noise=1, resources={"serial_time": limit}
    )
    return {claim["id"].split(".")[-1]: claim for claim in model.verify().claims}


@pytest.mark.dear
def test_slow_corrections_are_decided_at_larger_budgets() -> None:
    """At (2/5, 1) sizes come to their power like f^(-1/32): up to 1e21 that hides them, up to 1e28 it does not."""
    for claim in _verified({"alpha": "2/5", "beta": "1"}, "f^(1/8)").values():
        assert claim["outcome"] == "verified"
        assert "1e+28" in claim["evidence"][0]["what"]


@pytest.mark.dear
def test_what_stays_undecided_has_its_reason() -> None:
    """Near the end of where the limit binds two terms of the loss nearly tie: no series, whatever its limit seems."""
    point = {"alpha": "2/5", "beta": "1"}
    tie = _verified(point, "f^(2/13)")["loss"]
    assert tie["outcome"] == "undecided"
    assert "f^(-1/78), f^(-2/39), still are 0.8" in tie["note"]
    few = tauber.declare(  # eleven steps at most, of which the loss is no series in their inverse yet
        spectrum={"alpha": "9/10", "beta": "7/10"}, training={"step_size": "free"},
        resources={"serial_time": "f^(1/20)"},
    )  # fmt: skip
    (loss,) = [claim for claim in few.verify().claims if claim["id"].endswith("loss")]
    assert (loss["outcome"], "still moves to it" in loss["note"]) == ("undecided", True)
    slow = _verified(point, "f^(1/20)")["d"]
    assert slow["outcome"] == "undecided"
    assert "too slow to be told apart" in slow["note"]


@cache
def _priced() -> Result:
    return plrf.frontier(**POINT, noise="1", step_size="free", cost="d*r*batch^(1/2)", flops="1e9:1e21:5")


@pytest.mark.dear
@pytest.mark.parametrize("wrong", [0.05, -0.05])
def test_an_exponent_that_is_wrong_is_refuted_beside_quick_corrections(wrong: float) -> None:
    """Its correction would need a constant of hundreds: f^(-1/8) is 1/420 at 1e21."""
    found = _priced()
    rates = [Fraction(1, 8), Fraction(1, 4)]
    right, other = (claims._by_rates("loss", 0.375 + off, found, rates)[0] for off in (0.0, wrong))
    assert (right.outcome, other.outcome) == (Outcome.VERIFIED, Outcome.REFUTED)


@pytest.mark.dear
def test_the_reason_is_on_the_screen() -> None:
    model = tauber.declare(
        spectrum=POINT, training={"step_size": "free"}, resources={"serial_time": "f^(1/20)"}
    )  # fmt: skip
    found = model.verify()
    for claim in found.claims:
        if claim["outcome"] == "undecided":
            assert claim["note"] in str(found)
    assert any(claim["outcome"] == "undecided" for claim in found.claims)


@pytest.mark.dear
def test_sizes_on_the_line_are_verified() -> None:
    """From budget to budget, without the corrections that move them along it: ten times as well as is asked."""
    model = tauber.declare(
        spectrum=POINT, training={"step_size": "free"}, label_noise=1, resources={"serial_time": "f^(1/4)"}
    )
    found = {claim["id"]: claim for claim in model.verify().claims}
    assert {claim["outcome"] for claim in found.values()} == {"verified"}
    for name in ("d", "step_size"):
        (evidence,) = found[f"declared.frontier.{name}"]["evidence"]
        assert evidence["tolerance"] < 0.0025
