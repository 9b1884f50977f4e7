r"""The optimum of a declared training where the eigenvalues have a power of the logarithm, or fall exponentially.

**With a logarithm,** ``lambda_j = j^{-2 alpha} L_j^-k``, ``L_j = 1 + log j``, 2 alpha > 1: the factor ``s = L^-k`` at a
cut-off multiplies a monomial of the loss, of stability or of the window as its scale ``slow`` says (`terms`). Powers of
the compute are those of the power law; where d and tau grow with it every L is log f up to a constant, and the powers
of that follow (`optimum.logarithms`).

**Exponential,** ``lambda_j = e^{-c (j-1)}``, ``omega_j = lambda_j^sigma``: the limit q -> 0. The monomials are those of
`terms` at ``beta = (sigma - 1) alpha + 1/2``, where p is sigma whatever alpha, as alpha grows: powers of tau have
limits, and what is a power of d to the -alpha - the level, the plateau, the end of the window - becomes exponentially
small (`plrf.exponential` has the terms themselves). What is left of the window is that the features resolve the time,
``d >= log(tau)/c``, a size that costs no power of the compute; its share that is in use is a constant at the optimum.
Where a power of d does no harm either (sigma > 1, where F_ac falls like ``1/(d tau)``) it is decided by corrections,
and not given. What ``int k^{1/2} ~ log tau`` multiplies by a logarithm of its own is not covered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from sympy import Expr, Integer, Rational, S, Symbol, limit, oo

from ...algebra.scales import Monomial
from ...errors import AssumptionError, NoConstant
from ...optimum.logarithms import LogOptimum, with_logarithms
from ...optimum.tropical import Power, Program
from . import phases
from .terms import alpha, beta
from .training import Training

_FEATURES = "features"
_STEEP = Symbol("alpha", positive=True)


def of_logarithmic(training: Training, alpha_value: Rational, beta_value: Rational, log: Rational) -> LogOptimum:
    """The optimum at a point of the plane, with k = log.

    Raises
    ------
    NoConstant
        The power of the logarithm is not derived there.

    >>> found = of_logarithmic(Training(), Rational(4, 5), Rational(3, 10), Integer(1))
    >>> found.value, found.log, found.exponents["d"], found.logs["d"]
    (-6/13, -7/13, 5/13, -5/13)
    """
    at = {alpha: alpha_value, beta: beta_value}
    if not 2 * alpha_value > 1 or 2 * beta_value == 1:
        raise NoConstant("the power of the logarithm is derived for 2 alpha > 1 and 2 beta other than 1")
    if training.momentum == "dana-decaying" and log < 0:
        raise NoConstant("with this momentum eigenvalues with more than a power law make training unstable in the end")
    if training.batch is not None and training.step != "free":
        raise NoConstant("under a price of the batch the power of the logarithm is derived for a free step size")
    problem = phases.problem(training)
    if problem.at((alpha_value, beta_value)).phase is None:
        raise NoConstant("on a boundary the power of the logarithm is not derived")
    rule, _ = phases.step_rule(training, at)
    found = phases.monomials(training, rule)
    solved = []
    for piece in found.pieces:
        rows = Rows(problem.resources)
        terms = rows.of(piece.terms, at, -log)
        bounds = rows.of((*piece.region, *found.window), at, -log)
        budget = tuple(S(found.cost[x]).subs(at) for x in problem.resources)
        program = Program((), problem.resources, terms, bounds, budget)
        if program.closed({}) is None:  # a limit on the serial time may leave nothing of a piece
            solved.append(with_logarithms(program, rows.logs))
    best = min(solved, key=lambda o: (o.value, o.log))
    time = time_of(best.point)
    if log != 0 and not (best.point["d"] > 0 and time > 0):
        raise NoConstant("a resource does not grow with the compute here, so no logarithm of it does")
    return _checked(training, best)


def time_of(powers: Mapping[str, Expr]) -> Expr:
    """The power of f in the time, ``gamma r B`` where steps and batch are resources."""
    return powers["gamma"] + powers["r"] + powers["B"] if "B" in powers else powers["tau"]


def of_exponential(training: Training, sigma: Rational) -> LogOptimum:
    """The optimum at a source sigma > 0, sigma != 1.

    Raises
    ------
    AssumptionError
        Another source, or a training that is not covered.

    >>> found = of_exponential(Training("free", Integer(0)), Rational(1, 2))
    >>> found.value, found.log, found.exponents["d"], found.logs["d"]
    (-1/3, 1/3, 0, 1)
    """
    _refuse(training, sigma)
    rule, _ = phases.step_rule(training, {alpha: Integer(100), beta: Integer(0)})
    found = phases.monomials(training, rule)
    resources = ("d", "tau") if rule is not None else ("d", "gamma", "tau")
    (piece,) = found.pieces

    def rows(named: Iterable[tuple[str, Monomial]]) -> tuple[Power, ...]:
        powers = ((name, tuple(_limit(m[x], sigma) for x in resources)) for name, m in named)
        return tuple(Power(name, row) for name, row in powers if -oo not in row)

    bounds = rows((name, m) for name, m in (*piece.region, *found.window) if name != "d >= 1")
    features = Power(_FEATURES, tuple(-Integer(x == "d") for x in resources))
    cost = tuple(_limit(found.cost[x], sigma) for x in resources)
    best = with_logarithms(Program((), resources, rows(piece.terms), (features, *bounds), cost), {_FEATURES: 1})
    if best.value >= 0:
        raise AssumptionError(
            "this training was asked of an exponential spectrum, but the loss does not fall as a power of the compute: "
            "give a free step size, a law that falls, or a cool-down"
        )
    return _checked(training, best)


def _checked(training: Training, best: LogOptimum) -> LogOptimum:
    """The same, unless the mass of the start leads, which for a step size ``1/tau`` has a logarithm of gamma."""
    if training.fall == 1 and training.step == "free" and any(_of_the_start(name) for name in best.active):
        raise NoConstant("the step sizes at the start add up to a logarithm of their own")
    return best


def _of_the_start(name: str) -> bool:
    return name.split(" of F")[0] == name and name.startswith(("K_pp", "noise of the start"))


class Rows:
    """Monomials as rows of a programme, each with a name of its own, and their powers of the logarithm."""

    def __init__(self, resources: tuple[str, ...]) -> None:
        self.resources = resources
        self.logs: dict[str, Expr] = {}

    def of(
        self, named: Iterable[tuple[str, Monomial]], at: dict[Symbol, Rational], scale: Rational
    ) -> tuple[Power, ...]:
        """Rows at a point, or in general where there is none; ``slow`` to the power e is ``L^(scale e)``."""
        found = []
        for name, m in named:
            own = name if name not in self.logs else f"{name} {len(self.logs)}"
            self.logs[own] = S(m["slow"]).subs(at) * scale
            found.append(Power(own, tuple(S(m[x]).subs(at) for x in self.resources)))
        return tuple(found)


@cache
def _limit(exponent: Expr, sigma: Rational) -> Expr:
    """What becomes of an exponent as alpha grows at a fixed sigma."""
    at = S(exponent).xreplace({alpha: _STEEP}).subs(beta, (sigma - 1) * _STEEP + Rational(1, 2))
    return limit(at, _STEEP, oo)


def _refuse(training: Training, sigma: Rational) -> None:
    if not sigma > 0 or sigma == 1:
        raise AssumptionError(
            f"the source {sigma} was asked of an exponential spectrum, for which a positive one is derived, other than "
            "1, where two terms have the same power and a logarithm appears"
        )
    if training.batch is not None:
        raise AssumptionError(
            "a power of the batch of its own was asked of an exponential spectrum, for which the best batch is not "
            "derived: leave it out of the cost"
        )
    if training.momentum != "none":
        raise AssumptionError(
            f"{training.momentum} was asked of an exponential spectrum, but its clock is that of a power law; take "
            "none or heavy-ball"
        )
    if training.averaging or training.cooldown == "best":
        raise AssumptionError(
            "averaging, or the best end of a schedule, was asked of an exponential spectrum, where a logarithm of its "
            "own multiplies the noise, which is not derived; take a cool-down"
        )
