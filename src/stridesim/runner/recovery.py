"""What a runner does about a deviation from the periodic gait: the gains of `Feedback`."""

from typing import Any, Final

import equinox as eqx

from stridesim.parameter import parameter

_STEP_TO_STEP: Final = "Seethapathi & Srinivasan 2019, doi:10.7554/eLife.38371"


class Recovery(eqx.Module):
    """Gains against deviations; all 0 is the bare template. The periodic gait has none of them."""

    retraction: Any = parameter(
        50.0,
        unit="deg/s",
        doc="rate at which the leg swings back in flight, so that it lands steeper after a longer "
        "fall",
        bounds=(-1000.0, 1000.0),
        source="with 50 deg/s a planar spring-mass runner is back in its stride after two steps "
        "instead of eight: Seyfarth 2003, doi:10.1242/jeb.00463",
    )
    lateral_placement: Any = parameter(
        0.35,
        unit="s",
        doc="foot so much further aside (m) for each m/s of sideways velocity too much",
        bounds=(-2.0, 2.0),
        source="undoes all of a deviation of sideways velocity in the next step (90 to 99 % at "
        f"2.5 to 4.5 m/s), as 8 runners do (about 100 %): {_STEP_TO_STEP}",
    )
    forward_placement: Any = parameter(
        0.25,
        unit="s",
        doc="foot so much further ahead (m) for each m/s of forward velocity too much",
        bounds=(-2.0, 2.0),
        source="undoes 57 to 74 % of a deviation of forward velocity in the next step at 2.5 to "
        f"4.5 m/s, as 8 runners do (about 70 %): {_STEP_TO_STEP}; they use the leg's force for it "
        "more than the place of the foot",
    )
    push_off_energy: Any = parameter(
        0.0,
        unit="1",
        doc="push-off longer by this share of the energy (over body weight) that is missing",
        bounds=(-2.0, 2.0),
        source="0: no measured gain, and the foot's place corrects the energy too",
    )
    hip_reflex: Any = parameter(
        0.15,
        unit="s/rad",
        doc="damping of the stance hip against what differs from the usual contact, relative to "
        "the stabiliser's load moment",
        bounds=(0.0, 2.0),
        source="assumption: makes roll die out within few steps at 2.5 to 4.5 m/s (0.08 is the "
        "least that does); not measured",
    )
