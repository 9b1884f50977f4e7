"""What a sweep of this model measures: the loss over samples and features, one point after the other."""

from __future__ import annotations

from ...read import numbers
from ...sweeps.measured import Measured, Output

MEASURED = {
    "curve": Measured(
        along={"data": numbers.sizes, "features": numbers.sizes},
        outputs={
            "loss": Output("1", "loss L(D, P) without the noise floor"),
            "train": Output("1", "mean square residual on the samples"),
            "error": Output("1", "relative error of the loss, an estimate"),
            "best_ridge": Output("1", "ridge of the least loss, where it is sought"),
            "best_ridge_error": Output("1", "absolute uncertainty of best_ridge"),
        },
        picture=("loss", "$L(D, P)$"),
    ),
}
