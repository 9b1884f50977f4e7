"""Claims about the power-law model whose evidence is certified: balls that hold the number, not estimates of it.

An exponent is a limit and is never "proved equal" by a finite computation; a statement about a range of times is. The
range statement here takes its centre and its width from the symbolic wing: the exponent of the leading term, and twice
what all derived corrections add to the slope anywhere on the range.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from ..claim import Comparison, Kind
from ..measure import CERTIFIED, EXPONENT_RESOLUTION
from ..topic import topic
from ..typed import typed
from .exact import DERIVED_HERE, ExactProbe

if TYPE_CHECKING:
    from ...numerics.certified import CertifiedPLRF

RANGES = (
    (ExactProbe(Fraction(4, 5), Fraction(3, 10)), 10**8, (10**4, 10**6)),
    (ExactProbe(Fraction(1), Fraction(3, 5)), 10**9, (10**5, 10**7)),
    (ExactProbe(Fraction(3, 2), Fraction(1), batch=3), 10**7, (10**4, 10**6)),
)
"""Where F_pp leads: probe, d, and times inside the window."""

NORMS = (
    (ExactProbe(Fraction(4, 5), Fraction(3, 10)), 100),
    (ExactProbe(Fraction(3, 2), Fraction(1), batch=3), 10**4),
    (ExactProbe(Fraction(7, 10), Fraction(6, 5), step=Fraction(1, 20), batch=4), 10**8),
)
DIGITS = 30

LIMITS = (
    ("4/5", "3/10", 1000, 10**6, 1, "noise"),
    ("27/100", "7/10", 100, 1000, 2, "noise"),
    ("4/5", "3/10", 20, 100, 8, "edge"),
    ("7/10", "6/5", 10**8, math.inf, 4, "noise"),
)
"""alpha, beta, d, v, B, and what limits the step size."""
NEAR = Fraction(1, 10**12)


claim = topic("plrf.certified", kind=Kind.INEQUALITY, source=DERIVED_HERE)


def certified(probe: ExactProbe, d: int) -> CertifiedPLRF:
    """The model of a probe with infinitely many modes, in balls."""
    from ...numerics.certified import CertifiedPLRF

    step = Fraction(0) if probe.step is None else probe.step
    return CertifiedPLRF(probe.alpha, probe.beta, d, math.inf, batch=probe.batch, step_size=step)


def predicted_slope(probe: ExactProbe, d: int, times: tuple[int, int]) -> tuple[float, float]:
    """The exponent of F_pp, and the largest sum of what all other derived terms add to the slope on the range."""
    law = probe.law()
    lead = law.term("F_pp")
    others = [t for t in (*law.terms.values(), *law.corrections) if t.name not in {"F_pp", "F_0"}]

    def sum_at(r: float) -> float:
        shares = [
            abs(float(t.value) / float(lead.value) * d ** float(t.d - lead.d) * r ** float(t.r - lead.r))
            * abs(float(t.r - lead.r))
            for t in others
        ]
        return sum(shares)

    first, last = times
    return float(lead.r), max(sum_at(first * (last / first) ** (k / 8)) for k in range(9))


@claim(
    "slope",
    "For every real time of a range, the slope is the exponent of F_pp up to its derived corrections",
    typed("Abs(t*diff(P(t), t)/P(t) - s_pp) <= 2*Sum(Abs(F(i, t)/F_pp(t))*Abs(s(i) - s_pp), (i, 1, m))"),
    samples=len(RANGES),
    precision=CERTIFIED,
    assumptions="given d, v = inf, step size, batch and range inside the window, where F_pp leads; "
    "every real t of the range; F(i, t) the corrections, s their exponents",
    order_of_limits="none: a proved statement at finite d, for every real time of the range",
    derived_by="tauber.theory.models.plrf.exact.ExactLaw",
    measured_by="tauber.numerics.certified.CertifiedPLRF.slope",
    dear=True,
)
def _check_slope() -> Iterator[Comparison]:
    for probe, d, times in RANGES:
        exponent, corrections = predicted_slope(probe, d, times)
        proved = certified(probe, d).slope(*times).interval
        worst = max(proved.lower, proved.upper, key=lambda end: abs(end - Fraction(exponent)))
        what = f"end of the proved slope interval farther from the exponent, {probe}, d = {d:g}, r in {times}"
        because = "the claim itself: twice what the derived corrections add, anywhere on the range"
        yield Comparison(what, exponent, float(worst), 2 * corrections, because, EXPONENT_RESOLUTION)


@claim(
    "norm",
    "The kernel norm at any d is the zeta sum of d = inf at the step size gamma (1 + (B+1) ||K||/d)",
    typed(
        "K = N(gamma*(1 + (B + 1)*K/d))",
        "N(gamma) = Sum((gamma*(B + 1)/2)^k*zeta(2*alpha*k), (k, 1, oo))/(B + 1)",
    ),
    samples=len(NORMS),
    precision=CERTIFIED,
    kind=Kind.IDENTITY,
    assumptions="2 alpha > 1, v = inf, any d, B and stable step size; K the norm of the kernel",
    order_of_limits="none: an identity at every d",
    derived_by="tauber.theory.models.plrf.constants.Constants",
    measured_by="tauber.numerics.certified.CertifiedPLRF.kernel_norm_enclosure",
)
def _check_norm() -> Iterator[Comparison]:
    """The ball of ||K|| put into the zeta sum of the symbolic wing, at the step size that finite d amounts to."""
    from sympy import Rational

    from ...theory.models.plrf.exact import ExactLaw, Setting

    for probe, d in NORMS:
        model = certified(probe, d)
        ball = model.kernel_norm_enclosure(DIGITS)
        step = model.gamma * (1 + (probe.batch + 1) * ball.mid / d)
        alpha, beta, gamma = map(Rational, (probe.alpha, probe.beta, step))
        setting = Setting(alpha, beta, gamma, batch=Rational(probe.batch))
        constants = ExactLaw(setting).constants
        context = constants.context(DIGITS + 5)
        centre = context.mpf(ball.mid.numerator) / ball.mid.denominator
        difference = float(centre - constants.value("N", DIGITS + 5))
        what = f"centre of the ball of ||K|| less the zeta sum at gamma (1 + (B+1) ||K||/d), {probe}, d = {d:g}"
        tolerance = 2 * float(ball.rad) + 10.0**-DIGITS
        because = "radius of the ball at both places, and the digits of the sum"
        yield Comparison(what, 0.0, difference, tolerance, because, 10.0 ** (3 - DIGITS))


@claim(
    "limit",
    "The stability limit separates proved stability from proved instability",
    typed("gamma < gamma_max <=> z_c > psi(q_e); K < 1"),
    samples=3 * len(LIMITS),
    precision=CERTIFIED,
    assumptions="step sizes a relative 1e-12 below and above the limit; noise- and edge-limited cases; "
    "K the norm of the kernel",
    order_of_limits="none: at finite d and v",
    derived_by="tauber.numerics.certified.CertifiedPLRF.stability_limit",
    measured_by="tauber.numerics.certified.CertifiedPLRF",
)
def _check_limit() -> Iterator[Comparison]:
    from ...numerics.certified import CertifiedPLRF

    for alpha, beta, d, v, batch, cause in LIMITS:
        make = partial(CertifiedPLRF, Fraction(alpha), Fraction(beta), d, v, batch=batch)
        limit = make().stability_limit(20).mid
        proofs = (
            make().stability_cause == cause,
            _stable(make, limit * (1 - NEAR)),
            not _stable(make, limit * (1 + NEAR)),
        )
        what = f"failures of: {cause}-limited, stable below, unstable above; alpha = {alpha}, d = {d}, B = {batch}"
        yield Comparison(what, 0.0, float(proofs.count(False)), 0.0, "certain comparisons", 0.0)


def _stable(make: Callable[..., CertifiedPLRF], step: Fraction) -> bool:
    """Whether a step size is proved stable; it is proved unstable otherwise, or refused."""
    from ...numerics.errors import UnstableStepSize

    try:
        make(step_size=step)
    except UnstableStepSize:
        return False
    return True
