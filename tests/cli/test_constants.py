"""``tauber derive plrf`` with constants: exact strings, values, corrections, optimum, boundaries, refusals."""

from __future__ import annotations

import time

import pytest
import sympy

from tauber.cli import main

WIDE = ("derive", "plrf", "--alpha", "4/5", "--beta", "7/10")
NARROW = ("derive", "plrf", "--alpha", "2/5", "--beta", "1")
TRAINED = ("--lr-trace", "1/2", "--ratio", "10")


def terms_of(found) -> dict:
    return {term["name"]: term for term in found["terms"]}


def number(text: str, definitions: dict[str, str]) -> float:
    """The value of a constant from its string and the strings of the names in it alone."""
    expression = sympy.sympify(text)
    for symbol in sorted(expression.free_symbols, key=str):
        meaning = sympy.sympify(definitions[symbol.name])
        expression = expression.subs(symbol, sympy.N(meaning, 25))
    return float(sympy.N(expression))


def test_constants_without_a_step_size(run) -> None:
    found = run(*WIDE, "--json").json
    f_pp = terms_of(found)["F_pp"]

    assert "lr" in f_pp["constant"]
    assert "kernel_norm" in f_pp["constant"]
    assert f_pp["value"] is None
    assert set(found["definitions"]) >= {"kernel_norm"}
    assert found["optimum"]["correction_exponent"] == "1/15"
    assert found["optimum"]["d_value"] is None


@pytest.mark.dear
def test_every_string_is_read_back_by_sympy_to_its_value(run) -> None:
    found = run(*WIDE, "--lr", "0.1", "--order", "2", "--json").json

    assert len(found["corrections"]) == 2
    for term in (*found["terms"], *found["corrections"]):
        assert number(term["constant"], found["definitions"]) == pytest.approx(term["value"], rel=1e-12)
    optimum = found["optimum"]
    assert number(optimum["d_constant"], found["definitions"]) == pytest.approx(optimum["d_value"], rel=1e-12)
    assert number(optimum["loss_constant"], found["definitions"]) == pytest.approx(optimum["loss_value"], rel=1e-12)


def test_a_term_is_the_loss_in_its_own_regime(run) -> None:
    derived = terms_of(run("derive", "plrf", "--alpha", "3/2", "--beta", "1", "--lr", "0.1", "--json").json)
    words = ("--alpha", "3/2", "--beta", "1", "--lr", "0.1", "--d", "1e15", "--v", "inf", "--times", "1e12,1e60")
    solved = run("curve", "plrf", *words[:-1], "1e12", "--json").json

    assert solved["loss"][0] == pytest.approx(derived["F_pp"]["value"] * 1e12 ** float(-4 / 3), rel=1e-3)


def test_the_level_is_the_loss_at_infinity(run) -> None:
    derived = terms_of(run("derive", "plrf", "--alpha", "3/2", "--beta", "1", "--lr", "0.1", "--json").json)["F_0"]
    words = ("--alpha", "3/2", "--beta", "1", "--lr", "0.1", "--d", "1e6", "--v", "inf", "--times", "1e30")
    solved = run("curve", "plrf", *words, "--json").json

    assert (derived["d"], derived["r"]) == ("-3", "0")
    assert solved["loss"][0] == pytest.approx(derived["value"] * 1e6**-3, rel=1e-5)


def test_an_optimum_at_the_end_of_the_window(run) -> None:
    found = run(*NARROW, *TRAINED, "--json").json
    optimum = found["optimum"]

    assert "x_star" in optimum["d_constant"]
    assert optimum["x_star"] == pytest.approx(0.000975846336783948)
    assert optimum["d_value"] == pytest.approx(11.371670826051849)
    assert optimum["loss_value"] == pytest.approx(4.217293365064952)
    assert {"x_star", "Psi_star", "Psi", "D", "k_0"} <= set(found["definitions"])


@pytest.mark.slow
def test_the_optimum_is_the_measured_frontier(run) -> None:
    found = run(*NARROW, *TRAINED, "--json").json["optimum"]
    words = ("--alpha", "2/5", "--beta", "1", "--lr-trace", "1/2", "--ratio", "10", "--flops", "1e24")
    measured = run("frontier", "plrf", *words, "--json").json

    assert measured["loss"][0] == pytest.approx(found["loss_value"] * 1e24**-0.4, rel=2e-3)


@pytest.mark.dear
def test_digits_make_strings(run) -> None:
    fine = run(*WIDE, "--lr", "0.1", "--digits", "40", "--order", "1", "--json").json
    coarse = run(*WIDE, "--lr", "0.1", "--order", "1", "--json").json

    for strings, floats in ((fine["terms"], coarse["terms"]), (fine["corrections"], coarse["corrections"])):
        for one, other in zip(strings, floats, strict=True):
            assert isinstance(one["value"], str)
            assert len(one["value"].replace(".", "").lstrip("-0")) == 40
            assert float(one["value"]) == pytest.approx(other["value"], rel=1e-14)


@pytest.mark.dear
def test_two_precisions_agree_at_the_end_of_the_window(run) -> None:
    words = ("derive", "plrf", "--alpha", "4/5", "--beta", "3/10", "--lr", "0.1", "--json", "--digits")
    fine, coarse = (run(*words, digits).json["optimum"] for digits in ("40", "25"))

    for key in ("d_value", "loss_value", "x_star"):
        assert abs(sympy.Float(fine[key], 40) / sympy.Float(coarse[key], 40) - 1) < 1e-23


def test_logarithms_on_two_beta_is_one(run) -> None:
    found = run("derive", "plrf", "--alpha", "4/5", "--beta", "1/2", "--lr", "0.1", "--json").json
    terms = terms_of(found)

    assert found["optimum"] is None
    assert any("boundary" in note for note in found["notes"])
    assert (terms["F_0"]["log"], terms["F_0"]["log_of"]) == (1, "d")
    assert (terms["K_pp"]["log"], terms["K_pp"]["log_of"]) == (1, "t")
    assert (terms["F_pp"]["log"], terms["F_pp"]["log_of"]) == (0, None)
    assert any(term["log"] == 1 for term in found["corrections"])


@pytest.mark.parametrize(
    ("alpha", "beta", "size"), [("1/4", "9/10", -0.1488033), ("3/10", "1/5", -5 / 3)], ids=["quarter", "end"]
)
def test_logarithms_of_the_crossover(run, alpha: str, beta: str, size: float) -> None:
    found = run("derive", "plrf", "--alpha", alpha, "--beta", beta, *TRAINED, "--json").json
    first = next(term for term in found["corrections"] if term["log"])

    assert not any(term["log"] for term in found["terms"])
    assert (first["r"], first["log"], first["log_of"]) == ("0", 1, "x")
    assert first["value"] == pytest.approx(size, rel=1e-5)


@pytest.mark.parametrize(("alpha", "beta"), [("1/2", "1"), ("1/2", "1/2"), ("3/10", "1/2")])
def test_what_has_no_constant_is_null_with_the_reason(run, alpha: str, beta: str) -> None:
    found = run("derive", "plrf", "--alpha", alpha, "--beta", beta, *TRAINED, "--json").json

    assert terms_of(found)["K_pp"]["constant"] is None or not terms_of(found)["K_pp"]["present"]
    assert any("logarithm" in note or "double poles" in note for note in found["notes"])
    assert found["optimum"] is None


def test_without_training_a_narrow_point_has_no_constants_but_says_what_it_needs(run) -> None:
    found = run(*NARROW, "--json").json

    assert all(term["constant"] is None for term in found["terms"])
    assert any("--ratio" in note and "--lr-trace" in note for note in found["notes"])


def test_no_power_law_has_a_level_but_no_optimum(run) -> None:
    found = run("derive", "plrf", "--alpha", "1/5", "--beta", "1/5", *TRAINED, "--json").json

    assert terms_of(found)["F_0"]["value"] > 0
    assert found["optimum"] is None


def test_large_exponents_are_answered(run) -> None:
    begin = time.perf_counter()
    for point in (("5", "5"), ("4/5", "10"), ("10", "3/10"), ("0.9134", "0.7013")):
        assert terms_of(run("derive", "plrf", "--alpha", point[0], "--beta", point[1], "--json").json)["F_pp"][
            "constant"
        ]
    assert time.perf_counter() - begin < 60


def test_the_table_shows_values_and_constants(run) -> None:
    lines = run(*WIDE, "--lr", "0.1", "--full").out.splitlines()

    assert any(line.startswith("d* = (0.9963429283) f^(7/15)") for line in lines)
    assert any(
        line.startswith("F_pp\t0\t-5/4\t\t4.816998454\t25*5**(1/4)*gamma(5/4)/(8*(1 - kernel_norm))") for line in lines
    )


@pytest.mark.dear
@pytest.mark.parametrize(
    ("words", "named"),
    [
        ((*WIDE, "--lr", "1.5"), "not stable"),
        ((*WIDE, "--lr", "0.95"), "not stable"),
        ((*WIDE, "--lr", "0.1", "--lr-trace", "1"), "--lr-trace"),
        ((*WIDE, "--lr", "0"), "--lr"),
        ((*WIDE, "--lr", "auto"), "--lr"),
        ((*WIDE, "--ratio", "1"), "--ratio"),
        ((*WIDE, "--batch", "1.5"), "--batch"),
        ((*WIDE, "--order", "-1"), "--order"),
        ((*WIDE, "--digits", "3"), "--digits"),
        ((*NARROW, "--lr", "0.1"), "--lr-trace"),
        ((*NARROW, "--lr-trace", "0.1"), "--ratio"),
        ((*NARROW, "--ratio", "10"), "--lr-trace"),
        ((*NARROW, "--lr-trace", "2", "--ratio", "10"), "not stable"),
        ((*NARROW, "--lr-trace", "1", "--ratio", "inf"), "2 alpha > 1"),
        (("derive", "plrf", "--lr", "0.1"), "--alpha"),
    ],
    ids=lambda value: " ".join(value[-4:]) if isinstance(value, tuple) else "",
)
def test_bad_input_is_refused(run, words: tuple[str, ...], named: str) -> None:
    assert run(*words, "--json").is_refusal(named)


def test_the_exported_formulas_are_the_constants_at_a_point() -> None:
    """General formulas of the LaTeX export, at a point, against the constants that the engine gives there."""
    from tauber.tex.plrf.exact import general_terms, ridge_at_zero
    from tauber.theory.models.plrf import alpha, beta
    from tauber.theory.models.plrf.exact import ExactLaw, Setting

    law = ExactLaw(Setting(sympy.Rational(4, 5), sympy.Rational(7, 10), step=sympy.Rational(1, 10)))
    names = {str(s): s for formula in general_terms().values() for s in formula.free_symbols}
    values = {name: law.constants.value(key, 20) for name, key in (("N", "N"), ("U", "u0"))}
    for name, formula in general_terms().items():
        at = {alpha: law.setting.alpha, beta: law.setting.beta, names["gamma"]: law.setting.step, names["d"]: 1}
        at |= {names["t"]: sympy.Rational(1, 5), names["kappa_0"]: ridge_at_zero().subs({names["d"]: 1})}
        number = formula.subs(at).subs({**at, **{names[key]: sympy.Float(str(x), 20) for key, x in values.items()}})
        if name == "F_0":  # the larger of its two powers leads
            assert float(number) != pytest.approx(float(law.terms[name].value))
            continue
        assert float(number) == pytest.approx(float(law.terms[name].value), rel=1e-14)


def test_plain_derive_stays_fast() -> None:
    main(["derive", "plrf", "--alpha", "3/5", "--beta", "1/5", "--json"])  # imports and shared derivations
    begin = time.perf_counter()
    main(["derive", "plrf", "--alpha", "4/5", "--beta", "1/5", "--json"])
    assert time.perf_counter() - begin < 2


def test_the_remainder_is_the_next_correction(run) -> None:
    words = ("derive", "plrf", "--alpha", "4/5", "--beta", "7/10", "--lr", "0.1", "--json")
    short, long = (run(*words, "--order", order).json for order in ("3", "4"))

    following = long["corrections"][3]
    assert short["remainder"] == {key: following[key] for key in ("d", "r", "log")}


def test_the_best_step_size_without_label_noise(run) -> None:
    """For 2 alpha < 1 it has a power and a constant; else it is a number times its limit, and the note says so."""
    words = ("derive", "plrf", "--step-size", "free", "--json")
    found = run(*words, "--alpha", "2/5", "--beta", "1").json
    assert found["definitions"] == {"R": "v/d"}
    assert found["optimum"]["correction_exponent"] == "1/17"
    assert "R**(9/85)" in found["optimum"]["loss_constant"]

    limited = run(*words, "--alpha", "4/5", "--beta", "3/10").json
    assert limited["optimum"] is None
    assert "the step size as a number" in limited["notes"][0]
