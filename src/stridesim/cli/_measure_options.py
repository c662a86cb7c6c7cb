"""How recordings are measured: the options that `measure` and `fit` share, declared once.

They arrive as one argument, `analysis`. Two defaults depend on what is measured, so an option that
is not given is None: the contact threshold follows a light runner's weight, and the cut-off of the
filter follows a recording's sampling rate. What was used is written in every result.
"""

import dataclasses
import functools
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from stridesim.recordings import MeasureSettings

_BODY_WEIGHTS = re.compile(
    r"(?P<number>[^%a-z]*)(?P<percent>%?)\s*(?:of\s+)?(?:BW|body[ -]?weights?)?", re.IGNORECASE
)


@dataclasses.dataclass(frozen=True)
class MeasureOptions:
    """What was written; None where the default holds."""

    threshold: str | None = None
    cutoff: str | None = None
    horizontal_cutoff: str | None = None
    keep_baseline: bool = False

    def settings(self, stated_mass: float) -> "MeasureSettings":
        """The settings for a runner of `stated_mass` kg; `InputError` for what cannot be read."""
        from stridesim.recordings import MeasureSettings
        from stridesim.units import parse_quantity

        usual = MeasureSettings.of_runner(stated_mass)
        changed: dict[str, Any] = {"subtract_baseline": not self.keep_baseline}
        if self.threshold is not None:
            changed["threshold"] = _threshold(self.threshold, stated_mass)
        if self.cutoff is not None:
            changed["cutoff"] = parse_quantity(self.cutoff, "Hz", "filter")
            changed["cutoff_follows_rate"] = False
        if self.horizontal_cutoff is not None:
            changed["horizontal_cutoff"] = parse_quantity(
                self.horizontal_cutoff, "Hz", "horizontal filter"
            )
            changed["horizontal_cutoff_follows_rate"] = False
        return dataclasses.replace(usual, **changed)


def _threshold(text: str, stated_mass: float) -> float:
    """N of `50 N`, or of a share of body weight: `5 % BW`, `0.05 BW`."""
    from stridesim.constants import GRAVITY
    from stridesim.results import InputError
    from stridesim.units import parse_quantity

    share = _BODY_WEIGHTS.fullmatch(" ".join(text.split()))  # one space: no backtracking
    if share and share.group(0) != share["number"]:
        unit = "%BW" if share["percent"] else "BW"
        return (
            parse_quantity(f"{share['number']} {unit}", "BW", "threshold") * stated_mass * GRAVITY
        )
    try:
        return parse_quantity(text, "N", "threshold")
    except InputError as error:
        raise InputError(f"{error}, or a share of body weight such as '5 % BW'") from None


def measure_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--threshold`, `--filter`, `--horizontal-filter`, `--keep-baseline`; they arrive together as
    `analysis`, a `MeasureOptions`."""

    @functools.wraps(function)
    def collected(
        *args: Any,
        threshold: str | None,
        cutoff: str | None,
        horizontal_cutoff: str | None,
        keep_baseline: bool,
        **others: Any,
    ) -> Any:
        analysis = MeasureOptions(threshold, cutoff, horizontal_cutoff, keep_baseline)
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
