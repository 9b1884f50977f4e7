"""From data to scaling laws: kernels, pools of points, predicted and measured learning curves, geometry by chance."""

from .decay import Decay, fit_decay
from .dimension import Dimension, intrinsic_dimension
from .experiments import kernel_regression, uniform_points
from .fit import Exponent, Exponents, fit_exponents
from .kernels import Kernel
from .load import load, load_kernel
from .measure import LeaveOneOut, Measured, held_out, held_out_features, leave_one_out
from .neighbours import (
    Experiment,
    linear_interpolation,
    nearest_neighbour,
    neighbour_moment,
    plane_wave_interpolation_loss,
    plane_wave_neighbour_loss,
)
from .pool import Pool, pool_of
from .predict import Predicted, predict
from .problem import Problem
from .reading import Layout, Reading
from .trust import Check, Judgement, judge

__all__ = [
    "Check",
    "Decay",
    "Dimension",
    "Experiment",
    "Exponent",
    "Exponents",
    "Judgement",
    "Kernel",
    "Layout",
    "LeaveOneOut",
    "Measured",
    "Pool",
    "Predicted",
    "Problem",
    "Reading",
    "fit_decay",
    "fit_exponents",
    "held_out",
    "held_out_features",
    "intrinsic_dimension",
    "judge",
    "kernel_regression",
    "leave_one_out",
    "linear_interpolation",
    "load",
    "load_kernel",
    "nearest_neighbour",
    "neighbour_moment",
    "plane_wave_interpolation_loss",
    "plane_wave_neighbour_loss",
    "pool_of",
    "predict",
    "uniform_points",
]
