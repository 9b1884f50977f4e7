"""A one-pass algorithm that is given by its matrices: any linear recursion of second moments, any linear steps."""

from .curve import curve
from .frontier import frontier
from .simulate import simulate

__all__ = ["curve", "frontier", "simulate"]
