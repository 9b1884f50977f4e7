"""The table of a frontier: budgets, best resources and loss, and their slopes beside the derived exponents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from . import screen


def show_table(
    payload: dict[str, Any],
    budget: str,
    sizes: Mapping[str, str | None],
    loss: str | None,
    predicted: Sequence[float] | None = None,
) -> None:
    """Print a frontier: budgets under the key ``budget``, then resources and loss with their slopes and exponents.

    Parameters
    ----------
    payload
        JSON object of the command, with the keys ``name``, ``name_error`` (relative), ``name_slope`` and
        ``name_slope_error`` of each resource.
    sizes, loss
        Derived exponents, None without a power law.
    predicted
        Slopes of the loss that the derivation predicts at each budget.
    """
    exponents = dict(sizes) | {"loss": loss}
    columns = [budget, *(f"optimal {name}" for name in sizes), "loss", "relative error"]
    cells = [[f"{value:.4g}" for value in payload[budget]]]
    cells += [[_size(*pair) for pair in zip(payload[name], payload[f"{name}_error"], strict=True)] for name in sizes]
    cells += [[_shown(value, ".8g") for value in payload["loss"]], [_shown(value, ".1e") for value in payload["error"]]]
    for name, exponent in exponents.items():
        columns += [f"slope of {name}", "derived"]
        slopes = zip(payload[f"{name}_slope"], payload[f"{name}_slope_error"], strict=True)
        cells += [[_slope(*pair) for pair in slopes], [_value(exponent or "none")] * len(cells[0])]
    if predicted is not None:
        columns.append("predicted here")
        cells.append([f"{value:.5f}" for value in predicted])
    screen.print_table("Compute-optimal frontier", columns, list(zip(*cells, strict=True)))


def _shown(value: float | str, form: str) -> str:
    return value if isinstance(value, str) else format(value, form)


def _size(value: float | str, relative: float | str) -> str:
    """A size with its absolute error."""
    return f"{_shown(value, '.6g')} +- {float(value) * float(relative):.0e}"


def _slope(value: float | str, error: float | str) -> str:
    return f"{_shown(value, '.5f')} +- {_shown(error, '.1e')}"


def _value(exact: str) -> str:
    """An exact exponent with its decimal value, where it is a number."""
    return exact if exact == "none" else f"{exact} = {float(Fraction(exact)):.5f}"
