"""The effective ridge, its branch, and the roots on the real axis."""

import dataclasses
import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tauber.numerics.core import ridge
from tauber.numerics.core.precision import FLOAT64, precision_of
from tauber.numerics.core.spectrum import power_law
from tauber.numerics.errors import PrecisionLost
from tauber.numerics.models.one_pass.stability import kernel_norm, kernel_ridge, stability_limit


@settings(max_examples=40)
@given(
    alpha=st.floats(0.15, 1.5),
    d=st.integers(2, 400),
    extra=st.integers(1, 3000),
    size=st.floats(-8, 1),
    angle=st.floats(0.01, 0.79),
)
def test_ridge_solves_its_equation_on_the_right_branch(alpha, d, extra, size, angle):
    """Residual at round-off, Im kappa Im eta > 0, and sum lambda^2/|lambda + kappa|^2 < d."""
    v = d + extra
    spectrum = power_law(FLOAT64, alpha, 0.3, v, 0.0)
    eta = np.array([10**size * np.exp(1j * math.pi * angle)])
    start = eta + ridge.zero_ridge(spectrum, d)
    kappa = ridge.effective_ridge(spectrum, d, eta, start).kappa[0]
    lam = np.arange(1, v + 1, dtype=float) ** (-2 * alpha)
    assert abs(kappa * (1 - (lam / (lam + kappa)).sum() / d) - eta[0]) < 1e-13 * (abs(eta[0]) + 2 * abs(kappa) * v / d)
    assert kappa.imag > 0
    assert (lam**2 / abs(lam + kappa) ** 2).sum() < d


def test_a_wrong_start_is_led_back_to_the_right_branch():
    """Random starts often end at a wrong root; the branch test must see it and continuation repair it."""
    spectrum = power_law(FLOAT64, 0.8, 0.3, 200, 0.0)
    eta = np.full(64, -0.3 + 0.02j)
    right = ridge.effective_ridge(spectrum, 40, eta[:1], eta[:1] + 0.01).kappa[0]
    rng = np.random.default_rng(3)
    start = rng.normal(size=64) + 1j * rng.normal(size=64)
    assert not ridge._newton(spectrum, (40, math.inf), eta, start)[3].all()
    assert np.allclose(ridge.effective_ridge(spectrum, 40, eta, start).kappa, right, rtol=1e-12)


def test_a_wrong_branch_is_never_returned(monkeypatch):
    """With continuation switched off, the same starts must raise."""
    monkeypatch.setattr(ridge, "_DESCENTS", ())
    spectrum = power_law(FLOAT64, 0.8, 0.3, 200, 0.0)
    rng = np.random.default_rng(3)
    with pytest.raises(PrecisionLost, match="wrong branch"):
        ridge.effective_ridge(spectrum, 40, np.full(64, -0.3 + 0.02j), rng.normal(size=64) + 1j * rng.normal(size=64))


@settings(max_examples=40)
@given(alpha=st.floats(0.12, 2.0), d=st.integers(1, 2000), extra=st.integers(1, 5000), batch=st.integers(1, 10**6))
def test_roots_on_the_real_axis(alpha, d, extra, batch):
    v = d + extra
    spectrum = power_law(FLOAT64, alpha, 0.3, v, 0.0)
    lam = np.arange(1, v + 1, dtype=float) ** (-2 * alpha)
    zero = ridge.zero_ridge(spectrum, d)
    assert (lam / (lam + zero)).sum() == pytest.approx(d, rel=1e-12)
    q = ridge.positive_root(spectrum, batch + 1.0)
    assert q > 1
    assert (lam / (q - lam)).sum() == pytest.approx(batch + 1, rel=1e-9 * batch + 1e-12)
    edge = ridge.edge_root(spectrum, d)
    assert ((lam / (edge - lam)) ** 2).sum() == pytest.approx(d, rel=1e-9)


@pytest.mark.parametrize(
    ("alpha", "d", "v", "batch", "cause"),
    [
        (0.8, 1000, 10**6, 1, "noise"),
        (0.3, 100, 1000, 2, "noise"),
        (0.8, 20, 100, 8, "edge"),
        (0.7, 5, 50, 10**6, "edge"),
    ],
)
def test_stability_limit_is_where_the_loss_stops_being_bounded(alpha, d, v, batch, cause):
    """Just below, ||K|| < 1 (near 1 if noise-limited); just above, ||K|| > 1 or a mode no longer contracts."""
    ctx = precision_of(30)
    spectrum = power_law(ctx, ctx.real(alpha), ctx.real(0.3), v, 0.0)
    limit = stability_limit(spectrum, ctx.real(d), ctx.real(batch + 1))
    assert limit.cause == cause

    def norm_at(kappa):
        df1, spread, _ = spectrum.freedom(np.array([kappa]))
        return kernel_norm(ctx, d, batch + 1, df1[0], spread[0])[0]

    below = kernel_ridge(spectrum, d, batch + 1, limit.gamma * (1 - ctx.real("1e-12")))
    above = kernel_ridge(spectrum, d, batch + 1, limit.gamma * (1 + ctx.real("1e-12")))
    norm = norm_at(below)
    if cause == "noise":
        assert 0 < 1 - norm < 1e-9
        assert norm_at(above) > 1
    else:
        assert norm < 0.999
        assert above is None


def test_edge_limit_of_the_notes():
    """d = 20, v = 100, B = 8: the noise formula alone would give 0.1358; certified computation gave 0.141996287765."""
    spectrum = power_law(FLOAT64, 0.8, 0.3, 100, 0.0)
    assert stability_limit(spectrum, 20, 8 + 1).gamma == pytest.approx(0.141996287765, rel=1e-11)


@pytest.mark.parametrize(
    "level", [Fraction(20), 20, np.float64(20), mpmath.mpf(20)], ids=lambda level: type(level).__name__
)
def test_a_kept_root_does_not_depend_on_who_asked_first(level):
    """Fractions and many digits are equal to doubles as keys; what is kept for all must be a double."""
    spectrum = power_law(FLOAT64, 0.75, 0.75, math.inf, 1e-6)
    first = ridge.zero_ridge(spectrum, level)
    fresh = ridge.zero_ridge(power_law(FLOAT64, 0.75, 0.75, math.inf, 1e-6), 20.0)
    assert isinstance(first, np.float64)
    assert ridge.zero_ridge(spectrum, 20.0) == first == fresh


@pytest.mark.parametrize("ctx", [FLOAT64, precision_of(30)], ids=str)
@pytest.mark.parametrize("q", [1.25, 1.6, 30.0])
def test_a_ridge_beside_a_real_root_is_the_ridge(ctx, q):
    """And its move is right to its own size, however small."""
    spectrum, d, root = power_law(ctx, 0.8, 0.3, 5000, 0.0), ctx.real(40), -ctx.real(q)
    df1, spread, *_ = (values[0] for values in spectrum.sums(np.array([root])))
    slope = 1 - (df1 - spread) / d
    rise = -ctx.lift(np.array([1e-9 + 1e-12j, 0.1 + 0.3j, 0.4, 2 - 5j]))
    found = ridge.ridge_beside(spectrum, d, root, df1, rise, rise / slope)
    alone = ridge.effective_ridge(spectrum, d, root * (1 - df1 / d) + rise, root + rise)
    for name in ("kappa", "df1", "target"):
        assert (abs(getattr(found, name) / getattr(alone, name) - 1) <= found.error + alone.error).all()
    assert (abs((found.kappa - root) / found.move - 1) <= 4 * ctx.eps * abs(root / found.move) + found.error).all()
    assert (found.error < 1e4 * ctx.eps).all()
    tiny = ctx.lift(np.array([1e-60 + 1e-60j]))
    move = ridge.ridge_beside(spectrum, d, root, df1, tiny, tiny / slope).move
    assert abs(move[0] * slope / tiny[0] - 1) < 1e3 * ctx.eps


@pytest.mark.parametrize("ctx", [FLOAT64, precision_of(30)], ids=str)
def test_a_ridge_beside_a_root_near_the_edge_is_led_back(ctx, monkeypatch):
    """There Newton's iteration from the root loses its way at some of the points."""
    spectrum, d = power_law(ctx, 0.921908, 0.646464, math.inf, 1e-6), ctx.real(14)
    root = -ridge.edge_root(spectrum, d) * (1 + ctx.real("0.00053"))
    df1 = spectrum.sums(np.array([root]))[0][0]
    eta = ctx.lift(np.array([0.3 - 0.1j, -0.827 + 0.0182j, -0.8345 + 0.018j]))
    whole, asked = ridge.effective_ridge, []
    alone = whole(spectrum, d, root * (1 - df1 / d) - eta, root * (1 - df1 / d) - eta)
    monkeypatch.setattr(ridge, "effective_ridge", lambda *given: asked.append(given) or whole(*given))
    found = ridge.ridge_beside(spectrum, d, root, df1, -eta, -eta)
    assert asked
    assert (abs(found.kappa / alone.kappa - 1) <= found.error + alone.error).all()
    assert (abs((found.kappa - root) / found.move - 1) < 1e4 * ctx.eps).all()


@settings(max_examples=40)
@given(alpha=st.floats(0.05, 8), size=st.floats(0.31, 12), more=st.floats(-9, 3))
def test_roots_on_the_real_axis_take_few_sums(alpha, size, more):
    """Cost: steps along a power law, and none after the one that the last two say is the last; the root is one."""
    d = math.floor(10 ** min(size, 50 / alpha))
    v = d + 1 + math.floor(d * 10**more)
    spectrum, asked = power_law(FLOAT64, alpha, 0.3, v, 0.0), []
    counted = dataclasses.replace(spectrum)
    for name in ("freedom", "df1_df2"):

        def sums(kappa, name=name):
            asked.append(name)
            return getattr(spectrum, name)(kappa)

        object.__setattr__(counted, name, sums)
    root = ridge.zero_ridge(counted, float(d))
    assert len(asked) <= 8
    asked.clear()
    ridge.positive_root(counted, 2.0)
    assert len(asked) <= 5
    used, spread, free = (sums[0] for sums in spectrum.freedom(np.array([root])))
    rest = min(abs(used - d), abs(free - (v - d)))
    assert rest <= spread * ridge.zero_ridge_error(spectrum, root)
