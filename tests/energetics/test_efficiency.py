"""Efficiency of one contraction: what each model's own equations say."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from stridesim.energetics import METABOLIC_MODELS
from stridesim.energetics.efficiency import concentric_efficiency
from stridesim.energetics.minetti1997 import relative_cost
from stridesim.muscles.degroote2016 import force_velocity


@pytest.mark.parametrize("name", METABOLIC_MODELS)
def test_no_muscle_gives_more_than_it_takes(name: str) -> None:
    speeds, efficiency = concentric_efficiency(METABOLIC_MODELS[name], 0.5)
    assert speeds.shape == efficiency.shape
    assert ((efficiency > 0) & (efficiency < 1)).all()


@pytest.mark.parametrize("name", ["margaria1968", "schroeder2021"])
def test_work_alone_is_a_quarter_efficient_at_every_speed(name: str) -> None:
    assert_allclose(concentric_efficiency(METABOLIC_MODELS[name], 0.5)[1], 0.25, rtol=1e-12)


def test_minetti_by_hand() -> None:
    speeds, efficiency = concentric_efficiency(METABOLIC_MODELS["minetti1997"], 0.5)
    work = speeds * np.asarray(force_velocity(-speeds))
    assert_allclose(efficiency, work / np.asarray(relative_cost(speeds)), rtol=1e-12)


def test_heat_of_recovery_takes_from_efficiency() -> None:
    initial, whole = (
        concentric_efficiency(METABOLIC_MODELS[name], 0.5)[1].max()
        for name in ("bhargava2004", "bhargava2004_aerobic")
    )
    # e' = 1 / (1 + 1.5 (1/e - 1)) at one speed; the best speed moves little.
    assert whole == pytest.approx(1 / (1 + 1.5 * (1 / initial - 1)), rel=1e-9)
