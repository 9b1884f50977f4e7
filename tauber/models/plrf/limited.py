"""The frontier in large batches: under a limit on the serial time, or where the batch has a price of its own.

With r = f^rho steps the batch is what the budget leaves; else it is sought beside the size. The product gamma B is held
at its best, which is known in the end (`theory.models.one_pass.lengths`), or at half of the limit of stability where it
would come to that.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ...errors import BadInput
from ...read.formula import powers
from ...spectra import LogPowers, Sphere, Torus
from ..assumption import assumption, exact
from .like import place_of

if TYPE_CHECKING:
    from ...numerics.models.plrf.trained_frontier import TrainedFrontier
    from .given import Data
    from .training import Asked

_LARGE = 10**6
"""A batch at which gamma B does not depend on B any more."""
_DIGITS = 16


def refuse(asked: str, step_size: str, options: Mapping[str, str | None], batch: int) -> None:
    """Refuse what makes the batch free in a training where it is not.

    Raises
    ------
    BadInput
        Another step size than the best constant one, or a batch.
    """
    words = [f"--{name}" for name, text in options.items() if text is not None]
    if step_size != "free" or words:
        leave = f", and leave out {', '.join(words)}" if words else ""
        raise BadInput(
            f"{asked} was given, but the best batch is found beside the best constant step size alone; give "
            f"--step-size free{leave}."
        )
    if batch != 1:
        raise BadInput(f"{asked} and --batch {batch} were given, but the best batch is found; leave one of them out.")


def grows(asked: str, derived: Mapping[str, Any]) -> bool:
    """Whether the best batch grows with the compute, so that it is sought among large ones.

    Raises
    ------
    BadInput
        Nothing is derived.
    """
    if (why := derived.get("not_derived")) is not None:
        raise BadInput(f"{asked} was given, but {why[0].lower()}{why[1:]}")
    return bool(derived["batch_exponent"] != 0)


def steps(limit: str, derived: Mapping[str, Any]) -> float:
    """The power of f in the number of steps, all of which are best taken.

    Raises
    ------
    BadInput
        The limit is none: with the best batch there are fewer steps, or the batch stays finite.
    """
    if not grows(f"--serial-time {limit}", derived):
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


def product(given: Data, asked: Asked, spent: Mapping[str, Fraction], most: float, ratio: float) -> float:
    """The product gamma B that is held at sizes up to f^(4/5).

    That which is best in the end; where it would come to the limit of stability, or is not known, that of the step size
    `auto` in large batches.
    """
    from ...numerics.core.declared import largest

    if (best := _best_product(given, asked, spent)) is not None:
        return best
    size = most**0.8 if given.spectrum is None else min(most**0.8, largest(given.spectrum) / 2)
    return _LARGE * float(given.model(size, ratio * size, batch=_LARGE).step_size)


def _best_product(given: Data, asked: Asked, spent: Mapping[str, Fraction]) -> float | None:
    """None under a limit on the steps, at the limit of stability, or where values of zeta functions are not known."""
    from ...theory.errors import AssumptionError
    from ...theory.models.one_pass.lengths import best_length
    from ...theory.models.one_pass.phases import optimum
    from ...theory.models.plrf.model import assumption_at

    if asked.serial_time is not None or isinstance(given.spectrum, LogPowers | Sphere | Torus):
        return None
    point, training = place_of(given), asked.read(spent)
    at = exact(point.alpha), exact(point.beta)
    try:
        modes = assumption_at(*at) if given.spectrum is None else assumption(given.spectrum)
        length = best_length(training, optimum(training, *at), modes)
        return None if length is None or length.noise is None else float(length.values(_DIGITS)[0])
    except AssumptionError:  # of parts of a union
        return None


def left(found: TrainedFrontier, cost: tuple[float, float, float], rho: float) -> dict[str, Any]:
    """The batch beside the size, a power of d and f: with ``f = d^x r^y B^z`` and ``r = f^rho``.

    ``B = (f^(1 - rho y)/d^x)^(1/z)``, so that its relative error is x/z of that of d, and so is the error of its slope.
    """
    x, y, z = cost
    power, share = (1 - rho * y) / z, x / z
    return {
        "batch": found.budgets**power * found.resources["d"] ** -share,
        "batch_error": share * found.resource_errors["d"],
        "batch_slope": power - share * found.slopes["d"],
        "batch_slope_error": share * found.slope_errors["d"],
    }


def beside(batch: Mapping[str, Any], product: float) -> dict[str, Any]:
    """The step size of a batch, with which its product is held."""
    return {
        "step_size_times_batch": product,
        "step_size": product / batch["batch"], "step_size_error": batch["batch_error"],
        "step_size_slope": -batch["batch_slope"], "step_size_slope_error": batch["batch_slope_error"],
    }  # fmt: skip
