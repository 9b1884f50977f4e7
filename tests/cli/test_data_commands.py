"""``tauber spectrum`` and ``tauber predict``: known populations, real digits, formats, trust, laws, refusals."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from tauber.errors import BadInput
from tauber.models import data
from tauber.numerics.models.explaining import LearningCurve

A, B, MODES, NOISE = 2.2, 1.6, 500, 0.1
DIGITS = ("digits", "--size", "800", "--kernel", "ntk")
pytestmark = pytest.mark.usefixtures("kept_answers")  # of the laws and phases


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """400 points of a Gaussian population with lambda_k = k^-B, v_k = k^-A, as features, kernel, and tables."""
    generator = np.random.default_rng(3)
    k = np.arange(1, MODES + 1)
    white = generator.standard_normal((400, MODES))
    features = white * k ** (-B / 2)
    targets = white @ (k ** (-A / 2) * generator.choice([-1, 1], MODES)) + NOISE * generator.standard_normal(400)
    folder = tmp_path_factory.mktemp("known")
    np.savez(folder / "features.npz", features=features, targets=targets)
    # Targets are centred when they are read, features only without --raw.
    np.savez(folder / "kernel.npz", kernel=features @ features.T, targets=targets)
    np.save(folder / "table.npy", np.column_stack([features, targets]))
    names = ",".join([*(f"x{j}" for j in k), "y"])
    np.savetxt(folder / "table.csv", np.column_stack([features, targets]), delimiter=",", header=names, comments="",
               fmt="%.17g")  # fmt: skip
    return folder


def predict(run, *words: str) -> dict:
    return run("predict", *words, "--json").json


RAW = ("--kernel", "linear", "--raw")


def test_a_known_population_is_predicted_and_measured(run, known: Path) -> None:
    found = predict(run, str(known / "features.npz"), *RAW, "--data", "20,40,100", "--ridge", "0.05", "--splits", "12")
    curve = LearningCurve(A, B, modes=MODES, ridge=0.05, noise=NOISE)

    assert (found["pool"], found["held_out"], found["points"]) == (200, 200, 400)
    assert [row["trust"] for row in found["curve"]] == ["trusted"] * 3  # a Gaussian population, up to half the pool
    for row in found["curve"]:
        truth = float(curve.at(row["data"], math.inf).loss) + NOISE**2
        assert abs(row["predicted"] - truth) < 4 * row["predicted_error"] + 3 / row["data"] * truth
        error = math.hypot(row["measured_error"], row["points_error"])
        assert abs(row["measured"] - truth) < 4 * error + 3 / row["data"] * truth
        assert abs(row["leave_one_out"] - truth) < 4 * row["leave_one_out_error"] + 3 / row["data"] * truth


def test_random_features_of_a_known_population(run, known: Path) -> None:
    words = ("--data", "40", "--features", "15,40,80", "--ridge", "0.05")
    found = predict(run, str(known / "features.npz"), *RAW, *words)
    curve = LearningCurve(A, B, modes=MODES, ridge=0.05, noise=NOISE)

    assert [row["features"] for row in found["curve"]] == [15, 40, 80]
    for row in found["curve"]:
        truth = float(curve.at(40, row["features"]).loss) + NOISE**2
        error = math.hypot(row["measured_error"], row["points_error"])
        assert abs(row["predicted"] - truth) < 4 * row["predicted_error"] + 3 / row["features"] * truth
        assert abs(row["measured"] - truth) < 4 * error + 3 / row["features"] * truth
        assert row["leave_one_out"] is None


@pytest.mark.dear
def test_every_format_gives_the_same(run, known: Path) -> None:
    words = ("--data", "30", "--ridge", "0.1")
    first = predict(run, str(known / "features.npz"), *RAW, *words)["curve"]

    for name in ("table.npy", "table.csv"):
        assert predict(run, str(known / name), *RAW, "--numbers", *words)["curve"] == first
    (matrix,) = predict(run, str(known / "kernel.npz"), *words)["curve"]
    assert matrix["predicted"] == pytest.approx(first[0]["predicted"], rel=1e-10)
    assert matrix["measured"] == pytest.approx(first[0]["measured"], rel=1e-10)


@pytest.mark.dear
def test_the_column_of_the_target(run, tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    table = generator.standard_normal((80, 6))
    header = "a,b,c,d,e,f"
    np.savetxt(tmp_path / "t.csv", table, delimiter=",", header=header, comments="", fmt="%.17g")
    by_name = run("spectrum", str(tmp_path / "t.csv"), "--target", "b", "--kernel", "rbf", "--json").json
    by_number = run("spectrum", str(tmp_path / "t.csv"), "--target", "1", "--kernel", "rbf", "--json").json

    assert by_name["power"] == by_number["power"]
    assert by_name["target_power"] == pytest.approx(table[:, 1].var(), rel=1e-12)
    assert run("spectrum", str(tmp_path / "t.csv"), "--target", "z").is_refusal("'z'", "a, b, c")


@pytest.mark.dear
def test_the_spectrum_of_a_known_population(run, known: Path, tmp_path: Path) -> None:
    target = tmp_path / "spectrum.png"
    found = run("spectrum", str(known / "features.npz"), *RAW, "--plot", str(target), "--json").json
    exponents = found["exponents"]

    assert found["window"] == [25, 100]
    # At 500 modes the spectrum ends within a few windows, and noise flattens what is not learnt: b and a - 1 are those
    # of the finite sums between the ends of the window.
    curve = LearningCurve(A, B, modes=MODES, noise=NOISE)
    kappa = [float(curve.ridge_point(math.inf, n).kappa) for n in found["window"]]
    slope = -math.log(kappa[1] / kappa[0]) / math.log(100.5 / 25.5)
    assert abs(exponents["b"]["value"] - slope) < 4 * exponents["b"]["statistical"]
    losses = [float(curve.at(math.inf, n).loss) + NOISE**2 for n in found["window"]]
    slope = -math.log(losses[1] / losses[0]) / math.log(4)
    assert abs(exponents["alpha_P"]["value"] - slope) < 4 * exponents["alpha_P"]["error"]
    assert found["eigenvalues"] == sorted(found["eigenvalues"], reverse=True)
    assert sum(found["power"]) == pytest.approx(found["target_power"])
    assert target.read_bytes().startswith(b"\x89PNG")


@pytest.mark.dear
def test_the_intrinsic_dimension(run, tmp_path: Path) -> None:
    generator = np.random.default_rng(1)
    angles = generator.uniform(0, 2 * np.pi, (500, 2))
    torus = np.column_stack([np.cos(angles), np.sin(angles)])
    np.savez(tmp_path / "torus.npz", features=torus, targets=angles[:, 0])
    found = run("spectrum", str(tmp_path / "torus.npz"), "--raw", "--json").json["dimension"]

    assert abs(found["value"] - 2) < 4 * found["error"]
    assert found["points"] == 500


def test_a_kernel_without_enough_eigenvalues_has_no_exponent(run) -> None:
    found = run("spectrum", "digits", "--size", "400", "--kernel", "linear", "--json").json

    assert found["exponents"] is None
    assert found["rank"] < 64
    assert "finite rank" in found["flags"][0]
    # What 64 pixels cannot say linearly is never learnt.
    assert found["null_power"] == pytest.approx(sum(found["power"][found["rank"] :]))
    assert found["null_power"] > 0.1 * found["target_power"]
    assert predict(run, "digits", "--size", "400", "--kernel", "linear", "--data", "20")["law"]["laws"] is None


@pytest.mark.dear
def test_digits_are_predicted_as_well_as_the_notes_say(run) -> None:
    found = predict(run, *DIGITS, "--ridge", "1")
    trusted = [row for row in found["curve"] if row["trust"] == "trusted"]

    assert {row["data"] for row in trusted} >= {12, 25, 50}
    for row in trusted:
        assert row["predicted"] / row["measured"] == pytest.approx(1, abs=0.12), row["data"]
        assert row["better"] == "predicted"
    for row in found["curve"][-2:]:  # real eigenvectors are not random: too low, and found to be
        assert (row["trust"], row["better"]) == ("low", "leave_one_out")
        assert row["predicted"] < row["inside"]
        assert [check["name"] for check in row["checks"] if not check["passed"]] == ["splits"]


@pytest.mark.dear
def test_what_is_not_claimed_is_marked(run, tmp_path: Path) -> None:
    target = tmp_path / "digits.png"
    words = ("--data", "25,200,300", "--pool", "400", "--plot", str(target))
    lines = run("predict", *DIGITS, *words).out.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("data\t"))
    cells = [line.split("\t") for line in lines[start + 1 : start + 4]]

    assert [row[2] for row in cells] == ["trusted", "low", "low"]
    assert [row[-1] for row in cells] == ["predicted", "leave-one-out", "leave-one-out"]
    assert sum(line.startswith("Not trusted at ") and "is below the" in line for line in lines) == 2
    assert target.read_bytes().startswith(b"\x89PNG")


@pytest.mark.dear
def test_the_laws_follow_from_a_and_b(run) -> None:
    law = predict(run, *DIGITS, "--data", "20,40,80,160")["law"]
    a, b = law["a"]["value"], law["b"]["value"]
    rules = {(rule["model"], rule["cost"]): rule for rule in law["compute_optimal"]}

    assert 1 < a < b + 1 < 3  # the tail: all resolution-limited exponents are a - 1
    assert law["laws"]["data"]["value"] == pytest.approx(a - 1)
    assert law["laws"]["data"]["error"] == pytest.approx(law["a"]["error"])
    assert law["laws"]["time"]["value"] == pytest.approx((a - 1) / b)
    # t^-(a-1)/b = N^-(a-1) at C = N t.
    assert rules["dynamical", "N*t"]["loss"]["value"] == pytest.approx((a - 1) / (b + 1))
    assert rules["dynamical", "N*t"]["width"]["value"] == pytest.approx(1 / (b + 1))
    assert rules["dynamical", "N*P"]["loss"]["value"] == pytest.approx((a - 1) / 2)
    span = [(x - 1) / (y + 1) for x in _ends(law["a"]) for y in _ends(law["b"])]
    error = max(abs(value - (a - 1) / (b + 1)) for value in span)
    assert rules["dynamical", "N*t"]["loss"]["error"] == pytest.approx(error, rel=1e-6)
    if a > b:
        assert rules["plrf", "d*r"]["d"]["value"] == pytest.approx(1 / (b + 1))
    else:
        assert rules["plrf", "d*r"]["d"]["value"] is None


def _ends(fit: dict) -> list[float]:
    return [fit["value"] - fit["error"], fit["value"] + fit["error"]]


def test_the_measured_exponent(run, known: Path) -> None:
    words = ("--data", "10,20,40,80", "--splits", "10")
    found = predict(run, str(known / "features.npz"), *RAW, *words)
    measured = [row["measured"] for row in found["curve"]]
    slope = -np.polyfit(np.log([10, 20, 40, 80]), np.log(measured), 1)[0]

    assert found["measured_exponent"]["range"] == [10, 80]
    assert abs(found["measured_exponent"]["value"] - slope) < 4 * found["measured_exponent"]["error"]


def test_without_points_to_measure_on(run, known: Path) -> None:
    found = predict(run, str(known / "features.npz"), *RAW, "--pool", "400", "--data", "20")

    assert (found["held_out"], found["curve"][0]["measured"], found["measured_exponent"]) == (0, None, None)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("none.npz",), ("none.npz",)),
        (("photos",), ("digits", "mnist")),
        (("digits", "--kernel", "cubic"), ("--kernel", "laplace")),
        (("digits", "--kernel", "ntk", "--scale", "2"), ("--scale", "ntk")),
        (("digits", "--scale", "0"), ("--scale",)),
        (("digits", "--size", "5000"), ("1797",)),
        (("digits", "--size", "1"), ("--size",)),
        (("digits", "--window", "50"), ("--window", "50:200")),
        (("digits", "--size", "200", "--window", "50:180"), ("window", "100")),
        (("digits", "--seed", "-1"), ("--seed",)),
        (("digits", "--plot", "x.gif"), ("--plot",)),
    ],
    ids=lambda value: " ".join(value),
)
@pytest.mark.parametrize("command", ["spectrum", "predict"])
def test_bad_input_is_refused(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, words: tuple[str, ...], named: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    if "--window" in words and command == "predict" and "--size" in words:
        words = (*words, "--pool", "200")

    assert run(command, *words, "--json").is_refusal(*named)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--features", "10", "--kernel", "laplace"), ("--features", "arccos1")),
        (("--features", "0", "--kernel", "linear"), ("--features",)),
        (("--data", "0"), ("--data",)),
        (("--data", "300", "--size", "400"), ("200",)),
        (("--pool", "5000"), ("--pool", "1797")),
        (("--ridge", "-1"), ("--ridge",)),
        (("--splits", "1"), ("--splits",)),
    ],
    ids=lambda value: " ".join(value),
)
def test_what_cannot_be_predicted_is_refused(run, words: tuple[str, ...], named: tuple[str, ...]) -> None:
    assert run("predict", "digits", *words, "--json").is_refusal(*named)


def test_few_points_are_enough_for_a_table_but_not_for_a_law(run, tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    np.savez(tmp_path / "few.npz", features=generator.standard_normal((40, 4)), targets=generator.standard_normal(40))
    found = predict(run, str(tmp_path / "few.npz"))

    assert [row["data"] for row in found["curve"]] == [1, 2, 5, 10, 15]
    assert run("predict", str(tmp_path / "few.npz"), "--size", "30").is_refusal("15", "at least", "--pool")
    assert "at least 64 points" in found["flags"][0]
    assert found["law"]["laws"] is None


def test_nothing_to_learn_is_refused(run, tmp_path: Path) -> None:
    np.savez(tmp_path / "same.npz", features=np.eye(70), targets=np.full(70, 0.5))

    assert run("spectrum", str(tmp_path / "same.npz"), "--json").is_refusal("same.npz", "nothing to learn")


@pytest.mark.parametrize("command", ["spectrum", "predict"])
@pytest.mark.parametrize(
    "inputs",
    [{"kernel": np.zeros((70, 70))}, {"kernel": np.ones((70, 70))}, {"features": np.ones((70, 3))}],
    ids=["a kernel of zeros", "a kernel of ones", "one row"],
)
def test_points_that_are_all_the_same_are_refused(run, tmp_path: Path, command: str, inputs: dict) -> None:
    np.savez(tmp_path / "same.npz", **inputs, targets=np.arange(70) / 7)

    assert run(command, str(tmp_path / "same.npz"), "--json").is_refusal("same.npz", "No two different points", "70")


def test_a_kernel_matrix_takes_no_kernel(run, known: Path) -> None:
    assert run("spectrum", str(known / "kernel.npz"), "--kernel", "ntk").is_refusal("--kernel", "kernel matrix")
    assert run("predict", str(known / "kernel.npz"), "--features", "10").is_refusal("--features", "kernel matrix")


@pytest.mark.dear
def test_a_spectrum_that_ends_is_flagged(run, known: Path) -> None:
    found = run("spectrum", str(known / "features.npz"), *RAW, "--json").json
    assert any(f"has {MODES} eigenvalues for 400 points" in flag for flag in found["flags"])
    other = run("spectrum", str(known / "features.npz"), "--kernel", "laplace", "--json").json
    assert not any("eigenvalues for" in flag for flag in other["flags"])


def test_what_would_overflow_and_what_is_complex_is_refused(run, tmp_path: Path) -> None:
    points = np.random.default_rng(0).standard_normal((60, 4))
    np.savez(tmp_path / "large.npz", features=points, targets=1e160 * points[:, 0])
    np.savez(tmp_path / "complex.npz", features=points + 1j, targets=points[:, 0])
    for name, words in (("large", "overflow"), ("complex", "complex")):
        refused = run("spectrum", str(tmp_path / f"{name}.npz"))
        assert refused.code == 2
        assert words in refused.err


@pytest.fixture(scope="module")
def circle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two Gaussian columns beside constant ones: prepared, points on a circle, which are predicted too high."""
    x = np.random.default_rng(0).standard_normal((1000, 2))
    path = tmp_path_factory.mktemp("circle") / "circle.npz"
    np.savez(path, features=np.column_stack([x, np.ones((1000, 3))]), targets=x.sum(axis=1))
    return path


@pytest.mark.dear
def test_directions_come_from_the_numbers(run, circle: Path) -> None:
    from tauber.numerics.data import Kernel, load, pool_of
    from tauber.plots.sizes import draw_prediction

    found = predict(run, str(circle), "--data", "62,125,250")
    for row in found["curve"]:
        assert row["trust"] == "high"
        assert row["predicted"] > row["inside"]
        assert row["predicted_error"] > row["predicted_scatter"]
        for check in row["checks"]:
            assert check.keys() == {"name", "value", "threshold", "reason", "passed", "says"}
        row["features"] = float(row["features"])  # JSON has no infinity
    part = load(circle).subset(range(500))
    figure = draw_prediction("circle", pool_of(part.gram(Kernel("laplace")), part.targets), found)
    words = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert any("too high" in text for text in words)
    assert not any("too low" in text or "trusted" in text for text in words)
    assert "is above the" in run("predict", str(circle), "--data", "125").out


def test_numbers_whose_squares_vanish_are_refused(run, tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    x, y = generator.standard_normal((80, 3)), generator.standard_normal(80)
    np.savez(tmp_path / "targets.npz", features=x, targets=1e-300 * y)
    np.savez(tmp_path / "features.npz", features=1e-300 * x, targets=y)
    assert run("predict", str(tmp_path / "targets.npz")).is_refusal("targets", "vanish", "common factor")
    assert run("predict", str(tmp_path / "features.npz"), "--raw").is_refusal("features", "vanish", "common factor")


@pytest.mark.dear
def test_in_python_as_in_the_shell(run, known: Path) -> None:
    source, words = known / "features.npz", ("--data", "20,40", "--features", "30,inf", "--seed", "5")
    found = data.predict(source, kernel="linear", raw=True, data=[20, 40], features=[30, math.inf], seed=5)

    assert found.to_json() == run("predict", str(source), *RAW, *words, "--json").out.rstrip()
    assert str(found) == run("predict", str(source), *RAW, *words).out.rstrip()
    frame = found.to_frame()
    assert list(frame["data"]) == [20, 20, 40, 40]
    assert list(frame["predicted"]) == [row["predicted"] for row in found.curve]
    assert isinstance(data.spectrum(source, kernel="linear", raw=True).eigenvalues, np.ndarray)


@pytest.mark.dear
def test_without_a_target_there_is_a_spectrum(run, known: Path) -> None:
    source = str(known / "table.csv")
    found = data.spectrum(source, no_target=True, drop=["x2", "x3"])

    assert (found.power, found.noise, list(found.exponents), found.columns) == (None, None, ["b"], MODES - 1)
    assert str(found) == run("spectrum", source, "--no-target", "--drop", "x2", "--drop", "x3").out.rstrip()


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"kernel": "cubic"}, "^kernel was given as 'cubic'"),
        ({"labels": "x.npy", "no_target": True}, "^labels and no_target were given"),
        ({"classes": True}, r"numbers \(classes=False\)"),
        ({"size": 1}, "^size was given as '1'"),
    ],
    ids=str,
)
def test_a_caller_in_python_is_told_of_arguments(tmp_path: Path, arguments: dict, named: str) -> None:
    np.savetxt(tmp_path / "t.csv", np.random.default_rng(0).standard_normal((40, 3)), delimiter=",")

    with pytest.raises(BadInput, match=named):
        data.spectrum(tmp_path / "t.csv", **arguments)


def test_a_caller_in_the_shell_is_told_of_options(run, tmp_path: Path) -> None:
    np.savetxt(tmp_path / "t.csv", np.random.default_rng(0).standard_normal((40, 3)), delimiter=",")

    assert run("spectrum", str(tmp_path / "t.csv"), "--classes").is_refusal("numbers (--numbers)")
