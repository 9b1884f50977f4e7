"""``tauber certify`` and ``curve --certified``: JSON, exit codes, certificates, and python-flint missing."""

from __future__ import annotations

import re
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from flint import arb, ctx

from tauber.errors import BadInput, CheckFailed
from tauber.models import dynamical, plrf

POINT = ("--alpha", "4/5", "--beta", "3/10")
ISSUE = (
    "certify", "plrf", *POINT, "--d", "1000", "--v", "1000000", "--lr", "1/10", "--batch", "1",
    "--times", "100,1e6", "--digits", "20",
)  # fmt: skip
DYNAMICAL = ("certify", "dynamical", "--a", "3", "--b", "3/2", "--width", "80", "--data", "160", "--noise", "1/10")
EXPLAINING = ("certify", "explaining", "--a", "9/5", "--b", "3/2")


def ends(ball: str) -> tuple[Fraction, Fraction]:
    """Both ends of a printed ball, read as exact decimals."""
    centre, radius = re.fullmatch(r"\[(\S+) \+/- (\S+)\]", ball).groups()  # type: ignore[union-attr]
    return Fraction(centre) - Fraction(radius), Fraction(centre) + Fraction(radius)


def holds(ball: str, estimate: str) -> bool:
    """Whether a ball holds a decimal of 25 digits, up to the rounding of that decimal."""
    low, high = ends(ball)
    rounding = abs(Fraction(estimate)) / 10**24
    return low - rounding <= Fraction(estimate) <= high + rounding


def test_the_example_of_the_issue(run) -> None:
    found = run(*ISSUE, "--level", "--slope", "1e4:1e6", "--json").json

    assert found["status"] == "certified"
    assert [value["time"] for value in found["values"]] == [100, 10**6]
    low, high = ends(found["values"][1]["ball"])  # printed by the run in shared/math: 0.001825182992299664 +/- 6.2e-20
    assert low <= Fraction("0.001825182992299664") + Fraction("6.2e-20")
    assert high >= Fraction("0.001825182992299664") - Fraction("6.2e-20")
    for ball in (*(value["ball"] for value in found["values"]), *(found[k] for k in ("kernel_norm", "level"))):
        low, high = ends(ball)
        assert 0 < high - low <= 2 * low / 10**20
    assert ends(found["stability_limit"])[0] > Fraction(1, 10)
    assert found["slope"]["range"] == [10**4, 10**6]
    low, high = map(Fraction, found["slope"]["interval"])
    assert -1 < low < high < 0
    text = "\n".join(found["certificate"])
    assert all(word in text for word in ("alpha=4/5", "gamma=1/10", "proved", "bounds", "python-flint", "not covered"))


@pytest.mark.dear
def test_a_printed_ball_parses_back_to_one_that_holds_the_solution(run) -> None:
    """The decimals of both agree with the thirty digits of the estimated solver."""
    proved = run(*ISSUE, "--json").json["values"]
    solved = run("curve", *ISSUE[1:-2], "--digits", "30", "--json").json["loss"]
    for value, estimate in zip(proved, solved, strict=True):
        with ctx.workprec(200):
            assert arb(value["ball"]).contains(arb(estimate))


@pytest.mark.dear
def test_label_noise_is_proved_by_certify_and_by_a_certified_curve(run) -> None:
    """The same balls, which hold the thirty digits of the estimated solver; the certificate says what was added."""
    words = (*POINT, "--lr", "1/10", "--noise", "1/3", "--times", "100,1e6")
    proved = run("certify", "plrf", *words, "--digits", "20", "--level", "--json").json
    curve = run("curve", "plrf", *words, "--digits", "20", "--certified", "--json").json
    solved = run("curve", "plrf", *words, "--digits", "30", "--solver", "contour", "--json").json["loss"]

    assert [value["ball"] for value in proved["values"]] == curve["loss"]
    assert all(holds(ball, estimate) for ball, estimate in zip(curve["loss"], solved, strict=True))
    assert proved["noise"] == "1/3"
    assert ends(proved["level"])[0] > Fraction(1, 9)
    assert "sigma^2" in proved["certificate"][0]
    assert "sigma=1/3" in proved["certificate"][1]
    assert "sigma" not in "".join(run("certify", "plrf", *POINT, "--json").json["certificate"])
    assert "noise 1/3: certified" in run("certify", "plrf", *words).out


def test_radius_is_that_of_the_ball(run) -> None:
    for value in run(*ISSUE, "--json").json["values"]:
        assert value["ball"].endswith(f"+/- {value['radius']}]")


def test_times_that_are_not_whole(run) -> None:
    values = run("certify", "plrf", *POINT, "--times", "0,3,1000.5", "--json").json["values"]

    assert [value["time"] for value in values] == [0, 3, "2001/2"]


def test_auto_is_half_of_the_limit_rounded_down(run) -> None:
    found = run("certify", "plrf", *POINT, "--times", "1", "--json").json
    low, _ = ends(found["stability_limit"])
    step = Fraction(found["step_size"])

    assert 0 <= low / 2 - step < low / 100
    assert step.denominator <= 10**4


@pytest.mark.dear
def test_refused_is_exit_code_1_with_its_reason(run) -> None:
    """A training loss that is exponentially small has no certificate; the object says so and holds no value."""
    outcome = run("certify", "dynamical", "--a", "3", "--b", "3/2", "--data", "5", "--times", "1e9", "--json")

    assert outcome.code == 1
    assert outcome.json["status"] == "refused"
    assert outcome.json["values"] == []
    assert outcome.json["certificate"] == []
    assert "could not be decided" in outcome.json["reason"]
    assert outcome.err.strip() == outcome.json["reason"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--lr", "2"), ("unstable", "0.5512", "noise-limited")),
        (("--times", "3.5"), ("3.5", "whole")),
        (("--digits", "2000"), ("--digits", "1000")),
        (("--digits", "0"), ("--digits", "5")),
        (("--slope", "1e4"), ("--slope", "1e4:1e6")),
        (("--slope", "1e6:1e4"), ("slope", "rise")),
        (("--slope", "1:10"), ("slope", "start at")),
        (("--times", "-1"), ("--times",)),
        (("--d", "10", "--v", "10"), ("--v 10",)),
        (("--alpha", "0"), ("--alpha",)),
    ],
)
def test_bad_input_is_one_sentence(run, words: tuple[str, ...], said: tuple[str, ...]) -> None:
    assert run("certify", "plrf", *POINT, *words).is_refusal(*said)


def test_unstable_near_the_limit_is_decided(run) -> None:
    found = run("certify", "plrf", *POINT, "--times", "1", "--digits", "30", "--json").json
    low, high = ends(found["stability_limit"])
    shift = Fraction(1, 10**12)

    for step, code in ((low * (1 - shift) // shift * shift, 0), ((high * (1 + shift) // shift + 1) * shift, 2)):
        assert run("certify", "plrf", *POINT, "--times", "1", "--lr", str(step)).code == code


@pytest.mark.dear
def test_models_that_once_had_no_answer(run) -> None:
    for words in (
        ("--alpha", "0.01", "--beta", "1", "--d", "1000", "--v", "1001", "--lr", "0.0002", "--times", "1e4"),
        ("--alpha", "0.02", "--beta", "1", "--d", "1891", "--v", "1892", "--times", "1e5"),
        ("--alpha", "9", "--beta", "1/2", "--d", "180", "--v", "181", "--times", "100", "--level"),
        ("--alpha", "6.7", "--beta", "1.5", "--d", "1", "--v", "inf", "--times", "100"),
        ("--alpha", "0.52", "--beta", "1.8", "--d", "1749727", "--v", "1749728", "--times", "100"),
    ):
        assert run("certify", "plrf", *words, "--json").json["status"] == "certified", words


def test_times_of_the_flow_are_no_steps(run) -> None:
    assert "steps" not in run("certify", "dynamical", "--help").out.lower()


def test_a_contour_is_counted_once_for_each_range_it_serves(run) -> None:
    found = run("certify", "plrf", *POINT, "--times", "1e4,1e12,1e20", "--json").json

    assert len(found["values"]) == 3
    nodes = [int(n) for n in re.findall(r"with (\d+) nodes", found["certificate"][3])]
    times = [int(n) for n in re.findall(r"(\d+) contours", found["certificate"][3])] or [1]
    assert sum(nodes) * 2 <= int(re.search(r"proved: (\d+)", found["certificate"][3])[1]) <= 2 * 3 * max(nodes)  # type: ignore[index]
    assert max(times) <= 3


@pytest.mark.dear
def test_the_dynamical_model(run) -> None:
    proved = run(*DYNAMICAL, "--modes", "400", "--times", "0.1,1,1e4", "--digits", "20", "--json").json
    words = ("curve", *DYNAMICAL[1:], "--modes", "400", "--times", "0.1,1,1e4", "--digits", "25", "--json")
    solved = run(*words).json["train"]

    assert proved["values"][0]["time"] == "1/10"
    for value, estimate in zip(proved["values"], solved, strict=True):
        assert holds(value["ball"], estimate)


def test_learning_curves(run) -> None:
    words = ("--data", "100,50", "--features", "50,inf", "--ridge", "1/10", "--noise", "1/2")
    proved = run(*EXPLAINING, *words, "--digits", "20", "--json").json["values"]
    solved = run("curve", *EXPLAINING[1:], *words, "--digits", "25", "--json").json

    assert [(value["data"], value["features"]) for value in proved] == [(100, 50), (100, "inf"), (50, 50), (50, "inf")]
    for key, name in (("ball", "loss"), ("train", "train")):
        estimates = [estimate for row in solved[name] for estimate in row]
        for value, estimate in zip(proved, estimates, strict=True):
            assert holds(value[key], estimate)


def test_an_infinite_loss_is_bad_input(run) -> None:
    assert run(*EXPLAINING, "--data", "50", "--features", "50").is_refusal("infinite", "ridge")


def test_plain_lines(run) -> None:
    lines = run("certify", "plrf", *POINT, "--times", "10,100", "--level").out.splitlines()

    assert lines[1].split("\t") == ["step", "P lies in"]
    assert [line.split("\t")[0] for line in lines[2:4]] == ["10", "100"]
    assert any(line.startswith("P(inf) in [") for line in lines)
    assert "Certificate" in lines


@pytest.mark.dear
def test_a_certified_curve_with_its_picture(run, tmp_path: Path) -> None:
    target = tmp_path / "curve.svg"
    words = ("curve", "plrf", *POINT, "--times", "0:1e4:6", "--certified", "--plot", str(target), "--json")
    found = run(*words).json

    assert (found["solver"], found["status"]) == ("certified", "certified")
    assert max(found["error"]) < 1e-12
    assert all(ends(ball)[0] > 0 for ball in found["loss"])
    assert "proved" in target.read_text(encoding="utf-8")


@pytest.mark.parametrize("words", [("--lr-trace", "1"), ("--solver", "fft"), ("--allow-unstable",)])
def test_what_a_certified_curve_does_not_take(run, words: tuple[str, ...]) -> None:
    assert run("curve", "plrf", *POINT, "--certified", *words).is_refusal(words[0], "--certified")


@pytest.mark.parametrize(
    "words", [("certify", "plrf", *POINT), ("curve", "plrf", *POINT, "--certified"), DYNAMICAL, EXPLAINING]
)
def test_without_python_flint_one_sentence(run, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]) -> None:
    monkeypatch.setitem(sys.modules, "flint", None)
    for name in [name for name in sys.modules if name.startswith("tauber.numerics.certified")]:
        monkeypatch.delitem(sys.modules, name)

    assert run(*words).is_refusal("python-flint", "pip install 'tauber[certified]'")


def test_the_ledger_without_python_flint_is_undecided(run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "flint", None)
    for name in [name for name in sys.modules if name.startswith("tauber.numerics.certified")]:
        monkeypatch.delitem(sys.modules, name)
    found = run("verify", "plrf.certified.norm", "dynamical.level.worth", "--json").json

    assert [claim["outcome"] for claim in found["claims"]] == ["undecided", "verified"]
    assert "python-flint" in found["claims"][1]["note"]


@pytest.mark.dear
def test_in_python() -> None:
    found = plrf.certify(alpha="4/5", beta=0.3, times=[10, Fraction(2001, 2)], slope=(1e4, 1e6))

    assert [value["time"] for value in found["values"]] == [10, Fraction(2001, 2)]
    assert found.slope["range"] == [10**4, 10**6]
    assert found.step_size < ends(found.stability_limit)[0]
    with pytest.raises(BadInput, match=r"^slope was given"):
        plrf.certify(alpha="4/5", beta=0.3, slope=3)
    with pytest.raises(CheckFailed, match="could not be decided"):
        dynamical.certify(a=3, b=1.5, data=5, times=1e9)
