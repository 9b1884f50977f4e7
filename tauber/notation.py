r"""One dictionary of the notations of the three papers, and formulas rewritten from one into another.

The papers write the same things in other letters, and the same letters for other things: P is a loss, a number of
samples, or a number of features. A `Notation` says how a paper writes the two exponents ``a`` (powers of the target,
``lambda_k w_k^2 = k^-a``) and ``b`` (eigenvalues, ``lambda_k = k^-b``) by its own, and gives each role its letter, so
that within one notation no letter has two meanings. Where a paper has no letter for something, the house gives one that
is free there (`Notation.ours`).

* A formula is rewritten exactly, `rewritten`: ``a = 2 alpha + 2 beta``, ``b = 2 alpha``, ``b = 1 + alpha_K``, and the
  steps r of SGD with step size gamma and batch B are the time ``t = gamma B r`` of gradient flow. Compute is renamed:
  what it counts, the cost says, in the same letters (``f = d r B`` becomes ``C = N t/gamma``).
* A law that leaves constants out is rewritten letter by letter, `letter`: ``d* ~ f^x`` becomes ``N* ~ C^x``.

Bahri et al. have ``a = b`` only, the teacher drawn from the kernel itself; the letter a is ours there. Nothing heavy is
imported before a formula is rewritten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from .errors import BadInput

if TYPE_CHECKING:
    from sympy import Expr, Symbol


@dataclass(frozen=True)
class Notation:
    """The letters of a paper.

    Attributes
    ----------
    source
        The paper.
    parameters
        Its two exponents.
    exponents
        ``a`` and ``b`` by these.
    sizes
        The letter of each role; the roles are the same in every notation.
    time
        Time of gradient flow by its letters.
    ours
        Letters that are not the paper's.
    """

    source: str
    parameters: tuple[str, str]
    exponents: Mapping[str, str] = field(hash=False)
    sizes: Mapping[str, str] = field(hash=False)
    time: str
    ours: frozenset[str]

    @property
    def letters(self) -> tuple[str, ...]:
        """All its letters."""
        return (*self.parameters, *self.sizes.values())


NOTATIONS: dict[str, Notation] = {
    "paquette": Notation(
        "Paquette, Paquette, Xiao, Pennington, arXiv 2405.15074",
        ("alpha", "beta"),
        {"a": "2*alpha + 2*beta", "b": "2*alpha"},
        {
            "features": "d", "samples": "n", "training": "r", "compute": "f", "modes": "v", "loss": "P",
            "noise": "sigma", "ridge": "delta",
        },
        "gamma*B*r",
        frozenset({"n", "sigma", "delta"}),
    ),
    "bordelon": Notation(
        "Bordelon, Atanasov, Pehlevan, arXiv 2402.01092",
        ("a", "b"),
        {"a": "a", "b": "b"},
        {
            "features": "N", "samples": "P", "training": "t", "compute": "C", "modes": "M", "loss": "L",
            "noise": "sigma", "ridge": "delta",
        },
        "t",
        frozenset({"delta"}),
    ),
    "bahri": Notation(
        "Bahri, Dyer, Kaplan, Lee, Sharma, arXiv 2102.06701",
        ("a", "alpha_K"),
        {"a": "a", "b": "1 + alpha_K"},
        {
            "features": "P", "samples": "D", "training": "t", "compute": "C", "modes": "S", "loss": "L",
            "noise": "sigma", "ridge": "delta",
        },
        "t",
        frozenset({"a", "t", "C", "sigma", "delta"}),
    ),
}  # fmt: skip
"""The notations that an output can be written in."""

WRITTEN: dict[str, Notation] = {
    "plrf": NOTATIONS["paquette"],
    "dynamical": NOTATIONS["bordelon"],
    "explaining": replace(
        NOTATIONS["bahri"], parameters=("a", "b"), exponents=NOTATIONS["bordelon"].exponents,
        ours=NOTATIONS["bahri"].ours | {"b"},
    ),
}  # fmt: skip
"""The notation in which the formulas of each model are derived."""


def notation(name: str | Notation) -> Notation:
    """A notation by its name, or the one of a model.

    Raises
    ------
    BadInput
        If there is none of that name.
    """
    if isinstance(name, Notation):
        return name
    found = NOTATIONS.get(name) or WRITTEN.get(name)
    if found is None:
        raise BadInput(f"--notation was given as '{name}'; it is one of {', '.join(NOTATIONS)}.")
    return found


def letter(name: str, source: str | Notation, target: str | Notation) -> str:
    """The letter of the same role in another notation; a star at its end stays, and so does what is no letter.

    >>> letter("d*", "paquette", "bordelon"), letter("P", "bordelon", "bahri"), letter("P", "bahri", "paquette")
    ('N*', 'D', 'd')
    """
    old, new = notation(source), notation(target)
    plain = name.rstrip("*")
    for role, written in old.sizes.items():
        if written == plain:
            return new.sizes[role] + name[len(plain) :]
    return name


def rewritten(value: Any, source: str | Notation, target: str | Notation) -> Any:
    """A formula in another notation, exactly; of a mapping or a sequence, all formulas in it, and letters as keys.

    Parameters
    ----------
    value
        A SymPy expression, relation or condition; or a nesting of these. What is neither stays as it is.
    source, target
        Names of `NOTATIONS` or of models, or notations.

    Raises
    ------
    BadInput
        If a symbol of the formula is no letter of the source, but is one of the target: it would have two meanings.

    Examples
    --------
    >>> from sympy import symbols
    >>> a, b, alpha = symbols("a b alpha", positive=True)
    >>> rewritten((a - 1) / b, "bordelon", "paquette")
    (2*alpha + 2*beta - 1)/(2*alpha)
    >>> rewritten({"d": 1 / (2 * alpha + 1)}, "plrf", "bahri")
    {'P': 1/(alpha_K + 2)}
    """
    old, new = notation(source), notation(target)
    if isinstance(value, Mapping):
        return {
            letter(key, old, new) if isinstance(key, str) else key: rewritten(entry, old, new)
            for key, entry in value.items()
        }
    if isinstance(value, list | tuple):
        return type(value)(rewritten(entry, old, new) for entry in value)
    if not hasattr(value, "free_symbols"):
        return value
    return value.xreplace(_replacements(value.free_symbols, old, new))


def point(exponents: Mapping[str, Any], source: str | Notation, target: str | Notation) -> dict[str, Any]:
    """The two exponents of another notation, from those of one, as fractions or formulas.

    >>> from fractions import Fraction
    >>> point({"alpha": Fraction(4, 5), "beta": Fraction(3, 10)}, "paquette", "bahri")
    {'a': 11/5, 'alpha_K': 3/5}
    """
    from sympy import Rational, Symbol

    old, new = notation(source), notation(target)
    values = {
        Symbol(name, positive=True): Rational(x.numerator, x.denominator) if hasattr(x, "numerator") else x
        for name, x in exponents.items()
    }
    by_old = _parameters_by(new, old)
    return {name: formula.subs(values, simultaneous=True) for name, formula in by_old.items()}


def _replacements(symbols: set[Symbol], old: Notation, new: Notation) -> dict[Symbol, Expr]:
    """What stands for each symbol of a formula in the new notation."""
    by_name = _letters_by(old, new)
    strangers = {s.name for s in symbols} - set(by_name)
    if doubled := sorted(strangers & set(new.letters)):
        raise BadInput(
            f"The formula holds {doubled[0]}, which would have two meanings in the notation of {new.source}; "
            "rename it or choose another notation."
        )
    return {s: by_name[s.name] for s in symbols if s.name in by_name}


@cache
def _letters_by(old: Notation, new: Notation) -> Mapping[str, Expr]:
    """All letters of one notation as formulas in those of another."""
    from sympy import Symbol

    steps = _flow_time(old, new)
    return _parameters_by(old, new) | {
        written: steps if role == "training" else Symbol(new.sizes[role], positive=True)
        for role, written in old.sizes.items()
    }


@cache
def _parameters_by(old: Notation, new: Notation) -> dict[str, Expr]:
    """The exponents of one notation as formulas in those of another: both write a and b."""
    from sympy import Dummy, Symbol, solve, sympify

    known = {name: Symbol(name, positive=True) for name in new.parameters}
    wanted = {name: Dummy(name) for name in old.parameters}
    equations = [sympify(old.exponents[x], locals=wanted) - sympify(new.exponents[x], locals=known) for x in ("a", "b")]
    (found,) = solve(equations, list(wanted.values()), dict=True)
    return {name: found[unknown] for name, unknown in wanted.items()}


def _flow_time(old: Notation, new: Notation) -> Expr:
    """The steps or the time of one notation as a formula in the letters of another: both write the time of the flow."""
    from sympy import Dummy, solve, symbols, sympify

    others = dict(zip(("gamma", "B"), symbols("gamma B", positive=True), strict=True))
    new_letter = new.sizes["training"]
    (known,) = symbols([new_letter], positive=True)
    unknown = Dummy(old.sizes["training"])
    left = sympify(old.time, locals={**others, old.sizes["training"]: unknown})
    (found,) = solve(left - sympify(new.time, locals={**others, new_letter: known}), unknown)
    return found
