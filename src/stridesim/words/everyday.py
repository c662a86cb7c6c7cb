"""Results in everyday words and units: which results, in which words, in which unit.

The names and SI units of `results.QUANTITIES` are for files and programs; a person says "ground
contact 231 ms", not "contact_time 0.231 s". Results that have no entry are said in the words of
their name and in their own unit, to three digits.
"""

import math
from typing import Final, NamedTuple

from stridesim.results import quantity
from stridesim.units import unit as known_unit
from stridesim.words.wording import number, quantity_words


class Everyday(NamedTuple):
    """Words, the unit that people use, and how many decimals of it mean anything."""

    words: str
    unit: str
    decimals: int | None


EVERYDAY: Final[dict[str, Everyday]] = {
    "speed": Everyday("speed", "m/s", 2),
    "cost_of_transport": Everyday("energy a metre", "J/kg/m", 2),
    "net_cost_of_transport": Everyday("energy a metre above rest", "J/kg/m", 2),
    "metabolic_power": Everyday("metabolic power", "W/kg", 2),
    "oxygen_uptake": Everyday("oxygen uptake", "ml/kg/min", 1),
    "oxygen_cost": Everyday("oxygen a kilometre", "ml/kg/km", 0),
    "step_frequency": Everyday("step frequency", "steps/min", 1),
    "step_length": Everyday("step length", "m", 3),
    "step_width": Everyday("step width", "cm", 1),
    "contact_time": Everyday("ground contact", "ms", 0),
    "flight_time": Everyday("flight", "ms", 0),
    "duty_factor": Everyday("duty factor", "%", 1),
    "peak_vertical_force": Everyday("peak ground force", "BW", 2),
    "peak_braking_force": Everyday("peak braking force", "BW", 3),
    "peak_propulsive_force": Everyday("peak propulsive force", "BW", 3),
    "peak_mediolateral_force": Everyday("peak lateral force", "BW", 3),
    "vertical_impulse": Everyday("vertical impulse per mass", "m/s", 3),
    "braking_impulse": Everyday("braking impulse per mass", "m/s", 3),
    "propulsive_impulse": Everyday("propulsive impulse per mass", "m/s", 3),
    "vertical_oscillation": Everyday("bounce of the body", "cm", 1),
    "com_drop_in_stance": Everyday("sinking of the body in stance", "cm", 1),
    "leg_stiffness": Everyday("leg stiffness (classic)", "kN/m", 1),
    "vertical_stiffness": Everyday("vertical stiffness", "kN/m", 1),
    "leg_stiffness_sine_wave": Everyday("leg stiffness (from times alone)", "kN/m", 1),
    "vertical_stiffness_sine_wave": Everyday("vertical stiffness (from times alone)", "kN/m", 1),
    "knee_flexion_at_contact": Everyday("knee flexion at contact", "deg", 1),
    "peak_knee_flexion": Everyday("deepest knee flexion", "deg", 1),
    "peak_knee_extension_moment": Everyday("peak knee moment", "N m/kg", 2),
    "peak_ankle_plantarflexion_moment": Everyday("peak ankle moment", "N m/kg", 2),
    "peak_hip_abduction_moment": Everyday("peak hip abduction moment", "N m/kg", 2),
    "pelvic_drop": Everyday("pelvic drop", "deg", 1),
    "tendon_energy_returned": Everyday("returned by tendons, a step", "J", 1),
    "achilles_energy_returned": Everyday("returned by the Achilles, a step", "J", 1),
    "achilles_peak_strain": Everyday("peak Achilles strain", "%", 2),
    "lateral_leakage": Everyday("force that leaks sideways", "%", 2),
}

COMPARED: Final = (
    "cost_of_transport",
    "oxygen_uptake",
    "step_frequency",
    "contact_time",
    "flight_time",
    "peak_vertical_force",
    "vertical_oscillation",
    "leg_stiffness",
    "peak_knee_flexion",
    "peak_knee_extension_moment",
    "achilles_peak_strain",
    "tendon_energy_returned",
)
"""What a teacher and a coach look at first when two strides are compared."""


def everyday(name: str) -> Everyday:
    """How a result is said; raises `InputError` for an unknown name."""
    declared = quantity(name)
    return EVERYDAY.get(name, Everyday(quantity_words(name), declared.unit, None))


def in_everyday_unit(name: str, value: float) -> float:
    """A result (in its declared unit) in the unit that people use."""
    declared, said = quantity(name).unit, everyday(name).unit
    if declared == said:
        return float(value)
    return float(value) * known_unit(declared).factor / known_unit(said).factor


def everyday_number(name: str, value: float) -> str:
    """A result as people write it, without its unit."""
    shown, decimals = in_everyday_unit(name, value), everyday(name).decimals
    if not math.isfinite(shown):
        return "no result"
    if decimals is None:
        return number(shown)
    text = f"{shown:.{decimals}f}"
    return (text if float(text) else f"{0:.{decimals}f}").replace("-", "−")


def everyday_difference(name: str, value: float, first: float) -> str:
    """A result less another, of the numbers as they are shown: 3.64 and 3.68 differ by +0.04."""
    shown = [everyday_number(name, number) for number in (value, first)]
    if "no result" in shown:
        return "no result"
    apart = float(shown[0].replace("−", "-")) - float(shown[1].replace("−", "-"))
    decimals = everyday(name).decimals
    if decimals is None:
        return f"+{number(apart)}" if apart > 0 else number(apart)
    text = f"{apart:+.{decimals}f}".replace("-", "−")
    return text if float(text.replace("−", "-")) else f"±{0:.{decimals}f}"


def everyday_value(name: str, value: float) -> str:
    """A result with its unit: `231 ms`, `3.65 J/kg/m`, `0.64`."""
    said = everyday(name).unit
    text = everyday_number(name, value)
    return text if said == "1" or text == "no result" else f"{text} {said}"
