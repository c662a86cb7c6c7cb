"""The arrays over groups: order, scaling and the derived numbers by hand."""

import math

import jax
import numpy as np
import pytest
from numpy.testing import assert_allclose

from stridesim.constants import MUSCLE_DENSITY, SPECIFIC_TENSION
from stridesim.muscles.groups import SMALL_MUSCLES, Groups, groups_of
from stridesim.parameter import get_value
from stridesim.runner import GROUPS, Runner, apply_overrides

SOURCE_HEIGHT = 1.70


def _groups(**overrides: float) -> tuple[Runner, Groups]:
    changes = {name.replace("__", "."): value for name, value in overrides.items()}
    runner = apply_overrides(
        Runner.load(), {"body.height": SOURCE_HEIGHT, "muscle.strength_scale": 1.0} | changes
    )
    return runner, jax.tree.map(np.asarray, groups_of(runner))


def test_every_group_stands_at_its_place() -> None:
    runner, groups = _groups()
    for i, name in enumerate(GROUPS):
        muscle = f"muscle.{name}"
        force = get_value(runner, f"{muscle}.peak_isometric_force")
        fibre = get_value(runner, f"{muscle}.optimal_fiber_length")
        angle = get_value(runner, f"{muscle}.pennation")
        assert groups.peak_isometric_force[i] == force
        assert groups.optimal_fiber_length[i] == fibre
        assert groups.fiber_height[i] == pytest.approx(fibre * math.sin(angle), rel=1e-14)
        assert groups.slow_twitch_fraction[i] == get_value(runner, f"{muscle}.slow_twitch_fraction")
        assert groups.slack_length[i] == get_value(runner, f"tendon.{name}.slack_length")
        strain = get_value(runner, f"tendon.{name}.strain_at_peak_force")
        assert groups.strain_at_peak_force[i] == strain
        for field in ("passive_strain_at_zero_force", "passive_strain_at_peak_force"):
            assert getattr(groups, field)[i] == get_value(runner, f"{muscle}.{field}")


def test_mass_is_strength_over_tension_times_length_times_density() -> None:
    """Soleus of the source: 6195 N x 0.044 m; 60 N/cm2 and 1.06 g/cm3 make 0.48 kg."""
    runner, groups = _groups()
    i = GROUPS.index("soleus")
    soleus = runner.muscle.soleus
    volume = soleus.peak_isometric_force / 0.60e6 * soleus.optimal_fiber_length
    assert groups.mass[i] == pytest.approx(1060 * volume, rel=2e-3)
    assert (0.60e6, pytest.approx(1060, rel=2e-3)) == (SPECIFIC_TENSION, MUSCLE_DENSITY)
    assert 5.0 < groups.mass.sum() < 9.0


def test_dominance_makes_the_small_muscles_dear() -> None:
    _, even = _groups()
    _, dominated = _groups(muscle__dominance=1.5)
    ratio = dominated.sharing_weight / even.sharing_weight
    small = np.isin(GROUPS, SMALL_MUSCLES)
    assert small.sum() == 3
    assert_allclose(ratio, np.where(small, 2.5, 1.0), rtol=1e-14)
    assert_allclose(even.sharing_weight, even.peak_isometric_force * even.optimal_fiber_length)


def test_strength_scales_force_and_mass_only() -> None:
    _, usual = _groups()
    _, strong = _groups(muscle__strength_scale=1.3)
    for name in Groups._fields:
        factor = 1.3 if name in ("peak_isometric_force", "mass", "sharing_weight") else 1.0
        assert_allclose(getattr(strong, name), factor * getattr(usual, name), rtol=1e-14)


def test_height_scales_lengths() -> None:
    _, usual = _groups()
    _, tall = _groups(body__height=1.87)
    lengths = (
        "optimal_fiber_length",
        "fiber_height",
        "slack_length",
        "common_tendon_length",
        "mass",
        "sharing_weight",
    )
    for name in Groups._fields:
        factor = 1.1 if name in lengths else 1.0
        assert_allclose(getattr(tall, name), factor * getattr(usual, name), rtol=1e-13)


def test_a_stiffer_tendon_strains_less() -> None:
    _, usual = _groups()
    _, stiff = _groups(tendon__stiffness_scale=2.0)
    assert_allclose(stiff.strain_at_peak_force, usual.strain_at_peak_force / 2, rtol=1e-14)
