"""``tauber derive plrf``: keys, exact strings, boundaries, refusals, start-up."""

from __future__ import annotations

import subprocess
import sys

import pytest

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


def test_one_exponent_alone_is_refused(run) -> None:
    assert run("derive", "plrf", "--alpha", "4/5").is_refusal("--alpha", "--beta", "both")


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
