"""The power law that a declared spectrum is like: the point of the plane at which its exponents are."""

from __future__ import annotations

from fractions import Fraction

from ...boundary import theory_errors
from ...errors import BadInput
from ...spectra import Exponential, LogPowers, Spectrum
from ..assumption import Declared
from .given import Data, Point


def point_of(record: Spectrum) -> Point:
    """The exponents of the power law that a spectrum is like, beta of either sign.

    Raises
    ------
    BadInput
        It is like none: it falls exponentially, or has single modes.
    """
    if isinstance(record, LogPowers):
        return Point(record.decay / 2, record.coefficient / 2)
    if isinstance(record, Exponential):
        raise BadInput(
            "--spectrum was given as exponential, which is like no power law, so that it has no place in the plane of "
            "alpha and beta: derive has its laws."
        )
    return like(Declared.read({}, record))


def place_of(given: Data) -> Point:
    """The point of a model, or that of the power law that its spectrum is like.

    Raises
    ------
    BadInput
        Of `point_of`.
    """
    if given.spectrum is None:
        assert given.point is not None
        return given.point
    with theory_errors():
        return point_of(given.spectrum)


def descent_of(given: Data) -> Fraction:
    """p in the descent tau^-p without noise, before the features are used up."""
    if isinstance(given.spectrum, Exponential):
        return given.spectrum.source
    point = place_of(given)
    return (2 * point.alpha + 2 * point.beta - 1) / (2 * point.alpha)


def like(declared: Declared) -> Point:
    """The same of a spectrum with zeta functions."""
    from ...theory.models.plrf.model import like_of_either_sign

    found = like_of_either_sign(declared.zeta).parameters
    return Point(*(Fraction(int(value.p), int(value.q)) for value in found.values()))
