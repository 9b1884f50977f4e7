"""A spectrum of one's own on both faces: every form and file, every model, refusals, and simulations beside theory."""

import doctest
import json
import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import tauber
from tauber import BadInput, Exponential, LogPowers, Modes, Powers, Sphere, Torus, TwoPowers, Union
from tauber.numerics.core.declared import every_mode
from tauber.read.spectrum import spectrum as read
from tauber.spectra import from_table

from .conftest import run

__all__ = ["run"]  # a fixture
UNION = """[spectrum]
kind = "union"
[[spectrum.parts]]
kind = "powers"
decay = "3/2"
target = 2
shift = 0.5
[[spectrum.parts]]
kind = "two-powers"
decay = 2
gap = 1
weight = "1/2"
coefficient = 5e-1
"""
RECORD = Union([Powers("3/2", 2, "1/2"), TwoPowers(2, 1, "1/2", "1/2")])


@pytest.fixture
def union(tmp_path):
    path = tmp_path / "union.toml"
    path.write_text(UNION, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "record",
    [
        Powers("8/5", "11/5"), Powers(1.6, Fraction(11, 5), np.float64(0.5)), TwoPowers(2, "1/2", "-1/2", 0), RECORD,
        Sphere("laplace", 3, "1/2", source=2), Sphere("ntk"), Torus("matern", nu="1/2"), Modes([1, "1/3"], (0.1, 0)),
        Union([RECORD, Modes([1], [2])]), LogPowers("8/5", "-1/2", 0), Exponential(0.2, "3/2"),
    ],
    ids=lambda record: record.kind,
)  # fmt: skip
def test_a_record_is_its_table(record):
    assert from_table(record.table) == record
    assert read(record) is record
    assert read(record.table) == record
    hash(record)
    assert record.words
    assert (record.count is None) == (record.kind != "modes")


def test_numbers_are_exact():
    assert Powers(0.1, "1e-1") == Powers(Fraction(1, 10), "1/10")
    assert Modes(np.array([0.1]), [1]).eigenvalues == (Fraction(1, 10),)


def test_files_of_every_kind(tmp_path, union):
    assert read(union) == read(str(union)) == RECORD
    eigenvalues, powers = [0.5, 0.25, 2.0], [1.0, 0.0, 1e-3]
    exact = Modes(eigenvalues, powers)
    np.savez(tmp_path / "a.npz", eigenvalues=eigenvalues, target_powers=powers, other=np.eye(3))
    rows = list(zip(eigenvalues, powers, strict=True))
    np.save(tmp_path / "a.npy", np.array(rows, dtype=[("lambda", float), ("omega", float)]))
    for name, text in {
        "a.csv": "target_powers,eigenvalues,mode\n1.0,0.5,a\n0,.25,b\n1e-3,2,c\n",
        "b.csv": "eigenvalues;target_powers\n0,5;1\n0,25;0\n2;0,001\n",
        "a.tsv": "mode\tlambda\tomega\n1\t0.5\t1\n2\t0.25\t0\n3\t2\t1e-3\n",
        "a.txt": "# eigenvalues target_powers\n0.5 1\n0.25 0\n2 1e-3\n",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    for path in sorted(tmp_path.glob("*.[nct]*")):
        if path != union:
            assert read(path) == exact, path.name
    assert read((eigenvalues, np.array(powers))) == read(np.array([eigenvalues, powers])) == exact


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"kind": "powers", "decay": -1, "target": 2}, "decay of the spectrum powers was given as '-1'"),
        ({"kind": "powers", "decay": "x", "target": 2}, "must be a positive number"),
        ({"kind": "powers", "decay": True, "target": 2}, "must be a positive number"),
        ({"kind": "powers", "decay": 1, "target": 2, "shift": -1}, "above -1"),
        ({"kind": "powers", "target": 2}, "needs decay"),
        ({"kind": "powers", "decay": 1, "target": 2, "alpha": 3}, "no key 'alpha'"),
        ({"kind": "power"}, "must be one of powers, two-powers"),
        ({"decay": 1}, "is missing, but it must be one of"),
        ({"kind": "two-powers", "decay": 1, "gap": "1/2", "weight": "71/50", "coefficient": 0}, "below 2^gap"),
        ({"kind": "two-powers", "decay": 1, "gap": 1, "weight": -1, "coefficient": 0}, "above -1"),
        ({"kind": "union", "parts": [{"kind": "powers", "decay": 1, "target": 2}]}, "two or more"),
        ({"kind": "union", "parts": "powers"}, "two or more"),
        ({"kind": "union", "parts": [1, 2]}, "must be a table"),
        ({"kind": "sphere", "kernel": "gauss"}, "must be one of laplace"),
        ({"kind": "sphere", "kernel": "arccos0", "scale": 1}, "leave it out"),
        ({"kind": "sphere", "kernel": "laplace", "scale": "1/1000"}, "from 1/100 on"),
        ({"kind": "torus", "kernel": "matern"}, "needs nu"),
        ({"kind": "torus", "kernel": "matern", "nu": 1, "dim": 0}, "whole number from 1"),
        (([1, 2], [1]), "got 2 and 1"),
        (([], []), "got 0 and 0"),
        (([1, 0], [1, 1]), "eigenvalues[1]"),
        (([1, 1], [1, float("nan")]), "target_powers[1]"),
        (([1, 2], [1, 2], [3, 4]), "a sequence of 3"),
        (["a", "b"], "a sequence of 2"),
        (7, "given as 7"),
        ("nowhere.toml", "cannot be read"),
        ("nowhere.xyz", "no table known here"),
    ],
)
def test_bad_declarations_get_one_sentence(given, said):
    with pytest.raises(BadInput) as caught:
        read(given)
    assert said in str(caught.value)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.toml", "kind = 'powers'", "one table [spectrum]"),
        ("a.toml", "[spectrum", "no TOML"),
        ("a.toml", "[spectrum]\nkind = 'powers'\ndecay = nan\ntarget = 2", "decay"),
        ("a.csv", "x,y\n1,2\n3,4\n", "its columns are 'x', 'y'"),
        ("a.csv", "1,2\n3,4\n", "one column eigenvalues"),
        ("a.csv", "eigenvalues,omega,power\n1,2,3\n3,4,5\n", "one column target_powers"),
        ("a.csv", "eigenvalues,omega\n1,2\nhigh,4\n", "eigenvalues[1]"),
    ],
)
def test_bad_files_are_named(tmp_path, name, text, said):
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        read(tmp_path / name)
    assert said in str(caught.value)
    assert name in str(caught.value)


def test_an_array_without_names_is_not_guessed(tmp_path):
    np.save(tmp_path / "a.npy", np.ones((3, 2)))
    with pytest.raises(BadInput, match="have no names"):
        read(tmp_path / "a.npy")


CURVES = {
    "plrf": "curve plrf --d 30 --v 300 --times 1,1e4",
    "dynamical": "curve dynamical --width 30 --data 60 --modes 300 --times 1,1e4",
    "explaining": "curve explaining --data 30,60 --modes 300 --ridge 0.1",
}


@pytest.mark.parametrize("model", CURVES)
def test_the_shell_and_python_give_the_same(run, union, model):
    in_shell = run(*CURVES[model].split(), "--spectrum", str(union), "--json").json
    words = CURVES[model].split()[2:]
    known = {key[2:]: value for key, value in zip(words[::2], words[1::2], strict=True)}
    curve = getattr(tauber, model).curve
    for spectrum in (RECORD, RECORD.table, str(union), Path(union)):
        assert json.loads(curve(spectrum=spectrum, **known).to_json()) == in_shell
    listed = curve(spectrum=every_mode(RECORD, 300), **known)
    assert np.allclose(np.array(listed.loss, float), np.array(in_shell["loss"], float), rtol=1e-11)
    assert in_shell["spectrum"]["kind"] == "union"
    assert not {"alpha", "beta", "a", "b"} & set(in_shell)
    assert "lambda_j = (j + 1/2)^(-3/2)" in curve(spectrum=RECORD, **known).text()


@pytest.mark.dear
def test_exponents_as_a_spectrum_say_the_same():
    one = tauber.plrf.curve(spectrum=Powers("8/5", "11/5"), v="inf", lr_trace="1/2", times="100", digits=20)
    two = tauber.plrf.curve("4/5", "3/10", v="inf", lr_trace="1/2", times="100", digits=20)
    assert abs(one.loss[0] / two.loss[0] - 1) < 1e-20
    for model, known in (("dynamical", {"width": 40, "times": "1"}), ("explaining", {"data": "50"})):
        certify = getattr(tauber, model).certify
        balls = [
            certify(a="11/5", b="8/5", **known)["values"],
            certify(spectrum=Powers("8/5", "11/5"), **known)["values"],
        ]
        assert balls[0] == balls[1]
    proved = tauber.plrf.certify(spectrum=Powers("8/5", "11/5"), d=50, times="100")
    assert proved["values"] == tauber.plrf.certify("4/5", "3/10", d=50, times="100")["values"]


def test_one_pass_with_label_noise_and_a_spectrum(run, union):
    found = run("curve", "dynamical", "--spectrum", str(union), "--width", "30", "--modes", "300", "--noise", "0.3",
                "--one-pass", "auto", "--times", "1,1e3", "--json").json  # fmt: skip
    same = tauber.plrf.curve(spectrum=RECORD, d=30, v=300, noise=0.3, times=[1, 1000])
    assert found["loss"] == pytest.approx(list(same.loss), rel=1e-11)
    assert found["step_size"] == pytest.approx(same.step_size)
    assert found["level"] < found["loss"][1]
    batched = tauber.dynamical.curve(2, "3/2", width=30, one_pass="1/10", batch=8, times=[10], digits=20)
    alone = tauber.plrf.curve("3/4", "1/4", d=30, v="inf", lr="1/80", batch=8, times=[10], digits=20)
    assert abs(batched.loss[0] / alone.loss[0] - 1) < 1e-19
    assert "stable below" in batched.text().splitlines()[0]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("curve plrf --d 100", "--alpha and --beta are missing"),
        ("curve plrf --alpha 1", "--beta is missing"),
        ("frontier dynamical --b 2", "--a is missing"),
        ("simulate explaining --a 2 --b 2 --spectrum FILE", "--a 2 was given with --spectrum"),
        ("certify plrf --spectrum FILE", "was given as union, but a proof needs powers"),
        ("certify dynamical --spectrum FILE", "a proof needs powers"),
        ("certify explaining --spectrum FILE", "a proof needs powers"),
        ("curve plrf --certified --spectrum FILE", "a proof needs powers"),
        ("simulate plrf --v inf --spectrum FILE", "choose a finite v"),
        ("simulate dynamical --modes inf --spectrum FILE", "choose a finite number"),
        ("frontier plrf --ratio 10 --spectrum FILE", "infinite one (--ratio)"),
        ("curve dynamical --batch 2 --spectrum FILE", "without --one-pass"),
        ("curve dynamical --one-pass auto --gd 1 --spectrum FILE", "--gd was given with --one-pass"),
        ("curve dynamical --one-pass auto --data 10 --spectrum FILE", "--data was given with --one-pass"),
        ("curve dynamical --one-pass 9 --times 1 --spectrum FILE", "lower it (--one-pass)"),
    ],
)
def test_refusals_of_the_face(run, union, command, said):
    done = run(*command.replace("FILE", str(union)).split())
    assert done.code == 2
    assert said in done.err
    assert done.err.count("\n") == 1


@pytest.mark.dear
def test_frontiers_draw_the_exponents_that_are_derived(union):
    found = tauber.plrf.frontier(spectrum=union, flops="1e6,1e7")
    assert found.derived["loss_exponent"] == tauber.plrf.derive(spectrum=union).loss_exponent
    assert "derived: phase Ia: d* ~ f^(2/5)" in found.text()
    assert all(np.diff(found.loss) < 0)
    listed = tauber.plrf.frontier(
        spectrum=([n**-1.5 for n in range(1, 99)], [n**-2.0 for n in range(1, 99)]), flops="1e3"
    )
    assert listed.derived is None
    assert "nothing derived" in listed.text()
    flow = tauber.dynamical.frontier(spectrum=union, budget="1e6")
    assert flow.derived["loss"] == tauber.dynamical.derive(spectrum=union).loss_exponent
    assert flow.width_slope[0] + flow.time_slope[0] == pytest.approx(1, abs=1e-6)


def test_a_picture_names_the_spectrum(union):
    for spectrum, words in ((union, "lambda_j = (j + 1/2)"), (Powers("8/5", "11/5"), r"\lambda_j=j^{-8/5}")):
        figure = tauber.plrf.curve(spectrum=spectrum, d=30, times="1:1e3:4").plot()
        assert words in figure.axes[0].get_title()
        assert not figure.axes[1].texts  # no derived exponent
    once = tauber.dynamical.curve(spectrum=union, width=30, one_pass="auto", times="1:1e3:4").plot()
    assert "one-pass SGD" in once.axes[0].get_title()


def test_the_page_on_own_spectra_runs():
    failed, tried = doctest.testfile(str(Path(__file__).parents[2] / "docs" / "own_spectrum.md"), module_relative=False)
    assert (failed, tried) == (0, 16)


def test_the_file_on_the_page_is_read(tmp_path):
    page = (Path(__file__).parents[2] / "docs" / "own_spectrum.md").read_text(encoding="utf-8")
    (tmp_path / "law.toml").write_text(re.search(r"```toml\n(.+?)```", page, re.DOTALL)[1], encoding="utf-8")
    assert read(tmp_path / "law.toml") == RECORD


def test_simulations_agree_with_the_solution_and_with_no_other_spectrum():
    """Beside four standard errors there is the distance of the equivalent, a relative 2/size."""
    plain = Powers("3/2", 2)
    ours = tauber.dynamical.simulate(spectrum=RECORD, width=60, data=120, modes=400, noise=0.2, times="1,30", draws=30)
    other = tauber.dynamical.curve(spectrum=plain, width=60, data=120, modes=400, noise=0.2, times="1,30")
    agree(ours.test, ours.test_error, ours.solved_test, other.test, 60)

    ours = tauber.explaining.simulate(spectrum=RECORD, data="120", features="60", modes=400, noise=0.2, draws=30)
    other = tauber.explaining.curve(spectrum=plain, data="120", features="60", modes=400, noise=0.2, ridge=0.1)
    agree(ours.loss[0], ours.loss_error[0], ours.solved_loss[0], other.loss[0], 60)

    known = {"d": 60, "v": 400, "noise": 0.2, "times": "10,300"}
    ours = tauber.plrf.simulate(spectrum=RECORD, draws=60, **known)
    other = tauber.plrf.curve(spectrum=plain, lr=ours.step_size, **known)
    agree(ours.median, ours.median_error, ours.solved, other.loss, 60)


def agree(mean, error, solved, other, size):
    mean, error, solved, other = (np.asarray(x, float) for x in (mean, error, solved, other))
    room = 4 * error + 2 / size * solved
    assert (abs(mean - solved) <= room).all()
    assert (abs(mean - other) > room).any()
