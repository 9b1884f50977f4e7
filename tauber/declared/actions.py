"""The actions of a declared model: those of `plrf` or `terms` without what the declaration says, which it gives them.

An action stays the function that it is, so that a declared model gives the same answer as the options.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ..action import Action, action
from ..errors import BadInput
from ..models import ACTIONS, plrf, recursion, terms
from ..models.recursion.given import refuse_unstable
from ..output.result import Result
from .options import DERIVING, arguments, decided, placed
from .reading import BUDGET, TRAINING, Declaration, read, terms_beside

_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*[a-z]\b")
_KEYS = {f"--{key.replace('_', '-')}": key for key in (*TRAINING, *BUDGET, "label_noise", "spectrum")}
_MODELS: dict[str, Any] = {"plrf": plrf, "recursion": recursion, "terms": terms}
_WHY = {
    "terms": "a list of terms says how large a loss is, not how it is trained",
    "recursion": "certificates are of SGD with a constant step size",
    "plrf": "one-pass training has no such action",
}
_GENERAL = {"terms": ("export",), "recursion": ("derive", "phases", "verify", "export"), "plrf": ("verify", "export")}


def of(given: Any, name: str) -> Callable[..., Result]:
    """An action of a declared model, whose arguments are those of one run.

    Raises
    ------
    BadInput
        What is given is no declaration, or its kind does not have the action.
    """
    declaration = read(given)
    model = _MODELS[declaration.kind]
    if declaration.kind == "recursion" and name in DERIVING:
        return _of_terms_beside(declaration, name)
    if name not in ACTIONS or not hasattr(model, name):
        there = [*(other for other in ACTIONS if hasattr(model, other)), *_GENERAL[declaration.kind]]
        raise BadInput(
            f"{name} was asked of {declaration.called}, but {_WHY[declaration.kind]}; there is {', '.join(there)}."
        )
    whole = getattr(model, name)
    if declaration.kind == "plrf":
        with refusing(declaration, whole.action.options):
            fixed = decided(declaration, name)
            if name == "phases":
                placed(declaration)  # a point is checked, though a plane does not depend on it
        return _with(whole, fixed, lambda run: arguments(declaration, name, run), declaration)
    file = declaration.terms if declaration.kind == "terms" else declaration
    return _with(whole, {"file"}, lambda run: {"file": file}, declaration)


def _of_terms_beside(declaration: Declaration, name: str) -> Callable[..., Result]:
    """What is derived of a recursion: of the terms of its loss in d and r, at the point of its spectrum."""
    table = terms_beside(declaration)
    with refusing(declaration, {"--lr": "step_size"}):
        refuse_unstable(declaration)
    fixed: dict[str, Any] = {"file": table}
    if name == "derive" and declaration.exponents:
        fixed["at"] = {key: value for key, value in declaration.exponents.items() if key in table["parameters"]}
    return _with(getattr(terms, name), set(fixed), lambda run: fixed, declaration)


def _with(
    whole: Callable[..., Result],
    fixed: set[str],
    give: Callable[[dict[str, Any]], dict[str, Any]],
    declaration: Declaration,
) -> Callable[..., Result]:
    """An action without the arguments `fixed`, which are given to it with those of each run."""
    described: Action = whole.action  # type: ignore[attr-defined]
    signature = inspect.signature(described.function, eval_str=True)
    options = {option: name for option, name in described.options.items() if name.partition("=")[0] in fixed}

    @functools.wraps(described.function)
    def function(**run: Any) -> Result:
        with refusing(declaration, options):
            given = run | give(run)
            described.check(given)
            return described.function(**given)

    free = [p for name, p in signature.parameters.items() if name not in fixed]
    function.__signature__ = signature.replace(parameters=free)  # type: ignore[attr-defined]
    return action(draws=described.draws, latex=described.latex, full=described.full, derives=described.derives)(
        function
    )


@contextmanager
def refusing(declaration: Declaration, options: Mapping[str, str]) -> Iterator[None]:
    """A refusal names the file, and the keys of the declaration where it would name options that these give."""
    try:
        yield
    except BadInput as error:
        refused = "" if declaration.source is None else f"{declaration.source} was refused: "
        text = _OPTION.sub(lambda found: _KEYS.get(found[0], options.get(found[0], found[0])), str(error))
        raise BadInput(refused + text) from error
