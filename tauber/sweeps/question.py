"""What a sweep asks: one action of one model, at points that differ in some of its numbers.

A question is texts and what else JSON has, so that it can be sent to another process, kept, and compared. Everything
that a point's numbers depend on is in it and in `cache.made_by`.
"""

from __future__ import annotations

import hashlib
import math
import re
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from .. import cache
from ..boundary import in_options
from ..errors import BadInput, CheckFailed
from .arguments import declared, function
from .grid import is_key
from .measured import Columns, Found, Measured, Output
from .taken import taken

REFUSAL = Output("1", "why there is no value: 0 where there is one, else a code of the attribute refusals")
DISTANCE = "_distance"


class Block(NamedTuple):
    """The answer for a block of points: arrays, sentences of refusals by code, CPU time, and by which versions."""

    arrays: dict[str, Any]
    refusals: dict[int, str]
    seconds: float
    made_by: dict[str, str]


@dataclass(frozen=True)
class Question:
    """An action and the arguments that are the same for all points.

    Attributes
    ----------
    model, action
        Their names; of a declared model that of its file.
    fixed
        Texts by argument, or what else JSON has, without those along which the action itself runs.
    along
        The texts of these.
    table
        The declaration of a declared model, as JSON; its keys may be among the numbers that are swept.
    files
        The paths of all files that are read where it is measured, with a hash of what is in them.
    """

    model: str
    action: str
    fixed: Mapping[str, Any]
    along: Mapping[str, str]
    table: str = ""
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def measured(self) -> Measured:
        """What the model declares."""
        return declared(self.model, self.table)[self.action]

    def function(self, keys: Mapping[str, str]) -> Callable[..., Any]:
        """The action; of a declared model with these keys of it."""
        if self.table:
            from ..declared.actions import of
            from ..declared.measured import changed

            return of(changed(self.table, keys), self.measured.of or self.action)
        return function(self.model, self.measured.of or self.action)

    @property
    def called(self) -> str:
        """What it is asked of, in a sentence: a model, a declaration, or data."""
        subject = self.measured.subject
        return Path(str(self.fixed[subject])).name if subject else self.model

    @cached_property
    def inside(self) -> dict[str, list[float]]:
        """The numbers along which the action itself runs.

        Raises
        ------
        BadInput
            If they are not read so.
        """
        read = self.measured.along
        return {name: [float(x) for x in read[name](f"--{name}", text)] for name, text in self.along.items()}

    @property
    def values(self) -> int:
        """How many values a point has."""
        return math.prod(map(len, self.inside.values()))

    @cached_property
    def outputs(self) -> dict[str, Output]:
        """Every variable of the store: measured, derived, and the distance between them."""
        known = self.measured
        found = dict(known.outputs) | dict(known.derived)
        found |= {
            f"{name}{DISTANCE}": Output("1", f"{name} less {limit}, its limit: measured less derived")
            for name, limit in known.beside.items()
        }
        return found | {"refusal": REFUSAL}

    def ask(self, columns: Columns) -> Block:
        """Measure at points, and derive beside; a point or a value that is refused is NaN with its reason.

        Raises
        ------
        CheckFailed
            If a file that is read is not there, or is another one.
        """
        import numpy as np

        begun = time.process_time()
        self._check_files()
        known = self.measured
        given = {*columns, *self.fixed}
        if known.many is not None and given <= known.takes:
            found = known.many(columns, self.fixed, self.inside)
        else:
            found = self._one_by_one(columns)
        arrays = dict(found.arrays)
        derived = None if known.derive is None else known.derive(columns, self.fixed)
        count = len(next(iter(columns.values())))
        for name, output in known.derived.items():
            nothing = np.zeros(count, np.int8) if output.flags else np.full(count, np.nan)
            arrays[name] = nothing if derived is None else derived[name]
        for name, limit in known.beside.items():
            beside = arrays[limit].reshape(-1, *[1] * len(self.inside))
            arrays[f"{name}{DISTANCE}"] = arrays[name] - beside
        codes, sentences = coded(np.vectorize(in_options, otypes=[object])(found.reason))
        arrays["refusal"] = codes
        return Block(arrays, sentences, time.process_time() - begun, cache.made_by())

    def _check_files(self) -> None:
        for path, known in self.files.items():
            try:
                here = digest(path)
            except OSError as error:
                here = f"unreadable ({(error.strerror or str(error)).lower()})"
            if here != known:
                raise CheckFailed(
                    f"'{path}' is not what the sweep began with, where it is measured: its hash is {here}, and was "
                    f"{known}; put the same file there, and run the same command to go on."
                )

    def _one_by_one(self, columns: Columns) -> Found:
        """The action itself, point by point."""
        import numpy as np

        outputs = self.measured.outputs
        count, shape = len(next(iter(columns.values()))), tuple(map(len, self.inside.values()))
        arrays = {
            name: np.full((count, *(shape if one.inside else ())), 0 if one.flags else np.nan)
            for name, one in outputs.items()
        }
        reason = np.full((count, *shape), "", dtype=object)
        shared = {**self.measured.given, **self.fixed, **self.along}
        for k in range(count):
            given = {**shared, **{name: texts[k] for name, texts in columns.items()}}
            keys = {name: given.pop(name) for name in [*given] if is_key(name)}
            try:
                result = self.function(keys).action(given)  # type: ignore[attr-defined]
                found = taken(result, self.measured, self.inside)
            except (BadInput, CheckFailed) as refused:
                reason[k] = str(refused)
                continue
            for name, values in found.items():
                arrays[name][k] = values
        return Found(arrays, reason)


def digest(path: str) -> str:
    """A hash of what is in a file.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def coded(reasons: Any) -> tuple[Any, dict[int, str]]:
    """Codes of sentences, 0 for none, and for each code the least of its sentences.

    Sentences that differ in their numbers alone have one code. It depends on nothing but the words, so that processes
    need not agree on it beforehand.

    >>> import numpy as np
    >>> codes, sentences = coded(np.array(["", "At budget 1e8 there is none.", "At budget 2e8 there is none."]))
    >>> bool(codes[1] == codes[2]), list(sentences.values())
    (True, ['At budget 1e8 there is none.'])
    """
    import numpy as np

    codes, sentences = np.zeros(reasons.shape, np.int32), dict[int, str]()
    for place in zip(*np.nonzero(reasons != ""), strict=True):
        sentence = str(reasons[place])
        code = zlib.crc32(_NUMBER.sub("#", sentence).encode()) & 0x7FFFFFFF
        codes[place] = code
        sentences[code] = min(sentence, sentences.get(code, sentence))
    return codes, sentences


_NUMBER = re.compile(r"-?\d[\d.]*(?:e[+-]?\d+)?(?:/\d+)?")
