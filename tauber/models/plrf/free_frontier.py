"""The frontier over size and step size, with noise in the labels: the best of both at each compute budget."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from ...boundary import numerics_errors, theory_errors
from ...errors import BadInput
from ...output import screen
from ...output.frontier import show_table
from ...output.result import Result
from .given import Data
from .training import Asked


def free_frontier(
    given: Data, budgets: list[float], modes: float | None, batch: int, noise: Fraction, others: list[str]
) -> Result:
    """Find the best size and step size; `others` are options that fix what is free here, or mean something else.

    Raises
    ------
    BadInput
        If there are any, or no noise: without it the best step size is at its limit.
    """
    if others:
        raise BadInput(f"{others[0]} was given with --step-size free, which chooses the step size; leave it out.")
    if given.point is None or not noise:
        raise BadInput(
            "--step-size free needs powers and label noise here: give --alpha, --beta and a positive --noise."
        )
    point = given.point
    with theory_errors():
        from sympy import Rational

        from ...theory.models.one_pass.phases import optimum

        asked = Asked(label_noise="1", step_size="free").read({"d": Fraction(1), "r": Fraction(1)})
        best = optimum(asked, Rational(point.alpha), Rational(point.beta))
    with numerics_errors(), screen.waiting("Minimising"):
        from ...numerics.models.plrf.free_step import free_step

        ratio = math.inf if modes is None else modes
        found = free_step(point.alpha, point.beta, budgets, noise=float(noise), ratio=ratio, batch=batch)
    values = given.values | {
        "ratio": modes, "batch": batch, "noise": noise, "flops": budgets,
        "d": found.d, "step_size": found.gamma, "loss": found.excess, "error": found.error,
        "d_slope": found.slopes["d"], "d_slope_error": found.slope_errors["d"],
        "step_size_slope": found.slopes["gamma"], "step_size_slope_error": found.slope_errors["gamma"],
        "loss_slope": -found.slopes["loss"], "loss_slope_error": found.slope_errors["loss"],
        "derived": {
            "phase": best.phase, "boundary_of": list(best.boundary_of), "d_exponent": best.exponents["d"],
            "step_size_exponent": best.exponents["gamma"], "loss_exponent": best.loss_exponent,
        },
    }  # fmt: skip
    return Result(values, _show, lambda result: _figure(given, result))


def _figure(given: Data, found: Result) -> Any:
    from ...plots.frontier import Panel, draw_frontier

    derived = found.derived
    panels = (
        Panel(
            "excess over the noise", r"\mathcal{E}", found.loss, found.loss_slope, derived["loss_exponent"], falls=True
        ),
        Panel("size", "d", found.d, found.d_slope, derived["d_exponent"]),
        Panel("step size", r"\gamma", found.step_size, found.step_size_slope, derived["step_size_exponent"]),
    )
    return draw_frontier(f"{given.title}, label noise {found.noise}", ("f", r"f = d\,r\,B"), found.flops, panels)


def _show(result: Result, full: bool) -> None:
    del full  # the answer is short
    payload = result.plain()
    derived = payload["derived"]
    where = derived["phase"] or f"on the boundary of {' and '.join(derived['boundary_of'])}"
    screen.print_line(
        f"alpha = {payload['alpha']}, beta = {payload['beta']}, label noise {payload['noise']}, best step size; "
        f"derived: {where}. The loss is that less sigma^2."
    )
    sizes = {"d": derived["d_exponent"], "step_size": derived["step_size_exponent"]}
    show_table(payload, "flops", sizes, derived["loss_exponent"])
