"""The language of answers: named quantities with units, and named reasons for failure.

A failure inside the model is a value (`Status`), never an exception and never a NaN that
nobody explains; a batch keeps one per row and writes its name, not its number. Only the
outer edge (files, configuration, command line) raises, and then `InputError`: one line that
names the parameter or the file and line, the value, and what is permitted.
"""

import enum
from typing import Final, NamedTuple

from stridesim.text import quoted, shortened

_MOST_OF_A_MESSAGE: Final = 2000


class InputError(ValueError):
    """What the user gave cannot be used; the message is one line, ready to print, and never so long
    that what is wrong cannot be found in it."""

    def __init__(self, message: str) -> None:
        super().__init__(shortened(message, _MOST_OF_A_MESSAGE))


class Status(enum.IntEnum):
    """Why a point has no (or no trustworthy) result; the worst reason wins."""

    ok = 0
    strength_too_low = 1
    activation_above_one = 2
    joint_out_of_range = 3
    posture_out_of_reach = 4
    no_flight = 5
    leg_pulls_on_ground = 6
    pelvis_not_level = 7
    no_periodic_gait = 8
    not_finite = 9

    def __str__(self) -> str:
        """Its name, which is how it is told everywhere."""
        return self.name


REASONS: Final[dict[Status, str]] = {
    Status.ok: "",
    Status.strength_too_low: (
        "the muscles cannot supply the joint moments: reserve moments exceed their limit"
    ),
    Status.activation_above_one: (
        "a muscle would need an activation above 1 at its fibre length and velocity, or no forces "
        "agree with the velocities they cause"
    ),
    Status.joint_out_of_range: (
        "the posture would bend a joint far beyond the range of people: with this task the leg "
        "and the runner's own posture do not go together"
    ),
    Status.posture_out_of_reach: "hip to ankle is longer than thigh plus shank",
    Status.no_flight: "contact lasts longer than the step: not a run with a flight phase",
    Status.leg_pulls_on_ground: "the leg would have to pull on the ground during stance",
    Status.pelvis_not_level: (
        "no periodic step was found that keeps the pelvis within 30 deg of level, though the same "
        "runner held upright has one: the hip stabiliser is too weak, too late or in resonance"
    ),
    Status.no_periodic_gait: (
        "no periodic step was found that closes when it is integrated, at this speed and step "
        "frequency"
    ),
    Status.not_finite: "the computation left the finite numbers",
}


class Quantity(NamedTuple):
    """A result that has a name: `unit` as printed, `meaning` in a sentence."""

    unit: str
    meaning: str


QUANTITIES: Final[dict[str, Quantity]] = {
    "speed": Quantity("m/s", "mean forward speed"),
    "step_frequency": Quantity("Hz", "steps (not strides) a second"),
    "step_length": Quantity("m", "distance a step"),
    "step_width": Quantity("m", "lateral distance between successive feet"),
    "contact_time": Quantity("s", "touchdown to take-off"),
    "flight_time": Quantity("s", "take-off to the next touchdown"),
    "duty_factor": Quantity("1", "contact time over stride time"),
    "peak_vertical_force": Quantity("BW", "largest vertical ground force"),
    "peak_braking_force": Quantity("BW", "largest backward ground force, magnitude"),
    "peak_propulsive_force": Quantity("BW", "largest forward ground force"),
    "peak_mediolateral_force": Quantity("BW", "largest lateral ground force, magnitude"),
    "vertical_impulse": Quantity("m/s", "vertical impulse of a step per body mass"),
    "braking_impulse": Quantity("m/s", "backward impulse of a step per body mass, magnitude"),
    "propulsive_impulse": Quantity("m/s", "forward impulse of a step per body mass"),
    "vertical_oscillation": Quantity("m", "highest minus lowest centre of mass"),
    "com_drop_in_stance": Quantity("m", "touchdown height minus lowest height"),
    "vertical_stiffness": Quantity("N/m", "peak vertical force over drop in stance"),
    "leg_stiffness": Quantity(
        "N/m",
        "classic definition: peak vertical force over drop + L - sqrt(L^2 - (v t_c/2)^2), "
        "L = 0.53 height",
    ),
    "vertical_stiffness_sine_wave": Quantity(
        "N/m", "vertical stiffness from contact and flight time alone, half-sine force"
    ),
    "leg_stiffness_sine_wave": Quantity(
        "N/m", "leg stiffness from contact and flight time alone, half-sine force"
    ),
    "spring_stiffness": Quantity("N/m", "stiffness k of the model's leg spring"),
    "knee_flexion_at_contact": Quantity("deg", "knee flexion at touchdown"),
    "peak_knee_flexion": Quantity("deg", "largest knee flexion in stance"),
    "hip_flexion_at_contact": Quantity("deg", "thigh against pelvis at touchdown"),
    "hip_extension_at_take_off": Quantity("deg", "hip extension at take-off"),
    "peak_ankle_dorsiflexion": Quantity("deg", "largest ankle dorsiflexion in stance"),
    "trunk_lean": Quantity("deg", "forward lean of the trunk"),
    "peak_hip_adduction": Quantity("deg", "largest hip adduction in stance, from standing"),
    "pelvic_drop": Quantity("deg", "largest contralateral pelvic drop in stance"),
    "peak_hip_extension_moment": Quantity("N m/kg", "largest net hip extensor moment in stance"),
    "peak_knee_extension_moment": Quantity("N m/kg", "largest net knee extensor moment in stance"),
    "peak_ankle_plantarflexion_moment": Quantity("N m/kg", "largest net plantarflexor moment"),
    "peak_hip_abduction_moment": Quantity("N m/kg", "largest net hip abductor moment in stance"),
    "hip_mechanical_advantage": Quantity("1", "r/R of the hip extensors, force-weighted"),
    "knee_mechanical_advantage": Quantity("1", "r/R of the knee extensors, force-weighted"),
    "ankle_mechanical_advantage": Quantity("1", "r/R of the plantarflexors, force-weighted"),
    "lateral_leakage": Quantity(
        "1", "lateral force that misses the centre of mass, share of the leg's impulse"
    ),
    "stabiliser_dissipation": Quantity("J", "energy the hip stabiliser dissipates a step"),
    "leg_dissipation": Quantity("J", "energy the leg spring dissipates a step"),
    "soft_tissue_dissipation": Quantity(
        "J", "energy that soft tissue does not return a step; muscles must do it again"
    ),
    "push_off_work": Quantity("J", "energy that push-off lengthening adds a step"),
    "tendon_energy_returned": Quantity("J", "elastic energy all tendons return a step"),
    "tendon_recoil": Quantity("1", "share of the elastic energy of all tendons that comes back"),
    "tendon_overstretch": Quantity(
        "1", "largest strain of a tendon over its yield strain; above 1 recoil is lost"
    ),
    "achilles_energy_returned": Quantity("J", "elastic energy the Achilles returns a step"),
    "achilles_peak_strain": Quantity("1", "largest strain of the Achilles tendon"),
    "achilles_stiffness": Quantity(
        "N/mm", "secant stiffness of the Achilles between 50 and 100 % of peak isometric force"
    ),
    "achilles_peak_force": Quantity("BW", "largest force of the Achilles tendon"),
    "achilles_impulse": Quantity("BW s/km", "force of one Achilles tendon over time, a kilometre"),
    "patellofemoral_peak_force": Quantity(
        "BW", "largest force between patella and femur in stance (Brechter & Powers 2002)"
    ),
    "patellofemoral_peak_stress": Quantity(
        "MPa", "largest patellofemoral force over contact area in stance"
    ),
    "patellofemoral_impulse": Quantity(
        "BW s/km", "patellofemoral force of one knee over time, a kilometre"
    ),
    "hip_contact_peak_force": Quantity(
        "BW", "largest hip contact force, upper bound: ground force plus all muscles of the hip"
    ),
    "hip_contact_impulse": Quantity(
        "BW s/km", "upper bound of the contact force of one hip over time, a kilometre"
    ),
    "iliotibial_band_peak_strain": Quantity(
        "1",
        "largest length in stance of tensor fasciae latae with its band, over that in "
        "standing, less 1",
    ),
    "activation_evenness": Quantity(
        "1", "evenness of the groups' mean activations (Pielou 1966): 1 where all are equal"
    ),
    "shortest_time_to_fatigue": Quantity(
        "s", "time until the first muscle no longer gives its peak activation, at most a day"
    ),
    "metabolic_power": Quantity("W/kg", "gross metabolic power"),
    "net_metabolic_power": Quantity("W/kg", "metabolic power net of standing rest"),
    "cost_of_transport": Quantity("J/kg/m", "gross metabolic energy a metre"),
    "net_cost_of_transport": Quantity("J/kg/m", "net metabolic energy a metre"),
    "oxygen_cost": Quantity("ml/kg/km", "gross oxygen a kilometre"),
    "oxygen_uptake": Quantity("ml/kg/min", "gross oxygen uptake"),
    "caloric_cost": Quantity("kcal/kg/km", "gross metabolic energy a kilometre"),
    "muscle_efficiency": Quantity(
        "1", "positive work of the muscles' fibres over the metabolic energy of the muscles"
    ),
    "swing_share": Quantity("1", "muscles in swing, share of gross metabolic power"),
    "stance_share": Quantity("1", "muscles in stance, share of gross metabolic power"),
    "rest_share": Quantity("1", "rest and the body's upkeep, share of gross metabolic power"),
    "spectral_radius": Quantity(
        "1", "largest magnitude of the Floquet multipliers of a step; below 1 is stable"
    ),
    "steps_completed": Quantity("1", "steps from the perturbation on, before a fall or in all"),
    "peak_deviation": Quantity(
        "1", "largest deviation from the gait at an apex: norm over leg length, rad, sqrt(g leg)"
    ),
    "final_deviation": Quantity("1", "the same at the last apex"),
    "periodic_residual": Quantity("1", "largest scaled residual of the periodic step"),
    "sharing_residual": Quantity("N m", "largest moment that the muscles leave unmet"),
}

GROUP_QUANTITIES: Final[dict[str, Quantity]] = {
    "peak_force": Quantity("BW", "largest tendon force over the stride"),
    "peak_activation": Quantity("1", "largest activation over the stride"),
    "mean_activation": Quantity("1", "mean activation over the stride"),
    "resting_share": Quantity("1", "share of the stride in which a muscle's load falls"),
    "metabolic_energy": Quantity("J", "metabolic energy a stride, one leg"),
    "time_to_fatigue": Quantity(
        "s", "time until a muscle no longer gives its peak activation, at most a day"
    ),
}


def quantity(name: str) -> Quantity:
    """Unit and meaning of a result name, `GROUP` names such as `peak_force.soleus` included.

    Raises `InputError` for an unknown name.
    """
    if name in QUANTITIES:
        return QUANTITIES[name]
    head, _, group = name.partition(".")
    if group and head in GROUP_QUANTITIES:
        base = GROUP_QUANTITIES[head]
        return Quantity(base.unit, f"{base.meaning}: {group.replace('_', ' ')}")
    import difflib

    near = difflib.get_close_matches(name[:200], [*QUANTITIES, *GROUP_QUANTITIES], n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise InputError(f"unknown result {quoted(name)}{hint}")
