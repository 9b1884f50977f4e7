"""Errors where few runs tell a parameter: leverage, degrees of freedom, and how often the intervals then hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from tauber.numerics.runs import Fitted, Runs, bootstrap, interval, spread
from tauber.numerics.runs.leverage import MOST, leverage


@dataclass(frozen=True, eq=False)
class Straight:
    """A form whose log loss is linear in its parameters."""

    slopes: np.ndarray

    @property
    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """No parameter has any."""
        return np.full(len(self.slopes), -np.inf), np.full(len(self.slopes), np.inf)

    def log_loss(self, theta: np.ndarray, _: Any) -> np.ndarray:
        """log(L/unit), (R, n)."""
        return theta @ self.slopes

    def linearised(self, theta: np.ndarray, _: Any) -> tuple[np.ndarray, np.ndarray]:
        """The same, and its derivatives."""
        return theta @ self.slopes, self.slopes[None]


def least_squares(slopes: np.ndarray, noise: np.ndarray, size: np.ndarray) -> Fitted:
    """The fit to noise alone: the truth is 0."""
    form: Any = Straight(slopes)
    runs = Runs(np.exp(noise), size)
    x: Any = type("Unit", (), {"unit": 1.0})
    theta = np.linalg.lstsq(slopes.T, noise, rcond=None)[0]
    return Fitted(form, runs, x, theta, float(((noise - theta @ slopes) ** 2).sum() / 2), np.inf, 1, 1)


def held(slopes: np.ndarray, size: np.ndarray, which: int, shared: float = 0.0) -> tuple[float, float]:
    """Of 200 tables how many have the truth of a parameter within one error and within 95 %, in standard errors."""
    count, one, two = 200, 0, 0
    _, owner = np.unique(size, return_inverse=True)
    for seed in range(count):
        generator = np.random.default_rng(seed)
        noise = generator.standard_normal(len(size)) + shared * generator.standard_normal(len(size))[owner]
        fitted = least_squares(slopes, 0.01 * noise, size)
        at = interval(fitted.theta[which], bootstrap(fitted, 100, seed).theta[:, which])
        one += abs(at.value) <= at.error
        two += at.low <= 0 <= at.high
    off = [(hits - p * count) / np.sqrt(p * (1 - p) * count) for hits, p in ((one, 0.6827), (two, 0.95))]
    return off[0], off[1]


@pytest.mark.dear
def test_the_slope_that_one_run_tells_has_its_error() -> None:
    """Of 30 runs one lies far off. By one factor for all runs the truth was within one error in 50 %, of 95 % in 84."""
    along = np.append(np.linspace(0, 1, 29), 6.0)
    one, two = held(np.array([np.ones(30), along]), np.arange(1.0, 31.0), 1)

    assert abs(one) < 3
    assert abs(two) < 3


@pytest.mark.dear
@pytest.mark.parametrize("shared", [0.0, 1.0])
def test_the_slope_that_few_sizes_tell_has_its_error(shared: float) -> None:
    """Twelve sizes of four runs, dense at one end, with the weights. By one factor 95 % were at least 4 errors off."""
    size = np.repeat(10 ** (7 + 3 * np.linspace(0, 1, 12) ** 3), 4)
    along = np.log(size / size.mean())
    one, two = held(np.array([np.ones(48), along, along**2]), size, 1, shared)

    assert abs(one) < 3
    assert abs(two) < 3


def test_leverage_and_degrees_of_freedom_are_those_of_the_whole_matrices() -> None:
    generator = np.random.default_rng(3)
    slopes = generator.standard_normal((3, 24))
    slopes[:, 0] *= 5
    for units in (np.arange(24), np.repeat(np.arange(8), 3)):
        hat = slopes.T @ np.linalg.solve(slopes @ slopes.T, slopes)
        own, freedom = leverage(slopes, units)
        blocks = [hat[np.ix_(units == s, units == s)] for s in range(units[-1] + 1)]
        assert own == pytest.approx([np.trace(block @ block) / np.trace(block) for block in blocks])

        found = []
        for influence in np.linalg.solve(slopes @ slopes.T, slopes):
            parts = [(units == s) * influence / np.sqrt(1 - own[s]) for s in range(len(own))]
            residual = np.eye(24) - hat
            form = residual @ sum(np.outer(part, part) for part in parts) @ residual
            eigenvalues = np.linalg.eigvalsh(form)
            found.append(eigenvalues.sum() ** 2 / (eigenvalues**2).sum())
        assert 1 / freedom == pytest.approx(np.mean(1 / np.array(found)))


def test_a_run_that_alone_tells_a_parameter_has_the_largest_leverage() -> None:
    """Its residual is 0 whatever its noise, so nothing says how sure the parameter is; numbers stay finite."""
    slopes = np.array([np.ones(12), np.append(np.zeros(11), 1.0)])
    own, freedom = leverage(slopes, np.arange(12))
    assert own[-1] == MOST
    assert freedom == pytest.approx(10)  # of the residuals that there are
    assert leverage(slopes[1:], np.arange(12))[1] == 1  # there are none

    again, same = leverage(np.vstack([slopes, slopes[0]]), np.arange(12))  # two parameters that are one
    assert again == pytest.approx(own)
    assert same == pytest.approx(freedom)


@pytest.mark.parametrize("count", [100, 200])
def test_the_ends_of_few_samples_enclose_their_share(count: int) -> None:
    """In the mean over sets of uniform numbers; between samples at hand it would be (R - 1)/(R + 1) of it."""
    drawn = np.random.default_rng(0).random((count, 4000))
    _, low, high = spread(drawn)
    share = high - low
    error = share.std() / np.sqrt(4000)
    assert abs(share.mean() - 0.95) < 3 * error
    assert 0.95 * (count - 1) / (count + 1) < 0.95 - 5 * error
