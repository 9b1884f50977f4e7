"""From data to scaling laws: kernels, pools of points, predicted and measured learning curves, geometry by chance."""

from .dimension import Dimension, intrinsic_dimension
from .experiments import kernel_regression, uniform_points
from .fit import Exponent, Exponents, fit_exponents
from .kernels import Kernel
from .load import load
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
from .trust import Check, Judgement, judge

__all__ = [
    "Check",
    "Dimension",
    "Experiment",
    "Exponent",
    "Exponents",
    "Judgement",
    "Kernel",
    "LeaveOneOut",
    "Measured",
    "Pool",
    "Predicted",
    "Problem",
    "fit_exponents",
    "held_out",
    "held_out_features",
    "intrinsic_dimension",
    "judge",
    "kernel_regression",
    "leave_one_out",
    "linear_interpolation",
    "load",
    "nearest_neighbour",
    "neighbour_moment",
    "plane_wave_interpolation_loss",
    "plane_wave_neighbour_loss",
    "pool_of",
    "predict",
    "uniform_points",
]
