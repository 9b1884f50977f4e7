"""Intervals that provably hold points of the learning curve."""

from __future__ import annotations

from typing import Any

from ...action import action
from ...boundary import numerics_errors
from ...output import screen
from ...output.proof import ball_payload, proved, proving
from ...output.result import Result
from ...read import arguments as common
from ...read import numbers
from ..dynamical.given import A, B, Modes, Noise, proved_modes
from . import given


@action()
def certify(
    a: A = None,
    b: B = None,
    data: given.Data = "100,1000",
    features: given.Features = "inf",
    ridge: given.Ridge = "0",
    noise: Noise = "0",
    modes: Modes = "inf",
    digits: common.Goal = "12",
    spectrum: common.Spectrum = None,
) -> Result:
    """Prove the loss L(D, P) of ridge regression with P random features on D samples, beyond its noise floor.

    Values are in the order of --data, and for each of --features. Numbers are read exactly.

    Example: tauber certify explaining --a 9/5 --b 3/2 --data 100,1000 --features 50,inf --ridge 1/10 --digits 30

    Returns
    -------
    Result
        ``values``, each with ``data``, ``features``, ``ball`` ("[middle +/- radius]"), ``radius`` and the training loss
        ``train``; ``certificate``, line by line.

    Raises
    ------
    BadInput
        A parameter out of its range, or a loss that is infinite.
    CheckFailed
        No proof was found.

    References
    ----------
    Bahri, Dyer, Kaplan, Lee, Sharma, arXiv 2102.06701.
    """
    problem = given.Problem.read(a, b, ridge, noise, modes, spectrum)
    source, decay = proved_modes(problem.a, problem.b, problem.spectrum)
    penalty = numbers.not_negative("--ridge", ridge)
    datas, widths = numbers.sizes("--data", data), numbers.sizes("--features", features)
    goal = numbers.digits(digits, numbers.PROVED_DIGITS)
    asked = problem.values | {"ridge": penalty, "noise": problem.noise, "digits": goal}
    with proving(asked, {"values": []}) as answer, numerics_errors():
        from ...numerics.certified import CertifiedLearningCurve
        from ...numerics.certified.certificate import explaining_certificate

        model = CertifiedLearningCurve(source, decay, ridge=penalty, noise=problem.noise, modes=problem.modes)
        found: list[dict[str, Any]] = []
        for size in datas:
            for width in widths:
                both = model.at(size, width, goal)
                sizes = {"data": numbers.whole_if_it_is(size), "features": numbers.whole_if_it_is(width)}
                found.append(sizes | ball_payload(both.loss, goal) | {"train": both.train.text(goal)})
        answer |= {"values": found, "certificate": list(explaining_certificate(model))}

    def show(result: Result) -> None:
        screen.print_line(
            f"Ridge regression on random features at a = {source}, b = {decay}: ridge {penalty}, noise "
            f"{problem.noise}, modes {problem.modes}: certified"
        )
        rows = [(f"{e['data']:.10g}", f"{e['features']:.10g}", e["ball"], e["train"]) for e in result["values"]]
        screen.print_table("Proved", ("data", "features", "L lies in", "train loss lies in"), rows)

    return proved(asked, answer, show)
