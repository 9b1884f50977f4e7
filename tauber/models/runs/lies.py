"""Where measured exponents lie on the phase diagrams of the models, and what the phases there say of the optimum.

The exponents of size and data are a point (s, u) with an ellipse: the points at Mahalanobis distance k, for the
covariance of the bootstrap samples, are "at k errors" (k = 1 holds 39 % of a Gaussian's mass, k = 2 86 %). Each phase
turns a pair into parameters of its model (`branches`); the phase is compatible at k errors if some pair at k errors or
less has its parameters inside of the phase. Where a phase ties s to u, what counts is how many errors the pair is off
that line, or how many s must be moved until the phase has it, whichever is more.

What a phase says of the optimum is its exponent of size over the pairs at up to 2 errors in it. It is set against the
measured one: that of the parabolas of equal compute, less their bias, where the runs have these, since it does not come
from the fit; else that of the fit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from .branches import MODELS, OWN, diagram_of, measured, place, somewhere

if TYPE_CHECKING:
    import numpy as np

    from ...numerics.runs import Cost
    from ...plots.runs import Landing

COMPATIBLE = (1, 2)
"""Numbers of errors up to which a phase is called compatible."""
_RINGS, _ANGLES = 9, 48  # distances from 0 to 2 errors, and points on each
_ALIKE = 2  # combined errors up to which two exponents agree
Turn = Callable[[float, float], "tuple[float, float] | None"]


def phases_payload(
    value: np.ndarray, samples: np.ndarray, cost: Cost, optimum: Mapping[str, Any], model: str | None = None
) -> list[dict[str, Any]]:  # fmt: skip
    """Of each model the phases that are compatible, with the parameters that the exponents have there.

    Parameters
    ----------
    value
        Exponents of size and data, (2,), or the parameters of `model`.
    samples
        The same of the bootstrap samples, (R, 2).
    """
    import numpy as np

    covariance = np.cov(samples.T)
    if not (np.linalg.eigvalsh(covariance) > 0).all():
        return []
    best = _measured_optimum(optimum)
    found = []
    for name in MODELS if model is None else (OWN[model],):
        there = _place(name, cost, model)
        entries = [tried(there, phase, value, samples, covariance) for phase in there["phases"]]
        near = [_judged(entry, best) for entry in entries if entry["errors"] <= COMPATIBLE[-1]]
        found.append(
            {
                "model": name.partition(":")[0],
                "meaning": there["meaning"],
                "resources": [there["size"], there["data"]],
                "compatible": sorted(near, key=lambda entry: entry["errors"]),
                "others": [entry["phase"] for entry in entries if entry["errors"] > COMPATIBLE[-1]],
            }
        )
    return found


def _place(name: str, cost: Cost, model: str | None) -> dict[str, Any]:
    """As `branches.place`; with a `model` whose own parameters the pair is, each phase takes it as it is."""
    there = place(name, cost)
    if model is None:
        return there
    return there | {"phases": [phase | {"points": (measured(),), "line": None} for phase in there["phases"]]}


def _measured_optimum(optimum: Mapping[str, Any]) -> dict[str, Any]:
    for estimate in optimum["estimates"]:
        if estimate["name"] == "isoFLOP" and estimate["error"] is not None:
            return {"value": estimate["without_bias"], "error": estimate["error"], "by": "isoFLOP, less its bias"}
    found = optimum["size_exponent"]
    return {"value": found["value"], "error": found["error"], "by": "the fit"}


def _pairs(value: np.ndarray, covariance: np.ndarray) -> Iterator[tuple[float, np.ndarray]]:
    """Pairs of exponents with the errors at which they lie."""
    import numpy as np

    yield 0.0, value
    for distance in np.linspace(0, COMPATIBLE[-1], _RINGS)[1:]:
        yield from ((float(distance), pair) for pair in _ring(value, covariance, float(distance)))


def _ring(value: np.ndarray, covariance: np.ndarray, distance: float) -> np.ndarray:
    """Pairs at a Mahalanobis distance, (angles, 2)."""
    import numpy as np

    angles = np.linspace(0, 2 * np.pi, _ANGLES, endpoint=False)
    circle = np.column_stack([np.cos(angles), np.sin(angles)])
    return np.asarray(value + distance * circle @ np.linalg.cholesky(covariance).T)


def tried(
    there: Mapping[str, Any], phase: Mapping[str, Any], value: np.ndarray, samples: np.ndarray,
    covariance: np.ndarray,
) -> dict[str, Any]:  # fmt: skip
    """How many errors a phase is away, with its parameters at the measured pair, and its exponents of the best size."""
    entry: dict[str, Any] = {"phase": phase["name"], "errors": math.inf, "parameters": None, "line": None}
    if phase["line"] is not None:
        return entry | _on_line(there, phase, value, samples)
    exponents = []
    holds, size, ways = _inside(there, phase), _formula(there, phase["optimum"]), turns(phase)
    for errors, pair in _pairs(value, covariance):
        for turn in ways:
            at = turn(*pair)
            if at is not None and holds(*at):
                entry["errors"] = min(entry["errors"], errors)
                exponents.append(math.nan if size is None else float(size(*at)))
    if exponents:
        said = {"low": min(exponents), "high": max(exponents)}
        entry |= {"parameters": _parameters(there, phase, value, samples),
                  "size_exponent": None if size is None else said}  # fmt: skip
    return entry


def turns(phase: Mapping[str, Any]) -> list[Turn]:
    """Functions that turn a pair into parameters, each None where it has none."""
    from sympy import lambdify

    return [_turn(lambdify(measured(), point, "math")) for point in phase["points"]]


def _turn(function: Callable[[float, float], Any]) -> Turn:
    def turn(s: float, u: float) -> tuple[float, float] | None:
        try:
            x, y = function(s, u)
        except (ValueError, ZeroDivisionError):  # a root of a negative number: no parameters have this pair
            return None
        return float(x), float(y)

    return turn


def _inside(there: Mapping[str, Any], phase: Mapping[str, Any]) -> Callable[[float, float], bool]:
    """Whether parameters lie in a phase, and where the model is defined."""
    holds, (left, bottom) = _formula(there, phase["condition"]), there["corner"]
    lowest = _formula(there, bottom)

    def inside(x: float, y: float) -> bool:
        return x > left and y > (lowest(x, y) if lowest else bottom) and bool(holds and holds(x, y))

    return inside


def _formula(there: Mapping[str, Any], formula: Any) -> Callable[[float, float], Any] | None:
    from sympy import lambdify

    return None if formula is None else lambdify(there["parameters"], formula, "math")


def _parameters(
    there: Mapping[str, Any], phase: Mapping[str, Any], value: np.ndarray, samples: np.ndarray
) -> dict[str, dict[str, float]] | None:  # fmt: skip
    """The parameters that a phase turns the measured pair into, inside of it or not, with their errors."""
    import numpy as np

    from ...numerics.runs import interval

    holds = _inside(there, phase)
    known = [(turn, at) for turn in turns(phase) if (at := turn(*value)) is not None]
    if not known:
        return None
    turn, central = max(known, key=lambda pair: holds(*pair[1]))
    drawn = np.array([at for pair in samples if (at := turn(*pair)) is not None])
    found = {str(name): interval(central[i], drawn[:, i]) for i, name in enumerate(there["parameters"])}
    return {n: {"value": x.value, "error": x.error, "low": x.low, "high": x.high} for n, x in found.items()}


def _on_line(
    there: Mapping[str, Any], phase: Mapping[str, Any], value: np.ndarray, samples: np.ndarray
) -> dict[str, Any]:  # fmt: skip
    """What a phase makes of a pair that must lie on a line."""
    import numpy as np
    from sympy import lambdify

    s, u = measured()
    off = lambdify((s, u), phase["line"] - u, "math")
    distance = abs(off(*value)) / float(np.std([off(*pair) for pair in samples], ddof=1))
    known, formula = phase["known"]
    spread = float(np.std(samples[:, 0], ddof=1))
    reach = sorted((float(k) for k in np.linspace(-COMPATIBLE[-1], COMPATIBLE[-1], 2 * _RINGS - 1)), key=abs)
    corner = [p > least for p, least in zip(there["parameters"], there["corner"], strict=True)]
    for k in reach:
        at = {known: formula.subs(s, value[0] + k * spread)}
        if somewhere([phase["condition"].subs(at), *(c.subs(at) for c in corner)], there["parameters"]):
            size = None if phase["optimum"] is None else phase["optimum"].subs(at)
            said = None if size is None or size.free_symbols else {"low": float(size), "high": float(size)}
            words = "exponents of size and data equal" if phase["line"] == s else f"u = {phase['line']}"
            return {"errors": max(distance, abs(k)), "line": words, "size_exponent": said}
    return {}


def _judged(entry: dict[str, Any], best: dict[str, Any]) -> dict[str, Any]:
    """A compatible phase beside the measured optimum."""
    said = entry["size_exponent"]
    reach = _ALIKE * best["error"]
    agrees = None if said is None else bool(said["low"] - reach <= best["value"] <= said["high"] + reach)
    level = next(k for k in COMPATIBLE if entry["errors"] <= k)
    return entry | {"compatible_at": level, "measured": best, "agrees": agrees}


def landing(value: np.ndarray, samples: np.ndarray, cost: Cost, model: str | None = None) -> Landing | None:
    """The measured exponents in the plane of the first diagram of which phases hold some of their ellipse.

    With a `model` they are its own parameters, and the plane is its own.
    """
    import numpy as np

    from ...plots.runs import Landing
    from ..dynamical.look import look as dynamical_look
    from ..plrf.look import look as plrf_look

    covariance = np.cov(samples.T)
    for name, look in (("plrf", plrf_look), ("dynamical: time", dynamical_look)):
        if model is not None and name != OWN[model]:
            continue
        there = _place(name, cost, model)
        spots = []
        for phase in there["phases"]:
            entry = tried(there, phase, value, samples, covariance)
            if phase["line"] is None and entry["errors"] <= COMPATIBLE[-1]:
                turn = turns(phase)[0]
                rings = [(float(k), _mapped(turn, _ring(value, covariance, k))) for k in COMPATIBLE]
                spots.append((phase["name"], _mapped(turn, value[None])[0], rings))
        if spots:
            written = look(_product((there["size"], there["data"]), (cost.size_power, cost.data_power)))
            own = "as each phase has them" if model is None else "as the form has them"
            title = f"The exponents on the phases of {name.partition(':')[0]}, {own}"
            return Landing(title, diagram_of(name, cost), written, spots)
    return None


def _mapped(turn: Turn, pairs: np.ndarray) -> np.ndarray:
    import numpy as np

    return np.array([at for pair in pairs if (at := turn(*pair)) is not None])


def _product(letters: tuple[str, str], powers: tuple[float, float]) -> str:
    from ...read import numbers

    return numbers.product({name: numbers.whole_if_it_is(p) for name, p in zip(letters, powers, strict=True)})
