"""`derive dynamical` and `derive explaining` with one exponent: formulas in the other one, as at each of its points."""

from __future__ import annotations

import pytest
import sympy

import tauber
from tauber.output.result import Result

FREE = [("a", "b", "3/2", ["11/10", "9/5", "3", "19/5", "9/2"]), ("b", "a", "3", ["11/10", "3/2", "9/4", "5"])]
CALLS = [
    pytest.param("dynamical", {}, marks=pytest.mark.slow),
    pytest.param("dynamical", {"cost": "N*P", "label_noise": True}, marks=pytest.mark.slow),
    ("explaining", {}),
]


def _law(found: Result, name: str, at: dict[sympy.Symbol, sympy.Rational]) -> tuple[sympy.Expr, sympy.Expr]:
    """Exponent and constant of the case that holds at a point."""
    (law,) = (law for law in found.laws if law["name"] == name)
    (case,) = (c for c in law["cases"] if c["condition"] == "everywhere" or c["condition"].subs(at) == sympy.true)
    return case["exponent"].subs(at), case["constant"].subs(at)


@pytest.mark.parametrize(("free", "known", "value", "points"), FREE)
@pytest.mark.parametrize(("model", "more"), CALLS)
def test_the_laws_and_phases_on_a_line_are_those_at_its_points(
    model: str, more: dict[str, object], free: str, known: str, value: str, points: list[str]
) -> None:
    derive, symbol = getattr(tauber, model).derive, sympy.Symbol(free, positive=True)
    line = derive(**{known: value}, **more)
    assert line[known] == sympy.Rational(value)
    for text in points:
        at, point = {symbol: sympy.Rational(text)}, derive(**{known: value, free: text}, **more)
        for law in point.laws:
            exponent, constant = _law(line, law["name"], at)
            assert exponent == law["exponent"]
            if law["constant"] is not None and not law["constant"].free_symbols:
                assert abs(sympy.N(constant / law["constant"] - 1, 30)) < sympy.Float("1e-20")
        (phase,) = (p for p in line.phases if all(i.subs(at) == sympy.true for i in p["inequalities"]))
        if model == "dynamical":
            assert (phase["name"], phase["loss_exponent"].subs(at)) == (point.phase, point.loss_exponent)
        else:
            assert phase["data_exponent"].subs(at) == point.exponents["data"]


def test_a_line_says_where_it_runs(run) -> None:
    shown = run("derive", "explaining", "--b", "3/2")

    assert shown.code == 0
    assert "general formulas (b = 3/2, a > 1)" in shown.out


@pytest.mark.parametrize("model", ["dynamical", "explaining"])
def test_what_a_line_does_not_allow_is_refused(run, model: str) -> None:
    assert run("derive", model, "--b", "1").is_refusal("--b", "above 1")
    assert run("derive", model, "--a", "3", "--digits", "20").is_refusal("--digits", "both --a and --b")
