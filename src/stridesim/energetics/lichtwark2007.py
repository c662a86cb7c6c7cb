"""Lichtwark & Wilson 2007: heat from Hill's constants, for a muscle on a long tendon.

Lichtwark and Wilson (2007, doi:10.1016/j.jbiomech.2006.07.025, after 2005, doi:10.1242/jeb.01709)
take the heats from the force-velocity curve itself. In units of F0 l_opt a muscle draws

    maintenance         a (0.3 + 0.7 fL) hM,   hM = C vmax / G^2                          v <= 0
                                               hM (0.3 + 0.7 exp(-7 vmax (fV - 1)))       v > 0
    shortening          a fL |v| / G                                                      v <= 0
    lengthening         0.5 a fL fV v                                                     v > 0
    work                -F_CE v

Hill's stable heat rate is vmax/G^2, G = 4 the curvature of its hyperbola; C = 1.5 raises it.
Stretch switches most of the maintenance off, and half of the work absorbed appears as heat.
30 % of maintenance (ion pumps) does not depend on length; it is reported as `activation`.

fV is De Groote's curve at the fibre's velocity, not force over activation: slow muscle is still
switched on when its force has gone, and would look as if it ran.

Checked: equations and constants are Koelewijn's reading of the paper's supplement (her
BioMAC-Sim-Toolbox, on which doi:10.1371/journal.pone.0222037 rests) and nobody else's; neither
paper was at hand. Her comparison took the labile C = 0.8 exp(-0.72 t) + 0.175 exp(-0.022 t) of
2005 instead, with t seconds of stimulation, 0.97 to 0.82 over a stance of running. A cyclic state
has no such clock, so C is the constant of 2007; `maintenance_scale` sets another.

Symbols (local): a activation, fL and fV active force-length and force-velocity multipliers,
v fibre velocity in optimal lengths a second (lengthening positive), vmax its maximum, F_CE
active fibre force, F0 its peak, l_opt optimal fibre length.
"""

from typing import Final

import jax.numpy as jnp

from stridesim.energetics.model import HeatRates, MuscleState, floor_heat, work_rates
from stridesim.muscles.degroote2016 import force_velocity

_CURVATURE: Final = 4.0  # G
_LENGTH_INDEPENDENT: Final = 0.3
_LENGTHENING_MAINTENANCE: Final = 0.3
_LENGTHENING_DECAY: Final = 7.0
_ABSORBED_AS_HEAT: Final = 0.5


def lichtwark2007(
    state: MuscleState,
    /,
    *,
    maintenance_scale: float = 1.5,
    count_negative_work: bool = True,
    forbid_negative_total: bool = False,
) -> HeatRates:
    """Heat and work rates of a muscle, W, any shape (doi:10.1016/j.jbiomech.2006.07.025).

    The defaults are the published equations; `maintenance_scale` is C. `forbid_negative_total`
    holds the total at or above zero, as Uchida 2016 does.
    """
    a, fL = jnp.asarray(state.activation), jnp.asarray(state.active_force_length)
    relative, vmax = jnp.asarray(state.norm_fiber_velocity), jnp.asarray(state.max_velocity)
    v = relative * vmax
    unit = jnp.asarray(state.peak_isometric_force) * state.optimal_fiber_length

    fV = jnp.where(v > 0.0, force_velocity(jnp.maximum(relative, 0.0)), 1.0)
    stretched = _LENGTHENING_MAINTENANCE + (1.0 - _LENGTHENING_MAINTENANCE) * jnp.exp(
        -_LENGTHENING_DECAY * vmax * (fV - 1.0)
    )  # 1 where the muscle shortens
    hM = maintenance_scale * vmax / _CURVATURE**2 * stretched
    activation = unit * a * _LENGTH_INDEPENDENT * hM
    maintenance = unit * a * (1.0 - _LENGTH_INDEPENDENT) * fL * hM
    moving = jnp.where(v > 0.0, _ABSORBED_AS_HEAT * fV * v, -v / _CURVATURE)
    velocity_heat = unit * a * fL * moving

    positive_work, negative_work = work_rates(state, count_negative_work=count_negative_work)
    floor = floor_heat(
        activation + maintenance + velocity_heat,
        positive_work + negative_work,
        state.mass,
        minimum_heat=0.0,
        forbid_negative_total=forbid_negative_total,
    )
    return HeatRates(activation, maintenance, velocity_heat, positive_work, negative_work, floor)
