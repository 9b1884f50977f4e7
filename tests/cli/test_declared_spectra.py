"""Declared models with spectra of every kind: what each action answers, and that what is not covered says so."""

from typing import Any

import pytest

import tauber
from tauber.declared.model import Model

from ..sampling import some

LOG = {"kind": "log-powers", "decay": "8/5", "log": 1, "coefficient": "3/5"}
EXPONENTIAL = {"kind": "exponential", "rate": "1/5", "source": "1/2"}
SHIFTED = {"kind": "powers", "decay": "8/5", "target": "11/5", "shift": "1/2"}
SPECTRA = {
    "powers": {"kind": "powers", "decay": "8/5", "target": "11/5"},
    "shifted": SHIFTED,
    "two": {"kind": "two-powers", "decay": "8/5", "gap": 1, "weight": "1/2", "coefficient": "3/5"},
    "union": {"kind": "union", "parts": [SHIFTED, {"kind": "powers", "decay": 2, "target": "5/2"}]},
    "torus": {"kind": "torus", "kernel": "matern", "dim": 1, "nu": "3/10", "source": "11/8"},
    "log": LOG,
    "exponential": EXPONENTIAL,
    "modes": ([1, 0.5, 0.25, 0.125], [1, 0.3, 0.1, 0.0]),
}
TRAININGS = {
    "stable": ({"step_size": "stable"}, None),
    "noisy": ({"step_size": "free"}, 1),
    "law": ({"step_size": "n^(-1/2)"}, 1),
    "cool-down": ({"schedule": "cooldown:2"}, 1),
    "best": ({"schedule": "best"}, 1),
    "warm-up": ({"schedule": "warmup:1/100"}, None),
    "power": ({"schedule": "power:1/3"}, 1),
    "dana": ({"momentum": "dana-decaying"}, None),
    "averaging": ({"averaging": 10}, 1),
}
LIKE_POWERS = ("shifted", "two", "union", "torus", "log")


def model(spectrum: str, training: str) -> Model:
    words, noise = TRAININGS[training]
    return tauber.declare(spectrum=SPECTRA[spectrum], training=words, label_noise=noise)


@pytest.mark.parametrize("training", TRAININGS)
def test_exponents_are_those_of_the_power_law_that_a_spectrum_is_like(training: str) -> None:
    known = tauber.declare(spectrum={"alpha": "4/5", "beta": "3/10"}, training=TRAININGS[training][0],
                           label_noise=TRAININGS[training][1]).derive()  # fmt: skip
    assert model("powers", training).derive().exponents == known.exponents
    for spectrum in LIKE_POWERS:
        found = model(spectrum, training).derive()
        assert (found.loss_exponent, found.exponents) == (known.loss_exponent, known.exponents), spectrum
        assert (found.alpha, found.beta) == (known.alpha, known.beta)
        assert ("log_exponents" in found) == (spectrum == "log")
        assert (r"(\log f)" in found.latex()) == (spectrum == "log")


@pytest.mark.dear
@pytest.mark.parametrize("training", some(["stable", "noisy", "dana"], (1,)))
def test_phases_have_the_powers_of_the_logarithm_that_derive_has(training: str) -> None:
    """In text, as data and as LaTeX, at the point of the spectrum, which lies in one of the phases."""
    own = model("log", training)
    point, phases = own.derive(), own.phases()
    at = {"alpha": point.alpha, "beta": point.beta}
    (here,) = (x for x in phases.phases if all(_holds(c, at) for c in x["inequalities"]))
    logs = {word: _value(power, at) for word, power in here["log_exponents"].items()}
    assert logs == {word: point.log_exponents[word] for word in logs}
    assert any(x["log_exponents"] is None for x in phases.phases) == (training != "dana")  # for alpha < 1/2
    assert "Powers of log(f)" in phases.text() or "log(f)^l" in phases.text()
    ids = [x for x in own.export().formulas if x.startswith("phase.")]
    found = {x: own.export(x).latex() for x in ids}
    assert sum(r"\log" in text for text in found.values()) == sum(x["log_exponents"] is not None for x in phases.phases)
    assert "log_exponents" not in model("shifted", training).phases().phases[0]


def _holds(condition: Any, at: dict[str, Any]) -> bool:
    return bool(_value(condition, at))


def _value(expression: Any, at: dict[str, Any]) -> Any:
    return expression.subs({symbol: at[symbol.name] for symbol in expression.free_symbols})


REASONS = ("derive has its laws", "belong to a law", "logarithm of its", "clock")


def said(spectrum: str, training: str, action: str) -> str:
    """The answer as it is printed, or the refusal."""
    try:
        return str(getattr(model(spectrum, training), action)().text())
    except tauber.BadInput as refused:
        return f"refused: {refused}"


@pytest.mark.parametrize("training", TRAININGS)
@pytest.mark.parametrize("action", ["derive", "phases", "export", "verify"])
def test_what_has_no_power_law_says_so_in_one_sentence(training: str, action: str) -> None:
    answers = {"modes": said("modes", training, action)}
    if action != "verify":
        answers["exponential"] = said("exponential", training, action)
    for spectrum, text in answers.items():
        if text.startswith("refused"):
            assert text.count(". ") == 0, text
            assert any(x in text for x in REASONS), text
        else:
            assert (spectrum, action) in {("exponential", "derive"), ("exponential", "export")}
            assert "log(f)" in text or r"\log f" in text


@pytest.mark.parametrize(
    ("spectrum", "training"), [(LOG, {"step_size": "free"}), (EXPONENTIAL, {"step_size": "n^(-1/2)"})]
)
def test_powers_of_the_logarithm_are_verified(spectrum: dict, training: dict) -> None:
    found = tauber.declare(spectrum=spectrum, training=training, label_noise=1).verify().claims
    loss = found[0]

    assert loss["outcome"] == "verified"
    assert "log(f)" in loss["statement"]
    assert "log log f" in loss["evidence"][0]["because"]


def test_a_frontier_takes_a_law_of_the_step_size() -> None:
    law = tauber.declare(spectrum={"alpha": "4/5", "beta": "3/10"}, training={"step_size": "0.1*n^(-1/2)"})
    found = law.frontier(flops="1e9,1e12")
    (d, last) = float(found.d[0]), law.curve(d=200, v="inf", times=[10], lr="1/20")

    assert found.derived["loss_exponent"] == law.derive().loss_exponent
    assert abs(found.loss_slope[-1] - float(found.derived["loss_exponent"])) < 0.01
    steps = round(1e9 / round(d))
    direct = tauber.plrf.curve(
        alpha="4/5", beta="3/10", d=round(d), v="inf", lr=f"{0.1 * steps**-0.5:.17g}", times=[steps]
    )
    assert float(direct.loss[0]) == pytest.approx(float(found.loss[0]), rel=1e-4)
    assert last.loss[0] > 0


def test_what_the_solver_takes_of_a_spectrum() -> None:
    curve = tauber.declare(spectrum=LOG, training={"schedule": "warmup:1/10", "step_size": "1/10"}).curve
    assert curve(d=100, v="inf", times=[10, 100]).schedule == "warmup:1/10:3/8"
    for spectrum, why in ((EXPONENTIAL, "like no power law"), (SPECTRA["modes"], "belong to a law")):
        with pytest.raises(tauber.BadInput, match=why):
            tauber.declare(spectrum=spectrum, training={"momentum": "dana-decaying", "step_size": "0.1"}).curve(
                d=2, times=[10]
            )


def test_what_derive_has_at_a_point_by_the_keys_of_json() -> None:
    for spectrum in (SPECTRA["powers"], LOG, EXPONENTIAL):
        for training in ({}, {"step_size": "free"}):
            found = tauber.declare(spectrum=spectrum, training=training, label_noise=1 if training else 0).derive()
            assert found.active == found.tradeoff
            assert found.exponents["d"] == found.d_exponent
            assert ("step_size" in found.exponents) == bool(training)
    fixed = tauber.declare(spectrum=SPECTRA["powers"], training={"step_size": "1/10"}, label_noise=1).derive()
    assert not {"exponents", "active", "loss_exponent"} & set(fixed)


def test_the_constant_step_size_of_dana_is_said_or_not() -> None:
    point, named = {"alpha": "4/5", "beta": "3/10"}, {"momentum": "dana-decaying"}
    found = [tauber.declare(spectrum=point, training=named | x).derive() for x in ({}, {"step_size": "0.1"})]
    assert found[0].exponents == found[1].exponents
