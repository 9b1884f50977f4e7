"""The best length of a step under a price of the batch: against minima in numbers of terms and sums typed here."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import optimize, special
from sympy import Integer, Rational

from tauber.theory.errors import NoConstant
from tauber.theory.models.one_pass.constants import best_constants
from tauber.theory.models.one_pass.lengths import Length
from tauber.theory.models.one_pass.phases import optimum
from tauber.theory.models.one_pass.training import Training
from tauber.theory.spectra.zeta import PowerSum, SpectralAssumption, s

from ..sampling import sampled

LOG_F = 40.0
_MODES = np.arange(1.0, 2e4)


def kept(c, decay, weight, shift=0.0):
    """sum w_j/(2 - c lambda_j), lambda_j = (j + shift)^-decay, w_j = (j + shift)^-weight: head and two tail terms."""
    j = _MODES + shift
    end = j[-1] + 1
    tail = special.zeta(weight, end) / 2 + c / 4 * special.zeta(weight + decay, end)
    return float((j**-weight / (2 - c * j**-decay)).sum() + tail)


def least_of(rows, noise, cost, z, sizes):
    """The least log of the loss over (log d, log tau, c), and where: rows (log size, d, tau), noise with Z beside."""
    x, y = cost

    def log_loss(u):
        d, tau, c = u[0], u[1], 2 / (1 + np.exp(-u[2]))
        gamma = (x * d + y * tau - (y - z) * np.log(c) - LOG_F) / z
        size, of_d, of_tau, over = noise
        terms = [a + b * d + e * tau for a, b, e in rows]
        return special.logsumexp([*terms, size + of_d * d + gamma + of_tau * tau + np.log(over(c))])

    best = optimize.minimize(
        log_loss, [*sizes, 0.0], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-13, "maxiter": 4000}
    )
    return best.fun, best.x[0], 2 / (1 + np.exp(-best.x[2]))


prices = st.sampled_from([Fraction(1, 4), Fraction(1, 2), Fraction(2, 3)])
budgets = st.sampled_from([(1, 1), (2, 1), (Fraction(1, 2), Fraction(3, 2))])


@pytest.mark.dear
@sampled(4, 20)
@given(
    st.fractions(Fraction(11, 20), Fraction(3, 2), max_denominator=20),
    st.fractions(Fraction(11, 20), Fraction(3, 2), max_denominator=20),
    st.booleans(), prices, budgets,
)  # fmt: skip
def test_the_least_sum_inside_the_window(alpha, beta, noisy, z, cost):
    """F_pp = q Gamma(p) (2 tau)^-p, F_ac = zeta(2 beta)/d q Gamma(1-q) (2 tau)^(q-1), and the noise of large modes."""
    a, b = Rational(alpha), Rational(beta)
    training = Training("free", Integer(0) if noisy else None, cost=tuple(map(Rational, cost)), batch=Rational(z))
    exponents = optimum(training, a, b)
    assume(exponents.phase in {"F_pp = F_ac = noise", "F_pp = F_ac = K_pp"})
    found = best_constants(training, a, b)
    al, be, q = float(a), float(b), 1 / (2 * float(a))
    p = 1 - q + 2 * be * q
    rows = [
        (np.log(q * special.gamma(p)) - p * np.log(2), 0, -p),
        (np.log(special.zeta(2 * be) * q * special.gamma(1 - q)) + (q - 1) * np.log(2), -1, q - 1),
    ]
    noise = (0, 0, 0, lambda c: kept(c, 2 * al, 2 * al))
    if not noisy:  # the memory sum lambda^2 e^(-2 lambda tau) of int P dtau
        noise = (np.log(q * special.gamma(2 - q)) + (q - 2) * np.log(2), 0, q - 2, lambda c: kept(c, 2 * al, 2 * be))
    values = [float(x) for x in found.values(Integer(1))]
    where = np.log(values[1]) + float(exponents.exponents["d"]) * LOG_F
    tau = (exponents.exponents["gamma"] + exponents.exponents["r"] + exponents.exponents["B"]) * LOG_F
    loss, d, c = least_of(rows, noise, tuple(map(float, cost)), float(z), (where + 0.3, float(tau) - 0.3))

    assert loss == pytest.approx(np.log(values[0]) - float(exponents.loss_exponent) * LOG_F, abs=1e-7)
    assert d == pytest.approx(where, abs=1e-3)
    assert c == pytest.approx(float(found.length.values(20)[0]), rel=1e-3)
    spent = [*map(Rational, cost), Rational(z)]
    sizes = [found.d, found.steps, found.batch]
    of = {"c_star": found.length.values(20)[0], "Z_star": found.length.values(20)[1], "sigma": 1}
    logs = [float(np.log(float(x.subs({n: of[n.name] for n in x.free_symbols})))) for x in sizes]
    assert sum(float(e) * v for e, v in zip(spent, logs, strict=True)) == pytest.approx(0, abs=1e-9)  # of f = 1


@pytest.mark.parametrize(("alpha", "beta", "noisy"), [("2/5", "11/10", False), ("1/5", "1", False), ("2/5", "1", True)])
def test_few_fast_modes_hold_back_the_start_alone(alpha, beta, noisy):
    """2 alpha < 1: noise of the start is least at a length inside; that of the memory lets it come to the limit."""
    training = Training("free", Integer(0) if noisy else None, batch=Rational(1, 2))
    a, b = Rational(alpha), Rational(beta)
    found = best_constants(training, a, b)
    c, z = map(float, found.length.values(20))
    if noisy:
        assert (c, z) == (pytest.approx(2, abs=1e-15), 1.0)
        return
    al, be = float(a), float(b)
    grid = np.linspace(0.05, 1.95, 400)
    logs = [np.log(kept(x, 2 * al, 2 * be)) - np.log(x) for x in grid]
    assert abs(c - grid[int(np.argmin(logs))]) <= grid[1] - grid[0]
    assert z == pytest.approx(kept(c, 2 * al, 2 * be), rel=1e-6)


def test_without_a_price_constants_are_those_of_short_steps():
    """As z comes to y the best length comes to 0, and all constants but the batch's to those without a batch."""
    a, b = Rational(9, 10), Rational(7, 10)
    plain = [float(x) for x in best_constants(Training("free", Integer(0)), a, b).values(Integer(1))]
    near = best_constants(Training("free", Integer(0), batch=1 - Rational(1, 10**6)), a, b)
    assert [float(x) for x in near.values(Integer(1))] == pytest.approx(plain, rel=1e-4)
    assert float(near.length.values(20)[0]) < 1e-5


def test_a_spectrum_has_its_own_length():
    """Modes (j + 1/2)^-w: sums over them, and the limit 2 (3/2)^w."""
    a, b, z = Rational(9, 10), Rational(7, 10), Rational(1, 2)
    modes = (PowerSum(2 * a * s, Rational(1, 2)), PowerSum(2 * a * s + 2 * b, Rational(1, 2)))
    found = best_constants(Training("free", Integer(0), batch=z), a, b, spectrum=SpectralAssumption(*modes))
    c, total = map(float, found.length.values(20))
    scale = 1.5 ** (2 * float(a))

    def law(x):
        return kept(x, 2 * float(a), 2 * float(a), 0.5) / x

    assert total == pytest.approx(c * law(c), rel=1e-6)
    assert law(c) < min(law(1.01 * c), law(c / 1.01))
    assert 0 < c < 2 * scale
    assert float(Length(modes[0], Rational(1)).values(15)[0]) == pytest.approx(2 * scale, rel=1e-14)


@pytest.mark.parametrize(
    ("training", "point", "why"),
    [
        (Training("free", batch=Rational(1, 2)), ("4/5", "3/10"), "a number times its limit"),
        (Training("free", Integer(0), batch=Rational(1, 2)), ("2/5", "3/10"), "the noise meets the end of the window"),
        (Training("free", batch=Rational(1, 2)), ("2/5", "3/10"), "meets the end of the window"),
        (Training("stable", Integer(0), batch=Rational(1, 2)), ("4/5", "3/10"), "free step size"),
        (Training("free", Integer(0), batch=Rational(1, 2), serial_time=Rational(1, 4)), ("4/5", "3/10"), "free step"),
    ],
)
def test_where_there_are_none(training, point, why):
    with pytest.raises(NoConstant, match=why):
        best_constants(training, *map(Rational, point))


def test_the_order_of_the_correction_at_the_limit_is_half_of_what_a_mode_is_of_the_noise():
    """At (2/5, 1) gamma over gamma tau^(q-1) is tau^(-1/4). A cool-down has no order derived."""
    a, b = Rational(2, 5), Rational(1)
    training = Training("free", Integer(0), batch=Rational(1, 2))
    exponents = optimum(training, a, b).exponents
    tau = exponents["gamma"] + exponents["r"] + exponents["B"]
    assert best_constants(training, a, b).correction == tau / 8
    cooling = Training("free", Integer(0), Rational(2), batch=Rational(1, 2))
    cooled = best_constants(cooling, Rational(9, 10), Rational(7, 10))
    assert (cooled.correction, cooled.length.noise) == (None, None)
