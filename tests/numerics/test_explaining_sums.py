"""The sums behind the learning curve against their closed forms for power laws, in 25 digits.

With lambda_k = k^-b, v_k = k^-a, S modes:  z = sum 1/(1 + kappa k^b), q = sum 1/(1 + kappa k^b)^2,
T1 = sum kappa k^(b-a)/(1 + kappa k^b), T0 = T1 - sum kappa k^(b-a)/(1 + kappa k^b)^2.
"""

import math
from itertools import pairwise

import mpmath as mp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tauber.numerics.models.explaining import LearningCurve

from ..sampling import sampled, some

DIGITS = 25


def point(a, b, ridge, modes=math.inf, data=1000):
    """kappa and the sums there."""
    return LearningCurve(a, b, ridge=ridge, modes=modes, precision=DIGITS).ridge_point(data, math.inf)


def close(found, expected, slack=0.0):
    return abs(mp.mpf(found) / expected - 1) < mp.mpf(10) ** -DIGITS + slack


@pytest.mark.dear
@pytest.mark.parametrize("b", some([2, 3, 4], quick=(0, 1)))
def test_whole_exponents_have_digamma_sums(b):
    """df1 = (1/b) sum rho_j psi(1 - rho_j), rho_j = kappa^(-1/b) e^(i pi (2j+1)/b); coth for b = 2."""
    found = point(2, b, 0.01)
    with mp.workdps(45):
        kappa = mp.mpf(found.kappa)
        roots = [kappa ** (-mp.mpf(1) / b) * mp.expjpi(mp.mpf(2 * j + 1) / b) for j in range(b)]
        assert close(found.z, mp.re(sum(r * mp.digamma(1 - r) for r in roots)) / b)
        if b == 2:
            x = mp.pi / mp.sqrt(kappa)
            assert close(found.z, (x * mp.coth(x) - 1) / 2)


def beyond(term, start, integral):
    """sum of term(k), k >= start, by the Euler-Maclaurin formula with twelve Bernoulli numbers."""
    total = integral + term(start) / 2
    slopes = mp.taylor(term, start, 23)
    for m in range(1, 13):
        total -= mp.bernoulli(2 * m) / (2 * m) * slopes[2 * m - 1]
    return total


def tails(a, b, kappa, x):
    """The integrals from x to infinity of the terms of z, q, T1 and T2, by 2F1."""
    s, u = (a - 1) / b, -1 / (kappa * x**b)
    z = x ** (1 - b) / (kappa * (b - 1)) * mp.hyp2f1(1, 1 - 1 / b, 2 - 1 / b, u)
    q = x ** (1 - 2 * b) / (kappa**2 * (2 * b - 1)) * mp.hyp2f1(2, 2 - 1 / b, 3 - 1 / b, u)
    first = x ** (1 - a) / (a - 1) * mp.hyp2f1(1, s, 1 + s, u)
    second = x ** (1 - a - b) / (kappa * (a + b - 1)) * mp.hyp2f1(2, 1 + s, 2 + s, u)
    return z, q, first, second


def sums(a, b, kappa, modes):
    """z, q, T1, T0 of 1..modes: terms up to 40, then Euler-Maclaurin, less what lies beyond the last mode."""
    terms = (
        lambda k: 1 / (1 + kappa * k**b),
        lambda k: 1 / (1 + kappa * k**b) ** 2,
        lambda k: kappa * k ** (b - a) / (1 + kappa * k**b),
        lambda k: kappa * k ** (b - a) / (1 + kappa * k**b) ** 2,
    )
    found = []
    for i, term in enumerate(terms):
        total = mp.fsum(term(mp.mpf(k)) for k in range(1, 40)) + beyond(
            term, mp.mpf(40), tails(a, b, kappa, mp.mpf(40))[i]
        )
        if not math.isinf(modes):
            last = mp.mpf(modes) + 1
            total -= beyond(term, last, tails(a, b, kappa, last)[i])
        found.append(total)
    return found[0], found[1], found[2], found[2] - found[3]


@sampled(1, 4)
@given(
    a=st.floats(1.1, 5),
    b=st.floats(1.1, 4),
    ridge=st.floats(-4, 2).map(lambda x: 10**x),
    modes=st.sampled_from([3000, 10**6, math.inf]),
)
def test_any_exponents_by_euler_maclaurin(a, b, ridge, modes):
    found = point(a, b, ridge, modes)
    with mp.workdps(45):
        expected = sums(mp.mpf(a), mp.mpf(b), mp.mpf(found.kappa), modes)
        for name, value in zip(("z", "q", "T1", "T0"), expected, strict=True):
            assert close(getattr(found, name), value), name


@pytest.mark.dear
@pytest.mark.parametrize(("a", "b"), some([(1.8, 1.5), (2.2, 1.5), (3.1, 1.25), (5.2, 2.5)], quick=(0, 3)))
def test_small_kappa_series(a, b):
    """Powers of kappa with zeta values, an asymptotic series: stopped where two neighbouring terms are smallest."""
    found = point(a, b, "1e-6", data=20)
    with mp.workdps(45):
        kappa, a, b = mp.mpf(found.kappa), mp.mpf(a), mp.mpf(b)
        s, front = (a - 1) / b, mp.pi / (b * mp.sin(mp.pi / b)) * kappa ** (-1 / b)
        power = mp.pi / (b * mp.sin(mp.pi * (a - 1) / b)) * kappa**s
        rows = {
            "z": (front, 0, lambda n: (-kappa) ** n * mp.zeta(-b * n)),
            "q": (front * (1 - 1 / b), 0, lambda n: (n + 1) * (-kappa) ** n * mp.zeta(-b * n)),
            "T1": (power, 1, lambda n: -((-kappa) ** n) * mp.zeta(a - n * b)),
            "T0": ((1 - s) * power, 2, lambda n: -(1 - n) * (-kappa) ** n * mp.zeta(a - n * b)),
        }
        for name, (leading, first, term) in rows.items():
            steps = [term(n) for n in range(first, first + 40)]
            sizes = [max(abs(x), abs(y)) for x, y in pairwise(steps)]  # one may vanish by chance
            end = sizes.index(min(sizes))
            total = leading + mp.fsum(steps[:end])
            assert close(getattr(found, name), total, 2 * sizes[end] / total), name
            assert sizes[end] / total < 1e-6


def test_kappa_of_half_integers():
    """kappa(n) = (A/(n + 1/2))^b up to a relative n^(-1-b); the prefactors of the ridgeless laws follow."""
    for b in (1.3, 1.5, 2.5):
        scale = math.pi / (b * math.sin(math.pi / b))
        for n in (10, 100, 1000):
            kappa = LearningCurve(2, b).ridge_point(n, math.inf).kappa
            assert abs(kappa / (scale / (n + 0.5)) ** b - 1) < n ** (-1 - b)
