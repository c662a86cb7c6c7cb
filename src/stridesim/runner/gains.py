"""How strongly a runner adapts to a task: the gains of the rules in `runner.adaptation`."""

from typing import Any, Final

import equinox as eqx

from stridesim.parameter import parameter

_FEASIBLE: Final = (
    "assumption: makes slopes of -20 to +20 %, pulls of -15 to +10 % of body weight and support of "
    "75 % possible for the shipped runner without a search; no cost was fitted"
)


class Adaptation(eqx.Module):
    """Gains of the adaptation to a task; 0 is a runner who does not adapt."""

    lean_uphill: Any = parameter(
        3.0,
        unit="1",
        doc="forward lean per forward tilt of the mean force (uphill, against a pull)",
        bounds=(0.0, 5.0),
        source=_FEASIBLE,
    )
    lean_downhill: Any = parameter(
        2.5,
        unit="1",
        doc="backward lean per backward tilt of the mean force (downhill, with a pull)",
        bounds=(0.0, 5.0),
        source=_FEASIBLE,
    )
    knee_uphill: Any = parameter(
        1.6,
        unit="1",
        doc="knee flexion at contact per forward tilt of the mean force (uphill, against a pull)",
        bounds=(0.0, 4.0),
        source=_FEASIBLE,
    )
    frequency_uphill: Any = parameter(
        0.5,
        unit="1/rad",
        doc="relative step frequency per forward tilt of the mean force (uphill, against a pull)",
        bounds=(0.0, 2.0),
        source="18 runners step 4 % more often on a slope of +7 %, "
        "doi:10.1371/journal.pone.0069006",
    )
    stiffness_uphill: Any = parameter(
        0.5,
        unit="1/rad",
        doc="relative leg stiffness lost per tilt of the mean force; downhill it is gained",
        bounds=(-2.0, 2.0),
        source=_FEASIBLE,
    )
    stiffness_with_frequency: Any = parameter(
        1.2,
        unit="1",
        doc="power with which leg stiffness follows step frequency at a given speed",
        bounds=(0.0, 3.0),
        source="leg stiffness (classic definition) rises 2.3-fold from -26 to +36 % frequency: "
        "Farley & Gonzalez 1996, doi:10.1016/0021-9290(95)00029-1",
    )
    frequency_with_support: Any = parameter(
        0.1,
        unit="1",
        doc="power with which step frequency follows the weight that is not supported",
        bounds=(0.0, 1.0),
        source=_FEASIBLE,
    )
    stiffness_with_support: Any = parameter(
        0.25,
        unit="1",
        doc="power with which leg stiffness follows the weight that is not supported",
        bounds=(0.0, 1.0),
        source=_FEASIBLE,
    )
