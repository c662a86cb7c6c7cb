"""From energy to oxygen and back: the units in which running economy is published.

A laboratory measures oxygen uptake and carbon dioxide; a muscle model gives joules. What joins
them is the energy equivalent of oxygen, which depends on the fuel and so on the respiratory
exchange ratio R = VCO2/VO2 (about 0.70 for fat, 1.00 for carbohydrate):

    Peronnet & Massicotte 1991 (Can J Sport Sci 16:23)   16.89 + 4.84 R         J/ml
    Brockway 1987 (Hum Nutr Clin Nutr 41C:463)           16.58 + 4.51 R         J/ml
    Lusk 1924 (J Biol Chem 59:41)    4.686 kcal/l at R = 0.707 to 5.047 at 1, a straight line

They differ by up to 5 % (Kipp, Byrnes & Kram 2018, doi:10.1139/apnm-2017-0781), so a published
economy in J or kcal is comparable only with its equation named. R is held within 0.7036 (Lusk:
0.707) and 1: above 1 the surplus carbon dioxide is not from oxidation. The rest of the file is
arithmetic, elementwise, on plain floats or arrays of any shape, per kilogram of body mass,
oxygen in ml STPD.
"""

from collections.abc import Callable
from typing import Final

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

JOULES_PER_CALORIE: Final = 4.184
"""Thermochemical calorie, J (ISO 31-4)."""
FAT_EXCHANGE_RATIO: Final = 0.7036
"""Respiratory exchange ratio of pure fat oxidation (Peronnet & Massicotte 1991)."""
_LUSK_FAT: Final = (0.707, 4.686)  # R, kcal/l
_LUSK_CARBOHYDRATE: Final = (1.0, 5.047)


def peronnet1991(exchange_ratio: ArrayLike) -> Array:
    """Energy equivalent of oxygen, J/ml, any shape (Peronnet & Massicotte 1991)."""
    return 16.89 + 4.84 * jnp.clip(jnp.asarray(exchange_ratio), FAT_EXCHANGE_RATIO, 1.0)


def brockway1987(exchange_ratio: ArrayLike) -> Array:
    """Energy equivalent of oxygen without urinary nitrogen, J/ml, any shape (Brockway 1987)."""
    return 16.58 + 4.51 * jnp.clip(jnp.asarray(exchange_ratio), FAT_EXCHANGE_RATIO, 1.0)


def lusk1924(exchange_ratio: ArrayLike) -> Array:
    """Energy equivalent of oxygen, J/ml, any shape (Lusk 1924, linear in R)."""
    (low, fat), (high, carbohydrate) = _LUSK_FAT, _LUSK_CARBOHYDRATE
    share = (jnp.clip(jnp.asarray(exchange_ratio), low, high) - low) / (high - low)
    return JOULES_PER_CALORIE * (fat + (carbohydrate - fat) * share)


OXYGEN_EQUIVALENTS: Final[dict[str, Callable[[ArrayLike], Array]]] = {
    "peronnet1991": peronnet1991,
    "brockway1987": brockway1987,
    "lusk1924": lusk1924,
}
"""Equations by the name that a configuration uses."""


def cost_of_transport(power: ArrayLike, speed: ArrayLike) -> ArrayLike:
    """Metabolic power, W/kg, at a speed, m/s, as energy a metre, J/kg/m."""
    return power / speed


def metabolic_power(cost: ArrayLike, speed: ArrayLike) -> ArrayLike:
    """Energy a metre, J/kg/m, at a speed, m/s, as metabolic power, W/kg."""
    return cost * speed


def oxygen_uptake(power: ArrayLike, equivalent: ArrayLike) -> ArrayLike:
    """Metabolic power, W/kg, as oxygen uptake, ml/kg/min; `equivalent` in J/ml."""
    return 60.0 * power / equivalent


def power_from_oxygen_uptake(uptake: ArrayLike, equivalent: ArrayLike) -> ArrayLike:
    """Oxygen uptake, ml/kg/min, as metabolic power, W/kg; `equivalent` in J/ml."""
    return uptake * equivalent / 60.0


def oxygen_cost(cost: ArrayLike, equivalent: ArrayLike) -> ArrayLike:
    """Energy a metre, J/kg/m, as oxygen a kilometre, ml/kg/km; `equivalent` in J/ml."""
    return 1000.0 * cost / equivalent


def cost_from_oxygen_cost(oxygen: ArrayLike, equivalent: ArrayLike) -> ArrayLike:
    """Oxygen a kilometre, ml/kg/km, as energy a metre, J/kg/m; `equivalent` in J/ml."""
    return oxygen * equivalent / 1000.0


def caloric_cost(cost: ArrayLike) -> ArrayLike:
    """Energy a metre, J/kg/m, as kcal/kg/km."""
    return cost / JOULES_PER_CALORIE


def cost_from_caloric_cost(calories: ArrayLike) -> ArrayLike:
    """Energy a kilometre, kcal/kg/km, as J/kg/m."""
    return calories * JOULES_PER_CALORIE
