"""Claims: label noise at a fixed step size makes a floor, to which the noise comes by a derived power law.

The loss is linear in sigma^2, so that two losses, with and without noise, give the noise's part alone. It is measured
by two entries, the PLRF and one-pass SGD of the dynamical model (other parameters, one solver), at sizes d in equal
ratios.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ..claim import Comparison, Kind
from ..measure import compare_limit
from ..topic import equation, topic
from .exact import DERIVED_HERE, ExactProbe
from .probe import best_path

if TYPE_CHECKING:
    from ...numerics.models.one_pass.model import OnePass

SIGMA = Fraction(1, 2)
SIZES = (1e6, 1e9, 1e12)
WIDE = (
    ExactProbe(Fraction(4, 5), Fraction(3, 10)),
    ExactProbe(Fraction(3, 2), Fraction(1), batch=3),
)
NARROW = (ExactProbe(Fraction(3, 10), Fraction(7, 10), strength=Fraction(1, 2), ratio=Fraction(10)),)


_MEASURED = "tauber.numerics.models.plrf.PLRF, tauber.numerics.models.dynamical.OnePassSGD"
claim = topic("plrf.noise", kind=Kind.EQUIVALENCE, source=DERIVED_HERE)


def plrf(probe: ExactProbe, d: float, sigma: Fraction) -> OnePass:
    """The PLRF with noise."""
    return dataclasses.replace(probe.model(d), noise=sigma)


def one_pass(probe: ExactProbe, d: float, sigma: Fraction) -> OnePass:
    """The same as one-pass SGD of the dynamical model, whose step is on the mean over the batch."""
    from ...numerics.models.dynamical import Dynamical, OnePassSGD

    alpha, beta, step = float(probe.alpha), float(probe.beta), float(probe.step_size(d))
    model = Dynamical(2 * alpha + 2 * beta, 2 * alpha, d, math.inf, noise=float(sigma))
    return OnePassSGD(model, batch=probe.batch, step_size=probe.batch * step)


Witness = Callable[[ExactProbe, float, Fraction], Any]


def compare_floor(probe: ExactProbe, witness: Witness) -> Comparison:
    """Set the level at infinity beside the floor.

    What is left out: F_0, the change of the kernel norm by 1/d, and for 2 alpha < 1 its second term, gamma^2.
    """
    from sympy import Rational

    from ...theory.models.plrf import noise

    law = probe.law()
    floor = float(noise.floor_value(law, Rational(SIGMA)))
    shares = [float(witness(probe, d, SIGMA).level) / floor for d in SIZES]
    falls = [1.0, -float(law.term("F_0").d), *([2 - 4 * float(probe.alpha)] if probe.narrow else [])]
    return compare_limit(f"level over floor, {_at(probe, witness)}", shares, SIZES, min(falls))


def compare_transient(probe: ExactProbe, witness: Witness) -> Comparison:
    """Set what the noise's part lacks of its limit beside the transient, where the remainder is smallest."""
    from sympy import Rational

    from ...theory.models.plrf import noise

    amount = noise.transient(probe.law(), Rational(SIGMA))
    s, rate = smallest_remainder(probe)
    shares, errors = [], []
    for d in SIZES:
        noisy, clean = witness(probe, d, SIGMA), witness(probe, d, Fraction(0))
        one, two = noisy.curve([d**s]), clean.curve([d**s])
        derived = float(amount.value) * d ** (s * float(amount.r))
        part = float(one.loss[0] - two.loss[0])
        shares.append((part - float(SIGMA**2 / (1 - noisy.kernel_norm))) / derived)
        errors.append(float(one.error[0] * one.loss[0] + two.error[0] * two.loss[0]) / abs(derived))
    what = f"approach to the floor over its transient, r = d^{s:.3g}, {_at(probe, witness)}"
    return compare_limit(what, shares, SIZES, rate, noise=max(errors))


def smallest_remainder(probe: ExactProbe) -> tuple[float, float]:
    """Give the s for which on r = d^s the next term is d^-w of the transient with the largest w, and that w."""
    from ...theory.models.plrf.noise import NoiseWindow

    series = NoiseWindow(probe.law().spectrum, 2, Fraction(1))
    places = {(t.i, float(t.e) + 1) for t in series.terms if t.e != -1}  # powers d^-i t^-x
    first = min(x for i, x in places if i == 0)

    def rate(s: float) -> float:
        return min(i + s * (x - first) for i, x in places if (i, x) != (0, first))

    return best_path(0.0, 2 * float(probe.alpha), rate)


def _at(probe: ExactProbe, witness: Witness) -> str:
    return f"{witness.__name__}, {probe}, sigma = {SIGMA}, d = {SIZES[-1]:g}"


def _floor_statement() -> Any:
    from ...theory.models.plrf.noise import floor_law

    return equation("P_infinity", floor_law())


@claim(
    "floor",
    "Label noise at a fixed step size: no power law, but the floor sigma^2/(1 - N)",
    _floor_statement,
    each=len(SIZES),
    assumptions="a stable step size; v = infinity for 2 alpha > 1, else v/d and step size times trace fixed",
    order_of_limits="r first, then d to infinity",
    derived_by="tauber.theory.models.plrf.noise.floor",
    measured_by=f"{_MEASURED}, level",
)
def _check_floor() -> Iterator[Comparison]:
    yield from (compare_floor(probe, witness) for probe in WIDE for witness in (plrf, one_pass))
    yield from (compare_floor(probe, plrf) for probe in NARROW)


def _transient_statement() -> Any:
    from sympy import Symbol

    from ...theory.models.plrf import noise

    amount = noise.general_transient(noise.SIGMA)
    return equation("P_noise", amount.constant * Symbol("r", positive=True) ** amount.r)


@claim(
    "transient",
    "Inside the window the noise comes to its floor like r^(1/(2 alpha) - 1), with its constant",
    _transient_statement,
    each=2 * len(SIZES),
    assumptions="2 alpha > 1, v = infinity, a stable step size; P_noise is what the noise adds, less its limit",
    order_of_limits="d to infinity with r = d^s inside the window",
    derived_by="tauber.theory.models.plrf.noise.transient",
    measured_by=f"{_MEASURED}, curve",
)
def _check_transient() -> Iterator[Comparison]:
    yield from (compare_transient(probe, witness) for probe in WIDE for witness in (plrf, one_pass))
