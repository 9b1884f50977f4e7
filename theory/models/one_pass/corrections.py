r"""What corrects the least loss f^-y: the orders f^-w of all that its leading terms leave out.

**Series.** In the Laplace variable eta of the time tau, with D and T the resolvent sums of eigenvalues and target,

    P^ = (F^ + sigma^2 K^/eta)/(1 - K^),      F^ = (kappa/eta) T(kappa),      kappa = eta (1 + D(kappa)/d + ...)
    K^ = gamma (const + eta D(kappa) + ...),      D = sum over modes of lambda/(lambda + kappa)

so that P^ is a sum of products of

    bases      the monomials of T;  with label noise those of K^/eta
    factors    the monomials of D/d (the ridge is not eta),  those of K^ (the noise is remembered)

each a power of d, gamma and eta (`mellin.resolvent_sum`, beyond its largest terms). A product eta^e is t^{-e-1} in
time, and nothing if it is analytic. In the window and within the bounds on the step size no factor grows, so that
products come in order of size, and one that is f^-w of the loss corrects it in the order f^-w. A factor of order one
(at the end of the window; the noise of a step size that does not fall) is summed into a function, of whose powers no
order counts: some are multiplied in, to see which products are not analytic. At the optimum a correction changes the
loss in the first order, and orders beyond are products: the w are sums of such.

**Step sizes that change.** With an end ``gamma tau^-mu`` the last steps remember ``gamma tau^-mu`` in place of gamma,
and label noise leaves that and, of the whole, ``gamma tau^{q-1}``. An average is as mu = 1: it leaves ``gamma/tau`` for
each of the modes learned, of which there are ``tau^q`` and a constant.

What a rising one adds is in `warm_up`.

**A step size that falls from the start** as ``gamma^{1+c} tau^-c`` multiplies a power of the time at each return of the
noise, so that the short memory and the whole have it in place of gamma, and no product is analytic. The start is
remembered by its mass, ``gamma^{1+c} + gamma^2``, whose corrections are powers of itself and of gamma; the first steps
shift the time by gamma.

**A limit on the serial time** that binds leaves a line of sizes with the same leading term. The first corrections,
which are of opposite sign along it, choose the place (`settled`): what is f^-w beside the first, f^-w_1, and changes
along the line moves it by f^-(w - w_1). The orders of the sizes are sums of these; those of the loss are w_1 and these
sums with it, and what is the same along the line. As batches are of the order 1/gamma, steps are of the order of
what the largest eigenvalue allows, and a relative 1/tau corrects the time, wherever on the line.

So they are under a budget with a price of the batch below that of steps, where the batch grows up to 1/gamma.

**A warm-up** may leave its time and its peak free (`late`). There three corrections are of the same first order f^-w_1
and hold both, so that what is f^-w moves them by f^-(w - w_1), and, as d and the start of the warm-up are held by the
leading terms, these by f^-w. Of the loss the orders are w_1 and those with it: what depends on neither is among them.

**Momentum.** The time is theta = r tau^2 (`phases`), r the ratio of the velocity's step to the plain one, and eta its
Laplace variable. The modes learned last, of 1/theta, are learned by plain steps, too, which is ``tau eta`` of what they
are. Where theta is more than tau, noise kicks the velocity as well: it is remembered

    by modes of 1/tau       r D(1/tau)
    by modes of 1/theta     r tau eta D(eta)

the first as in balance a mode x keeps ``r x/(2 (x + damping))`` of the noise beyond what plain steps keep, the damping
being ``1/tau``; the second are the modes learned over the steps made, and more than without momentum, since a kick has
moved them by ``r tau`` plain steps. Both remember late noise only: a kick of the first steps moves a mode by its plain
step, as the velocity was slow, which with r = 1/d it is up to the step d: the loss of these steps, ``int^d P``, is
remembered as that of the first ones.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import combinations
from typing import Any

from sympy import Expr, Integer, Rational

from ...algebra.scales import Monomial, power
from ...errors import AssumptionError
from ...optimum.tropical import vertices
from ...spectra.mellin import resolvent_sum
from ...spectra.zeta import SpectralZeta
from ..plrf import model
from . import late, stability, terms
from .order import Term
from .phases import effective_time, optimum
from .phases import problem as phase_problem
from .training import Training
from .warm_up import WarmUp, beyond_the_start

_ORDERS = 4  # of kappa, and of the cut at v: each costs a power of the time, or of what is left of the window
_SUMMED = 2  # powers of factors of order one


def correction_rates(
    training: Training, alpha: Rational, beta: Rational, count: int, *, finite_modes: bool, of_loss: bool = True
) -> tuple[Fraction, ...]:
    """The least w > 0 of the corrections f^-w, as many as are asked; none where the least loss is no power of f.

    Args:
        training: anything but the best cool-down where no power is said.
        alpha, beta: the point.
        count: how many.
        finite_modes: whether v is in proportion to d; else all modes are there.
        of_loss: else of the sizes at which it is least; another set on a line of sizes only.

    Raises:
        AssumptionError: another training, whose next orders are not derived.
    """
    if training.cooldown == "best":
        raise AssumptionError("corrections are not derived for the best cool-down: give its power")
    if training.batch is not None and (training.step != "free" or training.serial_time is not None):
        raise AssumptionError(
            "corrections for a budget with a power of the batch of its own are derived for a free step size without a "
            "limit on the serial time"
        )
    point, best = (alpha, beta), optimum(training, alpha, beta)
    if best.loss_exponent is None:
        return ()
    loss, line = _fraction(best.loss_exponent), on_a_line(training, point)
    if line and not chooses(training):
        raise AssumptionError(
            f"at alpha = {alpha}, beta = {beta} leading terms leave sizes free, and which corrections choose them is "
            "derived for a constant step size under a limit on the serial time, and for the best warm-up of a free one"
        )
    if line and not training.warmup:
        series = _line(training, point, loss, finite_modes).series
    else:
        exponents = settled(training, point, best.exponents, finite_modes)
        series = _series(training, point, _with_time(exponents), loss, finite_modes)
    orders = _alike if not line else _in_a_plane if training.warmup else _beside_the_first
    found = {(term.small, term.tilt) for term in series.others}
    for term in _products(series.bases, series.factors):
        w = term.small
        losses, sizes = orders(found, count)
        if len(sizes) == count and w >= losses[-1]:
            break
        if w > 0 and not term.analytic:
            found.add((w, term.tilt))
        elif w < 0 and not term.analytic:
            raise ArithmeticError(f"at alpha = {alpha}, beta = {beta} a term of the loss is f^{-w} of it")
    return losses[:count] if of_loss else sizes


def best_warm_up(training: Training, alpha: Rational, beta: Rational, *, finite_modes: bool) -> WarmUp | None:
    """How long it rises and how late it is, as powers of f; None where the least loss is no power of f.

    Raises:
        AssumptionError: the training has more than a warm-up, whose rise then is not measured; on boundaries.
    """
    if training not in {Training(step, warmup=True, cost=training.cost) for step in ("free", "stable")}:
        raise AssumptionError("the rise of the best warm-up is derived beside a free or a stable step size alone")
    point, best = (alpha, beta), optimum(training, alpha, beta)
    if best.loss_exponent is None:
        return None
    exponents = settled(training, point, best.exponents, finite_modes)
    if None in exponents.values():
        raise AssumptionError(f"at alpha = {alpha}, beta = {beta} more than one phase has the least loss")
    return _series(training, point, exponents, _fraction(best.loss_exponent), finite_modes).warm


@dataclass(frozen=True)
class _Series:
    """Bases in time, relative to the loss; factors; corrections that are no products of these, without power of eta."""

    bases: list[Term]
    factors: list[Term]
    others: list[Term] = field(default_factory=list)
    warm: WarmUp | None = None


def _series(
    training: Training, point: tuple[Rational, Rational], exponents: Mapping[str, Expr], loss: Fraction, finite: bool
) -> _Series:
    """The series at the optimum, where the time is f^tau and the loss f^-loss."""
    steps = _fraction(exponents["tau"])
    tau = _effective(training.momentum, {terms.alpha: point[0]}, exponents)
    scales = {
        "d": exponents["d"],
        "gamma": exponents["gamma"] if "gamma" in exponents else _by_rule(training, point, exponents),
    }

    def sized(m: Monomial, rise: int | Rational = 0, *, kept: bool = False) -> Term:
        """A monomial in d, gamma and kappa = eta, times a power of eta."""
        eta = _fraction(m["kappa"] + rise)
        size = _fraction(sum((m[name] * exponent for name, exponent in scales.items()), Integer(0)))
        return Term(eta * tau - size, eta, kept or m.logs > 0)

    spectrum = model.assumption_at(*point)
    capacity, target = (_resolvent(series, finite) for series in (spectrum.capacity, spectrum.target))
    end, fall = Integer(1) if training.averaging else training.end, training.fall
    falls = bool(fall > 0)
    assert end is not None  # the best end of a cool-down is refused
    step = power("gamma", 1 + fall) * power("kappa", fall)  # at the time 1/kappa
    kernel = [m * power("kappa") for m in capacity if m.origin != ("cut 1",)]  # that is in the trace
    ridge = [sized(m * power("d", -1)) for m in capacity]
    memory = [sized(k * step, kept=falls) for k in kernel]
    memory.append(sized(step, end, kept=training.averaging or falls))
    bases = [sized(m) for m in target]
    if training.label_noise is not None:
        bases += [Term(m.small - tau + _fraction(training.label_noise), m.power - 1, m.kept) for m in memory]
    others, more = list[Fraction](), list[Term]()
    warm = _warm_up(_descent(point), exponents, loss, memory[:-1]) if training.warmup else None
    rises = warm is not None and warm.case != "constant"
    if rises or falls:  # what the kernel remembers of the start has another step size
        bases = beyond_the_start(bases, ridge)
    if warm is not None and rises:
        others += warm.orders(bases, ridge, memory)
        if warm.case == "noise":
            bases += warm.of_start(memory[:-1], ridge)
        if warm.case == "rising":
            memory = [replace(m, kept=True) for m in memory]
    if falls:
        bases += [start for k in kernel for mass in _first_steps(fall) if not (start := sized(k * mass)).analytic]
        more.append(sized(power("gamma") * power("kappa")))
    if tau > steps:
        turn = _fraction(exponents["d"]) if training.momentum == "dana-constant" else Fraction(0)
        learned = [sized(m) for m in capacity]
        kicked, kicks = _of_velocity(learned, ridge, memory[:-1], bases, tau, steps, turn)
        bases += kicked
        more += kicks
    longest = "B" in exponents and exponents["B"] == -exponents["gamma"] != 0
    if longest or training.serial_time == exponents["tau"]:  # batches of 1/gamma: of the order of what is stable
        more.append(Term(tau, Fraction(1)))
    if training.step == "stable" and finite:  # in proportion to the trace, which is a power of v and a constant
        first, second = (_fraction(x.subs(terms.alpha, point[0])) for x in model.expansion().step_limits)
        more.append(Term(abs(first - second) * _fraction(exponents["d"]), Fraction(0)))
    in_time = [replace(base, small=base.small + tau - loss) for base in bases]
    return _Series(in_time, [*ridge, *memory, *more], [Term(w, Fraction(0), kept=True) for w in others], warm)


def _warm_up(descent: Fraction, exponents: Mapping[str, Expr], loss: Fraction, memory: Iterable[Term]) -> WarmUp:
    """The best one, as late as the optimum says where leading terms do not."""
    tau = _fraction(exponents["tau"])
    if "late" in exponents:
        return WarmUp.with_delay(descent, tau, _fraction(exponents["late"]))
    return WarmUp.best(descent, tau, loss, memory)


def _descent(point: tuple[Rational, Rational]) -> Fraction:
    """p of ``F ~ tau^-p``."""
    alpha, beta = point
    return _fraction((2 * alpha + 2 * beta - 1) / (2 * alpha))


def _with_time(exponents: Mapping[str, Expr]) -> Mapping[str, Expr]:
    """The powers of f with that of the time, ``gamma r B`` where steps and batch are resources."""
    if "B" not in exponents:
        return exponents
    return {**exponents, "tau": exponents["gamma"] + exponents["r"] + exponents["B"]}


def _first_steps(fall: Rational) -> list[Monomial]:
    """What is remembered of the start of a step size that falls: its mass, and corrections of that."""
    mass = (power("gamma", 1 + fall), power("gamma", 2))
    return [*mass, *(one * more for one in mass for more in (power("gamma"), *mass))]


def _of_velocity(
    learned: list[Term], ridge: list[Term], memory: list[Term], bases: list[Term],
    tau: Fraction, steps: Fraction, turn: Fraction,
) -> tuple[list[Term], list[Term]]:  # fmt: skip
    """What a velocity that is faster than plain steps adds: bases, and factors.

    `learned`, `ridge`, `memory`: D, D/d, and gamma eta D(eta) without the trace, at eta = 1/theta = f^-tau; `steps`,
    `turn`: the exponents of the steps made, and of those made before the velocity counts.
    """
    moved = tau - steps  # r tau

    def at_steps(term: Term) -> Term:  # at eta = 1/tau, a number in time
        return Term(term.small - term.power * moved, Fraction(0))

    near = [Term(m.small - moved, Fraction(0)) for m in memory]
    far = [at_steps(m) * Term(steps - moved, Fraction(0)) for m in learned]
    far += [m * at_steps(shift) for m in far for shift in ridge]
    first = [Term(base.small - base.power * (tau - turn), Fraction(0)) for base in bases if not base.analytic]
    return [base * m for base in first for m in memory if turn], [Term(moved, Fraction(1)), *near, *far]


def _by_rule(training: Training, point: tuple[Rational, Rational], exponents: Mapping[str, Expr]) -> Expr:
    """The exponent of a step size that is no resource of its own."""
    alpha, _ = point
    if training.step == "stable":
        return -max(Integer(0) + x.subs(terms.alpha, alpha) for x in model.expansion().step_limits) * exponents["d"]
    d, tau = (Integer(0) + x.subs(terms.alpha, alpha) for x in stability.law_in_time(training))
    return d * exponents["d"] + tau * exponents["tau"]


def _fraction(number: Any) -> Fraction:
    exact = Rational(number)
    return Fraction(int(exact.p), int(exact.q))


def _resolvent(series: SpectralZeta, finite_modes: bool) -> list[Monomial]:
    """A resolvent sum with v ~ d, without what vanishes."""
    found = resolvent_sum(series, _ORDERS, _ORDERS if finite_modes else 0)
    return [m.substitute("v", power("d")) for m in found if m.constant != 0]


def _products(bases: Iterable[Term], factors: Iterable[Term]) -> Iterator[Term]:
    """All products of a base and factors, the largest first; of the factors of order one no more than `_SUMMED`."""
    waiting = [(base, 0) for base in bases]
    seen, multipliers = set(waiting), list(factors)
    heapq.heapify(waiting)
    while True:
        term, summed = heapq.heappop(waiting)
        yield term
        for factor in multipliers:
            made = term * factor, summed + (factor.small == 0)
            if made[1] <= _SUMMED and made not in seen:
                seen.add(made)
                heapq.heappush(waiting, made)


_Found = Set[tuple[Fraction, Fraction]]
"""Orders with their tilt."""


def _alike(found: _Found, count: int) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]]:
    """The least orders of the loss and of the sizes, where these are the same."""
    sums = _sums({w for w, _ in found}, count)
    return sums, sums


def _beside_the_first(found: _Found, count: int) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]]:
    """The same on a line of sizes, where the first order that changes along it decides the place.

    Of the loss those, too, that may come behind what is not found yet.
    """
    tilted, level = ({w for w, tilt in found if bool(tilt) == whether} for whether in (True, False))
    if not tilted:
        return (), ()
    first = min(tilted)
    moves = _sums({w - first for w in tilted} - {Fraction(0)}, count)
    return tuple(sorted({first, *(first + w for w in moves), *level})), moves


def _in_a_plane(found: _Found, count: int) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]]:
    """The same where the first orders hold two sizes, the leading terms the others."""
    orders = {w for w, _ in found}
    if not orders:
        return (), ()
    first = min(orders)
    moves = _sums({w - first for w in orders} - {Fraction(0)} | orders, count)
    return (first, *(first + w for w in moves)), moves


def _sums(orders: Set[Fraction], count: int) -> tuple[Fraction, ...]:
    """The least sums of one or more of the orders, each once, as many as are asked for."""
    found, waiting = list[Fraction](), set(orders)
    while waiting and len(found) < count:
        least = min(waiting)
        waiting.remove(least)
        found.append(least)
        waiting |= {least + order for order in orders}
    return tuple(found)


def on_a_line(training: Training, point: tuple[Rational, Rational]) -> bool:
    """Whether leading terms leave more than one place, as powers of f, with the least loss."""
    return not phase_problem(training).solve({terms.alpha: point[0], terms.beta: point[1]}).unique


def chooses(training: Training) -> bool:
    """Whether corrections are known to choose among these.

    A constant step size under a limit on the serial time, and the best warm-up of a free one (`late`). Elsewhere
    corrections of either sign grow or fall together on the line, and orders alone do not tell the best place.
    """
    if training == Training("free", warmup=True, cost=training.cost):
        return True
    constant = training == replace(training, cooldown=None, warmup=False, averaging=False, power=Integer(0))
    alone = training.momentum == "none" and training.batch is None
    return constant and alone and training.serial_time is not None


def settled(
    training: Training, point: tuple[Rational, Rational], exponents: Mapping[str, Expr], finite: bool
) -> Mapping[str, Expr | None]:
    """The powers of f at the optimum; of a line that leading terms leave, where corrections are best."""
    if not (chooses(training) and on_a_line(training, point)):
        return exponents
    if training.warmup:
        at = {terms.alpha: point[0], terms.beta: point[1]}
        return {name: power.subs(at) for name, power in late.chosen(training, at).sizes.items()}
    return _line(training, point, _fraction(optimum(training, *point).loss_exponent), finite).sizes


@dataclass(frozen=True)
class _Line:
    """The best place on a line of sizes: powers of f, and the series there with its tilt."""

    sizes: Mapping[str, Expr]
    series: _Series


def _line(training: Training, point: tuple[Rational, Rational], loss: Fraction, finite: bool) -> _Line:
    """Along a line orders are linear: the least of those that are not level is largest at an end or where two meet."""
    at = {terms.alpha: point[0], terms.beta: point[1]}
    problem = phase_problem(training)
    (program,) = problem.pieces(at)[0].programs
    one, other = ([Rational(x.numerator, x.denominator) for x in place] for place in vertices(program, at))
    series = []
    for place in (one, other):
        named = dict(zip(problem.resources, place, strict=True))
        series.append(_series(training, point, _with_time(named), loss, finite))
    bases, factors = (
        [replace(a, tilt=b.small - a.small) for a, b in zip(first, last, strict=True)]
        for first, last in zip(*((x.bases, x.factors) for x in series), strict=True)
    )
    every = [base for base in bases if not base.analytic]
    every += [made for base in bases for factor in factors if not (made := base * factor).analytic]
    share = _highest({(x.small, x.small + x.tilt) for x in every if x.tilt})  # what is level decides nothing
    moved = [[replace(x, small=x.small + _fraction(share) * x.tilt) for x in row] for row in (bases, factors)]
    sizes = {x: a + share * (b - a) for x, a, b in zip(problem.resources, one, other, strict=True)}
    return _Line(sizes, _Series(moved[0], moved[1]))


def _highest(lines: set[tuple[Fraction, Fraction]]) -> Rational:
    """Where in 0 ... 1 the least of lines, given by their values at both ends, is largest."""
    places = {Fraction(0), Fraction(1)}
    for (a, b), (c, d) in combinations(lines, 2):
        if (b - a) != (d - c) and 0 < (place := (c - a) / ((b - a) - (d - c))) < 1:
            places.add(place)
    best = max(places, key=lambda x: min(a + x * (b - a) for a, b in lines))
    return Rational(best.numerator, best.denominator)


def _effective(momentum: str, at: Mapping[Any, Any], exponents: Mapping[str, Expr]) -> Fraction:
    """The exponent of the time theta at the optimum, the largest of its pieces."""
    return max(
        _fraction(sum((power.subs(at) * exponents[name] for name, power in theta.exponents.items()), Integer(0)))
        for _, theta, _ in effective_time(momentum)
    )
