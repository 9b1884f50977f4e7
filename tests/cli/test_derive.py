"""``tauber derive plrf``: keys, exact strings, boundaries, refusals, start-up."""

from __future__ import annotations

import subprocess
import sys

import pytest
import sympy

from tauber.errors import BadInput
from tauber.models import plrf
from tauber.theory.models.plrf import derive as derived

KEYS = {"phase", "boundary_of", "tradeoff", "d_exponent", "loss_exponent", "terms"}


def test_a_point_inside_a_phase(run) -> None:
    found = run("derive", "plrf", "--alpha", "4/5", "--beta", "3/10", "--json").json

    assert set(found) >= KEYS
    assert (found["phase"], found["boundary_of"]) == ("Ia", [])
    assert sorted(found["tradeoff"]) == ["F_0", "F_pp"]
    assert (found["d_exponent"], found["loss_exponent"]) == ("5/13", "6/13")
    assert [term["name"] for term in found["terms"]] == ["F_0", "F_pp", "F_ac", "K_pp"]
    assert all(set(term) >= {"name", "d", "r", "condition"} for term in found["terms"])
    assert [(term["d"], term["r"]) for term in found["terms"]] == [
        ("-6/5", "0"),
        ("0", "-3/4"),
        ("-1", "-3/8"),
        ("0", "-11/8"),
    ]


@pytest.mark.parametrize(("alpha", "beta"), [("0.8", "0.3"), ("8e-1", ".3"), (" 4/5", "30/100")])
def test_decimals_are_read_exactly(run, alpha: str, beta: str) -> None:
    exact = run("derive", "plrf", "--alpha", "4/5", "--beta", "3/10", "--json").json

    assert run("derive", "plrf", "--alpha", alpha, "--beta", beta, "--json").json == exact


def test_a_boundary_names_its_phases(run) -> None:
    found = run("derive", "plrf", "--alpha", "7/10", "--beta", "7/10", "--json").json

    assert found["phase"] is None
    assert found["boundary_of"] == ["II", "III"]
    assert set(found["limits"]) == {"II", "III"}
    assert "boundary" in run("derive", "plrf", "--alpha", "7/10", "--beta", "7/10").out


def test_a_hair_beside_a_boundary_is_not_on_it(run) -> None:
    beside = "0." + "7" + "0" * 29 + "1"

    assert run("derive", "plrf", "--alpha", "0.7", "--beta", beside, "--json").json["phase"] == "III"


def test_no_power_law(run) -> None:
    found = run("derive", "plrf", "--alpha", "1/5", "--beta", "1/5", "--json").json

    assert found["phase"] == "none"
    assert found["d_exponent"] is None
    assert found["loss_exponent"] is None
    assert "No power law" in run("derive", "plrf", "--alpha", "1/5", "--beta", "1/5").out


def test_general_formulas(run) -> None:
    found = run("derive", "plrf", "--json").json

    assert [term["name"] for term in found["terms"]] == ["F_0", "F_pp", "F_ac", "K_pp"]
    assert any("alpha" in term["r"] for term in found["terms"])
    assert {"name", "inequalities", "d_exponent", "loss_exponent"} <= set(found["phases"][0])
    assert "general formulas" in run("derive", "plrf").out


def test_plain_lines_in_a_pipe(run) -> None:
    lines = run("derive", "plrf", "--alpha", "4/5", "--beta", "3/10", "--full").out.splitlines()

    assert "Phase Ia, trade-off F_0 = F_pp" in lines
    assert any(line.startswith("F_pp\t0\t-3/4\t") and line.endswith("\tyes") for line in lines)


@pytest.mark.parametrize("bad", ["-1", "0", "nan", "inf", "x", "", "1/0", "1e9999", "4/", "0x10", "1;2", "9" * 1000])
def test_bad_exponents_are_refused(run, bad: str) -> None:
    assert run("derive", "plrf", "--alpha", bad, "--beta", "3/10", "--json").is_refusal("--alpha", "positive number")
    assert run("derive", "plrf", "--alpha", "4/5", "--beta", bad).is_refusal("--beta", "positive number")


@pytest.mark.parametrize(("huge", "says"), [("1e400", "of a size from 1e-300 to 1e300"), ("1e300", "at most 1000")])
@pytest.mark.parametrize("rest", [["derive", "--schedule", "warmup"], ["derive"], ["frontier", "--flops", "1e9"]])
def test_huge_exponents_are_refused_in_a_short_sentence(run, huge: str, says: str, rest: list[str]) -> None:
    action, *options = rest
    refused = run(action, "plrf", "--alpha", "4/5", "--beta", huge, *options)
    assert refused.is_refusal("--beta", says)
    assert len(refused.err) < 200


@pytest.mark.dear
@pytest.mark.parametrize(
    ("name", "value"), [("alpha", "4/5"), ("alpha", "27/100"), ("alpha", "1/5"), ("beta", "3/10"), ("beta", "7/10")]
)
def test_one_exponent_alone_gives_the_formulas_of_the_other(name: str, value: str) -> None:
    """At points all along the line phases, exponents, terms and their presence are those derived at the point."""
    other = "beta" if name == "alpha" else "alpha"
    symbol = sympy.Symbol(other, positive=True)
    line = plrf.derive(**{name: value})
    met = set()
    for n in range(1, 40):
        number = sympy.Rational(3 * n, 83)  # on no boundary
        point = derived(*((value, number) if name == "alpha" else (number, value)))
        here = [p for p in line.phases if all(where.subs(symbol, number) for where in p["inequalities"])]
        assert [p["name"] for p in here] == [point.phase]
        for key in ("d_exponent", "loss_exponent"):
            formula, expected = here[0][key], getattr(point, key)
            assert formula is expected is None or formula.subs(symbol, number) == expected
        for general, term in zip(line.terms, point.terms, strict=True):
            assert [general[x].subs(symbol, number) for x in ("d", "r")] == [term.d, term.r]
            assert general["condition"].subs(symbol, number) == term.present
        met |= {point.phase}
    assert met == {p["name"] for p in line.phases}
    assert line.notes == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [("alpha", "1/2", "alpha = 1/2 is"), ("beta", "1/2", "beta = 1/2 is"), ("alpha", "1/4", "1/4, beta > 1/2 is")],
)
def test_a_line_along_a_boundary_says_so(run, name: str, value: str, said: str) -> None:
    (note,) = run("derive", "plrf", f"--{name}", value, "--json").json["notes"]

    assert said in note
    assert "on the boundary" in note
    assert note in run("derive", "plrf", f"--{name}", value).out


def test_constants_need_a_point(run) -> None:
    assert run("derive", "plrf", "--alpha", "4/5", "--lr", "0.1").is_refusal("both --alpha and --beta")
    assert run("derive", "plrf", "--beta", "-1").is_refusal("--beta", "positive number")


def test_in_python_formulas_are_exact_objects() -> None:
    point = plrf.derive(alpha="4/5", beta=0.3)
    general = plrf.derive()
    alpha, beta = sympy.symbols("alpha beta", positive=True)

    assert (point.phase, point.d_exponent, point.loss_exponent) == ("Ia", sympy.Rational(5, 13), sympy.Rational(6, 13))
    assert point.compute_optimal == {"loss": point.loss_exponent, "d": point.d_exponent}
    assert general.phases[0]["loss_exponent"].equals((2 * alpha + 2 * beta - 1) / (2 * alpha + 1))
    assert set(general.phases[0]["inequalities"]) == {alpha > sympy.Rational(1, 2), beta < sympy.Rational(1, 2)}
    with pytest.raises(BadInput, match=r"^alpha was given as '-1'"):
        plrf.derive(alpha=-1)
    assert plrf.phases().boundaries[0]["equation"] == sympy.Eq(alpha + beta, sympy.Rational(1, 2), evaluate=False)


@pytest.mark.dear
def test_latex(run) -> None:
    words = ("derive", "plrf", "--beta", "3/10")

    assert run(*words, "--alpha", "4/5", "--latex").out == (
        r"\text{Ia}:\quad d_\star \sim f^{5 / 13},\quad P_\star \sim f^{- 6 / 13}" + "\n"
    )
    assert plrf.derive("1/5", "1/5").latex() == r"\text{no power law}"
    assert plrf.derive("7/10", "7/10").latex().count(r"\text{II") == 2
    assert plrf.derive(alpha="1/2").latex() == r"\text{on boundaries of phases}"
    for formula in (run(*words, "--latex").out, plrf.derive().latex()):
        rows = formula.splitlines()
        assert rows[0] == r"\begin{array}{lll}"
        assert all(row.count("&") == 2 for row in rows[1:-1])


@pytest.mark.dear
def test_neither_scipy_nor_matplotlib_is_imported() -> None:
    probe = (
        "import sys; from tauber.cli import main;"
        "main(['derive', 'plrf', '--alpha', '4/5', '--beta', '3/10', '--json']);"
        "print([name for name in ('scipy', 'numpy', 'matplotlib') if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)

    assert done.stderr.strip() == "[]"


def test_help_imports_no_sympy() -> None:
    probe = "import sys; from tauber.cli import main; main(['--help']); print('sympy' in sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)

    assert done.stderr.strip() == "False"


def test_a_law_that_is_unstable_says_where(run) -> None:
    words = ("--step-size", "n^(-1/10)")
    found = run("phases", "plrf", *words, "--json").json

    assert found["assumption"] == "alpha > 1/4"
    assert run("phases", "plrf", *words).out.startswith("For alpha > 1/4\n")
    refused = run("derive", "plrf", "--alpha", "1/5", "--beta", "7/15", *words)
    assert refused.is_refusal("n^(-1/10)", "alpha = 1/5", "unstable", "stable for alpha >= 1/4")
    assert run("derive", "plrf", "--alpha", "3/10", "--beta", "7/15", *words).code == 0
