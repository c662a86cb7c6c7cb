"""A smooth function in place of the model: known optimum, known failures, counted calls."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from stridesim.sweeps import SweepStore

STIFFNESS, STRENGTH = "tendon.stiffness_scale", "hip.strength"


class Fake:
    """Cost is 3.4 at stiffness scale 0.8 and grows with the square of its logarithm; points
    with a scale above `limit` fail. `interrupt_at`: the call that raises `KeyboardInterrupt`."""

    def __init__(self, limit: float = 9.0, interrupt_at: int | None = None) -> None:
        self.limit, self.interrupt_at = limit, interrupt_at
        self.calls: list[int] = []

    def __call__(self, points: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        n = len(next(iter(points.values())))
        if self.interrupt_at == len(self.calls):
            raise KeyboardInterrupt
        self.calls.append(n)
        scale = points.get(STIFFNESS, np.ones(n))
        strength = points.get(STRENGTH, np.ones(n))
        cost = 3.4 * (1 + 0.1 * np.log(scale / 0.8) ** 2) + 0.5 * (strength - 1.0) ** 2
        status = np.where(
            scale > self.limit, "no_flight", np.where(strength < 0.4, "strength_too_low", "ok")
        )
        failed = status != "ok"
        return {
            "cost_of_transport": np.where(failed, np.nan, cost),
            "tendon_energy_returned": np.where(failed, np.nan, 30.0 / scale),
            "peak_force.soleus": np.where(failed, np.nan, 5.0 + 0 * scale),
            "status": status,
        }


LINE = {
    "name": "line",
    "outputs": ["cost_of_transport", "tendon_energy_returned"],
    "axis": [{"parameter": STIFFNESS, "values": [0.4, 0.8, 1.6, 3.0]}],
}
MAP = {
    "name": "map",
    "axis": [
        {"parameter": STIFFNESS, "from": 0.3, "to": 3, "points": 9, "scale": "log"},
        {"parameter": STRENGTH, "from": 0.3, "to": 1.3, "points": 11},
    ],
}


def bits(folder: Path) -> dict[str, bytes]:
    """Every column of a complete sweep, to the last bit."""
    store = SweepStore.open(folder)
    columns = store.read(store.schema().names)
    return {name: np.asarray(values.tolist()).tobytes() for name, values in columns.items()}


def place_of(name: str, part: Path) -> int:
    """Where in a part's file the numbers of a column are."""
    group = pq.read_metadata(part).row_group(0)
    columns = [group.column(i) for i in range(group.num_columns)]
    column = next(column for column in columns if column.path_in_schema == name)
    start = column.dictionary_page_offset or column.data_page_offset
    return start + column.total_compressed_size - 8
