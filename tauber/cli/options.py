"""Options that several commands share, written once so that they read and behave alike."""

from __future__ import annotations

from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output, and nothing else there.")]
Alpha = Annotated[
    str, typer.Option(metavar="NUMBER", help="Spectral exponent: the eigenvalues are j^(-2 alpha). E.g. 0.8 or 4/5.")
]
Beta = Annotated[
    str, typer.Option(metavar="NUMBER", help="Target exponent: the coefficients are j^(-beta). E.g. 0.3 or 3/10.")
]
Size = Annotated[str, typer.Option("--d", metavar="WHOLE", help="Number of parameters, 1e6 and the like allowed.")]
Width = Annotated[
    str | None,
    typer.Option(
        "--v", metavar="WHOLE|inf", help="Number of data modes, more than d; inf needs 2 alpha > 1. Default: 10 d."
    ),
]
Rate = Annotated[
    str,
    typer.Option("--lr", metavar="NUMBER|auto", help="Step size gamma; auto is half of the stability limit."),
]
TraceRate = Annotated[
    str | None,
    typer.Option(
        "--lr-trace", metavar="NUMBER", help="Step size times the trace of the spectrum, in place of the step size."
    ),
]
Digits = Annotated[
    str | None,
    typer.Option(metavar="WHOLE", help="Decimal digits of the results (mpmath); JSON numbers then are strings."),
]
Batch = Annotated[str, typer.Option(metavar="WHOLE", help="Samples per step.")]
Times = Annotated[
    str,
    typer.Option(
        metavar="START:STOP:COUNT|LIST",
        help="Steps: log-spaced, rounded, duplicates dropped (1:1e6:60; a start of 0 adds step 0), or a comma list.",
    ),
]
Plot = Annotated[str | None, typer.Option(metavar="FILE", help="Also draw the result into FILE (.svg, .png or .pdf).")]
AllowUnstable = Annotated[
    bool,
    typer.Option("--allow-unstable", help="Solve beyond the stability limit, by the recursion, over a finite horizon."),
]
Seed = Annotated[str, typer.Option(metavar="WHOLE", help="Seed of the random numbers.")]
Full = Annotated[
    bool, typer.Option("--full", help="Also every table: terms or laws with their constants, and what the names mean.")
]
