"""Sums over nodes in real arithmetic, tables of pairs, and sums that do not depend on their neighbours."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tauber.numerics.core.precision import FLOAT64, precision_of
from tauber.numerics.core.spectrum import APERTURE, power_law
from tauber.numerics.core.sums import pieces_product, resolvent_sums
from tauber.numerics.core.tails import horner, powers, series

SHARP = precision_of(40)


@settings(max_examples=40)
@given(
    size=st.one_of(st.floats(-12, 2), st.floats(-240, -130)),
    angle=st.one_of(st.just(0.0), st.floats(-APERTURE, APERTURE)),
    seed=st.integers(0, 99),
)
def test_sums_in_doubles_against_forty_digits(size, angle, seed):
    """Both kinds of sums, also where |kappa|^2 is no double: eps times the number of terms, over the sine of arg."""
    rng = np.random.default_rng(seed)
    lam = 10 ** (size + rng.uniform(-3, 3, 40))
    once, twice = rng.uniform(0, 1, (2, 40, 3))
    kappa = 10.0**size * (np.exp(1j * np.array([angle, 0.9 * angle])) if angle else np.array([1.0, 2.0]))
    found = resolvent_sums(FLOAT64, lam, kappa, once, twice)
    nodes, points = SHARP.lift(lam), SHARP.lift(kappa)
    inverse = 1 / (nodes + points[:, None])
    truth = (inverse @ SHARP.lift(once)).T, ((nodes * inverse * inverse) @ SHARP.lift(twice)).T
    for values, exact in zip(found, truth, strict=True):
        assert values.shape == (3, 2)
        wrong = abs(SHARP.lift(values) / exact - 1)
        assert float(wrong.max()) < 40 * FLOAT64.eps / math.sin(math.pi - APERTURE) ** 2


@pytest.mark.parametrize("alpha", [0.3, 0.8])
def test_tables_of_conjugate_pairs(alpha):
    """Four blocks from three real products are what the complex product says, up to the size of the absolute sums."""
    spectrum = power_law(FLOAT64, alpha, 0.3, 3000, 0.0)
    kappa = np.geomspace(1e-6, 2, 9) * np.exp(1j * np.linspace(0.01, APERTURE, 9))
    whole = np.concatenate([kappa, kappa.conj()])
    for found, direct in zip(spectrum.mirrored_tables(kappa), spectrum.pair_tables(kappa, whole), strict=True):
        diagonal = np.sqrt(abs(direct[np.arange(9), 9 + np.arange(9)]))
        bound = 100 * FLOAT64.eps * np.outer(diagonal, np.tile(diagonal, 2))
        assert (abs(found - direct) <= bound).all()


def test_long_products_come_in_pieces():
    left, right = np.random.default_rng(0).normal(size=(2, 90, 200))
    assert pieces_product(left, right) == pytest.approx(left @ right.T, rel=1e-12, abs=1e-12)
    assert pieces_product(left[:, :0], right[:, :0]).tolist() == np.zeros((90, 90)).tolist()


@pytest.mark.dear
@pytest.mark.parametrize("ctx", [FLOAT64, precision_of(30)], ids=str)
@pytest.mark.parametrize("root", [0.02, -1.7])
def test_sums_and_pairs_beside_a_root_of_either_sign(ctx, root):
    """In one pass what `sums` and `pair_sums` say at root + x, near and far."""
    spectrum, root = power_law(ctx, 0.8, 0.3, math.inf, 1e-9), ctx.real(root)
    x = ctx.lift(np.array([1e-9, 0.01 + 0.003j, -0.2 + 1j, 3 - 2j]))
    used, spread, _, target, _ = spectrum.sums(root + x)
    for found, true in zip(
        spectrum.pairs_beside(root, x), (used, spread, target, *spectrum.pair_sums(root + x, root)), strict=True
    ):
        assert (abs(found / true - 1) < 100 * ctx.eps).all()


@pytest.mark.parametrize("v", [40, 3000, math.inf])
def test_pointwise_sums_do_not_depend_on_their_neighbours(v):
    """To the last bit; and they are the sums of `freedom`, `df1_df2`, `resolvents` and `pair_sums`."""
    spectrum = power_law(FLOAT64, 0.8, 0.3, v, 1e-9)
    kappa = np.random.default_rng(1).permutation(np.geomspace(1e-8, 30, 120))
    together = spectrum.pointwise(kappa)
    for k, one in enumerate(kappa[:20]):
        alone, point = spectrum.pointwise(np.array([one])), np.array([one])
        for name in ("used", "spread", "free", "df2", "target", "target_square"):
            assert getattr(alone, name)[0] == getattr(together, name)[k]
        used, spread, free = spectrum.freedom(point)
        square = one * spectrum.pair_sums(point, one)[1]
        given_ = (used, spread, free, spectrum.df1_df2(point)[1], spectrum.resolvents(point)[1], square)
        own = (alone.used, alone.spread, alone.free, alone.df2, alone.target, alone.target_square)
        for value, other in zip(own, given_, strict=True):
            assert value[0] == pytest.approx(other[0], rel=1e-13)


def test_series_and_powers():
    x, moments = np.array([0.05, -0.03, 0.01]), np.random.default_rng(2).uniform(0, 1, (2, 15))
    table = powers(x, 15)
    assert table == pytest.approx(x ** np.arange(15)[:, None], rel=1e-14)
    direct = moments @ ((-x) ** np.arange(15)[:, None])
    assert series(FLOAT64, moments, x) == pytest.approx(direct, rel=1e-14)
    assert horner(moments, x) == pytest.approx(direct, rel=1e-14)


def test_pair_sums_in_the_numbers_of_every_context():
    """With FLINT's numbers, which take no others beside them, as with mpmath's and in float64."""
    pytest.importorskip("flint")
    from tauber.numerics.core.inner import inner_precision

    found = []
    for ctx in (FLOAT64, precision_of(30), inner_precision(30)):
        with ctx.working():
            spectrum = power_law(ctx, ctx.real("0.75"), ctx.real(0), math.inf, 1e-6)
            pair = spectrum.pair_sums(ctx.lift(np.array([1e-4 + 1e-4j])), ctx.lift(np.array([2e-4 + 3e-4j]))[0])
            found.append([complex(ctx.rounded(values)[0]) for values in pair])
    assert found[0] == pytest.approx(found[1], rel=1e-13)
    assert found[2] == pytest.approx(found[1], rel=1e-13)
