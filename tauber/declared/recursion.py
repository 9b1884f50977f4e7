r"""Any linear algorithm of one pass, by its matrices: what it does to one eigenmode of the features.

Per eigenvalue lambda the second moments y obey a linear recursion, driven by one number, the loss:

    y' = A_t(lambda) y + b_t(lambda) (P + sigma^2),     P = F_0 + sum_lambda read_out(lambda) . y,

y = c^2 start(lambda) at first, c^2 the target's power on the mode. B is the batch, gamma the step size. In a file::

    [recursion]                      # plain SGD: y is E v^2, v the error of the weight
    A = [["1 - 2*gamma*B*lambda + gamma^2*B*(B+1)*lambda^2"]]
    b = ["gamma^2*B*lambda"]
    read_out = ["lambda"]
    start = ["1/lambda"]

Whoever has the steps of the algorithm need not find the moments: with a state s of one mode, whose first entry is the
error v of the weight, and G = B lambda v + noise the batch sum of its gradients, ``s' = carry s + gradient G`` is all
that is said, ``start`` being s at first in units of that error and ``reported`` the entry whose loss is reported::

    [recursion]                      # SGD and an average of its weights with a rate of its own
    carry = [[1, 0], ["rate", "1 - rate"]]
    gradient = ["-gamma", "-rate*gamma"]
    start = [1, 1]
    reported = 1
    parameters = { rate = 0.01 }

For B fresh Gaussian samples E G = B lambda v and the noise z of G has E z^2 = B lambda^2 v^2 + B lambda (P + sigma^2),
so that with M = carry + B lambda gradient e_v^T the second moments S = E s s^T obey exactly

    S' = M S M^T + gradient gradient^T (B lambda^2 S_vv + B lambda (P + sigma^2)),

and y = lambda S is what is kept. Formulas are read without running anything (:mod:`tauber.read.formula`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from ..action import spelled
from ..errors import BadInput
from ..read import numbers
from ..read.formula import formula

if TYPE_CHECKING:
    from sympy import Expr

    from ..numerics.models.one_pass.matrices import Matrices

LETTERS = ("lambda", "t", "B", "gamma", "d", "alpha", "beta")
"""What formulas may depend on, beside parameters of one's own."""
MOST_STATES = 20
_MOMENTS, _STEPS = ("A", "b", "read_out", "start"), ("carry", "gradient")
_LOSS = ("P", "loss")


@dataclass(frozen=True)
class Recursion:
    """A linear recursion of second moments, or of the state of one mode.

    Parameters
    ----------
    A, b, read_out, start
        Matrix of k by k and vectors of k entries: numbers, texts, SymPy expressions in the symbols of these names
        (lambda, t, B, gamma, d, alpha, beta and parameters); A and b may be functions of t and of an array of lambda,
        shape (n,), that give an entry each of its k by k or k numbers or arrays of shape (n,).
    report
        The read-out of the loss reported, where it is not that which drives the recursion.
    carry, gradient, reported
        In place of these: one step of the state, s' = carry s + gradient G; `start` then is s at first.
    parameters
        Numbers by their names.

    Raises
    ------
    BadInput
        Shapes do not fit, or both or neither of the two ways are taken.
    """

    A: Any = None
    b: Any = None
    read_out: Any = None
    start: Any = None
    report: Any = None
    carry: Any = None
    gradient: Any = None
    reported: int = 0
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        given = [key for key in (*_MOMENTS, *_STEPS, "report") if getattr(self, key) is not None]
        needed = _STEPS if "carry" in given or "gradient" in given else _MOMENTS
        for key in needed:
            if key not in given:
                raise BadInput(f"A recursion needs {', '.join(_MOMENTS)}, or carry and gradient; {key} is missing.")
        extra = [key for key in given if key not in (*needed, *(("start",) if needed is _STEPS else ("report",)))]
        if extra:
            raise BadInput(f"A recursion has {', '.join(_MOMENTS)}, or carry and gradient; leave out {extra[0]}.")
        for name in self.parameters:
            if name in LETTERS or not str(name).isidentifier():
                raise BadInput(f"A parameter of the recursion was named '{name}'; take another name, no letter of it.")
        self._check_shapes(given)
        self._check_start()

    @classmethod
    def of_table(cls, table: Any) -> Recursion:
        """Read a table, as it stands in a file."""
        known = [key.name for key in fields(cls)]
        if not isinstance(table, Mapping):
            raise BadInput(
                f"[recursion] was given as {table!r:.60}, but it must be a table with A, b, read_out, start."
            )
        for key in table:
            if key not in known:
                raise BadInput(f"[recursion] has no key '{key}'; its keys are {', '.join(known)}.")
        return cls(**table)

    @property
    def by_steps(self) -> bool:
        """Whether the steps are given, and not the moments."""
        return self.carry is not None

    @property
    def states(self) -> int:
        """How many entries the vectors have."""
        return len(_entries(self.gradient if self.by_steps else self.read_out))

    def _check_shapes(self, given: Sequence[str]) -> None:
        size = self.states
        if not 0 < size <= MOST_STATES:
            raise BadInput(f"A recursion has from 1 to {MOST_STATES} entries, got {size}.")
        for key in given:
            value = getattr(self, key)
            if key in {"A", "carry"}:
                rows = [] if callable(value) else _rows(value)
                good = callable(value) or (len(rows) == size and all(len(row) == size for row in rows))
                shape, wanted = " by ".join(map(str, (len(rows), len(rows[0]) if rows else 0))), f"{size} by {size}"
            else:
                good, wanted = callable(value) or len(_entries(value)) == size, f"{size}"
                shape = "" if callable(value) else str(len(_entries(value)))
            if not good:
                raise BadInput(f"{key} of the recursion has {shape} entries, but it must have {wanted}.")
        if self.by_steps and not 0 <= int(self.reported) < size:
            raise BadInput(f"reported was given as {self.reported}, but the entries are 0 to {size - 1}.")
        if not self.by_steps and self.reported:
            raise BadInput("reported belongs to carry and gradient; a recursion of moments has a report, a vector.")

    def _check_start(self) -> None:
        """Refuse a loss that is nothing at first: what is reported starts where the weights do."""
        if not self.by_steps:
            return
        first = [int(n == 0) for n in range(self.states)] if self.start is None else _entries(self.start)
        if str(spelled(first[int(self.reported)])).strip() == "0":
            both = [int(n in {0, int(self.reported)}) for n in range(self.states)]
            raise BadInput(
                f"reported was given as {self.reported}, an entry that start has as 0, so that its loss would be 0 at "
                f"first; an average of the weights starts where they do: give start with 1 for both, as {both}."
            )

    def check_names(self) -> None:
        """Read every formula with letters for all that a formula may have, where no numbers are known.

        Raises
        ------
        BadInput
            A formula is none, or has another name.
        """
        from sympy import Symbol

        names = self.values({name: Symbol(name, real=True) for name in LETTERS[2:]})
        for key in (*_MOMENTS, "report", "carry", "gradient"):
            value = getattr(self, key)
            if value is not None and not callable(value):
                _read(key, value, names)

    def values(self, known: Mapping[str, Any]) -> dict[str, Any]:
        """The letters of the formulas: symbols for lambda and t, exact numbers for the known ones and parameters."""
        from sympy import Rational, Symbol, sympify

        own = {}
        for name, value in self.parameters.items():
            exact = numbers.exact(f"The parameter {name}", str(spelled(value)))
            own[str(name)] = Rational(exact.numerator, exact.denominator)
        letters = {name: Symbol(name, positive=True) for name in ("lambda", "t")}
        return letters | {name: sympify(value) for name, value in known.items() if value is not None} | own

    def matrices(self, known: Mapping[str, Any]) -> Matrices:
        """The recursion as the numeric wing takes it, with numbers for the letters.

        Raises
        ------
        BadInput
            A formula is none, has another name, or is not real.
        """
        from ..numerics.models.one_pass.matrices import Matrices

        names = self.values(known)
        if self.by_steps:
            A, b, read_out, start, report = self._moments(names)
        else:
            A, b, read_out, start, report = (
                value if callable(value) or value is None else _read(key, value, names)
                for key, value in ((k, getattr(self, k)) for k in (*_MOMENTS, "report"))
            )
        size = len(read_out)
        return Matrices(
            size,
            _function(A, (size, size), names, "carry or gradient" if self.by_steps else "A"),
            _function(b, (size,), names, "gradient" if self.by_steps else "b"),
            _function(read_out, (size,), names, "read_out", fixed=True),
            _function(start, (size,), names, "start", fixed=True),
            _function(read_out if report is None else report, (size,), names, "report", fixed=True),
            constant=not any(callable(x) or _depends(x, names["t"]) for x in (A, b)),
            steps=_second_moments(A, b, names) if self._polynomial(names) else None,
            reported=report.index(1) if self.by_steps else 0,
        )

    def _polynomial(self, names: Mapping[str, Any]) -> bool:
        """Whether the moments are polynomials in lambda: those of steps that are the same for all modes."""
        return self.by_steps and not any(_depends(part, names["lambda"]) for part in self.steps(names))

    def _moments(self, names: Mapping[str, Any]) -> tuple[Any, ...]:
        """The moments y = lambda S of a state, of its pairs i <= j, from its steps."""
        from sympy import Integer

        carry, gradient, start = self.steps(names)
        batch, x, count = names["B"], names["lambda"], len(gradient)
        step = [[carry[i][j] + (batch * x * gradient[i] if j == 0 else 0) for j in range(count)] for i in range(count)]
        pairs = [(i, j) for i in range(count) for j in range(i, count)]
        A = [
            [
                sum(step[i][m] * step[j][n] for m, n in {(k, h), (h, k)})
                + (gradient[i] * gradient[j] * batch * x**2 if (k, h) == (0, 0) else 0)
                for k, h in pairs
            ]
            for i, j in pairs
        ]
        b = [gradient[i] * gradient[j] * batch * x**2 for i, j in pairs]
        here = [[Integer(pair == (k, k)) for pair in pairs] for k in (0, int(self.reported))]
        return A, b, here[0], [start[i] * start[j] for i, j in pairs], here[1]

    def steps(self, names: Mapping[str, Any]) -> tuple[list[list[Expr]], list[Expr], list[Expr]]:
        """One step of a state and what it is at first: carry, gradient, start."""
        first = self.start if self.start is not None else [int(n == 0) for n in range(self.states)]
        rows = _read("carry", self.carry, names)
        return rows, _read("gradient", self.gradient, names), _read("start", first, names)


def _second_moments(A: Any, b: Any, names: Mapping[str, Any]) -> Callable[[Any], Any]:
    """The coefficients of lambda^0, lambda and lambda^2 in A - 1, and of lambda^2 in b, at steps of shape (T,)."""
    import numpy as np
    from sympy import expand, lambdify

    from ..numerics.models.one_pass.optimisers import SecondMoments

    t, x, size = names["t"], names["lambda"], len(b)
    change = [expand(entry - int(i == j)) for i, row in enumerate(A) for j, entry in enumerate(row)]
    flat = [entry.coeff(x, power) for power in range(3) for entry in change]
    made = lambdify(t, flat + [expand(entry).coeff(x, 2) for entry in b], "numpy")

    def steps(times: Any) -> Any:
        with np.errstate(all="ignore"):  # refused below
            found = np.stack([np.broadcast_to(np.asarray(e, dtype=float), times.shape) for e in made(times)], axis=1)
        _refuse_infinite("carry or gradient", found, times)
        count = 3 * size**2
        return SecondMoments(found[:, :count].reshape(-1, 3, size, size), found[:, count:])

    return steps


def _entries(value: Any) -> list[Any]:
    """The entries of a vector: a list, or a row or column of SymPy's."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Sequence):
        raise BadInput(f"A vector of the recursion was given as {value!r:.60}, but it must be a list of formulas.")
    flat = [entry for part in value for entry in (part if isinstance(part, list | tuple) else [part])]
    return flat


def _rows(value: Any) -> list[list[Any]]:
    """The rows of a matrix."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if (
        not isinstance(value, Sequence)
        or isinstance(value, str)
        or not all(isinstance(row, Sequence) and not isinstance(row, str) for row in value)
    ):
        raise BadInput(f"A matrix of the recursion was given as {value!r:.60}, but it must be a list of its rows.")
    return [list(row) for row in value]


def _read(key: str, value: Any, names: Mapping[str, Any]) -> Any:
    """A matrix or vector of expressions."""
    if key in {"A", "carry"}:
        return [
            [_expression(f"{key}[{i}][{j}]", x, names) for j, x in enumerate(row)] for i, row in enumerate(_rows(value))
        ]
    return [_expression(f"{key}[{i}]", x, names) for i, x in enumerate(_entries(value))]


def _expression(what: str, value: Any, names: Mapping[str, Any]) -> Expr:
    if hasattr(value, "free_symbols"):
        by_name = {symbol: names.get(symbol.name) for symbol in value.free_symbols}
        for symbol, known in by_name.items():
            if known is None:
                _unknown(what, symbol.name, names)
        return value.xreplace(by_name)
    text = str(spelled(value))
    for loss in _LOSS:
        if loss in set(_words(text)) - set(names):
            _unknown(what, loss, names)
    return formula(f"{what} of the recursion", text, names, roots=True)


def _words(text: str) -> list[str]:
    return "".join(c if c.isalnum() or c == "_" else " " for c in text).split()


def _unknown(what: str, name: str, names: Mapping[str, Any]) -> None:
    if name in _LOSS:
        raise BadInput(
            f"{what} of the recursion has '{name}', but A and b must not depend on the loss: the recursion is linear."
        )
    raise BadInput(f"{what} of the recursion has '{name}', which is not among the names that are allowed there: "
                   f"{', '.join(names)}.")  # fmt: skip


def _depends(value: Any, symbol: Any) -> bool:
    flat = [x for part in value for x in (part if isinstance(part, list) else [part])]
    return any(symbol in x.free_symbols for x in flat)


def _function(
    value: Any, shape: tuple[int, ...], names: Mapping[str, Any], called: str, *, fixed: bool = False
) -> Callable[..., Any]:
    """What gives an array of shape (T, *shape, n) for times of shape (T,) and lambda of shape (n,).

    What is `fixed` does not depend on time and is of shape (*shape, n), for lambda alone.
    """
    import numpy as np

    if callable(value):

        def stepped(times: Any, x: Any) -> Any:
            with np.errstate(all="ignore"):  # refused below
                found = np.stack([_shaped(value(float(t), x), shape, x) for t in times])
            _refuse_infinite(called, found, times)
            return found

        return stepped
    from sympy import lambdify

    t, x = names["t"], names["lambda"]
    if fixed and _depends(value, t):
        raise BadInput(f"{called} of the recursion depends on t, but it must not.")
    flat = [entry for part in value for entry in (part if isinstance(part, list) else [part])]
    made = lambdify((t, x), [entry.evalf(17) if entry.is_number else entry for entry in flat], "numpy")

    def evaluated(times: Any, points: Any) -> Any:
        with np.errstate(all="ignore"):  # refused below
            found = [np.broadcast_to(np.asarray(entry, dtype=float), (len(times), len(points)))
                     for entry in made(times[:, None], points[None, :])]  # fmt: skip
        whole = np.stack(found, axis=1).reshape(len(times), *shape, len(points))
        _refuse_infinite(called, whole, times)
        return whole

    return (lambda points: evaluated(np.zeros(1), points)[0]) if fixed else evaluated


def _refuse_infinite(called: str, found: Any, times: Any) -> None:
    """Refuse entries, with their steps on the first axis, that are no finite real numbers."""
    import numpy as np

    good = np.isfinite(found).reshape(len(times), -1).all(axis=1)
    if not good.all():
        step = times[np.argmin(good)]
        advice = "write 1 + t for t, as steps are counted from 0" if step == 0 and good.any() else "change it"
        raise BadInput(f"{called} of the recursion is no finite real number at step {step:g}; {advice}.")


def _shaped(value: Any, shape: tuple[int, ...], x: Any) -> Any:
    """What a function of the caller's gave, as an array of shape (*shape, n)."""
    import numpy as np

    try:
        rows = [[np.broadcast_to(np.asarray(e, dtype=float), x.shape) for e in part] for part in value] if len(
            shape) == 2 else [np.broadcast_to(np.asarray(e, dtype=float), x.shape) for e in value]  # fmt: skip
        found = np.array(rows)
    except (TypeError, ValueError) as error:
        raise BadInput(f"A function of the recursion must give {' by '.join(map(str, shape))} numbers or arrays of the "
                       f"length of lambda, but: {error}.") from error  # fmt: skip
    if found.shape != (*shape, len(x)):
        raise BadInput(
            f"A function of the recursion gave {' by '.join(map(str, found.shape[:-1]))} entries, but it must give "
            f"{' by '.join(map(str, shape))}."
        )
    return found
