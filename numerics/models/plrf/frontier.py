r"""The compute-optimal frontier: the smallest loss, and the size d*, at a budget f = d^n (r B)^m, usually f = d r B.

The loss is an exact smooth function of real d and r, so with x = log d, phi(x, F) = log P(e^x, e^((F - n x)/m)/B),
F = log f, the machinery of `optimum` applies, and phi_F = s(x*, F)/m, with s = d log P/d log r, comes from the contour
nodes: an exact derivative.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...core import declared
from ...core.limits import MAX_TIME, largest_size
from ...core.optimum import polish, refine, scan
from ...core.precision import FLOAT64, Array, Precision, Scalar, precision_of
from ...core.spectrum import smallest_real_size
from ...errors import TauberInputError, UnstableStepSize
from .model import PLRF


@dataclass(frozen=True, eq=False)
class Frontier:
    """Optimal size and loss per budget, with local exponents.

    `d_slope` = d log d*/d log f and `loss_slope` = d log P*/d log f (negative), with absolute uncertainties; `error` is
    the relative error of the loss at `d`, `d_error` the relative uncertainty of d* itself.
    """

    budgets: Array
    d: Array
    d_error: Array
    loss: Array
    error: Array
    d_slope: Array
    d_slope_error: Array
    loss_slope: Array
    loss_slope_error: Array


def frontier(
    alpha: object,
    beta: object,
    budgets: object,
    *,
    cost: Mapping[str, object] | None = None,
    ratio: object = None,
    batch: int = 1,
    step_size: object = "auto",
    spectrum: Any = None,
    precision: int | None = None,
) -> Frontier:
    """Minimise the loss over d at each budget f = d^n (r B)^m; r may be fractional.

    Parameters
    ----------
    budgets : list of real, shape (n,)
    cost : mapping from "d" and "r" to positive exponents n and m; both 1 if left out
    ratio : real, inf or None
        v = ratio * d > d; None takes inf if 2 alpha > 1 and 10 otherwise.  Arrays as a spectrum have none.
    spectrum : as for `PLRF`, with alpha and beta None
        A union has no real number of modes, so that its ratio is infinite.
    step_size : real, "auto", or a function d -> step size

    Raises TauberInputError where no interior minimum exists between d = 1 and r = 1 (d <= 1e24, see `limits`).
    """
    ctx = precision_of(precision)
    share, real_size = _modes(ctx, alpha, spectrum, ratio)
    flops = [ctx.real(f) for f in np.atleast_1d(np.asarray(budgets)).tolist()]
    if not flops or not all(0 < f <= MAX_TIME for f in flops):
        raise TauberInputError(f"The budgets must be a non-empty list of positive numbers up to {MAX_TIME:g}.")

    powers = _cost(ctx, cost)
    least = 1.000001 * max(1.0, real_size / float(share))
    rows = []
    for f in flops:
        budget = _Budget(ctx, (alpha, beta), share, batch, step_size, f, powers, spectrum)
        rows.append(budget.optimum(least))
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    return Frontier(ctx.lift(np.array(flops, dtype=object)), *columns)


def _modes(ctx: Precision, alpha: object, spectrum: Any, ratio: object) -> tuple[Scalar, float]:
    """v/d, and the least real v; both 0 for a spectrum that lists its modes, which has one v for every d."""
    if spectrum is None:
        infinite, least = 2 * ctx.real(alpha) > 1, float(smallest_real_size(ctx, ctx.real(alpha)))
    elif declared.own_count(spectrum) is not None:
        if ratio is not None:
            raise TauberInputError(
                f"The ratio v/d = {ratio} was asked of a spectrum that lists its modes; leave it out."
            )
        return math.inf, 0.0
    else:
        infinite, least = declared.summable(spectrum), declared.real_size(ctx, spectrum)
    share = ctx.real(ratio) if ratio is not None else math.inf if infinite else ctx.real(10)
    if not share > 1:
        raise TauberInputError(f"The ratio v/d must be larger than 1, got {ratio}.")
    if math.isinf(least) and not math.isinf(share):
        raise TauberInputError(
            f"The ratio v/d = {float(share):.6g} was asked of a union, whose number of modes is whole; take an "
            "infinite one (`ratio`)."
        )
    return share, least


def _cost(ctx: Precision, cost: Mapping[str, object] | None) -> tuple[Scalar, Scalar]:
    """The exponents of d and r in the budget."""
    given = {"d": 1, "r": 1} if cost is None else dict(cost)
    found = {name: ctx.real(given[name]) for name in ("d", "r") if name in given}
    if set(given) != {"d", "r"} or not all(math.isfinite(power) and power > 0 for power in found.values()):
        raise TauberInputError(
            f"The cost must give positive exponents to d and r, got {given}; for example d=1, r=1 (`cost`)."
        )
    return found["d"], found["r"]


@dataclass(frozen=True, eq=False)
class _Budget:
    """The `optimum.Surface` at one budget f with its exponents of d and r."""

    ctx: Precision
    exponents: tuple[object, object]
    share: Scalar
    batch: int
    step_size: object
    flops: Scalar
    powers: tuple[Scalar, Scalar]
    spectrum: Any = None

    def _steps(self, d: Scalar) -> Scalar:
        """R at size d."""
        n, m = self.powers
        if n == m == 1:
            return self.flops / (d * self.batch)
        logs = self.ctx.log(np.array([self.flops, d]))
        return self.ctx.exp(np.array([(logs[0] - n * logs[1]) / m]))[0] / self.batch

    @property
    def _largest(self) -> float:
        """The size at which a single step is left."""
        n, m = map(float, self.powers)
        return math.exp((math.log(self.flops) - m * math.log(self.batch)) / n)

    def _model(self, d: Scalar, digits: int | None) -> PLRF:
        gamma = self.step_size(d) if callable(self.step_size) else self.step_size
        known = {"batch": self.batch, "step_size": gamma, "spectrum": self.spectrum, "precision": digits}
        return PLRF(*self.exponents, d, self.share * d, **known)

    def log_loss(self, x: tuple[float, ...]) -> float:
        """phi in float64, for the search; infinite where the step size is not stable at this size."""
        d = math.exp(x[0])
        try:
            model = self._model(d, None)
        except UnstableStepSize:
            return math.inf
        return math.log(model.curve([float(self._steps(d))]).loss[0])

    def point(self, x: tuple[Scalar, ...]) -> tuple[Scalar, Scalar, Scalar, Scalar]:
        """phi and phi_F = s in the working precision, each with an absolute error."""
        ctx = self.ctx
        d = ctx.exp(np.array([x[0]]))[0]
        found = self._model(d, None if ctx is FLOAT64 else ctx.digits).point(self._steps(d))
        loss, error, slope, slope_error = found
        m = self.powers[1]
        return ctx.log(np.array([loss]))[0], error, slope / m, slope_error / m

    def optimum(self, least: float) -> tuple[Scalar, ...]:
        """The row of `Frontier` for this budget."""
        # the stencil around the minimum must stay inside the sizes allowed, too
        most = min(self._largest, 0.9 * self._top)
        found = scan(self, (math.log(least),), (math.log(most),))
        if not math.isfinite(found.value):
            raise TauberInputError(
                f"The step size {self.step_size} is unstable at every size d; lower it (`step_size`), or take 'auto'."
            )
        if found.sides[0]:
            raise TauberInputError(self._no_minimum(least, most, found.sides[0] > 0))
        best = polish(self, refine(self, found))
        d = self.ctx.exp(best.x)[0]
        return (d, best.x_error[0], best.loss, best.error, best.x_slope[0], best.x_slope_error[0], best.loss_slope,
                best.loss_slope_error)  # fmt: skip

    @property
    def _top(self) -> float:
        """The largest size of the model."""
        if self.spectrum is None:
            top = largest_size(self.ctx.real(self.exponents[0]))
        elif (count := declared.own_count(self.spectrum)) is not None:
            return float(count)
        else:
            top = largest_size(declared.steepest(self.spectrum) / 2)
        return top if math.isinf(self.share) else top / float(self.share)

    def _no_minimum(self, least: float, most: float, falling: bool) -> str:
        """Why there is no frontier at this budget, and what to do."""
        asked = f"At budget {float(self.flops):.3g} the loss has no interior minimum"
        if falling and most < self._largest:
            return f"{asked} up to d = {most:.3g}, the largest size allowed here; lower the budget (`budgets`)."
        return (
            f"{asked} between d = {least:.3g} and d = {most:.3g}, which happens without a power law "
            "(alpha + beta <= 1/2) or at too small a budget; choose alpha + beta > 1/2 or raise the budget "
            "(`budgets`)."
        )
