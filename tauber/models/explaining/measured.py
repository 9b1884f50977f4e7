"""What a sweep of this model measures, one point after the other; its losses are levels, after infinite time."""

from __future__ import annotations

from ...read import numbers
from ...sweeps.measured import Measured, Output
from ...sweeps.proved import PROVED, ends

_SIZES = {"data": numbers.sizes, "features": numbers.sizes}

MEASURED = {
    "curve": Measured(
        along=_SIZES,
        outputs={
            "loss": Output("1", "loss L(D, P) without the noise floor"),
            "train": Output("1", "mean square residual on the samples"),
            "error": Output("1", "relative error of the loss, an estimate"),
            "best_ridge": Output("1", "ridge of the least loss, where it is sought"),
            "best_ridge_error": Output("1", "absolute uncertainty of best_ridge"),
        },
        picture=("loss", "$L(D, P)$"),
    ),
    "simulate": Measured(
        along=_SIZES,
        outputs={
            "loss": Output("1", "mean over the draws of the loss without the noise floor"),
            "loss_error": Output("1", "its standard error"),
            "median": Output("1", "median over the draws of that loss"),
            "median_error": Output("1", "half its 68 % interval"),
            "train": Output("1", "mean over the draws of the training loss"),
            "train_error": Output("1", "its standard error"),
            "solved_loss": Output("1", "solution of the loss"),
            "solved_train": Output("1", "solution of the training loss"),
        },
        picture=("loss", "mean of $L(D, P)$"),
    ),
    "certify": Measured(along=_SIZES, outputs=PROVED, read=ends, picture=("low", "$L(D, P)$")),
    "derive": Measured(
        outputs={
            f"{name}_exponent": Output("1", f"derived exponent of the law {name}", keys=(f"exponents.{name}",))
            for name in ("data", "features", "variance_data", "variance_features", "optimal_ridge")
        },
        picture=("data_exponent", r"$\alpha_D$"),
    ),
}
