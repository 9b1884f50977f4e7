"""What a sweep asks: one action of one model, at points that differ in some of its numbers.

A question is texts alone, so that it can be sent to another process, kept, and compared. Everything that a point's
numbers depend on is in it and in `cache.made_by`.
"""

from __future__ import annotations

import importlib
import importlib.util
import math
import re
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from .. import cache
from ..boundary import in_options
from ..errors import BadInput, CheckFailed
from .grid import is_key
from .measured import Columns, Found, Measured, Output

REFUSAL = Output("1", "why there is no value: 0 where there is one, else a code of the attribute refusals")
DISTANCE = "_distance"


def declared(model: str, table: str = "") -> dict[str, Measured]:
    """The actions of a model that can be swept, by name; none where it declares none."""
    if table:
        from ..declared.measured import measured

        return measured(table)
    home = f"tauber.models.{model}.measured"
    if importlib.util.find_spec(home) is None:
        return {}
    found: dict[str, Measured] = importlib.import_module(home).MEASURED
    return found


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
        Texts by argument, without those along which the action itself runs.
    along
        The texts of these.
    table
        The declaration of a declared model, as JSON; its keys may be among the numbers that are swept.
    """

    model: str
    action: str
    fixed: Mapping[str, str]
    along: Mapping[str, str]
    table: str = ""

    @property
    def measured(self) -> Measured:
        """What the model declares."""
        return declared(self.model, self.table)[self.action]

    def function(self, keys: Mapping[str, str]) -> Callable[..., Any]:
        """The action; of a declared model with these keys of it."""
        if self.table:
            from ..declared.actions import of
            from ..declared.measured import changed

            return of(changed(self.table, keys), self.action)
        found: Callable[..., Any] = getattr(importlib.import_module(f"tauber.models.{self.model}"), self.action)
        return found

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
        """Measure at points, and derive beside; a point or a value that is refused is NaN with its reason."""
        import numpy as np

        begun = time.process_time()
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

    def _one_by_one(self, columns: Columns) -> Found:
        """The action itself, point by point."""
        import numpy as np

        count, shape = len(next(iter(columns.values()))), tuple(map(len, self.inside.values()))
        arrays = {name: np.full((count, *shape), np.nan) for name in self.measured.outputs}
        reason = np.full((count, *shape), "", dtype=object)
        for k in range(count):
            given = {**self.fixed, **self.along, **{name: texts[k] for name, texts in columns.items()}}
            keys = {name: given.pop(name) for name in [*given] if is_key(name)}
            try:
                result = self.function(keys).action(given)  # type: ignore[attr-defined]
            except (BadInput, CheckFailed) as refused:
                reason[k] = str(refused)
                continue
            found = set(result)
            for name, array in arrays.items():
                if name in found:  # what some of its options do not give stays NaN
                    array[k] = np.asarray(result[name], float).reshape(shape)
        return Found(arrays, reason)


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
