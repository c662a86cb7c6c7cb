"""The published record: values with fair bands, conditions and sources.

`data/literature.csv` holds levels, `data/tasks.csv` what changes when something is asked of a
runner.
"""

import csv
import functools
import importlib.resources
from typing import Final, NamedTuple

TOPICS: Final[dict[str, tuple[str, ...]]] = {
    "mechanics": (
        "contact", "flight", "frequency", "peak_force", "braking", "propulsive", "oscillation",
        "k_vert", "k_leg",
    ),
    "joints": ("knee", "hip_flexion"),
    "muscles": ("gmax", "gmed", "tfl"),
    "energy": ("gross_power", "net_cost", "cost", "frequency_penalty", "swing_share"),
    "posture": ("groucho", "lean"),
    "tendon": ("achilles", "elastic_share", "tendon_optimum", "tendon_flat", "hysteresis"),
    "hip": ("hip_abduction", "hip_adduction", "lateral_stabilisation"),
    "training": ("tendon_training", "strength_training", "rate_of_force"),
    "fatigue": ("fatigue",),
    "tasks": (
        "slope_", "force_", "support_", "width_", "frequency_kleg", "frequency_gmed",
        "frequency_knee", "speed_", "knee_torque_angle", "efficiency_concentric",
    ),
}  # fmt: skip
"""Topic -> how the identifiers of its rows begin; the longest beginning decides."""


OWN_NAMES: Final = {
    "swing_share": "swing_share_of_net_cost",
    "achilles_stiffness": "achilles_stiffness_in_vivo",
}
"""Rows of the record that are something else than the result of a stride of that name: the share of
net cost that a device saves, not of gross power; the tendon's stiffness at the force of a voluntary
contraction, not at peak isometric force."""


class Row(NamedTuple):
    """One published number: value, SD (None where not given) and fair band, in `unit`."""

    id: str
    quantity: str
    condition: str
    value: float | None
    sd: float | None
    unit: str
    low: float | None
    high: float | None
    source: str
    certainty: str

    @property
    def topic(self) -> str:
        """Which question it belongs to."""
        beginnings = ((b, topic) for topic, many in TOPICS.items() for b in many)
        return max((len(b), topic) for b, topic in beginnings if self.id.startswith(b))[1]

    @property
    def published(self) -> float | None:
        """The value, or the middle of the band where only a range is published."""
        if self.value is not None or self.low is None or self.high is None:
            return self.value
        return 0.5 * (self.low + self.high)


def _number(text: str) -> float | None:
    return float(text) if text else None


@functools.cache
def literature() -> tuple[Row, ...]:
    """Every row, in the order of the files; no two things have one name (`OWN_NAMES`)."""
    return (*_rows("literature.csv"), *_rows("tasks.csv"))


def _rows(name: str) -> tuple[Row, ...]:
    resource = importlib.resources.files("stridesim.evidence").joinpath(f"data/{name}")
    lines = [line for line in resource.read_text("utf-8").splitlines() if not line.startswith("#")]
    return tuple(
        Row(
            OWN_NAMES.get(row["id"], row["id"]),
            row["quantity"],
            row["condition"],
            _number(row["value"]),
            _number(row["sd"]),
            row["unit"],
            _number(row["band_low"]),
            _number(row["band_high"]),
            row["source"],
            row["certainty"],
        )
        for row in csv.DictReader(lines)
    )
