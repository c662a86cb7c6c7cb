"""Every way of breaking the cost down adds up to it."""

import pytest

from stridesim.economy import Evaluation
from stridesim.energetics.upkeep import REST_POWER
from stridesim.runner import GROUPS
from stridesim.studies.breakdown import breakdown_of


def test_every_way_of_breaking_the_cost_down_adds_up(solved: Evaluation) -> None:
    found = breakdown_of(solved)
    gross = float(solved.results["metabolic_power"])
    upkeep = sum(float(term) for term in solved.stride.upkeep)
    assert list(found["muscle"]) == list(GROUPS)
    assert sum(found["muscle"].values()) == pytest.approx(gross - upkeep, rel=1e-12)
    assert sum(found["phase"].values()) == pytest.approx(gross, rel=1e-12)
    assert sum(found["cause"].values()) == pytest.approx(gross, rel=1e-12)
    assert found["phase"]["rest"] == found["cause"]["rest"] == REST_POWER
    assert found["cause"]["positive_work"] > 0 >= found["cause"]["negative_work"]
    energy = float(solved.results["metabolic_energy.soleus"])
    period, mass = float(solved.stride.timeline.period), float(solved.runner.body.mass)
    assert found["muscle"]["soleus"] == pytest.approx(2 * energy / (period * mass), rel=1e-12)
