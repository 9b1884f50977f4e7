"""How a result is written: in which letters, and for whom.

What an action finds, and how it shows that, is in the letters of its model and in the words of the shell. A `Pen`
writes it in another notation, `tauber.letters`, and in the words of Python: once for all actions, at the very end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..letters import Letters
from ..seal import unsealed, writing

_RELATIONS = ("inequalities", "equation")


@dataclass(frozen=True)
class Pen:
    """Letters other than those of the model, and the words of the caller; None where these are the action's own."""

    letters: Letters | None = None
    caller: Callable[[str], str] | None = None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """In the block formulas are written in these letters, and so are words once they pass `words`."""
        tokens = writing.set(self.letters), _current.set(self)
        try:
            yield
        finally:
            writing.reset(tokens[0])
            _current.reset(tokens[1])

    def words(self, text: str) -> str:
        """Words as they are read."""
        if self.letters is not None:
            text = unsealed(self.letters.words(text))
        return text if self.caller is None else self.caller(text)

    def tex(self, text: str) -> str:
        """LaTeX's mathematics as it is read."""
        return text if self.letters is None else unsealed(self.letters.tex(text))

    def values(self, values: Any) -> Any:
        """The values of a result: formulas, and all texts; keys stay, but for names that are defined."""
        if isinstance(values, str):
            return self.words(values)
        if isinstance(values, Mapping):
            return {
                key: {self.words(name): self.values(entry) for name, entry in value.items()}
                if key == "definitions" and isinstance(value, Mapping)
                else self.values(value)
                for key, value in values.items()
            }
        if isinstance(values, list | tuple):
            return type(values)(map(self.values, values))
        return values if self.letters is None or not hasattr(values, "free_symbols") else self.letters(values)

    def within(self, values: Any) -> Any:
        """Values in their own letters, without what lies outside of the other notation."""
        if self.letters is None:
            return values
        if isinstance(values, Mapping):
            values = self._between(values)
            return {
                key: [x for x in value if self.letters(x) != True] if key == "inequalities" else self.within(value)  # noqa: E712
                for key, value in values.items()
            }
        if isinstance(values, list):
            return [self.within(value) for value in values if not self._outside(value)]
        return values

    def _between(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """A diagram without the boundaries of phases that lie outside."""
        if not {"phases", "boundaries"} <= set(values):
            return values
        kept = {phase["name"] for phase in values["phases"] if not self._outside(phase)}
        return {**values, "boundaries": [x for x in values["boundaries"] if set(x["between"]) <= kept]}

    def _outside(self, record: Any) -> bool:
        """Whether a phase, or a boundary, holds nowhere where the exponents of the notation are positive."""
        if not isinstance(record, Mapping) or self.letters is None:
            return False
        relations = [*(record.get("inequalities") or ()), *([record["equation"]] if "equation" in record else [])]
        return any(self.letters(relation) == False for relation in relations)  # noqa: E712  (SymPy's false)


_current: ContextVar[Pen | None] = ContextVar("pen", default=None)


def written(text: str) -> str:
    """Words as the output that is being written has them."""
    pen = _current.get()
    return text if pen is None else pen.words(text)


@cache
def _command() -> re.Pattern[str]:
    """A command line with options that take no value."""
    from ..models import ACTIONS, GENERAL, MODELS

    of_model = rf"(?:{'|'.join(ACTIONS)}) (?:{'|'.join(MODELS)})"
    return re.compile(rf"'?\btauber ({of_model}|{'|'.join(GENERAL)})\b((?: --[a-z-]+)*)'?")


_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*[a-z]\b|(?<![\w-])--[a-z]\b")


def in_python(text: str, options: Mapping[str, str], every: bool = False) -> str:
    """A text with commands as calls, and options of the running action as the arguments that they are in Python.

    Options that it does not have stay; with ``every`` they, too, lose their hyphens.

    >>> in_python("--lr was given as '-1', leave out --lr-trace.", {"--lr": "lr", "--lr-trace": "lr_trace"})
    "lr was given as '-1', leave out lr_trace."
    >>> in_python("run tauber export --list, or tauber curve plrf", {"--list": "listing"})
    'run tauber.export(listing=True), or tauber.plrf.curve'
    """

    def call(found: re.Match[str]) -> str:
        name = ".".join(["tauber", *reversed(found[1].split())])
        words = [options.get(word, word[2:].replace("-", "_")) for word in found[2].split()]
        if words == ["help"]:
            return f"help({name})"
        return name + (f"({', '.join(f'{word}=True' for word in words)})" if words else "")

    def argument(found: re.Match[str]) -> str:
        word = found[0]
        return options.get(word, word[2:].replace("-", "_") if every else word)

    return _OPTION.sub(argument, _command().sub(call, text))
