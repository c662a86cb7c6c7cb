"""What the page offers: sliders and presets, and every declared parameter by name.

Names, units, bounds and sentences are those of the parameters' own declarations; here stands only
which of them a class sees first, and over which part of its range a slider moves. Numbers are in
the declared unit.
"""

import math
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from stridesim.parameter import get_value, lookup
from stridesim.plots.muscle_lines import BONES, REAR, SIDE, SPRING
from stridesim.plots.skeleton import FRAMES
from stridesim.results import InputError
from stridesim.runner import GROUPS, PARAMETERS, Runner
from stridesim.runner.changeable import kind_of
from stridesim.units import from_si
from stridesim.words.wording import parameter_words

MARATHON: Final = 42195.0
"""m"""


class Slider(NamedTuple):
    """Range and step of a slider, in the parameter's unit."""

    path: str
    low: float
    high: float
    step: float


SLIDERS: Final = (
    Slider("task.speed", 2.0, 5.5, 0.05),
    Slider("posture.knee_flexion_at_contact", 4.0, 50.0, 0.5),
    Slider("hip.strength", 0.4, 1.4, 0.01),
    Slider("muscle.tensor_fasciae_latae.coactivation", 0.0, 0.8, 0.01),
    Slider("tendon.stiffness_scale", 0.4, 3.0, 0.02),
)
"""What is seen at the start."""

MORE: Final = (
    Slider("gait.step_frequency", 2.2, 3.6, 0.01),
    Slider("posture.trunk_lean", -4.0, 25.0, 0.5),
    Slider("hip.onset_delay", -0.15, 0.06, 0.005),
    Slider("muscle.strength_scale", 0.6, 2.0, 0.02),
    Slider("muscle.activation_time", 0.005, 0.05, 0.001),
    Slider("muscle.dominance", -0.5, 10.0, 0.1),
    Slider("task.slope", -0.1, 0.1, 0.005),
)
"""What is behind "more"; any other parameter can be added."""

PRESETS: Final[dict[str, dict[str, float]]] = {
    "shipped": {},
    "upright": {"posture.knee_flexion_at_contact": 8.0, "posture.trunk_lean": 2.0},
    "groucho": {"posture.knee_flexion_at_contact": 40.0},
    "weak_hips": {"hip.strength": 0.6},
    "stiff_tendons": {"tendon.stiffness_scale": 2.5},
    "tfl": {"muscle.tensor_fasciae_latae.coactivation": 0.6},
}
"""Name -> settings of the runner that is there; the page has the words."""

SWEPT: Final = (
    "cost_of_transport",
    "step_frequency",
    "contact_time",
    "peak_vertical_force",
    "peak_knee_extension_moment",
    "tendon_energy_returned",
    "achilles_peak_strain",
    "lateral_leakage",
    "pelvic_drop",
    "peak_activation.gluteus_medius",
    "peak_force.gluteus_maximus",
)
"""Results that a sweep on the page can show."""


def slider_of(path: str) -> Slider:
    """A slider of the page, or one over the whole permitted range of another parameter."""
    known = {slider.path: slider for slider in (*SLIDERS, *MORE)}
    if path in known:
        return known[path]
    low, high = lookup(PARAMETERS, path).bounds
    if not (math.isfinite(low) and math.isfinite(high)):
        raise InputError(f"{path}: has no finite range; choose another slider")
    return Slider(path, low, high, (high - low) / 200)


def facts(runner: Runner) -> dict[str, Any]:
    """Everything that the page needs before the first stride, in the types of JSON."""
    return {
        "runner": runner.name,
        "values": values_of(runner),
        "parameters": {
            path: {
                "words": parameter_words(path),
                "unit": declared.unit,
                "low": declared.bounds[0],
                "high": declared.bounds[1],
                "doc": declared.doc,
                "source": declared.source,
                "kind": kind_of(path),
            }
            for path, declared in PARAMETERS.items()
        },
        "sliders": [slider._asdict() for slider in SLIDERS],
        "more": [slider._asdict() for slider in MORE],
        "presets": PRESETS,
        "swept": SWEPT,
        "muscles": GROUPS,
        "lines": {"side": SIDE, "rear": REAR},
        "spring": SPRING,
        "bones": BONES,
        "frames": FRAMES,
        "marathon": MARATHON,
    }


def values_of(runner: Runner) -> dict[str, float]:
    """Every parameter of a runner, habits resolved at the task's speed, in its declared unit."""
    return declared_values(runner.at_speed(), PARAMETERS)


def declared_values(runner: Runner, paths: Iterable[str]) -> dict[str, float]:
    """Some parameters of a runner as they are, in their declared units."""
    return {
        path: round(from_si(float(get_value(runner, path)), PARAMETERS[path].unit), 12)
        for path in paths
    }
