r"""The noise of training curves: what of it neighbouring rows and all rows of a run share, estimated and drawn.

What a law leaves of a log loss, row t of run i, is taken for

    e_it = s [ sqrt(1 - w) x_it + sqrt(w) y_it + tau z_i ],    cor(y_it, y_iu) = exp(-|t - u|/m),

with independent Gaussians x, z and a y that remembers m rows, each of variance 1: noise of each row, what smoothing or
a drift makes neighbours share, and what a run has of its own (seed, data order).  A point is a mean over neighbouring
rows, so that its covariances are sums of geometric series.

How large each part is the residuals r of n points say.  To first order a fit with derivatives J (n, p) leaves
K'r = K'e for each K with K'J = 0, whatever it minimised, so that the likelihood of the contrasts K'r (restricted
likelihood: Patterson and Thompson, Biometrika 58, 1971) knows of no law: with V the covariance in units of s^2,

    l(w, m, tau) = -1/2 [ log|V| + log|J'V^-1 J| + (n - p) log q ],   q = r'V^-1 r - r'V^-1 J (J'V^-1 J)^-1 J'V^-1 r,

and q/s^2 is chi-squared with n - p degrees of freedom.  A few curves do not fix w, m and tau.  So noise is *drawn* with
the parts drawn first, each set of a grid as often as its likelihood says (w = 0 and tau = 0 at evens with the rest
before it), s^2 from q over a chi-squared number: what is not known of the noise widens the errors, as Student's t does
for s alone.

A memory of more than a tenth of the rows of a lone run is not looked for: law and noise both can be so smooth, and on
sets drawn with such a memory errors would hold half as often as they say.  Where the longest memory of the grid has
more than half of the probability, the noise is not known, and `reason` says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.linalg import block_diag, solve_triangular

from ..core.precision import Array

_SHARES = (0.3, 0.6, 1.0)
"""w, beside 0: of the noise of a row, what has a memory."""
_OWN = (0.0, 0.1, 0.3, 0.6, 1.0, 1.7, 3.0)
"""tau, where there are runs to tell it from."""
_MEMORY = 3.0  # m is a power of it
_FEWEST = 10  # rows to a row of memory, all runs together: a longer one is a level, which law and noise both can be
_PARTED = 2  # memories in a run, at least
_LIKELY = 0.5  # probability from which on the longest memory is taken to be too short


@dataclass(frozen=True)
class Span:
    """The rows of a run's points: the first of each, counted from the first row kept, and how many; (n,) each."""

    first: Array
    rows: Array

    def with_row(self, row: int) -> Span:
        """One more point, of one row."""
        return Span(np.append(self.first, row), np.append(self.rows, 1))


@dataclass(frozen=True)
class Parts:
    """w, m and tau."""

    share: float
    memory: float
    own: float


@dataclass(frozen=True, eq=False)
class Noise:
    """Sets of parts with their probabilities (k,) and q of each, (k,), n - p, and the rows of all runs."""

    parts: tuple[Parts, ...]
    probability: Array
    squares: Array
    free: int
    rows: int

    @classmethod
    def of(cls, spans: Sequence[Span], residuals: Array, slopes: Array) -> Noise:
        """What residuals (n,) say, of points of runs one after the other, with derivatives (p, n) of the law."""
        cuts = np.cumsum([len(span.rows) for span in spans])[:-1]
        sides = np.split(np.vstack([residuals, slopes]), cuts, axis=1)
        parts = _sets(spans)
        free = len(residuals) - len(slopes)
        likelihood, squares = np.array([_likelihood(spans, sides, part, free) for part in parts]).T
        weight = _before(parts) * np.exp(likelihood - likelihood.max())
        rows = int(sum(span.rows.sum() for span in spans))
        return cls(tuple(parts), weight / weight.sum(), squares, free, rows)

    @property
    def reason(self) -> str | None:
        """Why the noise is not known, in words; None where it is."""
        longest = max(part.memory for part in self.parts)
        if longest == 0:
            return f"{self.rows} rows are too few to say whether neighbours share their noise"
        if float(self.probability[[part.memory == longest for part in self.parts]].sum()) > _LIKELY:
            return (
                f"neighbouring rows share their noise over more than {longest:.0f} of {self.rows} rows, which cannot "
                "be told from the law"
            )
        return None

    @property
    def parts_known(self) -> dict[str, float]:
        """Standard deviations of the part of each row, of that with a memory and of that of a run; the memory in rows.

        Means over what the residuals leave open.
        """
        shares, memories, owns = np.array([(p.share, p.memory, p.own) for p in self.parts]).T
        power = self.probability * self.squares / max(self.free - 2, 1)
        remembered = power * shares
        memory = float(remembered @ memories / remembered.sum()) if remembered.sum() > 0 else 0.0
        spread = {"row": power * (1 - shares), "neighbours": remembered, "run": power * owns**2}
        return {name: float(np.sqrt(part.sum())) for name, part in spread.items()} | {"memory": memory}

    def draw(self, spans: Sequence[Span], count: int, generator: np.random.Generator) -> Array:
        """Noise of points (count, n), of runs one after the other."""
        chosen = generator.choice(len(self.parts), size=count, p=self.probability)
        scale = np.sqrt(self.squares[chosen] / generator.chisquare(self.free, count))
        found = generator.standard_normal((count, sum(len(span.rows) for span in spans)))
        for number in np.unique(chosen):
            own = chosen == number
            found[own] = found[own] @ block_diag(*_roots(spans, self.parts[number])).T
        return found * scale[:, None]


def covariance(span: Span, parts: Parts) -> Array:
    """V of the points of a run, (n, n), in units of s^2."""
    found = np.full((len(span.rows),) * 2, parts.own**2)
    found[np.diag_indices_from(found)] += (1 - parts.share) / span.rows
    return found + parts.share * _remembered(span, np.exp(-1 / parts.memory)) if parts.share else found


def _roots(spans: Sequence[Span], parts: Parts) -> list[Array]:
    """Triangular roots of V of each run; runs that were logged alike have the same."""
    found: dict[bytes, Array] = {}
    keys = [span.rows.tobytes() for span in spans]
    for key, span in zip(keys, spans, strict=True):
        if key not in found:
            found[key] = np.linalg.cholesky(covariance(span, parts))
    return [found[key] for key in keys]


def _remembered(span: Span, keep: float) -> Array:
    """The same of y alone, for cor(y_t, y_u) = keep^|t - u|: means over geometric series."""
    rows, last = span.rows, span.first + span.rows
    mean = (1 - keep**rows) / (1 - keep) / rows
    gap = np.maximum(span.first[:, None] - last, span.first - last[:, None])
    found = mean[:, None] * mean * keep ** (np.maximum(gap, 0) + 1.0)
    inner = (1 - keep**2) * rows - 2 * keep * (1 - keep**rows)
    found[np.diag_indices_from(found)] = inner / ((1 - keep) * rows) ** 2
    return np.asarray(found)


def _sets(spans: Sequence[Span]) -> list[Parts]:
    rows = [float(span.rows.sum()) for span in spans]
    longest = max(min(sum(rows) / _FEWEST, max(rows) / _PARTED), 1.0)
    count = int(np.log(longest) / np.log(_MEMORY))
    kinds = [(0.0, 0.0), *product(_SHARES, _MEMORY ** np.arange(1, count + 1))]
    return [Parts(share, memory, own) for (share, memory), own in product(kinds, _OWN[: None if len(spans) > 1 else 1])]


def _before(parts: Sequence[Parts]) -> Array:
    """Probabilities before the residuals: evens for a memory or none, and for noise of runs or none."""
    found = np.ones(len(parts))
    for has in (np.array([getattr(part, name) > 0 for part in parts]) for name in ("share", "own")):
        found *= np.where(has, 1 / max(has.sum(), 1), 1 / (~has).sum())
    return found


def _likelihood(spans: Sequence[Span], sides: Sequence[Array], parts: Parts, free: int) -> tuple[float, float]:
    """l and q; `sides` has the residuals of each run above its derivatives, (1 + p, n)."""
    logs, products = 0.0, np.zeros((len(sides[0]),) * 2)
    for root, side in zip(_roots(spans, parts), sides, strict=True):
        white = solve_triangular(root, side.T, lower=True)
        logs += 2 * np.log(np.diag(root)).sum()
        products = products + white.T @ white
    q = products[0, 0] - products[0, 1:] @ np.linalg.solve(products[1:, 1:], products[1:, 0])
    return -(logs + np.linalg.slogdet(products[1:, 1:])[1] + free * np.log(q)) / 2, q
