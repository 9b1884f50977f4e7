"""The option ``--plot``: checked before the work begins, so that a long run does not end in a refusal."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from ..errors import BadInput
from ..files import check_writable

FORMATS = (".svg", ".png", ".pdf")


def plot_target(text: str | None) -> Path | None:
    """Read ``--plot``: None if it was not given, else a path that can be written.

    Raises
    ------
    BadInput
        If the format is unknown, the file cannot be written, or Matplotlib is missing.
    """
    if text is None:
        return None
    target = Path(text)
    if target.suffix.lower() not in FORMATS:
        raise BadInput(f"--plot was given as '{text}', but its name must end in {', '.join(FORMATS[:-1])} or .pdf.")
    if importlib.util.find_spec("matplotlib") is None:
        raise BadInput("--plot needs Matplotlib, which is not installed; run pip install 'tauber[plot]' first.")
    check_writable(target)
    return target
