"""How fast does force rise when muscles are switched on at once and nothing moves?

Muscles are switched on from rest; activation follows with its time constant
(`muscle.activation_time`), and fibres first shorten against their tendons (`muscles.contraction`).
Two efforts: both legs push a sled that does not move (`tasks.leg_press`), and one ankle pushes with
the knee straight and the foot at right angles to the shank. The rate of force development in a
window is the rise of force since the onset over its length.
"""

from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from stridesim.muscles.contraction import Contraction, contract, isometric
from stridesim.muscles.geometry import COORDINATES, geometry_of
from stridesim.muscles.groups import groups_of
from stridesim.muscles.state import MINIMUM_ACTIVATION
from stridesim.posture.linkage import Joints
from stridesim.programs import kept, kept_result
from stridesim.runner import Numbers
from stridesim.tasks.leg_press import STEP, activated, start_of
from stridesim.tasks.press_leg import Seat
from stridesim.tasks.strength import EXERTIONS

WINDOWS: Final = (0.05, 0.10, 0.15, 0.20, 0.25, 0.30)
"""s after the onset."""

EFFORTS: Final = {"leg_push": "N", "ankle_push": "N m"}
"""What rises, and its unit."""

_STEPS: Final = round(max(WINDOWS) / STEP)
_NEUTRAL: Final = {**EXERTIONS["ankle_plantarflexion"].held, "ankle_dorsiflexion": 0.0}


@kept_result
class Rise(NamedTuple):
    """Force (2, S + 1) over time (S + 1,) s from the onset, a row for each of `EFFORTS`, and what
    it settles at (2,); N of both legs, N m of one ankle. `residual` is left in the balance."""

    time: Any
    force: Any
    settled: Any
    residual: Any


@kept()
def force_rise(runner: Numbers, knee: Any, seat: Seat) -> Rise:
    """Rise of force of the leg push at knee flexion `knee` (1,) rad, and of the ankle push."""
    groups = groups_of(runner)
    knee = jnp.asarray(knee)
    start = start_of(runner, knee, seat, groups)
    ankle = geometry_of(
        Joints(*(jnp.deg2rad(jnp.full(1, _NEUTRAL[name])) for name in COORDINATES)),
        runner.body.height,
    )
    arms = -ankle.arms[:, COORDINATES.index("ankle_dorsiflexion")]
    lengths = jnp.hstack([start.leg.lengths, ankle.length])
    weight = jnp.hstack([-2 * start.leg.length_slopes / start.leg.slope[None], arms])
    will = jnp.where(arms > 0, runner.muscle.voluntary_activation, MINIMUM_ACTIVATION)
    effort = jnp.hstack([start.effort, will])
    tone = jnp.full_like(effort, MINIMUM_ACTIVATION)
    both = isometric(jnp.hstack([lengths, lengths]), jnp.hstack([tone, effort]), groups)
    rest = Contraction(*(value[:, :2] for value in both))

    def force_of(muscles: Any) -> Any:
        return jnp.sum(weight * muscles, axis=0)

    def step(state: tuple[Any, Contraction], _: None) -> tuple[Any, Any]:
        activation = activated(state[0], effort, runner)
        muscles = contract(state[1], lengths, activation, groups, STEP)
        return (activation, muscles), (force_of(muscles.force), jnp.max(muscles.residual))

    forces, residual = jax.lax.scan(step, (tone, rest), None, _STEPS)[1]
    force = jnp.vstack([force_of(rest.force)[None], forces]).T
    time = STEP * jnp.arange(_STEPS + 1)
    return Rise(time, force, force_of(both.force[:, 2:]), jnp.max(residual))


def rates(rise: Rise) -> dict[str, dict[float, float]]:
    """Effort -> window (s) -> rate of force development, per s."""
    time, force = np.asarray(rise.time), np.asarray(rise.force)
    return {
        name: {w: float((np.interp(w, time, row) - row[0]) / w) for w in WINDOWS}
        for name, row in zip(EFFORTS, force, strict=True)
    }
