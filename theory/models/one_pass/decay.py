"""How fast the loss falls in time alone: infinitely many features first, then the samples, at a fixed step size.

Of the monomials of the loss (`terms`) those remain that do not depend on d; the one that falls least leads. Where the
whole of a convolution is as large as its start or its end a logarithm comes in, and no power is named. A warm-up is
over at a finite time here, so that it leaves no exponent.
"""

from __future__ import annotations

from sympy import Expr, Integer, Rational, cancel

from . import terms
from .phases import effective_time, raised
from .terms import alpha, beta
from .training import Training


def decay(training: Training, alpha_value: Rational, beta_value: Rational) -> Rational | None:
    """The power of the samples in the loss at a point with alpha > 1/2; None where logarithms come in, or it stays."""
    at = {alpha: alpha_value, beta: beta_value}
    (_, theta, _), *_ = effective_time(training.momentum)
    parts = [*terms.forcing(), *terms.transient_noise(False, training.fall)]
    if training.label_noise is not None:
        parts += terms.label_noise(training.end, training.fall)
    powers = set()
    for part in parts:
        timed = raised(theta, part.monomial["tau"])
        size, time = (_value(part.monomial["d"] + timed["d"], at), _value(timed["tau"], at))
        if size == 0:
            powers.add((time, part.name))
    largest = max(time for time, _ in powers)
    tied = [name for time, name in powers if time == largest]
    logarithm = len(tied) > 1 and any(name.startswith("K_pp of") or name == "noise of the memory" for name in tied)
    return None if logarithm or largest >= 0 else largest / (1 + training.fall)


def _value(power: Expr, at: dict[Expr, Rational]) -> Rational:
    return cancel(Integer(0) + power.subs(at))
