"""What a sweep of this model measures, one point after the other."""

from __future__ import annotations

from ...read import numbers
from ...sweeps.measured import Measured, Output
from ...sweeps.proved import PROVED, ends

MEASURED = {
    "curve": Measured(
        along={"times": numbers.moments},
        outputs={
            "loss": Output("1", "test loss L(t) without the noise floor"),
            "error": Output("1", "relative error of the loss, an estimate"),
        },
        picture=("loss", "$L(t)$"),
    ),
    "frontier": Measured(
        along={"budget": numbers.budgets},
        outputs={
            "loss": Output("1", "loss L* at the best resources"),
            "error": Output("1", "relative error of the loss, an estimate"),
            "loss_slope": Output("1", "-d log L*/d log C, a local exponent over the compute C"),
            "loss_slope_error": Output("1", "absolute uncertainty of loss_slope"),
        }
        | {
            f"best_{name}{end}": Output("1", meaning.format(name), keys=(f"{name}{end}",))
            for name in ("width", "time", "data")
            for end, meaning in (
                ("", "best {}; as given where it is not in the cost"),
                ("_error", "relative uncertainty of best_{}"),
            )
        },
        picture=("loss_slope", r"$-\mathrm{d}\log L_\star/\mathrm{d}\log C$"),
    ),
    "level": Measured(
        of="curve",
        given={"times": "1"},
        outputs={
            "level": Output("1", "limit of the test loss, with the noise floor", keys=("final.test", "level")),
            "level_error": Output("1", "its relative error, an estimate", keys=("final.error", "level_error")),
            "train": Output("1", "limit of the training loss", keys=("final.train",)),
            "bias": Output("1", "squared bias in the level", keys=("final.bias",)),
            "feature_variance": Output("1", "variance over features in it", keys=("final.features",)),
            "data_variance": Output("1", "variance over data sets in it", keys=("final.data",)),
            "interaction": Output("1", "their interaction in it", keys=("final.interaction",)),
        },
        picture=("level", r"$L(\infty)$"),
    ),
    "simulate": Measured(
        along={"times": numbers.moments},
        outputs={
            f"{prefix}{name}{end}": Output("1", f"{meaning} of the {name} loss")
            for name in ("test", "train")
            for prefix, end, meaning in (
                ("", "", "mean over the draws"),
                ("", "_error", "its standard error"),
                ("solved_", "", "the solution"),
            )
        }
        | {"unstable": Output("1", "draws left out of the means", inside=False)},
        picture=("test", "mean of $L(t)$"),
    ),
    "certify": Measured(along={"times": numbers.moments}, outputs=PROVED, read=ends, picture=("low", "training loss")),
    "derive": Measured(
        outputs={
            "loss_exponent": Output("1", "y of the derived law L* ~ C^-y"),
        }
        | {
            f"{name}_exponent": Output(
                "1", f"x of the best {name} ~ C^x, where it is in the cost", keys=(f"compute_optimal.{name}",)
            )
            for name in ("width", "time", "data")
        },
        picture=("loss_exponent", "$y$"),
    ),
}
