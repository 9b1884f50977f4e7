"""What a sweep of this model measures: the test loss over time, one point after the other."""

from __future__ import annotations

from ...read import numbers
from ...sweeps.measured import Measured, Output

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
            "width": Output("1", "best width N*, where it is in the cost"),
            "width_error": Output("1", "relative uncertainty of width"),
            "time": Output("1", "best time t*, where it is in the cost"),
            "time_error": Output("1", "relative uncertainty of time"),
            "data": Output("1", "best data P*, where they are in the cost"),
            "data_error": Output("1", "relative uncertainty of data"),
        },
        picture=("loss_slope", r"$-\mathrm{d}\log L_\star/\mathrm{d}\log C$"),
    ),
}
