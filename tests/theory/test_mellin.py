"""The expansions of resolvent sums against sums done by another method, to many digits."""

import mpmath
import pytest
from sympy import N, Rational, symbols

from tauber.theory.spectra.mellin import moment, resolvent_sum
from tauber.theory.spectra.zeta import spectral_assumption

from ..sampling import some

j = symbols("j", positive=True)
mp = mpmath.mp.clone()
mp.dps = 40


def resolvent_by_hurwitz(w, c, kappa, v=None):
    """``sum_{j<=v} j^-w / (1 + kappa j^c)``: small j one by one, the rest in powers of 1/(kappa j^c).

    The Hurwitz zeta function of mpmath is accurate absolutely, not relatively, hence the extra digits.
    """
    with mp.workdps(140):
        w, c, kappa = (mp.mpf(x.p) / x.q for x in (w, c, kappa))
        start = int((30 / kappa) ** (1 / c)) + 1
        total = mp.fsum(n**-w / (1 + kappa * n**c) for n in range(1, start))
        for m in range(1, 28):
            missing = mp.zeta(w + c * m, v + 1) if v else 0
            total += (-1) ** (m - 1) * kappa**-m * (mp.zeta(w + c * m, start) - missing)
    return +total


def value(terms, kappa, v=1):
    return sum(
        mp.mpf(N(m.constant, 40)) * mp.mpf(N(kappa ** m["kappa"], 40)) * mp.mpf(N(v ** m["v"], 40)) for m in terms
    )


@pytest.mark.parametrize("decay", [Rational(17, 10), Rational(27, 10)])
@pytest.mark.parametrize("power", some([Rational(1, 5), Rational(3, 4), Rational(12, 5)], quick=(0, 2)))
def test_all_modes(decay, power):
    """The error is the next power, up to the size of the one after it (none of them is a trivial zero of zeta)."""
    both = spectral_assumption(lambda x: x**-decay, lambda x: x ** -(decay + power), j)
    kappa = Rational(1, 10**3)
    for series, w in ((both.capacity, Rational(0)), (both.target, power)):
        *terms, last, further = resolvent_sum(series, regular=6, truncation=0)
        error = value(terms, kappa) - resolvent_by_hurwitz(w, decay, kappa)

        assert abs(error + value([last], kappa)) < 2 * abs(value([further], kappa))


@pytest.mark.parametrize("decay", some([Rational(3, 5), Rational(8, 5)], quick=(1,)))
def test_finitely_many_modes(decay):
    """Cutting the spectrum at v adds powers of 1/kappa: exact to the relative 1/v that the leading tail leaves out."""
    power, v, kappa = Rational(3, 10), 10**6, Rational(1, 10)
    both = spectral_assumption(lambda x: x**-decay, lambda x: x ** -(decay + power), j)
    for series, w in ((both.capacity, Rational(0)), (both.target, power)):
        derived = value(resolvent_sum(series, regular=20, truncation=14), kappa, Rational(v))
        cut = sum(
            abs(value([m], kappa, Rational(v))) for m in resolvent_sum(series, 20, 14) if m["kappa"] < 0 and m["v"]
        )

        assert abs(derived - resolvent_by_hurwitz(w, decay, kappa, v)) < 2 * cut / v


@pytest.mark.parametrize("decay", [Rational(3, 5), Rational(8, 5)])
def test_trace(decay):
    v = 10**8
    both = spectral_assumption(lambda x: x**-decay, lambda x: x**-decay, j)
    exact = mp.zeta(mp.mpf(decay.p) / decay.q) - mp.zeta(mp.mpf(decay.p) / decay.q, v + 1)
    terms = moment(both.capacity, 1)

    assert abs(value(terms, Rational(1), Rational(v)) - exact) < v ** -float(decay)
