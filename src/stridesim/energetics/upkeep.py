"""What the body pays besides the leg muscles, each term with its own source.

    rest       standing metabolic rate, 1.2 W/kg (Weyand 2010, doi:10.1242/jeb.048199; model
               design value)
    breathing  8 % of the rise of the whole body's oxygen uptake in moderate exercise
               (Aaron 1992, doi:10.1152/jappl.1992.72.5.1818): if the muscles need P above rest,
               breathing B = 0.08 (P + B)

The heart's own work, skin and gut are in neither term.
"""

from typing import Any, Final, NamedTuple

from stridesim.programs import kept_result

REST_POWER: Final = 1.2
"""W/kg."""

BREATHING_SHARE: Final = 0.08
"""Share of the rise of metabolic rate above rest (Aaron 1992)."""


@kept_result
class Upkeep(NamedTuple):
    """Metabolic power besides the leg muscles, W/kg."""

    rest: Any
    breathing: Any


def upkeep_of(muscle_power: Any) -> Upkeep:
    """Upkeep of a body whose leg muscles draw `muscle_power` (W/kg)."""
    return Upkeep(
        REST_POWER + 0 * muscle_power, BREATHING_SHARE / (1 - BREATHING_SHARE) * muscle_power
    )
