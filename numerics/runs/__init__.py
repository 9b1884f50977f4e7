"""From measured training runs to a law: forms, fits with intervals, what was held out, and the compute optimum."""

from .draw import draw_runs
from .empirical import Estimate, envelope, isoflop
from .exact import plrf_runs
from .fitting import USUAL_HUBER, Fitted, fit
from .forms import FORMS, Form
from .heldout import HeldOut, forms_for, held_out
from .intervals import Interval, Samples, bootstrap, interval, profile, spread
from .optimum import QUANTITIES, Best, optimum
from .table import ROLES, Cost, Runs, read_runs

__all__ = [
    "FORMS",
    "QUANTITIES",
    "ROLES",
    "USUAL_HUBER",
    "Best",
    "Cost",
    "Estimate",
    "Fitted",
    "Form",
    "HeldOut",
    "Interval",
    "Runs",
    "Samples",
    "bootstrap",
    "draw_runs",
    "envelope",
    "fit",
    "forms_for",
    "held_out",
    "interval",
    "isoflop",
    "optimum",
    "plrf_runs",
    "profile",
    "read_runs",
    "spread",
]
