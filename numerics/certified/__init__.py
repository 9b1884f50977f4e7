"""Certified enclosures by ball arithmetic (python-flint, extra `certified`), with three outcomes only.

A result is an `Enclosure` that provably holds the number and meets the goal asked for; or `Refused` says which
inequality could not be decided at which precision; or the question was bad input.  Floats propose roots, contours and
precisions; balls prove.

    balls       the arithmetic;  sums  Euler-Maclaurin with its remainder;  hypergeometric  the integrals in it
    ridge       the residual as certificate;  roots, paths  proposals where there is no float
    hyperbola   contour and quadrature theorem;  majorants  bounds without a spectrum;  slopes  whole ranges of time
    one_pass    losses of one-pass SGD;  sequences  two witnesses;  plrf, draw, dynamical, explaining  the models
"""

from .balls import Enclosure, Refused, arithmetic
from .draw import CertifiedDraw
from .dynamical import CertifiedDynamical
from .explaining import CertifiedLearningCurve
from .goal import CertifiedValue
from .plrf import CertifiedPLRF
from .slopes import SlopeRange

__all__ = [
    "CertifiedDraw",
    "CertifiedDynamical",
    "CertifiedLearningCurve",
    "CertifiedPLRF",
    "CertifiedValue",
    "Enclosure",
    "Refused",
    "SlopeRange",
    "arithmetic",
]
