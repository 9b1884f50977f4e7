"""Learning curves in data and parameters, the model of arXiv:2102.06701: ridge regression on random features."""

from .model import Grid, LearningCurve, Loss, Slope
from .optimal import OptimalRidge
from .point import RidgePoint

__all__ = ["Grid", "LearningCurve", "Loss", "OptimalRidge", "RidgePoint", "Slope"]
