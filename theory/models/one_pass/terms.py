r"""The loss of one-pass training as monomials, from its functional equation: no case is distinguished.

**Equation.** With the optimisation time ``tau = int gamma dn`` and n samples,

    P(tau) = F(tau) + int_0^tau k(tau - t') gamma(t') [P(t') + sigma^2] dt'

F and k are sums of monomials in tau and d inside the window ``1 << tau << d^edge`` (`plrf.model.expansion`), each O(1)
below tau = 1; a monomial of k without tau is a plateau, of the modes that the time does not resolve.

**Convolution.** Up to constants and a logarithm where an exponent is -1, for f ~ t^x and k ~ u^y,

    int_0^tau f(t) k(tau-t) dt  ~  tau^x  +  tau^{x+y+1}  +  tau^y             short memory, the whole, the start

As stability makes the noise a contraction,

    P  ~  F + k*(gamma F) + sigma^2 k*gamma                      and stability is  k*gamma <= 1  up to the HORIZON tau

so that the noise of the transient, label noise and stability come of the same rule; short memory of F itself is less
than F by stability.

**Schedules.** A schedule of mean step size gamma (its largest, up to a constant) changes what multiplies label noise,
the end of training, and what multiplies the noise of the transient, its start. By the Cauchy-Schwarz inequality

    end    V = sigma^2 int k(u) gamma(u) du,   n V >= sigma^2 (int k^{1/2})^2              the best cool-down
    start  J = int gamma P dt',                n J >= (int P^{1/2})^2                      the best warm-up

with equality for ``gamma ~ k^{1/2}`` in the time to go u, and ``gamma ~ P^{-1/2}`` (arXiv:2609.40148 has the joint
optimum). A cool-down ``gamma (1 - t/n)^m`` is ``gamma (u/tau)^mu``, mu = m/(m+1): it ends with the step size ``gamma
tau^-mu``. Averaging the weights over a part of the past does for the label noise what the best cool-down does.

**A step size that falls from the start** as ``gamma n^-C``: with c = C/(1 - C) it is ``gamma^{1+c} tau^-c`` at the time
tau, gamma before tau = gamma. The rule of convolution has that in place of the constant gamma, and of the start a mass

    int_0^1 gamma(t') dt'  ~  gamma^{1+c} + gamma^2

(the second where c > 1), which both the transient and the noise of the labels have to forget.

Which monomial matters where is left to the linear programme.

**Eigenvalues with a slowly varying factor.** Where a factor s of all eigenvalues varies slowly with the mode, it is a
constant to leading order wherever it counts, at a cut-off. Under ``lambda -> s lambda`` F is ``s F(s tau)`` and k is
``s^2 k(s tau)``, since a mode enters F by ``omega_j ~ lambda_j`` and k by ``lambda_j^2``; so a monomial ``tau^x`` of F
has ``s^{1+x}``, one of k ``s^{2+x}``. Every monomial carries this power, as the scale ``slow`` (`logarithms`); for
powers s is 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sympy import Integer, Rational, S, Symbol

from ...algebra.scales import Monomial, power
from ..plrf import model

alpha, beta = model.alpha, Symbol("beta", real=True)
"""The exponents: the model of the paper needs beta > 0, here it has either sign, and no condition may assume one."""

GAMMA, TAU = power("gamma"), power("tau")
ONE = Monomial(Integer(1))


@dataclass(frozen=True)
class Part:
    """A monomial of the loss in d, gamma and tau, and what it is: a term, and which part of it."""

    name: str
    monomial: Monomial


def _in_tau(m: Monomial, eigenvalues: int) -> Monomial:
    """A monomial of the expansion, its time written tau, without the step size before it, for beta of either sign.

    Args:
        m: of F or k.
        eigenvalues: how many of them multiply a mode there.
    """
    d, tau = (m[x].xreplace({model.beta: beta}) for x in ("d", "t"))
    return Monomial(m.constant, {"d": d, "tau": tau, "slow": eigenvalues + tau}, m.origin)


def forcing() -> tuple[Part, ...]:
    """F with its level: the loss without any noise.

    >>> [(part.name, part.monomial["d"], part.monomial["tau"]) for part in forcing()][2]
    ('F_pp', 0, (-2*alpha - 2*beta + 1)/(2*alpha))
    """
    found = [(name, m) for name in ("F_0", "F_pp", "F_ac") for m in model.named(name)]
    return tuple(Part(name + _LEVELS[m.origin[0]] * (name == "F_0"), _in_tau(m, 1)) for name, m in found)


_LEVELS = {"pole": " of tail modes", "regular 0": " of head modes"}
"""What the level stems from: the modes beyond what d features resolve, or the first modes, all learned almost."""


def kernel() -> dict[str, Monomial]:
    """The memory k: what of it stems from its pole, and from the plateau."""
    found = model.expansion().kernel
    (pole,) = (m for m in found if m.origin == ("pole",))
    (plateau,) = (m for m in found if m["t"] == 0)
    return {"": _in_tau(pole, 2), " of the plateau": _in_tau(plateau, 2)}


def transient_noise(warmup: bool, fall: Rational = S.Zero) -> Iterator[Part]:
    """``k*(gamma F)``: what the noise of the transient adds, the step size constant, falling, or the best warm-up."""
    start = power("tau", -1) if warmup else ONE
    for where, k in kernel().items():
        for first in _start(fall):
            yield Part(f"K_pp{where}", first * k * start)
        for part in forcing():
            if part.monomial["tau"] != 0:  # a level is remembered as any constant is: less than itself, by stability
                yield Part(f"K_pp of {part.name}{where}", step(fall) * k * part.monomial * TAU)


def step(fall: Rational) -> Monomial:
    """The step size at the time tau."""
    return power("gamma", 1 + fall) * power("tau", -fall)


def _start(fall: Rational) -> tuple[Monomial, ...]:
    """The mass of the step sizes below tau = 1."""
    return (power("gamma", 1 + fall), power("gamma", 2)) if fall else (GAMMA,)


def label_noise(end: Rational | None, fall: Rational = S.Zero) -> Iterator[Part]:
    """``k*gamma``, where the step size ends as ``gamma tau^-end``; None for the best end, which leaves the whole."""
    if end is not None:
        yield Part("noise", step(fall) * power("tau", -end))
    for where, k in kernel().items():
        yield Part(f"noise{where or ' of the memory'}", step(fall) * k * TAU)
        if fall:
            yield from (Part(f"noise of the start{where}", first * k) for first in _start(fall))


def stability(fall: Rational = S.Zero) -> tuple[Monomial, ...]:
    """What must be ``<= 1``: the mass of the memory up to the horizon, times the step size; the largest step size."""
    found = tuple(part.monomial for part in label_noise(Rational(0), fall))
    return (GAMMA, *found) if fall else found
