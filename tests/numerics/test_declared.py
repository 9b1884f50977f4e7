"""Spectra of one's own: nodes and weights against plain sums of every mode, zeta functions, and the models they say."""

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from types import SimpleNamespace

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tauber import PLRF, Dynamical, Exponential, LearningCurve, LogPowers, Modes, Powers, Sphere, TwoPowers, Union
from tauber.numerics.core.declared import build, checked_count, every_mode, shares
from tauber.numerics.core.laws import Law
from tauber.numerics.core.log_laws import log_zeta_ratio
from tauber.numerics.core.precision import FLOAT64, precision_of
from tauber.numerics.core.spectrum import APERTURE, smooth
from tauber.numerics.errors import PrecisionLost, TauberInputError
from tauber.numerics.models.dynamical.frontier import frontier as dynamical_frontier
from tauber.numerics.models.dynamical.one_pass import OnePassSGD
from tauber.numerics.models.plrf.frontier import frontier

from ..sampling import sampled

DECAYS = st.integers(21, 60).map(lambda n: Fraction(n, 20))
MORE = st.integers(1, 40).map(lambda n: Fraction(n, 20))
POWERS = st.builds(
    lambda decay, more, shift: Powers(decay, decay + more - Fraction(1, 20), shift),
    DECAYS, MORE, st.one_of(st.just(0), st.integers(-19, 200).map(lambda n: Fraction(n, 20))),
)  # fmt: skip
TWO_POWERS = st.builds(
    lambda decay, gap, share, more: TwoPowers(decay, gap, share if share < 0 else share * math.floor(2**gap), more),
    DECAYS, MORE, st.integers(-18, 18).map(lambda n: Fraction(n, 20)), MORE,
)  # fmt: skip
LISTED = st.lists(st.tuples(st.floats(1e-4, 2), st.floats(0, 2)), min_size=1, max_size=20).map(
    lambda rows: Modes(*zip(*rows, strict=True))
)
LOG_POWERS = st.builds(
    lambda decay, share, more: LogPowers(decay, share if share > 0 else share * decay, more),
    DECAYS, st.integers(-18, 100).map(lambda n: Fraction(n, 20)), MORE,
)  # fmt: skip
EXPONENTIAL = st.builds(
    Exponential, st.integers(1, 60).map(lambda n: Fraction(n, 50)), st.integers(1, 60).map(lambda n: Fraction(n, 20))
)
ONE = st.one_of(POWERS, TWO_POWERS, LOG_POWERS)
ANY = st.one_of(ONE, st.builds(lambda *parts: Union(parts), ONE, st.one_of(ONE, LISTED, EXPONENTIAL)))
UNION = Union([Powers(Fraction(3, 2), 2, Fraction(1, 2)), TwoPowers(2, 1, Fraction(1, 2), Fraction(1, 2))])


def plain(lam, omega, kappa):
    """df1, df2 and T mode by mode, exactly rounded sums."""
    share = lam / (lam + kappa)
    return [complex(math.fsum(r.real), math.fsum(r.imag)) for r in (share, share**2, omega / (lam + kappa))]


def written_out(spectrum, count, ctx=FLOAT64):
    """lambda and omega of j = 1..count by the definitions, to 30 digits if asked."""
    j = ctx.lift(np.arange(1, count + 1))
    if spectrum.kind == "powers":
        x, decay, target = j + ctx.real(spectrum.shift), ctx.real(spectrum.decay), ctx.real(spectrum.target)
        return x**-decay, x**-target
    if spectrum.kind == "log-powers":
        lam = j ** -ctx.real(spectrum.decay) * (1 + ctx.log(j)) ** -ctx.real(spectrum.log)
        return lam, lam * j ** -ctx.real(spectrum.coefficient)
    decay, gap, weight = (ctx.real(getattr(spectrum, key)) for key in ("decay", "gap", "weight"))
    lam = j**-decay + weight * j ** -(decay + gap)
    return lam, lam * j ** -ctx.real(spectrum.coefficient)


@settings(max_examples=80)
@given(spectrum=ANY, v=st.integers(30, 20_000), size=st.floats(-9, 1.0), angle=st.floats(0, APERTURE))
def test_sums_agree_with_sums_of_every_mode(spectrum, v, size, angle):
    falls = all(getattr(p, "weight", 0) * (p.decay + p.gap) > -p.decay for p in parts(spectrum) if "gap" in vars(p))
    assume(spectrum.kind != "union" or falls)
    found = build(FLOAT64, spectrum, checked_count(FLOAT64, spectrum, v), 1)
    lam, omega = every_mode(spectrum, v)
    assert len(lam) == v
    kappa = 10**size * np.exp(1j * angle)
    one, two, target = plain(lam, omega, kappa)
    df1, df2 = found.df1_df2(np.array([kappa]))
    _, t, _ = found.resolvents(np.array([kappa]))
    doubt = found.compression_error(np.array([kappa])) + 1e-13  # and as many roundings as there are terms in a tail
    for value, exact in ((df1, one), (df2, two), (t, target)):
        assert abs(value[0] / exact - 1) <= doubt
    assert float(found.trace) == pytest.approx(math.fsum(lam), rel=1e-13)
    assert float(found.target_power) == pytest.approx(math.fsum(omega), rel=1e-13)


def parts(spectrum):
    return spectrum.parts if spectrum.kind == "union" else (spectrum,)


@settings(max_examples=15)
@given(spectrum=ONE, v=st.integers(2, 3000))
def test_the_modes_drawn_from_are_those_of_the_definition(spectrum, v):
    lam, omega = written_out(spectrum, v)
    order = np.argsort(-lam, kind="stable")
    found = every_mode(spectrum, v)
    assert np.allclose(found[0], lam[order], rtol=1e-13)
    assert np.allclose(found[1], omega[order], rtol=1e-13)


@pytest.mark.dear
@pytest.mark.parametrize(
    "spectrum",
    [
        Powers("6/5", 3, "1/2"),
        Powers("8/5", "11/10", "-9/10"),
        TwoPowers("3/2", "1/2", "7/5", 0),
        TwoPowers(2, 1, "-9/10", 2),
    ],
    ids=lambda spectrum: spectrum.kind,
)
def test_infinitely_many_modes_to_thirty_digits(spectrum):
    """The first modes one by one; of all later ones a series in 1/kappa of sums of Hurwitz zeta functions."""
    ctx, many, terms = precision_of(50), 500, 18  # mpmath's zeta functions lose some digits of these
    lam, omega = written_out(spectrum, many, ctx)
    kappa = 64 * float(lam[-1])
    df1, target = (lam / (lam + kappa)).sum(), (omega / (lam + kappa)).sum()
    for m in range(terms):  # 64^-18 < 10^-32
        df1 += (-1) ** m * beyond(ctx, spectrum, many, m + 1, 0) / ctx.real(kappa) ** (m + 1)
        target += (-1) ** m * beyond(ctx, spectrum, many, m, 1) / ctx.real(kappa) ** (m + 1)
    solved = precision_of(30)
    one, t, _ = build(solved, spectrum, math.inf, 1, kappa).resolvents(solved.lift([kappa]))
    assert abs(ctx.real(one[0]) / df1 - 1) < 1e-30
    assert abs(ctx.real(t[0]) / target - 1) < 1e-30


@cache
def zeta(ctx, exponent, start):
    """Exponents that are equal come back in many terms."""
    return ctx.context.zeta(ctx.real(exponent), ctx.real(start))


def beyond(ctx, spectrum, many, of_lambda, of_omega):
    """sum over j > many of lambda^of_lambda omega^of_omega."""
    if spectrum.kind == "powers":
        exponent = of_lambda * spectrum.decay + of_omega * spectrum.target
        return zeta(ctx, exponent, many + 1 + spectrum.shift)
    n, base = of_lambda + of_omega, (of_lambda + of_omega) * spectrum.decay + of_omega * spectrum.coefficient
    terms = (
        math.comb(n, k) * ctx.real(spectrum.weight) ** k * zeta(ctx, base + k * spectrum.gap, many + 1)
        for k in range(n + 1)
    )
    return sum(terms)


@given(spectrum=EXPONENTIAL, v=st.integers(30, 300), size=st.floats(-9, 1.0), angle=st.floats(0, APERTURE))
def test_exponential_sums_agree_with_sums_of_every_mode(spectrum, v, size, angle):
    """With finitely many modes, and with all of them: those beyond 1e-17 of kappa add nothing."""
    kappa = 10**size * np.exp(1j * angle)
    many = 40 + math.ceil(60 / float(spectrum.rate) / min(1, float(spectrum.source)))
    for count, j in ((v, np.arange(v)), (math.inf, np.arange(many))):
        found = build(FLOAT64, spectrum, checked_count(FLOAT64, spectrum, count), 1, abs(kappa))
        lam = np.exp(-float(spectrum.rate) * j)
        one, two, target = plain(lam, lam ** float(spectrum.source), kappa)
        df1, df2 = found.df1_df2(np.array([kappa]))
        _, t, _ = found.resolvents(np.array([kappa]))
        for value, exact in ((df1, one), (df2, two), (t, target)):
            assert abs(value[0] / exact - 1) <= 1e-12


@sampled(6, 20)
@given(
    p=st.fractions(Fraction(21, 20), 40, max_denominator=20), k=st.fractions(-8, 40, max_denominator=8),
    start=st.sampled_from([32, 100, 1024]),
)  # fmt: skip
def test_the_tail_of_a_law_with_a_logarithm_begins_anywhere(p, k, start):
    """To thirty digits: what lies beyond a mode is the modes up to a later one and what lies beyond that."""
    ctx = precision_of(30)
    p, k = ctx.real(p), ctx.real(k)
    j = ctx.lift(np.arange(start, 8 * start))
    upper = 1 + ctx.log(ctx.real(start))
    first = ((j / start) ** -p * ((1 + ctx.log(j)) / upper) ** -k).sum()
    later = 8 * start
    share = ctx.real(8) ** -p * ((1 + ctx.log(ctx.real(later))) / upper) ** -k
    whole = log_zeta_ratio(ctx, p, k, ctx.real(start))
    assert abs((first + share * log_zeta_ratio(ctx, p, k, ctx.real(later))) / whole - 1) < 1e-30


@pytest.mark.dear
def test_a_law_with_a_logarithm_without_one_is_the_power_law():
    for solved in (
        [
            PLRF(spectrum=spectrum, d=1000, noise=0.3).curve([10, 1e6]).loss
            for spectrum in (LogPowers("3/2", 0, "1/2"), Powers("3/2", 2))
        ],
        [
            PLRF(spectrum=spectrum, d=100, precision=15).curve([100]).loss
            for spectrum in (LogPowers(2, 0, 1), Powers(2, 3))
        ],
    ):
        assert abs(solved[0] / solved[1] - 1).max() < 1e-12


def test_all_models_take_a_logarithm_and_an_exponential():
    """Against the modes themselves, one by one."""
    j = np.arange(1, 301.0)
    for spectrum in (LogPowers("3/2", 1, "1/2"), Exponential("1/10", "3/2")):
        lam, omega = every_mode(spectrum, 300)
        assert len(lam) == len(j)
        for model in (
            lambda given: PLRF(spectrum=given, d=20, v=300, noise=0.3).curve([10, 1000]).loss,
            lambda given: Dynamical(width=20, data=50, modes=300, noise=0.3, spectrum=given).curve([1, 100]).test,
            lambda given: [LearningCurve(spectrum=given, modes=300, ridge=0.1).at(50, 20).loss],
        ):
            assert np.allclose(model(spectrum), model((lam, omega)), rtol=1e-10)
    deep = PLRF(spectrum=Exponential("1/5", "1/2"), d=2500, step_size=0.1)
    assert 1e-220 < float(deep.level) < 1e-100
    with pytest.raises(TauberInputError, match="for this spectrum"):
        PLRF(spectrum=Exponential("1/5", "1/2"), d=3500, step_size=0.1)


def test_an_infinite_union_is_the_sum_of_its_parts():
    ctx = precision_of(20)
    kappa = ctx.lift(np.array([1e-1, 1e-2 + 1e-2j]))
    whole = build(ctx, UNION, math.inf, 1, 1e-2)
    found = [build(ctx, part, math.inf, 1, 1e-2) for part in UNION.parts]
    for number in range(2):
        total = sum(part.resolvents(kappa)[number] for part in found)
        assert (abs(whole.resolvents(kappa)[number] / total - 1) < 1e-20).all()
    zetas = mpmath.zeta(mpmath.mpf("1.5"), mpmath.mpf("1.5")) + mpmath.zeta(2) + mpmath.zeta(3) / 2
    assert float(whole.trace) == pytest.approx(float(zetas), rel=1e-15)


def test_a_law_with_few_nodes_has_many_modes():
    assert len(build(FLOAT64, TwoPowers(2, 1, 1, 1), FLOAT64.real(10**9), 1).lam) < 1000


def test_the_bound_on_the_singularities_is_needed():
    """With the nodes of the leading power alone a strong correction is not resolved."""
    law = Law(FLOAT64, 1.0, 1.0, gap=8.0, weight=200.0)
    assert law.steepness(APERTURE, 32) == pytest.approx(law.decay, rel=1e-6)  # it has died out beyond the first modes
    near = Law(FLOAT64, 1.1, 1.0, gap=0.4, weight=1.2)
    assert near.steepness(APERTURE, 32) > 1.2 * near.decay
    kappa = 1e-3 * np.exp(1j * APERTURE)
    j = np.arange(1.0, 30_001)
    lam, omega = near.modes(j)
    exact = plain(lam, omega, kappa)[0]
    assert abs(smooth(near, 30_000.0, 1.0).df1_df2(np.array([kappa]))[0][0] / exact - 1) < 1e-13


@given(levels=st.lists(st.integers(1, 8), min_size=1, max_size=12), v=st.integers(1, 40))
def test_a_union_keeps_its_largest_modes(levels, v):
    """Ties included: eigenvalues of the list are those of the law."""
    law, listed = Powers(1, 1), Modes([Fraction(1, n) for n in levels], [1] * len(levels))
    kept = shares([law, listed], v)
    assert sum(kept) == v
    both = sorted([*(1 / n for n in range(1, v + 1)), *(1 / n for n in levels)], reverse=True)
    own = sorted([*(1 / n for n in range(1, kept[0] + 1)), *sorted((1 / n for n in levels), reverse=True)[: kept[1]]])
    assert own[::-1] == both[:v]


@dataclass(frozen=True)
class Rounded:
    """A declaration of somebody else, its numbers as doubles."""

    kind: str = "powers"
    decay: float = 1.5
    target: float = 2.0
    shift: float = 0.0


def test_all_models_take_all_forms():
    j = np.arange(1, 401.0)
    arrays = j**-1.5, j**-2.0
    for spectrum in (arrays, Modes(*arrays), Powers("3/2", 2), Rounded(), TwoPowers("3/2", 1, 0, "1/2")):
        solved = [
            PLRF(spectrum=spectrum, d=20, v=400, noise=0.3).curve([10, 1000]).loss,
            OnePassSGD(Dynamical(width=20, modes=400, noise=0.3, spectrum=spectrum)).curve([10, 1000]).loss,
            PLRF(0.75, 0.25, 20, 400, noise=0.3).curve([10, 1000]).loss,
        ]
        assert np.allclose(solved, solved[0], rtol=1e-11)
        flow = Dynamical(width=20, data=50, modes=400, noise=0.3, spectrum=spectrum).curve([1, 100]).test
        assert np.allclose(flow, Dynamical(2, 1.5, 20, 50, modes=400, noise=0.3).curve([1, 100]).test, rtol=1e-11)
        fitted = LearningCurve(spectrum=spectrum, modes=400, ridge=0.1).at(50, 20).loss
        assert fitted == pytest.approx(LearningCurve(2, 1.5, modes=400, ridge=0.1).at(50, 20).loss, rel=1e-11)


def test_infinitely_many_modes_in_all_models():
    law, powers = Powers("3/2", 2), (2, "3/2")
    assert np.allclose(
        PLRF(spectrum=law, d=1000).curve([10]).loss, PLRF("3/4", "1/4", 1000).curve([10]).loss, rtol=1e-12
    )
    for sizes in ((50, 100), (math.inf, 100), (50, math.inf), (math.inf, math.inf)):
        one, two = Dynamical(None, None, *sizes, spectrum=law), Dynamical(*powers, *sizes)
        assert np.allclose(one.curve([1, 1e4]).test, two.curve([1, 1e4]).test, rtol=1e-11)
        one, two = LearningCurve(spectrum=law), LearningCurve(*powers)
        assert float(one.at(*sizes).loss) == pytest.approx(float(two.at(*sizes).loss), rel=1e-11)


def test_frontiers():
    plrf = frontier(None, None, [1e7], spectrum=Powers("8/5", "11/5"))
    assert plrf.loss == pytest.approx(frontier("4/5", "3/10", [1e7]).loss, rel=1e-12)
    flow = dynamical_frontier(None, None, [1e6], spectrum=Powers("3/2", 3))
    assert flow.loss == pytest.approx(dynamical_frontier(3, "3/2", [1e6]).loss, rel=1e-12)
    own = frontier(None, None, [1e7], spectrum=UNION)  # the loss around the best size, through the model itself
    losses = [PLRF(spectrum=UNION, d=s * own.d[0]).curve([1e7 / (s * own.d[0])]).loss[0] for s in (0.9, 1, 1.1)]
    assert losses[1] == pytest.approx(own.loss[0], rel=1e-10)
    assert min(losses) == losses[1]
    j = np.arange(1, 301.0)
    listed = frontier(None, None, [1e4], spectrum=(j**-1.6, j**-2.2))
    assert listed.loss == pytest.approx(PLRF(0.8, 0.3, listed.d[0], 300).curve([1e4 / listed.d[0]]).loss, rel=1e-10)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: PLRF("4/5", "3/10", 10, 100, spectrum=UNION), "leave one out"),
        (lambda: Dynamical(2, 2, spectrum=UNION), "leave one out"),
        (lambda: PLRF(spectrum=Powers(1, 2), d=10), "finite number of modes (`v`)"),
        (lambda: Dynamical(spectrum=Powers(2, 1), width=10), "finite number of modes (`modes`)"),
        (lambda: PLRF(spectrum=([1, 2], [1, 1]), d=1, v=5), "leave the number out (`v`)"),
        (lambda: PLRF(spectrum=Powers(2, 3), d=10, v=40.5), "make it whole (`v`)"),
        (lambda: Dynamical(spectrum=UNION, width=10, modes=10_000.5), "make it whole (`modes`)"),
        (lambda: Dynamical(spectrum=UNION, width=10, modes=1e30), "must be from 1 to"),
        (lambda: Dynamical(spectrum=[1, 2, 3], width=10), "must be a pair"),
        (lambda: Dynamical(spectrum=7, width=10), "must be a pair"),
        (lambda: LearningCurve(spectrum=([1, -1], [1, 1])).at(1, 1), "must be positive"),
        (lambda: LearningCurve(spectrum=Sphere("laplace")), "has no solver"),
        (lambda: LearningCurve(spectrum=SimpleNamespace(kind="powers", decay=50, target=2, shift=0)), "decay"),
        (lambda: LearningCurve(spectrum=SimpleNamespace(kind="powers", decay=2, target=2, shift=-1)), "above -1"),
        (
            lambda: LearningCurve(spectrum=SimpleNamespace(kind="log-powers", decay=2, log=-3, coefficient=1)),
            "above -decay",
        ),
        (lambda: LearningCurve(spectrum=SimpleNamespace(kind="exponential", rate=0, source=1)), "The rate"),
        (lambda: LearningCurve(spectrum=SimpleNamespace(kind="exponential", rate=1, source=0)), "The source"),
        (lambda: frontier(None, None, [1e6], spectrum=Exponential(1, 2), ratio=10), "number of modes is whole"),
        (lambda: shares([Powers(2, 2), TwoPowers(1, "1/10", "-19/20", 1)], 50), "do not fall"),
        (lambda: shares([Modes([1], [1]), Modes([2], [1])], 50), "fewer"),
        (lambda: every_mode(UNION, math.inf), "draws every mode"),
        (lambda: frontier(None, None, [1e6], spectrum=UNION, ratio=10), "a union"),
        (lambda: frontier(None, None, [1e6], spectrum=([1, 2], [1, 1]), ratio=10), "leave it out"),
    ],
)
def test_refusals(make, said):
    with pytest.raises(TauberInputError) as caught:
        make()
    assert said in str(caught.value)
    assert str(caught.value).endswith(".")


def test_a_first_mode_that_nearly_vanishes_is_refused_for_infinitely_many():
    with pytest.raises(PrecisionLost, match="too near -1"):
        build(FLOAT64, TwoPowers(2, "1/1000", "-99/100", 1), math.inf, 1)
