"""All that the symbolic wing knows at one point (a, b): the laws with their constants, and the compute optimum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sympy import Rational

from ...errors import NoConstant
from ...laws import LawAt
from ...optimum.plane import above_one
from ...optimum.problem import OptimumAt
from .optimal import OptimalConstants, optimal_constants
from .phases import Budget, budget, optimum
from .power_laws import law_at, names


@dataclass(frozen=True)
class Derivation:
    """Laws and optimum at a point; ``constants`` is None where they are not derived, and ``reason`` says why."""

    a: Rational
    b: Rational
    laws: Mapping[str, LawAt]
    budget: Budget
    optimum: OptimumAt
    constants: OptimalConstants | None
    reason: str


def derive(source: Any, decay: Any, cost: Mapping[str, Any] | None = None, noise: bool = False) -> Derivation:
    """The derivation at rational exponents a = source and b = decay for a budget (`phases.budget`).

    Raises:
        AssumptionError: an exponent is not a rational number above 1, or the budget is not a monomial.

    >>> answer = derive(2, "3/2")
    >>> answer.laws["width"].exponent, answer.optimum.loss_exponent, answer.optimum.exponents
    (-1, 2/5, {'N': 2/5, 't': 3/5})
    """
    a, b = above_one("a", source), above_one("b", decay)
    spent = budget(cost, noise)
    best = optimum(a, b, spent)
    constants, reason = None, ""
    try:
        constants = optimal_constants(a, b, spent, best)
    except NoConstant as refusal:
        reason = str(refusal)
    return Derivation(a, b, {name: law_at(name, a, b) for name in names()}, spent, best, constants, reason)
