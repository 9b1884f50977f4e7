"""Constants of the optimum with label noise: against a minimum in numbers of terms that are typed here."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import optimize, special
from sympy import Rational

from tauber.theory.errors import NoConstant
from tauber.theory.models.one_pass.constants import best_constants
from tauber.theory.models.one_pass.phases import optimum
from tauber.theory.models.one_pass.training import Training
from tauber.theory.spectra.zeta import PowerSum, SpectralAssumption, s

from ..sampling import sampled, some

LOG_F = 40.0
few = sampled(4, 20)


@few
@given(
    st.fractions(Fraction(11, 20), 2, max_denominator=20), st.fractions(Fraction(11, 20), 2, max_denominator=20),
    st.none() | st.sampled_from([Fraction(1, 4), Fraction(1), Fraction(7, 3), Fraction(6)]),
    st.fractions(Fraction(1, 10), 3, max_denominator=10),
)  # fmt: skip
def test_the_least_sum_of_the_three_terms(alpha, beta, power, sigma):
    """Over (log d, log tau), in which a sum of powers is convex; sums over modes by SciPy's zeta function."""
    a, b, training = (
        Rational(alpha),
        Rational(beta),
        Training("free", Rational(0), None if power is None else Rational(power)),
    )
    try:
        found = best_constants(training, a, b)
    except NoConstant:
        assume(False)
    assume(found.weight is None)
    m, q = float(power or 0), 1 / (2 * float(a))
    mu, p = m / (m + 1), 1 - q + 2 * float(b) * q
    if mu < 1 - q:
        nu, c = mu, special.gamma(1 + mu) / 2 ** (1 + mu) * special.zeta((1 - mu) / q)
    else:
        nu, c = 1 - q, q * special.gamma(2 - q) * 2 ** (q - 2) / (mu + q - 1)
    # F_pp = q Gamma(p) (2 tau)^-p, F_ac = zeta(2 beta)/d q Gamma(1-q) (2 tau)^(q-1), gamma = (m + 1) tau d/f
    size = [q * special.gamma(p) * 2**-p, special.zeta(2 * float(b)) * q * special.gamma(1 - q) * 2 ** (q - 1)]
    logs = np.log([*size, float(sigma) ** 2 * c * (m + 1)]) - [0, 0, LOG_F]
    powers = np.array([[0, -p], [-1, q - 1], [1, 1 - nu]])

    def log_loss(u):
        return special.logsumexp(logs + powers @ u)

    def slope(u):
        return special.softmax(logs + powers @ u) @ powers

    best = optimize.minimize(log_loss, [0.25 * LOG_F, 0.4 * LOG_F], jac=slope, method="BFGS", options={"gtol": 1e-10})
    exponents = optimum(training, a, b)
    values = [float(x) for x in found.values(Rational(sigma))]
    assert best.fun == pytest.approx(np.log(values[0]) - float(exponents.loss_exponent) * LOG_F, abs=1e-8)
    assert best.x[0] == pytest.approx(np.log(values[1]) + float(exponents.exponents["d"]) * LOG_F, abs=1e-4)
    step = np.log(m + 1) + best.x.sum() - LOG_F
    assert step == pytest.approx(np.log(values[2]) + float(exponents.exponents["gamma"]) * LOG_F, abs=1e-4)


@pytest.mark.parametrize("power", [None, "0", "1/2", "3"])
@pytest.mark.parametrize(
    ("alpha", "beta", "ratio"),
    some(
        [
            ("2/5", "1", 4), ("9/20", "13/20", 2), ("3/20", "9/10", 10), ("1/5", "6/5", 2),
            ("1/7", "19/14", 4), ("2/5", "13/10", 2), ("1/6", "4/3", 2),  # p is whole: the pole falls on a power of eta
        ],
        quick=(0, 2, 4),
    ),
)  # fmt: skip
def test_the_least_sum_for_few_fast_modes(alpha, beta, ratio, power):
    """2 alpha < 1: over (log d, log tau), sums over modes by integrals; without label noise, too (power None)."""
    a, b = Rational(alpha), Rational(beta)
    training = Training("free") if power is None else Training("free", Rational(0), Rational(power))
    found = best_constants(training, a, b)
    exponents, m = optimum(training, a, b), float(Rational(power or 0))
    al, be, q, mu = float(a), float(b), 1 / (2 * float(a)), m / (m + 1)
    p, trace, head = 1 - q + 2 * be * q, ratio ** (1 - 2 * al) / (1 - 2 * al), special.zeta(2 * be)
    # sum over modes of lambda^2 e^(-2 lambda u): of the pole, or, with those that features mix, all of them at once
    if "memory" in exponents.phase or exponents.phase.endswith("= K_pp"):
        kernel, fall, level = q * special.gamma(2 - q) * 2 ** (q - 2), 2 - q, 0.0
    else:
        kernel, fall, level = ratio ** (1 - 4 * al) / (1 - 4 * al) + trace**2, 0.0, 1 - 4 * al
    sizes = [head * trace, q * special.gamma(p) * 2**-p]
    powers = [[-2 * al, 0], [0, -p]]
    if power is None:  # gamma k(tau) int P dtau, which is head/2
        sizes.append(kernel * head / 2)
        powers.append([1 + level, 1 - fall])
    else:  # int gamma (u/tau)^mu k(u) du
        sizes.append(kernel / (mu + 1 - fall) * (m + 1))
        powers.append([1 + level, 2 - fall])
    logs, powers = np.log(sizes) - [0, 0, LOG_F], np.array(powers)
    best = optimize.minimize(
        lambda u: special.logsumexp(logs + powers @ u), [0.5 * LOG_F, 0.1 * LOG_F],
        jac=lambda u: special.softmax(logs + powers @ u) @ powers, method="BFGS", options={"gtol": 1e-10},
    )  # fmt: skip
    values = [float(x) for x in found.values(Rational(1), Rational(ratio))]
    assert best.fun == pytest.approx(np.log(values[0]) - float(exponents.loss_exponent) * LOG_F, abs=1e-8)
    assert best.x[0] == pytest.approx(np.log(values[1]) + float(exponents.exponents["d"]) * LOG_F, abs=1e-4)
    step = np.log(m + 1) + best.x.sum() - LOG_F
    assert step == pytest.approx(np.log(values[2]) + float(exponents.exponents["gamma"]) * LOG_F, abs=1e-4)


@pytest.mark.dear
@pytest.mark.parametrize("power", some([None, "1/4"], quick=(1,)))
def test_the_least_sum_with_the_crossover_function(power):
    """Over (log d, log x), the function by its contour integral."""
    a, b = Rational(4, 5), Rational(3, 10)
    training = Training("free", Rational(0), None if power is None else Rational(power))
    found, exponents = best_constants(training, a, b), optimum(training, a, b)
    m, crossover = float(Rational(power or 0)), found.law.crossover
    mu, s = m / (m + 1), -float(crossover.d_exponent)
    c = special.gamma(1 + mu) / 2 ** (1 + mu) * special.zeta((1 - mu) * 1.6) * (m + 1)

    def loss(u):
        d, x = np.exp(u)
        tau = x * d**1.6 / 2
        return float(np.log(float(crossover.value(x, 15)) * d**-s + c * tau ** (1 - mu) * d * np.exp(-LOG_F)))

    best = optimize.minimize(loss, [0.25 * LOG_F, 0.0], method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-12})
    values = [float(x) for x in found.values(Rational(1))]
    assert best.fun == pytest.approx(np.log(values[0]) - float(exponents.loss_exponent) * LOG_F, abs=1e-8)
    assert best.x[0] == pytest.approx(np.log(values[1]) + float(exponents.exponents["d"]) * LOG_F, abs=1e-3)


@pytest.mark.parametrize("power", ["0", "1/2", "6"])
def test_the_least_sum_for_shifted_powers(power):
    """Modes (j + 1/2)^-w: the same three terms, sums over modes by SciPy's Hurwitz zeta function."""
    a, b, m, shift = Rational(9, 10), Rational(7, 10), float(Rational(power)), 1.5
    modes = (PowerSum(2 * a * s, Rational(1, 2)), PowerSum(2 * a * s + 2 * b, Rational(1, 2)))
    training = Training("free", Rational(0), Rational(power))
    found = best_constants(training, a, b, spectrum=SpectralAssumption(*modes))
    mu, q = m / (m + 1), 1 / (2 * float(a))
    p = 1 - q + 2 * float(b) * q
    if mu < 1 - q:
        nu, c = mu, special.gamma(1 + mu) / 2 ** (1 + mu) * special.zeta((1 - mu) / q, shift)
    else:
        nu, c = 1 - q, q * special.gamma(2 - q) * 2 ** (q - 2) / (mu + q - 1)
    size = [q * special.gamma(p) * 2**-p, special.zeta(2 * float(b), shift) * q * special.gamma(1 - q) * 2 ** (q - 1)]
    logs = np.log([*size, c * (m + 1)]) - [0, 0, LOG_F]
    powers = np.array([[0, -p], [-1, q - 1], [1, 1 - nu]])
    best = optimize.minimize(
        lambda u: special.logsumexp(logs + powers @ u), [0.25 * LOG_F, 0.4 * LOG_F],
        jac=lambda u: special.softmax(logs + powers @ u) @ powers, method="BFGS", options={"gtol": 1e-10},
    )  # fmt: skip
    exponents, values = optimum(training, a, b), [float(x) for x in found.values(Rational(1))]
    assert best.fun == pytest.approx(np.log(values[0]) - float(exponents.loss_exponent) * LOG_F, abs=1e-8)
    assert best.x[0] == pytest.approx(np.log(values[1]) + float(exponents.exponents["d"]) * LOG_F, abs=1e-4)
    with pytest.raises(NoConstant, match="inside the window"):
        best_constants(training, a, Rational(3, 10), spectrum=SpectralAssumption(*modes))


@pytest.mark.parametrize(
    ("training", "point", "why"),
    [
        (Training("free"), ("4/5", "3/10"), "the step size as a number"),
        (Training("stable"), ("4/5", "3/10"), "free step size"),
        (Training("free", Rational(0), "best"), ("4/5", "3/10"), "constant label noise"),
        (Training("free", Rational(0), averaging=True), ("4/5", "3/10"), "constant label noise"),
        (Training("free", Rational(0)), ("2/5", "3/10"), "the noise meets the end of the window"),
        (Training("free"), ("2/5", "3/10"), "the kernel, at a step size of the order of its limit, meets the end"),
        (Training("free", Rational(0)), ("4/5", "-1/10"), "beta > 0"),
        (Training("free", Rational(0)), ("4/5", "1/2"), "boundary"),
        (Training("free", Rational(0), Rational(1)), ("1", "7/10"), "boundary"),
        (Training("free", Rational(0), Rational(4)), ("4/5", "3/10"), "end of the window"),
    ],
)
def test_where_there_are_none(training, point, why):
    with pytest.raises(NoConstant, match=why):
        best_constants(training, *map(Rational, point))
