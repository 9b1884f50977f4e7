"""Claims: the spectrum of the kernel and the exponents of the loss.

With eigenvalues ``i^-(1 + alpha_K)`` and the isotropic teacher, that is b = 1 + alpha_K = a, the ridgeless loss is
``kappa n`` at ``T(kappa) = n`` for n data and for n features alike: alpha_D = alpha_P = alpha_K, with one constant. The
spectrum alone does not fix an exponent: the target's power enters with its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ..claim import Comparison, Kind, Outcome
from ..measure import FINE, SOLVER, compare_exponent, compare_limit, slopes_of
from ..papers import KERNEL, REPLICA
from ..source import derived_here, stated
from ..topic import topic
from ..typed import typed
from .laws import HEAD, SIZES, TAIL
from .probe import BEYOND, FREE, Point, measured, point

TEACHERS = (point("4/3", "4/3"), point("3/2", "3/2"), point("2", "2"), point("3", "3"))
FEW = (1.0, 10.0, 1e3, 1e6)


claim = topic(
    "explaining.spectrum",
    kind=Kind.EXPONENT,
    order_of_limits="the other size to infinity first, then D, or P, to infinity",
    derived_by="tauber.theory.models.explaining.law_at",
    measured_by="tauber.numerics.models.explaining.LearningCurve.at",
)


def compare_alpha(name: str, where: Point, title: str) -> Comparison:
    """The exponent in D, or in P, beside -alpha_K."""
    slopes = slopes_of(*measured(name, where, SIZES), SIZES)
    what = f"exponent of {title} beside -alpha_K = {1 - where.b} at {where}, to {SIZES[-1]:g}"
    return compare_exponent(what, -float(where.b - 1), *slopes)


def _check_alpha(points: tuple[Point, ...]) -> Iterator[Comparison]:
    return (compare_alpha(n, p, t) for p in points for n, t in (("data", "D"), ("features", "P")))


_SAME = typed("lambda_(i) ~ i^-(1 + alpha_K)", "L(D) ~ D^-alpha_K", "L(P) ~ P^-alpha_K")

claim(
    "isotropic",
    "A kernel spectrum i^-(1 + alpha_K) gives alpha_D = alpha_P = alpha_K for the isotropic teacher",
    _SAME,
    each=len(SIZES),
    assumptions=f"v = lambda, a = b = 1 + alpha_K; {FREE}",
    source=stated(KERNEL),
)(partial(_check_alpha, TEACHERS))


@claim(
    "constant",
    "Isotropic teacher: the loss is kappa n at T(kappa) = n for n data and for n features, with the constant A^b",
    typed(
        "L_D(n) = kappa*n",
        "L_P(n) = kappa*n",
        "T(kappa) = n",
        "n^(b - 1)*L_D(n) -> A^b as n -> oo",
        "A = (pi/b)/sin(pi/b)",
    ),
    samples=len(TEACHERS) * (2 * len(FEW) + len(SIZES)),
    kind=Kind.EQUIVALENCE,
    assumptions=f"a = b; the first equality for any spectrum; {FREE}",
    source=stated(REPLICA, note="the constant A^b is derived here"),
)
def _check_constant() -> Iterator[Comparison]:
    """kappa n at every size, for data and for features; and the constant A^b of the power."""
    import mpmath

    for where in TEACHERS:
        b = float(where.b)
        for n in FEW:
            here = where.curve().ridge_point(n, float("inf"))
            for name in ("data", "features"):
                (value,), (error,) = measured(name, where, (n,))
                share = value / (float(here.kappa) * n)
                tolerance = error / value + 2 * float(here.error)
                yield Comparison(f"L over kappa n, n {name}, {where}, n = {n:g}", 1.0, share, tolerance, SOLVER, FINE)
        constant = float((mpmath.pi / b / mpmath.sin(mpmath.pi / b)) ** b)
        values, errors = measured("data", where, SIZES)
        shares = [x / (constant * n ** (1 - b)) for x, n in zip(values, SIZES, strict=True)]
        noise = max(e / x for e, x in zip(errors, values, strict=True))
        what = f"L over A^b n^-(b-1) at {where}, n = {SIZES[-1]:g}"
        yield compare_limit(what, shares, SIZES, 1.0, noise=noise)


claim(
    "any_target",
    "Read beyond its assumption: a kernel spectrum i^-(1 + alpha_K) gives alpha_D = alpha_P = alpha_K for any target",
    _SAME,
    each=len(SIZES),
    assumptions=f"a != b: there alpha_D = min(a - 1, 2 b), alpha_P = min(a - 1, b); {FREE}",
    source=derived_here(BEYOND),
    expected=Outcome.REFUTED,
)(partial(_check_alpha, (TAIL, HEAD)))
