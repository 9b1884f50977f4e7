"""Running command lines inside the process, with what they print and their exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tauber.cli import main


@dataclass(frozen=True)
class Outcome:
    """Exit code and both outputs of a command line."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object on standard output; anything else there fails."""
        assert self.code in {0, 1}, self.err
        return json.loads(self.out, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))

    def is_refusal(self, *words: str) -> bool:
        """Whether this is bad input: exit code 2, nothing on standard output, one sentence with these words."""
        sentence = self.err.strip()
        return (
            self.code == 2
            and self.out == ""
            and "\n" not in sentence
            and sentence.endswith(".")
            and all(word in sentence for word in words)
        )


Run = Callable[..., Outcome]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run ``tauber`` with the given words."""

    def runner(*words: str) -> Outcome:
        code = main(list(words))
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return runner
