r"""The dynamical model: random features trained on a finite data set, reused (arXiv:2402.01092).

Data psi in R^M with independent psi_k ~ N(0, lambda_k), labels y = w* . psi + sigma eps, P of them; N random features
A psi/sqrt(N), A iid N(0, 1); a linear readout starts at 0 and follows the gradient of the training loss |Psi v + sigma
eps|^2/(2 P), v = w* - A^T w/sqrt(N).  Power laws lambda_k = k^-b, lambda_k w_k^2 = k^-a.  Dynamical mean-field theory
gives test and training loss averaged over A, Psi, eps, up to a relative O(1/N, 1/P) (`simulation` measures it):

    test(t) = sum_k lambda_k v_k^2 + sigma^2  (the noise floor included),     train(t) = |Psi v + sigma eps|^2/P.

They are inverse Laplace transforms of closed expressions in the effective ridge (`response.py`, `correlation.py`),
inverted on contours (`contour.py`, `optimisers.py`): the cost of a value does not depend on t, nor, for power laws, on
M.  At t = 0 both are sum lambda w^2 + sigma^2; the limit t = infinity is in `final.py`, averages over several networks
or data sets in `ensembles.py`.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ...core import declared
from ...core.inner import inner_precision
from ...core.modes import check_alone, check_noise, check_size, exponents, power_laws, smallest_ridge
from ...core.precision import FLOAT64, Array, Precision, Scalar, precision_of
from ...core.sizes import Sizes
from ...core.spectrum import Spectrum
from ...errors import TauberInputError
from .contour import Estimate, Quadrature, double, single
from .correlation import PARTS, pairs, training_forms
from .ensembles import Ensembles
from .final import Final, final
from .optimisers import GradientFlow, Optimiser
from .response import Response, respond, upper_edge
from .tracked import Tracked

MAX_TIME = 1e15
"""Latest time, in units of 1/x_+: later, Im kappa is lost in the digits of kappa (float64)."""


@dataclass(frozen=True, eq=False)
class Curve:
    """Test and training loss at `times`, with a relative error estimate each, arrays of shape (n,).

    A loss below the round-off of the calculation (a training loss going to zero) comes with a relative error above 1.
    """

    times: Array
    test: Array
    train: Array
    test_error: Array
    train_error: Array


@dataclass(frozen=True, eq=False)
class Dynamical:
    """One model: exponents a, b, N = `width`, P = `data`, sigma = `noise`, M = `modes`, and an optimiser.

    Parameters
    ----------
    a, b : real
        lambda_k = k^-b, lambda_k w_k^2 = k^-a, k = 1..M; 0 < b <= 20, 0 < a <= 200 + b; infinitely many modes need
        a > 1 and b > 1.  a < b is allowed.
    width, data : real or `math.inf`
        N and P, from 1e-6 to 1e24; need not be whole.
    noise : real
        sigma >= 0, the standard deviation of the label noise.
    modes : int, real or `math.inf`
        M; a real number is allowed from a few dozen on.
    spectrum : pair of arrays of shape (M,), a declared spectrum, or None
        lambda_k > 0 and lambda_k w_k^2 >= 0 (see `core.declared`) instead of a and b; arrays say how many modes there
        are.
    optimiser : Optimiser
        `GradientFlow()`, `GradientDescent(step)` or `Momentum(mass)`.
    precision : int or None
        decimal digits (FLINT's or mpmath's numbers, see `core.inner`), or None for float64.  Numbers are taken as
        given: 0.8 is the double, "0.8" or Fraction(4, 5) the decimal.

    Raises
    ------
    TauberInputError, UnstableStepSize (gradient descent, with `.limit`), PrecisionLost
    """

    a: Scalar = None
    b: Scalar = None
    width: Scalar = math.inf
    data: Scalar = math.inf
    noise: Scalar = field(default=0.0, kw_only=True)
    modes: Scalar = field(default=math.inf, kw_only=True)
    spectrum: Any = field(default=None, kw_only=True)
    optimiser: Optimiser = field(default_factory=GradientFlow, kw_only=True)
    precision: int | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        for name in ("width", "data", "noise"):
            object.__setattr__(self, name, self.ctx.real(getattr(self, name)))
        check_size("width", "N", self.width)
        check_size("data", "P", self.data)
        check_noise(self.noise)
        if self.spectrum is not None:
            check_alone(self.a, self.b)
            object.__setattr__(self, "modes", declared.checked_count(self.ctx, self.spectrum, self.modes))
        else:
            checked = exponents(self.ctx, (self.a, self.b, self.modes))
            for name, value in zip(("a", "b", "modes"), checked, strict=True):
                object.__setattr__(self, name, value)
        if not isinstance(self.optimiser, Optimiser):
            raise TauberInputError(
                f"The optimiser {self.optimiser!r} is not known; take GradientFlow(), GradientDescent(step) or "
                "Momentum(mass)."
            )
        self.optimiser.check(self.edge)

    @functools.cached_property
    def ctx(self) -> Precision:
        """The number system of the parameters."""
        return precision_of(self.precision)

    @property
    def sizes(self) -> Sizes:
        """N and P with their inverses."""
        return Sizes(self.width, self.data)

    @functools.cached_property
    def edge(self) -> float:
        """x_+, the upper edge of the spectrum of the training problem; gradient descent is stable for step < 2/x_+."""
        return upper_edge(self.nodes(FLOAT64, 1.0), Sizes(float(self.width), float(self.data)))

    def curve(self, times: object) -> Curve:
        """Test and training loss at `times` >= 0, shape (n,), up to 1e15/x_+; whole numbers for gradient descent.

        Raises TauberInputError for bad times, PrecisionLost where kappa cannot be found on the right branch.
        """
        t = self._checked(times)
        ctx = self._inner(t)
        start = self._at_zero(ctx) + self.noise**2
        test, train = _filled(t, start), _filled(t, start)
        with ctx.working():
            for rule, nodes in self._solved(ctx, t):
                trained = self._train(rule, nodes)
                _put(train, rule.where, trained)
                _put(test, rule.where, trained if not self.sizes.by_data else self._test(rule, nodes))
        (test_value, test_error), (train_value, train_error) = (self._relative(loss) for loss in (test, train))
        return Curve(t, test_value, train_value, test_error, train_error)

    def ensembles(self, times: object) -> Ensembles:
        """Bias and variance components at `times` >= 0, shape (n,); see `Ensembles`."""
        t = self._checked(times)
        ctx = self._inner(t)
        start = self._at_zero(ctx)
        found = {name: _filled(t, start if name == "bias" else 0 * start) for name in PARTS}
        with ctx.working():
            for rule, nodes in self._solved(ctx, t):
                both = pairs(nodes, self._noise(nodes))
                for name, part in both.parts.items():
                    _put(found[name], rule.where, _inverted(rule, nodes, part))
        values = {name: self.ctx.lift(part[0]) for name, part in found.items()}
        errors = {
            f"{name}_error": self.ctx.lift(part[1]) + 8 * self.ctx.eps * values[name] for name, part in found.items()
        }
        return Ensembles(t, **values, **errors, floor=self.noise**2)

    def final(self) -> Final:
        """Test and training loss and the parts of the former at t = infinity, in closed form; see `final.Final`."""
        return final(self.nodes(self.ctx, math.inf), self.sizes, self.noise**2)

    def ridge(self, s: object) -> Array:
        """kappa(s) at complex s off the spectrum [-x_+, 0], shape (k,), in the model's precision.

        Raises PrecisionLost unless Im kappa, -Im(R_1/s) and -Im(R_3/s) all have the sign of Im s.
        """
        points = self.ctx.lift(np.atleast_1d(np.asarray(s)) + 0j)
        smallest = float(np.min(abs(self.ctx.rounded(points))))
        if not (math.isfinite(smallest) and smallest > 0):
            raise TauberInputError("The points s must be finite and not 0; give complex numbers off the spectrum.")
        return respond(self.nodes(self.ctx, 1 / smallest), self.sizes, points).kappa.value

    def nodes(self, ctx: Precision, last: float) -> Spectrum:
        """The spectrum in the number system `ctx`, resolved as far as times up to `last`, or infinity, need it."""
        floor = None
        if math.isinf(self.sizes.least):  # kappa = s, as small as 1/last
            floor = 0.01 / max(last, 1.0) if math.isfinite(last) else 1e-3
        if self.spectrum is not None:
            return _declared(self, ctx, floor)
        return power_laws(ctx, self.a, self.b, self.modes, floor or smallest_ridge(self.sizes.least, self.b))

    def _checked(self, times: object) -> Array:
        t = self.ctx.lift(np.atleast_1d(np.asarray(times)))
        if t.ndim != 1 or not len(t) or not np.isfinite(self.ctx.rounded(t)).all() or bool((t < 0).any()):
            raise TauberInputError("The times must be a non-empty list of finite numbers >= 0.")
        latest = MAX_TIME / self.edge
        if t.max() > latest:
            raise TauberInputError(
                f"Time {float(t.max()):.6g} was asked for, the latest allowed is {latest:.3g}; stop earlier, or take "
                "the limit t = infinity."
            )
        return t

    def _at_zero(self, ctx: Precision) -> Scalar:
        """sum lambda w^2, the loss at t = 0 without its noise floor."""
        with ctx.working():
            return self.ctx.real(self.nodes(ctx, 1.0).target_power)

    def _inner(self, t: Array) -> Precision:
        """What to calculate with: the divided differences of `correlation.py` lose digits in proportion to t."""
        if self.ctx is FLOAT64:
            return self.ctx
        return inner_precision(self.ctx.digits + 4 * math.ceil(math.log10(1 + float(t.max()) * self.edge) / 4))

    def _solved(self, ctx: Precision, t: Array) -> list[tuple[Quadrature, Response]]:
        """A contour for each group of positive times, and the response at its nodes."""
        positive = np.flatnonzero(np.asarray(t > 0, dtype=bool))
        if not len(positive):
            return []
        spectrum = self.nodes(ctx, float(t.max()))
        sizes = Sizes(ctx.real(self.width), ctx.real(self.data))
        found = []
        for rule in self.optimiser.quadratures(ctx, self.edge, ctx.lift(t[positive])):
            nodes = respond(spectrum, sizes, rule.nodes)
            found.append((replace(rule, where=positive[rule.where]), nodes))
        return found

    def _noise(self, nodes: Response) -> Scalar:
        return nodes.spectrum.ctx.real(self.noise) ** 2

    def _train(self, rule: Quadrature, nodes: Response) -> Estimate:
        """Each form of Q inverted; at each time the one that is known better."""
        ctx, noise = nodes.spectrum.ctx, self._noise(nodes)
        forms = [single(ctx, rule, q.value, q.error) for q in training_forms(nodes, noise)]
        value, error = forms[0]
        for other, other_error in forms[1:]:
            better = np.asarray(other_error < error, dtype=bool)
            value, error = np.where(better, other, value), np.where(better, other_error, error)
        return (value + noise if noise and not nodes.sizes.by_data else value), error

    def _test(self, rule: Quadrature, nodes: Response) -> Estimate:
        noise = self._noise(nodes)
        value, error = _inverted(rule, nodes, pairs(nodes, noise).total)
        return value + noise, error

    def _relative(self, loss: Estimate) -> Estimate:
        """Values in the model's precision and relative errors, all there is at t = 0; absolute where a value is 0."""
        value, error = (self.ctx.lift(x) for x in loss)
        return value, error / (abs(value) + (value == 0)) + 8 * self.ctx.eps


@functools.lru_cache(maxsize=8)
def _declared(model: Dynamical, ctx: Precision, floor: float | None) -> Spectrum:
    return declared.build(ctx, model.spectrum, model.modes, model.sizes.least, floor)


def _filled(times: Array, value: Scalar) -> tuple[Array, Array]:
    """Arrays of values and absolute errors, filled with what holds at t = 0."""
    return times * 0 + value, times * 0


def _inverted(rule: Quadrature, nodes: Response, part: Tracked) -> Estimate:
    """The double inverse transform of part/(s s')."""
    return double(part.ctx, replace(rule, weights=rule.weights / nodes.s), part.value, part.error)


def _put(target: tuple[Array, Array], where: Array, found: Estimate) -> None:
    for array, values in zip(target, found, strict=True):
        array[where] = values
