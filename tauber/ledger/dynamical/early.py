"""Claims: the early form of the correction in 1/N, eq. (83) of 2402.01092, where it holds and where it does not.

With P infinite the residual of mode k is h_k(t), the inverse Laplace transform of 1/(s + lambda_k R_3). In first order
in 1/N, R_3 = 1 - T(s)/N, and so

    N [h_k(t) - e^(-l t)] -> L^-1[ l T(s)/(s + l)^2 ],        l = lambda_k,  T(s) = sum_j lambda_j/(s + lambda_j).

Eq. (83) has tr(Lambda)/s for T(s): its leading term for large s, and so right for lambda_1 t << 1. Later T is smaller.
A target on mode k alone shows h_k in the loss: for P infinite ``L(t) = lambda_k w_k^2 h_k(2t)``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from typing import Any

from ..claim import Comparison, Kind, Outcome
from ..families.points import Value
from ..measure import SOLVER, compare_limit
from ..papers import EARLY
from ..source import derived_here, stated
from ..topic import topic
from .probe import SINGLE, limit_in_size

B, MODES = 1.5, 2000
SHOWN = (1, 10, 50)
"""Eigenvalues k^-b of so many modes, and the modes that are looked at."""
FIRST_TIMES = (1e-1, 1e-2, 1e-3)
LATE = 100.0
WIDTH = 1e6
"""Far above the modes learned by the latest time."""


@cache
def _eigenvalues() -> tuple[float, ...]:
    return tuple(k**-B for k in range(1, MODES + 1))


def published(mode: int, t: float) -> float:
    """Eq. (83): ``tr(Lambda)/l [1 - e^(-l t) - l t e^(-l t)]``."""
    x = mode**-B * t
    # 1 - e^-x - x e^-x is the integral of y e^-y: near 0 its digits are lost in the difference
    part = x**2 / 2 - x**3 / 3 + x**4 / 8 if x < 1e-3 else -math.expm1(-x) - x * math.exp(-x)
    return math.fsum(_eigenvalues()) / mode**-B * part


def first_order(mode: int, t: float) -> Value:
    """What a large width adds to h_k(t), times the width, and its error."""
    from ...numerics.models.dynamical import Dynamical

    spectrum = (_eigenvalues(), tuple(float(k == mode) for k in range(1, MODES + 1)))

    def loss(width: float) -> Value:
        curve = Dynamical(width=width, spectrum=spectrum).curve([t / 2])
        return float(curve.test[0]), float(curve.test[0] * curve.test_error[0])

    size = min(WIDTH, 1e4 * max(t, 1e-2))
    return limit_in_size(loss, loss(math.inf), size)


def _state() -> Any:
    from sympy import Eq, Function, exp, symbols

    lam, t, trace, width = symbols("lambda t tr(Lambda) N", positive=True)
    return Eq(
        Function("h")(t),
        exp(-lam * t) + trace / (width * lam) * (1 - exp(-lam * t) - lam * t * exp(-lam * t)),
        evaluate=False,
    )


claim = topic(
    "dynamical.published",
    kind=Kind.EQUIVALENCE,
    derived_by="tauber.theory.models.dynamical.model.response",
    measured_by="tauber.numerics.models.dynamical.Dynamical.curve",
)


@claim(
    "early",
    "As published: the early correction in 1/N of the residual of a mode",
    _state,
    each=len(FIRST_TIMES),
    assumptions=f"lambda_1 t << 1; eigenvalues k^-3/2, {MODES} of them; {SINGLE}",
    order_of_limits="P, then N to infinity first, then t to 0",
    source=stated(EARLY),
)
def _check_early() -> Iterator[Comparison]:
    """First order over eq. (83) tends to one like t."""
    for mode in SHOWN:
        found = [first_order(mode, t) for t in FIRST_TIMES]
        shares = [value / published(mode, t) for (value, _), t in zip(found, FIRST_TIMES, strict=True)]
        noise = max(error / published(mode, t) for (_, error), t in zip(found, FIRST_TIMES, strict=True))
        what = f"N [h_k - e^(-l t)] over eq. (83), k = {mode}, t = {FIRST_TIMES[-1]:g}"
        yield compare_limit(what, shares, [1 / t for t in FIRST_TIMES], 1.0, noise=noise)


@claim(
    "early_window",
    "Read beyond its range: the early form is the correction in 1/N all the time before width limits",
    _state,
    samples=len(SHOWN),
    note="what holds: dynamical.exponent.early_width_time",
    kind=Kind.IDENTITY,
    assumptions=f"1 << t << N^b; eigenvalues k^-3/2, {MODES} of them; {SINGLE}",
    order_of_limits="P, then N to infinity at fixed t",
    source=derived_here(f"without the range of {EARLY}; there T(s) is no longer tr(Lambda)/s"),
    expected=Outcome.REFUTED,
)
def _check_window() -> Iterator[Comparison]:
    for mode in SHOWN:
        value, error = first_order(mode, LATE)
        form = published(mode, LATE)
        what = f"N [h_k - e^(-l t)] over eq. (83), k = {mode}, t = {LATE:g}"
        yield Comparison(what, 1.0, value / form, error / form, SOLVER, 1e-3)
