"""``tauber spectrum``: eigenvalues of a kernel on data, the target's power on them, and exponents with flags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...boundary import numerics_errors
from ...cli.plotting import plot_target
from ...read import arguments as options
from ...report import screen
from . import given as own
from . import reading as form
from .given import Asked, decay_payload, described, exponent_rows, exponents_payload, read_window

if TYPE_CHECKING:
    from pathlib import Path

    from ...numerics.data import Dimension, Kernel, Pool, Problem

_USUAL_SIZE = 2000


def spectrum(
    data: own.Source,
    kernel: own.KernelName = None,
    scale: own.Scale = None,
    target: own.Target = None,
    classes: own.Classes = None,
    raw: own.Raw = False,
    size: own.Count = None,
    labels: form.Labels = None,
    no_target: form.NoTarget = False,
    delimiter: form.Delimiter = None,
    decimal: form.Decimal = None,
    header: form.Header = None,
    drop: form.Drop = None,
    keep: form.Keep = None,
    complete: form.Complete = False,
    window: own.Window = None,
    seed: options.Seed = "0",
    plot: options.Plot = None,
    json: options.Json = False,
) -> None:
    """Read the spectrum of data: eigenvalues of a kernel, the target's power on them, exponents, intrinsic dimension.

    The exponents a and b are those of the population behind the points (eigenvalues k^-b, powers k^-a), found from the
    pool's resolvent, since eigenvalues of finitely many points fall too slowly. Each has an error, from parts of the
    pool and from the drift over the window; the flags say what not to believe. Without --size at most 2000 points are
    used.

    Example: tauber spectrum digits --kernel laplace
    """
    layout = form.Form.read(labels, delimiter, decimal, header, drop, keep, complete, no_target)
    asked = Asked.read(data, kernel, scale, target, classes, raw, size, seed, layout)
    fitted, drawn = read_window(window), plot_target(plot)
    problem = asked.problem()
    used = asked.chosen_kernel(problem)
    with numerics_errors(), screen.waiting("Diagonalising"):
        from ...numerics.data import pool_of

        points = problem
        if size is None and problem.size > _USUAL_SIZE:
            points = problem.subset(asked.shuffled(problem)[:_USUAL_SIZE])
        pool = pool_of(points.gram(used), points.targets)
        fits = exponents_payload if points.targets.shape[1] else decay_payload
        payload = {"model": "spectrum"} | asked.payload(points, used) | fits(pool, fitted)
        payload["flags"] += _end_of_spectrum(points, used)
        payload |= {"dimension": _dimension(points, payload["flags"])} | _pool_payload(pool)
        if drawn is not None:
            from ...plots.save import save
            from ...plots.spectra import draw_spectrum

            save(draw_spectrum(described(payload), pool, payload), drawn)
    if json:
        screen.print_json(payload)
    else:
        _show(payload, drawn)


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
        flags.append(str(error))
        return None
    if abs(found.value - found.coarser) > 2 * (found.error**2 + found.coarser_error**2) ** 0.5:
        flags.append(
            f"The dimension is {found.value:.3g} for all points and {found.coarser:.3g} for half of them: it depends "
            "on the scale."
        )
    return _fields(found)


def _fields(found: Dimension) -> dict[str, Any]:
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


def _show(payload: dict[str, Any], drawn: Path | None) -> None:
    screen.print_line(described(payload))
    form.show_reading(payload["reading"])
    target = (
        ""
        if payload["power"] is None
        else f", power of the target {payload['target_power']:.6g}, of which {payload['null_power']:.3g} on "
        "eigenvalues that are zero"
    )
    screen.print_line(f"Rank {payload['rank']}, mean of K(x, x) {payload['mean_diagonal']:.6g}{target}")
    if payload["dimension"] is not None:
        dimension = payload["dimension"]
        screen.print_line(
            f"Intrinsic dimension {dimension['value']:.3g} +- {dimension['error']:.2g} (two nearest neighbours; "
            f"{dimension['coarser']:.3g} +- {dimension['coarser_error']:.2g} for half of the points)"
        )
    show_exponents(payload)
    if drawn is not None:
        screen.print_line(f"Wrote {drawn}")


def show_exponents(payload: dict[str, Any]) -> None:
    """Print the table of exponents in a payload with its flags."""
    if payload["exponents"] is not None:
        start, stop = payload["window"]
        screen.print_line(f"Exponents are fitted over {start:.4g} to {stop:.4g} degrees of freedom")
        screen.print_table("Exponents", ("exponent", "value", "error", "of what"), exponent_rows(payload))
        screen.print_line(_noise_line(payload["noise"]))
    for flag in payload["flags"]:
        screen.print_line(f"Flag: {flag}")


def _noise_line(noise: dict[str, Any]) -> str:
    """The variance of the target's noise, or its bound."""
    if noise["value"] is None:
        return "Noise of the target: cannot be told"
    if noise["seen"]:
        return f"Noise of the target: variance {noise['value']:.4g} +- {noise['error']:.2g}"
    return f"Noise of the target: none is seen, its variance is at most {noise['high']:.3g}"
