"""``tauber certify``: intervals that provably hold the answer. Certified, refused (exit code 1), or bad input (2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...boundary import numerics_errors
from ...errors import BadInput, CheckFailed
from ...read import arguments as options
from ...read import numbers
from ...report import screen
from .given import Point, rate, size_and_width

if TYPE_CHECKING:
    from ...numerics.certified import CertifiedValue, Enclosure, SlopeRange

app = typer.Typer(
    name="certify",
    no_args_is_help=True,
    help="Prove a loss: intervals that hold the exact value of the equivalent, with their certificate.",
)

Goal = Annotated[str, typer.Option(metavar="WHOLE", help="Digits that each interval must prove.")]
Times = Annotated[
    str,
    typer.Option(
        metavar="START:STOP:COUNT|LIST",
        help="Steps up to 1e30: log-spaced and rounded, or a comma list; late times in a list need not be whole.",
    ),
]


@app.command("plrf")
def plrf(
    alpha: options.Alpha,
    beta: options.Beta,
    d: options.Size = "1000",
    v: options.Width = None,
    lr: options.Rate = "auto",
    batch: options.Batch = "1",
    times: Times = "100,1e6",
    digits: Goal = "12",
    level: Annotated[bool, typer.Option("--level", help="Also the level at infinite time.")] = False,
    slope: Annotated[
        str | None,
        typer.Option(metavar="FROM:TO", help="Also an interval for the slope d log P/d log t at every real t between."),
    ] = None,
    json: options.Json = False,
) -> None:
    """Prove the loss P(r) of the power-law random-features model: each interval holds it, for the numbers as given.

    Numbers are read exactly; a step size auto is half of the stability limit, rounded down to three digits. Allowed is
    what curve plrf takes (alpha up to 10, beta up to 100, any d < v, a stable step size), at steps up to 1e30. Refused,
    with exit code 1, is what cannot be proved. Proved is the value of the deterministic equivalent: see the
    certificate for what is not covered. Twelve digits take a tenth of a second or a few, a thousand take minutes.

    Example: tauber certify plrf --alpha 4/5 --beta 3/10 --d 1000 --v 1000000 --lr 1/10 --times 100,1e6 --digits 20
    """
    point = Point.read(alpha, beta)
    size, width = size_and_width(point, d, v)
    step, samples = rate(lr), numbers.whole("--batch", batch)
    moments, goal = exact_times("--times", times), read_goal(digits)
    span = None if slope is None else _span(slope)
    payload: dict[str, Any] = {
        "model": "plrf", "alpha": str(point.alpha), "beta": str(point.beta), "d": size, "v": width, "batch": samples,
        "step_size": str(step), "digits": goal,
    }  # fmt: skip
    answer: dict[str, Any] = {"values": [], "kernel_norm": None, "level": None, "stability_limit": None, "slope": None}
    with concluded(payload, answer, json) as certified, numerics_errors():
        from ...numerics.certified import CertifiedPLRF
        from ...numerics.certified.certificate import plrf_certificate

        model = CertifiedPLRF(point.alpha, point.beta, size, width, batch=samples, step_size=step)
        values = model.curve(moments, goal)
        sloped = None if span is None else model.slope(*span)
        payload["step_size"] = str(model.gamma)
        certified |= {
            "values": value_payload(values, goal),
            "kernel_norm": model.kernel_norm_enclosure(goal).text(goal),
            "level": model.level(goal).text(goal) if level else None,
            "stability_limit": model.stability_limit(goal).text(goal),
            "slope": None if sloped is None else slope_payload(sloped),
            "certificate": list(plrf_certificate(model, values, sloped)),
        }
    if json:
        return
    screen.print_line(
        f"Power-law random-features model at alpha = {point.alpha}, beta = {point.beta}, d = {size}, v = {width}, "
        f"step size {model.gamma}, batch {samples}: certified"
    )
    print_values(certified["values"], "step", "P")
    for name, symbol in (("kernel_norm", "||K||"), ("stability_limit", "stability limit"), ("level", "P(inf)")):
        if certified[name] is not None:
            screen.print_line(f"{symbol} in {certified[name]}")
    if sloped is not None:
        low, high = certified["slope"]["interval"]
        screen.print_line(f"slope d log P/d log t in [{low}, {high}] for every real t in {slope}")
    print_certificate(certified["certificate"])


@contextmanager
def concluded(payload: dict[str, Any], answer: dict[str, Any], json: bool) -> Iterator[dict[str, Any]]:
    """Run a proof that fills `answer`; print the JSON object as certified, or as refused before exit code 1."""
    from ...numerics.progress import watched

    try:
        with screen.waiting("Proving") as say, watched(say):
            yield answer
    except CheckFailed as error:
        if json:
            screen.print_json(payload | {"status": "refused", "reason": str(error), "certificate": []} | answer)
        raise
    if json:
        screen.print_json(payload | {"status": "certified", "reason": None} | answer)


def read_goal(text: str) -> int:
    """Read how many digits are to be proved."""
    return numbers.digits(text, numbers.PROVED_DIGITS)


def exact_times(option: str, text: str, whole: bool = True) -> list[Fraction]:
    """Read times exactly, in increasing order; a range gives whole steps, or six digits of log-spaced times.

    >>> exact_times("--times", "1000.5,1e2"), exact_times("--times", "0.1:10:2", whole=False)
    ([Fraction(100, 1), Fraction(2001, 2)], [Fraction(1, 10), Fraction(10, 1)])
    """
    if ":" in text:
        found = numbers.times(option, text) if whole else [f"{t:.6g}" for t in numbers.moments(option, text)]
        return sorted({Fraction(t) for t in found})
    return sorted({numbers.moment(option, part) for part in text.split(",")})


def _span(text: str) -> tuple[Fraction, Fraction]:
    first, colon, last = text.partition(":")
    if not colon:
        raise BadInput(f"--slope was given as '{text}', but it must be a range of times such as 1e4:1e6.")
    return numbers.moment("--slope", first), numbers.moment("--slope", last)


def value_payload(values: Sequence[CertifiedValue], goal: int) -> list[dict[str, Any]]:
    """The values as JSON has them: time, ball, radius."""
    return [{"time": plain_time(each.time)} | ball_payload(each.ball, goal) for each in values]


def ball_payload(ball: Enclosure, goal: int) -> dict[str, str]:
    """A ball as it is printed, and its radius."""
    return {"ball": ball.text(goal), "radius": ball.radius_text(goal)}


def plain_time(time: Fraction) -> int | str:
    """A time: whole, or the exact fraction as text."""
    return int(time) if time.denominator == 1 else str(time)


def slope_payload(found: SlopeRange) -> dict[str, Any]:
    """A statement on a range of times."""
    return {"range": [plain_time(found.first), plain_time(found.last)], "interval": list(found.interval.interval(10))}


def print_values(values: Sequence[dict[str, Any]], time: str, name: str) -> None:
    """The table of proved values."""
    rows = [(str(each["time"]), each["ball"]) for each in values]
    screen.print_table("Proved", (time, f"{name} lies in"), rows)


def print_certificate(lines: Sequence[str]) -> None:
    """The certificate, a line each."""
    screen.print_line("Certificate")
    for line in lines:
        screen.print_line(f"  {line}")
