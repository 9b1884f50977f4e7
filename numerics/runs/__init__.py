"""From measured training runs to a law: forms, fits with intervals, what was held out, and the compute optimum."""

from .curve_fit import (
    END_SAMPLES,
    SHARES,
    CurveSamples,
    Ends,
    FittedCurves,
    Unseen,
    bootstrap_curves,
    ends,
    fit_curves,
    held_out_curves,
    law_for,
    open_ends,
)
from .curve_table import CURVE_ROLES, holds_curves, read_curves
from .curves import EARLY, Curve, Curves
from .draw import draw_runs
from .empirical import Estimate, envelope, isoflop
from .exact import dynamical_runs, plrf_curves, plrf_runs, surface_runs
from .fitting import USUAL_HUBER, AnyForm, Fitted, fit
from .forms import FORMS, Form, forms_for
from .heldout import HeldOut, held_out
from .intervals import Interval, Samples, bootstrap, interval, profile, spread
from .memory import FunctionalLaw
from .optimum import QUANTITIES, Best, optimum
from .solved import SURFACE_FORMS, SurfaceForm
from .table import ROLES, Cost, Runs, read_runs
from .usual import SIZES, Usual, usual_fits

__all__ = [
    "CURVE_ROLES",
    "EARLY",
    "END_SAMPLES",
    "FORMS",
    "QUANTITIES",
    "ROLES",
    "SHARES",
    "SIZES",
    "SURFACE_FORMS",
    "USUAL_HUBER",
    "AnyForm",
    "Best",
    "Cost",
    "Curve",
    "CurveSamples",
    "Curves",
    "Ends",
    "Estimate",
    "Fitted",
    "FittedCurves",
    "Form",
    "FunctionalLaw",
    "HeldOut",
    "Interval",
    "Runs",
    "Samples",
    "SurfaceForm",
    "Unseen",
    "Usual",
    "bootstrap",
    "bootstrap_curves",
    "draw_runs",
    "dynamical_runs",
    "ends",
    "envelope",
    "fit",
    "fit_curves",
    "forms_for",
    "held_out",
    "held_out_curves",
    "holds_curves",
    "interval",
    "isoflop",
    "law_for",
    "open_ends",
    "optimum",
    "plrf_curves",
    "plrf_runs",
    "profile",
    "read_curves",
    "read_runs",
    "spread",
    "surface_runs",
    "usual_fits",
]
