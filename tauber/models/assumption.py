"""A declared spectrum as the symbolic wing takes it: two zeta functions, and the exponents of what it is like.

With the record's lambda_j and omega_j these are Z(s) = sum lambda_j^s and Z_omega(s) = sum omega_j lambda_j^(s-1). The
only place that knows the records and the wing's spectra both; what is derived from them asks for poles and values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ..errors import BadInput
from ..read.spectrum import instead
from ..spectra import Exponential, LogPowers, Modes, Powers, Spectrum, Sphere, Torus, TwoPowers, Union, at

if TYPE_CHECKING:
    from sympy import Rational

    from ..theory.spectra.zeta import SpectralAssumption


@dataclass(frozen=True)
class Declared:
    """A declared spectrum: the record, and its zeta functions."""

    record: Spectrum
    zeta: SpectralAssumption

    @classmethod
    def read(cls, options: Mapping[str, Any], given: Any) -> Declared:
        """Read ``--spectrum``, which is given in place of the options.

        Raises
        ------
        BadInput
            If an option is given, too, or what is given is no spectrum or has single modes.
        """
        record = instead(options, given)
        assert record is not None  # for it is given
        return cls(record, assumption(record))

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked, as a result has it."""
        return {"spectrum": self.record.table}


def where(values: Mapping[str, Any], *letters: str) -> str:
    """Where a result is, with a preposition; of a declared spectrum also the exponents that it is like.

    >>> where({"a": 2, "b": 3, "spectrum": Powers(3, 2, 1).table}, "a", "b")
    'for lambda_j = (j + 1)^(-3), omega_j = (j + 1)^(-2), like a = 2, b = 3'
    """
    like = ", like " + ", ".join(f"{letter} = {values[letter]}" for letter in letters) if "spectrum" in values else ""
    return at(values, *letters) + like


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
            "two-powers, union, sphere, torus), such as the law that 'spectrum' measures on features or a kernel."
        )
    if isinstance(record, LogPowers | Exponential):
        raise BadInput(
            f"--spectrum was given as {record.kind}, whose laws are derived for plrf alone: here sizes are logs of "
            "the loss, and no power of one is another; solve curve, or take powers or log-powers."
        )
    raise TypeError(f"no zeta function is known for {type(record).__name__}")


def logarithmic(record: LogPowers) -> Any:
    """A power law with a logarithm, as the symbolic wing takes it."""
    from ..theory.spectra import logarithmic as wing

    return wing.LogPowers(exact(record.decay), exact(record.log), exact(record.coefficient))


def exact(value: Fraction) -> Rational:
    """A fraction as a SymPy number."""
    from sympy import Rational

    return Rational(value.numerator, value.denominator)
