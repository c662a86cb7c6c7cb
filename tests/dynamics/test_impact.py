"""The impact against its definition, its momentum, and the gait without it."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from gait.shipped import shipped_template, solved
from scipy.integrate import cumulative_simpson, simpson

from stridesim.constants import GRAVITY
from stridesim.dynamics.impact import END, STOPPED, impact, impulse
from stridesim.dynamics.stance import State, advance, ground_force, phase_grid, take_off
from stridesim.gait.residual import touchdown

PHASES = np.linspace(0, 1, 4001)
LASTING = 0.22


def test_velocity_and_height_are_the_integrals_of_the_force() -> None:
    template = shipped_template(leg__impact_mass=0.05)
    found = impact(PHASES, LASTING, template)
    time = PHASES * LASTING
    rate = cumulative_simpson(found.force / float(template.mass), x=time, initial=0)
    np.testing.assert_allclose(found.velocity, rate, atol=1e-9)
    np.testing.assert_allclose(
        found.height, cumulative_simpson(rate, x=time, initial=0), atol=1e-10
    )


def test_the_force_is_a_raised_cosine_that_ends() -> None:
    template = shipped_template(leg__impact_mass=0.05)
    force = np.asarray(impact(PHASES, LASTING, template).force)
    mean = simpson(force, x=PHASES) / END
    within = PHASES < END
    expected = mean * (1 - np.cos(np.pi * PHASES / STOPPED))
    np.testing.assert_allclose(force[within], expected[within], atol=float(1e-7 * mean))
    assert np.all(force[PHASES >= END] < 1e-9 * mean)


def test_its_momentum_is_twice_that_of_the_mass_and_its_weight() -> None:
    """Clark 2017: m (v / dt + g) 2 dt."""
    template = shipped_template(leg__impact_mass=0.05)
    moving = float(template.impact_mass) * float(template.ankle_descent) / LASTING
    carried = float(template.impact_mass) * GRAVITY * END * LASTING
    wanted = 2 * moving + carried
    assert float(impulse(LASTING, template)) == pytest.approx(wanted, rel=1e-12)
    force = impact(PHASES, LASTING, template).force
    assert simpson(np.asarray(force), x=PHASES * LASTING) == pytest.approx(wanted, rel=1e-6)


def test_the_mass_that_stops_carries_what_is_on_the_foot() -> None:
    bare, loaded = (
        shipped_template(leg__impact_mass=0.03, task__foot_load=load) for load in (0.0, 1.0)
    )
    assert float(bare.impact_mass) == pytest.approx(0.03 * (float(loaded.mass) - 2.0), rel=1e-9)
    share = 0.03 / (0.0433 + 0.0137)
    assert float(loaded.impact_mass - bare.impact_mass) == pytest.approx(share, rel=1e-9)


def test_the_ankle_falls_as_the_foot_lands() -> None:
    """0.6 to 1.2 m/s at the contact times of these speeds."""
    for speed, lasting in ((2.5, 0.279), (3.5, 0.230), (4.5, 0.198)):
        fall = float(shipped_template(speed).ankle_descent) / lasting
        assert 0.5 < fall < 1.3


@pytest.mark.parametrize("speed", [2.5, 4.5])
def test_without_mass_nothing_strikes(speed: float) -> None:
    """Force and integration are those of the spring alone."""
    template = shipped_template(speed, leg__impact_mass=0.0)
    start, contact = touchdown(solved(template), template)
    force = ground_force(0.1, start, contact, template)
    assert float(force.impact) == 0.0
    assert float(force.z) == float(force.spring_z)
    even = np.asarray(phase_grid(contact.contact_time, template))
    np.testing.assert_allclose(even, np.arange(17) / 16, atol=1e-15)


@pytest.mark.parametrize("onset", [-0.1, 0.02, 0.058, 0.1])
def test_nodes_stand_where_the_force_has_kinks(onset: float) -> None:
    template = shipped_template(leg__impact_mass=0.05, hip__onset_delay=onset)
    grid = np.asarray(phase_grid(jnp.asarray(LASTING), template))
    assert grid.shape == (17,)
    assert grid[0] == 0
    assert grid[-1] == pytest.approx(1.0, abs=1e-15)
    assert np.all(np.diff(grid) > 0)
    assert np.abs(grid - END).min() < 1e-15
    if onset > 0:
        assert np.abs(grid - onset / LASTING).min() < 1e-15


@pytest.mark.parametrize("onset", [-0.1, 0.02])
def test_mean_vertical_force_is_the_weight(onset: float) -> None:
    """The vertical impulse of a periodic step, impact included, by a sum that shares nothing with
    the solver."""
    template = shipped_template(leg__impact_mass=0.05, hip__onset_delay=onset)
    start, contact = touchdown(solved(template), template)

    def body(carry: State, step: Any) -> tuple[State, Any]:
        phase, width = step
        following = advance(phase, width, carry, contact, template)
        force = ground_force(phase + width, following, contact, template)
        return following, force.z

    grid = phase_grid(contact.contact_time, template, 256)
    _, force = jax.lax.scan(body, start, (grid[:-1], jnp.diff(grid)))
    first = ground_force(0.0, start, contact, template).z
    time = np.asarray(grid) * float(contact.contact_time)
    total = simpson(np.append(float(first), np.asarray(force)), x=time)
    weight = float(template.mass) * GRAVITY * float(template.step_time)
    assert total == pytest.approx(weight, rel=2e-5)
    off = take_off(start, contact, template)
    assert float(off.vz) > 0
