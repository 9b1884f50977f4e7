"""``tauber derive plrf --noise``: a floor and a transient in place of a phase, and nothing changed without it."""

from __future__ import annotations

import pytest
import sympy

from tauber.models import plrf

POINT = ("derive", "plrf", "--alpha", "4/5", "--beta", "3/10")


def test_a_point_has_a_floor_and_no_phase(run) -> None:
    found = run(*POINT, "--lr", "0.1", "--noise", "1/2", "--json").json

    assert not {"phase", "tradeoff", "optimum", "loss_exponent", "d_exponent", "cost"} & set(found)
    assert (found["noise"], found["floor"]) == ("1/2", "1/(4*(1 - kernel_norm))")
    assert {"d", "r", "constant", "value"} <= set(found["transient"])
    assert (found["transient"]["d"], found["transient"]["r"]) == ("0", "-3/8")
    assert found["transient"]["value"] < 0
    norm = sympy.sympify(found["definitions"]["kernel_norm"]).n()
    assert found["floor_value"] == pytest.approx(float(0.25 / (1 - norm)), rel=1e-12)
    clean = run(*POINT, "--lr", "0.1", "--json").json
    assert found["terms"] == clean["terms"]
    assert found["corrections"] == clean["corrections"]


def test_the_screen_says_that_there_is_no_power_law(run) -> None:
    shown = run(*POINT, "--lr", "0.1", "--noise", "1/2").out

    assert "No power law of the compute" in shown
    assert "Floor, d and r infinite: 1/(4*(1 - kernel_norm)) = 0.284" in shown
    assert "r^(-3/8)" in shown
    assert "Phase" not in shown
    assert "F_pp" in run(*POINT, "--lr", "0.1", "--noise", "1/2", "--full").out


@pytest.mark.parametrize("given", [(), ("--alpha", "4/5"), ("--beta", "3/10"), ("--alpha", "4/5", "--beta", "3/10")])
def test_no_noise_changes_nothing(run, given) -> None:
    with_zero, without = (run("derive", "plrf", *given, *more, "--json") for more in (("--noise", "0"), ()))

    assert with_zero.json == without.json


def test_in_general_and_on_lines(run) -> None:
    found = plrf.derive(noise="1/2")
    (alpha,), norm = found.transient["r"].free_symbols, sympy.Symbol("kernel_norm")

    assert sympy.simplify(found.floor * 4 * (1 - norm)) == 1
    assert found.transient["condition"] == (2 * alpha > 1)
    assert sympy.simplify(found.transient["r"] - (1 / (2 * alpha) - 1)) == 0
    assert set(found) >= {"noise", "terms", "definitions"}
    assert not {"phases", "cost"} & set(found)
    line = plrf.derive(alpha="4/5", noise="1/2").transient["constant"]
    point = plrf.derive(alpha="4/5", beta="3/10", batch=3, noise="1/2").transient["constant"]
    (batch,) = (s for s in line.free_symbols if s.name == "batch")
    assert sympy.simplify(line.subs(batch, 3) / point) == 1
    assert plrf.derive(alpha="2/5", noise=1).transient is None
    assert "no transient" in run("derive", "plrf", "--alpha", "2/5", "--noise", "1").out
    assert "for 2*alpha > 1" in run("derive", "plrf", "--noise", "1").out


@pytest.mark.parametrize("alpha", ["2/5", "1/2"])
def test_where_the_step_size_falls_with_d(alpha) -> None:
    found = plrf.derive(alpha=alpha, beta=1, lr_trace="1/2", ratio=10, noise="1/2")
    bare = plrf.derive(alpha=alpha, beta=1, noise="1/2")

    assert found.floor == sympy.Rational(1, 3)
    assert float(found.floor_value) == pytest.approx(1 / 3)
    assert found.transient is None
    assert any("no transient" in note for note in found.notes)
    assert bare.floor_value is None
    assert [s.name for s in bare.floor.free_symbols] == ["lr_trace"]


def test_latex(run) -> None:
    shown = run(*POINT, "--noise", "1/2", "--latex").out

    assert r"P_\infty = \frac{1}{4 \left(1 - \|K\|\right)}" in shown
    assert r"\gamma^{\frac{5}{8}}" in shown
    assert "lr" not in shown


@pytest.mark.parametrize("wrong", [("--noise=-1",), ("--noise", "x"), ("--noise", "inf")])
def test_a_noise_that_is_none(run, wrong) -> None:
    assert run("derive", "plrf", *wrong).is_refusal("--noise")


@pytest.mark.dear
def test_an_unstable_step_size(run) -> None:
    assert run(*POINT, "--lr", "0.9", "--noise", "1").is_refusal("not stable")


def test_a_cost_with_noise_is_refused_and_not_passed_over(run) -> None:
    assert run(*POINT, "--noise", "1", "--cost", "d^2*r").is_refusal("--cost", "--noise")
    assert run(*POINT, "--noise", "0", "--cost", "d^2*r").code == 0
