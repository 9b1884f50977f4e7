"""What a user declares of one-pass training beside the spectrum: step size, noise, schedule, momentum, budget."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from sympy import Integer, Rational, S

Step = Literal["stable", "free"]
Momentum = Literal["none", "dana-constant", "dana-decaying"]


@dataclass(frozen=True)
class Training:
    """One-pass training.

    Attributes:
        step: ``stable``: the largest step size that is stable whatever the horizon; ``free``: the best one at each
            budget, stable up to the horizon; or the exponents (x, y) of a law ``gamma = d^x n^y``.
        label_noise: nu for a variance ``f^-nu`` of the labels (0: constant); None without noise.
        cooldown: m of ``gamma (1 - t/n)^m``; ``best`` for the best end; None without.
        power: C of a step size ``gamma t^-C`` that falls from the start, 0 < C < 1; 0 without.
        warmup: whether the step size rises as the best warm-up does.
        averaging: whether the weights are averaged over a part of the past that grows with it.
        momentum: heavy ball changes no exponent, so it is none of them.
        cost: exponents of the budget ``f = d^x n^y``; those of d and of the steps if the batch has its own.
        serial_time: rho, if the serial time is limited by ``tau <= f^rho``.
        batch: z, if the budget is ``f = d^x r^y B^z`` in steps r and a batch B that is chosen, too, z > 0.
    """

    step: Step | tuple[Rational, Rational] = "stable"
    label_noise: Rational | None = None
    cooldown: Rational | Literal["best"] | None = None
    warmup: bool = False
    averaging: bool = False
    momentum: Momentum = "none"
    cost: tuple[Rational, Rational] = (Integer(1), Integer(1))
    serial_time: Rational | None = None
    power: Rational = S.Zero
    batch: Rational | None = None

    @property
    def end(self) -> Rational | None:
        """The step size ends as ``gamma tau^-end``; None where the end is the best one."""
        if self.averaging or self.cooldown == "best":
            return None
        return Integer(0) if self.cooldown is None else self.cooldown / (self.cooldown + 1)

    @property
    def fall(self) -> Rational:
        """c in the step size ``gamma (tau/gamma)^-c`` after the time tau; ``n = (tau/gamma)^(1 + c)`` samples then."""
        return self.power / (1 - self.power)

    @property
    def of_samples(self) -> Training:
        """The same without a price of the batch where a batch of one is best, since it costs more than steps do."""
        dear = self.batch is not None and self.batch > self.cost[1]
        alone = dear and self.step == "free" and self.serial_time is None
        return replace(self, batch=None) if alone else self
