"""One form fitted to runs: many starts, the best of them, and how many agree on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..core.precision import FLOAT64, Array
from ..errors import TauberInputError
from .forms import Coordinates, Form, instead
from .objective import minimise
from .solved import SurfaceForm
from .table import Runs

USUAL_HUBER = 1e-3
"""Of log L: where Huber's loss turns from squares to absolute values (arXiv 2203.15556, D.2)."""
_ROUGH = 0.1  # Huber's delta of the first round: nearly least squares, which has few minima
_KEPT = 40  # starts that go to the second round
_SAME = 1e-6  # relative difference of the objective up to which two searches have found the same minimum

AnyForm = Form | SurfaceForm
"""A form by formula, or the surface of a model."""


@dataclass(frozen=True, eq=False)
class Fitted:
    """A form at its best parameters.

    Attributes
    ----------
    form, runs, x : what was fitted to which runs, and these as the form sees them
    theta : internal parameters, (p,)
    value : the objective there
    huber : delta of Huber's loss
    starts, agreeing : searches that went to the end, and those that ended at this minimum
    """

    form: AnyForm
    runs: Runs
    x: Coordinates
    theta: Array
    value: float
    huber: float
    starts: int
    agreeing: int

    @cached_property
    def target(self) -> Array:
        """log(loss/unit) of the runs."""
        return np.log(self.runs.loss / self.x.unit)

    @cached_property
    def residuals(self) -> Array:
        """log loss measured less log loss fitted, (n,)."""
        return self.target - self.form.log_loss(self.theta[None], self.x)[0]

    @property
    def natural(self) -> Array:
        """The parameters by their names, in the units of the table."""
        return self.form.natural(self.theta[None], self.x)[0]

    def losses(self, *resources: Array) -> Array:
        """The fitted loss at resources, one array for each of the form's, all of one shape."""
        shape = np.shape(resources[0])
        x = self.x.at(np.log([np.ravel(r) for r in resources]))
        return self.x.unit * np.exp(self.form.log_loss(self.theta[None], x)[0]).reshape(shape)

    @property
    def at_bounds(self) -> dict[str, str]:
        """Parameters that ended at a bound, with the limit that the runs cannot tell them from."""
        low, high = self.form.bounds
        found = {}
        for name, value, least, most in zip(self.form.parameters, self.theta, low, high, strict=True):
            if value <= least or value >= most:
                found[name] = self.form.limits[name][int(value >= most)]
        return found


def fit(form: AnyForm, runs: Runs, huber: float = USUAL_HUBER) -> Fitted:
    """Fit a form to runs.

    Parameters
    ----------
    huber
        delta of Huber's loss of log L; inf is least squares.

    Raises
    ------
    TauberInputError
        If there are no more runs than parameters, or the loss or a resource of the form has one value only.
    """
    count, needed = len(runs.loss), len(form.parameters)
    if count <= needed:
        there = "is 1 run" if count == 1 else f"are {count} runs"
        raise TauberInputError(
            f"The form {form.name!r} has {needed} parameters, {', '.join(form.parameters)}, and there {there}, which "
            f"is too few; give more runs{instead(form.name, runs)}."
        )
    if np.ptp(runs.loss) == 0:
        raise TauberInputError(
            f"All {count} runs have the same loss, {runs.loss[0]:g}, from which no law can be told; is its column "
            f"{runs.names.get('loss', 'loss')!r} another one (`columns`)?"
        )
    form = form.prepared(runs)
    x = form.coordinates(runs)
    for name, column in zip(form.resources, x.log, strict=True):
        if np.ptp(column) <= 4 * FLOAT64.eps * abs(x.centre).max():
            raise TauberInputError(
                f"All runs have the same {name}, so that no exponent of it can be fitted; give runs of several"
                f"{instead(form.name, runs)}."
            )
    target = np.log(runs.loss / x.unit)
    weights = np.ones((1, count))
    starts = form.starts(x, target)
    rough = minimise(form.rough(), x, target[None], weights, starts, max(_ROUGH, huber), tolerance=1e-4, most=60)
    best = np.argsort(rough.value)[:_KEPT]
    found = minimise(form, x, target[None], weights, rough.theta[best], huber, tolerance=1e-13, most=2000)
    least = int(np.argmin(found.value))
    floor = FLOAT64.eps * count * min(huber, 1.0)
    agreeing = int((found.value <= found.value[least] * (1 + _SAME) + floor).sum())
    return Fitted(form, runs, x, found.theta[least], float(found.value[least]), huber, len(best), agreeing)
