"""What does the stride cost? One published metabolic model a file, chosen by name.

`METABOLIC_MODELS` maps the name that a configuration uses to a function from `MuscleState` to
`HeatRates`, oldest first. Some are more than the defaults of their function:

    bhargava2004, houdijk2006, lichtwark2007
                  total power of a muscle never negative (Uchida 2016): work done on a muscle is
                  not turned back into fuel
    bhargava2004_aerobic
                  the same with Umberger's aerobic factor 1.5 on the three heats: Bhargava's
                  heats are those of contraction, without the heat of recovery
    uchida2016    Umberger's model with the changes of Uchida and colleagues
                  (doi:10.1371/journal.pone.0150378): negative work counted, with the steeper
                  lengthening heat that goes with it; fibres recruited in order; total power of a
                  muscle never negative. Umberger's aerobic factor 1.5 and least heat 1 W/kg stay.
                  It equals OpenSim's Umberger 2010 probe as that comes (a test compares them).
"""

import functools
from typing import Final

from stridesim.energetics.bhargava2004 import bhargava2004
from stridesim.energetics.houdijk2006 import houdijk2006
from stridesim.energetics.lichtwark2007 import lichtwark2007
from stridesim.energetics.margaria1968 import margaria1968
from stridesim.energetics.minetti1997 import minetti1997
from stridesim.energetics.model import AEROBIC_FACTOR, HeatRates, MetabolicModel, MuscleState
from stridesim.energetics.schroeder2021 import schroeder2021
from stridesim.energetics.umberger2010 import umberger2010

__all__ = [
    "METABOLIC_MODELS",
    "MODEL_CONSTANTS",
    "HeatRates",
    "MetabolicModel",
    "MuscleState",
]

_AEROBIC: Final = f"heats times {AEROBIC_FACTOR:g} for aerobic recovery (Umberger 2003)"

MODEL_CONSTANTS: Final[dict[str, str]] = {
    "bhargava2004_aerobic": _AEROBIC,
    "umberger2010": _AEROBIC,
    "uchida2016": _AEROBIC,
}
"""Constants of a model that stand for what it does not describe, in words, for every report."""

METABOLIC_MODELS: Final[dict[str, MetabolicModel]] = {
    "margaria1968": margaria1968,
    "minetti1997": minetti1997,
    "bhargava2004": functools.partial(bhargava2004, forbid_negative_total=True),
    "bhargava2004_aerobic": functools.partial(
        bhargava2004, forbid_negative_total=True, aerobic_factor=AEROBIC_FACTOR
    ),
    "houdijk2006": functools.partial(houdijk2006, forbid_negative_total=True),
    "lichtwark2007": functools.partial(lichtwark2007, forbid_negative_total=True),
    "umberger2010": umberger2010,
    "uchida2016": functools.partial(
        umberger2010,
        count_negative_work=True,
        orderly_recruitment=True,
        forbid_negative_total=True,
    ),
    "schroeder2021": schroeder2021,
}
