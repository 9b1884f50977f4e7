"""Saving a figure whole or not at all."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure

from ..files import replacing
from .style import house_style

# No date and no version in the files: the same picture is the same file.
_METADATA = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}, ".png": {"Software": None}}


def save(figure: Figure, target: Path) -> None:
    """Write a figure; its format follows from the suffix (.svg, .png, .pdf).

    Raises
    ------
    BadInput
        If the file cannot be written.
    """
    with replacing(target) as part, house_style():
        figure.savefig(part, dpi=200, metadata=_METADATA[target.suffix.lower()])
