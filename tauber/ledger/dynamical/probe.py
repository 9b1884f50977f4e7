"""A point (a, b) at which claims about the dynamical model are measured, and the quantities of its laws.

Levels at infinite time come from the closed form of the numeric wing. What a size adds before time runs into it, such
as ``N [L(t, N) - L(t)]`` for N to infinity, is a difference of two curves, a power series in 1/N: from its values at N,
2N and 4N Richardson's extrapolation removes the first two orders, and what the second of them changed bounds what is
left.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from ..families.points import Exponents, Value, measuring
from ..papers import IN_DYNAMICAL

if TYPE_CHECKING:
    from ...numerics.models.dynamical import Dynamical
    from ...theory.models.dynamical import LawAt

DERIVED_HERE = IN_DYNAMICAL

SINGLE = "average: a single network, over features and data"
"""What the loss of `Dynamical` is."""

_BEYOND = 1e4  # a size is this many times t^(1/b), the number of modes learned by then
_FAR = 1e6  # one size in parts of the other, or time in parts of the end of the window, where it goes to infinity first


@dataclass(frozen=True)
class Probe(Exponents):
    """A point that knows its model and its laws."""

    def model(self, width: float = math.inf, data: float = math.inf, **options: Any) -> Dynamical:
        """The model with N features and P samples."""
        from ...numerics.models.dynamical import Dynamical

        return Dynamical(float(self.a), float(self.b), width, data, **options)

    def law(self, name: str) -> LawAt:
        """A derived law at this point."""
        from ...theory.models.dynamical import law_at

        return law_at(name, *self.exact)

    def next_power(self, name: str) -> Any:
        """Relative power of a law's next term; infinite where the rest is smaller than any power."""
        found = self.law(name).correction
        return math.inf if found is None else found


probe = Probe.of


@cache
def _losses(point: Probe, width: float, data: float, noise: float, time: float) -> tuple[Value, Value]:
    """Test and train loss; kept, since several laws are differences of the same curves."""
    curve = point.model(width, data, noise=noise).curve([time])
    test, train = float(curve.test[0]), float(curve.train[0])
    return (test, test * float(curve.test_error[0])), (train, train * float(curve.train_error[0]))


def _test(point: Probe, t: float, width: float = math.inf, data: float = math.inf, noise: float = 0.0) -> Value:
    return _losses(point, width, data, noise, t)[0]


def _train(point: Probe, t: float, data: float, noise: float = 0.0) -> Value:
    return _losses(point, math.inf, data, noise, t)[1]


def _final(model: Dynamical) -> Value:
    found = model.final()
    return float(found.test), float(found.test * found.error)


def _difference(first: Value, second: Value, scale: float = 1.0) -> Value:
    return scale * (first[0] - second[0]), scale * (first[1] + second[1])


def _limit(at: Callable[[float], Value], size: float) -> Value:
    """Limit of ``at`` for its argument to infinity; see the module."""
    (first, e1), (second, e2), (third, e3) = (at(size * k) for k in (1, 2, 4))
    before, after = 2 * second - first, 2 * third - second
    return (4 * after - before) / 3, abs(after - before) / 3 + (8 * e3 + 6 * e2 + e1) / 3


def _early(loss: Callable[[float], Value], rest: Value, time: float, point: Probe, lead: float = 0.0) -> Value:
    """Limit of x times ``loss(x) - rest`` for a size x to infinity.

    The next order in 1/x is larger by the number of modes learned, over x, times ``t^lead``.
    """
    return limit_in_size(loss, rest, _BEYOND * time ** (1 / float(point.b) + lead))


def limit_in_size(loss: Callable[[float], Value], rest: Value, size: float) -> Value:
    """Limit of x times ``loss(x) - rest`` for x to infinity, from x = size, twice and four times that."""
    return _limit(lambda x: _difference(loss(x), rest, x), size)


def _width_bias(point: Probe, n: float) -> Value:
    found = point.model(width=n).final()
    return float(found.bias), float(found.bias * found.error)  # sums of the same terms at the same kappa_0


def _gap_time(point: Probe, t: float) -> Value:
    # In second order the gap follows the head modes, t^(1/b - 2), where a - 1 > 2 b; in first order it does not.
    lead = max(0.0, float((point.a - 1 - 2 * point.b) / point.b))
    return _early(lambda p: _difference(_test(point, t, data=p), _train(point, t, p)), (0.0, 0.0), t, point, lead)


def _noise_time(point: Probe, t: float) -> Value:
    return _early(
        lambda p: _difference(_test(point, t, data=p, noise=1.0), _test(point, t, data=p)), (1.0, 0.0), t, point
    )


def _noise_gap_time(point: Probe, t: float) -> Value:
    def gap(noise: float, p: float) -> Value:
        return _difference(_test(point, t, data=p, noise=noise), _train(point, t, p, noise))

    return _early(lambda p: _difference(gap(1.0, p), gap(0.0, p)), (0.0, 0.0), t, point)


def _threshold(point: Probe, n: float) -> Value:
    """L t^(-1/2) at N = P; of relative order t^(-1/2) in the time is what two times remove."""
    end = n ** float(point.b)

    def at(root: float) -> Value:
        loss, error = _test(point, end * root**2, n, n)
        return loss / math.sqrt(end) / root, error / math.sqrt(end) / root

    return _limit(at, math.sqrt(_FAR))


def _both(point: Probe, p: float) -> Value:
    rest = _final(point.model(data=p))
    return _limit(lambda far: _difference(_final(point.model(far * p, p)), rest, far), _FAR)


def _noise_width(point: Probe, n: float) -> Value:
    def noise(far: float) -> Value:
        noisy = _final(point.model(n, far * n, noise=1.0))
        value, error = _difference(noisy, _final(point.model(n, far * n)))
        return far * n * (value - 1), far * n * error

    return _limit(noise, _FAR)


def _noise_level(point: Probe, p: float) -> Value:
    noisy = _final(point.model(data=p, noise=1.0))
    value, error = _difference(noisy, _final(point.model(data=p)))
    return value - 1, error


MEASURES: dict[str, Callable[[Probe, float], Value]] = {
    "time": _test,
    "width": lambda point, n: _final(point.model(width=n)),
    "data": lambda point, p: _final(point.model(data=p)),
    "width_bias": _width_bias,
    "early_width_time": lambda point, t: _early(lambda n: _test(point, t, width=n), _test(point, t), t, point),
    "early_data_time": lambda point, t: _early(lambda p: _test(point, t, data=p), _test(point, t), t, point),
    "train_data_time": lambda point, t: _early(lambda p: _train(point, t, p), _test(point, t), t, point),
    "gap_time": _gap_time,
    "noise_time": _noise_time,
    "noise_gap_time": _noise_gap_time,
    "threshold": _threshold,
    "both": _both,
    "noise_width": _noise_width,
    "noise_level": _noise_level,
}
"""For every law, the function that measures it: a point and a value of its variable to a number and its error."""


measured = measuring(MEASURES)
