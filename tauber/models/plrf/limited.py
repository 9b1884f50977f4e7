"""The frontier under a limit on the serial time: r = f^rho steps, at the batch that the budget leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...errors import BadInput
from ...read.formula import powers

if TYPE_CHECKING:
    from ...numerics.models.plrf.trained_frontier import TrainedFrontier
    from .given import Data

_LARGE = 10**6
"""A batch at which gamma B does not depend on B any more."""


def refuse(limit: str, step_size: str, options: Mapping[str, str | None], batch: int) -> None:
    """Refuse a limit on the steps of a training whose batch is not free.

    Raises
    ------
    BadInput
        Another step size than the best constant one, or a batch.
    """
    words = [f"--{name}" for name, text in options.items() if text is not None]
    if step_size != "free" or words:
        leave = f", and leave out {', '.join(words)}" if words else ""
        raise BadInput(
            f"--serial-time {limit} was given, but the best batch for few steps is found beside the best constant step "
            f"size alone; give --step-size free{leave}."
        )
    if batch != 1:
        raise BadInput(
            f"--serial-time {limit} and --batch {batch} were given, but with few steps the batch is what the compute "
            "leaves; leave one of them out."
        )


def steps(limit: str, derived: Mapping[str, Any]) -> float:
    """The power of f in the number of steps, all of which are best taken.

    Raises
    ------
    BadInput
        The limit is none: with the best batch there are fewer steps, or the batch stays finite.
    """
    if (why := derived.get("not_derived")) is not None:
        raise BadInput(f"--serial-time {limit} was given, but {why[0].lower()}{why[1:]}")
    if derived["batch_exponent"] == 0:
        raise BadInput(
            f"--serial-time {limit} was given, but here the best batch does not grow with the compute, and only large "
            "ones are sought; leave it out."
        )
    (power,) = powers("--serial-time", limit, ["f"], {})
    if (least := derived["serial_time_exponent"]) != power:
        known = "are derived on a boundary alone" if least is None else f"number f^({least}) in the best use of compute"
        raise BadInput(
            f"--serial-time {limit} was given, but it does not bind: the steps {known}; leave it out, or give a "
            "smaller power."
        )
    return float(power)


def parallel(given: Data, most: float, ratio: float) -> float:
    """The product gamma B: that of the step size `auto` in large batches, stable at every size up to f^(4/5)."""
    from ...numerics.core.declared import largest

    size = most**0.8 if given.spectrum is None else min(most**0.8, largest(given.spectrum) / 2)
    return _LARGE * float(given.model(size, ratio * size, batch=_LARGE).step_size)


def left(found: TrainedFrontier, product: float, cost: tuple[float, float], rho: float) -> dict[str, Any]:
    """Step size and batch beside the size, powers of d and f: with ``f = d^x (r B)^y`` and ``r = f^rho``.

    ``B = (f/d^x)^(1/y)/f^rho``, so that its relative error is x/y of that of d, and so is the error of its slope.
    """
    x, y = cost
    d, share = found.resources["d"], x / y
    batch = (found.budgets / d**x) ** (1 / y) / found.budgets**rho
    error, slope_error = share * found.resource_errors["d"], share * found.slope_errors["d"]
    slope = 1 / y - rho - share * found.slopes["d"]
    return {
        "step_size": product / batch, "step_size_error": error,
        "step_size_slope": -slope, "step_size_slope_error": slope_error,
        "batch": batch, "batch_error": error, "batch_slope": slope, "batch_slope_error": slope_error,
    }  # fmt: skip
