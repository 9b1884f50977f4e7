"""``tauber simulate``: both simulators beside the solution, seeds, pictures, refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tauber.errors import BadInput
from tauber.models import plrf

SIMULATE = ("simulate", "plrf", "--alpha", "0.8", "--beta", "0.3", "--d", "10", "--times", "0:100:5")


@pytest.mark.parametrize("method", [(), ("--sgd",)], ids=["recursion", "sgd"])
def test_the_median_is_near_the_solution(run, method: tuple[str, ...]) -> None:
    found = run(*SIMULATE, "--draws", "60", *method, "--json").json

    assert found["method"] == ("sgd" if method else "recursion")
    assert (found["times"], found["draws"], found["v"]) == ([0, 1, 5, 22, 100], 60, 100)
    # Before the first step the loss is that of theta = 0, whatever W is.
    assert found["median"][0] == pytest.approx(found["solved"][0], rel=1e-9)
    for solved, median, error in zip(found["solved"], found["median"], found["median_error"], strict=True):
        # Four standard errors, and 2/d: the median differs from the equivalent by about 1/d.
        assert abs(median - solved) < 4 * error + 2 * solved / found["d"]


def test_a_seed_gives_the_same_numbers_and_another_seed_others(run) -> None:
    first, again, other = (run(*SIMULATE, "--draws", "3", "--seed", seed, "--json").json for seed in ("1", "1", "2"))

    assert first == again
    assert first["median"] != other["median"]


def test_plain_lines_and_picture(run, tmp_path: Path) -> None:
    target = tmp_path / "simulation.png"
    shown = run(*SIMULATE, "--draws", "3", "--plot", str(target))

    assert shown.err == ""
    assert shown.out.splitlines()[1].startswith("step\tsolved loss\tsimulated median")
    assert target.read_bytes().startswith(b"\x89PNG")


def test_in_python_the_same(run) -> None:
    found = plrf.simulate(alpha="4/5", beta=0.3, d=10, times="0:100:5", draws=3)

    assert json.loads(found.to_json()) == run(*SIMULATE, "--draws", "3", "--json").json
    assert found.text() == run(*SIMULATE, "--draws", "3").out
    assert found.median.shape == (5,)
    with pytest.raises(BadInput, match=r"^times up to .* with sgd, .* or leave out sgd\.$"):
        plrf.simulate(alpha="4/5", beta="3/10", sgd=True, times=[10**9])


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--v", "inf"), "--v inf"),
        (("--v", "5"), "--v"),
        (("--draws", "1"), "--draws"),
        (("--draws", "many"), "--draws"),
        (("--seed", "-1"), "--seed"),
        (("--lr", "9"), "unstable"),
        (("--times", "nan"), "--times"),
        (("--sgd", "--times", "1e9"), "--sgd"),
        (("--d", "1e5"), "matrix"),
        (("--plot", "nowhere/x.png"), "nowhere"),
    ],
    ids=" ".join,
)
def test_bad_input_is_refused(run, words: tuple[str, ...], named: str) -> None:
    assert run(*SIMULATE, *words, "--json").is_refusal(named)
