"""Where the metabolic power of a stride goes: by muscle, by phase and by cause."""

import numpy as np

from stridesim.economy import Evaluation
from stridesim.posture.time_grid import node_weights
from stridesim.runner import GROUPS


def breakdown_of(evaluation: Evaluation) -> dict[str, dict[str, float]]:
    """Gross metabolic power (W/kg) by muscle, phase and cause.

    The muscles add up to the legs' share; phases and causes, with the upkeep terms, to all.
    """
    stride = evaluation.stride
    upkeep = {name: float(value) for name, value in stride.upkeep._asdict().items()}
    gross = float(evaluation.results["metabolic_power"])
    both_legs = 2 / (float(stride.timeline.period) * float(evaluation.runner.body.mass))
    weights = np.asarray(node_weights(stride.timeline.grid))
    rates = {name: np.asarray(rate) for name, rate in stride.heats._asdict().items()}
    causes = {name: both_legs * float(np.sum(rates[name] @ weights)) for name in rates}
    muscles = {g: float(p) for g, p in zip(GROUPS, np.asarray(stride.power), strict=True)}
    phases = {n: gross * float(evaluation.results[f"{n}_share"]) for n in ("stance", "swing")}
    return {"muscle": muscles, "phase": phases | upkeep, "cause": causes | upkeep}
