"""``tauber certify dynamical`` and ``explaining``: the other two models as far as the same lemmas reach."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ...boundary import numerics_errors
from ...read import arguments as options
from ...read import numbers
from ...report import screen
from ..explaining import given as explaining_options
from ..plrf.certify import (
    Goal,
    ball_payload,
    concluded,
    exact_times,
    print_certificate,
    print_values,
    read_goal,
    value_payload,
)
from . import given as dynamical_options

Moments = Annotated[
    str,
    typer.Option(
        metavar="START:STOP:COUNT|LIST",
        help="Times, any real number from 0 on: log-spaced to six digits, or a comma list read exactly.",
    ),
]


def dynamical(
    a: dynamical_options.A,
    b: dynamical_options.B,
    width: dynamical_options.Width = "inf",
    data: dynamical_options.Data = "inf",
    noise: dynamical_options.Noise = "0",
    modes: dynamical_options.Modes = "inf",
    times: Moments = "1,1e4",
    digits: Goal = "12",
    json: options.Json = False,
) -> None:
    """Prove the training loss of the dynamical model under gradient flow; with --data inf it is the test loss too.

    The noise floor sigma^2 is in it. Numbers are read exactly; any time above 0 is allowed. A training loss that has
    become exponentially small is refused.

    Example: tauber certify dynamical --a 3 --b 3/2 --width 80 --data 160 --noise 1/10 --modes 400 --times 1,1e4
    """
    problem = dynamical_options.Problem.read(a, b, width, data, noise, modes)
    moments, goal = exact_times("--times", times, whole=False), read_goal(digits)
    payload = problem.payload | {"width": str(problem.width), "data": str(problem.data), "noise": str(problem.noise)}
    with concluded(payload | {"digits": goal}, {"values": []}, json) as certified, numerics_errors():
        from ...numerics.certified import CertifiedDynamical
        from ...numerics.certified.certificate import dynamical_certificate

        model = CertifiedDynamical(
            problem.a, problem.b, problem.width, problem.data, noise=problem.noise, modes=problem.modes
        )
        values = model.train(moments, goal)
        certified |= {
            "values": value_payload(values, goal),
            "certificate": list(dynamical_certificate(model, values)),
        }
    if json:
        return
    screen.print_line(
        f"Dynamical model at a = {problem.a}, b = {problem.b}, width {problem.width}, data {problem.data}, noise "
        f"{problem.noise}, modes {problem.modes}: certified"
    )
    print_values(certified["values"], "time", "training loss")
    print_certificate(certified["certificate"])


def explaining(
    a: dynamical_options.A,
    b: dynamical_options.B,
    data: explaining_options.Data = "100,1000",
    features: explaining_options.Features = "inf",
    ridge: explaining_options.Ridge = "0",
    noise: dynamical_options.Noise = "0",
    modes: dynamical_options.Modes = "inf",
    digits: Goal = "12",
    json: options.Json = False,
) -> None:
    """Prove the loss L(D, P) of ridge regression with P random features on D samples, beyond its noise floor.

    Values are in the order of --data, and for each of --features. Numbers are read exactly.

    Example: tauber certify explaining --a 9/5 --b 3/2 --data 100,1000 --features 50,inf --ridge 1/10 --digits 30
    """
    problem = explaining_options.Problem.read(a, b, ridge, noise, modes)
    penalty = numbers.not_negative("--ridge", ridge)
    datas, widths = numbers.sizes("--data", data), numbers.sizes("--features", features)
    goal = read_goal(digits)
    payload = problem.payload | {"ridge": str(penalty), "noise": str(problem.noise), "digits": goal}
    with concluded(payload, {"values": []}, json) as certified, numerics_errors():
        from ...numerics.certified import CertifiedLearningCurve
        from ...numerics.certified.certificate import explaining_certificate

        model = CertifiedLearningCurve(problem.a, problem.b, ridge=penalty, noise=problem.noise, modes=problem.modes)
        found: list[dict[str, Any]] = []
        for size in datas:
            for width in widths:
                both = model.at(size, width, goal)
                sizes = dict(zip(("data", "features"), explaining_options.shown((size, width)), strict=True))
                found.append(sizes | ball_payload(both.loss, goal) | {"train": both.train.text(goal)})
        certified |= {"values": found, "certificate": list(explaining_certificate(model))}
    if json:
        return
    screen.print_line(
        f"Ridge regression on random features at a = {problem.a}, b = {problem.b}: ridge {penalty}, noise "
        f"{problem.noise}, modes {problem.modes}: certified"
    )
    rows = [(f"{e['data']:.10g}", f"{e['features']:.10g}", e["ball"], e["train"]) for e in certified["values"]]
    screen.print_table("Proved", ("data", "features", "L lies in", "train loss lies in"), rows)
    print_certificate(certified["certificate"])
