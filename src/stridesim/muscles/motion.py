"""What muscles are asked to do: a motion of the joints and the moments that they need.

The stride of the model is one such motion; a leg press, a recording or the result of another
program are others. Muscles need the joints alone: no ground, no gait, no template.
"""

from typing import Any, NamedTuple

from stridesim.posture.linkage import Joints
from stridesim.posture.time_grid import TimeGrid


class JointMotion(NamedTuple):
    """A motion of one leg at N nodes, SI; it repeats if its grid has a period.

    `angles` and `rates` are rad and rad/s of each joint. `moments` (4, N), N m, are the net moments
    that muscles must give along the joint coordinates: hip flexion, hip adduction, knee flexion,
    dorsiflexion positive. `coactivated` (N,) tells at which nodes muscles are active at least as
    much as the runner's co-activation asks.

    Nodes should lie about as close as those of a stride, 7 ms: the rate at which tendons stretch is
    that of the strain averaged over a few of them (`state.WINDOW`).
    """

    grid: TimeGrid
    angles: Joints
    rates: Joints
    moments: Any
    coactivated: Any
