r"""Phases under a limit on the serial time, where corrections choose among sizes of one leading loss.

Where the limit binds, ``tau = f^rho``, leading terms may leave a line of sizes (`corrections`): with the budget ``f =
d^x n^y`` the step size is ``gamma = tau/n = tau (d^x/f)^{1/y}``, and everything on the line is a power of d and f. So
are the corrections, relative to the leading term: products of a base and a factor of the series, for a constant step
size, as formulas in the exponents of the plane. The best d makes the largest of those that change along the line least:
a programme in d alone, whose certificate joins that of the leading terms. Lines of the plane on which a product is
analytic, so that nothing is left of it in time, are left out here; `corrections.settled` has them point by point.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from sympy import Expr, Integer, cancel

from ...algebra.scales import Monomial, power
from ...optimum.plane import At
from ...optimum.tropical import Power, Program
from ...spectra.mellin import resolvent_sum
from ...spectra.zeta import SpectralZeta
from ..plrf import model
from . import phases
from .place import Place
from .terms import alpha, beta
from .training import Training

_LAST = ("d", "f")  # what is left on the line


def chosen(training: Training, leading: str, at: At) -> Place:
    """The place at a rational point, as formulas, where this term alone is the leading one."""
    best = _program(training, leading, bool(2 * at[alpha] < 1)).solve(at)
    size, _ = best.point
    line = _Line.of(training)
    sizes = {"d": size, "gamma": line.gamma[0] * size + line.gamma[1], "tau": line.tau}
    return Place(tuple(sorted(best.active)), sizes, (2 * alpha - 1, *best.certificate))


@dataclass(frozen=True)
class _Line:
    """The powers of d and f in gamma, and that of f in tau."""

    gamma: tuple[Expr, Expr]
    tau: Expr

    @classmethod
    def of(cls, training: Training) -> _Line:
        """See the module."""
        (x, y), tau = training.cost, training.serial_time
        assert tau is not None  # else there is no line
        return cls((x / y, tau - 1 / y), tau)

    def of_d_and_f(self, m: Monomial) -> tuple[Expr, Expr]:
        """The powers of d and f in a monomial in d, gamma and tau."""
        size, rest = self.gamma
        return cancel(m["d"] + m["gamma"] * size), cancel(m["gamma"] * rest + m["tau"] * self.tau)


@cache
def _program(training: Training, leading: str, narrow: bool) -> Program:
    """The largest correction that changes along the line, to be least, where no term exceeds the leading one."""
    line, known = _Line.of(training), phases.monomials(training, None)
    (piece,) = known.pieces
    inverse = phases.raised(dict(piece.terms)[leading], Integer(-1))

    loss = [(name, m * inverse) for name, m in piece.terms]
    names = {line.of_d_and_f(m): name for name, m in loss}
    series = _Series(training, narrow, lambda m: line.of_d_and_f(m * inverse))
    corrections = _largest((names.get(powers, name), powers) for name, powers in series.corrections())
    window = ((name, line.of_d_and_f(m)) for name, m in (*known.window, *piece.region, *loss))
    bounds = _largest((name, powers) for name, powers in window if powers not in {c.exponents for c in corrections})
    return Program((alpha, beta), _LAST, corrections, bounds, (0, 1))


def _largest(named: Iterable[tuple[str, tuple[Expr, Expr]]]) -> tuple[Power, ...]:
    """Those that change along the line and are not below another in the whole plane."""
    known = {powers: name for name, powers in reversed(list(named)) if powers[0] != 0}
    return tuple(
        Power(name, (size, rest))
        for (size, rest), name in reversed(known.items())
        if not any(size == other and rest != more and (more - rest).is_nonnegative for other, more in known)
    )


@dataclass(frozen=True)
class _Series:
    """What the loss is made of in time, as in `corrections`, beside the leading term.

    No factor exceeds one in the window, so that a base that is left in time and changes along the line is more than its
    products; and what is more than another in the window stands for both: the first powers of kappa and of the cut.
    """

    training: Training
    narrow: bool
    beside: Callable[[Monomial], tuple[Expr, Expr]]

    def corrections(self) -> Iterator[tuple[str, tuple[Expr, Expr]]]:
        """Each with a name and its powers of d and f."""
        spectrum = model.assumption()
        capacity, target = self._monomials(spectrum.capacity), self._monomials(spectrum.target)
        memory = [m * power("kappa") * power("gamma") for m in capacity if m.origin != ("cut 1",)] + [power("gamma")]
        bases = [(_WORDS[m.origin], m) for m in target]
        if self.training.label_noise is not None:
            samples, (x, y) = power("kappa", -1) * power("gamma", -1), self.training.cost
            variance = phases.raised(power("d", x) * phases.raised(samples, y), -self.training.label_noise)
            bases += [("noise", m * power("kappa", -1) * variance) for m in memory]
        factors = [("the ridge", m * power("d", -1)) for m in capacity] + [("the memory", m) for m in memory]
        for name, base in bases:
            alone = self._in_time(base)
            if alone is not None and alone[0] != 0:
                yield name, alone
                continue
            for other, factor in factors:
                if (made := self._in_time(base * factor)) is not None:
                    yield f"{name} changed by {other}", made

    def _monomials(self, series: SpectralZeta) -> list[Monomial]:
        found = (m.substitute("v", power("d")) for m in resolvent_sum(series, 1, int(self.narrow)))
        return [
            Monomial(m.constant, {x: m[x].xreplace({model.beta: beta}) for x in ("d", "kappa")}, m.origin)
            for m in found
        ]

    def _in_time(self, m: Monomial) -> tuple[Expr, Expr] | None:
        """The powers of d and f at the time 1/kappa, None of what is analytic in kappa."""
        rise = cancel(m["kappa"])
        if rise.is_Integer and rise >= 0:
            return None
        return self.beside((m * power("kappa")).substitute("kappa", power("tau", -1)))


_WORDS: dict[tuple[str, ...], str] = {("pole",): "F_pp", ("regular 0",): "F_ac", ("cut 1",): "F_0"}
"""The terms of the loss to which the target's monomials lead in time."""
