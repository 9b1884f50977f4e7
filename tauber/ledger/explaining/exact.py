"""Claims: exact identities of L(D, P), at every size, ridge, noise and spectrum.

What the numeric wing solves is set beside the formulas of the symbolic wing, with kappa from a bisection and plain sums
over the modes; without ridge beside the infinite time of the dynamical model, which was derived from other equations.

**The best ridge for the isotropic teacher** (v = lambda, P infinite) is ``delta = sigma^2``, at every D: with
``L = (D kappa (z - q) + sigma^2 q)/(D - q)``, ``kappa z' = q - z`` and ``delta = kappa (D - z)``,

    dL/dkappa = D q' (sigma^2 - delta)/(D - q)^2,        q' < 0,

which changes its sign once, and there ``L = kappa z``: it is the posterior mean of the Gaussian process that drew the
target.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..claim import Comparison, Kind
from ..measure import FINE, SOLVER, exactly
from ..papers import BAHRI, BORDELON
from ..source import derived_here
from ..topic import topic
from ..typed import typed
from .probe import DERIVED_HERE, EQUIVALENT, loss_of, point

if TYPE_CHECKING:
    import numpy as np

    from ...numerics.models.explaining import LearningCurve

DRAWS = 8
ROUNDING = 1e-11  # of the formula in float64: its two parts are large near D = P
RIDGES = (0.01, 30.0)
BAYES_SIZES = (1e1, 1e5)
BAYES_POINTS = (point("3/2", "3/2"), point("5/2", "5/2"))


_ANY = f"any spectrum, target, ridge and noise; {EQUIVALENT}"
_NONE = "none: an identity of the deterministic equivalent at every size"
claim = topic(
    "explaining.identity",
    kind=Kind.IDENTITY,
    assumptions=_ANY,
    order_of_limits=_NONE,
    source=DERIVED_HERE,
    derived_by="tauber.theory.models.explaining.model.loss",
    measured_by="tauber.numerics.models.explaining.LearningCurve.at",
)


def random_curve(
    generator: np.random.Generator, *, ridge: bool = True, noise: bool = True, isotropic: bool = False
) -> LearningCurve:
    """A model with a drawn spectrum."""
    from ...numerics.models.explaining import LearningCurve

    modes = int(generator.integers(30, 60))
    lam = generator.uniform(0.05, 2.0, modes)
    power = lam if isotropic else generator.uniform(0.0, 1.0, modes)
    delta = RIDGES[0] * (RIDGES[1] / RIDGES[0]) ** generator.random() if ridge else 0.0
    return LearningCurve(spectrum=(lam, power), ridge=delta, noise=generator.uniform(0.1, 1.0) if noise else 0.0)


def random_sizes(generator: np.random.Generator) -> tuple[float, float]:
    """D and P below the number of modes, a tenth apart at least."""
    while True:
        data, features = (float(x) for x in generator.uniform(5, 25, 2))
        if abs(math.log(data / features)) > 0.1:
            return data, features


def by_formula(curve: LearningCurve, data: float, features: float) -> float:
    """The loss by the symbolic wing's formula, from sums over the modes and a bisection in log kappa."""
    import numpy as np
    from scipy.optimize import brentq

    from ...theory.models.explaining import model

    lam, power = (np.asarray(x) for x in curve.spectrum or ())

    def capacity(log: float) -> float:
        return float((lam / (math.exp(log) + lam)).sum())

    def excess(log: float) -> float:
        z = capacity(log)
        if not curve.ridge:
            return z - min(data, features)
        if z >= min(data, features):
            return 1.0
        return 1 - math.exp(log) * (data - z) * (features - z) / (float(curve.ridge) * features)

    log = brentq(excess, -60, 60, xtol=1e-15, rtol=1e-15)
    k = math.exp(log)
    first, second = k * (power / (k + lam)), k * lam * power / (k + lam) ** 2
    values = {
        model.DATA: data, model.FEATURES: features, model.KAPPA: k, model.SIGMA: float(curve.noise),
        model.Z: capacity(log), model.Q: float((lam**2 / (k + lam) ** 2).sum()),
        model.T1: float(first.sum()), model.T2: float(second.sum()),
    }  # fmt: skip
    return float(model.loss().subs(values))


def _loss_statement() -> Any:
    from sympy import Eq, Symbol

    from ...theory.models.explaining import model

    return [Eq(Symbol("L"), model.loss()), Eq(Symbol("delta") * model.FEATURES, model.ridge())]


@claim("loss", "The loss L(D, P) in closed form, with both bottlenecks and ridge", _loss_statement, samples=DRAWS)
def _check_formula(seed: int) -> Iterator[Comparison]:
    import numpy as np

    generator = np.random.default_rng(seed)
    for k in range(DRAWS):
        curve, (data, features) = random_curve(generator, ridge=k % 2 == 0), random_sizes(generator)
        found = curve.at(data, features)
        what = f"loss over the formula at D = {data:.3g}, P = {features:.3g}, delta = {float(curve.ridge):.2g}"
        share = float(found.loss) / by_formula(curve, data, features)
        yield Comparison(what, 1.0, share, float(found.error) + ROUNDING, SOLVER, FINE)


def _closed() -> tuple[Any, Any, Any]:
    """The loss of many features, and without ridge of P < D and of D < P, as stated."""
    from ...theory.models.explaining import model

    d, p, q, s2 = model.DATA, model.FEATURES, model.Q, model.SIGMA**2
    return (
        (d * model.T0 + s2 * q) / (d - q),
        (d * model.T1 + s2 * p) / (d - p),
        d * model.T0 / (d - q) + d * model.T1 / (p - d) + s2 * (q / (d - q) + d / (p - d)),
    )


@claim(
    "limits",
    "Closed limits of L(D, P): many features, and no ridge on either side of D = P",
    typed(
        "L(D, P) -> many as P -> oo",
        "L(D, P) = wide where P < D | deep where D < P",
        many=lambda: _closed()[0],
        wide=lambda: _closed()[1],
        deep=lambda: _closed()[2],
    ),
    precision="exact",
    derived_by="tauber.theory.models.explaining.model.many_features, few_features, few_data",
    measured_by="tauber.theory.models.explaining.model.loss",
)
def _check_limits() -> Iterator[Comparison]:
    """The three closed limits of the symbolic wing, as rational functions, against the one formula."""
    from sympy import cancel, limit, oo

    from ...theory.models.explaining import model

    d, p, full, closed = model.DATA, model.FEATURES, model.loss(), _closed()
    stated = {
        "P infinite": (limit(full, p, oo).subs(model.T2, model.T1 - model.T0), closed[0]),
        "no ridge, P < D": (full.subs(model.Z, p), closed[1]),
        "no ridge, D < P": (full.subs({model.Z: d, model.T2: model.T1 - model.T0}), closed[2]),
    }
    yield from (
        exactly(f"loss less its closed form, {where}, as a rational function", cancel(one - two) != 0)
        for where, (one, two) in stated.items()
    )


@claim(
    "dynamical",
    "No ridge is gradient flow at infinite time: L(D, P) of this model is the level of the dynamical one",
    typed("L_flow(t, D, P) -> L(D, P) + sigma^2 as t -> oo"),
    samples=DRAWS,
    assumptions=f"any spectrum, target and noise, no ridge, D != P; {EQUIVALENT}",
    order_of_limits="t to infinity at fixed D and P",
    source=derived_here(f"in the models of {BAHRI} and {BORDELON}"),
    measured_by="tauber.numerics.models.explaining.LearningCurve.at, tauber.numerics.models.dynamical.Dynamical.final",
)
def _check_dynamical(seed: int) -> Iterator[Comparison]:
    import numpy as np

    from ...numerics.models.dynamical import Dynamical

    generator = np.random.default_rng(seed)
    for _ in range(DRAWS):
        curve, (data, features) = random_curve(generator, ridge=False), random_sizes(generator)
        found = curve.at(data, features)
        flow = Dynamical(width=features, data=data, noise=curve.noise, spectrum=curve.spectrum).final()
        share = (float(found.loss) + float(curve.noise) ** 2) / float(flow.test)
        what = f"L + sigma^2 over the loss of gradient flow at t infinite, D = {data:.3g}, P = {features:.3g}"
        tolerance = float(found.error + flow.error)
        yield Comparison(what, 1.0, share, tolerance, SOLVER, FINE)


def bayes_slope() -> Any:
    """dL/dkappa over its claimed form, less one: zero."""
    from sympy import Function, cancel, symbols

    from ...theory.models.explaining import model

    kappa, data, s2 = model.KAPPA, model.DATA, model.SIGMA**2
    z, slope = Function("z")(kappa), symbols("z_1")
    q = z + kappa * z.diff(kappa)
    loss = model.many_features().subs({model.T0: kappa * (model.Z - model.Q)}).subs({model.Z: z, model.Q: q})
    claimed = data * q.diff(kappa) * (s2 - kappa * (data - z)) / (data - q) ** 2
    return cancel((loss.diff(kappa) - claimed).subs({z.diff(kappa, 2): symbols("z_2")}).subs({z.diff(kappa): slope}))


@claim(
    "bayes",
    "Isotropic teacher: the best ridge is sigma^2 at every D, and the loss there is kappa z",
    typed("delta_star = sigma^2", "L(D, delta_star) = kappa*z", "kappa*(D - z) = sigma^2"),
    samples=len(BAYES_POINTS) * 2 * len(BAYES_SIZES),
    precision="exact, and float64",
    assumptions=f"v = lambda, P infinite, sigma > 0, any spectrum; {EQUIVALENT}",
    measured_by="tauber.numerics.models.explaining.LearningCurve.optimal_ridge",
)
def _check_bayes() -> Iterator[Comparison]:
    """The derivative exactly, and the ridge and loss that the numeric wing finds by minimisation."""
    yield exactly("dL/dkappa less its claimed form, as a rational function", bayes_slope() != 0)
    for where in BAYES_POINTS:
        for noise in (0.3, 1.0):
            for data in BAYES_SIZES:
                curve = where.curve(noise=noise)
                best, here = curve.optimal_ridge(data), curve.with_ridge(noise**2).ridge_point(data, math.inf)
                at = f"at {where}, D = {data:g}, sigma = {noise:g}"
                ridge, error = float(best.ridge) / noise**2, float(best.ridge_error) / noise**2
                share, loss_error = float(best.loss / (here.kappa * here.z)), float(best.error + 2 * here.error)
                yield Comparison(f"best ridge over sigma^2 {at}", 1.0, ridge, error, SOLVER, 1e-4)
                yield Comparison(f"least loss over kappa z {at}", 1.0, share, loss_error, SOLVER, FINE)


@claim(
    "train",
    "Generalised cross-validation: the train loss is (1 - z/D)^2 times the total loss, for any number of features",
    typed("L_train = (1 - z/D)^2*(L + sigma^2)"),
    samples=DRAWS,
)
def _check_train(seed: int) -> Iterator[Comparison]:
    """Generalised cross-validation for the equivalent: train loss and z give the loss."""
    import numpy as np

    generator = np.random.default_rng(seed)
    for _ in range(DRAWS):
        curve, (data, features) = random_curve(generator), random_sizes(generator)
        found, here = curve.at(data, features), curve.ridge_point(data, features)
        stated = (1 - float(here.z) / data) ** 2 * (loss_of(curve, data, features)[0] + float(curve.noise) ** 2)
        tolerance = 4 * float(found.error + here.error) + ROUNDING
        what = f"train loss over (1 - z/D)^2 (L + sigma^2) at D = {data:.3g}, P = {features:.3g}"
        yield Comparison(what, 1.0, float(found.train) / stated, tolerance, SOLVER, FINE)
