"""Loads on tissue against their definitions, written out anew, and against published runs."""

from typing import Any

import numpy as np
import pytest
from economy.shipped import SPEEDS, shipped
from scipy.integrate import trapezoid

from stridesim.constants import GRAVITY
from stridesim.economy.tissue_load import patellar_area, patellar_lever
from stridesim.evidence.loads import PublishedLoad, published_loads
from stridesim.muscles.geometry import geometry_of, length_of
from stridesim.posture.linkage import STANDING_HIP_ADDUCTION, Joints
from stridesim.posture.timeline import STANCE_NODES
from stridesim.runner import GROUPS


def _weight(found: object) -> float:
    return float(found.runner.body.mass) * GRAVITY  # type: ignore[attr-defined]


@pytest.mark.parametrize("speed", SPEEDS)
def test_the_achilles_pulls_with_both_its_muscles(speed: float) -> None:
    found = shipped(speed)
    m, line = found.stride.muscles, found.stride.timeline
    force = np.sum([m.force[GROUPS.index(name)] for name in ("soleus", "gastrocnemius")], axis=0)
    assert found.results["achilles_peak_force"] == pytest.approx(force.max() / _weight(found))
    # A kilometre of one leg: the stride's impulse as often as the stride is run.
    time = np.append(line.time, line.time[0] + line.period)
    impulse = trapezoid(np.append(force, force[0]), time) / _weight(found)
    strides = 1000 / (speed * float(line.period))
    assert found.results["achilles_impulse"] == pytest.approx(strides * impulse, rel=1e-9)
    per_step = found.results["step_frequency"] * 1000 / speed / 2
    assert strides == pytest.approx(per_step)


def test_the_patella_has_the_lever_and_area_of_its_source() -> None:
    """Values of the polynomials by hand: 0 and 60 deg."""
    assert patellar_lever(0.0) == pytest.approx(0.462)
    above = 0.462 + 0.00147 * 60 - 3.84e-5 * 3600
    below = 1 - 0.0162 * 60 + 1.55e-4 * 3600 - 6.98e-7 * 216000
    assert patellar_lever(60.0) == pytest.approx(above / below)
    assert patellar_area(60.0) == pytest.approx(0.0781 * 3600 + 0.6763 * 60 + 151.75)
    assert patellar_lever(-5.0) == patellar_lever(0.0)


def test_stress_is_force_over_area_where_it_is_largest() -> None:
    found = shipped(3.5)
    r, flexion = found.results, np.rad2deg(found.stride.posture.joints.knee_flexion[:STANCE_NODES])
    least = r["patellofemoral_peak_force"] * _weight(found) / np.max(patellar_area(flexion))
    assert least <= r["patellofemoral_peak_stress"] < 1.3 * least


def test_the_hip_bears_at_least_the_ground_and_its_strongest_muscle() -> None:
    found = shipped(3.5)
    r = found.results
    assert r["hip_contact_peak_force"] > r["peak_force.gluteus_medius"]
    assert r["hip_contact_peak_force"] > r["peak_vertical_force"]
    crossed = [g for i, g in enumerate(GROUPS) if np.any(found.stride.muscles.arms[i, :2])]
    total = sum(r[f"peak_force.{g}"] for g in crossed) + 1.1 * r["peak_vertical_force"]
    assert r["hip_contact_peak_force"] < total


@pytest.mark.parametrize("group", ["tensor_fasciae_latae", "vasti", "soleus"])
def test_the_length_of_one_group_is_that_of_all(group: str) -> None:
    joints = shipped(3.5).stride.posture.joints
    whole = geometry_of(joints, 1.8).length[GROUPS.index(group)]
    np.testing.assert_allclose(length_of(group, joints, 1.8), whole, rtol=1e-12)


def test_the_band_is_longest_where_the_hip_adducts_and_extends() -> None:
    upright = Joints(0.0, STANDING_HIP_ADDUCTION, 0.0, 0.0)
    standing = float(length_of("tensor_fasciae_latae", upright, 1.8))
    for change in ({"hip_flexion": -0.2}, {"hip_adduction": STANDING_HIP_ADDUCTION + 0.2}):
        longer = length_of("tensor_fasciae_latae", upright._replace(**change), 1.8)
        assert float(longer) > standing
    narrow, wide = (shipped(3.5, gait__step_width=w).results for w in (0.0, 0.12))
    name = "iliotibial_band_peak_strain"
    assert narrow[name] > wide[name]  # Meardon 2012, doi:10.1080/14763141.2012.699547


def _judged(load: PublishedLoad) -> Any:
    marks = [pytest.mark.xfail(strict=True, reason=load.missed)] if load.missed else []
    return pytest.param(load, id=load.result, marks=marks)


@pytest.mark.parametrize("load", [_judged(load) for load in published_loads()])
def test_loads_are_of_the_size_that_was_published(load: PublishedLoad) -> None:
    assert load.holds(float(shipped(load.speed).results[load.result]))


def test_the_achilles_pulls_less_because_the_ankle_moment_is_smaller() -> None:
    """At 4.47 m/s tensiometry has 98.7 N/kg and 3.68 N m/kg (PMC11096059), a lever of 37 mm."""
    r = shipped(4.47).results
    pull = r["achilles_peak_force"] * GRAVITY
    moment = r["peak_ankle_plantarflexion_moment"]
    assert 0.85 < (moment / pull) / (3.68 / 98.7) < 1.0  # the lever alone would pull more
    assert moment < 0.7 * 3.68


def test_the_patella_has_less_contact_than_imaging_shows() -> None:
    """Besier 2005 (doi:10.1016/j.orthres.2004.08.003): 210, 414 and 520 mm2 at 0, 30 and 60 deg in
    men, 210, 269 and 396 in women, unloaded."""
    area = {q: float(patellar_area(q)) for q in (0.0, 30.0, 60.0)}
    assert area[0.0] < 210
    assert area[30.0] < 269
    assert 396 < area[60.0] < 520


def test_quicker_steps_spare_the_patella_as_much_as_was_found() -> None:
    """A tenth more steps: mean pressure falls by 10.4 % (PMC4536167); steps a tenth shorter: stress
    falls by 22.2 % (Willson 2014, Clinical Biomechanics 29:243)."""
    own = shipped(3.33).results
    quick = shipped(3.33, gait__step_frequency=1.1 * float(own["step_frequency"])).results
    change = 100 * (quick["patellofemoral_peak_stress"] / own["patellofemoral_peak_stress"] - 1)
    assert -22.2 < change < -10.4


def test_a_softer_tendon_saves_energy_and_is_stretched_further() -> None:
    """What the page on loads tells as an example."""
    own = shipped(3.33).results
    soft = shipped(3.33, tendon__stiffness_scale=0.7).results
    assert soft["cost_of_transport"] < 0.98 * own["cost_of_transport"]
    assert soft["achilles_peak_strain"] > 1.4 * own["achilles_peak_strain"]
    assert soft["achilles_peak_force"] == pytest.approx(own["achilles_peak_force"], rel=0.02)
