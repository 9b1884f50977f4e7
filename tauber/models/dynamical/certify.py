"""Intervals that provably hold the training loss: as far as the lemmas of the first model reach."""

from __future__ import annotations

from typing import Annotated

from ...action import Argument, Numbers, action
from ...boundary import numerics_errors
from ...output import screen
from ...output.proof import proved, proving, show_values, value_payload
from ...output.result import Result
from ...read import arguments as common
from ...read import numbers
from . import given

_TIMES = "Times, any real number from 0 on: log-spaced to six digits, or a comma list read exactly."


@action()
def certify(
    a: given.A = None,
    b: given.B = None,
    width: given.Width = "inf",
    data: given.Data = "inf",
    noise: given.Noise = "0",
    modes: given.Modes = "inf",
    times: Annotated[Numbers, Argument("START:STOP:COUNT|LIST", _TIMES)] = "1,1e4",
    digits: common.Goal = "12",
    spectrum: common.Spectrum = None,
) -> Result:
    """Prove the training loss of the dynamical model under gradient flow; with --data inf it is the test loss too.

    The noise floor sigma^2 is in it. Numbers are read exactly; any time above 0 is allowed. A training loss that has
    become exponentially small is refused.

    Example: tauber certify dynamical --a 3 --b 3/2 --width 80 --data 160 --noise 1/10 --modes 400 --times 1,1e4

    Returns
    -------
    Result
        ``values``, each with ``time``, ``ball`` ("[middle +/- radius]") and ``radius``; ``certificate``, line by line.

    Raises
    ------
    BadInput
        A parameter out of its range.
    CheckFailed
        No proof was found.

    References
    ----------
    Bordelon, Atanasov, Pehlevan, arXiv 2402.01092.
    """
    problem = given.Problem.read(a, b, width, data, noise, modes, spectrum=spectrum)
    source, decay = given.proved_modes(problem.a, problem.b, problem.spectrum)
    moments = numbers.exact_times("--times", times, whole=False)
    goal = numbers.digits(digits, numbers.PROVED_DIGITS)
    asked = problem.values | {"width": problem.width, "data": problem.data, "noise": problem.noise, "digits": goal}
    with proving(asked, {"values": []}) as answer, numerics_errors():
        from ...numerics.certified import CertifiedDynamical
        from ...numerics.certified.certificate import dynamical_certificate

        model = CertifiedDynamical(source, decay, problem.width, problem.data, noise=problem.noise, modes=problem.modes)
        values = model.train(moments, goal)
        answer |= {
            "values": value_payload(values, goal),
            "certificate": list(dynamical_certificate(model, values)),
        }

    def show(result: Result) -> None:
        screen.print_line(
            f"Dynamical model at a = {source}, b = {decay}, width {problem.width}, data {problem.data}, noise "
            f"{problem.noise}, modes {problem.modes}: certified"
        )
        show_values(result["values"], "time", "training loss")

    return proved(asked, answer, show)
