"""How ground forces become steps, as a person says it: with units, or shares of body weight.

Two defaults depend on what is measured, so a choice that is not made is None: the contact threshold
follows a light runner's weight, and the cut-off of the filter follows a recording's sampling rate.
What was used is written in every answer.
"""

import dataclasses
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from stridesim.recordings import MeasureSettings

Stated = str | float
"""A number in the unit that the argument names, or text with a unit (`"179.5 cm"`)."""

_BODY_WEIGHTS: Final = re.compile(
    r"(?P<number>[^%a-z]*)(?P<percent>%?)\s*(?:of\s+)?(?:BW|body[ -]?weights?)?", re.IGNORECASE
)


@dataclasses.dataclass(frozen=True)
class ForceAnalysis:
    """Choices of the analysis; None keeps a default.

    `threshold`: contact is above this vertical force, N, or `"5 % BW"`. `cutoff` Hz: low-pass of
    all forces. `horizontal_cutoff` Hz: low-pass for horizontal peaks and curves. `keep_baseline`:
    do not subtract the force that is read in flight.
    """

    threshold: Stated | None = None
    cutoff: Stated | None = None
    horizontal_cutoff: Stated | None = None
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


def _threshold(stated: Stated, stated_mass: float) -> float:
    """N of `50 N`, or of a share of body weight: `5 % BW`, `0.05 BW`."""
    from stridesim.constants import GRAVITY
    from stridesim.results import InputError
    from stridesim.units import parse_quantity

    one_space = " ".join(str(stated).split())  # one space: no backtracking
    share = _BODY_WEIGHTS.fullmatch(one_space) if isinstance(stated, str) else None
    if share and share.group(0) != share["number"]:
        unit = "%BW" if share["percent"] else "BW"
        return (
            parse_quantity(f"{share['number']} {unit}", "BW", "threshold") * stated_mass * GRAVITY
        )
    try:
        return parse_quantity(stated, "N", "threshold")
    except InputError as error:
        raise InputError(f"{error}, or a share of body weight such as '5 % BW'") from None


def paths_of(files: str | Path | Sequence[str | Path]) -> list[Path]:
    """One file or several as paths; `InputError` for none."""
    from stridesim.results import InputError

    paths = [Path(files)] if isinstance(files, str | Path) else [Path(file) for file in files]
    if not paths:
        raise InputError("files: none given; permitted: one recording or more")
    return paths


def stated_speeds(speed: Stated | Sequence[Stated]) -> list[Stated]:
    """One speed or several as a list, as they are written."""
    return [speed] if isinstance(speed, str) or not isinstance(speed, Sequence) else [*speed]


def speeds_of(stated: Sequence[Stated], count: int, *, one_for_all: bool) -> list[float]:
    """m/s of each of `count` files, in their order; `one_for_all`: a single speed may serve all.

    Raises `InputError` for another number of speeds, and for what is no speed.
    """
    from stridesim.results import InputError
    from stridesim.units import parse_quantity

    speeds = [parse_quantity(each, "m/s", "speed") for each in stated]
    if len(speeds) == 1 and one_for_all:
        return speeds * count
    if len(speeds) != count:
        permitted = (
            "one for all files, or one per file in their order" if one_for_all else "one per file"
        )
        raise InputError(f"speed: {len(speeds)} given for {count} files; permitted: {permitted}")
    return speeds
