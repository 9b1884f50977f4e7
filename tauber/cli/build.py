"""A command from an action: options from its signature, help from its docstring, outputs from its result."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from contextlib import nullcontext
from typing import Annotated, Any, get_args, get_origin

import typer

from .. import cache
from ..action import Action, Argument, running
from ..errors import CheckFailed
from . import printed
from .plotting import plot_target

Plot = Annotated[str | None, typer.Option(metavar="FILE", help="Also draw the result into FILE (.svg, .png or .pdf).")]
Full = Annotated[bool, typer.Option("--full", help="Show every table, not only the short answer.")]
Latex = Annotated[bool, typer.Option("--latex", help="Print the answer in LaTeX, and nothing else.")]
NoCache = Annotated[
    bool, typer.Option("--no-cache", help="Derive anew, and keep nothing; TAUBER_CACHE_DIR says where things are kept.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output, and nothing else there.")]


def command(called: Callable[..., Any]) -> Callable[..., None]:
    """The function that Typer makes a command of."""
    found: Action = called.action  # type: ignore[attr-defined]
    asked = list(found.signature.parameters.values())
    parameters = [_option(parameter) for parameter in asked]
    added = {"plot": (Plot, None, found.draws), "full": (Full, False, found.full),
             "latex": (Latex, False, found.latex), "no_cache": (NoCache, False, found.derives),
             "json": (Json, False, True)}  # fmt: skip
    parameters += [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
        for name, (kind, default, wanted) in added.items()
        if wanted
    ]

    def run(
        *, plot: str | None = None, full: bool = False, latex: bool = False, no_cache: bool = False,
        json: bool = False, **given: Any,
    ) -> None:  # fmt: skip
        target = plot_target(plot)
        form: printed.Form = "json" if json else "latex" if latex else "full" if full else "short"
        token = running.set(found)  # a picture may still refuse
        try:
            with cache.unused() if no_cache else nullcontext():
                if target is None and printed.again(found, given, form):
                    return
                result = found(given)
                if target is not None:
                    result.save(target)
                printed.show(found, given, form, result)
        except CheckFailed as error:
            if json and error.result is not None:
                sys.stdout.write(error.result.to_json() + "\n")
            raise
        finally:
            running.reset(token)
        if target is not None and not (json or latex):
            sys.stdout.write(f"Wrote {target}\n")
        if not result.ok:
            raise typer.Exit(1)

    run.__name__ = found.function.__name__
    run.__doc__ = _help(found.function.__doc__ or "")
    run.__signature__ = inspect.Signature(parameters, return_annotation=None)  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in parameters}
    return run


def _option(parameter: inspect.Parameter) -> inspect.Parameter:
    """A parameter as Typer takes it: numbers are read as text."""
    kind, *metadata = get_args(parameter.annotation) if get_origin(parameter.annotation) is Annotated else (
        parameter.annotation,
    )  # fmt: skip
    known = [entry for entry in metadata if isinstance(entry, Argument)]
    if not known:
        return parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
    (argument,) = known
    names = (argument.option or f"--{parameter.name.replace('_', '-')}",)
    metavar: dict[str, Any] = {"metavar": argument.metavar} if argument.metavar else {}
    info = (
        typer.Argument(help=argument.help, **metavar)
        if argument.positional
        else typer.Option(*names, help=argument.help, hidden=argument.hidden, **metavar)
    )
    optional = parameter.default is None
    text: Any = list[str] if argument.several else str
    typed = kind if kind is bool or argument.metavar == "" else text | None if optional else text
    return parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=Annotated[typed, info])


_SECTIONS = ("Parameters", "Returns", "Raises", "Examples", "Notes", "References")


def _help(text: str) -> str:
    """The docstring without the sections that are for Python: what the shell shows."""
    lines = inspect.cleandoc(text).splitlines()
    ends = [
        n for n, line in enumerate(lines) if line in _SECTIONS and n + 1 < len(lines) and set(lines[n + 1]) == {"-"}
    ]
    kept = lines[: min(ends, default=len(lines))]
    return "\n".join(kept).rstrip()
