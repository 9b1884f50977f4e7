"""Label noise at a fixed step size: what the engine derives, without the solver."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Integer, Rational, Symbol, gamma, simplify

from tauber.theory.algebra.number import number
from tauber.theory.errors import AssumptionError
from tauber.theory.models.plrf import alpha, noise
from tauber.theory.models.plrf.exact import ExactLaw, Setting
from tauber.theory.models.plrf.model import assumption_at

few = settings(max_examples=max(1, settings().max_examples // 10), deadline=None)


def test_the_floor_and_the_transient_in_general():
    """By hand: A = Gamma(q) Gamma(1-q) q is the pole's constant, and eta^-q is t^(q-1)/Gamma(q)."""
    q, step = 1 / (2 * alpha), Symbol("gamma", positive=True)
    law = noise.transient_law()

    assert noise.floor_law() == noise.SIGMA**2 / (1 - noise.NORM)
    assert simplify(law["t"] - (q - 1)) == 0
    expected = -(noise.SIGMA**2) * step / 2 * q * gamma(1 - q) / (1 - noise.NORM) ** 2
    assert simplify(law.constant / expected) == 1


@few
@given(st.fractions(Fraction(11, 20), 2, max_denominator=30), st.sampled_from([1, 3]))
def test_the_series_begins_with_floor_and_transient(a, batch):
    """The first two terms of the full series at d = infinity are the two laws, and 1/d only moves the norm."""
    a = Rational(a.numerator, a.denominator)
    law = ExactLaw(Setting(a, Rational(1, 3), Rational(1, 50), batch=Integer(batch)))
    series = noise.NoiseWindow(assumption_at(a, Rational(1, 3)), 1, Fraction(0))
    first, second = sorted((t for t in series.terms if t.i == 0), key=lambda t: t.e)[:2]
    values = [law.constants.polynomial(t.coefficient, 20) * number(law.context, t.factor) for t in (first, second)]
    transient = noise.transient(law, Integer(1))
    rate = number(law.context, 2 * law.setting.gamma * batch)

    assert (first.e, second.e) == (-1, -Fraction(int(a.q), 2 * int(a.p)))
    assert abs(values[0] / noise.floor_value(law, Integer(1)) - 1) < 1e-18
    assert abs(values[1] * rate ** number(law.context, transient.r) / transient.value - 1) < 1e-18
    assert transient.r == 1 / (2 * a) - 1


def test_the_transient_is_the_kernel_beyond_t():
    """The leading kernel, integrated from t on, gives the same constant: -K(>t)/(1-N)^2."""
    law = ExactLaw(Setting(Rational(1), Rational(1), Rational(1, 10)))
    ctx = law.context
    step = Fraction(1, 10)
    # K(t) dt per unit of t: gamma/2 sum lambda^2 e^(-lambda t), of eigenvalues j^-2
    tail = (
        ctx.mpf(step.numerator)
        / step.denominator
        / 2
        * ctx.quad(lambda j: j**-2 * ctx.exp(-1000 * j**-2), [0, 30, ctx.inf])
    )
    found = noise.transient(law, Integer(1))
    t = 2 * ctx.mpf(1) / 10 * 5000  # = 1000
    beyond = -tail * law.constants.value("prefactor", 20) ** 2
    assert t == 1000
    assert abs(beyond / (found.value * ctx.mpf(5000) ** number(ctx, found.r)) - 1) < 1e-10


@pytest.mark.parametrize("narrow", [Rational(1, 5), Rational(1, 2)])
def test_where_the_step_size_falls_with_d_the_norm_is_half_of_step_times_trace(narrow):
    setting = Setting(narrow, Rational(1), strength=Rational(1, 2), ratio=Integer(10))

    assert noise.floor(setting, Integer(3)) == 12
    assert noise.floor(Setting(narrow, Rational(1)), Integer(1)) == 1 / (1 - Symbol("G", positive=True) / 2)


def test_an_unstable_step_size_has_no_floor():
    law = ExactLaw(Setting(Rational(4, 5), Rational(3, 10), Rational(9, 10)))

    with pytest.raises(AssumptionError, match="not stable"):
        noise.floor_value(law, Integer(1))
