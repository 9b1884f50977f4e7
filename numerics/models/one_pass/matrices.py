r"""One-pass training by any linear recursion of second moments, given as functions of the eigenvalue and the step.

    y' = A_t(x) y + b_t(x) (P + sigma^2),     P = F_0 + sum_x read_out(x) . y,     y = c^2 start(x) at first,

for every eigenvalue x of the features, c^2 the target's power on it.  Since it is linear, a node (`nodes`) that stands
for `modes` eigenvalues and carries the target's `power` has the sum of their y, driven by `modes` times b; everything
is computed with both rules, and the difference is the estimate of the error, as in `training`.  Which functions of x
the rules integrate depends on where the moments are bounded: the rules reach to the largest x, up to twice the upper
edge, at which every A_t contracts, at steps 0, 1, 2, 5, ... of those that are taken.  Nothing is assumed of how A and b
depend on x but that they are analytic in the right half plane, as polynomials and powers are.

Stability.  Refused are modes that do not contract, the largest eigenvalues first; and a recursion whose noise feeds
itself: with K = sum_x modes read_out (1 - A)^-1 b not below 1 the loss grows.  Where A and b depend on the step K does,
too, and the loss is looked at (`growth`).

Signs.  A loss is a sum of squares: refused are moments at first, or what noise adds to them, that lower it, and a loss
below 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...core.precision import FLOAT64, Array
from ...core.runs import Progress, one_thread
from ...core.spectrum import Spectrum
from ...errors import Diverged, PrecisionLost, TauberInputError, UnstableStepSize, overflow_at
from . import growth, recursion
from .lens import support
from .nodes import Nodes, two_rules
from .recursion import Coefficients, Rules
from .training import MAX_STEPS, RATES, TrainingCurve, estimated, guarded

_ENTRIES = 1 << 20  # of A, in a block of steps
_GROWTH = 1e-9  # of an eigenvalue of A beyond 1, and of a sum below 0 of terms of size 1: rounding
_JUDGED = 25  # steps, at most, at which matrices are judged
_EVER = 1e12  # the last of them where it is not said

OfStep = Callable[[Array, Array], Array]
"""Steps, shape (T,), and eigenvalues, shape (n,) -> an array of shape (T, .., n)."""


@dataclass(frozen=True, eq=False)
class Matrices:
    """A recursion of `size` moments.

    Attributes
    ----------
    A, b : functions of steps (T,) and x (n,) to arrays of shape (T, size, size, n) and (T, size, n)
    read_out, start, report : functions of x (n,) to arrays of shape (size, n)
        of the loss that drives, of the moments at first in units of c^2, of the loss reported.
    constant : whether A and b do not depend on the step
    steps : function of steps (T,) to `SecondMoments`, or None
        A and b once more, as polynomials in x of degree 2 and as x^2 times numbers, where the first moment alone drives
        (read_out = 1) and start is numbers: `recursion` then does the steps, faster, and compiled where numba is.
    reported : the moment that is the loss reported, for `steps`
    """

    size: int
    A: OfStep
    b: OfStep
    read_out: Callable[[Array], Array]
    start: Callable[[Array], Array]
    report: Callable[[Array], Array]
    constant: bool = False
    steps: Coefficients | None = None
    reported: int = 0


@dataclass(frozen=True, eq=False)
class MatrixTraining:
    """Training of `d` features of a spectrum by `matrices`, with label noise of the variance `noise_power`.

    `nodes` : exact eigenvalues in place of the deterministic equivalent.

    Raises
    ------
    TauberInputError, UnstableStepSize, PrecisionLost
    """

    matrices: Matrices
    spectrum: Spectrum
    d: float
    noise_power: float = 0.0
    nodes: Nodes | None = None

    def curve(self, times: object, progress: Progress | None = None) -> TrainingCurve:
        """Losses at whole `times` >= 0, shape (n,), with their error estimates; the peak step size is not known."""
        t = np.atleast_1d(np.asarray(times, dtype=float))
        if not (t.ndim == 1 and len(t) and np.isfinite(t).all() and (t >= 0).all() and (t == np.floor(t)).all()):
            raise TauberInputError("The times must be a non-empty list of whole numbers >= 0; change them (`times`).")
        if t.max() > MAX_STEPS:
            raise TauberInputError(f"The recursion runs {MAX_STEPS:g} steps at most, got {t.max():g}; lower `times`.")
        asked = np.concatenate([t, growth.watched(t.max())])
        for rate in RATES:
            rules = self._rules(rate, t.max())
            both = self._watched(rules, asked, len(t), progress)
            every, errors = estimated(rules[0], both[0], both[-1], asked)
            excess, error = every[: len(t)], errors[: len(t)]
            if (error <= FLOAT64.loss_limit).all() or self.nodes is not None:
                break
        _refuse_negative(asked, every, errors)
        loss = excess + self.noise_power
        return guarded(TrainingCurve(t, loss, error * excess / loss, excess, error, "recursion", math.nan))

    def _watched(self, rules: tuple[Nodes, ...], times: Array, count: int, progress: Progress | None) -> Array:
        """As `_run`; refused is a loss that grows for good, of matrices that change, by the times after `count`."""
        if self.matrices.constant:
            return self._run(rules, times, progress)
        steps, first = times[count:], rules[:1]

        def losses(at: Array) -> Array:
            try:
                return self._run(first, at, None)[0] + self.noise_power
            except PrecisionLost as error:
                raise OverflowError from error

        try:
            both = self._run(rules, times, progress)
        except PrecisionLost as error:
            since = growth.since_when(times.max(), losses)
            raise growth.diverged(since, f"beyond the range of float64 before step {times.max():g}") from error
        growth.refuse_growth(steps, both[0, count:] + self.noise_power, lambda step: self._feeds_itself(first[0], step))
        return both

    def _feeds_itself(self, nodes: Nodes, step: float) -> bool:
        """Whether with the matrices of a step modes grow, or noise by feeding itself."""
        A = np.moveaxis(self.matrices.A(np.array([step]), nodes.x)[0], -1, 0)
        return bool((abs(np.linalg.eigvals(A)) > 1 + _GROWTH).any()) or self.feedback(nodes, step) >= 1

    def check(self) -> None:
        """Refuse a recursion that is unstable at any time, without a step of it."""
        self._rules(RATES[0], _EVER)

    def _rules(self, rate: float, last: float) -> tuple[Nodes, ...]:
        """The rules for the steps before the last, of a recursion that is stable in these."""
        if self.nodes is not None:
            self._check(np.sort(self.nodes.x), self.nodes, last)
            return (self.nodes,)
        limits = support(self.spectrum, self.d)
        beyond = limits.high * np.geomspace(1, 2, 24)
        good = self._contracts(beyond, last)
        if not good[0]:
            self._refuse_growth(limits.high, last)
        top = math.inf if good.all() else float(beyond[np.argmin(good)])
        rules = two_rules(self.spectrum, self.d, top=top, rate=rate)
        self._check(np.geomspace(limits.low, limits.high, 64), rules[0], last)
        return rules

    def _check(self, x: Array, nodes: Nodes, last: float) -> None:
        """Refuse modes that grow, noise that feeds itself, and moments that lower the loss."""
        good = self._contracts(x, last)
        if not good.all():
            self._refuse_growth(float(x[len(x) - 1 - np.argmin(good[::-1])]), last)
        self._refuse_lowering(x, last)
        norm = self.feedback(nodes, 0.0) if self.matrices.constant else 0.0
        if norm >= 1:
            raise UnstableStepSize(
                f"The recursion is unstable: what the noise of a step adds to the loss comes back as {norm:.4g} times "
                "itself, where less than 1 is needed; lower the step size (`step_size`).",
                None,
            )

    def _refuse_growth(self, x: float, last: float) -> None:
        """Refuse a mode that grows, with the first step at which it does where the matrices change."""
        told = f"The recursion is unstable: at the eigenvalue {x:.6g} its moments grow from step to step"
        if self.matrices.constant:
            raise UnstableStepSize(f"{told}; lower the step size (`step_size`), or change the matrices.", None)
        times, mode = self._judged(last), np.array([x])
        grown = int(np.argmax(~self._contract(times, mode)[:, 0]))
        before, first = times[grown - 1] if grown else -1.0, times[grown]
        while first - before > 1:
            middle = np.floor((first + before) / 2)
            before, first = (middle, first) if self._contract(np.array([middle]), mode).all() else (before, middle)
        raise Diverged(
            f"{told}, first at step {first:g}; lower the step size (`step_size`), change the matrices, or stop before "
            "that (`times`).",
            None,
        )

    def _refuse_lowering(self, x: Array, last: float) -> None:
        """Refuse moments at first, or what noise adds to them, that lower the loss."""
        given, times = self.matrices, self._judged(last)
        b, first = given.b(times, x), given.start(x)[None]
        if not np.isfinite(b).all():
            raise TauberInputError(
                "The vector b of the recursion is not finite at every eigenvalue and step; change it."
            )
        for read in (given.read_out(x), given.report(x)):
            for added, what, at in ((first, "its moments at first", times[:1]), (b, "what noise adds", times)):
                parts = read * added
                low = parts.sum(axis=1) < -_GROWTH * abs(parts).sum(axis=1).max(axis=0)
                if low.any():
                    step, mode = np.argwhere(low)[0]
                    raise TauberInputError(
                        f"The recursion has a loss that is no sum of squares: at step {at[step]:g} and the eigenvalue "
                        f"{x[mode]:.6g} {what} would make it negative; change the matrices."
                    )

    def _judged(self, last: float) -> Array:
        """The steps at which matrices are judged: 0, and as many in equal ratios to the one before the last."""
        if self.matrices.constant:
            return np.zeros(1)
        return np.unique(np.floor(np.geomspace(1, max(last, 1), _JUDGED))) - 1

    def _contracts(self, x: Array, last: float) -> Array:
        """Whether no eigenvalue of A_t(x) is above 1, at steps before the last; shape (n,)."""
        return np.array(self._contract(self._judged(last), x).all(axis=0))

    def _contract(self, times: Array, x: Array) -> Array:
        """The same at each of these steps, shape (T, n)."""
        grown = np.moveaxis(self.matrices.A(times, x), -1, 1)
        if not np.isfinite(grown).all():
            raise TauberInputError(
                "The matrix A of the recursion is not finite for every eigenvalue and step; change it."
            )
        return np.array((abs(np.linalg.eigvals(grown)) <= 1 + _GROWTH).all(axis=2))

    def feedback(self, nodes: Nodes, step: float) -> float:
        """K of the module's docstring, with the matrices of a step."""
        given, at, x = self.matrices, np.array([step]), nodes.x
        A, b = np.moveaxis(given.A(at, x)[0], -1, 0), given.b(at, x)[0].T
        try:
            whole = np.linalg.solve(np.eye(given.size) - A, b[:, :, None])[:, :, 0]
        except np.linalg.LinAlgError:
            return 0.0  # a moment that stays: found by growth alone
        return float((nodes.modes * (given.read_out(x) * whole.T).sum(axis=0)).sum())

    @one_thread
    def _run(self, rules: tuple[Nodes, ...], times: Array, progress: Progress | None) -> Array:
        """The excess loss at the times with each rule, shape (R, m)."""
        given, count = self.matrices, len(rules)
        x, modes, power = (np.concatenate([getattr(r, name) for r in rules]) for name in ("x", "modes", "power"))
        if given.steps is not None:
            Y = (given.start(x) * power).reshape(given.size, count, -1)
            return recursion.run(Rules.of(rules), given.steps, Y, times, self.noise_power, reported=given.reported)[0]
        read, report, Y = given.read_out(x), given.report(x), given.start(x) * power
        stops, last = np.unique(times).astype(int), int(times.max())
        block = max(1, _ENTRIES // (given.size**2 * len(x)))
        found, constant, length = [], rules[0].floor + self.noise_power, len(x) // count
        coefficients = self._coefficients(np.zeros(1), x, modes) if given.constant else None
        total = np.add.reduce  # of small arrays the method `sum` takes half as long again
        for first in range(0, last, block):
            steps = np.arange(first, min(first + block, last))
            wanted = set((stops[(stops >= first) & (stops <= steps[-1])] - first).tolist())
            A, b = coefficients or self._coefficients(steps.astype(float), x, modes)
            with np.errstate(over="ignore", invalid="ignore"):  # found below
                for n in range(len(steps)):
                    here = 0 if given.constant else n
                    if n in wanted:
                        found.append(total(total(report * Y).reshape(count, length), axis=1))
                    drive = total(total(read * Y).reshape(count, length), axis=1) + constant
                    Y = total(A[here] * Y, axis=1) + b[here] * drive.repeat(length)
            if not np.isfinite(Y).all():
                raise overflow_at(int(steps[-1]) + 1)
            if progress is not None:
                progress(int(steps[-1]) + 1, last)
        found.append(total(total(report * Y).reshape(count, length), axis=1))
        return rules[0].floor + np.stack(found, axis=1)[:, np.searchsorted(stops, times)]

    def _coefficients(self, steps: Array, x: Array, modes: Array) -> tuple[Array, Array]:
        return self.matrices.A(steps, x), self.matrices.b(steps, x) * modes


def _refuse_negative(times: Array, excess: Array, error: Array) -> None:
    """Refuse a loss below 0 by more than its relative error."""
    low = (excess < 0) & (error < 1)
    if low.any():
        first = np.flatnonzero(low)[np.argmin(times[low])]
        raise TauberInputError(
            f"The recursion has the loss {excess[first]:.3g} at step {times[first]:g}, less than 0, which no sum of "
            "squares is; change the matrices."
        )
