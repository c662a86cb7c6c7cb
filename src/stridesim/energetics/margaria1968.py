"""Margaria 1968: a muscle is 25 % efficient when it shortens and 120 % when it is stretched.

Margaria (1968, doi:10.1007/BF00699624) found that people walking uphill turn a quarter of their
metabolic energy into work, and that walking downhill they spend 1/1.2 of the work done on them:

    E = P / 0.25  for P >= 0,    E = |P| / 1.2  for P < 0,    P = -F_CE v

Force without motion, and a muscle that is on without force, cost nothing. The two efficiencies
were measured on whole bodies; that they hold muscle by muscle is an assumption, which Koelewijn
2019 (doi:10.1371/journal.pone.0222037) makes too.

The equation gives E only. Work is what the fibre does, P with its sign; heat is the rest, all of
it in `shortening`: 3 P in shortening and |P| + |P| / 1.2 in lengthening, because the work that
is absorbed becomes heat just as the fuel does.

Checked: the two efficiencies against two public implementations (KU Leuven's and Koelewijn's own,
the BioMAC-Sim-Toolbox). The paper was not at hand.

Symbols (local): F_CE active fibre force, v fibre velocity (lengthening positive), P its power.
"""

from typing import Final

import jax.numpy as jnp

from stridesim.energetics.model import HeatRates, MuscleState, work_rates

POSITIVE_EFFICIENCY: Final = 0.25
NEGATIVE_EFFICIENCY: Final = 1.2


def margaria1968(state: MuscleState, /) -> HeatRates:
    """Heat and work rates of a muscle, W, any shape (doi:10.1007/BF00699624)."""
    positive_work, negative_work = work_rates(state, count_negative_work=True)
    total = positive_work / POSITIVE_EFFICIENCY - negative_work / NEGATIVE_EFFICIENCY
    none = jnp.zeros_like(total)
    heat = total - positive_work - negative_work
    return HeatRates(none, none, heat, positive_work, negative_work, none)
