r"""The correlation side: training and test loss as functions of one and two Laplace variables.

Unprimed quantities are taken at s, primed ones at s'.  The linear system of the two correlation functions of
arXiv:2402.01092 (section 3 and appendix) has, in terms of

    al = sum lambda/((kappa+lambda)(kappa'+lambda)),      At = sum lambda w^2/((kappa+lambda)(kappa'+lambda)),
    be = sum lambda^2/(...) = T - kappa' al,              Bt = sum lambda^2 w^2/(...) = G' - kappa At,

the solution (derived afresh here; kappa kappa'/(s s') = 1/(R_1 R_1' R_3 R_3'))

    s s' C_0 = { kappa kappa' [(1 - be/N) At + al Bt/N + al^2 sigma^2/(N P)] + (1 - be/N) be sigma^2/P } / D,
    D = (1 - be/N)(1 - be/P) - kappa kappa' al^2/(N P),
    Q = G/R_3 + sigma^2 R_1/s,       C_1 = (Q' - Q)/(s - s'),        C_0 + sigma^2/(s s') = C_1/(R_1 R_1').

The last line makes the training loss a single inverse Laplace transform.  For the test loss the divided difference
loses digits in proportion to t, and so does 1 - be/N where T -> N.  With 1 - be/N = R_3' + kappa al/N and 1 - be/P =
R_1 + kappa' al/P all differences of near numbers disappear (derived here):

    s s' C_0 = { kappa kappa' [R_3' At + al G'/N] + (sigma^2/P) [R_3' be + kappa al T/N] } / D,
    D = R_1 R_3' + al (kappa' R_3'/P + kappa R_1/N).

**Parts of the variance.**  Averages over pairs of predictors that share only their features, only their data, or
nothing have correlation functions of their own; with be_P = be/P, be_N = be/N, b = al Bt/N and
z = kappa kappa' al^2/(N P), in units of 1/(s s') and without cancellation (derived here)

    bias^2       kappa kappa' At                                     features and data both fresh
    features     kappa kappa' b/(1 - be_N)                           V_A = (same features, fresh data) - bias^2
    data         (kappa kappa' At + sigma^2) be_P/(1 - be_P)         V_data = (same data, fresh features) - bias^2
    interaction  (kappa kappa' At + sigma^2) z/((1 - be_P) D) + kappa kappa' b (be_P + z/(1 - be_N))/D

and their sum is s s' C_0.

**The sums al and At** come from products of matrices in float64 (`Spectrum.pair_tables`), and from divided differences
of T and G, O(1) for each pair, with more digits, where the working precision has the digits to lose.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...core.precision import FLOAT64, Array, Scalar
from .response import Response
from .tracked import Tracked

PARTS = ("bias", "features", "data", "interaction")


@dataclass(frozen=True, eq=False)
class Pairs:
    """Every pair of points: `left` as a column, `right` as a row, al and At as matrices; `noise` = sigma^2."""

    left: Response
    right: Response
    al: Tracked
    at: Tracked
    noise: Scalar

    @property
    def total(self) -> Tracked:
        """s s' C_0, the test loss without its noise floor."""
        one, two = self.left, self.right
        signal = two.r_width * self.at + self.al * two.power * one.sizes.by_width
        found = one.kappa * two.kappa * signal
        if self.noise:
            noise = two.r_width * self._be + one.kappa * self.al * one.mass * one.sizes.by_width
            found = found + noise * (self.noise * one.sizes.by_data)
        return found / self._determinant

    @property
    def parts(self) -> dict[str, Tracked]:
        """s s' C of each of `PARTS`."""
        one = self.left
        mixed = one.kappa * self.right.kappa * self.al * self.al * (one.sizes.by_width * one.sizes.by_data)
        mutual = self._drawn * mixed / self._data_rest
        interaction = mutual + self._model * (self._be * one.sizes.by_data + mixed / self._width_rest)
        return self.separate | {"interaction": interaction / self._determinant}

    @property
    def separate(self) -> dict[str, Tracked]:
        """The first three of `PARTS`, which exist for t -> infinity even at N = P."""
        shared = self._be * self.left.sizes.by_data
        return {
            "bias": self._bias,
            "features": self._model / self._width_rest,
            "data": self._drawn * shared / self._data_rest,
        }

    @property
    def _bias(self) -> Tracked:
        return self.left.kappa * self.right.kappa * self.at

    @property
    def _drawn(self) -> Tracked:
        return self._bias + self.noise

    @property
    def _model(self) -> Tracked:
        """kappa kappa' al Bt/N."""
        rest = self.right.power - self.left.kappa * self.at
        return self.left.kappa * self.right.kappa * self.al * rest * self.left.sizes.by_width

    @property
    def _width_rest(self) -> Tracked:
        """1 - be/N."""
        return self.right.r_width + self.left.kappa * self.al * self.left.sizes.by_width

    @property
    def _data_rest(self) -> Tracked:
        """1 - be/P."""
        return self.left.r_data + self.right.kappa * self.al * self.left.sizes.by_data

    @property
    def _be(self) -> Tracked:
        return self.left.mass - self.right.kappa * self.al

    @property
    def _determinant(self) -> Tracked:
        one, two = self.left, self.right
        by_data = two.kappa * two.r_width * one.sizes.by_data
        return one.r_data * two.r_width + self.al * (by_data + one.kappa * one.r_data * one.sizes.by_width)


def pairs(nodes: Response, noise: Scalar) -> Pairs:
    """All pairs (s_i, s_j) and (s_i, conj s_j) side by side, shape (k, 2k)."""
    both = nodes.beside(nodes.rearranged(np.conj))
    left, right = nodes.packed().rearranged(_column), both.packed().rearranged(_row)
    if nodes.spectrum.ctx is FLOAT64:
        al, at = _by_products(nodes, both)
    else:
        al, at = _by_differences(nodes, both, left, right)
    return Pairs(left, right, al, at, noise)


def at_rest(rest: Response, noise: Scalar) -> Pairs:
    """The one pair s = s' = 0, for the limit t -> infinity: `rest` is the response there."""
    al, at = rest.spectrum.pair_sums(rest.kappa.value, rest.kappa.value[0])
    known = [Tracked.known(rest.spectrum.ctx, x, 4 * rest.relative) for x in (al, at)]
    return Pairs(rest, rest, known[0], known[1], noise)


def training_forms(nodes: Response, noise: Scalar) -> list[Tracked]:
    """Q at the nodes, as it stands and, where G(0) is finite, less the constant G(0), which no contour sees.

    Q - G(0) = (G - G(0) + G(0) T/N)/R_3 + ... keeps the digits of a loss that decays faster than 1/t.  Without data
    limit (P = inf) the noise term is a constant, left out here.
    """
    forms = [nodes.power / nodes.r_width]
    spectrum = nodes.spectrum
    if spectrum.regular:
        level = nodes.mass * (spectrum.target_at_zero * nodes.sizes.by_width)
        forms.append((nodes.excess + level) / nodes.r_width)
    if not (noise and nodes.sizes.by_data):
        return forms
    exact = Tracked.known(spectrum.ctx, nodes.s, 0 * nodes.relative)
    return [form + nodes.r_data * noise / exact for form in forms]


def _by_products(nodes: Response, both: Response) -> tuple[Tracked, Tracked]:
    """al and At from matrix products; their errors from the Cauchy-Schwarz bound of their absolute sums."""
    ctx, count = nodes.spectrum.ctx, len(nodes.relative)
    tables = nodes.spectrum.pair_tables(nodes.kappa.value, both.kappa.value)
    unit = 2 * np.add.outer(nodes.relative, both.relative) + 16 * float(ctx.eps)
    found = []
    for table in tables:
        diagonal = np.sqrt(abs(table[np.arange(count), count + np.arange(count)]))  # sum lambda/|kappa+lambda|^2
        found.append(Tracked(ctx, table, table, unit * np.outer(diagonal, np.tile(diagonal, 2))))
    return found[0], found[1]


def _by_differences(nodes: Response, both: Response, left: Response, right: Response) -> tuple[Tracked, Tracked]:
    """al and At as divided differences of T and G; a point paired with itself, or nearly, gets the sum instead."""
    spectrum, kappa, others = nodes.spectrum, nodes.kappa.value, both.kappa.value
    gap = right.kappa - left.kappa
    distance = abs(gap.rough)
    same = distance <= math.sqrt(float(spectrum.ctx.eps)) * distance.max()
    gap.value[same], gap.rough[same] = spectrum.ctx.beside(gap.value, spectrum.ctx.real(1)), 1
    tables = [(left.mass - right.mass) / gap, (left.power - right.power) / gap]
    for i, j in np.argwhere(same):
        for table, found in zip(tables, spectrum.pair_sums(kappa[i : i + 1], others[j]), strict=True):
            table.value[i, j] = spectrum.ctx.beside(gap.value, found[0])
            table.error[i, j] = float(abs(found[0])) * 4 * nodes.relative[i]
    al, at = (Tracked(x.ctx, x.value, x.ctx.rounded(x.value), x.error) for x in tables)
    return al, at


def _column(values: Array) -> Array:
    return values[:, None]


def _row(values: Array) -> Array:
    return values[None, :]
