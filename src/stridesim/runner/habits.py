"""What a runner was found to do at each speed.

Step frequency, stiffness, step width and posture at contact follow the speed: a polynomial through
the measured speeds, of second degree where there are three, continued along its tangent outside
them. A task changes them further (`adaptation`). A parameter that is set by hand follows neither:
the number then holds at every speed and for every task.
"""

import dataclasses
from collections.abc import Iterable
from typing import Any, Final

import equinox as eqx

from stridesim.runner.adaptation import ADAPTED
from stridesim.runner.over_speed import over_speed

HABITUAL: Final[tuple[str, ...]] = (
    "gait.step_frequency",
    "gait.step_width",
    "leg.stiffness",
    "leg.loss",
    "posture.knee_flexion_at_contact",
)
"""Parameters that a runner may be found to change with speed."""


IMPOSABLE: Final = tuple(dict.fromkeys((*HABITUAL, *ADAPTED)))
"""Parameters that follow the speed or the task unless they are set by hand."""


class Habits(eqx.Module):
    """Measured choices over speed: `measured` names them, `choices` (paths, speeds) are SI.

    `imposed` names what is set by hand and therefore follows neither the speed nor the task. Once
    `resolved`, the runner's numbers are those of its speed and its task, and nothing follows.
    """

    measured: tuple[str, ...] = eqx.field(static=True, default=())
    speeds: tuple[float, ...] = eqx.field(static=True, default=())
    choices: tuple[tuple[float, ...], ...] = eqx.field(static=True, default=())
    imposed: tuple[str, ...] = eqx.field(static=True, default=())
    resolved: bool = eqx.field(static=True, default=False)

    @property
    def paths(self) -> tuple[str, ...]:
        """What follows the speed."""
        return tuple(path for path in self.measured if path not in self.imposed)

    @property
    def values(self) -> tuple[tuple[float, ...], ...]:
        """The values of `paths` at `speeds`, SI."""
        measured = dict(zip(self.measured, self.choices, strict=True))
        return tuple(measured[path] for path in self.paths)

    def without(self, paths: Iterable[str]) -> "Habits":
        """The habits of a runner for whom `paths` are set by hand."""
        added = (path for path in paths if path in IMPOSABLE)
        return dataclasses.replace(self, imposed=tuple(dict.fromkeys((*self.imposed, *added))))

    def at(self, speed: Any) -> dict[str, Any]:
        """Value of every habit at `speed` (any shape), SI."""
        return {path: self.usual(path, speed) for path in self.paths}

    def usual(self, path: str, speed: Any) -> Any:
        """The measured choice at `speed` (any shape), SI, also where another one is imposed."""
        return over_speed(self.speeds, self.choices[self.measured.index(path)], speed)
