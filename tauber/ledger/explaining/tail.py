"""Claims: eq. (5) of 2102.06701, "the loss is the tail of the spectrum", for a kernel spectrum i^-(1 + alpha_K).

By eq. (4) the loss on D points is the power of the target outside of the span of the empirical eigenvectors. If these
were the true ones, it would be the tail, and that is

    sum_(i > D) i^-(1 + alpha_K) = zeta(1 + alpha_K, D + 1) = D^-alpha_K/alpha_K (1 - alpha_K/(2 D) + ...),

not alpha_K D^-alpha_K, as printed. But they are not: the loss is ``kappa D`` at T(kappa) = D, A^b D^-alpha_K with
b = 1 + alpha_K and A = (pi/b)/sin(pi/b), which is alpha_K A^b tails. For large alpha_K, A^b tends to one: the loss is
alpha_K times the tail, since the last learnt eigenvector never aligns. The exponent is right all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from ..claim import Comparison, Kind, Outcome
from ..families.points import Value
from ..measure import SOLVER, compare_limit
from ..papers import TAIL
from ..source import stated
from ..topic import topic
from ..typed import typed
from .probe import DERIVED_HERE, FREE, Point, measured

ALPHAS = (Fraction(1, 2), Fraction(1), Fraction(2), Fraction(4), Fraction(10))
LARGE = ALPHAS[-3:]
"""Where the paper speaks of large alpha_K."""
SIZES = (1e2, 1e3, 1e4)
_TAIL = "tail(D) = Sum(i^-(1 + alpha_K), (i, D + 1, oo))"

claim = topic(
    "explaining",
    kind=Kind.EQUIVALENCE,
    order_of_limits="P, then D to infinity",
    assumptions=f"a = b = 1 + alpha_K; {FREE}",
    derived_by="tauber.theory.models.explaining.law_at",
    measured_by="tauber.numerics.models.explaining.LearningCurve.at",
)
_sum = topic(
    "explaining",
    kind=Kind.EQUIVALENCE,
    order_of_limits="D to infinity",
    assumptions="alpha_K > 0; average: none, a sum",
    derived_by="by hand: Euler-Maclaurin",
    measured_by="Hurwitz's zeta function of mpmath",
)


def tail(alpha: Fraction, size: float) -> float:
    """The sum of i^-(1 + alpha) beyond a size."""
    import mpmath

    return float(mpmath.zeta(1 + mpmath.mpf(alpha.numerator) / alpha.denominator, size + 1))


def in_tails(alpha: Fraction, sizes: tuple[float, ...]) -> list[Value]:
    """The loss over the tail, with its error."""
    values, errors = measured("data", Point(1 + alpha, 1 + alpha), sizes)
    tails = [tail(alpha, size) for size in sizes]
    return [(value / rest, error / rest) for value, error, rest in zip(values, errors, tails, strict=True)]


def limit(alpha: Fraction) -> float:
    """The derived limit of the loss over the tail: alpha_K times the constant of the loss."""
    constant = Point(1 + alpha, 1 + alpha).law("data").constant
    assert constant is not None, "a = b is off the lines between the cases"
    return float(alpha) * float(constant)


def _scaled(alpha: Fraction) -> list[float]:
    return [tail(alpha, size) * size ** float(alpha) for size in SIZES]


@_sum(
    "published.tail_sum",
    "As published, eq. (5): the tail of the spectrum is alpha_K D^-alpha_K",
    typed(_TAIL, "tail(D) = alpha_K*D^-alpha_K*(1 + O(1/D, D))"),
    each=len(SIZES),
    note="what holds: explaining.tail.sum",
    source=stated(TAIL),
    expected=Outcome.REFUTED,
)
def _check_published_sum() -> Iterator[Comparison]:
    for alpha in LARGE:
        shares = [value / float(alpha) for value in _scaled(alpha)]
        yield compare_limit(f"tail over alpha_K D^-alpha_K, alpha_K = {alpha}, D = {SIZES[-1]:g}", shares, SIZES, 1.0)


@_sum(
    "tail.sum",
    "The tail of the spectrum is D^-alpha_K/alpha_K",
    typed(_TAIL, "tail(D) = D^-alpha_K/alpha_K*(1 + O(1/D, D))"),
    each=len(SIZES),
    source=DERIVED_HERE,
)
def _check_sum() -> Iterator[Comparison]:
    for alpha in ALPHAS:
        shares = [value * float(alpha) for value in _scaled(alpha)]
        yield compare_limit(f"tail over D^-alpha_K/alpha_K, alpha_K = {alpha}, D = {SIZES[-1]:g}", shares, SIZES, 1.0)


@claim(
    "published.tail",
    "As published, eq. (5): for large alpha_K the loss is the tail of the spectrum",
    typed("L(D) ~ tail(D)", _TAIL),
    samples=len(SIZES),
    note="what holds: explaining.tail.loss; the exponent is right, and '~' may mean no more",
    source=stated(TAIL, note="read as an equality of leading terms, which the argument before it gives"),
    expected=Outcome.REFUTED,
)
def _check_published_tail() -> Iterator[Comparison]:
    """At the largest alpha_K, where the argument is best."""
    (share, error) = in_tails(LARGE[-1], SIZES)[-1]
    yield Comparison(f"loss over the tail, alpha_K = {LARGE[-1]}, D = {SIZES[-1]:g}", 1.0, share, error, SOLVER, 0.02)


def _statement() -> Any:
    from sympy import Eq, Function, Limit, Symbol, oo, pi, sin

    size, alpha = Symbol("D", positive=True), Symbol("alpha_K", positive=True)
    b = 1 + alpha
    return Eq(Limit(Function("L")(size) / Function("tail")(size), size, oo), alpha * ((pi / b) / sin(pi / b)) ** b)


@claim(
    "tail.loss",
    "The loss is alpha_K A^(1 + alpha_K) times the tail, which tends to alpha_K times for large alpha_K",
    _statement,
    each=len(SIZES),
    source=DERIVED_HERE,
)
def _check_loss() -> Iterator[Comparison]:
    for alpha in ALPHAS:
        found, goal = in_tails(alpha, SIZES), limit(alpha)
        shares = [share / goal for share, _ in found]
        noise = max(error / goal for _, error in found)
        what = f"loss over the tail, over alpha_K A^b, alpha_K = {alpha}, D = {SIZES[-1]:g}"
        yield compare_limit(what, shares, SIZES, 1.0, noise=noise)
