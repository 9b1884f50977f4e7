"""``tauber curve explaining`` and ``tauber simulate explaining``: losses by hand, limits, duality, draws, refusals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar

from tauber.errors import BadInput
from tauber.models import explaining

CURVE = ("curve", "explaining", "--a", "1.8", "--b", "1.5")
K = np.arange(1, 401)


def solve(run, *words: str) -> dict:
    return run(*CURVE, *words, "--json").json


def by_hand(data: float, features: float, ridge: float, noise: float) -> tuple[float, float]:
    """Excess and training loss for 400 modes, from the formula as it stands in the paper's notation."""
    eigenvalues, powers = K**-1.5, K**-1.8

    def freedom(kappa: float) -> float:
        return float((eigenvalues / (kappa + eigenvalues)).sum())

    def misfit(log_kappa: float) -> float:
        z = freedom(np.exp(log_kappa))
        return np.exp(log_kappa) * (data - z) * (1 - z / features) - ridge

    floor = brentq(lambda x: freedom(np.exp(x)) - min(data, features), -40, 20, xtol=1e-13)
    kappa = np.exp(brentq(misfit, floor, 40, xtol=1e-13) if ridge else floor)
    share = eigenvalues / (kappa + eigenvalues)
    z, q = share.sum(), (share**2).sum()
    first, second = (powers * (1 - share)).sum(), (powers * (1 - share) * share).sum()
    if np.isinf(features):
        pre, weight = 1 / (1 - q / data), 1.0
    else:
        pre = 1 / (1 - (q * (features - 2 * z) + z**2) / (data * (features - q)))
        weight = (features - z) / (features - q)
    whole = pre * (first - second * weight + noise**2)
    return whole - noise**2, (1 - z / data) ** 2 * whole


@pytest.mark.parametrize("ridge", [0.1, 0.0, 3.0])
@pytest.mark.parametrize("noise", [0.0, 0.5])
def test_the_grid_against_the_formula(run, ridge: float, noise: float) -> None:
    words = ("--modes", "400", "--ridge", str(ridge), "--noise", str(noise))
    found = solve(run, "--data", "30,100", "--features", "50,200,inf", *words)

    assert (found["data"], found["features"]) == ([30, 100], [50, 200, "inf"])
    assert (found["ridge"], found["noise"], found["modes"]) == (ridge, noise, 400)
    assert max(max(row) for row in found["error"]) < 1e-11
    for i, data in enumerate((30, 100)):
        for j, features in enumerate((50, 200, np.inf)):
            loss, train = by_hand(data, features, ridge, noise)
            assert found["loss"][i][j] == pytest.approx(loss, rel=1e-10)
            assert found["train"][i][j] == pytest.approx(train, rel=1e-9, abs=1e-12)


def test_the_example_of_the_issue(run) -> None:
    words = ("--data", "100,200,400", "--features", "50", "--ridge", "0.1", "--noise", "0", "--modes")
    found, many, some = (solve(run, *words, modes) for modes in ("inf", "1e12", "1e9"))

    assert (found["data"], found["features"], found["modes"]) == ([100, 200, 400], [50], "inf")
    # What is cut off acts through its trace, which falls like the root of the modes.
    whole, near, far = (np.array(x["loss"]) for x in (found, many, some))
    assert whole == pytest.approx(near, rel=1e-5)
    assert (whole - far) / (whole - near) == pytest.approx(np.full((3, 1), 1e3**0.5), rel=1e-2)
    # Between the limits: more data help, but P = 50 features leave at least what they leave for infinitely many data.
    least = solve(run, "--data", "inf", "--features", "50")["loss"][0][0]
    losses = [row[0] for row in found["loss"]]
    assert losses[0] > losses[1] > losses[2] > least


def test_duality_is_an_identity_for_the_isotropic_target(run) -> None:
    words = ("curve", "explaining", "--a", "1.5", "--b", "1.5", "--json")
    here = run(*words, "--data", "30", "--features", "80", "--ridge", "0.3").json
    there = run(*words, "--data", "80", "--features", "30", "--ridge", "0.8").json

    assert here["loss"][0][0] == pytest.approx(there["loss"][0][0], rel=1e-12)
    assert here["train"][0][0] != pytest.approx(there["train"][0][0], rel=0.1)


def test_the_loss_is_infinite_at_the_threshold(run) -> None:
    found = solve(run, "--data", "50,60", "--features", "50")

    assert found["loss"][0] == ["inf"]
    assert found["train"][0] == [0]
    assert np.isfinite(found["loss"][1][0])
    assert np.isfinite(solve(run, "--data", "50", "--features", "50", "--ridge", "1e-6")["loss"][0][0])


def test_infinite_data_leave_what_the_features_cannot_say(run) -> None:
    found = solve(run, "--data", "inf", "--features", "40", "--modes", "400", "--noise", "3", "--ridge", "2")
    kappa = np.exp(brentq(lambda x: (K**-1.5 / (np.exp(x) + K**-1.5)).sum() - 40, -20, 5, xtol=1e-13))

    assert found["loss"][0][0] == pytest.approx((K**-1.8 * kappa / (kappa + K**-1.5)).sum(), rel=1e-11)
    assert solve(run, "--data", "inf", "--features", "inf")["loss"] == [[0]]


def test_the_best_ridge(run) -> None:
    found = solve(run, "--data", "60,inf", "--features", "90", "--modes", "400", "--noise", "0.5", "--ridge", "best")
    best = minimize_scalar(lambda x: by_hand(60, 90, np.exp(x), 0.5)[0], bounds=(-5, 5), method="bounded",
                           options={"xatol": 1e-8})  # fmt: skip

    assert found["ridge"] == "best"
    assert found["loss"][0][0] == pytest.approx(best.fun, rel=1e-10)
    assert found["best_ridge"][0][0] == pytest.approx(np.exp(best.x), rel=1e-5)
    assert found["best_ridge"][1] == [0]


def test_digits(run) -> None:
    words = ("--data", "100", "--features", "50", "--ridge", "0.1")
    fine, coarse = solve(run, *words, "--digits", "25"), solve(run, *words)

    assert len(fine["loss"][0][0].replace(".", "").lstrip("0")) == 25
    assert float(fine["error"][0][0]) < 1e-25
    assert float(fine["loss"][0][0]) == pytest.approx(coarse["loss"][0][0], rel=1e-12)


@pytest.mark.dear
def test_table_and_pictures(run, tmp_path: Path) -> None:
    for axis in (("--data", "10:1000:3", "--features", "50,inf"), ("--data", "20,inf", "--features", "20,30")):
        target = tmp_path / f"{axis[3][0]}.png"
        lines = run(*CURVE, *axis, "--noise", "0.1", "--plot", str(target)).out.splitlines()
        assert lines[1].split("\t") == ["data", "features", "loss", "relative error", "train loss"]
        assert len(lines) == 2 + (6 if "inf" in axis[3] else 4) + 1
        assert target.read_bytes().startswith(b"\x89PNG")


def test_ordinary_least_squares(run) -> None:
    """All modes fit, so what is left of D samples is sigma^2 S/(D - S - 1) exactly; without the -1 in the limit."""
    words = ("simulate", "explaining", "--a", "2", "--b", "1.5", "--modes", "10", "--features", "inf", "--data", "40")
    found = run(*words, "--noise", "0.8", "--ridge", "0", "--draws", "400", "--json").json
    exact = 0.64 * 10 / (40 - 10 - 1)

    assert abs(found["loss"][0][0] - exact) < 4 * found["loss_error"][0][0]
    assert found["solved_loss"][0][0] == pytest.approx(0.64 * 10 / 30, rel=1e-12)
    # Training leaves D - S of the noise's D degrees of freedom.
    assert abs(found["train"][0][0] - 0.64 * 30 / 40) < 4 * found["train_error"][0][0]


@pytest.mark.dear
def test_draws_meet_the_solution(run, tmp_path: Path) -> None:
    target = tmp_path / "draws.png"
    words = ("simulate", "explaining", "--a", "1.8", "--b", "1.5", "--data", "40,120", "--features", "70,inf")
    found = run(*words, "--noise", "0.2", "--draws", "60", "--plot", str(target), "--json").json

    for name in ("loss", "train"):
        for i, data in enumerate((40, 120)):
            for j, features in enumerate((70, np.inf)):
                solved = found[f"solved_{name}"][i][j]
                slack = 4 * found[f"{name}_error"][i][j] + 3 / min(data, features) * solved
                assert abs(found[name][i][j] - solved) < slack
    assert target.read_bytes().startswith(b"\x89PNG")
    assert run(*words, "--draws", "60", "--noise", "0.2", "--json").json["loss"] == found["loss"]


def test_table_of_draws(run) -> None:
    lines = run("simulate", "explaining", "--a", "2", "--b", "1.5", "--data", "5:20:3", "--features", "10", "--draws",
                "2").out.splitlines()  # fmt: skip

    assert [line.split("\t")[:2] for line in lines[2:]] == [["5", "10"], ["10", "10"], ["20", "10"]]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--data", "0"), ("--data", "positive")),
        (("--data", "10:1:3"), ("--data", "start <= stop")),
        (("--features", "many"), ("--features", "inf")),
        (("--ridge", "-1"), ("--ridge",)),
        (("--noise", "nan"), ("--noise",)),
        (("--modes", "inf", "--b", "0.8"), ("--modes", "b > 1")),
        (("--data", "1e30"), ("--data",)),
        (("--digits", "400"), ("--digits", "250")),
        (("--plot", "curve.gif"), ("--plot",)),
        (("--data", "inf", "--features", "inf", "--plot", "curve.svg"), ("finite",)),
    ],
    ids=lambda value: " ".join(value),
)
def test_bad_input_is_refused(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], named: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)

    assert run(*CURVE, *words, "--json").is_refusal(*named)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--modes", "inf"), ("--modes", "finite")),
        (("--ridge", "best"), ("--ridge", "curve explaining")),
        (("--data", "10.5"), ("--data", "whole")),
        (("--data", "inf", "--features", "inf"), ("--data", "--features")),
        (("--draws", "1"), ("--draws",)),
    ],
    ids=lambda value: " ".join(value),
)
def test_what_cannot_be_drawn_is_refused(run, words: tuple[str, ...], named: tuple[str, ...]) -> None:
    assert run("simulate", "explaining", "--a", "2", "--b", "1.5", *words, "--json").is_refusal(*named)


@pytest.mark.dear
def test_in_python_losses_are_arrays(run) -> None:
    found = explaining.curve(a="9/5", b=np.float64(1.5), data=[50, 60], features=np.array([50, np.inf]), noise=0.3)
    words = ("--data", "50,60", "--features", "50,inf", "--noise", "0.3")
    drawn = explaining.simulate(2, 1.5, data=[5, 20], features=np.inf, draws=3)

    assert found.loss.shape == found.train.shape == (2, 2)
    assert (found.loss[0, 0], found.error[0, 0]) == (np.inf, None)
    assert found.loss[1].tolist() == solve(run, *words)["loss"][1]
    assert explaining.curve("9/5", "3/2", data=60, features=50, noise=0.3, digits=30).loss[0, 0] == pytest.approx(
        found.loss[1, 0], rel=1e-12
    )
    assert drawn.loss.shape == drawn.solved_loss.shape == (2, 1)
    assert found.plot().axes[0].get_ylabel()
    frame = found.to_frame()
    assert list(frame.columns) == ["data", "features", "loss", "train", "error"]
    assert frame["loss"].tolist() == found.loss.ravel().tolist()
    assert frame[["data", "features"]].to_numpy().tolist() == [[50, 50], [50, np.inf], [60, 50], [60, np.inf]]
    with pytest.raises(BadInput, match=r"^ridge best was given"):
        explaining.simulate(2, 1.5, ridge="best")
    with pytest.raises(BadInput, match=r"^modes inf was given with a 2 and b 0\.5"):
        explaining.curve(2, 0.5)


@pytest.mark.dear
def test_an_error_of_many_digits_has_few(run) -> None:
    found = solve(
        run, "--data", "50,inf", "--features", "50,inf", "--ridge", "best", "--noise", "0.1", "--digits", "20"
    )

    assert all(
        len(error.split("e")[0].replace(".", "")) == 3 for row in found["error"] for error in row if error != "0.0"
    )
