"""The slope that the derived correction predicts beside the measured one."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
import sympy

from tauber.cli.app import main
from tauber.errors import BadInput
from tauber.models import plrf


def solved(capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    assert main([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("alpha", "beta", "more"),
    [
        ("27/100", "1", ()),  # the measured slope moves away from its limit
        ("4/5", "3/10", ()),
        ("4/5", "3/10", ("--ratio", "10", "--lr-trace", "1/2")),
        ("3/5", "3/4", ("--lr", "0.1")),
        ("3/2", "6/5", ("--batch", "2")),
    ],
)
def test_the_prediction_is_nearer_than_the_limit(
    alpha: str, beta: str, more: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    found = solved(capsys, "frontier", "plrf", "--alpha", alpha, "--beta", beta, "--flops", "1e10,1e18", *more)
    derived, limit = found["derived"], float(Fraction(found["derived"]["loss_exponent"]))
    slopes = found["loss_slope"]
    misses = [abs(p - s) for p, s in zip(derived["predicted_slope"], slopes, strict=True)]
    gaps = [abs(limit - s) for s in slopes]
    assert misses[0] < gaps[0]
    assert misses[1] < min(gaps[1], misses[0])
    assert derived["met"] == [False, False]


def test_where_nothing_is_predicted_the_reason_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    derived = solved(capsys, "frontier", "plrf", "--alpha", "1", "--beta", "1/2", "--flops", "1e10")["derived"]
    assert derived["predicted_slope"] is None
    assert derived["no_prediction"]


def test_the_table_says_that_the_limit_is_not_met(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["frontier", "plrf", "--alpha", "27/100", "--beta", "1", "--flops", "1e16"]) == 0
    shown = capsys.readouterr().out
    assert "predicted here" in shown
    assert "has not met its limit 0.29765" in shown
    assert "f^-(4/119)" in shown


def test_in_python_the_same_with_exact_objects(capsys: pytest.CaptureFixture[str]) -> None:
    found = plrf.frontier(alpha="4/5", beta=0.3, flops=[1e10, 1e12])
    assert (found.alpha, found.derived["loss_exponent"]) == (Fraction(4, 5), sympy.Rational(6, 13))
    assert found.loss.shape == found.error.shape == (2,)
    words = "frontier plrf --alpha 4/5 --beta 0.3 --flops 1e10,1e12"
    assert json.loads(found.to_json()) == solved(capsys, *words.split())
    with pytest.raises(BadInput, match=r"^flops was given as '-1'"):
        plrf.frontier(alpha="4/5", beta="3/10", flops=-1)
    with pytest.raises(BadInput, match=r"^lr 0.1 and lr_trace 1 were given"):
        plrf.frontier(alpha="4/5", beta="3/10", lr=0.1, lr_trace=1)
    with pytest.raises(BadInput, match=r"raise the budget \(flops\)"):
        plrf.frontier(alpha="4/5", beta="3/10", flops=1)


def test_an_infinite_loss_has_no_relative_error(capsys: pytest.CaptureFixture[str]) -> None:
    table = solved(capsys, *["curve", "explaining", "--a", "2", "--b", "1.5", "--data", "100,200", "--features", "100"])
    assert table["loss"][0] == ["inf"]
    assert table["error"][0] == [None]
    assert table["error"][1][0] < 1e-10
    command = "curve dynamical --a 2 --b 1.5 --width 9 --data 9 --noise 0.1 --times 1"
    last = solved(capsys, *command.split())["final"]
    assert (last["test"], last["error"]) == ("inf", None)
