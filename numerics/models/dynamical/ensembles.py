r"""Averages over several networks and data sets: bias, variance components, and the losses of ensembles.

Let f(A, Psi) be the predictor of features A and training data Psi (labels' noise included).  Its test loss splits as in
an analysis of variance (Adlam and Pennington, arXiv:2011.03321, for ridge regression; the dynamical forms are in
`correlation.py`),

    L = sigma^2 + bias + features + data + interaction:

`bias` is the squared bias of the average over A and Psi; `features` the variance over A of the average over Psi; `data`
the variance over Psi of the average over A; `interaction` the rest.  Averaging the outputs of E networks with features
of their own on D data sets divides the parts:

    E networks, one data set          L - (1 - 1/E) (features + interaction)
    one network's features, D sets    L - (1 - 1/D) (data + interaction)
    E x D grid, all combinations      sigma^2 + bias + features/E + data/D + interaction/(E D).

E and D may be infinite.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ...core.precision import Array, Scalar
from ...errors import TauberInputError


@dataclass(frozen=True, eq=False)
class Ensembles:
    """Parts of the test loss at `times`, arrays of shape (n,), with *absolute* errors; see the module's docstring.

    `floor` = sigma^2 is in none of the parts and in every loss.
    """

    times: Array
    bias: Array
    features: Array
    data: Array
    interaction: Array
    bias_error: Array
    features_error: Array
    data_error: Array
    interaction_error: Array
    floor: Scalar

    @property
    def total(self) -> Array:
        """The test loss of one network on one data set, noise floor included."""
        return self.grid(1, 1)

    @property
    def total_error(self) -> Array:
        """Absolute error of `total`, and a bound for that of every ensemble's loss."""
        return self.bias_error + self.features_error + self.data_error + self.interaction_error

    def networks(self, count: Scalar) -> Array:
        """Test loss of the mean of `count` networks trained on one data set."""
        return self.grid(count, 1)

    def datasets(self, count: Scalar) -> Array:
        """Test loss of the mean over `count` data sets of one network's features."""
        return self.grid(1, count)

    def grid(self, networks: Scalar, datasets: Scalar) -> Array:
        """Test loss of the mean over all pairs of `networks` and `datasets`; raises TauberInputError below 1."""
        for name, count in (("networks", networks), ("data sets", datasets)):
            if not count >= 1:
                raise TauberInputError(f"The number of {name} in an ensemble must be at least 1 or inf, got {count!r}.")
        by_networks, by_datasets = (0 if math.isinf(count) else 1 / count for count in (networks, datasets))
        varied = self.features * by_networks + self.data * by_datasets
        return self.floor + self.bias + varied + self.interaction * (by_networks * by_datasets)
