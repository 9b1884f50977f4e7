"""What `derive` answers for spectra that are no sums of powers: with a power of the logarithm, and exponential ones."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ...errors import BadInput
from ...output import screen
from ...output.laws import grown, written
from ...output.result import Result
from ...read import numbers
from ...spectra import Exponential, LogPowers, Spectrum, at
from ..assumption import exact, where
from .constants import Training, spoken
from .terms import best_exponents

if TYPE_CHECKING:
    from ...theory.models.plrf import Derivation
    from ...theory.models.plrf.logarithmic import LogLaw

Beyond = LogPowers | Exponential


def of_spectrum(record: Beyond, training: Training, spent: Mapping[str, Fraction], sigma: Fraction) -> Result:
    """The answer for such a spectrum.

    Raises
    ------
    BadInput
        Something was asked that is derived for powers alone.
    """
    _refuse_more(record, training, sigma)
    batch = training.batch or 1
    if isinstance(record, LogPowers):
        return _logarithmic(record, spent, batch)
    if set(spent.values()) != {1}:
        raise BadInput(
            f"--cost {numbers.product(spent)} was given with an exponential spectrum, whose optimum is derived for d*r."
        )
    return _exponential(record, batch)


def _refuse_more(record: Spectrum, training: Training, sigma: Fraction) -> None:
    given = {
        "--lr": training.rate, "--lr-trace": training.trace_rate, "--ratio": training.ratio, "--order": training.order,
        "--digits": training.digits, "--noise": sigma or None,
    }  # fmt: skip
    for option, value in given.items():
        if value is not None:
            raise BadInput(
                f"{option} was given with a spectrum {record.kind}, whose terms are derived with exact constants in "
                "the step size, all modes and no noise, without decimal values; leave it out, or solve a curve."
            )


# ---- with a power of the logarithm


def _logarithmic(record: LogPowers, spent: Mapping[str, Fraction], batch: int) -> Result:
    from sympy import Integer

    from ...theory.models.plrf import cost_of, derive
    from ...theory.models.plrf.logarithmic import LogLaw
    from ...theory.spectra import logarithmic

    law = LogLaw(logarithmic.LogPowers(*map(exact, (record.decay, record.log, record.coefficient))), Integer(batch))
    found = derive(law.setting.alpha, law.setting.beta, cost_of(dict(spent)))
    powers = law.optimum(found)
    values = {
        "model": "plrf",
        "spectrum": record.table,
        "alpha": found.alpha,
        "beta": found.beta,
        "cost": numbers.product(dict(spent)),
        **best_exponents(found),
        "log_exponents": None if powers is None else {"d": powers[0], "loss": powers[1]},
        "terms": _log_terms(law, found),
        "definitions": {_name(name): spoken(meaning) for name, meaning in law.definitions.items()},
        "order_of_limits": "d and r to infinity together inside the window; for F_0 r first",
        "notes": _log_notes(law, found),
    }
    return Result(values, _show_logarithmic, formula=_log_formula)


def _name(symbol: str) -> str:
    from sympy import Symbol

    return str(spoken(Symbol(symbol)))


def _log_terms(law: LogLaw, found: Derivation) -> list[dict[str, Any]]:
    known = law.terms
    rows = []
    for term in found.terms:
        amount = known.get(term.name)
        rows.append({
            "name": term.name, "d": term.d, "r": term.r, "condition": term.condition, "present": term.present,
            "constant": None if amount is None or amount.constant is None else spoken(amount.constant),
            "log": None if amount is None else amount.log,
            "log_of": None if amount is None else amount.log_of,
            "next": None if amount is None else amount.next,
        })  # fmt: skip
    return rows


def _log_notes(law: LogLaw, found: Derivation) -> list[str]:
    notes = ["t = 2*lr*batch*r; leading logarithms are reached like log(log(t))/log(t)"]
    if any(amount.constant is None for amount in law.terms.values()):
        notes.append("no constant of K_pp: below beta = 1/2 the loss, which makes this noise, has no finite sum")
    if found.phase is None:
        notes.append("on a boundary the power of the logarithm is not derived")
    return notes


def _show_logarithmic(result: Result, full: bool) -> None:
    payload = result.plain()
    screen.print_line(f"Power-law random-features model {where(payload, 'alpha', 'beta')}")
    if payload["phase"] is None:
        screen.print_line(f"On the boundary of the phases {' and '.join(payload['boundary_of'])}.")
    else:
        screen.print_line(f"Phase {payload['phase']}, trade-off {' = '.join(payload['tradeoff'])}")
    if (logs := payload["log_exponents"]) is not None:
        screen.print_line(
            f"d* ~ f^({payload['d_exponent']}) log(f)^({logs['d']}), "
            f"P* ~ f^(-{payload['loss_exponent']}) log(f)^({logs['loss']})"
        )
    if full:
        rows = [
            (t["name"], t["d"], t["r"], "" if t["log"] is None else f"log({t['log_of']})^({t['log']})",
             t["constant"] or "", "yes" if t["present"] else f"no, needs {t['condition']}")
            for t in payload["terms"]
        ]  # fmt: skip
        columns = ("term", "power of d", "power of r", "log", "constant", "present")
        screen.print_table("Terms of the loss", columns, rows)
        screen.print_table("Where", ("name", "meaning"), list(payload["definitions"].items()))
        for note in payload["notes"]:
            screen.print_line(f"Note: {note}")


def _log_formula(result: Result) -> str:
    from ...formulas import tex

    if result.log_exponents is None:
        return r"\text{on a boundary of phases}"
    logs = result.log_exponents
    laws = ((r"d_\star", result.d_exponent, logs["d"]), (r"P_\star", -result.loss_exponent, logs["loss"]))
    shown = (
        rf"{left} \sim f^{{{tex(power, fold_short_frac=True)}}} (\log f)^{{{tex(log, fold_short_frac=True)}}}"
        for left, power, log in laws
    )
    return rf"\text{{{result.phase}}}:\quad " + r",\quad ".join(shown)


# ---- exponential


def _exponential(record: Exponential, batch: int) -> Result:
    from sympy import Integer

    from ...theory.models.plrf.constants import BATCH
    from ...theory.models.plrf.exponential import ExponentialLaw

    law, held = ExponentialLaw(exact(record.rate), exact(record.source)), {BATCH: Integer(batch)}
    best = law.optimum
    terms = [
        {"name": t.name, "law": spoken(t.law.subs(held)), "oscillation": t.oscillation, "present": t.present}
        for t in law.terms
    ]
    values = {
        "model": "plrf",
        "spectrum": record.table,
        "cost": "d*r",
        "phase": None,
        "boundary_of": [],
        "tradeoff": ["F_ac"] if law.easy else ["F_pp"],
        "active": ["F_ac"] if law.easy else ["F_pp"],
        "d_exponent": best.d_exponent,
        "exponents": {"d": best.d_exponent},
        "compute_optimal": {"loss": best.loss_exponent, "d": best.d_exponent},
        "loss_exponent": best.loss_exponent,
        "log_exponents": {"d": best.d_log, "loss": best.loss_log},
        "optimum": {
            "d_constant": None if best.d_constant is None else spoken(best.d_constant),
            "loss_constant": spoken(best.loss_constant.subs(held)),
        },
        "terms": terms,
        "definitions": {_name(name): spoken(meaning.subs(held)) for name, meaning in law.definitions.items()},
        "order_of_limits": "d and log(r) to infinity at a fixed share log(t)/(rate*d) below 1; for F_0 r first",
        "notes": ["t = 2*lr*batch*r; the laws of the optimum are reached like log(log(f))/log(f)"],
    }
    return Result(values, _show_exponential, formula=_exponential_formula)


def _show_exponential(result: Result, full: bool) -> None:
    payload = result.plain()
    screen.print_line(f"Random-features model {at(payload)}")
    logs, optimum = payload["log_exponents"], payload["optimum"]
    size = grown("f", payload["d_exponent"], logs["d"])
    loss = grown("f", f"-{payload['loss_exponent']}", logs["loss"])
    first = "" if optimum["d_constant"] is None else f"({optimum['d_constant']}) "
    screen.print_line(f"d* ~ {first}{size}, P* ~ {loss}")
    if full:
        screen.print_line(f"P* = ({optimum['loss_constant']}) {loss} (1 + o(1))")
        rows = [
            (t["name"], t["law"], written(t["oscillation"]) or "", "yes" if t["present"] else "no, needs source > 1")
            for t in payload["terms"]
        ]
        screen.print_table("Terms of the loss", ("term", "law", "oscillates by at most", "present"), rows)
        screen.print_table("Where", ("name", "meaning"), list(payload["definitions"].items()))
        for note in payload["notes"]:
            screen.print_line(f"Note: {note}")


def _exponential_formula(result: Result) -> str:
    from ...formulas import tex

    def law(power: Any, log: Any) -> str:
        grown = rf"f^{{{tex(power, fold_short_frac=True)}}}" if power != 0 else ""
        return grown + (rf" (\log f)^{{{tex(log, fold_short_frac=True)}}}" if log != 0 else "")

    logs, constants = result.log_exponents, result.optimum
    first = "" if constants["d_constant"] is None else tex(constants["d_constant"]) + r"\,"
    size, loss = law(result.d_exponent, logs["d"]), law(-result.loss_exponent, logs["loss"])
    return rf"d_\star \sim {first}{size},\quad P_\star \sim {loss}"
