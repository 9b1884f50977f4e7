"""What a form is worth: fitted to the cheaper runs, how well does it foretell the dearer ones?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..core.precision import Array
from ..errors import TauberInputError
from .fitting import AnyForm, Fitted, fit
from .table import Runs

CUTS = (0.5, 0.7, 0.85)
"""Shares of the runs, the cheapest first, that are fitted."""


@dataclass(frozen=True, eq=False)
class Cut:
    """Runs fitted and foretold; root mean square and mean of log(loss/foretold) over the latter, and their arrays."""

    fitted: int
    foretold: int
    up_to: float
    error: float
    bias: float
    runs: Array
    predicted: Array


@dataclass(frozen=True, eq=False)
class HeldOut:
    """A form with its in-sample error (root mean square of log loss, all runs) and its cuts; or why it has none."""

    form: str
    in_sample: float | None
    cuts: tuple[Cut, ...]
    reason: str | None


def held_out(
    runs: Runs, forms: Iterable[AnyForm], huber: float, known: Fitted | None = None,
    advance: Callable[[int], Any] | None = None,
) -> list[HeldOut]:  # fmt: skip
    """Compare forms by what they foretell.

    Parameters
    ----------
    known
        A fit to all runs that is there already.
    advance
        Called with 1 after each form.
    """
    assert runs.compute is not None
    order = np.argsort(runs.compute, kind="stable")
    fewest = round(min(CUTS) * len(order))
    found = []
    for form in forms:
        needed = len(form.parameters)
        try:
            if fewest <= needed:
                raise TauberInputError(f"The cheapest {fewest} runs are too few for {needed} parameters.")
            whole = known if known is not None and known.form == form else fit(form, runs, huber)
            cuts = tuple(_cut(runs, order, form, huber, share) for share in CUTS)
            found.append(HeldOut(form.name, _rms(whole.residuals), cuts, None))
        except TauberInputError as error:
            found.append(HeldOut(form.name, None, (), str(error)))
        if advance is not None:
            advance(1)
    return found


def _cut(runs: Runs, order: Array, form: AnyForm, huber: float, share: float) -> Cut:
    assert runs.compute is not None
    count = round(share * len(order))
    cheap, dear = order[:count], order[count:]
    known = fit(form, runs.subset(cheap), huber)
    predicted = known.losses(*(getattr(runs, r)[dear] for r in form.resources))
    off = np.log(runs.loss[dear] / predicted)
    return Cut(count, len(dear), float(runs.compute[cheap].max()), _rms(off), float(off.mean()), dear, predicted)


def _rms(values: Array) -> float:
    return float(np.sqrt(np.mean(values**2)))
