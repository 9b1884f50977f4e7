"""Statements typed as text: what each form becomes, that those of papers are what is checked, and what stays words."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy
from sympy.abc import a, b

from tauber.ledger import REGISTRY, claims
from tauber.ledger.formula import statement
from tauber.ledger.typed import KNOWN, least, most, typed
from tauber.models import claims as reader
from tauber.tex import claimed, formulas
from tauber.tex.forms import forms
from tauber.tex.plain import plain

MEASURED = ("fit.bias", "explaining.digits.", "dynamical.draws.parts", "plrf.stated.second_moments")
"""What stays words: how well fits and predictions meet what was measured, and an algorithm term by term."""


@pytest.mark.parametrize(
    ("line", "text", "tex"),
    [
        ("L(N) ~ N^-b", "L(N) ~ N**(-b)", r"L{\left(N \right)} \sim N^{- b}"),
        ("x = 1 where a < b | 0 where otherwise", "x = 1 where a < b\nx = 0 otherwise", "x = 1$ where $a < b$"),
        ("L(N) != L(P)", "L(N) != L(P)", r"L{\left(N \right)} \ne L{\left(P \right)}"),
        ("L(N) >= x", "L(N) >= x", r"L{\left(N \right)} \ge x"),
        ("L(N) -> 0 as N -> oo", "L(N) -> 0 as N -> oo", r"L{\left(N \right)} \to 0$ as $\displaystyle N \to \infty$"),
        ("1/4 < a; a < b => L < x", "1/4 < a and a < b => L < x", r"\frac{1}{4} < a \wedge a < b \Rightarrow L < x"),
        ("a < b <=> L < x", "L < x <=> a < b", r"L < x \Leftrightarrow a < b"),
        ("L = x*(1 + O(1/N, N))", "L = x*(1 + O(1/N))", r"O\left(\frac{1}{N}; N\rightarrow \infty\right)"),
        ("L = Sum(lambda_(k), (k, 1, oo))", "L = Sum(lambda(k), (k, 1, oo))", r"\sum_{k=1}^{\infty} \lambda{"),
        ("gamma < gamma(b)", "gamma < gamma(b)", r"\gamma < \Gamma\left(b\right)"),
    ],
)  # fmt: skip
def test_a_line_is_written(line: str, text: str, tex: str) -> None:
    value = typed(line)()

    assert plain(value) == text
    assert tex in "\n".join(claimed.lines(value))


def test_a_chain_is_two_relations() -> None:
    assert plain(typed("x = 1 where 1/4 < a < 1/2")()) == "x = 1 where 1/4 < a, a < 1/2"


def test_what_the_check_compares_is_given() -> None:
    found = typed("L(N) ~ N^-m", m=lambda: least(a, b))()

    assert found == sympy.Dict(
        {sympy.Function("L")(n): n ** -sympy.Min(a, b) for n in [sympy.Symbol("N", positive=True)]}
    )
    assert (least(2, Fraction(3, 2)), most(2, Fraction(3, 2))) == (Fraction(3, 2), 2)


def test_a_line_without_a_sign_is_an_error() -> None:
    with pytest.raises(ValueError, match="unpack"):
        typed("L(N)")()


def test_names_with_a_meaning_are_those_of_sympy() -> None:
    assert {name for name in KNOWN if not hasattr(sympy, name)} == set()


@pytest.mark.parametrize(
    ("name", "powers"),
    [
        ("dynamical.published.optimum", {"L": "-4/5", "N": "2/5", "t": "3/5"}),
        ("dynamical.published.additive", {"L": "-12/17", "N": "8/17"}),
        ("dynamical.published.optimum_common", {"L": "-4/5", "N": "2/5", "t": "3/5"}),
    ],
)
def test_the_published_powers_at_a_point(name: str, powers: dict[str, str]) -> None:
    """At (3, 3/2), by hand; m = min(a - 1, 2 b) = 2."""
    stated = REGISTRY[name].formula()
    laws = stated if isinstance(stated, sympy.Dict) else stated[0]
    here = {sympy.Symbol(x, positive=True): value for x, value in (("a", 3), ("b", sympy.Rational(3, 2)), ("m", 2))}
    found = {left.name.removesuffix("_star"): right.as_base_exp()[1].subs(here) for left, right in laws.items()}

    assert found == {x: sympy.Rational(value) for x, value in powers.items()}


def test_only_measurements_stay_words() -> None:
    words = [claim.id for claim in claims() if not callable(claim.statement)]

    assert words
    assert all(any(part in name for part in MEASURED) for name in words)


def test_a_statement_is_one_line_and_has_every_form() -> None:
    name = "dynamical.published.width"
    (found,) = formulas.find([name]).values()

    assert statement(REGISTRY[name]) == "L(N) ~ N**(-Min(2*b, a - 1))"
    assert r"\sim" in forms(name, found)["latex"]
    assert "&#x223C;" in forms(name, found)["mathml"]


def test_latex_of_claims_has_laws_and_other_parts() -> None:
    shown = reader.claims(["dynamical.published.optimum"]).latex()

    assert r"L^{\star} \sim" in shown
    assert r"m = \min" in shown


def test_a_side_of_a_limit_is_no_symbol_of_the_code() -> None:
    names: dict[str, object] = {}
    (found,) = formulas.find(["plrf.series.level"]).values()
    exec(forms("plrf.series.level", found)["python"], names)

    assert names["formula"] == found.value
