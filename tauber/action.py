"""An action is a function: its signature is the command line, its docstring the help, its result every output.

`tauber.plrf.curve(alpha="4/5", beta=0.3)` in Python and ``tauber curve plrf --alpha 4/5 --beta 0.3`` in the shell are
one function. It takes what people write - numbers as texts such as ``4/5`` or ``1e6``, ranges such as ``1:1e6:60`` -
since only a text says exactly which number is meant; Python's own numbers and sequences are spelled out first,
`spelled`. It gives a :class:`tauber.output.result.Result`. `tauber.cli.build` makes the command from it.

Errors are in the words of the caller: inside, an argument goes by its option (``--lr-trace``); `action` turns these
into argument names for a Python caller.
"""

from __future__ import annotations

import functools
import inspect
import math
import os
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_origin

from .errors import BadInput, CheckFailed
from .letters import Letters
from .notation import NOTATIONS, WRITTEN, notation
from .output.pen import Pen, in_python
from .output.result import Result

Number: TypeAlias = Any
"""A number as people write it: ``4/5``, ``0.8``, ``1e6``, ``inf``; or any number of Python's, NumPy's or SymPy's."""

Numbers: TypeAlias = Any
"""Several: a range ``start:stop:count``, a comma list, or a sequence."""


@dataclass(frozen=True)
class Argument:
    """What the shell shows of an argument: its placeholder, its help, and its option where that is not its name.

    An option with a slash, ``--header/--no-header``, sets True and False. What is ``several`` is a sequence of texts,
    in the shell one word each. What is taken ``as_is`` is not spelled out first: an object, an array.
    """

    metavar: str
    help: str
    option: str | None = None
    positional: bool = False
    several: bool = False
    as_is: bool = False
    hidden: bool = False

    def read(self, value: Any) -> Any:
        """A value of Python's as the action takes it."""
        if self.as_is:
            return value
        return _each(value) if self.several else spelled(value)


@dataclass(frozen=True)
class Action:
    """A function that is one action of one model, and which outputs it has beside the screen and JSON."""

    function: Callable[..., Result]
    draws: bool
    latex: bool
    full: bool
    derives: bool
    pure: bool

    @functools.cached_property
    def source(self) -> str | None:
        """The model whose letters its results are in; None where there are none to rewrite."""
        model = self.function.__module__.split(".")[-2]
        return model if model in WRITTEN else None

    @functools.cached_property
    def signature(self) -> inspect.Signature:
        """The signature of the function, with the argument `notation` where it has letters."""
        found = inspect.signature(self.function, eval_str=True)
        if self.source is None:
            return found
        added = inspect.Parameter("notation", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=_NOTATION)
        return found.replace(parameters=[*found.parameters.values(), added])

    def __call__(self, given: Mapping[str, Any], caller: Callable[[str], str] | None = None) -> Result:
        """Do it, and write what it finds in the notation that is asked for, in the words of the caller."""
        asked = {name: value for name, value in given.items() if name != "notation" or self.source is None}
        name = given.get("notation") if self.source else None
        token = running.set(self)
        try:
            if name is not None and name not in NOTATIONS:
                raise BadInput(f"--notation was given as '{name}'; it is one of {', '.join(NOTATIONS)}.")
            self.check(asked)
            result = self.function(**asked)
            letters = None if name is None or self.source is None else Letters(self.source, name)
            if letters is None or letters.same or self.source is None:
                return result if caller is None else result.written(Pen(None, caller))
            exponents = {x: result[x] for x in notation(self.source).parameters if x in set(result)}
            if len(exponents) > 1:
                letters.point(exponents)  # refuses a point outside
            return result.written(Pen(letters, caller), notation=name)
        finally:
            running.reset(token)

    @functools.cached_property
    def arguments(self) -> dict[str, Argument]:
        """Every argument, as it is described."""
        found = {}
        for name, parameter in self.signature.parameters.items():
            given = [x for x in getattr(parameter.annotation, "__metadata__", ()) if isinstance(x, Argument)]
            found[name] = given[0] if given else Argument("", "")
        return found

    @functools.cached_property
    def options(self) -> dict[str, str]:
        """Every option, as it is written in Python."""
        found: dict[str, str] = {}
        for name, argument in self.arguments.items():
            if not argument.positional:
                on, _, off = (argument.option or f"--{name.replace('_', '-')}").partition("/")
                found |= {on: name} | ({off: f"{name}=False"} if off else {})
        return found

    def check(self, given: Mapping[str, Any]) -> None:
        """Refuse what is none of the words that an argument may be; the shell does so itself."""
        for name, parameter in self.signature.parameters.items():
            kind = next(iter(get_args(parameter.annotation)), None)
            if get_origin(kind) is Literal and name in given and given[name] not in get_args(kind):
                words = ", ".join(get_args(kind))
                raise BadInput(f"--{name} was given as '{given[name]}', but it must be one of {words}.")


_NOTATION: Any = Annotated[
    str | None,
    Argument("NAME", "Write the answer in the letters of paquette, bordelon or bahri; by default the model's own."),
]

running: ContextVar[Action | None] = ContextVar("running", default=None)
"""The action that is being done, for messages that name its options."""


def action(
    *, draws: bool = False, latex: bool = False, full: bool = False, derives: bool = False, pure: bool = False
) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """Make a function an action.

    Parameters
    ----------
    draws
        Its result has a picture: `Result.plot`, and ``--plot FILE``.
    latex
        Its result has a formula: `Result.latex`, and ``--latex``.
    full
        Its result has more to show than the short answer: ``--full``.
    derives
        It keeps what it derives on disk (:mod:`tauber.cache`), unless with ``--no-cache``.
    pure
        And its answer follows from its arguments and the symbolic wing alone: the shell keeps what it printed, too.
    """

    def decorate(function: Callable[..., Result]) -> Callable[..., Result]:
        described = Action(function, draws, latex, full, derives, pure)

        @functools.wraps(function)
        def called(*args: Any, **kwargs: Any) -> Result:
            bound = described.signature.bind(*args, **kwargs)
            given = {name: described.arguments[name].read(value) for name, value in bound.arguments.items()}
            try:
                return described(given, functools.partial(in_python, options=described.options))
            except BadInput as error:
                raise BadInput(in_python(str(error), described.options, every=True)) from error
            except CheckFailed as error:
                raise CheckFailed(in_python(str(error), described.options, every=True), error.result) from error

        called.__signature__ = described.signature  # type: ignore[attr-defined]
        called.action = described  # type: ignore[attr-defined]
        return called

    return decorate


def spelled(value: Any) -> Any:
    """A value as it would be written in the shell; what is no number, path or sequence stays.

    >>> from fractions import Fraction
    >>> spelled(0.3), spelled(Fraction(4, 5)), spelled(10**6), spelled([1, 2.5]), spelled(float("inf")), spelled(None)
    ('0.3', '4/5', '1000000', '1,2.5', 'inf', None)
    """
    if value is None or isinstance(value, bool | str):
        return value
    if hasattr(value, "tolist"):  # NumPy arrays and scalars, without importing NumPy; some of these are floats, too
        return spelled(value.tolist())
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else str(value)
    if isinstance(value, list | tuple | range):
        return ",".join(str(spelled(entry)) for entry in value)
    return str(value)


def _each(value: Any) -> list[str]:
    """One text or several, or none, as a list."""
    single = isinstance(value, str | os.PathLike)
    return [str(value)] if single else [spelled(entry) for entry in value or ()]
