"""A spectrum of one's own in the place of the two exponents of the model: what it is like, and how that is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ...read.spectrum import spectrum as read_spectrum
from ...spectra import Spectrum, from_table
from ..assumption import assumption
from .given import Point

if TYPE_CHECKING:
    from ...theory.spectra.zeta import SpectralAssumption


@dataclass(frozen=True)
class Declared:
    """A declared spectrum, its zeta functions, and the exponents of the power law that it is like."""

    record: Spectrum
    zeta: SpectralAssumption
    point: Point

    @classmethod
    def read(cls, given: Any) -> Declared:
        """Read ``--spectrum``.

        Raises
        ------
        BadInput
            If it is none, or single modes.
        AssumptionError
            If the model is not derived for it.
        """
        from ...theory.models.plrf.model import alpha, beta, like

        record = read_spectrum(given)
        zeta = assumption(record)
        found = like(zeta).parameters
        return cls(record, zeta, Point(*(Fraction(int(found[s].p), int(found[s].q)) for s in (alpha, beta))))


def where(values: Mapping[str, Any]) -> str:
    """The point of a result in words; of a declared spectrum what it is, and the exponents it is like."""
    exponents = f"alpha = {values['alpha']}, beta = {values['beta']}"
    if "spectrum" not in values:
        return f"at {exponents}"
    return f"for {from_table(values['spectrum']).words} (like {exponents})"
