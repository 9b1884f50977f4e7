"""Where measured exponents lie on the phase diagrams of the models, and what the phases there say of the optimum.

The exponents of size and data are a point (s, u) with an ellipse: the points at Mahalanobis distance k, for the
covariance of the bootstrap samples, are "at k errors" (k = 1 holds 39 % of a Gaussian's mass, k = 2 86 %). Every point
of it is turned into parameters of a model by each branch that has it (`branches`), and falls into a phase there. A
phase is compatible at k errors if it holds a point at k errors or less. Where a branch ties s to u, what counts is how
many errors the measured pair is off that line.

What a phase says of the optimum is its exponent of size over the points at up to 2 errors in it. It is set against the
measured one: that of the parabolas of equal compute, less their bias, where the runs have these, since it does not come
from the fit; else that of the fit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ...report import screen
from .branches import MODELS, measured, place

if TYPE_CHECKING:
    import numpy as np

    from ...numerics.runs import Cost
    from ...plots.runs import Landing

COMPATIBLE = (1, 2)
"""Numbers of errors up to which a phase is called compatible."""
_RINGS = 9  # distances from 0 to 2 errors
_ANGLES = 48
_ALIKE = 2  # combined errors up to which two exponents agree


def phases_payload(
    value: np.ndarray, samples: np.ndarray, cost: Cost, optimum: Mapping[str, Any]
) -> list[dict[str, Any]]:  # fmt: skip
    """Of each model its parameters at the measured exponents, and the phases that are compatible.

    Parameters
    ----------
    value
        Exponents of size and data, (2,).
    samples
        The same of the bootstrap samples, (R, 2).
    """
    import numpy as np

    covariance = np.cov(samples.T)
    if not (np.linalg.eigvalsh(covariance) > 0).all():
        return []
    best = _measured_optimum(optimum)
    return [_of_model(name, value, samples, covariance, cost, best) for name in MODELS]


def _measured_optimum(optimum: Mapping[str, Any]) -> dict[str, Any] | None:
    if optimum["reason"] is not None:
        return None
    for estimate in optimum["estimates"]:
        if estimate["name"] == "isoFLOP" and estimate["error"] is not None:
            return {"value": estimate["without_bias"], "error": estimate["error"], "by": "isoFLOP, less its bias"}
    found = optimum["size_exponent"]
    return {"value": found["value"], "error": found["error"], "by": "the fit"}


def ring(value: np.ndarray, covariance: np.ndarray, distance: float) -> np.ndarray:
    """Points at a Mahalanobis distance around a value, (angles, 2)."""
    import numpy as np

    angles = np.linspace(0, 2 * np.pi, _ANGLES, endpoint=False)
    circle = np.column_stack([np.cos(angles), np.sin(angles)])
    return np.asarray(value + distance * circle @ np.linalg.cholesky(covariance).T)


def _of_model(
    name: str, value: np.ndarray, samples: np.ndarray, covariance: np.ndarray, cost: Cost,
    best: dict[str, Any] | None,
) -> dict[str, Any]:  # fmt: skip
    import numpy as np

    there = place(name, cost)
    distances = np.linspace(0, COMPATIBLE[-1], _RINGS)
    points = [(d, p) for d in distances for p in (ring(value, covariance, d) if d else value[None])]
    names = [str(p) for p in there["parameters"]]
    inside = _insides(there)
    phases: dict[str, dict[str, Any]] = {}
    central = None
    for turn in _points(there):
        if central is None:
            central = turn(*value)
        for distance, point in points:
            found = turn(*point)
            if found is None or _outside(there, found):
                continue
            for phase, holds in inside.items():
                if holds(*found):
                    entry = phases.setdefault(phase, {"phase": phase, "errors": math.inf, "at": [], "line": None})
                    entry["errors"] = min(entry["errors"], float(distance))
                    entry["at"].append(found)
    for entry in _lines(there, value, samples):
        phases.setdefault(entry["phase"], entry)
    shown = [_phase(there, entry, best) for entry in phases.values() if entry["errors"] <= COMPATIBLE[-1]]
    return {
        "model": name.partition(":")[0],
        "meaning": there["meaning"],
        "cost": f"{there['size']}^{cost.size_power:g} {there['data']}^{cost.data_power:g}",
        "parameters": None if central is None else _parameters(there, names, central, samples),
        "outside": [] if central is None else _outside(there, central),
        "compatible": sorted(shown, key=lambda entry: entry["errors"]),
    }


def _outside(there: Mapping[str, Any], point: tuple[float, float]) -> list[str]:
    """What the model needs of its parameters and a point has not, as inequalities."""
    pairs = zip(there["parameters"], there["corner"], point, strict=True)
    return [f"{name} > {least}" for name, least, value in pairs if not value > least]


def _parameters(
    there: Mapping[str, Any], names: list[str], central: tuple[float, float], samples: np.ndarray
) -> dict[str, dict[str, float]]:  # fmt: skip
    """The parameters at the measured exponents, with their errors from the samples that have any."""
    import numpy as np

    from ...numerics.runs import interval

    turns = _points(there)
    found = [x for s in samples if (x := next((p for t in turns if (p := t(*s)) is not None), None)) is not None]
    columns = np.array(found)
    result = {}
    for i, name in enumerate(names):
        at = interval(central[i], columns[:, i])
        result[name] = {"value": at.value, "error": at.error, "low": at.low, "high": at.high}
    return result


Turn = Callable[[float, float], "tuple[float, float] | None"]


def _points(there: Mapping[str, Any]) -> list[Turn]:
    """For each branch in which (s, u) is a point: the parameters there, None outside of the branch."""
    from sympy import lambdify

    turns = []
    for branch in there["branches"]:
        if branch["point"] is None:
            continue
        x = lambdify(measured(), branch["point"], "math")
        holds = lambdify(there["parameters"], branch["condition"], "math")
        turns.append(_turn(x, holds))
    return turns


def _turn(x: Callable[[float, float], Any], holds: Callable[[float, float], Any]) -> Turn:
    def turn(s: float, u: float) -> tuple[float, float] | None:
        if not (s > 0 and u > 0):
            return None
        found = x(s, u)
        return (float(found[0]), float(found[1])) if min(found) > 0 and holds(*found) else None

    return turn


def _insides(there: Mapping[str, Any]) -> dict[str, Callable[[float, float], Any]]:
    from sympy import And, lambdify

    return {p["name"]: lambdify(there["parameters"], And(*p["inequalities"]), "math") for p in there["phases"]}


def _lines(there: Mapping[str, Any], value: np.ndarray, samples: np.ndarray) -> list[dict[str, Any]]:
    """Phases in which s and u depend on each other, with how many errors the measured pair is off that line."""
    from sympy import And, lambdify

    from .branches import somewhere

    s, u = measured()
    found = []
    for branch in there["branches"]:
        if branch["line"] is None:
            continue
        off = lambdify((s, u), branch["line"] - u, "math")
        errors = abs(float(off(*value))) / _std(off, samples)
        known, formula = branch["known"]
        for phase in there["phases"]:
            if somewhere(And(branch["condition"], *phase["inequalities"]), there["parameters"]):
                exponents = {n: e.subs(known, formula.subs(s, float(value[0]))) for n, e in phase["exponents"].items()}
                found.append(
                    {"phase": phase["name"], "errors": errors, "at": [], "line": _relation(branch["line"]),
                     "size": exponents.get(there["size"])}
                )  # fmt: skip
    return found


def _relation(line: Any) -> str:
    """The line on which a branch's exponents lie, in words."""
    s, _ = measured()
    return "exponents of size and data equal" if line == s else f"exponent of data = {line}, s that of size"


def _std(function: Callable[[float, float], Any], samples: np.ndarray) -> float:
    import numpy as np

    return float(np.std([float(function(*x)) for x in samples], ddof=1))


def _phase(there: Mapping[str, Any], entry: Mapping[str, Any], best: dict[str, Any] | None) -> dict[str, Any]:
    """A compatible phase, with the exponent of the best size that it has, and whether the measured one agrees."""
    from sympy import lambdify

    (phase,) = (p for p in there["phases"] if p["name"] == entry["phase"])
    formula = phase["exponents"].get(there["size"])
    has_optimum = formula is not None and phase["loss_exponent"] is not None
    low = high = None
    if has_optimum and entry["at"]:
        exponent = lambdify(there["parameters"], formula, "math")
        values = [float(exponent(*point)) for point in entry["at"]]
        low, high = min(values), max(values)
    elif has_optimum and entry["size"] is not None and not entry["size"].free_symbols:
        low = high = float(entry["size"])
    agrees = None
    if low is not None and high is not None and best is not None:
        reach = _ALIKE * best["error"]
        agrees = bool(low - reach <= best["value"] <= high + reach)
    return {
        "phase": entry["phase"],
        "errors": entry["errors"],
        "compatible_at": next(k for k in COMPATIBLE if entry["errors"] <= k),
        "line": entry["line"],
        "size_exponent": None if low is None else {"low": low, "high": high},
        "measured": best,
        "agrees": agrees,
    }


def landing(value: np.ndarray, samples: np.ndarray, cost: Cost) -> Landing | None:
    """The measured exponents on the first diagram that holds some of their ellipse, for the picture."""
    import numpy as np

    from ...plots.runs import Landing
    from ..dynamical.look import look as dynamical_look
    from ..plrf.look import look as plrf_look
    from .branches import diagram_of

    covariance = np.cov(samples.T)
    for name in ("plrf", "dynamical: time"):
        turns = _points(place(name, cost))
        rings = []
        for errors in COMPATIBLE:
            mapped = [
                next((p for t in turns if (p := t(*x)) is not None), None) for x in ring(value, covariance, errors)
            ]
            rings.append((float(errors), np.array([p for p in mapped if p is not None])))
        if min(len(points) for _, points in rings) < 2:
            continue
        central = next((p for t in turns if (p := t(*value)) is not None), None)
        powers = (cost.size_power, cost.data_power)
        look = (
            plrf_look(_product(("d", "r"), powers)) if name == "plrf" else dynamical_look(_product(("N", "t"), powers))
        )
        title = f"The exponents on the phases of {name.partition(':')[0]}"
        return Landing(title, diagram_of(name, cost), look, None if central is None else np.array(central), rings)
    return None


def _product(letters: tuple[str, str], powers: tuple[float, float]) -> str:
    from ...read import numbers

    return numbers.product({name: numbers.whole_if_it_is(p) for name, p in zip(letters, powers, strict=True)})


def show_phases(found: list[dict[str, Any]], letters: Mapping[str, Any]) -> None:
    """Print where the exponents lie, with the errors of these."""
    if not found:
        return
    screen.print_line()
    s, u = (f"{letters[name]['value']:.3g} +- {letters[name]['error']:.2g}" for name in ("a", "b"))
    screen.print_line(f"Where the exponents {s} of size and {u} of data lie")
    rows = []
    for entry in found:
        at = entry["parameters"]
        numbers = [] if at is None else [f"{n} = {p['value']:.3g} +- {p['error']:.2g}" for n, p in at.items()]
        point = ", ".join(numbers) or "none"
        if entry["outside"]:
            point += f" (it needs {', '.join(entry['outside'])})"
        if not entry["compatible"]:
            rows.append((entry["model"], entry["meaning"], point, "no phase within 2 errors", "", "", ""))
        for phase in entry["compatible"]:
            where = point if phase["line"] is None else phase["line"]
            verdict = {True: "agrees", False: "disagrees", None: ""}[phase["agrees"]]
            cells = (phase["phase"], f"{phase['errors']:.2g}", _range(phase["size_exponent"]), verdict)
            rows += [(entry["model"], entry["meaning"], where, *cells)]
    heads = ("model", "training", "parameters", "phase", "errors away", "size* ~ C^x", "measured optimum")
    screen.print_table("Phases", heads, rows)
    for entry in found:
        near = [p["phase"] for p in entry["compatible"] if p["compatible_at"] == 1 and p["line"] is None]
        if len(near) > 1:
            screen.print_line(f"Within one error of a boundary of {entry['model']}: {' | '.join(near)}")
    best = next((p["measured"] for e in found for p in e["compatible"] if p["measured"]), None)
    if best is not None:
        screen.print_line(f"Measured optimum: N* ~ C^({best['value']:.3g} +- {best['error']:.2g}), by {best['by']}")


def _range(found: Mapping[str, float] | None) -> str:
    if found is None:
        return "not said"
    low, high = f"{found['low']:.3g}", f"{found['high']:.3g}"
    return low if low == high else f"{low} to {high}"
