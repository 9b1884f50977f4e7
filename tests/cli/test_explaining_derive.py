"""``tauber derive explaining`` and ``tauber phases explaining``: exponents, duality, constants, pictures, refusals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import sympy
from scipy.optimize import brentq

from tauber.errors import BadInput
from tauber.models import explaining

KEYS = ["data", "features", "variance_data", "variance_features", "optimal_ridge"]


def derive(run, a: str, b: str, *words: str) -> dict:
    return run("derive", "explaining", "--a", a, "--b", b, *words, "--json").json


# By hand: data min(a-1, 2b), features min(a-1, b), the best ridge m/(m+1) of the first.
@pytest.mark.parametrize(
    ("a", "b", "exponents", "duality"),
    [
        ("3/2", "3/2", "1/2 1/2 1 1 1/3", "identity"),
        ("1.8", "1.5", "4/5 4/5 1 1 4/9", "exponents"),
        ("2.5", "1.5", "3/2 3/2 1 1 3/5", "exponents"),
        ("3", "3/2", "2 3/2 1 1 2/3", "none"),
        ("5", "3/2", "3 3/2 1 1 3/4", "none"),
    ],
    ids=["isotropic", "tail", "on the boundary", "head in features", "head"],
)
def test_exponents_and_duality(run, a: str, b: str, exponents: str, duality: str) -> None:
    found = derive(run, a, b)

    assert found["exponents"] == dict(zip(KEYS, exponents.split(), strict=True))
    assert found["duality"] == duality
    assert (found["a"], found["b"]) == (str(sympy.Rational(a)), "3/2")


def test_constants_are_those_of_exact_sums(run) -> None:
    laws = {law["name"]: law for law in derive(run, "9/5", "3/2")["laws"]}
    k, n = np.arange(1, 2 * 10**6 + 1), 300.0
    eigenvalues, powers = k**-1.5, k**-1.8
    # What lies beyond the last mode: sum k^-b/(kappa + k^-b) ~ integral of k^-b/kappa, and v_k itself.
    last = k[-1] + 0.5

    def freedom(kappa: float) -> float:
        return (eigenvalues / (kappa + eigenvalues)).sum() + last**-0.5 / (0.5 * kappa)

    kappa = brentq(lambda x: freedom(x) - n, 1e-5, 1e-2, xtol=1e-14)
    tail = last**-0.8 / 0.8
    left = (powers * kappa / (kappa + eigenvalues)).sum() + tail
    square = (eigenvalues / (kappa + eigenvalues)) ** 2
    twice = (powers * (kappa / (kappa + eigenvalues)) ** 2).sum() + tail

    for law, loss in (("features", left), ("data", n * twice / (n - square.sum()))):
        value, correction = laws[law]["value"], float(sympy.Rational(laws[law]["correction"]))
        assert abs(loss / (value * n**-0.8) - 1) < 2 * n**-correction, law
        assert float(sympy.sympify(laws[law]["constant"])) == pytest.approx(value, rel=1e-13)


def test_the_isotropic_constant(run) -> None:
    laws = {law["name"]: law for law in derive(run, "3/2", "3/2", "--digits", "30")["laws"]}
    constant = (np.pi / 1.5 / np.sin(np.pi / 1.5)) ** 1.5

    assert float(laws["data"]["value"]) == pytest.approx(constant, rel=1e-14)
    assert laws["data"]["value"] == laws["features"]["value"]
    assert len(laws["data"]["value"].replace(".", "")) == 30
    assert laws["variance_data"]["value"] is None
    assert "L_P(P)" in laws["variance_data"]["constant"]
    assert laws["noise"]["value"].startswith("0.5000")


def test_a_constant_that_is_not_derived_is_null(run) -> None:
    laws = {law["name"]: law for law in derive(run, "4", "3/2")["laws"]}

    assert (laws["optimal_ridge"]["constant"], laws["optimal_ridge"]["value"]) == (None, None)
    assert (laws["data"]["logs"], laws["data"]["exponent"]) == (1, "-3")
    assert "not derived" in run("derive", "explaining", "--a", "4", "--b", "3/2", "--full").out


def test_formulas(run) -> None:
    found = derive(run, "2", "3/2")["formulas"]
    point = {"D": 30, "P": 10, "q": 3, "z": 7, "kappa": 0.1, "T_0": 0.2, "T_1": 0.5, "T_2": 0.3, "sigma": 2}

    def value(name: str, **changes: float) -> float:
        return float(sympy.sympify(found[name], locals={n: sympy.Symbol(n) for n in point}).subs(point | changes))

    assert value("ridge") == pytest.approx(0.1 * (30 - 7) * (10 - 7))
    assert value("few_features") == pytest.approx((30 * 0.5 + 4 * 10) / 20)
    assert value("few_features") == pytest.approx(value("loss", z=10))
    assert value("few_data", D=10, P=30) == pytest.approx(value("loss", D=10, P=30, z=10))
    assert value("many_features") == pytest.approx((30 * 0.2 + 4 * 3) / 27)
    assert value("many_features") == pytest.approx(value("loss", P=1e12), rel=1e-9)
    assert value("dual_form") == pytest.approx(value("dual_form", D=10, P=30))


def test_general_formulas(run) -> None:
    found = run("derive", "explaining", "--json").json
    cases = {law["name"]: [(c["condition"], c["exponent"]) for c in law["cases"]] for law in found["laws"]}

    assert sorted(cases["data"]) == [("a - 1 < 2*b", "1 - a"), ("a - 1 > 2*b", "-2*b")]
    assert cases["variance_features"] == [("everywhere", "-1")]
    assert found["phases"] == run("phases", "explaining", "--json").json["phases"]


def test_phases(run, tmp_path: Path) -> None:
    target = tmp_path / "plane.png"
    found = run("phases", "explaining", "--plot", str(target), "--json").json

    table = {
        phase["name"]: (phase["data_exponent"], phase["features_exponent"], phase["duality"])
        for phase in found["phases"]
    }
    assert table == {
        "tail": ("a - 1", "a - 1", "exponents"),
        "tail in data, head in features": ("a - 1", "b", "none"),
        "head": ("2*b", "b", "none"),
    }
    assert {boundary["equation"] for boundary in found["boundaries"]} == {"a - 1 = b", "a - 1 = 2*b"}
    assert target.read_bytes().startswith(b"\x89PNG")
    assert [path.name for path in tmp_path.iterdir()] == ["plane.png"]


def test_tables(run) -> None:
    lines = run("derive", "explaining", "--a", "3/2", "--b", "3/2", "--full").out.splitlines()

    assert lines[1].startswith("L(D) ~ D^(-1/2), L(P) ~ P^(-1/2)")
    assert lines[2].startswith("Duality: identity")
    assert any(line.startswith("optimal_ridge\tD\t-1/3\t\t2.418399152\t") for line in lines)
    assert "tail\ta - 1 < b\ta - 1\ta - 1\texponents" in run("phases", "explaining").out.splitlines()
    assert "head\ta - 1 > 2*b\t2*b\tb\tnone" in run("derive", "explaining").out.splitlines()


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--a", "1", "--b", "2"), ("--a", "above 1")),
        (("--a", "2", "--b", "0.9"), ("--b", "above 1")),
        (("--a", "x", "--b", "2"), ("--a",)),
        (("--digits", "20"), ("--digits", "--a and --b")),
        (("--a", "2", "--b", "2", "--digits", "2"), ("--digits",)),
    ],
    ids=lambda value: " ".join(value),
)
def test_bad_input_is_refused(run, words: tuple[str, ...], named: tuple[str, ...]) -> None:
    assert run("derive", "explaining", *words, "--json").is_refusal(*named)


def test_in_python_formulas_are_exact_objects() -> None:
    point, general, plane = explaining.derive(a="9/5", b=1.5), explaining.derive(), explaining.phases()
    a, b, data, width, z, kappa = sympy.symbols("a b D P z kappa", positive=True)

    assert point.exponents["optimal_ridge"] == sympy.Rational(4, 9)
    constant = next(law["constant"] for law in general.laws[0]["cases"] if law["condition"] == (a - 1 < 2 * b))
    assert constant.subs({a: sympy.Rational(9, 5), b: sympy.Rational(3, 2)}).equals(point.laws[0]["constant"])
    assert point.formulas["ridge"].equals(kappa * (data - z) * (width - z))
    assert general.phases == plane.phases
    assert plane.boundaries[0]["equation"].lhs == a - 1
    with pytest.raises(BadInput, match=r"^b was given as '0\.9'"):
        explaining.derive(a=2, b=0.9)


def test_latex(run) -> None:
    words = ("derive", "explaining", "--b", "3/2", "--latex", "--a")
    line = run(*words, "3").out
    tie = run(*words, "4").out

    for law in explaining.derive(3, "3/2").laws:
        if law["name"] in {"data", "features"}:
            assert f"{law['variable']}^{{{'-2' if law['name'] == 'data' else '- 3 / 2'}}}" in line
    assert line.count("\n") == 1
    assert "log" not in line
    # Where the laws of two regimes meet, the optimum's logarithm and constant are not derived.
    assert (tie.count(r"\log D"), tie.count("up to logarithms")) == (1, 1)
    assert r"\kappa \left(D - z\right)" in explaining.derive().latex()
