"""What does the stride cost? One published metabolic model a file, chosen by name.

`METABOLIC_MODELS` maps the name that a configuration uses to a function from `MuscleState` to
`HeatRates`. `uchida2016` is Umberger's model with the changes of Uchida and colleagues
(doi:10.1371/journal.pone.0150378): negative work counted, fibres recruited in order, total power
of a muscle never negative.
"""

import functools
from typing import Final

from stridesim.energetics.bhargava2004 import bhargava2004
from stridesim.energetics.model import HeatRates, MetabolicModel, MuscleState
from stridesim.energetics.umberger2010 import umberger2010

__all__ = [
    "METABOLIC_MODELS",
    "HeatRates",
    "MetabolicModel",
    "MuscleState",
]

METABOLIC_MODELS: Final[dict[str, MetabolicModel]] = {
    "bhargava2004": functools.partial(bhargava2004, forbid_negative_total=True),
    "umberger2010": umberger2010,
    "uchida2016": functools.partial(
        umberger2010,
        count_negative_work=True,
        orderly_recruitment=True,
        forbid_negative_total=True,
    ),
}
