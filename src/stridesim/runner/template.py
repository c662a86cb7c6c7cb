"""The choices of the template runner: leg spring, hip stabiliser, posture, gait and task."""

from typing import Any, Final

import equinox as eqx

from stridesim.parameter import parameter

_HIP_FIT: Final = (
    "fitted to pelvic obliquity, hip adduction and abduction moment of 13 runners (Fukuchi 2017, "
    "doi:10.7717/peerj.3298) by experiments/fit_hip_stabiliser.py"
)


class Leg(eqx.Module):
    """The leg as a spring with soft-tissue loss (Blickhan 1989; Hunt & Crossley 1975)."""

    stiffness: Any = parameter(
        unit="N/m",
        doc="stiffness k of the spring from hip to centre of pressure",
        bounds=(5e3, 60e3),
        source="fitted to the runner's force recordings (stridesim fit)",
    )
    loss: Any = parameter(
        unit="s/m",
        doc="loss c: the force is (1 - c dL/dt) times the elastic force",
        bounds=(0.0, 0.5),
        source="fitted to the runner's force recordings (stridesim fit)",
    )
    impact_mass: Any = parameter(
        0.0,
        unit="1",
        doc="share of body mass that stops as the foot meets the ground; shank and foot are 0.057",
        bounds=(0.0, 0.12),
        source="fitted to the runner's force recordings (stridesim fit)",
    )
    soft_tissue_stiffness: Any = parameter(
        103e3,
        unit="N/m",
        doc="stiffness of the soft tissue between the body and the linkage of the leg: what the "
        "leg shortens without bending the knee",
        bounds=(30e3, 1e7),
        source="13 runners of Fukuchi 2017: hip to ankle shortens 17 mm more at 2.57 BW than "
        "the measured knee angle explains",
    )
    soft_tissue_hysteresis: Any = parameter(
        0.32,
        unit="1",
        doc="share of the energy absorbed by the soft tissue that a contact does not return",
        bounds=(0.0, 0.6),
        source="-19 J and +13 J a contact at 3 m/s: Riddick & Kuo 2016, "
        "doi:10.1016/j.jbiomech.2016.01.001",
    )


class Hip(eqx.Module):
    """The hip stabiliser: an abductor moment that scales with the leg's load."""

    strength: Any = parameter(
        1.12,
        unit="1",
        doc="feed-forward share s_h of the load moment; 1 points the force at the centre of mass",
        bounds=(0.3, 1.6),
        source=_HIP_FIT,
    )
    stiffness: Any = parameter(
        6.8,
        unit="1/rad",
        doc="relative stiffness kappa_h of the stabiliser against hip adduction",
        bounds=(0.0, 20.0),
        source=_HIP_FIT,
    )
    damping: Any = parameter(
        0.02,
        unit="s/rad",
        doc="relative damping c_h of the stabiliser",
        bounds=(0.0, 1.0),
        source=_HIP_FIT,
    )
    neutral_adduction: Any = parameter(
        4.8,
        unit="deg",
        doc="adduction theta_0 at which the stabiliser's stiffness adds nothing",
        bounds=(-15.0, 25.0),
        source=_HIP_FIT,
    )
    onset_delay: Any = parameter(
        -0.100,
        unit="s",
        doc="onset of the stabiliser after touchdown; negative is pre-activation",
        bounds=(-0.3, 0.15),
        source="gluteus medius is on 0.1 s before contact: Semciw 2013, "
        "doi:10.1016/j.jelekin.2013.06.008 (review of running EMG)",
    )
    thigh_tracking: Any = parameter(
        0.0,
        unit="deg",
        doc="frontal offset of the leg's force from thigh tracking; positive is inward",
        bounds=(-6.0, 6.0),
        source="0 by definition of the straight leg",
    )


class Posture(eqx.Module):
    """How bent the leg is when it meets the ground, and how far the trunk leans."""

    knee_flexion_at_contact: Any = parameter(
        13.0,
        unit="deg",
        doc="knee flexion at touchdown between joint centres; sets the rest length of the leg",
        bounds=(2.0, 70.0),
        source="mean of 13 runners between joint centres, Fukuchi 2017, doi:10.7717/peerj.3298",
    )
    trunk_lean: Any = parameter(
        7.2,
        unit="deg",
        doc="forward lean of the trunk",
        bounds=(-10.0, 40.0),
        source="mean of 40 runners at 3.4 m/s: Teng & Powers 2015, "
        "doi:10.1249/MSS.0000000000000436",
    )
    cop_excursion: Any = parameter(
        1.0,
        unit="1",
        doc="travel of the centre of pressure under the foot, relative to the mean runner's",
        bounds=(0.0, 1.6),
        source="1 = mean of 13 runners, Fukuchi 2017; the runner's own shows in the fore-aft "
        "impulse (Bullimore & Burn 2006, doi:10.1016/j.jtbi.2006.03.020)",
    )
    force_divergence: Any = parameter(
        1.0,
        unit="1",
        doc="how far the ground force passes beside the centre of mass in the sagittal plane "
        "(the swinging legs' angular momentum asks for it), relative to the mean runner",
        bounds=(0.0, 1.5),
        source="1 = mean of 13 runners, Fukuchi 2017, doi:10.7717/peerj.3298",
    )
    trunk_shift: Any = parameter(
        0.029,
        unit="m",
        doc="shift of the centre of mass towards the stance hip as the trunk bends sideways",
        bounds=(-0.03, 0.06),
        source=_HIP_FIT,
    )


class Gait(eqx.Module):
    """What the runner chooses at a given speed."""

    step_frequency: Any = parameter(
        unit="Hz",
        doc="steps (not strides) a second",
        bounds=(1.5, 5.0),
        source="measured on the runner (stridesim fit)",
    )
    step_width: Any = parameter(
        0.075,
        unit="m",
        doc="lateral distance between successive centres of pressure",
        bounds=(-0.1, 0.4),
        source="mean of 13 runners at 3.5 m/s, Fukuchi 2017, doi:10.7717/peerj.3298",
    )


class Task(eqx.Module):
    """What the runner is asked to do."""

    speed: Any = parameter(
        3.33, unit="m/s", doc="mean forward speed", bounds=(1.5, 9.0), source="the user's choice"
    )
    slope: Any = parameter(
        0.0,
        unit="1",
        doc="rise over run",
        bounds=(-0.4, 0.4),
        source="level ground",
        slope=True,
    )
    horizontal_force: Any = parameter(
        0.0,
        unit="BW",
        doc="constant horizontal force at the centre of mass; positive impedes",
        bounds=(-0.25, 0.25),
        source="none applied",
    )
    weight_support: Any = parameter(
        0.0,
        unit="BW",
        doc="constant upward force at the centre of mass",
        bounds=(0.0, 0.75),
        source="none applied",
    )
    air_drag: Any = parameter(
        0.0,
        unit="1",
        doc="share of still-air drag at the mean speed; 0 on a treadmill, 1 overground",
        bounds=(0.0, 3.0),
        source="treadmill",
    )
    trunk_load: Any = parameter(
        0.0,
        unit="kg",
        doc="mass added at the body's centre of mass, as by a weighted vest",
        bounds=(0.0, 60.0),
        source="none added",
    )
    foot_load: Any = parameter(
        0.0,
        unit="kg",
        doc="mass added to each foot, as by a heavier shoe",
        bounds=(0.0, 4.0),
        source="none added",
    )
    lateral_stabilisation: Any = parameter(
        0.0,
        unit="1",
        doc="share of the lateral ground force on the body that an outer support takes; 1 holds "
        "the centre of mass on its line (Arellano & Kram 2011, "
        "doi:10.1152/japplphysiol.00554.2011)",
        bounds=(0.0, 1.0),
        source="none applied",
    )
    swing_assistance: Any = parameter(
        0.0,
        unit="1",
        doc="share of the swing leg's joint moments that an outer device supplies (compare Modica "
        "& Kram 2005, doi:10.1152/japplphysiol.01177.2004)",
        bounds=(0.0, 1.0),
        source="none applied",
    )

    @property
    def load(self) -> Any:
        """Everything that is carried, kg."""
        return self.trunk_load + 2 * self.foot_load
