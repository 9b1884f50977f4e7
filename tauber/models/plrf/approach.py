"""How far a measured slope of a frontier is from its limit, and how much of that the derived correction explains.

With P* = c f^-y (1 + delta), delta ~ f^-w, the slope at f is y + w delta/(1 + delta). The derivation gives y, w and c
exactly; delta is read off the solved loss, P*/(c f^-y) - 1, with w that of the leading correction alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from ...boundary import in_options
from ...errors import CheckFailed
from .given import Point, StepSize

if TYPE_CHECKING:
    from ...theory.models.plrf import Derivation

_FAR = 10**20
"""A size at which the stability limit has long met its own limit (2 alpha > 1), a relative 1/d away."""


def approach(
    derived: Derivation, point: Point, step: StepSize, batch: int, ratio: float, measured: Mapping[str, Any]
) -> dict[str, Any]:
    """Correction exponent, size of the correction, predicted slope and whether the limit is met, for each budget.

    ``measured`` has flops, loss, loss_slope and loss_slope_error. Where the derivation gives no constants the entries
    are None and ``no_prediction`` says why.
    """
    from ...theory.errors import AssumptionError
    from ...theory.models.plrf.optimum import optimal_constants

    limit = derived.loss_exponent
    found = unexplained(limit, measured, "there is no power law at this point")
    if limit is None:
        return found
    del found["no_prediction"]
    try:
        best = optimal_constants(_law(point, step, batch, ratio), answer=derived)
    except AssumptionError as error:
        return found | {"no_prediction": in_options(str(error))}
    found["correction_exponent"] = best.correction_exponent
    if best.loss_value is None:
        return found | {"no_prediction": "the constant of the law is not known here"}
    y, w, constant = float(limit), float(best.correction_exponent), float(best.loss_value)
    if not constant > 0:
        raise CheckFailed(f"The derived constant of the optimal loss came out as {constant:.6g}, which no loss has.")
    above = [
        math.expm1(math.log(float(loss)) + y * math.log(f) - math.log(constant))
        for f, loss in zip(measured["flops"], measured["loss"], strict=True)
    ]
    found["correction"] = above
    found["predicted_slope"] = [y + w * delta / (1 + delta) for delta in above]
    return found


def unexplained(limit: Any, measured: Mapping[str, Any], why: str) -> dict[str, Any]:
    """The same entries without a correction, and why there is none; whether the limit, if there is one, is met."""
    found: dict[str, Any] = dict.fromkeys(("correction_exponent", "correction", "predicted_slope", "met"))
    if limit is not None:
        pairs = zip(measured["loss_slope"], measured["loss_slope_error"], strict=True)
        found["met"] = [abs(float(slope) - float(limit)) <= float(error) for slope, error in pairs]
    return found | {"no_prediction": why}


@cache
def correction_exponent(alpha: Fraction, beta: Fraction) -> Fraction | None:
    """The exponent w of the leading relative correction f^-w to the best loss at compute f = d r B.

    It is that of every step size, batch and ratio of modes. None without a power law, on a boundary, and at a resonance
    where no constants are derived.
    """
    from sympy import Rational

    from ...theory.errors import AssumptionError
    from ...theory.models.plrf import derive
    from ...theory.models.plrf.exact import ExactLaw, Setting
    from ...theory.models.plrf.optimum import leading_correction

    narrow = 2 * alpha <= 1  # a setting there has a finite trace, and names its step size by it
    setting = Setting(Rational(alpha), Rational(beta), strength=Rational(1) if narrow else None,
                      ratio=Rational(10) if narrow else None)  # fmt: skip
    try:
        found = leading_correction(ExactLaw(setting, 0), derive(alpha, beta))
    except AssumptionError:
        return None
    return Fraction(int(found.p), int(found.q))


def _law(point: Point, step: StepSize, batch: int, ratio: float) -> Any:
    """The exact law of the model that was solved, its step size in the limit of large d."""
    import sympy

    from ...theory.models.plrf.exact import ExactLaw, Setting

    def exact(number: Fraction | float | None) -> Any:
        return None if number is None else sympy.Rational(Fraction(number))

    rate, strength = (None if step.rate == "auto" else step.rate), step.over_trace
    if step.rate == "auto" and strength is None:
        from ...numerics.models.plrf import AUTO_FRACTION, PLRF

        if 2 * point.alpha <= 1:  # many small eigenvalues: stable for step size times trace below 2
            strength = 2 * Fraction(AUTO_FRACTION)
        else:
            size = _FAR if math.isinf(ratio) else _FAR // math.ceil(ratio)
            rate = Fraction(PLRF(point.alpha, point.beta, size, ratio * size, batch=batch).step_size)
    wide = math.isinf(ratio)
    setting = Setting(
        exact(point.alpha), exact(point.beta), exact(rate), exact(strength), sympy.Integer(batch),
        sympy.oo if wide else exact(ratio),
    )  # fmt: skip
    return ExactLaw(setting, 0)


def sentence(derived: dict[str, Any], payload: dict[str, Any]) -> str | None:
    """One line on the last budget, or None where the limit is met there."""
    met = derived["met"]
    if met is None or met[-1]:
        return None
    f, slope, limit = payload["flops"][-1], float(payload["loss_slope"][-1]), float(Fraction(derived["loss_exponent"]))
    start = f"At f = {f:.4g} the slope {slope:.5f} of the loss has not met its limit {limit:.5f}"
    if derived["predicted_slope"] is None:
        known = derived["correction_exponent"]
        more = f"the leading correction falls like f^-({known})" if known else "nothing is derived on how it gets there"
        return f"{start}: {more}."
    delta, predicted = derived["correction"][-1], derived["predicted_slope"][-1]
    return (
        f"{start}: the loss is {1 + delta:.4g} times its leading law, and the derived correction, a relative "
        f"{delta:.3g} that falls like f^-({derived['correction_exponent']}), predicts the slope {predicted:.5f} here."
    )
