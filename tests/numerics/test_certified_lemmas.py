"""The lemmas one by one against mpmath, and with one bound dropped: sums over the spectrum, effective ridges."""

from fractions import Fraction
from functools import lru_cache

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tauber.numerics.certified import sums
from tauber.numerics.certified.balls import Refused, acb, arb, real, working
from tauber.numerics.certified.ridge import EffectiveRidge
from tauber.numerics.certified.sums import FORMS, PowerLaw

from ..sampling import some

NAMES = tuple(FORMS)
MP = mpmath.MPContext()
MP.dps = 70


@lru_cache(maxsize=4)
def modes(law):
    """Eigenvalues and powers one by one, in mpmath with 70 digits."""
    c, a = (MP.mpf(x.numerator) / x.denominator for x in (law.c, law.a))
    return [[MP.mpf(j) ** -x for j in range(1, law.size + 1)] for x in (c, a)]


def dense(law, k):
    """The five sums term by term, in mpmath with 70 digits."""
    lam, power = modes(law)
    shares = [1 / (x + k) for x in lam]
    return {
        "df1": MP.fsum(x * s for x, s in zip(lam, shares, strict=True)),
        "df2": MP.fsum((x * s) ** 2 for x, s in zip(lam, shares, strict=True)),
        "slope": MP.fsum(x * s * s for x, s in zip(lam, shares, strict=True)),
        "target": MP.fsum(v * s for v, s in zip(power, shares, strict=True)),
        "target_slope": MP.fsum(v * s * s for v, s in zip(power, shares, strict=True)),
    }


def mp_ball(value):
    """A complex mpmath number as a ball of relative radius 1e-60."""
    rounding = MP.mpf(10) ** -60 * abs(value)
    real_part, imag_part, error = (arb(MP.nstr(x, 65)) for x in (MP.re(value), MP.im(value), rounding))
    return acb(real_part, imag_part) + acb(arb(0, error), arb(0, error))


def as_mp(k):
    return MP.mpc(*(MP.mpf(int(p.man_exp()[0])) * MP.mpf(2) ** int(p.man_exp()[1]) for p in (k.real, k.imag)))


KAPPAS = [
    acb(0.01, 0.003), acb(-0.001, 0.02), acb(1e-6, 2e-7), acb(-2.5), acb(-1.2, 1e-3), acb(30, -4), acb(0.5),
]  # fmt: skip
LAWS = [
    # c = 1/3, 1/2, 1: degenerate parameters of 2F1; the last two have b < 0 and b + c near or below 1
    PowerLaw(Fraction(8, 5), Fraction(11, 5), 700), PowerLaw(Fraction(1, 3), Fraction(4, 3), 400),
    PowerLaw(Fraction(1), Fraction(3, 2), 500), PowerLaw(Fraction(1, 2), Fraction(2), 400),
    PowerLaw(Fraction(3), Fraction(2), 300), PowerLaw(Fraction(6, 5), Fraction(3), 151),
    PowerLaw(Fraction(1, 5), Fraction(1, 2), 400), PowerLaw(Fraction(8, 5), Fraction(6, 5), 3000),
]  # fmt: skip


@pytest.mark.parametrize("law", some(LAWS, quick=range(7)), ids=lambda law: f"c={law.c},a={law.a},v={law.size}")
def test_sums_hold_the_dense_ones(law):
    """Containment, and an accuracy floor of 25 bits below the working precision."""
    for k in KAPPAS:
        truth = dense(law, as_mp(k))
        for bits in (100, 190):
            with working(bits):
                found = law.at(k, *NAMES)
            with working(260):
                for name, ball in zip(NAMES, found, strict=True):
                    assert ball.overlaps(mp_ball(truth[name])), (name, k, bits)
                    assert ball.rel_accuracy_bits() >= bits - 25, (name, k, bits)


@settings(max_examples=30)
@given(
    c=st.fractions(Fraction(11, 10), 4, max_denominator=20), a=st.fractions(Fraction(11, 10), 6, max_denominator=20),
    log=st.floats(-40, 6), angle=st.floats(-2.6, 2.6), bits=st.tuples(st.integers(64, 300), st.integers(64, 300)),
)  # fmt: skip
def test_infinite_sums_at_two_precisions_overlap(c, a, log, angle, bits):
    law = PowerLaw(c, a, None)
    k = acb(2) ** arb(log) * acb(arb(angle).cos(), arb(angle).sin())
    k = k.mid()
    found = []
    for each in bits:
        with working(each):
            found.append(law.at(k, *NAMES))
    for one, two, name in zip(*found, NAMES, strict=True):
        assert one.overlaps(two), name


@pytest.mark.parametrize("a", [Fraction(1, 2), Fraction(1), Fraction(11, 10), Fraction(3)])
def test_powers_of_the_target_are_their_sums(a):
    law = PowerLaw(Fraction(2), a, 5000)
    with working(150):
        total = law.target_power
        direct = sum((arb(j) ** real(-a) for j in range(1, 5001)), arb(0))

    assert total.overlaps(direct)
    assert total.rel_accuracy_bits() > 120


def test_without_its_remainder_euler_maclaurin_is_caught(monkeypatch):
    """Few derivatives: the remainder is what holds the sum."""
    law, k = PowerLaw(Fraction(8, 5), Fraction(11, 5), 2000), acb(0.01, 0.003)
    monkeypatch.setattr(sums, "_orders", lambda bits, least: [8])
    truth = dense(law, as_mp(k))["df1"]
    with working(200):
        (held,) = law.at(k, "df1")
        monkeypatch.setattr(PowerLaw, "_remainder", lambda *_: arb(0))
        (bare,) = law.at(k, "df1")
        exact = mp_ball(truth)

        assert held.overlaps(exact)
        assert not bare.overlaps(exact)


def test_corrections_left_out_at_the_last_mode_are_bounded(monkeypatch):
    """With one correction at v = 160 the bound of the others is needed."""
    law, k = PowerLaw(Fraction(8, 5), Fraction(11, 5), 160), acb(0.01, 0.003)
    monkeypatch.setattr(sums, "_terms_at", lambda x, order: 1)
    truth = dense(law, as_mp(k))["df1"]
    with working(120):
        (held,) = law.at(k, "df1")
        monkeypatch.setattr(PowerLaw, "_left_out", lambda *_: arb(0))
        law._tables.clear()
        (bare,) = law.at(k, "df1")
    with working(260):
        assert held.overlaps(mp_ball(truth))
        assert not bare.overlaps(mp_ball(truth))


def newton(lam, inverse, target, kappa, eps, add):
    """The root of kappa (1 - df1/d) (1 - df1/d') = target near a start, in the numbers that are given."""
    for _ in range(60):
        df1 = add(x / (x + kappa) for x in lam)
        steep = add(x / (x + kappa) ** 2 for x in lam)
        m1, m2 = 1 - df1 * inverse[0], 1 - df1 * inverse[1]
        step = (kappa * m1 * m2 - target) / (m1 * m2 + kappa * steep * (m1 * inverse[1] + m2 * inverse[0]))
        kappa -= step
        if abs(step) < abs(kappa) * eps * 100:
            break
    return kappa


def mp_ridge(law, sizes, s):
    """kappa(s) by homotopy from far up, on dense sums: the way in doubles, its end with 70 digits."""
    lam, _ = modes(law)
    inverse = [MP.mpf(0) if d is None else 1 / MP.mpf(d.numerator) * d.denominator for d in sizes]
    rough, end = ([float(x) for x in lam], [float(x) for x in inverse]), complex(s)
    side = 1j if end.imag > 0 else -1j
    height = 20 * (abs(end) + sum(rough[0]))
    kappa = end + side * height
    for step in range(90):
        kappa = newton(*rough, end + side * height * 2.0**-step, kappa, 1e-15, sum)
    return newton(lam, inverse, s, MP.mpc(kappa), MP.eps, MP.fsum)


RIDGE_CASES = [
    (PowerLaw(Fraction(8, 5), Fraction(2), 60), (Fraction(20), None)),
    (PowerLaw(Fraction(27, 50), Fraction(2), 60), (Fraction(15), None)),
    (PowerLaw(Fraction(3, 2), Fraction(3), 60), (Fraction(20), Fraction(35))),
    (PowerLaw(Fraction(3, 2), Fraction(3), 60), (Fraction(25), Fraction(25))),
    (PowerLaw(Fraction(3, 2), Fraction(3), 60), (Fraction(80), Fraction(90))),
]
POINTS = [acb(0.02, 0.01), acb(-0.05, 0.03), acb(-0.3, -0.02), acb(1e-4, 1e-5), acb(-3, 0.5)]


@pytest.mark.parametrize(("law", "sizes"), RIDGE_CASES)
def test_ridges_hold_the_roots_of_mpmath(law, sizes):
    ridge = EffectiveRidge(law, *sizes)
    for s in POINTS:
        truth = mp_ridge(law, sizes, as_mp(s))
        sum_at_truth = dense(law, truth)
        for bits in (100, 170):
            with working(bits):
                kappa, df1, target = ridge.at(s, complex(truth))
            with working(260):
                assert kappa.overlaps(mp_ball(truth))
                assert df1.overlaps(mp_ball(sum_at_truth["df1"]))
                assert target.overlaps(mp_ball(sum_at_truth["target"]))
                assert kappa.rel_accuracy_bits() >= bits - 30


def ends_of_newton(law, sizes, s, count):
    """Where Newton's iteration in doubles ends from random starts: roots of all branches."""
    draw = np.random.default_rng(7)
    lam = np.arange(1, law.size + 1) ** -float(law.c)
    inverse = [0.0 if d is None else 1 / float(d) for d in sizes]
    kappa = (draw.normal(size=count) + 1j * draw.normal(size=count)) * 10 ** draw.uniform(-4, 0.5, count)
    with np.errstate(all="ignore"):
        for _ in range(200):
            share = lam / (lam + kappa[:, None])
            m1, m2 = (1 - share.sum(axis=1) * x for x in inverse)
            steep = (share / (lam + kappa[:, None])).sum(axis=1)
            kappa = kappa - (kappa * m1 * m2 - s) / (m1 * m2 + kappa * steep * (m1 * inverse[1] + m2 * inverse[0]))
        share = lam / (lam + kappa[:, None])
        residual = kappa * (1 - share.sum(axis=1) * inverse[0]) * (1 - share.sum(axis=1) * inverse[1]) - s
    return kappa[abs(residual) < 1e-12].tolist()


@pytest.mark.parametrize(("law", "sizes"), some(RIDGE_CASES[:4], quick=(0, 2)))
def test_no_wrong_branch_is_ever_certified(law, sizes):
    """Roots of any branch are proposed, with residuals as small as that of the right one."""
    ridge, s = EffectiveRidge(law, *sizes), acb(-0.05, 0.03)
    with working(100):
        (truth, *_) = ridge.at(s, complex(mp_ridge(law, sizes, as_mp(s))))
        right, wrong = 0, 0
        for start in ends_of_newton(law, sizes, complex(s), 200):
            candidate, residual, *_ = ridge._refined(s, acb(start), 100)
            assert float(abs(residual).abs_upper()) < 1e-25
            near = acb(candidate).overlaps(truth) or float(abs(candidate - truth).abs_upper()) < 1e-20
            right, wrong = right + near, wrong + (not near)
            if not near:
                with pytest.raises(Refused, match="right branch"):
                    ridge.proved(s, acb(start), 100)
            assert ridge.at(s, start)[0].overlaps(truth)  # a refused proposal is replaced by one that is followed

    assert right > 5
    assert wrong > 5  # the attack has teeth: without the signs these would pass


def test_the_residual_is_part_of_the_certificate(monkeypatch):
    """A candidate that is off in its tenth digit: the ball is wide, and holds; without the residual it does not."""
    law, sizes, s = PowerLaw(Fraction(8, 5), Fraction(2), 60), (Fraction(20), None), acb(-0.05, 0.03)
    ridge, truth = EffectiveRidge(law, *sizes), mp_ridge(law, sizes, as_mp(s))
    with working(200):
        candidate = mp_ball(truth).mid() * (1 + arb(10) ** -10)
        candidate = candidate.mid()
        df1, target = law.at(candidate, "df1", "target")
        image = ridge._image(candidate, df1)
        monkeypatch.setattr(ridge, "_refined", lambda *_: (candidate, image - s, image, df1, target))
        held = ridge.at(s, 0j)
        monkeypatch.setattr(ridge, "_refined", lambda *_: (candidate, acb(0), image, df1, target))
        bare = ridge.at(s, 0j)
    sums_there = dense(law, truth)
    with working(260):
        for ball, other, value in zip(held, bare, (truth, sums_there["df1"], sums_there["target"]), strict=True):
            assert ball.overlaps(mp_ball(value))
            assert not other.overlaps(mp_ball(value))
        assert float(held[0].rad()) < 1e-7


def test_roots_on_the_real_axis():
    law, d = PowerLaw(Fraction(8, 5), Fraction(2), 60), Fraction(20)
    ridge = EffectiveRidge(law, d)
    c = MP.mpf(8) / 5
    lam = [MP.mpf(j) ** -c for j in range(1, 61)]
    rest = MP.findroot(
        lambda k: MP.fsum(x / (x + k) for x in lam) - 20, (MP.mpf("0.01"), MP.mpf("0.02")), solver="secant"
    )
    noise = MP.findroot(
        lambda q: MP.fsum(x / (q - x) for x in lam) - 2, (MP.mpf("1.5"), MP.mpf("1.6")), solver="secant"
    )
    edge = MP.findroot(
        lambda q: MP.fsum((x / (q - x)) ** 2 for x in lam) - 20, (MP.mpf("1.2"), MP.mpf("1.25")), solver="secant"
    )
    with working(128):
        found = (
            (ridge.rest(d), rest),
            (ridge.beyond(Fraction(2)), noise),
            (ridge.beyond(d, "df2"), edge),
        )
        right = ridge.right_of_spectrum(arb(3), found[2][0])
        positive = ridge.at_positive(arb(0.1))

        assert (ridge.psi(right) - 3).contains(0)
        (df1,) = law.at(acb(positive), "df1")
        assert (positive * (1 - df1.real / 20) - arb(0.1)).contains(0)
        for ball, _ in found:
            assert ball.rel_accuracy_bits() >= 98
    with working(230):
        for ball, value in found:
            assert ball.overlaps(arb(MP.nstr(value, 60)) + arb(0, 1e-55))
