"""``tauber frontier``: the best size at each compute budget, its loss, and the slopes beside the derived exponents."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import BadInput
from . import numbers, options, screen
from .derive import point_payload
from .parameters import Point, rate
from .plotting import plot_target
from .wings import numerics_errors, theory_errors

if TYPE_CHECKING:
    from ..theory.plrf import Derivation

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
    batch: options.Batch = "1",
    plot: options.Plot = None,
    json: options.Json = False,
) -> None:
    """Minimise the loss of the power-law random-features model over its size d at each compute budget f = d r B.

    The measured local slopes d log d*/d log f and -d log P*/d log f stand beside the derived exponents. Where they
    differ by more than their uncertainty, f is not yet large.

    Example: tauber frontier plrf --alpha 0.8 --beta 0.3
    """
    point = Point.read(alpha, beta)
    budgets, modes = numbers.budgets("--flops", flops), _ratio(point, ratio)
    gamma, samples = rate(lr), numbers.whole("--batch", batch)
    target = plot_target(plot)
    with theory_errors():
        from ..theory.plrf import derive

        derived = derive(point.alpha, point.beta)
    with numerics_errors():
        from ..numerics.frontier import frontier

        found = frontier(point.alpha, point.beta, budgets, ratio=modes, batch=samples, step_size=gamma)
    if target is not None:
        _draw(derived, found, target)
    payload = {
        "model": "plrf",
        "alpha": str(point.alpha),
        "beta": str(point.beta),
        "ratio": modes,
        "batch": samples,
        "flops": found.budgets,
        "d": found.d,
        "loss": found.loss,
        "error": found.error,
        "d_slope": found.d_slope,
        "d_slope_error": found.d_slope_error,
        "loss_slope": [-slope for slope in found.loss_slope],
        "loss_slope_error": found.loss_slope_error,
        "derived": {
            key: point_payload(derived)[key] for key in ("phase", "boundary_of", "d_exponent", "loss_exponent")
        },
    }
    if json:
        screen.print_json(payload)
    else:
        _show(payload, target)


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


def _draw(derived: Derivation, found: Any, target: Path) -> None:
    from ..plots.frontier import draw_frontier
    from ..plots.save import save

    save(draw_frontier(derived, found), target)


def _show(payload: dict[str, Any], target: Path | None) -> None:
    derived = payload["derived"]
    if derived["phase"] is None:
        where = f"on the boundary of {' and '.join(derived['boundary_of'])}, where logarithms may appear"
    elif derived["phase"] == "none":
        where = "no power law"
    else:
        where = f"phase {derived['phase']}: d* ~ f^({derived['d_exponent']}), P* ~ f^(-{derived['loss_exponent']})"
    screen.print_line(f"alpha = {payload['alpha']}, beta = {payload['beta']}; derived: {where}")
    columns = ("flops", "optimal d", "loss", "relative error", "slope of d", "derived", "slope of loss", "derived")
    screen.print_table("Compute-optimal frontier", columns, _rows(payload))
    if target is not None:
        screen.print_line(f"Wrote {target}")


def _rows(payload: dict[str, Any]) -> list[tuple[str, ...]]:
    x, y = (payload["derived"][key] or "none" for key in ("d_exponent", "loss_exponent"))
    keys = ("flops", "d", "loss", "error", "d_slope", "d_slope_error", "loss_slope", "loss_slope_error")
    return [
        (f"{f:.4g}", f"{d:.6g}", f"{loss:.8g}", f"{error:.1e}", _slope(dx, ex), _value(x), _slope(dy, ey), _value(y))
        for f, d, loss, error, dx, ex, dy, ey in zip(*(payload[key] for key in keys), strict=True)
    ]


def _slope(value: float, error: float) -> str:
    return f"{value:.5f} +- {error:.1e}"


def _value(exact: str) -> str:
    """An exact exponent with its decimal value, where it is a number."""
    from fractions import Fraction

    return exact if exact == "none" else f"{exact} = {float(Fraction(exact)):.5f}"
