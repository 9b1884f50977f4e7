"""Claims: the dictionary between the dynamical model at P = infinity and the power-law random-features model.

    b = 2 alpha,    a = 2 alpha + 2 beta,    N = d,    t = gamma B r  (so that 2 t = 2 gamma B r),    P = infinity.

PLRF steps by gamma on the *sum* over B fresh samples; its forcing function, the loss without gradient noise, has
the rate ``1 - 2 gamma B x + gamma^2 B (B+1) x^2`` on an eigendirection x. Gradient descent with step h on the loss of
the population has ``(1 - h x)^2``: the same for h = gamma B and B to infinity. Both tend to ``e^{-2 h x}`` per step for
h to 0. The terms F_0, F_pp, F_ac of PLRF, without the factor 1/(1 - N) of its gradient noise, are then the laws of
width, of time, and of the width in early times; phase II is a - 1 > b and phase Ia a - 1 < b. (Phase III, beta > alpha,
has gradient noise in its trade-off and so no counterpart; it begins where a > 2 b.)
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from typing import Any

from ..claim import Comparison, Kind
from ..measure import SOLVER, compare_limit, exactly
from ..papers import BORDELON, PAQUETTE
from ..source import derived_here
from ..topic import equation, topic
from ..typed import typed
from .optimum import LEVEL, TRANSIENT, TWO
from .probe import Probe, probe

PHASES = {"II": TRANSIENT, "Ia": LEVEL}
TERMS = {"F_0": "width", "F_pp": "time", "F_ac": "early_width_time"}
POINTS = {
    "F_0": (probe("2", "3/2"), probe("3", "3/2"), probe("5", "2")),
    "F_pp": (probe("2", "3/2"), probe("3", "3/2"), probe("5", "2")),
    "F_ac": (probe("3", "3/2"), probe("5", "2"), probe("13/4", "2")),  # present for a - 1 > b
}

SIDES = (probe("2", "3/2"), probe("12/5", "3/2"), probe("13/5", "3/2"), probe("14/5", "3/2"))
"""Points on both sides of a - 1 = b with a < 2 b: beyond, PLRF is limited by gradient noise."""

FORCING = (probe("2", "3/2"), probe("3", "3/2"))
WIDTH = 40.0
STEPS = (1, 10, 100, 10**4, 10**8)
BATCH = 10**14
RATE = 0.5
FLOW_TIMES = (1.0, 100.0)
FLOW_STEPS = (1e-2, 1e-4, 1e-6)


def _alpha_beta(point: Probe) -> tuple[Fraction, Fraction]:
    return point.b / 2, (point.a - point.b) / 2


def _dictionary() -> dict[Any, Any]:
    from ...theory.models.dynamical import a, b
    from ...theory.models.plrf import alpha, beta

    return {alpha: b / 2, beta: (a - b) / 2}


_DICTIONARY = "b = 2 alpha > 1, a = 2 alpha + 2 beta, N = d, t = gamma B r, v = M = infinity; average: over features"
_BOTH = derived_here(f"in the models of {BORDELON} and {PAQUETTE}")
claim = topic("dynamical.plrf", kind=Kind.IDENTITY, source=_BOTH)


def _check_phase(name: str) -> Iterator[Comparison]:
    """The two optima as formulas in a and b, and the region's inequality at the probes."""
    from sympy import simplify

    from ...theory.models.plrf import phase_diagram

    theirs, ours = phase_diagram()[name], TWO.phase(PHASES[name])
    assert theirs.loss_exponent is not None
    gaps = {
        "loss exponent": theirs.loss_exponent.subs(_dictionary()) - ours.loss_exponent,
        "exponent of d* minus that of N*": theirs.exponents["d"].subs(_dictionary()) - ours.exponents["N"],
    }
    yield from (exactly(f"{what}, as a formula", simplify(gap) != 0) for what, gap in gaps.items())
    wrong = sum(_inside(theirs, point) != _inside(ours, point) for point in SIDES)
    yield exactly("points with a < 2 b that lie in one of the two regions only", wrong)


def _inside(phase: Any, point: Probe) -> bool:
    from sympy import Rational

    from ...theory.models.dynamical import a, b
    from ...theory.models.plrf import alpha, beta

    first, second = point.exact
    values = {a: first, b: second, alpha: second / 2, beta: Rational(first - second) / 2}
    return all(bool(relation.subs(values)) for relation in phase.inequalities)


def _state_phase(name: str) -> Any:
    from sympy import Eq

    from ...theory.models.plrf import phase_diagram

    theirs, ours = phase_diagram()[name], TWO.phase(PHASES[name])
    return (
        Eq(theirs.loss_exponent, ours.loss_exponent, evaluate=False),
        Eq(theirs.exponents["d"], ours.exponents["N"], evaluate=False),
    )


for _name, _ours in PHASES.items():
    claim(
        f"phase_{_name}",
        f"Phase {_name} of PLRF is the dynamical phase {_ours}: the same exponents as formulas",
        partial(_state_phase, _name),
        samples=len(SIDES),
        precision="exact",
        assumptions=f"{_DICTIONARY}; P infinite; f = C; a < 2 b, where gradient noise does not limit PLRF",
        order_of_limits="P to infinity first, then the budget; PLRF's gradient noise changes no exponent there",
        derived_by="tauber.theory.models.dynamical.phase_diagram",
        measured_by="tauber.theory.models.plrf.phase_diagram",
    )(partial(_check_phase, _name))


def _check_term(name: str) -> Iterator[Comparison]:
    """Power and constant of the term in t and d against the law in t and N, exactly."""
    from sympy import Symbol

    from ...theory.models.plrf import ExactLaw, Setting

    gamma, kernel = Symbol("gamma", positive=True), Symbol("N")
    for point in POINTS[name]:
        alpha, beta = (value / 2 for value in (point.exact[1], point.exact[0] - point.exact[1]))
        term, law = ExactLaw(Setting(alpha, beta), order=0).terms[name], point.law(TERMS[name])
        variable, other = (term.d, term.r) if name == "F_0" else (term.r, term.d)
        wanted = -1 if name == "F_ac" else 0  # what is in 1/N is divided by N
        powers = (variable - law.exponent, other - wanted)
        # r = t/(gamma B), B = 1
        constant = (term.constant * gamma ** (-term.r)).subs(kernel, 0)
        yield exactly(f"powers of {name} that are not those of the law {TERMS[name]}, {point}", any(powers))
        what = f"constant of {name} over that of the law {TERMS[name]}, minus 1, exactly, {point}"
        yield exactly(what, not _is_one(constant / law.constant))


def _is_one(share: Any) -> bool:
    """Whether a positive product of powers is one, shown exactly: it is if a whole power of it is."""
    from sympy import Pow, gammasimp, powdenest, simplify

    whole = math.lcm(*(int(factor.exp.q) for factor in share.atoms(Pow) if factor.exp.is_Rational))
    return simplify(gammasimp(powdenest(share**whole, force=True))) == 1


def _state_term(name: str) -> Any:
    from sympy import Piecewise, Symbol

    from ...theory.models.dynamical import law

    found = law(TERMS[name])
    x = Symbol(found.variable, positive=True)
    pieces = [(case.constant * x**case.exponent, case.condition) for case in found.cases]
    if name == "F_ac":
        pieces = [(value / Symbol("N", positive=True), condition) for value, condition in pieces[:1]]
    return equation(name, Piecewise(*pieces), x)


for _name, _ours in TERMS.items():
    claim(
        _name,
        f"The term {_name} of PLRF is the law {_ours}: the same powers and the same constant",
        partial(_state_term, _name),
        samples=len(POINTS[_name]),
        precision="exact",
        assumptions=f"{_DICTIONARY}; P infinite; PLRF's factor 1/(1 - N) of gradient noise left out"
        + ("; a - 1 > b, where F_ac is present" if _name == "F_ac" else ""),
        order_of_limits="r first, then d to infinity" if _name == "F_0" else "d to infinity first, then r",
        derived_by="tauber.theory.models.dynamical.law_at",
        measured_by="tauber.theory.models.plrf.ExactLaw",
    )(partial(_check_term, _name))


_forcing_claim = topic(
    "dynamical.plrf",
    source=_BOTH,
    derived_by="tauber.theory.models.dynamical.model.response",
)


def _forcing(point: Probe, steps: Any, step_size: float, batch: int = 1) -> tuple[Any, Any]:
    """PLRF's forcing function of d = 40 features and infinitely many modes, and its relative errors."""
    from ...numerics.models.plrf import PLRF

    alpha, beta = _alpha_beta(point)
    found = PLRF(float(alpha), float(beta), WIDTH, math.inf, batch=batch, step_size=step_size).forcing(steps)
    return found.values, found.error


@_forcing_claim(
    "descent",
    "PLRF's forcing function for large batches is the loss of gradient descent, at every step",
    typed("F(k, h/B) -> L(k, h) as B -> oo"),
    kind=Kind.IDENTITY,
    assumptions=f"{_DICTIONARY} and gamma B = h < 2/x_max, every step k; P infinite, no noise",
    order_of_limits="B to infinity at fixed h = gamma B and r",
    measured_by="tauber.numerics.models.plrf.PLRF.forcing, tauber.numerics.models.dynamical.GradientDescent",
)
def _check_descent() -> Iterator[Comparison]:
    """Forcing at gamma = h/B, B very large, over the loss of gradient descent with step h."""
    from ...numerics.models.dynamical import GradientDescent

    for point in FORCING:
        model = point.model(WIDTH, optimiser=GradientDescent(RATE))
        curve, (values, errors) = model.curve(STEPS), _forcing(point, STEPS, RATE / BATCH, BATCH)
        for k, t in enumerate(STEPS):
            # (B+1)/B for 1 adds t (h x)^2/B at most to the share of a mode, and h x t is of order one where it matters
            error = float(errors[k] + curve.test_error[k]) + 4 / BATCH
            share = float(values[k] / curve.test[k])
            what = f"PLRF forcing over loss of gradient descent, step {t}, d = N = {WIDTH:g}, {point}"
            yield Comparison(what, 1.0, share, error, f"{SOLVER}, and 1/B", 1e-6)


@_forcing_claim(
    "flow",
    "PLRF's forcing function for small steps is the loss of gradient flow at t = gamma B r",
    typed("F(t/(gamma*B)) = L(t)*(1 + O(gamma, gamma, 0))"),
    each=len(FLOW_STEPS),
    kind=Kind.EQUIVALENCE,
    assumptions=f"{_DICTIONARY}; P infinite, no noise",
    order_of_limits="gamma to 0 at fixed t and B",
    measured_by="tauber.numerics.models.plrf.PLRF.forcing, tauber.numerics.models.dynamical.Dynamical.curve",
)
def _check_flow() -> Iterator[Comparison]:
    """Forcing at r = t/gamma and B = 1, over the loss of gradient flow at t: one, up to O(gamma)."""
    for point in FORCING:
        flow = point.model(WIDTH).curve(FLOW_TIMES).test
        for k, t in enumerate(FLOW_TIMES):
            shares = [float(_forcing(point, [t / step], step)[0][0] / flow[k]) for step in FLOW_STEPS]
            scales = [1 / step for step in FLOW_STEPS]
            what = f"PLRF forcing over loss of gradient flow at t = {t:g}, gamma = {FLOW_STEPS[-1]:g}, {point}"
            yield compare_limit(what, shares, scales, 1.0)
