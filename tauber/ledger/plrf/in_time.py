"""Claims: what a decaying step size, averaging and momentum do to the exponents in time, on one long run each."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ..claim import Comparison, Kind, Outcome
from ..measure import compare_exponent, slopes_of
from ..papers import CONSTANT_RATE, SAME_EXPONENTS
from ..source import derived_here, stated
from ..topic import topic
from ..typed import typed
from .diagrams import MOMENTUM
from .exact import DERIVED_HERE

if TYPE_CHECKING:
    from ...numerics.models.one_pass.training import Training

claim = topic(
    "plrf.in_time",
    kind=Kind.EXPONENT,
    assumptions="2 alpha > 1, batch 1",
    order_of_limits="d to infinity first, then the time at a fixed largest step size",
    measured_by="tauber.numerics.models.one_pass.training.Training.curve",
)

_P = ("p = (2*alpha + 2*beta - 1)/(2*alpha)",)
_Q = ("q = 1/(2*alpha)",)
LONG = (1e7, 1e9, 1e11, 1e13, 1e15)
SMOOTH = (1e2, 1e4, 1e6, 1e8, 1e10)
STEPPED = (30.0, 300.0, 3e3, 3e4, 3e5)


def _slopes(training: Training, times: Sequence[float]) -> tuple[list[float], list[float], list[float]]:
    """Local slopes of the excess over the time, with their errors and where each ends."""
    curve = training.curve(times)
    values = [float(x) for x in curve.excess]
    return slopes_of(values, [float(e) * x for e, x in zip(curve.excess_error, values, strict=True)], times)


def descent(alpha: Fraction, beta: Fraction) -> Any:
    """The exponent of tau in F_pp."""
    from sympy import Rational

    from ...theory.models.one_pass import terms

    (found,) = (part.monomial["tau"] for part in terms.forcing() if part.name == "F_pp")
    return found.subs({terms.alpha: Rational(alpha), terms.beta: Rational(beta)})


FALLING = {
    (Fraction(4, 5), Fraction(3, 5)): (Fraction(3, 10), Fraction(7, 10)),
    (Fraction(4, 5), Fraction(3, 2)): (Fraction(7, 10),),
}
"""Points, with values of c; at the second one the middle term decides, for p = 9/4 is more than 2 - q = 11/8."""
_MIDDLE = list(FALLING)[1]


@claim(
    "power_decay",
    "Label noise under a step size t^-c: P ~ t^-min((1-c) p, (1-c)(2-q), c)",
    typed("P(t) - sigma^2 ~ t^-Min((1 - c)*p, (1 - c)*(2 - q), c)", *_P, *_Q),
    each=len(LONG),
    source=derived_here(f"for p < 2 - q the best c is p/(1+p), with the rate as in {CONSTANT_RATE}"),
    derived_by="tauber.theory.models.one_pass.decay.decay",
)
def _power_decay() -> Iterator[Comparison]:
    from sympy import Rational

    from ...theory.models.one_pass.decay import decay
    from ...theory.models.one_pass.training import Training as Trained

    for at, powers in FALLING.items():
        for c in powers:
            power = decay(Trained(label_noise=Rational(0), power=Rational(c)), *(Rational(x) for x in at))
            assert power is not None  # no two terms tie here
            yield _fall(at, c, float(power))


@claim(
    "power_decay.two_terms",
    "Label noise under a step size t^-c without the noise of the start: P ~ t^-min((1-c) p, c)",
    typed("P(t) - sigma^2 ~ t^-Min((1 - c)*p, c)", *_P),
    each=len(LONG),
    note="what holds: plrf.in_time.power_decay; k forgets the noise of the start like tau^-(2-q)",
    source=derived_here("the two terms that remain for p < 2 - q"),
    derived_by="tauber.theory.models.one_pass.terms.forcing",
    expected=Outcome.REFUTED,
)
def _two_terms() -> Iterator[Comparison]:
    for c in FALLING[_MIDDLE]:
        yield _fall(_MIDDLE, c, -float(min(-(1 - c) * Fraction(str(descent(*_MIDDLE))), c)))


def _fall(at: tuple[Fraction, Fraction], c: Fraction, power: float) -> Comparison:
    """The exponent of t of one run under a step size t^-c."""
    from ...numerics.models.one_pass.schedule import Decay
    from ...numerics.models.one_pass.training import Training
    from ...numerics.models.plrf import PLRF

    model = PLRF(*at, 1e12, math.inf, noise=1)
    what = f"exponent of t at alpha = {at[0]}, beta = {at[1]}, c = {c}"
    return compare_exponent(what, power, *_slopes(Training(model, schedule=Decay(float(c))), LONG))


def _run(alpha: Fraction, beta: Fraction, **options: Any) -> Training:
    from ...numerics.models.one_pass.training import Training
    from ...numerics.models.plrf import PLRF

    noise = options.pop("noise", 0)
    return Training(PLRF(alpha, beta, 1e10, math.inf, noise=noise), **options)


@claim(
    "averaging",
    "Averaged weights leave of the label noise what the best cool-down leaves",
    typed("P(t) - sigma^2 ~ t^-(1 - q)", *_Q),
    each=len(STEPPED),
    source=DERIVED_HERE,
    derived_by="tauber.theory.models.one_pass.terms.label_noise",
)
def _averaging() -> Iterator[Comparison]:
    from sympy import Rational

    from ...theory.models.one_pass.terms import label_noise
    from ...theory.models.plrf import model

    alpha, beta = Fraction(6, 5), Fraction(3, 5)
    terms = [part.monomial for part in label_noise(None) if part.monomial["d"] == 0]
    derived = max(m["tau"].subs(model.alpha, Rational(alpha)) for m in terms)
    slopes = _slopes(_run(alpha, beta, noise=1, averaging=8.0), STEPPED)
    yield compare_exponent(f"exponent of t at alpha = {alpha}, beta = {beta}", float(derived), *slopes)


@claim(
    "dana_decaying",
    "DANA-decaying runs in the time t^(2-q)",
    typed("F_pp(t) ~ t^-((2 - q)*p)", *_P, *_Q),
    each=len(STEPPED),
    source=MOMENTUM,
    derived_by="tauber.theory.models.one_pass.phases.effective_time",
)
def _dana_decaying() -> Iterator[Comparison]:
    from sympy import Rational

    from ...numerics.models.one_pass.optimisers import dana_decaying
    from ...theory.models.one_pass.phases import effective_time
    from ...theory.models.plrf import model

    alpha, beta = Fraction(3, 2), Fraction(2, 5)
    ((_, theta, _),) = effective_time("dana-decaying")
    derived = theta["tau"].subs(model.alpha, Rational(alpha)) * descent(alpha, beta)
    slopes = _slopes(_run(alpha, beta, momentum=dana_decaying(float(alpha))), STEPPED)
    yield compare_exponent(f"exponent of t at alpha = {alpha}, beta = {beta}", float(derived), *slopes)


@claim(
    "heavy_ball",
    "Heavy ball changes no exponent",
    typed("P_sgd(t) ~ t^-p", "P_ball(t) ~ t^-p", *_P),
    each=len(STEPPED),
    source=stated(SAME_EXPONENTS),
    derived_by="tauber.theory.models.one_pass.terms.forcing",
)
def _heavy_ball() -> Iterator[Comparison]:
    from ...numerics.models.one_pass.optimisers import heavy_ball

    alpha, beta = Fraction(4, 5), Fraction(3, 10)
    runs = {"SGD": (_run(alpha, beta), SMOOTH), "heavy ball": (_run(alpha, beta, momentum=heavy_ball(0.1)), STEPPED)}
    for name, (training, times) in runs.items():
        what = f"exponent of t of {name} at alpha = {alpha}, beta = {beta}, t up to {times[-1]:g}"
        yield compare_exponent(what, float(descent(alpha, beta)), *_slopes(training, times))
