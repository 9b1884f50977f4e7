"""Exponents fitted on a pool of data: what a result holds of them, and the table of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...boundary import in_options
from ...output import screen

if TYPE_CHECKING:
    from ...numerics.data import Pool


def exponents_payload(pool: Pool, window: tuple[float, float] | None) -> dict[str, Any]:
    """Exponents with their window and flags: b alone for a pool without targets, none where they cannot be fitted.

    Raises
    ------
    TauberInputError
        If a window was given that does not fit.
    """
    from ...numerics.data import Exponents, fit_decay, fit_exponents
    from ...numerics.errors import TauberInputError

    fit = fit_exponents if pool.targets.shape[1] else fit_decay
    try:
        found = fit(pool, window=window)
    except TauberInputError as error:
        if window is not None:
            raise
        return {"exponents": None, "noise": None, "naive": None, "window": None, "flags": [in_options(str(error))]}
    noise, exponents = None, {"b": _exponent(found.spectrum)}
    naive = {"eigenvalues": _exponent(found.eigenvalues)}
    if isinstance(found, Exponents):
        target = found.target
        exponents |= {"alpha_D": _exponent(found.data), "alpha_P": _exponent(found.features)}
        exponents["a"] = _estimate(target.a) | {"reason": target.reason}
        noise = _estimate(target.noise) | {"seen": target.seen, "window": [target.start, target.stop]}
        naive["tail"] = _exponent(found.tail)
    return {
        "exponents": exponents,
        "noise": noise,
        "naive": naive,
        "window": [found.start, found.stop],
        "flags": list(found.flags),
    }


def _estimate(found: Any) -> dict[str, Any]:
    """An estimate with its interval of 95 %: None stands for what cannot be told."""
    return {name: _known(getattr(found, name)) for name in ("value", "error", "low", "high")}


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _exponent(fit: Any) -> dict[str, Any]:
    """A slope; ``low`` is what it is at least where noise hides it, and None elsewhere."""
    return {name: _known(getattr(fit, name)) for name in ("value", "error", "statistical", "drift", "noise", "low")}


def show_exponents(payload: Mapping[str, Any]) -> None:
    """Print the table of exponents in a payload with its flags."""
    if payload["exponents"] is not None:
        start, stop = payload["window"]
        screen.print_line(f"Exponents are fitted over {start:.4g} to {stop:.4g} degrees of freedom")
        screen.print_table("Exponents", ("exponent", "value", "error", "of what"), _rows(payload))
        if payload["noise"] is not None:
            screen.print_line(_noise_line(payload["noise"]))
    for flag in payload["flags"]:
        screen.print_line(f"Flag: {flag}")


def _noise_line(noise: Mapping[str, Any]) -> str:
    """The variance of the target's noise, or its bound."""
    if noise["value"] is None:
        return "Noise of the target: cannot be told"
    if noise["seen"]:
        return f"Noise of the target: variance {noise['value']:.4g} +- {noise['error']:.2g}"
    return f"Noise of the target: none is seen, its variance is at most {noise['high']:.3g}"


_MEANINGS = {
    "b": "eigenvalues ~ k^-b",
    "alpha_D": "loss above noise ~ D^-x of the kernel, predicted for samples without ridge",
    "alpha_P": "loss above noise ~ P^-x of random features, all samples known",
    "a": "target powers ~ k^-a, fitted together with the noise",
    "eigenvalues": "the pool's own eigenvalues, flattened by its size",
    "tail": "the pool's own target power beyond mode k, biased by its size",
}


def _rows(payload: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Rows of the table of exponents in a payload."""
    found = (payload["exponents"] or {}) | (payload["naive"] or {})
    return [(name, *_cells(fit), _MEANINGS[name]) for name, fit in found.items()]


def _cells(fit: Mapping[str, Any]) -> tuple[str, str]:
    if fit["value"] is not None:
        return f"{fit['value']:.4g}", f"{fit['error']:.2g}"
    return "unknown" if fit["low"] is None or fit["low"] <= 0 else f">= {fit['low']:.3g}", ""
