"""The Achilles tendon that soleus and gastrocnemius have in common.

Quasi-static here (slow loading, no hysteresis unless said), against the published curve of one
tendon and the work that the muscles do on it.
"""

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose

from stridesim.muscles import degroote2016 as curves
from stridesim.muscles.groups import Groups, groups_of
from stridesim.muscles.tendons import Strain, elastic_energy, tendon_strain
from stridesim.posture.time_grid import TimeGrid
from stridesim.posture.timeline import NODES
from stridesim.runner import GROUPS, Runner, apply_overrides

GASTROCNEMIUS, SOLEUS = GROUPS.index("gastrocnemius"), GROUPS.index("soleus")
CALF = [GASTROCNEMIUS, SOLEUS]
HOUR = 3600.0


def _groups(common: float) -> Groups:
    return groups_of(apply_overrides(Runner.load(), {"tendon.achilles_in_common": common}))


def _strain(groups: Groups, gastrocnemius: Any, soleus: Any, hysteresis: float = 0.0) -> Strain:
    """Strains when the two pull with these forces, slowly."""
    slow = TimeGrid(jnp.linspace(0, HOUR, NODES, endpoint=False), HOUR)
    force = jnp.zeros((len(GROUPS), NODES)).at[GASTROCNEMIUS].set(gastrocnemius)
    force = force.at[SOLEUS].set(soleus)
    return tendon_strain(force, groups, jnp.full(len(GROUPS), hysteresis), slow)


def test_the_common_tendon_strains_as_one_tendon_of_both_cross_sections() -> None:
    groups = _groups(1.0)
    strain = _strain(groups, 1200.0, 3000.0)
    peak = np.asarray(groups.peak_isometric_force)[CALF].sum()
    at_peak = float(groups.strain_at_peak_force[SOLEUS])
    assert_allclose(peak * curves.tendon_force(strain.common[SOLEUS], at_peak), 4200.0, rtol=1e-12)
    assert_allclose(strain.common[GASTROCNEMIUS], strain.common[SOLEUS], rtol=0)


def test_a_muscle_that_rests_is_stretched_by_its_neighbour() -> None:
    """Not without a common tendon; and then soleus' whole tendon is the common one."""
    alone, joined = (_strain(_groups(common), 0.0, 3000.0) for common in (0.0, 1.0))
    assert_allclose(alone.whole[GASTROCNEMIUS], 0.0, atol=1e-12)
    assert (joined.whole[GASTROCNEMIUS] > 0.01).all()
    assert_allclose(joined.whole[SOLEUS], joined.common[SOLEUS], rtol=1e-12)
    assert (joined.whole[SOLEUS] < alone.whole[SOLEUS]).all()


@pytest.mark.parametrize("common", [0.0, 0.24, 1.0])
def test_what_is_stored_is_the_work_of_both_muscles_on_any_path(common: float) -> None:
    """Three ways to the same two forces: energy depends on the end alone, and is the work done."""
    groups = _groups(common)
    share = np.linspace(0, 1, NODES)
    first, then = np.minimum(2 * share, 1), np.maximum(2 * share - 1, 0)
    stored = []
    for gastrocnemius, soleus in ((share, share), (first, then), (then, first)):
        force = np.stack([1500.0 * gastrocnemius, 4000.0 * soleus])
        strain = _strain(groups, *force)
        stretch = np.asarray(groups.slack_length)[CALF, None] * np.asarray(strain.whole)[CALF]
        work = np.sum(0.5 * (force[:, 1:] + force[:, :-1]) * np.diff(stretch, axis=1))
        energy = np.asarray(elastic_energy(strain, groups))[CALF].sum(axis=0)
        assert energy[-1] - energy[0] == pytest.approx(work, rel=2e-3)
        stored.append(energy[-1])
    assert_allclose(stored, stored[0], rtol=1e-12)


def test_muscles_of_unequal_tendons_load_the_common_one_at_their_mean() -> None:
    """One compliant, one stiff: a strain between theirs, equal to both where they are equal."""
    runner = apply_overrides(Runner.load(), {"tendon.soleus.strain_at_peak_force": 0.05})
    groups = groups_of(runner)
    peak = np.asarray(groups.peak_isometric_force)[CALF]
    at_peak = np.asarray(groups.strain_at_peak_force)[CALF]
    strain = np.asarray(_strain(groups, peak[0], peak[1]).common[SOLEUS])
    assert_allclose(strain, np.average(at_peak, weights=peak), rtol=1e-9)
