"""Claims about what the authors of 2405.15074 calculate and measure, and where others state the same exponents.

**The level at finite v/d.** The authors' code has F_0 with ``int_0^(v/d) kappa du/(kappa + u^(2 alpha)) = 1``: the
exact equation T(kappa_0) = d with an integral for the sum over modes, kappa = d^(-2 alpha)/kappa_0. By Euler-Maclaurin
the two differ by 1/2 of d: the error of F_0 is O(1/d).

**The bias as one sum.** The code has one sum over a surrogate spectrum for F_pp and F_ac,

    F(r) ~ F_0 + sum_(j <= v) j^(-2 alpha) (j^(-2 beta) + c_beta/d) rate_j^r,   c_beta = sum_(j <= d) j^(-2 beta).

It leaves out what the features do to F_pp in first order, relative order t^(1/(2 alpha))/d at the time t = 2 gamma B r:
right inside the window, and not at its end, t ~ d^(2 alpha).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from ..claim import Comparison, Kind, Outcome
from ..measure import SOLVER, compare_exponent, compare_limit, exactly
from ..papers import LAZY, LEVEL, MEASURED, PHASES, SURROGATE, WANG_LEVEL
from ..source import derived_here, stated
from ..topic import topic
from ..typed import typed
from .phases import BUDGETS, OPTIMUM
from .phases import PROBES as PHASE_PROBES
from .probe import Probe

if TYPE_CHECKING:
    from ...numerics.models.plrf.frontier import Frontier

RATIO = 4
LEVELS = (("7/10", "7/10"), ("4/5", "3/10"), ("6/5", "7/10"), ("3/5", "11/10"))
LEVEL_SIZES = (1e2, 1e3, 1e4)
BIASES = (("6/5", "7/10"), ("3/2", "1"))
BIAS_SIZES = (1e3, 1e4, 1e5)
STEP = 0.1
SHARE = 0.3
"""The time is d^(2 alpha) to this power."""

claim = topic("plrf.published", kind=Kind.EQUIVALENCE)


def level_by_integral(alpha: float, beta: float, d: float) -> float:
    """F_0 as the authors' code has it, at v = 4 d."""
    import numpy as np
    from scipy.integrate import quad
    from scipy.optimize import brentq

    def excess(kappa: float) -> float:
        share, _ = quad(lambda u: kappa / (kappa + u ** (2 * alpha)), 0, RATIO, limit=200, epsabs=0, epsrel=1e-12)
        return float(share) - 1

    kappa = brentq(excess, 1e-6, 1e6, xtol=1e-15, rtol=1e-14)
    j = np.arange(1, round(RATIO * d) + 1, dtype=float)
    return float((j ** (-2 * alpha - 2 * beta) / (1 + j ** (-2 * alpha) * d ** (2 * alpha) * kappa)).sum())


@claim(
    "level",
    "As the authors calculate it: the level at finite v/d, with an integral for the sum over modes",
    typed(
        "F_0 = Sum(j^(-2*alpha - 2*beta)/(1 + j^(-2*alpha)*d^(2*alpha)*kappa), (j, 1, v))*(1 + O(1/d, d))",
        "Integral(kappa/(kappa + u^(2*alpha)), (u, 0, v/d)) = 1",
    ),
    each=len(LEVEL_SIZES),
    assumptions=f"2 alpha > 1; shown at v = {RATIO} d",
    order_of_limits="r first, then d to infinity at fixed v/d",
    source=stated(LEVEL),
    derived_by="by hand: Euler-Maclaurin",
    measured_by="tauber.numerics.models.plrf.PLRF.level_forcing",
)
def _check_level() -> Iterator[Comparison]:
    from ...numerics.models.plrf import PLRF

    for alpha, beta in LEVELS:
        shares = []
        for d in LEVEL_SIZES:
            exact = float(PLRF(alpha, beta, d, RATIO * d).level_forcing)
            shares.append(level_by_integral(float(Fraction(alpha)), float(Fraction(beta)), d) / exact)
        what = f"F_0 by the integral over F_0, alpha = {alpha}, beta = {beta}, v = {RATIO} d, d = {LEVEL_SIZES[-1]:g}"
        yield compare_limit(what, shares, LEVEL_SIZES, 1.0)


def surrogate(alpha: str, beta: str, d: float, place: float) -> tuple[float, float]:
    """The surrogate bias over the exact forcing function at t = d^(2 alpha place), and its relative error."""
    import numpy as np

    from ...numerics.models.plrf import PLRF

    a, b = float(Fraction(alpha)), float(Fraction(beta))
    model = PLRF(alpha, beta, d, RATIO * d, step_size=STEP)
    r = d ** (2 * a * place) / (2 * STEP)
    exact = model.forcing([r])
    j = np.arange(1, round(RATIO * d) + 1, dtype=float)
    lam, first = j ** (-2 * a), float((j[: round(d)] ** (-2 * b)).sum())
    rate = np.log1p(-2 * STEP * lam + 2 * STEP**2 * lam**2)  # batch 1
    summed = float((lam * (j ** (-2 * b) + first / d) * np.exp(r * rate)).sum())
    value = float(exact.values[0])
    return (summed + float(model.level_forcing)) / value, float(exact.error[0])


_BIAS = "F_0 + Sum(j^(-2*alpha)*(j^(-2*beta) + c/d)*rate(j)^r, (j, 1, v))"
_WITH = ("c = Sum(j^(-2*beta), (j, 1, d))", "rate(j) = 1 - 2*gamma*j^(-2*alpha) + 2*gamma^2*j^(-4*alpha)")


@claim(
    "surrogate",
    "As the authors calculate it: the bias as one sum over a surrogate spectrum, inside the window",
    typed(f"F(r) = ({_BIAS})*(1 + O(x, x, 0))", "x = (2*gamma*r)^(1/(2*alpha))/d", *_WITH),
    each=len(BIAS_SIZES),
    assumptions=f"2 alpha > 1, 2 beta > 1, v = {RATIO} d, batch 1; where F_pp leads",
    order_of_limits=f"d to infinity at t = d^(2 alpha s), s < 1; shown at s = {SHARE}",
    source=stated(SURROGATE),
    derived_by="tauber.theory.models.dynamical.law_at",
    measured_by="tauber.numerics.models.plrf.PLRF.forcing",
)
def _check_surrogate() -> Iterator[Comparison]:
    for alpha, beta in BIASES:
        shares = [surrogate(alpha, beta, d, SHARE)[0] for d in BIAS_SIZES]
        what = f"surrogate over exact forcing, alpha = {alpha}, beta = {beta}, t = d^(2 alpha {SHARE}), d = 1e5"
        yield compare_limit(what, shares, BIAS_SIZES, 1 - SHARE)


@claim(
    "surrogate_end",
    "Read beyond its range: the surrogate spectrum gives the bias up to the end of the window",
    typed(f"F(r) = {_BIAS}", *_WITH),
    samples=len(BIASES) * len(BIAS_SIZES),
    note="what holds: plrf.uniform",
    assumptions=f"2 alpha > 1, 2 beta > 1, v = {RATIO} d, batch 1",
    order_of_limits="d to infinity at t = d^(2 alpha)",
    source=derived_here("the code sums it at all times; no paper at hand says for which it is meant"),
    derived_by="tauber.theory.models.plrf.uniform.Uniform",
    measured_by="tauber.numerics.models.plrf.PLRF.forcing",
    expected=Outcome.REFUTED,
)
def _check_surrogate_end() -> Iterator[Comparison]:
    for alpha, beta in BIASES:
        shares = [surrogate(alpha, beta, d, 1.0) for d in BIAS_SIZES]
        what = f"surrogate over exact forcing, alpha = {alpha}, beta = {beta}, t = d^(2 alpha), d = 1e5"
        yield Comparison(what, 1.0, shares[-1][0], shares[-1][1], SOLVER, 0.02)


WHERE = (Fraction(7, 10), Fraction(7, 10))
WINDOW = (1e6, 1e7, 1e8)
RATIOS = (2.0, 4.0, 10.0, math.inf)
STRENGTHS = (0.1, 0.5)
"""Of the step size, times the trace of the spectrum."""
ROUNDED = 5e-4
_ROUNDED = "the last digit of the caption; the error of the fit is not known"
_AT = (
    "alpha = beta = 7/10; v/d in {2, 4, 10, oo}, step size times trace in {0.1, 0.5}, batch 1; "
    "the caption does not say which; at some f in [1e6, 1e8], d and P the best"
)


@cache
def _frontiers() -> tuple[Frontier, ...]:
    from ...numerics.models.plrf import PLRF
    from ...numerics.models.plrf.frontier import frontier

    def step(ratio: float, strength: float) -> Any:
        return lambda d: strength / float(PLRF(*WHERE, d, ratio * d, step_size=1e-9).nodes.trace)

    return tuple(
        frontier(*WHERE, WINDOW, ratio=ratio, step_size=step(ratio, strength))
        for ratio in RATIOS
        for strength in STRENGTHS
    )


def outside(published: float, name: str) -> tuple[float, float]:
    """How far a number is from all local slopes of that name on the frontiers, and the largest error of these."""
    slopes = [abs(float(x)) for found in _frontiers() for x in getattr(found, f"{name}_slope")]
    error = max(float(x) for found in _frontiers() for x in getattr(found, f"{name}_slope_error"))
    return max(0.0, published - max(slopes), min(slopes) - published), error


def _compare_measured(published: float, name: str) -> Comparison:
    distance, error = outside(published, name)
    what = f"distance of {published} from the range of local slopes, f = 1e6 ... 1e8"
    return Comparison(what, 0.0, distance, ROUNDED + error, _ROUNDED, 1e-3)


_measured = topic(
    "plrf.published.measured",
    kind=Kind.INEQUALITY,
    assumptions=_AT,
    order_of_limits="none: local slopes at finite compute",
    source=stated(MEASURED),
    derived_by="by hand: a number is a local slope if it lies between the least and the largest",
    measured_by="tauber.numerics.models.plrf.frontier",
)
_FITTED = "refuted is that it is a local slope; a fit over runs has an error of its own, which is not known"
_MANY = len(RATIOS) * len(STRENGTHS) * len(WINDOW)


@_measured(
    "size",
    "Measured by the authors: d* ~ f^0.508, a local slope of the exact frontier",
    typed("f*diff(d(f), f)/d(f) = 508/1000"),
    each=_MANY,
)
def _check_size() -> Iterator[Comparison]:
    yield _compare_measured(0.508, "d")


@_measured(
    "size_other",
    "Measured by the authors: d* ~ f^0.525; not reproduced by any local slope of the exact frontier",
    typed("f*diff(d(f), f)/d(f) = 525/1000"),
    each=_MANY,
    note=_FITTED,
    expected=Outcome.REFUTED,
)
def _check_size_other() -> Iterator[Comparison]:
    yield _compare_measured(0.525, "d")


@_measured(
    "loss",
    "Measured by the authors: P* ~ f^-0.648; not reproduced by any local slope, and above their limit 9/14",
    typed("-f*diff(P(f), f)/P(f) = 648/1000"),
    each=_MANY,
    note=_FITTED,
    expected=Outcome.REFUTED,
)
def _check_loss() -> Iterator[Comparison]:
    yield _compare_measured(0.648, "loss")


LAZY_PHASES = ("Ia", "II", "III")


def _lazy() -> dict[str, Any]:
    """Loss exponents of the lazy limit of 2409.17858 in the letters here: alpha' = 2 alpha, alpha' beta' = p."""
    from ...theory.models.plrf import alpha, beta

    theirs, p = 2 * alpha, 2 * alpha + 2 * beta - 1
    return {"Ia": p / (theirs + 1), "II": p / (p + 1), "III": 1 - 1 / (2 * theirs)}


def _lazy_statement() -> Any:
    from sympy import Eq, Symbol

    f = Symbol("f", positive=True)
    return tuple(Eq(Symbol("P_star", positive=True), f**-power, evaluate=False) for power in _lazy().values())


@claim(
    "lazy",
    "The hard, easy and super-easy tasks of 2409.17858, lazy, are the phases Ia, II and III",
    _lazy_statement,
    samples=len(LAZY_PHASES) * len(BUDGETS),
    precision="exact; measured in float64",
    kind=Kind.IDENTITY,
    assumptions="their alpha = 2 alpha > 1, beta = (2 alpha + 2 beta - 1)/(2 alpha); lazy limit, gradient noise",
    order_of_limits="f to infinity with d minimised at each f",
    source=stated(LAZY, PHASES, note="super-easy tasks need gradient noise, which gradient flow does not have"),
    derived_by="tauber.theory.models.plrf.phase_diagram",
    measured_by="tauber.numerics.models.plrf.frontier",
)
def _check_lazy() -> Iterator[Comparison]:
    from sympy import Rational, simplify

    from ...theory.models.plrf import alpha, beta, phase_diagram

    for name, power in _lazy().items():
        phase, probe = phase_diagram()[name], PHASE_PROBES[name]
        assert phase.loss_exponent is not None, "these phases have a power law"
        gap = simplify(power - phase.loss_exponent)
        yield exactly(f"published exponent minus that of phase {name}, as a formula", gap != 0)
        at = {alpha: Rational(probe.alpha), beta: Rational(probe.beta)}
        yield from OPTIMUM.compare(probe, {"loss": power.subs(at)})


BEYOND = Probe(Fraction(3, 4), Fraction(3), math.inf)
"""Phase III with beta > 1 + 2 alpha."""


@claim(
    "source_range",
    "The exponents of phase III hold beyond beta = 1 + 2 alpha, up to which they are proved",
    typed("d_star ~ f^(1/2)", "P_star ~ f^-x", x=lambda: _lazy()["III"]),
    samples=len(BUDGETS),
    kind=Kind.EXPONENT,
    assumptions="beta > 1 + 2 alpha; alpha = 3/4, beta = 3; batch 1, "
    "step size a fixed part of its stability limit, v infinite",
    order_of_limits="f to infinity with d minimised at each f",
    source=derived_here(f"within beta < 1 + 2 alpha proved by {WANG_LEVEL}"),
    derived_by="tauber.theory.models.plrf.derive",
    measured_by="tauber.numerics.models.plrf.frontier",
)
def _check_range() -> Iterator[Comparison]:
    from ...theory.models.plrf import derive

    found, slopes = derive(BEYOND.alpha, BEYOND.beta), OPTIMUM.slopes(BEYOND)
    yield exactly("points beyond the range that are not in phase III", found.phase != "III")
    assert found.d_exponent is not None, "the point lies inside a phase"
    assert found.loss_exponent is not None, "the point lies inside a phase"
    for name, exponent in (("d", found.d_exponent), ("loss", found.loss_exponent)):
        what = f"{name}* exponent at {BEYOND}, f up to {BUDGETS[-1]:g}"
        yield compare_exponent(what, float(exponent), *slopes[name], BUDGETS, over="f")
