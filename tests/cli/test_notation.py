"""The dictionary of notations: every letter has one meaning, and a formula comes back as it was."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from tauber.errors import BadInput
from tauber.notation import NOTATIONS, WRITTEN, Notation, letter, notation, point, rewritten

ALL = [*NOTATIONS, *WRITTEN]
PAIRS = list(permutations(ALL, 2))


def _symbols(found: Notation) -> dict[str, sympy.Symbol]:
    return {name: sympy.Symbol(name, positive=True) for name in found.letters}


@pytest.mark.parametrize("name", ALL)
def test_no_letter_has_two_meanings_in_one_notation(name: str) -> None:
    found = notation(name)

    assert len(set(found.letters)) == len(found.letters)
    assert set(found.sizes) == set(NOTATIONS["bordelon"].sizes)
    assert found.ours <= set(found.letters)


@pytest.mark.dear
@given(st.sampled_from(PAIRS), st.data())
def test_a_formula_comes_back_as_it_was(pair: tuple[str, str], data: st.DataObject) -> None:
    source, target = pair
    letters = sorted(_symbols(notation(source)).values(), key=str)
    linear = st.builds(
        lambda numbers, constant: sum((n * s for n, s in zip(numbers, letters, strict=True)), sympy.Integer(constant)),
        st.lists(st.integers(-3, 3), min_size=len(letters), max_size=len(letters)),
        st.integers(1, 4),
    )
    formula = data.draw(linear) / (1 + data.draw(linear) ** 2) + letters[0] ** data.draw(linear)
    there = rewritten(formula, source, target)
    back = rewritten(there, target, source)
    at = {s: sympy.Rational(2 * n + 3, n + 7) for n, s in enumerate(letters)}

    # B and gamma, which come with the time of SGD, must have gone again.
    assert back.free_symbols <= formula.free_symbols | set(letters)
    assert sympy.simplify(back.subs(at) - formula.subs(at)) == 0


@given(st.sampled_from(PAIRS), st.fractions(1, 9, max_denominator=20), st.fractions(1, 9, max_denominator=20))
def test_a_point_comes_back_as_it_was(pair: tuple[str, str], x: Fraction, y: Fraction) -> None:
    source, target = pair
    given_point = dict(zip(notation(source).parameters, (x, y), strict=True))
    back = point(point(given_point, source, target), target, source)

    assert back == {name: sympy.Rational(v.numerator, v.denominator) for name, v in given_point.items()}


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_a_rewritten_formula_has_the_value_it_had(source: str, target: str) -> None:
    """The formula at a point is the rewritten formula at the rewritten point."""
    old = notation(source)
    first, second = (_symbols(old)[name] for name in old.parameters)
    formula = (3 * first - second + 1) / (first + 2 * second)
    here = {old.parameters[0]: Fraction(13, 7), old.parameters[1]: Fraction(17, 11)}
    there = point(here, source, target)
    new = rewritten(formula, source, target)

    value = formula.subs({s: sympy.Rational(str(here[s.name])) for s in (first, second)})
    assert new.subs({sympy.Symbol(name, positive=True): x for name, x in there.items()}) == value


def test_the_laws_that_two_models_share_are_the_same_formula() -> None:
    """One-pass SGD on the forcing term and gradient flow, both unlimited: derived by different code."""
    from tauber.theory.models.dynamical import laws
    from tauber.theory.models.plrf import terms

    (steps,) = (term.r for term in terms() if term.name == "F_pp")
    (time,) = (law.cases[0].exponent for law in laws() if law.name == "time")

    assert sympy.simplify(rewritten(steps, "plrf", "dynamical") - time) == 0
    assert sympy.simplify(rewritten(time, "dynamical", "plrf") - steps) == 0


def test_steps_are_the_time_of_gradient_flow() -> None:
    d, r, batch, t, gamma, width = sympy.symbols("d r B t gamma N", positive=True)

    assert rewritten(d * r * batch, "paquette", "bordelon") == width * t / gamma
    assert rewritten(t, "bordelon", "paquette") == gamma * batch * r
    assert rewritten(t, "bordelon", "bahri") == t


def test_conditions_mappings_and_letters_are_rewritten() -> None:
    alpha, beta, a, b = sympy.symbols("alpha beta a b", positive=True)

    assert rewritten(2 * alpha > 1, "paquette", "bordelon") == (b > 1)
    assert rewritten({"d": beta, "n": [alpha], "x": 1}, "plrf", "bordelon") == {"N": (a - b) / 2, "P": [b / 2], "x": 1}
    assert [letter(x, "explaining", "paquette") for x in ("D*", "P", "L", "kappa")] == ["n*", "d", "P", "kappa"]
    assert rewritten(None, "plrf", "bordelon") is None


def test_a_letter_that_would_get_two_meanings_is_refused() -> None:
    with pytest.raises(BadInput, match="two meanings"):
        rewritten(sympy.Symbol("t") + 1, "paquette", "bordelon")
    with pytest.raises(BadInput, match="one of paquette, bordelon, bahri"):
        notation("kaplan")
