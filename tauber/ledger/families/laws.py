"""Claims about power laws: the exponent of each, and its constant with the order of the next term.

A law is measured at one point in each part of the plane in which it has another exponent. The exponent is the limit of
local slopes at scales in equal ratios. For the constant, what is measured over what is derived tends to one like the
derived next term.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from ..claim import Comparison, Kind, Verdict, judge
from ..measure import SCALE, compare_exponent, compare_limit, slopes_of
from ..source import Source
from ..topic import equation, topic
from .points import Measured

if TYPE_CHECKING:
    from ...theory.laws import Law


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a law of the symbolic wing is about, in words, where it holds, and who measures it.

    The order of limits is the one of the symbolic wing (tests compare): a record must not cost a derivation.
    """

    title: str
    assumptions: str
    order_of_limits: str
    measured_by: str
    source: Source


@dataclass(frozen=True, kw_only=True)
class Laws:
    """The power laws of a model.

    Attributes
    ----------
    model, derived_source
        Name of the model; the source of all constants.
    subjects
        The laws by name.
    law
        Fetches a law of the symbolic wing by name, when a statement is wanted.
    points, scales
        Where a law is measured: its points, which know their ``law``, and the values of its variable.
    measured
        Values of the quantity of a law at a point and at several scales, with absolute errors.
    constant, rate
        Derived constant of a law at a point, and the relative power of its next term.
    level
        A law whose exponent is 0: it has no claim of its exponent.
    """

    model: str
    derived_source: Source
    subjects: Mapping[str, Subject]
    law: Callable[[str], Law]
    points: Callable[[str], Sequence[Any]]
    scales: Callable[[str], tuple[float, ...]]
    measured: Callable[[str, Any, tuple[float, ...]], Measured]
    constant: Callable[[Any, str], float]
    rate: Callable[[Any, str], float]
    level: str

    def compare_power(self, name: str, point: Any, derived: float | None = None) -> Comparison:
        """Set the limit of the slopes of a law's quantity beside its exponent, or beside another one."""
        exponent, scales = float(point.law(name).exponent) if derived is None else derived, self.scales(name)
        slopes = slopes_of(*self.measured(name, point, scales), scales)
        return compare_exponent(
            f"exponent of {name} at {point}, to {scales[-1]:g}", exponent, *slopes, over=self.law(name).variable
        )

    def compare_constant(self, name: str, point: Any) -> Comparison:
        """Set a law's quantity beside its derived leading term."""
        scales, term = self.scales(name), (self.constant(point, name), point.law(name).exponent)
        values, errors = self.measured(name, point, scales)
        return compare_leading(
            name, point, term, values, scales, self.rate(point, name), errors=errors, over=self.law(name).variable
        )

    def _check(self, compare: Callable[[str, Any], Comparison], name: str) -> Verdict:
        evidence = [compare(name, point) for point in self.points(name)]
        return judge(evidence, samples=len(self.scales(name)) * len(evidence))

    def _equation(self, name: str, with_constant: bool) -> Any:
        """The law in all parts of the plane, as one equation."""
        from sympy import Piecewise, Symbol

        law = self.law(name)
        x = Symbol(law.variable, positive=True)
        pieces = [(x**case.exponent * (case.constant if with_constant else 1), case.condition) for case in law.cases]
        return equation(law.name, Piecewise(*pieces), x)

    def register(self) -> None:
        """Add the claims of every law to the ledger: its exponent, unless it is a constant, and its constant."""
        for name, about in self.subjects.items():
            claim = topic(
                self.model,
                assumptions=about.assumptions,
                order_of_limits=about.order_of_limits,
                derived_by=f"tauber.theory.models.{self.model}.law_at",
                measured_by=about.measured_by,
            )
            if name != self.level:
                claim(
                    f"exponent.{name}",
                    f"{about.title}: exponent",
                    partial(self._equation, name, False),
                    kind=Kind.EXPONENT,
                    source=about.source,
                )(partial(self._check, self.compare_power, name))
            claim(
                f"constant.{name}",
                f"{about.title}: exact constant, and the order of the next term",
                partial(self._equation, name, True),
                kind=Kind.EQUIVALENCE,
                source=self.derived_source,
            )(partial(self._check, self.compare_constant, name))


def compare_leading(
    name: str, where: object, term: tuple[float, Any], values: Iterable[float], scales: Sequence[float], rate: float,
    *, errors: Sequence[float] | None = None, letter: str = "x", over: str = SCALE,
) -> Comparison:  # fmt: skip
    """Set a quantity beside the constant and exponent of its leading term, which it reaches like ``scale^-rate``."""
    constant, exponent = term
    leading = [constant * x ** float(exponent) for x in scales]
    shares = [float(value) / part for value, part in zip(values, leading, strict=True)]
    noise = {} if errors is None else {"noise": max(e / abs(part) for e, part in zip(errors, leading, strict=True))}
    what = f"{name} over {constant:.8g} {letter}^({exponent}) at {where}, {letter} = {scales[-1]:g}"
    return compare_limit(what, shares, scales, rate, over=over, **noise)
