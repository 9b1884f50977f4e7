"""Claims: data used again. The gap of test and train loss, eq. (18) of 2402.01092, and when to stop with noisy labels.

**The gap.** With R_02 the response of the residuals to a field on them, eq. (18) reads

    L - Lhat = -(2/P) int R_02(t, t') C_1(t, t') dt' + (1/P^2) int int R_02 R_02 C_1.

In Laplace variables R_02 = -sum_k lambda_k R_3 H_k = -T/R_1, and with R_1 = 1 - T/P that is 1 - R_02/P = 1/R_1: it
says C_0 + sigma^2/(s s') = (1/R_1)(1/R_1') C_1. As C_1(t, t') = Lhat((t + t')/2) depends on t + t' alone, and the
response follows from the train loss of pure noise, ``L^-1[R_1/s](t) = Lhat_noise(t/2)``, eq. (18) gives the test loss
from two train losses. It is compared with the test loss of the solver.

**When to stop.** With N infinite and label noise the loss is ``A t^-((a-1)/b) + sigma^2 B t^(1/b)/P`` in leading
orders: least at t* ~ P^(b/a), where it is ~ P^-((a-1)/a). One pass has P^-((a-1)/b) only.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from ..claim import Comparison, Kind
from ..families.optimum import state_powers
from ..measure import FINE, SOLVER, compare_exponent, exactly, slopes_of
from ..papers import GAP, SEVERAL_PASSES
from ..source import stated
from ..topic import topic
from ..typed import typed
from .exact import random_model
from .probe import SINGLE, Probe, probe

if TYPE_CHECKING:
    import numpy as np

    from ...numerics.models.dynamical import Dynamical

DRAWS = 3
GAP_TIME = 2.0
DEGREES = (36, 48)
"""Degrees of the polynomials that stand for the functions of time; what the second changes is the error."""

claim = topic("dynamical")


def _gap_statement() -> Any:
    from sympy import Eq, symbols

    c0, c1, one, two, s, s_, sigma, p = symbols("C_0 C_1 R_02 R_02' s s' sigma P")
    return Eq(c0 + sigma**2 / (s * s_), (1 - one / p) * (1 - two / p) * c1, evaluate=False)


def loss_from_train(model: Dynamical, t: float, degree: int) -> float:
    """The test loss at t by eq. (18), from train losses of the model and of pure noise."""
    import numpy as np
    from numpy.polynomial import chebyshev

    from ...numerics.models.dynamical import Dynamical

    lam, power = (np.asarray(x, float) for x in model.spectrum or ())
    silent = Dynamical(width=model.width, data=model.data, noise=1.0, spectrum=(lam, 0 * power))
    end = 2 * t  # q is needed to 2t, the kernel to t
    nodes = end / 2 * (1 + np.cos(np.pi * (np.arange(degree + 1) + 0.5) / (degree + 1)))
    nodes.sort()

    def fitted(values: np.ndarray) -> np.ndarray:
        return chebyshev.chebfit(2 * nodes / end - 1, values, degree)

    def at(series: np.ndarray, x: np.ndarray) -> np.ndarray:
        return chebyshev.chebval(2 * np.asarray(x) / end - 1, series)

    q, r = (fitted(each.curve(nodes / 2).train.astype(float)) for each in (model, silent))
    rho = -chebyshev.chebder(r) * 2 / end  # R_1 = 1 - rho, 1/R_1 = 1 + m
    m = _resolvent(lambda x: at(rho, x), nodes, end, degree)
    x, w = np.polynomial.legendre.leggauss(2 * degree)
    x, w = t / 2 * (1 + x), t / 2 * w
    own = at(m, x)
    single = 2 * (w * own * at(q, 2 * t - x)).sum()
    double = ((w * own)[:, None] * (w * own) * at(q, 2 * t - x[:, None] - x)).sum()
    return float(at(q, np.array(2 * t)) + single + double)


def _resolvent(rho: Callable[[np.ndarray], np.ndarray], nodes: np.ndarray, end: float, degree: int) -> np.ndarray:
    """The solution of m = rho + rho * m (a convolution), as a Chebyshev series on [0, end]."""
    import numpy as np
    from numpy.polynomial import chebyshev

    x, w = np.polynomial.legendre.leggauss(2 * degree)
    system = chebyshev.chebvander(2 * nodes / end - 1, degree)
    for row, u in enumerate(nodes):
        v, weights = u / 2 * (1 + x), u / 2 * w
        system[row] -= (weights * rho(u - v)) @ chebyshev.chebvander(2 * v / end - 1, degree)
    return np.linalg.solve(system, rho(nodes))


@claim(
    "published.gap",
    "As published: the gap of test and train loss by reuse of data is a convolution of the train loss",
    _gap_statement,
    samples=DRAWS,
    kind=Kind.IDENTITY,
    assumptions=f"any spectrum and target, N, P, sigma; {SINGLE}",
    order_of_limits="none: an identity of the equations for many features and data, at every t",
    source=stated(GAP, note="from two train losses: derived here"),
    derived_by="tauber.theory.models.dynamical.model.train_transform",
    measured_by="tauber.numerics.models.dynamical.Dynamical.curve",
    precision="exact, and float64",
)
def _check_gap(seed: int) -> Iterator[Comparison]:
    """The identity of the response exactly; the test loss from train losses beside the solver's."""
    import numpy as np
    from sympy import cancel, symbols

    mass, p = symbols("T P")
    response = -mass / (1 - mass / p)  # R_02
    yield exactly("1 - R_02/P minus 1/R_1, as a rational function", cancel(1 - response / p - 1 / (1 - mass / p)) != 0)
    generator = np.random.default_rng(seed)
    for _ in range(DRAWS):
        model = random_model(generator)
        curve = model.curve([GAP_TIME])
        rough, fine = (loss_from_train(model, GAP_TIME, degree) for degree in DEGREES)
        test = float(curve.test[0])
        error = float(curve.test_error[0]) + 2 * abs(fine - rough) / test + 1e-12
        what = f"test loss by eq. (18) over that of the solver, t = {GAP_TIME:g}, P = {float(model.data):.3g}"
        yield Comparison(what, 1.0, fine / test, error, f"{SOLVER}, and change with the degree", FINE)


SIZES = tuple(10 ** (3 + 1.5 * k) for k in range(5))
NOISE = 0.5
STOPPED = (probe("3/2", "2"), probe("2", "3"), probe("2", "3/2"))
"""Two points of the paper's range b > a, of which the first has its parameters, and one beyond."""
_XTOL = 1e-6


@cache
def stopped(point: Probe, data: float) -> tuple[float, float]:
    """Least excess over all times, and the time at which it is."""
    from scipy.optimize import minimize_scalar

    model = point.model(data=data, noise=NOISE)

    def log_excess(log_t: float) -> float:
        return math.log(float(model.curve([math.exp(log_t)]).test[0]) - NOISE**2)

    start = math.log(data) * float(point.b / point.a)
    found = minimize_scalar(log_excess, bracket=(start - 0.2, start + 0.2), method="brent", options={"xtol": _XTOL})
    return math.exp(found.fun), math.exp(found.x)


def _stopping_powers(point: Probe) -> tuple[Any, Any]:
    """Exponents in P of the excess and of t*, from the laws of time and of the noise."""
    fall, rise = -point.law("time").exponent, point.law("noise_time").exponent
    return -fall / (fall + rise), 1 / (fall + rise)


def _state_stopping() -> Any:
    from ...theory.models.dynamical import a, b

    return state_powers("P", {"L": (1, -(a - 1) / a), "t": (1, b / a)})


@claim(
    "stopping",
    "Noisy labels, data used again: stopped at the best time, the excess loss falls like P^-((a-1)/a)",
    _state_stopping,
    each=len(SIZES),
    kind=Kind.EXPONENT,
    assumptions=f"a, b > 1, N infinite, label noise sigma = {NOISE}; L* is the excess over sigma^2; {SINGLE}",
    order_of_limits="N to infinity first, then P with t minimised at each P",
    source=stated(SEVERAL_PASSES, note="there SGD over several passes; gradient flow and all a, b > 1: derived here"),
    derived_by="tauber.theory.models.dynamical.law_at",
    measured_by="tauber.numerics.models.dynamical.Dynamical.curve",
)
def _check_stopping() -> Iterator[Comparison]:
    for point in STOPPED:
        powers = _stopping_powers(point)
        yield exactly(f"exponent of the loss plus (a - 1)/a at {point}", powers[0] + (point.a - 1) / point.a != 0)
        for name, exponent, values in zip(
            ("excess", "t*"), powers, zip(*(stopped(point, size) for size in SIZES), strict=True), strict=True
        ):
            # of second order in the error of the place for the loss, of first order for the time
            errors = [(1e-9 if name == "excess" else 10 * _XTOL) * value for value in values]
            what = f"exponent of the {name} at {point}, P up to {SIZES[-1]:g}"
            yield compare_exponent(what, float(exponent), *slopes_of(values, errors, SIZES))


@claim(
    "stopping.one_pass",
    "Noisy labels: using data again gains over one pass, P^-((a-1)/a) against P^-((a-1)/b), for b > a",
    typed("b > a => (a - 1)/a > (a - 1)/b"),
    samples=1,
    precision="exact",
    kind=Kind.INEQUALITY,
    assumptions=f"b > a > 1; one pass: t = P steps, no noise left by averaging; {SINGLE}",
    order_of_limits="N to infinity first, then P",
    source=stated(SEVERAL_PASSES),
    derived_by="tauber.theory.models.dynamical.law_at",
    measured_by="the exponents of the paper's runs, their (a, b) = (2, 1.5)",
)
def _check_gain() -> Iterator[Comparison]:
    """The exponents of the paper, from its own letters, beside the derived ones."""
    from sympy import Rational

    point, theirs = STOPPED[0], (Rational(2), Rational(3, 2))
    again, once = -(theirs[1] - 1) / theirs[1], -(theirs[1] - 1) / theirs[0]
    yield exactly("exponent with reuse, minus the published one", _stopping_powers(point)[0] - again)
    yield exactly("exponent of one pass, minus the published one", point.law("time").exponent - once)


def _state_width() -> Any:
    from ...theory.models.dynamical import a

    return state_powers("N", {"L": (1, 1 - a)})


WIDTHS = tuple(10 ** (2 + 1.5 * k) for k in range(5))


@claim(
    "stopping.width",
    "Several passes: what a width M leaves beside the stopped loss is M^-(a-1), for b > a",
    _state_width,
    each=len(WIDTHS),
    kind=Kind.EXPONENT,
    assumptions=f"b > a > 1; their M is our width N; the level of the loss, which no training time lowers; {SINGLE}",
    order_of_limits="P, then t, then N to infinity",
    source=stated(SEVERAL_PASSES, note="the first term of M^(1-b) + L^((1-b)/a)"),
    derived_by="tauber.theory.models.dynamical.law_at",
    measured_by="tauber.numerics.models.dynamical.Dynamical.final",
)
def _check_width() -> Iterator[Comparison]:
    """The term in their letters beside the derived one, and the solved level beside that."""
    for point in STOPPED[:2]:
        derived = point.law("width").exponent
        yield exactly(f"exponent of the width minus the published 1 - a at {point}", derived - (1 - point.a))
        found = [point.model(width=size).final() for size in WIDTHS]
        values, errors = [float(x.test) for x in found], [float(x.test * x.error) for x in found]
        what = f"exponent of the level at {point}, N up to {WIDTHS[-1]:g}"
        yield compare_exponent(what, float(derived), *slopes_of(values, errors, WIDTHS))
