"""Spectra of many models side by side: their sums in the same array operations, one row of kappa for each model.

Rows are padded with nodes of weight 0 to the longest; models of similar sizes belong together. In float64.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .precision import FLOAT64, Array, Scalar
from .resolvents import Resolvents, Seen
from .spectrum import Spectrum


@dataclass(frozen=True, eq=False)
class Stack(Resolvents):
    """The spectrum of each model, all infinite or none; numbers of models are columns, (models, 1)."""

    spectra: tuple[Spectrum, ...]
    ctx = FLOAT64

    @property
    def infinite(self) -> bool:
        """Whether v = inf."""
        return self.spectra[0].infinite

    @property
    def regular(self) -> bool:  # type: ignore[override]
        """Whether T(0) is used."""
        return self.spectra[0].regular

    def rows(self, chosen: Array) -> Stack:
        """Of some of the models, by a mask or their places."""
        places = np.arange(len(self.spectra))[chosen].tolist()
        return Stack(tuple(self.spectra[k] for k in places))

    def column(self, read: Callable[[Spectrum], Scalar]) -> Array:
        """A number of each spectrum."""
        return np.array([[read(spectrum)] for spectrum in self.spectra], dtype=float)

    @functools.cached_property
    def size(self) -> Array:
        """v."""
        return self.column(lambda s: s.size)

    @functools.cached_property
    def largest(self) -> Array:
        """lambda_1."""
        return self.column(lambda s: s.lam[0])

    @functools.cached_property
    def trace(self) -> Array:
        """sum_j lambda_j."""
        return self.column(lambda s: s.trace)

    @functools.cached_property
    def square_trace(self) -> Array:
        """sum_j lambda_j^2."""
        return self.column(lambda s: s.square_trace)

    @functools.cached_property
    def target_at_zero(self) -> Array:
        """T(0), or 0 where it is not used."""
        return self.column(lambda s: s.target_at_zero)

    @functools.cached_property
    def target_power(self) -> Array:
        """sum_j omega_j."""
        return self.column(lambda s: s.target_power)

    def compression_error(self, kappa: Array) -> Array:
        """That of each model at its kappa."""
        pairs = zip(self.spectra, kappa, strict=True)
        return np.array([[spectrum.compression_error(row)] for spectrum, row in pairs])

    def _seen(self, kappa: Array, other: Scalar | None = None) -> Seen:
        least = abs(kappa).min(axis=1)
        if other is not None:
            least = np.minimum(least, abs(other[:, 0]))
        if self._shared:
            return _for_all(self.spectra[0].seen(self.spectra[0].cut(least.min())))
        cuts = tuple(spectrum.cut(one) for spectrum, one in zip(self.spectra, least.tolist(), strict=True))
        if cuts not in self._kept:
            self._kept[cuts] = _padded([spectrum.seen(cut) for spectrum, cut in zip(self.spectra, cuts, strict=True)])
        return self._kept[cuts]

    @functools.cached_property
    def _shared(self) -> bool:
        """Whether all models have the same spectrum."""
        return all(spectrum is self.spectra[0] for spectrum in self.spectra)

    @functools.cached_property
    def _kept(self) -> dict[tuple[int, ...], Seen]:
        return {}


def _for_all(seen: Seen) -> Seen:
    """One row for all models."""
    return Seen(seen.lam[None], seen.columns[None], seen.count, seen.scale, seen.rest, seen.moments[None])


def _padded(rows: list[Seen]) -> Seen:
    longest = max(len(row.lam) for row in rows)
    lam, columns = np.zeros((len(rows), longest)), np.zeros((len(rows), longest, 4))
    for k, row in enumerate(rows):
        lam[k, : len(row.lam)], columns[k, : len(row.lam)] = row.lam, row.columns
    count, scale, rest = np.array([[row.count, row.scale, row.rest] for row in rows]).T[..., None]
    return Seen(lam, columns, count, scale, rest, np.array([row.moments for row in rows]))
