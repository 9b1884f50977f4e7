"""``tauber curve dynamical`` and ``tauber curve kernel``: sums done by hand, limits, optimisers, ensembles, errors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import brentq

from tauber.errors import BadInput
from tauber.models import dynamical

CURVE = ("curve", "dynamical", "--a", "3", "--b", "1.5", "--modes", "400")
FINITE = ("--width", "80", "--data", "160", "--noise", "0.1")
K = np.arange(1, 401)
EIGENVALUES, POWERS = K**-1.5, K**-3.0


def solve(run, *words: str) -> dict:
    return run(*CURVE, *words, "--json").json


def ridge(size: float) -> float:
    """Where sum lambda/(kappa + lambda) = size."""
    return brentq(lambda kappa: (EIGENVALUES / (kappa + EIGENVALUES)).sum() - size, 1e-12, 10, xtol=1e-18, rtol=1e-14)


def test_the_example_of_the_issue(run) -> None:
    found = solve(run, *FINITE, "--times", "0.1:1e4:6")

    assert found["times"] == pytest.approx([0.1, 1, 10, 100, 1000, 10_000])
    assert len(found["test"]) == len(found["train"]) == len(found["error"]) == len(found["train_error"]) == 6
    assert max(*found["error"], *found["train_error"]) < 1e-11
    # By tests/numerics/reference_dynamical.py: mpmath with 24 digits, dense sums, the linear system for C_0 and C_2.
    assert found["test"][1:3] == pytest.approx([0.28588760240942358, 0.038565826910218247], rel=1e-12)
    assert found["train"][1:3] == pytest.approx([0.27624390290191042, 0.033256499058148278], rel=1e-12)
    assert (found["width"], found["data"], found["noise"], found["modes"]) == (80, 160, 0.1, 400)


def test_infinite_width_and_data_is_a_sum_over_modes(run) -> None:
    found = solve(run, "--times", "0,0.5,2,1000", "--noise", "0.3")
    times = np.array([0, 0.5, 2, 1000])
    by_hand = (POWERS * np.exp(-2 * np.outer(times, EIGENVALUES))).sum(axis=1) + 0.09

    assert (found["width"], found["data"]) == ("inf", "inf")
    assert found["test"] == pytest.approx(by_hand, rel=1e-12)
    assert found["train"] == pytest.approx(by_hand, rel=1e-12)


def test_gradient_descent_takes_whole_steps(run) -> None:
    found = solve(run, "--gd", "0.7", "--times", "0,1,3,50")
    by_hand = [(POWERS * (1 - 0.7 * EIGENVALUES) ** (2 * step)).sum() for step in (0, 1, 3, 50)]

    assert found["times"] == [0, 1, 3, 50]
    assert (found["optimiser"], found["step_size"]) == ("gradient descent", 0.7)
    assert found["test"] == pytest.approx(by_hand, rel=1e-12)


def test_heavy_ball(run) -> None:
    found = solve(run, "--momentum", "1.2", "--times", "0.5,3,200")
    root = np.sqrt(1 - 4 * 1.2 * EIGENVALUES + 0j)

    for moment, loss in zip(found["times"], found["test"], strict=True):
        rest = np.exp(-moment / 2.4) * (np.cosh(root * moment / 2.4) + np.sinh(root * moment / 2.4) / root)
        assert loss == pytest.approx((POWERS * rest.real**2).sum(), rel=1e-11)


def test_the_limit_of_infinite_time(run) -> None:
    kappa = ridge(80)
    tail = (POWERS * kappa / (kappa + EIGENVALUES)).sum()
    final = solve(run, *FINITE, "--times", "1e12")

    assert final["final"]["ridge"] == pytest.approx(kappa, rel=1e-12)
    assert final["final"]["test"] == pytest.approx((tail + 0.01) / (1 - 80 / 160), rel=1e-12)
    assert final["test"][0] == pytest.approx(final["final"]["test"], rel=1e-11)
    assert final["train"][0] == pytest.approx((tail + 0.01) * (1 - 80 / 160), rel=1e-11)


def test_the_threshold_has_no_limit(run) -> None:
    found = solve(run, "--width", "100", "--data", "100", "--times", "1e6,1e8")
    kappa = ridge(100)
    tail = (POWERS * kappa / (kappa + EIGENVALUES)).sum()

    assert found["final"]["test"] == "inf"
    # Beyond N^b the loss grows like the root of time, up to a relative correction that falls like it.
    law = 2 * (2 - np.sqrt(2)) / np.sqrt(np.pi) * tail * np.sqrt(kappa * np.array([1e6, 1e8]))
    early, late = np.array(found["test"]) / law - 1
    assert abs(late) < 0.01
    assert early / late == pytest.approx(10, rel=0.1)


def test_components_and_ensembles(run) -> None:
    found = solve(run, *FINITE, "--times", "1,100", "--components", "--ensemble", "4,3")
    parts = {name: np.array(found["components"][name]) for name in ("bias", "features", "data", "interaction")}
    team = parts["bias"] + parts["features"] / 4 + parts["data"] / 3 + parts["interaction"] / 12 + 0.01

    assert sum(parts.values()) + 0.01 == pytest.approx(found["test"], rel=1e-12)
    assert found["ensemble"]["test"] == pytest.approx(team, rel=1e-12)
    assert (found["ensemble"]["networks"], found["ensemble"]["datasets"]) == (4, 3)
    assert max(found["ensemble"]["error"]) < 1e-10


def test_the_bias_is_the_infinite_ensemble(run) -> None:
    kappa = ridge(80)
    found = solve(run, *FINITE, "--times", "1", "--ensemble", "inf,inf")

    bias = (POWERS * (kappa / (kappa + EIGENVALUES)) ** 2).sum()
    assert found["ensemble"]["final"] == pytest.approx(bias + 0.01, rel=1e-12)
    assert found["final"]["bias"] == pytest.approx(bias, rel=1e-12)
    assert "components" not in found


def test_infinitely_many_modes(run) -> None:
    words = ("--width", "80", "--times", "1", "--json")
    found = run("curve", "dynamical", "--a", "3", "--b", "1.5", *words).json
    many = run("curve", "dynamical", "--a", "3", "--b", "1.5", "--modes", "1e6", *words).json

    assert found["modes"] == "inf"
    # What lies beyond the millionth mode holds 10^-12/2 of the power and 2 10^-3 of the trace.
    assert found["test"][0] == pytest.approx(many["test"][0], rel=1e-4)
    assert found["test"][0] != many["test"][0]


def test_digits(run) -> None:
    words = ("--width", "80", "--times", "0.1")
    fine, coarse = solve(run, *words, "--digits", "25"), solve(run, *words)

    assert len(fine["test"][0].replace(".", "").lstrip("0")) == 25
    assert float(fine["error"][0]) < 1e-25
    assert float(fine["test"][0]) == pytest.approx(coarse["test"][0], rel=1e-13)
    assert float(fine["final"]["test"]) == pytest.approx(coarse["final"]["test"], rel=1e-12)


def test_table_and_picture(run, tmp_path: Path) -> None:
    target = tmp_path / "curve.png"
    lines = run(*CURVE, *FINITE, "--times", "0:100:3", "--ensemble", "2", "--plot", str(target)).out.splitlines()

    assert [line.split("\t")[0] for line in lines[2:6]] == ["0", "1", "100", "inf"]
    assert lines[7].split("\t") == ["time", "test loss of 2 x 1"]
    assert target.read_bytes().startswith(b"\x89PNG")


def test_in_python_losses_are_arrays() -> None:
    found = dynamical.curve(3, 1.5, width=80, data=160.0, modes=400, times=[0, 1, 100], ensemble=(4, np.inf))
    parts = dynamical.curve(3, 1.5, 80, 160, modes=400, times="0,1,100", components=True).components

    assert isinstance(found.loss, np.ndarray)
    assert found.loss is found.test
    assert found.loss[0] == pytest.approx(POWERS.sum(), rel=1e-12)
    assert (found.error < 1e-11).all()
    assert found.ensemble["test"] == pytest.approx(parts["bias"] + parts["features"] / 4, rel=1e-12)
    assert [line.split("\t")[0] for line in repr(found).splitlines()[2:6]] == ["0", "1", "100", "inf"]
    assert len(found.plot().axes) == 1


@pytest.mark.dear
def test_in_python_digits_are_kept_and_what_is_lost_is_none() -> None:
    fine = dynamical.curve(3, 1.5, width=80, times=["0.1"], digits=25)
    lost = dynamical.curve(3, 1.5, width=50, data=20, modes=400, times=[1, 1e8])

    assert str(fine.loss[0])[:27] == run_of_digits("3", "1.5", "80", "0.1")
    assert lost.train[0] > 0
    assert lost.train[1] is None
    assert lost.train_error[1] >= 1


def run_of_digits(a: str, b: str, width: str, time: str) -> str:
    """The same loss by the solver itself, with more digits."""
    from fractions import Fraction

    from tauber.numerics.models.dynamical import Dynamical

    return str(Dynamical(a, b, width, precision=30).curve([Fraction(time)]).test[0])[:27]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"gd": 5}, r"lower the step \(gd\)"),
        ({"gd": 0.5, "momentum": 1}, "^momentum 1 and gd 0.5 were given"),
        ({"modes": np.inf, "a": 0.5}, "^modes inf was given with a 0.5 and b 1.5"),
        ({"ensemble": [2, 3, 4]}, "^ensemble was given as '2,3,4'"),
    ],
)
def test_in_python_errors_name_arguments(arguments: dict, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        dynamical.curve(**{"a": 3, "b": 1.5, "modes": 400} | arguments)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--width", "0"), ("--width", "inf")),
        (("--data", "-5"), ("--data",)),
        (("--noise", "-0.1"), ("--noise",)),
        (("--noise", "nan"), ("--noise",)),
        (("--modes", "0"), ("--modes",)),
        (("--modes", "inf", "--b", "0.8"), ("--modes", "b > 1")),
        (("--times", "-1"), ("--times",)),
        (("--times", "10:1:3"), ("--times",)),
        (("--times", "1e25"), ("latest",)),
        (("--gd", "5"), ("unstable", "--gd")),
        (("--gd", "0.5", "--times", "0.5"), ("--times", "whole")),
        (("--gd", "0.5", "--momentum", "1"), ("--gd", "--momentum")),
        (("--momentum", "0"), ("--momentum",)),
        (("--ensemble", "0"), ("--ensemble",)),
        (("--ensemble", "2,3,4"), ("--ensemble",)),
        (("--digits", "1"), ("--digits",)),
        (("--digits", "400"), ("--digits", "250")),
        (("--noise", "1e200"), ("--noise",)),
        (("--plot", "curve.gif"), ("--plot",)),
        (("--times", "0", "--plot", "curve.svg"), ("time above 0",)),
    ],
    ids=lambda value: " ".join(value),
)
def test_bad_input_is_refused(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], named: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)

    assert run(*CURVE, *words, "--json").is_refusal(*named)
    assert list(tmp_path.iterdir()) == []


def training_set(samples: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """Kernel and labels of a draw of the model at infinite width, sigma = 0.1."""
    generator = np.random.default_rng(7)
    inputs = generator.standard_normal((samples, 400)) * np.sqrt(EIGENVALUES)
    labels = inputs @ np.sqrt(POWERS / EIGENVALUES) + 0.1 * generator.standard_normal(samples)
    return inputs @ inputs.T, labels


def test_the_test_loss_is_predicted_from_the_training_set(run, tmp_path: Path) -> None:
    kernel, labels = training_set()
    np.savez(tmp_path / "set.npz", kernel=kernel, labels=labels)
    found = run("curve", "kernel", str(tmp_path / "set.npz"), "--times", "1,10,100,1000", "--json").json
    solved = solve(run, "--data", "200", "--noise", "0.1", "--times", "1,10,100,1000")["test"]

    assert found["samples"] == 200
    for loss, error, truth in zip(found["test"], found["standard_error"], solved, strict=True):
        assert abs(loss - truth) < 4 * error + 3 / 200 * truth


def test_a_kernel_with_one_eigenvalue_learns_nothing_of_new_samples(run, tmp_path: Path) -> None:
    labels = np.array([1.0, -2.0, 0.5, 3.0])
    np.save(tmp_path / "k.npy", 4 * 0.5 * np.eye(4))
    np.save(tmp_path / "y.npy", labels)
    found = run("curve", "kernel", str(tmp_path / "k.npy"), "--labels", str(tmp_path / "y.npy"), "--times", "0,1,5",
                "--json").json  # fmt: skip

    assert found["test"] == pytest.approx([np.mean(labels**2)] * 3, rel=1e-12)
    assert found["train"] == pytest.approx(np.mean(labels**2) * np.exp([0, -1, -5]), rel=1e-12)


def test_table_and_picture_of_a_prediction(run, tmp_path: Path) -> None:
    kernel, labels = training_set(20)
    np.savez(tmp_path / "set.npz", kernel=kernel, labels=labels)
    target = tmp_path / "prediction.png"
    lines = run(
        "curve", "kernel", str(tmp_path / "set.npz"), "--times", "0:10:3", "--plot", str(target)
    ).out.splitlines()

    assert lines[2].startswith("time\ttest loss predicted\t")
    assert [line.split("\t")[0] for line in lines[3:6]] == ["0", "1", "10"]
    assert target.read_bytes().startswith(b"\x89PNG")


def test_a_kernel_in_python(tmp_path: Path) -> None:
    from tauber.errors import BadInput
    from tauber.models import kernel

    matrix, labels = training_set(20)
    np.savez(tmp_path / "set.npz", kernel=matrix, labels=labels)
    found = kernel.curve(tmp_path / "set.npz", times=[0, 1, 10])

    assert found.loss is found.test
    assert found.loss.shape == found.standard_error.shape == found.train.shape == found.error.shape == (3,)
    assert found.train[0] == pytest.approx(np.mean(labels**2), rel=1e-12)
    with pytest.raises(BadInput, match=r"^times was given as '-1'"):
        kernel.curve(tmp_path / "set.npz", times=-1)


def test_bad_files_are_refused(run, tmp_path: Path) -> None:
    path = {name: str(tmp_path / f"{name}.npy") for name in ("kernel", "long", "words", "skew", "complex")}
    np.save(path["kernel"], np.eye(3))
    np.save(path["long"], np.arange(4.0))
    np.save(path["words"], np.array(["a", "b", "c"]))
    np.save(path["skew"], np.triu(np.ones((3, 3))))
    np.save(path["complex"], np.ones(3) * 1j)
    np.savez(tmp_path / "part.npz", kernel=np.eye(3))
    (tmp_path / "notes.txt").write_text("not numbers")

    assert run("curve", "kernel", path["kernel"]).is_refusal("kernel", "--labels")
    assert run("curve", "kernel", path["kernel"], "--labels", path["long"]).is_refusal("4 targets", "(3, 3)")
    assert run("curve", "kernel", path["kernel"], "--labels", path["words"]).is_refusal("words.npy", "text", "'a'")
    assert run("curve", "kernel", path["kernel"], "--labels", path["complex"]).is_refusal("targets", "complex")
    assert run("curve", "kernel", path["skew"], "--labels", path["kernel"]).code == 2
    assert run("curve", "kernel", str(tmp_path / "part.npz")).is_refusal("labels")
    assert run("curve", "kernel", str(tmp_path / "none.npz")).is_refusal("none.npz", "No such file")
    assert run("curve", "kernel", str(tmp_path / "notes.txt")).is_refusal("notes.txt")
    assert run("curve", "kernel", str(tmp_path)).is_refusal(tmp_path.name, ".npz")
