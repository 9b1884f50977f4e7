"""``tauber fit --form explaining``: a model's exact surface in every form of the answer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import tauber
from tauber.models.runs import given, lies
from tauber.numerics.runs import SURFACE_FORMS, Cost, surface_runs
from tauber.numerics.runs.surfaces import SURFACES

from .conftest import Run

LAW = {"E": 1.2, "S": 3.0, "N0": 1e5, "D0": 1e6, "a": 1.9, "b": 1.53}


@pytest.fixture(scope="module")
def table() -> dict[str, np.ndarray]:
    """Runs of the model itself."""
    size, data = (x.ravel() for x in np.meshgrid(np.geomspace(1e6, 1e8, 8), np.geomspace(1e7, 1e10, 6)))
    runs = surface_runs("explaining", LAW, size, data, 0.003, seed=3)
    return {"params": size, "tokens": data, "loss": runs.loss}


def test_the_names_are_those_of_the_surfaces() -> None:
    assert set(given.SURFACES) == set(SURFACE_FORMS) == set(SURFACES)


@pytest.fixture(scope="module")
def found(table: dict[str, np.ndarray], answers: Path) -> tauber.Result:
    """What is said of them, among diagrams that are derived once in a run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TAUBER_CACHE_DIR", str(answers))
        return tauber.fit(table, form="explaining", bootstrap=100, budgets=[1e15, 1e16, 1e40])


def test_python_has_the_models_parameters_phase_and_predictions(found: tauber.Result, tmp_path: Path) -> None:
    for name, value in LAW.items():
        at = found.parameters[name]
        assert at["low"] < value < at["high"]
        low, high = at["profile"]
        assert low < at["value"] < high
    assert sorted(found.samples) == sorted(LAW)
    assert found.surface["error"] < 1e-3
    assert [entry["form"] for entry in found.heldout[:2]] == ["explaining", "sum"]
    exact, additive = (entry["cuts"] for entry in found.heldout[:2])
    assert all(one["error"] < other["error"] for one, other in zip(exact, additive, strict=True))
    (place,) = found.phases
    assert place["model"] == "explaining"
    assert place["compatible"][0]["phase"] == "tail"
    assert place["compatible"][0]["parameters"]["a"]["value"] == found.parameters["a"]["value"]
    best = found.optimum
    assert best["size_exponent"]["value"] + best["data_exponent"]["value"] == pytest.approx(1)
    assert all(at["size"]["low"] < at["size"]["value"] < at["size"]["high"] for at in best["budgets"] if at["inside"])
    assert best["unsolved"] == [1e40]
    assert any("1e+40 the best size lies beyond" in flag for flag in found.flags)
    at = found.predict(1e7, [1e8, 1e9])
    truth = surface_runs("explaining", LAW, np.full(2, 1e7), np.array([1e8, 1e9])).loss
    assert (abs(at.loss - truth) < 5 * at.error).all()
    with pytest.raises(tauber.BadInput, match="not solved so far"):
        found.predict(1e30, 1e9)
    found.save(tmp_path / "surface.svg")
    assert (tmp_path / "surface.svg").stat().st_size > 10_000


WORDS = ("L = E + S P(N/N0, D/D0; a, b)", "in the middle of the runs", "interpolated", "exponents of explaining")


def test_the_screen_says_what_the_surface_is(found: tauber.Result) -> None:
    assert all(words in found.text() for words in WORDS)


@pytest.mark.slow
def test_so_does_the_shell(table: dict[str, np.ndarray], run: Run, tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    rows = zip(*table.values(), strict=True)
    path.write_text("params,tokens,loss\n" + "".join(f"{n:.8g},{d:.8g},{loss:.8g}\n" for n, d, loss in rows))
    done = run("fit", str(path), "--form", "explaining", "--bootstrap", "100")

    assert done.code == 0
    assert all(words in done.out for words in WORDS)


@pytest.mark.dear
@pytest.mark.parametrize("model", ["plrf", "dynamical"])
def test_own_parameters_lie_in_the_phase_that_has_them(model: str) -> None:
    """alpha = 4/5, beta = 3/10 in Ia; a = 1.9, b = 3/2 where time and width level."""
    pair, phase = {"plrf": ((0.8, 0.3), "Ia"), "dynamical": ((1.9, 1.5), "time = width level")}[model]
    value = np.array(pair)
    samples = value + 0.001 * np.random.default_rng(0).standard_normal((100, 2))
    measured = {"reason": None, "estimates": [], "size_exponent": {"value": 0.4, "error": 0.01}}
    (found,) = lies.phases_payload(value, samples, Cost(), measured, model)

    assert [entry["phase"] for entry in found["compatible"]] == [phase]
    assert lies.landing(value, samples, Cost(), model).spots[0][0] == phase  # type: ignore[union-attr]
