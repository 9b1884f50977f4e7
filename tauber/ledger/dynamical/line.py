"""Claims: the line a - 1 = b, where logarithms come in; eq. (17) of 2402.01092 there.

On the line ``G(kappa) = sum_k k^-1/(1 + kappa k^b) = log(1/kappa)/b + gamma + O(kappa)``, Euler's gamma, by the double
pole of its Mellin transform, and ``T(kappa) = A kappa^(-1/b) - 1/2 + ...`` with A = (pi/b)/sin(pi/b). So the level of
width is ``kappa_0 G(kappa_0)`` at T = N, and what N features add while time is short is T (G + s G')/N in the Laplace
variable s of the time 2t: both have a logarithm. The best use of C = N t balances it: ``t^(1/b) log t ~ N``, and so

    L* ~ (C/log C)^-(b/(1+b)),        not  C^-(b/(1+b)).

The paper's figure of the compute optimum is at (a, b) = (2, 1), on this line and at b = 1, too, where the trace of the
spectrum diverges with the number of modes: there nothing can be solved with infinitely many.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from ..claim import Comparison, Kind, Outcome
from ..measure import compare_limit, slopes_of
from ..papers import BALANCE
from ..source import stated
from ..topic import equation, topic
from ..typed import letters, typed
from .optimum import Budget
from .probe import DERIVED_HERE, MEASURES, SINGLE, probe

ON_LINE = probe("5/2", "3/2")
TIMES = (1e4, 1e6, 1e8)
WIDTHS = (1e3, 1e5, 1e7)
BUDGET = Budget((("N", "1"), ("t", "1")), (1e8, 1e10, 1e12, 1e14, 1e16, 1e18))

_LINE = f"a - 1 = b > 1, P infinite, no noise; {SINGLE}"
claim = topic("dynamical.line", kind=Kind.EQUIVALENCE, assumptions=_LINE, source=DERIVED_HERE)


def _formulas() -> tuple[Any, Any, Any, Any, Any]:
    """The level by N, N times the transient by t, and the letters N, t, b."""
    from sympy import EulerGamma, digamma, gamma, log, pi, sin, symbols

    n, t, b = symbols("N t b", positive=True)
    a = (pi / b) / sin(pi / b)
    level = (a / n) ** b * (log(n / a) + EulerGamma)
    twice = (log(2 * t) - digamma(1 / b) - 1) / b + EulerGamma
    return level, a / gamma(1 / b) * (2 * t) ** (1 / b - 1) * twice, n, t, b


@claim(
    "level",
    "On the line a - 1 = b the width bottleneck has a logarithm, N^-b log N",
    lambda: equation("L", _formulas()[0], _formulas()[2]),
    samples=len(WIDTHS),
    order_of_limits="P, then t, then N to infinity",
    derived_by="by hand, from tauber.theory.models.dynamical.model.levels: a double pole",
    measured_by="tauber.numerics.models.dynamical.Dynamical.final",
)
def _check_level() -> Iterator[Comparison]:
    level, _, n, _, b = _formulas()
    shares = [
        float(ON_LINE.model(width=x).final().test) / float(level.subs({n: x, b: ON_LINE.exact[1]})) for x in WIDTHS
    ]
    yield compare_limit(f"level over its law with logarithm at {ON_LINE}, N = {WIDTHS[-1]:g}", shares, WIDTHS, 1.0)


@claim(
    "transient",
    "On the line a - 1 = b the early correction of width has a logarithm, t^(1/b - 1) log(t)/N",
    lambda: equation("dL", _formulas()[1] / _formulas()[2], _formulas()[3]),
    samples=len(TIMES),
    order_of_limits="P, then N to infinity first, then t",
    derived_by="by hand, from tauber.theory.models.dynamical.model.response: a double pole",
    measured_by="tauber.numerics.models.dynamical.Dynamical.curve",
)
def _check_transient() -> Iterator[Comparison]:
    """What is left out is -1/2 of T, smaller by t^(-1/b)."""
    _, transient, _, t, b = _formulas()
    found = [MEASURES["early_width_time"](ON_LINE, x) for x in TIMES]
    laws = [float(transient.subs({t: x, b: ON_LINE.exact[1]})) for x in TIMES]
    shares = [value / law for (value, _), law in zip(found, laws, strict=True)]
    noise = max(error / law for (_, error), law in zip(found, laws, strict=True))
    what = f"N [L(t, N) - L(t)] over its law with logarithm at {ON_LINE}, t = {TIMES[-1]:g}"
    yield compare_limit(what, shares, TIMES, 1 / float(ON_LINE.b), noise=noise)


def _power(b: Any) -> Any:
    """The exponent of L*, but for logarithms."""
    return b / (1 + b)


def _growth() -> tuple[float, float]:
    """The last slope of log(L* C^(b/(1+b))) in log log C, and what it moved by."""
    power = float(_power(ON_LINE.b))
    found = BUDGET.measured(ON_LINE)
    budgets = [float(c) for c in found.budgets]
    scaled = [float(loss) * c**power for loss, c in zip(found.loss, budgets, strict=True)]
    slopes, *_ = slopes_of(scaled, [0.0] * len(scaled), [math.log(c) for c in budgets])
    # what is left of a correction like 1/log C is 1.2 times what it moved by since log C was half of this
    return slopes[-1], 2 * abs(slopes[-1] - slopes[0])


_optimum = topic(
    "dynamical",
    kind=Kind.EXPONENT,
    assumptions=f"{_LINE}; C = N t",
    order_of_limits="P to infinity first, then C to infinity with the loss minimised at each C",
    derived_by="by hand, from dynamical.line.transient",
    measured_by="tauber.numerics.models.dynamical.frontier.frontier",
)
_MOVED = "twice what the slope moved by over all budgets: the next terms are powers of 1/log C"


@_optimum(
    "published.line",
    "As published, on the line a - 1 = b: L* ~ C^-(b/(1+b)), without a logarithm",
    typed("L_star ~ C^-x", x=lambda: _power(letters("b"))),
    samples=len(BUDGET.values),
    note="what holds: dynamical.line.optimum",
    source=stated(BALANCE, note="given for all a, b; '~' may leave logarithms out; plotted at (a, b) = (2, 1)"),
    expected=Outcome.REFUTED,
)
def _check_published() -> Iterator[Comparison]:
    growth, moved = _growth()
    what = f"growth of L* C^(b/(1+b)) as a power of log C at {ON_LINE}, C = {BUDGET.values[-1]:g}"
    yield Comparison(what, 0.0, growth, moved, _MOVED, 0.1)


@_optimum(
    "line.optimum",
    "On the line a - 1 = b: L* ~ (C/log C)^-(b/(1+b))",
    typed("L_star ~ (C/log(C))^-x", x=lambda: _power(letters("b"))),
    samples=len(BUDGET.values),
    source=DERIVED_HERE,
)
def _check_optimum() -> Iterator[Comparison]:
    growth, moved = _growth()
    what = f"growth of L* C^(b/(1+b)) as a power of log C at {ON_LINE}, C = {BUDGET.values[-1]:g}"
    yield Comparison(what, float(_power(ON_LINE.b)), growth, moved, _MOVED, 0.1)
