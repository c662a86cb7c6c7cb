"""How steps are measured: the choices that move the numbers, stated in every result.

Contact time depends on the force threshold (0.294, 0.288, 0.277, 0.260 s at 20, 30, 50,
100 N for one runner at 2.5 m/s) and a little on the filter, so a number without its settings
cannot be compared.

Published thresholds are newtons of adults: 50 N are 5.7 to 8.9 % of the reference runners' weight
(Fukuchi 2017), but 17 % of a child's of 30 kg, whose contact of 0.277 s then reads 0.254 s. So the
default is no larger a share of anyone's weight than of the lightest reference runner's.

A filter needs samples: its cut-off lies below half of the sampling rate, and near it the last
samples decide. Where the default is too high for a recording, it follows the rate.
"""

import dataclasses
from typing import Final

from stridesim.constants import GRAVITY
from stridesim.results import InputError

FILTER_ORDER: Final = 4
"""Order of the zero-phase filter: a Butterworth of half this order, run forth and back."""

LARGEST_SHARE: Final = 0.09
"""BW. The default threshold is no more: what 50 N are to the lightest of the reference runners."""

HIGHEST_CUTOFF: Final = 0.4
"""Of the sampling rate, for a cut-off that follows it: 40 Hz at 100 samples a second."""

CARRIED_CUTOFF: Final = 0.45
"""Of the sampling rate, which carries a cut-off up to here as it is."""


@dataclasses.dataclass(frozen=True)
class MeasureSettings:
    """Settings of the analysis; defaults are those of the published reference values.

    `threshold` N, of the filtered vertical force: contact above it. `cutoff` Hz, low-pass of
    all forces. `horizontal_cutoff` Hz, low-pass of the horizontal forces where a single
    sample decides (peaks) and for curves: treadmills vibrate there. Contacts and flights
    outside the given durations (s) are not steps of a run. `subtract_baseline` removes the
    force read in flight. `cutoff_follows_rate` and its horizontal twin lower a cut-off that a
    recording's sampling rate cannot carry; without, such a recording is refused. Raises
    `InputError` for values that are out of range.
    """

    threshold: float = 50.0
    cutoff: float = 50.0
    horizontal_cutoff: float = 20.0
    subtract_baseline: bool = True
    cutoff_follows_rate: bool = True
    horizontal_cutoff_follows_rate: bool = True
    shortest_contact: float = 0.08
    longest_contact: float = 0.50
    shortest_flight: float = 0.02
    longest_flight: float = 0.40

    def __post_init__(self) -> None:
        for name, unit, low, high in (
            ("threshold", "N", 1.0, 500.0),
            ("cutoff", "Hz", 5.0, 1000.0),
            ("horizontal_cutoff", "Hz", 5.0, 1000.0),
        ):
            value = getattr(self, name)
            if not low <= value <= high:
                raise InputError(f"{name} = {value:g} {unit}: permitted: {low:g} to {high:g}")

    @classmethod
    def of_runner(cls, stated_mass: float) -> "MeasureSettings":
        """The defaults for a runner of `stated_mass` kg: the threshold follows a light one."""
        lowest = LARGEST_SHARE * stated_mass * GRAVITY
        return cls(threshold=min(cls.threshold, max(lowest, 1.0)))

    def at_rate(self, rate: float) -> "MeasureSettings":
        """These settings with cut-offs that `rate` samples a second can carry, where they may be
        lowered."""
        lower = float(f"{HIGHEST_CUTOFF * rate:.3g}")

        def carried(cutoff: float, follows: bool) -> float:
            return lower if follows and cutoff > CARRIED_CUTOFF * rate else cutoff

        return dataclasses.replace(
            self,
            cutoff=carried(self.cutoff, self.cutoff_follows_rate),
            horizontal_cutoff=carried(self.horizontal_cutoff, self.horizontal_cutoff_follows_rate),
        )

    def as_dict(self) -> dict[str, float | bool]:
        """For results on paper and in JSON; the unit is in each name."""
        return {
            "threshold_N": self.threshold,
            "filter_Hz": self.cutoff,
            "horizontal_filter_Hz": self.horizontal_cutoff,
            "filter_order": FILTER_ORDER,
            "subtract_baseline": self.subtract_baseline,
            "shortest_contact_s": self.shortest_contact,
            "longest_contact_s": self.longest_contact,
            "shortest_flight_s": self.shortest_flight,
            "longest_flight_s": self.longest_flight,
        }
