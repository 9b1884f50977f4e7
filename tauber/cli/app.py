"""The command `tauber`: made from the actions of the models.

Exit codes: see `EXIT_CODES`. An error is one sentence on standard error: what was asked, what is allowed, what to do.
Nothing is imported before a command needs it (see `tree`).
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer
from typer.exceptions import TyperException

from .. import __version__
from ..action import Action
from ..errors import BadInput, CheckFailed
from ..models import ACTIONS, models_with
from ..read.toml import is_toml
from .tree import MARKUP, Root

if TYPE_CHECKING:
    from ..declared.reading import Declaration

DONE, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
EXIT_CODES = "0 done, 1 a check failed (a claim against its record, a proof not found, digits lost), 2 bad input"
_NEW_OBJECTS = 100_000
"""After so many, garbage is collected: modules and derivations are many objects that stay, and little garbage."""


app = typer.Typer(
    name="tauber",
    cls=Root,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=MARKUP,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Neural scaling laws: derive them exactly, solve the same models numerically, verify that both agree, and "
    "predict them from data.",
    epilog=f"Every command takes --json. Exit codes: {EXIT_CODES}.",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tauber {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    del version  # its callback has done the work


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code.

    Parameters
    ----------
    arguments
        The words after ``tauber``; those of the process by default.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    try:
        called, name, rest = _of_a_file(words) or (app, "tauber", words)
        # Outside its standalone mode Typer returns the code of typer.Exit (130 if interrupted), and None when done.
        code = typer.main.get_command(called).main(args=rest, prog_name=name, standalone_mode=False) or DONE
    except TyperException as error:
        return _complain(_usage_sentence(error), BAD_INPUT)
    except BadInput as error:
        return _complain(str(error), BAD_INPUT)
    except SystemExit:
        # So Typer ends a command whose pipe has lost its reader (head, less): not an error, and nobody to tell.
        return DONE
    except CheckFailed as error:
        return _complain(str(error), FAILED)
    if code == INTERRUPTED:
        return _complain("Interrupted; nothing half-written is left behind.", INTERRUPTED)
    return code


def _of_a_file(words: list[str]) -> tuple[typer.Typer, str, list[str]] | None:
    """The command of ``tauber curve FILE.toml``, its name and the words after it; None for any other command line.

    A file in the place of a model declares one: its action is without what the file says.
    """
    if len(words) < 2 or words[0] not in ACTIONS:
        return None
    action, file, *rest = words
    if not is_toml(file):
        _refuse_other_file(action, file)
        return None
    from ..declared.actions import of
    from ..declared.reading import read
    from .build import command as made

    declaration = read(file)
    called = of(declaration, action)
    _refuse_decided(called.action, declaration, rest)  # type: ignore[attr-defined]
    name = f"tauber {action} {file}"
    alone = typer.Typer(add_completion=False, rich_markup_mode="markdown",
                        context_settings={"help_option_names": ["-h", "--help"]})  # fmt: skip
    alone.command(name)(made(called))
    return alone, name, rest


def _refuse_other_file(action: str, name: str) -> None:
    """Refuse what stands in the place of a model, and is none, if there is a file or a folder of this name."""
    if os.path.exists(name) and name not in models_with(action):
        what = "a folder" if os.path.isdir(name) else "a file"
        raise BadInput(
            f"'{name}' is {what}, but {action} takes {', '.join(models_with(action))}, or a declared model in a file "
            "whose name ends in .toml."
        )


def _refuse_decided(called: Action, declaration: Declaration, words: Sequence[str]) -> None:
    """Refuse options that a declaration decides: keys of its kind, and options that its actions are without."""
    whole = replace(called, function=called.function.__wrapped__)  # type: ignore[attr-defined]
    decided = {*whole.options, *_keys(declaration)} - set(called.options)
    for option in (word.partition("=")[0] for word in words):
        if option in decided:
            raise BadInput(
                f"No such option: {option}, which {declaration.called} decides; write it there, or leave it out."
            )


def _keys(declaration: Declaration) -> list[str]:
    """The keys of a declared training as options, which some actions have by another name, or not at all."""
    from ..declared.reading import BUDGET, TRAINING

    keys = () if declaration.kind == "terms" else ("alpha", "beta", "spectrum", "label_noise", *TRAINING, *BUDGET)
    return [f"--{key.replace('_', '-')}" for key in keys]


def entry() -> None:
    """Console script: run the command line of the process."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C does: nothing half-written is left
    gc.set_threshold(_NEW_OBJECTS)
    try:
        code = main()
        sys.stdout.flush()
    except BrokenPipeError:
        # The same, met in the last flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = DONE
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = _complain(f"Standard output cannot be written ({error.strerror}); send it elsewhere.", BAD_INPUT)
    gc.freeze()  # the system takes all of it: Python need not look through it for garbage, a tenth of a second of SymPy
    sys.exit(code)


def _usage_sentence(error: TyperException) -> str:
    message = error.format_message().strip() or "No command was given"
    context = getattr(error, "ctx", None)
    if "Usage:" in message:
        return message
    command = "tauber" if context is None else context.command_path
    return f"{message.rstrip('.')}; run '{command} --help' to see what is allowed."


def _complain(sentence: str, code: int) -> int:
    sys.stderr.write(sentence + "\n")
    return code
