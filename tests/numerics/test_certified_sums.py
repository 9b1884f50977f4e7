"""Sums of flat, steep and fast spectra, and the 2F1 behind them, against mpmath; each new bound dropped once."""

from fractions import Fraction

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tauber.numerics.certified import ridge as ridges
from tauber.numerics.certified.balls import Refused, acb, arb, real, working
from tauber.numerics.certified.hypergeometric import hypergeometric
from tauber.numerics.certified.ridge import EffectiveRidge
from tauber.numerics.certified.roots import enclosed_root
from tauber.numerics.certified.sums import PowerLaw

from ..sampling import sampled
from .test_certified_lemmas import as_mp, dense, mp_ball

FAR = [
    PowerLaw(Fraction(1, 50), Fraction(2), 400), PowerLaw(Fraction(1, 25), Fraction(51, 25), 400),
    PowerLaw(Fraction(18), Fraction(19), 300), PowerLaw(Fraction(7), Fraction(8), 300),
    PowerLaw(Fraction(1, 5), Fraction(60), 300), PowerLaw(Fraction(8, 5), Fraction(200), 300),
]  # fmt: skip
KAPPAS = [acb(0.01, 0.003), acb(-0.1, 0.8), acb(0.058, 0.59), acb(-1.001), acb(-6.5, -1e-7), acb(1e-30, 1e-31)]


@pytest.mark.parametrize("law", FAR, ids=lambda law: f"c={law.c},a={law.a}")
def test_flat_and_steep_sums_hold_the_dense_ones(law):
    """Containment, and of ninety more bits of precision at least half arrive, so that raising it reaches any goal."""
    names = ("df1", "df2", "slope", "target", "target_slope")
    for k in KAPPAS:
        truth, accuracy = dense(law, as_mp(k)), []
        for bits in (150, 240):
            with working(bits):
                found = law.at(k, *names)
            accuracy.append([ball.rel_accuracy_bits() for ball in found])
            with working(260):
                for name, ball in zip(names, found, strict=True):
                    assert ball.overlaps(mp_ball(truth[name])), (name, k, bits)
        assert all(more - less >= 45 for less, more in zip(*accuracy, strict=True)), (k, accuracy)


@settings(max_examples=15)
@given(
    p=st.one_of(st.fractions(1, 60, max_denominator=30), st.fractions(60, 300, max_denominator=7)),
    size=st.floats(0.05, 20),
    turn=st.floats(0.1, 1),
    m=st.sampled_from([1, 2]),
)
def test_hypergeometric_functions_hold_their_integrals(p, size, turn, m):
    """|z| on both sides of 1; p large and small, whole and not: Euler's integral by mpmath, with its own estimate."""
    z = acb(arb(size) * arb(turn).cos_pi(), arb(size) * arb(turn).sin_pi())
    point = complex(z)
    with mpmath.workdps(40):
        exact = mpmath.mpf(p.numerator) / p.denominator
        ends = [mpmath.mpf(x) for x in (0, "0.5", "0.8", "0.95", 1)]
        value, error = mpmath.quad(lambda t: exact * t ** (exact - 1) * (1 - point * t) ** -m, ends, error=True)
        shown = acb(*(arb(mpmath.nstr(x, 38)) for x in (value.real, value.imag)))
    with working(240):
        found = hypergeometric(m, p, acb(point))
        rounding = arb(0, 10 * float(error) + 1e-25 * float(abs(value)))
        assert found.overlaps(shown + acb(rounding, rounding))


def test_what_a_steep_target_leaves_is_bounded(monkeypatch):
    law, k = PowerLaw(Fraction(1, 5), Fraction(60), 300), acb(-0.1, 0.8)
    truth = dense(law, as_mp(k))["target"]
    with working(120):
        (held,) = law.at(k, "target")
        assert law._negligible(k, law.forms["target"], 16) is not None
        monkeypatch.setattr(PowerLaw, "_negligible", lambda *_: acb(0))
        monkeypatch.setattr(PowerLaw, "_choose", lambda *_: (3, 5, 20))
        (bare,) = law.at(k, "target")
        exact = mp_ball(truth)

        assert held.overlaps(exact)
        assert not bare.overlaps(exact)


def test_sums_at_a_root_move_as_far_as_their_bound_says(monkeypatch):
    """A candidate off in its tenth digit: without the move, df1 and target miss."""
    law, s = PowerLaw(Fraction(8, 5), Fraction(2), 60), acb(-0.05, 0.03)
    ridge = EffectiveRidge(law, Fraction(20))
    with working(200):
        kappa, df1, target = ridge.at(s, None)
        candidate = (kappa * (1 + arb(10) ** -10)).mid()
        sums = law.at(candidate, "df1", "target")
        image = ridge._image(candidate, sums[0])
        monkeypatch.setattr(EffectiveRidge, "_refined", lambda *_: (candidate, image - s, image, *sums))
        held = ridge.proved(s, candidate, 112)
        monkeypatch.setattr(ridges, "_moved", lambda *_: acb(0))
        bare = ridge.proved(s, candidate, 112)

        for ball, wrong, right in zip(held[1:], bare[1:], (df1, target), strict=True):
            assert ball.overlaps(right)
            assert not wrong.overlaps(right)


@pytest.mark.parametrize("s", [acb(0.02, 0.01), acb(-0.3, -0.02), acb(1e-12, 1e-13), acb(-3, 1e-9), acb(-1e-9, 1e-10)])
@pytest.mark.parametrize("d", [20, 59])
def test_a_ridge_that_is_followed_is_the_one_that_floats_propose(s, d):
    law = PowerLaw(Fraction(8, 5), Fraction(2), 60)
    with working(140):
        one = EffectiveRidge(law, Fraction(d)).at(s, None)
        two = EffectiveRidge(law, Fraction(d)).at(s, complex(one[0]))
        for ball, other in zip(one, two, strict=True):
            assert ball.overlaps(other)
            assert ball.rel_accuracy_bits() > 60


@sampled(8, 40)
@given(
    c=st.fractions(Fraction(1, 100), 20, max_denominator=100),
    d=st.integers(1, 10**12),
    more=st.integers(1, 10**6),
    batch=st.integers(2, 10**9),
)
def test_roots_lie_between_the_bounds_known_beforehand(c, d, more, batch):
    """kappa(0), q* and q_e of any spectrum, found without a guess, and certain signs on both sides of each."""
    law = PowerLaw(c, c + 1, d + more)
    ridge = EffectiveRidge(law, Fraction(d))
    with working(320):
        rest, noise, edge = ridge.rest(Fraction(d)), ridge.beyond(Fraction(batch)), ridge.beyond(Fraction(d), "df2")
        df1 = law.at(acb(rest), "df1")[0].real
        assert (df1 - d).contains(0)
        assert (law.at(acb(-noise), "df1")[0].real + batch).contains(0)
        assert (law.at(acb(-edge), "df2")[0].real - d).contains(0)
        assert noise > 1
        assert edge > 1
        assert rest > 0


def test_no_root_is_enclosed_where_there_is_none():
    """The signs decide, wherever the search ends."""
    with working(100), pytest.raises(Refused):
        enclosed_root(lambda x: x + 5, (real(1), real(2)), arb(0), "x")
