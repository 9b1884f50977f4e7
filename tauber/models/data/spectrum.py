"""The spectrum of data: eigenvalues of a kernel, the target's power on them, and exponents with flags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...action import action
from ...boundary import in_options, numerics_errors
from ...output import screen
from ...output.result import Result
from ...read import arguments as common
from . import given, reading
from .exponents import exponents_payload, show_exponents

if TYPE_CHECKING:
    from ...numerics.data import Kernel, Pool, Problem

_USUAL_SIZE = 2000


@action(draws=True)
def spectrum(
    source: given.Source,
    kernel: given.KernelName = None,
    scale: given.Scale = None,
    target: given.Target = None,
    classes: given.Classes = None,
    raw: given.Raw = False,
    size: given.Count = None,
    labels: reading.Labels = None,
    no_target: reading.NoTarget = False,
    delimiter: reading.Delimiter = None,
    decimal: reading.Decimal = None,
    header: reading.Header = None,
    drop: reading.Drop = None,
    keep: reading.Keep = None,
    complete: reading.Complete = False,
    window: given.Window = None,
    seed: common.Seed = "0",
) -> Result:
    """Read the spectrum of data: eigenvalues of a kernel, the target's power on them, exponents, intrinsic dimension.

    The exponents a and b are those of the population behind the points (eigenvalues k^-b, powers k^-a), found from the
    pool's resolvent, since eigenvalues of finitely many points fall too slowly. Each has an error, from parts of the
    pool and from the drift over the window; the flags say what not to believe. Without --size at most 2000 points are
    used.

    Example: tauber spectrum digits --kernel laplace

    Returns
    -------
    Result
        ``eigenvalues`` and ``power``, each of shape (points,), the second None without targets; ``exponents`` by name
        (b, alpha_D, alpha_P, a), each with ``value`` and ``error``, or None; ``noise``, ``dimension``, ``flags``.

    Raises
    ------
    BadInput
        Data that cannot be read, targets that are all the same, or a window that does not fit.
    """
    form = reading.Form.read(labels, delimiter, decimal, header, drop, keep, complete, no_target)
    asked = given.Asked.read(source, kernel, scale, target, classes, raw, size, seed, form)
    fitted = given.read_window(window)
    problem = asked.problem()
    used = asked.chosen_kernel(problem)
    with numerics_errors(), screen.waiting("Diagonalising"):
        from ...numerics.data import pool_of

        points = problem
        if size is None and problem.size > _USUAL_SIZE:
            points = problem.subset(asked.shuffled(problem)[:_USUAL_SIZE])
        pool = pool_of(points.gram(used), points.targets)
        values = {"model": "spectrum"} | asked.payload(points, used) | exponents_payload(pool, fitted)
        values["flags"] += _end_of_spectrum(points, used)
        values |= {"dimension": _dimension(points, values["flags"])} | _pool_payload(pool)
    return Result(values, _show, lambda result: _figure(result, pool))


def _figure(result: Result, pool: Pool) -> Any:
    from ...plots.spectra import draw_spectrum

    with numerics_errors():
        return draw_spectrum(given.described(result.to_dict()), pool, result.to_dict())


_ENDLESS = 50  # eigenvalues per point from which on the end of a spectrum no longer bends its fitted exponents


def _end_of_spectrum(points: Problem, kernel: Kernel | None) -> list[str]:
    """A flag where a linear kernel has so few features that the end of its spectrum is in the fitted exponents."""
    if kernel is None or kernel.name != "linear" or points.features is None:
        return []
    count = points.features.shape[1]
    if count >= _ENDLESS * points.size:
        return []
    flag = (
        f"The linear kernel has {count} eigenvalues for {points.size} points: its spectrum ends, which makes b and the "
        "other exponents too large by more than their errors; take fewer points, or more features."
    )
    return [flag]


def _dimension(points: Problem, flags: list[str]) -> dict[str, Any] | None:
    """Intrinsic dimension of the points, with a flag where it depends on the scale; None without features."""
    from ...numerics.data import intrinsic_dimension
    from ...numerics.errors import TauberInputError

    if points.features is None:
        return None
    try:
        found = intrinsic_dimension(points.features)
    except TauberInputError as error:
        flags.append(in_options(str(error)))
        return None
    if abs(found.value - found.coarser) > 2 * (found.error**2 + found.coarser_error**2) ** 0.5:
        flags.append(
            f"The dimension is {found.value:.3g} for all points and {found.coarser:.3g} for half of them: it depends "
            "on the scale."
        )
    names = ("value", "error", "points", "coarser", "coarser_error")
    return {name: getattr(found, name) for name in names}


def _pool_payload(pool: Pool) -> dict[str, Any]:
    aimed = pool.targets.shape[1] > 0
    return {
        "rank": pool.rank,
        "mean_diagonal": pool.scale,
        "target_power": float(pool.power.sum()) if aimed else None,
        "null_power": pool.null_power if aimed else None,
        "eigenvalues": pool.lam,
        "power": pool.power if aimed else None,
    }


def _show(result: Result, full: bool) -> None:
    del full  # there is one answer
    values = result.to_dict()
    screen.print_line(given.described(values))
    reading.show_reading(values["reading"])
    target = (
        ""
        if values["power"] is None
        else f", power of the target {values['target_power']:.6g}, of which {values['null_power']:.3g} on "
        "eigenvalues that are zero"
    )
    screen.print_line(f"Rank {values['rank']}, mean of K(x, x) {values['mean_diagonal']:.6g}{target}")
    dimension = values["dimension"]
    if dimension is not None:
        screen.print_line(
            f"Intrinsic dimension {dimension['value']:.3g} +- {dimension['error']:.2g} (two nearest neighbours; "
            f"{dimension['coarser']:.3g} +- {dimension['coarser_error']:.2g} for half of the points)"
        )
    show_exponents(values)
