"""Arguments that several actions share, written once so that they read and behave alike."""

from __future__ import annotations

from typing import Annotated, Any

from ..action import Argument, Number, Numbers

Alpha = Annotated[Number, Argument("NUMBER", "Spectral exponent: the eigenvalues are j^(-2 alpha). E.g. 0.8 or 4/5.")]
Beta = Annotated[Number, Argument("NUMBER", "Target exponent: the coefficients are j^(-beta). E.g. 0.3 or 3/10.")]
Size = Annotated[Number, Argument("WHOLE", "Number of parameters, 1e6 and the like allowed.")]
Width = Annotated[
    Number | None,
    Argument("WHOLE|inf", "Number of data modes, more than d; inf needs 2 alpha > 1. Default: 10 d."),
]
Rate = Annotated[Number, Argument("NUMBER|auto", "Step size gamma; auto is half of the stability limit.")]
TraceRate = Annotated[
    Number | None, Argument("NUMBER", "Step size times the trace of the spectrum, in place of the step size.")
]
Digits = Annotated[
    Number | None, Argument("WHOLE", "Decimal digits of the results (mpmath); JSON numbers then are strings.")
]
Goal = Annotated[Number, Argument("WHOLE", "Digits that each interval must prove.")]
Batch = Annotated[Number, Argument("WHOLE", "Samples per step.")]
Times = Annotated[
    Numbers,
    Argument(
        "START:STOP:COUNT|LIST",
        "Steps: log-spaced, rounded, duplicates dropped (1:1e6:60; a start of 0 adds step 0), or a comma list.",
    ),
]
AllowUnstable = Annotated[
    bool, Argument("", "Solve beyond the stability limit, by the recursion, over a finite horizon.")
]
Seed = Annotated[Number, Argument("WHOLE", "Seed of the random numbers.")]
Workers = Annotated[Number, Argument("WHOLE", "Processes of this machine; the numbers are the same for any.")]
Runs = Annotated[Number, Argument("WHOLE", "Independent draws of all that is random, at least 2.")]
Spectrum = Annotated[
    Any | None,
    Argument(
        "FILE",
        "Eigenvalues and target powers of one's own, in place of the exponents: a .toml table, or columns eigenvalues "
        "and target_powers.",
        as_is=True,
    ),
]
