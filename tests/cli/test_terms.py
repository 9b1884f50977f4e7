"""A loss given as a list of power laws: the answers, against an independent linear programme, and the refusals."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog
from sympy import Rational, symbols

import tauber
from tauber.cli import main

CHINCHILLA = {
    "resources": ["N", "D"],
    "budget": "6*N*D",
    "parameters": {"a": 0, "b": 0},
    "terms": {"model": "N^(-a)", "data": "D^(-b)"},
}
"""Hoffmann et al., arXiv:2203.15556, equation 10 without its constants."""


def written(folder: Path, text: str) -> str:
    path = folder / "terms.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


AS_FILE = """
resources = ["N", "D"]
budget = "6*N*D"
[parameters]
a = 0
b = 0
[terms]
model = "N^(-a)"
data = "D^(-b)"
"""


def test_the_optimum_of_a_sum_of_two_powers() -> None:
    found = tauber.terms.derive(CHINCHILLA, at={"a": "0.35", "b": "0.37"})
    a, b = Rational(35, 100), Rational(37, 100)

    assert found.loss_exponent == a * b / (a + b)
    assert found.exponents == {"N": b / (a + b), "D": a / (a + b)}
    assert found.active == ["model", "data"]
    assert r"N_\star \sim C^{37 / 72}" in found.latex()


def test_its_phases_in_the_shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, AS_FILE)

    assert main(["phases", "terms", path, "--json"]) == 0
    whole = capsys.readouterr().out
    assert main(["phases", path, "--json"]) == 0
    assert capsys.readouterr().out == whole
    (phase,) = json.loads(whole)["phases"]
    assert phase["N_exponent"] == "b/(a + b)"
    assert main(["derive", "terms", path, "--at", "a=1,b=1"]) == 0
    assert "L* ~ C^(-1/2), N* ~ C^(1/2), D* ~ C^(1/2)" in capsys.readouterr().out


def test_the_examples_of_the_documents() -> None:
    """The second is the model `plrf` for alpha > 1/2 with label noise and a free step size."""
    docs = Path(__file__).resolve().parents[2] / "docs" / "examples"
    assert tauber.terms.derive(docs / "chinchilla.toml", at={"a": 1, "b": 1}).loss_exponent == Rational(1, 2)
    for alpha, beta in (("4/5", "3/10"), ("9/10", "7/10"), ("3/4", "6/5"), ("4/5", "-1/10")):
        given = tauber.terms.derive(docs / "step_size.toml", at={"alpha": alpha, "beta": beta})
        known = tauber.plrf.derive(alpha=alpha, beta=beta, label_noise=1, step_size="free")
        assert given.loss_exponent == known.loss_exponent
        assert given.exponents["M"] == known.exponents["d"]


def test_a_third_parameter_is_given_a_value() -> None:
    three = CHINCHILLA | {"parameters": {"a": 0, "b": 0, "c": 0}, "budget": "N*D^c"}

    assert tauber.terms.derive(three, at={"a": 1, "b": 1, "c": 2}).loss_exponent == Rational(1, 3)
    with pytest.raises(tauber.BadInput, match=r"3 parameters; it has one or two: give the others values \(at\)"):
        tauber.terms.phases(three)


def test_phases_hold_some_parameters(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Those that are given are numbers in the phases of the rest, which then are those of `derive` at any point."""
    terms = {"model": "N^(-a)", "data": "D^(-b)", "mixed": "N^c/D"}
    three = {"resources": ["N", "D"], "budget": "N*D", "parameters": {"a": 0, "b": 0, "c": "a"}, "terms": terms}
    plane = tauber.declare(**three).phases(at={"a": "1/3"})
    assert {x.name for phase in plane.phases for x in phase["loss_exponent"].free_symbols} <= {"b", "c"}
    assert len(plane.phases) > 1
    for b, c in ((Fraction(1, 5), Fraction(1, 2)), (Fraction(2), Fraction(3, 7)), (Fraction(1, 2), Fraction(5))):
        known = tauber.terms.derive(three, at={"a": "1/3", "b": b, "c": c})
        here = {symbols("b", real=True): b, symbols("c", real=True): c}
        (phase,) = (p for p in plane.phases if all(where.subs(here) == True for where in p["inequalities"]))  # noqa: E712
        assert (phase["name"], phase["loss_exponent"].subs(here)) == (known.phase, known.loss_exponent)
    tauber.terms.phases(three, at="a=1/3").save(tmp_path / "plane.svg")
    line = tauber.terms.phases(three, at={"a": "1/3", "c": 1})
    assert {x.name for phase in line.phases for x in phase["loss_exponent"].free_symbols} == {"b"}

    file = tmp_path / "three.toml"
    parts = [f"[{key}]\n" + "".join(f'{k} = "{v}"\n' for k, v in three[key].items()) for key in ("parameters", "terms")]
    file.write_text('resources = ["N", "D"]\nbudget = "N*D"\n' + "".join(parts), encoding="utf-8")
    assert main(["phases", str(file), "--at", "a=1/3", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == plane.plain()
    refused = {
        "c=1": "for c, whose bound is a; give one for a, too",
        "a=1,c=1/2": "it must lie above 1",
        "a=1,b=1,c=2": "without a free parameter; derive the optimum",
        "d=1": "the parameters are",
    }
    for at, says in refused.items():
        with pytest.raises(tauber.BadInput, match=says):
            tauber.terms.phases(three, at=at)


def test_what_leading_terms_leave_free_is_said_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    """Serial steps S enter the loss only where they are few."""
    serial = CHINCHILLA | {"resources": ["N", "D", "S"], "budget": "N*D", "window": {"batch": "S <= D"},
                           "terms": CHINCHILLA["terms"] | {"steps": "S^(-1)"}}  # fmt: skip
    found = tauber.terms.derive(serial, at={"a": "0.34", "b": "0.28"})
    assert found.exponents["S"] is None
    assert found.text().rstrip().endswith("S* free")
    assert "S" not in found.latex()


@pytest.mark.parametrize("key", ["terms", "window"])
@pytest.mark.parametrize(
    "name", ["", " ", "my model $x_1", "a = b", "50 %", "x^2", "{", "a\\b", "caf\N{LATIN SMALL LETTER E WITH ACUTE}"]
)
def test_names_that_formulas_cannot_have_are_refused(key: str, name: str) -> None:
    lines = {"terms": CHINCHILLA["terms"] | {name: "D^(-1)"}, "window": {name: "N <= D"}}
    with pytest.raises(tauber.BadInput, match="stands in formulas"):
        tauber.terms.derive(CHINCHILLA | {key: lines[key]}, at={"a": 1, "b": 1})


numbers = st.fractions(-2, 2, max_denominator=6)


@st.composite
def declarations(draw):
    """Two or three resources, two to four terms that fall in some and rise in others, and a budget of all."""
    names = ["x", "y", "z"][: draw(st.integers(2, 3))]
    cost = [draw(st.fractions(Fraction(1, 3), 2, max_denominator=3)) for _ in names]
    terms = draw(st.lists(st.tuples(*[numbers] * len(names)), min_size=2, max_size=4, unique=True))
    return names, cost, terms


def product(names, powers):
    return "*".join(f"{name}^({power})" for name, power in zip(names, powers, strict=True))


@given(declarations())
def test_any_optimum_is_that_of_a_linear_programme(declaration) -> None:
    names, cost, terms = declaration
    table = {
        "resources": names,
        "budget": product(names, cost),
        "terms": {f"t{n}": product(names, term) for n, term in enumerate(terms)},
    }
    rows = [[*map(float, term), -1.0] for term in terms]
    known = linprog(
        [0.0] * len(names) + [1.0], np.array(rows), np.zeros(len(rows)), [[*map(float, cost), 0.0]], [1.0],
        [(0, None)] * len(names) + [(None, None)],
    )  # fmt: skip
    found = tauber.terms.derive(table)

    # SciPy's simplex on numbers of order one, with its own default tolerance
    assert -float(found.loss_exponent or 0) == pytest.approx(min(known.fun, 0.0), abs=1e-7)


def test_a_line_of_one_parameter_has_phases() -> None:
    line = {
        "resources": ["n", "t"], "budget": "n*t", "parameters": {"s": 0},
        "terms": {"size": "n^(-1)", "time": "t^(-s)", "floor": "n^(-s)"},
    }  # fmt: skip
    diagram = tauber.terms.phases(line)
    (s,) = {x for p in diagram.phases for x in p["loss_exponent"].free_symbols}

    assert {(str(p["name"]), p["loss_exponent"]) for p in diagram.phases} == {
        ("size = time", s / (s + 1)),
        ("time = floor", s / 2),
    }
    assert [str(b["equation"]) for b in diagram.boundaries] == ["Eq(s, 1)"]
    assert symbols("s", real=True) == s


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"budget": "N + D"}, "'N [+] D' is no product of powers of N, D"),
        ({"budget": "1"}, "on which nothing depends"),
        ({"budget": "N"}, "in which D costs nothing, and .window. does not bound it"),
        ({"terms": {"model": "N^(-c)"}}, "'c' is not among the names that are allowed there: a, b"),
        ({"terms": {}}, "'terms' is missing"),
        ({"term": {}}, "'term' was given, but the keys are"),
        ({"resources": "N"}, "must be a list of names"),
        ({"parameters": {"a": "b", "b": 0}}, "'b' is not among the names"),
        ({"parameters": {"N": 0}}, "N is a parameter and a resource"),
        ({"terms": {"model": "-N"}}, "'-N' is no product"),
        ({"budget": "(9^99)^99*N"}, "too many digits"),
        ({"budget": "N*__import__('os')"}, "neither a number nor a power of N, D"),
        ({"budget": "N/D"}, "in which D has a negative power, .* and .window. does not bound it"),
        ({"budget": "N <= D"}, "a comparison belongs to .window."),
        ({"terms": {"model": "N <= D"}}, "'model' of .terms. .* a comparison belongs to .window."),
        ({"window": {"x": "N"}}, "'x' of .window. was given as 'N', but it must say what is at most what"),
        ({"window": {"x": "N >= D"}}, "it must say what is at most what, as in N <= D"),
        ({"resources": ["N", "N", "D"]}, "resources has N twice"),
        ({"resources": ["L", "D"]}, "resources has L, which is the loss in the answers"),
        ({"resources": ["C", "D"]}, "resources has C, which is the budget in the answers"),
        ({"resources": ["loss", "D"]}, "resources has loss, which is the loss in the answers"),
        ({"parameters": {"C": 0}}, ".parameters. has C, which is the budget in the answers"),
        ({"parameters": {"a b": 0}}, "A parameter was named 'a b'"),
        ({"parameters": {"\N{GREEK SMALL LETTER ALPHA}": 0}}, "formulas have names such as a or beta_1"),
    ],
)
def test_bad_declarations_are_refused_in_a_sentence(change: dict, says: str) -> None:
    with pytest.raises(tauber.BadInput, match=says):
        tauber.terms.derive(CHINCHILLA | change, at={"a": 1, "b": 1})


def test_bad_values_and_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for at, says in [({"a": 1}, "no value was given for b"), ({"a": 1, "b": 0}, "must lie above 0"),
                     ({"a": -1, "b": 1}, "The value -1 was given for a"), ("a=1,b=1,a=2", "a twice"),
                     ({"c": 1}, "the parameters are a, b")]:  # fmt: skip
        with pytest.raises(tauber.BadInput, match=f"(?i){says}"):
            tauber.terms.derive(CHINCHILLA, at=at)
    assert main(["derive", written(tmp_path, "budget = "), "--at", "a=1"]) == 2
    assert "is no TOML file" in capsys.readouterr().err
    assert main(["phases", str(tmp_path / "none.toml")]) == 2
    assert "cannot be read" in capsys.readouterr().err


POLE = {
    "resources": ["N", "P", "t"],
    "budget": "N^2*P*t^(1/2)",
    "parameters": {"a": 0, "b": "a"},
    "terms": {"width": "N^(-a)/t^(1/3)", "data": "P^(-b)", "time": "t^(-a*b/(a + b))", "mixed": "t/(N*P)"},
}
CIRCLE = CHINCHILLA | {"budget": "N*D", "terms": {"m": "N^(-a^2 - b^2)", "n": "D^(-1)", "k": "N^(-a)"}}


@pytest.mark.parametrize("table", [POLE, CIRCLE], ids=["b = a/(3 a - 1)", "a^2 + b^2 = a"])
def test_boundaries_of_any_shape_are_drawn_without_a_warning(table: dict, tmp_path: Path) -> None:
    """Whatever the shape, the cells of the picture have the phases that are optimal in their middle."""
    from tauber.models.terms.given import read
    from tauber.models.terms.phases import look_of
    from tauber.plots.shapes import Shapes

    declared = read(table)
    shapes = Shapes(declared.phase_diagram(), look_of(declared))
    assert len(shapes.phases) == 2
    for cell in shapes.cells:
        x = np.array([(cell.left + cell.right) / 2])
        y = float(cell.lower(x)[0] + cell.upper(x)[0]) / 2
        assert tauber.terms.derive(table, at={"a": float(x[0]), "b": y}).phase == cell.phase
    tauber.terms.phases(table).save(tmp_path / "phases.svg")
