"""Fit of the hip stabiliser to the mean of 13 runners (Fukuchi 2017).

Five numbers (feed-forward strength, relative stiffness, damping, neutral adduction, trunk
shift) are fitted to the measured pelvic obliquity, hip adduction (less its standing offset)
and hip abduction moment at 2.5, 3.5 and 4.5 m/s, each curve weighted by the SD between runners.
The result stands as the declared defaults of `Hip` and
`Posture.trunk_shift`; run this file
to see it again: `python experiments/fit_hip_stabiliser.py`.
"""

import click
import jax
import jax.numpy as jnp
import numpy as np
from scipy.optimize import least_squares

from stridesim.dynamics.template import template_of
from stridesim.gait.solver import solve
from stridesim.parameter import set_values
from stridesim.posture.timeline import timeline_of
from stridesim.runner import Runner, apply_overrides
from stridesim.runner.curves import CONTACT_TIMES, SPEEDS, STEP_FREQUENCIES, measured_curves

STANDING_ADDUCTION = -4.98  # deg, mean of the same runners
PATHS = (
    "hip.strength",
    "hip.stiffness",
    "hip.damping",
    "hip.neutral_adduction",
    "posture.trunk_shift",
)
START = (1.09, 4.8, 0.021, np.deg2rad(6.5), 0.01)
LOW = (0.5, 0.0, 0.02, np.deg2rad(-10), -0.03)
HIGH = (1.4, 16.0, 0.5, np.deg2rad(15), 0.06)


def measured(variable: str, speed: float, percent: np.ndarray) -> np.ndarray:
    """Mean and SD between runners at `percent` of stance, (2, N)."""
    curve = measured_curves()["stance", speed, variable]
    return np.array([np.interp(percent, curve[:, 0], curve[:, column]) for column in (1, 2)])


def show(*parts: object) -> None:
    """One line on standard output."""
    click.echo(" ".join(str(part) for part in parts))


def main() -> None:
    """Run the fit and print parameters, moments and obliquity."""
    runner = apply_overrides(
        Runner.load(),
        {
            "gait.strategy": "fixed",
            "body.mass": 69.8,
            "body.height": 1.7645,
            "posture.knee_flexion_at_contact": 13.0,
            "leg.stiffness": 17500.0,
            "leg.loss": 0.1,
            "gait.step_width": 0.075,
        },
    )

    @jax.jit
    def templates(values: jnp.ndarray):
        batch = set_values(
            runner,
            dict(zip(PATHS, values, strict=True))
            | {"task.speed": jnp.array(SPEEDS), "gait.step_frequency": jnp.array(STEP_FREQUENCIES)},
        )
        template = template_of(batch)
        return jax.tree.map(lambda leaf: jnp.broadcast_to(leaf, (3,)), template)

    lay_out = jax.jit(jax.vmap(timeline_of))

    def curves(values: np.ndarray):
        template = templates(jnp.asarray(values))
        solution = solve(template)
        return solution, lay_out(solution.unknowns, template)

    def misfit(values: np.ndarray) -> np.ndarray:
        solution, stride = curves(values)
        parts = []
        percent = 100 * np.asarray(stride.stance_phase[0])
        for i, speed in enumerate(SPEEDS):
            if not solution.residual[i] < 1e-8:
                return np.full(3 * 3 * percent.size, 10.0)
            shown = {
                "pelvis_obliq": np.rad2deg(stride.state.roll[i]),
                "hip_add": np.rad2deg(stride.force.hip_adduction[i]) - STANDING_ADDUCTION,
                "hip_abd_mom": np.asarray(stride.force.abduction_moment[i]) / 69.8,
            }
            for name, course in shown.items():
                mean, sd = measured(name, speed, percent)
                parts.append((course - mean) / np.maximum(sd, 0.5 * sd.max()))
        return np.concatenate(parts)

    found = least_squares(
        misfit,
        START,
        bounds=(LOW, HIGH),
        x_scale=(0.1, 1, 0.05, 0.05, 0.01),
        diff_step=1e-4,
        loss="soft_l1",
    )
    show(dict(zip(PATHS, found.x, strict=True)), "neutral deg", np.rad2deg(found.x[3]))
    show("rms misfit in SD", np.sqrt(np.mean(found.fun**2)), "active bounds", found.active_mask)
    solution, stride = curves(found.x)
    for i, speed in enumerate(SPEEDS):
        show(
            speed,
            "contact",
            float(solution.unknowns.contact_time[i]),
            CONTACT_TIMES[i],
            "abduction",
            float(stride.force.abduction_moment[i].max() / 69.8),
            "roll",
            np.rad2deg(stride.state.roll[i])[::8].round(1),
            "adduction",
            np.rad2deg(stride.force.hip_adduction[i])[::8].round(1) + 5,
        )


if __name__ == "__main__":
    jax.config.update("jax_enable_x64", True)
    main()
