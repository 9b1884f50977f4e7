"""``tauber curve`` and ``tauber frontier``: JSON, solvers, times, step sizes, pictures, refusals."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..sampling import some

POINT = ("--alpha", "0.8", "--beta", "0.3")
CURVE = ("curve", "plrf", *POINT)
FRONTIER = ("frontier", "plrf", *POINT)


def test_the_example_of_the_issue(run) -> None:
    words = ("--d", "1000", "--v", "10000", "--lr", "0.1", "--batch", "1", "--times", "1:1e6:60")
    found = run(*CURVE, *words, "--json").json

    assert set(found) >= {"times", "loss", "error", "solver", "step_size"}
    assert len(found["times"]) == len(found["loss"]) == len(found["error"]) <= 60
    assert (found["times"][0], found["times"][-1]) == (1, 10**6)
    assert found["step_size"] == 0.1
    assert all(later < earlier for earlier, later in zip(found["loss"], found["loss"][1:], strict=False))
    assert max(found["error"]) < 1e-9


def test_the_solvers_agree(run) -> None:
    words = ("--d", "100", "--v", "1000", "--times", "0,1,10,100,1000", "--json")
    contour, fft, recursion = (run(*CURVE, *words, "--solver", s).json for s in ("contour", "fft", "recursion"))

    assert [found["solver"] for found in (contour, fft, recursion)] == ["contour", "fft", "recursion"]
    for other in (fft, recursion):
        for a, b, e1, e2 in zip(contour["loss"], other["loss"], contour["error"], other["error"], strict=True):
            assert abs(a / b - 1) <= 4 * (e1 + e2) + 1e-12


def test_infinite_width_is_a_string_in_json(run) -> None:
    found = run(*CURVE, "--d", "1e6", "--v", "inf", "--times", "1e12", "--json").json

    assert found["v"] == "inf"
    assert found["times"] == [10**12]


def test_auto_is_half_of_the_stability_limit(run) -> None:
    found = run(*CURVE, "--lr", "auto", "--times", "1", "--json").json

    assert found["step_size"] == pytest.approx(found["stability_limit"] / 2)


def test_width_is_ten_times_the_size_by_default(run) -> None:
    assert run(*CURVE, "--d", "50", "--times", "1", "--json").json["v"] == 500


def test_plain_lines(run) -> None:
    lines = run(*CURVE, "--d", "50", "--times", "1,10").out.splitlines()

    assert lines[1].split("\t") == ["step", "loss", "relative error"]
    assert [line.split("\t")[0] for line in lines[2:]] == ["1", "10"]


@pytest.mark.dear
@pytest.mark.parametrize("suffix", ["svg", "png", "pdf"])
def test_curve_plot(run, tmp_path: Path, suffix: str) -> None:
    target = tmp_path / f"curve.{suffix}"

    assert f"Wrote {target}" in run(*CURVE, "--times", "0:1e4:9", "--plot", str(target)).out
    assert target.stat().st_size > 1000
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


def test_an_unstable_step_size_is_refused_with_the_limit(run, tmp_path: Path) -> None:
    limit = run(*CURVE, "--times", "1", "--json").json["stability_limit"]
    refused = run(*CURVE, "--lr", "0.6", "--plot", str(tmp_path / "curve.svg"))

    assert refused.is_refusal("unstable", f"{limit:.6g}"[:6])
    assert list(tmp_path.iterdir()) == []


def test_an_unstable_step_size_on_request(run, tmp_path: Path) -> None:
    target = tmp_path / "curve.png"
    found = run(*CURVE, "--lr", "0.6", "--allow-unstable", "--times", "1:1e3:9", "--plot", str(target), "--json").json

    assert found["solver"] in {"recursion", "fft"}
    assert found["step_size"] > found["stability_limit"]
    assert found["loss"][-1] > min(found["loss"])
    assert target.exists()


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--d", "0"), "--d"),
        (("--d", "1.5"), "--d"),
        (("--d", "1000", "--v", "1000"), "--v"),
        (("--d", "1000", "--v", "10"), "--v"),
        (("--v", "nan"), "--v"),
        (("--lr", "0"), "--lr"),
        (("--lr", "-0.1"), "--lr"),
        (("--lr", "fast"), "--lr"),
        (("--lr", "nan"), "--lr"),
        (("--batch", "0"), "--batch"),
        (("--batch", "2.5"), "--batch"),
        (("--times", "10:1:5"), "--times"),
        (("--times", "-1"), "--times"),
        (("--times", "1:2"), "--times"),
        (("--plot", "curve.txt"), "--plot"),
        (("--plot", "curve.svg", "--times", "0"), "at least one time above 0"),
        (("--plot", "no/such/folder/curve.svg"), "no/such/folder"),
    ],
    ids=" ".join,
)
def test_bad_input_is_refused(run, words: tuple[str, ...] | str, named: str) -> None:
    assert run(*CURVE, *words, "--json").is_refusal(named)


def test_infinite_width_needs_a_finite_trace(run) -> None:
    words = ("--alpha", "1/2", "--beta", "1")

    assert run("curve", "plrf", *words, "--v", "inf").is_refusal("inf", "2 alpha > 1")
    assert run("frontier", "plrf", *words, "--ratio", "inf").is_refusal("inf", "2 alpha > 1")
    assert run("curve", "plrf", *words, "--d", "100", "--times", "1,100", "--json").json["v"] == 1000


def test_a_stepwise_solver_refuses_a_far_horizon(run) -> None:
    assert run(*CURVE, "--solver", "recursion", "--times", "1e9").is_refusal("contour")


def test_frontier_beside_the_derived_exponents(run) -> None:
    found = run(*FRONTIER, "--flops", "1e8:1e12:3", "--json").json

    assert found["flops"] == pytest.approx([1e8, 1e10, 1e12])
    derived = {"phase": "Ia", "boundary_of": [], "d_exponent": "5/13", "loss_exponent": "6/13"}
    assert {name: found["derived"][name] for name in derived} == derived
    assert found["derived"]["correction_exponent"] == "2/13"
    assert found["loss_slope"][-1] == pytest.approx(6 / 13, abs=0.002)
    assert found["d_slope"][-1] == pytest.approx(5 / 13, abs=0.002)
    assert set(found) >= {"d", "loss", "error", "d_slope_error", "loss_slope_error", "ratio", "batch"}
    assert found["ratio"] == "inf"


@pytest.mark.dear
@pytest.mark.parametrize(
    ("command", "sizes"),
    some(
        [
            ((*FRONTIER, "--flops", "1e8,1e10"), ("d",)),
            (("frontier", "dynamical", "--a", "3", "--b", "3/2", "--budget", "1e6"), ("width", "time")),
        ],
        (1,),
    ),
)
def test_the_best_sizes_have_errors_that_cover_those_of_more_digits(run, command, sizes) -> None:
    """In JSON, relative; in the table as what a size is uncertain by."""
    found, exact = run(*command, "--json").json, run(*command, "--json", "--digits", "25").json
    shown = run(*command).out

    for name in sizes:
        assert len(found[name]) == len(found[f"{name}_error"]) == len(exact[name])
        for size, error, true, less in zip(
            *(f[k] for f in (found, exact) for k in (name, f"{name}_error")), strict=True
        ):
            assert float(less) < error < 1e-6
            assert abs(size / float(true) - 1) <= error
            assert f"{size:.6g} +- {size * error:.0e}" in shown


@pytest.mark.dear
def test_frontier_table_and_plot(run, tmp_path: Path) -> None:
    target = tmp_path / "frontier.svg"
    shown = run(*FRONTIER, "--flops", "1e8,1e9", "--ratio", "10", "--plot", str(target)).out

    assert "phase Ia: d* ~ f^(5/13), P* ~ f^(-6/13)" in shown
    assert "6/13 = 0.46154" in shown
    assert target.exists()


def test_frontier_on_a_boundary_names_the_phases(run) -> None:
    shown = run("frontier", "plrf", "--alpha", "3/4", "--beta", "3/4", "--flops", "1e8")

    assert "boundary of II and III" in shown.out


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--flops", "0:1:2"), "--flops"),
        (("--flops", "1e16:1e8:3"), "--flops"),
        (("--flops", "many"), "--flops"),
        (("--ratio", "1"), "--ratio"),
        (("--ratio", "nan"), "--ratio"),
        (("--lr", "5"), "stable"),
        (("--batch", "x"), "--batch"),
        (("--flops", "1e-3"), "budget"),
    ],
    ids=" ".join,
)
def test_bad_frontier_input_is_refused(run, words: tuple[str, ...], named: str) -> None:
    assert run(*FRONTIER, *words, "--json").is_refusal(named)


EXTREME = ("--d", "1e15", "--v", "inf", "--lr", "0.1")


def test_extreme_sizes_and_times(run) -> None:
    found = run(*CURVE, *EXTREME, "--times", "0,1,5,9,1e12,1e30", "--json").json

    assert found["times"][-1] == 10**30
    assert all(later < earlier for earlier, later in zip(found["loss"], found["loss"][1:], strict=False))
    assert max(found["error"]) < 1e-11


@pytest.mark.dear
def test_fifty_digits(run) -> None:
    words = ("--d", "1e4", "--v", "inf", "--lr", "0.1", "--times", "1e3", "--json")
    fine, coarse = run(*CURVE, *words, "--digits", "50").json, run(*CURVE, *words).json

    assert len(fine["loss"][0].lstrip("0.")) == 50
    assert float(fine["error"][0]) < 1e-50
    assert float(fine["loss"][0]) == pytest.approx(coarse["loss"][0], rel=1e-13)
    assert fine["step_size"] == "0.1" + "0" * 49
    assert fine["times"] == [1000]


def test_digits_in_the_table(run) -> None:
    lines = run(*CURVE, "--d", "50", "--times", "10,20", "--digits", "20").out.splitlines()

    assert [len(line.split("\t")[1].lstrip("0.")) for line in lines[2:]] == [20, 20]


@pytest.mark.parametrize("v", ["inf", "1e4"])
def test_step_size_over_the_trace(run, v: str) -> None:
    found = run(*CURVE, "--d", "1000", "--v", v, "--lr-trace", "0.5", "--times", "10", "--json").json
    trace = sum(j**-1.6 for j in range(1, 10_001)) + (10_000.5**-0.6 / 0.6 if v == "inf" else 0)

    assert found["step_size"] == pytest.approx(0.5 / trace, rel=1e-8)


def test_step_size_twice_is_refused(run) -> None:
    assert run(*CURVE, "--lr", "0.1", "--lr-trace", "0.5").is_refusal("--lr-trace")
    assert run(*FRONTIER, "--lr", "0.1", "--lr-trace", "0.5").is_refusal("--lr-trace")
    assert run(*CURVE, "--digits", "4").is_refusal("--digits")
    assert run(*CURVE, "--times", "1e31").is_refusal("--times")


def test_frontier_at_the_largest_budget(run) -> None:
    words = ("--alpha", "3/10", "--beta", "3/10", "--lr-trace", "0.5", "--flops", "1e24", "--json")
    found = run("frontier", "plrf", *words).json

    assert found["loss_slope"][0] == pytest.approx(0.1, abs=1e-4)
    assert found["error"][0] < 1e-11


@pytest.mark.slow
def test_frontier_with_digits(run) -> None:
    words = (*FRONTIER, "--flops", "1e10", "--json")
    fine, coarse = run(*words, "--digits", "15").json, run(*words).json

    assert isinstance(fine["loss"][0], str)
    for key in ("d", "loss", "d_slope", "loss_slope"):
        assert float(fine[key][0]) == pytest.approx(coarse[key][0], rel=1e-6)


NEGATIVE = ("plrf", "--alpha", "1", "--beta=-3/10")


@pytest.mark.dear
def test_beta_may_be_negative(run, tmp_path: Path) -> None:
    """Every numeric action takes it; the frontier has the exponents 1/(1 + 2 alpha) and s/(1 + 2 alpha) beside it."""
    pictures = [str(tmp_path / name) for name in ("a.svg", "b.svg")]
    one = run("curve", *NEGATIVE, "--times", "1,1e4", "--plot", pictures[0], "--json").json
    two = run("curve", *NEGATIVE, "--times", "1,1e4", "--momentum", "heavy-ball:0.99", "--json").json
    drawn = run("simulate", *NEGATIVE, "--d", "20", "--times", "0,100", "--draws", "10", "--json").json
    best = run("frontier", *NEGATIVE, "--flops", "1e8,1e12", "--plot", pictures[1], "--json").json

    assert one["beta"] == "-3/10"
    assert one["loss"][0] > one["loss"][1] > 0 < two["loss"][1]
    assert drawn["solved"][1] < drawn["solved"][0]
    assert (best["derived"]["d_exponent"], best["derived"]["loss_exponent"]) == ("1/3", "2/15")
    assert best["derived"]["no_prediction"] == "corrections are derived for beta > 0"
    assert abs(best["loss_slope"][1] - 2 / 15) < abs(best["loss_slope"][0] - 2 / 15) < 1e-3
    assert all(Path(picture).stat().st_size > 1000 for picture in pictures)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("curve", "plrf", "--alpha", "1", "--beta=-1"), ("--beta -1", "choose beta above -1")),
        (("curve", "plrf", "--alpha", "1", "--beta=-1/2", "--v", "inf"), ("--v inf", "alpha + beta > 1/2", "finite v")),
        (("frontier", "plrf", "--alpha", "1", "--beta=-3/4", "--ratio", "inf"), ("--ratio inf", "alpha + beta > 1/2")),
        (("frontier", "plrf", "--alpha", "1", "--beta=-3/4", "--flops", "1e8"), ("no interior minimum",)),
        (("derive", *NEGATIVE), ("--beta", "positive number", "--step-size stable")),
        (("derive", "plrf", "--alpha", "1", "--beta=-1/2", "--step-size", "free"), ("alpha + beta > 1/2",)),
    ],
)
def test_where_a_negative_beta_has_no_answer(run, words: tuple[str, ...], said: tuple[str, ...]) -> None:
    assert run(*words).is_refusal(*said)
