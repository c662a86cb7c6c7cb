"""Rest and breathing: what they are, and the equation that breathing solves."""

import numpy as np
from numpy.testing import assert_allclose

from stridesim.energetics.upkeep import BREATHING_SHARE, REST_POWER, upkeep_of


def test_breathing_is_its_share_of_the_whole_rise() -> None:
    muscle = np.linspace(0.0, 20.0, 9)
    upkeep = upkeep_of(muscle)
    rise = muscle + np.asarray(upkeep.breathing)
    assert_allclose(upkeep.breathing, 0.08 * rise, rtol=1e-14)
    assert BREATHING_SHARE == 0.08


def test_rest_does_not_depend_on_the_muscles() -> None:
    upkeep = upkeep_of(np.array([0.0, 7.0]))
    assert_allclose(upkeep.rest, [1.2, 1.2], rtol=0)
    assert REST_POWER == 1.2


def test_one_value_by_hand() -> None:
    """9.2 W/kg of muscle: 0.8 W/kg of breathing make 10, of which they are 8 %."""
    assert_allclose(upkeep_of(9.2).breathing, 0.8, rtol=1e-14)
