"""The best size of an algorithm that is given by its matrices at each budget, and the slopes."""

from __future__ import annotations

import math
from typing import Annotated, Any

from ...action import Argument, Number, Numbers, action
from ...boundary import numerics_errors
from ...declared.reading import Declaration, terms_beside
from ...errors import BadInput
from ...output import screen
from ...output.frontier import show_table
from ...output.result import Result
from ...read import numbers
from ...spectra import asked
from ..plrf.frontier import read_ratio
from ..plrf.given import read_cost
from ..terms.derive import derive
from .given import Given, OwnRecursion


@action(draws=True)
def frontier(
    file: Given,
    flops: Annotated[
        Numbers,
        Argument("START:STOP:COUNT|LIST", "Compute budgets f = d r B: log-spaced (1e4:1e7:4) or a comma list."),
    ] = "1e4:1e7:4",
    ratio: Annotated[
        Number | None,
        Argument("NUMBER|inf", "Data modes per parameter, v/d. Default: inf if 2 alpha > 1, else 10."),
    ] = None,
) -> Result:
    """Minimise the loss of a linear algorithm that is given by its matrices over its size d at each compute budget f.

    The file declares spectrum, batch, step size, noise and recursion (docs/own_model.md), and in [budget] another cost
    than d*r. Every size is run step by step, for 200,000 steps at most. The loss is that less sigma^2; the slopes
    d log d*/d log f and -d log P*/d log f are measured, and stand beside those of [terms] where these are declared.

    Example: tauber frontier recursion nesterov.toml --flops 1e4,3e4

    Returns
    -------
    Result
        ``flops``, ``d`` with its relative ``d_error``, ``loss`` with its relative ``error``, ``d_slope`` and
        ``loss_slope`` (positive), each of shape (n,), with absolute uncertainties ``d_slope_error`` and
        ``loss_slope_error``; ``derived``: ``phase``, ``d_exponent`` and ``loss_exponent`` of the terms that are
        declared beside the recursion, None of each where there are none.

    Raises
    ------
    BadInput
        The file declares no recursion, or no best size is within reach.
    CheckFailed
        Digits were lost.
    """
    given = OwnRecursion.read(file)
    budgets, modes = numbers.budgets("--flops", flops), read_ratio(given.data, ratio)
    budget = given.declaration.budget
    if "serial_time" in budget:
        raise BadInput("serial_time was given beside a recursion, whose frontier is over the size alone; leave it out.")
    spent = read_cost(budget.get("cost", "d*r"))
    derived = _derived(given.declaration)
    if given.data.spectrum is not None and given.data.spectrum.count is not None:
        raise BadInput("A frontier needs a law for the spectrum, since its sizes grow; single modes have a curve.")

    def training(size: float) -> Any:
        return given.training(size, math.inf if modes is None else modes * size)

    with numerics_errors(), screen.progress_bar("Minimising", len(budgets)) as advance:
        from ...numerics.models.one_pass.matrix_frontier import matrix_frontier

        powers = float(spent["d"]), float(spent["r"])
        found = matrix_frontier(training, budgets, batch=given.batch, powers=powers, done=lambda: advance(1))
    values = given.values | {
        "ratio": modes, "cost": numbers.product(spent), "flops": budgets,
        "d": found.d, "d_error": found.d_error, "loss": found.excess, "error": found.error,
        "d_slope": found.d_slope, "d_slope_error": found.d_slope_error,
        "loss_slope": -found.loss_slope, "loss_slope_error": found.loss_slope_error, "derived": derived,
    }  # fmt: skip
    return Result(values, _show, lambda result: _figure(given, result))


def _derived(declaration: Declaration) -> dict[str, Any]:
    """The exponents of the terms that are declared beside a recursion at a point."""
    if not (declaration.terms and declaration.exponents):
        return dict.fromkeys(("phase", "d_exponent", "loss_exponent"))
    table = terms_beside(declaration)
    best = derive(table, {key: x for key, x in declaration.exponents.items() if key in table["parameters"]})
    return {"phase": best.phase, "d_exponent": best.exponents["d"], "loss_exponent": best.loss_exponent}


def _figure(given: OwnRecursion, found: Result) -> Any:
    from ...plots.frontier import Panel, draw_frontier

    loss, size = found.derived["loss_exponent"], found.derived["d_exponent"]
    panels = (
        Panel("excess over the noise", r"\mathcal{E}", found.loss, found.loss_slope, loss, falls=True),
        Panel("size", "d", found.d, found.d_slope, size),
    )
    title = f"{given.data.title}, a recursion of one's own"
    return draw_frontier(title, ("f", f"f = {found.cost}"), found.flops, panels)


def _show(result: Result, full: bool) -> None:
    del full  # the answer is short
    payload = result.plain()
    derived = payload["derived"]
    of_terms = "" if derived["loss_exponent"] is None else " beside what is derived of its terms"
    screen.print_line(
        f"{asked(payload, 'alpha', 'beta')}, a recursion of one's own: measured{of_terms}. The loss is that less "
        "sigma^2."
    )
    show_table(payload, "flops", {"d": derived["d_exponent"]}, derived["loss_exponent"])
