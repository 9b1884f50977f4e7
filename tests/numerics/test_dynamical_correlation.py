"""The response and correlation functions at single points, against the equations as published and among themselves."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tauber.numerics import PrecisionLost
from tauber.numerics.core import ridge
from tauber.numerics.core.precision import FLOAT64, precision_of
from tauber.numerics.core.sizes import Sizes
from tauber.numerics.core.spectrum import explicit, power_law
from tauber.numerics.models.dynamical import Dynamical
from tauber.numerics.models.dynamical.correlation import pairs, training_forms
from tauber.numerics.models.dynamical.response import respond, upper_edge

sizes_ = st.one_of(st.floats(0.5, 4).map(lambda x: 10**x), st.just(math.inf), st.just(100.0))


@st.composite
def models(draw):
    """A spectrum of up to 60 modes, N, P, sigma and points s on a contour at a late or an early time."""
    modes = draw(st.integers(1, 60))
    k = np.arange(1, modes + 1.0)
    lam, power = k ** -draw(st.floats(0.3, 4)), k ** -draw(st.floats(0.3, 6))
    width, data, noise = draw(sizes_), draw(sizes_), draw(st.sampled_from([0.0, 0.1, 1.0]))
    scale = 10 ** draw(st.floats(-8, 1))
    angles = np.array([0.1, 0.9, 1.7, 2.3]) + draw(st.floats(-0.05, 0.05))
    points = scale * np.array([0.3, 1, 2.5, 7]) * np.exp(1j * angles)
    return lam, power, Sizes(width, data), noise, points


def published(lam, power, sizes, noise, one, two):
    """C_0, C_1 from the 2x2 system of the note's section 2, from (s, R_1, R_3) and (s', R_1', R_3')."""
    (s, r1, r3), (t, q1, q3) = one, two
    h, g = 1 / (s + lam * r1 * r3), 1 / (t + lam * q1 * q3)
    first, second = (lam * h * g).sum(), (lam**2 * h * g).sum()
    by_n, by_p = sizes.by_width, sizes.by_data
    system = np.array(
        [
            [1 - second * r3 * q3 * r1 * q1 * by_p, -first * r3 * q3 * by_n],
            [-s * t * first * r1 * q1 * by_p, 1 - second * r1 * q1 * r3 * q3 * by_n],
        ]
    )
    drive = r1 * q1 * noise**2 / (s * t) * by_p
    right = np.array(
        [
            (power * h * g).sum() + r3 * q3 * second * drive,
            s * t * first * drive + r1 * q1 * (lam * power * h * g).sum(),
        ]
    )
    size = np.linalg.cond(system) * 1e-14
    c0 = np.linalg.solve(system, right)[0]
    return c0, r1 * q1 * (c0 + noise**2 / (s * t)), size


@given(model=models())
def test_three_forms_of_the_correlation_agree(model):
    """The stable form, the published linear system, and the divided difference of Q."""
    lam, power, sizes, noise, points = model
    nodes = respond(explicit(FLOAT64, lam, power), sizes, points)
    both = pairs(nodes, noise**2)
    product = both.left.s * both.right.s
    stable, bound = both.total.value / product, both.total.error / abs(product)
    right = nodes.beside(nodes.rearranged(np.conj))
    q = training_forms(right, noise**2)[0]
    for i in range(4):
        one = points[i], nodes.r_data.value[i], nodes.r_width.value[i]
        for j in range(8):
            two = right.s[j], right.r_data.value[j], right.r_width.value[j]
            c0, c1, size = published(lam, power, sizes, noise, one, two)
            assert abs(stable[i, j] - c0) <= bound[i, j] + size * abs(c0)
            if i != j:
                floor = noise**2 / product[i, j] if math.isinf(sizes.data) else 0  # the constant left out of Q
                gap = right.s[i] - right.s[j]
                divided = (q.value[j] - q.value[i]) / gap
                lost = (q.error[j] + q.error[i] + 4 * FLOAT64.eps * (abs(q.value[j]) + abs(q.value[i]))) / abs(gap)
                assert abs(divided + floor - c1) <= lost + (size + 1e-14) * (abs(c1) + abs(noise**2 / product[i, j]))


@given(model=models())
def test_the_parts_sum_to_the_whole(model):
    lam, power, sizes, noise, points = model
    both = pairs(respond(explicit(FLOAT64, lam, power), sizes, points), noise**2)
    parts = both.parts.values()
    gap = abs(sum(part.value for part in parts) - both.total.value)
    assert (gap <= sum(part.error for part in parts) + both.total.error).all()


@given(model=models())
def test_features_and_data_change_places_in_the_response(model):
    lam, power, sizes, _, points = model
    spectrum = explicit(FLOAT64, lam, power)
    one, two = respond(spectrum, sizes, points), respond(spectrum, Sizes(sizes.data, sizes.width), points)
    for first, second in ((one.kappa, two.kappa), (one.r_data, two.r_width), (one.r_width, two.r_data)):
        assert (abs(first.value - second.value) <= first.error + second.error).all()


@given(model=models())
def test_kappa_solves_its_equation_on_the_right_branch(model):
    lam, power, sizes, _, points = model
    nodes = respond(explicit(FLOAT64, lam, power), sizes, points)
    kappa = nodes.kappa.value
    mass = (lam / (lam + kappa[:, None])).sum(axis=1)
    r1, r3 = 1 - mass * sizes.by_data, 1 - mass * sizes.by_width
    lost = 1e-15 * (1 + abs(mass) * (sizes.by_data + sizes.by_width)) ** 2 + 1e-15 * len(lam)
    assert (abs(kappa * r1 * r3 - points) <= abs(kappa) * lost).all()
    for found, direct in ((nodes.r_data, r1), (nodes.r_width, r3)):
        assert (abs(found.value - direct) <= found.error + 1e-14 * (1 + abs(1 - direct))).all()
    assert (kappa.imag * points.imag > 0).all()
    for factor in (nodes.r_data.value, nodes.r_width.value):
        assert ((kappa * factor).imag * points.imag > 0).all()


def test_wrong_branch_raises(monkeypatch):
    """Without the continuation, a start near a wrong root with T > max(N, P) is refused, residual zero or not."""
    lam = np.arange(1, 51) ** -1.5
    spectrum = explicit(FLOAT64, lam, lam)
    points = 1e-4 * np.exp(1j * np.array([1.0, 2.0]))
    right = ridge.effective_ridge(spectrum, 20.0, points, points + 0.03, 10.0)
    monkeypatch.setattr(ridge, "_DESCENTS", ())
    start = np.array([1e-4, 1e-4]) * np.exp(1j)
    mass = (lam / (lam + start[:, None])).sum(axis=1)
    assert (mass.real > 20).all()
    kappa, *_, good = ridge._newton(spectrum, (20.0, 10.0), points, start)
    mass = (lam / (lam + kappa[:, None])).sum(axis=1)
    assert (abs(kappa * (1 - mass / 20) * (1 - mass / 10) / points - 1) < 1e-9).all()  # converged,
    assert (kappa.imag * points.imag > 0).any()  # passing the weaker test,
    assert not good.any()  # and found out
    with pytest.raises(PrecisionLost, match="wrong branch"):
        ridge.effective_ridge(spectrum, 20.0, points, start, 10.0)
    monkeypatch.undo()
    again = ridge.effective_ridge(spectrum, 20.0, points, start, 10.0)
    assert (abs(again.kappa / right.kappa - 1) < 1e-12).all()


@pytest.mark.parametrize(("width", "data"), [(5, 9), (7, 7), (math.inf, 4), (3, math.inf), (math.inf, math.inf)])
def test_upper_edge_is_where_the_response_turns_complex(width, data):
    """Just outside kappa is real and s' > 0; just inside it leaves the axis."""
    spectrum = power_law(FLOAT64, 0.75, 0.3, 400, 1.0)
    edge = upper_edge(spectrum, Sizes(width, data))
    for factor, real in ((1.001, True), (0.9, False)):
        if math.isinf(width) and math.isinf(data):
            break  # a discrete spectrum, whose edge is lambda_1
        kappa = respond(spectrum, Sizes(width, data), np.array([-factor * edge + 1e-9j])).kappa.value[0]
        assert (abs(kappa.imag) < 1e-5) == real
    assert edge >= 1.0


def test_products_and_differences_give_the_same_table():
    """`pair_tables` in both number systems, `pair_sums`, and the divided differences of 30 digits."""
    ctx = precision_of(30)
    sharp = power_law(ctx, ctx.real("0.75"), ctx.real("0.2"), math.inf, 1e-3)
    rough = power_law(FLOAT64, 0.75, 0.2, math.inf, 1e-3)
    points = np.array([0.02 + 0.001j, 0.5j, -0.3 + 0.4j, 2.0])
    tables = [x.pair_tables(x.ctx.lift(points), x.ctx.lift(points.conj())) for x in (rough, sharp)]
    nodes = respond(sharp, Sizes(ctx.real(30), ctx.real(50)), ctx.lift(points[:3]))
    both = pairs(nodes, ctx.real(0))
    direct = sharp.pair_tables(nodes.kappa.value, np.concatenate([nodes.kappa.value, np.conj(nodes.kappa.value)]))
    for k, (found, table) in enumerate(zip((both.al, both.at), direct, strict=True)):
        summed = len(sharp.lam) * float(ctx.eps) * abs(ctx.rounded(table))  # round-off of the direct sums
        assert (abs(ctx.rounded(found.value - table)) <= found.error + summed).all()
        assert abs(ctx.rounded(tables[1][k]) / tables[0][k] - 1).max() < 1e-14


def test_ridge_of_the_model():
    model = Dynamical(1.5, 1.5, 100, 200, modes=500)
    s = np.array([1e-9 + 1e-9j, 1.0, -0.2 + 0.1j])
    kappa = model.ridge(s)
    k = np.arange(1, 501) ** -1.5
    mass = (k / (k + kappa[:, None])).sum(axis=1)
    assert abs(kappa * (1 - mass / 100) * (1 - mass / 200) - s).max() < 1e-15
    assert abs(kappa[0] - model.final().ridge) < 1e-7
