"""What a runner was found to do at each speed.

Step frequency, stiffness, step width and posture at contact follow the speed: a polynomial through
the measured speeds, of second degree where there are three, continued along its tangent outside
them. Setting such a parameter takes its habit away: the number then holds at every speed.
"""

from collections.abc import Mapping
from typing import Any, Final

import equinox as eqx

from stridesim.runner.over_speed import over_speed

HABITUAL: Final[tuple[str, ...]] = (
    "gait.step_frequency",
    "gait.step_width",
    "leg.stiffness",
    "leg.loss",
    "posture.knee_flexion_at_contact",
)
"""Parameters that a runner may be found to change with speed."""


class Habits(eqx.Module):
    """Measured choices over speed: `paths` name them, `values` (paths, speeds) are SI."""

    paths: tuple[str, ...] = eqx.field(static=True, default=())
    speeds: tuple[float, ...] = eqx.field(static=True, default=())
    values: tuple[tuple[float, ...], ...] = eqx.field(static=True, default=())

    def without(self, paths: Mapping[str, Any]) -> "Habits":
        """The habits that remain when `paths` are set by hand."""
        keep = [i for i, path in enumerate(self.paths) if path not in paths]
        return Habits(
            tuple(self.paths[i] for i in keep), self.speeds, tuple(self.values[i] for i in keep)
        )

    def at(self, speed: Any) -> dict[str, Any]:
        """Value of every habit at `speed` (any shape), SI."""
        return {
            path: over_speed(self.speeds, values, speed)
            for path, values in zip(self.paths, self.values, strict=True)
        }
