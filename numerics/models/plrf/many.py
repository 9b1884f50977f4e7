"""Losses and frontiers of many models at once: parameters are arrays, broadcast together as NumPy broadcasts.

Equal models among them are solved once, at all their times together, in the order of their spectra, which neighbours
share. A model that is refused, or a value whose digits are lost, is a NaN with its reason; the others stand. Numbers
are those of one model at a time (`PLRF`, `frontier`), in float64.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from ...core.optimum import Optimum
from ...core.precision import FLOAT64, Array
from ...errors import PrecisionLost, TauberInputError
from ...volterra import attempt, refusal
from .frontier import optima, row
from .model import PLRF

Advance = Callable[[int], object]
Answer = TypeVar("Answer", "Losses", "Frontiers")


@dataclass(frozen=True, eq=False)
class Losses:
    """Losses in the common shape of what was given.

    Attributes
    ----------
    loss, error : the loss and the estimate of its relative error, NaN where `reason` says why
    step_size : gamma, NaN for a model that is refused
    reason : texts, empty where there is a loss
    """

    loss: Array
    error: Array
    step_size: Array
    reason: Array


def losses(
    alpha: object,
    beta: object,
    d: object,
    times: object,
    *,
    v: object = math.inf,
    batch: object = 1,
    noise: object = 0,
    step_size: object = "auto",
    advance: Advance | None = None,
) -> Losses:
    """The loss of the PLRF at every combination that the arrays say.

    Parameters
    ----------
    alpha, beta, d, v, batch, noise, step_size : array_like
        As for `PLRF`; "auto" stands for all step sizes.
    times : array_like
        Steps; the shape of the answer is that of all arrays together: ``alpha[:, None]`` with a list of times gives a
        row for each alpha, arrays of one length give a value for each entry.
    advance : callable, optional
        Called with the number of values after each model.

    Raises
    ------
    TauberInputError
        If the shapes do not fit together or something is no number. What a model refuses (its parameters, an unstable
        step size) and lost digits are reasons in the answer.

    Examples
    --------
    >>> found = losses([0.8, 0.4], 0.3, 1000, [100, 1e6])
    >>> found.loss.shape, found.reason[1]
    ((2,), 'Infinitely many modes, v = inf, need 2 alpha > 1, got alpha = 0.4; give a finite v > d (`v`).')
    """
    auto = isinstance(step_size, str) and step_size == "auto"
    given = alpha, beta, v, d, batch, noise, *(() if auto else (step_size,))
    parameters, (t,) = _together(given, (times,))
    found = _unknown(Losses, t.size)
    for model, where in _models(parameters, t.shape):
        _solve_at(found, where, model, t.ravel()[where])
        if advance is not None:
            advance(len(where))
    return _shaped(found, t.shape)


def _together(given: tuple[object, ...], rest: tuple[object, ...]) -> tuple[Array, list[Array]]:
    """What makes a model, stacked, shape (n, ...), and the rest in the common shape of all."""
    try:
        arrays = [FLOAT64.lift(np.asarray(values, dtype=object)) for values in (*given, *rest)]
        shape = np.broadcast_shapes(*(array.shape for array in arrays))
    except ValueError as error:
        if isinstance(error, TauberInputError):
            raise
        raise TauberInputError(
            f"Arrays of numbers that fit together were expected ({error}); give them shapes that NumPy broadcasts."
        ) from error
    return np.stack(np.broadcast_arrays(*arrays[: len(given)])), [
        np.broadcast_to(array, shape) for array in arrays[len(given) :]
    ]


def _models(parameters: Array, shape: tuple[int, ...]) -> Iterator[tuple[list[float], Array]]:
    """Each model once, in the order of its parameters, with its positions in the raveled `shape`."""
    models, place = np.unique(parameters.reshape(len(parameters), -1), axis=1, return_inverse=True)
    place = np.broadcast_to(place.reshape(parameters.shape[1:]), shape).ravel()
    order = np.argsort(place, kind="stable")
    positions = np.split(order, np.searchsorted(place[order], np.arange(1, models.shape[1])))
    return zip(models.T.tolist(), positions, strict=True)


def _solve_at(found: Losses, where: Array, parameters: list[float], times: Array) -> None:
    """Fill in the losses of one model."""
    alpha, beta, v, d, batch, noise, *step_size = parameters
    known: dict[str, Any] = {"batch": batch, "noise": noise, "step_size": step_size[0] if step_size else "auto"}
    try:
        model = PLRF(alpha, beta, d, v, **known)
        solution = attempt(model.equation, times)
    except (TauberInputError, PrecisionLost) as refused:
        found.reason[where] = str(refused)
        return
    found.step_size[where] = model.step_size
    found.loss[where], found.error[where] = solution.values, solution.error
    for k in np.flatnonzero(~(solution.error <= FLOAT64.loss_limit)):
        found.loss[where[k]] = found.error[where[k]] = math.nan
        found.reason[where[k]] = str(refusal(FLOAT64, times[k], solution.error[k]))


@dataclass(frozen=True, eq=False)
class Frontiers:
    """The numbers of a `Frontier`, in the common shape of what was given.

    Attributes
    ----------
    d, d_error, loss, error, d_slope, d_slope_error, loss_slope, loss_slope_error : NaN where `reason` says why
    reason : texts, empty where there is an optimum
    """

    d: Array
    d_error: Array
    loss: Array
    error: Array
    d_slope: Array
    d_slope_error: Array
    loss_slope: Array
    loss_slope_error: Array
    reason: Array


def frontiers(
    alpha: object,
    beta: object,
    budgets: object,
    *,
    cost: Mapping[str, object] | None = None,
    ratio: object = None,
    batch: object = 1,
    step_size: object = "auto",
    advance: Advance | None = None,
) -> Frontiers:
    """The frontier of the PLRF at every combination that the arrays say.

    Parameters
    ----------
    alpha, beta, budgets, ratio, batch, step_size : array_like
        As for `frontier`, broadcast together; None stands for all ratios, "auto" for all step sizes. The budgets of
        equal models are solved together.
    cost : mapping, optional
        As for `frontier`, the same for all.
    advance : callable, optional
        Called with the number of values after each model.

    Raises
    ------
    TauberInputError
        If the shapes do not fit together or something is no number. A budget without an interior minimum, and whatever
        else `frontier` refuses, is a reason in the answer.

    Examples
    --------
    >>> found = frontiers([[0.8], [0.1]], 0.3, [1e8, 1e10])
    >>> found.d.round(1), found.reason[1, 0][:56]
    (array([[ 3207.2, 19205.9],
           [    nan,     nan]]), 'At budget 1e+08 the loss has no interior minimum between')
    """
    auto = isinstance(step_size, str) and step_size == "auto"
    given = alpha, beta, batch, *(() if ratio is None else (ratio,)), *(() if auto else (step_size,))
    parameters, (flops,) = _together(given, (budgets,))
    found = _unknown(Frontiers, flops.size)
    for (a, b, size, *rest), where in _models(parameters, flops.shape):
        share, gamma = None if ratio is None else rest[0], "auto" if auto else rest[-1]
        own = flops.ravel()[where].tolist()
        _optimise_at(found, where, optima(FLOAT64, (a, b), own, cost, share, size, gamma))
        if advance is not None:
            advance(len(where))
    return _shaped(found, flops.shape)


def _optimise_at(found: Frontiers, where: Array, best: Iterator[Optimum | TauberInputError | PrecisionLost]) -> None:
    """Fill in the optima of one model."""
    columns = [getattr(found, field.name) for field in dataclasses.fields(found)]
    try:
        for k, optimum in zip(where, best, strict=True):
            if isinstance(optimum, Exception):
                found.reason[k] = str(optimum)
                continue
            for column, number in zip(columns, row(FLOAT64, optimum), strict=False):
                column[k] = number
    except (TauberInputError, PrecisionLost) as refused:  # of the model as such
        found.reason[where] = str(refused)


def _unknown(kind: type[Answer], size: int) -> Answer:
    numbers = {field.name: np.full(size, math.nan) for field in dataclasses.fields(kind)}
    return kind(**numbers | {"reason": np.full(size, "", dtype=object)})


def _shaped(found: Answer, shape: tuple[int, ...]) -> Answer:
    columns = {field.name: getattr(found, field.name).reshape(shape) for field in dataclasses.fields(found)}
    return dataclasses.replace(found, **columns)
