"""Lens and real nodes: sums over the eigenvalues against exact values, other solvers and explicit spectra."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tauber.numerics import PLRF
from tauber.numerics.core.ridge import effective_ridge
from tauber.numerics.core.spectrum import Spectrum
from tauber.numerics.errors import TauberInputError
from tauber.numerics.models.one_pass.lens import Lens, ridge_by_model, support
from tauber.numerics.models.one_pass.nodes import _ANGLE, Nodes, _rule, two_rules

few = settings(max_examples=settings().max_examples // 4)


@st.composite
def models(draw):
    alpha, beta = draw(st.floats(0.15, 2)), draw(st.floats(0.3, 1.5))
    d = 10 ** draw(st.floats(0.5, 12))
    infinite = 2 * alpha > 1.05 and draw(st.booleans())
    return PLRF(alpha, beta, d, math.inf if infinite else max(50.0, round(d * draw(st.floats(1.5, 20)))))


@few
@given(models())
def test_sums_at_time_zero(model):
    """The traces of the Gram matrix and of its square, and the target's power, to the estimate."""
    spectrum, d = model.nodes, float(model.d)
    for nodes in two_rules(spectrum, d):
        square = spectrum.square_trace + spectrum.trace**2 / d
        error = nodes.error
        assert (nodes.modes * nodes.x).sum() == pytest.approx(spectrum.trace, rel=error)
        # the weights of many small eigenvalues cancel in the trace of the square
        assert (nodes.modes * nodes.x**2).sum() == pytest.approx(square, rel=100 * error)
        assert nodes.floor + nodes.power.sum() == pytest.approx(spectrum.target_power, rel=error)


@few
@given(models())
def test_the_loss_without_noise_at_every_time(model):
    """F(t) by exponentials on the nodes, against the contour, from the first step to the slowest mode."""
    first, second = two_rules(model.nodes, float(model.d))
    times = np.geomspace(1, float(model.d) ** (2 * float(model.alpha)) * 10, 8).round()
    exact = model.forcing(times)
    gamma = float(model.step_size)
    one, two = (
        n.floor + np.exp(np.outer(times, np.log1p(-2 * gamma * n.x * (1 - gamma * n.x)))) @ n.power
        for n in (first, second)
    )
    allowed = 2 * abs(one / two - 1) + first.error + exact.error
    assert np.all(abs(one / exact.values - 1) <= allowed)


def explicit(seed):
    """Eigenvalues and powers of a small Gram matrix, and the two rules the lens makes of them."""
    generator = np.random.default_rng(seed)
    x = np.sort(generator.lognormal(-3, 2, 30))
    power = x * generator.random(30)
    spacing, top = 0.152, 1.25 * x.max()
    first, last = math.log(x.min() / top) - 4.6, math.log(4) + 4.6
    side = 2 * math.ceil(4.6 / spacing)
    u = first + spacing / 2 * np.arange(-side, 2 * math.ceil((last - first) / spacing) + 2 + side)
    w = np.exp(u + 1j * _ANGLE)
    z = top * w / (1 + w)
    dz = z / (1 + w) * spacing / 2
    stieltjes = 1 / (x - z[:, None])
    modes, target = (
        -1j / math.pi * (stieltjes + 1 / z[:, None]).sum(axis=1) * dz,
        -1j / math.pi * (stieltjes @ power) * dz,
    )
    arc = Lens(u + 1j * _ANGLE, z, modes, target, 0.1, 0.0)
    return Nodes.from_eigenvalues(x, power, 0.1), [_rule(arc, spacing, side, shift, 2, top) for shift in (0, 1)]


@pytest.mark.parametrize("seed", range(3))
def test_point_masses(seed):
    """A lens around thirty eigenvalues: any sum of theirs, by nodes that know nothing of where they are."""
    exact, rules = explicit(seed)
    for nodes in rules:
        for t in np.geomspace(0.1, 1e3, 9):
            for f in (lambda x, t=t: x * np.exp(-x * t), lambda x, t=t: x**2 / (1 + (x * t) ** 2)):
                assert f(nodes.x) @ nodes.modes == pytest.approx(f(exact.x).sum(), rel=2e-10)
                assert f(nodes.x) @ nodes.power == pytest.approx(f(exact.x) @ exact.power, rel=2e-10)


@few
@given(st.floats(0.55, 1.5), st.floats(10, 1e9))
def test_the_support(alpha, d):
    """Eigenvalues per log x, x Im(D/z)/pi just above the axis: none outside the bounds, many shortly inside."""
    model = PLRF(alpha, 0.5, d, math.inf)
    limits = support(model.nodes, d)
    band = 0.1 / math.sqrt(d)  # a tenth of the width of the largest eigenvalue's band
    x = np.array([0.97 * limits.low, 1.03 * limits.low, limits.high * (1 - band), limits.high * (1 + band)])
    eta = -x * (1 + 1e-9j)
    density = (effective_ridge(model.nodes, d, eta, limits.ridge_zero + eta).df1 / -eta * x).imag / math.pi
    assert abs(density[[0, 3]]).max() < 1e-6 * d
    assert density[[1, 2]].min() > 1e-3


@pytest.mark.parametrize(
    "parameters", [(0.8, 0.3, 1e6, math.inf), (0.26, 0.3, 1e4, 1e5), (1.2, 0.3, 1e3, math.inf), (0.8, 0.3, 1000, 1010)]
)
def test_ridges_by_the_model_are_those_by_continuation_for_less(parameters, monkeypatch):
    """Around the whole support, at the angle of the lens; counted are evaluations of the spectrum, point by point."""
    model = PLRF(*parameters)
    spectrum, d, limits, counted = model.nodes, model.d, support(model.nodes, model.d), []
    freedom = Spectrum.freedom
    monkeypatch.setattr(Spectrum, "freedom", lambda own, kappa: counted.append(len(kappa)) or freedom(own, kappa))
    w = np.exp(np.linspace(math.log(limits.low / limits.high) - 3, 4, 150) + 1j * _ANGLE)
    eta = -limits.high * w / (1 + w)
    found = ridge_by_model(spectrum, d, limits.ridge_zero, eta)
    by_model = sum(counted)
    counted.clear()
    far = np.exp(np.log(w).real + 3j * _ANGLE)
    far = -limits.high * far / (1 + far)
    start = effective_ridge(spectrum, d, far, limits.ridge_zero + far).kappa
    continued = effective_ridge(spectrum, d, eta, start)
    assert (abs(found.kappa / continued.kappa - 1) <= found.error + continued.error).all()
    assert by_model < 0.6 * sum(counted)


def test_refusals():
    model = PLRF(0.8, 0.3, 100, math.inf)
    with pytest.raises(TauberInputError, match="reach to"):
        two_rules(model.nodes, 100.0, top=0.5)
    with pytest.raises(TauberInputError, match="fewer than modes"):
        two_rules(model.nodes, math.inf)
    with pytest.raises(TauberInputError, match="float64"):
        two_rules(PLRF(0.8, 0.3, 100, math.inf, precision=20).nodes, 100.0)
    with pytest.raises(TauberInputError, match="Eigenvalues > 0"):
        Nodes.from_eigenvalues([1.0, -1.0], [1.0, 1.0], 0.0)
