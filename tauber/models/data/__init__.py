"""Own data: their spectra, and learning curves predicted from them."""

from .predict import predict
from .spectrum import spectrum

__all__ = ["predict", "spectrum"]
