"""Claims: what a power law of the forcing function needs of a spectrum, as arXiv:2609.40148 states it.

    F(T) = sum_j omega_j e^(-2 lambda_j T),        the cumulative mass of x is the sum of omega_j over lambda_j <= x

The theorem: the mass is like x^q near 0 if and only if F is like T^-q. What is checked are targets ``omega_j = j^-(2
alpha + 2 beta) c_j`` with irregular c_j, one whose mass is no power, and one that falls like e^-j. Derived is the law
of the regular target, c_j = 1, from the pole of its zeta function; measured are sums mode by mode.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from .. import papers
from ..claim import Comparison, Kind
from ..measure import compare_exponent, compare_limit, slopes_of
from ..source import stated
from ..topic import topic
from ..typed import typed

if TYPE_CHECKING:
    import numpy as np

ALPHA, BETA = 0.8, 0.3
TIMES = (1e3, 1e5, 1e7)
MODES = 10**7
"""Beyond them the sums of c_j - 1 add less than their discrepancy times the last mode, 1e-11 of F."""
_PIECE = 10**5  # modes at once, as many as stay in the cache
SLOW = 1.0
"""The oscillation of a target without a power: c_j = 1 + sin(log j)/2."""

claim = topic(
    "plrf.stated.mass",
    kind=Kind.EQUIVALENCE,
    order_of_limits="all modes, then T to infinity",
    derived_by="tauber.theory.models.one_pass.terms.forcing",
    measured_by="sums over 1e7 modes",
)


def _law() -> tuple[float, float, float]:
    """p, the constant of the regular target's F = C (2T)^-p from the symbolic wing, and q."""
    from sympy import Rational

    from ...theory.models.one_pass.terms import alpha, beta, forcing

    at = {alpha: Rational(str(ALPHA)), beta: Rational(str(BETA))}
    (part,) = (p for p in forcing() if p.name == "F_pp")
    constant = part.monomial.constant.xreplace({s: at[alpha if s.name == "alpha" else beta] for s in
                                                part.monomial.constant.free_symbols})  # fmt: skip
    return -float(part.monomial["tau"].subs(at)), float(constant), 1 / (2 * ALPHA)


def _excess(c_less_one: Callable[[np.ndarray[Any, Any]], Any], times: tuple[float, ...]) -> list[float]:
    """sum (c_j - 1) j^-(2 alpha + 2 beta) e^(-2 lambda T) at each time."""
    import numpy as np

    found = np.zeros(len(times))
    for first in range(1, MODES + 1, _PIECE):
        j = np.arange(first, first + _PIECE, dtype=float)
        lam = j ** (-2 * ALPHA)
        weights = c_less_one(j) * lam * j ** (-2 * BETA)
        found += [float((weights * np.exp(-2 * lam * T)).sum()) for T in times]
    return [float(x) for x in found]


def _golden(j: Any) -> Any:
    """c_j = 2 where the fraction of j times the golden mean is below 1/2, else 0: no period, Cesaro mean 1."""
    share = (math.sqrt(5) - 1) / 2 * j % 1
    return 1.0 * (share < 0.5) - 1.0 * (share >= 0.5)


def _squares(j: Any) -> Any:
    """c_j = 3 on the squares, else 1: Cesaro mean 1, up to j^(-1/2)."""
    import numpy as np

    return 2.0 * (np.sqrt(j) % 1 == 0)


@claim(
    "irregular",
    "As published: irregular targets j^(-2 beta) c_j with the Cesaro mean 1 keep the exponent of F",
    typed("F(T) ~ T^(-(2*alpha + 2*beta - 1)/(2*alpha))"),
    each=len(TIMES),
    assumptions=f"alpha = {ALPHA}, beta = {BETA}; c_j 0 or 2 by the golden mean, and 3 on squares, else 1",
    source=stated(
        papers.IRREGULAR, papers.CUMULATIVE, note="the paper states the exponent; the constant: derived here"
    ),
)
def _irregular() -> Iterator[Comparison]:
    """The regular F is the derived law up to what falls faster than any power of T: no pole lies further right."""
    p, constant, q = _law()
    for what, target, rate in (("golden mean", _golden, q), ("squares", _squares, q / 2)):
        laws = [constant * (2 * T) ** -p for T in TIMES]
        shares = [1 + extra / law for extra, law in zip(_excess(target, TIMES), laws, strict=True)]
        # the mass of x = j^(-2 alpha) differs by the discrepancy, log(j)/j or j^(-1/2)
        logs = 1 if target is _golden else 0
        yield compare_limit(f"F over its law, {what}, T = {TIMES[-1]:g}", shares, TIMES, rate, logs=logs, noise=1e-9)


@claim(
    "no_power",
    "As published, the other direction: without a cumulative mass like a power F is like none",
    typed(
        "F(T) ~ T^-p*(1 + im(gamma(p - I*q)/gamma(p)*(2*T)^(I*q))/2)",
        "c(j) = 1 + sin(log(j))/2",
        "p = (2*alpha + 2*beta - 1)/(2*alpha)",
        "q = 1/(2*alpha)",
    ),
    each=len(TIMES),
    assumptions=f"alpha = {ALPHA}, beta = {BETA}; the mass over x^p oscillates, too, by a constant amount",
    source=stated(papers.CUMULATIVE, note="the size of the oscillation: derived here"),
)
def _no_power() -> Iterator[Comparison]:
    import mpmath

    p, constant, q = _law()
    for T, extra in zip(TIMES, _beyond_modes(TIMES), strict=True):
        # sum j^-(a - i) e^(-2 lambda T): the pole of the target's zeta function moves by i q
        turned = mpmath.gamma(p - 1j * q * SLOW) / mpmath.gamma(p) * cmath.exp(1j * q * SLOW * math.log(2 * T))
        derived = float(turned.imag) / 2
        measured = extra / (constant * (2 * T) ** -p)
        because = "what the sum lacks of its pole: modes up to the first are e^(-2T), the end by its integral to 1/j^2"
        yield Comparison(f"oscillation of F over its law at T = {T:g}", derived, measured, 1e-6, because, 1e-3)
    amplitude = abs(mpmath.gamma(p - 1j * q * SLOW) / mpmath.gamma(p)) / 2
    yield Comparison("amplitude, which does not decay, above 1/4", 1.0, float(amplitude > 0.25), 0.0, "none", 0.0)


def _beyond_modes(times: tuple[float, ...]) -> list[float]:
    """The same excess of sin(log j)/2 with the modes beyond by the midpoint rule for their integral, lambda T small."""
    import mpmath
    import numpy as np

    level, a, found = MODES + 0.5, 2 * ALPHA + 2 * BETA, []
    for T, inner in zip(times, _excess(lambda j: np.sin(SLOW * np.log(j)) / 2, times), strict=True):
        outer = mpmath.mpf(0)
        for m in range(12):  # e^(-2 lambda T) as a series: lambda T < 1e-4 there
            s = a - 1 + 2 * ALPHA * m - 1j * SLOW
            outer += (-2 * T) ** m / mpmath.factorial(m) * (mpmath.power(level, -s) / s).imag / 2
        found.append(inner + float(outer))
    return found


EXPONENTIAL_TIMES = tuple(10.0**n for n in (12, 18, 24, 30, 36))


@claim(
    "exponential",
    "As published: for a target like e^-j the forcing function falls like exp(-T^(1/(2 alpha + 1)))",
    typed("-log(F(T)) ~ T^(1/(2*alpha + 1))"),
    kind=Kind.EXPONENT,
    each=len(EXPONENTIAL_TIMES),
    assumptions="theta_j^2 = e^-j, lambda_j = j^(-2 alpha), alpha = 4/5",
    source=stated(papers.IRREGULAR),
    derived_by="the least of j + 2 T j^(-2 alpha)",
    measured_by="sums around the largest summand",
)
def _exponential() -> Iterator[Comparison]:
    """Slopes of log(-log F), F summed in logs over ten widths around its largest summand."""
    import numpy as np
    from scipy.special import logsumexp

    values = []
    for T in EXPONENTIAL_TIMES:
        middle = (4 * ALPHA * T) ** (1 / (2 * ALPHA + 1))
        width = 40 * math.sqrt(middle)
        first, last = max(1, math.floor(middle - width)), math.ceil(middle + width)
        step = max(1, (last + 1 - first) // 10**6)  # of at most 1e9 summands a million, evenly
        j = np.arange(first, last + 1, step, dtype=float)
        logs = -j - 2 * T * j ** (-2 * ALPHA) - 2 * ALPHA * np.log(j)
        values.append(-float(logsumexp(logs)) - math.log(step))
    slopes = slopes_of(values, [1e-10 * value for value in values], EXPONENTIAL_TIMES)
    derived = 1 / (2 * ALPHA + 1)
    yield compare_exponent(f"exponent of -log F, T up to {EXPONENTIAL_TIMES[-1]:g}", derived, *slopes)
