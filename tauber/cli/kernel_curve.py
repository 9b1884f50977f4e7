"""``tauber curve kernel``: the test loss of a kernel of one's own, predicted from its training set alone."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import BadInput
from . import numbers, options, screen
from .plotting import plot_target
from .wings import numerics_errors

if TYPE_CHECKING:
    import numpy as np

_FORMAT = "a .npy file with one array, or a .npz file with arrays named kernel and labels"


def kernel(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="Kernel matrix, P x P: .npy, or .npz with arrays kernel and labels.")
    ],
    labels: Annotated[
        str | None, typer.Option(metavar="FILE", help="Labels, P of them: .npy, or .npz. Default: those in FILE.")
    ] = None,
    times: Annotated[
        str, typer.Option(metavar="START:STOP:COUNT|LIST", help="Times: log-spaced, or a comma list.")
    ] = "0.1:1e4:60",
    plot: options.Plot = None,
    json: options.Json = False,
) -> None:
    """Predict the test loss of kernel gradient flow, label noise included, from its kernel matrix K and labels alone.

    Nothing is assumed about spectrum, target or noise: with P samples, residuals decay like exp(-K t/P), and the test
    loss follows from the resolvent of K, in the limit of many samples. One training set gives it with a standard error,
    which is stated. For a network that does not start at 0, subtract its outputs from the labels first.

    Example: tauber curve kernel training.npz --times 0.1:1e4:20
    """
    moments, target = numbers.moments("--times", times), plot_target(plot)
    matrix = _array("FILE", file, "kernel")
    known = _array("--labels", file if labels is None else labels, "labels", lone=labels is not None)
    with numerics_errors(), screen.waiting("Diagonalising"):
        from ..numerics.dynamical.training_data import predicted_test

        found = predicted_test(matrix, known, moments)
    payload = {
        "model": "kernel",
        "file": file,
        "samples": len(known),
        "times": moments,
        "test": found.test,
        "standard_error": found.test_error,
        "train": found.train,
        "error": found.error,
    }
    if target is not None:
        from ..plots.dynamical import draw_prediction
        from ..plots.save import save

        save(draw_prediction(f"{Path(file).name}: {len(known)} samples", payload), target)
    if json:
        screen.print_json(payload)
    else:
        _show(payload, target)


def _array(option: str, file: str, name: str, lone: bool = True) -> np.ndarray:
    """Read one array from a file.

    Raises
    ------
    BadInput
        If the file cannot be read, or the array is not in it.
    """
    import numpy as np

    try:
        content = np.load(file, allow_pickle=False)
        if isinstance(content, np.ndarray):
            if not lone:
                raise BadInput(f"'{file}' holds one array and no labels were given; name their file with --labels.")
            return _real(option, file, content)
        with content:
            if name not in content.files:
                raise BadInput(f"{option} '{file}' holds no array named {name}; give {_FORMAT}.")
            return _real(option, file, content[name])
    except BadInput:
        raise
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        reason = error.strerror.lower() if isinstance(error, OSError) and error.strerror else "not an array of numbers"
        raise BadInput(f"{option} '{file}' cannot be read ({reason}); give {_FORMAT}.") from error


def _real(option: str, file: str, array: np.ndarray) -> np.ndarray:
    if array.dtype.kind not in "fiu":
        raise BadInput(f"{option} '{file}' holds {array.dtype} numbers; save real ones, such as float64.")
    return array


def _show(payload: dict[str, Any], target: Path | None) -> None:
    screen.print_line(f"{payload['file']}: {payload['samples']} samples")
    keys = ("times", "test", "standard_error", "train")
    rows = [
        (f"{moment:.10g}", f"{test:.6g}", f"{error:.2g}", f"{train:.6g}")
        for moment, test, error, train in zip(*(payload[key] for key in keys), strict=True)
    ]
    columns = ("time", "test loss predicted", "its standard error", "training loss")
    screen.print_table("Test loss from training data alone", columns, rows)
    if target is not None:
        screen.print_line(f"Wrote {target}")
