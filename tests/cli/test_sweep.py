"""Sweeps: the numbers of one point at a time, of any action, and at any points."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dask.distributed import Client, LocalCluster

import tauber
from tauber import cache
from tauber.errors import BadInput
from tauber.models import sweep as face
from tauber.sweeps import engine, grid, store
from tauber.sweeps.question import Block, Question

from .conftest import Run
from .sweeping import CURVE, bits, cluster, hearing, swept

__all__ = ["cluster", "swept"]  # fixtures


def test_ranges_lists_and_tables(tmp_path: Path) -> None:
    assert grid.values("--alpha", "0.05:1.5:200", even=True, whole=False)[1] == "57/995"  # 1/20 + 29/20/199
    assert grid.values("--d", "10:1e5:5", even=False, whole=True) == ("10", "100", "1000", "10000", "100000")
    for text in ("1:2", "2:1:5", "0:1:0", "a:1:5"):
        with pytest.raises(BadInput, match="--alpha"):
            grid.values("--alpha", text, even=True, whole=False)
    with pytest.raises(BadInput, match="log-spaced"):
        grid.values("--noise", "0:1:5", even=False, whole=False)
    path = tmp_path / "points.csv"
    path.write_text("alpha, beta\n0.8, 0.3\n1.2, 0.7\n", encoding="utf-8")
    assert grid.table("--points", path, ["alpha", "beta"]) == {"alpha": ("0.8", "1.2"), "beta": ("0.3", "0.7")}
    for text in ("alpha,gamma\n1,2\n", "alpha\n", "alpha,beta\n1\n", ""):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(BadInput, match="header of different names"):
            grid.table("--points", path, ["alpha", "beta"])


def test_blocks_cover_the_grid_once() -> None:
    points = grid.Grid({"alpha": tuple(map(str, range(7))), "beta": tuple(map(str, range(10)))})
    asked = Question("plrf", "curve", {}, {"times": "1"})
    for seconds in (1e-3, 1.0, 4.0, 100.0):
        plan = store.Plan(asked, points, store.cut(points, seconds, 1))
        seen = [pair for k in range(plan.count) for pair in zip(*points.columns(plan.block(k)).values(), strict=True)]
        assert len(seen) == len(set(seen)) == 70
        assert sum(plan.points(k) for k in range(plan.count)) == 70


@pytest.mark.dear
def test_a_frontier_is_that_of_one_point_with_what_is_derived_beside(swept: Any) -> None:
    found = swept(action="frontier", alpha="0.6,1.1", beta="3/10,4/5", flops="1e8,1e10", times=None)
    data = found.dataset
    one = tauber.plrf.frontier(alpha="1.1", beta="4/5", flops=[1e8, 1e10])
    here = data.isel(alpha=1, beta=1)

    assert found.measured == found.points == 4
    assert data.sizes == {"alpha": 2, "beta": 2, "flops": 2}
    for name in ("d", "loss", "error", "d_slope", "loss_slope"):
        assert here[name].values == pytest.approx(one[name], rel=1e-9)
    phases = here.derived_phase.attrs["flag_meanings"].split()
    assert phases[int(here.derived_phase)] == one.derived["phase"] == "II"
    assert float(here.derived_loss_exponent) == pytest.approx(float(one.derived["loss_exponent"]), rel=1e-14)
    assert float(here.derived_correction_exponent) == pytest.approx(float(one.derived["correction_exponent"]))
    gap = here.loss_slope_distance.values
    assert gap == pytest.approx(here.loss_slope.values - float(one.derived["loss_exponent"]), abs=1e-14)
    assert json.loads(data.attrs["versions"]) == cache.made_by()
    assert "d" in found.to_frame().columns
    figure = found.plot()
    assert [axes.get_title() for axes in figure.axes[:3]] == [
        r"measured $-\mathrm{d}\log P_\star/\mathrm{d}\log f$", "|measured - derived| over the derived correction",
        "refused",
    ]  # fmt: skip
    assert {text.get_text() for text in figure.axes[0].texts} >= {"Ia", "II", "III"}


def test_refusals_are_codes_with_their_sentences(swept: Any) -> None:
    found = swept(alpha="0.3,0.8,0.9,1.2", beta="0.3,0.7", v="inf")
    codes = found.dataset.refusal

    (refusal,) = found.refusals
    assert found.refused == refusal["values"] == int((codes != 0).sum()) == 4
    assert (np.isnan(found.dataset.loss.values) == (codes.values != 0)).all()
    ((code, sentence),) = codes.attrs["refusals"].items()
    assert code == str(refusal["code"])
    assert sentence == refusal["sentence"].replace("(v)", "(--v)")  # to a caller of Python in Python's words
    assert "need 2 alpha > 1, got alpha = 0.3" in sentence


def test_what_every_point_refuses_is_refused(swept: Any, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="2 alpha > 1"):
        swept(alpha="0.3", beta="0.1,0.2", v="inf")
    assert not list(tmp_path.iterdir())


@pytest.mark.dear
def test_other_models_go_point_by_point(cluster: LocalCluster, tmp_path: Path) -> None:
    address = cluster.scheduler_address
    ridge = tauber.sweep("explaining", "curve", a="1.5,1.8", b="1.5", data="100,200", features="50,inf", ridge="0.1",
                         out=tmp_path / "ridge", scheduler=address)  # fmt: skip
    one = tauber.explaining.curve(a="1.8", b="1.5", data="100,200", features="50,inf", ridge="0.1")
    assert ridge.dataset.loss.isel(a=1).values == pytest.approx(one.loss)
    flow = tauber.sweep("dynamical", "curve", a="2", b="1.5", width="20,inf", times="1,100", out=tmp_path / "flow",
                        scheduler=address)  # fmt: skip
    assert flow.dataset.loss.sel(width=20).values == pytest.approx(
        tauber.dynamical.curve(a=2, b="1.5", width=20, times="1,100").loss
    )


NOISY = """
[spectrum]
alpha = 0.8
beta = "3/10"
[training]
step_size = "free"
[noise]
label_noise = "1/100"
"""


@pytest.mark.dear
def test_a_declared_model_is_swept_over_its_keys(cluster: LocalCluster, tmp_path: Path) -> None:
    file, given = tmp_path / "noisy.toml", {"action": "curve", "lr": "0.2", "d": "100", "v": "inf", "times": "10,1000"}
    place: dict[str, Any] = {"out": tmp_path / "noise", "scheduler": cluster.scheduler_address}
    file.write_text(NOISY, encoding="utf-8")
    found = tauber.sweep(file, keys=["noise.label_noise=0:1:3", "spectrum.beta=0.7"], **given, **place)
    one = tauber.declare(spectrum={"alpha": "0.8", "beta": "0.7"}, training={"step_size": "free"}, label_noise="1/2")

    assert found.dataset.sizes == {"noise.label_noise": 3, "times": 2}
    there = found.dataset.sel({"noise.label_noise": 0.5})
    assert there.loss.values == pytest.approx(one.curve(lr="0.2", d="100", v="inf", times="10,1000").loss)
    assert json.loads(there.attrs["declaration"])["spectrum"] == {"alpha": "0.8", "beta": "3/10"}
    file.write_text(NOISY.replace("0.8", "0.9"), encoding="utf-8")
    with pytest.raises(BadInput, match=r"holds another sweep: alpha was 0.8 and is 0.9; name"):
        tauber.sweep(file, keys=["noise.label_noise=0:1:3", "spectrum.beta=0.7"], **given, **place)


@pytest.mark.slow
def test_a_declared_frontier_has_the_derived_exponent_beside(tmp_path: Path, cluster: LocalCluster) -> None:
    (tmp_path / "points.csv").write_text("noise.label_noise,spectrum.beta\n1/100,0.2\n1/10,0.4\n", encoding="utf-8")
    table = {"spectrum": {"alpha": "4/5", "beta": "3/10"}, "training": {"step_size": "free"}}
    found = tauber.sweep(table, flops="1e6", points=tmp_path / "points.csv", out=tmp_path / "out",
                         scheduler=cluster.scheduler_address)  # fmt: skip
    data = found.dataset.isel(flops=0)
    for k, (noise, beta) in enumerate((("1/100", "0.2"), ("1/10", "0.4"))):
        one = tauber.declare({**table, "spectrum": {"alpha": "4/5", "beta": beta}, "noise": {"label_noise": noise}})
        exponent = float(one.derive().loss_exponent)
        assert float(data.derived_loss_exponent[k]) == pytest.approx(exponent)
        assert float(data.loss_slope_distance[k]) == pytest.approx(float(data.loss_slope[k]) - exponent)
    assert np.isfinite(data.step_size).all()


def test_what_of_a_declaration_is_not_swept(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "noisy.toml"
    file.write_text(NOISY, encoding="utf-8")
    words = ["sweep", str(file), "--action", "curve", "--d", "100", "--lr", "0.1", "--dry-run"]
    assert run(*words, "--set", "noise.label_noise").is_refusal("KEY=RANGE")
    assert run(*words, "--set", "noise=1,2").is_refusal("KEY=RANGE")
    assert run(*words, "--set", "noise.label_noise=1:2").is_refusal("--set noise.label_noise")
    assert run(*words, "--set", "noise.volume=1,2").is_refusal("no key 'volume'")
    assert run(*words, "--set", "noise.label_noise.more=1,2").is_refusal("is no table")
    assert run(*words, "--alpha", "0.6,0.8").is_refusal("--alpha", "does not have")
    assert run("sweep", "plrf", "--set", "noise.label_noise=1,2").is_refusal("no file that declares")
    assert run("sweep", "docs/examples/chinchilla.toml").is_refusal("of it is derive; choose by --action")
    assert run("sweep", str(tmp_path / "none.toml")).is_refusal("cannot be read")


def test_a_table_of_points_and_a_table_of_values(swept: Any, tmp_path: Path) -> None:
    rows = tmp_path / "points.csv"
    rows.write_text("alpha,beta,d\n0.8,0.3,100\n1.2,0.7,1e4\n0.9,0.3,50\n", encoding="utf-8")
    found = swept(alpha=None, beta=None, points=rows, parquet=tmp_path / "values.parquet")
    import pandas as pd

    with pytest.raises(BadInput, match="two numbers"):
        found.plot()
    assert found.dataset.sizes == {"point": 3, "times": 2}
    table = pd.read_parquet(tmp_path / "values.parquet")
    assert len(table) == 6
    assert table[(table.d == 1e4) & (table.times == 1e6)].loss.item() == pytest.approx(
        tauber.plrf.curve(alpha="1.2", beta="0.7", d=10000, times=[10**6]).loss[0], rel=1e-9
    )


def test_memory_does_not_grow_with_the_sweep(
    swept: Any, cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit, flying = Client.submit, [0]

    def counted(self: Client, *args: Any, **known: Any) -> Any:
        flying[0] += known.get("key", "").startswith("tauber-")
        most.append(flying[0])
        return submit(self, *args, **known)

    def landed(_: int) -> None:
        flying[0] -= 1

    most: list[int] = []
    monkeypatch.setattr(Client, "submit", counted)
    monkeypatch.setattr(face.screen, "progress_bar", hearing(landed))
    monkeypatch.setattr(store, "_EACH", 24)
    swept(workers=2)
    assert len(most) > max(most)
    assert max(most) <= len(cluster.workers) * engine._AHEAD + 2


def test_another_question_is_refused_with_what_differs(swept: Any, tmp_path: Path) -> None:
    found = swept()
    with pytest.raises(BadInput, match="times was 10,1e6 and is 10,1e7"):
        swept(times="10,1e7")
    with pytest.raises(BadInput, match=r"points alpha was 8 values from 11/20 to 3/2 and is 9 values"):
        swept(alpha="0.55:1.5:9")
    asked = Path(found.folder) / store.ASKED
    kept = json.loads(asked.read_text(encoding="utf-8"))
    kept["versions"]["numpy"] = "1.0"
    asked.write_text(json.dumps(kept), encoding="utf-8")
    with pytest.raises(BadInput, match=r"versions numpy was 1.0 and is \d"):
        swept()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("x", encoding="utf-8")
    with pytest.raises(BadInput, match="holds no sweep"):
        swept("mine")


def test_a_dry_run_measures_nothing(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["sweep", "plrf", "--action", "curve", "--alpha", "0.55:1.5:20", "--beta", "0.3,0.9", "--times", "10,1e6"]
    found = run(*words, "--dry-run", "--json").json
    assert found["points"] == 40
    assert found["bytes"] == 40 * 2 * (8 + 8 + 4)
    assert found["cpu_seconds"] > found["cpu_seconds_error"] > 0
    assert "40 points in" in run(*words, "--dry-run", "--workers", "2").out
    assert not list(tmp_path.iterdir())


def test_a_dry_run_measures_points_of_all_sorts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Evenly spaced places of a grid have the same beta; here it is beta that costs."""
    points = grid.Grid({"alpha": tuple(map(str, range(40))), "beta": tuple(map(str, range(40)))})
    asked = list[float]()

    def ask(self: Question, columns: Any) -> Any:
        seconds = [0.1 + 0.2 * float(beta) / 39 for beta in columns["beta"]]
        asked.extend(seconds)
        return Block({"refusal": np.zeros((len(seconds), 1))}, {}, sum(seconds), {})

    monkeypatch.setattr(Question, "ask", ask)
    mean, error = engine.pilot(Question("plrf", "curve", {}, {"times": "1"}), points)
    assert len(asked) == 1 + engine._PILOTS
    assert mean == pytest.approx(np.mean(asked[1:]))
    assert abs(mean - 0.2) < 3 * error < 0.1


def test_what_a_sweep_does_not_take(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("sweep", "geometry").is_refusal("what can be swept of it is derive;")
    assert run("sweep", "kernel").is_refusal("what can be swept of it is nothing;")
    assert run("sweep", "nowhere").is_refusal("what can be swept is frontier, curve, level", "predict, spectrum DATA")
    assert run("sweep", "plrf", "--a", "1,2").is_refusal("--a", "does not have")
    assert run("sweep", "plrf", "--alpha", "0.8", "--beta", "0.3").is_refusal("several points")
    assert run("sweep", "plrf", "--alpha", "0.8,x", "--beta", "0.3").is_refusal("--alpha", "'x'")
    assert run("sweep", "plrf", "--alpha", "0.8,1", "--beta", "0.3", "--flops", "x").is_refusal("--flops")
    monkeypatch.setattr(face, "find_spec", lambda name: None)
    assert run("sweep", "plrf", "--alpha", "0.8,1").is_refusal("pip install 'tauber[sweep]'")


@pytest.mark.dear
def test_local_processes_give_the_same(run: Run, swept: Any, tmp_path: Path) -> None:
    whole, out = swept("whole"), tmp_path / "local"
    words = [word for name, text in CURVE.items() for word in (f"--{name}", text)]
    found = run("sweep", "plrf", *words, "--workers", "3", "--out", str(out))
    assert found.out.splitlines()[0] == "Swept curve plrf: 8 alpha x 3 beta x 2 times"
    assert found.out.splitlines()[1] == "24 of 24 points measured; of 48 values 0 refused"
    local = store.opened(out)
    assert {name: array.values.tobytes() for name, array in local.variables.items()} == bits(whole)
