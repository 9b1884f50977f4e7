"""Claims: the compute optimum of the dynamical model, exponents and exact constants in each phase.

The budget is C = N t, with P infinite. The frontier of the numeric wing minimises the exact loss, not a
sum of power laws. Its slopes are extrapolated to their limits. Where the constants are derived, too, measured over
derived tends to one like C^-w, with w from the next terms of the laws that balance:

    time = width level        w = x_N (next term of the width law)
    time = width transient    w = x_t (next term of the early width law), or x_N - x_t/b (next order in 1/N) if less
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from ..claim import Claim, Comparison, Kind, Verdict, judge
from ..families.laws import compare_leading
from ..families.optimum import state_powers
from ..measure import compare_exponent
from ..registry import REGISTRY
from .probe import DERIVED_HERE, Probe, probe

if TYPE_CHECKING:
    from ...numerics.models.dynamical.frontier import DynamicalFrontier
    from ...theory.models.dynamical import Derivation, OptimalConstants
    from ...theory.optimum.diagram import Phase

BUDGETS = (1e10, 1e12, 1e14, 1e16)
TWO = (("N", "1"), ("t", "1"))
THREE = (("N", "1"), ("t", "1"), ("P", "1/2"))

PROBES = {
    "time = width level": probe("2", "3/2"),
    "time = width transient": probe("3", "3/2"),
}
LEVEL, TRANSIENT = PROBES


@cache
def derived(point: Probe, cost: tuple[tuple[str, str], ...] = TWO) -> Derivation:
    """The derivation at a point; kept, since several claims ask."""
    from ...theory.models.dynamical import derive

    return derive(*point.exact, dict(cost))


@cache
def measured_frontier(
    point: Probe, cost: tuple[tuple[str, str], ...] = TWO, budgets: tuple[float, ...] = BUDGETS
) -> DynamicalFrontier:
    """The frontier at a point; kept, since several claims look at it."""
    from ...numerics.models.dynamical.frontier import frontier

    return frontier(float(point.a), float(point.b), budgets, cost=dict(cost))


def compare_slopes(
    point: Probe, exponents: dict[str, Any], cost: tuple[tuple[str, str], ...] = TWO, budgets: Sequence[float] = BUDGETS
) -> list[Comparison]:
    """Set limits of the frontier's slopes beside exponents by name, "loss" being that of L* ~ C^-loss."""
    found = measured_frontier(point, cost, tuple(budgets))
    evidence = []
    for name, exponent in exponents.items():
        if name == "loss":
            slopes, errors = -found.loss_slope, found.loss_slope_error
        else:
            slopes, errors = found.resources[name].slope, found.resources[name].slope_error
        what = f"{'L' if name == 'loss' else name}* exponent at {point}, C up to {budgets[-1]:g}"
        evidence.append(compare_exponent(what, float(exponent), slopes, errors))
    return evidence


def exponents_of(point: Probe, cost: tuple[tuple[str, str], ...] = TWO) -> dict[str, Any]:
    """Derived exponents of the optimum."""
    best = derived(point, cost).optimum
    return {"loss": best.loss_exponent, **best.exponents}


def _check_exponents(name: str) -> Verdict:
    point = PROBES[name]
    found = derived(point).optimum.phase
    if found != name:
        return judge([], samples=0, precision="exact", note=f"the probe lies in phase {found}, not {name}")
    return judge(compare_slopes(point, exponents_of(point)), samples=len(BUDGETS), precision="float64")


def remainder(point: Probe) -> Any:
    """The w of the module's docstring, exact."""
    best = exponents_of(point)
    if derived(point).optimum.phase == LEVEL:
        return best["N"] * point.next_power("width")
    return min(best["t"] * point.next_power("early_width_time"), best["N"] - best["t"] / point.exact[1])


def _constants(point: Probe) -> OptimalConstants:
    found = derived(point).constants
    assert found is not None, "the probes lie in phases whose constants are derived"
    return found


def _check_constants(name: str) -> Verdict:
    point = PROBES[name]
    best, constants, found = exponents_of(point), _constants(point), measured_frontier(point)
    powers = {"L": (found.loss, constants.loss_value, -best["loss"])}
    for name in ("N", "t"):
        powers[name] = (found.resources[name].amount, constants.resource_values[name], best[name])
    rate = float(remainder(point))
    evidence = [
        compare_leading(f"{name}*", point, (float(constant), exponent), values, BUDGETS, rate, letter="C")
        for name, (values, constant, exponent) in powers.items()
    ]
    return judge(evidence, samples=len(BUDGETS), precision="float64")


def phase_of(name: str, cost: tuple[tuple[str, str], ...] = TWO) -> Phase:
    """A phase of the derived diagram."""
    from ...theory.models.dynamical import budget, phase_diagram

    return phase_diagram(budget(dict(cost)))[name]


def state_phase(name: str, cost: tuple[tuple[str, str], ...] = TWO) -> Any:
    """Its exponents as equations."""
    phase = phase_of(name, cost)
    assert phase.loss_exponent is not None
    amounts = {x: (1, exponent) for x, exponent in phase.exponents.items()}
    return state_powers("C", {"L": (1, -phase.loss_exponent), **amounts})


def _state_constants(name: str) -> Any:
    point = PROBES[name]
    best, constants = exponents_of(point), _constants(point)
    amounts = {x: (constants.resources[x], best[x]) for x in ("N", "t")}
    return state_powers("C", {"L": (constants.loss, -best["loss"]), **amounts}, remainder(point))


SINGLE = "average: a single network, over features and data"
LIMITS = "P to infinity first, then C to infinity with the loss minimised at each C, so N and t grow together"

for _name in PROBES:
    _shared: dict[str, Any] = {
        "order_of_limits": LIMITS,
        "source": DERIVED_HERE,
        "measured_by": "tauber.numerics.models.dynamical.frontier.frontier",
    }
    _slug = _name.split(" = ")[1].replace(" ", "_")
    REGISTRY.add(
        Claim(
            id=f"dynamical.optimum.{_slug}",
            title=f"Compute optimum where {_name}: exponents of loss, width and time",
            kind=Kind.EXPONENT,
            statement=partial(state_phase, _name),
            assumptions=f"inside the phase {'a - 1 < b' if _name == LEVEL else 'a - 1 > b'}; C = N t; {SINGLE}",
            derived_by="tauber.theory.models.dynamical.phase_diagram",
            check=partial(_check_exponents, _name),
            **_shared,
        )
    )
    REGISTRY.add(
        Claim(
            id=f"dynamical.optimum.{_slug}.constants",
            title=f"Compute optimum where {_name}: exact constants",
            kind=Kind.EQUIVALENCE,
            statement=partial(_state_constants, _name),
            assumptions=f"at one rational point inside the phase; C = N t; {SINGLE}",
            derived_by="tauber.theory.models.dynamical.optimal_constants",
            check=partial(_check_constants, _name),
            **_shared,
        )
    )
