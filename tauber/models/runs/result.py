"""What `fit` gives: a result that also foretells losses and keeps the samples of its bootstrap."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...boundary import numerics_errors
from ...errors import BadInput
from ...output.result import Result

if TYPE_CHECKING:
    import numpy as np

    from ...numerics.runs import Fitted, Samples


@dataclass(frozen=True, eq=False)
class Foretold:
    """Losses with their error of one sigma and their interval of 95 %, arrays of the shape that was asked."""

    loss: np.ndarray
    error: np.ndarray
    low: np.ndarray
    high: np.ndarray


class FitResult(Result):
    """A `Result` with `predict` and `samples`."""

    def __init__(
        self, values: Mapping[str, Any], show: Callable[[Result, bool], None], draw: Callable[[Result], Any],
        fitted: Fitted, drawn: Samples,
    ) -> None:  # fmt: skip
        super().__init__(values, show, draw)
        self._fitted, self._drawn = fitted, drawn

    @property
    def samples(self) -> dict[str, np.ndarray]:
        """The parameters of each bootstrap sample by their names, in the units of the table."""
        form = self._fitted.form
        natural = form.natural(self._drawn.theta, self._fitted.x)
        return {name: natural[:, i] for i, name in enumerate(form.parameters)}

    def predict(self, *resources: Any) -> Foretold:
        """The loss at sizes and data (or at the one resource of the form), with its error and interval of 95 %.

        It holds for the mean of runs: the noise of a single run is not in it. Outside of the runs it is as good as the
        form, of which the interval says nothing.

        Raises
        ------
        BadInput
            If there are not as many resources as the form has, one is no positive number, their shapes cannot be
            broadcast, or a model's surface is not solved so far out.
        """
        import numpy as np

        from ...numerics.runs import spread

        form, x = self._fitted.form, self._fitted.x
        if len(resources) != len(form.resources):
            raise BadInput(f"The form {form.name} foretells from {' and '.join(form.resources)}, in this order.")
        asked = " and ".join(form.resources)
        try:
            arrays = np.broadcast_arrays(*(np.asarray(r, dtype=float) for r in resources))
        except (TypeError, ValueError) as failed:
            raise BadInput(f"The {asked} to foretell from must be numbers, or arrays of them of one shape.") from failed
        if not all(np.isfinite(array).all() and (array > 0).all() for array in arrays):
            raise BadInput(f"The {asked} to foretell from must be positive numbers.")
        with numerics_errors():
            at = x.at(np.log([array.ravel() for array in arrays]))
            drawn = x.unit * np.exp(form.log_loss(self._drawn.theta, at))
            loss = self._fitted.losses(*arrays)
            if not np.isfinite(loss).all():
                raise BadInput(
                    f"The surface of {form.name} is not solved so far from the runs; ask for sizes and data nearer to "
                    "theirs."
                )
            error, low, high = spread(drawn)
            shape = arrays[0].shape
            return Foretold(loss, error.reshape(shape), low.reshape(shape), high.reshape(shape))
