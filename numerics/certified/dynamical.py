r"""The dynamical model in balls: the training loss at any time, which for P = inf is the test loss too.

With kappa(s), s = kappa R_1 R_3, R_1 = 1 - df1/P, R_3 = 1 - df1/N (`ridge.py`, sizes N and P), the losses of
`numerics/models/dynamical` (arXiv:2402.01092) that are single inverse Laplace transforms are

    train(t) = (1/2 pi i) int e^{2 s t} Q(s) ds,    Q = G(kappa)/R_3 + sigma^2 R_1/s,    G = sum v/(kappa + lambda);

for P = inf (R_1 = 1) every step sees fresh data, and this is the test loss with its noise floor sigma^2.

**Q is a Stieltjes function.**  In the upper half plane Im kappa, Im(kappa R_1), Im(kappa R_3) > 0 (`ridge.py`), so
Im R_3 = -Im(df1)/N > 0 and Im((kappa + lambda) R_3) > 0: each term v/((kappa + lambda) R_3) of Q falls below the axis,
and so does R_1/s = 1/(kappa R_3).  Q is real and analytic for s > 0, and s Q -> sum v + sigma^2 = train(0).  Hence
Q = int dmu(x)/(x + s) with mu >= 0 of that mass on x >= 0, and `FlowMajorant` bounds it without a spectrum, at any N
and P, N = P included.  (Proof derived here.)

The test loss at finite P and N is a double inverse transform and is not offered.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from ..core.precision import FLOAT64, Scalar
from ..core.ridge import effective_ridge
from ..core.sizes import start_near_rest
from ..errors import PrecisionLost, TauberInputError
from ..models.dynamical.model import Dynamical
from .balls import Ball, Box, Refused, bits_now, exact, real, working
from .goal import LN10, CertifiedValue, accepted, check_digits, pursue, rounded_bits
from .hyperbola import FOLD, Panel, shortest, together
from .majorants import FlowMajorant
from .ridge import EffectiveRidge, Size
from .sums import PowerLaw


@dataclass(frozen=True, eq=False)
class CertifiedDynamical:
    """The model at exact parameters: a, b, N = `width`, P = `data` (or `math.inf`), sigma = `noise`, M = `modes`.

    Raises TauberInputError for parameters out of the ranges of `Dynamical`, or a number of modes that is not whole.
    """

    a: Scalar
    b: Scalar
    width: Scalar = math.inf
    data: Scalar = math.inf
    noise: Scalar = field(default=Fraction(0), kw_only=True)
    modes: Scalar = field(default=math.inf, kw_only=True)
    rough: Dynamical = field(init=False)

    def __post_init__(self) -> None:
        for name in ("a", "b", "noise"):
            object.__setattr__(self, name, exact(getattr(self, name)))
        for name in ("width", "data", "modes"):
            value = getattr(self, name)
            if not (isinstance(value, float) and math.isinf(value)):
                object.__setattr__(self, name, exact(value))
        if isinstance(self.modes, Fraction) and self.modes.denominator != 1:
            raise TauberInputError(f"A certified model needs a whole number of modes, got {self.modes}; round it.")
        rough = Dynamical(self.a, self.b, self.width, self.data, noise=self.noise, modes=self.modes)
        object.__setattr__(self, "rough", rough)

    @functools.cached_property
    def ridge(self) -> EffectiveRidge:
        """kappa(s) in balls."""
        modes = None if math.isinf(self.modes) else int(self.modes)
        sizes: list[Size] = [None if math.isinf(n) else Fraction(n) for n in (self.width, self.data)]
        return EffectiveRidge(PowerLaw(self.b, self.a, modes), *sizes)

    def train(self, times: Sequence[object], digits: int = 12) -> list[CertifiedValue]:
        """The training loss at `times` >= 0, relative radius at most 10^-digits.

        Raises Refused where that is not reached: also where the loss is exponentially small beside its start.
        """
        check_digits(digits)
        moments = [exact(t) for t in times]
        if min(moments) < 0 or max(moments) > self._latest:
            raise TauberInputError(f"The times must lie between 0 and {float(self._latest):.3g}.")
        found = {Fraction(0): self._at_zero()}
        rest = sorted({t for t in moments if t > 0})
        while rest:
            group = together(rest, LN10 * (digits + 2))
            found |= zip(group, self._positive(group, digits), strict=True)
            rest = rest[: -len(group)]
        return [found[t] for t in moments]

    @property
    def _latest(self) -> Fraction:
        return Fraction(1e15 / self.rough.edge)

    def start(self) -> Ball:
        """train(0) = sum v + sigma^2."""
        return self.ridge.spectrum.target_power + real(self.noise**2)

    def _at_zero(self) -> CertifiedValue:
        with working(192):
            return accepted([self.start()], [Fraction(0)], "sum of the powers", 0)[0]

    def _positive(self, times: list[Fraction], digits: int) -> list[CertifiedValue]:
        first, last = times[0], times[-1]
        rough = self.rough.curve([float(last)])
        with working(64):
            share = float(self.start()) / max(float(rough.train[0]), 1e-30)
        start = (LN10 * (digits + 2) + math.log(max(share, 1.0)) + 2.5) / float(FOLD)
        bits = rounded_bits(start / math.log(2) + shortest(2 * first, 2 * last, start).growth + 24)

        def evaluate(decay: float) -> tuple[str, int, list[tuple[Ball, Ball]]]:
            panel = self._panel(2 * first, 2 * last, decay)
            return "hyperbola", panel.contour.count, [panel.value(2 * t) for t in times]

        return pursue(times, digits, (start, bits), evaluate)

    def _panel(self, first: Fraction, last: Fraction, decay: float) -> Panel:
        contour = shortest(first, last, decay)
        starts = self._proposals([complex(point) for point, _ in contour.nodes()])
        return Panel(contour, functools.partial(self._transform, starts), FlowMajorant(self.start()))

    def _proposals(self, points: list[complex]) -> dict[complex, complex]:
        """kappa at the nodes, in floats."""
        s = np.array(points)
        sizes = self.rough.sizes
        spectrum = self.rough.nodes(FLOAT64, float(1 / min(abs(s))))
        try:
            found = effective_ridge(spectrum, sizes.width, s, start_near_rest(spectrum, sizes, s), sizes.data)
        except PrecisionLost as error:
            raise Refused("floats find a proposal for every effective ridge", bits_now()) from error
        return dict(zip(points, found.kappa.tolist(), strict=True))

    def _transform(self, starts: dict[complex, complex], s: Box) -> Box:
        """Q(s)."""
        _, df1, target = self.ridge.at(s, starts[complex(s)])
        by_width, by_data = self.ridge.inverse_sizes()
        found = target / (1 - df1 * by_width)
        if self.noise:
            found += real(self.noise**2) * (1 - df1 * by_data) / s
        return found
