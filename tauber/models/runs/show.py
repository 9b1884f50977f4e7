"""How a fit to runs is written on the screen."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ...output import screen
from ...output.result import Result
from ..data.reading import counted
from .given import SURFACES


def show(result: Result, full: bool) -> None:
    """Write what was read, the law, the optimum, what was held out, and the flags."""
    values = result.to_dict()
    _show_reading(values)
    _show_parameters(values, full)
    _show_optimum(values["optimum"], values["cost"], values["form"], full)
    _show_held_out(values["heldout"])
    show_phases(values["phases"], values["parameters"], values["form"])
    for flag in values["flags"]:
        screen.print_line(f"Flag: {flag}")


def _show_reading(values: Mapping[str, Any]) -> None:
    reading = values["reading"]
    guessed = set(reading["guessed"])
    listed = ", ".join(
        f"{role} = {name}{' (guessed)' * (role in guessed)}" for role, name in reading["columns"].items()
    )
    screen.print_line(f"{values['source']}: {counted(values['runs'], 'run')}, {listed or 'arrays'}; {reading['form']}")
    for words in reading["left_out"]:
        screen.print_line(f"Left out: {words}")


def _show_parameters(values: Mapping[str, Any], full: bool) -> None:
    search, drawn = values["searches"], values["bootstrap"]
    delta = "least squares" if math.isinf(values["huber"]) else f"Huber {values['huber']:g}"
    screen.print_line(f"Form {values['form']}: L = {values['formula']} ({delta} on log L)")
    rows = [
        (
            name,
            number(p["value"]),
            number(p["error"], 2),
            between(p["low"], p["high"]),
            "not given" if p["profile"] is None else between(*p["profile"]),
        )
        for name, p in values["parameters"].items()
    ]
    screen.print_table("Parameters", ("parameter", "value", "error", "95 %", "95 % by profile"), rows)
    how = f"{drawn['sizes']} sizes with all of their runs" if drawn["clustered"] else "runs"
    screen.print_line(
        f"In-sample error {values['in_sample']:.2%} of the loss; errors from {drawn['samples']} samples of {how}"
    )
    if "surface" in values:
        screen.print_line(
            f"P was solved on a lattice and interpolated; at these runs it is off by {values['surface']['error']:.1e} "
            "of itself at most"
        )
    if full:
        screen.print_line(f"{search['agreeing']} of {search['ended']} searches ended at these parameters")


def number(value: float | None, digits: int = 4) -> str:
    """A number with few digits, "unknown" for None."""
    return "unknown" if value is None else f"{value:.{digits}g}"


def between(low: float | None, high: float | None, digits: int = 4) -> str:
    """An interval, "open" on a side without an end."""
    return " to ".join("open" if end is None else number(end, digits) for end in (low, high))


def _show_optimum(optimum: Mapping[str, Any], cost: str, form: str, full: bool) -> None:
    screen.print_line()
    if optimum["reason"] is not None:
        screen.print_line(f"No optimum: {optimum['reason']}")
        return
    x, y, z = (optimum[f"{name}_exponent"] for name in ("size", "data", "loss"))
    screen.print_line(f"Best use of the compute C = {cost}")
    bent = ", in the middle of the runs" * (form in SURFACES)
    screen.print_line(f"N* ~ C^{_pm(x)}, D* ~ C^{_pm(y)}, L* - E ~ C^-{_pm(z)}{bent}")
    rows = []
    for at in optimum["budgets"]:
        cells = [f"{number(at[n]['value'])} ({between(at[n]['low'], at[n]['high'])})" for n in ("size", "data", "loss")]
        rows.append((number(at["compute"]), *cells, "inside" if at["inside"] else "beyond the runs"))
    screen.print_table("At a budget (95 %)", ("C", "N*", "D*", "L*", "runs"), rows)
    if full:
        names = ("size", "data", "loss")
        rows = [(f"{n}*", _pm(optimum[f"{n}_constant"]), _pm(optimum[f"{n}_exponent"])) for n in names]
        screen.print_table("Constants", ("of", "constant", "exponent"), rows)
    for e in optimum["estimates"]:
        screen.print_line(
            f"Beside it, {e['name']}: N* ~ C^({number(e['size_exponent'])} +- {number(e['error'], 2)}); on the fitted "
            f"surface it is off by {e['bias']:+.2g}, without that {number(e['without_bias'])}"
        )


def _pm(found: Mapping[str, float]) -> str:
    return f"({number(found['value'])} +- {number(found['error'], 2)})"


def _show_held_out(found: list[dict[str, Any]]) -> None:
    if not found:
        return
    screen.print_line()
    rows = []
    for entry in found:
        if entry["reason"] is not None:
            rows.append((entry["form"], "not fitted", entry["reason"]))
            continue
        cuts = [f"{cut['error']:.2%} ({cut['bias']:+.2%})" for cut in entry["cuts"]]
        rows.append((entry["form"], f"{entry['in_sample']:.2%}", *cuts))
    heads = next(
        ([f"{c['fitted']} cheaper, {c['foretold']} dearer" for c in e["cuts"]] for e in found if e["cuts"]), []
    )
    width = 2 + len(heads)
    rows = [(*row, *[""] * (width - len(row))) for row in rows]
    screen.print_table("Dearer runs foretold from cheaper ones", ("form", "in sample", *heads), rows)


def show_phases(found: list[dict[str, Any]], letters: Mapping[str, Any], form: str) -> None:
    """Print where the exponents lie, with the errors of these."""
    if not found:
        return
    screen.print_line()
    if form in SURFACES:
        screen.print_line(f"Where the exponents of {form} lie")
    else:
        s, u = (f"{number(letters[name]['value'], 3)} +- {number(letters[name]['error'], 2)}" for name in ("a", "b"))
        screen.print_line(f"Where the exponents {s} of size and {u} of data lie")
    rows = []
    for entry in found:
        for phase in entry["compatible"]:
            at = phase["parameters"] or {}
            point = [f"{n} = {number(p['value'], 3)} +- {number(p['error'], 2)}" for n, p in at.items()]
            verdict = {True: "agrees", False: "disagrees", None: ""}[phase["agrees"]]
            cells = (phase["line"] or ", ".join(point), _range(phase["size_exponent"]), verdict)
            rows += [(entry["model"], entry["meaning"], phase["phase"], number(phase["errors"], 2), *cells)]
        if not entry["compatible"]:
            rows.append((entry["model"], entry["meaning"], "none within 2 errors", "", "", "", ""))
    heads = ("model", "training", "phase", "errors away", "parameters there", "size* ~ C^x", "measured optimum")
    screen.print_table("Phases", heads, rows)
    best = next((p["measured"] for e in found for p in e["compatible"]), None)
    if best is not None:
        screen.print_line(
            f"Measured optimum: N* ~ C^({number(best['value'], 3)} +- {number(best['error'], 2)}), by {best['by']}"
        )
    for entry in found:
        near = [p["phase"] for p in entry["compatible"] if p["compatible_at"] == 1]
        if len(near) > 1:
            screen.print_line(
                f"Within one error {entry['model']} has the phases {', '.join(near)}: these runs do not decide"
            )


def _range(found: Mapping[str, float] | None) -> str:
    if found is None:
        return "not said"
    low, high = number(found["low"], 3), number(found["high"], 3)
    return low if low == high else f"{low} to {high}"
