"""A known function in place of the model: what a stride costs and asks of the muscles."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from stridesim.results import GROUP_QUANTITIES, QUANTITIES
from stridesim.runner import GROUPS

FATIGUED = "muscle.soleus.fatigued_share"
LOAD, RESTING = 0.2, 0.6
"""Mean activation of the fresh runner, and the share of the stride that rests, of every muscle."""


def strides(limit: float = 2.0, interrupt_at: int | None = None) -> Any:
    """In place of `results_at`: the cost grows by a tenth of the fatigued share of soleus, by the
    slope, and with weak hips; form breaks beyond `limit` of that share. Of every muscle the same
    number of fresh units is active, however many are tired."""
    calls = []

    def results_at(
        _runner: Any, points: Mapping[str, np.ndarray], *, metabolic: str = ""
    ) -> dict[str, np.ndarray]:
        calls.append(len(next(iter(points.values()))))
        if interrupt_at == len(calls) - 1:
            raise KeyboardInterrupt
        count = calls[-1]
        nothing = np.zeros(count)
        tired = points.get(FATIGUED, nothing)
        hip, slope = points.get("hip.strength", nothing + 1), points.get("task.slope", nothing)
        stiff = points.get("tendon.soleus.strain_at_peak_force", nothing + 0.05)
        found = dict.fromkeys(QUANTITIES, nothing + 1.0)
        found |= {f"{name}.{g}": nothing + 1.0 for name in GROUP_QUANTITIES for g in GROUPS}
        for g in GROUPS:
            own = points.get(f"muscle.{g}.fatigued_share", nothing)
            found[f"mean_activation.{g}"] = LOAD / (1 - own)
            found[f"resting_share.{g}"] = nothing + RESTING
        found["cost_of_transport"] = 3.5 * (1 + 0.1 * tired + 3 * slope) + 0.2 * (1 - hip)
        found["contact_time"] = 0.22 + 0.01 * (1 - hip)
        found["achilles_stiffness"] = 30 / stiff
        status = np.where(tired > limit, "activation_above_one", "ok")
        return found | {"status": status}

    return results_at
