"""Numbers and formulas that are refused: the character, the length or the function that is the reason is named."""

from __future__ import annotations

import keyword
from collections.abc import Callable

import pytest
from sympy import Symbol

import tauber
from tauber.read import numbers
from tauber.read.formula import formula, powers
from tauber.read.quoted import LONGEST

LOOKING_ALIKE = [
    ("\u22123/10", "its character 1 is U+2212 MINUS SIGN"),
    ("4\u20445", "its character 2 is U+2044 FRACTION SLASH"),
    ("\uff14", "its character 1 is U+FF14 FULLWIDTH DIGIT FOUR"),
    ("4\u00a0", "its character 2 is U+00A0 NO-BREAK SPACE"),
    ("4\u200b", "its character 2 is U+200B ZERO WIDTH SPACE"),
    ("4\x07", "its character 2 is U+0007 a control character"),
]


@pytest.mark.parametrize(("text", "says"), LOOKING_ALIKE)
@pytest.mark.parametrize("reader", [numbers.exact, numbers.positive, numbers.whole, numbers.times, numbers.sizes])
def test_a_character_that_looks_like_another_is_named(reader: Callable[..., object], text: str, says: str) -> None:
    with pytest.raises(tauber.BadInput) as refused:
        reader("--x", text)
    assert says in str(refused.value)
    with pytest.raises(tauber.BadInput) as refused:
        reader("--x", "four")
    assert "U+" not in str(refused.value)


@pytest.mark.parametrize("text", ["N^(\u2212a)", "N\u2044D", "N\u00b7D", "N^a \u2264 D"])
def test_so_it_is_in_a_formula(text: str) -> None:
    with pytest.raises(tauber.BadInput, match=r"its character \d is U\+"):
        powers("The term", text, ["N", "D"], {"a": Symbol("a")})
    with pytest.raises(tauber.BadInput, match=r"no product of powers of ν\.$"):  # a name that somebody gave
        powers("The term", "ν + 1", ["ν"], {})


@pytest.mark.parametrize("text", ["1" * 41, "1/" + "3" * 401, "0." + "1" * 41, "1" * 401, "1e" + "9" * 41])
def test_a_number_of_too_many_digits_is_refused_for_these(text: str) -> None:
    with pytest.raises(tauber.BadInput, match="at most 40 digits in a row") as refused:
        numbers.exact("--x", text)
    assert len(str(refused.value)) < LONGEST + 200


@pytest.mark.parametrize("text", ["1e301", "1e-301", "1e1000", "-1e99999", "1e-99999"])
def test_a_number_too_large_or_too_small_is_refused_for_its_size(text: str) -> None:
    with pytest.raises(tauber.BadInput, match="of a size from 1e-300 to 1e300"):
        numbers.exact("--x", text)


@pytest.mark.parametrize("word", keyword.kwlist)
def test_words_of_python_are_names_like_others(word: str) -> None:
    assert powers("The term", f"{word}^2/d", [word, "d"], {}) == [2, -1]
    assert formula("The exponent", f"2*{word}", {word: Symbol("x")}) == 2 * Symbol("x")
    with pytest.raises(tauber.BadInput, match=f"'{word}' is not among the names that are allowed there: x"):
        formula("The exponent", f"x + {word}", {"x": Symbol("x")})


@pytest.mark.parametrize("text", ["N if D else 1", "not N", "N and D", "N in D", "lambda: N", "lambda N: 1"])
def test_nothing_that_python_makes_of_such_words_is_a_formula(text: str) -> None:
    for read in (
        lambda: powers("The term", text, ["N", "D"], {}),
        lambda: formula("The exponent", text, {"N": 1, "D": 2}),
    ):
        with pytest.raises(tauber.BadInput, match="must be a formula such as"):
            read()


def test_a_function_is_refused_as_one_and_a_root_is_a_power() -> None:
    for read in (lambda: powers("The term", "sqrt(N)", ["N"], {}),
                 lambda: formula("The step size", "sqrt(d)", {"d": 4}, roots=True)):  # fmt: skip
        with pytest.raises(tauber.BadInput, match=r" \(no functions; a root is a power such as \^\(1/2\)\)\.$"):
            read()
    with pytest.raises(tauber.BadInput, match=r" \(no functions\)\.$"):
        formula("The exponent", "sqrt(2)", {})
    assert powers("The term", "N^(1/2)", ["N"], {})[0] * 2 == 1
    assert formula("The step size", "d^(1/2)", {"d": 4}, roots=True) == 2


@pytest.mark.parametrize("text", ["1 <= N <= D", "N >= D", "N < D", "N == D"])
def test_a_bound_has_one_sign_between_two_products(text: str) -> None:
    with pytest.raises(tauber.BadInput, match="is no bound: one <= between products of powers"):
        powers("The bound", text, ["N", "D"], {})
