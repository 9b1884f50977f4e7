r"""The learning curves L(D, P) in balls: one real root and five sums.

Ridge regression on P random features from D samples (`models.explaining`, arXiv:2102.06701): kappa solves
delta/D = kappa f_D f_P, f_D = 1 - z/D, f_P = 1 - z/P, z = df1(kappa), both factors positive; without ridge z = min(D,
P), or kappa = 0 where all modes fit.  With g = kappa sum lambda/(lambda+kappa)^2 = z - q, q = df2, T1 = kappa sum v/
(lambda+kappa), T0 = kappa^2 sum v/(lambda+kappa)^2,

    L = { f_P T0 + (g/P) T1 + sigma^2 [(q/D)(f_P + g/P) + g^2/(D P)] } / { f_D f_P + f_D g/P + f_P g/D },
    train = f_D^2 (L + sigma^2).

The right side of the first equation rises with kappa where both factors are positive, so two certain signs enclose
kappa.  The precision is raised until the radius of L is within the goal: nothing else has to be bounded.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, field
from fractions import Fraction

from ..core.precision import Scalar
from ..errors import TauberInputError
from ..models.explaining.model import LearningCurve
from .balls import Ball, Enclosure, Refused, acb, bits_now, exact, real
from .goal import to_goal
from .ridge import EffectiveRidge, Size
from .sums import PowerLaw


@dataclass(frozen=True, eq=False)
class CertifiedLoss:
    """L, the loss without sigma^2, and the mean square residual on the training set."""

    loss: Enclosure
    train: Enclosure


@dataclass(frozen=True, eq=False)
class CertifiedLearningCurve:
    """L(D, P) at exact parameters: a, b, `ridge` = delta, sigma = `noise`, S = `modes` (whole or `math.inf`).

    Raises TauberInputError for parameters out of the ranges of `LearningCurve`.
    """

    a: Scalar
    b: Scalar
    ridge: Scalar = field(default=Fraction(0), kw_only=True)
    noise: Scalar = field(default=Fraction(0), kw_only=True)
    modes: Scalar = field(default=math.inf, kw_only=True)
    rough: LearningCurve = field(init=False)

    def __post_init__(self) -> None:
        for name in ("a", "b", "ridge", "noise"):
            object.__setattr__(self, name, exact(getattr(self, name)))
        if not (isinstance(self.modes, float) and math.isinf(self.modes)):
            modes = exact(self.modes)
            if modes.denominator != 1:
                raise TauberInputError(f"A certified model needs a whole number of modes, got {modes}; round it.")
            object.__setattr__(self, "modes", int(modes))
        rough = LearningCurve(self.a, self.b, ridge=self.ridge, noise=self.noise, modes=self.modes)
        object.__setattr__(self, "rough", rough)

    def at(self, data: object, features: object, digits: int = 12) -> CertifiedLoss:
        """L and train for D = `data`, P = `features` (rational or inf), relative radius at most 10^-digits.

        Raises TauberInputError where the loss is infinite or 0 by the model's own limits, Refused without certificate.
        """
        sizes = _size(data), _size(features)
        rough = self.rough.at(*(math.inf if n is None else n for n in sizes))
        if not 0 < float(rough.loss) < math.inf:
            word = "infinite" if rough.loss else "exactly 0"
            raise TauberInputError(
                f"The loss at D = {data}, P = {features} is {word}; move to other sizes or add a ridge."
            )
        find = functools.lru_cache(maxsize=1)(lambda bits: self._both(*sizes))
        loss = to_goal(lambda: find(bits_now())[0], digits)
        if float(rough.train) == 0:
            return CertifiedLoss(loss, Enclosure(Fraction(0), Fraction(0)))
        return CertifiedLoss(loss, to_goal(lambda: find(bits_now())[1], digits))

    @functools.cached_property
    def spectrum(self) -> PowerLaw:
        """The spectrum in balls."""
        return PowerLaw(self.b, self.a, None if math.isinf(self.modes) else int(self.modes))

    def _both(self, data: Size, features: Size) -> tuple[Ball, Ball]:
        """L and train at the precision in force."""
        by_data, by_features = (real(0 if n is None else 1 / n) for n in (data, features))
        noise = real(self.noise**2)
        kappa, z = self._kappa(data, features)
        if kappa is None:
            free = 1 - z * by_data
            loss = noise * z * by_data / free
            return loss, free * free * (loss + noise)
        df1, q, steep, target, target_steep = (
            x.real for x in self.spectrum.at(acb(kappa), "df1", "df2", "slope", "target", "target_slope")
        )
        if z is None:
            z = df1
        free_data, free_features, gap = 1 - z * by_data, 1 - z * by_features, kappa * steep
        t_1, t_0 = kappa * target, kappa * kappa * target_steep
        spread = q * by_data * (free_features + gap * by_features) + gap * gap * by_data * by_features
        top = free_features * t_0 + gap * by_features * t_1 + noise * spread
        loss = top / (free_data * free_features + free_data * gap * by_features + free_features * gap * by_data)
        return loss, free_data * free_data * (loss + noise)

    def _kappa(self, data: Size, features: Size) -> tuple[Ball | None, Ball | None]:
        """kappa (None for 0), and z where it is known exactly."""
        least = min((n for n in (data, features) if n is not None), default=None)
        ridge = Fraction(0) if data is None else self.ridge / data
        all_fit = not math.isinf(self.modes) and (least is None or self.modes <= least)
        if all_fit and not ridge:
            return None, real(int(self.modes))
        solver = EffectiveRidge(self.spectrum, data, features)
        if ridge:
            return solver.at_positive(real(ridge)), None
        if least is None:
            raise Refused("a size is finite", bits_now())
        return solver.rest(least), real(least)


def _size(value: object) -> Size:
    if isinstance(value, float) and math.isinf(value):
        return None
    return exact(value)
