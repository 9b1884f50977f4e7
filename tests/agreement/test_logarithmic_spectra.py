"""Spectra with a logarithm in the dynamical model and in explaining: derived powers against solved losses.

Local slopes less what the derived power of the logarithm adds, at scales far apart: what is left must come to the
derived exponent at the rate that `compare_beside_log` states, and does not where the power of the logarithm is another.
"""

import math

import pytest

import tauber
from tauber.ledger.claim import Outcome
from tauber.ledger.slow import compare_beside_log
from tauber.numerics.models.dynamical import Dynamical
from tauber.numerics.models.explaining import LearningCurve
from tauber.numerics.models.explaining.optimal import optimal_ridge

TAIL = tauber.LogPowers("8/5", 1, "3/5")
HEAD = tauber.LogPowers("3/2", "-1/2", "9/4")  # width level of head modes, width transient in the optimum
SIZES = (1e4, 1e7, 1e10, 1e13)
SCALES = {"time": (1e5, 1e8, 1e11, 1e14), "width": SIZES, "data": SIZES, "optimal_ridge": SIZES}
APART = 1.05


def solved(record: tauber.LogPowers, name: str, x: float) -> float:
    if name == "time":
        return float(Dynamical(None, None, math.inf, math.inf, spectrum=record).curve([x]).test[0])
    if name == "optimal_ridge":
        return float(optimal_ridge(LearningCurve(None, None, spectrum=record, noise=1.0), x, math.inf).loss)
    one, other = (x, math.inf) if name == "data" else (math.inf, x)
    return float(LearningCurve(None, None, spectrum=record).at(one, other).loss)


def laws_of(record: tauber.LogPowers) -> dict:
    found = [*tauber.dynamical.derive(spectrum=record).laws, *tauber.explaining.derive(spectrum=record).laws]
    return {law["name"]: law for law in found}


@pytest.mark.dear
@pytest.mark.parametrize("name", SCALES)
@pytest.mark.parametrize("record", [TAIL, HEAD], ids=["tail", "head"])
def test_laws_have_the_derived_powers(record: tauber.LogPowers, name: str) -> None:
    law, scales = laws_of(record)[name], SCALES[name]
    slopes = [
        math.log(solved(record, name, x * APART) / solved(record, name, x / APART)) / (2 * math.log(APART))
        for x in scales
    ]

    def outcome(log: float) -> Outcome:
        return compare_beside_log(name, float(law["exponent"]), log, slopes, [1e-8] * len(scales), scales).outcome

    assert outcome(float(law["logs"])) is Outcome.VERIFIED
    assert outcome(float(law["logs"]) + 0.5) is not Outcome.VERIFIED
    assert law["constant"] is None


@pytest.mark.parametrize("record", [TAIL, HEAD], ids=["tail", "head"])
def test_the_best_use_of_compute_has_the_derived_powers(record: tauber.LogPowers) -> None:
    budgets = (1e9, 1e13, 1e17, 1e21)
    derived = tauber.dynamical.derive(spectrum=record)
    found = tauber.dynamical.frontier(spectrum=record, budget=",".join(f"{c:g}" for c in budgets))
    for word, power in derived.compute_optimal.items():
        log = float(derived.log_exponents[word]) * (-1 if word == "loss" else 1)  # its exponent is that of a decay
        slopes, errors = found[f"{word}_slope"], found[f"{word}_slope_error"]
        assert compare_beside_log(word, float(power), log, slopes, errors, budgets).outcome is Outcome.VERIFIED, word


@pytest.mark.dear
def test_a_frontier_shows_what_is_derived_of_its_spectrum() -> None:
    """Slopes come to the derived exponents: alone, or beside the power of log C; else it says why there is none."""
    slow = tauber.dynamical.frontier(spectrum=TAIL, budget="1e6,1e12,1e18")
    derived = tauber.dynamical.derive(spectrum=TAIL)
    for word, power in derived.compute_optimal.items():
        assert slow.derived[word] == power
        log = float(slow.derived["log_exponents"][word]) * (-1 if word == "loss" else 1)
        pairs = zip(slow[f"{word}_slope"], slow.budgets, strict=True)
        shares = [(slope - float(power)) * math.log(budget) / log for slope, budget in pairs]
        assert 0 < shares[0] < shares[1] < shares[2] < 1
        assert shares[2] > 0.85
    assert "log(C)" in slow.text()

    shifted = tauber.dynamical.frontier(spectrum=tauber.Powers("3/2", 3, shift="1/2"), budget="1e8,1e16")
    for word in ("loss", "width", "time"):
        first, last = (abs(slope - float(shifted.derived[word])) for slope in shifted[f"{word}_slope"])
        assert last < min(first / 4, 1e-3)

    none = tauber.dynamical.frontier(spectrum=tauber.Exponential("1/5", "1/2"), budget="1e6")
    assert none.derived is None
    assert "derived for plrf alone" in none.not_derived
    assert 0 < none.loss[0] < 1


def test_the_law_of_no_power_of_the_logarithm_is_that_of_the_power_law() -> None:
    flat, known = tauber.LogPowers("8/5", 0, "3/5"), tauber.Powers("8/5", "11/5")
    for model in (tauber.dynamical, tauber.explaining):
        slow, exact = model.derive(spectrum=flat), model.derive(spectrum=known)
        pairs = zip(slow.laws, exact.laws, strict=True)
        assert all((x["exponent"], x["logs"]) == (y["exponent"], y["logs"]) for x, y in pairs)


def test_where_another_logarithm_meets_it_is_refused() -> None:
    for model in (tauber.dynamical, tauber.explaining):
        with pytest.raises(tauber.BadInput, match="another logarithm meets it"):
            model.derive(spectrum=tauber.LogPowers("3/2", 1, 1))
        with pytest.raises(tauber.BadInput, match="derived for plrf alone"):
            model.derive(spectrum=tauber.Exponential("1/5", "1/2"))
    left = tauber.dynamical.derive(spectrum=tauber.LogPowers("3/2", 1, 2))  # a = b + 2
    assert "train_data_time" not in {law["name"] for law in left.laws}
    assert "nor are the laws train_data_time" in left.notes[0]
