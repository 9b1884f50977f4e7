"""Intervals that provably hold the loss: certified, or refused."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any

from ...action import Argument, Numbers, action
from ...boundary import numerics_errors
from ...errors import BadInput
from ...output import screen
from ...output.proof import proved, proving, show_values, slope_payload, value_payload
from ...output.result import Result
from ...read import arguments as common
from ...read import numbers
from .given import Data, Noise, provable, rate, size_and_width

_TIMES = "Steps up to 1e30: log-spaced and rounded, or a comma list; late times in a list need not be whole."


@action()
def certify(
    alpha: common.Alpha = None,
    beta: common.Beta = None,
    d: common.Size = "1000",
    v: common.Width = None,
    lr: common.Rate = "auto",
    batch: common.Batch = "1",
    noise: Noise = "0",
    times: Annotated[Numbers, Argument("START:STOP:COUNT|LIST", _TIMES)] = "100,1e6",
    digits: common.Goal = "12",
    level: Annotated[bool, Argument("", "Also the level at infinite time.")] = False,
    slope: Annotated[
        Numbers | None,
        Argument("FROM:TO", "Also an interval for the slope of log P over log r at every real r between."),
    ] = None,
    spectrum: common.Spectrum = None,
) -> Result:
    """Prove the loss P(r) of the power-law random-features model: each interval holds it, for the numbers as given.

    Numbers are read exactly; a step size auto is half of the stability limit, rounded down to three digits. Allowed is
    what curve plrf takes (alpha up to 10, beta up to 100, any d < v, label noise, a stable constant step size), at
    steps up to 1e30. Refused, with exit code 1, is what cannot be proved. Proved is the value of the deterministic
    equivalent: see the certificate for what is not covered. Twelve digits take a tenth of a second or a few, a
    thousand take minutes.

    Example: tauber certify plrf --alpha 4/5 --beta 3/10 --d 1000 --v 1000000 --lr 1/10 --times 100,1e6 --digits 20

    Returns
    -------
    Result
        ``values``, each with ``time``, ``ball`` ("[middle +/- radius]") and ``radius``; ``kernel_norm``,
        ``stability_limit``, ``level`` and ``slope`` likewise; ``certificate``, line by line.

    Raises
    ------
    BadInput
        A parameter out of its range, or a step size that is not stable.
    CheckFailed
        No proof was found.

    References
    ----------
    Paquette, Paquette, Xiao, Pennington, arXiv 2405.15074.
    """
    given = provable(Data.read(alpha, beta, spectrum))
    size, width = size_and_width(given, d, v)
    first, second = given.exponents
    step, samples, sigma = rate(lr), numbers.whole("--batch", batch), numbers.not_negative("--noise", noise)
    moments, goal = numbers.exact_times("--times", times), numbers.digits(digits, numbers.PROVED_DIGITS)
    span = None if slope is None else _span(slope)
    asked: dict[str, Any] = {
        "model": "plrf", "alpha": first, "beta": second, "d": size, "v": width, "batch": samples,
        "noise": sigma, "step_size": step, "digits": goal,
    }  # fmt: skip
    answer: dict[str, Any] = {"values": [], "kernel_norm": None, "level": None, "stability_limit": None, "slope": None}
    with proving(asked, answer), numerics_errors():
        from ...numerics.certified import CertifiedPLRF
        from ...numerics.certified.certificate import plrf_certificate

        model = CertifiedPLRF(first, second, size, width, batch=samples, noise=sigma, step_size=step)
        values = model.curve(moments, goal)
        sloped = None if span is None else model.slope(*span)
        asked["step_size"] = model.gamma
        answer |= {
            "values": value_payload(values, goal),
            "kernel_norm": model.kernel_norm_enclosure(goal).text(goal),
            "level": model.level(goal).text(goal) if level else None,
            "stability_limit": model.stability_limit(goal).text(goal),
            "slope": None if sloped is None else slope_payload(sloped),
            "certificate": list(plrf_certificate(model, values, sloped)),
        }

    def show(result: Result) -> None:
        screen.print_line(
            f"Power-law random-features model at alpha = {first}, beta = {second}, d = {size}, v = {width}, "
            f"step size {result.step_size}, batch {samples}{f', noise {sigma}' if sigma else ''}: certified"
        )
        show_values(result["values"], "step", "P")
        for name, symbol in (("kernel_norm", "||K||"), ("stability_limit", "stability limit"), ("level", "P(inf)")):
            if result[name] is not None:
                screen.print_line(f"{symbol} in {result[name]}")
        if result.slope is not None:
            low, high = result.slope["interval"]
            screen.print_line(f"slope of log P over log r in [{low}, {high}] for every real r in {slope}")

    return proved(asked, answer, show)


def _span(text: str) -> tuple[Fraction, Fraction]:
    first, separator, last = text.replace(",", ":").partition(":")  # a pair of Python's is a comma list
    if not separator:
        raise BadInput(f"--slope was given as '{text}', but it must be a range of times such as 1e4:1e6.")
    return numbers.moment("--slope", first), numbers.moment("--slope", last)
