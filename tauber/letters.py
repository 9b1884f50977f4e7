r"""From the letters of one notation into those of another: formulas exactly, words and LaTeX letter by letter.

`Letters` is the way; `tauber.notation` has the dictionary. A formula is an object and is rewritten as one. In words and
in LaTeX a letter of a role becomes the letter of that role, where time and steps take their factor along, ``t = gamma B
r``; an exponent becomes its formula; a point, ``a = 3, b = 3/2``, the same point in the other exponents. A name that
has no role but would meet a letter of the other notation gives way to another one, `_STAND_INS`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .errors import BadInput
from .notation import Notation, letter, notation, point, rewritten
from .seal import SEALED, sealed

if TYPE_CHECKING:
    from sympy import Basic, Expr, Symbol

_STAND_INS = {"t": "tau", "D": "Delta", "n": "m", "v_k": "p_k", "N": "nu", "L": "ell", "alpha": "nu", r"\alpha": r"\nu"}
"""Names without a role, and what they are called where another meaning has them: all free in every notation."""

_NUMBER = r"[\d./]*\d"


@dataclass(frozen=True)
class Letters:
    """The way from a notation, or that of a model, into another one."""

    source: str | Notation
    target: str | Notation

    @cached_property
    def same(self) -> bool:
        """Whether nothing changes."""
        return notation(self.source) == notation(self.target)

    def __call__(self, value: Any) -> Any:
        """An expression or a condition; constants named by a loss, such as ``L_P(D)``, too."""
        symbols = getattr(value, "free_symbols", ())
        if self.same or not any(s.name in self._known or "(" in s.name for s in symbols):
            return value
        from .relations import tidied

        value = value.xreplace(self._free(value))
        named = {s: _symbol(self.tex(s.name)) for s in value.free_symbols if "(" in s.name}
        found = rewritten(value, self.source, self.target).xreplace(named)
        # Without exponents only names change, and the formula keeps the form that it was given.
        return tidied(found) if {s.name for s in symbols} & {*notation(self.source).parameters} else found

    def shown(self, value: Any) -> Any:
        """The same to be written: a relation that decides itself in the other notation is written out all the same."""
        found = self(value)
        if getattr(found, "is_Boolean", False) and not found.args and value.args:
            from sympy import Symbol

            from .relations import tidied

            real = {s: Symbol(s.name) for s in value.free_symbols}
            by = {real[s]: self(s).xreplace({x: Symbol(x.name) for x in self(s).free_symbols}) for s in real}
            return tidied(value.xreplace(real).xreplace(by))
        return found

    def _free(self, value: Any) -> dict[Symbol, Symbol]:
        """Symbols without a role that make way."""
        free = {s: self._plain(s.name) for s in value.free_symbols if s.name in _STAND_INS}
        return {s: _symbol(name) for s, name in free.items() if name != s.name and s.name not in self._roles}

    @cached_property
    def _roles(self) -> set[str]:
        return {*notation(self.source).letters}

    @cached_property
    def _known(self) -> set[str]:
        """Symbols that may change."""
        return self._roles | set(_STAND_INS)

    def where(self, given: Basic, corner: Sequence[int]) -> Basic:
        """A condition within the domain of the model, its parameters above a corner.

        Where an exponent of the other notation is not positive its letter is one without a sign, and the condition says
        so.
        """
        from sympy import And, Gt, Symbol, false

        from .relations import without_implied

        parameters = [_symbol(name) for name in notation(self.source).parameters]
        above = [Gt(s, low, evaluate=self.same) for s, low in zip(parameters, corner, strict=True)]
        within = without_implied(And(*map(self, above), self(given)))
        if within != false:
            return within
        signless = {_symbol(name): Symbol(name) for name in notation(self.target).parameters}
        parts = (self.shown(part).xreplace(signless) for part in (*above, *And.make_args(given)))
        return without_implied(And(*parts))

    def symbol(self, name: str) -> Symbol:
        """The letter of the same role."""
        return _symbol(letter(name, self.source, self.target))

    def point(self, exponents: Mapping[str, Any]) -> dict[str, Any]:
        """A point in the exponents of the other notation.

        Raises
        ------
        BadInput
            It lies outside of that notation, whose exponents are positive.
        """
        found = point(exponents, self.source, self.target)
        if wrong := [name for name, value in found.items() if value <= 0]:
            here = ", ".join(f"{name} = {value}" for name, value in exponents.items())
            raise BadInput(
                f"--notation was given at {here}, where {wrong[0]} = {found[wrong[0]]} is not positive; leave it out, "
                "or choose a notation whose exponents are positive there."
            )
        return found

    def words(self, text: str) -> str:
        """Words, with LaTeX's mathematics between dollars; what is `sealed` stays."""
        if self.same:
            return text
        parts = re.split(r"\$(.*?)\$", self._points(text))
        return "".join(
            f"${self.tex(part)}$" if n % 2 else self._word.sub(self._of_words, part) for n, part in enumerate(parts)
        )

    def dollars(self, text: str) -> str:
        """Words that hold letters between dollars only."""
        return text if self.same else re.sub(r"\$(.*?)\$", lambda found: f"${self.tex(found[1])}$", text)

    def tex(self, text: str) -> str:
        r"""LaTeX's mathematics; what is `sealed`, or in ``\text`` and ``\mathrm``, stays."""
        return text if self.same else self._tex.sub(self._of_tex, self._points(text))

    @cached_property
    def _word(self) -> re.Pattern[str]:
        """In words: what stays; products that are a time; an exponent with its number; a name with its star."""
        first, second = (  # the article "a" is no exponent: no sign stands beside it
            rf"{x}(?=(?: [=<>+-]|[,)*/^=]|$))" if x == "a" else rf"{x}(?!\w)" for x in notation(self.source).parameters
        )
        return re.compile(
            rf"(?P<stays>{SEALED}|--[a-z][\w-]*)|(?P<time>\b(?:lr\*batch\*r|gamma B r|r B)\b)"
            rf"|(?P<before>\^-?|- |[*/])?(?P<number>(?<![\w.])\d+[* ])?(?<![A-Za-z_\\])(?P<exponent>{first}|{second})"
            rf"|(?P<fraction>/)?(?<![\w.\\])(?P<name>[A-Za-z]\w*)(?P<star>\*(?= [~:=]|[,)/]|$))?"
        )

    def _of_words(self, found: re.Match[str]) -> str:
        if found["stays"]:
            return found[0]
        if found["time"]:
            return _text(self._products[found["time"]])
        if name := found["exponent"]:
            value = self(_symbol(name)) * int((found["number"] or "1").rstrip("* "))
            before, new = found["before"] or "", _text(value)
            product = before in ("*", "/") or re.match(r" ?[*/^]", found.string[found.end() :])
            closed = bool(value.args) and (before.startswith("^") or (value.is_Add and bool(before or product)))
            return before + (f"({new})" if closed else new)
        before, star = found["fraction"] or "", found["star"] or ""
        if found["name"] != notation(self.source).sizes["training"]:
            return before + self._plain(found["name"]) + star
        new = _text(self(_symbol(found["name"])))
        if star:
            return before + self._starred(new, star)
        joined = before or re.match(r"\^|\*\*[\d(-]", found.string[found.end() :])
        return before + (f"({new})" if len(new) > 1 and joined else new)

    @cached_property
    def _tex(self) -> re.Pattern[str]:
        """In LaTeX the same."""
        first, second = (rf"\\?{x}(?![A-Za-z])" for x in notation(self.source).parameters)
        return re.compile(
            rf"(?P<stays>{SEALED}|\\(?:text|mathrm|begin|end)\{{[^}}]*\}}(?:\{{l+\}})?)|(?P<time>r\\,B|r B)"
            rf"|(?P<before>-)?(?P<number>\d+)?(?P<exponent>{first}|{second})(?!_)(?P<raised>\^)?"
            r"|(?P<name>\\[A-Za-z]+|[A-Za-z])(?P<power>\^|_\\star)?"
        )

    def _of_tex(self, found: re.Match[str]) -> str:
        if found["stays"]:
            return found[0]
        if found["time"]:
            return _tex(self._products["r B"])
        if name := found["exponent"]:
            value = self(_symbol(name.removeprefix("\\"))) * int(found["number"] or 1)
            before, power, new = found["before"] or "", found["raised"] or "", _tex(value)
            closed = (value.is_Add and (before or power)) or (value.args and power)
            return before + (f"({new})" if closed else f"{{{new}}}" if len(new) > 1 else new) + power
        name, power = found["name"], found["power"] or ""
        training = name == notation(self.source).sizes["training"]
        new = _tex(self(_symbol(name))) if training else self._plain(name)
        if training and power.startswith("_"):
            return self._starred(new, power)
        if new == name or len(new) == 1:
            return new + power
        return (rf"({new})" if power == "^" and training else f"{{{new}}}" if name.isalpha() else new) + power

    def _starred(self, new: str, star: str) -> str:
        """The star at the letter of a product, not at its factors."""
        name = notation(self.target).sizes["training"]
        return re.sub(rf"(?<![\\A-Za-z]){name}(?![A-Za-z])", lambda _: name + star, new)

    @cached_property
    def _products(self) -> dict[str, Expr]:
        """Products with the steps of SGD that are a time, or one over the step size."""
        steps, batch, rate = _symbol("r"), _symbol("B"), _symbol("gamma")
        flow, samples = self(rate * batch * steps), self(steps * batch)
        return {"lr*batch*r": flow, "gamma B r": flow, "r B": samples}

    def _points(self, text: str) -> str:
        """Both exponents given by their values, in words or in LaTeX; what is written for them is sealed."""
        first, second = notation(self.source).parameters
        between = r"(\$?, +\$?| and | )"
        point = rf"(?<![\w-])\\?{first}( ?= ?)({_NUMBER}){between}\\?{second} ?= ?({_NUMBER})"
        text = re.sub(rf"\({first}, {second}\) = \(({_NUMBER}), ({_NUMBER})\)", self._pair, text)
        return re.sub(point, self._point, text)

    def _point(self, found: re.Match[str]) -> str:
        equals, one, between, other = found.groups()
        slash = "\\" if "\\" in found[0] else ""
        x, y = (
            sealed(f"{slash if len(name) > 1 else ''}{name}{equals}{value}")
            for name, value in self._values(one, other).items()
        )
        return x + between + y

    def _pair(self, found: re.Match[str]) -> str:
        here = self._values(found[1], found[2])
        return sealed(f"({', '.join(here)}) = ({', '.join(here.values())})")

    def _values(self, *values: str) -> dict[str, str]:
        """A point in the other exponents: as decimal numbers if it is given in these."""
        here = self.point(dict(zip(notation(self.source).parameters, map(Fraction, values), strict=True)))
        decimal = any("." in value for value in values)
        return {name: f"{float(x):g}" if decimal else str(x) for name, x in here.items()}

    def _plain(self, name: str) -> str:
        """A letter, or a name made of letters, ``L_P`` or ``Lhat``; a name without a role makes way."""
        old = notation(self.source)
        base, hat = (name[:-3], "hat") if name == f"{old.sizes['loss']}hat" else (name, "")
        parts = base.split("_")  # of a loss any index may be its own, ``P_infinity``
        if parts[0] == old.sizes["loss"] or set(parts) <= {*old.sizes.values()}:
            return "_".join(letter(part, old, self.target) for part in parts) + hat
        first = name.partition("_")[0].removeprefix("\\")
        return (
            _STAND_INS.get(name, name) if first in notation(self.target).letters and first not in old.letters else name
        )


def _text(formula: Any) -> str:
    from .formulas import in_line

    return in_line(formula)


def _tex(formula: Any) -> str:
    from .formulas import in_latex

    return in_latex(formula)


def _symbol(name: str) -> Symbol:
    from sympy import Symbol

    return Symbol(name, positive=True)
