"""Claims: the two examples of App. C.3 of 2102.06701, of what variance-limited scaling is and when it ends.

**Flow.** A parameter has the loss +theta^2/2 on a sample with probability alpha > 1/2, else -theta^2/2. After gradient
flow on D samples, n of the first kind, theta^2 = theta_0^2 e^(-2 T (2 n/D - 1)), and the mean of the loss is exactly

    L(D; T) = (alpha - 1/2) theta_0^2 e^(2 T) (1 - alpha (1 - e^(-4 T/D)))^D
            = (alpha - 1/2) theta_0^2 e^(-4 (alpha - 1/2) T) [1 + 8 T^2 alpha (1 - alpha)/D + O(1/D^2)]      at fixed T.

For times T = beta D it is e^(D g), g = 2 beta + log(1 - alpha + alpha e^(-4 beta)): it falls while beta is less than
log(alpha/(1 - alpha))/2 and grows beyond. The threshold |log(1 - alpha)|/2 comes from the form for T >> D, at T ~ D.

**Two steps.** With theta^2/2 +- |theta|^alpha/(2 alpha), each with probability 1/2, two steps of descent of rate 1 from
theta_0 = 1 end at |theta| = |n/D - 1/2|^alpha, and L is half of its mean square: a power of D that is not 1.

Only a digest of the appendix was at hand: the paper itself may read otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from ..claim import Comparison, Kind, Outcome
from ..measure import compare_limit
from ..papers import EXAMPLES
from ..source import derived_here, stated
from ..topic import topic
from ..typed import letters, typed

SHARE = Fraction(3, 5)
"""The probability alpha of the first example."""
TIME = 1
SIZES = (100, 1000, 10_000)
BETWEEN = Fraction(3, 10)
"""A beta = T/D between the two thresholds."""
RATIOS = (20, 80, 320)
POWERS = (Fraction(1, 2), Fraction(3, 2), Fraction(2), Fraction(3))
STEPS = (50, 100, 200)
DIGITS = 30


def by_samples(size: int, time: Any) -> Any:
    """The mean loss of the first example, a sum over the samples: theta_0 = 1."""
    import mpmath

    alpha = mpmath.mpf(SHARE.numerator) / SHARE.denominator
    odds, weight, total = alpha / (1 - alpha), (1 - alpha) ** size, mpmath.mpf(0)
    for n in range(size + 1):
        total += weight * mpmath.exp(-2 * time * (mpmath.mpf(2 * n) / size - 1))
        weight *= odds * (size - n) / (n + 1)
    return (alpha - 0.5) * total


def by_steps(size: int, power: Fraction) -> Any:
    """The mean loss of the second example, a sum over the samples."""
    import mpmath

    x = 2 * mpmath.mpf(power.numerator) / power.denominator
    counts = (mpmath.binomial(size, n) * abs(mpmath.mpf(n) / size - 0.5) ** x for n in range(size + 1))
    return mpmath.fsum(counts) / mpmath.mpf(2) ** (size + 1)


claim = topic(
    "explaining.examples",
    kind=Kind.EQUIVALENCE,
    source=stated(EXAMPLES),
    derived_by="by hand, in the module's head",
    measured_by="a sum over the binomial distribution, with mpmath",
)


def _flow_statement() -> Any:
    from sympy import Eq, Function, Order, Rational, exp, oo, symbols

    size, time, alpha, start = symbols("D T alpha theta_0", positive=True)
    lead = (alpha - Rational(1, 2)) * start**2 * exp(-4 * (alpha - Rational(1, 2)) * time)
    rest = 1 + 8 * time**2 * alpha * (1 - alpha) / size + Order(size**-2, (size, oo))
    return Eq(Function("L")(size, time), lead * rest, evaluate=False)


@claim(
    "flow",
    "As published: a loss that is variance-limited in data at every fixed time, with its constant",
    _flow_statement,
    samples=len(SIZES),
    assumptions=f"T fixed, alpha = {SHARE}; average: over samples",
    order_of_limits="D to infinity at fixed T",
)
def _check_flow() -> Iterator[Comparison]:
    """D (L/L_infinity - 1) over 8 T^2 alpha (1 - alpha) tends to one like 1/D."""
    import mpmath

    with mpmath.workdps(DIGITS):
        alpha = mpmath.mpf(SHARE.numerator) / SHARE.denominator
        limit = (alpha - 0.5) * mpmath.exp(-4 * (alpha - 0.5) * TIME)
        wanted = 8 * TIME**2 * alpha * (1 - alpha)
        shares = [float((by_samples(size, TIME) / limit - 1) * size / wanted) for size in SIZES]
    yield compare_limit(f"D (L/L_oo - 1) over 8 T^2 alpha (1 - alpha), D = {SIZES[-1]}", shares, SIZES, 1.0)


def _growth_rate(beta: Any, alpha: Any) -> Any:
    """The derived g of the loss e^(D g) at T = beta D, of numbers of mpmath or of letters."""
    import mpmath
    import sympy

    functions = sympy if isinstance(beta, sympy.Basic) else mpmath
    return 2 * beta + functions.log(1 - alpha + alpha * functions.exp(-4 * beta))


def _growth(beta: Any) -> list[Comparison]:
    """log(L)/D beside g at growing D; the next term is log(alpha - 1/2)/D."""
    import mpmath

    with mpmath.workdps(DIGITS):
        found = [float(mpmath.log(by_samples(size, beta * size)) / size) for size in RATIOS]
        goal = float(_growth_rate(beta, mpmath.mpf(SHARE.numerator) / SHARE.denominator))
    what = f"log(L)/D at T = {float(beta):.4g} D, alpha = {SHARE}, D = {RATIOS[-1]}"
    return [compare_limit(what, found, [float(size) for size in RATIOS], 1.0, limit=goal)]


@claim(
    "threshold",
    "Longer than log(alpha/(1 - alpha))/2 times D more data make the loss grow",
    typed(
        "log(L(D, x*D))/D -> rate as D -> oo",
        "x = log(alpha/(1 - alpha))/2 => rate = 0",
        rate=lambda: _growth_rate(letters("x"), letters("alpha")),
    ),
    each=len(RATIOS),
    assumptions=f"T = x D, alpha = {SHARE}; average: over samples",
    order_of_limits="D to infinity at fixed T/D",
    source=derived_here(f"in the example of {EXAMPLES}"),
)
def _check_threshold() -> Iterator[Comparison]:
    import mpmath

    alpha = mpmath.mpf(SHARE.numerator) / SHARE.denominator
    edge = mpmath.log(alpha / (1 - alpha)) / 2
    for beta in (edge / 2, edge, mpmath.mpf(BETWEEN.numerator) / BETWEEN.denominator):
        yield from _growth(beta)


@claim(
    "published_threshold",
    "As a digest has it: the loss falls exponentially for T = beta D up to beta = |log(1 - alpha)|/2",
    typed("x < Abs(log(1 - alpha))/2 => L(D, x*D) < exp(-c*D)"),
    samples=len(RATIOS),
    note="what holds: explaining.examples.threshold",
    kind=Kind.INEQUALITY,
    assumptions=f"T = x D, some c > 0; alpha = {SHARE}, x = {BETWEEN}, "
    "below |log(1 - alpha)|/2 = 0.458; average: over samples",
    order_of_limits="D to infinity at fixed T/D",
    source=stated(EXAMPLES),
    expected=Outcome.REFUTED,
)
def _check_published_threshold() -> Iterator[Comparison]:
    """By how much log(L)/D is above zero: it should be below."""
    import mpmath

    with mpmath.workdps(DIGITS):
        size = RATIOS[-1]
        beta = mpmath.mpf(BETWEEN.numerator) / BETWEEN.denominator
        found = float(mpmath.log(by_samples(size, beta * size)) / size)
    what = f"log(L)/D above zero at T = {BETWEEN} D, D = {size}"
    factor = abs(math.log(SHARE - Fraction(1, 2))) / size
    yield Comparison(what, 0.0, max(found, 0.0), factor, "the factor alpha - 1/2 of the loss", 0.02)


def _steps_statement() -> Any:
    from sympy import Eq, Function, Rational, gamma, pi, sqrt, symbols

    size, alpha = symbols("D alpha", positive=True)
    constant = gamma(alpha + Rational(1, 2)) / (2 ** (1 + alpha) * sqrt(pi))
    return Eq(Function("L")(size), constant * size**-alpha, evaluate=False)


@claim(
    "two_steps",
    "As published: a loss that is not smooth has another power of D, with its constant",
    _steps_statement,
    each=len(STEPS),
    assumptions="alpha > 0, two steps of rate 1 from theta_0 = 1; average: over samples",
    order_of_limits="D to infinity",
)
def _check_steps() -> Iterator[Comparison]:
    """The sum over the constant tends to one like 1/D."""
    import mpmath
    from sympy import Rational

    statement = _steps_statement()
    size, alpha = sorted(statement.rhs.free_symbols, key=lambda s: s.name)
    for power in POWERS:
        with mpmath.workdps(DIGITS):
            shares = [
                float(by_steps(n, power)) / float(statement.rhs.subs({size: n, alpha: Rational(power)})) for n in STEPS
            ]
        what = f"L over its law, alpha = {power}, D = {STEPS[-1]}"
        yield compare_limit(what, shares, [float(n) for n in STEPS], 1.0)
