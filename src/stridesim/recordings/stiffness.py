"""Stiffness of the spring-mass runner from what a force plate sees.

Vertical stiffness is peak force over the drop of the centre of mass in stance; leg stiffness
is peak force over the shortening of a leg that is L long at touchdown and swings through
v t_c: dL = drop + L - sqrt(L^2 - (v t_c/2)^2), L = 0.53 height (McMahon & Cheng 1990,
doi:10.1016/0021-9290(90)90042-2; Morin 2005). Other definitions of leg stiffness differ
twofold. The sine-wave estimates of Morin, Dalleau, Kyrolainen, Jeannin & Belli 2005
(doi:10.1123/jab.21.2.167) need only times and mass: the vertical force is taken as a half
sine, F_max = m g (pi/2) (t_f/t_c + 1), and its drop follows, F_max t_c^2/(m pi^2) - g t_c^2/8.
"""

import math
from typing import Final

import numpy as np

from stridesim.constants import GRAVITY
from stridesim.results import InputError

LEG_TO_HEIGHT: Final = 0.53
"""Leg length over body height (Winter 2009; used by Morin 2005)."""


def leg_shortening(
    drop: np.ndarray, contact_time: np.ndarray, speed: float, height: float
) -> np.ndarray:
    """m, from the `drop` of the centre of mass (n,) m, `contact_time` (n,) s, m/s and m.

    Raises `InputError` where the runner would pass more than two leg lengths in contact.
    """
    leg = LEG_TO_HEIGHT * height
    half_path = 0.5 * speed * contact_time
    longest = float(np.max(half_path))
    if longest >= leg:
        raise InputError(
            f"speed = {speed:g} m/s: half of the path in contact ({longest:.2f} m) exceeds the "
            f"leg of {leg:.2f} m; permitted: below {speed * leg / longest:.1f} m/s (km/h given?)"
        )
    return drop + leg - np.sqrt(leg**2 - half_path**2)


def sine_wave(
    contact_time: np.ndarray, flight_time: np.ndarray, mass: float
) -> tuple[np.ndarray, np.ndarray]:
    """Peak force (n,) N and drop in stance (n,) m of a half-sine vertical force; mass in kg."""
    peak = 0.5 * math.pi * mass * GRAVITY * (flight_time / contact_time + 1.0)
    drop = peak * contact_time**2 / (mass * math.pi**2) - GRAVITY * contact_time**2 / 8.0
    return peak, drop
