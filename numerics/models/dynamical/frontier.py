r"""The compute-optimal frontier of the dynamical model: least excess test loss at a budget C = N^n t^k P^p.

The excess L - sigma^2 is a smooth function of real N, t, P, so `core.optimum` applies to its log over the logs of
all resources in the cost but one; that one is t if it costs, else P.  A resource that is not in the cost is given:
`width`, `data`, or t = infinity (trained to the end).  The slope in the dependent resource, and so d log L*/d log C by
the envelope theorem, is a seven-point stencil: neighbouring times share one contour.

With finite data and label noise the excess is the sum of its four positive components (`Dynamical.ensembles`), so that
sigma^2 does not cancel; without data in play noise adds a constant and is left out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ...core import declared
from ...core.limits import MAX_SIZE
from ...core.optimum import Asked, Optimum, one_by_one, polish, refine, scan, slope_of
from ...core.precision import FLOAT64, Array, Precision, Scalar, precision_of
from ...errors import PrecisionLost, TauberInputError
from .model import MAX_TIME, Dynamical

RESOURCES = ("N", "P", "t")

_LEAST = 0.2  # log of the smallest amount of each resource: the stencil around the optimum stays above 1
_MARGIN = 0.2  # the same below the largest sizes


@dataclass(frozen=True, eq=False)
class Resource:
    """Optimal amounts of one resource, shape (n,), their relative errors, and d log(amount)/d log C with its error."""

    amount: Array
    error: Array
    slope: Array
    slope_error: Array


@dataclass(frozen=True, eq=False)
class DynamicalFrontier:
    """Least excess test loss per budget, shape (n,).

    `loss` is without sigma^2, `error` its relative error; `loss_slope` = d log L*/d log C (negative) with an absolute
    error; `resources` maps the names in the cost ("N", "P", "t") to a `Resource` each.
    """

    budgets: Array
    loss: Array
    error: Array
    loss_slope: Array
    loss_slope_error: Array
    resources: dict[str, Resource]


def frontier(
    a: object,
    b: object,
    budgets: object,
    *,
    cost: Mapping[str, object] | None = None,
    width: object = math.inf,
    data: object = math.inf,
    noise: object = 0.0,
    modes: object = math.inf,
    spectrum: Any = None,
    precision: int | None = None,
) -> DynamicalFrontier:
    """Minimise the excess test loss of gradient flow at each budget C over the resources in the cost.

    Parameters
    ----------
    budgets : list of real, shape (n,)
    cost : mapping from "N", "P", "t" to positive exponents, at least two of them
        C = product of resource^exponent; {"N": 1, "t": 1} if left out.  Without t the network is trained to the end.
    width, data : real or inf
        N and P where they are not in the cost.
    noise, modes, spectrum, precision : as for `Dynamical`; a and b are None with a spectrum

    Raises TauberInputError for a bad cost and where no minimum lies inside the ranges (every resource at least 1.5,
    sizes up to 1e24, times up to 1e15 over the upper edge of the spectrum), PrecisionLost where digits run out.
    """
    ctx = precision_of(precision)
    exponents = _exponents(ctx, {"N": 1, "t": 1} if cost is None else cost)
    given = {"N": ctx.real(width), "P": ctx.real(data)}
    for name in given:
        if name in exponents and not math.isinf(given[name]):
            raise TauberInputError(f"{name} is in the cost and cannot be fixed as well; leave out one of the two.")
    amounts = [ctx.real(value) for value in np.atleast_1d(np.asarray(budgets, dtype=object)).tolist()]
    if not amounts or not all(math.isfinite(value) and value > 0 for value in amounts):
        raise TauberInputError("The budgets must be a non-empty list of positive numbers.")
    finite = "P" in exponents or not math.isinf(given["P"])
    known = {"noise": ctx.real(noise) if finite else ctx.real(0), "modes": ctx.real(modes), "spectrum": spectrum}
    a, b = (None, None) if spectrum is not None else (ctx.real(a), ctx.real(b))
    model = _Family(ctx, a, b, given, **known)
    logs = ctx.log(ctx.lift(np.array(amounts, dtype=object)))
    return _collected(ctx, amounts, [_Budget(model, exponents, log).optimum() for log in logs], list(exponents))


def _exponents(ctx: Precision, cost: Mapping[str, object]) -> dict[str, Scalar]:
    """The cost in the order of RESOURCES, whose last one becomes the dependent resource."""
    found = {name: ctx.real(cost[name]) for name in RESOURCES if name in cost}
    unknown = [name for name in cost if name not in RESOURCES]
    if unknown or len(found) < 2 or not all(math.isfinite(power) and power > 0 for power in found.values()):
        raise TauberInputError(
            f"The cost must give positive exponents to at least two of {', '.join(RESOURCES)}, got {dict(cost)}; for "
            "example N=1, t=1."
        )
    return found


@dataclass(frozen=True, eq=False)
class _Family:
    """The model at any N, P."""

    ctx: Precision
    a: Scalar
    b: Scalar
    given: dict[str, Scalar]
    noise: Scalar
    modes: Scalar
    spectrum: Any

    def at(self, amounts: dict[str, Scalar], digits: int | None) -> Dynamical:
        """With N and P from `amounts` or as given."""
        sizes = {**self.given, **amounts}
        known = {"noise": self.noise, "modes": self.modes, "spectrum": self.spectrum, "precision": digits}
        return Dynamical(self.a, self.b, sizes["N"], sizes["P"], **known)

    def excess(self, model: Dynamical, times: Array | None) -> tuple[Array, Array]:
        """L - sigma^2 and relative errors at `times`, or at t = infinity (one value)."""
        if times is None:
            last = model.final()
            parts = last.bias + last.features + last.data + last.interaction
            return np.array([parts]), np.array([last.error])
        if not self.noise:
            curve = model.curve(times)
            return curve.test, curve.test_error
        found = model.ensembles(times)
        value = found.bias + found.features + found.data + found.interaction
        error = found.bias_error + found.features_error + found.data_error + found.interaction_error
        return value, error / value


@dataclass(frozen=True, eq=False)
class _Budget:
    """The `optimum.Surface` at one budget: all resources in the cost but the last are free."""

    family: _Family
    exponents: dict[str, Scalar]
    log_budget: Scalar

    @property
    def ctx(self) -> Precision:
        """The working precision."""
        return self.family.ctx

    def _logs(self, x: tuple[Scalar, ...]) -> dict[str, Scalar]:
        """Logs of all resources in the cost."""
        *free, last = self.exponents
        known = dict(zip(free, x, strict=True))
        rest = self.log_budget - sum(self.exponents[name] * known[name] for name in free)
        return {**known, last: rest / self.exponents[last]}

    @cached_property
    def largest(self) -> float:
        """The log of the largest width or data, at which eigenvalues are still above the least double."""
        own = self.family.spectrum
        return math.log(MAX_SIZE if own is None else min(MAX_SIZE, declared.largest(own))) - _MARGIN

    def log_loss(self, x: tuple[float, ...]) -> float:
        """phi in float64; infinite outside the ranges."""
        logs = {name: float(value) for name, value in self._logs(x).items()}
        if min(logs.values()) < _LEAST or any(logs.get(name, 0) > self.largest for name in ("N", "P")):
            return math.inf
        time = math.exp(logs.pop("t")) if "t" in logs else None
        model = self.family.at({name: math.exp(value) for name, value in logs.items()}, None)
        if time is not None and time * model.edge > MAX_TIME / math.exp(_MARGIN):
            return math.inf
        value, _ = self.family.excess(model, None if time is None else np.array([time]))
        return math.inf if math.isinf(value[0]) else math.log(_positive(value)[0])

    def points(self, x: Asked) -> Array:
        """phi and phi_F with their errors."""
        return one_by_one(self.point, x)

    def point(self, x: tuple[Scalar, ...]) -> tuple[Scalar, Scalar, Scalar, Scalar]:
        """phi and phi_F, each with an absolute error."""
        ctx, logs = self.ctx, self._logs(x)
        digits = None if ctx is FLOAT64 else ctx.digits
        step = ctx.real(0.02 if ctx is FLOAT64 else 10.0 ** (-ctx.digits / 8))
        last = list(self.exponents)[-1]
        line = ctx.exp(logs.pop(last) + step * ctx.lift(np.arange(-3, 4)))
        fixed = {name: ctx.exp(np.array([value]))[0] for name, value in logs.items()}
        if last == "t":
            value, error = self.family.excess(self.family.at(fixed, digits), line)
        else:
            models = [self.family.at({**fixed, last: amount}, digits) for amount in line]
            value, error = map(np.concatenate, zip(*(self.family.excess(m, None) for m in models), strict=True))
        values = ctx.log(_positive(value))
        slope, slope_error = slope_of(values, step, error.max())
        return values[3], error[3], slope / self.exponents[last], slope_error / self.exponents[last]

    def optimum(self) -> tuple[Optimum, dict[str, tuple[Scalar, ...]]]:
        """The optimum, and amount, error, slope and slope error of each resource."""
        *free, last = self.exponents
        budget = float(self.log_budget)
        high = tuple(min(budget / float(self.exponents[name]), self.largest) for name in free)
        found = scan(self, (_LEAST,) * len(free), high)
        if not math.isfinite(found.value) or any(found.sides):
            raise TauberInputError(self._no_minimum())
        rough = refine(self, found)
        if min(map(float, self._logs(rough).values())) < 2 * _LEAST:
            raise TauberInputError(self._no_minimum())
        best = polish(self, rough)
        logs = self._logs(tuple(best.x))
        powers = [self.exponents[name] / self.exponents[last] for name in free]
        rows = {name: (best.x_error[i], best.x_slope[i], best.x_slope_error[i]) for i, name in enumerate(free)}
        rows[last] = (
            sum(c * e for c, e in zip(powers, best.x_error, strict=True)),
            1 / self.exponents[last] - sum(c * e for c, e in zip(powers, best.x_slope, strict=True)),
            sum(c * e for c, e in zip(powers, best.x_slope_error, strict=True)),
        )
        return best, {name: (self.ctx.exp(np.array([logs[name]]))[0], *row) for name, row in rows.items()}

    def _no_minimum(self) -> str:
        names = ", ".join(self.exponents)
        return (
            f"At budget {math.exp(float(self.log_budget)):.3g} no best {names} was found inside the ranges (each more "
            f"than {math.exp(2 * _LEAST):.2g}, sizes up to {math.exp(self.largest + _MARGIN):.3g}, times up to "
            f"{MAX_TIME:g}); change the budget (`budgets`) or the cost (`cost`)."
        )


def _positive(value: Array) -> Array:
    if not bool((value > 0).all()):
        raise PrecisionLost(
            "The excess test loss is below round-off at this budget; take infinitely many modes (`modes`), a "
            "smaller budget, or more digits with `precision`."
        )
    return value


def _collected(
    ctx: Precision, budgets: list[Scalar], rows: list[tuple[Optimum, dict[str, tuple[Scalar, ...]]]], names: list[str]
) -> DynamicalFrontier:
    optima = [best for best, _ in rows]
    resources = {name: Resource(*(np.array([parts[name][k] for _, parts in rows]) for k in range(4))) for name in names}
    return DynamicalFrontier(
        ctx.lift(np.array(budgets, dtype=object)),
        np.array([best.loss for best in optima]),
        np.array([best.error for best in optima]),
        np.array([best.loss_slope for best in optima]),
        np.array([best.loss_slope_error for best in optima]),
        resources,
    )
