"""What is derived for the dynamical model, against a hand-made table, independent minimisation and quadrature."""

from fractions import Fraction

import mpmath
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import linprog, minimize
from sympy import Integer, Rational, S, cancel, factor, gamma, pi, symbols

from tauber.theory.errors import AssumptionError
from tauber.theory.laws import tidy
from tauber.theory.models.dynamical import a, b, budget, derive, law, law_at, laws, optimum, phase_diagram
from tauber.theory.models.dynamical.phases import linear_optimum
from tauber.theory.models.dynamical.power_laws import names
from tauber.theory.models.dynamical.two_times import beta_integral
from tauber.theory.optimum.geometric import PowerTerm, least

above_one = st.fractions(min_value=Fraction(21, 20), max_value=6, max_denominator=30).filter(lambda x: x > 1)
costs = st.fractions(min_value=Fraction(1, 8), max_value=3, max_denominator=8)

few = settings(max_examples=settings().max_examples // 4)  # one answer takes about a second

# The exponents of the notes' table (Sec. 5), typed in here and nowhere else.
TABLE = {
    "time": lambda p, q: -(p - 1) / q,
    "width": lambda p, q: -min(p - 1, q),
    "data": lambda p, q: -min(p - 1, 2 * q),
    "width_bias": lambda p, q: -min(p - 1, 2 * q),
    "early_width_time": lambda p, q: (1 - min(p - 1, q)) / q,
    "early_data_time": lambda p, q: (1 - min(p - 1, 2 * q)) / q,
    "train_data_time": lambda p, q: (1 - min(p - 1, 2 * q)) / q,
    "gap_time": lambda p, q: (2 - p) / q,
    "noise_time": lambda p, q: 1 / q,
    "noise_gap_time": lambda p, q: 1 / q,
    "threshold": lambda p, q: -min(p - 1, q) - q / 2,
    "both": lambda p, q: -min(p - 1, q),
    "noise_width": lambda p, q: p * 0 + 1,
    "noise_level": lambda p, q: p * 0,
}


def rational(x):
    return Rational(x.numerator, x.denominator)


def test_the_table_names_every_law():
    assert set(TABLE) == set(names())


@few
@given(above_one, above_one)
def test_exponents_are_those_of_the_table(p, q):
    for name, exponent in TABLE.items():
        if name == "train_data_time" and ((p - 2) / q).denominator == 1:
            continue  # its leading coefficient vanishes there: a test of its own
        assert law_at(name, rational(p), rational(q)).exponent == rational(exponent(p, q)), name


@settings(max_examples=settings().max_examples // 10)
@given(above_one, above_one)
def test_general_cases_hold_the_answer_at_a_point(p, q):
    assume(p - 1 not in (q, 2 * q) and ((p - 2) / q).denominator > 1)
    at = {a: rational(p), b: rational(q)}
    for entry in laws():
        (case,) = (c for c in entry.cases if c.condition.subs(at) == S.true)
        here = law_at(entry.name, at[a], at[b])
        assert cancel(case.exponent.subs(at) - here.exponent) == 0
        assert here.logs == 0
        assert abs(case.constant.subs(at).n(30) / here.constant.n(30) - 1) < 1e-25


def test_logarithms_stand_exactly_at_the_resonances():
    assert [n for n in names() if law_at(n, Rational(5, 2), Rational(3, 2)).logs] == [
        "width",
        "early_width_time",
        "threshold",
        "both",
    ]
    assert [n for n in names() if law_at(n, Integer(4), Rational(3, 2)).logs] == [
        "data",
        "width_bias",
        "early_data_time",
        "train_data_time",
    ]


def test_where_the_leading_train_correction_vanishes_the_next_one_is_the_law():
    assert law_at("train_data_time", Integer(4), Integer(2)).exponent == Rational(-3, 2)
    assert law_at("early_data_time", Integer(4), Integer(2)).exponent == -1  # the gap remains


@few
@given(above_one, above_one)
def test_constants_are_those_of_the_notes(p, q):
    s = (p - 1) / q
    assume(s.denominator > 1)
    ctx = mpmath.mp.clone()
    ctx.dps = 30
    x, y = ctx.mpf(p.numerator) / p.denominator, ctx.mpf(q.numerator) / q.denominator
    c = ctx.pi / y / ctx.sin(ctx.pi / y)
    cab = ctx.pi / y / ctx.sin(ctx.pi * (y - x + 1) / y)
    hand = {
        "time": ctx.gamma((x - 1) / y) / y * ctx.mpf(2) ** (-(x - 1) / y),
        "width": cab * c ** (x - 1) if s < 1 else ctx.zeta(x - y) * c**y,
        "data": (y - x + 1) * cab * c ** (x - 1) if s < 2 else y * ctx.zeta(x - 2 * y) * c ** (2 * y),
        "noise_width": ctx.mpf(1),
        "noise_level": y - 1,
        "noise_time": c * (2 - ctx.mpf(2) ** (1 / y)) / ctx.gamma(1 + 1 / y),
    }
    for name, value in hand.items():
        derived = law_at(name, rational(p), rational(q)).constant
        assert abs(ctx.mpf(str(derived.n(30))) / value - 1) < 1e-22, name


@pytest.mark.parametrize(("m", "n"), [(-0.3, -1.7), (-0.6, 0.4), (-0.25, -0.25)])
def test_convolution_of_powers(m, n):
    found = float(beta_integral(Rational(str(m)), Rational(str(n))).n())
    weighted = quad(lambda u: (1 + u) ** n, 0, 1, weight="alg", wvar=(0, m))[0]
    assert found == pytest.approx(weighted, rel=1e-10)


def test_threshold_constant_by_quadrature():
    inner = lambda y: 2 * (y**-0.5 - (1 + y) ** -0.5)  # noqa: E731 - the integral of (x + y)^(-3/2) over x
    value = quad(inner, 0, 1)[0] / (2 * mpmath.sqrt(mpmath.pi))
    from tauber.theory.models.dynamical.model import threshold_constant

    assert float(threshold_constant()) == pytest.approx(float(value), rel=1e-8)


def hand_terms(p, q, noise):
    """Rows (N, t, P) of every monomial of the loss, transients included wherever they are not negligible."""
    rows = [(0, -(p - 1) / q, 0), (-(p - 1), 0, 0), (-q, 0, 0), (0, 0, -(p - 1)), (0, 0, -2 * q)]
    if p - 1 > q:
        rows.append((-1, (1 - q) / q, 0))
    if p - 1 > 2 * q:
        rows.append((0, (1 - 2 * q) / q, -1))
    return rows + ([(0, 1 / q, -1)] if noise else [])


@few
@given(above_one, above_one, costs, costs, costs, st.booleans())
def test_the_optimum_of_any_budget_by_floating_point(p, q, n, m, k, noise):
    found = optimum(rational(p), rational(q), budget({"N": n, "t": m, "P": k}, noise))
    upper = [[*row, -1] for row in hand_terms(p, q, noise)] + [[-q, 1, 0, 0], [0, 1, -q, 0]]
    lower = [(0, None)] * 3 + [(None, None)]
    plain = [[float(x) for x in row] for row in upper]
    best = linprog([0, 0, 0, 1], plain, [0.0] * len(plain), [[float(n), float(m), float(k), 0]], [1.0], lower)

    assert float(found.loss_exponent) == pytest.approx(-best.x[3], abs=1e-9)


def test_phases_of_the_budget_of_the_paper():
    below, above = phase_diagram().phases
    assert below.inequalities == (a - 1 < b,)
    assert below.tradeoff == ("time", "width level")
    assert above.inequalities == (a - 1 > b,)
    assert above.tradeoff == ("time", "width transient")
    for phase, loss, width in ((below, (a - 1) / (b + 1), 1 / (b + 1)), (above, (a - 1) / a, (a - b) / a)):
        assert cancel(phase.loss_exponent - loss) == 0
        assert cancel(phase.exponents["N"] - width) == 0
        assert cancel(phase.exponents["t"] - 1 + width) == 0
    (border,) = phase_diagram().boundaries
    assert cancel(border.polynomial / (a - 1 - b)).is_number


def test_on_a_boundary_common_exponents_stay_and_the_phase_does_not():
    found = derive("5/2", "3/2")
    assert found.optimum.phase is None
    assert len(found.optimum.boundary_of) == 2
    assert found.optimum.loss_exponent == Rational(3, 5)
    assert found.constants is None
    assert "boundary" in found.reason


def test_noise_without_early_stopping_has_no_law_in_data_alone():
    assert optimum(Integer(2), Rational(3, 2), budget({"P": 1}, noise=True)).loss_exponent is None
    # with features to leave out there is one, with fewer of them than samples: N P = C, N^-1 = N/P
    assert optimum(Integer(2), Rational(3, 2), budget({"N": 1, "P": 1}, noise=True)).loss_exponent == Rational(1, 3)


@few
@given(st.tuples(costs, costs, costs), st.tuples(costs, costs))
def test_least_value_of_a_sum_of_monomials(constants, powers):
    (c1, c2, c3), (p, q) = constants, powers
    # c1 x^-p + c2 y^-q + c3 z^-1 under x y z = f: the shares w of the terms solve w_i m_i = const
    weights = [1 / p, 1 / q, Fraction(1)]
    shares = [w / sum(weights) for w in weights]
    rows = [(-p, 0, 0), (0, -q, 0), (0, 0, -1)]
    terms = [
        PowerTerm(rational(c), tuple(rational(Fraction(x)) for x in row), rational(w))
        for c, row, w in zip((c1, c2, c3), rows, shares, strict=True)
    ]
    loss, sizes = least(terms, (Integer(1),) * 3)

    def value(u):
        x, y = mpmath.exp(u[0]), mpmath.exp(u[1])
        return float(c1 * x ** -float(p) + c2 * y ** -float(q) + c3 * x * y)

    brute = minimize(value, [float(mpmath.log(sizes[0].n())) + 0.3, float(mpmath.log(sizes[1].n())) - 0.2], tol=1e-12)
    assert float(loss) == pytest.approx(brute.fun, rel=1e-6)
    assert value([mpmath.log(sizes[0].n()), mpmath.log(sizes[1].n())]) == pytest.approx(float(loss), rel=1e-10)


@pytest.mark.parametrize(("p", "q"), [(1, 2), ("1/2", 2), (2, 1), (2, "x"), ("inf", 2), (2, "-3")])
def test_bad_exponents_are_refused_in_one_sentence(p, q):
    with pytest.raises(AssumptionError, match="above 1") as refused:
        derive(p, q)
    assert str(refused.value).count("\n") == 0


@pytest.mark.parametrize("cost", [{"Q": 1}, {"N": -1}, {"N": 0}, {}])
def test_bad_budgets_are_refused(cost):
    with pytest.raises(AssumptionError, match="exponents >= 0"):
        budget(cost)


def test_unknown_law_is_refused_with_the_list():
    with pytest.raises(AssumptionError, match="early_width_time"):
        law("depth")


def test_symbols_are_shared():
    assert (a, b) == symbols("a b", positive=True)


def test_terms_of_an_optimum_come_in_one_order_whatever_the_hashes():
    at = {a: Rational(11, 3), b: Rational(7, 5)}
    best, terms = linear_optimum(budget({"t": 1, "P": 1}, noise=True), at)

    assert len(best.active) > 1
    assert list(terms) == sorted(best.active)


def test_a_sum_is_factored_where_its_terms_differ_by_rational_functions():
    x, y = gamma(1 / b) * pi**a, gamma(2 / b)

    assert tidy(x * a / b + x * (b - a) / b**2) == x * factor(a / b + (b - a) / b**2)
    assert tidy(x / b + y / b**2) == x / b + y / b**2
