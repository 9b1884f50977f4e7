"""`curve plrf` with a schedule, momentum or averaging: against the curve without, and what is refused."""

import math

import pytest
import sympy

from tauber import BadInput, plrf
from tauber.ledger.claim import Outcome
from tauber.ledger.measure import compare_exponent
from tauber.numerics.models.one_pass.schedule import CoolDown
from tauber.numerics.models.one_pass.training import Training
from tauber.numerics.models.plrf import PLRF

MODEL = {"alpha": "0.8", "beta": "0.3", "d": 1000, "v": "inf", "lr": "0.1", "noise": "0.5", "times": [10, 100, 1000]}


def test_a_constant_schedule_is_no_schedule() -> None:
    """Two solvers of one equation: the recursion on nodes of the lens, and the contour."""
    stepped, known = plrf.curve(**MODEL, schedule="constant"), plrf.curve(**MODEL)

    assert stepped.solver == "recursion"
    for loss, error, other, wrong in zip(stepped.loss, stepped.error, known.loss, known.error, strict=True):
        assert abs(loss / other - 1) <= error + wrong
    assert all(loss - excess == pytest.approx(0.25) for loss, excess in zip(stepped.loss, stepped.excess, strict=True))


def test_a_cooldown_ends_at_the_last_time() -> None:
    found = plrf.curve(**MODEL, schedule="cooldown:2")
    model = PLRF("0.8", "0.3", 1000, math.inf, step_size="0.1", noise="0.5")
    known = Training(model, schedule=CoolDown(1000, 2)).curve([10, 100, 1000])

    assert list(found.loss) == list(known.loss)
    assert found.excess[-1] < plrf.curve(**MODEL, schedule="constant").excess[-1]  # less noise at the end


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"schedule": "warm"}, "must be constant, warmup:S:C"),
        ({"schedule": "cooldown"}, "must be constant, warmup:S:C.*for the letters\\.$"),
        ({"schedule": "warmup"}, "the power C = 3/8, as in warmup:1/100:3/8"),
        ({"schedule": "best"}, "is that of cooldown:11/5"),
        ({"momentum": "dana-constant"}, "such as heavy-ball:0.1, dana-constant:0.001 or dana-decaying:1;"),
        ({"schedule": "cooldown:0"}, "must be a positive number"),
        ({"momentum": "adam:1"}, "not linear in the weights"),
        ({"momentum": "nesterov:1"}, r"must be heavy-ball:D.*; an algorithm of your own is declared as \[recursion\]"),
        ({"momentum": "heavy-ball:2"}, r"must lie in \(0, 1\]"),
        ({"averaging": "-1"}, "must be a positive number"),
        ({"schedule": "constant", "digits": 20}, "double precision"),
        ({"averaging": 3, "certified": True}, "double precision"),
    ],
)
def test_what_is_refused(options: dict, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        plrf.curve(**MODEL | options)


def test_its_picture_and_lines() -> None:
    found = plrf.curve(**MODEL, momentum="dana-constant:0.01")

    assert "momentum dana-constant:0.01, solver recursion" in found.text()
    (axes,) = found.plot().axes
    assert [line.get_label() for line in axes.get_lines()] == ["loss $P(r)$", r"less $\sigma^2$"]


def test_the_frontier_over_size_and_step_size() -> None:
    found = plrf.frontier(alpha="0.8", beta="0.3", flops="1e9:1e18:4", noise="0.1", step_size="free")

    assert found.derived["loss_exponent"] == sympy.Rational(6, 19)
    assert "best step size; derived: F_0 of tail modes = F_pp = noise" in found.text()
    for name in ("loss", "d", "step_size"):  # within the next terms, from the decay of the slopes, as in the ledger
        exponent, slopes = float(found.derived[f"{name}_exponent"]), found[f"{name}_slope"]
        errors = found[f"{name}_slope_error"]
        assert compare_exponent(name, exponent, slopes, errors).outcome is Outcome.VERIFIED
        assert compare_exponent(name, 1.2 * exponent, slopes, errors).outcome is Outcome.REFUTED
    assert len(found.plot().axes) == 6


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"step_size": "free"}, "give a positive noise"),
        ({"schedule": "warm"}, "must be constant, warmup"),
        ({"schedule": "best", "noise": 1, "lr": 0.1}, "the best step size is found"),
        ({"schedule": "best", "noise": 1, "digits": 20}, "double precision"),
        ({"momentum": "dana-decaying:1", "noise": 1}, "leave one of them out"),
        ({"momentum": "adam:1"}, "not linear in the weights"),
        ({"momentum": "nesterov:1"}, "must be"),
        ({"noise": "1"}, "add step_size free"),
        ({"step_size": "free", "noise": 1, "lr": 0.1}, "^lr was given"),
        ({"step_size": "free", "noise": 1, "digits": 20}, "double precision"),
    ],
)
def test_a_free_step_size_is_refused(options: dict, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        plrf.frontier(alpha="0.8", beta="0.3", flops="1e9,1e12", **options)


@pytest.mark.dear
def test_the_frontier_of_phase_iv_is_better_with_the_best_step_size() -> None:
    """The slope lies beyond the exponent of the stable step size, and nearer to the derived one than to that."""
    found = plrf.frontier(alpha="0.4", beta="1", ratio=4, flops="1e16,1e20", step_size="free")

    assert found.derived["loss_exponent"] == sympy.Rational(36, 85)
    for slope, error in zip(found.loss_slope, found.loss_slope_error, strict=True):
        assert abs(slope - 36 / 85) + error < abs(slope - 2 / 5) - error
    assert "best step size; derived: F_0 of head modes = F_pp = K_pp" in found.text()
    assert len(found.plot().axes) == 6


@pytest.mark.dear
@pytest.mark.parametrize(
    ("asked", "run"),
    [
        ({"schedule": "constant", "noise": 1}, {"noise": 1}),
        ({"schedule": "cooldown:2", "noise": 1}, {"noise": 1, "schedule": "cooldown:2"}),
        ({"schedule": "power:1/2", "noise": 1}, {"noise": 1, "schedule": "power:1/2"}),
        ({"schedule": "power:1/10", "noise": "f^(-1/8)"}, {"noise": 1e9**-0.125, "schedule": "power:1/10"}),
        ({"step_size": "free", "noise": "2*f^(-1/8)", "cost": "d^2*r"}, {"noise": 2 * 1e9**-0.125}),
        ({"step_size": "0.1*d^(-1/2)", "noise": 1, "cost": "d*r^2"}, {"noise": 1}),
    ],
)
def test_the_frontier_is_that_of_curves(asked: dict, run: dict) -> None:
    """Of each schedule, law and budget: what is minimised is the loss that `curve` solves, at the best d and r."""
    found = plrf.frontier(alpha="0.8", beta="0.3", flops="1e9", **asked)
    d = round(found.d[0])
    size, steps = {"d^2*r": (2, 1), "d*r^2": (1, 2)}.get(asked.get("cost"), (1, 1))
    r = round((1e9 / d**size) ** (1 / steps))
    rate = found.largest_step_size if "largest_step_size" in found else 0.1 * d**-0.5
    rate = found.step_size[0] if "step_size" in found else rate
    curve = plrf.curve(alpha="0.8", beta="0.3", d=d, v="inf", lr=float(rate), times=[r], **run)

    # d is rounded beside a minimum, and a time by 1/r, which the loss takes to a power below 1
    assert curve.loss[0] - float(run["noise"]) ** 2 == pytest.approx(found.loss[0], rel=1 / r + 1 / d**2)
    assert "cost" not in asked or found.cost == asked["cost"]


@pytest.mark.dear
def test_a_law_of_the_noise_is_derived_and_measured() -> None:
    """sigma^2 = f^(-1/4): the exponents lie between those of constant noise and of none."""
    found = plrf.frontier(alpha="0.8", beta="0.3", flops="1e9:1e18:4", noise="f^(-1/8)", step_size="free")

    assert found.derived["loss_exponent"] == sympy.Rational(15, 38)
    for name in ("loss", "d", "step_size"):
        exponent, slopes = float(found.derived[f"{name}_exponent"]), found[f"{name}_slope"]
        assert compare_exponent(name, exponent, slopes, found[f"{name}_slope_error"]).outcome is Outcome.VERIFIED
        assert compare_exponent(name, 1.2 * exponent, slopes, found[f"{name}_slope_error"]).outcome is Outcome.REFUTED


@pytest.mark.parametrize("noise", ["f^(1/4)", "-f^(-1/4)", "d^(-1/4)", "-1"])
def test_a_noise_that_is_no_falling_law_is_refused(noise: str) -> None:
    with pytest.raises(BadInput, match=r"^noise was given as"):
        plrf.frontier(alpha="0.8", beta="0.3", flops="1e9", noise=noise, step_size="free")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "freed"),
    [
        ({"schedule": "warmup", "lr": "0.2"}, {"start"}),
        ({"schedule": "best", "noise": 1}, {"step_size"}),
        ({"momentum": "dana-constant:1", "lr": "0.1"}, set()),
        ({"momentum": "heavy-ball:0.1", "lr": "0.1"}, set()),
        ({"averaging": 5, "noise": 1}, {"step_size"}),
    ],
)
def test_each_option_frees_what_it_has(options: dict, freed: set[str]) -> None:
    found = plrf.frontier(alpha="0.75", beta="0.9", flops="1e7,1e8", **options)

    assert {"step_size", "start"} & set(found.to_dict()) == freed
    assert found.derived["loss_exponent"] > 0
    assert found.loss[1] < found.loss[0]
