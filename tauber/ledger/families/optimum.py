"""Claims about an optimum: the loss and the resources at the best use of a budget are powers of it.

A model declares its letters, its phases, and what is derived and measured at a point. The frontier of the numeric wing
minimises the exact loss, not a sum of power laws; the limits of its local slopes stand beside the derived exponents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..claim import Comparison, Verdict, judge
from ..measure import compare_exponent

if TYPE_CHECKING:
    from ...theory.optimum.diagram import Phase

Slopes = tuple[Iterable[float], Iterable[float]]
"""Local slopes at growing budgets, and their absolute errors."""


@dataclass(frozen=True, kw_only=True)
class Optimum:
    """The exponents of an optimum. ``loss*`` falls like ``budget^-exponent``, and a resource grows.

    Attributes
    ----------
    budget, loss
        Their letters.
    names
        "loss" and the resources, in the order of a statement.
    budgets
        Where the frontier is measured.
    phase
        Fetches a phase of the derived diagram.
    derived
        The name of the phase at a point, and the exponents there by name.
    slopes
        Those of the measured frontier at a point, by name; of the loss, minus them.
    """

    budget: str
    loss: str
    names: tuple[str, ...]
    budgets: Sequence[float]
    phase: Callable[[str], Phase]
    derived: Callable[[Any], tuple[str | None, Mapping[str, Any]]]
    slopes: Callable[[Any], Mapping[str, Slopes]]

    def _letter(self, name: str) -> str:
        return self.loss if name == "loss" else name

    def compare(self, point: Any, exponents: Mapping[str, Any]) -> list[Comparison]:
        """Set limits of the frontier's slopes beside exponents by name."""
        found, where = self.slopes(point), f"at {point}, {self.budget} up to {self.budgets[-1]:g}"
        return [
            compare_exponent(
                f"{self._letter(name)}* exponent {where}", exponent, *found[name], self.budgets, over=self.budget
            )
            for name, exponent in exponents.items()
        ]

    def check(self, name: str, point: Any) -> Verdict:
        """Check the exponents of a phase at a point inside it."""
        found, exponents = self.derived(point)
        if found != name:
            return judge([], samples=0, precision="exact", note=f"the probe lies in phase {found}, not {name}")
        return judge(self.compare(point, exponents), samples=len(self.budgets))

    def state(self, name: str) -> Any:
        """The exponents of a phase as equations."""
        phase = self.phase(name)
        assert phase.loss_exponent is not None, "a phase of a claim has a power law"
        powers = {"loss": -phase.loss_exponent, **phase.exponents}
        return state_powers(self.budget, {self._letter(x): (1, powers[x]) for x in self.names})


def state_powers(budget: str, powers: Mapping[str, tuple[Any, Any]], rest: Any = None) -> tuple[Any, ...]:
    """Equations for quantities at the optimum.

    Parameters
    ----------
    budget
        Its letter.
    powers
        For the name of each quantity its constant and its exponent.
    rest
        The relative size of what is left out is budget^-rest; None for exponents alone.

    Examples
    --------
    >>> state_powers("C", {"N": (1, 2)})
    (Eq(N_star, C**2),)
    """
    from sympy import Eq, Order, oo, symbols

    spent = symbols(budget, positive=True)
    tail = 1 if rest is None else 1 + Order(spent**-rest, (spent, oo))
    return tuple(
        Eq(symbols(f"{name}_star", positive=True), constant * spent**exponent * tail, evaluate=False)
        for name, (constant, exponent) in powers.items()
    )
