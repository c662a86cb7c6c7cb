"""What a runner can change, what is inborn, and the steps in which people say it.

A coach asks what can be done: gait and posture can be changed today, training changes muscles,
tendons and weight over months, the task is chosen, and bones, muscle architecture and fibres are
what the runner is born with. This is the one place where that is declared; the first pattern that
matches a parameter's path decides, and what no pattern matches is inborn.
"""

import fnmatch
from typing import Final, NamedTuple

KINDS: Final[dict[str, str]] = {
    "gait": "gait",
    "posture": "posture",
    "training": "training",
    "task": "the task",
    "inborn": "born with",
}
"""Kind -> words."""

CHANGEABLE: Final = ("gait", "posture", "training")

_PATTERNS: Final[tuple[tuple[str, str], ...]] = (
    ("task.*", "task"),
    ("gait.*", "gait"),
    ("leg.stiffness", "gait"),
    ("leg.loss", "gait"),
    ("recovery.*", "gait"),
    ("posture.*", "posture"),
    ("hip.neutral_adduction", "posture"),
    ("hip.thigh_tracking", "posture"),
    ("muscle.*.fatigued_share", "task"),
    ("hip.*", "training"),
    ("body.mass", "training"),
    ("muscle.strength_scale", "training"),
    ("muscle.dominance", "training"),
    ("muscle.*.peak_isometric_force", "training"),
    ("muscle.*.coactivation", "training"),
    ("tendon.stiffness_scale", "training"),
    ("tendon.*.strain_at_peak_force", "training"),
)


class Said(NamedTuple):
    """A step: its size, the unit it is in, and how it is said."""

    size: float
    unit: str
    words: str


_STEPS: Final[tuple[tuple[str, Said], ...]] = (
    ("task.slope", Said(0.01, "1", "1 % grade")),
    ("task.speed", Said(0.5, "km/h", "0.5 km/h")),
    ("task.horizontal_force", Said(0.01, "BW", "1 % of body weight")),
    ("task.weight_support", Said(0.01, "BW", "1 % of body weight")),
    ("task.trunk_load", Said(1.0, "kg", "1 kg")),
    ("task.foot_load", Said(100.0, "g", "100 g")),
    ("task.*", Said(0.1, "1", "10 % of full")),
    ("gait.step_frequency", Said(5.0, "steps/min", "5 steps/min")),
    ("gait.step_width", Said(1.0, "cm", "1 cm")),
    ("leg.stiffness", Said(1.0, "kN/m", "1 kN/m")),
    ("leg.soft_tissue_stiffness", Said(10.0, "N/mm", "10 N/mm")),
    ("hip.onset_delay", Said(10.0, "ms", "10 ms")),
    ("posture.trunk_shift", Said(1.0, "cm", "1 cm")),
    ("body.mass", Said(1.0, "kg", "1 kg")),
    ("body.height", Said(1.0, "cm", "1 cm")),
    ("muscle.*tivation_time", Said(1.0, "ms", "1 ms")),
    ("muscle.*.optimal_fiber_length", Said(1.0, "mm", "1 mm")),
    ("tendon.*.slack_length", Said(1.0, "mm", "1 mm")),
)
"""Where a step is said otherwise than 1 % more, 1 deg or 0.01."""


def kind_of(path: str) -> str:
    """A key of `KINDS`."""
    return next((kind for pattern, kind in _PATTERNS if fnmatch.fnmatch(path, pattern)), "inborn")


def said_step(path: str) -> Said | None:
    """The step in which people say a change of a parameter; None where none is declared."""
    return next((said for pattern, said in _STEPS if fnmatch.fnmatch(path, pattern)), None)
