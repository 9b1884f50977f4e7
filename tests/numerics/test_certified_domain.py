"""The whole domain of `numerics/core/limits.py`: any model in it is proved, and nothing is raised."""

import math
import random
import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tauber.numerics.certified import CertifiedPLRF
from tauber.numerics.core import progress
from tauber.numerics.core.limits import largest_size
from tauber.numerics.models.plrf import PLRF

from ..sampling import sampled, some

SCANNED = 208
SECONDS = 6  # of processor time, for ten balls


def wide(number):
    """A model from a source of numbers in [0, 1): exponents, d, v, B, share of the stability limit, ten times."""
    alpha = (
        Fraction(round(10 ** (1 + 3 * number())), 1000) if number() < 0.5 else Fraction(round(1 + 299 * number()), 100)
    )
    beta = Fraction(round((300 if number() < 0.9 else 10_000) * number()), 100)
    most = largest_size(float(alpha))
    d = max(1, math.floor(10 ** (number() * math.log10(min(1e15, most) / 8))))
    kind = number()
    if kind < 0.3:
        v = d + 1 + math.floor(5 * number())
    elif kind < 0.55 and alpha > Fraction(1, 2):
        v = math.inf
    else:
        v = math.floor(min(most, 1e18, d * (1 + 10 ** (6 * number() - 3)) + 1))
    batch = 1 if number() < 0.6 else math.floor(10 ** (6 * number()))
    kind = number()
    if kind < 0.7:
        share = Fraction(round(1000 * number()) + 1, 1002)
    else:
        share = 1 - Fraction(1, 10 ** math.ceil(12 * number() + 0.01))
    last = 30 * number()
    times = sorted({round(10 ** (last * i / 9)) for i in range(10)})
    return (alpha, beta, d, max(v, d + 1), batch), share, times


def proved(case, share, times, digits=12):
    """The values; raises AssertionError unless each meets its goal."""
    *point, batch = case
    limit = CertifiedPLRF(*point, batch=batch).stability_limit(20).lower
    values = CertifiedPLRF(*point, batch=batch, step_size=limit * share).curve(times, digits)
    for value in values:
        assert value.ball.lower > 0
        assert value.ball.rad * 10**digits <= value.ball.lower
    return values


@pytest.mark.dear
@sampled(2, 12)
@given(seed=st.integers(0, 2**32))
def test_any_model_is_proved(seed):
    """At two of its times, to two goals that overlap."""
    case, share, times = wide(random.Random(seed).random)
    few = [times[0], times[-1]]
    for one, two in zip(proved(case, share, few, 8), proved(case, share, few, 13), strict=True):
        assert one.ball.overlaps(two.ball)


@pytest.mark.slow
def test_a_scan_of_the_domain():
    """208 models, ten balls each: none refused, none above six seconds of processor time."""
    draw, long = random.Random(11), []
    for _ in range(SCANNED):
        case, share, times = wide(draw.random)
        begin = time.process_time()
        proved(case, share, times)
        if time.process_time() - begin > SECONDS:
            long.append((case, share, times[-1]))

    assert not long


NAMED = [
    (("0.01", "1", 1000, 1001), Fraction(1, 5000), 10**4),
    (("0.02", "1", 1891, 1892), "auto", 10**5),
    (("9", "1/2", 180, 181), "auto", 100),
    (("6.7", "1.5", 1, math.inf), "auto", 100),
    (("0.52", "1.8", 1749727, 1749728), "auto", 100),
    (("1.16", "0.52", 12639420782, 12639420784), "auto", 10**14),
    (("0.013", "2.2", 26016, 26020), "auto", 2 * 10**7),
    (("1", "80", 100, 10**6), "auto", 10**6),
]


@pytest.mark.parametrize(("point", "step", "t"), some(NAMED, quick=(0, 1, 3, 4, 7)))
def test_models_that_once_had_no_answer(point, step, t):
    """Flat, steep and hardly underdetermined spectra; two goals overlap, at the level too."""
    model = CertifiedPLRF(*point, step_size=step)
    one, two = (model.curve([t], goal)[0].ball for goal in (8, 15))

    assert two.relative <= 1e-15
    assert one.overlaps(two)
    assert model.level(8).overlaps(model.level(15))


@pytest.mark.slow
@pytest.mark.parametrize(("point", "step", "t"), NAMED)
def test_their_values_are_those_of_mpmath(point, step, t):
    """The estimated solver with thirty digits, which shares neither sums nor contour with the proof."""
    model = CertifiedPLRF(*point, step_size=step)
    solved = PLRF(*point, step_size=model.gamma, precision=30).curve([t])
    ball, loss = model.curve([t], 15)[0].ball, Fraction(str(solved.loss[0]))

    assert abs(loss - ball.mid) <= ball.rad + loss * Fraction(float(solved.error[0]))


@pytest.mark.parametrize(
    ("alpha", "beta", "d", "v"),
    some([(Fraction(15, 4), Fraction(1, 2), 50_000, 10**6), (Fraction(4, 5), Fraction(1, 2), 50, 300)], quick=(1,)),
)
def test_a_hair_below_the_limit_at_a_late_time(alpha, beta, d, v):
    point = (alpha, beta, d, v)
    limit = CertifiedPLRF(*point).stability_limit(20).lower
    model = CertifiedPLRF(*point, step_size=limit * (1 - Fraction(1, 10**12)))
    one, two = (model.curve([10**30], goal)[0].ball for goal in (8, 14))

    assert one.overlaps(two)
    assert model.kernel_norm_enclosure(14).lower > 1 - Fraction(1, 10**9)


@pytest.mark.dear
def test_no_float_is_needed(monkeypatch):
    """With floats that propose nothing, and with floats that propose nonsense, the values are the same numbers."""
    model = CertifiedPLRF("4/5", "3/10", 100, 1000)
    truth = model.curve([7, 10**5])
    for starts in (None, (complex(3, 4), complex(math.nan, 1))):
        other = CertifiedPLRF("4/5", "3/10", 100, 1000)

        def propose(self, points, starts=starts):
            self._starts.clear()
            self._starts.update(dict.fromkeys(points, starts) if starts else {})

        monkeypatch.setattr(CertifiedPLRF, "prepare", propose)
        for value, known in zip(other.curve([7, 10**5]), truth, strict=True):
            assert value.ball.overlaps(known.ball)


def test_whoever_watches_hears_of_every_node():
    heard = []
    with progress.watched(heard.append):
        values = CertifiedPLRF("4/5", "3/10", 100, 1000).curve([1, 10**5])

    assert len(heard) == sum(value.nodes for value in values)
    assert "up to time 100000" in heard[0]


def test_late_times_far_apart_have_contours_of_their_own():
    values = CertifiedPLRF("4/5", "3/10", 100, 1000).curve([10**4, 2 * 10**4, 10**12])

    assert [value.served for value in values] == [(10**4, 2 * 10**4)] * 2 + [(10**12, 10**12)]
