"""Claims: the phases of training of one's own, each diagram beside a linear programme in numbers at points of it.

What a diagram is derived from, the terms of the loss, is not tested here but by what is measured (`training`,
`trained`) and by the statements of others (`stated`).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from ..claim import Comparison, Kind
from ..families.plane import POINTS, compare_diagram, state_diagram
from ..papers import CONSTANT_RATE, JOINT, SECOND_MOMENTS
from ..source import Source, derived_here
from ..topic import topic
from .exact import DERIVED_HERE

if TYPE_CHECKING:
    from ...theory.models.one_pass.training import Training

claim = topic(
    "plrf.training.diagram",
    kind=Kind.EXPONENT,
    order_of_limits="f to infinity, everything that is free minimised at each f",
    derived_by="tauber.theory.models.one_pass.phases.phase_diagram",
    measured_by="tauber.numerics.core.programme.least_exponents",
)

LABEL_NOISE = derived_here(f"the rate where beta < 1/2 as in {CONSTANT_RATE}")
COOLDOWN = derived_here(f"the rates as in {JOINT}")
MOMENTUM = derived_here(f"the algorithm as in {SECOND_MOMENTS}")

DIAGRAMS: dict[str, tuple[str, str, dict[str, Any], Source]] = {
    "label_noise": ("label noise, the best constant step size", "alpha > 0", {"label_noise": 0}, LABEL_NOISE),
    "free_step": ("no label noise, the best constant step size", "alpha > 0", {}, DERIVED_HERE),
    "cooldown": ("label noise, the best cool-down", "alpha > 0", {"label_noise": 0, "cooldown": "best"}, COOLDOWN),
    "linear_cooldown": (
        "label noise, a linear cool-down: of the best exponent only for alpha < 1", "alpha > 0",
        {"label_noise": 0, "cooldown": 1}, DERIVED_HERE,
    ),
    "warmup": ("no label noise, the best warm-up", "alpha > 0", {"warmup": True}, DERIVED_HERE),
    "averaging": ("label noise, averaged weights", "alpha > 0", {"label_noise": 0, "averaging": True}, DERIVED_HERE),
    "dana_decaying": ("DANA-decaying", "alpha > 1/2", {"step": "stable", "momentum": "dana-decaying"}, MOMENTUM),
    "dana_constant": ("DANA-constant", "alpha > 1/2", {"step": "stable", "momentum": "dana-constant"}, MOMENTUM),
    "serial_time": (
        "label noise, the best constant step size, the serial time limited by f^(1/4)", "alpha > 0",
        {"label_noise": 0, "serial_time": "1/4"}, DERIVED_HERE,
    ),
    "power": (
        "label noise, the best step size that falls as t^(-1/3)", "alpha > 0",
        {"label_noise": 0, "power": "1/3"}, DERIVED_HERE,
    ),
}  # fmt: skip
"""By name: the title, where, what the training is, the source."""


def training_of(options: dict[str, Any]) -> Training:
    """The training that options declare, numbers made exact; the step size free unless said."""
    from sympy import Rational

    from ...theory.models.one_pass.training import Training

    exact = {
        name: Rational(x) if name in {"label_noise", "serial_time", "power", "batch"} else x
        for name, x in options.items()
    }
    if isinstance(exact.get("cooldown"), int):
        exact["cooldown"] = Rational(exact["cooldown"])
    return Training(**{"step": "free", **exact})


def _statement(options: dict[str, Any]) -> Any:
    return state_diagram(training_of(options))


def _checker(options: dict[str, Any]) -> Any:
    def check(seed: int) -> Iterable[Comparison]:
        return compare_diagram(training_of(options), seed)

    return check


for _name, (_title, _where, _options, _source) in DIAGRAMS.items():
    claim(
        _name,
        f"Exponents of the best loss in all phases: {_title}",
        partial(_statement, _options),
        samples=POINTS,
        assumptions=f"{_where}, alpha + beta > 1/2, beta of either sign",
        source=_source,
    )(_checker(_options))
