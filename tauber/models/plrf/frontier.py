"""``tauber frontier``: the best size at each compute budget, its loss, and the slopes beside the derived exponents."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...boundary import numerics_errors, theory_errors
from ...cli.plotting import plot_target
from ...errors import BadInput
from ...read import arguments as options
from ...read import numbers
from ...report import screen
from ...report.frontier import show_table
from .approach import approach, sentence
from .derive import point_payload
from .given import Point, StepSize

if TYPE_CHECKING:
    from ...numerics.frontier import Frontier
    from ...theory.plrf import Derivation

app = typer.Typer(name="frontier", no_args_is_help=True, help="Find the compute-optimal sizes of a model.")

Flops = Annotated[
    str,
    typer.Option(
        metavar="START:STOP:COUNT|LIST", help="Compute budgets f = d r B: log-spaced (1e8:1e16:9) or a comma list."
    ),
]
Ratio = Annotated[
    str | None,
    typer.Option(metavar="NUMBER|inf", help="Data modes per parameter, v/d. Default: inf if 2 alpha > 1, else 10."),
]


@app.command("plrf")
def plrf(
    alpha: options.Alpha,
    beta: options.Beta,
    flops: Flops = "1e8:1e16:9",
    ratio: Ratio = None,
    lr: options.Rate = "auto",
    lr_trace: options.TraceRate = None,
    batch: options.Batch = "1",
    digits: options.Digits = None,
    plot: options.Plot = None,
    json: options.Json = False,
) -> None:
    """Minimise the loss of the power-law random-features model over its size d at each compute budget f = d r B.

    The measured local slopes d log d*/d log f and -d log P*/d log f stand beside the derived exponents, their limits.
    Where they differ by more than their uncertainty, f is not yet large: the slope that the derived leading correction
    predicts at this f stands beside them, too.

    Example: tauber frontier plrf --alpha 0.8 --beta 0.3
    """
    point = Point.read(alpha, beta)
    budgets, modes = numbers.budgets("--flops", flops), _ratio(point, ratio)
    rate, samples = StepSize.read(lr, lr_trace), numbers.whole("--batch", batch)
    precision = None if digits is None else numbers.digits(digits, numbers.SOLVED_DIGITS)
    target = plot_target(plot)
    with theory_errors():
        from ...theory.plrf import derive

        derived = derive(point.alpha, point.beta)
    with numerics_errors():
        found = _measure(point, budgets, modes, samples, rate, precision)
    if target is not None:
        _draw(derived, found, target)
    payload: dict[str, Any] = {
        "model": "plrf",
        "alpha": str(point.alpha),
        "beta": str(point.beta),
        "ratio": modes,
        "batch": samples,
        "flops": budgets,
        "d": screen.decimals(found.d, precision),
        "loss": screen.decimals(found.loss, precision),
        "error": screen.decimals(found.error, precision and screen.ERROR_DIGITS),
        "d_slope": screen.decimals(found.d_slope, precision),
        "d_slope_error": screen.decimals(found.d_slope_error, precision and screen.ERROR_DIGITS),
        "loss_slope": screen.decimals([-slope for slope in found.loss_slope], precision),
        "loss_slope_error": screen.decimals(found.loss_slope_error, precision and screen.ERROR_DIGITS),
        "derived": {
            key: point_payload(derived)[key] for key in ("phase", "boundary_of", "d_exponent", "loss_exponent")
        },
    }
    with theory_errors(), numerics_errors(), screen.waiting("Deriving the correction"):
        payload["derived"] |= approach(derived, point, rate, samples, modes, payload)
    if json:
        screen.print_json(payload)
    else:
        _show(payload, target)


def _measure(
    point: Point, budgets: list[float], modes: float, batch: int, rate: StepSize, digits: int | None
) -> Frontier:
    """Find the frontier budget by budget, under a progress bar."""
    import dataclasses

    import numpy as np

    from ...numerics.frontier import frontier

    step: Any = rate.rate
    if rate.over_trace is not None:

        def step(d: Any) -> Any:
            return rate.at(point, d, modes * d, digits)

    with screen.progress_bar("Minimising", len(budgets)) as advance:
        parts = []
        for budget in budgets:
            parts.append(
                frontier(point.alpha, point.beta, [budget], ratio=modes, batch=batch, step_size=step, precision=digits)
            )
            advance(1)
    names = [field.name for field in dataclasses.fields(parts[0])]
    return dataclasses.replace(
        parts[0], **{name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    )


def _ratio(point: Point, text: str | None) -> float:
    """Read v/d: a number above 1, or inf where the trace stays finite (there it is the default)."""
    if text is None:
        return math.inf if 2 * point.alpha > 1 else 10.0
    value = math.inf if numbers.is_inf(text) else numbers.positive_float("--ratio", text)
    if value <= 1:
        raise BadInput(
            f"--ratio was given as '{text}', but the model needs more data modes than parameters: choose it above 1."
        )
    if math.isinf(value) and 2 * point.alpha <= 1:
        raise BadInput(
            f"--ratio inf was given with --alpha {point.alpha}, but infinitely many modes have a finite trace only for "
            "2 alpha > 1: choose a finite ratio, such as 10."
        )
    return value


def _draw(derived: Derivation, found: Frontier, target: Path) -> None:
    from ...plots.frontier import Panel, draw_frontier
    from ...plots.save import save

    phase = f"phase {derived.phase}" if derived.phase not in {None, "none"} else "no single power law"
    title = rf"$\alpha={float(derived.alpha):g}$,  $\beta={float(derived.beta):g}$:  {phase}"
    panels = (
        Panel("loss", "P", found.loss, [-slope for slope in found.loss_slope], derived.loss_exponent, falls=True),
        Panel("size", "d", found.d, found.d_slope, derived.d_exponent),
    )
    save(draw_frontier(title, ("f", r"f = d\,r\,B"), found.budgets, panels), target)


def _show(payload: dict[str, Any], target: Path | None) -> None:
    derived = payload["derived"]
    if derived["phase"] is None:
        where = f"on the boundary of {' and '.join(derived['boundary_of'])}, where logarithms may appear"
    elif derived["phase"] == "none":
        where = "no power law"
    else:
        where = f"phase {derived['phase']}: d* ~ f^({derived['d_exponent']}), P* ~ f^(-{derived['loss_exponent']})"
    screen.print_line(f"alpha = {payload['alpha']}, beta = {payload['beta']}; derived: {where}")
    show_table(payload, "flops", {"d": derived["d_exponent"]}, derived["loss_exponent"], derived["predicted_slope"])
    if line := sentence(derived, payload):
        screen.print_line(line)
    if target is not None:
        screen.print_line(f"Wrote {target}")
