"""All that the symbolic wing knows at one point (a, b): the laws with their constants, and the compute optimum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sympy import Rational

from ...errors import NoConstant
from ...laws import LawAt
from ...optimum.plane import a as A  # noqa: N812 - the symbols, beside the numbers of a point
from ...optimum.plane import above_one
from ...optimum.plane import b as B  # noqa: N812
from ...optimum.problem import OptimumAt
from ...spectra.zeta import SpectralAssumption
from . import model
from .optimal import OptimalConstants, optimal_constants
from .phases import Budget, budget, optimum
from .power_laws import law_at, law_of, names


@dataclass(frozen=True)
class Derivation:
    """Laws and optimum at a point; ``constants`` is None where they are not derived, and ``reason`` says why.

    ``logs`` has the powers of log C behind those of C in the optimum, for eigenvalues with a logarithm.
    """

    a: Rational
    b: Rational
    spectrum: SpectralAssumption
    laws: Mapping[str, LawAt]
    budget: Budget
    optimum: OptimumAt
    constants: OptimalConstants | None
    reason: str
    logs: Mapping[str, Rational | None] | None = None


def derive(source: Any, decay: Any, cost: Mapping[str, Any] | None = None, noise: bool = False) -> Derivation:
    """The derivation at rational exponents a = source and b = decay for a budget (`phases.budget`).

    Raises:
        AssumptionError: an exponent is not a rational number above 1, or the budget is not a monomial.

    >>> answer = derive(2, "3/2")
    >>> answer.laws["width"].exponent, answer.optimum.loss_exponent, answer.optimum.exponents
    (-1, 2/5, {'N': 2/5, 't': 3/5})
    """
    a, b = above_one("a", source), above_one("b", decay)
    return _derived(a, b, model.assumption(a, b), budget(cost, noise), {name: law_at(name, a, b) for name in names()})


def derive_spectrum(
    spectrum: SpectralAssumption, cost: Mapping[str, Any] | None = None, noise: bool = False
) -> Derivation:
    """The derivation for any spectrum with all its modes; a and b are those of the power law that it is like.

    Raises:
        AssumptionError: a sum over all modes is infinite, or what is asked for is not known of the spectrum.
    """
    point = model.like(spectrum).parameters
    laws = {name: law_of(name, spectrum) for name in names()}
    return _derived(point[A], point[B], spectrum, budget(cost, noise), laws)


def _derived(
    a: Rational, b: Rational, spectrum: SpectralAssumption, spent: Budget, laws: Mapping[str, LawAt]
) -> Derivation:
    best = optimum(a, b, spent)
    constants, reason = None, ""
    try:
        constants = optimal_constants(a, b, spent, best, spectrum=spectrum)
    except NoConstant as refusal:
        reason = str(refusal)
    return Derivation(a, b, spectrum, laws, spent, best, constants, reason)
