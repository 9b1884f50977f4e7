"""Claims: the compute optimum of the dynamical model, exponents and exact constants in each phase.

The budget is C = N t, with P infinite. The frontier of the numeric wing minimises the exact loss, not a
sum of power laws. Its slopes are extrapolated to their limits. Where the constants are derived, too, measured over
derived tends to one like C^-w, with w from the next terms of the laws that balance:

    time = width level        w = x_N (next term of the width law)
    time = width transient    w = x_t (next term of the early width law), or x_N - x_t/b (next order in 1/N) if less
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from ..claim import Comparison, Kind
from ..families.laws import compare_leading
from ..families.optimum import Optimum, Slopes, state_powers
from ..topic import topic
from .probe import DERIVED_HERE, SINGLE, Probe, probe

if TYPE_CHECKING:
    from ...numerics.models.dynamical.frontier import DynamicalFrontier
    from ...theory.models.dynamical import Derivation, OptimalConstants
    from ...theory.optimum.diagram import Phase, PhaseDiagram

PROBES = {
    "time = width level": probe("2", "3/2"),
    "time = width transient": probe("3", "3/2"),
}
LEVEL, TRANSIENT = PROBES


@dataclass(frozen=True)
class Budget:
    """What a unit of compute buys, and the budgets at which the frontier is measured."""

    cost: tuple[tuple[str, str], ...]
    values: tuple[float, ...]

    def derived(self, point: Probe) -> Derivation:
        """The derivation at a point."""
        return _derived(self, point)

    def measured(self, point: Probe) -> DynamicalFrontier:
        """The frontier at a point."""
        return _measured(self, point)

    def diagram(self) -> PhaseDiagram:
        """The derived diagram."""
        from ...theory.models.dynamical import budget, phase_diagram

        return phase_diagram(budget(dict(self.cost)))

    def phase(self, name: str) -> Phase:
        """A phase of it."""
        return self.diagram()[name]

    def exponents(self, point: Probe) -> dict[str, Any]:
        """Derived exponents of the optimum."""
        best = self.derived(point).optimum
        return {"loss": best.loss_exponent, **best.exponents}

    def _slopes(self, point: Probe) -> dict[str, Slopes]:
        found = self.measured(point)
        resources = {name: (resource.slope, resource.slope_error) for name, resource in found.resources.items()}
        return {"loss": (-found.loss_slope, found.loss_slope_error), **resources}

    def optimum(self) -> Optimum:
        """The claims of its exponents."""
        return Optimum(
            budget="C",
            loss="L",
            names=("loss", *(name for name, _ in self.cost)),
            budgets=self.values,
            phase=self.phase,
            derived=lambda point: (self.derived(point).optimum.phase, self.exponents(point)),
            slopes=self._slopes,
        )


@cache
def _derived(budget: Budget, point: Probe) -> Derivation:
    """The derivation; kept, since several claims ask."""
    from ...theory.models.dynamical import derive

    return derive(*point.exact, dict(budget.cost))


@cache
def _measured(budget: Budget, point: Probe) -> DynamicalFrontier:
    """The frontier; kept, since several claims look at it."""
    from ...numerics.models.dynamical.frontier import frontier

    return frontier(float(point.a), float(point.b), budget.values, cost=dict(budget.cost))


TWO = Budget((("N", "1"), ("t", "1")), (1e10, 1e12, 1e14, 1e16))
THREE = Budget((("N", "1"), ("t", "1"), ("P", "1/2")), (1e6, 1e8, 1e10, 1e12))
OPTIMUM = TWO.optimum()
compare_slopes, exponents_of = OPTIMUM.compare, TWO.exponents


def remainder(point: Probe) -> Any:
    """The w of the module's docstring, exact."""
    best = exponents_of(point)
    if TWO.derived(point).optimum.phase == LEVEL:
        return best["N"] * point.next_power("width")
    return min(best["t"] * point.next_power("early_width_time"), best["N"] - best["t"] / point.exact[1])


def _constants(point: Probe) -> OptimalConstants:
    found = TWO.derived(point).constants
    assert found is not None, "the probes lie in phases whose constants are derived"
    return found


def _check_constants(point: Probe) -> Iterator[Comparison]:
    best, constants, found = exponents_of(point), _constants(point), TWO.measured(point)
    powers = {"L": (found.loss, constants.loss_value, -best["loss"])}
    for name in ("N", "t"):
        powers[name] = (found.resources[name].amount, constants.resource_values[name], best[name])
    rate = float(remainder(point))
    for name, (values, constant, exponent) in powers.items():
        yield compare_leading(f"{name}*", point, (float(constant), exponent), values, TWO.values, rate, letter="C")


def _state_constants(point: Probe) -> Any:
    best, constants = exponents_of(point), _constants(point)
    amounts = {x: (constants.resources[x], best[x]) for x in ("N", "t")}
    return state_powers("C", {"L": (constants.loss, -best["loss"]), **amounts}, remainder(point))


LIMITS = "P to infinity first, then C to infinity with the loss minimised at each C, so N and t grow together"
claim = topic(
    "dynamical.optimum",
    order_of_limits=LIMITS,
    source=DERIVED_HERE,
    measured_by="tauber.numerics.models.dynamical.frontier.frontier",
)
for _name, _point in PROBES.items():
    _slug = _name.split(" = ")[1].replace(" ", "_")
    claim(
        _slug,
        f"Compute optimum where {_name}: exponents of loss, width and time",
        partial(OPTIMUM.state, _name),
        kind=Kind.EXPONENT,
        assumptions=f"inside the phase {'a - 1 < b' if _name == LEVEL else 'a - 1 > b'}; C = N t; {SINGLE}",
        derived_by="tauber.theory.models.dynamical.phase_diagram",
    )(partial(OPTIMUM.check, _name, _point))
    claim(
        f"{_slug}.constants",
        f"Compute optimum where {_name}: exact constants",
        partial(_state_constants, _point),
        samples=len(TWO.values),
        kind=Kind.EQUIVALENCE,
        assumptions=f"at one rational point inside the phase; C = N t; {SINGLE}",
        derived_by="tauber.theory.models.dynamical.optimal_constants",
    )(partial(_check_constants, _point))
