"""The test loss of a kernel of one's own, predicted from its training set alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from ...action import Argument, Numbers, action
from ...boundary import numerics_errors
from ...output import screen
from ...output.result import Result
from ...read import numbers
from ..data.reading import counted, reading_payload, show_reading

_NOTICED = 0.1
"""Of the standard error: what round-off of the file may move the curve by before it is said."""


@action(draws=True)
def curve(
    file: Annotated[
        str,
        Argument(
            "FILE",
            "Kernel matrix, P x P: .npy, a table of text, or .npz with arrays kernel and labels.",
            positional=True,
        ),
    ],
    labels: Annotated[
        str | None,
        Argument("FILE", "Labels, P or P x outputs: .npy, .npz, or a table of text. Default: those in FILE."),
    ] = None,
    classes: Annotated[
        bool, Argument("", "Labels that are whole numbers are classes, one output each; text is anyway.")
    ] = False,
    times: Annotated[Numbers, Argument("START:STOP:COUNT|LIST", "Times: log-spaced, or a comma list.")] = "0.1:1e4:60",
) -> Result:
    """Predict the test loss of kernel gradient flow, label noise included, from its kernel matrix K and labels alone.

    Nothing is assumed about spectrum, target or noise: with P samples, residuals decay like exp(-K t/P), and the test
    loss follows from the resolvent of K, in the limit of many samples. One training set gives it with a standard error,
    which is stated, and sums over the outputs. Labels that are numbers are taken as they are, without --classes. For a
    network that does not start at 0, subtract its outputs from the labels first.

    Example: tauber curve kernel training.npz --times 0.1:1e4:20

    Returns
    -------
    Result
        ``times``, ``test`` (``loss`` is another name of it) with its ``standard_error``, ``train``, and the relative
        ``error`` of round-off, each of shape (n,); ``reading``, what was read.

    Raises
    ------
    BadInput
        A file that cannot be read, a matrix that is no kernel, or labels that do not fit it.

    References
    ----------
    Bordelon, Atanasov, Pehlevan, arXiv 2402.01092.
    """
    moments = numbers.moments("--times", times)
    with numerics_errors(), screen.waiting("Diagonalising"):
        values = _predicted(file, labels, classes, moments)

    def figure(_: Result) -> Any:
        from ...plots.curves import draw_prediction

        return draw_prediction(f"{Path(file).name}: {values['samples']} samples", values)

    return Result(values, _show, figure)


def _predicted(file: str, labels: str | None, classes: bool, moments: list[float]) -> dict[str, Any]:
    """Read the files and predict."""
    from ...numerics.data import load_kernel
    from ...numerics.models.dynamical.training_data import predicted_test

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
        "loss": found.test,
        "test": found.test,
        "standard_error": found.test_error,
        "train": found.train,
        "error": found.error + moved / (found.test + (found.test == 0)),
    }


def _show(result: Result, full: bool) -> None:
    del full  # the answer is short
    screen.print_line(f"{result['file']}: {result['samples']} samples, {counted(result['outputs'], 'output')}")
    show_reading(result["reading"])
    keys = ("times", "test", "standard_error", "train")
    rows = [
        (f"{moment:.10g}", f"{test:.6g}", f"{error:.2g}", f"{train:.6g}")
        for moment, test, error, train in zip(*(result[key] for key in keys), strict=True)
    ]
    columns = ("time", "test loss predicted", "its standard error", "training loss")
    screen.print_table("Test loss from training data alone", columns, rows)
