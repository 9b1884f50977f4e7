"""A cluster in which tests of sweeps measure, and a sweep of some milliseconds a point."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from dask.distributed import LocalCluster

import tauber

CURVE = {"action": "curve", "alpha": "0.55:1.5:8", "beta": "0.1,0.7,1.3", "times": "10,1e6"}
"""Some milliseconds a point."""


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0") as made:
        yield made


@pytest.fixture
def swept(cluster: LocalCluster, tmp_path: Path) -> Any:
    """Sweep in the test cluster."""

    def run(out: str = "out", **given: Any) -> Any:
        return tauber.sweep("plrf", **{**CURVE, **given}, out=tmp_path / out, scheduler=cluster.scheduler_address)

    return run


def bits(found: Any) -> dict[str, bytes]:
    """All that is in a store."""
    return {name: array.values.tobytes() for name, array in found.dataset.variables.items()}


def hearing(hear: Any) -> Any:
    """A progress bar that does this at each block."""

    @contextmanager
    def bar(*_: Any) -> Iterator[Any]:
        yield lambda steps, coming=None: hear(steps) if coming is not None else None

    return bar
