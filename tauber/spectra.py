r"""Spectra of one's own, as exact records: what a model may be given in place of its two exponents.

A spectrum is the eigenvalues lambda_j of the data and the powers omega_j = lambda_j b_j^2 of a target with the
coefficients b_j, for the modes j = 1, 2, .... With decay = b = 2 alpha and target = a = 2 alpha + 2 beta in the letters
of the papers:

    Powers       lambda_j = (j + shift)^-decay,  omega_j = (j + shift)^-target
    TwoPowers    lambda_j = j^-decay + weight j^-(decay + gap),  omega_j = lambda_j j^-coefficient
    LogPowers    lambda_j = j^-decay (1 + log j)^-log,  omega_j = lambda_j j^-coefficient
    Exponential  lambda_j = e^(-rate (j - 1)),  omega_j = lambda_j^source
    Union        the modes of all its parts
    Sphere       the eigenvalues of a zonal kernel on the unit sphere, in order of size;  omega_j = lambda_j^source
    Torus        those of the Matern kernel on the flat unit torus;  omega_j = lambda_j^source
    Modes        lambda_j and omega_j themselves

Every number is read exactly, as everywhere on the face, and kept as a fraction. A record knows nothing of what is done
with it: the symbolic wing makes zeta functions of it, the numeric wing nodes and weights, each by itself. In a file it
is a TOML table, see `from_table` and :mod:`tauber.read.spectrum`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from fractions import Fraction
from typing import Any, ClassVar

from .action import Number, spelled
from .errors import BadInput
from .read import numbers

KERNELS = {"sphere": ("laplace", "arccos0", "arccos1", "ntk"), "torus": ("matern",)}
SCALED = ("laplace", "matern")
MOST_DIMENSIONS = 100
LEAST_SCALE = Fraction(1, 100)
"""Of the Laplace kernel: its series has terms of the size e^(2/h), which cost as many digits."""
MOST_MODES = 10**6


Limit = tuple[str, Callable[[Fraction], bool]]
"""What a number must be, in words and as a test."""
_POSITIVE: Limit = ("a positive number such as 8/5", lambda value: value > 0)
_LAPLACE_SCALE: Limit = (f"a number from {LEAST_SCALE} on", lambda value: value >= LEAST_SCALE)


@dataclass(frozen=True)
class Spectrum:
    """What all spectra have in common: `kind` is the word for it in a file, the fields are the keys.

    Raises
    ------
    BadInput
        When a record is made: a number out of its range, or parameters that do not go together.
    """

    kind: ClassVar[str] = ""
    limits: ClassVar[dict[str, Limit]] = {}

    def __post_init__(self) -> None:
        for name, limit in self.limits.items():
            object.__setattr__(self, name, self._exactly(name, getattr(self, name), limit))

    def _exactly(self, name: str, value: Any, limit: Limit) -> Fraction:
        text, (allowed, holds) = str(spelled(value)), limit
        found = numbers.exact(self._called(name), text, allowed)
        if not holds(found):
            raise BadInput(f"{self._called(name)} was given as '{text}', but it must be {allowed}.")
        return found

    def _called(self, name: str) -> str:
        return f"The {name} of the spectrum {self.kind}"

    @property
    def table(self) -> dict[str, Any]:
        """The record as a table: its kind, and its keys where they are not left out."""
        kept = {key.name: getattr(self, key.name) for key in fields(self) if getattr(self, key.name) is not None}
        return {"kind": self.kind} | kept

    @property
    def tex(self) -> str | None:
        """The record as a formula in LaTeX; None where it is none."""
        return None

    @property
    def count(self) -> int | None:
        """How many modes there are; None where a law says them all."""
        return None

    @property
    def words(self) -> str:
        """The record in a line."""
        keys = ", ".join(f"{name} {value}" for name, value in self.table.items() if name != "kind")
        return f"{self.kind} ({keys})"


@dataclass(frozen=True)
class Powers(Spectrum):
    """A power law: lambda_j = (j + shift)^-decay, omega_j = (j + shift)^-target.

    Parameters
    ----------
    decay, target : positive numbers
    shift : number > -1
        0 by default.

    >>> Powers("8/5", 2.2).target, Powers("8/5", "11/5", shift="1/2").words
    (Fraction(11, 5), 'lambda_j = (j + 1/2)^(-8/5), omega_j = (j + 1/2)^(-11/5)')
    """

    kind: ClassVar[str] = "powers"
    limits: ClassVar[dict[str, Limit]] = {
        "decay": _POSITIVE,
        "target": _POSITIVE,
        "shift": ("a number above -1 such as 1/2", lambda value: value > -1),
    }
    decay: Number
    target: Number
    shift: Number = Fraction(0)

    @property
    def words(self) -> str:
        """The record in a line."""
        return f"lambda_j = {self._j}^(-{self.decay}), omega_j = {self._j}^(-{self.target})"

    @property
    def tex(self) -> str:
        """The record as a formula in LaTeX."""
        j = self._j.replace(" ", "")  # no space in a formula, where a line of a title might be broken
        return rf"\lambda_j={j}^{{-{self.decay}}},\;\omega_j={j}^{{-{self.target}}}"

    @property
    def _j(self) -> str:
        return f"(j {'+' if self.shift > 0 else '-'} {abs(self.shift)})" if self.shift else "j"


@dataclass(frozen=True)
class TwoPowers(Spectrum):
    """A power law with a correction: lambda_j = j^-decay + weight j^-(decay + gap), omega_j = lambda_j j^-coefficient.

    Parameters
    ----------
    decay, gap : positive numbers
    weight : number above -1 and below 2^gap
        At these bounds the first mode vanishes, and the binomial series in weight j^-gap of the later ones ends to
        converge.
    coefficient : number >= 0
        2 beta, b_j = j^-beta.
    """

    kind: ClassVar[str] = "two-powers"
    limits: ClassVar[dict[str, Limit]] = {
        "decay": _POSITIVE,
        "gap": _POSITIVE,
        "weight": ("a number above -1 and below 2^gap", lambda value: value > -1),
        "coefficient": ("a number >= 0 such as 3/5", lambda value: value >= 0),
    }
    decay: Number
    gap: Number
    weight: Number
    coefficient: Number

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.weight > 0 and not _below_power_of_two(self.weight, self.gap):
            raise BadInput(
                f"{self._called('weight')} was given as '{self.weight}', but at the gap {self.gap} it must lie above "
                "-1 and below 2^gap."
            )

    @property
    def words(self) -> str:
        """The record in a line."""
        lam = f"j^(-{self.decay}) {self._sign} {abs(self.weight)} j^(-{self.decay + self.gap})"
        return f"lambda_j = {lam}, omega_j = lambda_j j^(-{self.coefficient})"

    @property
    def tex(self) -> str:
        """The record as a formula in LaTeX."""
        lam = rf"j^{{-{self.decay}}}{self._sign}{abs(self.weight)}\,j^{{-{self.decay + self.gap}}}"
        return rf"\lambda_j={lam},\;\omega_j=\lambda_j\,j^{{-{self.coefficient}}}"

    @property
    def _sign(self) -> str:
        return "+" if self.weight >= 0 else "-"


@dataclass(frozen=True)
class LogPowers(Spectrum):
    """A power law with a logarithm: lambda_j = j^-decay (1 + log j)^-log, omega_j = lambda_j j^-coefficient.

    Parameters
    ----------
    decay : positive number
    log : number above -decay
        Of either sign; below -decay the first eigenvalues would rise.
    coefficient : number >= 0
        2 beta, b_j = j^-beta.

    >>> LogPowers("8/5", 1, "3/5").words
    'lambda_j = j^(-8/5) (1 + log j)^(-1), omega_j = lambda_j j^(-3/5)'
    """

    kind: ClassVar[str] = "log-powers"
    limits: ClassVar[dict[str, Limit]] = {
        "decay": _POSITIVE,
        "log": ("a number above -decay such as 1", lambda value: True),
        "coefficient": ("a number >= 0 such as 3/5", lambda value: value >= 0),
    }
    decay: Number
    log: Number
    coefficient: Number

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.log > -self.decay:
            raise BadInput(
                f"{self._called('log')} was given as '{self.log}', but at the decay {self.decay} it must be above "
                f"-{self.decay}, so that the eigenvalues fall."
            )

    @property
    def words(self) -> str:
        """The record in a line."""
        lam = f"j^(-{self.decay}) (1 + log j)^({-self.log})"
        return f"lambda_j = {lam}, omega_j = lambda_j j^(-{self.coefficient})"

    @property
    def tex(self) -> str:
        """The record as a formula in LaTeX."""
        lam = rf"j^{{-{self.decay}}}(1+\log j)^{{{-self.log}}}"
        return rf"\lambda_j={lam},\;\omega_j=\lambda_j\,j^{{-{self.coefficient}}}"


@dataclass(frozen=True)
class Exponential(Spectrum):
    """Eigenvalues that fall exponentially: lambda_j = e^(-rate (j - 1)), omega_j = lambda_j^source.

    Parameters
    ----------
    rate, source : positive numbers

    >>> Exponential("1/5", "3/2").words
    'lambda_j = e^(-1/5 (j - 1)), omega_j = lambda_j^(3/2)'
    """

    kind: ClassVar[str] = "exponential"
    limits: ClassVar[dict[str, Limit]] = {"rate": _POSITIVE, "source": _POSITIVE}
    rate: Number
    source: Number

    @property
    def words(self) -> str:
        """The record in a line."""
        return f"lambda_j = e^(-{self.rate} (j - 1)), omega_j = lambda_j^({self.source})"

    @property
    def tex(self) -> str:
        """The record as a formula in LaTeX."""
        return rf"\lambda_j=e^{{-{self.rate}(j-1)}},\;\omega_j=\lambda_j^{{{self.source}}}"


def _below_power_of_two(value: Fraction, exponent: Fraction) -> bool:
    """Whether 0 < value < 2^exponent, exactly: value^q < 2^p; far from the bound logarithms decide."""
    from math import log2

    apart = log2(value) - float(exponent)
    return apart < 0 if abs(apart) > 1e-6 else value**exponent.denominator < Fraction(2) ** exponent.numerator


@dataclass(frozen=True)
class Union(Spectrum):
    """All modes of several spectra together.

    Parameters
    ----------
    parts : sequence of two or more records or tables
        The parts of a union among them are parts of this one.
    """

    kind: ClassVar[str] = "union"
    parts: Any = ()

    def __post_init__(self) -> None:
        given = self.parts
        if isinstance(given, str | bytes | Mapping | Spectrum) or not isinstance(given, Iterable):
            raise BadInput(f"{self._called('parts')} must be a list of two or more spectra, got {given!r:.60}.")
        read = [part if isinstance(part, Spectrum) else from_table(part) for part in given]
        flat = [inner for part in read for inner in (part.parts if isinstance(part, Union) else (part,))]
        if len(flat) < 2:
            raise BadInput(f"{self._called('parts')} must be a list of two or more spectra, got {len(flat)}.")
        object.__setattr__(self, "parts", tuple(flat))

    @property
    def table(self) -> dict[str, Any]:
        """The record as a table, with one table a part."""
        return {"kind": self.kind, "parts": [part.table for part in self.parts]}

    @property
    def words(self) -> str:
        """The record in a line."""
        return " and ".join(part.words for part in self.parts)


@dataclass(frozen=True)
class _Geometry(Spectrum):
    """What a sphere and a torus have in common."""

    limits: ClassVar[dict[str, Limit]] = {"source": _POSITIVE}
    kernel: str
    dim: Number = 2
    scale: Number | None = None
    source: Number = Fraction(1)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.kernel not in KERNELS[self.kind]:
            raise BadInput(
                f"{self._called('kernel')} was given as '{self.kernel}', but it must be one of "
                f"{', '.join(KERNELS[self.kind])}."
            )
        dim = numbers.whole(self._called("dim"), str(spelled(self.dim)), 1, MOST_DIMENSIONS)
        object.__setattr__(self, "dim", dim)
        if self.kernel in SCALED:
            limit = _LAPLACE_SCALE if self.kernel == "laplace" else _POSITIVE
            object.__setattr__(self, "scale", self._exactly("scale", 1 if self.scale is None else self.scale, limit))
        elif self.scale is not None:
            raise BadInput(f"{self._called('scale')} was given, but the kernel {self.kernel} has none; leave it out.")


@dataclass(frozen=True)
class Sphere(_Geometry):
    """Eigenvalues of a kernel on the unit sphere S^dim in dim + 1 dimensions, and omega_j = lambda_j^source.

    Parameters
    ----------
    kernel : "laplace", "arccos0", "arccos1" or "ntk"
        As in ``tauber derive geometry``.
    dim : whole number, 2 by default
    scale : positive number, 1 by default
        Of laplace; the others have none.
    source : positive number
        1, the default, is a target drawn from the kernel itself; if lambda_j falls like j^-b, then omega_j like
        j^-(source b).
    """

    kind: ClassVar[str] = "sphere"


@dataclass(frozen=True)
class Torus(_Geometry):
    """Eigenvalues (1 + (2 pi scale |m|)^2)^-(nu + dim/2) of the Matern kernel on the torus, omega_j = lambda_j^source.

    Parameters
    ----------
    kernel : "matern"
    dim : whole number, 2 by default
    scale : positive number, 1 by default
    source : positive number
        As of `Sphere`.
    nu : positive number
        The smoothness.
    """

    kind: ClassVar[str] = "torus"
    limits: ClassVar[dict[str, Limit]] = {"source": _POSITIVE, "nu": _POSITIVE}
    nu: Number = field(kw_only=True)


@dataclass(frozen=True)
class Modes(Spectrum):
    """Eigenvalues and target powers themselves, one of each a mode, in any order.

    Parameters
    ----------
    eigenvalues : sequence of positive numbers, shape (n,)
    target_powers : sequence of numbers >= 0, shape (n,)

    >>> Modes([1, 0.5, "1/4"], [1, "0.1", 0]).target_powers
    (Fraction(1, 1), Fraction(1, 10), Fraction(0, 1))
    """

    kind: ClassVar[str] = "modes"
    eigenvalues: Any
    target_powers: Any

    def __post_init__(self) -> None:
        for name, limit in (("eigenvalues", _POSITIVE), ("target_powers", ("a number >= 0", lambda x: x >= 0))):
            given = getattr(self, name)
            given = given.tolist() if hasattr(given, "tolist") else given
            if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
                raise BadInput(f"The {name} of a spectrum must be a list of numbers, got {given!r:.60}.")
            values = tuple(self._exactly(f"{name}[{n}]", entry, limit) for n, entry in enumerate(given))
            object.__setattr__(self, name, values)
        counts = len(self.eigenvalues), len(self.target_powers)
        if counts[0] != counts[1] or not 0 < counts[0] <= MOST_MODES:
            raise BadInput(
                f"A spectrum of modes needs as many eigenvalues as target powers, from 1 to {MOST_MODES:g} of each, "
                f"got {counts[0]} and {counts[1]}."
            )

    def __repr__(self) -> str:
        return f"Modes(<{len(self.eigenvalues)} modes>)"

    @property
    def count(self) -> int:
        """How many modes there are."""
        return len(self.eigenvalues)

    @property
    def words(self) -> str:
        """The record in a line."""
        largest, least = float(max(self.eigenvalues)), float(min(self.eigenvalues))
        return f"{len(self.eigenvalues)} modes, eigenvalues from {least:.4g} to {largest:.4g}"


KINDS: dict[str, type[Spectrum]] = {
    kind.kind: kind for kind in (Powers, TwoPowers, LogPowers, Exponential, Union, Sphere, Torus, Modes)
}


def from_table(table: Any) -> Spectrum:
    """Read a table: ``kind`` and the fields of that record as keys; numbers as texts such as "8/5", or as they are.

    Raises
    ------
    BadInput
        If it is no table, an unknown kind or key, or a key is missing.

    >>> from_table({"kind": "powers", "decay": "8/5", "target": 2})
    Powers(decay=Fraction(8, 5), target=Fraction(2, 1), shift=Fraction(0, 1))
    """
    if not isinstance(table, Mapping):
        raise BadInput(f"A spectrum must be a table with a kind, one of {', '.join(KINDS)}, got {table!r:.60}.")
    kind = table.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        told = "is missing" if kind is None else f"was given as {kind!r:.60}"
        raise BadInput(f"The kind of the spectrum {told}, but it must be one of {', '.join(KINDS)}.")
    known = {key.name: key for key in fields(KINDS[kind])}
    for key in table:
        if key != "kind" and key not in known:
            raise BadInput(f"The spectrum {kind} has no key {key!r:.60}; its keys are {', '.join(known)}.")
    missing = [name for name, key in known.items() if name not in table and key.default is MISSING]
    if missing:
        raise BadInput(f"The spectrum {kind} needs {' and '.join(missing)}; its keys are {', '.join(known)}.")
    return KINDS[kind](**{key: value for key, value in table.items() if key != "kind"})


def at(values: Mapping[str, Any], *letters: str) -> str:
    """Where a result is, with a preposition: at which exponents, or for which spectrum.

    >>> at({"a": 2, "b": Fraction(3, 2)}, "a", "b"), at({"spectrum": Powers(1, 2).table}, "a", "b")
    ('at a = 2, b = 3/2', 'for lambda_j = j^(-1), omega_j = j^(-2)')
    """
    return f"{'for' if 'spectrum' in values else 'at'} {asked(values, *letters)}"


def asked(values: Mapping[str, Any], *letters: str) -> str:
    """The same without."""
    if "spectrum" in values:
        return from_table(values["spectrum"]).words
    return ", ".join(f"{letter} = {values[letter]}" for letter in letters)


def proved_powers(record: Spectrum) -> tuple[Fraction, Fraction]:
    """Decay and coefficient (target - decay) of a power law; 2 alpha and 2 beta.

    Raises
    ------
    BadInput
        If the spectrum is another one: certificates are of power laws only.
    """
    if not isinstance(record, Powers) or record.shift:
        raise BadInput(
            f"--spectrum was given as {record.kind}, but a proof needs powers without a shift, for which alone its "
            "bounds are derived; solve the curve instead."
        )
    return record.decay, record.target - record.decay
