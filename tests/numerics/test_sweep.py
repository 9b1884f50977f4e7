"""Piecewise solving: the same answer as at once, counted, and nothing glued that does not fit."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from tauber.numerics import PLRF, TauberInputError
from tauber.numerics.core.sweep import glued, sweep
from tauber.numerics.models.plrf import frontier


@pytest.mark.parametrize(
    ("solve", "inputs"),
    [
        (PLRF(0.8, 0.3, 100, 1000, precision=20).curve, [0, 10, 10**6]),
        (lambda budgets: frontier(0.8, 0.3, budgets), [1e10, 1e12]),
    ],
    ids=["curve", "frontier"],
)
def test_input_by_input_is_all_at_once(solve, inputs: list) -> None:
    counted: list[int] = []
    whole, swept = solve(inputs), sweep(solve, inputs, counted.append)
    assert counted == [1] * len(inputs)
    assert type(swept) is type(whole)
    names = {field.name for field in dataclasses.fields(whole)}
    errors = {name: f"{name}_error" for name in names if f"{name}_error" in names}
    for field in dataclasses.fields(whole):
        one, other = getattr(swept, field.name), getattr(whole, field.name)
        assert np.shape(one) == np.shape(other)
        if field.name == "loss":  # a contour is laid for the times solved together: equal within both errors
            assert (abs(one - other) <= (swept.error + whole.error) * whole.loss).all()
        elif field.name in errors:  # a budget starts its search where those before it lead: equal within both errors
            wrong = getattr(swept, errors[field.name]) + getattr(whole, errors[field.name])
            unit = whole.d if field.name == "d" else 1.0  # the error of a size is relative
            assert (abs(one - other) <= wrong * unit).all()
        elif field.name not in {"error", *errors.values()}:
            assert_array_equal(one, other)


def test_parts_within_parts_are_glued() -> None:
    @dataclasses.dataclass
    class Part:
        time: np.ndarray
        more: dict

    found = sweep(lambda x: Part(np.array(x), {"grid": np.ones((len(x), 3)), "name": "n"}), [1, 2])
    assert found.time.tolist() == [1, 2]
    assert found.more["grid"].shape == (2, 3)
    assert found.more["name"] == "n"


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be glued"):
        glued([{"solver": "contour"}, {"solver": "fft"}])
    with pytest.raises(TauberInputError, match="at least one"):
        sweep(lambda x: np.array(x), [])
