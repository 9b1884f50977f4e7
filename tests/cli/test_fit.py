"""``tauber fit``: the answer in every form, what it refuses, and what it flags."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import tauber
from tauber.models.runs import branches, lies
from tauber.numerics.runs import Cost, draw_runs

from ..sampling import some
from .conftest import Run

LAW = {"E": 1.7, "A": 400.0, "B": 1500.0, "a": 0.34, "b": 0.36}
EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "runs.csv"
QUICK = ("--bootstrap", "100")
pytestmark = pytest.mark.usefixtures("kept_answers")  # of the laws and phases


def example() -> str:
    """The table in the documents, made by the tool."""
    runs = draw_runs(LAW, 10.0 ** np.arange(17, 22), 12, noise=0.005, seed=15)
    rows = zip(runs.size, runs.data, runs.loss, strict=True)  # type: ignore[arg-type]
    return "params,tokens,loss\n" + "".join(f"{n:.6e},{d:.6e},{loss:.5f}\n" for n, d, loss in rows)


def test_the_example_is_made_by_the_tool() -> None:
    assert EXAMPLE.read_text(encoding="utf-8") == example()


@pytest.mark.dear
def test_the_answer_has_what_was_promised(run: Run) -> None:
    found = run("fit", str(EXAMPLE), *QUICK, "--json").json

    for name, value in LAW.items():
        at = found["parameters"][name]
        assert set(at) == {"value", "error", "low", "high", "profile"}
        assert at["low"] < at["value"] < at["high"]
        assert abs(at["value"] - value) < 3 * at["error"]
    for name, value in (("size", 0.36 / 0.7), ("data", 0.34 / 0.7), ("loss", 0.34 * 0.36 / 0.7)):
        at = found["optimum"][f"{name}_exponent"]
        assert abs(at["value"] - value) < 3 * at["error"]
        assert at["low"] < at["value"] < at["high"]
    assert {entry["form"] for entry in found["heldout"]} == {"sum", "power-mean", "kaplan", "size", "data", "compute"}
    assert {entry["model"] for entry in found["phases"]} == {"plrf", "dynamical", "explaining"}
    assert found["flags"] == []
    assert found["reading"]["guessed"] == ["size", "data", "loss"]
    assert len(found["residuals"]) == len(found["loss"]) == found["runs"] == 60
    inside = [at["inside"] for at in found["optimum"]["budgets"]]
    assert inside[0]
    assert not inside[-1]


@pytest.mark.dear
def test_the_screen_says_what_was_read_and_what_follows(run: Run) -> None:
    done = run("fit", str(EXAMPLE), *QUICK, "--columns", "size=params", "--full")

    assert done.code == 0
    assert "60 runs, size = params, data = tokens (guessed), loss = loss (guessed), compute = 6*size*data" in done.out
    for words in ("Form sum: L = E + A/N^a + B/D^b", "N* ~ C^(0.5", "beyond the runs", "isoFLOP", "searches ended"):
        assert words in done.out


@pytest.mark.dear
def test_python_has_arrays_samples_and_predictions() -> None:
    runs = draw_runs(LAW, 10.0 ** np.arange(17, 22), 12, noise=0.005, seed=15)
    table = {"N": runs.size, "D": runs.data, "loss": runs.loss}
    found = tauber.fit(table, bootstrap=100, seed=3)

    assert isinstance(found, tauber.Result)
    assert found.samples["a"].shape == (100,)
    size, data = np.array([1e8, 1e9]), np.array([[1e9], [1e10]])
    at = found.predict(size, data)
    truth = LAW["E"] + LAW["A"] / size ** LAW["a"] + LAW["B"] / data ** LAW["b"]
    assert at.loss.shape == at.low.shape == (2, 2)
    assert (abs(at.loss - truth) < 5 * at.error).all()
    assert (at.low <= at.loss).all()
    assert (at.loss <= at.high).all()
    assert found.to_frame().shape[0] == 60
    with pytest.raises(tauber.BadInput, match="size and data"):
        found.predict(size)
    with pytest.raises(tauber.BadInput, match="positive"):
        found.predict(-1, 1e9)
    for wrong in ("large", [1e9, 1e10, 1e11], None):
        with pytest.raises(tauber.BadInput, match=r"must be (positive )?numbers"):
            found.predict([1e8, 1e9], wrong)


@pytest.mark.slow  # a mapping is in the test above
def test_a_data_frame_and_a_mapping_of_columns_are_tables() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_csv(EXAMPLE).rename(columns={"loss": "final"})
    found = tauber.fit(frame, columns={"loss": "final"}, bootstrap=100)

    assert found.parameters["a"]["value"] == pytest.approx(0.35, abs=0.05)
    assert found.reading["columns"]["loss"] == "final"


@pytest.mark.dear
@pytest.mark.parametrize("form", some(["power-mean", "kaplan", "size", "data", "compute"], (3,)))
def test_every_form_has_an_answer_and_a_picture(form: str, run: Run, tmp_path: Path) -> None:
    done = run("fit", str(EXAMPLE), *QUICK, "--form", form, "--plot", str(tmp_path / "runs.svg"))

    assert done.code == 0
    assert (tmp_path / "runs.svg").stat().st_size > 10_000
    assert ("No optimum" in done.out) == (form in {"size", "data", "compute"})


@pytest.mark.dear
def test_the_largest_losses_can_be_left_out_and_least_squares_asked(run: Run) -> None:
    found = run("fit", str(EXAMPLE), *QUICK, "--leave-out", "4", "--huber", "inf", "--budgets", "1e20", "--json").json

    assert found["runs"] == 56
    assert found["huber"] == "inf"
    assert [at["compute"] for at in found["optimum"]["budgets"]] == [1e20]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--form", "cubic"), ("--form", "'cubic'", "power-mean")),
        (("--columns", "size"), ("--columns", "size=params,data=tokens,loss=loss")),
        (("--columns", "size=nothing"), ("no column 'nothing'", "params, tokens, loss")),
        (("--cost", "6*width"), ("--cost was given as '6*width'", "its factor 'width'")),
        (("--cost", "6*size^x"), ("--cost was given as '6*size^x'", "its exponent 'x'")),
        (("--cost", "6"), ("--cost was given as '6'",)),
        (("--huber", "0"), ("--huber",)),
        (("--bootstrap", "3"), ("--bootstrap", "100")),
        (("--leave-out", "60"), ("--leave-out", "leaves none")),
        (("--leave-out", "56"), ("5 parameters", "4 runs", "--form size or --form data or --form compute")),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_sentence(words: tuple[str, ...], said: tuple[str, ...], run: Run) -> None:
    assert run("fit", str(EXAMPLE), *words).is_refusal(*said)


@pytest.mark.dear
def test_cells_and_files_that_cannot_be_read_are_named(run: Run, tmp_path: Path) -> None:
    lines = example().splitlines()
    broken = tmp_path / "broken.csv"
    broken.write_text("\n".join([*lines[:4], lines[4].rpartition(",")[0] + ",oops", *lines[5:]]) + "\n")

    assert run("fit", str(broken)).is_refusal("row 4 (line 5)", "'loss'", "'oops'", "--complete", "--columns loss=NAME")
    assert run("fit", str(broken), *QUICK, "--complete", "--json").json["runs"] == 59
    assert run("fit", str(tmp_path / "none.csv")).is_refusal("There is no file")
    assert run("fit", "digits").is_refusal("There is no file 'digits'")
    (tmp_path / "points.csv").write_text("x,y,target\n1,2,3\n4,5,6\n7,8,9\n")
    assert run("fit", str(tmp_path / "points.csv")).is_refusal("looks like the loss", "--columns loss=NAME")


@pytest.mark.dear
def test_runs_that_do_not_fit_are_flagged_by_row() -> None:
    runs = draw_runs(LAW, 10.0 ** np.arange(17, 22), 12, noise=0.005, seed=15)
    loss, compute = runs.loss.copy(), runs.compute.copy()  # type: ignore[union-attr]
    loss[7] = 0.5
    compute[20] /= 1e9
    found = tauber.fit({"size": runs.size, "data": runs.data, "compute": compute, "loss": loss}, bootstrap=100)

    assert any(flag.startswith("In row 21 the compute") for flag in found.flags)
    assert any("1 loss lies below E" in flag and "row 8" in flag for flag in found.flags)
    assert any("1 run is more than 10 errors off the fit, row 8 most" in flag for flag in found.flags)


@pytest.mark.parametrize(("count", "seed"), some([(6, 1), (7, 1), (9, 0)], (0,)))
def test_few_runs_of_one_noise_have_no_outlier(count: int, seed: int) -> None:
    """A fit runs through as many runs as it has parameters: beside those the others are not far off."""
    drawn = draw_runs(LAW, 10.0 ** np.arange(17, 22), 12, noise=0.005, seed=seed)
    runs = drawn.subset(np.arange(0, 60, 60 // count)[:count])
    found = tauber.fit({"size": runs.size, "data": runs.data, "loss": runs.loss}, bootstrap=100)

    assert not any("errors off the fit" in flag for flag in found.flags)
    reasons = {entry["form"]: entry["reason"] for entry in found.heldout}
    assert reasons["sum"] == f"The cheapest {round(count / 2)} runs are too few for 5 parameters."


@pytest.mark.dear
def test_a_few_sizes_with_many_runs_are_said() -> None:
    size, data = (x.ravel() for x in np.meshgrid(np.geomspace(1e7, 1e9, 5), np.geomspace(1e9, 1e11, 8)))
    loss = LAW["E"] + LAW["A"] / size ** LAW["a"] + LAW["B"] / data ** LAW["b"]
    loss *= np.exp(0.003 * np.random.default_rng(1).standard_normal(40))
    found = tauber.fit({"size": size, "data": data, "loss": loss}, bootstrap=100)

    assert any("5 sizes only" in flag for flag in found.flags)


def test_a_run_that_the_fit_follows_alone_is_flagged() -> None:
    """Its residual says nothing of its noise. A table of data alone has an answer, too, and no budgets."""
    data = np.append(np.geomspace(1e9, 2e9, 29), 1e12)
    loss = 1.8 + 2000 / data**0.37
    loss *= np.exp(0.003 * np.random.default_rng(1).standard_normal(30))
    found = tauber.fit({"data": data, "loss": loss}, form="data", huber="inf", bootstrap=100)
    (flag,) = (flag for flag in found.flags if "leverage" in flag)
    assert "row 30 alone" in flag

    assert found.optimum["reason"] == "The form 'data' has no trade-off of size and data, and so no optimum."

    data = np.geomspace(1e9, 1e12, 30)
    even = tauber.fit({"data": data, "loss": 1.8 + 2000 / data**0.37}, form="data", huber="inf", bootstrap=100)
    assert not any("leverage" in flag for flag in even.flags)


@pytest.mark.parametrize("name", branches.MODELS)
def test_a_phase_turned_around_is_the_phase(name: str) -> None:
    """The parameters that a pair of exponents is turned into have that pair, by the derived formulas."""
    from sympy import Rational, lambdify, simplify

    there = branches.place(name, Cost())
    s, _ = branches.measured()
    pair = (Rational(1, 3), Rational(3, 8))
    for phase in there["phases"]:
        forward = lambdify(there["parameters"], (phase["size"], phase["data"]), "math")
        for turn in lies.turns(phase):
            at = turn(*map(float, pair))
            assert at is None or forward(*at) == pytest.approx([float(x) for x in pair])
        if phase["line"] is not None:
            known, value = phase["known"]
            assert simplify(phase["size"].subs(known, value) - s) == 0
            assert simplify(phase["data"].subs(known, value) - phase["line"]) == 0
        assert bool(phase["points"]) != (phase["line"] is not None)


@pytest.mark.dear
@pytest.mark.parametrize(
    ("alpha", "beta", "phase"),
    [("4/5", "3/10", "Ia"), ("4/5", "7/10", "II"), ("1/5", "7/10", "Ic"), ("27/100", "7/10", "IVb")],
)
def test_the_exponents_of_a_point_lead_back_to_it_and_its_phase(alpha: str, beta: str, phase: str) -> None:
    derived = tauber.plrf.derive(alpha=alpha, beta=beta).compute_optimal
    x, y = float(derived["d"]), float(derived["loss"])
    value = np.array([y / x, y / (1 - x)])
    samples = value + 0.001 * np.random.default_rng(0).standard_normal((200, 2))
    measured = {"reason": None, "estimates": [], "size_exponent": {"value": x, "error": 0.01}}
    plrf = lies.phases_payload(value, samples, Cost(), measured)[0]

    (found,) = (entry for entry in plrf["compatible"] if entry["phase"] == phase)
    known = {"alpha": alpha, "beta": beta}
    for name, text in known.items():
        top, bottom = map(float, text.split("/"))
        assert found["parameters"][name]["value"] == pytest.approx(top / bottom)
    assert (found["errors"], found["agrees"], found["compatible_at"]) == (0, True, 1)
    assert found["size_exponent"]["low"] <= x <= found["size_exponent"]["high"]
    measured["size_exponent"]["value"] = x + 0.3
    (other,) = (
        e for e in lies.phases_payload(value, samples, Cost(), measured)[0]["compatible"] if e["phase"] == phase
    )
    assert not other["agrees"]


def _curves() -> dict[str, object]:
    step = np.rint(np.geomspace(20, 4000, 60))
    loss = 1.7 + 3.0 * (1 + step / 8) ** -0.6
    names, both = np.repeat(["first", "second"], len(step)), np.concatenate([loss, loss])
    return {"run": names, "step": np.tile(step, 2), "loss": both}


@pytest.mark.dear
def test_training_curves_are_recognised_by_their_columns(run: Run, tmp_path: Path) -> None:
    table, path = _curves(), tmp_path / "curves.csv"
    rows = zip(*table.values(), strict=True)  # type: ignore[arg-type]
    path.write_text("run,step,loss\n" + "".join(f"{name},{step:.0f},{loss:.6f}\n" for name, step, loss in rows))
    found = run("fit", str(path), *QUICK, "--plot", str(tmp_path / "curves.svg"), "--json").json

    assert (found["kind"], found["form"], found["runs"], found["rows"]) == ("curves", "functional", 2, 120)
    assert found["parameters"]["q_F"]["value"] == pytest.approx(0.6, rel=0.01)
    assert [entry["run"] for entry in found["heldout"]] == ["first", "second"]
    assert all(abs(entry["last"] / entry["foretold"] - 1) < 1e-3 for entry in found["heldout"] + found["ends"])
    assert found["regimes"] == []
    assert found["parameters"]["A"]["error"] is None
    assert any("learning rate is not known" in flag for flag in found["flags"])
    assert len(found["run"]) == len(found["loss"]) == len(found["residuals"])
    assert (tmp_path / "curves.svg").stat().st_size > 10_000
    said = run("fit", str(path), *QUICK)
    assert "training curves, 2 runs of 120 rows, run = run (guessed)" in said.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--form", "sum"), ("'sum'", "training curves", "functional")),
        (("--leave-out", "2"), ("--leave-out", "training curves")),
        (("--early", "2"), ("--early", "less than 1")),
        (("--hold-out", "third"), ("--hold-out", "third", "first, second")),
    ],
)
def test_what_curves_have_not_is_refused(
    words: tuple[str, ...], said: tuple[str, ...], run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "curves.csv"
    rows = zip(*_curves().values(), strict=True)  # type: ignore[arg-type]
    path.write_text("run,step,loss\n" + "".join(f"{name},{step:.0f},{loss:.6f}\n" for name, step, loss in rows))

    assert run("fit", str(path), *QUICK, *words).is_refusal(*said)


def test_options_of_curves_are_refused_for_final_losses(run: Run) -> None:
    assert run("fit", str(EXAMPLE), "--hold-out", "a").is_refusal("--hold-out", "final losses")
    assert run("fit", str(EXAMPLE), "--form", "functional").is_refusal("functional", "final losses")


@pytest.mark.slow
def test_a_pair_of_derived_exponents_lies_in_its_phase() -> None:
    """(q_F, q_K) by the derived terms at a point lead back to it, in the phase that is derived there."""
    from tauber.models.runs.regimes import regimes_payload
    from tauber.theory.models.plrf import derive

    at = derive("4/5", "3/10")
    powers = {term.name: -float(term.r) for term in at.terms}
    value = np.array([powers["F_pp"], powers["K_pp"]])
    samples = value + 0.001 * np.random.default_rng(0).standard_normal((200, 2))
    found = [entry for entry in regimes_payload(value, samples) if entry["errors"] == 0]

    assert [(entry["phase"], entry["forcing"]) for entry in found] == [(at.phase, "F_pp")]
    assert [found[0]["parameters"][name]["value"] for name in ("alpha", "beta")] == pytest.approx([0.8, 0.3])
