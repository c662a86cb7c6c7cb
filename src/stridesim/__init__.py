"""stridesim: the mechanics of a running stride, and what the stride costs.

    import stridesim as ss

    runner = ss.Runner.load("rbds011")  # the shipped one; or a path
    answer = ss.stride(runner.with_(speed="14 km/h"))
    answer.cost_of_transport

The names are looked up on first use, so that importing the package (and `stridesim --help`)
stays light; the same first use switches JAX to float64 and to its cache on disk
(`stridesim.runtime.configure_jax`).
"""

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from stridesim.economy import evaluate, evaluate_points
    from stridesim.results import InputError
    from stridesim.runner import Runner, apply_overrides
    from stridesim.studies.comparison import compare
    from stridesim.studies.ensemble import uncertainty
    from stridesim.studies.experiment import experiment
    from stridesim.studies.fit import fit
    from stridesim.studies.force_analysis import ForceAnalysis
    from stridesim.studies.global_sensitivity import global_sensitivity
    from stridesim.studies.leg_press import leg_press
    from stridesim.studies.measurement import measure
    from stridesim.studies.optimum import optimum
    from stridesim.studies.perturbation import perturb
    from stridesim.studies.race import race
    from stridesim.studies.sensitivity import sensitivity
    from stridesim.studies.strength import strength
    from stridesim.studies.stride import stride
    from stridesim.studies.sweep import sweep, sweep_file
    from stridesim.studies.training import train
    from stridesim.studies.validation import validate

__version__ = "0.1.0"

__all__ = [
    "ForceAnalysis",
    "InputError",
    "Runner",
    "__version__",
    "apply_overrides",
    "compare",
    "evaluate",
    "evaluate_points",
    "experiment",
    "fit",
    "global_sensitivity",
    "leg_press",
    "measure",
    "optimum",
    "perturb",
    "race",
    "sensitivity",
    "strength",
    "stride",
    "sweep",
    "sweep_file",
    "train",
    "uncertainty",
    "validate",
]

_HOMES: Final = {
    "InputError": "stridesim.results",
    "Runner": "stridesim.runner",
    "apply_overrides": "stridesim.runner",
    "ForceAnalysis": "stridesim.studies.force_analysis",
    "fit": "stridesim.studies.fit",
    "leg_press": "stridesim.studies.leg_press",
    "measure": "stridesim.studies.measurement",
    "strength": "stridesim.studies.strength",
    "stride": "stridesim.studies.stride",
    "validate": "stridesim.studies.validation",
    "compare": "stridesim.studies.comparison",
    "global_sensitivity": "stridesim.studies.global_sensitivity",
    "optimum": "stridesim.studies.optimum",
    "perturb": "stridesim.studies.perturbation",
    "race": "stridesim.studies.race",
    "train": "stridesim.studies.training",
    "sensitivity": "stridesim.studies.sensitivity",
    "uncertainty": "stridesim.studies.ensemble",
    "experiment": "stridesim.studies.experiment",
    "sweep": "stridesim.studies.sweep",
    "sweep_file": "stridesim.studies.sweep",
    "evaluate": "stridesim.economy",
    "evaluate_points": "stridesim.economy",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    importlib.import_module("stridesim.runtime").configure_jax()
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
