"""Runners on stiff, damped hips: their step closes when SciPy integrates it, too."""

from typing import Any

import jax
import numpy as np
import pytest
from dynamics.independent import Independent

from stridesim.dynamics.stance import State
from stridesim.dynamics.template import Template, template_of
from stridesim.economy.batch import results_at
from stridesim.gait.closing import BLOCK, CLOSURE, closed
from stridesim.gait.newton import TOLERANCE
from stridesim.gait.perturbed_run import periodic as periodic_step
from stridesim.gait.residual import SIZE, Unknowns, periodic, touchdown
from stridesim.gait.solver import solve
from stridesim.parameter import set_values
from stridesim.results import Status
from stridesim.runner import Runner

STIFF = [
    {
        "leg.stiffness": 19756.1, "gait.step_frequency": 2.3725, "task.speed": 5.9905,
        "hip.strength": 0.845184, "hip.stiffness": 19.1164, "hip.damping": 0.40654,
        "hip.neutral_adduction": -0.222724, "hip.onset_delay": -0.0993049,
        "hip.thigh_tracking": -0.0211055, "posture.knee_flexion_at_contact": 0.949387,
        "posture.trunk_lean": -0.118908, "posture.cop_excursion": 0.309343,
        "posture.force_divergence": 0.887167, "posture.trunk_shift": -0.00620074,
    },
    {
        "leg.stiffness": 23409.0, "gait.step_frequency": 3.0622, "task.speed": 4.32375,
        "hip.strength": 0.33098, "hip.stiffness": 11.6522, "hip.damping": 0.852847,
        "hip.neutral_adduction": -0.258749, "hip.onset_delay": 0.000304338,
        "hip.thigh_tracking": 0.00935663, "posture.knee_flexion_at_contact": 0.818292,
        "posture.trunk_lean": 0.0104957, "posture.cop_excursion": 1.43609,
        "posture.force_divergence": 0.0473651, "posture.trunk_shift": 0.00909875,
    },
]  # fmt: skip
"""SI; of random runners within bounds."""


def _template(values: dict[str, float]) -> Template:
    template = template_of(set_values(Runner.load(), values))
    return jax.tree.map(lambda leaf: np.asarray(leaf, float), template)


def _missed(unknowns: Unknowns, template: Template) -> float:
    """Of the step from touchdown, integrated by SciPy in vectors."""
    start, contact = touchdown(unknowns, template)
    one = Independent(
        template, *(float(c) for c in (contact.rest_length, contact.push_off, contact.contact_time))
    )
    end = one.stance(np.array([float(q) for q in start]))
    off = State(*(np.asarray(q) for q in end))
    return float(np.abs(np.array(periodic(start, off, contact, template))).max())


@pytest.mark.parametrize("values", STIFF)
def test_a_step_that_closes_for_the_solver_alone_is_taken_to_one_that_closes(
    values: dict[str, float],
) -> None:
    template = _template(values)
    solution = solve(template)
    assert solution.residual <= TOLERANCE
    leaves, structure = jax.tree.flatten(template)
    found, worst = closed(
        np.asarray(solution.step)[:SIZE, None], np.array(leaves)[:, None], structure
    )
    assert worst[0] <= TOLERANCE
    unknowns = Unknowns(*found[:, 0])
    assert _missed(unknowns, template) < 1e-7 < _missed(solution.unknowns, template)


def test_what_stands_beside_a_runner_does_not_matter() -> None:
    """Nor how many blocks there are; one who is nowhere near a step is left alone."""
    templates = [_template(values) for values in STIFF]
    starts = [np.asarray(solve(template).step)[:SIZE] for template in templates]
    hopeless = np.full(SIZE, np.nan)
    lanes = [0, 1] * (BLOCK // 2) + [0]
    batch = np.stack([np.array(jax.tree.leaves(templates[i])) for i in [*lanes, 0]], axis=1)
    x = np.stack([*(starts[i] for i in lanes), hopeless], axis=1)
    structure = jax.tree.structure(templates[0])
    found, worst = closed(x, batch, structure)
    for i, lane in enumerate(lanes):
        assert found[:, i].tolist() == found[:, lane].tolist()
        assert worst[i] == worst[lane] <= TOLERANCE
    assert np.isinf(worst[-1])


def test_the_whole_chain_prices_them_or_knows_a_physical_reason() -> None:
    points = {path: np.array([values[path] for values in STIFF]) for path in STIFF[0]}
    found = results_at(Runner.load(), points)
    assert not {"no_periodic_gait", "not_finite"} & set(found["status"].tolist())
    assert (found["periodic_residual"] <= TOLERANCE).all()


@pytest.mark.parametrize("values", STIFF)
def test_a_run_that_is_perturbed_begins_with_the_same_step(values: dict[str, float]) -> None:
    template: Any = _template(values)
    unknowns, status = periodic_step(template)
    assert status == Status.ok
    assert _missed(unknowns, template) < min(CLOSURE, 1e-5)
