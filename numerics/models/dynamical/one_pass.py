r"""One-pass SGD: the same features, fresh data at every step.

    w <- w - h (1/B) sum_{i<=B} (A psi_i/sqrt(N)) (f(psi_i) - y_i),     y = w* . psi + sigma eps,

step h on the *mean* over the batch.  Nothing is reused, so R_1 = 1, and averaged over data and features the test loss P
(noise floor included) obeys the Volterra equation of `models.one_pass` with d = N and gamma = h/B: the model PLRF,
in whose notation b = 2 alpha, a = 2 alpha + 2 beta, d = N, v = M.  Beyond PLRF there are here label noise, a < b,
N >= M, N infinite and spectra of one's own.

**What is the same and what is not.**  With Khat = Lambda^(1/2) A^T A Lambda^(1/2)/N and its eigenvalues x, one step on
Gaussian data multiplies the expected square of a mode by

    E (1 - h x)^2 = 1 - 2 h x + h^2 x^2 (B+1)/B      and feeds it      (h^2/B) x^2 (P + ...):

of the B^2 pairs of samples in the square B are of a sample with itself, and the fourth moment E psi psi^T V psi psi^T =
2 Lambda V Lambda + Lambda tr(Lambda V) gives each an extra Lambda V Lambda beside the trace.  This is exact for a given
A, is what PLRF solves and what `moments="gaussian"` (the default) means.  Dynamical mean-field theory keeps the trace:

    F_t = sum_i c_i^2 (1 - h x_i)^{2t} = oint (1 + h s)^{2t} (G/R_3) ds/2 pi i,
    K_j = (h^2/B) sum_i x_i^2 (1 - h x_i)^{2j} = (h^2/B) oint (1 + h s)^{2j} (-s T(kappa)) ds/2 pi i,

`moments="trace"`.  Per step and mode the two differ by h^2 x^2/B: the larger the batch the less, and hardly for small
h, but at B = 1 and steps near the stability limit the leading modes feel it fully.  The kernels' sums are

    gaussian: (h/B) sum x/(2 - h x (B+1)/B),     trace: (h/B) sum x/(2 - h x),

so trace overrates the stable step, and is the limit of gaussian for B -> infinity in F, and in B K.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, field

from ...core.limits import MAX_BATCH, MAX_TIME
from ...core.precision import Precision, Scalar
from ...core.spectrum import Spectrum
from ...errors import TauberInputError
from ..one_pass.model import OnePass
from .model import Dynamical
from .optimisers import GradientFlow

_MOMENTS = ("gaussian", "trace")


@dataclass(frozen=True, eq=False)
class OnePassSGD(OnePass):
    """One-pass SGD of a `Dynamical` model with B = `batch` and step h = `step_size` on the mean over the batch.

    Parameters
    ----------
    model : Dynamical
        spectrum, width (may be infinite), noise and precision; its data must be infinite, since no sample returns.
    batch : whole number
        B >= 1.
    step_size : real or "auto"
        h; "auto" takes half of the stability limit.
    moments : "gaussian" or "trace"
        the second moments of the gradient noise, see the module's docstring.  With "trace", times before 10 (20 with 30
        digits, and so on) must be whole.

    `curve` (its loss is the total test loss), `slope`, `stability_limit` (in units of h), `stability_cause`,
    `kernel_norm`, `level` (the limit of the loss) and `equation` (for `volterra.solve`) are those of `OnePass`.

    Raises
    ------
    TauberInputError, UnstableStepSize (with `.limit`), PrecisionLost
    """

    model: Dynamical
    batch: Scalar = field(default=1, kw_only=True)
    step_size: Scalar = field(default="auto", kw_only=True)
    moments: str = field(default="gaussian", kw_only=True)
    allow_unstable: bool = field(default=False, init=False)
    d: Scalar = field(init=False)

    def __post_init__(self) -> None:
        if not math.isinf(self.model.data):
            raise TauberInputError(
                f"One-pass SGD sees every sample once: data must be infinite, got {float(self.model.data):g}; leave it "
                "out (`data`)."
            )
        if self.model.optimiser != GradientFlow():
            raise TauberInputError(f"One-pass SGD is the optimiser; leave out {self.model.optimiser!r}.")
        if self.moments not in _MOMENTS:
            raise TauberInputError(f"The moments must be one of {', '.join(_MOMENTS)}, got {self.moments!r}.")
        batch = self.ctx.real(self.batch)
        if not 1 <= batch <= MAX_BATCH or batch != int(batch):
            raise TauberInputError(f"The batch size must be a whole number from 1 to {MAX_BATCH:g}, got {self.batch}.")
        object.__setattr__(self, "batch", batch)
        object.__setattr__(self, "d", self.model.width)
        self._settle_step_size()

    @property
    def ctx(self) -> Precision:
        """The number system of the model."""
        return self.model.ctx

    @functools.cached_property
    def nodes(self) -> Spectrum:
        """lambda and lambda w^2 as nodes and weights, down to what N or, if infinite, the latest time needs."""
        return self.model.nodes(self.ctx, MAX_TIME if math.isinf(self.d) else 0.0)

    @property
    def pairs(self) -> Scalar:
        """C = B + 1 for Gaussian data, B for the trace alone."""
        return self.batch + 1 if self.moments == "gaussian" else self.batch

    @property
    def noise_power(self) -> Scalar:
        """sigma^2."""
        return self.model.noise**2

    @property
    def step_unit(self) -> Scalar:
        """B: h = B gamma."""
        return self.batch

    @property
    def _way_out(self) -> str:
        return ""
