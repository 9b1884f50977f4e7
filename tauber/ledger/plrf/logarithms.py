"""Claims: spectra with a power of the logarithm, and exponential ones, whose laws are no powers alone.

A law with logarithms is met at the cut-off: with L = 1 + log j_*, j_* solved for in float64, what is left out of the
derived terms is O(L^-2), so that shares are compared in the scale L. Of exponential spectra it is O(1/(c d)). At the
best use of compute slopes are compared, less what the derived power of log f adds to them (`slow`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from ...spectra import Exponential, LogPowers
from ..claim import Comparison, Kind
from ..measure import compare_limit
from ..slow import compare_beside_log
from ..topic import equation, topic
from .exact import DERIVED_HERE
from .spectra import STEP, model_of

if TYPE_CHECKING:
    from ...theory.models.plrf.exponential import ExponentialLaw
    from ...theory.models.plrf.logarithmic import LogLaw
    from ...theory.optimum.logarithms import LogOptimum

TRANSIENT = LogPowers("8/5", 1, "3/5")
DISTORTED = LogPowers("12/5", -1, "9/5")
NOISY = LogPowers("3/2", "-1/2", "12/5")
LOGS = (TRANSIENT, DISTORTED, NOISY)
SIZES = (1e8, 1e14, 1e20)
EXPONENTIAL = (Exponential("1/5", "1/2"), Exponential("1/5", "5/2"))
LARGE = (700.0, 1400.0, 2800.0)
UNUSED = 0.75
"""u, the share of the features that is not in use: t = e^(c d (1 - u)), which stays below the largest time."""

claim = topic("plrf.spectrum", kind=Kind.EQUIVALENCE, source=DERIVED_HERE)


@cache
def log_law(record: LogPowers) -> LogLaw:
    """What is derived of a spectrum with a logarithm."""
    from ...models.assumption import exact
    from ...theory.models.plrf.logarithmic import LogLaw
    from ...theory.spectra import logarithmic

    return LogLaw(logarithmic.LogPowers(*map(exact, (record.decay, record.log, record.coefficient))))


@cache
def exponential_law(record: Exponential) -> ExponentialLaw:
    """The same of an exponential one."""
    from ...models.assumption import exact
    from ...theory.models.plrf.exponential import ExponentialLaw

    return ExponentialLaw(exact(record.rate), exact(record.source))


def cut_off(law: LogLaw, scale: float) -> float:
    """L = 1 + log j_* where j_*^a L^k = scale, by bisection."""
    a, k, target = float(law.law.decay), float(law.law.log), math.log(scale)
    low, high = 0.0, 2 * target / a + 100.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if a * middle + k * math.log1p(middle) < target else (low, middle)
    return 1 + low


def _numbers(law: LogLaw, norm: float) -> dict[Any, float]:
    """The names in the constants: gamma, N, and u_0 summed over both indices as far as it counts."""
    import numpy as np
    from sympy import Symbol

    from ...theory.models.plrf.constants import STEP as GAMMA

    j, y = np.arange(1.0, 1e6), float(STEP)  # at batch 1 y is gamma
    lam = j ** -float(law.law.decay) * (1 + np.log(j)) ** -float(law.law.log)
    u0 = float((j ** -float(law.law.coefficient) * y * lam / (1 - y * lam)).sum())
    return {GAMMA: float(STEP), Symbol("N"): norm, Symbol("u0"): u0}


def _at_cut_off(law: LogLaw, name: str, d: float, r: float, L: float, norm: float) -> float:
    """A term with its next one, at the logarithm L."""
    term = law.term(name)
    assert term.constant is not None  # the caller leaves those out
    assert term.next is not None
    leading = term.constant * law.law.decay**term.log if name != "F_0" else term.constant  # q^log L^log: of log t
    size = float(leading.subs(_numbers(law, norm))) * d ** float(term.d) * r ** float(term.r)
    return size * L ** float(term.log) * (1 + float(term.next) / L)


@claim(
    "logarithm.sums",
    "A logarithm in the spectrum: the number of used modes at a ridge, with its next term",
    lambda: equation("D", _written(LOGS[0])),
    each=len(SIZES),
    assumptions="D(kappa) = sum lambda/(lambda + kappa); L = 1 + log j_*, lambda(j_*) = kappa; written for "
    + TRANSIENT.words,
    order_of_limits="kappa to 0; all modes",
    derived_by="tauber.theory.spectra.logarithmic.LogPowers.resolvent",
    measured_by="tauber.numerics.core.declared.build, df1",
)
def _check_sums() -> Iterator[Comparison]:
    import numpy as np

    from ...numerics.core.declared import build
    from ...numerics.core.precision import FLOAT64

    scales = (1e10, 1e16, 1e24)
    for record in LOGS:
        law = log_law(record)
        found = law.law.resolvent(1 + 0 * law.law.q)
        shares, logs = [], []
        for scale in scales:
            L = cut_off(law, scale)
            derived = float(found.constant) * math.exp(L - 1) * (1 + float(found.next) / L)
            used = build(FLOAT64, record, math.inf, 1, 1 / scale).df1_df2(np.array([1 / scale]))[0]
            shares.append(float(used[0]) / derived)
            logs.append(L)
        yield compare_limit(f"D over its law, {record.words}, kappa = {1 / scales[-1]:g}", shares, logs, 2)


def _written(record: LogPowers) -> Any:
    from sympy import Symbol

    found = log_law(record).law.resolvent(1 + 0 * log_law(record).law.q)
    L, j = Symbol("L", positive=True), Symbol("j_*", positive=True)
    return found.constant * j * (1 + found.next / L)


@claim(
    "logarithm.level",
    "A logarithm in the spectrum: the level falls like d^-s (log d)^-k, with its constant",
    lambda: _stated("F_0", "P_infinity"),
    each=len(SIZES),
    assumptions="lambda_j = j^-a (1 + log j)^-k; written for " + TRANSIENT.words,
    order_of_limits="r, then d to infinity; v = infinity",
    derived_by="tauber.theory.models.plrf.logarithmic.LogLaw",
    measured_by="tauber.numerics.models.plrf.PLRF.level",
)
def _check_level() -> Iterator[Comparison]:
    for record in LOGS:
        law = log_law(record)
        shares, logs = [], []
        for d in SIZES:
            model, L = model_of(record, d), 1 + math.log(d / float(law.crowd))
            shares.append(float(model.level) / _at_cut_off(law, "F_0", d, 1.0, L, float(model.kernel_norm)))
            logs.append(L)
        yield compare_limit(f"level over its law, {record.words}, d = {SIZES[-1]:g}", shares, logs, 2)


@claim(
    "logarithm.loss",
    "A logarithm in the spectrum: the loss inside the window, each term with its power of the logarithm",
    lambda: _stated("F_pp", "P"),
    each=len(SIZES),
    assumptions="at points where F_pp, F_ac and K_pp lead; t = 2 gamma B r; the first written, for " + TRANSIENT.words,
    order_of_limits="d and r to infinity together inside the window; v = infinity",
    derived_by="tauber.theory.models.plrf.logarithmic.LogLaw",
    measured_by="tauber.numerics.models.plrf.PLRF.curve",
)
def _check_loss() -> Iterator[Comparison]:
    for record, power in ((TRANSIENT, 0.8), (DISTORTED, 1.8), (NOISY, 0.4)):
        law = log_law(record)
        shares, logs = [], []
        for d in SIZES:
            model, r = model_of(record, d), d**power
            L, norm = cut_off(law, 2 * float(STEP) * r), float(model.kernel_norm)
            known = [name for name, term in law.terms.items() if name != "F_0" and term.constant is not None]
            derived = sum(_at_cut_off(law, name, d, r, L, norm) for name in known)
            shares.append(float(model.curve([r]).loss[0]) / derived)
            logs.append(L)
        yield compare_limit(f"loss over its terms, {record.words}, r = d^{power:g}, d = {SIZES[-1]:g}", shares, logs, 2)


def _stated(name: str, left: str) -> Any:
    from sympy import Symbol, log

    term = log_law(TRANSIENT).term(name)
    assert term.constant is not None
    d, r, t = (Symbol(x, positive=True) for x in ("d", "r", "t"))
    return equation(left, term.constant * d**term.d * r**term.r * log(d if term.log_of == "d" else t) ** term.log)


def _exponential_shares(record: Exponential, part: str) -> Comparison:
    """The level, or the loss at a fixed share of unused features, over what is derived."""
    from sympy import Symbol

    from ...theory.models.plrf.constants import BATCH
    from ...theory.models.plrf.constants import STEP as GAMMA
    from ...theory.models.plrf.exponential import NORM, SIZE, STEPS

    law, shares = exponential_law(record), []
    for d in LARGE:
        model = model_of(record, d)
        r = math.exp(float(record.rate) * d * (1 - UNUSED)) / (2 * float(STEP))
        at = {SIZE: d, STEPS: r, GAMMA: float(STEP), BATCH: 1, NORM: float(model.kernel_norm), Symbol("u0"): 0}
        named = {term.name: term.law.subs(at) for term in law.terms if term.present}
        measured = model.level if part == "level" else model.curve([r]).loss[0]
        derived = named["F_0"] if part == "level" else named["F_ac" if law.easy else "F_pp"]
        shares.append(float(measured) / float(derived))
    what = f"{part} over its law, {record.words}, d = {LARGE[-1]:g}"
    return compare_limit(what, shares, LARGE, 1)


@claim(
    "exponential.level",
    "Exponential eigenvalues: the level falls like e^(-c min(1, source) (d - 1/2)), with its constant",
    lambda: _exponential_statement("F_0", "P_infinity"),
    each=len(LARGE),
    assumptions="oscillations, of the order e^(-pi^2/c), left out; written for " + EXPONENTIAL[0].words,
    order_of_limits="r, then d to infinity; v = infinity",
    derived_by="tauber.theory.models.plrf.exponential.ExponentialLaw",
    measured_by="tauber.numerics.models.plrf.PLRF.level",
)
def _check_exponential_level() -> Iterator[Comparison]:
    yield from (_exponential_shares(record, "level") for record in EXPONENTIAL)


@claim(
    "exponential.loss",
    "Exponential eigenvalues: the loss while a share of the features is in use, with its constant",
    lambda: _exponential_statement("F_pp", "P"),
    each=len(LARGE),
    assumptions="oscillations, of the order e^(-pi^2/c), left out; source 1/2 (F_pp) and 5/2 (F_ac); the first written",
    order_of_limits=f"d and log t to infinity at log(t)/(c d) = {1 - UNUSED:g}; v = infinity",
    derived_by="tauber.theory.models.plrf.exponential.ExponentialLaw",
    measured_by="tauber.numerics.models.plrf.PLRF.curve",
)
def _check_exponential_loss() -> Iterator[Comparison]:
    yield from (_exponential_shares(record, "loss") for record in EXPONENTIAL)


def _exponential_statement(name: str, left: str) -> Any:
    (term,) = (term for term in exponential_law(EXPONENTIAL[0]).terms if term.name == name)
    return equation(left, term.law)


# ---- the best use of compute with label noise and the best step size

BUDGETS = (1e12, 1e15, 1e18, 1e21)
TRAINED: tuple[LogPowers | Exponential, ...] = (TRANSIENT, NOISY, EXPONENTIAL[0])


def _best(record: LogPowers | Exponential) -> LogOptimum:
    """What is derived: powers of f and of log f."""
    from ...models.assumption import exact
    from ...theory.models.one_pass import logarithms
    from ...theory.models.one_pass.training import Training

    noisy = Training("free", exact(Fraction(0)))
    if isinstance(record, Exponential):
        return logarithms.of_exponential(noisy, exact(record.source))
    return logarithms.of_logarithmic(noisy, exact(record.decay / 2), exact(record.coefficient / 2), exact(record.log))


def _best_statement() -> Any:
    from sympy import Symbol, log

    f, found = Symbol("f", positive=True), _best(TRANSIENT)
    return equation("P", f**found.value * log(f) ** found.log)


@claim(
    "logarithm.best_step",
    "Spectra with a logarithm, and exponential ones: powers of f and log f in the best loss with label noise",
    _best_statement,
    each=len(BUDGETS),
    kind=Kind.EXPONENT,
    assumptions="label noise 1, the step size free; written for " + TRANSIENT.words,
    order_of_limits="f to infinity, everything free at its best; v = infinity",
    derived_by="tauber.theory.models.one_pass.logarithms.of_logarithmic",
    measured_by="tauber.numerics.models.plrf.trained_frontier.trained_frontier",
)
def _check_best_step() -> Iterator[Comparison]:
    from ...numerics.models.plrf.trained_frontier import Declared, trained_frontier

    for record in TRAINED:
        derived, measured = _best(record), trained_frontier(Declared(None, None, noise=1.0, spectrum=record), BUDGETS)
        what = f"power of f in the loss, beside log(f)^({derived.log}), {record.words}, f = {BUDGETS[-1]:g}"
        slopes, errors = measured.slopes["loss"], measured.slope_errors["loss"]
        yield compare_beside_log(what, float(derived.value), float(derived.log), slopes, errors, BUDGETS)
