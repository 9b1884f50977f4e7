"""Run the command line as ``python -m tauber.cli``."""

from .app import entry

entry()
