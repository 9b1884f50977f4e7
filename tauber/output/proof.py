"""Proved values in results: balls, with the certificate that says what was proved of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ..errors import CheckFailed
from . import screen
from .result import Result

if TYPE_CHECKING:
    from ..numerics.certified import CertifiedValue, Enclosure, SlopeRange


@contextmanager
def proving(asked: Mapping[str, Any], answer: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Run a proof that fills `answer`; a refusal carries the result that JSON shows: what was asked, and why not."""
    from ..numerics.core.progress import watched

    try:
        with screen.waiting("Proving") as say, watched(say):
            yield answer
    except CheckFailed as error:
        refused = {**asked, "status": "refused", "reason": str(error), "certificate": [], **answer}
        raise CheckFailed(str(error), Result(refused, lambda *_: None, ok=False)) from error


def proved(asked: Mapping[str, Any], answer: Mapping[str, Any], show: Callable[[Result], None]) -> Result:
    """The result of a proof; `show` writes what stands above the certificate."""

    def page(result: Result, full: bool) -> None:
        del full  # a proof is shown whole
        show(result)
        screen.print_line("Certificate")
        for line in result.certificate:
            screen.print_line(f"  {line}")

    return Result({**asked, "status": "certified", "reason": None, **answer}, page)


def value_payload(values: Sequence[CertifiedValue], goal: int) -> list[dict[str, Any]]:
    """Values with their times: ball and radius, as they are printed."""
    return [{"time": plain_time(each.time)} | ball_payload(each.ball, goal) for each in values]


def ball_payload(ball: Enclosure, goal: int) -> dict[str, str]:
    """A ball as it is printed, so rounded that it holds the proved one, and its radius."""
    return {"ball": ball.text(goal), "radius": ball.radius_text(goal)}


def plain_time(time: Fraction) -> int | Fraction:
    """A time, an integer where it is whole."""
    return int(time) if time.denominator == 1 else time


def slope_payload(found: SlopeRange) -> dict[str, Any]:
    """A statement on a range of times."""
    return {"range": [plain_time(found.first), plain_time(found.last)], "interval": list(found.interval.interval(10))}


def show_values(values: Sequence[Mapping[str, Any]], time: str, name: str) -> None:
    """Print the table of proved values."""
    screen.print_table("Proved", (time, f"{name} lies in"), [(str(each["time"]), each["ball"]) for each in values])
