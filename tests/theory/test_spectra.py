"""Spectra other than one power law, through the same door: expansions against direct sums."""

import mpmath
import pytest
from sympy import N, Rational, zeta

from tauber.theory.errors import AssumptionError
from tauber.theory.models.plrf.expansion import Expansion
from tauber.theory.spectra.mellin import resolvent_sum
from tauber.theory.spectra.zeta import PowerSum, SpectralAssumption, TwoPowers, Union, s

from ..sampling import some

mp = mpmath.mp.clone()
mp.dps = 30
KAPPA = Rational(1, 10**4)
A = Rational(8, 5)


def direct(weight, eigenvalue):
    """``sum_j weight lambda/(lambda + kappa)``: 400 modes, then Euler-Maclaurin by numeric integral and derivatives."""
    kappa, start = mp.mpf(KAPPA.p) / KAPPA.q, 400

    def f(x):
        here = eigenvalue(mp.mpf(x))
        return weight(mp.mpf(x)) * here / (here + kappa)

    total = mp.fsum(f(j) for j in range(1, start)) + f(start) / 2
    total += mp.quad(f, [start, 2 * start, 8 * start, 1e5, 1e6, 1e8, 1e11, mp.inf])
    return total - sum(mp.bernoulli(2 * i) / mp.factorial(2 * i) * mp.diff(f, start, 2 * i - 1) for i in range(1, 8))


def expanded(series, regular):
    kappa = mp.mpf(KAPPA.p) / KAPPA.q
    parts = [
        mp.convert(N(m.constant, 30)) * kappa ** mp.convert(N(m["kappa"], 30)) * mp.log(kappa) ** m.logs
        for m in resolvent_sum(series, regular, 0)
        if m.constant != 0
    ]
    return mp.fsum(parts)


def power(exponent):
    return lambda x: x ** -mp.mpf(exponent)


def two(exponent, other):
    return lambda x: x ** -mp.mpf(exponent) + x ** -mp.mpf(other) / 2


SPECTRA = {
    "shifted": (PowerSum(A * s, Rational(7, 2)), power("0"), lambda x: (x + mp.mpf("3.5")) ** -mp.mpf("1.6")),
    "two powers": (TwoPowers(A, Rational(67, 100), Rational(1, 2)), power("0"), two("1.6", "2.27")),
    "target of two powers": (
        TwoPowers(A, Rational(67, 100), Rational(1, 2), Rational(3, 5)),
        power("0.6"),
        two("1.6", "2.27"),
    ),
    "two powers in resonance": (TwoPowers(A, Rational(26, 10), Rational(1, 2)), power("0"), two("1.6", "4.2")),
    "two powers, a pole met by a zero": (TwoPowers(A, Rational(1), Rational(1, 2)), power("0"), two("1.6", "2.6")),
    "target, a pole met by a zero": (
        TwoPowers(A, Rational(2, 5), Rational(1, 2), Rational(3, 5)),
        power("0.6"),
        two("1.6", "2"),
    ),
    "resonant target": (PowerSum(A * s + 1), power("1"), power("1.6")),
}


@pytest.mark.dear
@pytest.mark.parametrize("name", some(list(SPECTRA), quick=(0, 3, 6)))  # of two powers is the union below, too
def test_expansion_is_the_sum(name):
    """The error is what the next powers add, and falls when they are added."""
    series, weight, eigenvalue = SPECTRA[name]
    exact, short, long = direct(weight, eigenvalue), expanded(series, 3), expanded(series, 4)

    assert abs(short - exact) < 1.01 * abs(long - short)
    assert abs(long - exact) < 1e-2 * abs(short - exact)


def test_a_resonance_is_a_logarithm_and_never_a_division_by_zero():
    logs = [m for m in resolvent_sum(TwoPowers(A, Rational(26, 10), Rational(1, 2)), 3, 0) if m.logs]

    assert [(m["kappa"], m.logs) for m in logs] == [(1, 1)]


def test_a_union_of_spectra_adds_poles_and_values():
    both = Union((PowerSum(A * s), PowerSum(Rational(12, 5) * s)))

    assert {p.at for p in both.poles()} == {1 / A, Rational(5, 12)}
    assert both.value(2) == zeta(2 * A) + zeta(Rational(24, 5))


@pytest.mark.dear
def test_the_expansion_of_a_union_is_the_sum_over_all_modes():
    parts = [SPECTRA[name] for name in ("shifted", "two powers")]
    both = Union(tuple(series for series, *_ in parts))
    exact = sum(direct(weight, eigenvalue) for _, weight, eigenvalue in parts)
    short, long = expanded(both, 3), expanded(both, 4)

    assert abs(short - exact) < 1.01 * abs(long - short)
    assert abs(long - exact) < 1e-2 * abs(short - exact)


def test_a_union_of_equal_spectra_doubles_the_residue():
    once, twice = PowerSum(A * s), Union((PowerSum(A * s), PowerSum(A * s)))

    assert twice.poles()[0].residue == 2 * once.poles()[0].residue


def test_the_window_engine_takes_any_of_them():
    """Shifted by c, the constant of D changes from -1/2 to -1/2 - c."""
    shifted = SpectralAssumption(PowerSum(A * s, Rational(7, 2)), PowerSum(A * s + Rational(3, 5), Rational(7, 2)))
    expansion = Expansion(shifted, 1, Rational(1))

    assert expansion.names["D1"].constant == -Rational(1, 2) - Rational(7, 2)


def test_a_spectrum_without_trace_is_refused():
    slow = SpectralAssumption(PowerSum(Rational(4, 5) * s), PowerSum(Rational(4, 5) * s + 1))
    with pytest.raises(AssumptionError, match="finitely many modes"):
        Expansion(slow, 1, Rational(1))
