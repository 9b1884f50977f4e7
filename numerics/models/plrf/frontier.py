r"""The compute-optimal frontier: the smallest loss, and the size d*, at a budget f = d^n (r B)^m, usually f = d r B.

The loss is an exact smooth function of real d and r, so with x = log d, phi(x, F) = log P(e^x, e^((F - n x)/m)/B),
F = log f, the machinery of `optimum` applies, and phi_F = s(x*, F)/m, with s = d log P/d log r, comes from the contour
nodes: an exact derivative.

All budgets are looked for together, in rounds: a table of phi at sizes over the whole range, five values around the
least of each budget, a stencil around that.  The losses of a round come from the same array operations (`lockstep`);
what these do not serve, and more digits, from a model at a time.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...core import declared
from ...core.limits import MAX_TIME, largest_size
from ...core.optimum import SPACING, Asked, Optimum, Scan, polish, polish_together, polishing, refine, scan_at, vertex
from ...core.precision import FLOAT64, Array, Precision, Scalar, precision_of
from ...core.spectrum import Spectrum, smallest_real_size
from ...errors import PrecisionLost, TauberInputError, UnstableStepSize
from ..one_pass import lockstep
from .model import PLRF, modes_of

_ASIDE = 0.08  # guesses are off by this in log d, or by twice as much
_FARTHEST = 700  # a search that runs away is refused this size, whose exponential is still a double
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


Found = Optimum | TauberInputError | PrecisionLost


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
) -> Iterator[Found]:
    """The optimum of each budget in turn, or why there is none; the arguments are those of `frontier`."""
    share, real_size = _modes(ctx, exponents[0], spectrum, ratio)
    powers, flops = _cost(ctx, cost), [ctx.real(f) for f in budgets]
    least = 1.000001 * max(1.0, real_size / float(share))
    models = _Models(ctx, exponents, share, batch, step_size, spectrum, least)
    asked = {f: _Budget(models, f, powers) for f in flops if 0 < f <= MAX_TIME}
    if not asked:
        yield from [_bad_budgets()] * len(flops)
        return
    found = dict(zip(asked, _searched(list(asked.values())), strict=True))
    for f in flops:
        yield found[f] if f in found else _bad_budgets()


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
class _Models:
    """The models of all sizes, from `least` on."""

    ctx: Precision
    exponents: tuple[object, object]
    share: Scalar
    batch: Any
    step_size: object
    spectrum: Any
    least: float

    def model(self, d: Scalar, digits: int | None = None) -> PLRF:
        """The one with d features."""
        gamma = self.step_size(d) if callable(self.step_size) else self.step_size
        known = {"batch": self.batch, "step_size": gamma, "spectrum": self.spectrum, "precision": digits}
        return PLRF(*self.exponents, d, self.share * d, **known)

    def log_losses(self, sizes: Array, steps: Array) -> Array:
        """phi in float64 at each size after so many steps; infinite where the step size is not stable."""
        found = np.log(self._together(sizes, steps).loss)
        for k in np.flatnonzero(np.isnan(found)):
            try:
                found[k] = math.log(self.model(sizes[k]).curve([steps[k]]).loss[0])
            except UnstableStepSize:
                found[k] = math.inf
        return found

    def points(self, sizes: Array, steps: Array) -> Array:
        """What `PLRF.point` finds for each, shape (4, number of sizes)."""
        if self.ctx is not FLOAT64:
            models = [self.model(d, self.ctx.digits) for d in sizes]
            return np.array([model.point(t) for model, t in zip(models, steps, strict=True)]).T
        at = self._together(sizes, steps)
        found = np.array([at.loss, at.error, at.slope, at.slope_error])
        for k in np.flatnonzero(np.isnan(at.loss)):
            found[:, k] = self.model(sizes[k]).point(steps[k])
        return found

    def _together(self, sizes: Array, steps: Array) -> lockstep.Points:
        """Of those sizes that are certainly allowed."""
        found = lockstep.Points(*np.full((4, len(sizes)), math.nan))
        inside = np.flatnonzero((sizes >= self.least) & (sizes <= self.most))
        if len(inside):
            d, batch = sizes[inside], float(self.batch)
            part = lockstep.points(self._spectra(d), d, batch, self._step_sizes(d), steps[inside], batch + 1)
            for name, values in vars(found).items():
                values[inside] = getattr(part, name)
        return found

    def _step_sizes(self, sizes: Array) -> Array | None:
        """Of each size, None for "auto"; NaN, which no model has, for what is no number."""
        own = self.step_size
        given = [own(d) for d in sizes] if callable(own) else [own] * len(sizes)
        auto = [isinstance(gamma, str) and gamma == "auto" for gamma in given]
        if all(auto):
            return None
        return np.array([math.nan if own else FLOAT64.real(gamma) for gamma, own in zip(given, auto, strict=True)])

    def _spectra(self, sizes: Array) -> list[Spectrum]:
        if math.isinf(self.share):
            return [self._shared] * len(sizes)
        return [modes_of(FLOAT64, self.exponents, self.spectrum, d, float(self.share) * d) for d in sizes.tolist()]

    @functools.cached_property
    def _shared(self) -> Spectrum:
        """The spectrum of all sizes, where v does not depend on them."""
        return modes_of(FLOAT64, self.exponents, self.spectrum, self.most, math.inf)

    @functools.cached_property
    def most(self) -> float:
        """The largest size of a model."""
        if self.spectrum is None:
            top = largest_size(self.ctx.real(self.exponents[0]))
        elif (count := declared.own_count(self.spectrum)) is not None:
            return float(count)
        else:
            top = declared.largest(self.spectrum)
        return top if math.isinf(self.share) else top / float(self.share)


@dataclass(frozen=True, eq=False)
class _Budget:
    """The `optimum.Surface` at one budget f with its exponents of d and r."""

    models: _Models
    flops: Scalar
    powers: tuple[Scalar, Scalar]

    @property
    def ctx(self) -> Precision:
        """The working precision."""
        return self.models.ctx

    def steps(self, d: Array) -> Array:
        """R at each size d."""
        n, m = self.powers
        if n == m == 1:
            return self.flops / (d * self.models.batch)
        logs = self.ctx.log(self.ctx.lift([self.flops])) - n * self.ctx.log(self.ctx.lift(d))
        return self.ctx.exp(logs / m) / self.models.batch

    @property
    def _largest(self) -> float:
        """The size at which a single step is left."""
        n, m = map(float, self.powers)
        return math.exp((math.log(self.flops) - m * math.log(self.models.batch)) / n)

    def log_losses(self, x: Array) -> Array:
        """phi in float64, for the search; infinite where the step size is not stable at this size."""
        d = np.exp(x)
        return self.models.log_losses(d, FLOAT64.lift(self.steps(d)))

    def log_loss(self, x: tuple[float, ...]) -> float:
        """phi at one place."""
        return float(self.log_losses(np.array(x))[0])

    def points(self, x: Asked) -> Array:
        """phi and phi_F = s/m in the working precision, each with an absolute error."""
        d = self.sizes(x)
        return self.scaled(self.models.points(d, self.steps(d)))

    def sizes(self, x: Asked) -> Array:
        """d at each place, in the working precision."""
        return np.asarray(self.ctx.exp(np.array([min(place[0], _FARTHEST) for place in x])))

    def scaled(self, found: Array) -> Array:
        """`points` from those of the models."""
        loss, error, slope, slope_error = found
        return np.array([self.ctx.log(loss), error, slope / self.powers[1], slope_error / self.powers[1]])

    @property
    def most(self) -> float:
        """The largest size to try; the stencil around a minimum must stay inside the sizes allowed, too."""
        return min(self._largest, 0.9 * self.models.most)

    def bracket(self, table: _Table) -> Scan:
        """Where the optimum lies, by the table, or on a grid of its own where that has none inside."""
        least = self.models.least
        bracket = table.bracket(self)
        if bracket is None:
            ends = (math.log(least),), (math.log(self.most),)
            bracket = scan_at(lambda places: self.log_losses(np.array(places)[:, 0]), *ends)
        if not math.isfinite(bracket.value):
            raise TauberInputError(
                f"The step size {self.models.step_size} is unstable at every size d; lower it (`step_size`), or take "
                "'auto'."
            )
        if bracket.sides[0]:
            raise TauberInputError(self._no_minimum(least, self.most, bracket.sides[0] > 0))
        return bracket

    def alone(self, bracket: Scan) -> Optimum:
        """The optimum in a bracket, by a search of its own."""
        return polish(self, refine(self, bracket))

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


def _searched(budgets: list[_Budget]) -> list[Found]:
    """The optimum of each budget or why there is none, all looked for together; by itself what is not found so."""
    table = _Table.of(budgets)
    found: list[Found | Scan] = [_tried(budget.bracket, table) for budget in budgets]
    inside = [k for k, bracket in enumerate(found) if isinstance(bracket, Scan)]
    starts = _starts([budgets[k] for k in inside], [table.least(budgets[k]) for k in inside])
    begun = [k for k, x in zip(inside, starts, strict=True) if _within(found[k], x)]
    searches = [polishing(budgets[k].ctx, (x,)) for k, x in zip(inside, starts, strict=True) if k in begun]
    polished = polish_together(searches, lambda asked: _points([budgets[k] for k in begun], asked))
    for k, best in zip(begun, polished, strict=True):
        if not isinstance(best, Exception) and best.settled and _within(found[k], float(best.x[0])):
            found[k] = best
    return [
        _tried(budget.alone, best) if isinstance(best, Scan) else best
        for budget, best in zip(budgets, found, strict=True)
    ]


def _tried(work: Callable[[Any], Any], given: Any) -> Any:
    try:
        return work(given)
    except (TauberInputError, PrecisionLost) as refused:
        return refused


def _within(bracket: Any, x: float) -> bool:
    """Whether x, which may be NaN, lies in a bracket."""
    return abs(x - bracket.best[0]) <= bracket.spacing[0]


def _starts(budgets: list[_Budget], rough: list[float]) -> list[float]:
    """x* of each budget from a guess that is off by a few times `_ASIDE`, through phi at five points so far apart.

    Near enough for one step of Newton's iteration, whose stencil takes seven values, to be the last.
    """
    x = np.array(rough)[:, None] + _ASIDE * np.arange(-2, 3)
    known = np.isfinite(x[:, 0])
    values = np.full(x.shape, math.nan)
    if known.any():
        values[known] = _log_losses([budget for budget, use in zip(budgets, known, strict=True) if use], x[known])
    return [
        place + _ASIDE * vertex(phi) if np.isfinite(phi).all() else place
        for place, phi in zip(rough, values, strict=True)
    ]


def _log_losses(budgets: list[_Budget], x: Array) -> Array:
    """phi in float64 of each budget at its row of x."""
    d = np.exp(x)
    steps = np.array([FLOAT64.lift(budget.steps(row)) for budget, row in zip(budgets, d, strict=True)])
    return budgets[0].models.log_losses(d.ravel(), steps.ravel()).reshape(x.shape)


def _points(budgets: list[_Budget], asked: list[Asked | None]) -> list[Array | Exception]:
    """`_Budget.points` of each, of all at once where none is refused."""
    sizes = [np.empty(0) if x is None else budget.sizes(x) for budget, x in zip(budgets, asked, strict=True)]
    steps = [budget.steps(d) for budget, d in zip(budgets, sizes, strict=True)]
    ends = np.cumsum([len(d) for d in sizes])
    try:
        parts = np.split(budgets[0].models.points(np.concatenate(sizes), np.concatenate(steps)), ends[:-1], axis=1)
    except (TauberInputError, PrecisionLost):
        return [_tried(budget.points, x or []) for budget, x in zip(budgets, asked, strict=True)]
    return [budget.scaled(part) for budget, part in zip(budgets, parts, strict=True)]


@dataclass(frozen=True, eq=False)
class _Table:
    """phi on a grid of log d for every budget, in float64.

    `values` has a row for each size, a column for each budget; NaN where nothing was asked, infinite where nothing is.
    Asked is every second size, and those beside what is least so far.
    """

    sizes: Array
    budgets: tuple[_Budget, ...]
    values: Array

    @classmethod
    def of(cls, budgets: list[_Budget]) -> _Table:
        """Sizes from the least to the largest that any budget allows."""
        sizes = np.arange(math.log(budgets[0].models.least), math.log(max(b.most for b in budgets)), SPACING)
        reached = sizes[:, None] < np.log([budget.most for budget in budgets])
        table = cls(sizes, tuple(budgets), np.where(reached, math.nan, math.inf))
        wanted = reached & (np.arange(len(sizes)) % 2 == 0)[:, None]
        while wanted.any():
            table._ask(wanted)
            wanted = np.isnan(table.values) & table._beside()
        return table

    def _ask(self, wanted: Array) -> None:
        """Find all values that are wanted at once."""
        d = np.exp(self.sizes)
        steps = np.stack([FLOAT64.lift(budget.steps(d)) for budget in self.budgets], axis=1)
        sizes = np.broadcast_to(d[:, None], wanted.shape)
        self.values[wanted] = self.budgets[0].models.log_losses(sizes[wanted], steps[wanted])

    def _beside(self) -> Array:
        """Which are at most three sizes from one that is known to be least among those, of the same budget."""
        known = np.where(np.isnan(self.values), math.inf, self.values)
        low = (known == _around(known, math.inf).min(axis=0)) & np.isfinite(known)
        return np.asarray(_around(low, False).any(axis=0))

    def bracket(self, budget: _Budget) -> Scan | None:
        """The least value of a budget, at the first size or between two others; None at the last or of few sizes.

        The first size is the least one allowed; the last one is not the largest.
        """
        inside = self._column(budget)[self.sizes < math.log(budget.most)]
        place = int(np.argmin(inside)) if len(inside) else 0
        if len(inside) < _POINTS or not (place < len(inside) - 1 and math.isfinite(inside[place])):
            return None
        return Scan((float(self.sizes[place]),), float(inside[place]), (0 if place else -1,), (SPACING,))

    def least(self, budget: _Budget) -> float:
        """About x*, from the five values around the least; NaN where they are not there."""
        column = self._column(budget)
        place = int(np.argmin(column))
        around = column[max(0, place - 2) : place + 3]
        if len(around) < 5 or not np.isfinite(around).all():
            return math.nan
        return float(self.sizes[place]) + SPACING * vertex(around)

    def _column(self, budget: _Budget) -> Array:
        column = self.values[:, self.budgets.index(budget)]
        return np.where(np.isnan(column), math.inf, column)


def _around(table: Array, beyond: Any) -> Array:
    """Each row's neighbours up to three rows away, and itself: shape (7, *table.shape)."""
    padded = np.pad(table, ((3, 3), (0, 0)), constant_values=beyond)
    return np.stack([padded[k : k + len(table)] for k in range(7)])
