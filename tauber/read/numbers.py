"""Numbers as people type them: ``0.8``, ``4/5``, ``1e6``, ``inf``, ``1:1e6:60``.

Decimals and fractions are read exactly (``0.3`` is 3/10, not the nearest double) and rounded only where a solver asks
for floats. Every refusal names the option, what it was given, and what it allows.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, NoReturn, TypeVar

from ..errors import BadInput
from .quoted import quoted, unusual

_NUMBER = re.compile(r"[+-]?(?:\d+/\d+|(?:\d+\.?\d*|\.\d+)(?:e([+-]?\d+))?)", re.ASCII | re.IGNORECASE)
MOST_DIGITS = 40
"""In a row: a number with a thousand is a mistake, and its exact arithmetic would take for ever."""
LEAST = Fraction(1, 10**300)
"""Of the size of a number that is not zero; beyond it, and beyond its inverse, are numbers that no double holds."""
_LARGEST_EXPONENT = 999
LARGEST_TIME = 10**30
LARGEST_SIZE = 10**24
MOST_TIMES = 100_000
_STEPS = "start:stop:count such as 1:1e6:60"
_MOMENTS = "start:stop:count such as 0.1:1e4:60"
_SIZES = "start:stop:count such as 10:1e4:20"
_BUDGETS = "start:stop:count such as 1e8:1e16:9"
SOLVED_DIGITS = 250
"""Most digits that a solver is asked for: its error estimates are doubles, and must not underflow."""
PROVED_DIGITS = 1000


class _NotAllowed(BadInput):
    """A text that a reader refuses, and what it allows."""

    def __init__(self, option: str, text: str, allowed: str, part: str = "it") -> None:
        super().__init__(f"{option} was given as {quoted(text)}, but {part} must be {allowed}{unusual(text)}.")
        self.allowed = allowed


def _refuse(option: str, text: str, allowed: str) -> NoReturn:
    raise _NotAllowed(option, text, allowed)


Read = TypeVar("Read")


def _part(option: str, text: str, name: str, part: str, reader: Callable[..., Read], *limits: Any) -> Read:
    """Read a part of a text; a refusal quotes the whole of it and says which part is wrong."""
    try:
        return reader(option, part, *limits)
    except _NotAllowed as error:
        raise _NotAllowed(option, text, error.allowed, f"its {name} '{part}'") from None


def _entries(option: str, text: str, form: str, reader: Callable[..., Read], *limits: Any) -> list[Read]:
    """Read a comma list; where there is only one entry, a refusal tells of the other ``form``, too."""
    if "," in text:
        return [_part(option, text, "entry", entry, reader, *limits) for entry in text.split(",")]
    try:
        return [reader(option, text, *limits)]
    except _NotAllowed as error:
        raise _NotAllowed(option, text, f"{form}, or a comma list, each entry {error.allowed}") from None


def exact(option: str, text: str, allowed: str = "a number such as 0.8, 4/5 or 1e6") -> Fraction:
    """Read a finite number exactly.

    >>> exact("--alpha", "0.8"), exact("--alpha", "4/5"), exact("--alpha", "1e-1")
    (Fraction(4, 5), Fraction(4, 5), Fraction(1, 10))
    """
    stripped = text.strip(" \t")  # no other white space: what cannot be seen is a mistake
    found = _NUMBER.fullmatch(stripped)
    if not found:
        _refuse(option, text, allowed)
    if any(len(digits) > MOST_DIGITS for digits in re.findall(r"\d+", stripped)):
        _refuse(option, text, f"{allowed}, and have at most {MOST_DIGITS} digits in a row")
    in_range = f"{allowed}, and of a size from 1e-300 to 1e300"
    if abs(int(found[1] or 0)) > _LARGEST_EXPONENT:
        _refuse(option, text, in_range)
    try:
        value = Fraction(stripped)
    except ZeroDivisionError:
        _refuse(option, text, allowed)
    if value != 0 and not LEAST <= abs(value) <= 1 / LEAST:
        _refuse(option, text, in_range)
    return value


def _exact_if(holds: Callable[[Fraction], bool], option: str, text: str, allowed: str) -> Fraction:
    """Read a number exactly, and refuse one for which this does not hold."""
    value = exact(option, text, allowed)
    if not holds(value):
        _refuse(option, text, allowed)
    return value


def positive(option: str, text: str) -> Fraction:
    """Read a positive finite number exactly.

    >>> positive("--beta", "3/10")
    Fraction(3, 10)
    """
    return _exact_if(lambda value: value > 0, option, text, "a positive number such as 0.8 or 4/5")


def positive_float(option: str, text: str) -> float:
    """Read a positive finite number as the nearest double."""
    return float(positive(option, text))


def above_one(option: str, text: str) -> Fraction:
    """Read a finite number above 1 exactly.

    >>> above_one("--b", "1.5")
    Fraction(3, 2)
    """
    return _exact_if(lambda value: value > 1, option, text, "a number above 1 such as 3/2 or 1.5")


def positive_or_inf(option: str, text: str) -> Fraction | float:
    """Read a positive number exactly, or ``inf``.

    >>> positive_or_inf("--width", "80"), positive_or_inf("--width", "inf")
    (Fraction(80, 1), inf)
    """
    if is_inf(text):
        return math.inf
    try:
        positive_float(option, text)  # refuses what no double can hold
        return positive(option, text)
    except BadInput:
        _refuse(option, text, "a positive number such as 80 or 1e6, or inf")


def not_negative(option: str, text: str) -> Fraction:
    """Read a finite number that is 0 or more exactly."""
    return _exact_if(lambda value: 0 <= value <= 10**100, option, text, "a number from 0 to 1e100 such as 0 or 0.1")


def whole(option: str, text: str, least: int = 1, most: float = 1e15) -> int:
    """Read a whole number in a range.

    >>> whole("--d", "1e3")
    1000
    """
    allowed = f"a whole number from {least} to {most:g} such as {max(least, 1000)}"
    return int(_exact_if(lambda value: value.denominator == 1 and least <= value <= most, option, text, allowed))


def digits(text: str, most: int = 1000) -> int:
    """Read a number of decimal digits.

    >>> digits("50")
    50
    """
    try:
        return whole("--digits", text, 5, most)
    except BadInput:
        _refuse("--digits", text, f"a whole number from 5 to {most} such as 50")


def whole_or_inf(option: str, text: str, least: int = 1) -> int | float:
    """Read a whole number or ``inf``.

    >>> whole_or_inf("--v", "inf"), whole_or_inf("--v", "1e4")
    (inf, 10000)
    """
    if is_inf(text):
        return math.inf
    try:
        return whole(option, text, least, 1e18)
    except BadInput:
        _refuse(option, text, f"a whole number from {least} to 1e18, or inf")


def whole_if_it_is(value: Fraction | float) -> int | float:
    """A number as results have it: whole where it is.

    >>> whole_if_it_is(Fraction(80)), whole_if_it_is(Fraction(1, 2)), whole_if_it_is(math.inf)
    (80, 0.5, inf)
    """
    return float(value) if math.isinf(value) or value != int(value) else int(value)


def is_inf(text: str) -> bool:
    """Tell whether a text is the word for infinity."""
    return text.strip(" \t").lower() in {"inf", "+inf", "infinity"}


def times(option: str, text: str) -> list[int]:
    """Read times: ``start:stop:count`` (log-spaced, rounded to whole steps, duplicates dropped) or a comma list.

    A start of 0 asks for the step 0 and, for the rest, log-spaced steps from 1 on. The result is increasing.

    >>> times("--times", "1:1000:4"), times("--times", "0:100:4"), times("--times", "5,1e3,5,0")
    ([1, 10, 100, 1000], [0, 1, 10, 100], [0, 5, 1000])
    """
    if ":" not in text:
        return sorted(set(_entries(option, text, _STEPS, whole, 0, LARGEST_TIME)))
    start, stop, count = _range(option, text, _STEPS, whole, 0, LARGEST_TIME)
    if start > 0:
        return sorted({round(value) for value in _log_spaced(start, stop, count)})
    rest = _log_spaced(1, stop, count - 1) if stop >= 1 and count > 1 else []
    return sorted({0, *(round(value) for value in rest)})


def moments(option: str, text: str) -> list[float]:
    """Read times on a continuous scale: ``start:stop:count`` (log-spaced) or a comma list.

    A start of 0 asks for time 0 and, for the rest, log-spaced times from 1 on. The result is increasing.

    >>> moments("--times", "0.1:10:3"), moments("--times", "0:100:4"), moments("--times", "5,0.5,0")
    ([0.1, 1.0, 10.0], [0.0, 1.0, 10.0, 100.0], [0.0, 0.5, 5.0])
    """
    if ":" not in text:
        return sorted(set(map(float, _entries(option, text, _MOMENTS, moment))))
    first, last, count = _range(option, text, _MOMENTS, moment)
    start, stop = float(first), float(last)
    if start > 0:
        return sorted(set(_log_spaced(start, stop, count)))
    rest = _log_spaced(min(1.0, stop), stop, count - 1) if stop > 0 and count > 1 else []
    return sorted({0.0, *rest})


def exact_times(option: str, text: str, whole: bool = True) -> list[Fraction]:
    """Read times exactly, in increasing order; a range gives whole steps, or six digits of log-spaced times.

    >>> exact_times("--times", "1000.5,1e2"), exact_times("--times", "0.1:10:2", whole=False)
    ([Fraction(100, 1), Fraction(2001, 2)], [Fraction(1, 10), Fraction(10, 1)])
    """
    if ":" in text:
        found = times(option, text) if whole else [f"{t:.6g}" for t in moments(option, text)]
        return sorted({Fraction(t) for t in found})
    return sorted({moment(option, part) for part in text.split(",")})


def moment(option: str, text: str) -> Fraction:
    """Read one time on a continuous scale exactly.

    >>> moment("--slope", "0.1")
    Fraction(1, 10)
    """
    allowed = f"a time from 0 to {float(LARGEST_TIME):g} such as 0.1"
    return _exact_if(lambda value: 0 <= value <= LARGEST_TIME, option, text, allowed)


def cost(option: str, text: str, resources: tuple[str, ...], given: str | None = None) -> dict[str, Fraction]:
    """Read a monomial such as ``N*t*P^1/2``: exponents by resource, those not named left out.

    A refusal quotes ``given``, what the user wrote, where `text` is a part of it.

    >>> cost("--cost", "N*t*P^1/2", ("N", "t", "P"))
    {'N': Fraction(1, 1), 't': Fraction(1, 1), 'P': Fraction(1, 2)}
    """
    simple, rooted = "*".join(resources[:2]), "*".join(resources)
    allowed = f"a product of powers >= 0 of {', '.join(resources)}, each at most once, such as {simple} or {rooted}^1/2"
    powers: dict[str, Fraction] = {}
    given = text if given is None else given
    for factor in text.replace("**", "^").split("*"):
        name, hat, exponent = factor.strip(" \t").partition("^")
        name, exponent = name.strip(" \t"), exponent.strip(" \t").removeprefix("(").removesuffix(")")
        if name not in resources or name in powers:
            raise _NotAllowed(option, given, allowed, f"its factor '{factor.strip()}' is not read: it")
        power = "a power from 0 to 1000 such as 1/2, with * before the next resource"
        powers[name] = _part(option, given, "exponent", exponent, exact, power) if hat else Fraction(1)
        if not 0 <= powers[name] <= 1000:
            raise _NotAllowed(option, given, power, f"its exponent '{exponent}'")
    if not any(powers.values()):
        _refuse(option, given, allowed)
    return {name: powers[name] for name in resources if powers.get(name)}


def product(powers: Mapping[str, object]) -> str:
    """Write a monomial as :func:`cost` reads it.

    >>> product({"N": 1, "P": Fraction(1, 2)})
    'N*P^1/2'
    """
    return "*".join(name if power == 1 else f"{name}^{power}" for name, power in powers.items())


def sizes(option: str, text: str) -> list[Fraction | float]:
    """Read sizes of a model in the order given: a comma list of positive numbers or ``inf``, or ``start:stop:count``.

    What is log-spaced is rounded to whole sizes, duplicates dropped, as times are.

    >>> sizes("--data", "100,inf,50"), sizes("--data", "10:1000:5")
    ([Fraction(100, 1), inf, Fraction(50, 1)], [Fraction(10, 1), Fraction(32, 1), Fraction(100, 1), Fraction(316, 1), \
Fraction(1000, 1)])
    """
    if ":" not in text:
        return _entries(option, text, _SIZES, positive_or_inf)
    start, stop, count = _range(option, text, _SIZES, whole, 1, LARGEST_SIZE)
    return [Fraction(size) for size in sorted({round(value) for value in _log_spaced(start, stop, count)})]


def budgets(option: str, text: str) -> list[float]:
    """Read compute budgets: ``start:stop:count`` (log-spaced) or a comma list.

    >>> budgets("--flops", "100:1e4:3")
    [100.0, 1000.0, 10000.0]
    """
    if ":" not in text:
        return sorted(set(_entries(option, text, _BUDGETS, positive_float)))
    start, stop, count = _range(option, text, _BUDGETS, positive_float)
    return sorted(set(_log_spaced(start, stop, count)))


def _range(option: str, text: str, form: str, reader: Callable[..., Read], *limits: Any) -> tuple[Read, Read, int]:
    """Read start:stop:count, the ends with ``reader``."""
    parts = text.split(":")
    if len(parts) != 3:
        _refuse(option, text, f"{form}, or a comma list")
    start, stop = (
        _part(option, text, name, part, reader, *limits) for name, part in zip(("start", "stop"), parts, strict=False)
    )
    count = _part(option, text, "count", parts[2], whole, 1, MOST_TIMES)
    if stop < start:  # type: ignore[operator]
        _refuse(option, text, f"{form}, with start <= stop")
    return start, stop, count


def _log_spaced(start: float, stop: float, count: int) -> list[float]:
    """Numbers from start to stop in equal ratios; the ends are met exactly."""
    if count == 1 or start == stop:
        return [start]
    decades = math.log10(stop / start)
    return [start, *(start * 10.0 ** (decades * i / (count - 1)) for i in range(1, count - 1)), stop]
