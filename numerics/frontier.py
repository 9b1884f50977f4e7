r"""The compute-optimal frontier: the smallest loss, and the size d*, at a budget f = d r B.

The loss is an exact smooth function of real d and r, so with x = log d, phi(x, F) = log P(e^x, e^(F-x)/B), F = log f,
the optimum is phi_x = 0 and both local exponents follow without refitting:

    d log P*/dF = phi_F = s(x*, F),          s = d log P/d log r     (envelope theorem; s comes from the contour nodes)
    d log d*/dF = - s_x / phi_xx             (implicit function theorem)

x* is bracketed and found by Brent's method in float64 and refined by Newton's iteration on phi_x in the working
precision; derivatives in x come from seven-point stencils, whose disagreement with the five-point ones, together with
the loss errors they amplify, is the uncertainty given.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .errors import TauberInputError, UnstableStepSize
from .limits import MAX_TIME, largest_size
from .plrf import PLRF
from .precision import FLOAT64, Array, Precision, Scalar, precision_of
from .spectrum import smallest_real_size

_SCAN = 0.5 * math.log(10)  # spacing in log d of the scan that brackets the minimum
_NEWTON_STEPS = 6

# Central first and second derivative weights on offsets -3..3, orders 6 and 4 (Fornberg, Math. Comp. 51, 1988).
_FIRST = (([-1, 9, -45, 0, 45, -9, 1], 60), ([0, 1, -8, 0, 8, -1, 0], 12))
_SECOND = (([2, -27, 270, -490, 270, -27, 2], 180), ([0, -1, 16, -30, 16, -1, 0], 12))


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
    ratio: object = None,
    batch: int = 1,
    step_size: object = "auto",
    precision: int | None = None,
) -> Frontier:
    """Minimise the loss over d at each budget f = d r B; r = f/(d B) may be fractional.

    Parameters
    ----------
    budgets : list of real, shape (n,)
    ratio : real, inf or None
        v = ratio * d > d; None takes inf if 2 alpha > 1 and 10 otherwise.
    step_size : real, "auto", or a function d -> step size

    Raises TauberInputError where no interior minimum exists between d = 1 and r = 1 (d <= 1e24, see `limits`).
    """
    ctx = precision_of(precision)
    a = ctx.real(alpha)
    share = ctx.real(ratio) if ratio is not None else math.inf if 2 * a > 1 else ctx.real(10)
    if not share > 1:
        raise TauberInputError(f"The ratio v/d must be larger than 1, got {ratio}.")
    flops = [ctx.real(f) for f in np.atleast_1d(np.asarray(budgets)).tolist()]
    if not flops or not all(0 < f <= MAX_TIME for f in flops):
        raise TauberInputError(f"The budgets must be a non-empty list of positive numbers up to {MAX_TIME:g}.")

    least = 1.000001 * max(1.0, smallest_real_size(ctx, a) / float(share))
    rows = []
    for f in flops:
        budget = _Budget(ctx, (alpha, beta), share, batch, step_size, f / batch)
        rows.append(budget.optimum(budget.locate(least)))
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    return Frontier(ctx.lift(np.array(flops, dtype=object)), *columns)


@dataclass(frozen=True, eq=False)
class _Budget:
    """phi and s at one budget; `product` = d r."""

    ctx: Precision
    exponents: tuple[object, object]
    share: Scalar
    batch: int
    step_size: object
    product: Scalar

    def _model(self, d: Scalar, digits: int | None) -> PLRF:
        gamma = self.step_size(d) if callable(self.step_size) else self.step_size
        return PLRF(*self.exponents, d, self.share * d, batch=self.batch, step_size=gamma, precision=digits)

    def log_loss(self, x: float) -> float:
        """phi in float64, for the search; infinite where the step size is not stable at this size."""
        d = math.exp(x)
        try:
            model = self._model(d, None)
        except UnstableStepSize:
            return math.inf
        return math.log(model.curve([float(self.product) / d]).loss[0])

    def locate(self, least: float) -> float:
        """x* roughly: a scan for the bracket (the loss need not be unimodal), then Brent's method."""
        from scipy.optimize import minimize_scalar  # here, because importing it takes longer than a curve

        # the stencil around the minimum must stay inside the sizes allowed, too
        top = largest_size(self.ctx.real(self.exponents[0]))
        most = min(float(self.product), 0.9 * (top if math.isinf(self.share) else top / float(self.share)))
        low, high = math.log(least), math.log(most)
        grid = np.linspace(low, high, max(5, math.ceil((high - low) / _SCAN) + 1)) if high > low else np.array([low])
        losses = [self.log_loss(x) for x in grid]
        if not math.isfinite(min(losses)):
            raise TauberInputError(
                f"The step size {self.step_size} is unstable at every size d; lower it (step_size, --lr), "
                "or take 'auto'."
            )
        best = int(np.argmin(losses))
        if best in (0, len(grid) - 1):
            raise TauberInputError(self._no_minimum(least, most, best > 0))
        bounds = (grid[best - 1], grid[best + 1])
        return float(minimize_scalar(self.log_loss, bounds=bounds, method="bounded", options={"xatol": 1e-4}).x)

    def _no_minimum(self, least: float, most: float, falling: bool) -> str:
        """Why there is no frontier at this budget, and what to do."""
        asked = f"At budget {float(self.product * self.batch):.3g} the loss has no interior minimum"
        if falling and most < float(self.product):
            return f"{asked} up to d = {most:.3g}, the largest size allowed here; lower the budget (budgets, --flops)."
        return (
            f"{asked} between d = {least:.3g} and d = {most:.3g}, which happens without a power law "
            "(alpha + beta <= 1/2) or at too small a budget; choose alpha + beta > 1/2 or raise the budget "
            "(budgets, --flops)."
        )

    def optimum(self, rough: float) -> tuple[Scalar, ...]:
        """The row of `Frontier` for this budget."""
        ctx = self.ctx
        step = ctx.real(0.02 if ctx is FLOAT64 else 10.0 ** (-ctx.digits / 8))
        x = ctx.real(rough)
        for _ in range(_NEWTON_STEPS):
            log_loss, error, slope, slope_error = self._stencil(x, step)
            bend, bend_error = _derivative(_SECOND, log_loss, step * step, error)
            tilt, tilt_error = _derivative(_FIRST, log_loss, step, error)
            if abs(tilt) <= tilt_error:
                break
            x = x - tilt / bend
        mixed, mixed_error = _derivative(_FIRST, slope, step, slope_error)
        d, d_error = ctx.exp(np.array([x]))[0], abs(tilt) / bend + tilt_error / bend
        d_slope = -mixed / bend
        d_slope_error = (mixed_error + abs(d_slope) * bend_error) / bend
        loss = ctx.exp(log_loss[3:4])[0]
        # off the optimum by d_error the loss is higher by bend/2 d_error^2 and its slope differs by mixed * d_error
        return (d, d_error, loss, error + bend * d_error**2 / 2, d_slope, d_slope_error, slope[3],
                slope_error + abs(mixed) * d_error)  # fmt: skip

    def _stencil(self, x: Scalar, step: Scalar) -> tuple[Array, Scalar, Array, Scalar]:
        """phi and s at x - 3 step, ..., x + 3 step, with the largest error of each."""
        ctx = self.ctx
        sizes = ctx.exp(x + step * ctx.lift(np.arange(-3, 4)))
        digits = None if ctx is FLOAT64 else ctx.digits
        points = [self._model(d, digits).point(self.product / d) for d in sizes]
        loss, error, slope, slope_error = (np.array(column) for column in zip(*points, strict=True))
        return ctx.log(loss), error.max(), slope, slope_error.max()


def _derivative(
    weights: tuple[tuple[list[int], int], ...], values: Array, scale: Scalar, error: Scalar
) -> tuple[Scalar, Scalar]:
    """A derivative by the longer stencil, and its uncertainty: distance to the shorter one plus amplified errors."""
    (long, divisor), (short, short_divisor) = weights
    fine = (np.array(long) @ values) / (divisor * scale)
    coarse = (np.array(short) @ values) / (short_divisor * scale)
    return fine, abs(fine - coarse) + error * sum(map(abs, long)) / (divisor * scale)
