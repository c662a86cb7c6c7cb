"""What may happen to a runner in mid-run, and what the runner may do about it.

An amount has a unit, a permitted range and a sentence; this one declaration serves the options of
the command, the arguments of `perturb`, its checks and its messages.
"""

import difflib
from collections.abc import Mapping
from typing import Final, NamedTuple


class Amount(NamedTuple):
    """A declared amount: unit, permitted range in it, and what it does."""

    unit: str
    bounds: tuple[float, float]
    doc: str


PERTURBATIONS: Final = {
    "ground_drop": Amount(
        "m", (-0.5, 0.5), "The ground is lower from this contact on; negative is a step up."
    ),
    "push": Amount("m/s", (-5, 5), "Change of forward velocity in flight."),
    "lateral_push": Amount(
        "m/s", (-5, 5), "Change of sideways velocity, towards the foot that lands next."
    ),
    "late_stabiliser": Amount(
        "s",
        (-0.5, 0.5),
        "The stabiliser comes on so much later in this contact (shipped: 0.1 s before it).",
    ),
}

FEEDBACKS: Final = {
    "retraction": Amount(
        "deg/s",
        (-1000, 1000),
        "The leg swings back before it lands (Seyfarth 2003); try 150.",
    ),
    "lateral_placement": Amount(
        "s",
        (-2, 2),
        "Foot so much further aside for each m/s of sideways speed (Hof 2008); try 0.3.",
    ),
    "forward_placement": Amount(
        "s", (-2, 2), "Foot so much further ahead for each m/s too fast (Raibert 1986)."
    ),
    "push_off_energy": Amount(
        "1", (-2, 2), "Push-off longer by this share of the missing energy height."
    ),
}


def amounts_in_si(written: Mapping[str, str | float]) -> dict[str, float]:
    """Every declared amount in SI, 0 where nothing is written.

    Numbers are in the declared unit, text may carry a unit. Raises `InputError` for an unknown
    name and a value outside its range.
    """
    from stridesim.parameter import Parameter
    from stridesim.results import InputError
    from stridesim.units import to_si

    declared = PERTURBATIONS | FEEDBACKS
    for name in written:
        if name not in declared:
            near = difflib.get_close_matches(name, declared, n=1, cutoff=0.5)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise InputError(f"unknown amount {name!r}{hint}; permitted: {', '.join(declared)}")
    found = {}
    for name, (unit, bounds, doc) in declared.items():
        asked = Parameter(name, unit, doc, bounds, "asked for", 0.0)
        found[name] = to_si(asked.check(written.get(name, 0.0)), unit)
    return found
