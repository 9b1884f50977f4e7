"""``tauber curve kernel``: the test loss of a kernel of one's own, predicted from its training set alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ...boundary import numerics_errors
from ...cli.plotting import plot_target
from ...read import arguments as options
from ...read import numbers
from ...report import screen
from ..data.reading import counted, reading_payload, show_reading

_NOTICED = 0.1
"""Of the standard error: what round-off of the file may move the curve by before it is said."""


def kernel(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="Kernel matrix, P x P: .npy, a table of text, or .npz with arrays kernel and labels."
        ),
    ],
    labels: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="Labels, P or P x outputs: .npy, .npz, or a table of text. Default: those in FILE."
        ),
    ] = None,
    classes: Annotated[
        bool,
        typer.Option("--classes", help="Labels that are whole numbers are classes, one output each; text is anyway."),
    ] = False,
    times: Annotated[
        str, typer.Option(metavar="START:STOP:COUNT|LIST", help="Times: log-spaced, or a comma list.")
    ] = "0.1:1e4:60",
    plot: options.Plot = None,
    json: options.Json = False,
) -> None:
    """Predict the test loss of kernel gradient flow, label noise included, from its kernel matrix K and labels alone.

    Nothing is assumed about spectrum, target or noise: with P samples, residuals decay like exp(-K t/P), and the test
    loss follows from the resolvent of K, in the limit of many samples. One training set gives it with a standard error,
    which is stated, and sums over the outputs. Labels that are numbers are taken as they are, without --classes. For a
    network that does not start at 0, subtract its outputs from the labels first.

    Example: tauber curve kernel training.npz --times 0.1:1e4:20
    """
    moments, target = numbers.moments("--times", times), plot_target(plot)
    with numerics_errors(), screen.waiting("Diagonalising"):
        payload = _predicted(file, labels, classes, moments)
    if target is not None:
        from ...plots.curves import draw_prediction
        from ...plots.save import save

        save(draw_prediction(f"{Path(file).name}: {payload['samples']} samples", payload), target)
    if json:
        screen.print_json(payload)
    else:
        _show(payload, target)


def _predicted(file: str, labels: str | None, classes: bool, moments: list[float]) -> dict[str, Any]:
    """Read the files and predict: the JSON object."""
    from ...numerics.data import load_kernel
    from ...numerics.dynamical.training_data import predicted_test

    matrix, known, reading, other = load_kernel(file, labels=labels, classes=classes or None)
    found = predicted_test(matrix, known, moments)
    moved = 0 * found.test if other is None else abs(predicted_test(other, known, moments).test - found.test)
    read = reading_payload(reading)
    late = moved > _NOTICED * found.test_error
    if late.any():
        most, first = float((moved / found.test)[late].max()), float(found.times[late].min())
        flag = (
            f"The curve moves by up to {most:.1g} of it within the round-off of float32, from time {first:.6g} on: "
            "compute the kernel in float64 for later times."
        )
        read["flags"] = [*read["flags"], flag]
    return {
        "model": "kernel",
        "file": file,
        "reading": read,
        "samples": len(known),
        "outputs": known.shape[1],
        "times": moments,
        "test": found.test,
        "standard_error": found.test_error,
        "train": found.train,
        "error": found.error + moved / (found.test + (found.test == 0)),
    }


def _show(payload: dict[str, Any], target: Path | None) -> None:
    screen.print_line(f"{payload['file']}: {payload['samples']} samples, {counted(payload['outputs'], 'output')}")
    show_reading(payload["reading"])
    keys = ("times", "test", "standard_error", "train")
    rows = [
        (f"{moment:.10g}", f"{test:.6g}", f"{error:.2g}", f"{train:.6g}")
        for moment, test, error, train in zip(*(payload[key] for key in keys), strict=True)
    ]
    columns = ("time", "test loss predicted", "its standard error", "training loss")
    screen.print_table("Test loss from training data alone", columns, rows)
    if target is not None:
        screen.print_line(f"Wrote {target}")
