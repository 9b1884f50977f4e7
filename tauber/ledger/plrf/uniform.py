"""Claims: one formula from the window to the plateau, and the logarithms on the line 2 alpha = 1.

The uniform formula is compared at fixed x = t d^(2 alpha), before, in and after the crossover; what it leaves out is of
relative order 1/t. On 2 alpha = 1 what is left out falls only like 1/log(v)^2, so log v is the scale there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from ..claim import Comparison, Kind
from ..measure import compare_limit
from ..topic import equation, topic
from ..typed import typed
from .exact import DERIVED_HERE, ExactProbe

SIZES = (1e3, 1e5)
PLACES = (0.01, 1.0, 20.0)
HALF_SIZES = (1e4, 1e8, 1e14)

PROBES = (
    ExactProbe(Fraction(81, 100), Fraction(29, 100), batch=2),
    ExactProbe(Fraction(71, 100), Fraction(113, 100)),
    ExactProbe(Fraction(2, 5), Fraction(3, 10), strength=Fraction(1, 2), ratio=Fraction(10)),
    ExactProbe(Fraction(2, 5), Fraction(1), strength=Fraction(1, 2), ratio=Fraction(10)),
)
HALF = ExactProbe(Fraction(1, 2), Fraction(3, 10), strength=Fraction(1), ratio=Fraction(10))


claim = topic("plrf", kind=Kind.EQUIVALENCE, source=DERIVED_HERE)


def compare_uniform(probe: ExactProbe, x: float) -> Comparison:
    """Set the loss beside the uniform formula at t = x d^(2 alpha)."""
    from ...theory.models.plrf.uniform import Uniform

    setting = probe.law().setting
    shares = []
    for d in SIZES:
        model = probe.model(d)
        r = x * d ** (2 * float(probe.alpha)) / (2 * float(model.step_size) * probe.batch)
        shares.append(float(model.curve([r]).loss[0]) / float(Uniform(setting, int(d)).loss(r)))
    what = f"loss over the uniform formula at x = {x:g}, {probe}, d = {SIZES[-1]:g}"
    return compare_limit(what, shares, SIZES, 2 * float(probe.alpha))


@claim(
    "uniform",
    "One formula for window, crossover and plateau",
    typed(
        "P(t) = (1 + O(1/t, t))/(2*pi*I)"
        "*Integral(exp(eta*t)*(kappa*T(kappa)/eta + U)/(1 - N + gamma/2*eta*D(kappa)), eta)"
    ),
    each=len(SIZES),
    assumptions="off the lines 2 alpha = 1 and 2 beta = 1; a stable step size",
    order_of_limits="d to infinity at fixed x = t d^(-2 alpha); uniformly in x",
    derived_by="tauber.theory.models.plrf.uniform.Uniform",
    measured_by="tauber.numerics.models.plrf.PLRF.curve",
)
def _check_uniform() -> Iterator[Comparison]:
    yield from (compare_uniform(probe, x) for probe in PROBES for x in PLACES)


def _window_on_the_line() -> Any:
    from ...theory.models.plrf.half import HalfLine

    setting = HALF.law().setting
    return equation("P", HalfLine(setting.beta, setting.modes_per_feature, setting.strength).window)


@claim(
    "log.half_alpha",
    "2 alpha = 1: the prefactor of the loss is a logarithm of time",
    _window_on_the_line,
    samples=2 * len(HALF_SIZES),
    assumptions="2 alpha = 1, 2 beta < 1, v/d and step size times trace fixed; remainder 1/log(v)^2",
    order_of_limits="d to infinity with r = infinity first for the level, t = sqrt(d) in the window",
    derived_by="tauber.theory.models.plrf.half.HalfLine",
    measured_by="tauber.numerics.models.plrf.PLRF",
)
def _check_half() -> Iterator[Comparison]:
    """Level, and the loss in the middle of the window, beside the formulas of the line."""
    from ...theory.models.plrf.half import HalfLine, T, V

    law = HALF.law()
    level, line = law.term("F_0"), HalfLine(HALF.beta, law.setting.modes_per_feature, law.setting.strength)
    levels, losses, scales = [], [], []
    for d in HALF_SIZES:
        model = HALF.model(d)
        t = math.sqrt(d)
        found = float(model.curve([t / (2 * float(model.step_size))]).loss[0])
        losses.append(found / float(line.window.subs({T: t, V: float(HALF.ratio) * d})))
        levels.append(float(model.level) / (float(level.value) * d ** float(level.d)))
        scales.append(math.log(float(HALF.ratio) * d))
    end = f"{HALF}, d = {HALF_SIZES[-1]:g}"
    yield compare_limit(f"level over its formula at {end}", levels, scales, 2.0)
    yield compare_limit(f"loss at t = sqrt(d) over the window formula at {end}", losses, scales, 2.0)
