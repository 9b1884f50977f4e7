"""``tauber derive dynamical`` and ``tauber phases dynamical``: exponents, constants, budgets, pictures, refusals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import sympy

from tauber.errors import BadInput
from tauber.models import dynamical

KEYS = ["time", "width", "data", "width_bias", "early_width_time", "early_data_time", "gap_time"]


def derive(run, a: str, b: str, *words: str) -> dict:
    return run("derive", "dynamical", "--a", a, "--b", b, *words, "--json").json


def laws_of(found) -> dict:
    return {law["name"]: law for law in found["laws"]}


# The minima of arXiv:2402.01092's model by hand: width min(a-1, b), data and bias min(a-1, 2b), and so on.
@pytest.mark.parametrize(
    ("a", "b", "exponents", "optimum"),
    [
        ("2", "3/2", "2/3 1 1 1 0 0 0", ("2/5", "2/5", "3/5")),
        ("3", "3/2", "4/3 3/2 2 2 -1/3 -2/3 -2/3", ("2/3", "1/2", "1/2")),
        ("5", "1.5", "8/3 3/2 3 3 -1/3 -4/3 -2", ("4/5", "7/10", "3/10")),
    ],
    ids=["tail", "head", "far head"],
)
def test_exponents(run, a: str, b: str, exponents: str, optimum: tuple[str, ...]) -> None:
    found = derive(run, a, b)

    assert found["exponents"] == dict(zip(KEYS, exponents.split(), strict=True))
    assert found["compute_optimal"] == dict(zip(("loss", "width", "time"), optimum, strict=True))
    assert (found["a"], found["b"], found["cost"]) == (a, "3/2", "N*t")


def test_constants_are_exact_and_those_of_the_sums(run) -> None:
    laws = laws_of(derive(run, "3", "3/2"))

    for law in laws.values():
        assert float(sympy.sympify(law["constant"])) == pytest.approx(law["value"], rel=1e-13)
    # The loss of infinite width and data is a plain sum over modes; what is left of it beyond 10^6 is an integral.
    t, k = 1e4, np.arange(1, 10**6 + 1)
    loss = (k**-3.0 * np.exp(-2 * t * k**-1.5)).sum() + (10**6 + 0.5) ** -2 / 2
    assert loss == pytest.approx(laws["time"]["value"] * t ** (-4 / 3), rel=1e-6)


def test_a_law_has_meaning_and_order_of_limits(run) -> None:
    width = laws_of(derive(run, "3", "3/2"))["width"]

    assert (width["variable"], width["exponent"], width["logs"]) == ("N", "-3/2", 0)
    assert width["order_of_limits"] == "P, then t, then N to infinity"
    assert "t = P = infinity" in width["meaning"]
    c = np.pi / 1.5 / np.sin(np.pi / 1.5)
    assert width["value"] == pytest.approx(float(sympy.zeta(1.5)) * c**1.5, rel=1e-12)


def test_a_logarithm_on_a_boundary(run) -> None:
    found = derive(run, "5/2", "3/2")

    assert found["phase"] is None
    assert found["boundary_of"] == ["time = width level", "time = width transient"]
    assert found["compute_optimal"] == {"loss": "3/5", "width": "2/5", "time": "3/5"}
    assert (laws_of(found)["width"]["logs"], laws_of(found)["data"]["logs"]) == (1, 0)
    assert found["optimum"] is None
    assert any("boundary" in note for note in found["notes"])
    assert "boundary" in run("derive", "dynamical", "--a", "5/2", "--b", "3/2").out


def test_constants_of_the_optimum(run) -> None:
    found, fine = (derive(run, "3", "3/2", *words)["optimum"] for words in ((), ("--digits", "30")))

    # L = A t^(-4/3) + B t^(-1/3)/N, t = C/N: N = sqrt(B/A) C^(1/2) and L = 2 sqrt(A B)... by hand, least over N.
    a_, b_ = 2 ** (-4 / 3) * float(sympy.gamma(sympy.Rational(4, 3))) / 1.5, 0.0
    b_ = 2 ** (-1 / 3) * float(sympy.gamma(sympy.Rational(1, 3)) * sympy.zeta(1.5)) / 1.5
    sizes = np.exp(np.linspace(0, 3, 300_001))
    losses = a_ * sizes ** (4 / 3) + b_ * sizes ** (1 / 3) / sizes  # at C = 1
    assert found["loss_value"] == pytest.approx(losses.min(), rel=1e-9)
    assert found["width_value"] == pytest.approx(sizes[losses.argmin()], rel=1e-4)
    assert found["width_value"] * found["time_value"] == pytest.approx(1, rel=1e-12)
    assert len(fine["loss_value"].replace(".", "").lstrip("0")) == 30
    assert float(fine["loss_value"]) == pytest.approx(found["loss_value"], rel=1e-13)


def test_an_optimum_at_the_end_of_the_window(run) -> None:
    found = derive(run, "2", "3/2")["optimum"]
    values = {"x_star": found["x_star"], "Psi_star": found["Psi_star"]}

    assert set(found["definitions"]) == {"x_star", "Psi_star", "Psi", "D"}
    for name in ("loss", "width", "time"):
        exact = sympy.sympify(found[f"{name}_constant"]).subs(values)
        assert float(exact) == pytest.approx(found[f"{name}_value"], rel=1e-12)


def test_another_budget_with_noise(run) -> None:
    found = derive(run, "2", "3/2", "--cost", "N*t*P^1/2", "--label-noise")

    assert found["compute_optimal"] == {"loss": "2/7", "width": "2/7", "time": "3/7", "data": "4/7"}
    assert found["tradeoff"] == ["time", "width level", "label noise"]


def test_general_formulas(run) -> None:
    found = run("derive", "dynamical", "--json").json
    width = laws_of(found)["width"]

    assert {(case["condition"], case["exponent"]) for case in width["cases"]} == {
        ("a - 1 > b", "-b"),
        ("a - 1 < b", "1 - a"),
    }
    assert {phase["loss_exponent"] for phase in found["phases"]} == {"(a - 1)/(b + 1)", "(a - 1)/a"}
    assert "general formulas" in run("derive", "dynamical").out


def test_plain_lines(run) -> None:
    lines = run("derive", "dynamical", "--a", "3", "--b", "3/2", "--full").out.splitlines()

    assert "L* ~ C^(-2/3), N* ~ C^(1/2), t* ~ C^(1/2)" in lines
    assert any(line.startswith("L* = (2.796422045) C^(-2/3)") for line in lines)
    assert any(line.startswith("width\tN\t-3/2\t") for line in lines)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--a", "1", "--b", "2"), ("--a", "above 1")),
        (("--a", "2", "--b", "0.9"), ("--b", "above 1")),
        (("--a", "inf", "--b", "2"), ("--a",)),
        (("--digits", "20"), ("--digits", "--a")),
        (("--a", "2", "--b", "2", "--digits", "2"), ("--digits",)),
        (("--a", "2", "--b", "2", "--cost", "N*x"), ("--cost", "N, t, P")),
        (("--cost", "N*N"), ("--cost",)),
        (("--cost", "N^-1*t"), ("--cost",)),
        (("--cost", "N^0"), ("--cost",)),
        (("--cost", ""), ("--cost",)),
    ],
    ids=lambda value: " ".join(value),
)
def test_bad_input_is_refused(run, words: tuple[str, ...], named: tuple[str, ...]) -> None:
    assert run("derive", "dynamical", *words, "--json").is_refusal(*named)


def test_phases(run) -> None:
    found = run("phases", "dynamical", "--json").json

    assert [(phase["inequalities"], phase["width_exponent"], phase["time_exponent"]) for phase in found["phases"]] == [
        (["a - 1 < b"], "1/(b + 1)", "b/(b + 1)"),
        (["a - 1 > b"], "(a - b)/a", "b/a"),
    ]
    assert [boundary["equation"] for boundary in found["boundaries"]] == ["a - 1 = b"]
    lines = run("phases", "dynamical").out.splitlines()
    assert "time = width level\ta - 1 < b\t1/(b + 1)\tb/(b + 1)\t(a - 1)/(b + 1)" in lines


def test_phases_of_a_budget_without_time(run, tmp_path: Path) -> None:
    target = tmp_path / "phases.svg"
    found = run("phases", "dynamical", "--cost", "P*N", "--plot", str(target), "--json").json

    assert found["cost"] == "N*P"
    assert all(set(phase) >= {"width_exponent", "data_exponent", "loss_exponent"} for phase in found["phases"])
    assert not any("time_exponent" in phase for phase in found["phases"])
    assert target.read_bytes().startswith(b"<?xml")


def test_the_shapes_of_a_diagram_fill_its_rectangle_and_agree_with_its_inequalities() -> None:
    from tauber.models.dynamical.look import look
    from tauber.plots.shapes import Shapes
    from tauber.theory.models.dynamical import a, b, budget, phase_diagram

    diagram = phase_diagram(budget({"N": 1, "P": 1}))
    shapes = Shapes(diagram, look("N*P"))
    area = 0.0
    for phase in diagram.phases:
        x, y = shapes.outline(phase.name).T
        area += abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2
        centre = {a: float(np.mean(x)), b: float(np.mean(y))}
        assert all(inequality.subs(centre) for inequality in phase.inequalities)
    assert (shapes.left, shapes.bottom) == (1, 1)
    assert area == pytest.approx(shapes.width * shapes.height, rel=1e-5)


def test_in_python_formulas_are_exact_objects() -> None:
    found = dynamical.derive(a=3, b=1.5, digits=20)
    general, diagram = dynamical.derive(cost="N*t"), dynamical.phases()
    a, b = sympy.symbols("a b", positive=True)

    assert (found.exponents["width"], found.loss_exponent) == (sympy.Rational(3, 2), sympy.Rational(2, 3))
    assert found.compute_optimal["width"] == found.compute_optimal["time"] == sympy.Rational(1, 2)
    assert found.phase == "time = width transient"
    assert sympy.simplify(found.optimum["width_constant"] * found.optimum["time_constant"]) == 1
    assert abs(found.optimum["loss_constant"].n(25) - sympy.Float(found.optimum["loss_value"], 25)) < 1e-19
    assert general.phases == diagram.phases
    assert [phase["inequalities"] for phase in general.phases] == [[a - 1 < b], [a - 1 > b]]
    assert general.phases[0]["loss_exponent"].equals((a - 1) / (b + 1))
    assert laws_of(general.to_dict())["width"]["cases"][0]["exponent"].free_symbols <= {a, b}
    with pytest.raises(BadInput, match=r"^a was given as '0.5', but it must be a number above 1"):
        dynamical.derive(0.5, 2)
    on_line = dynamical.derive(a=2)
    assert {p["loss_exponent"] for p in on_line.phases} == {1 / (b + 1)}


def test_latex(run) -> None:
    words = ("derive", "dynamical", "--cost")
    end, sides, closed = (dynamical.derive(*at).latex() for at in ((2, "3/2"), ("5/2", "3/2"), (3, "3/2")))

    laws = (r"N_\star \sim C^{2 / 5}", r"t_\star \sim C^{3 / 5}", r"L_\star \sim C^{- 2 / 5}")
    assert end == r"\text{time = width level}:\quad " + r",\quad ".join(laws)
    assert sides.count(r"\text{time = width") == 2
    assert r"L_\star \simeq \frac{2^{\frac{2}{3}}" in closed
    assert run(*words, "P", "--label-noise", "--a", "2", "--b", "2", "--latex").out == "\\text{no power law}\n"
    assert run(*words, "N", "--a", "5", "--b", "2", "--latex").out.startswith(
        r"\text{width level of head modes}:\quad N_\star \simeq C,\quad"
    )
    rows = run(*words, "N*t", "--latex").out.splitlines()
    assert (rows[0], rows[-1]) == (r"\begin{array}{lll}", r"\end{array}")
    assert all(row.count("&") == 2 for row in rows[1:-1])
    assert r"L_\star \sim C^{\frac{1 - a}{a}} & a - 1 > b" in rows[2]
