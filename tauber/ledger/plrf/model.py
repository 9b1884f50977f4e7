"""Claims: what is solved is the model. SGD against its exact recursion, drawn embeddings against the equivalent.

Both compare random numbers with derived ones, so the tolerance is a number of standard errors: four, which a true claim
exceeds in less than one of 10,000 comparisons.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ..claim import Comparison, Kind
from ..families.draws import ERRORS, STANDARD_ERRORS
from ..papers import EQUIVALENT, VOLTERRA
from ..source import stated
from ..topic import topic
from ..typed import typed
from .probe import Probe

if TYPE_CHECKING:
    import numpy as np


RUNS = 4000
RECURSION_TIMES = (1, 2, 5, 10, 20, 50)
# A small step: near the stability limit the loss of SGD has tails so heavy that its mean is not to be had by sampling.
RECURSION_PROBES = (
    (Probe(Fraction(4, 5), Fraction(3, 10), 4.0, 0.2), 1),
    (Probe(Fraction(3, 10), Fraction(7, 10), 4.0, 0.2), 3),
)
RECURSION_SIZE = 5

DRAWS = 500
EQUIVALENT_SIZES = (16, 32, 64)
EQUIVALENT_TIMES = (3, 30, 300)
EQUIVALENT_PROBES = (Probe(Fraction(4, 5), Fraction(3, 10), 5.0), Probe(Fraction(7, 10), Fraction(6, 5), 5.0))


claim = topic(
    "plrf",
)


@claim(
    "recursion.simulation",
    "The expected loss of SGD for a given embedding obeys the exact recursion",
    typed(
        "mean(P(r)) = P_infinity + Sum(lambda_(i)*rho(i, r), (i, 1, d))",
        "rho(i, r + 1) = g(lambda_(i))*rho(i, r) + gamma^2*B*lambda_(i)*mean(P(r))",
    ),
    samples=RUNS * len(RECURSION_PROBES),
    kind=Kind.IDENTITY,
    assumptions="Gaussian data; any W, step size and batch; the expectation is over the data only",
    order_of_limits="none: exact at every d, v and r",
    source=stated(VOLTERRA, note="discrete time and any batch: derived here"),
    derived_by="tauber.numerics.models.plrf.model.GivenDraw (the recursion)",
    measured_by="tauber.numerics.models.plrf.simulation.sgd",
)
def _check_recursion(seed: int) -> Iterator[Comparison]:
    """SGD on sampled data, divided by the exact expectation for the same W, has mean one at every step."""
    import numpy as np

    from ...numerics.models.plrf.simulation import expected_recursion, sgd

    for probe, batch in RECURSION_PROBES:
        model = probe.model(RECURSION_SIZE, batch)
        # The same seed draws the same embeddings W in both.
        exact = expected_recursion(model, RECURSION_TIMES, seed=seed, draws=RUNS)
        sampled = sgd(model, RECURSION_TIMES, seed=seed, runs=RUNS)
        share = np.asarray(sampled.losses) / np.asarray(exact.losses)
        errors = STANDARD_ERRORS * share.std(axis=0, ddof=1) / np.sqrt(RUNS)
        yield from (
            Comparison(f"SGD loss over exact loss, step {t}, batch {batch}, {probe}", 1.0, mean, error, ERRORS, 0.08)
            for t, mean, error in zip(RECURSION_TIMES, share.mean(axis=0).tolist(), errors.tolist(), strict=True)
        )


@claim(
    "equivalent.draws",
    "The typical loss over embeddings is the deterministic equivalent, up to O(1/d)",
    typed("median(P_W(r)) = P(r)*(1 + O(1/d, d))"),
    samples=DRAWS * len(EQUIVALENT_SIZES) * len(EQUIVALENT_PROBES),
    kind=Kind.EQUIVALENCE,
    assumptions="P_W the mean over data given W; v/d fixed, step size a fixed part of its stability limit, r fixed",
    order_of_limits="d to infinity at fixed r; a median, since the mean over W diverges at late times",
    source=stated(EQUIVALENT),
    derived_by="tauber.numerics.models.plrf.PLRF.curve",
    measured_by="tauber.numerics.models.plrf.simulation.expected_recursion",
    dear=True,
)
def _check_equivalent(seed: int) -> Iterator[Comparison]:
    """The median over W, divided by the equivalent, tends to one like 1/d: the intercept of a line in 1/d is one."""
    import numpy as np

    from ...numerics.models.plrf.simulation import expected_recursion

    for probe in EQUIVALENT_PROBES:
        shares, errors = [], []
        for d in EQUIVALENT_SIZES:
            model = probe.model(d)
            drawn = expected_recursion(model, EQUIVALENT_TIMES, seed=seed, draws=DRAWS)
            solved = np.asarray(model.curve(EQUIVALENT_TIMES).loss, float)
            shares.append(np.asarray(drawn.median) / solved)
            errors.append(np.asarray(drawn.median_error) / solved)
        for k, t in enumerate(EQUIVALENT_TIMES):
            limit, error = _intercept([share[k] for share in shares], [error[k] for error in errors])
            what = f"median over W of the loss over its equivalent, step {t}, d to infinity, {probe}"
            yield Comparison(what, 1.0, limit, STANDARD_ERRORS * error, ERRORS, 0.08)


def _intercept(values: list[Any], errors: list[Any]) -> tuple[float, float]:
    """Weighted least squares of a + b/d over the sizes: a and its standard error."""
    import numpy as np

    weights: np.ndarray = 1 / np.asarray(errors, float)
    design = np.column_stack([np.ones(len(weights)), 1 / np.asarray(EQUIVALENT_SIZES, float)]) * weights[:, None]
    covariance = np.linalg.inv(design.T @ design)
    solution = covariance @ design.T @ (np.asarray(values, float) * weights)
    return float(solution[0]), float(np.sqrt(covariance[0, 0]))
