"""Claims: what papers of 2024 to 2026 state of one-pass training: label noise, schedules, momentum and batches.

The letters of a paper are turned into alpha and beta: eigenvalues j^(-2 alpha), target j^(-beta), so that a source s
over a capacity b is p = (2 alpha + 2 beta - 1)/(2 alpha), and 1/b is q = 1/(2 alpha). Powers are compared, logarithms
are not. Each source says what of the paper was at hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from functools import partial
from typing import Any

from .. import papers
from ..claim import Comparison, Kind
from ..families.plane import IN_EACH, Row, compare_rows
from ..measure import exactly
from ..source import stated
from ..topic import topic
from ..typed import letters, most, typed
from .diagrams import training_of

HALF = Fraction(1, 2)

claim = topic(
    "plrf.stated",
    kind=Kind.EXPONENT,
    order_of_limits="the budget to infinity, everything that is free minimised at each",
    derived_by="tauber.theory.models.one_pass.phases.optimum",
    measured_by="none: an exponent that a paper states",
)


def _q(alpha: Any) -> Any:
    return 1 / (2 * alpha)


def _p(alpha: Any, beta: Any) -> Any:
    return (2 * alpha + 2 * beta - 1) / (2 * alpha)


def _s(alpha: Any, beta: Any) -> Any:
    return 2 * alpha + 2 * beta - 1


def _easy(alpha: Fraction, beta: Fraction) -> bool:
    """Source condition s >= 1 - 1/b, where the theorem for random features holds: s <= 1."""
    return alpha > HALF and 0 < beta < HALF


def _hard(alpha: Fraction, beta: Fraction) -> bool:
    return alpha > HALF and beta < 0


def _source(alpha: Fraction, beta: Fraction) -> bool:
    return _easy(alpha, beta) or _hard(alpha, beta)


NOISY, ENDING = {"label_noise": 0}, {"label_noise": 0, "cooldown": "best"}
SCHEDULES: dict[str, tuple[str, dict[str, Any], str, tuple[Row, ...]]] = {
    "constant_data": (
        "constant rate, samples D alone limited: D^(-s/(1+s))", NOISY, "n",
        (Row("1 < capacity, s <= 1", _source, lambda a, b: _p(a, b) / (1 + _p(a, b))),),
    ),
    "constant_compute": (
        "constant rate, compute C = M D: C^(-s b/(1+b+s b))", NOISY, "f",
        (Row("1 < capacity, s <= 1", _source, lambda a, b: _s(a, b) / (1 + 2 * a + _s(a, b))),),
    ),
    "decay_data": (
        "decay to nothing at the end, samples alone: D^(-s b/(1+s b)) where easy, D^-s where hard", ENDING, "n",
        (Row("beta > 0 (easy)", _easy, lambda a, b: _s(a, b) / (1 + _s(a, b))), Row("beta < 0 (hard)", _hard, _p)),
    ),
    "decay_compute": (
        "decay to nothing at the end, compute: C^(-s b/(2+s b)) where easy, C^(-s b/(1+b)) where hard", ENDING, "f",
        (
            Row("beta > 0 (easy)", _easy, lambda a, b: _s(a, b) / (2 + _s(a, b))),
            Row("beta < 0 (hard)", _hard, lambda a, b: _s(a, b) / (1 + 2 * a)),
        ),
    ),
}  # fmt: skip
"""By name: the statement, the training, what is limited (samples n or compute f), and its rows."""


def _middle(alpha: Fraction, beta: Fraction) -> bool:
    del beta
    return Fraction(1, 4) < alpha < HALF


JOINT_DATA = (
    Row("beta < 0, alpha > 1/2", _hard, _p),
    Row("alpha < 1/4, beta > 1/2", lambda a, b: a < Fraction(1, 4) and b > HALF,
        lambda a, b: 2 * a * _s(a, b) / (_s(a, b) * (1 - 2 * a) + 8 * a * a)),
    Row("elsewhere", lambda a, b: (b > 0 or a < HALF) and not (a <= Fraction(1, 4) and b >= HALF),
        lambda a, b: _s(a, b) / (1 + _s(a, b))),
)  # fmt: skip
JOINT_COMPUTE = (
    Row("beta < 0, alpha > 1/2 (IM1)", _hard, lambda a, b: _s(a, b) / (1 + 2 * a)),
    Row("0 < beta < 1/2 (IM1)", _easy, lambda a, b: _s(a, b) / (2 + _s(a, b))),
    Row("1/4 < alpha < 1/2, beta > 1/2 (LM3)", lambda a, b: _middle(a, b) and b > HALF,
        lambda a, b: 2 * a * _s(a, b) / (_s(a, b) + 2 * a * (1 + _s(a, b)))),
    Row("1/4 < alpha < 1/2, beta < 1/2 (LM1, LM2)", lambda a, b: _middle(a, b) and b < HALF,
        lambda a, b: _s(a, b) / (2 + _s(a, b))),
    Row("1/2 < alpha < 1, beta > 1/2 (IM2, IM3)", lambda a, b: HALF < a < 1 and b > HALF,
        lambda a, b: _s(a, b) / (1 + _s(a, b) + 2 * b)),
    Row("alpha > 1, beta > 1/2 (IM2, IM3)", lambda a, b: a > 1 and b > HALF, lambda a, b: a / (1 + a)),
    Row("alpha < 1/4, beta < 1/2 (FB1)", lambda a, b: a < Fraction(1, 4) and b < HALF,
        lambda a, b: _s(a, b) / (2 + _s(a, b))),
    Row("alpha < 1/4, beta > 1/2 (FB2)", lambda a, b: a < Fraction(1, 4) and b > HALF,
        lambda a, b: 2 * a * _s(a, b) / (_s(a, b) * (2 - 2 * a) + 8 * a * a)),
)  # fmt: skip
"""Every row of that table; the corners of the plane that few points fall into are drawn as long as it takes."""


def _state(limited: str, rows: tuple[Row, ...]) -> Callable[[], Any]:
    """The law of the loss in the samples n or compute f, by the rows; beta may have any sign."""

    def exponent(row: Row) -> Any:
        from sympy import factor

        return factor(row.exponent(letters("alpha"), _signless()))

    laws = {f"x_{n}": partial(exponent, row) for n, row in enumerate(rows)}
    where = [row.where.partition(" (")[0].replace(", ", "; ").replace("elsewhere", "otherwise") for row in rows]
    cases = " | ".join(f"{limited}^-{x} where {here}" for x, here in zip(laws, where, strict=True))
    return typed(f"excess_star ~ {cases if len(rows) > 1 else f'{limited}^-x_0'}", **laws, beta=_signless)


def _signless() -> Any:
    from sympy import Symbol

    return Symbol("beta", real=True)


def _rows(options: dict[str, Any], limited: str, rows: tuple[Row, ...]) -> Callable[[int], Iterable[Comparison]]:
    def check(seed: int) -> Iterable[Comparison]:
        from sympy import Integer

        cost = (Integer(0), Integer(1)) if limited == "n" else (Integer(1), Integer(1))
        return compare_rows(rows, training_of(options | {"cost": cost}), "loss", seed)

    return check


for _name, (_words, _options, _limited, _table) in SCHEDULES.items():
    claim(
        f"schedules.{_name}",
        f"As published: {_words}",
        _state(_limited, _table),
        each=IN_EACH,
        assumptions="s <= 1, capacity b = 2 alpha > 1, label noise of constant variance, batch fixed",
        source=stated(papers.CONSTANT_RATE),
    )(_rows(_options, _limited, _table))

for _name, _limited, _table, _words in (
    ("data", "n", JOINT_DATA, "D^(-p/(1+p)), but D^(-p/(2 alpha)) and D^(-2 alpha p/(p(1-2 alpha)+8 alpha^2))"),
    ("compute", "f", JOINT_COMPUTE, "the eight rates of compute: one each in the rows of the best cool-down"),
):
    claim(
        f"joint.{_name}",
        f"As published, for the optimal joint schedule of rate and batch: {_words}",
        _state(_limited, _table),
        each=IN_EACH,
        assumptions="label noise of constant variance; their p is 2 alpha + 2 beta - 1; ours: the best cool-down",
        source=stated(papers.JOINT),
    )(_rows(ENDING, _limited, _table))


@claim(
    "noise_gap",
    "As published: label noise adds T^-min(theta, q_K) where the batch over the rate grows like T^theta",
    typed("P(sigma) - P(0) ~ T^-Min(theta, 2 - 1/(2*alpha))", "B/gamma ~ T^theta"),
    each=IN_EACH,
    assumptions="alpha > 1/2; a batch that is fixed, so that the step size falls like T^-theta",
    source=stated(papers.NOISE_GAP),
    order_of_limits="d to infinity first, then the time T, the sum of the step sizes",
    derived_by="tauber.theory.models.one_pass.terms.label_noise",
)
def _noise_gap(seed: int) -> Iterator[Comparison]:
    """Of what label noise adds the parts without d, the one that falls least; eta = t^-c makes theta = c/(1 - c)."""
    import random

    from sympy import Rational

    from ...theory.models.one_pass import terms
    from ...theory.models.one_pass.training import Training

    chance, wrong, memory = random.Random(seed), 0, 0
    for _ in range(IN_EACH):
        at, c = {terms.alpha: Rational(chance.randint(21, 80), 40)}, Rational(chance.randint(1, 58), 59)
        training = Training(label_noise=Rational(0), power=c)
        parts = [part.monomial for part in terms.label_noise(training.end, training.fall)]
        left = -max(part["tau"].subs(at) for part in parts if part["d"].subs(at) == 0)
        theta, forgets = c / (1 - c), 2 - 1 / (2 * at[terms.alpha])
        wrong += left != min(theta, forgets)
        memory += bool(forgets < theta)
    yield exactly(f"of {IN_EACH} pairs of alpha and theta, {memory} with theta > q_K, those with another power", wrong)


@claim(
    "best_power",
    "As published: the best schedule with label noise is (1 - z/N)^(2 b - 1), b = 2 alpha",
    typed("eta(z) ~ (1 - z/N)^(4*alpha - 1)"),
    each=1,
    assumptions="the easy phase, beta > 0, so that the end of the schedule decides",
    source=stated(papers.BEST_POWER),
    order_of_limits="the horizon to infinity, in front of its end",
    derived_by="tauber.theory.models.one_pass.terms.kernel",
)
def _best_power(seed: int) -> Iterator[Comparison]:
    """gamma ~ k^(1/2) in the time to go u, dn = du/gamma: a power m of u in n."""
    import random

    from sympy import Rational

    from ...theory.models.one_pass.terms import kernel
    from ...theory.models.plrf.model import alpha

    chance = random.Random(seed)
    wrong = 0
    for _ in range(IN_EACH):
        at = Rational(chance.randint(21, 80), 40)
        in_time = -kernel()[""]["tau"].subs(alpha, at) / 2  # gamma ~ u^in_time
        wrong += in_time / (1 - in_time) != 4 * at - 1
    yield exactly(f"of {IN_EACH} values of alpha > 1/2, those where another power follows", wrong)


def _listed(terms: list[tuple[str, tuple[Any, ...]]], window: list[tuple[Any, ...]], budget: tuple[int, ...]) -> Any:
    """The best exponent of a bare list of terms."""
    from ...theory.optimum.declared import Declared
    from ...theory.optimum.tropical import Power

    resources = tuple(f"x{n}" for n in range(len(budget)))
    inside = tuple(Power(f"window {n}", row) for n, row in enumerate(window))
    found = Declared((), resources, tuple(Power(name, row) for name, row in terms), inside, budget).at({})
    return found.loss_exponent


def momentum_rates(method: str, source: Fraction, capacity: Fraction, batch: Fraction) -> Any:
    """The data exponent that the paper's signal, floor and critical rates entail at the batch D^batch.

    Resources are D, spent, and eta_rho; the steps are k = D^(1 - batch), and the momentum must forget within them.
    """
    from sympy import Rational

    s, c, b = (Rational(x) for x in (source, capacity, batch))
    signal = ("signal", (-s * (1 - b), -s))
    floor = {
        "nesterov": [("floor 1", (-b, 1 / c))],
        "polyak": [("floor", (-b, 1))],
        "sgd": [("floor", (-b, 1))],
    }[method]
    # eta_rho: at most 1 (SGD), min(1/(1-rho), B) (Polyak), min(1/(1-rho), B^capacity) (Nesterov), 1/(1-rho) <= k
    most = {"sgd": [(0, 1)], "polyak": [(-(1 - b), 1), (-b, 1)], "nesterov": [(-(1 - b), 1), (-c * b, 1)]}[method]
    return _listed([signal, *floor], [*most], (1, 0))


def _pieces(method: str, s: Any, c: Any, b: Any) -> tuple[tuple[Any, Any], ...]:
    """The rates that the paper states for it at growing b, None for none, each with the largest b at which it holds."""
    low = s / (s + 1)
    return {
        "sgd": ((low, low), (s * (1 - b), 1)),
        "polyak": ((low, (2 * s + 1) / (2 * s + 2)), (2 * s * (1 - b), 1)),
        "nesterov": ((None, low), (s * (1 + (c - 1) * b) / (s * c + 1), (2 * s + 1 / c) / (2 * s + 1 + 1 / c))),
    }[method]


def stated_rate(method: str, s: Fraction, c: Fraction, b: Fraction) -> Fraction | None:
    """What the paper states for it; None where it states nothing of this method."""
    return next((rate for rate, most in _pieces(method, s, c, b) if b <= most), None)


def _momenta() -> Callable[[], Any]:
    """The laws in the samples n at the batch n^m."""

    def piece(method: str, which: int, part: int) -> Any:
        return _pieces(method, *letters("s c m"))[which][part]

    given = {
        f"{name}_{which}{'xy'[part]}": partial(piece, name, which, part)
        for name in ("sgd", "polyak", "nesterov") for which in (0, 1) for part in (0, 1)
    }  # fmt: skip
    two = (f"P_{x} ~ n^-{x}_0x where m <= {x}_0y | n^-{x}_1x where otherwise" for x in ("sgd", "polyak"))
    between = "P_nesterov ~ n^-nesterov_1x where m > nesterov_0y; m <= nesterov_1y"
    return typed(*two, between, "B ~ n^m", "c = 2*alpha", "s = (2*alpha + 2*beta - 1)/(2*alpha)", **given)


@claim(
    "momentum_batch",
    "As published: rates in data of SGD, Polyak's and Nesterov's momentum at the batch D^b",
    _momenta(),
    each=IN_EACH,
    assumptions="label noise; from the paper's own signal, floors and critical rates, with a momentum that forgets "
    "within the run; that these hold is not checked here",
    source=stated(papers.MOMENTA),
    derived_by="tauber.theory.optimum.declared.Declared.at",
)
def _momentum_batch(seed: int) -> Iterator[Comparison]:
    import random

    from sympy import Rational

    for method in ("sgd", "polyak", "nesterov"):
        chance, wrong, count = random.Random(seed), 0, 0
        while count < IN_EACH:
            s, c = Fraction(chance.randint(3, 40), 20), Fraction(chance.randint(21, 80), 20)
            b = Fraction(chance.randint(1, 58), 59)
            stated = stated_rate(method, s, c, b)
            if stated is None:
                continue
            count += 1
            wrong += momentum_rates(method, s, c, b) != Rational(stated)
        yield exactly(f"points of {count} with another rate of {method}", wrong)


def _sign_powers(alpha: Any, beta: Any) -> dict[str, Any]:
    """How fast the terms fall under signSGD, the level as under SGD."""
    return {
        "F_pp": 2 * _s(alpha, beta) / (2 * alpha - 2 * beta + 1),
        "F_ac": 2 * (2 * alpha - 1) / (2 * alpha + 1),
        "F_0": 2 * alpha - most(0 * beta, 1 - 2 * beta),
    }


def _sign_power(name: str) -> Any:
    return _sign_powers(*letters("alpha beta"))[name]


@claim(
    "signs",
    "As published: under signSGD a term of SGD that falls like N^-x in steps falls like N^(-2x/(2-x))",
    typed(
        "F_pp(r) ~ r^-x",
        "F_ac(r) ~ r^-y",
        "F_0(d) ~ d^-z",
        **{x: partial(_sign_power, name) for x, name in (("x", "F_pp"), ("y", "F_ac"), ("z", "F_0"))},
    ),
    each=IN_EACH,
    assumptions="alpha > 1/2, p < 2; the four terms of the paper, whose optimum over a budget is not published: see "
    "docs/own_training.md for terms of one's own",
    source=stated(papers.SIGNS),
    derived_by="tauber.theory.models.one_pass.terms.forcing",
)
def _signs(seed: int) -> Iterator[Comparison]:
    from sympy import Rational

    from ...theory.models.one_pass.terms import alpha, beta, forcing

    powers = {part.name: part.monomial for part in forcing()}
    from ..families.plane import drawn

    wrong = {"F_pp": 0, "F_ac": 0, "F_0": 0}
    count = 0
    for a, b in drawn(seed):
        if not (a > HALF and _p(a, b) < 2 and b != HALF):
            continue
        at = {alpha: Rational(a), beta: Rational(b)}
        x = {name: -m["tau"].subs(at) for name, m in powers.items() if m["tau"] != 0}
        stated = _sign_powers(a, b)
        for name in ("F_pp", "F_ac"):
            wrong[name] += 2 * x[name] / (2 - x[name]) != Rational(stated[name])
        level = max(m["d"].subs(at) for m in powers.values() if m["tau"] == 0)
        wrong["F_0"] += level != -Rational(stated["F_0"])
        count += 1
        if count == IN_EACH:
            break
    for name, times in wrong.items():
        yield exactly(f"points of {count} where {name} is not as stated", times)


@claim(
    "isotropic",
    "As published, for an isotropic prior: error M^-(a-1) + N^(-(a-1)/a) in one pass, eigenvalues i^-a",
    typed("F_0(d) ~ d^(1 - 2*alpha)", "F_pp(tau) ~ tau^((1 - 2*alpha)/(2*alpha))", "beta = 0", beta=_signless),
    each=IN_EACH,
    assumptions="beta = 0, alpha > 1/2; N up to a logarithm, the decaying rate making tau ~ N",
    source=stated(papers.ISOTROPIC),
    derived_by="tauber.theory.models.one_pass.terms.forcing",
)
def _isotropic(seed: int) -> Iterator[Comparison]:
    import random

    from sympy import Rational

    from ...theory.models.one_pass.terms import alpha, beta, forcing

    chance, wrong = random.Random(seed), 0
    for _ in range(IN_EACH):
        a = Rational(chance.randint(41, 160), 40)
        at = {alpha: a / 2, beta: 0}
        parts = [(p.monomial["d"].subs(at), p.monomial["tau"].subs(at)) for p in forcing()]
        level = max(d for d, tau in parts if tau == 0)
        descent = max(tau for d, tau in parts if d == 0)
        wrong += (level, descent) != (-(a - 1), -(a - 1) / a)
    yield exactly(f"of {IN_EACH} capacities those with another exponent", wrong)


def _restricted(alpha: Fraction, beta: Fraction) -> bool:
    """s <= 1, capacity above 1."""
    return alpha > HALF and beta < HALF


@claim(
    "random_features",
    "As published, for random features: M^-(s b) + (1+t)^-s + the noise under a memory (1+t)^-(2 - 1/b)",
    typed(
        "F_0(d) ~ d^-x",
        "F_pp(tau) ~ tau^-y",
        "k(tau) ~ tau^(q - 2)",
        x=lambda: _s(*letters("alpha beta")),
        y=lambda: _p(*letters("alpha beta")),
        q=lambda: _q(letters("alpha")),
    ),
    each=IN_EACH,
    assumptions="0 < s <= 1, b > 1; powers inside the window, of the expectation: the probability is left out",
    order_of_limits="d and tau to infinity inside the window",
    source=stated(papers.RANDOM_FEATURES, note="for s > 1 F_0 has another power and F_ac comes in"),
    derived_by="tauber.theory.models.one_pass.terms.forcing",
)
def _random_features(seed: int) -> Iterator[Comparison]:
    """The largest level, and all that falls in time where it is present, at points of that part."""
    from sympy import Rational

    from ...theory.models.one_pass.terms import alpha, beta, forcing, kernel
    from ...theory.models.plrf import model
    from ..families.plane import drawn

    wrong, count = {"level": 0, "descent": 0, "memory": 0, "F_ac": 0}, 0
    for a, b in drawn(seed):
        if not _restricted(a, b):
            continue
        at = {alpha: Rational(a), beta: Rational(b)}
        level = max(p.monomial["d"].subs(at) for p in forcing() if p.monomial["tau"] == 0)
        (descent,) = (p.monomial["tau"].subs(at) for p in forcing() if p.name == "F_pp")
        wrong["level"] += level != -Rational(_s(a, b))
        wrong["descent"] += descent != -Rational(_p(a, b))
        wrong["memory"] += kernel()[""]["tau"].subs(at) != -(2 - Rational(_q(a)))
        # F_ac, d^-1 tau^(q-1), against F_pp and the level where these are equal, tau = d^(2 alpha): never above
        wrong["F_ac"] += -1 + 2 * a * (_q(a) - 1) > -_s(a, b)
        count += 1
        if count == IN_EACH:
            break
    condition = model.presence("F_ac")
    wrong["F_ac"] += bool(condition.subs({model.alpha: 1, model.beta: Rational(2, 5)}))
    for name, times in wrong.items():
        yield exactly(f"of {count} points those with another power of the {name}", times)


@claim(
    "second_moments",
    "As in the authors' code: the second moments of DANA, term by term",
    "rho, sigma, chi of one mode under y <- (1-D) y + g1 G, theta <- theta - g2 G - g3 y: their step is ours",
    samples=IN_EACH,
    kind=Kind.IDENTITY,
    assumptions="G the mean over the batch of Gaussian data; any numbers in place of the coefficients",
    order_of_limits="none",
    source=stated(papers.SECOND_MOMENTS),
    derived_by="none: the equations as their code has them",
    measured_by="tauber.numerics.models.one_pass.optimisers.Optimiser.second_moments",
)
def _second_moments(seed: int) -> Iterator[Comparison]:
    import numpy as np

    from ...numerics.models.one_pass.optimisers import Momentum, Optimiser

    generator, worst = np.random.default_rng(seed), 0.0
    for _ in range(IN_EACH):
        D, g2, g3, x, R = generator.random(5)
        B = float(generator.integers(1, 9))
        rho, sigma, chi = generator.random(3)
        c, g1 = (B + 1) / B, 1.0
        G = g2 + g1 * g3
        rise = np.array([
            (-2 * G * x + c * G**2 * x**2) * rho + g3**2 * (1 - D) ** 2 * sigma
            + (-2 * g3 * (1 - D) + 2 * (g2 * g3 + g3**2 * g1) * (1 - D) * x) * chi + G**2 / B * x * R,
            (g1 * x - c * x**2 * (g1 * g2 + g1**2 * g3)) * rho + (-g3 + g3 * D * (2 - D)) * sigma
            + (-D - (g2 - g2 * D + 2 * (1 - D) * g1 * g3) * x) * chi - (g1 * g2 + g1**2 * g3) / B * x * R,
            c * g1**2 * x**2 * rho + (-2 * D + D**2) * sigma + 2 * g1 * x * (1 - D) * chi + g1**2 / B * x * R,
        ])  # fmt: skip
        theirs = np.array([rho, chi, sigma]) + rise
        # ours has the sum over the batch: y is B times theirs, and the step sizes a B-th
        momentum = Momentum(partial(np.full_like, fill_value=D), partial(np.full_like, fill_value=g3 / g2))
        steps = Optimiser(momentum).second_moments(np.zeros(1), np.array([g2 / B]), B, B + 1)
        scale = np.array([1, B, B**2])
        state = scale * [rho, chi, sigma]
        ours = sum(x**k * steps.A[0, k] @ state for k in range(3)) + x * steps.b[0] * R
        worst = max(worst, float(abs(ours / scale - theirs).max()))
    rounding = 64 * float(np.finfo(float).eps)
    yield Comparison(
        "largest distance of the steps of order 1", 0.0, worst, rounding, "rounding of some 30 terms", 1e-9
    )
