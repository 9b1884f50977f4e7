"""Digits and size against time, beside the plain alternatives: the second part of ``make bench-all``.

The alternatives invert the same generating function with dense sums over all v modes, partial fractions as in the
textbook, and a general-purpose inverter or quadrature: `mpmath.invertlaplace` (Talbot's method) and
`scipy.integrate.quad` on a parabola. The true error of every value is measured against a solution with more digits.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from measure import median_of, peak_megabytes, timed

ALPHA, BETA, STEP = "0.8", "0.3", "0.1"


def value_case(d: float, v: float, r: float, digits: int | None, solver: str = "contour") -> dict[str, Any]:
    """One loss value: building the model included, against a solution with ten digits more."""
    import mpmath

    from tauber.numerics.models.plrf import PLRF

    before = peak_megabytes()
    seconds, curve = timed(
        lambda: PLRF(ALPHA, BETA, d, v, step_size=STEP, precision=digits).curve([r], solver=solver), runs=1
    )
    memory = peak_megabytes() - before
    sharp = PLRF(ALPHA, BETA, d, v, step_size=STEP, precision=(digits or 15) + 10).curve([r])
    with mpmath.workdps((digits or 15) + 20):
        wrong = abs(mpmath.mpf(str(curve.loss[0])) / mpmath.mpf(str(sharp.loss[0])) - 1)
        return {"seconds": seconds, "memory": memory, "estimate": float(curve.error[0]), "wrong": float(wrong)}


def promised_case(last: float, d: float, v: float, count: int) -> dict[str, Any]:
    """A float64 curve of `count` values up to `last`, its last value against 20 digits: median processor time."""
    import numpy as np

    from tauber.numerics.core.modes import forget_spectra
    from tauber.numerics.models.plrf import PLRF

    times = np.geomspace(1 if count > 1 else last, last, count)

    def work() -> Any:
        forget_spectra()
        return PLRF(ALPHA, BETA, d, v).curve(times)

    before = peak_megabytes()
    seconds, curve = median_of(work, 5)
    memory = peak_megabytes() - before
    sharp = PLRF(ALPHA, BETA, d, v, step_size=curve.step_size, precision=20).curve(times[-1:])
    wrong = abs(float(curve.loss[-1]) / float(sharp.loss[0]) - 1)
    return {"seconds": seconds, "memory": memory, "estimate": float(np.max(curve.error)), "wrong": wrong}


def plain_case(method: str, d: int, v: int, r: int) -> dict[str, Any]:
    """The same value by a general-purpose method on the textbook form of the generating function."""
    from tauber.numerics.models.plrf import PLRF

    before = peak_megabytes()
    seconds, loss = timed(lambda: PLAIN[method](d, v, r), runs=1)
    memory = peak_megabytes() - before
    sharp = float(PLRF(ALPHA, BETA, d, v, step_size=STEP, precision=20).curve([r]).loss[0])
    return {"seconds": seconds, "memory": memory, "estimate": math.nan, "wrong": abs(float(loss) / sharp - 1)}


def _textbook(ctx: Any, d: int, v: int) -> Callable[[Any], Any]:
    """``e^l P~(e^l)`` with batch 1 by dense sums; the effective ridge by Newton's method from kappa = -z + trace/d."""
    alpha, beta, gamma = (ctx.mpf(x) for x in (ALPHA, BETA, STEP))
    eigenvalues = [ctx.mpf(j) ** (-2 * alpha) for j in range(1, v + 1)]
    powers = [x * ctx.mpf(j) ** (-2 * beta) for j, x in enumerate(eigenvalues, 1)]
    trace = ctx.fsum(eigenvalues)

    def sums(z: Any) -> tuple[Any, Any]:
        kappa = -z + trace / d
        for _ in range(60):
            ratios = [x / (x + kappa) for x in eigenvalues]
            first, second = ctx.fsum(ratios), ctx.fsum(x * x for x in ratios)
            step = (kappa * (1 - first / d) + z) / (1 - second / d)
            kappa -= step
            if abs(step) < 16 * ctx.eps * abs(kappa):
                break
        m = -z / kappa
        return ctx.fsum(w / (x * m - z) for w, x in zip(powers, eigenvalues, strict=True)), d / kappa

    def transform(ell: Any) -> Any:
        w = ctx.exp(ell)
        root = ctx.sqrt(1 - (1 - w) * 2)  # g(z) = 1 - 2 gamma z + 2 gamma^2 z^2 = w
        z1, z2 = (1 - root) / (2 * gamma), (1 + root) / (2 * gamma)
        (f1, k1), (f2, k2) = sums(z1), sums(z2)
        scale = 2 * gamma**2 * (z2 - z1)
        kernel = gamma**2 * ((z1 * z1 * k1 - z2 * z2 * k2) / scale - d / (2 * gamma**2))
        return w * (f1 - f2) / scale / (1 - kernel)

    return transform


def _invertlaplace(d: int, v: int, r: int) -> float:
    import mpmath

    with mpmath.workdps(20):
        return float(mpmath.invertlaplace(_textbook(mpmath.mp, d, v), r, method="talbot"))


def _quad(d: int, v: int, r: int) -> float:
    import mpmath
    from scipy.integrate import quad

    transform = _textbook(mpmath.fp, d, v)

    def integrand(u: float) -> float:
        ell = (1 + 1j * u) ** 2 * 4 / r
        return float((mpmath.fp.exp(ell * r) * transform(ell) * (1 + 1j * u) * 8 / r).real) / (2 * math.pi)

    return 2 * float(quad(integrand, 0, 6, epsabs=0, epsrel=1e-10, limit=200)[0])


PLAIN: dict[str, Callable[[int, int, int], float]] = {
    "mpmath.invertlaplace": _invertlaplace,
    "scipy.integrate.quad": _quad,
}
