"""What is verified of a declared model: the exponents derived for it against those measured on it.

They are claims like those of the ledger, made for this model. Where its frontier is solved the slopes of the least
loss, the best size and the best step size stand beside the optimum; where only its curve is, the slope of the excess
in time beside the power that is left of the loss for infinitely many features. Limits and tolerances are those of the
ledger (:mod:`tauber.ledger.measure`): with the derived corrections taken out of the slopes where the spectrum is one of
powers, else from the decay of the slopes. Those that do not settle leave a claim undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from functools import cache
from math import inf
from typing import TYPE_CHECKING, Any

from ..boundary import theory_errors
from ..errors import BadInput, CheckFailed
from ..ledger.claim import Claim, Comparison, Kind, Outcome, judge
from ..ledger.measure import compare_by_rates, compare_exponent, slopes_of
from ..ledger.slow import compare_beside_log
from ..ledger.source import derived_here
from ..models.plrf.like import place_of
from ..output.laws import grown
from ..read import numbers
from ..spectra import Exponential, LogPowers
from . import actions
from .options import placed
from .reading import Declaration

if TYPE_CHECKING:
    from ..models.plrf.given import Data
    from ..output.result import Result

BUDGETS = {"plrf": "1e9:1e21:5", "recursion": "1e4:3e6:4"}
FAR = "1e16:1e28:5"
"""Where corrections are still too large at the others."""
SMALL = 0.25
"""Of the leading term: corrections that are larger are no series, and an exponent is not refuted beside them; nor where
the limit has come nearer to it by a larger part of what is left."""
LARGEST = 100
"""Constant of a correction: so large it would have to be for an exponent that is refuted all the same."""
LENGTHS = {"plain": (10**4, 10**6, 10**8, 10**10, 10**12), "carried": (10**2, 10**3, 10**4, 10**5, 10**6)}
LARGE = "1e12"
"""A size at which the level of the features is not seen at any of these times."""
_CARRIED = ("momentum", "averaging")


def claims_of(declaration: Declaration) -> list[Claim]:
    """The claims of a declared model.

    Raises
    ------
    BadInput
        It has no point, nothing that is measured, or nothing that is derived.
    """
    if declaration.kind == "terms":
        raise BadInput(f"verify was asked of {declaration.called}, but a list of terms has no model to be measured.")
    if (place := placed(declaration)) is None:
        raise BadInput(
            f"verify was asked of {declaration.called}, whose spectrum is not at a point; give alpha and beta, or a "
            "spectrum."
        )
    changing = [key for key in ("schedule", "momentum", "averaging") if _said(declaration, key)]
    if isinstance(place.spectrum, LogPowers | Exponential) and any(_said(declaration, key) for key in _CARRIED):
        raise BadInput(
            f"verify was asked of {declaration.called}, but with momentum or averaging a slope in time is measured, in "
            f"which the logarithm of a spectrum {place.spectrum.kind} does not show; derive and curve are there."
        )
    if isinstance(place.spectrum, Exponential) and (changing or place.spectrum.source > 1):
        raise BadInput(
            f"verify was asked of {declaration.called}, but for this exponential spectrum powers of the logarithm show "
            "only at sizes at which its eigenvalues are below any double; derive and frontier are there."
        )
    if not changing or _changes_with_compute(declaration) or isinstance(place.spectrum, LogPowers | Exponential):
        return _frontier(declaration, pure=declaration.kind == "plrf" and place.spectrum is None)
    return [_decay(declaration, place)]


def _said(declaration: Declaration, key: str) -> bool:
    return declaration.training.get(key, "none") not in {"none", "constant"}


def _changes_with_compute(declaration: Declaration) -> bool:
    """Whether no curve of one size shows the exponents: the best warm-up, and c/d, are another at each compute."""
    said = declaration.training
    return said.get("schedule", "").startswith("warmup") or said.get("momentum", "").startswith("dana-constant")


def _frontier(declaration: Declaration, pure: bool) -> list[Claim]:
    """The optimum against the slopes of the frontier; the orders of corrections are known of `pure` power laws."""
    best = actions.of(declaration, "derive")()
    if "floor" in best:
        raise BadInput(
            f"verify was asked of {declaration.called}, but at a fixed step size the loss with label noise falls to a "
            "floor, so that no exponent is derived; give free or a law that falls as step size, or derive the floor."
        )
    exponents = {"loss": best.loss_exponent, **dict(best.exponents)}
    slow = "log_exponents" in best
    logs = (best.log_exponents or {}) if slow else {}
    near, solve = BUDGETS[declaration.kind], actions.of(declaration, "frontier")
    measured = cache(lambda budgets: solve(flops=budgets))
    names = ["loss", *(x for x in ("d", "step_size") if x in exponents and x in _frontier_has(declaration))]
    names = [x for x in names if (x, exponents[x]) != ("step_size", 0)]  # best at its limit, where it is not sought

    def checked(name: str) -> Claim:
        def check() -> Iterator[Told]:
            if exponents.get(name) is None:
                return
            found, derived = measured(near), float(exponents[name])
            what = f"exponent of {name}, budgets up to {found.flops[-1]:g}"
            slopes, errors = found[f"{name}_slope"], found[f"{name}_slope_error"]
            if slow:
                log = float(logs.get(name) or 0) * (-1 if name == "loss" else 1)  # the loss falls
                yield _told(compare_beside_log(what, derived, log, slopes, errors, found.flops))
            elif pure and (rates := _rates(declaration, 2, of_loss=name == "loss")) is not None:
                told = _by_rates(name, derived, found, rates)
                if told[0].outcome is not Outcome.VERIFIED and _is_quick(declaration):
                    with suppress(BadInput, CheckFailed):  # sizes may be beyond what is solved
                        told = _by_rates(name, derived, measured(FAR), rates)
                yield told
            else:
                yield _told(compare_exponent(what, derived, slopes, errors, found.flops, over="f"))

        return _claim(
            declaration,
            f"frontier.{name}",
            f"The exponent of {_WORDS[name]} at the best use of compute",
            f"{name}* ~ {_law(name, exponents.get(name), logs.get(name))}",
            "f to infinity, everything free at its best",
            check,
            len(numbers.budgets("--flops", near)),
        )

    return [checked(name) for name in names]


Told = tuple[Comparison, str]
"""A comparison, and why it would be undecided."""


def _told(comparison: Comparison) -> Told:
    return comparison, f"the tolerance is {comparison.because}"


def _is_quick(declaration: Declaration) -> bool:
    """Whether frontiers take no longer at larger budgets: with a constant step size."""
    return not any(_said(declaration, key) for key in ("schedule", "momentum", "averaging"))


def _by_rates(name: str, derived: float, found: Result, rates: list[Fraction]) -> Told:
    """Without derived corrections; those may fall too slowly, or be too large, to be taken out at these budgets.

    How large the first is, is seen in the last slope, if the exponent is the derived one: w times its share, which is a
    constant times f^-w.
    """
    off = found["error" if name == "loss" else f"{name}_error"] * found[name]
    rise, errors, budgets = slopes_of(found[name], off, found.flops)  # values are known better than slopes
    slopes = [-x if name == "loss" else x for x in rise]

    def compared(wrong: list[float]) -> Comparison:
        what, used = f"exponent of {name}, budgets up to {budgets[-1]:g}", slopes[: len(wrong)]
        return compare_by_rates(what, derived, used, wrong, budgets[1] / budgets[0], list(map(float, rates)))

    exact, told, before = compared([0.0] * len(errors)), compared(errors), compared(errors[:-1])
    first, share = ", ".join(f"f^(-{w})" for w in rates), abs(slopes[-1] - derived) / float(rates[0])
    constant = share * budgets[-1] ** float(rates[0])
    if told.outcome is Outcome.REFUTED and share > SMALL and constant < LARGEST:
        why = f"if it is as derived its corrections, {first}, still are {share:.2g} of the leading term"
        return replace(told, tolerance=inf), why
    left = abs(told.measured - derived)
    if told.outcome is Outcome.REFUTED and abs(before.measured - derived) - left > SMALL * left:
        return replace(told, tolerance=inf), "the limit of the slopes still moves to it from budget to budget"
    if exact.tolerance > exact.resolution:
        falls = (budgets[-1] / budgets[0]) ** -float(rates[0])
        why = f"its corrections, {first}, are too slow to be told apart: the first falls to {falls:.2g} of itself"
    else:
        why = "the loss changes so little around its least value that errors of the solver hide it"
    return told, why


def _rates(declaration: Declaration, count: int, *, of_loss: bool) -> list[Fraction] | None:
    """The orders f^-w of what corrects the optimum, or its sizes, as many as asked; None where they are not derived."""
    from sympy import Rational

    from ..models.plrf.given import read_cost
    from ..models.plrf.training import Asked

    alpha, beta = (Rational(str(numbers.exact(f"--{x}", declaration.exponents[x]))) for x in ("alpha", "beta"))
    words = _training_words(declaration)
    from ..theory.errors import AssumptionError
    from ..theory.models.one_pass.corrections import correction_rates

    asked = Asked(**words)
    training = asked.read(read_cost(str(declaration.budget.get("cost", "d*r")), asked.anything))
    try:
        return list(correction_rates(training, alpha, beta, count, finite_modes=bool(2 * alpha < 1), of_loss=of_loss))
    except AssumptionError:
        return None


_WORDS = {"loss": "the loss", "d": "the size", "step_size": "the step size"}


def _law(name: str, exponent: Any, log: Any) -> str:
    if exponent is None:
        return "no power law"
    return grown("f", str(-exponent if name == "loss" else exponent), str(log or 0))


def _frontier_has(declaration: Declaration) -> set[str]:
    return {"d", "step_size"} if declaration.training.get("step_size") == "free" else {"d"}


def _decay(declaration: Declaration, place: Data) -> Claim:
    """The power of the samples in the excess against the slope of the curve."""
    from sympy import Rational

    from ..models.plrf.training import Asked

    given, training = actions.of, declaration.training
    words = _training_words(declaration)
    asked = Asked(**{k: v for k, v in words.items() if k not in {"serial_time", "step_size"}})
    point = place_of(place)
    alpha, beta = point.alpha, point.beta
    if not 2 * alpha > 1:
        raise BadInput("verify was asked of a training that changes with time, for which it needs alpha above 1/2.")
    with theory_errors():
        from ..theory.models.one_pass.decay import decay

        spent = {"d": numbers.exact("--cost", "1"), "r": numbers.exact("--cost", "1")}
        power = decay(asked.read(spent), Rational(str(alpha)), Rational(str(beta)))
    lengths = LENGTHS["carried" if any(_said(declaration, x) for x in _CARRIED) else "plain"]

    def check() -> Iterator[Told]:
        if power is None:
            return
        curve = given(declaration, "curve")
        ends = training.get("schedule", "").startswith("cooldown")  # a run for each length: it ends there
        runs = [curve(**_run(declaration), times=times) for times in ([[n] for n in lengths] if ends else [lengths])]
        excess, error = (_joined(runs, key) for key in ("excess", "excess_error"))
        slopes = slopes_of(excess, [e * x for e, x in zip(error, excess, strict=True)], lengths)
        yield _told(compare_exponent(f"exponent of the samples, up to {lengths[-1]:g}", float(power), *slopes))

    return _claim(
        declaration, "curve.excess", "The exponent of the excess in the samples", f"P - sigma^2 ~ n^({power})",
        "d to infinity first, then the samples n, at a fixed largest step size", check, len(lengths),
    )  # fmt: skip


def _training_words(declaration: Declaration) -> dict[str, Any]:
    """What is declared of training, as options of `derive`."""
    from ..models.plrf.training import Asked
    from .options import arguments

    return {k: v for k, v in arguments(declaration, "derive", {}).items() if k in Asked.__dataclass_fields__}


def _run(declaration: Declaration) -> dict[str, Any]:
    free = actions.of(declaration, "curve").action.arguments  # type: ignore[attr-defined]
    return {"d": LARGE, "v": "inf"} | ({"lr": "0.1"} if "lr" in free else {})


def _joined(runs: list[Result], key: str) -> list[float]:
    return [float(x) for run in runs for x in run[key]]


def _claim(
    declaration: Declaration, name: str, title: str, statement: str, limits: str,
    check: Callable[[], Iterator[Told]], samples: int,
) -> Claim:  # fmt: skip
    def verdict() -> Any:
        told = list(check())
        evidence = [comparison for comparison, _ in told]
        note = "; ".join(why for comparison, why in told if comparison.outcome is Outcome.UNDECIDED)
        if not told:
            note = "nothing is derived here: on a boundary, or without a power law"
        return judge(evidence, samples=samples if evidence else 0, note=note)

    return Claim(
        id=f"declared.{name}",
        title=title,
        kind=Kind.EXPONENT,
        statement=statement,
        assumptions=_assumptions(declaration),
        order_of_limits=limits,
        source=derived_here("the declared model" if declaration.source is None else declaration.source),
        derived_by="tauber.declare.derive",
        measured_by="tauber.declare.frontier" if name.startswith("frontier") else "tauber.declare.curve",
        check=verdict,
    )


def _assumptions(declaration: Declaration) -> str:
    noise = {} if declaration.label_noise is None else {"label_noise": declaration.label_noise}
    parts: Mapping[str, Any] = {**declaration.exponents, **declaration.training, **noise, **declaration.budget}
    return ", ".join(f"{name} = {value}" for name, value in parts.items())
