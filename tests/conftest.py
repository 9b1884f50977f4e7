"""Hypothesis runs the same examples everywhere, without a clock; more of them with ``HYPOTHESIS_PROFILE=all``."""

import os
import shlex
import sys
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings

_common = {"derandomize": True, "deadline": None, "suppress_health_check": [HealthCheck.too_slow], "print_blob": True}
settings.register_profile("ci", max_examples=40, **_common)
settings.register_profile("whole", max_examples=40, **_common)  # see `sampling`
settings.register_profile("all", max_examples=400, **_common)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
os.environ["TAUBER_CACHE_DIR"] = ""  # what is tested is derived, and what is timed, too


@pytest.fixture
def seen(capsys: pytest.CaptureFixture[str]) -> Callable[[str], list[str]]:
    """Run a command line of ``tauber`` on a terminal of 80 columns without colours: the lines that a reader sees."""
    from tauber.cli import main

    def runner(command: str) -> list[str]:
        capsys.readouterr()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("COLUMNS", "80")
            patch.setenv("TERM", "dumb")
            patch.setattr(sys.stdout, "isatty", lambda: True)
            main(shlex.split(command))
        return [line.rstrip() for line in capsys.readouterr().out.splitlines()]

    return runner
