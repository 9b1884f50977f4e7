"""Laws of L(D, P), derived, against the numeric solver on infinite spectra; spectra of geometry against both."""

import math
from fractions import Fraction

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from sympy import Rational, Symbol

from tauber.numerics.models.explaining import LearningCurve
from tauber.theory.models.explaining import law_at
from tauber.theory.models.explaining.model import SIGMA
from tauber.theory.models.geometry import Sphere, learning_law

sources = st.fractions(Fraction(5, 4), 5, max_denominator=12)
decays = st.fractions(Fraction(6, 5), Fraction(5, 2), max_denominator=12)
SIZES = (1e2, 1e3, 1e4, 1e5, 1e6)
GROWTH = 3  # how much larger the scaled error may be where it has not yet settled


def rational(x):
    return Rational(x.numerator, x.denominator)


def away_from_resonances(a, b):
    assume(all(abs(a - 1 - n * b) > Fraction(1, 8) for n in (1, 2)))


def stays_bounded(law, constant, sizes, measure):
    """``|measured/derived - 1| x^correction`` does not grow."""
    correction = float(law.correction or 0)
    scaled = []
    for x in sizes:
        value, error = measure(x)
        off = abs(value / (constant * x ** float(law.exponent)) - 1)
        scaled.append(max(0.0, off - 2 * error) * x**correction)
    assert scaled[-1] <= GROWTH * max(scaled[:2]) + 1e-9 * sizes[-1] ** correction, scaled


@settings(max_examples=settings().max_examples // 4)
@given(sources, decays)
@example(Fraction(3, 2), Fraction(3, 2))
@example(Fraction(5), Fraction(3, 2))
def test_resolution_limited(a, b):
    away_from_resonances(a, b)
    curve, noisy = LearningCurve(str(a), str(b)), LearningCurve(str(a), str(b), noise=1)

    def data(x):
        found = curve.at(x, math.inf)
        return float(found.loss), float(found.error)

    def features(x):
        found = curve.at(math.inf, x)
        return float(found.loss), float(found.error)

    def noise(x):
        found = noisy.at(x, math.inf)
        return float(found.loss) - data(x)[0], 2 * float(found.error)

    for name, measure in (("data", data), ("features", features), ("noise", noise)):
        law = law_at(name, rational(a), rational(b))
        stays_bounded(law, float(law.constant), SIZES, measure)


@settings(max_examples=settings().max_examples // 4)
@given(sources, decays, st.integers(3, 40), st.sampled_from([0.0, 0.5]))
def test_variance_limited(a, b, fixed, noise):
    """D [L(D, P) - L_P] -> P (L_P + sigma^2), and with the roles exchanged; L_P of the solver put in."""
    curve = LearningCurve(str(a), str(b), noise=noise)
    resolved = curve.at(math.inf, fixed)
    for name, symbol in (("variance_data", "P"), ("variance_features", "D")):
        law = law_at(name, rational(a), rational(b))
        values = {Symbol(symbol, positive=True): fixed, Symbol(f"L_P({symbol})", positive=True): float(resolved.loss)}
        constant = float(law.constant.subs(values).subs(SIGMA, noise))
        limit = resolved if symbol == "P" else curve.at(fixed, math.inf)

        def measure(x, symbol=symbol, limit=limit):
            found = curve.at(x, fixed) if symbol == "P" else curve.at(fixed, x)
            excess = float(found.loss) - float(limit.loss)
            rounding = (float(found.error) + float(limit.error)) * (float(limit.loss) + noise**2)
            return excess, rounding / abs(excess)

        stays_bounded(law, constant, (1e3, 1e4, 1e5), measure)


@pytest.mark.dear
@settings(max_examples=3)
@given(sources, decays)
@example(Fraction(3, 2), Fraction(3, 2))
@example(Fraction(5), Fraction(3, 2))
def test_optimal_ridge(a, b):
    away_from_resonances(a, b)
    law = law_at("optimal_ridge", rational(a), rational(b))
    curve = LearningCurve(str(a), str(b), noise=0.7)

    def measure(x):
        found = curve.optimal_ridge(x)
        return float(found.loss), float(found.error)

    stays_bounded(law, float(law.constant.subs(SIGMA, Rational(7, 10))), (1e3, 1e5, 1e7, 1e9), measure)


@pytest.mark.parametrize(
    ("kernel", "dim", "sizes"), [("laplace", 2, (200, 2000)), ("ntk", 2, (100, 600)), ("arccos1", 3, (200, 2000))]
)
def test_learning_curve_of_a_sphere(kernel, dim, sizes):
    """The law from the zeta function's pole against L(D) of the explicit eigenvalues, degeneracies as modes.

    Sizes lie between whole shells of modes, whose steps would show, and the modes that are cut off.
    """
    sphere = Sphere(kernel, dim, Rational(1) if kernel == "laplace" else None)
    law = learning_law(sphere)
    cut = 100 if dim == 2 else 60
    levels = [(float(sphere.value(n, 15)), int(sphere.degeneracy(n))) for n in range(cut)]
    modes = [x for x, count in levels for _ in range(count) if x > 0]
    # the modes that are cut off hold a power of about x^(-alpha_K) of the whole, seen as noise: it is put back
    missing = (2.0 if kernel == "ntk" else 1.0) - sum(modes)
    curve = LearningCurve(spectrum=(modes, modes), null_power=missing)
    derived = [float(law.constant) * n ** -float(law.alpha_K) for n in sizes]
    measured = [float(curve.at(n, math.inf).loss) for n in sizes]
    slope = math.log(measured[1] / measured[0]) / math.log(sizes[1] / sizes[0])
    assert slope == pytest.approx(-float(law.alpha_K), rel=0.08)
    assert measured[1] == pytest.approx(derived[1], rel=0.1)
