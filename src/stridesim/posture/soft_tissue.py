"""What the leg shortens without bending the knee, and the energy that this takes.

Heel pad, muscle bellies and viscera yield under the leg's force and do not give everything back:
at 3 m/s they absorb 19 J a contact and return 13 J (Riddick & Kuo 2016,
doi:10.1016/j.jbiomech.2016.01.001), and muscles must do the rest again as work. A spring with a
damper beside it,

    k (delta + T d(delta)/dt) = F,    delta = 0 at touchdown,

whose time constant T is a share of contact time, because soft tissue loses the same share of its
energy in slow and fast cycles (Fung 1993, doi:10.1007/978-1-4757-2257-4).
"""

from typing import Any

import jax.numpy as jnp
import numpy as np


def lag(hysteresis: Any) -> Any:
    """T over contact time for a lost share of the absorbed energy.

    For a half-sine force the share is x pi / (1 + 2.25 x), x = pi lag, to 1.5 % of it
    up to 0.6.
    """
    return hysteresis / (jnp.pi - 2.25 * hysteresis) / jnp.pi


def compression(force: Any, stiffness: Any, hysteresis: Any) -> Any:
    """Shortening (m) at evenly spaced nodes of stance (N,) under the leg's force (N,) in N.

    Exact for a force that is linear between the nodes; `stiffness` N/m, `hysteresis` 0 to 0.6.
    """
    steps = force.shape[-1] - 1
    relative = jnp.maximum(steps * lag(hysteresis), 1e-3)
    kept = jnp.exp(-1 / relative)
    late = 1 - (1 - kept) * relative
    added = (1 - kept - late) * force[:-1] + late * force[1:]
    passed = np.subtract.outer(np.arange(steps), np.arange(steps))
    fading = jnp.where(passed >= 0, jnp.exp(-np.maximum(passed, 0) / relative), 0.0)
    return jnp.concatenate([0.0 * force[:1], fading @ added]) / stiffness


def dissipation(force: Any, compressed: Any) -> Any:
    """Energy (J) that the tissue does not return in one contact; both (N,)."""
    return jnp.sum(0.5 * (force[1:] + force[:-1]) * jnp.diff(compressed))
