"""A declared spectrum as the symbolic wing takes it: two zeta functions.

With the record's lambda_j and omega_j these are Z(s) = sum lambda_j^s and Z_omega(s) = sum omega_j lambda_j^(s-1). The
only place that knows the records and the wing's spectra both; what is derived from them asks for poles and values.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ..errors import BadInput
from ..spectra import Modes, Powers, Spectrum, Sphere, Torus, TwoPowers, Union

if TYPE_CHECKING:
    from sympy import Rational

    from ..theory.spectra.zeta import SpectralAssumption


def assumption(record: Spectrum) -> SpectralAssumption:
    """The spectral assumption of a record.

    Raises
    ------
    BadInput
        For modes given one by one: finitely many numbers have no exponent.
    AssumptionError
        If the symbolic wing refuses a geometry.
    """
    from ..theory.models import geometry
    from ..theory.models.geometry.learning import zeta as of_geometry
    from ..theory.spectra import zeta

    if isinstance(record, Union):
        parts = [assumption(part) for part in record.parts]
        together = [zeta.Union(tuple(getattr(part, name) for part in parts)) for name in ("capacity", "target")]
        return zeta.SpectralAssumption(*together)
    if isinstance(record, Powers):
        decay, power, shift = map(exact, (record.decay, record.target, record.shift))
        powers = (decay * zeta.s).expand(), (decay * (zeta.s - 1) + power).expand()
        return zeta.SpectralAssumption(*(zeta.PowerSum(w, shift) for w in powers))
    if isinstance(record, TwoPowers):
        capacity = zeta.TwoPowers(exact(record.decay), exact(record.gap), exact(record.weight))
        return zeta.SpectralAssumption(capacity, replace(capacity, offset=exact(record.coefficient)))
    if isinstance(record, Sphere | Torus):
        scale = None if record.scale is None else exact(record.scale)
        space: Any = (
            geometry.Sphere(record.kernel, record.dim, scale)
            if isinstance(record, Sphere)
            else geometry.Torus(record.kernel, record.dim, exact(record.nu), scale)
        )
        series = of_geometry(space)
        return zeta.SpectralAssumption(series, zeta.Moved(series, 1 - exact(record.source)))
    if isinstance(record, Modes):
        raise BadInput(
            "--spectrum was given as single modes, but exponents belong to a law for all modes: declare one (powers, "
            "two-powers, union, sphere, torus), or measure them with tauber spectrum FILE."
        )
    raise TypeError(f"no zeta function is known for {type(record).__name__}")


def exact(value: Fraction) -> Rational:
    """A fraction as a SymPy number."""
    from sympy import Rational

    return Rational(value.numerator, value.denominator)
