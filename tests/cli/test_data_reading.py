"""How a file was read, on the screen and in ``reading``; and files as people have them, with their right answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tauber.numerics.data import load

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"
needs_cases = pytest.mark.skipif(not CASES.is_dir(), reason="the folder shared/cases is not beside the checkout")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """90 points with three features; a table that numbers its rows."""
    values = np.random.default_rng(0).standard_normal((90, 4)).round(4)
    lines = [",a,b,c,price", *(f"{i}," + ",".join(map(str, row)) for i, row in enumerate(values))]
    (tmp_path / "t.csv").write_text("\n".join(lines) + "\n")
    return tmp_path / "t.csv"


@pytest.mark.parametrize("command", ["spectrum", "predict"])
def test_the_reading_is_always_printed(run, table: Path, command: str) -> None:
    lines = run(command, str(table)).out.splitlines()

    assert lines[1].startswith(
        "Read 90 rows, 3 features (a, b, c), regression on column 'price', 1 output; UTF-8, comma"
    )
    assert lines[2].startswith("Left out: column 0 (from 0), an index")
    assert lines[3].startswith("Flag: The column 0 (from 0) numbers the rows and was left out (--keep 0")


@pytest.mark.parametrize("command", ["spectrum", "predict"])
def test_the_reading_is_in_the_object(run, table: Path, command: str) -> None:
    reading = run(command, str(table), "--target", "b", "--drop", "c", "--keep", "0", "--size", "80", "--json").json[
        "reading"
    ]

    assert reading["rows"] == 90
    assert (reading["columns"], reading["names"]) == (3, ["", "a", "price"])
    assert (reading["target"], reading["targets"], reading["outputs"]) == ("column 'b'", "regression", 1)
    assert reading["left_out"] == ["column 'c', as asked"]
    assert reading["flags"] == []


def test_sets_say_what_they_are(run) -> None:
    reading = run("spectrum", "digits", "--size", "100", "--json").json["reading"]

    assert (reading["rows"], reading["columns"], reading["targets"], reading["outputs"]) == (1797, 64, "classes", 10)


@pytest.mark.dear
def test_the_spectrum_without_targets(run, table: Path, tmp_path: Path) -> None:
    target = tmp_path / "s.png"
    words = ("spectrum", str(table), "--target", "price", "--json")
    aimed = run(*words).json
    points = np.loadtxt(table, delimiter=",", skiprows=1)[:, 1:4]
    np.savez(tmp_path / "f.npz", features=points)
    found = run("spectrum", str(tmp_path / "f.npz"), "--plot", str(target), "--json").json

    assert found["exponents"]["b"] == pytest.approx(aimed["exponents"]["b"])
    assert found["naive"]["eigenvalues"] == pytest.approx(aimed["naive"]["eigenvalues"])
    assert found["eigenvalues"] == pytest.approx(aimed["eigenvalues"])
    assert (found["power"], found["target_power"], found["null_power"], found["outputs"]) == (None, None, None, 0)
    assert set(found["exponents"]) == {"b"}
    assert target.read_bytes().startswith(b"\x89PNG")
    assert run("spectrum", str(tmp_path / "f.npz")).out.splitlines()[1].count("no targets") == 1
    assert run("spectrum", str(table), "--no-target", "--json").json["reading"]["columns"] == 4
    assert run("predict", str(tmp_path / "f.npz")).is_refusal("no targets", "--labels")


@pytest.mark.parametrize("text", ["a.0,b.0\n", "x"])
def test_few_points_without_targets(run, tmp_path: Path, text: str) -> None:
    np.savez(tmp_path / "few.npz", features=np.random.default_rng(0).standard_normal((30, 2)))
    found = run("spectrum", str(tmp_path / "few.npz"), "--json").json

    assert found["exponents"] is None
    assert "at least 64 points" in found["flags"][0]
    assert run("spectrum", str(tmp_path / "few.npz"), "--window", "2:5").is_refusal("64 points")


def test_curve_kernel_reads_alike(run, tmp_path: Path) -> None:
    generator = np.random.default_rng(1)
    points = generator.standard_normal((60, 100))
    np.savez(tmp_path / "k.npz", K=points @ points.T, y=generator.standard_normal((60, 2)))
    words = ("--times", "0,2", "--json")
    both = run("curve", "kernel", str(tmp_path / "k.npz"), *words).json
    parts = []
    for i in range(2):
        np.savez(tmp_path / "one.npz", K=points @ points.T, y=np.load(tmp_path / "k.npz")["y"][:, i])
        parts.append(run("curve", "kernel", str(tmp_path / "one.npz"), *words).json["test"])

    assert (both["samples"], both["outputs"]) == (60, 2)
    assert both["reading"]["targets"] == "regression"
    assert both["test"] == pytest.approx(np.sum(parts, axis=0), rel=1e-12)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--delimiter", "colon"), ("--delimiter", "semicolon")),
        (("--decimal", "'"), ("--decimal",)),
        (("--drop", "z"), ("'z'", "a, b, c, price")),
        (("--keep", "z"), ("'z'",)),
        (("--drop", "b", "--target", "b"), ("'b'", "left out")),
        (("--labels", "none.npy"), ("none.npy", "cannot be read")),
    ],
    ids=lambda value: " ".join(value),
)
@pytest.mark.parametrize("command", ["spectrum", "predict"])
def test_bad_options_are_refused(
    run, table: Path, command: str, words: tuple[str, ...], named: tuple[str, ...]
) -> None:
    assert run(command, str(table), *words).is_refusal(*named)


def test_contradictions_are_refused(run, table: Path) -> None:
    assert run("spectrum", str(table), "--no-target", "--labels", "y.npy").is_refusal("--labels", "--no-target")
    assert run("spectrum", "digits", "--drop", "3").is_refusal("digits", "no columns")


def spectrum(run, name: str, *words: str) -> dict:
    return run("spectrum", str(CASES / name), *words, "--json").json


@needs_cases
@pytest.mark.parametrize(
    "name",
    ["plain", "intheader", "unnamed0", "semicolon", "german", "preamble", "trailingsep"],
)
def test_tables_as_people_have_them(run, name: str) -> None:
    found, plain = (load(CASES / f"{which}.csv") for which in (name, "plain"))

    assert (found.features == plain.features).all()
    assert (found.targets == plain.targets).all()
    assert (found.reading.rows, found.reading.columns, found.reading.targets) == (400, 6, "regression")
    assert (found.reading.flags != ()) == (name == "unnamed0")


@pytest.mark.dear
@needs_cases
def test_the_plain_table(run) -> None:
    exponents = spectrum(run, "plain.csv")["exponents"]

    assert exponents["b"]["value"] == pytest.approx(1.214, abs=5e-4)
    assert exponents["alpha_D"]["value"] == pytest.approx(0.496, abs=5e-4)


@pytest.mark.dear
@needs_cases
def test_cells_that_are_no_numbers(run) -> None:
    assert run("spectrum", str(CASES / "censored.csv")).is_refusal(
        "row 4 (line 5)", "'target'", "'<0.01'", "--complete"
    )
    assert run("spectrum", str(CASES / "money.csv")).is_refusal("row 1 (line 2)", "'target'", "'466.42€'")
    found = spectrum(run, "censored.csv", "--complete")
    assert found["points"] == 399
    assert found["exponents"]["b"]["value"] == pytest.approx(1.214, abs=2e-3)  # a point fewer: less than its error


@pytest.mark.dear
@needs_cases
def test_a_float32_kernel(run) -> None:
    found = spectrum(run, "Krbf32.npz")

    assert found["exponents"]["b"]["value"] == pytest.approx(3.85, abs=5e-3)
    assert found["exponents"]["b"]["error"] == pytest.approx(0.55, abs=1e-2)
    assert "float32" in found["reading"]["flags"][0]


@pytest.mark.dear
@needs_cases
def test_a_kernel_and_its_labels(run) -> None:
    labels = str(CASES / "labels.npy")
    found = spectrum(run, "K.npy", "--labels", labels)

    assert found["kernel"] == "given"
    assert found["exponents"]["b"]["value"] == pytest.approx(1.214, abs=5e-4)
    assert found["exponents"]["alpha_D"]["value"] == pytest.approx(0.4935, abs=5e-5)
    assert run("spectrum", str(CASES / "K.npy")).is_refusal("symmetric 400 x 400", "--labels")
    assert run("predict", str(CASES / "K.npy")).is_refusal("symmetric 400 x 400", "--labels")
    assert (
        run("curve", "kernel", str(CASES / "K.npy"), "--labels", labels, "--times", "1", "--json").json["outputs"] == 1
    )


@needs_cases
def test_repeated_rows_are_flagged(run) -> None:
    (flag,) = spectrum(run, "dup_noisy.npz")["reading"]["flags"]

    assert "239 of the 400 points repeat" in flag
    assert "161 are distinct" in flag


@needs_cases
@pytest.mark.parametrize("name", ["cases/losses.csv", "data/chinchilla_runs.csv"])
@pytest.mark.parametrize("command", ["spectrum", "predict"])
def test_training_runs_are_no_points(run, name: str, command: str) -> None:
    assert run(command, str(CASES.parent / name)).is_refusal("looks like training runs", "'tokens'", "'loss'")
