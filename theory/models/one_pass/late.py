r"""A warm-up where leading terms leave the time free, ``2 alpha < 1/2`` and ``F_pp ~ tau^-p`` with p > 2.

What does not fall with the time is the level of the loss, and the noise of the start: a kernel of modes that the time
does not resolve remembers it as it was, and the start of a warm-up leaves ``M/n`` of it, with M a constant. So

    P  ~  F_0 + M k/n,        F_0 ~ d^{-2 alpha},   k ~ d^{1-4 alpha}

chooses d and the samples n, and neither the time tau nor the peak gamma, of which one says how late the warm-up is,

    late = gamma n/tau >= 1,          rising up to  tau_c = (gamma n)^{2/p} <= tau .

Corrections choose both. Of the order of P these are

    F_pp           tau^-p/F_0
    the peak       tau/(gamma n) = 1/late        samples that the peak takes from the start
    the memory     gamma tau k                   of the level, and of all that is remembered
    the kernel     - tau^{q-2}/k                 by which it is less than k, where 2 < q = 1/(2 alpha) < 3

and others that are less anywhere (`corrections` has them all). If the fourth, which lowers the loss, can be the largest
of them, its best is where it is as large as may be and no less than any that raises it; if it cannot, the largest of
the other three is as small as may be. Both are programmes, and that it cannot is a certificate that the constraints of
the second leave nothing.
"""

from __future__ import annotations

from functools import cache

from sympy import Integer, cancel

from ...algebra.scales import Monomial, power
from ...errors import AssumptionError
from ...optimum.plane import At
from ...optimum.tropical import Optimum, Power, Program
from ..plrf import model
from . import phases, terms
from .place import Place
from .terms import alpha, beta
from .training import Training

_RESOURCES = ("d", "tau", "late")
_LATE = power("late")
_KERNEL, _PLATEAU = terms.kernel().values()
_FORCING = {part.name: part.monomial for part in terms.forcing()}
_LEVEL, _LAW = _FORCING["F_0 of head modes"], _FORCING["F_pp"]
_SAMPLES = _PLATEAU * phases.raised(_LEVEL, Integer(-1))
_GAMMA = _LATE * terms.TAU * phases.raised(_SAMPLES, Integer(-1))

_RAISING = {
    "F_pp": _LAW * phases.raised(_LEVEL, Integer(-1)),
    "the peak": phases.raised(_LATE, Integer(-1)),
    "the memory": _GAMMA * terms.TAU * _PLATEAU,
}
_LOWERING = _KERNEL * phases.raised(_PLATEAU, Integer(-1))


def chosen(training: Training, at: At) -> Place:
    """The place at a rational point, as formulas.

    Raises:
        ArithmeticError: what should lower the loss raises it.
    """
    most, least = _programs(training)
    empty = tuple[object, ...]()
    try:
        best = most.solve(at)
    except AssumptionError:
        closed = most.closed(at)
        if closed is None:
            raise
        best, empty = least.solve(at), closed
    else:
        if not _KERNEL.constant.subs(at) > 0:  # the constant is one of 1 - K^
            raise ArithmeticError(f"at {at} the kernel exceeds its plateau, so that its correction raises the loss")
    return Place(_ties(best), _sizes(best), (*empty, *best.certificate))


def _ties(best: Optimum) -> tuple[str, ...]:
    return tuple(sorted(best.active | (best.binding & {*_RAISING})))


def _sizes(best: Optimum) -> dict[str, object]:
    known = dict(zip(_RESOURCES, best.point, strict=True))
    gamma = sum((power * known[x] for x, power in _GAMMA.exponents.items() if x in known), Integer(0))
    return {**known, "gamma": cancel(gamma)}


@cache
def _programs(training: Training) -> tuple[Program, Program]:
    """That in which what lowers the loss is most, and that in which what raises it is least."""

    def rows(named: dict[str, Monomial]) -> tuple[Power, ...]:
        return tuple(Power(name, tuple(cancel(m[x]) for x in _RESOURCES)) for name, m in named.items())

    x, y = training.cost
    budget = tuple((power("d", x) * phases.raised(_SAMPLES, y))[name] for name in _RESOURCES)
    top = _LATE * terms.TAU  # gamma n
    half = -_LAW["tau"] / 2
    window = {
        "late": phases.raised(_LATE, Integer(-1)),
        "peak": phases.raised(top, 1 / half) * phases.raised(terms.TAU, Integer(-1)),
        "start": phases.raised(terms.TAU, Integer(-1)),
        "end": terms.TAU * power("d", -model.expansion().edge),
        "largest": _GAMMA,
        "stable": _RAISING["the memory"],
    }
    inverse = phases.raised(_LOWERING, Integer(-1))
    less = {name: m * inverse for name, m in _RAISING.items()}
    return (
        Program((alpha, beta), _RESOURCES, rows({"the kernel": inverse}), rows(less | window), budget),
        Program((alpha, beta), _RESOURCES, rows(_RAISING), rows(window), budget),
    )
