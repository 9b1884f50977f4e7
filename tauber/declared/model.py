"""The object that a declaration is in Python: every action is a method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import BadInput
from ..output.result import Result
from . import actions
from .reading import Declaration, of_table, read
from .recursion import Recursion


class Model:
    """A declared model; `declare` makes it.

    Every action takes what is asked of one run, as the actions of `tauber.plrf` do: sizes, times, budgets, digits.
    """

    def __init__(self, declaration: Declaration) -> None:
        self._declaration = declaration

    def __repr__(self) -> str:
        """What was declared."""
        given = self._declaration
        parts = {"spectrum": given.spectrum, "training": dict(given.training), "label_noise": given.label_noise,
                 "budget": dict(given.budget), "recursion": given.recursion, "terms": dict(given.terms)}  # fmt: skip
        return f"Model({', '.join(f'{name}={value!r}' for name, value in parts.items() if value)})"

    def derive(self, **run: Any) -> Result:
        """The best exponents at the point of the spectrum, or in general; of a list of terms at its parameters."""
        return actions.of(self._declaration, "derive")(**run)

    def phases(self, **run: Any) -> Result:
        """The phase diagram of the whole plane of exponents; of a list of terms with values for some, ``at``."""
        return actions.of(self._declaration, "phases")(**run)

    def curve(self, **run: Any) -> Result:
        """The loss over time at one size, `d`, with an error for each value."""
        return actions.of(self._declaration, "curve")(**run)

    def frontier(self, **run: Any) -> Result:
        """The least loss at each budget, measured."""
        return actions.of(self._declaration, "frontier")(**run)

    def simulate(self, **run: Any) -> Result:
        """The algorithm itself on drawn features and data, beside the solved curve."""
        return actions.of(self._declaration, "simulate")(**run)

    def certify(self, **run: Any) -> Result:
        """Proved intervals for the loss."""
        return actions.of(self._declaration, "certify")(**run)

    def verify(self, **run: Any) -> Result:
        """Derived against measured exponents of this model, as claims of the ledger are checked."""
        from ..models.verify import verify_declared

        return verify_declared(self._declaration, **run)

    def export(self, ids: Sequence[str] | str | None = None) -> Result:
        """The LaTeX of phases, boundaries, optimum and terms by their ids, or a list of the ids."""
        from ..models.export import export_declared

        return export_declared(self._declaration, [ids] if isinstance(ids, str) else ids)


def declare(
    file: Any = None,
    *,
    spectrum: Any = None,
    training: Mapping[str, Any] | None = None,
    label_noise: Any = None,
    resources: Any = None,
    budget: Any = None,
    recursion: Recursion | Mapping[str, Any] | None = None,
    terms: Mapping[str, Any] | None = None,
    window: Mapping[str, Any] | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> Model:
    """Declare a model of one's own: what it is, said once.

    Parameters
    ----------
    file
        The path of a TOML file, or a table as in one, in place of everything else.
    spectrum
        A mapping of ``alpha`` and ``beta``, a record such as `Powers`, a table with a kind, a pair of arrays, or a
        file; None for the whole plane of exponents.
    training
        ``step_size``, ``batch``, ``schedule``, ``momentum``, ``averaging``, as the options of ``tauber derive plrf``
        and ``tauber curve plrf`` (docs/own_model.md).
    label_noise
        The variance of the noise in the labels: a number, or a law such as ``f^(-1/2)``.
    resources
        A limit on the serial time, ``{"serial_time": "f^(1/3)"}``; of a list of terms the names of its resources.
    budget
        What the compute f is: ``d*r`` by default.
    recursion
        A `Recursion`, or a table of its fields.
    terms, window, parameters
        A list of terms, with resources and a budget in place of a training; or, beside a recursion, the terms of its
        loss in d and r.

    Returns
    -------
    Model
        With the actions as methods.

    Raises
    ------
    BadInput
        The declaration says nothing, has a key that does not exist, or is of two kinds.

    >>> model = declare(spectrum={"alpha": "4/5", "beta": "3/10"}, training={"step_size": "free"}, label_noise=1)
    >>> model.derive().loss_exponent
    6/19
    """
    given = {"training": training, "terms": terms, "window": window, "parameters": parameters, "recursion": recursion}
    table = {key: value for key, value in given.items() if value is not None}
    if isinstance(recursion, Recursion):
        table["recursion"] = {key: value for key, value in vars(recursion).items() if value is not None}
    if spectrum is not None:
        table["spectrum"] = spectrum
    if label_noise is not None:
        table["noise"] = {"label_noise": label_noise}
    table |= _budget(resources, budget)
    if file is None:
        return Model(of_table(table))
    if table:
        raise BadInput(f"A file was given beside {next(iter(table))}; what the model is is said in one of them.")
    return Model(read(file))


def _budget(resources: Any, budget: Any) -> dict[str, Any]:
    """Budget and resources as they stand in a file of their kind."""
    if resources is None and budget is None:
        return {}
    if resources is not None and not isinstance(resources, Mapping):
        return {"resources": resources} | ({} if budget is None else {"budget": budget})
    limits = {} if resources is None else dict(resources)
    if "cost" in limits:
        raise BadInput("cost was given as a resource; what the compute is is the budget.")
    return {"budget": limits | ({} if budget is None else {"cost": budget})}
