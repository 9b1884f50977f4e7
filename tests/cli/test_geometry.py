"""``tauber derive geometry``: eigenvalues against quadrature, decay, exponents, neighbours, refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sympy
from scipy.special import eval_gegenbauer

from tauber.errors import BadInput
from tauber.models import geometry

from ..sampling import some

GEOMETRY = ("derive", "geometry", "--manifold")


def sphere(run, kernel: str, dim: int, *words: str) -> dict:
    return run(*GEOMETRY, "sphere", "--kernel", kernel, "--dim", str(dim), *words, "--json").json


def torus(run, *words: str) -> dict:
    return run(*GEOMETRY, "torus", "--kernel", "matern", *words, "--json").json


def kernel_of_angle(name: str, theta: float, scale: float) -> float:
    order0 = 1 - theta / math.pi
    order1 = (math.sin(theta) + (math.pi - theta) * math.cos(theta)) / math.pi
    values = {"arccos0": order0, "arccos1": order1, "ntk": math.cos(theta) * order0 + order1}
    return values[name] if name in values else math.exp(-2 * math.sin(theta / 2) / scale)


NODES, WEIGHTS = np.polynomial.legendre.leggauss(160)
ANGLES = (NODES + 1) * math.pi / 2


def eigenvalue(name: str, dim: int, degree: int, scale: float = 1.0) -> float:
    """Funk-Hecke by quadrature over the angle, in which all is smooth; on the circle the polynomial is cos(l theta)."""
    harmonic = np.cos(degree * ANGLES)
    if dim > 1:
        half = (dim - 1) / 2
        harmonic = eval_gegenbauer(degree, half, np.cos(ANGLES)) / eval_gegenbauer(degree, half, 1.0)
    density = WEIGHTS * np.sin(ANGLES) ** (dim - 1)
    kernel = np.array([kernel_of_angle(name, theta, scale) for theta in ANGLES])
    return float((density * kernel * harmonic).sum() / density.sum())


@pytest.mark.dear
@pytest.mark.parametrize("dim", some([1, 2, 3, 5], quick=(0, 2)))
@pytest.mark.parametrize("kernel", ["laplace", "arccos0", "arccos1", "ntk"])
def test_eigenvalues_on_spheres(run, kernel: str, dim: int) -> None:
    scale = ("--scale", "0.7") if kernel == "laplace" else ()
    found = sphere(run, kernel, dim, *scale, "--degrees", "0,1,2,3,6,7")

    for entry in found["eigenvalues"]:
        degree = entry["degree"]
        assert entry["value"] == pytest.approx(eigenvalue(kernel, dim, degree, 0.7), rel=1e-9, abs=1e-14)
        exact = math.comb(degree + dim, dim) - (math.comb(degree + dim - 2, dim) if degree > 1 else 0)
        assert entry["degeneracy"] == exact


@pytest.mark.parametrize(
    ("kernel", "dim", "alpha"),
    [("laplace", 2, "1/2"), ("laplace", 5, "1/5"), ("arccos0", 3, "1/3"), ("arccos1", 2, "3/2"), ("ntk", 4, "1/4")],
)
def test_alpha_and_the_decay_that_it_comes_from(run, kernel: str, dim: int, alpha: str) -> None:
    found = sphere(run, kernel, dim, "--degrees", "99,100,199,200")
    decay = found["decay"]

    assert found["alpha_K"] == alpha
    assert sympy.Rational(decay["exponent"]) == -dim * (1 + sympy.Rational(alpha))
    values = {e["degree"]: e["value"] for e in found["eigenvalues"]}
    live = {degree: value for degree, value in values.items() if value}
    assert len(live) == (4 if decay["step"] == 1 else 2)
    for degree, value in live.items():
        # l^-gamma holds for l + (d - 1)/2 in place of l, up to a relative 1/l^2 or so.
        law = decay["value"] * (degree + (dim - 1) / 2) ** float(sympy.Rational(decay["exponent"]))
        assert value == pytest.approx(law, rel=(10 / degree) ** 2)


def test_the_trace_is_the_kernel_at_one(run) -> None:
    degrees = ",".join(map(str, range(300)))
    found = sphere(run, "arccos1", 2, "--degrees", degrees)
    total = sum(entry["degeneracy"] * entry["value"] for entry in found["eigenvalues"])
    tail = found["decay"]["value"] * 300**-3 / 3  # 2l l^-5 on every second degree

    assert total == pytest.approx(1 - tail, abs=tail / 10)


def test_eigenvalues_on_tori(run) -> None:
    found = torus(run, "--dim", "3", "--nu", "3/2", "--scale", "0.2", "--degrees", "0,1,2,3,7,9")
    points = np.stack(np.meshgrid(*[np.arange(-4, 5)] * 3), axis=-1).reshape(-1, 3)
    squares = (points**2).sum(axis=1)

    for entry in found["eigenvalues"]:
        n = entry["degree"]
        assert entry["value"] == pytest.approx((1 + (0.4 * math.pi) ** 2 * n) ** -3, rel=1e-13)
        assert entry["degeneracy"] == (squares == n).sum()
    assert (found["alpha_K"], found["scale"], found["nu"]) == ("1", "1/5", "3/2")


def test_the_learning_law_of_a_circle(run) -> None:
    """For lambda_m = 1/(1 + (2 pi h m)^2) the sum over modes is closed: coth gives T(kappa) ~ 1/(2 h sqrt(kappa))."""
    found = torus(run, "--dim", "1", "--nu", "1/2", "--scale", "0.3")

    assert found["learning"]["exponent"] == "-1"
    assert found["learning"]["value"] == pytest.approx(1 / (4 * 0.09), rel=1e-12)


def test_neighbours(run) -> None:
    found = sphere(run, "ntk", 3)["resolution"]
    line = torus(run, "--dim", "1", "--nu", "1/2")["resolution"]
    at = {"D": 50}

    assert [found[name]["exponent"] for name in ("mean_error", "squared_error")] == ["-1/3", "-2/3"]
    assert "interpolation" not in found
    # On a circle the nearest of D points is at 1/(2 (D + 1)) in the mean; D! /(D + 4)! for lines between them.
    assert sympy.sympify(line["mean_error"]["formula"]).subs(at) == sympy.Rational(1, 102)
    assert sympy.sympify(line["interpolation"]["formula"]).subs(at) == sympy.Rational(1, 51 * 52 * 53 * 54)
    assert line["interpolation"]["exponent"] == "-4"


def test_digits_and_formula(run) -> None:
    found = sphere(run, "arccos1", 2, "--degrees", "2,10", "--digits", "40")

    assert found["eigenvalues"][0]["value"] == "0.02343750000000000000000000000000000000000"
    exact = sympy.Rational(49, 6291456)  # by Funk-Hecke in exact arithmetic
    assert sympy.Float(found["eigenvalues"][1]["value"], 40) == pytest.approx(sympy.Float(exact, 40), rel=1e-38)
    formula = sympy.sympify(found["formula"]["even l > 1"])
    assert sympy.gammasimp(formula.subs(sympy.Symbol("l"), 10)) == exact


def test_table(run) -> None:
    lines = run(*GEOMETRY, "sphere", "--kernel", "ntk", "--dim", "2", "--degrees", "3,1000").out.splitlines()

    assert lines[:2] == ["Kernel ntk on the sphere of dimension 2", "alpha_K = 1/2"]
    assert "every second degree" in lines[2]
    assert "3\t7\t0" in lines


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("sphere", "--kernel", "matern", "--nu", "1"), ("--kernel", "laplace")),
        (("torus", "--kernel", "laplace"), ("--kernel", "matern")),
        (("torus", "--kernel", "matern"), ("--nu",)),
        (("sphere", "--kernel", "ntk", "--nu", "1"), ("--nu", "matern")),
        (("sphere", "--kernel", "ntk", "--scale", "1"), ("--scale", "ntk")),
        (("sphere", "--kernel", "laplace", "--scale", "1e-9"), ("--scale", "1/100")),
        (("sphere", "--kernel", "laplace", "--dim", "0"), ("--dim",)),
        (("sphere", "--kernel", "laplace", "--dim", "2.5"), ("--dim",)),
        (("sphere", "--kernel", "laplace", "--degrees", "-1"), ("--degrees",)),
        (("sphere", "--kernel", "laplace", "--degrees", "1,,2"), ("--degrees",)),
        (("torus", "--kernel", "matern", "--nu", "200", "--degrees", "9000"), ("--digits", "9000")),
        (("cube", "--kernel", "laplace"), ("sphere", "torus")),
    ],
    ids=lambda value: " ".join(value),
)
def test_bad_input_is_refused(run, words: tuple[str, ...], named: tuple[str, ...]) -> None:
    assert run(*GEOMETRY, *words, "--json").is_refusal(*named)


def test_in_python_constants_are_exact_objects(run) -> None:
    found = geometry.derive("torus", "matern", dim=1, nu="1/2", scale=0.3, degrees=[0, 4])

    assert found.alpha_K == 1
    assert found.learning["constant"] == sympy.Rational(25, 9)
    assert [entry["degeneracy"] for entry in found.eigenvalues] == [1, 2]
    words = ("torus", "--kernel", "matern", "--dim", "1", "--nu", "1/2", "--scale", "0.3", "--latex")
    assert run(*GEOMETRY, *words).out.strip() == found.latex()
    assert r"L(n) \sim \frac{25}{9}\,n^{-1}" in found.latex()
    assert "every second degree" in geometry.derive("sphere", "ntk").latex()
    with pytest.raises(BadInput, match=r"^manifold was given as 'cube', but it must be one of sphere, torus"):
        geometry.derive("cube", "ntk")
    with pytest.raises(BadInput, match=r"^nu is missing; the kernel matern"):
        geometry.derive("torus", "matern")
