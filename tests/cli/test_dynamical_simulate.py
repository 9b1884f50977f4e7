"""``tauber simulate dynamical`` and ``tauber frontier dynamical``: beside the solution and the derived exponents."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sympy import Rational

from tauber.errors import BadInput
from tauber.models import dynamical

SIMULATE = ("simulate", "dynamical", "--a", "3", "--b", "1.5", "--width", "40", "--data", "60", "--modes", "200")
FRONTIER = ("frontier", "dynamical", "--a", "3", "--b", "3/2")


@pytest.mark.parametrize("optimiser", [(), ("--gd", "0.5"), ("--momentum", "1")], ids=["flow", "descent", "ball"])
def test_the_mean_is_near_the_solution(run, optimiser: tuple[str, ...]) -> None:
    words = ("--noise", "0.2", "--times", "0,1,10,100", "--draws", "60", *optimiser, "--json")
    found = run(*SIMULATE, *words).json

    assert (found["times"], found["draws"], found["unstable"]) == ([0, 1, 10, 100], 60, 0)
    assert found["test"][0] == pytest.approx(found["solved_test"][0], rel=1e-9)
    for kind in ("test", "train"):
        columns = (found[kind], found[f"{kind}_error"], found[f"solved_{kind}"])
        for mean, error, solved in zip(*columns, strict=True):
            # The finite-size bias of the mean is of relative order 1/min(width, data).
            assert abs(mean - solved) < 4 * error + 3 / 40 * solved


def test_components(run) -> None:
    found = run(*SIMULATE, "--times", "10,1000", "--draws", "30", "--components", "--json").json
    parts = found["components"]

    for name in ("bias", "features", "data", "interaction"):
        for mean, error, solved in zip(parts[name], parts[f"{name}_error"], parts[f"solved_{name}"], strict=True):
            assert abs(mean - solved) < 4 * error + 3 / 40 * found["test"][0]
    total = [sum(parts[name][i] for name in ("bias", "features", "data", "interaction")) for i in (0, 1)]
    assert total == pytest.approx(found["test"], rel=1e-9)


def test_a_seed_gives_the_same_numbers_and_another_seed_others(run) -> None:
    words = ("--draws", "3", "--times", "1,10", "--json", "--seed")
    first, again, other = (run(*SIMULATE, *words, seed).json for seed in ("1", "1", "2"))

    assert first == again
    assert first["test"] != other["test"]


def test_table_and_picture_of_a_simulation(run, tmp_path: Path) -> None:
    target = tmp_path / "simulation.png"
    shown = run(*SIMULATE, "--draws", "3", "--times", "0:10:3", "--components", "--plot", str(target))

    assert shown.err == ""
    assert shown.out.splitlines()[2].startswith("time\ttest loss, mean\tstandard error\tsolved\ttrain loss, mean")
    assert target.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--modes", "inf"), ("--modes",)),
        (("--width", "inf", "--data", "inf"), ("width", "data")),
        (("--width", "40.5"), ("whole",)),
        (("--draws", "1"), ("--draws",)),
        (("--seed", "x"), ("--seed",)),
        (("--width", "1e7"), ("matrices",)),
        (("--gd", "9"), ("unstable",)),
        (("--plot", "nowhere/x.png"), ("nowhere",)),
    ],
    ids=lambda value: " ".join(value),
)
def test_bad_simulations_are_refused(run, words: tuple[str, ...], named: tuple[str, ...]) -> None:
    assert run(*SIMULATE, *words, "--json").is_refusal(*named)


def test_the_frontier_tends_to_the_derived_one(run) -> None:
    found = run(*FRONTIER, "--budget", "1e10,1e12", "--json").json
    derived = run("derive", "dynamical", "--a", "3", "--b", "3/2", "--json").json

    assert found["derived"] == {
        "phase": "time = width transient", "boundary_of": [], "loss": "2/3", "width": "1/2", "time": "1/2",
    }  # fmt: skip
    for budget, width, time in zip(found["budgets"], found["width"], found["time"], strict=True):
        assert width * time == pytest.approx(budget, rel=1e-9)
    # The next term is smaller by C^(-1/6): from one budget to the other the distance falls by 100^(-1/6) = 0.46.
    share = [loss * c ** (2 / 3) / derived["optimum"]["loss_value"] - 1 for loss, c in
             zip(found["loss"], found["budgets"], strict=True)]  # fmt: skip
    assert share[1] / share[0] == pytest.approx(100 ** (-1 / 6), rel=0.1)
    assert abs(share[1]) < 0.005
    distances = [2 / 3 - slope for slope in found["loss_slope"]]
    assert 0 < distances[1] < 0.6 * distances[0]
    assert max(found["loss_slope_error"]) < 1e-6


def test_in_python_answers_are_arrays_beside_exact_exponents() -> None:
    found = dynamical.frontier(3, "3/2", budget=[1e6, 1e8])
    drawn = dynamical.simulate(3, 1.5, width=40, data=60, modes=200, draws=3, times=range(3), gd=0.5)

    assert found.derived["loss"] == Rational(2, 3)
    assert found.width * found.time == pytest.approx([1e6, 1e8], rel=1e-9)
    assert (np.abs(found.loss_slope - 2 / 3) < 0.05).all()
    assert len(found.plot().axes) == 6
    assert drawn.times == [0, 1, 2]
    assert drawn.test.shape == drawn.test_error.shape == drawn.solved_test.shape == (3,)
    assert len(drawn.plot().axes) == 1
    with pytest.raises(BadInput, match=r"^width 100 was given with cost N\*t"):
        dynamical.frontier(3, 2, width=100)
    with pytest.raises(BadInput, match=r"^modes inf was given"):
        dynamical.simulate(3, 2, modes=np.inf)


def test_frontier_without_time(run) -> None:
    found = run(*FRONTIER, "--cost", "N*P", "--budget", "1e8", "--json").json

    assert found["derived"]["phase"] == "data level = width-data level of head modes"
    assert set(found) >= {"width", "data", "width_slope", "data_slope_error", "loss"}
    assert "time" not in found
    assert found["loss_slope"][0] == pytest.approx(4 / 5, abs=0.02)


@pytest.mark.dear
def test_table_and_picture_of_a_frontier(run, tmp_path: Path) -> None:
    target = tmp_path / "frontier.svg"
    shown = run(*FRONTIER, "--budget", "1e5", "--modes", "300", "--plot", str(target)).out

    assert "nothing derived, as width, data or modes are finite" in shown
    assert shown.splitlines()[1].split("\t")[:4] == ["budgets", "optimal width", "optimal time", "loss"]
    assert target.exists()


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--budget", "many"), ("--budget",)),
        (("--budget", "0"), ("--budget",)),
        (("--width", "100"), ("--width", "--cost")),
        (("--cost", "P*t", "--data", "10"), ("--data", "--cost")),
        (("--cost", "N"), ("at least two",)),
        (("--cost", "N*d"), ("--cost",)),
        (("--modes", "inf", "--b", "1"), ("--modes",)),
    ],
    ids=lambda value: " ".join(value),
)
def test_bad_frontiers_are_refused(run, words: tuple[str, ...], named: tuple[str, ...]) -> None:
    assert run(*FRONTIER, *words, "--json").is_refusal(*named)


@pytest.mark.parametrize(
    "words",
    [
        *((command, "dynamical") for command in ("derive", "phases", "curve", "frontier", "simulate")),
        ("curve", "kernel"),
    ],
    ids=" ".join,
)
def test_every_command_has_help_with_an_example_and_json(run, words: tuple[str, ...]) -> None:
    shown = run(*words, "--help")

    assert shown.code == 0
    assert "Example:" in shown.out
    assert "--json" in shown.out
