"""What a stride costs: Bhargava 2004 with aerobic recovery, and the rest of the body.

Equations and sources: `stridesim.energetics.bhargava2004` and `.upkeep`.
"""

import numpy as np

from numpy_chain.gait import TOLERANCE, Stride, periodic_step, stride
from numpy_chain.groups import Groups, groups
from numpy_chain.moments import moments
from numpy_chain.muscles import Muscles, force_length, muscles
from numpy_chain.posture import posture
from numpy_chain.sharing import Sharing, by_nnls
from stridesim.dynamics.template import Template
from stridesim.energetics.upkeep import BREATHING_SHARE, REST_POWER
from stridesim.runner import Runner


def heat_and_work(m: Muscles, g: Groups) -> np.ndarray:
    """Metabolic rate (M, N), W."""
    angle, length, v = 0.5 * np.pi * m.excitation, m.norm_length, m.velocity
    slow, fast = g.slow_twitch * np.sin(angle), (1 - g.slow_twitch) * (1 - np.cos(angle))
    kept = np.interp(length, (0.5, 1.0, 1.5), (0.5, 1.0, 0.0))
    steady = g.mass * (40 * slow + 133 * fast + kept * (74 * slow + 111 * fast))
    isometric = np.minimum(m.activation, 1) * force_length(length) * g.peak_force
    alpha = np.where(v <= 0, 0.16 * isometric + 0.18 * m.active_force, 0.157 * m.active_force)
    return np.maximum(1.5 * (steady - alpha * v) - m.active_force * v, 0)


def metabolic_power(m: Muscles, line: Stride, runner: Runner) -> float:
    """Gross metabolic power, W/kg."""
    rate = heat_and_work(m, groups(runner))
    whole = np.append(rate.sum(axis=0), rate[:, 0].sum())
    energy = np.trapezoid(whole, np.append(line.time, line.time[0] + line.period))
    return REST_POWER + 2 * energy / line.period / runner.body.mass / (1 - BREATHING_SHARE)


def cost_of_transport(
    runner: Runner, t: Template, sharing: Sharing = by_nnls, tolerance: float = TOLERANCE
) -> float:
    """From a runner of plain floats (habits resolved) and its template to J/kg/m."""
    line = stride(periodic_step(t, tolerance), t, tolerance)
    leg = posture(line, t, runner)
    found = muscles(moments(line, leg, t, runner), leg, line, runner, sharing)
    return metabolic_power(found, line, runner) / t.speed
