"""Claims: double descent at D = P, and what ridge makes of it.

Without ridge the two variance-limited regimes meet in a pole, ``|D - P| L -> P (T1 + sigma^2)`` from both sides, T1
being what P features alone leave. With ridge ``f = 1 - z/n`` at D = P = n is positive, ``delta = kappa n f^2``, and

    L = (T1 + sigma^2)/(2 epsilon) [1 + O(epsilon)],        epsilon = (delta/(kappa n))^(1/2):

the peak is finite and grows like delta^(-1/2). At the best ridge for each D there is none.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from ..claim import Comparison, Kind
from ..measure import compare_limit, exactly
from ..topic import equation, topic
from ..typed import typed
from .laws import HEAD_FEATURES, ISOTROPIC, TAIL
from .probe import DERIVED_HERE, EQUIVALENT, Point, loss_of

POINTS = (ISOTROPIC, TAIL, HEAD_FEATURES)
SIZE = 100.0
SIGMAS = (0.0, 0.5)
NEAR = (1e-1, 1e-2, 1e-3, 1e-4)
RIDGES = (1e-4, 1e-6, 1e-8, 1e-10)
DATA = tuple(SIZE * 2 ** (k / 2) for k in range(-6, 7))
"""From an eighth of P to eight times P, with P itself."""
TUNED_NOISE = 0.3
FEW_MODES = 400


claim = topic(
    "explaining.peak",
    kind=Kind.EQUIVALENCE,
    source=DERIVED_HERE,
    derived_by="tauber.theory.models.explaining.model.loss",
    measured_by="tauber.numerics.models.explaining.LearningCurve.at",
)


def _rest(where: Point, noise: float) -> float:
    """T1 + sigma^2 at z = P."""
    return loss_of(where.curve(), math.inf, SIZE)[0] + noise**2


def _pole_statement() -> list[Any]:
    from ...theory.models.explaining import model

    return [equation("L", loss()) for loss in (model.few_features, model.few_data)]


@claim(
    "pole",
    "Double descent: without ridge |D - P| L tends to P (T1 + sigma^2) from both sides of D = P",
    _pole_statement,
    each=len(NEAR),
    assumptions=f"no ridge, any noise and target, fewer data and features than modes; {EQUIVALENT} (of drawn losses "
    "at D = P the mean is infinite)",
    order_of_limits="D to P at fixed P",
)
def _check_pole() -> Iterator[Comparison]:
    """|D - P| L over its limit, from both sides."""
    for where in POINTS:
        for noise in SIGMAS:
            for sign, side in ((1, "D > P"), (-1, "D < P")):
                shares, errors = [], []
                for gap in NEAR:
                    value, error = loss_of(where.curve(noise=noise), SIZE * (1 + sign * gap), SIZE)
                    shares.append(value * gap / _rest(where, noise))
                    errors.append(error / value)
                what = f"|D - P| L over P (T1 + sigma^2), {side}, {where}, P = {SIZE:g}, sigma = {noise:g}"
                scales = [1 / gap for gap in NEAR]
                yield compare_limit(what, shares, scales, 1.0, noise=max(errors) + 1e-10)


def peak_constant() -> Any:
    """``lim epsilon L`` for epsilon -> 0 at D = P, z = P (1 - epsilon), from the loss of the symbolic wing."""
    from sympy import cancel

    from ...theory.models.explaining import model

    small = _small()
    at = {model.DATA: model.FEATURES, model.Z: model.FEATURES * (1 - small)}
    return cancel(cancel(small * model.loss().subs(at)).subs(small, 0))


def _small() -> Any:
    from sympy import Symbol

    return Symbol("epsilon", positive=True)


def _state() -> Any:
    from sympy import Eq, Function, Limit

    return Eq(Limit(_small() * Function("L")(_small()), _small(), 0), peak_constant(), evaluate=False)


@claim(
    "ridge",
    "Any ridge makes the loss at D = P finite; it grows like ridge^(-1/2), with an exact constant",
    _state,
    each=len(RIDGES),
    precision="exact, and float64",
    assumptions=f"D = P = n, any noise and target, epsilon = (delta/(kappa n))^(1/2); {EQUIVALENT}",
    order_of_limits="delta to 0 at fixed D = P",
)
def _check_ridge() -> Iterator[Comparison]:
    """The constant exactly; the numeric wing at small ridges, kappa being the ridgeless one."""
    from sympy import cancel

    from ...theory.models.explaining import model

    claimed = (model.T1 + model.SIGMA**2) / 2
    yield exactly("lim epsilon L less (T1 + sigma^2)/2, as a rational function", cancel(peak_constant() - claimed))
    for where in POINTS:
        kappa = float(where.curve().ridge_point(math.inf, SIZE).kappa)
        for noise in SIGMAS:
            shares, errors = [], []
            for ridge in RIDGES:
                value, error = loss_of(where.curve(noise=noise, ridge=ridge), SIZE, SIZE)
                shares.append(2 * value * math.sqrt(ridge / kappa / SIZE) / _rest(where, noise))
                errors.append(error / value)
            what = f"loss at D = P = {SIZE:g} over its law at {where}, sigma = {noise:g}, delta = {RIDGES[-1]:g}"
            scales = [1 / ridge for ridge in RIDGES]
            yield compare_limit(what, shares, scales, 0.5, noise=max(errors))


def rises(losses: list[float]) -> int:
    """How often a loss grows from one size to the next, or is infinite.

    >>> rises([3.0, 2.0, math.inf, 1.0])
    1
    """
    return sum(not after < before for before, after in pairwise(losses))


@claim(
    "cured",
    "At the best ridge for each D the loss falls with D through D = P: no double descent",
    typed("D_1 < D_2 => L_best(D_2, P) < L_best(D_1, P)"),
    each=2 * len(DATA),
    kind=Kind.INEQUALITY,
    assumptions=f"L_best: at the best ridge for each D; without ridge it does not always fall; label noise sigma = "
    f"{TUNED_NOISE}, {FEW_MODES} modes, P = {SIZE:g}, D from P/8 to 8 P; {EQUIVALENT}",
    order_of_limits="none: at finite D and P",
    measured_by="tauber.numerics.models.explaining.LearningCurve.optimal_ridge",
)
def _check_cured() -> Iterator[Comparison]:
    """Rises of the loss along D: some without ridge, none at the best ridge."""
    curve = TAIL.curve(noise=TUNED_NOISE, modes=FEW_MODES)
    bare = rises([loss_of(curve, data, SIZE)[0] for data in DATA])
    tuned = rises([float(curve.optimal_ridge(data, SIZE).loss) for data in DATA])
    yield exactly(f"rises of the loss in D at the best ridge, {TAIL}, P = {SIZE:g}", tuned)
    yield exactly(f"no rise of the loss in D without ridge, {TAIL}, P = {SIZE:g}", bare == 0)
