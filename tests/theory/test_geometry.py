"""Spectra from geometry against quadrature, lattice sums and direct counting."""

from fractions import Fraction
from functools import lru_cache
from itertools import product

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Float, Integer, Rational, cancel, pi

from tauber.theory.errors import AssumptionError
from tauber.theory.models.geometry import Sphere, Torus, learning_law
from tauber.theory.models.geometry.neighbours import (
    DATA,
    interpolation_error,
    mean_error,
    nearest_distance,
    rate,
    squared_error,
)
from tauber.theory.spectra.torus import sums_of_squares

from ..sampling import some

ctx = mpmath.mp.clone()
ctx.dps = 30

PROFILES = {
    "laplace": lambda t, h: ctx.exp(-ctx.sqrt(2 * (1 - t)) / h),
    "arccos0": lambda t, h: 1 - ctx.acos(t) / ctx.pi,
    "arccos1": lambda t, h: (ctx.sqrt(1 - t * t) + t * (ctx.pi - ctx.acos(t))) / ctx.pi,
    "ntk": lambda t, h: PROFILES["arccos1"](t, h) + t * PROFILES["arccos0"](t, h),
}


def by_quadrature(kernel, dim, scale, degree):
    """Funk-Hecke in the angle, the polynomial by its own recurrence."""

    def legendre(t):
        if dim == 1:
            return ctx.cos(degree * ctx.acos(t))
        last, now = ctx.one, t
        if degree == 0:
            return last
        for n in range(1, degree):  # (n + d - 1) P_{n+1} = (2n + d - 1) t P_n - n P_{n-1}
            last, now = now, ((2 * n + dim - 1) * t * now - n * last) / (n + dim - 1)
        return now

    front = ctx.gamma(ctx.mpf(dim + 1) / 2) / ctx.sqrt(ctx.pi) / ctx.gamma(ctx.mpf(dim) / 2)

    def integrand(angle):
        t = ctx.cos(angle)
        return PROFILES[kernel](t, scale) * legendre(t) * ctx.sin(angle) ** (dim - 1)

    return front * ctx.quad(integrand, ctx.linspace(0, ctx.pi, 6))


@settings(max_examples=settings().max_examples // 2)
@given(
    st.sampled_from(sorted(PROFILES)),
    st.integers(1, 4),
    st.integers(0, 10),
    st.fractions(Fraction(1, 3), 3, max_denominator=5),
)
def test_eigenvalues_on_the_sphere(kernel, dim, degree, scale):
    geometry = Sphere(kernel, dim, Rational(scale) if kernel == "laplace" else None)
    exact = by_quadrature(kernel, dim, ctx.mpf(scale.numerator) / scale.denominator, degree)

    assert abs(ctx.mpf(str(geometry.value(degree))) - exact) < ctx.mpf(10) ** -26


@pytest.mark.parametrize(
    ("dim", "degree", "scale"), some([(1, 0, "1"), (2, 3, "1/5"), (2, 24, "7/3"), (5, 8, "3/2")], quick=(0, 1, 3))
)
def test_the_series_by_its_recurrence_is_the_sum_of_its_terms(dim, degree, scale):
    exact = Sphere("laplace", dim, Rational(scale))
    terms, (index, *_) = exact.eigenvalue(degree).args
    direct = sum(terms.subs(index, j).evalf(70) for j in range(2 * degree + 120))
    assert abs(direct / Float(str(exact.value(degree, 40)), 60) - 1) < 1e-40


@pytest.mark.parametrize("kernel", sorted(PROFILES))
@pytest.mark.parametrize("dim", [2, 3])
def test_trace_is_the_kernel_at_one(kernel, dim):
    geometry = Sphere(kernel, dim, Integer(1) if kernel == "laplace" else None)
    cut = 60
    head = sum(float(geometry.value(n, 15)) * int(geometry.degeneracy(n)) for n in range(cut))
    decay = geometry.decay
    # sum over l >= cut of N A l^-gamma, N ~ 2 l^(d-1)/(d-1)!, by the integral; relative error O(1/cut)
    power = float(decay.exponent) - dim
    tail = 2 / float(mpmath.factorial(dim - 1)) * float(decay.constant) * (cut - 0.5) ** -power / power / decay.step
    total = 2.0 if kernel == "ntk" else 1.0

    assert head + tail == pytest.approx(total, abs=6 * tail / cut)


@pytest.mark.parametrize("kernel", sorted(PROFILES))
@pytest.mark.parametrize("dim", [1, 2, 3, 5])
def test_decay(kernel, dim):
    geometry = Sphere(kernel, dim, Rational(2, 3) if kernel == "laplace" else None)
    decay = geometry.decay
    errors = []
    for base in (40, 80):
        degree = next(n for n in range(base, base + 2) if geometry.value(n, 15) != 0)
        errors.append(
            abs(float(geometry.value(degree, 15)) / (float(decay.constant) * degree ** -float(decay.exponent)) - 1)
        )

    assert errors[1] < 0.75 * errors[0] or errors[1] < 1e-3
    assert errors[1] < 0.2
    assert (decay.step == 2) == any(geometry.eigenvalue(n) == 0 for n in (20, 21))


def test_smoothness_and_dimension_give_the_exponent():
    for dim in range(1, 6):
        assert Sphere("laplace", dim, Integer(1)).alpha_K == Rational(1, dim)
        assert Sphere("ntk", dim).alpha_K == Rational(1, dim)
        assert Sphere("arccos0", dim).alpha_K == Rational(1, dim)
        assert Sphere("arccos1", dim).alpha_K == Rational(3, dim)
        assert Torus("matern", dim, Rational(3, 2)).alpha_K == Rational(3, dim)


def test_vanishing_eigenvalues():
    assert [n for n in range(9) if Sphere("ntk", 2).eigenvalue(n) == 0] == [3, 5, 7]
    assert [n for n in range(9) if Sphere("arccos1", 3).eigenvalue(n) == 0] == [3, 5, 7]
    assert [n for n in range(9) if Sphere("arccos0", 3).eigenvalue(n) == 0] == [2, 4, 6, 8]


@given(st.integers(1, 3), st.integers(0, 12))
def test_sums_of_squares_by_counting(dim, number):
    reach = range(-4, 5)
    assert sums_of_squares(dim, number) == sum(
        1 for point in product(reach, repeat=dim) if sum(x * x for x in point) == number
    )


def test_poles_of_the_torus_by_a_closed_sum():
    """d = 1, nu = 1/2: lambda = 1/(1 + c^2 m^2), whose s-th powers add up like zeta(2 s) c^{-2s} 2 for large m."""
    torus = Torus("matern", 1, Rational(1, 2), Rational(1, 2))
    first, second = torus.poles(Rational(-3, 4))
    assert (first.at, second.at) == (Rational(1, 2), Rational(-1, 2))
    c = 2 * mpmath.pi * 0.5
    # sum_m (1 + c^2 m^2)^-s = 1 + 2 sum_k binom(-s, k) c^{-2s-2k} zeta(2s + 2k): residues 2 binom(-s, k) c^-1/2
    assert float(first.residue) == pytest.approx(float(1 / c), rel=1e-12)
    assert float(second.residue) == pytest.approx(float(mpmath.binomial(0.5, 1) / c), rel=1e-12)


@lru_cache
def _value(sphere, n):
    return float(sphere.value(n, 15))


def sphere_resolvent(sphere, kappa, cut=200):
    """Sum of lambda/(lambda + kappa) over all modes; beyond the cut with the asymptotic law."""
    decay = sphere.decay
    head = [(_value(sphere, n), int(sphere.degeneracy(n))) for n in range(cut)]
    size, power = float(decay.constant), float(decay.exponent)
    rest = mpmath.quad(lambda n: (2 * n + 1) / (1 + kappa * n**power / size), [cut - 0.5, 1e3, 1e4, mpmath.inf])
    return sum(n * x / (x + kappa) for x, n in head) + float(rest) / decay.step


def torus_resolvent(torus, kappa, reach=500):
    """The same on the plane, by a square of lattice points and the integral around it."""
    m = np.arange(-reach, reach + 1)
    c = 2 * np.pi * float(torus.scale)
    values = (1 + c**2 * (m[:, None] ** 2 + m**2)) ** -float(torus.power)
    corner = mpmath.quad(lambda angle: mpmath.cos(angle), [0, mpmath.pi / 4])  # int r^-3 r dr dangle outside the square
    return float((values / (values + kappa)).sum()) + 8 * float(corner) / (reach + 0.5) / c**3 / kappa


@pytest.mark.parametrize(
    "geometry",
    some(
        [Sphere("laplace", 2, Integer(1)), Sphere("ntk", 2), Torus("matern", 2, Rational(1, 2), Rational(1, 5))],
        quick=(1, 2),
    ),
)
def test_learning_law_against_the_spectrum(geometry):
    """T(kappa) by summation: it grows by what the law says from kappa to kappa, up to a constant that cancels."""
    law = learning_law(geometry)
    resolvent = torus_resolvent if geometry.kernel == "matern" else sphere_resolvent
    pairs = [
        (resolvent(geometry, kappa), float(law.capacity) * kappa ** (-1 / (1 + float(law.alpha_K))))
        for kappa in (1e-3, 1e-4)
    ]
    grown, derived = (pairs[1][n] - pairs[0][n] for n in (0, 1))
    assert grown == pytest.approx(derived, rel=2e-3)


def test_nearest_neighbours_rates():
    for dim in (1, 2, 3, 4):
        assert rate(squared_error(dim)) == Rational(2, dim)
        assert rate(mean_error(dim)) == Rational(1, dim)
    assert rate(interpolation_error()) == 4
    assert cancel(nearest_distance(1, 1) - 1 / (2 * (DATA + 1))) == 0
    assert cancel(nearest_distance(2, 2) - 1 / (pi * (DATA + 1))) == 0


@pytest.mark.parametrize(
    "make",
    [
        lambda: Sphere("gauss", 2),
        lambda: Sphere("laplace", 2),
        lambda: Sphere("ntk", 2, Integer(1)),
        lambda: Sphere("ntk", 0),
        lambda: Torus("matern", 2, Rational(-1)),
        lambda: Torus("laplace", 2, Rational(1)),
        lambda: Sphere("ntk", 2).eigenvalue(-1),
        lambda: Torus("matern", 1, Rational(1)).eigenvalue(Rational(1, 2)),
    ],
)
def test_bad_geometry_is_refused_in_one_sentence(make):
    with pytest.raises(AssumptionError, match="was asked") as refused:
        make()
    assert "\n" not in str(refused.value)
