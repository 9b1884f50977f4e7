"""Tables of runs made by the tool: losses of a law at a grid of sizes and data, with noise."""

from __future__ import annotations

import numpy as np

from ..core.precision import Array
from ..errors import TauberInputError
from .forms import FORMS
from .table import Cost, Runs, completed


def draw_runs(
    law: dict[str, float], compute: Array, sizes: int, *, form: str = "sum", ratio: tuple[float, float] = (2.0, 200.0),
    noise: float = 0.0, seed: int = 0, cost: Cost | None = None,
) -> Runs:  # fmt: skip
    """Runs on lines of equal compute, the data per size log-spaced between the two of `ratio`.

    Parameters
    ----------
    law
        The parameters of the form by name, such as E, A, B, a, b.
    compute
        Budgets, (B,).
    sizes
        Runs on each of them.
    noise
        Standard deviation of log loss, Gaussian.

    Raises
    ------
    TauberInputError
        If the law lacks a parameter of the form.
    """
    shape, cost = FORMS[form], cost or Cost()
    missing = [name for name in shape.parameters if name not in law]
    if missing:
        raise TauberInputError(f"The form {form!r} has the parameters {', '.join(shape.parameters)}; {missing} lack.")
    shares = np.geomspace(*ratio, sizes)
    budget, share = (x.ravel() for x in np.meshgrid(np.asarray(compute, dtype=float), shares, indexing="ij"))
    # data = share * size, so that factor * share^k * size^(m + k) is the compute.
    power = cost.size_power + cost.data_power
    size = (budget / cost.factor / share**cost.data_power) ** (1 / power)
    runs = Runs(np.ones_like(size), size, share * size, budget)
    x = shape.coordinates(runs)
    theta = _internal(shape.parameters, law, x.centre)
    loss = x.unit * np.exp(shape.log_loss(theta[None], x)[0])
    loss = loss * np.exp(noise * np.random.default_rng(seed).standard_normal(len(loss)))
    return completed(Runs(loss, size, share * size, budget), cost)


def _internal(parameters: tuple[str, ...], law: dict[str, float], centre: Array) -> Array:
    """Internal parameters of a law where the unit of the loss is 1."""
    found = {name: float(law[name]) for name in parameters}
    slopes = [name for name in parameters if name in "abc"]
    for constant, slope, middle in zip([p for p in parameters if p in "ABK"], slopes, centre, strict=True):
        found[constant] = np.log(law[constant]) - law[slope] * middle
    if "q" in found:
        found["q"] = np.log(law["q"])
    return np.array([found[name] for name in parameters])
