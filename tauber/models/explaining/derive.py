"""The four regimes of L(D, P), label noise, the best ridge, and the duality of D and P, derived exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from ...action import Argument, Number, action
from ...boundary import theory_errors
from ...cache import kept
from ...errors import BadInput
from ...output import screen
from ...output.laws import general_payload, law_payload, law_tex, log_of, show_general, show_laws, value
from ...output.line import domain, known_of, line_of, notes, on_line
from ...output.result import Result
from ...output.tradeoff import show_tradeoffs
from ...read import arguments as common
from ...read import numbers
from ...read.spectrum import in_place
from ...spectra import LogPowers, Spectrum
from ..assumption import Declared, logarithmic, where
from ..dynamical.given import Exponents
from .phases import derived_diagram, plane, show_plane
from .terms import TERMS

if TYPE_CHECKING:
    from ...theory.models.explaining import Derivation

_OPTIONAL = "Exact: 3/2 or 1.5. Leave it out for general formulas."
DECAYS = ("data", "features", "variance_data", "variance_features", "optimal_ridge")
FORMULAS = {
    "loss": "excess loss for any ridge, with kappa from the ridge",
    "ridge": "delta*P, delta being the ridge",
    "many_features": "excess loss for P = infinity, delta = kappa*(D - z)",
    "few_features": "excess loss without ridge for P < D: z = P",
    "few_data": "excess loss without ridge for D < P: z = D",
    "dual_form": "excess loss without noise for a = b: symmetric in D and P, as is delta*P",
}
_DEFINITIONS = {
    "z": "sum lambda_k/(lambda_k + kappa), lambda_k = k^-b",
    "q": "sum (lambda_k/(lambda_k + kappa))^2",
    "T_0": "sum v_k (kappa/(lambda_k + kappa))^2, v_k = k^-a",
    "T_1": "sum v_k kappa/(lambda_k + kappa)",
    "T_2": "T_1 - T_0",
    "L_P(n)": "excess loss of n features for D = infinity: T_1 at z = n",
    "sigma": "standard deviation of the label noise",
}
_DUALITY = {
    "identity": "without noise L(D, P) at ridge delta is L(P, D) at ridge delta*P/D",
    "exponents": "the resolution-limited exponents of D and P are equal, the losses are not",
    "none": "the resolution-limited exponents of D and P differ",
}


@action(latex=True, full=True, derives=True, pure=True)
def derive(
    a: Annotated[Number | None, Argument("NUMBER", f"Target: lambda_k w_k^2 = k^-a. {_OPTIONAL}")] = None,
    b: Annotated[Number | None, Argument("NUMBER", f"Spectrum: lambda_k = k^-b. {_OPTIONAL}")] = None,
    digits: common.Digits = None,
    spectrum: common.Spectrum = None,
) -> Result:
    """Derive the four regimes of ridge regression with P random features on D samples, and its duality of D and P.

    Excess loss ~ x^-value for each entry of `exponents`: resolution-limited in data and in features, variance-limited
    in either, and at the best ridge for each D with label noise. Each law is constant * x^exponent * log(x)^logs, up to
    a relative x^-correction. The target whose powers are the eigenvalues, a = b, has alpha_K = b - 1.
    A declared spectrum has the exponents of the power law that it is like, and its own constants.

    Example: tauber derive explaining --a 3/2 --b 3/2

    Returns
    -------
    Result
        At a point: ``exponents``, ``duality`` and ``laws`` with their constants; with one exponent or none: ``laws``
        and ``phases`` as formulas of what is free, and the ``boundaries`` of the plane. With either: ``formulas`` of
        the loss, and ``definitions`` of the names in these. Exponents, constants, conditions and formulas are SymPy's.
        For a ``spectrum`` that is asked, ``a`` and ``b`` are those of the power law with the same largest poles.

    Raises
    ------
    BadInput
        An exponent that is not above 1, digits without a point, or a spectrum for which this is not derived.

    References
    ----------
    Bahri, Dyer, Kaplan, Lee, Sharma, arXiv 2102.06701.
    """
    shown = None if digits is None else numbers.digits(digits)
    if spectrum is not None:
        record = in_place({"--a": a, "--b": b}, spectrum)
        with theory_errors(), screen.waiting("Deriving"):
            found = _at_point(_of_spectrum(record), shown)
        return Result({"model": "explaining", "spectrum": record.table} | found, _show, formula=_headline, digits=shown)
    if a is None or b is None:
        if shown is not None:
            raise BadInput("--digits was given without a point; give both --a and --b with it.")
        return _general({"a": a, "b": b})
    point = Exponents.read(a, b)
    with theory_errors(), screen.waiting("Deriving"):
        values = kept("explaining.derive", lambda: _of_point(point, shown), point, shown)
    return Result(values, _show, formula=_headline, digits=shown)


def _of_spectrum(record: Spectrum) -> Derivation:
    """The derivation for a spectrum: by its zeta functions, or with powers of its logarithm."""
    from ...theory.models.explaining import derive_spectrum
    from ...theory.models.explaining.logarithmic import derive_logarithmic

    if isinstance(record, LogPowers):
        return derive_logarithmic(logarithmic(record))
    return derive_spectrum(Declared.read({}, record).zeta)


def _of_point(point: Exponents, digits: int | None) -> dict[str, Any]:
    from ...theory.models.explaining import derive as derived

    return _at_point(derived(point.a, point.b), digits)


def _at_point(found: Derivation, digits: int | None) -> dict[str, Any]:
    """What is derived at one point."""
    from ...theory.models.explaining import subjects
    from ...theory.models.explaining.model import SIGMA

    known = []
    for name, subject in subjects().items():
        at = found.laws[name]
        known.append(law_payload(subject, at, digits))
        if at.constant is not None:
            known[-1]["value"] = value(at.constant.subs(SIGMA, 1), digits)
    return {
        "model": "explaining",
        "a": found.a,
        "b": found.b,
        "exponents": {name: -found.laws[name].exponent for name in DECAYS},
        "duality": found.duality,
        "laws": known,
        "formulas": _formulas(),
        "definitions": _DEFINITIONS,
        "notes": [
            "without ridge the loss is infinite at D = P (double descent); any ridge makes it finite",
            *(["the value of optimal_ridge is that at sigma = 1"] if known[-1]["value"] is not None else []),
        ],
    }


def _formulas() -> dict[str, Any]:
    """The loss and its special cases, as derived."""
    from ...tex.explaining.model import formula

    return {name: formula(name) for name in FORMULAS}


def _general(given: dict[str, str | None]) -> Result:
    """All of it in all parts of the plane, or of the line of the exponent that is given."""
    known = known_of(given, numbers.above_one)

    def made() -> dict[str, Any]:
        from ...theory.models.explaining import laws

        asked: dict[str, Any] = {} if line is None else {line.known.name: line.value}
        shown = laws() if line is None else [on_line(law, line) for law in laws()]
        values: dict[str, Any] = {"model": "explaining"} | asked | {"laws": [general_payload(law) for law in shown]}
        return values | {"formulas": _formulas(), "definitions": _DEFINITIONS} | plane(diagram, line)

    with theory_errors(), screen.waiting("Deriving"):
        diagram = derived_diagram()
        line = line_of(diagram, known)
        values = kept("explaining.derive", made, known)

    def show(result: Result, full: bool) -> None:
        screen.print_line(f"Ridge regression on random features, general formulas ({domain(line, 'a, b > 1')})")
        show_general(result.laws)
        _show_formulas(result)
        screen.print_line()
        show_plane(result, full)
        if full:
            show_tradeoffs([[phase["name"]] for phase in result.phases], TERMS)
        for note in notes(line):
            screen.print_line(f"Note: {note}")

    return Result(values, show, formula=_loss)


def _loss(result: Result) -> str:
    """The loss for any ridge, and the ridge, in LaTeX's mathematics."""
    from ...formulas import tex

    return rf"L - \sigma^{{2}} = {tex(result.formulas['loss'])},\quad \delta P = {tex(result.formulas['ridge'])}"


_LEADING = {"data": "L(D)", "features": "L(P)", "optimal_ridge": r"\min_\delta L(D)"}


def _headline(result: Result) -> str:
    """The leading laws, with their constants where these are derived."""
    laws = {law["name"]: law for law in result.laws}
    return r",\quad ".join(
        rf"{left} \sim {law_tex(*(laws[name][key] for key in ('constant', 'variable', 'exponent', 'logs')))}"
        for name, left in _LEADING.items()
    )


def _show(result: Result, full: bool) -> None:
    """Print the answer in some lines; its tables in full only."""
    payload = result.plain()
    screen.print_line(f"Ridge regression on random features {where(payload, 'a', 'b')}")
    exponents = payload["exponents"]
    logs = {law["name"]: law["logs"] for law in payload["laws"]}
    tie = log_of("D", logs["optimal_ridge"])
    if logs["data"] == 1:  # a resonance: the data law's logarithm is under the optimum, too
        tie = " (up to a power of log D)"
    screen.print_line(
        f"L(D) ~ D^(-{exponents['data']}){log_of('D', logs['data'])}, "
        f"L(P) ~ P^(-{exponents['features']}){log_of('P', logs['features'])}, "
        f"at the best ridge with noise L(D) ~ D^(-{exponents['optimal_ridge']}){tie}"
    )
    screen.print_line(f"Duality: {payload['duality']} ({_DUALITY[payload['duality']]})")
    if full:
        show_laws(payload["laws"])
        _show_formulas(result)
    for note in payload["notes"]:
        screen.print_line(f"Note: {note}")


def _show_formulas(result: Result) -> None:
    screen.print_line()
    rows = [(name, formula, FORMULAS[name]) for name, formula in screen.plain(result.formulas).items()]
    screen.print_table("Formulas", ("name", "formula", "of what"), rows)
    screen.print_line()
    screen.print_table("Where", ("name", "meaning"), list(result.definitions.items()))
