"""Noise in the labels at a fixed step size: no power law, but a floor, and how the loss comes to it.

Labels ``<x, b> + sigma eps``; sigma^2 is a part of the loss. It enters the Volterra equation ``P = F + sigma^2 + K*P``
as a constant: in the variables of `window` a mode of eigenvalue x is ``1/(eta+x) + 1/(z_2-x)``, and this one has x = 0,

    P^ = (F^ + sigma^2 (1/eta + 1/z_2)) / (1 - K^),              1 - K^ the same as without noise

so that the loss is that without noise plus ``sigma^2`` times a function S of the time alone.

**Floor.** The final value theorem takes the residues at eta = 0, where F^ has F_0 = kappa_0 T(kappa_0) and K^ is the
kernel norm N_d:

    P(infinity) = (F_0 + sigma^2)/(1 - N_d),    excess over sigma^2:  (F_0 + N_d sigma^2)/(1 - N_d)
    d -> infinity, gamma fixed:  F_0 -> 0, N_d -> N, so that  floor = sigma^2/(1 - N).

The floor does not fall with d or r: at a fixed step size there is no power law of compute. For 2 alpha <= 1 a stable
step size falls with d, ``gamma = G/trace``; in ``N = sum_k y^k Z(k)/(B+1)``, y = gamma (B+1)/2, only k = 1 is left, and
``N = G/2``; for 2 alpha < 1 all of it is at the end of the window, where the loss rises from near sigma^2 to the floor.

**Transient** (2 alpha > 1). With the pole ``D(kappa) = A kappa^{-q} + ...`` of the capacity zeta function, q =
1/(2 alpha), the kernel has ``1 - K^ = 1 - N + (gamma/2) A eta^{1-q} + ...``, and to first order in it

    S^ = 1/(eta (1-N)) - (gamma/2) A eta^{-q}/(1-N)^2 + ...
    S(t) = 1/(1-N) - (gamma/2) A t^{q-1} / (Gamma(q) (1-N)^2) + ...                t = 2 gamma B r

by termwise inversion, inside the window 1 << t << d^{2 alpha}: the floor less what the kernel holds beyond t.
The terms without noise add to it, each with its own constant; beta > 0 makes F_pp, ``t^-p`` with p = 1 - q + 2 beta q,
fall faster than this transient. `NoiseWindow` has all further terms of S.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from sympy import Expr, Integer, Piecewise, Rational, Symbol, factor_terms, true

from ...algebra.number import number
from ...algebra.powers import raised
from ...algebra.scales import Monomial, inverse_laplace, power
from ...algebra.series import Series
from ...spectra.mellin import resolvent_sum
from ...spectra.zeta import SpectralAssumption
from . import model
from .constants import BATCH, STEP, Constants
from .exact import Amount, ExactLaw, Setting
from .window import Window

NORM = Symbol("N")
SIGMA = Symbol("sigma", positive=True)


class NoiseWindow(Window):
    """The series of S, the noise's part of the loss over sigma^2, inside the window; x is eta or s.

    Its constant terms ``d^-i t^0`` sum to ``1/(1 - N_d)``, its remainder is that of `Window`.
    """

    def __init__(self, spectrum: SpectralAssumption, order: int, bound: Fraction) -> None:
        super().__init__(spectrum, order, bound + 1)  # 1/eta takes one power from what is complete
        self.bound = bound

    @cached_property
    def forcing(self) -> Series:
        """``1/eta + 1/z_2`` with ``z_2 = (1 + y eta)/y``."""
        y, eta = self.gens["y"], self.grading.monomial(e=1)
        return self.grading.monomial(e=-1) + (eta * y).compose(lambda n: (-1) ** n) * y


def floor_law() -> Expr:
    """The limit of the loss at infinite time and size, by sigma and the kernel norm N.

    >>> floor_law()
    sigma**2/(1 - N)
    """
    return SIGMA**2 / (1 - NORM)


def transient_law() -> Monomial:
    """What is added to the floor inside the window, for 2 alpha > 1: its constant, and the power of t.

    >>> transient_law()["t"]
    (1 - 2*alpha)/(2*alpha)
    >>> transient_law().constant
    -gamma*sigma**2*gamma(1 - 1/(2*alpha))/(4*alpha*(1 - N)**2)
    """
    (pole,) = (m for m in resolvent_sum(model.assumption().capacity) if m.origin == ("pole",))
    return _transient(pole)


def _transient(pole: Monomial) -> Monomial:
    """``-(gamma/2) eta D(eta)`` times ``(1/eta) sigma^2/(1-N)^2``, inverted."""
    kernel = power("eta", 1, STEP / 2) * pole.substitute("kappa", power("eta"))
    return inverse_laplace(power("eta", -1, -(SIGMA**2) / (1 - NORM) ** 2) * kernel, "eta", "t")


def kernel_norm(setting: Setting) -> Expr:
    """N at d = infinity: the symbol N for a fixed step size, G/2 where the step size falls with d."""
    if not setting.narrow:
        return NORM
    return (setting.strength if setting.strength is not None else Symbol("G", positive=True)) / 2


def floor(setting: Setting, sigma: Rational) -> Expr:
    """The floor at a point."""
    return floor_law().subs({SIGMA: sigma, NORM: kernel_norm(setting)})


def floor_value(law: ExactLaw, sigma: Rational) -> Any:
    """The floor as a number.

    Raises:
        AssumptionError: no step size was given, or it is not stable.
    """
    law.term("F_0")  # refuses a step size that is not stable
    return law.evaluate(floor(law.setting, sigma))


def transient(law: ExactLaw, sigma: Rational) -> Amount:
    """The leading term of the transient at a point with 2 alpha > 1."""
    start, setting = law.start, law.setting
    found = _in_steps(_transient(start.names[start.leading]), sigma, setting.gamma, setting.batch)
    if setting.gamma is None:
        return found
    prefactor = law.constants.value("prefactor", law.digits)
    value = number(law.constants.context(law.digits), found.constant.subs(NORM, 0)) * prefactor**2
    return replace(found, value=value)


def general_transient(sigma: Rational) -> Amount:
    """The same for every alpha > 1/2."""
    return _in_steps(transient_law(), sigma, None, BATCH)


def _in_steps(found: Monomial, sigma: Rational, gamma: Expr | None, batch: Expr) -> Amount:
    """A power of t = 2 gamma B r as one of r."""
    step, r = STEP if gamma is None else gamma, found["t"]
    rate = 2 * step * batch
    scale = raised(rate, r) if r.is_Rational else rate**r
    return Amount("noise", factor_terms(found.constant.subs({SIGMA: sigma, STEP: step}) * scale), Integer(0), r, 0)


def general_norm() -> Expr:
    """The kernel norm N at d = infinity for every alpha."""
    fixed = Constants(model.assumption(), (), {}).definition("N")
    return Piecewise((fixed, 2 * model.alpha > 1), (Symbol("G", positive=True) / 2, true))
