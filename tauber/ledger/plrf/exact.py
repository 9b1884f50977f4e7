"""A point with an exact step size, at which derived constants meet the solver; and the constants of the named terms.

Each term is measured on a path r = d^s on which it leads the loss. Loss over term tends to one, and how fast is derived
too: the largest of all other terms and corrections on that path, and of 1/t, relative to it, is d^-rate. The path is
the one of the fastest rate.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from ..claim import Comparison, Kind
from ..measure import compare_limit
from ..papers import IN_PLRF
from ..topic import equation, topic
from .probe import LIMITS_IN_WINDOW, LIMITS_OF_LEVEL, best_path

if TYPE_CHECKING:
    from ...numerics.models.plrf import PLRF
    from ...theory.models.plrf.exact import Amount, ExactLaw

DERIVED_HERE = IN_PLRF
SIZES = (1e8, 1e11, 1e14)


@dataclass(frozen=True)
class ExactProbe:
    """Exponents, and either a step size or (for 2 alpha < 1) its product with the trace of the spectrum."""

    alpha: Fraction
    beta: Fraction
    step: Fraction | None = Fraction(1, 10)
    strength: Fraction | None = None
    ratio: Fraction | float = math.inf
    batch: int = 1

    def __str__(self) -> str:
        rate = f"step size {self.step}" if self.strength is None else f"step size times trace {self.strength}"
        return f"alpha = {self.alpha}, beta = {self.beta}, v/d = {self.ratio}, {rate}, batch {self.batch}"

    @property
    def narrow(self) -> bool:
        """Whether 2 alpha < 1, where the step size falls with d."""
        return self.strength is not None

    def law(self, order: int = 10) -> ExactLaw:
        """Derived constants; kept, since several claims ask."""
        return _law(self, order)

    def step_size(self, d: Any, digits: int | None = None) -> Any:
        """Step size at size d, as the solver takes it."""
        if self.strength is None:
            return self.step
        from ...numerics.models.plrf import PLRF

        model = PLRF(
            self.alpha, self.beta, d, self.ratio * d, step_size=1e-9, allow_unstable=True, precision=digits
        )  # only its spectrum is used
        return model.ctx.real(self.strength) / model.nodes.trace

    def model(self, d: Any, digits: int | None = None) -> PLRF:
        """Model of size d, which may be any real number."""
        from ...numerics.models.plrf import PLRF

        v = math.inf if math.isinf(self.ratio) else self.ratio * d
        return PLRF(
            self.alpha, self.beta, d, v, batch=self.batch, step_size=self.step_size(d, digits), precision=digits
        )

    def gap(self) -> float:
        """Exponent w of the relative distance d^-w between the solver and its crossover function."""
        from ...theory.models.plrf import alpha, beta
        from ...theory.models.plrf.optimum import crossover_gap

        setting = self.law().setting
        return float(crossover_gap({alpha: setting.alpha, beta: setting.beta}))


@cache
def _law(probe: ExactProbe, order: int) -> ExactLaw:
    from sympy import Rational

    from ...theory.models.plrf.exact import ExactLaw, Setting

    alpha, beta, step, strength, ratio = (
        Rational(x) if isinstance(x, Fraction) else None
        for x in (probe.alpha, probe.beta, probe.step, probe.strength, probe.ratio)
    )
    return ExactLaw(Setting(alpha, beta, None if probe.narrow else step, strength, Rational(probe.batch), ratio), order)


PROBES = {
    "F_0": (
        ExactProbe(Fraction(3, 2), Fraction(1, 4)),
        ExactProbe(Fraction(3, 2), Fraction(1), batch=3),
        ExactProbe(Fraction(3, 2), Fraction(1), ratio=Fraction(4)),
        ExactProbe(Fraction(3, 10), Fraction(1, 5), strength=Fraction(1, 2), ratio=Fraction(10)),
        ExactProbe(Fraction(1, 5), Fraction(1), strength=Fraction(1), ratio=Fraction(4)),
    ),
    "F_pp": (
        ExactProbe(Fraction(3, 2), Fraction(1, 4)),
        ExactProbe(Fraction(3, 2), Fraction(1), batch=3),
        ExactProbe(Fraction(3, 10), Fraction(7, 20), strength=Fraction(1, 2), ratio=Fraction(10)),
    ),
    "F_ac": (
        ExactProbe(Fraction(3, 2), Fraction(2)),
        ExactProbe(Fraction(2), Fraction(3, 2), batch=3),
    ),
    "K_pp": (
        ExactProbe(Fraction(3, 2), Fraction(3)),
        ExactProbe(Fraction(2), Fraction(4), batch=3),
        ExactProbe(Fraction(7, 20), Fraction(2), strength=Fraction(1), ratio=Fraction(2)),
    ),
}


def fastest_path(probe: ExactProbe, name: str) -> tuple[float, float]:
    """Give the s for which the loss on r = d^s is the term times 1 + O(d^-w) with the largest w, and that w."""
    law = probe.law()
    own = _exponents(law.terms[name])
    # The level at infinity is what the window series sums to, so it is no term beside the others inside the window.
    amounts = [t for t in (*law.terms.values(), *law.corrections) if t.name not in {name, "F_0"}]
    others = [_exponents(t) for t in amounts]
    start = max(0.0, 1 - 2 * float(probe.alpha))  # t = gamma r is large beyond r = d^start
    most = probe.gap() if probe.narrow else 1.0

    def rate(s: float) -> float:
        return min([most, s - start, *(own[0] - d + s * (own[1] - r) for d, r in others)])

    return best_path(start, 2 * float(probe.alpha), rate)


def _exponents(amount: Amount) -> tuple[float, float]:
    return float(amount.d), float(amount.r)


def compare_constant(probe: ExactProbe, name: str) -> Comparison:
    """Set the loss beside a derived term with its constant, where the term leads."""
    amount = probe.law().term(name)
    if name == "F_0":
        shares = [float(probe.model(d).level) / (float(amount.value) * d ** float(amount.d)) for d in SIZES]
        return compare_limit(f"level over F_0 at {probe}, d = {SIZES[-1]:g}", shares, SIZES, probe.gap())
    s, rate = fastest_path(probe, name)
    shares = []
    for d in SIZES:
        loss = float(probe.model(d).curve([d**s]).loss[0])
        shares.append(loss / (float(amount.value) * d ** (float(amount.d) + s * float(amount.r))))
    what = f"loss over {name} at {probe}, r = d^{s:.3g}, d = {SIZES[-1]:g}"
    return compare_limit(what, shares, SIZES, rate)


def _check(name: str) -> Iterator[Comparison]:
    return (compare_constant(probe, name) for probe in PROBES[name])


def _statement(name: str) -> Any:
    """The term with its constant at the first probe, at any step size."""
    from sympy import symbols

    from ...theory.models.plrf.exact import ExactLaw, Setting

    setting = PROBES[name][0].law().setting
    amount = ExactLaw(Setting(setting.alpha, setting.beta, batch=setting.batch)).term(name)
    d, r = symbols("d r", positive=True)
    return equation(name, amount.constant * d**amount.d * r**amount.r)


claim = topic(
    "plrf.constant",
    kind=Kind.EQUIVALENCE,
    assumptions="where the term dominates; the statement shows the constant at one rational point",
    source=DERIVED_HERE,
    derived_by="tauber.theory.models.plrf.exact.ExactLaw",
)
for _name in PROBES:
    claim(
        _name,
        f"Exact constant of {_name}",
        partial(_statement, _name),
        each=len(SIZES),
        order_of_limits=LIMITS_OF_LEVEL if _name == "F_0" else LIMITS_IN_WINDOW,
        measured_by=f"tauber.numerics.models.plrf.PLRF.{'level' if _name == 'F_0' else 'curve'}",
    )(partial(_check, _name))
