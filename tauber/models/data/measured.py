"""What a sweep of data measures: losses that are predicted and measured, exponents that are fitted."""

from __future__ import annotations

from typing import Any

from ...read import numbers
from ...sweeps.measured import Measured, Output


def _samples(option: str, text: str) -> list[Any]:
    return [numbers.whole(option, part) for part in text.split(",")]


def _widths(option: str, text: str) -> list[Any]:
    return [numbers.whole_or_inf(option, part) for part in text.split(",")]


_EXPONENTS = {
    f"{name}{end}": Output("1", meaning, inside=False, keys=(f"exponents.{name}.{key}",))
    for name, what in (("b", "decay of the eigenvalues, k^-b"), ("a", "decay of the target's powers, k^-a"))
    for end, key, meaning in (("", "value", what), ("_error", "error", f"absolute uncertainty of {name}"))
}
_ROWS = {
    "predicted": "loss predicted from the pool",
    "predicted_error": "its absolute error",
    "predicted_train": "training loss predicted from the pool",
    "measured": "mean loss over splits of the points outside the pool",
    "measured_error": "its standard error over the splits",
    "points_error": "its standard error over the points",
    "leave_one_out": "leave-one-out loss inside the pool",
    "leave_one_out_error": "its standard error",
}
_TRUST = ("none", "trusted", "low", "high", "unclaimed")

MEASURED = {
    "predict": Measured(
        subject="source",
        along={"data": _samples, "features": _widths},
        outputs={
            **{name: Output("1", meaning, keys=(f"curve.{name}",)) for name, meaning in _ROWS.items()},
            "trust": Output("1", "whether to trust the prediction", _TRUST, keys=("curve.trust",)),
            **_EXPONENTS,
        },
        picture=("predicted", "predicted loss"),
    ),
    "spectrum": Measured(
        subject="source",
        outputs={
            **_EXPONENTS,
            "dimension": Output("1", "intrinsic dimension", keys=("dimension.value",)),
            "dimension_error": Output("1", "its absolute uncertainty", keys=("dimension.error",)),
        },
        picture=("b", "$b$"),
    ),
}
