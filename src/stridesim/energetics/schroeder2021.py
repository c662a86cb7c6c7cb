"""Schroeder & Kuo 2021: work, and a price for force that changes its rate quickly.

Schroeder and Kuo (2021, doi:10.1371/journal.pcbi.1009608) price the actuator of a spring-mass
runner by work and by a force rate,

    E = W+ / 0.25 + |W-| / 1.2 + epsilon L sqrt(L/g) integral |d2F/dt2| dt,

epsilon = 0.5e-3 (their figure 8), L leg length, g gravity. The last term stands for calcium that is
pumped to switch a muscle on and off; van der Zee & Kuo (2021, doi:10.1242/jeb.233965) measured
it in cyclic isometric contractions, where it took 40 % of the energy at 2.5 Hz.

Their actuator is the whole leg, and each muscle is one here. epsilon has no dimension; for a muscle
the length L is its optimal fibre length, because a muscle of longer fibres has more to switch on
for the same force. The time sqrt(L/g) is that of their leg, L = 1 m. This is an assumption; no
number is fitted.

Checked: epsilon, the efficiencies and the form of the integral against the abstract and figure 8 of
the paper and a public program of its first author; the text of the paper was not at hand.

Symbols (local): F active fibre force.
"""

import math
from typing import Final

import jax.numpy as jnp

from stridesim.constants import GRAVITY
from stridesim.energetics.margaria1968 import margaria1968
from stridesim.energetics.model import HeatRates, MuscleState

FORCE_RATE_COST: Final = 0.5e-3
"""epsilon"""
LEG_TIME: Final = math.sqrt(1.0 / GRAVITY)
"""s; sqrt(L/g) of the paper's leg of 1 m."""


def schroeder2021(state: MuscleState, /) -> HeatRates:
    """Heat and work rates of a muscle, W, any shape (doi:10.1371/journal.pcbi.1009608).

    The two efficiencies are those of Margaria 1968; `activation` is the price of the force rate.
    """
    work = margaria1968(state)
    price = FORCE_RATE_COST * LEG_TIME * jnp.asarray(state.optimal_fiber_length)
    return work._replace(activation=work.activation + price * jnp.abs(state.force_curvature))
