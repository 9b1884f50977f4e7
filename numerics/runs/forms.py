r"""Forms of a law L(N, D): what is fitted to losses of training runs, each a declaration.

Every form here is one formula with other terms left out,

    L = E + [sum_k u_k^q]^(1/q),    u_k = A_k / x_k^{s_k},

over one or two resources x_k (the size N, the data D, or the compute C).  With two:

- `sum`: q = 1, L = E + A/N^a + B/D^b (Hoffmann et al. 2022, arXiv 2203.15556, eq. 2),
- `power-mean`: q is a parameter; the larger it is, the more the worse of the two alone decides,
- `kaplan`: E = 0 and q = 1/b, L = [(N_c/N)^{a/b} + D_c/D]^b (Kaplan et al. 2020, arXiv 2001.08361, eq. 1.5), where
  A = N_c^a and B = D_c^b.

The internal parameters are E in units of the median loss, then log A_k and s_k at *centred* coordinates
log x_k - centre, and log q.  So other units of size, data or loss change A, B and E by what they must, and no digit of
a, b and q; and the correlation of A with a, near 1 in any units that people use, is gone from the arithmetic.

Derivatives are exact.  With S = sum_k u_k^q, w_k = u_k^q/S and R = S^(1/q):

    d log L/dE = 1/L,   d log L/d log A_k = (R/L) w_k,   d log L/ds_k = -(R/L) w_k log x_k,
    d log L/d log q = (R/L) (sum_k w_k log u_k - log R).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from ..core.precision import Array
from ..errors import TauberInputError
from .table import Runs

EXPONENTS = (1e-3, 10.0)
"""Exponents are looked for between these; at either end nothing is known of them, which a flag says."""
JOINS = (0.1, 50.0)
"""The same for the exponent q that joins two bottlenecks."""
LETTERS = {"size": ("A", "a"), "data": ("B", "b"), "compute": ("K", "c")}
"""Of each resource: the letters of its constant and its exponent."""
_BEYOND = 690.0  # of a constant's logarithm: what few runs leave open of it may have no number
_START_EXPONENTS = (0.1, 0.25, 0.5, 0.9)
_START_FLOORS = (0.0, 0.4, 0.75, 0.95)  # E over the least loss


@dataclass(frozen=True, eq=False)
class Coordinates:
    """Where a form is evaluated: `log` (resources, runs) of the centred resources, their `centre`, the unit of loss."""

    log: Array
    centre: Array
    unit: float

    def at(self, log: Array) -> Coordinates:
        """The same centre and unit at other places, given as logarithms of the resources themselves."""
        return replace(self, log=log - self.centre[:, None])


@dataclass(frozen=True)
class Form:
    """A form of the law: which resources it has, whether a floor E, and what joins its terms."""

    name: str
    resources: tuple[str, ...]
    floor: bool = True
    join: str = "sum"

    falling = ()
    """Parameters that fall where their internal ones grow: none."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters, in the order of the internal vector."""
        letters = [LETTERS[name] for name in self.resources]
        names = [*("E" for _ in range(self.floor)), *(x for x, _ in letters), *(x for _, x in letters)]
        return (*names, *("q" for _ in range(self.join == "free")))

    @property
    def formula(self) -> str:
        """The form in words of mathematics."""
        if self.join == "kaplan":
            return "[A^(1/b)/N^(a/b) + B^(1/b)/D]^b"
        symbols = {"size": "N", "data": "D", "compute": "C"}
        terms = [f"{LETTERS[r][0]}/{symbols[r]}^{LETTERS[r][1]}" for r in self.resources]
        if self.join == "free":
            return "E + [" + " + ".join(f"({term})^q" for term in terms) + "]^(1/q)"
        return " + ".join(["E", *terms])

    @property
    def bounds(self) -> tuple[Array, Array]:
        """The least and largest internal parameters."""
        count = len(self.resources)
        low = [*[0.0] * self.floor, *[-np.inf] * count, *[EXPONENTS[0]] * count]
        high = [*[np.inf] * self.floor, *[np.inf] * count, *[EXPONENTS[1]] * count]
        if self.join == "free":
            low, high = [*low, np.log(JOINS[0])], [*high, np.log(JOINS[1])]
        return np.array(low), np.array(high)

    @property
    def exponents(self) -> tuple[str, ...]:
        """Parameters that are exponents."""
        return tuple(name for name in self.parameters if name in "abc")

    @property
    def limits(self) -> dict[str, tuple[str, str]]:
        """What a parameter at its lower or upper bound cannot be told from."""
        others = dict.fromkeys(self.parameters, ("0", "infinity"))
        return others | {"q": ("0", "infinity, where the worse resource alone decides")}

    @property
    def scales(self) -> tuple[str, ...]:
        """Parameters that are logarithms internally."""
        return tuple(name for name in self.parameters if name in "ABKq")

    def rough(self) -> Form:
        """The form for the first round of a search: the same."""
        return self

    def prepared(self, runs: Runs) -> Form:
        """The form for these runs: the same for all."""
        return self

    def coordinates(self, runs: Runs) -> Coordinates:
        """The runs as this form sees them.

        Raises
        ------
        TauberInputError
            If the table has no column for a resource of the form.
        """
        columns = []
        for name in self.resources:
            column = getattr(runs, name)
            if column is None:
                raise absent(self.name, name, runs)
            columns.append(np.log(column))
        log = np.array(columns)
        centre = log.mean(axis=1)
        return Coordinates(log - centre[:, None], centre, float(np.median(runs.loss)))

    def _parts(self, theta: Array, x: Coordinates) -> tuple[Array, Array, Array, Array]:
        """E (R, 1), log q (R, 1), and log u_k, s_k with the shapes (R, k, n) and (R, k)."""
        count, at = len(self.resources), int(self.floor)
        floor = theta[:, :1] if self.floor else np.zeros((len(theta), 1))
        slopes = theta[:, at + count : at + 2 * count]
        terms = theta[:, at : at + count, None] - slopes[:, :, None] * x.log
        if self.join == "free":
            join = theta[:, -1:]
        else:
            join = -np.log(slopes[:, -1:]) if self.join == "kaplan" else np.zeros((len(theta), 1))
        return floor, join, terms, slopes

    def log_loss(self, theta: Array, x: Coordinates) -> Array:
        """log(L/unit), shape (R, n), of R vectors of parameters (R, p)."""
        floor, join, terms, _ = self._parts(theta, x)
        return np.log(floor + np.exp(_joined(terms, np.exp(join))[0]))

    def linearised(self, theta: Array, x: Coordinates) -> tuple[Array, Array]:
        """log(L/unit), shape (R, n), and its derivatives by the parameters, (R, p, n)."""
        floor, join, terms, slopes = self._parts(theta, x)
        joined, weights = _joined(terms, np.exp(join))
        reducible = np.exp(joined)
        loss = floor + reducible
        share = reducible / loss
        rows = [(1 / loss)[:, None]] if self.floor else []
        by_term = share[:, None] * weights
        by_slope = -by_term * x.log
        if self.join != "sum":
            by_join = share * ((weights * terms).sum(axis=1) - joined)
            if self.join == "free":
                rows += [by_term, by_slope, by_join[:, None]]
                return np.log(loss), np.concatenate(rows, axis=1)
            by_slope[:, -1] -= by_join / slopes[:, -1:]
        return np.log(loss), np.concatenate([*rows, by_term, by_slope], axis=1)

    def at_origin(self, theta: Array, x: Coordinates) -> tuple[Array, Coordinates]:
        """The parameters at coordinates that are not centred, where log A_k is that of a constant, and these."""
        count, at = len(self.resources), int(self.floor)
        found = theta.copy()
        found[:, at : at + count] += theta[:, at + count : at + 2 * count] * x.centre
        return found, Coordinates(x.log + x.centre[:, None], np.zeros_like(x.centre), x.unit)

    def natural(self, theta: Array, x: Coordinates) -> Array:
        """The parameters by their names, in the units of the table: shape (R, p)."""
        found = np.array(theta, dtype=float)
        count, at = len(self.resources), int(self.floor)
        if self.floor:
            found[:, 0] *= x.unit
        slopes = theta[:, at + count : at + 2 * count]
        constants = theta[:, at : at + count] + slopes * x.centre
        found[:, at : at + count] = x.unit * np.exp(np.clip(constants, -_BEYOND, _BEYOND))
        if self.join == "free":
            found[:, -1] = np.exp(theta[:, -1])
        return found

    def starts(self, x: Coordinates, target: Array) -> Array:
        """Where a search begins: a grid of exponents, floors, shares of the terms, and q; shape (S, p)."""
        count = len(self.resources)
        floors = _START_FLOORS if self.floor else (0.0,)
        joins = (0.5, 1.0, 3.0) if self.join == "free" else (1.0,)
        shares = ((0.5, 0.5), (0.15, 0.85), (0.85, 0.15)) if count == 2 else ((1.0,),)
        middle, least = np.exp(np.median(target)), np.exp(target.min())
        found = []
        for floor, join, share, slopes in product(
            floors, joins, shares, product(_START_EXPONENTS, repeat=count)
        ):  # fmt: skip
            rest = middle - floor * least
            power = 1 / slopes[-1] if self.join == "kaplan" else join
            found.append(
                [*[floor * least] * self.floor, *(np.log(rest) + np.log(part) / power for part in share), *slopes]
                + [np.log(join)] * (self.join == "free")
            )
        return np.array(found)


def _joined(terms: Array, join: Array) -> tuple[Array, Array]:
    """log of the q-mean of terms given as logarithms (R, k, n), q of shape (R, 1), and the share of each term."""
    if terms.shape[1] == 1:
        return terms[:, 0], np.ones_like(terms)
    scaled = join[:, :, None] * terms
    top = scaled.max(axis=1, keepdims=True)
    weights = np.exp(scaled - top)
    total = weights.sum(axis=1, keepdims=True)
    return (top + np.log(total))[:, 0] / join, weights / total


FORMS = {
    form.name: form
    for form in (
        Form("sum", ("size", "data")),
        Form("power-mean", ("size", "data"), join="free"),
        Form("kaplan", ("size", "data"), floor=False, join="kaplan"),
        Form("size", ("size",)),
        Form("data", ("data",)),
        Form("compute", ("compute",)),
    )
}
"""The forms that are known by name."""


def forms_for(runs: Runs) -> list[Form]:
    """The forms whose resources the table has, with at least two values each."""
    return [
        form
        for form in FORMS.values()
        if all((c := getattr(runs, r)) is not None and np.ptp(c) > 0 for r in form.resources)
    ]


def instead(name: str, runs: Runs) -> str:
    """The forms that these runs can be fitted by where that of a name cannot, in words; nothing where there is none."""
    able = [f"`form={form.name}`" for form in forms_for(runs) if len(form.parameters) < len(runs.loss)]
    able = [option for option in able if option != f"`form={name}`"]
    return f", or take another form ({' or '.join(able)})" if able else ""


def absent(name: str, resource: str, runs: Runs) -> TauberInputError:
    """The refusal of a form that needs a column which the table has not."""
    return TauberInputError(
        f"The form {name!r} needs a column of {resource}, which the table has not; name one (`columns`)"
        f"{instead(name, runs)}."
    )
