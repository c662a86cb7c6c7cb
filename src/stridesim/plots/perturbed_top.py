"""A perturbed run from above: where the centre of mass goes, and where the feet land.

The model mirrors every step, so that sideways counts towards the foot that lands next; from above
each step is turned back: the first foot to land is the left one, and left is up.
"""

from typing import Any, Final

import jax
import numpy as np
from matplotlib.axes import Axes

from stridesim.dynamics.flight import flight
from stridesim.dynamics.forward import Step
from stridesim.dynamics.stance import State
from stridesim.dynamics.swing_leg import apex_state
from stridesim.gait.perturbed_run import Outcome, PerturbedRun

SAMPLES: Final = 24


def flown(start: State, lasting: float, template: Any) -> State:
    """States of a flight from `start` on, (SAMPLES,)."""
    time = np.linspace(0.0, lasting, SAMPLES)
    return jax.tree.map(np.asarray, flight(start, time, template))


def step_from_above(one: Step, start: State, run: PerturbedRun) -> tuple[np.ndarray, np.ndarray]:
    """Corners of one step's path (apex, touchdown, take-off, apex) forward and towards the foot
    that lands, and where that foot stands: (5, 2) with the foot last, m from the step's start."""
    template = run.template
    down = flown(start, float(one.fall_time), template)
    up = flown(one.take_off, float(one.rise_time), template)
    origin = np.array([down.x[-1] - one.touchdown.x, down.y[-1] - one.touchdown.y], float)
    foot = origin + np.array([0.0, 0.5 * float(template.step_width)])
    path = np.array([
        [0.0, 0.0],
        [down.x[-1], down.y[-1]],
        origin + np.array([one.take_off.x, one.take_off.y], float),
        origin + np.array([up.x[-1], up.y[-1]]),
    ])  # fmt: skip
    return path, foot


def path_from_above(run: PerturbedRun) -> tuple[np.ndarray, np.ndarray]:
    """Path of the centre of mass (n, 2) and feet (steps, 2): forward and to the left, m."""
    at, side = np.zeros(2), 1.0
    path, feet = [at], []
    for i in range(run.steps):
        one: Step = jax.tree.map(lambda leaf, i=i: leaf[i], run.course.steps)
        if run.course.falls[i] or not np.isfinite(run.course.apex.z[i]):
            break
        apex = jax.tree.map(lambda leaf, i=i: leaf[i], run.course.apex)
        corners, foot = step_from_above(one, apex_state(apex), run)
        turn = np.array([1.0, side])
        path += list(at + turn * corners[1:])
        feet.append(at + turn * foot)
        at, side = at + turn * corners[-1], -side
    return np.array(path), np.array(feet).reshape(-1, 2)


def draw_from_above(axes: Axes, run: PerturbedRun, last: float, event: float) -> None:
    """The panel up to `last` (m); `event` is where the perturbation is, m."""
    path, feet = path_from_above(run)
    gait = jax.tree.map(np.asarray, run.gait)
    own, foot = step_from_above(gait, apex_state(run.intended.apex), run)
    axes.axhline(0, color="0.6", lw=0.8, zorder=0)
    steps = np.arange(int(last / own[-1, 0]) + 1)
    sides = np.where(steps % 2, -1.0, 1.0)
    drift = np.cumsum(np.append(0.0, sides * own[-1, 1]))[:-1]
    axes.plot(steps * own[-1, 0] + foot[0], drift + sides * foot[1], "o", ls="", ms=7, mfc="none",
              mec="0.55")  # fmt: skip
    axes.plot(*path.T, color="C0")
    axes.plot(*feet.T, "o", ls="", ms=7, color="C2", label="feet (ring: gait)")
    axes.axvline(event, color="C1", lw=1.8, ls=":")
    if run.outcome == Outcome.fell and len(path) and path[-1, 0] < last:
        axes.plot(*path[-1], "X", color="#B00020", ms=12, zorder=6, clip_on=False)
    shown = path[path[:, 0] <= last, 1]
    most = max(0.25, 1.15 * float(np.abs(np.append(shown, feet[feet[:, 0] <= last, 1])).max()))
    axes.set(xlim=(0, last), ylim=(-most, most), xlabel="distance (m)", ylabel="left (m)")
    axes.set_title("From above")
