"""Many digits in balls: the algorithms of mpmath's numbers are the witness, within what both state as their error."""

import math
import sys

import numpy as np
import pytest

from tauber.numerics import PLRF
from tauber.numerics.models.one_pass.model import OnePass

from ..sampling import some

MODELS = [
    ("0.8", "0.3", 100, 1000, {"step_size": "0.1"}),
    ("1", "4/5", 1000, math.inf, {"batch": 2}),
    ("0.3", "0.9", 60, 240, {}),
    ("0.8", "0.3", 20, 100, {"batch": 8}),  # edge-limited
    ("0.8", "0.3", 20, 100, {"noise": "0.1"}),
]
TIMES = [7, 10**5]


@pytest.mark.dear
@pytest.mark.parametrize(("alpha", "beta", "d", "v", "more"), some(MODELS, quick=(2, 3)))
def test_balls_and_contour_agree(alpha, beta, d, v, more):
    model = PLRF(alpha, beta, d, v, precision=15, **more)
    found, witness = model.curve(TIMES), OnePass.curve(model, TIMES, "contour")
    assert (found.solver, witness.solver) == ("balls", "contour")
    assert (abs(found.loss - witness.loss) <= (found.error + witness.error) * witness.loss).all()
    assert (found.error <= model.ctx.loss_limit).all()
    assert found.loss.dtype == object
    for name in ("_limit", "_kernel_norm"):
        ours, theirs = getattr(model, name), getattr(OnePass, name).func(model)
        if name == "_limit":
            assert ours.cause == theirs.cause
            ours, theirs = ours.gamma, theirs.gamma
        else:
            ours, theirs = ours[0], theirs[0]
        assert abs(ours / theirs - 1) < 1e-19  # what the rules of sums and contours are built for, `goal_exponent`
    assert abs(model.level / OnePass.level.fget(model) - 1) < 1e-19


@pytest.mark.parametrize(
    ("model", "times"),
    [
        (PLRF("0.8", "0.3", "20.5", 100, precision=15), [100]),
        (PLRF("0.8", "0.3", 20, 100, precision=15), ["1.5"]),
    ],
)
def test_what_balls_do_not_serve_is_solved_as_before(model, times):
    assert model.curve(times).solver == "contour"


def test_a_growing_loss_is_not_in_balls():
    model = PLRF("0.8", "0.3", 20, 100, step_size=1, precision=15, allow_unstable=True)
    assert model.balls is None
    assert not model.stable


def test_without_python_flint(monkeypatch):
    for name in [name for name in sys.modules if name.startswith("tauber.numerics.certified")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "flint", None)
    model = PLRF("0.8", "0.3", 20, 100, precision=15)
    monkeypatch.undo()
    assert model.stability_limit  # settled above, without
    assert float(model.stability_limit) == pytest.approx(PLRF(0.8, 0.3, 20, 100).stability_limit, rel=1e-13)


def test_float64_is_never_in_balls():
    assert PLRF(0.8, 0.3, 20, 100).balls is None
    assert np.isfinite(PLRF(0.8, 0.3, 20, 100).curve([5]).loss).all()
