"""The table in `stridesim/muscles/data`, computed anew; run as a program, this writes it.

python tests/muscles/initial_forces_table.py
"""

import sys
from pathlib import Path

import jax
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from economy.shipped import shipped

from stridesim.economy.stride import joint_motion
from stridesim.muscles import initial_forces
from stridesim.muscles.geometry import COORDINATES
from stridesim.muscles.sharing import RESERVE
from stridesim.muscles.state import Balance, load_case, share_once
from stridesim.runner import GROUPS, Runner

HEAD = """\
# The shipped runner at {speed} m/s at the nodes of a stride (posture/timeline.py): forces over F0;
# joint moments, N m; multipliers of load sharing; change of forces over F0 by each moment, 1/(N m).
"""
CHANGE = 2.0
"""N m; of a moment, to see how forces answer."""


def computed() -> initial_forces.InitialForces:
    """What the model says today."""
    found = shipped(float(Runner.load().task.speed))
    stride = found.stride
    case = load_case(joint_motion(stride.posture, stride.moments, stride.timeline), found.runner)
    force = stride.muscles.force / case.groups.peak_isometric_force[:, None]
    multiplier = stride.muscles.reserve / RESERVE
    balance = Balance(multiplier, stride.muscles.reserve)
    once = jax.jit(lambda required: share_once(case._replace(required=required), force, balance)[0])
    by_each = CHANGE * np.eye(4)[..., None]
    response = [
        (once(case.required + by) - once(case.required - by)) / (2 * CHANGE) for by in by_each
    ]
    return initial_forces.InitialForces(
        np.asarray(force),
        np.asarray(case.required),
        np.asarray(multiplier),
        np.array(response),
    )


def main() -> None:
    found = computed()
    names = [*GROUPS, *COORDINATES, *COORDINATES]
    names += [f"{group} by {joint}" for joint in COORDINATES for group in GROUPS]
    rows = np.concatenate([*found[:3], *found.response])
    lines = [
        f"{name}," + ",".join(f"{value:.3g}" for value in row)
        for name, row in zip(names, rows, strict=True)
    ]
    text = HEAD.format(speed=float(Runner.load().task.speed)) + "\n".join(lines) + "\n"
    Path(initial_forces.__file__).with_name("data").joinpath("initial_forces.csv").write_text(text)


if __name__ == "__main__":
    main()
