"""FLINT's numbers against mpmath's: the same arithmetic to the last bits, and the same losses with the same errors."""

import math
import operator
import sys
from fractions import Fraction

import flint
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tauber.numerics import TauberInputError
from tauber.numerics.core.flint_numbers import Flint
from tauber.numerics.core.inner import inner_precision
from tauber.numerics.core.precision import MultiPrecision, precision_of
from tauber.numerics.models.dynamical import Dynamical, GradientDescent, Momentum
from tauber.numerics.models.dynamical import model as dynamical

DIGITS = 25
OURS, THEIRS = Flint(DIGITS), MultiPrecision(DIGITS)
FINITE = st.floats(-1e6, 1e6).filter(lambda x: abs(x) > 1e-6)
NUMBERS = FINITE | st.builds(complex, FINITE, FINITE)


def same(found, expected):
    """A number of ours as one of theirs, to a few units of the last of their bits."""
    with OURS.working():
        value = THEIRS.context.mpc(found.real, found.imag)
    return abs(value - expected) <= 8 * max(abs(expected), abs(value)) * THEIRS.eps


@settings(max_examples=60)
@given(NUMBERS, NUMBERS, st.sampled_from([operator.add, operator.sub, operator.mul, operator.truediv]))
def test_arithmetic(x, y, operation):
    (one,), (two,) = THEIRS.lift(np.array([x])), THEIRS.lift(np.array([y]))
    expected = operation(one / 3, two)
    with OURS.working():
        a, b = OURS.lift(np.array([x])), OURS.lift(np.array([y]))
        found = [operation(a / 3, b)[0], operation(a[0] / 3, y), operation((a / 3)[0], b)[0]]
        packed = OURS.unpacked(operation(OURS.packed(a / 3), OURS.packed(b)))[0]
    size = abs(one / 3) + abs(two)  # what a difference is rounded to
    room = 8 * max(abs(expected), size if operation in (operator.add, operator.sub) else 0) * THEIRS.eps
    for value in (*found, packed):
        with OURS.working():
            assert abs(THEIRS.context.mpc(value.real, value.imag) - expected) <= room


@settings(max_examples=40)
@given(NUMBERS, st.sampled_from(["exp", "expm1", "log", "log1p", "sqrt"]))
def test_functions(x, name):
    x = x / 1e5 if name.startswith("exp") else x
    if name == "log1p" and not isinstance(x, complex) and x <= -1:
        x = -x
    expected = getattr(THEIRS, name)(THEIRS.lift(np.array([x])))[0]
    with OURS.working():
        found = getattr(OURS, name)(OURS.lift(np.array([x])))[0]
    with OURS.working():
        value = THEIRS.context.mpc(found.real, found.imag)
    assert abs(value - expected) <= 1e-38 * max(abs(expected), abs(value), THEIRS.context.mpf("1e-3"))


@given(FINITE, FINITE)
def test_comparisons_and_conversions(x, y):
    with OURS.working():
        a, b = OURS.real(x), OURS.real(y)
        for compare in (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne):
            assert compare(a, b) == compare(a, y) == compare(x, y)
        assert (float(a), int(a), bool(a), abs(float(abs(a)))) == (x, int(x), True, abs(x))
        assert a == OURS.real(x)
        assert hash(a) == hash(OURS.real(x))
        assert same(a**3 / 7, THEIRS.real(x) ** 3 / 7)
        assert THEIRS.real(a) == x


def test_what_is_lifted():
    with OURS.working():
        for value in (3, 0.5, Fraction(2, 7), "2/7", THEIRS.real("0.1")):
            assert same(OURS.real(value), THEIRS.real(value))
        assert same(OURS.lift(THEIRS.lift(np.array([1 + 2j])) / 3)[0], THEIRS.context.mpc(1, 2) / 3)
        assert math.isinf(OURS.real(math.inf))
        assert not OURS.real(0)
        with pytest.raises(TauberInputError, match="real number"):
            OURS.real([1])


def test_sums_of_products():
    matrix, vector = np.arange(1, 13).reshape(3, 4) + 1j, np.arange(1, 5) / 8
    with OURS.working():
        for left in (matrix, matrix.real):
            found = OURS.dot(OURS.lift(left) / 3, OURS.lift(vector))
            assert all(
                same(x, y) for x, y in zip(found, THEIRS.dot(THEIRS.lift(left) / 3, THEIRS.lift(vector)), strict=True)
            )
        assert OURS.dot(OURS.lift(np.ones((2, 0))), OURS.lift(np.ones(0))).shape == (2,)
        assert all(same(x, sum(row)) for x, row in zip(OURS.row_sums(OURS.lift(matrix)), matrix, strict=True))
        assert same(OURS.dot(OURS.lift(np.eye(2)), np.array([0, OURS.real(3)], dtype=object))[1], 3)
        rounded = OURS.rounded(OURS.lift(matrix))
    assert (rounded == matrix).all()


CASES = [
    {"width": 30, "data": 60, "noise": 0.2, "modes": 100},
    {"width": math.inf, "data": 20, "modes": 50, "optimiser": GradientDescent(0.3)},
    {"width": 20, "data": 20, "noise": 0.1, "modes": 60, "optimiser": Momentum(0.2)},
]


@pytest.mark.dear
@pytest.mark.parametrize("case", CASES, ids=["flow", "descent", "heavy ball"])
def test_losses_are_those_of_mpmath(case, monkeypatch):
    times, model = [0, 20], Dynamical("2.5", "1.4", precision=6, **case)
    before = flint.ctx.prec
    curve = model.curve(times)
    assert flint.ctx.prec == before
    monkeypatch.setattr(dynamical, "inner_precision", precision_of)
    witness = model.curve(times)
    for name in ("test", "train"):
        ours, theirs = getattr(curve, name), getattr(witness, name)
        errors = getattr(curve, f"{name}_error"), getattr(witness, f"{name}_error")
        assert all(isinstance(value, type(model.noise)) for value in ours)
        assert (abs(ours - theirs) <= (errors[0] + errors[1]) * abs(theirs)).all()
        assert (errors[0] <= 2 * errors[1]).all()
        assert (errors[1] <= 2 * errors[0]).all()


@pytest.mark.dear
def test_parts_are_those_of_mpmath(monkeypatch):
    model = Dynamical("2.5", "1.4", precision=6, **CASES[0])
    parts = model.ensembles([20])
    monkeypatch.setattr(dynamical, "inner_precision", precision_of)
    others = model.ensembles([20])
    for name in ("bias", "features", "data", "interaction"):
        ours, theirs = getattr(parts, name), getattr(others, name)
        assert (abs(ours - theirs) <= getattr(parts, f"{name}_error") + getattr(others, f"{name}_error")).all()


def test_without_python_flint_mpmath_serves(monkeypatch):
    monkeypatch.delitem(sys.modules, "tauber.numerics.core.flint_numbers")
    monkeypatch.setitem(sys.modules, "flint", None)
    assert inner_precision.__wrapped__(20) is precision_of(20)
