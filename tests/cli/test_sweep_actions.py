"""Every action that says what it returns is swept, by one mechanism, to the numbers that it gives alone."""

from __future__ import annotations

import inspect
import json
import math
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tauber
from tauber.errors import BadInput, CheckFailed
from tauber.models import general
from tauber.sweeps import asking
from tauber.sweeps.arguments import function, swept
from tauber.sweeps.question import Question

from .conftest import Run

SHARED: dict[tuple[str, str], dict[str, Any]] = {
    ("plrf", "frontier"): {"alpha": "0.8", "beta": "0.3,0.4", "flops": "1e8,1e10"},
    ("plrf", "curve"): {"alpha": "0.7,0.8", "beta": "0.3", "times": "10,1000"},
    ("plrf", "level"): {"alpha": "0.8", "beta": "0.3", "d": "50,1000", "v": "inf", "noise": "0.1"},
    ("plrf", "simulate"): {"alpha": "0.8", "beta": "0.3", "d": "10,20", "times": "1,10", "draws": "5", "sgd": True},
    ("plrf", "certify"): {"alpha": "4/5", "beta": "0.3,0.4", "times": "100,1e6"},
    ("plrf", "derive"): {"alpha": "4/5", "beta": "0.3,0.4", "lr": "0.1"},
    ("dynamical", "curve"): {"a": "2", "b": "1.5", "width": "20,inf", "times": "1,100", "momentum": "0.5"},
    ("dynamical", "frontier"): {"a": "3", "b": "3/2,8/5", "budget": "1e6,1e8"},
    ("dynamical", "level"): {"a": "2", "b": "1.5", "width": "20,inf", "data": "40"},
    ("dynamical", "simulate"): {"a": "2", "b": "1.5", "width": "8,10", "data": "20", "modes": "50", "draws": "4",
                                "times": "1,10"},
    ("dynamical", "certify"): {"a": "3", "b": "3/2", "width": "20,30", "data": "40", "modes": "60", "times": "1,10"},
    ("dynamical", "derive"): {"a": "3,4", "b": "3/2"},
    ("explaining", "curve"): {"a": "1.5,1.8", "b": "1.5", "data": "100,200", "features": "50,inf", "ridge": "best"},
    ("explaining", "simulate"): {"a": "1.8", "b": "1.5", "data": "10,20", "features": "5", "ridge": "0.1,1",
                                 "modes": "40", "draws": "4"},
    ("explaining", "certify"): {"a": "9/5", "b": "3/2", "data": "100", "features": "50,inf", "ridge": "0.1,1"},
    ("explaining", "derive"): {"a": "3/2,2", "b": "3/2"},
    ("geometry", "derive"): {"manifold": "sphere", "kernel": "laplace", "dim": "2,3"},
    ("data", "predict"): {"source": "digits", "size": "100", "ridge": "0.1,1", "data": "10,20", "splits": "2"},
    ("data", "spectrum"): {"source": "digits", "size": "200", "scale": "1,2"},
}  # fmt: skip
"""For each of them what is asked, with one number that is swept."""


def _ends(result: Any) -> list[Fraction]:
    return [Fraction(each["ball"].strip("[]").split(" +/- ")[0]) for each in result["values"]]


TRUST = ("none", "trusted", "low", "high", "unclaimed")
ALONE: dict[tuple[str, str], dict[str, Callable[[Any], Any]]] = {
    ("plrf", "frontier"): {"d": lambda r: r.d, "loss_slope_distance": lambda r: r.loss_slope - 6 / 13},
    ("plrf", "curve"): {"loss": lambda r: r.loss, "error": lambda r: r.error},
    ("plrf", "level"): {"level": lambda r: r.level, "level_error": lambda r: r.level_error},
    ("plrf", "simulate"): {"median": lambda r: r.median, "unstable": lambda r: r.unstable},
    ("plrf", "certify"): {"low": _ends, "high": _ends},
    ("plrf", "derive"): {"loss_exponent": lambda r: 6 / 13, "d_constant": lambda r: r.optimum["d_value"]},
    ("dynamical", "curve"): {"loss": lambda r: r.test},
    ("dynamical", "frontier"): {"loss_slope": lambda r: r.loss_slope, "best_width": lambda r: r.width,
                                "best_data": lambda r: [math.inf] * 2},
    ("dynamical", "level"): {"level": lambda r: r.final["test"], "data_variance": lambda r: r.final["data"]},
    ("dynamical", "simulate"): {"test": lambda r: r.test, "solved_train": lambda r: r.solved_train},
    ("dynamical", "certify"): {"low": _ends, "high": _ends},
    ("dynamical", "derive"): {"loss_exponent": lambda r: 2 / 3, "width_exponent": lambda r: 1 / 2,
                              "data_exponent": lambda r: math.nan},
    ("explaining", "curve"): {"loss": lambda r: r.loss, "best_ridge": lambda r: r.best_ridge},
    ("explaining", "simulate"): {"median_error": lambda r: r.median_error},
    ("explaining", "certify"): {"low": lambda r: [_ends(r)], "high": lambda r: [_ends(r)]},
    ("explaining", "derive"): {"data_exponent": lambda r: 1 / 2, "optimal_ridge_exponent": lambda r: 1 / 3},
    ("geometry", "derive"): {"alpha_K": lambda r: 1 / 2, "decay_exponent": lambda r: -3},
    ("data", "predict"): {"predicted": lambda r: [[row["predicted"]] for row in r.curve],
                          "trust": lambda r: [[TRUST.index(row["trust"])] for row in r.curve]},
    ("data", "spectrum"): {"b": lambda r: r.exponents["b"]["value"], "b_error": lambda r: r.exponents["b"]["error"]},
}  # fmt: skip
"""What its first point must be: of the action alone, or as it is known."""


def _asked(model: str, action: str) -> tuple[Question, Any]:
    given = dict(SHARED[model, action])
    subject = {"data": given.pop("source", None)}.get(model)
    return asking.ask(subject or model, action, given)


@pytest.mark.dear
@pytest.mark.parametrize(("model", "action"), [(model, action) for model, action, _ in swept()])
def test_an_action_is_swept_to_its_own_numbers(model: str, action: str) -> None:
    question, grid = _asked(model, action)
    (name,) = grid.axes
    block = question.ask(grid.columns([slice(0, 2)]))
    known = question.measured
    first = {**SHARED[model, action], **known.given, name: grid.axes[name][0]}
    alone = function(model, known.of or action)(**first)

    assert not block.refusals
    assert set(block.arrays) == set(question.outputs)
    shape = tuple(map(len, question.inside.values()))
    for key, output in question.outputs.items():
        assert block.arrays[key].shape == (2, *(shape if output.inside else ())), key
    for key, expected in ALONE[model, action].items():
        wanted = np.asarray(expected(alone), float)
        assert block.arrays[key][0] == pytest.approx(wanted, rel=1e-9, nan_ok=True), key
    assert not all(np.array_equal(array[0], array[1], equal_nan=True) for array in block.arrays.values())


@pytest.mark.parametrize(("model", "action", "known"), [pytest.param(*x, id=f"{x[1]} {x[0]}") for x in swept()])
def test_a_declaration_fits_its_action(model: str, action: str, known: Any) -> None:
    """A variable must not have the name of what is swept, and what it runs along or is asked with must be there."""
    arguments = function(model, known.of or action).action.arguments  # type: ignore[attr-defined]
    question = Question(model, action, {known.subject: "digits"} if known.subject else {}, {})

    assert not {*question.outputs} & {*arguments}
    assert {*known.along, *known.given} <= {*arguments}
    assert not {*known.along} & {*known.given}
    assert known.picture[0] in known.outputs
    if known.subject:
        assert arguments[known.subject].positional


@pytest.mark.dear
def test_every_option_of_an_action_is_taken(run: Run) -> None:
    """And said of in the help, but for those that are no numbers."""
    signature = inspect.signature(general("sweep"))
    for model, action, known in swept():
        for name, argument in function(model, known.of or action).action.arguments.items():  # type: ignore[attr-defined]
            assert argument.positional or name in signature.parameters, name
    page = " ".join(run("sweep", "--help").out.replace("│", " ").split())
    assert "--momentum" in page
    assert "Features N (dynamical)." in page
    assert "--solver" not in page


@pytest.mark.dear
def test_ends_of_a_proof_are_doubles_around_it() -> None:
    question, grid = _asked("plrf", "certify")
    block = question.ask(grid.columns([slice(0, 2)]))
    low, high = block.arrays["low"], block.arrays["high"]
    proved = tauber.plrf.certify(alpha="4/5", beta="0.3", times="100,1e6", digits=40)
    for k, middle in enumerate(_ends(proved)):
        assert Fraction(low[0, k]) < middle < Fraction(high[0, k])
    assert ((high - low) / low < 1e-11).all()
    assert (high > low).all()


def test_options_that_give_something_else_are_refused_in_one_sentence(run: Run, tmp_path: Path) -> None:
    words = ["sweep", "plrf", "--action", "level", "--alpha", "0.7,0.8", "--beta", "0.3", "--dry-run"]
    assert run(*words, "--schedule", "cooldown:1").is_refusal("Nothing of level, level_error is there")
    assert run(*words, "--times", "1,2").is_refusal("--times", "does not have")
    words = ["sweep", "plrf", "--action", "curve", "--alpha", "0.7,0.8", "--beta", "0.3", "--times", "1,2", "--dry-run"]
    assert run(*words, "--certified").is_refusal("gives as loss something else than the 2 doubles")
    assert run(*words, "--solver", "magic").is_refusal("--solver was given as 'magic'")
    words = ["sweep", "dynamical", "--action", "curve", "--a", "2,3", "--b", "1.5", "--width", "20", "--dry-run"]
    assert run(*words).is_refusal("--times is missing")
    assert run(*words, "--times", "1:1e4:6", "--gd", "0.1").is_refusal("rounds with these options", "as a list")
    assert run("sweep", str(tmp_path / "none.npz"), "--action", "predict", "--ridge", "1,2", "--data", "10",
               "--dry-run").is_refusal("none.npz")  # fmt: skip
    assert run("sweep", "digits", "--action", "predict", "--ridge", "1,2", "--dry-run").is_refusal("--data is missing")


def test_a_spectrum_of_ones_own_is_kept_whole(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    spectrum = tauber.Powers("8/5", "11/5", shift="1/3")
    file.write_text('[spectrum]\nkind = "powers"\ndecay = "8/5"\ntarget = "11/5"\nshift = "1/3"\n', encoding="utf-8")
    declared = tmp_path / "model.toml"
    declared.write_text('[spectrum]\nfile = "own.toml"\n[training]\nbatch = 2\n', encoding="utf-8")
    given = {"d": "50,100", "v": "inf", "times": "10,1000"}
    asked = [
        asking.ask("plrf", "curve", {"spectrum": spectrum, **given})[0],
        asking.ask("plrf", "curve", {"spectrum": str(file), **given})[0],
        asking.ask(declared, "curve", given)[0],
    ]
    file.unlink()
    columns = {"d": ["50"]}
    one = tauber.plrf.curve(spectrum=spectrum, d=50, v="inf", times="10,1000").loss
    two = tauber.plrf.curve(spectrum=spectrum, d=50, v="inf", times="10,1000", batch=2).loss

    assert json.loads(json.dumps(asked[0].fixed)) == asked[0].fixed == asked[1].fixed
    for question, expected in zip(asked, (one, one, two), strict=True):
        assert question.ask(columns).arrays["loss"][0] == pytest.approx(expected)
    modes = tauber.Modes([1, "1/3", 0.1], [1, 0.5, "1/7"])
    assert tauber.spectra.from_table(json.loads(json.dumps(asking.plain(modes.table)))) == modes


def test_a_file_of_data_that_changes_ends_the_sweep_in_one_sentence(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    file = tmp_path / "mine.npz"

    def write() -> None:
        np.savez(file, features=generator.normal(size=(60, 5)), targets=generator.normal(size=60))

    write()
    question, grid = asking.ask(file, "predict", {"ridge": "0.1,1", "data": "5,10", "splits": "2"})
    assert question.called == "mine.npz"
    assert np.isfinite(question.ask(grid.columns([slice(0, 1)])).arrays["measured"]).all()
    write()
    with pytest.raises(CheckFailed, match=r"mine.npz' is not what the sweep began with"):
        question.ask(grid.columns([slice(0, 1)]))
    file.unlink()
    with pytest.raises(CheckFailed, match=r"unreadable \(no such file"):
        question.ask(grid.columns([slice(0, 1)]))


@pytest.mark.dear
def test_a_sweep_without_inner_dimensions_has_everything_that_one_has(tmp_path: Path, run: Run) -> None:
    words = ["sweep", "plrf", "--action", "level", "--alpha", "0.6:1.2:3", "--beta", "0.3,0.7", "--v", "inf",
             "--workers", "1", "--out", str(tmp_path / "out")]  # fmt: skip
    found = run(*words, "--plot", str(tmp_path / "map.png"), "--parquet", str(tmp_path / "table.parquet"))
    assert found.out.startswith("Swept level plrf: 3 alpha x 2 beta\n6 of 6 points measured; of 6 values 0 refused\n")
    import pandas as pd

    table = pd.read_parquet(tmp_path / "table.parquet")
    assert {*table.columns} == {"alpha", "beta", "level", "level_error", "refusal"}
    one = tauber.plrf.curve(alpha="0.9", beta="0.7", v="inf", times=1)
    assert table[(table.alpha == 0.9) & (table.beta == 0.7)].level.item() == pytest.approx(one.level)
    assert (tmp_path / "map.png").stat().st_size > 10_000


@pytest.mark.dear
def test_a_report_maps_what_is_measured_beside_what_is_derived(tmp_path: Path) -> None:
    from tauber.site.sweep import read

    for action, given in (("level", {"v": "inf"}), ("derive", {})):
        tauber.sweep("plrf", action, alpha="0.6,0.8", beta="0.3,0.4", workers=1, out=tmp_path / action, **given)
        with pytest.raises(BadInput, match=rf"a sweep of {action} plrf over alpha, beta, but a map needs a grid"):
            read(tmp_path / action)
