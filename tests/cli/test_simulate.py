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


@pytest.mark.parametrize("method", [(), ("--sgd",)], ids=["recursion", "sgd"])
@pytest.mark.parametrize(
    "options",
    [
        ("--schedule", "cooldown:2"),
        ("--schedule", "warmup:0.1:0.5"),
        ("--schedule", "power:0.3"),
        ("--momentum", "heavy-ball:0.2"),
        ("--momentum", "dana-constant:0.1"),
        ("--momentum", "dana-decaying:1"),
        ("--averaging", "5"),
    ],
    ids=" ".join,
)
def test_each_option_is_trained_as_it_is_solved(run, options: tuple[str, ...], method: tuple[str, ...]) -> None:
    """Four standard errors and 2/d, as without options; nothing has happened at step 0."""
    sizes = ("--d", "40", "--v", "80", "--lr", "0.05", "--noise", "0.3", "--times", "0,10,60", "--draws", "80")
    found = run(*SIMULATE, *sizes, *options, *method, "--json").json

    assert found[options[0][2:]] == options[1]
    assert found["median"][0] == pytest.approx(found["solved"][0], rel=1e-9)
    for solved, median, error in zip(found["solved"], found["median"], found["median_error"], strict=True):
        assert abs(median - solved) < 4 * error + 2 * solved / found["d"]


def test_a_cooldown_differs_from_none_by_more_than_chance(run) -> None:
    """The test above can fail: with the option in one of the two alone, the noise left at the end is another."""
    words = (*SIMULATE, "--d", "20", "--lr", "0.2", "--noise", "2", "--times", "0,1000", "--draws", "80")
    cooled, plain = run(*words, "--schedule", "cooldown:4", "--json").json, run(*words, "--json").json

    assert plain["median"][1] - cooled["solved"][1] > 4 * plain["median_error"][1] + 2 / 20 * cooled["solved"][1]


def test_training_step_by_step_has_a_longest_run(run) -> None:
    assert run(*SIMULATE, "--averaging", "3", "--times", "1e9", "--json").is_refusal("--averaging")
    assert run(*SIMULATE, "--schedule", "cool", "--json").is_refusal("--schedule")
