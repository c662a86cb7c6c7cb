"""What a stride costs: Umberger 2010 for every muscle, and the rest of the body.

Equations and sources: `stridesim.energetics.umberger2010` and `.upkeep`.
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
    u, a, v, fast = m.excitation, m.activation, m.norm_velocity, 1 - g.slow_twitch
    effort = np.where(u > a, u, 0.5 * (u + a))
    factor = np.where(m.norm_length > 1, force_length(m.norm_length), 1.0)
    aerobic = 1.5 * g.mass
    steady = aerobic * effort**0.6 * (128 * fast + 25) * (0.4 + 0.6 * factor)
    # Coefficients are per relative velocity: 250/vmax times v vmax.
    shortening = effort**2 * (g.slow_twitch * np.minimum(100, -250 * v) - fast * 153 * v)
    moving = aerobic * factor * np.where(v <= 0, shortening, effort * 75 * v)
    work = np.maximum(-m.active_force * m.velocity, 0)
    return np.maximum(steady + moving, g.mass) + work


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
