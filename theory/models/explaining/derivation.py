"""All that is known of the model at a point (a, b), and the phases of the plane a, b > 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sympy import Expr, Rational, cancel

from ...laws import LawAt
from ...optimum.diagram import Boundary, Phase, PhaseDiagram
from ...optimum.plane import ABOVE_ONE, At, above_one, inequalities
from ...optimum.plane import a as A  # noqa: N812 - the symbols, beside the numbers of a point
from ...optimum.plane import b as B  # noqa: N812
from ...spectra.zeta import SpectralAssumption
from ..dynamical.model import like
from .regimes import law, law_at, law_of, names

IDENTITY, EXPONENTS, NONE = "identity", "exponents", "none"


@dataclass(frozen=True)
class Derivation:
    """Laws by name, and what of the duality D <-> P holds.

    ``duality`` is "identity" for the isotropic teacher (a = b: the losses without noise agree at equal ``delta P``),
    "exponents" where the two resolution-limited exponents agree, "none" elsewhere.
    """

    a: Rational
    b: Rational
    laws: Mapping[str, LawAt]
    duality: str


def derive(source: Any, decay: Any) -> Derivation:
    """The derivation at rational exponents a = source and b = decay.

    Raises:
        AssumptionError: an exponent is not a rational number above 1.

    >>> answer = derive("9/5", "3/2")
    >>> answer.laws["data"].exponent, answer.laws["optimal_ridge"].exponent, answer.duality
    (-4/5, -4/9, 'exponents')
    """
    x, y = above_one("a", source), above_one("b", decay)
    return derivation_of(x, y, {name: law_at(name, x, y) for name in names()}, x == y)


def derive_spectrum(spectrum: SpectralAssumption) -> Derivation:
    """The derivation for any spectrum with all its modes; a and b are those of the power law that it is like.

    Raises:
        AssumptionError: a sum over all modes is infinite, or what is asked for is not known of the spectrum.
    """
    at, laws = like(spectrum).parameters, {name: law_of(name, spectrum) for name in names()}
    return derivation_of(at[A], at[B], laws, spectrum.capacity == spectrum.target)  # Z_omega = Z for omega = lambda


def derivation_of(x: Rational, y: Rational, found: Mapping[str, LawAt], isotropic: bool) -> Derivation:
    """Laws and what of the duality they show; isotropic where the target has the powers of the eigenvalues."""
    same = found["data"].exponent == found["features"].exponent
    return Derivation(x, y, found, IDENTITY if isotropic else EXPONENTS if same else NONE)


@cache
def phase_diagram() -> PhaseDiagram:
    """The plane a, b > 1, cut where one of the two resolution-limited exponents changes its formula.

    A phase has the exponents of D and P with which the loss falls; its trade-off names what of the duality holds.
    """
    table = {name: law(name) for name in ("data", "features")}

    def question(at: At) -> tuple[tuple[Expr, Expr], list[Expr]]:
        label, certificate = [], []
        for found in table.values():
            (here,) = (c for c in found.cases if bool(c.condition.subs(at)))
            label.append(-here.exponent)
            certificate += [here.exponent - c.exponent for c in found.cases if c != here]
        return (label[0], label[1]), certificate

    cut = ABOVE_ONE.cut(question)
    phases = tuple(_phase(region.label, region) for region in cut.regions)
    named = {str(tuple(phase.exponents.values())): phase.name for phase in phases}
    boundaries = tuple(
        Boundary(w.equation, w.polynomial, (named[str(w.between[0])], named[str(w.between[1])])) for w in cut.borders
    )
    return PhaseDiagram(ABOVE_ONE.parameters, ABOVE_ONE.corner, phases, boundaries)


def _phase(label: Any, region: Any) -> Phase:
    data, features = label
    kind = EXPONENTS if cancel(data - features) == 0 else NONE
    name = {(True, True): "tail", (False, False): "head", (True, False): "tail in data, head in features"}[
        bool(data.has(A)), bool(features.has(A))
    ]
    exponents = {"D": data, "P": features}
    return Phase(name, inequalities(region.condition), (f"duality: {kind}",), exponents, None, region.sample)
