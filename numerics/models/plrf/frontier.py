r"""The compute-optimal frontier: the smallest loss, and the size d*, at a budget f = d^n (r B)^m, usually f = d r B.

The loss is an exact smooth function of real d and r, so with x = log d, phi(x, F) = log P(e^x, e^((F - n x)/m)/B),
F = log f, the machinery of `optimum` applies, and phi_F = s(x*, F)/m, with s = d log P/d log r, comes from the contour
nodes: an exact derivative.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...core import declared
from ...core.limits import MAX_TIME, largest_size
from ...core.optimum import SPACING, Optimum, Scan, approach, polish, refine, scan, vertex
from ...core.precision import FLOAT64, Array, Precision, Scalar, precision_of
from ...core.spectrum import smallest_real_size
from ...errors import PrecisionLost, TauberInputError, UnstableStepSize
from .model import PLRF

_ASIDE = 0.08  # guesses are off by this in log d, or by twice as much
_DECADE = math.log(10)
_POINTS = 5  # a budget with fewer sizes in the table is searched on a grid of its own


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
    flops = np.atleast_1d(np.asarray(budgets)).tolist()
    if not flops:
        raise _bad_budgets()
    rows = []
    for best in optima(ctx, (alpha, beta), flops, cost, ratio, batch, step_size, spectrum):
        if isinstance(best, Exception):
            raise best
        rows.append(row(ctx, best))
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    return Frontier(ctx.lift(np.array(flops, dtype=object)), *columns)


def row(ctx: Precision, best: Optimum) -> tuple[Scalar, ...]:
    """The numbers of a `Frontier` at one budget, in their order."""
    return (ctx.exp(best.x)[0], best.x_error[0], best.loss, best.error, best.x_slope[0], best.x_slope_error[0],
            best.loss_slope, best.loss_slope_error)  # fmt: skip


def optima(
    ctx: Precision,
    exponents: tuple[object, object],
    budgets: list[Any],
    cost: Mapping[str, object] | None,
    ratio: object,
    batch: Any,
    step_size: object,
    spectrum: Any = None,
) -> Iterator[Optimum | TauberInputError | PrecisionLost]:
    """The optimum of each budget in turn, or why there is none; the arguments are those of `frontier`."""
    share, real_size = _modes(ctx, exponents[0], spectrum, ratio)
    powers, flops = _cost(ctx, cost), [ctx.real(f) for f in budgets]
    least = 1.000001 * max(1.0, real_size / float(share))
    asked = {
        f: _Budget(ctx, exponents, share, batch, step_size, f, powers, spectrum) for f in flops if 0 < f <= MAX_TIME
    }
    if not asked:
        yield from [_bad_budgets()] * len(flops)
        return
    table, known = _Table.of(list(asked.values()), least), _Known([])
    for f in flops:
        if f not in asked:
            yield _bad_budgets()
            continue
        try:
            best = asked[f].optimum(least, table, known)
        except (TauberInputError, PrecisionLost) as refused:
            yield refused
            continue
        known.optima.append((asked[f].log_flops, float(best.x[0]), float(best.x_slope[0])))
        yield best


def _bad_budgets() -> TauberInputError:
    return TauberInputError(f"The budgets must be a non-empty list of positive numbers up to {MAX_TIME:g}.")


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
            f"The ratio v/d = {float(share):.6g} was asked of a spectrum whose number of modes is whole (a union, an "
            "exponential law); take an infinite one (`ratio`)."
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

    @property
    def log_flops(self) -> float:
        """F."""
        return math.log(self.flops)

    @property
    def most(self) -> float:
        """The largest size to try; the stencil around a minimum must stay inside the sizes allowed, too."""
        return min(self._largest, 0.9 * self._top)

    def optimum(self, least: float, table: _Table, known: _Known) -> Optimum:
        """The optimum of this budget, bracketed in the table, or on a grid of its own where that has none inside."""
        bracket = table.bracket(self)
        if bracket is None:
            bracket = scan(self, (math.log(least),), (math.log(self.most),))
        if not math.isfinite(bracket.value):
            raise TauberInputError(
                f"The step size {self.step_size} is unstable at every size d; lower it (`step_size`), or take 'auto'."
            )
        if bracket.sides[0]:
            raise TauberInputError(self._no_minimum(least, self.most, bracket.sides[0] > 0))
        predicted, near = known.predict(self.log_flops)
        found = self._beside(bracket, table.least(self) if predicted is None else predicted, near)
        return polish(self, refine(self, bracket)) if found is None else found

    def _beside(self, bracket: Scan, rough: float | None, near: bool) -> Optimum | None:
        """The optimum near a guess, if that leads to one inside the bracket; else it is to be searched."""
        (best,), (spacing,) = bracket.best, bracket.spacing
        if rough is None or abs(rough - best) > spacing:
            return None
        try:
            start = rough if near else approach(self, rough, _ASIDE)
            if abs(start - best) > spacing:
                return None
            found = polish(self, (start,))
        except PrecisionLost:  # Newton's iteration has left the valley
            return None
        return found if abs(float(found.x[0]) - best) <= spacing else None

    @property
    def _top(self) -> float:
        """The largest size of the model."""
        if self.spectrum is None:
            top = largest_size(self.ctx.real(self.exponents[0]))
        elif (count := declared.own_count(self.spectrum)) is not None:
            return float(count)
        else:
            top = declared.largest(self.spectrum)
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


@dataclass(frozen=True)
class _Known:
    """F, x* and dx*/dF of the budgets solved before."""

    optima: list[tuple[float, float, float]]

    def predict(self, log_flops: float) -> tuple[float | None, bool]:
        """x* on the cubic through the last two optima and their slopes, or along the slope of a single one.

        And whether that is near: of two optima, within a decade.
        """
        if not self.optima:
            return None, False
        last, x, slope = self.optima[-1]
        ahead = log_flops - last
        if len(self.optima) == 1 or self.optima[-2][0] == last:
            return x + slope * ahead, False
        before, old, old_slope = self.optima[-2]
        span = last - before
        chord = (x - old) / span
        first, second = (slope - chord) / span, (slope - 2 * chord + old_slope) / span**2
        near = max(abs(ahead), abs(span)) < _DECADE
        return x + ahead * (slope + ahead * (first + second * (ahead + span))), near


@dataclass(frozen=True, eq=False)
class _Table:
    """phi on a grid of log d for every budget at once, in float64: the loss curve of one model a size serves them all.

    `values` has a row for each size, a column for each budget; infinite where nothing is known.
    """

    sizes: Array
    budgets: tuple[_Budget, ...]
    values: Array

    @classmethod
    def of(cls, budgets: list[_Budget], least: float) -> _Table:
        """Sizes from `least` to the largest that any budget allows."""
        sizes = np.arange(math.log(least), math.log(max(b.most for b in budgets)), SPACING)
        values = np.full((len(sizes), len(budgets)), math.inf)
        for row, x in zip(values, sizes, strict=True):
            row[:] = _log_losses(budgets, float(x))
        return cls(sizes, tuple(budgets), values)

    def bracket(self, budget: _Budget) -> Scan | None:
        """The least value of a budget between two others; None where it is at an end or the sizes are few."""
        column = self.values[:, self.budgets.index(budget)]
        inside = column[self.sizes < math.log(budget.most)]
        place = int(np.argmin(inside)) if len(inside) else 0
        if len(inside) < _POINTS or not (0 < place < len(inside) - 1 and math.isfinite(inside[place])):
            return None
        return Scan((float(self.sizes[place]),), float(inside[place]), (0,), (SPACING,))

    def least(self, budget: _Budget) -> float | None:
        """About x*, from the five values around the least."""
        column = self.values[:, self.budgets.index(budget)]
        place = int(np.argmin(column))
        around = column[max(0, place - 2) : place + 3]
        if len(around) < 5 or not np.isfinite(around).all():
            return None
        return float(self.sizes[place]) + SPACING * vertex(around)


def _log_losses(budgets: list[_Budget], x: float) -> Array:
    """phi of each budget at one size; infinite where the budget does not reach it or its step size is not stable."""
    found = np.full(len(budgets), math.inf)
    reached = [k for k, budget in enumerate(budgets) if x < math.log(budget.most)]
    d = math.exp(x)
    try:
        model = budgets[0]._model(d, None)
        found[reached] = np.log(model.curve([float(budgets[k]._steps(d)) for k in reached]).loss)
    except UnstableStepSize:
        pass
    return found
