"""The model: reference values, exact limits, extreme sizes, refusals."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest

from tauber.numerics import AUTO_FRACTION, PLRF, PrecisionLost, TauberInputError, UnstableStepSize

from .reference import PARAMETERS, REFERENCE, TIMES, Dense


def model_of(name, precision=None):
    p = dict(PARAMETERS[name])
    gamma = p.pop("gamma")
    return PLRF(p["alpha"], p["beta"], p["d"], p["v"], batch=p["batch"], step_size=gamma, precision=precision)


@pytest.mark.parametrize("name", PARAMETERS)
def test_reference_values_in_float64(name):
    curve = model_of(name).curve(TIMES)
    exact = np.array([float(x) for x in REFERENCE[name]])
    assert (abs(curve.loss / exact - 1) <= curve.error + 2e-16).all()
    assert curve.error.max() < 1e-12


@pytest.mark.parametrize("name", PARAMETERS)
def test_reference_values_to_36_digits(name):
    curve = model_of(name, 36).curve([TIMES[0]])
    with mpmath.workdps(50):
        exact = mpmath.mpf(REFERENCE[name][0])
        assert abs(mpmath.mpmathify(curve.loss[0]) / exact - 1) < 1e-36
    assert curve.error[0] < 1e-36


@pytest.mark.slow
def test_reference_values_are_reproducible():
    with mpmath.workdps(60):
        for name, parameters in PARAMETERS.items():
            found = Dense(**parameters).loss(TIMES[1])
            assert abs(found / mpmath.mpf(REFERENCE[name][1]) - 1) < 1e-38


@pytest.mark.slow
def test_fifty_digits_agree_with_seventy():
    """d = 1000, v = 1e6, r = 1e6: the value certified with 20 digits in the notes, 0.001825182992299664."""
    fifty, seventy = (
        PLRF("0.8", "0.3", 1000, 10**6, step_size="0.1", precision=digits).curve([10**6]) for digits in (50, 70)
    )
    with mpmath.workdps(80):
        assert abs(mpmath.mpmathify(fifty.loss[0]) / mpmath.mpmathify(seventy.loss[0]) - 1) < 1e-50
    assert float(fifty.loss[0]) == pytest.approx(0.001825182992299664, rel=1e-15)


@pytest.mark.parametrize(
    ("alpha", "beta", "d", "v", "batch"),
    [
        (0.8, 0.3, 10**6, 10**7, 1),
        (0.8, 0.3, 1e15, math.inf, 1),
        (3.0, 1.5, 1e15, math.inf, 1),
        (0.2, 0.9, 10**6, 10**7, 1),
        (0.15, 0.4, 10**12, 10**15, 2),
        (0.501, 0.2, 2, math.inf, 1),
        (0.8, 0.3, 99, 100, 1),
        (0.8, 0.3, 10**4, 10**5, 10**6),
        (0.8, 0.3, 10**3, 10**4, 10**13),
        (0.8, 0.3, 20, 100, 8),
        (0.7, 3.0, 10**3, 10**6, 1),
        (0.5, 0.5, 2, 3, 1),
    ],
)
def test_both_ends_of_a_curve_are_exact(alpha, beta, d, v, batch):
    """P(0) = sum omega and P(infinity) = F_0/(1 - ||K||), which share no code with the contour."""
    model = PLRF(alpha, beta, d, v, batch=batch)
    late = 1e6 * (float(d) + 100) ** (2 * alpha) / min(float(model.step_size), 1.0)
    curve = model.curve([0, late])
    assert curve.loss[0] == pytest.approx(float(model.nodes.target_power), rel=1e-13)
    assert curve.loss[1] == pytest.approx(model.level, rel=1e-11)
    assert curve.error.max() < 1e-9
    assert abs(model.slope([late]).values[0]) < 1e-9


def test_the_first_step_from_moments():
    """P(1) = F(1) + K(0) P(0) from the first moments of the spectral measures, written out."""
    alpha, beta, d, v, b, gamma = 0.3, 0.9, 40, 150, 3, 0.01
    lam = np.arange(1, v + 1, dtype=float) ** (-2 * alpha)
    omega = lam * np.arange(1, v + 1, dtype=float) ** (-2 * beta)
    m1 = (omega * lam).sum()
    m2 = (omega * lam**2).sum() + m1 * lam.sum() / d
    forced = omega.sum() - 2 * gamma * b * m1 + gamma**2 * b * (b + 1) * m2
    k0 = gamma**2 * b * ((lam**2).sum() + lam.sum() ** 2 / d)
    model = PLRF(alpha, beta, d, v, batch=b, step_size=gamma)
    assert model.kernel([0]).values[0] == pytest.approx(k0, rel=1e-13)
    assert model.forcing([1]).values[0] == pytest.approx(forced, rel=1e-13)
    assert model.curve([1]).loss[0] == pytest.approx(forced + k0 * omega.sum(), rel=1e-13)


def test_kernel_sums_to_its_norm():
    model = PLRF(0.9, 0.3, 12, 60)
    kernel = model.equation.sequences(20_000).kernel
    assert kernel.sum() == pytest.approx(model.kernel_norm, rel=1e-11)
    assert kernel[:600].sum() < model.kernel_norm


@pytest.mark.parametrize(("alpha", "beta"), [(0.8, 0.3), (0.7, 1.2), (1.5, 0.8), (0.3, 0.9)])
def test_slope_is_the_derivative(alpha, beta):
    """Against a central difference of the curve itself, at whole and fractional times in all regimes."""
    model = PLRF(alpha, beta, 1000, 20_000)
    h = 1e-4
    for time in (0.7, 5.0, 30.0, 1e3, 1e5):
        low, high = model.curve([time * math.exp(-h), time * math.exp(h)]).loss
        assert model.slope([time]).values[0] == pytest.approx(math.log(high / low) / (2 * h), abs=1e-7)


def test_infinite_v_is_the_limit_of_finite_v():
    """df1 misses the tail V^(1 - 2 alpha): with v = 1e15, 2 alpha = 1.8, that is 1e-12 of the trace."""
    finite, infinite = (PLRF(0.9, 0.3, 1000, v, step_size=0.1).curve([100, 10**6]).loss for v in (1e15, math.inf))
    assert finite == pytest.approx(infinite, rel=1e-9)


def test_curve_at_one_precision_matches_single_values():
    """One contour for twelve decades gives what one contour per time gives."""
    model = PLRF(0.8, 0.3, 10**6, 10**7)
    times = np.logspace(0, 12, 40)
    curve = model.curve(times)
    single = np.array([model.curve([t]).loss[0] for t in times])
    assert (abs(curve.loss / single - 1) <= 2 * curve.error).all()
    assert curve.error.max() < 1e-12


def test_numbers_are_taken_as_given():
    """0.8 the double and 4/5 the fraction differ in the 17th digit, which 25 digits see."""
    loss = [
        PLRF(a, "3/10", 5, 20, step_size="0.1", precision=25).curve([10]).loss[0] for a in (0.8, "0.8", Fraction(4, 5))
    ]
    assert loss[1] == loss[2]
    assert 1e-19 < abs(float(loss[0] / loss[1] - 1)) < 1e-15


def test_auto_step_size():
    model = PLRF(0.8, 0.3, 100, 1000)
    assert model.step_size == AUTO_FRACTION * model.stability_limit
    assert model.curve([1]).step_size == model.step_size


def test_unstable_step_size_is_refused_with_its_limit():
    limit = PLRF(0.8, 0.3, 1000, 10**4).stability_limit
    with pytest.raises(UnstableStepSize, match=f"{limit:.10g}") as refusal:
        PLRF(0.8, 0.3, 1000, 10**4, step_size=limit)
    assert refusal.value.limit == limit
    assert PLRF(0.8, 0.3, 1000, 10**4, step_size=limit * (1 - 1e-9)).stable


@pytest.mark.dear
def test_near_the_limit_digits_are_lost_honestly():
    """||K|| within 1e-9 of 1: the loss at infinity is known to 7 digits or so in float64, and the estimate says it."""
    near = PLRF(0.8, 0.3, 50, 300).stability_limit * (1 - 1e-9)
    rough, exact = (PLRF(0.8, 0.3, 50, 300, step_size=near, precision=p) for p in (None, 30))
    wrong = abs(rough.level / float(exact.level) - 1)
    assert 1e-10 < rough.level_error < 1e-5
    assert wrong <= rough.level_error
    late = rough.curve([10**6])
    assert abs(late.loss[0] / float(exact.curve([10**6]).loss[0]) - 1) <= late.error[0]


def test_lost_precision_is_an_error_not_a_number():
    """At 1e12 float64 holds no digit of the loss 4e-16 below the limit; of K, long gone beside the loss, it says so."""
    model = PLRF(0.8, 0.3, 1000, 10**4, step_size=0.1)
    gone = model.kernel([10**12])
    assert gone.error[0] > 1
    assert abs(gone.values[0]) < 1e-30 * model.curve([10**12]).loss[0]
    near = PLRF(0.8, 0.3, 1000, 10**4, step_size=model.stability_limit * (1 - 4e-16))
    with pytest.raises(PrecisionLost, match="At time 1e\\+12"):
        near.curve([10**12])
    assert model.curve([10**12]).error[0] < 1e-12


@pytest.mark.parametrize(
    ("arguments", "options", "words"),
    [
        ((-0.8, 0.3, 10, 100), {}, "alpha"),
        ((0.8, -0.8, 10, 100), {}, "-alpha < beta <= 100, got alpha = 0.8, beta = -0.8"),
        ((0.8, -0.35, 10, math.inf), {}, "finite power for alpha \\+ beta > 1/2 only, .* finite v"),
        ((0.8, 0.3, 100, 10), {}, "d < v"),
        ((0.8, 0.3, 100, 100), {}, "d < v"),
        ((0.4, 0.3, 10, math.inf), {}, "2 alpha > 1"),
        ((math.nan, 0.3, 10, 100), {}, "finite"),
        ((0.8, 0.3, 10, math.nan), {}, "d < v"),
        ((0.8, 0.3, 10, 100), {"batch": 0}, "batch"),
        ((0.8, 0.3, 10, 100), {"batch": 1.5}, "batch"),
        ((0.8, 0.3, 10, 100), {"step_size": 0}, "step size"),
        ((0.8, 0.3, 10, 100), {"step_size": "fast"}, "not a number"),
        ((0.8, 0.3, 10, 30.5), {}, "not whole"),
        ((20, 0.3, 10, 100), {}, "0 < alpha <= 10 .* got alpha = 20"),
        ((100, 100, 1000, math.inf), {}, "0 < alpha <= 10 .* got alpha = 100"),
        ((0.8, 101, 10, 100), {}, "beta <= 100, got .* beta = 101"),
        ((0.8, 0.3, 10, 2e24), {}, "at most 1e\\+24"),
        ((0.8, 0.3, 2e24, math.inf), {}, "The size d = 2e\\+24"),
        ((10, 0.3, 1e13, math.inf), {}, "at most 3.16e\\+12 .* lower d"),
        ((0.8, 0.3, 10, 100), {"batch": 1e16}, "batch size"),
        ((0.8, 0.3, 1000, 1e4), {"step_size": 1e-300}, "at least 1e-100"),
        ((0.8, 0.3, 10, 100), {"precision": 2}, "digits"),
        ((0.8, None, 10, 100), {}, "real number"),
    ],
)
def test_bad_parameters_get_one_sentence(arguments, options, words):
    with pytest.raises(TauberInputError, match=words):
        PLRF(*arguments, **options)
    try:
        PLRF(*arguments, **options)
    except TauberInputError as error:
        text = str(error)
    assert text[0].isupper()
    assert text.endswith(".")


def test_times_have_a_last_one():
    with pytest.raises(TauberInputError, match="latest allowed is 1e\\+100"):
        PLRF(0.8, 0.3, 10, 100).curve([1, 1e101])


def test_steps_have_a_last_one():
    with pytest.raises(TauberInputError, match="contour"):
        PLRF(0.8, 0.3, 10, 100).curve([10**7], "fft")


@pytest.mark.parametrize(("alpha", "beta", "d", "v"), [(0.8, 0.3, 100, 1000), (1.1, 0.2, 10, 2000), (0.3, 0.9, 30, 40)])
@pytest.mark.parametrize("part", ["kernel", "forcing"])
def test_a_part_is_judged_by_the_loss_it_belongs_to(part, alpha, beta, d, v):
    """However small it has become beside the loss; its own error estimate still says what is known of it."""
    model, times = PLRF(alpha, beta, d, v), np.array([0, 10**3, 68757, 10**6, 10**9, 10**15])
    found, loss = getattr(model, part)(times), model.curve(times + 1).loss
    assert (found.error * abs(found.values) <= 1e-6 * loss / min(loss[0], 1)).all()
    known = found.error < 1
    assert (found.values[known] > 0).all()
    assert known[:2].all()


@pytest.mark.dear
def test_a_part_that_is_hardly_known_says_so():
    rough, exact = (PLRF(0.8, 0.3, 100, 1000, precision=digits) for digits in (None, 20))
    times = np.array([68757, 99999])
    found, true = rough.kernel(times), exact.kernel(times).values
    wrong = [abs(float((x - y) / y)) for x, y in zip(found.values, true, strict=True)]
    assert (np.array(wrong) <= 10 * found.error).all()
    assert found.error[1] > 1e-6
