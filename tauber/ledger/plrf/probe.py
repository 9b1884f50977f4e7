"""A point at which PLRF claims are measured, and the paper they are from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ...numerics.models.plrf import PLRF

LIMITS_OF_LEVEL = "r first, then d to infinity"
LIMITS_IN_WINDOW = "d to infinity with r = d^s inside the window"


def best_path(start: float, length: float, rate: Callable[[float], float]) -> tuple[float, float]:
    """Give the s within a length from the start for which on r = d^s a rate is largest, and that rate."""
    best = max((start + length * k / 1000 for k in range(1, 1000)), key=rate)
    return best, rate(best)


@dataclass(frozen=True)
class Probe:
    """Exponents, v/d, and the step size as a fraction of its stability limit.

    The size ratio and the fraction change the constants of a power law, not its exponents; a probe may choose them so
    that the corrections are small.
    """

    alpha: Fraction
    beta: Fraction
    ratio: float
    fraction: float = 0.5

    def __str__(self) -> str:
        return (
            f"alpha = {self.alpha}, beta = {self.beta}, v/d = {self.ratio:g}, step size {self.fraction:g} of its limit"
        )

    def step_size(self, d: Any, batch: int = 1) -> Any:
        """Step size at size d."""
        from ...numerics.models.plrf import PLRF

        return self.fraction * PLRF(self.alpha, self.beta, d, self.ratio * d, batch=batch).stability_limit

    def model(self, d: Any, batch: int = 1) -> PLRF:
        """Model of size d, which may be any real number."""
        from ...numerics.models.plrf import PLRF

        gamma = self.step_size(d, batch)
        return PLRF(self.alpha, self.beta, d, self.ratio * d, batch=batch, step_size=gamma)
