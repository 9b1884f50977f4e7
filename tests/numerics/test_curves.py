"""Training curves: the functional law against the equation it solves, how tables are read, and exact curves fitted."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from tauber.numerics.errors import TauberInputError
from tauber.numerics.models.one_pass.schedule import Constant, CoolDown, Steps
from tauber.numerics.models.plrf import PLRF
from tauber.numerics.runs import (
    Curve,
    Curves,
    FunctionalLaw,
    bootstrap_curves,
    fit_curves,
    held_out_curves,
    holds_curves,
    interval,
    law_for,
    plrf_curves,
    read_curves,
)
from tauber.numerics.runs.curve_fit import noise_of
from tauber.numerics.runs.curves import points
from tauber.numerics.runs.memory import Sight, _integrals

STEPS = np.unique(np.rint(np.geomspace(1, 4000, 120)))
FEW = np.rint(np.geomspace(1, 4000, 12))
THETA = np.array([[0.7, -1.5, 0.8, -5.0, -1.2, 1.3, -4.0]])


def _sight(rows: int = 120) -> Sight:
    step = np.unique(np.rint(np.geomspace(1, 4000, rows)))
    fall = Curve("fall", step, np.full(len(step), 2.0), 0.01 * (1 - step / 5000))
    jump = Curve("jump", step, np.full(len(step), 2.0), np.where(step < 1500, 0.01, 0.002))
    return Sight.of([points(fall), points(jump)])


@pytest.mark.parametrize("power", [0.5, 1.0, 1.4, 2.0, 3.3])
def test_the_kernel_is_integrated_exactly(power: float) -> None:
    mass, moment = _integrals(np.array([[2.0]]), np.array([0.3]), np.array([power]))

    assert mass[0, 0, 0] == pytest.approx(quad(lambda u: (1 + u / 0.3) ** -power, 0, 2)[0], rel=1e-7)
    assert moment[0, 0, 0] == pytest.approx(quad(lambda u: u * (1 + u / 0.3) ** -power, 0, 2)[0], rel=1e-7)


def test_the_curve_solves_its_equation() -> None:
    """f + int k lr L, the integral by quadrature over the curve found; L between the cells is linear up to 1e-3."""
    x, law = _sight(), FunctionalLaw()
    run = x.runs[0]
    loss = law._solved(THETA, x, run)[0][0]
    edges, rate = run.edges / x.middle, run.rate / x.rate
    floor, amount, power, at, noise, memory, scale = THETA[0]
    whole = quad(lambda u: (1 + u / np.exp(scale)) ** -memory, 0, 1)[0]
    for n in (20, len(edges) - 1):
        forcing = floor + np.exp(amount) * ((1 + edges[n] / np.exp(at)) / (1 + np.exp(-at))) ** -power
        grid = edges[n] - np.concatenate([[0.0], np.geomspace(1e-9, 1, 20000)]) * edges[n]
        kernel = (1 + (edges[n] - grid) / np.exp(scale)) ** -memory
        driven = kernel * np.interp(grid, edges, rate) * np.interp(grid, edges, loss)
        integral = -np.trapezoid(driven, grid)
        assert loss[n] == pytest.approx(forcing + np.exp(noise) / whole * integral, rel=1e-4)


@pytest.mark.parametrize("law", [FunctionalLaw(), FunctionalLaw(noise=False)])
def test_derivatives_are_those_of_the_law(law: FunctionalLaw) -> None:
    x = _sight()
    theta = THETA[:, : len(law.parameters)]
    _, slopes = law.linearised(theta, x)
    for i in range(theta.shape[1]):
        up, down = theta.copy(), theta.copy()
        up[:, i] += 1e-5
        down[:, i] -= 1e-5
        difference = (law.log_loss(up, x) - law.log_loss(down, x)) / 2e-5
        assert slopes[:, i] == pytest.approx(difference, rel=1e-4, abs=1e-6)


def test_a_law_without_noise_is_found_again() -> None:
    step = STEPS
    loss = 1.7 + 3.0 * (1 + step / 8) ** -0.6
    curves = Curves((Curve("one", step, loss),))
    fitted = fit_curves(curves)

    assert law_for(curves).parameters == ("E", "A", "q_F", "t_F")
    # Means over blocks of 1/16 of T or less leave the second order in the width of a block.
    assert fitted.natural[[0, 2]] == pytest.approx([1.7, 0.6], rel=0.01)


def _sized(noise: float) -> Curves:
    """Six runs of four sizes: E + B/N^b with E = 1.2, B = 40, b = 0.3."""
    generator = np.random.default_rng(2)
    runs = []
    for i in range(6):
        size = 1e6 * 4.0 ** (i % 4)
        loss = 1.2 + 40 / size**0.3 + 3.0 * (1 + STEPS / 200) ** -0.6
        noisy = loss * np.exp(noise * generator.standard_normal(len(STEPS)))
        runs.append(Curve(str(i), STEPS, noisy, None, None, size))
    return Curves(tuple(runs))


def test_sizes_are_found_again_beside_the_floor() -> None:
    fitted = fit_curves(_sized(0.0))

    assert fitted.law.parameters == ("E", "A", "q_F", "t_F", "B", "b")
    # Means over blocks of 1/16 of T or less leave the second order in the width of a block.
    assert fitted.natural[[0, 2, 4, 5]] == pytest.approx([1.2, 0.6, 40, 0.3], rel=0.02)


def test_two_sizes_are_too_few() -> None:
    curves = _sized(0.0)
    with pytest.raises(TauberInputError, match="2 sizes"):
        law_for(curves.only([0, 1, 4, 5]))


@pytest.mark.parametrize("law", [FunctionalLaw(), FunctionalLaw(noise=False), FunctionalLaw(noise=False, sized=True)])
def test_natural_parameters_lead_back_to_internal_ones(law: FunctionalLaw) -> None:
    x = Sight.of([points(run) for run in _sized(0.0).runs])
    theta = np.concatenate([THETA[:, : 7 if law.noise else 4], np.array([[-1.0, 0.4]] if law.sized else [[]])], axis=1)

    assert law.internal(law.natural(theta, x), x) == pytest.approx(theta)


def test_a_part_of_the_curves_is_fitted_no_worse_than_from_the_whole() -> None:
    """Fewer searches find the best fit if one of them begins where a fit to like curves is."""
    curves = _sized(0.003)
    near = fit_curves(curves).natural
    part = curves.only([0, 1, 2, 3])
    few, many = fit_curves(part, near=near), fit_curves(part)

    assert few.value == pytest.approx(many.value, rel=1e-4)


@pytest.mark.slow
def test_exponents_of_exact_curves_are_those_of_the_model() -> None:
    """alpha = 9/10, beta = 2/5 at a twentieth of the largest stable step: q_F = 8/9 and q_K = 2 - 5/9."""
    model = PLRF(0.9, 0.4, 2000.0, np.inf, noise=0.5, step_size=0.03)
    half = Steps(np.where(np.arange(20000) < 10000, 1.0, 0.2))
    schedules = {"constant": Constant(), "linear": CoolDown(20000.0, 1.0), "step": half}
    curves = plrf_curves(model, schedules, 20000, 200, noise=0.002, seed=1)
    fitted = fit_curves(curves)
    drawn = fitted.law.natural(bootstrap_curves(fitted, 100, 0).theta, fitted.x)
    for name, value in (("q_F", 8 / 9), ("q_K", 13 / 9)):
        i = fitted.law.parameters.index(name)
        at = interval(fitted.natural[i], drawn[:, i])
        assert abs(at.value - value) < 3 * at.error
    (unseen,) = held_out_curves(fitted, ["linear"])
    (without,) = held_out_curves(fit_curves(curves, law=FunctionalLaw(noise=False)), ["linear"])
    assert unseen.error < without.error


def _table() -> dict[str, object]:
    step = np.tile(FEW, 2)
    return {"run": np.repeat(["a", "b"], len(step) // 2), "step": step, "loss": 1 + step**-0.5, "lr": 0 * step + 0.1}


def test_curves_are_told_from_final_losses() -> None:
    table = _table()
    assert holds_curves(table)
    assert not holds_curves({"steps": [1, 2, 3], "params": [1, 2, 3], "loss": [3, 2, 1]})
    assert not holds_curves({"run": ["a", "b"], "steps": [1, 2], "loss": [3, 2]})
    assert holds_curves({"step": [1, 2, 3], "loss": [3, 2, 1]})  # of one run
    assert not holds_curves({"step": [1, 2, 3], "loss": [3, 2, 1]}, {"data": "step"})
    assert not holds_curves({"step": [1, 2, 3], "flops": [1, 2, 3], "loss": [3, 2, 1]})
    found = read_curves(table)
    assert [run.name for run in found.runs] == ["a", "b"]
    assert found.guessed == ("run", "step", "loss", "lr")
    assert not found.scheduled
    assert found.flags == ()
    (flag,) = read_curves(table | {"loss": 1 + np.tile(FEW, 2) ** 0.5}).flags
    assert flag.startswith("The loss, column 'loss', of every run ends above its middle ('a': ")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"loss": np.r_[0.0, np.ones(23)]}, "row 1, column 'loss'"),
        ({"lr": np.r_[-1.0, np.ones(23)]}, "number >= 0"),
        ({"run": ["a"] * 24}, "two rows at step"),
        ({"run": ["a"] * 3 + [""] + ["b"] * 20}, "row 4, column 'run', taken as the run, holds '', which is no name"),
        ({"params": np.arange(1, 25)}, "changes within run"),
        ({"lr": np.zeros(24)}, "is 0 in all"),
    ],
)
def test_bad_curves_are_refused_in_a_sentence(change: dict[str, object], words: str) -> None:
    table = _table()
    count = len(table["step"])  # type: ignore[arg-type]
    assert count == 24
    with pytest.raises(TauberInputError, match=words):
        read_curves(table | change)


@pytest.mark.filterwarnings("error")
def test_curves_that_do_not_fall_have_no_law() -> None:
    """One loss is refused; of losses that grow A is 0, so that nothing moves with q_F and t_F: errors are finite."""
    step = np.rint(np.geomspace(20, 4000, 60))
    with pytest.raises(TauberInputError, match=r"All 60 rows have the same loss, 2,"):
        fit_curves(Curves((Curve("flat", step, np.full(60, 2.0)),)))
    growing = Curve("growing", step, (1.7 + 3.0 * (1 + step / 8) ** -0.6)[::-1])
    fitted = fit_curves(Curves((growing,)))
    assert np.isfinite(noise_of(fitted).probability).all()


def test_an_unknown_run_and_short_curves_are_refused() -> None:
    curves = read_curves(_table() | {"loss": 1 + np.tile(FEW, 2) ** -0.5})
    fitted = fit_curves(curves)
    with pytest.raises(TauberInputError, match="the runs are a, b"):
        held_out_curves(fitted, ["c"])
    with pytest.raises(TauberInputError, match="4 are needed"):
        fit_curves(Curves((Curve("short", np.arange(1.0, 4), np.array([3.0, 2, 1])),)))
