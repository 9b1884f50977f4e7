"""The lean comparison of the benchmarks is a solver too: what speed is measured against must be right."""

import importlib.util
import math
from pathlib import Path

import numpy as np
import pytest

from tauber.numerics import PLRF

PATH = Path(__file__).parents[2] / "benchmarks" / "lean.py"


@pytest.fixture(scope="module")
def lean():
    spec = importlib.util.spec_from_file_location("lean", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.lean


@pytest.mark.parametrize("times", [[1e12], np.geomspace(1, 1e12, 60), np.geomspace(1, 1e30, 60)])
def test_it_is_as_right_as_the_solver(lean, times):
    curve = PLRF("0.8", "0.3", 1e6, math.inf).curve(times)
    found = lean(0.8, 0.3, 1e6, np.asarray(times))
    assert (abs(found / curve.loss - 1) <= curve.error + 1e-13).all()


def test_it_takes_nothing_from_the_library():
    assert "tauber" not in PATH.read_text()
