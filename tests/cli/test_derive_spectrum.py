"""``derive --spectrum``: a declared spectrum in the place of the exponents, in every model and every output."""

import pytest
import sympy

import tauber
from tauber.errors import BadInput

TWO = {"kind": "two-powers", "decay": "8/5", "gap": "67/100", "weight": "1/2", "coefficient": "3/5"}
SHIFTED = tauber.Powers("9/5", "12/5", shift="3/2")
ACTIONS = {"plrf": tauber.plrf.derive, "dynamical": tauber.dynamical.derive, "explaining": tauber.explaining.derive}


@pytest.mark.dear
@pytest.mark.parametrize("model", ACTIONS)
def test_all_outputs_name_the_spectrum(model):
    result = ACTIONS[model](spectrum=TWO)
    table = {key: str(value) for key, value in result.spectrum.items()}

    assert table == TWO
    assert "for lambda_j = j^(-8/5) + 1/2 j^(-227/100), omega_j = lambda_j j^(-3/5), like" in result.text()
    assert '"kind": "two-powers"' in result.to_json()
    assert r"\sim" in result.latex()


@pytest.mark.parametrize("model", ACTIONS)
def test_a_power_law_declared_is_the_power_law(model):
    """The same answer as by exponents, key by key."""
    letters = {"alpha": "4/5", "beta": "3/10"} if model == "plrf" else {"a": "11/5", "b": "8/5"}
    declared, plain = ACTIONS[model](spectrum=tauber.Powers("8/5", "11/5")), ACTIONS[model](**letters)

    for key in plain:
        one, two = (tauber.output.screen.plain({key: result[key]}) for result in (declared, plain))
        assert one == two, key


def test_the_exponents_of_a_file_are_those_of_the_power_law_that_it_is_like(tmp_path):
    path = tmp_path / "union.toml"
    path.write_text(
        '[spectrum]\nkind = "union"\n[[spectrum.parts]]\nkind = "powers"\ndecay = "8/5"\ntarget = 4\n'
        '[[spectrum.parts]]\nkind = "powers"\ndecay = "12/5"\ntarget = "13/5"\n'
    )
    result = tauber.plrf.derive(spectrum=path, lr="1/10", order=1)

    assert (result.alpha, result.beta) == (sympy.Rational(4, 5), sympy.Rational(7, 30))
    assert result.loss_exponent == tauber.plrf.derive(alpha="4/5", beta="7/30").loss_exponent
    assert result.optimum["loss_value"] > 0


def test_noise_at_a_declared_spectrum_has_its_own_floor():
    result = tauber.plrf.derive(spectrum=SHIFTED, noise="1/2", lr="1/10")

    assert float(result.floor_value) == pytest.approx(0.25 / (1 - 0.03568944548361))
    assert result.transient["value"] < 0


def test_a_geometry_has_exponents_and_says_why_it_has_no_constants():
    result = tauber.plrf.derive(spectrum={"kind": "torus", "kernel": "matern", "nu": 1, "dim": 2, "source": "3/2"})

    assert (result.alpha, result.beta) == (1, sympy.Rational(1, 2))
    assert any("largest pole alone" in note for note in result.notes)


LOG, EXPONENTIAL = tauber.LogPowers("8/5", 1, "7/5"), tauber.Exponential("1/5", "5/2")


@pytest.mark.parametrize(
    "spectrum", [LOG, tauber.LogPowers(2, "-1/2", "1/2"), EXPONENTIAL, tauber.Exponential(1, "1/2")]
)
@pytest.mark.parametrize("notation", ["paquette", "bordelon"])
def test_all_outputs_of_spectra_with_logarithms(spectrum, notation):
    result = tauber.plrf.derive(spectrum=spectrum, notation=notation)
    letter = "f" if notation == "paquette" else "C"

    assert spectrum.words in result.text()
    assert f"log({letter})" in result.text(full=True)
    assert r"\log" in result.latex()
    assert '"log_exponents"' in result.to_json()
    assert all(term["present"] in (True, False) for term in result.terms)


def test_the_batch_is_in_the_constants_of_spectra_with_logarithms():
    one, two = (tauber.plrf.derive(spectrum=EXPONENTIAL, batch=batch).terms[1]["law"] for batch in (1, 2))
    ratio = two / one
    known = {"d": 10**40, "r": 1, "lr": 1, "kernel_norm": 0}
    assert float(ratio.subs({s: known[s.name] for s in ratio.free_symbols})) == pytest.approx(2**-2.5)


def test_a_declared_model_with_a_logarithm():
    model = tauber.declare(spectrum={"kind": "log-powers", "decay": "8/5", "log": 1, "coefficient": "7/5"})
    assert model.derive().log_exponents == tauber.plrf.derive(spectrum=LOG).log_exponents
    assert model.curve(d=100, v="inf", times=[100]).loss[0] > 0


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"spectrum": LOG, "lr": "1/10"}, "leave it out, or solve a curve"),
        ({"spectrum": EXPONENTIAL, "noise": "1"}, "leave it out, or solve a curve"),
        ({"spectrum": EXPONENTIAL, "cost": "d^2*r"}, "derived for d*r"),
        ({"spectrum": EXPONENTIAL, "averaging": 10}, "a logarithm of its own"),
        ({"spectrum": EXPONENTIAL, "momentum": "dana-decaying"}, "its clock is that of a power law"),
        ({"spectrum": EXPONENTIAL, "label_noise": 1}, "give a free step size"),
        ({"spectrum": tauber.LogPowers(1, 1, 1)}, "faster than 1/j"),
        ({"spectrum": tauber.Exponential(1, 1)}, "The source 1"),
        ({"spectrum": {"kind": "log-powers", "decay": 1, "log": -1, "coefficient": 1}}, "must be above -1"),
    ],
)
def test_refusals_of_spectra_with_logarithms(arguments, why):
    with pytest.raises(BadInput) as refusal:
        tauber.plrf.derive(**arguments)
    assert why in str(refusal.value)
    assert str(refusal.value).count(". ") == 0


@pytest.mark.parametrize("model", [tauber.dynamical.derive, tauber.explaining.derive])
def test_other_models_have_powers_of_the_logarithm_and_refuse_exponential_spectra(model):
    assert r"(\log" in model(spectrum=LOG).latex()
    with pytest.raises(BadInput, match="derived for plrf alone"):
        model(spectrum=EXPONENTIAL)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"alpha": "4/5"}, "alpha 4/5 was given with spectrum, which takes its place"),
        ({"ratio": "10"}, "derived with all its modes; leave ratio out"),
        ({"spectrum": ([1, 0.5], [1, 0.1])}, "exponents belong to a law for all modes"),
        ({"spectrum": tauber.Powers("1/2", 2)}, "The sum of the eigenvalues is infinite"),
        ({"spectrum": tauber.Powers(2, "3/2")}, "beta of either sign, add step_size stable"),
    ],
)
def test_refusals_in_one_sentence(arguments, why):
    with pytest.raises(BadInput) as refusal:
        tauber.plrf.derive(**({"spectrum": SHIFTED} | arguments))

    assert why in str(refusal.value)
    assert str(refusal.value).count(". ") == 0
