"""The best use of compute where training and the spectrum are declared, both."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ...output import screen
from ...output.phases import Wording, optimum_tex
from ...output.result import Result
from ...read import numbers
from ...spectra import Exponential, Powers, Spectrum, at
from ..assumption import exact
from .like import point_of
from .one_pass import LETTERS, exponents_of, laws, optimum_at

if TYPE_CHECKING:
    from .training import Asked


def optimum_of(record: Spectrum, asked: Asked, spent: Mapping[str, Fraction]) -> Result:
    """The best resources for a spectrum, with powers of log f where it is no sum of powers.

    Raises
    ------
    BadInput
        Single modes, which are no law.
    AssumptionError
        From the symbolic wing: the training is not covered for this spectrum.
    """
    if isinstance(record, Exponential):
        return _exponential(record, asked, spent)
    point = point_of(record)
    pure = isinstance(record, Powers) and not record.shift
    return optimum_at(point.alpha, point.beta, asked, spent, None if pure else record)


def _exponential(record: Exponential, asked: Asked, spent: Mapping[str, Fraction]) -> Result:
    """The limit of the power law in which eigenvalues fall exponentially."""
    from ...theory.models.one_pass.logarithms import of_exponential

    found = of_exponential(asked.read(spent), exact(record.source))
    ties = list(dict.fromkeys(found.active))
    exponents, logs = exponents_of(found.exponents), exponents_of(found.logs)
    notes = ["the laws of the optimum are reached like log(log(f))/log(f)"]
    if None in found.exponents.values():
        notes.append("what is not named here, leading terms leave free: corrections to them decide it")
    values = {
        "model": "plrf",
        "spectrum": record.table,
        "cost": numbers.product(dict(spent)),
        **asked.words,
        "phase": " = ".join(ties),
        "boundary_of": [],
        "tradeoff": ties,
        "active": ties,
        "d_exponent": exponents["d"],
        "exponents": exponents,
        "compute_optimal": {"loss": -found.value} | exponents,
        "loss_exponent": -found.value,
        "log_exponents": {"loss": found.log} | logs,
        "limits": {},
        "optimum": None,
        "definitions": {},
        "notes": notes,
    }
    return Result(values, _show, formula=_formula)


def _show(result: Result, full: bool) -> None:
    payload = result.plain()
    screen.print_line(f"Random-features model {at(payload)}")
    screen.print_line(f"Trade-off {payload['phase']}")
    screen.print_line(laws({**payload["exponents"], "loss": payload["loss_exponent"]}, payload["log_exponents"]))
    if full:
        for note in payload["notes"]:
            screen.print_line(f"Note: {note}")


def _formula(result: Result) -> str:
    powers: dict[str, Any] = {**result.exponents, "loss": result.loss_exponent}
    known = {x: word for x, word in LETTERS.resources.items() if powers.get(word) is not None}
    words = Wording(LETTERS.model, "f", "P", known)
    return optimum_tex({result.phase: powers}, words, logs=result.log_exponents)
