"""The dynamical model of arXiv:2402.01092: random features, finite data reused, in time, width and data at once."""

from .ensembles import Ensembles
from .final import Final
from .frontier import DynamicalFrontier, Resource, frontier
from .model import Curve, Dynamical
from .one_pass import OnePassSGD
from .optimisers import GradientDescent, GradientFlow, Momentum, Optimiser
from .simulation import Components, Simulation, simulate
from .training_data import Predicted, predicted_test

__all__ = [
    "Components",
    "Curve",
    "Dynamical",
    "DynamicalFrontier",
    "Ensembles",
    "Final",
    "GradientDescent",
    "GradientFlow",
    "Momentum",
    "OnePassSGD",
    "Optimiser",
    "Predicted",
    "Resource",
    "Simulation",
    "frontier",
    "predicted_test",
    "simulate",
]
