"""Claims: the measured frontier over everything that is free beside the derived exponents, phase by phase.

The numeric wing minimises the exact loss over the size, the step size and, under a warm-up, its start, at budgets in
equal ratios; the limits of the local slopes stand beside the exponents that the linear programme derives. Where
corrections decay slowly, the size of the next terms says so in the tolerance. Which sigma is used decides where the
slopes settle, not where they go.

The points were chosen after seeing where slopes settle, so they are no random sample of their phases: that is `drawn`,
whose rule takes derived corrections out, at points where local slopes turn, too. Where no resources are named only the
loss settled.

A batch that is large enough for few steps r is asked for in two ways, both with gamma B held, so that r steps make a
time in proportion. Best at a budget, it is the critical batch, 1/gamma* up to a constant: beyond it samples are wasted.
Under a budget ``f = d r B^z``, z < 1, it is that, too: a batch that is cheaper than steps grows up to 1/gamma*.
Under a limit on the steps it is what the budget leaves, and the least loss is what a limit on the serial time costs.
Their points are those of the notes from which this was derived, with a limit inside the range of its trade-off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ..claim import Comparison, Kind
from ..families.optimum import state_powers
from ..measure import compare_exponent
from ..source import Source
from ..topic import topic
from .diagrams import training_of
from .exact import DERIVED_HERE
from .in_time import descent
from .training import BUDGETS


@dataclass(frozen=True)
class Measured:
    """A point of a phase: the derived training, what the numeric wing is told beside it, and the budgets."""

    name: str
    title: str
    alpha: str
    beta: str
    training: dict[str, Any]
    declared: dict[str, Any]
    budgets: tuple[float, ...]
    resources: tuple[str, ...] = ("d", "gamma")
    source: Source = field(default=DERIVED_HERE)
    dear: bool = False

    @property
    def at(self) -> tuple[Fraction, Fraction]:
        """The point, exactly."""
        return Fraction(self.alpha), Fraction(self.beta)

    @property
    def batch(self) -> str:
        """What is assumed of the batch."""
        price = f", f = d r B^({self.training['batch']})" if "batch" in self.training else ""
        return f"gamma B = 1/2{price}" if "parallel" in self.declared else "batch 1"

    def derived(self) -> dict[str, float]:
        """Exponents of f by name; that of the loss is negative."""
        from sympy import Rational

        from ...theory.models.one_pass.phases import optimum

        best = optimum(training_of(self.training), *(Rational(x) for x in self.at))
        assert best.loss_exponent is not None  # each point lies inside a phase
        powers = {"loss": -best.loss_exponent, **_with_batch(best.exponents)}
        return {name: float(powers[name]) for name in ("loss", *self.resources)}

    def compare(self) -> Iterator[Comparison]:
        """Set the limits of the measured slopes beside them."""
        from ...numerics.models.plrf.trained_frontier import Declared, trained_frontier

        alpha, beta = (float(x) for x in self.at)
        rising = -float(descent(*self.at)) / 2 if self.training.get("warmup") else None  # gamma ~ P^(-1/2)
        found = trained_frontier(Declared(alpha, beta, **self.declared, warmup=rising), self.budgets)
        for name, exponent in self.derived().items():
            what = f"exponent of {name} at alpha = {self.alpha}, beta = {self.beta}, f up to {self.budgets[-1]:g}"
            slopes = found.slopes[name], found.slope_errors[name]
            yield compare_exponent(what, exponent, *slopes, self.budgets, over="f")

    def statement(self) -> Any:
        """The phase as formulas."""
        from sympy import Rational

        from ...theory.models.one_pass.phases import problem
        from ...theory.models.one_pass.terms import alpha, beta

        at = dict(zip((alpha, beta), (Rational(x) for x in self.at), strict=True))
        label, _ = problem(training_of(self.training)).label(at)
        assert label.loss_exponent is not None  # each point lies inside a phase
        known = _with_batch(dict(label.exponents))
        powers = {name: (1, known[name]) for name in self.resources}
        return state_powers("f", {"excess": (1, -label.loss_exponent), **powers})


def _with_batch(exponents: Mapping[str, Any]) -> dict[str, Any]:
    """Beside the exponents that of the batch, which grows as the step size falls where it is as large as it may be."""
    return {**exponents, "batch": -exponents.get("gamma", 0)}


LATE = (1e16, 1e19, 1e22, 1e25, 1e28)
SCHEDULED = (1e9, 1e12, 1e15, 1e18)
NOISY, ENDING, RISING = {"label_noise": 0}, {"label_noise": 0, "cooldown": "best"}, {"warmup": True}
HALF = {"batch": "1/2"}
LEFT, HELD = {"ratio": 4.0}, {"parallel": 0.5}
POINTS = (
    Measured("label_noise.left_below", "Label noise, alpha < 1/2, beta < 1/2", "2/5", "3/10", NOISY,
             LEFT | {"noise": 0.1}, LATE),
    Measured("label_noise.left_above", "Label noise, 1/4 < alpha < 1/2, beta > 1/2", "2/5", "1", NOISY,
             LEFT | {"noise": 0.1}, LATE, ()),  # of the sizes corrections of both signs decay too slowly
    Measured("label_noise.corner", "Label noise, alpha < 1/4, beta > 1/2", "3/20", "9/10", NOISY,
             LEFT | {"noise": 0.1}, LATE, (), dear=True),
    Measured("free_step.four_a", "No label noise, phase IVa with the best step size", "2/5", "1", {}, LEFT, LATE),
    Measured("free_step.four_b", "No label noise, phase IVb with the best step size", "7/25", "9/10", {}, LEFT, LATE),
    Measured("free_step.between", "No label noise, IVa at its boundary to IVb with the best step size", "69/200",
             "73/50", {}, LEFT, LATE, ()),
    Measured("critical_batch.tail", "The critical batch with label noise, alpha > 1/2, beta < 1/2", "4/5", "3/10",
             NOISY, HELD | {"noise": 0.1}, BUDGETS, ("d", "batch"), dear=True),
    Measured("critical_batch.features", "The critical batch with label noise, alpha > 1/2, beta > 1/2", "9/10", "7/10",
             NOISY, HELD | {"noise": 0.1}, BUDGETS, ("d", "batch"), dear=True),
    Measured("critical_batch.four", "The critical batch without label noise, phase IV", "2/5", "1", {}, HELD | LEFT,
             LATE, ("d", "batch"), dear=True),
    Measured("serial_time.features", "No label noise, phase III with f^(7/20) steps and the batch that is left", "3/4",
             "6/5", {"serial_time": "7/20"}, HELD | {"steps": 0.35}, (1e15, 1e18, 1e21, 1e24), ("d",)),
    Measured("batch_price.tail", "A batch at half the price of steps, label noise, alpha > 1/2, beta < 1/2", "4/5",
             "3/10", NOISY | HALF, HELD | {"noise": 0.1, "batch_cost": 0.5}, BUDGETS, ("d", "batch"), dear=True),
    Measured("batch_price.features", "A batch at half the price of steps, label noise, alpha > 1/2, beta > 1/2", "9/10",
             "7/10", NOISY | HALF, HELD | {"noise": 0.1, "batch_cost": 0.5}, BUDGETS, (), dear=True),
    Measured("batch_price.noise", "A batch at a quarter of the price of steps, no label noise, phase III", "3/4", "6/5",
             {"batch": "1/4"}, HELD | {"batch_cost": 0.25}, BUDGETS, ("d", "batch"), dear=True),
    Measured("cooldown.tail", "Label noise and a cool-down of power 4, 0 < beta < 1/2", "4/5", "3/10", ENDING,
             {"noise": 1.0, "cooldown": 4.0}, SCHEDULED, dear=True),
    Measured("warmup.features", "The best warm-up where a constant step size has phase III", "3/4", "9/10",
             RISING, {"step_size": 0.2}, SCHEDULED, (), dear=True),
)  # fmt: skip


claim = topic(
    "plrf.trained",
    kind=Kind.EXPONENT,
    order_of_limits="f to infinity, everything that is free minimised at each f; v/d fixed",
    derived_by="tauber.theory.models.one_pass.phases.optimum",
    measured_by="tauber.numerics.models.plrf.trained_frontier.trained_frontier",
)


def _checker(point: Measured) -> Callable[[], Iterator[Comparison]]:
    def check() -> Iterator[Comparison]:
        return point.compare()

    return check


for _point in POINTS:
    claim(
        _point.name,
        f"{_point.title}: the measured frontier has the derived exponents",
        _point.statement,
        each=len(_point.budgets),
        assumptions=f"{_point.batch}; the excess is P - sigma^2; v = infinity, for alpha < 1/2 v = 4 d",
        source=_point.source,
        dear=_point.dear,
    )(_checker(_point))
