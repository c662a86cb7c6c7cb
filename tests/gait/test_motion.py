"""The motion that the collocated step tells, against stance integrated in small steps."""

from typing import Any

import jax
import numpy as np
import pytest
from gait.shipped import shipped_template

from stridesim.dynamics.stance import trajectory
from stridesim.dynamics.template import Template
from stridesim.gait.collocation import touchdown_unknowns
from stridesim.gait.motion import motion
from stridesim.gait.residual import touchdown
from stridesim.gait.solver import solve

STEPS = 128
FRONTAL = ("y", "vy", "roll", "roll_rate")
PHASES = np.arange(STEPS + 1) / STEPS

ONSETS = {
    "before": {"hip__onset_delay": -0.05},
    "at touchdown": {"hip__onset_delay": 0.0},
    "in stance": {"hip__onset_delay": 0.03, "leg__impact_mass": 0.0},
    "in stance, with an impact": {"hip__onset_delay": 0.03, "leg__impact_mass": 0.02},
}


@jax.jit
def _both(step: Any, template: Template) -> tuple[Any, Any]:
    one = jax.tree.map(lambda leaf: leaf[None], template)
    told = motion(step[:, None], one, PHASES)
    start, contact = touchdown(touchdown_unknowns(step), template)
    return jax.tree.map(lambda q: q[:, 0], told), trajectory(start, contact, template, STEPS)[1]


@pytest.mark.parametrize("speed", [2.5, 4.5])
@pytest.mark.parametrize("onset", ONSETS.values(), ids=ONSETS)
def test_motion_is_that_of_the_integration(onset: dict[str, float], speed: float) -> None:
    template = shipped_template(speed, **onset)
    told, integrated = _both(solve(template).step, template)
    for name, found, wanted in zip(told._fields, told, integrated, strict=True):
        # The frontal plane is driven by the stabiliser, which comes on within a few nodes.
        # With an impact beside it, the end of that lies within the second piece.
        both = onset.get("hip__onset_delay", 0.0) > 0 and onset["leg__impact_mass"] > 0
        within = 1e-5 if name in FRONTAL else 2e-6 if both else 1e-6
        scale = np.abs(wanted).max()
        np.testing.assert_allclose(found, wanted, rtol=0, atol=within * scale, err_msg=name)
        assert found[0] == pytest.approx(float(wanted[0]), abs=1e-14)


def test_motion_is_smooth_where_its_pieces_join() -> None:
    template = shipped_template(hip__onset_delay=0.03)
    step = solve(template).step
    contact = float(touchdown_unknowns(step).contact_time)
    joint = float(template.hip_onset) / contact
    assert 0 < joint < 1
    one = jax.tree.map(lambda leaf: leaf[None], template)
    sides = motion(step[:, None], one, np.array([joint - 1e-12, joint + 1e-12]))
    for name, at in zip(sides._fields, sides, strict=True):
        assert float(at[0, 0]) == pytest.approx(float(at[1, 0]), abs=1e-10), name
