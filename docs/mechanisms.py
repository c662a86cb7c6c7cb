"""What each mechanism adds to the cost of running, what every metabolic model says of it, and what
makes it rise with speed.

    python docs/mechanisms.py    writes figures/mechanisms.json, which the page on accuracy shows

A mechanism adds the cost of the shipped runner as is, less the cost without it, under the default
metabolic model, the gait held by habit.
"""

import json
from pathlib import Path

import numpy as np

import stridesim as ss
from stridesim.constants import DEFAULT_METABOLIC_MODEL
from stridesim.economy import Evaluation, evaluate, every_price
from stridesim.runner.muscle import ACHILLES
from stridesim.runtime import provenance

SPEED = 3.3
"""m/s."""

SPEEDS = (2.5, 3.0, 3.3, 3.5, 4.0, 4.5, 5.0)
"""m/s; of the costs under every metabolic model."""

RISE = (3.58, 5.14)
"""m/s; Black 2018, doi:10.1055/s-0043-122068: 9.6 % more a metre in sub-elite runners."""

PARTS = {
    "hamstrings": ("hamstrings",),
    "hip flexors and adductors": (
        "iliopsoas",
        "rectus_femoris",
        "adductors_short",
        "adductor_magnus",
    ),
    "gluteal muscles and tensor fasciae latae": (
        "gluteus_maximus",
        "gluteus_medius",
        "gluteus_minimus",
        "tensor_fasciae_latae",
    ),
    "vasti": ("vasti",),
    "calf": ("soleus", "gastrocnemius"),
    "other muscles": ("biceps_femoris_short", "tibialis_anterior"),
}

OUTPUT = Path(__file__).resolve().parents[1] / "figures" / "mechanisms.json"

LEFT_OUT = {
    "activation that rises and falls with 15 and 60 ms": (
        {"muscle.activation_time": 0.001, "muscle.deactivation_time": 0.001},
        "De Groote 2016, doi:10.1007/s10439-016-1591-9",
    ),
    "strength that leaves a fifth of speed in reserve (1.25 against 1)": (
        {"muscle.strength_scale": 1.0},
        "a default, `stridesim params strength`",
    ),
    "soft tissue that loses 32 % of what it absorbs": (
        {"leg.soft_tissue_hysteresis": 0.0},
        "Riddick & Kuo 2016, doi:10.1016/j.jbiomech.2016.01.001",
    ),
    "Achilles of 10 % strain instead of 4.9 %": (
        {f"tendon.{group}.strain_at_peak_force": 0.049 for group in ACHILLES},
        "Arnold 2013, doi:10.1242/jeb.075697",
    ),
    "one Achilles for soleus and gastrocnemius instead of a tendon each": (
        {"tendon.achilles_in_common": 0.0},
        "a choice; compare Farris 2013, doi:10.1242/jeb.077131",
    ),
    "tendon hysteresis of 5 %": (
        {"tendon.hysteresis": 0.0},
        "Peltonen 2013, SpringerPlus 2:212",
    ),
    "forces that move the swing leg (all of them)": (
        {"task.swing_assistance": 1.0},
        "counterfactual, `task.swing_assistance=1`",
    ),
}
"""Mechanism -> the settings that leave it out, and where it comes from."""


def _at(settings: dict[str, float]) -> Evaluation:
    return evaluate(ss.apply_overrides(ss.Runner.load(), {"task.speed": SPEED, **settings}))


def _costs(found: Evaluation) -> dict[str, float | None]:
    """Metabolic model -> gross cost of transport, J/kg/m; None where there is no gait."""
    prices = every_price(found)
    return {
        model: float(price["cost_of_transport"]) if found.ok else None
        for model, price in prices.items()
    }


def _rise(strategy: str) -> list[dict[str, object]]:
    """Cost (J/kg/m) of every part at both speeds, then of the whole."""
    runner = ss.apply_overrides(ss.Runner.load(), {"gait.strategy": strategy})
    found = ss.evaluate_points(runner, {"task.speed": np.array(RISE)})
    travelled = float(runner.body.mass) * found["step_length"]
    costs = {
        part: sum(found[f"metabolic_energy.{group}"] for group in groups) / travelled
        for part, groups in PARTS.items()
    }
    whole = found["cost_of_transport"]
    costs["rest, breathing, heart and what else is no muscle of the legs"] = whole - sum(
        costs.values()
    )
    costs["all"] = whole
    return [
        {"part": part, "costs": cost.tolist(), "percent": 100 * float(cost[1] - cost[0]) / whole[0]}
        for part, cost in costs.items()
    ]


def main() -> None:
    """Leave out every mechanism and write what it adds."""
    own = _at({})
    cost = float(own.results["cost_of_transport"])
    upkeep = own.stride.upkeep
    rows = [
        {
            "mechanism": "rest",
            "adds": float(upkeep.rest) / SPEED,
            "source": "1.2 W/kg, Weyand 2010, doi:10.1242/jeb.048199",
        },
        {
            "mechanism": "breathing",
            "adds": float(upkeep.breathing) / SPEED,
            "source": "8 % of the rise, Aaron 1992, doi:10.1152/jappl.1992.72.5.1818",
        },
    ]
    for mechanism, (settings, source) in LEFT_OUT.items():
        without = _at(settings)
        rows.append(
            {
                "mechanism": mechanism,
                "adds": cost - float(without.results["cost_of_transport"]) if without.ok else None,
                "why": "" if without.ok else without.status.name,
                "settings": settings,
                "source": source,
            }
        )
    initial = _costs(own)["bhargava2004"]
    assert initial is not None
    rows.append(
        {
            "mechanism": "heat of recovery (Umberger's factor 1.5 on Bhargava's heats)",
            "adds": cost - initial,
            "source": "Umberger 2003, doi:10.1080/1025584031000091678",
        }
    )
    told = {
        "speed": SPEED,
        "metabolic": DEFAULT_METABOLIC_MODEL,
        "cost_of_transport": cost,
        "unit": "J/kg/m",
        "mechanisms": rows,
        "costs": {f"{speed:g}": _costs(_at({"task.speed": speed})) for speed in SPEEDS},
        "rise": {
            "speeds": RISE,
            **{strategy: _rise(strategy) for strategy in ("measured", "optimal")},
        },
        "provenance": provenance(),
    }
    OUTPUT.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
