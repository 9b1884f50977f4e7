"""The power law that a spectrum is like: its leading terms are those of the spectrum, and what is refused."""

from fractions import Fraction

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import N, Rational

from tauber.theory.errors import AssumptionError, NoConstant
from tauber.theory.models import dynamical
from tauber.theory.models.geometry import Sphere
from tauber.theory.models.geometry.learning import zeta
from tauber.theory.models.plrf import ExactLaw, Setting, like
from tauber.theory.models.plrf.model import alpha, beta
from tauber.theory.models.plrf.window import Window
from tauber.theory.spectra.likeness import largest_pole
from tauber.theory.spectra.mellin import resolvent_sum
from tauber.theory.spectra.zeta import Moved, PowerSum, SpectralAssumption, Union, s

mp = mpmath.mp.clone()
mp.dps = 15


def rational(x):
    return Rational(x.numerator, x.denominator)


def powers(decay, target, shift=0):
    w = rational(Fraction(decay)), rational(Fraction(target))
    return PowerSum(w[0] * s, Rational(shift)), PowerSum((w[0] * (s - 1) + w[1]).expand(), Rational(shift))


def union(*parts):
    return SpectralAssumption(*(Union(tuple(series)) for series in zip(*parts, strict=True)))


exponents = st.fractions(Fraction(11, 10), Fraction(3), max_denominator=12)


@settings(max_examples=6, deadline=None)
@given(st.lists(st.tuples(exponents, exponents), min_size=1, max_size=3))
def test_a_union_is_like_its_slowest_eigenvalues_and_its_slowest_target(parts):
    """By the sums themselves: T(kappa) falls like the least of (a - 1)/b, whichever part has it."""
    spectrum = union(*(powers(b, a) for a, b in parts))
    at = dynamical.model.like(spectrum).parameters
    b, a = at[dynamical.b], at[dynamical.a]

    assert b == min(y for _, y in parts)
    assert (a - 1) / b == min((x - 1) / y for x, y in parts)


def test_leading_terms_are_the_largest_of_the_window():
    """No term of the series is larger, anywhere inside the window, than all named terms of the power law it is like."""
    spectrum = union(powers("8/5", 4), powers("12/5", "13/5"))
    law = ExactLaw(Setting.of(spectrum), order=0)
    window = Window(spectrum, 2, Fraction(1))
    for x in (Rational(1, 10), Rational(8, 10), Rational(15, 10)):  # t = d^x
        largest = max(-t.i - (rational(t.e) + 1) * x for t in window.terms)
        assert largest == max(t.d + t.r * x for t in law.terms.values() if t.name != "F_0")


def test_density_and_share_of_equal_parts():
    found = like(union(*[powers("8/5", 3)] * 3))

    assert (found.density, found.share) == (3, 3)
    assert found.parameters == {alpha: Rational(4, 5), beta: Rational(7, 10)}
    assert found.gap is None


def test_a_target_that_is_a_power_of_the_eigenvalues():
    """``sum lambda^2/(lambda + kappa)`` by Moved, against a plain sum with its tail by Euler-Maclaurin."""
    decay, kappa = Rational(9, 5), Rational(1, 10**3)
    series = Moved(PowerSum(decay * s), Rational(-1))
    derived = mp.fsum(
        mp.mpf(N(m.constant * kappa ** m["kappa"], 25)) for m in resolvent_sum(series, regular=7, truncation=0)
    )
    b, ridge = mp.mpf("1.8"), mp.mpf("0.001")
    exact = mp.nsum(lambda j: j ** (-2 * b) / (j**-b + ridge), [1, mp.inf], method="euler-maclaurin")

    assert abs(derived - exact) < 1e-12
    assert largest_pole(series).at == 1 / decay - 1


def test_refusals():
    with pytest.raises(AssumptionError, match="beta > 0"):
        like(union(powers(3, 4), powers(4, 2)))
    with pytest.raises(AssumptionError, match="sum of the eigenvalues is infinite"):
        like(SpectralAssumption(*powers("9/10", 2)))
    with pytest.raises(AssumptionError, match="leave `ratio` out"):
        Setting.of(SpectralAssumption(*powers(2, 3, "1/2")), ratio=Rational(4))
    with pytest.raises(AssumptionError, match="use `of`"):
        Setting(Rational(1), Rational(1), spectrum=SpectralAssumption(*powers(2, 3)))
    with pytest.raises(NoConstant, match="largest pole alone"):
        zeta(Sphere("arccos1", 2)).value(0)
