"""Net joint moments: each joint turns all that hangs below it.

The moment at a joint is what accelerates the segments below, less what gravity and the ground do
to them, all taken about that joint (`stridesim.posture.moments` goes up joint by joint instead).
"""

import numpy as np

from numpy_chain.gait import Stride
from numpy_chain.posture import Posture
from stridesim.constants import GRAVITY
from stridesim.dynamics.impact import STOPPED
from stridesim.dynamics.template import Template
from stridesim.posture.moments import FOOT_CENTRE_AHEAD, FOOT_CENTRE_BELOW
from stridesim.posture.timeline import STANCE_NODES
from stridesim.runner import Runner
from stridesim.runner.body import FOOT, SHANK, THIGH


def _cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return a[0] * b[1] - a[1] * b[0]


def moments(line: Stride, leg: Posture, t: Template, runner: Runner) -> np.ndarray:
    """Along hip flexion, hip adduction, knee flexion and dorsiflexion, (4, N) N m."""
    body, slope = runner.body, runner.task.slope
    angle, rate, acceleration = leg.segments
    nodes = line.time.size

    def rod(i: int, length: float, fixed: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
        """Down a segment, and the second time derivative of that; (2, N)."""
        down = np.array([np.sin(angle[i] + fixed), -np.cos(angle[i] + fixed)])
        ahead = np.array([-down[1], down[0]])
        return length * down, length * (acceleration[i] * ahead - rate[i] ** 2 * down)

    foot_ahead, foot_below = FOOT_CENTRE_AHEAD * body.height, FOOT_CENTRE_BELOW * body.height
    (knee, knee_pull), (shank, shank_pull) = rod(0, body.thigh_length), rod(1, body.shank_length)
    thigh_centre, shank_centre = (
        rod(0, THIGH.centre * body.thigh_length),
        rod(1, SHANK.centre * body.shank_length),
    )
    foot_centre = rod(2, np.hypot(foot_ahead, foot_below), np.arctan2(foot_ahead, foot_below))
    # From the hip: joints, then the three centres of mass and their accelerations.
    joint = np.array([0 * knee, knee, knee + shank])
    centre = joint + np.array([thigh_centre[0], shank_centre[0], foot_centre[0]])
    pull = np.array([0 * knee, knee_pull, knee_pull + shank_pull])
    pull += np.array([thigh_centre[1], shank_centre[1], foot_centre[1]])

    parts = (THIGH, SHANK, FOOT)
    mass = np.array([part.mass_fraction * body.mass for part in parts])
    mass[2] += runner.task.foot_load
    lengths = np.array([body.thigh_length, body.shank_length, body.foot_length])
    inertia = mass * (np.array([part.gyration for part in parts]) * lengths) ** 2
    # Legs that accelerate against the trunk push the hips back; the right leg is half a stride on.
    recoil = np.tensordot(mass, pull, 1) / t.mass
    later = line.time + t.step_time
    other = np.array([np.interp(later, line.time, row, period=line.period) for row in recoil])
    gravity = -GRAVITY / np.sqrt(1 + slope**2) * np.array([slope, 1.0])
    hip_acceleration = line.hip_acceleration - recoil - other
    push = mass[:, None, None] * (hip_acceleration + pull - gravity[:, None])

    stance = slice(STANCE_NODES)
    tilt = leg.frontal_angle[stance]
    ground = np.zeros((2, nodes))
    # While the impact lasts, the ground carries shank and foot as far as they stop.
    phase = np.minimum(line.time[stance] / line.contact_time / (2 * STOPPED), 1.0)
    share = t.impact_mass / mass[1:].sum() * np.cos(0.5 * np.pi * phase) ** 2
    upward = line.force.z + share * push[1:, 1, stance].sum(axis=0)
    ground[:, stance] = line.force.x, upward * np.cos(tilt) + line.force.y * np.sin(tilt)
    cop = joint[2].copy()
    cop[:, stance] += leg.cop_from_ankle
    hip, knee, ankle = (
        sum(inertia[i] * acceleration[i] + _cross(centre[i] - joint[j], push[i]) for i in below)
        - _cross(cop - joint[j], ground)
        for j, below in enumerate([(0, 1, 2), (1, 2), (2,)])
    )
    # In the frontal plane the leg is one rigid piece.
    abduction = np.sin(leg.frontal_angle) * np.einsum("in,in->n", push[:, 1], centre[:, 1])
    _, y, z, roll = line.state[:4]
    aside = y - 0.5 * t.step_width + t.hip_half_width * np.cos(roll) + t.hip_below * np.sin(roll)
    above = z + t.hip_half_width * np.sin(roll) - t.hip_below * np.cos(roll)
    abduction[stance] += aside * line.force.z - above * line.force.y
    own = np.where(np.arange(nodes) < STANCE_NODES, 1.0, 1 - runner.task.swing_assistance)
    return own * np.array([hip, -abduction, -knee, ankle])
