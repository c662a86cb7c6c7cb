"""How recordings are measured: the options that `measure` and `fit` share, declared once.

They arrive as one argument, `analysis`, a `ForceAnalysis`.
"""

import functools
from collections.abc import Callable
from typing import Any

import click

from stridesim.studies.force_analysis import ForceAnalysis


def measure_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--threshold`, `--filter`, `--horizontal-filter`, `--keep-baseline`; they arrive together as
    `analysis`, a `ForceAnalysis`."""

    @functools.wraps(function)
    def collected(
        *args: Any,
        threshold: str | None,
        cutoff: str | None,
        horizontal_cutoff: str | None,
        keep_baseline: bool,
        **others: Any,
    ) -> Any:
        analysis = ForceAnalysis(threshold, cutoff, horizontal_cutoff, keep_baseline)
        return function(*args, analysis=analysis, **others)

    for option in reversed(_OPTIONS):
        option(collected)
    return collected


_OPTIONS = (
    click.option(
        "--threshold",
        metavar="N|% BW",
        help="Contact above this vertical force: '50 N', or of body weight '5 % BW'.  "
        "[default: 50 N, or 9 % BW if less, which is under 57 kg]",
    ),
    click.option(
        "--filter",
        "cutoff",
        metavar="HZ",
        help="Low-pass of all forces.  [default: 50 Hz, or 0.4 of a sampling rate that is too low "
        "for it]",
    ),
    click.option(
        "--horizontal-filter",
        "horizontal_cutoff",
        metavar="HZ",
        help="Low-pass for horizontal peaks and curves, which treadmills shake.  "
        "[default: 20 Hz, or 0.4 of a sampling rate that is too low for it]",
    ),
    click.option(
        "--keep-baseline", is_flag=True, help="Do not subtract the force that is read in flight."
    ),
)
