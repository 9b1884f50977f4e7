"""Execute every notebook in place, so that it is committed with its outputs: ``make notebooks``."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parent


def execute(path: Path) -> nbformat.NotebookNode:
    """Run a notebook from its first cell in a new kernel and give it back with its outputs.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell fails; the notebooks end in assertions.
    """
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=600, kernel_name="python3", record_timing=False)
    client.execute(cwd=str(FOLDER))
    # What depends on the machine that ran it, and not on the notebook.
    notebook.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return notebook


def main() -> None:
    """Execute all notebooks of this folder and write them back."""
    for path in sorted(FOLDER.glob("*.ipynb")):
        nbformat.write(execute(path), path)
        sys.stdout.write(f"Executed {path.name}\n")


if __name__ == "__main__":
    main()
