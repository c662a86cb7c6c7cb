"""Who runs and what is asked: a frozen pytree of declared numbers, and the record of who it is."""

from stridesim.runner.habits import HABITUAL, Habits
from stridesim.runner.muscle import GROUPS
from stridesim.runner.numbers import PARAMETERS, Numbers
from stridesim.runner.runner import CHOICES, Runner, apply_overrides
from stridesim.runner.uncertainty import Uncertainty

__all__ = [
    "CHOICES",
    "GROUPS",
    "HABITUAL",
    "PARAMETERS",
    "Habits",
    "Numbers",
    "Runner",
    "Uncertainty",
    "apply_overrides",
]
