"""Who runs and what is asked: one frozen pytree of declared parameters, TOML in and out."""

from stridesim.runner.muscle import GROUPS
from stridesim.runner.runner import CHOICES, PARAMETERS, Runner, apply_overrides
from stridesim.runner.toml import dump_runner, load_runner, shipped_runner
from stridesim.runner.uncertainty import Uncertainty

__all__ = [
    "CHOICES",
    "GROUPS",
    "PARAMETERS",
    "Runner",
    "Uncertainty",
    "apply_overrides",
    "dump_runner",
    "load_runner",
    "shipped_runner",
]
